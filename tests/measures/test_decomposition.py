"""Decompositions: they add up, agree with hand-worked values, and refuse what they cannot split."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import MissingYearError, ModelInputError, NotApplicable, ParameterError
from analysis.measures import decomposition as dec

ROUNDING = 1e-9  # relative to the totals: sums of a few dozen doubles
tables = st.integers(2, 6).flatmap(
    lambda n: st.lists(
        st.lists(st.floats(0.1, 1e4), min_size=n, max_size=n), min_size=4, max_size=4
    )
)


def frame(rows, start=2020):
    rows = np.asarray(rows, dtype=float)
    return pd.DataFrame(
        rows, index=range(start, start + len(rows)), columns=list("abcdefgh")[: rows.shape[1]]
    )


def test_contributions_by_hand():
    table = dec.contributions(frame([[60, 40], [90, 30]]), first=2020, last=2021)
    assert table["contribution_pct"].tolist() == pytest.approx([30, -10])
    assert table["share_of_change_pct"].tolist() == pytest.approx([150, -50])


@given(tables)
@settings(deadline=None, max_examples=30)
def test_contributions_add_up_and_groups_equal_sums_of_parts(rows):
    levels = frame(rows)
    totals = levels.sum(axis=1)
    whole = dec.contributions(levels, first=2020, last=2023)
    if isinstance(whole, NotApplicable):
        assert totals[2020] == pytest.approx(totals[2023], rel=dec.SAME_TOTAL)
        return
    assert whole["change"].sum() == pytest.approx(
        totals[2023] - totals[2020], abs=ROUNDING * totals.max()
    )
    grouped = dec.contributions(
        levels, first=2020, last=2023, by=dict.fromkeys(levels.columns, "all")
    )
    assert whole["contribution_pct"].sum() == pytest.approx(
        grouped["contribution_pct"].sum(), rel=1e-6, abs=1e-6
    )


def test_contributions_by_flow_and_partner():
    columns = pd.MultiIndex.from_product(
        [["exports", "imports"], ["CHN", "IND"]], names=["flow", "partner"]
    )
    levels = pd.DataFrame([[10, 5, 20, 5], [30, 5, 25, 5]], index=[2021, 2024], columns=columns)
    by_flow = dec.contributions(levels, first=2021, last=2024, by="flow")
    assert by_flow["contribution_pct"].to_dict() == {"exports": 50.0, "imports": 12.5}
    by_partner = dec.contributions(levels, first=2021, last=2024, by="partner")
    assert by_partner["change"].to_dict() == {"CHN": 25, "IND": 0}
    assert len(dec.contributions(levels, first=2021, last=2024)) == 4
    with pytest.raises(ParameterError, match="no column level is called 'country'"):
        dec.contributions(levels, first=2021, last=2024, by="country")


@given(tables)
@settings(deadline=None, max_examples=30)
def test_scale_and_share_adds_up_and_share_effects_cancel(rows):
    levels = frame(rows)
    parts = dec.scale_and_share(levels, first=2020, last=2023)
    scale = levels.to_numpy().sum()
    np.testing.assert_allclose(
        parts["scale_effect"] + parts["share_effect"], parts["change"], atol=ROUNDING * scale
    )
    assert parts["share_effect"].sum() == pytest.approx(0, abs=ROUNDING * scale)


def test_index_numbers_by_hand():
    prices, quantities = frame([[1, 2], [2, 3]]), frame([[10, 5], [8, 6]])

    def index(measure, formula):
        return measure(prices, quantities, first=2020, last=2021, formula=formula)

    assert index(dec.price_index, "laspeyres") == pytest.approx(35 / 20)
    assert index(dec.price_index, "paasche") == pytest.approx(34 / 20)
    assert index(dec.price_index, "fisher") == pytest.approx(np.sqrt(35 / 20 * 34 / 20))
    shares = (np.array([10, 10]) / 20 + np.array([16, 18]) / 34) / 2
    assert index(dec.price_index, "tornqvist") == pytest.approx(2 ** shares[0] * 1.5 ** shares[1])
    assert index(dec.quantity_index, "laspeyres") == pytest.approx(20 / 20)


@given(tables, tables)
@settings(deadline=None, max_examples=30)
def test_index_identities(rows, others):
    n = min(len(rows[0]), len(others[0]))
    p, q = frame([r[:n] for r in rows]), frame([r[:n] for r in others])
    values = (p * q).sum(axis=1)
    ratio = values[2023] / values[2020]

    def product(price_formula, quantity_formula):
        price = dec.price_index(p, q, first=2020, last=2023, formula=price_formula)
        return price * dec.quantity_index(p, q, first=2020, last=2023, formula=quantity_formula)

    assert product("laspeyres", "paasche") == pytest.approx(ratio, rel=ROUNDING)
    assert product("paasche", "laspeyres") == pytest.approx(ratio, rel=ROUNDING)
    assert product("fisher", "fisher") == pytest.approx(ratio, rel=ROUNDING)
    for formula in dec.INDEX_FORMULAS:
        assert dec.price_index(
            3 * p, 7 * q, first=2020, last=2023, formula=formula
        ) == pytest.approx(
            dec.price_index(p, q, first=2020, last=2023, formula=formula), rel=ROUNDING
        )
        tripled = pd.concat([p.loc[[2020]], 3 * p.loc[[2020]].set_axis([2023])])
        assert dec.price_index(tripled, q, first=2020, last=2023, formula=formula) == pytest.approx(
            3, rel=ROUNDING
        )
    back_p, back_q = (
        p.loc[[2023, 2020]].set_axis([2020, 2023]),
        q.loc[[2023, 2020]].set_axis([2020, 2023]),
    )
    for formula in ("fisher", "tornqvist"):  # time reversal
        there = dec.price_index(p, q, first=2020, last=2023, formula=formula)
        assert there * dec.price_index(
            back_p, back_q, first=2020, last=2023, formula=formula
        ) == pytest.approx(1)
    split = dec.price_and_volume(p, q, first=2020, last=2023)
    np.testing.assert_allclose(
        split["price_effect"] + split["volume_effect"], split["change"], rtol=1e-6, atol=1e-3
    )


def test_bad_input_is_listed():
    with pytest.raises(ModelInputError, match="a in 2020: -1, b in 2021: nan"):
        dec.contributions(frame([[-1, 1], [1, np.nan]]), first=2020, last=2021)
    with pytest.raises(ModelInputError, match="have no group: \\['b'\\]"):
        dec.contributions(frame([[1, 1], [1, 2]]), first=2020, last=2021, by={"a": "x"})
    with pytest.raises(ModelInputError, match="nan"):  # a group is unknown when a part of it is
        dec.contributions(
            frame([[1, 1], [np.nan, 2]]), first=2020, last=2021, by={"a": "x", "b": "x"}
        )
    with pytest.raises(MissingYearError, match="lacks 2030"):
        dec.contributions(frame([[1, 1], [1, 2]]), first=2020, last=2030)
    with pytest.raises(ParameterError, match="covers no year"):
        dec.contributions(frame([[1, 1], [1, 2]]), first=2021, last=2020)
    with pytest.raises(ModelInputError, match="zero in 2020 or 2021"):
        dec.scale_and_share(frame([[0, 0], [1, 2]]), first=2020, last=2021)
    one = frame([[1, 1], [1, 2]])
    with pytest.raises(ModelInputError, match="prices are zero: \\['a in 2021'\\]"):
        dec.price_index(frame([[1, 1], [0, 2]]), one, first=2020, last=2021)
    with pytest.raises(ModelInputError, match="zero quantity: \\['a'\\]"):
        dec.quantity_index(one, frame([[1, 1], [0, 2]]), first=2020, last=2021, formula="tornqvist")
    with pytest.raises(ModelInputError, match="every quantity is zero in \\[2021\\]"):
        dec.price_index(one, frame([[1, 1], [0, 0]]), first=2020, last=2021)
    with pytest.raises(ModelInputError, match="lack a price or a quantity: \\['b'\\]"):
        dec.price_index(one, frame([[1], [1]]), first=2020, last=2021)
    with pytest.raises(ParameterError, match="'lowe' is unknown"):
        dec.price_index(one, one, first=2020, last=2021, formula="lowe")


def test_no_change_is_not_applicable():
    assert isinstance(
        dec.contributions(frame([[1, 2], [2, 1]]), first=2020, last=2021), NotApplicable
    )
