"""Agreement measures against printed tables, identities between measures and hand counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.measures.agreement import (
    agreement_with_all,
    cohen_kappa,
    contested_votes,
    ideal_point_distance,
    paired_votes,
    recurring_texts,
    s_score,
)

ROUNDING = 1e-12
CHOICES = st.lists(
    st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([1, 2, 3])), min_size=1, max_size=60
)


def votes_of(table: dict[str, list[int | None]]) -> pd.DataFrame:
    """One list of votes per country; None is an absence."""
    rows = [
        (i, country, v)
        for country, cast in table.items()
        for i, v in enumerate(cast)
        if v is not None
    ]
    return pd.DataFrame(rows, columns=["rcid", "iso3", "vote"])


HALL = votes_of({
    "RUS": [1, 1, 3, 2, 1, None],
    "CHN": [1, 2, 3, 2, None, 1],
    "USA": [3, 3, 1, 2, 1, 1],
    "IND": [1, 1, 2, 2, 1, 1],
})  # fmt: skip


def ratings(both_yes: int, yes_no: int, no_yes: int, both_no: int) -> tuple[np.ndarray, np.ndarray]:
    first = np.repeat([1, 1, 3, 3], [both_yes, yes_no, no_yes, both_no])
    second = np.repeat([1, 3, 1, 3], [both_yes, yes_no, no_yes, both_no])
    return first, second


def test_lijphart_by_hand():
    table = agreement_with_all(HALL, home="RUS").set_index("partner")
    assert table.loc["CHN", ["n_votes", "identical", "partial", "opposed"]].tolist() == [4, 3, 1, 0]
    assert table.loc["CHN", "agreement"] == 3.5 / 4
    assert table.loc["USA", "agreement"] == 2 / 5
    assert table.loc["IND", "agreement"] == 4.5 / 5
    assert table["rank"].to_dict() == {"IND": 1, "CHN": 2, "USA": 3}


def test_split_by_year_and_ties():
    split = HALL.assign(year=np.where(HALL["rcid"] < 3, 2000, 2001))
    table = agreement_with_all(split, home="RUS", by="year").set_index(["year", "partner"])
    assert table.loc[(2000, "CHN"), "agreement"] == table.loc[(2000, "IND"), "agreement"] == 2.5 / 3
    assert table.loc[2000, "rank"].to_dict() == {"CHN": 1, "IND": 1, "USA": 3}
    assert table.loc[(2001, "CHN"), "n_votes"] == 1


def test_paired_votes_leave_absences_out():
    both = paired_votes(HALL, home="RUS", partner="CHN")
    assert both["rcid"].tolist() == [0, 1, 2, 3]
    assert both["partner"].tolist() == [1, 2, 3, 2]
    assert paired_votes(HALL, home="RUS", partner="FRA").empty


def test_contested_votes_drop_the_unanimous():
    kept = contested_votes(HALL, minority=0.1)
    assert sorted(kept["rcid"].unique()) == [0, 1, 2]
    assert len(contested_votes(HALL, minority=0)) == len(HALL)
    assert sorted(contested_votes(HALL, minority=0.5)["rcid"].unique()) == [1, 2]
    assert contested_votes(HALL, minority=0.7).empty


@settings(deadline=None)
@given(CHOICES)
def test_s_score_is_twice_lijphart_less_one(choices):
    first, second = zip(*choices, strict=True)
    table = agreement_with_all(votes_of({"RUS": list(first), "CHN": list(second)}), home="RUS")
    assert s_score(np.array(first), np.array(second)) == pytest.approx(
        2 * table["agreement"].iloc[0] - 1, abs=ROUNDING
    )


@settings(deadline=None)
@given(CHOICES)
def test_s_score_bounds_symmetry_and_identity(choices):
    first, second = (np.array(c) for c in zip(*choices, strict=True))
    score = s_score(first, second)
    assert -1 <= score <= 1
    assert s_score(second, first) == score
    assert s_score(first, first) == 1


def test_s_score_weights_and_gaps():
    assert s_score(np.array([3, 0, 0]), np.array([0, 0, np.nan]), widest=3) == 0
    assert s_score(
        np.array([3, 0]), np.array([0, 0]), weights=np.array([3.0, 1.0]), widest=3
    ) == pytest.approx(-0.5)
    assert isinstance(s_score(np.array([np.nan]), np.array([1.0])), NotApplicable)
    with pytest.raises(ModelInputError, match="distances up to 2"):
        s_score(np.array([0, 3]), np.array([3, 0]))


def test_kappa_and_its_paradox_as_printed_by_feinstein_and_cicchetti():
    """Two tables with 85 % agreement each: kappa is .70 where choices are balanced and .32 where
    they are not."""
    balanced, skewed = (
        cohen_kappa(*ratings(40, 9, 6, 45), n_categories=2),
        cohen_kappa(*ratings(80, 10, 5, 5), n_categories=2),
    )
    assert balanced.observed == skewed.observed == 0.85
    assert round(balanced.kappa, 2) == 0.70
    assert round(skewed.kappa, 2) == 0.32
    assert balanced.even_chance == skewed.even_chance == pytest.approx(0.70)
    assert skewed.prevalence == pytest.approx(0.875)
    assert (
        "kappa 0.318: 85.0% of 100 choices are identical, 78.0% expected by chance because 87.5%"
        in str(skewed)
    )


@settings(deadline=None)
@given(CHOICES)
def test_kappa_agrees_with_statsmodels(choices):
    first, second = (np.array(c) for c in zip(*choices, strict=True))
    made = cohen_kappa(first, second)
    if isinstance(made, NotApplicable):
        assert len({*first, *second}) == 1
        return
    table = np.zeros((3, 3))
    np.add.at(table, (first - 1, second - 1), 1)
    assert made.kappa == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-9)


def test_kappa_declines_what_has_no_chance_correction():
    assert "0/0" in str(cohen_kappa(np.ones(5), np.ones(5)))
    assert isinstance(cohen_kappa(np.array([]), np.array([])), NotApplicable)
    with pytest.raises(ModelInputError, match="3 and 2 choices"):
        cohen_kappa(np.ones(3), np.ones(2))
    with pytest.raises(ModelInputError, match="at most 2 categories"):
        cohen_kappa(np.array([1, 2]), np.array([3, 1]), n_categories=2)


def test_recurring_texts_are_one_roll_call_per_text_and_period():
    calls = pd.DataFrame(
        [(1, "Peaceful uses", 70), (2, "PEACEFUL  USES : resolution / adopted by the General Assembly", 71),
         (3, "Nuclear tests", 70), (4, "nuclear tests", 71),
         (5, "Nuclear tests", 71), (6, "Once only", 70), (7, None, 70), (8, "Peaceful uses", 69)],
        columns=["rcid", "title", "session"],
    )  # fmt: skip
    panel = recurring_texts(calls, periods=[70, 71])
    assert panel.to_numpy().tolist() == [["nuclear tests", 70, 3], ["nuclear tests", 71, 5],
                                         ["peaceful uses", 70, 1], ["peaceful uses", 71, 2]]  # fmt: skip
    assert len(recurring_texts(calls, periods=[70, 71], min_share=0.5)) == 5
    assert isinstance(recurring_texts(calls, periods=[69, 70, 71, 72]), NotApplicable)
    with pytest.raises(ModelInputError, match=r"columns missing \['year'\]"):
        recurring_texts(calls, periods=[70], period="year")


def points(gap: float, spread: float) -> pd.DataFrame:
    half = stats.norm.ppf(0.95) * spread
    rows = [
        ("RUS", 2020, gap),
        ("CHN", 2020, 0.0),
        ("RUS", 2021, gap),
        ("RUS", 2022, gap),
        ("CHN", 2022, 2 * gap),
    ]
    frame = pd.DataFrame(rows, columns=["iso3", "year", "ideal_point"])
    return frame.assign(low=frame["ideal_point"] - half, high=frame["ideal_point"] + half)


def test_distance_of_ideal_points_by_hand():
    table = ideal_point_distance(points(1.0, 0.3), home="RUS", partner="CHN").set_index("year")
    assert table.index.tolist() == [2020, 2022]
    assert table["difference"].tolist() == pytest.approx([1, -1])
    np.testing.assert_allclose(table["std_error"], 0.3 * np.sqrt(2))
    half = stats.norm.ppf(0.95) * 0.3 * np.sqrt(2)
    np.testing.assert_allclose(table[["ci_low", "ci_high"]], [[1 - half, 1 + half]] * 2)


def test_distance_reaches_zero_where_the_two_cannot_be_told_apart():
    row = ideal_point_distance(points(0.2, 0.3), home="RUS", partner="CHN").iloc[0]
    assert row["ci_low"] == 0
    assert row["ci_high"] > row["distance"] > 0


def test_distance_interval_covers_the_truth():
    """Posteriors of two independent countries, drawn 5,000 times round a true distance of 0.5."""
    draws, half = 5000, stats.norm.ppf(0.95) * 0.1
    drawn = np.random.default_rng(6).normal([[0.5], [0.0]], 0.1, (2, draws))
    frame = pd.DataFrame(
        {"iso3": np.repeat(["RUS", "CHN"], draws), "year": np.tile(np.arange(draws), 2)}
    )
    frame = frame.assign(
        ideal_point=drawn.ravel(), low=drawn.ravel() - half, high=drawn.ravel() + half
    )
    table = ideal_point_distance(frame, home="RUS", partner="CHN", level=0.9)
    hits = ((table["ci_low"] <= 0.5) & (table["ci_high"] >= 0.5)).mean()
    assert abs(hits - 0.9) < 4 * np.sqrt(
        0.09 / draws
    )  # four standard deviations of a simulated share


def test_bad_input_is_explained():
    with pytest.raises(ModelInputError, match=r"lack \['vote'\]"):
        agreement_with_all(HALL.drop(columns="vote"), home="RUS")
    with pytest.raises(ModelInputError, match=r"codes \[8\], 0 missing votes, 1 second votes"):
        agreement_with_all(pd.concat([HALL.replace({"vote": {2: 8}}), HALL.head(1)]), home="RUS")
    with pytest.raises(CoverageError, match="FRA casts no vote"):
        agreement_with_all(HALL, home="FRA")
    with pytest.raises(ModelInputError, match="minority 10"):
        contested_votes(HALL, minority=10)
    with pytest.raises(ModelInputError, match="1 points lie outside their bounds"):
        ideal_point_distance(
            points(1, 1).assign(high=[-9.0, 9, 9, 9, 9]), home="RUS", partner="CHN"
        )
    with pytest.raises(CoverageError, match="RUS and FRA share no year"):
        ideal_point_distance(points(1, 1), home="RUS", partner="FRA")
