"""Agreement measures against printed tables, identities between measures and hand counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.errors import CoverageError, ModelInputError, NotApplicable, ParameterError
from analysis.measures.agreement import (
    agreement_with_all,
    cohen_kappa,
    contested_votes,
    ideal_point_distance,
    paired_votes,
    recurring_texts,
)

CHOICE = st.sampled_from([1, 2, 3])
CHOICES = st.lists(st.tuples(CHOICE, CHOICE), min_size=1, max_size=60)


def votes_of(table: dict[str, list[int | None]]) -> pd.DataFrame:
    """One list of votes per country; None is an absence."""
    rows = [(i, country, v) for country, cast in table.items() for i, v in enumerate(cast)]
    votes = pd.DataFrame(rows, columns=["rcid", "iso3", "vote"])
    return votes.dropna().astype({"vote": int})


CAST = {"RUS": [1, 1, 3, 2, 1, None], "CHN": [1, 2, 3, 2, None, 1]}
HALL = votes_of(CAST | {"USA": [3, 3, 1, 2, 1, 1], "IND": [1, 1, 2, 2, 1, 1]})


def ratings(*counts: int) -> pd.DataFrame:
    """Choices of two, from how often they chose yes-yes, yes-no, no-yes and no-no."""
    kinds = {"home": [1, 1, 3, 3], "partner": [1, 3, 1, 3]}
    return pd.DataFrame({side: np.repeat(votes, counts) for side, votes in kinds.items()})


def test_lijphart_by_hand():
    table = agreement_with_all(HALL, home="RUS").set_index("partner")
    assert table.loc["CHN", ["n_votes", "identical", "partial", "opposed"]].tolist() == [4, 3, 1, 0]
    assert table["agreement"].to_dict() == {"IND": 4.5 / 5, "CHN": 3.5 / 4, "USA": 2 / 5}
    assert table["rank"].tolist() == [1, 2, 3]


def test_split_by_year_and_ties():
    split = HALL.assign(year=np.where(HALL["rcid"] < 3, 2000, 2001))
    table = agreement_with_all(split, home="RUS", by="year").set_index(["year", "partner"])
    assert table.loc[(2000, "CHN"), "agreement"] == table.loc[(2000, "IND"), "agreement"] == 2.5 / 3
    assert table.loc[2000, "rank"].to_dict() == {"CHN": 1, "IND": 1, "USA": 3}
    assert table.loc[(2001, "CHN"), "n_votes"] == 1


@pytest.mark.parametrize("taken", ["iso3", "partner", "n_votes", "identical", "agreement", "rank"])
def test_a_split_by_a_column_of_the_table_itself_is_refused(taken):
    with pytest.raises(ParameterError, match=f"by='{taken}'; allowed: a column that splits"):
        agreement_with_all(HALL.assign(**{taken: HALL["rcid"]}), home="RUS", by=taken)


def test_paired_votes_leave_absences_out():
    both = paired_votes(HALL, home="RUS", partner="CHN")
    assert both["rcid"].tolist() == [0, 1, 2, 3]
    assert both["partner"].tolist() == [1, 2, 3, 2]
    apart = votes_of({"RUS": [1, None], "FRA": [None, 1]})
    assert paired_votes(apart, home="RUS", partner="FRA").empty


def test_contested_votes_drop_the_unanimous():
    kept = contested_votes(HALL, minority=0.1)
    assert sorted(kept["rcid"].unique()) == [0, 1, 2]
    assert len(contested_votes(HALL, minority=0)) == len(HALL)
    assert sorted(contested_votes(HALL, minority=0.5)["rcid"].unique()) == [1, 2]
    assert contested_votes(HALL, minority=0.7).empty


def test_kappa_and_its_paradox_as_printed_by_feinstein_and_cicchetti():
    """Two tables with 85 % agreement each: kappa is .70 where choices are balanced and .32 where
    they are not."""
    balanced, skewed = (cohen_kappa(ratings(*table)) for table in ((40, 9, 6, 45), (80, 10, 5, 5)))
    assert balanced.observed == skewed.observed == 0.85
    assert round(balanced.kappa, 2) == 0.70
    assert round(skewed.kappa, 2) == 0.32
    assert balanced.even_chance == skewed.even_chance == pytest.approx((0.85 - 1 / 3) / (2 / 3))
    assert skewed.prevalence == pytest.approx(0.875)
    said = "kappa 0.318: 85.0 % of 100 choices are identical, 78.0 % expected by chance because"
    assert str(skewed).startswith(f"{said} 87.5 %")


@pytest.mark.parametrize(("few", "cast"), [(1, 10), (1, 11), (3, 30), (7, 25)])
def test_a_share_reached_exactly_is_reached(few, cast):
    votes = votes_of({f"S{state}": [3 if state < few else 1] for state in range(cast)})
    assert len(contested_votes(votes, minority=few / cast)) == cast
    assert contested_votes(votes, minority=np.nextafter(few / cast, 1)).empty


def test_a_text_voted_on_in_exactly_the_share_asked_for_recurs():
    """0.55 * 20 is more than 11 in doubles."""
    calls = pd.DataFrame({"rcid": range(11), "title": "Peaceful uses", "session": range(11)})
    assert len(recurring_texts(calls, periods=range(20), min_share=0.55)) == 11


@settings(deadline=None)
@given(CHOICES)
def test_kappa_agrees_with_statsmodels(choices):
    both = pd.DataFrame(choices, columns=["home", "partner"])
    made = cohen_kappa(both)
    if isinstance(made, NotApplicable):
        assert np.unique(both).size == 1
        return
    table = pd.crosstab(both.home, both.partner).reindex([1, 2, 3], fill_value=0)
    table = table.reindex(columns=[1, 2, 3], fill_value=0).to_numpy()
    assert made.kappa == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-9)


def test_kappa_declines_what_has_no_chance_correction():
    assert "0/0" in str(cohen_kappa(ratings(5, 0, 0, 0)))
    assert "no choice" in str(cohen_kappa(ratings(0, 0, 0, 0)))
    for other in (np.nan, 8):
        with pytest.raises(ModelInputError, match="missing or have other codes"):
            cohen_kappa(ratings(1, 1, 1, 1).replace(3, other))


def test_recurring_texts_are_one_roll_call_per_text_and_period():
    rows = {
        "Peaceful uses": 70,
        "PEACEFUL  USES : resolution / adopted by the General Assembly": 71,
        "Nuclear tests": 70,
        "nuclear tests": 71,
        "Nuclear tests.": 71,
        "Once only": 70,
        None: 70,
        "Peaceful, uses": 69,
    }
    calls = pd.DataFrame(rows.items(), columns=["title", "session"], index=range(1, 9))
    calls = calls.rename_axis("rcid").reset_index()
    panel = recurring_texts(calls, periods=[70, 71])
    assert panel["text"].tolist() == ["nuclear tests"] * 2 + ["peaceful uses"] * 2
    assert panel["rcid"].tolist() == [3, 5, 1, 2]
    assert len(recurring_texts(calls, periods=[70, 71], min_share=0.5)) == 5
    assert isinstance(recurring_texts(calls, periods=[69, 70, 71, 72]), NotApplicable)


def points(gap: float, spread: float) -> pd.DataFrame:
    half = stats.norm.ppf(0.95) * spread
    rows = [(2020, gap), (2020, 0.0), (2021, gap), (2022, gap), (2022, 2 * gap)]
    frame = pd.DataFrame(rows, columns=["year", "ideal_point"])
    frame["iso3"] = ["RUS", "CHN", "RUS", "RUS", "CHN"]
    return frame.assign(low=frame["ideal_point"] - half, high=frame["ideal_point"] + half)


def test_distance_of_ideal_points_by_hand():
    table = ideal_point_distance(points(1.0, 0.3), home="RUS", partner="CHN").set_index("year")
    assert table.index.tolist() == [2020, 2022]
    assert table["difference"].tolist() == pytest.approx([1, -1])
    np.testing.assert_allclose(table["std_error"], 0.3 * np.sqrt(2))
    half = stats.norm.ppf(0.95) * 0.3 * np.sqrt(2)
    np.testing.assert_allclose(table[["ci_low", "ci_high"]], [[1 - half, 1 + half]] * 2)
    close = ideal_point_distance(points(0.2, 0.3), home="RUS", partner="CHN").iloc[0]
    assert 0 == close["ci_low"] < close["distance"] < close["ci_high"]


def test_distance_interval_covers_the_truth():
    """Posteriors of two independent countries, drawn 5,000 times round a true distance of 0.5."""
    draws, half = 5000, stats.norm.ppf(0.95) * 0.1
    drawn = np.random.default_rng(6).normal([[0.5], [0.0]], 0.1, (2, draws))
    columns = {"iso3": np.repeat(["RUS", "CHN"], draws), "year": np.tile(np.arange(draws), 2)}
    frame = pd.DataFrame({**columns, "ideal_point": drawn.ravel()})
    frame = frame.assign(low=frame.ideal_point - half, high=frame.ideal_point + half)
    table = ideal_point_distance(frame, home="RUS", partner="CHN")
    hits = ((table["ci_low"] <= 0.5) & (table["ci_high"] >= 0.5)).mean()
    four_errors = 4 * np.sqrt(0.09 / draws)  # of a simulated share
    assert abs(hits - 0.9) < four_errors


def test_bad_input_is_explained():
    with pytest.raises(ModelInputError, match=r"columns \['vote'\] are not there"):
        agreement_with_all(HALL.drop(columns="vote"), home="RUS")
    with pytest.raises(ModelInputError, match=r"codes \['8'\], 0 are missing"):
        agreement_with_all(HALL.replace({"vote": {2: 8}}), home="RUS")
    with pytest.raises(ModelInputError, match="1 rows repeat rcid, iso3"):
        agreement_with_all(pd.concat([HALL, HALL.head(1)]), home="RUS")
    with pytest.raises(CoverageError, match=r"the voter 'CHM' is nowhere.*did you mean 'CHN'"):
        agreement_with_all(HALL, home="CHM")
    with pytest.raises(ParameterError, match="minority is 10"):
        contested_votes(HALL, minority=10)
    spoiled = points(1, 1).assign(high=[-9.0, 9, 9, 9, 9])
    with pytest.raises(ModelInputError, match="1 points lie outside their bounds"):
        ideal_point_distance(spoiled, home="RUS", partner="CHN")
    with pytest.raises(CoverageError, match="RUS and CHN share no year"):
        ideal_point_distance(points(1, 1).iloc[[1, 2]], home="RUS", partner="CHN")


def test_a_split_must_be_the_same_in_all_votes_of_a_roll_call():
    split = HALL.assign(year=range(len(HALL)))
    with pytest.raises(ModelInputError, match="roll calls have several values of 'year'"):
        agreement_with_all(split, home="RUS", by="year")
