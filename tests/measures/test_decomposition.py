"""Decompositions: they add up, agree with hand-worked values, and refuse what they cannot split."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import MissingYearError, ModelInputError, NotApplicable, ParameterError
from analysis.measures import decomposition as dec

ROUNDING = 1e-9  # relative to the totals: sums of a few dozen doubles
LEVEL = st.floats(0.1, 1e4)
tables = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.tuples(*[LEVEL] * n), min_size=4, max_size=4)
)


def frame(rows):
    rows = np.asarray(rows, dtype=float)
    columns = list("abcdefgh")[: rows.shape[1]]
    return pd.DataFrame(rows, index=range(2020, 2020 + len(rows)), columns=columns)


def test_contributions_by_hand():
    table = dec.contributions(frame([[60, 40], [90, 30]]), first=2020, last=2021)
    assert table["contribution_pct"].tolist() == pytest.approx([30, -10])
    assert table["share_of_change_pct"].tolist() == pytest.approx([150, -50])
    same = dec.contributions(frame([[1, 2], [2, 1]]), first=2020, last=2021)
    assert isinstance(same, NotApplicable)


@given(tables)
@settings(deadline=None, max_examples=30)
def test_parts_of_a_change_add_up_and_share_effects_cancel(rows):
    levels = frame(rows)
    totals, scale = levels.sum(axis=1), levels.to_numpy().sum()
    parts = dec.scale_and_share(levels, first=2020, last=2023)
    both = parts["scale_effect"] + parts["share_effect"]
    np.testing.assert_allclose(both, parts["change"], atol=ROUNDING * scale)
    assert parts["share_effect"].sum() == pytest.approx(0, abs=ROUNDING * scale)
    whole = dec.contributions(levels, first=2020, last=2023)
    if isinstance(whole, NotApplicable):
        assert totals[2020] == pytest.approx(totals[2023], rel=dec.SAME_TOTAL)
        return
    growth_pct = 100 * (totals[2023] / totals[2020] - 1)
    assert whole["contribution_pct"].sum() == pytest.approx(growth_pct, rel=1e-6, abs=1e-6)


def test_index_numbers_by_hand():
    prices, quantities = frame([[1, 2], [2, 3]]), frame([[10, 5], [8, 6]])
    years = {"first": 2020, "last": 2021}
    laspeyres, paasche = 35 / 20, 34 / 20
    fisher, volume = np.sqrt(laspeyres * paasche), np.sqrt(20 / 20 * 34 / 35)
    assert dec.fisher_indices(prices, quantities, **years) == pytest.approx((fisher, volume))


@given(tables, tables)
@settings(deadline=None, max_examples=30)
def test_index_identities(rows, others):
    n = min(len(rows[0]), len(others[0]))
    p, q = frame([r[:n] for r in rows]), frame([r[:n] for r in others])
    values, years = (p * q).sum(axis=1), {"first": 2020, "last": 2023}
    price, volume = indices = dec.fisher_indices(p, q, **years)
    assert price * volume == pytest.approx(values[2023] / values[2020], rel=ROUNDING)
    assert dec.fisher_indices(3 * p, 7 * q, **years) == pytest.approx(indices, rel=ROUNDING)
    tripled = pd.concat([p.loc[[2020]], 3 * p.loc[[2020]].set_axis([2023])])
    assert dec.fisher_indices(tripled, q, **years)[0] == pytest.approx(3, rel=ROUNDING)
    back = (table.loc[[2023, 2020]].set_axis([2020, 2023]) for table in (p, q))
    assert price * dec.fisher_indices(*back, **years)[0] == pytest.approx(1)  # time reversal
    split = dec.price_and_volume(p, q, first=2020, last=2023)
    both = split["price_effect"] + split["volume_effect"]
    np.testing.assert_allclose(both, split["change"], rtol=1e-6, atol=1e-3)


GOODS = frame([[1, 1], [1, 2]])
BAD = frame([[-1, 1], [1, np.nan]])
NOTHING = frame([[0, 0], [1, 2]])


@pytest.mark.parametrize(
    ("measure", "levels", "years", "error", "message"),
    [
        (dec.contributions, BAD, (2020, 2021), ModelInputError, "a in 2020: -1, b in 2021: nan"),
        (dec.contributions, GOODS, (2020, 2030), MissingYearError, "lacks 2030"),
        (dec.contributions, GOODS, (2021, 2020), ParameterError, "covers no year"),
        (dec.scale_and_share, NOTHING, (2020, 2021), ModelInputError, "zero in 2020 or 2021"),
    ],
)
def test_bad_levels_are_listed(measure, levels, years, error, message):
    with pytest.raises(error, match=message):
        measure(levels, first=years[0], last=years[1])


@pytest.mark.parametrize(
    ("prices", "quantities", "message"),
    [
        (frame([[1, 1], [0, 2]]), GOODS, r"prices are zero: \['a in 2021'\]"),
        (GOODS, frame([[1, 1], [0, 0]]), r"every quantity is zero in \[2021\]"),
        (GOODS, frame([[1], [1]]), r"lack a price or a quantity: \['b'\]"),
    ],
)
def test_bad_prices_and_quantities_are_listed(prices, quantities, message):
    with pytest.raises(ModelInputError, match=message):
        dec.fisher_indices(prices, quantities, first=2020, last=2021)
