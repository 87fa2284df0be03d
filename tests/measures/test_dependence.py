"""Shares, asymmetry and concentration by hand and by identity."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.measures.dependence import herfindahl, mutual_dependence, trade_shares

ROUNDING = 1e-12

SMALL = pd.DataFrame(
    [
        ("A", "B", 30.0),
        ("A", "C", 10.0),
        ("B", "A", 50.0),
        ("B", "C", 150.0),
        ("C", "A", 10.0),
        ("C", "B", 70.0),
    ],
    columns=["exporter", "importer", "value"],
).assign(year=2020)


def world(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (a, b, y, rng.lognormal())
        for a, b in itertools.permutations("ABCDEFG"[:n], 2)
        for y in (2000, 2001)
    ]
    return pd.DataFrame(rows, columns=["exporter", "importer", "year", "value"])


def test_both_denominators_by_hand():
    table = trade_shares(SMALL).set_index(["exporter", "importer"])
    assert table.loc[("A", "B"), "exporter_share"] == 0.75
    assert table.loc[("A", "B"), "importer_share"] == 0.3
    assert list(table.columns) == ["value", "year", "exporter_share", "importer_share"]


def test_given_totals_replace_the_sums():
    totals = pd.Series({("A", 2020): 300.0, ("B", 2020): 200.0, ("C", 2020): 160.0})
    table = trade_shares(SMALL, exporter_totals=totals).set_index(["exporter", "importer"])
    assert table.loc[("A", "B"), "exporter_share"] == 0.1
    assert table.loc[("A", "B"), "importer_share"] == 0.3


def test_dependence_of_both_sides_by_hand():
    table = mutual_dependence(SMALL).set_index(["home", "partner"])
    row, mirror = table.loc[("A", "B")], table.loc[("B", "A")]
    assert row["trade"] == mirror["trade"] == 80
    assert (
        row["home_share"] == mirror["partner_share"] == pytest.approx(0.8)
    )  # A trades 40 out and 60 in
    assert row["partner_share"] == pytest.approx(80 / 300)
    assert row["salience"] == pytest.approx(np.sqrt(0.8 * 80 / 300))
    assert row["symmetry"] == pytest.approx(1 - (0.8 - 80 / 300))
    assert row["interdependence"] == pytest.approx(row["salience"] * row["symmetry"])
    assert row["asymmetry"] == pytest.approx(0.5)


@settings(max_examples=20, deadline=None)
@given(n=st.integers(3, 7), seed=st.integers(0, 1000), unit=st.sampled_from([0.5, 1000.0]))
def test_identities(n, seed, unit):
    flows = world(n, seed)
    shares = trade_shares(flows)
    np.testing.assert_allclose(shares.groupby(["exporter", "year"])["exporter_share"].sum(), 1)
    np.testing.assert_allclose(shares.groupby(["importer", "year"])["importer_share"].sum(), 1)
    table = mutual_dependence(flows)
    assert len(table) == len(flows)
    np.testing.assert_allclose(table.groupby(["home", "year"])["home_share"].sum(), 1)
    ours, mirror = (
        table.set_index([one, other, "year"])["asymmetry"].sort_index().to_numpy()
        for one, other in (("home", "partner"), ("partner", "home"))
    )
    np.testing.assert_allclose(ours, -mirror, atol=ROUNDING)
    assert table["interdependence"].between(0, 1).all()
    shuffled = flows.assign(value=flows["value"] * unit).sample(frac=1, random_state=seed)
    other = mutual_dependence(shuffled).drop(columns="trade")
    pd.testing.assert_frame_equal(other, table.drop(columns="trade"))


def test_missing_stays_missing_and_zero_totals_have_no_share():
    flows = SMALL.assign(value=[np.nan, 10.0, 50.0, 150.0, 0.0, 0.0])
    before = flows.copy()
    table = trade_shares(flows).set_index(["exporter", "importer"])
    assert np.isnan(table.loc[("A", "B"), "exporter_share"])
    assert table.loc[("A", "C"), "exporter_share"] == 1
    assert np.isnan(table.loc[("C", "A"), "exporter_share"])
    pd.testing.assert_frame_equal(flows, before)


def test_herfindahl_by_hand_and_at_its_bounds():
    assert herfindahl(pd.Series([50.0, 30.0, 20.0])) == pytest.approx(0.38)
    assert herfindahl(pd.Series([5.0, 0.0, np.nan])) == 1
    assert herfindahl(pd.Series([2.0] * 8)) == pytest.approx(1 / 8)
    assert herfindahl(pd.Series([2.0] * 8), normalised=True) == pytest.approx(0, abs=ROUNDING)
    assert herfindahl(pd.Series([2.0, 0.0]), normalised=True) == 1


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=40))
def test_herfindahl_lies_between_its_bounds_and_has_no_unit(amounts):
    values = pd.Series(amounts)
    index = herfindahl(values)
    assert 1 / len(amounts) - ROUNDING <= index <= 1
    assert herfindahl(values * 7.1) == pytest.approx(index)


def test_herfindahl_declines_nothing_and_one():
    assert isinstance(herfindahl(pd.Series([0.0, 0.0])), NotApplicable)
    assert isinstance(herfindahl(pd.Series([], dtype=float)), NotApplicable)
    assert isinstance(herfindahl(pd.Series([3.0]), normalised=True), NotApplicable)
    with pytest.raises(ModelInputError, match="an amount is out of range: 0: -1"):
        herfindahl(pd.Series([-1.0, 2.0]))


@pytest.mark.parametrize("measure", [trade_shares, mutual_dependence])
def test_bad_flows_raise_and_name_the_offender(measure):
    with pytest.raises(ModelInputError, match=r"columns \['year'\] are not there"):
        measure(SMALL.drop(columns="year"))
    with pytest.raises(ModelInputError, match="the value of a row is out of range: 5: -1"):
        measure(SMALL.assign(value=SMALL["value"].where(SMALL["value"] != 70, -1.0)))
    with pytest.raises(ModelInputError, match=r"1 rows repeat exporter, importer, year \(first A"):
        measure(pd.concat([SMALL, SMALL.head(1)]))
    with pytest.raises(ModelInputError, match="a country with itself"):
        measure(SMALL.assign(importer="A"))
    short = pd.Series({("A", 2020): 300.0})
    with pytest.raises(
        CoverageError, match=r"exporter_totals lack \[\('B', 2020\), \('C', 2020\)\]"
    ):
        measure(SMALL, exporter_totals=short)
    small = pd.Series({("A", 2020): 20.0, ("B", 2020): 200.0, ("C", 2020): 160.0})
    with pytest.raises(ModelInputError, match=r"is 1.50 of its exporter total"):
        measure(SMALL, exporter_totals=small)


def test_a_country_that_only_imports_leaves_the_totals_of_others_alone():
    flows = pd.DataFrame(
        {
            "exporter": ["A", "B", "A"],
            "importer": ["B", "A", "C"],
            "year": 2025,
            "value": [6.0, 2.0, 4.0],
        }
    )
    pairs = mutual_dependence(flows).set_index(["home", "partner"])
    assert pairs.loc[("A", "B"), "home_share"] == pytest.approx(8 / 12)
    assert pairs.loc[("B", "A"), "home_share"] == pytest.approx(1.0)
