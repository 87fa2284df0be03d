"""Shares, asymmetry and concentration by hand and by identity."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ModelInputError, NotApplicable
from analysis.measures.dependence import herfindahl, mutual_dependence

ROUNDING = 1e-12

PAIRS = {"exporter": list("AABBCC"), "importer": list("BCACAB"), "year": 2020}
SMALL = pd.DataFrame({**PAIRS, "value": [30.0, 10, 50, 150, 10, 70]})


def world(n: int, seed: int) -> pd.DataFrame:
    pairs = itertools.permutations("ABCDEFG"[:n], 2)
    flows = pd.DataFrame(pairs, columns=["exporter", "importer"])
    flows = flows.merge(pd.Series([2000, 2001], name="year"), how="cross")
    return flows.assign(value=np.random.default_rng(seed).lognormal(size=len(flows)))


def test_dependence_of_both_sides_by_hand():
    table = mutual_dependence(SMALL).set_index(["home", "partner"])
    row, mirror = table.loc[("A", "B")], table.loc[("B", "A")]
    assert row["trade"] == mirror["trade"] == 80
    assert row["home_share"] == mirror["partner_share"] == pytest.approx(0.8)  # 40 out, 60 in
    assert row["partner_share"] == pytest.approx(80 / 300)
    assert [*table.columns] == ["year", "trade", "home_share", "partner_share"]


@settings(max_examples=20, deadline=None)
@given(n=st.integers(3, 7), seed=st.integers(0, 1000), unit=st.sampled_from([0.5, 1000.0]))
def test_identities(n, seed, unit):
    flows = world(n, seed)
    table = mutual_dependence(flows)
    assert len(table) == len(flows)
    np.testing.assert_allclose(table.groupby(["home", "year"])["home_share"].sum(), 1)
    mirror = table.set_index(["partner", "home", "year"]).sort_index().reset_index(drop=True)
    pd.testing.assert_series_equal(mirror["partner_share"], table["home_share"], check_names=False)
    shuffled = flows.assign(value=flows["value"] * unit).sample(frac=1, random_state=seed)
    other = mutual_dependence(shuffled).drop(columns="trade")
    pd.testing.assert_frame_equal(other, table.drop(columns="trade"))


def test_missing_stays_missing_and_zero_totals_have_no_share():
    flows = SMALL.assign(value=[np.nan, 10.0, 50.0, 0.0, 0.0, 0.0])
    before = flows.copy()
    table = mutual_dependence(flows).set_index(["home", "partner"])
    assert np.isnan(table.loc[("A", "B"), "home_share"])
    assert table.loc[("A", "C"), "home_share"] == pytest.approx(10 / 60)
    nothing = mutual_dependence(flows.assign(value=0.0))
    assert nothing["home_share"].isna().all()
    pd.testing.assert_frame_equal(flows, before)


def test_herfindahl_by_hand_and_at_its_bounds():
    assert herfindahl(pd.Series([50.0, 30.0, 20.0])) == pytest.approx(0.38)
    assert herfindahl(pd.Series([5.0, 0.0, np.nan])) == 1


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=40))
def test_herfindahl_lies_between_its_bounds_and_has_no_unit(amounts):
    values = pd.Series(amounts)
    index = herfindahl(values)
    assert 1 / len(amounts) - ROUNDING <= index <= 1
    assert herfindahl(values * 7.1) == pytest.approx(index)


def test_herfindahl_declines_nothing():
    assert isinstance(herfindahl(pd.Series([0.0, 0.0])), NotApplicable)
    assert isinstance(herfindahl(pd.Series([], dtype=float)), NotApplicable)
    with pytest.raises(ModelInputError, match="an amount is out of range: 0: -1"):
        herfindahl(pd.Series([-1.0, 2.0]))


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        (SMALL.drop(columns="year"), r"columns \['year'\] are not there"),
        (SMALL.replace({"value": {70.0: -1.0}}), "value is out of range: 5: -1"),
        (pd.concat([SMALL, SMALL.head(1)]), r"1 rows repeat exporter, importer, year \(first A"),
        (SMALL.assign(importer="A"), "a country with itself"),
    ],
)
def test_bad_flows_raise_and_name_the_offender(flows, message):
    with pytest.raises(ModelInputError, match=message):
        mutual_dependence(flows)


def test_a_country_that_only_imports_leaves_the_totals_of_others_alone():
    rows = [("A", "B", 2025, 6.0), ("B", "A", 2025, 2.0), ("A", "C", 2025, 4.0)]
    flows = pd.DataFrame(rows, columns=["exporter", "importer", "year", "value"])
    pairs = mutual_dependence(flows).set_index(["home", "partner"])
    assert pairs.loc[("A", "B"), "home_share"] == pytest.approx(8 / 12)
    assert pairs.loc[("B", "A"), "home_share"] == pytest.approx(1.0)
