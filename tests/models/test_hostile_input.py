"""Tables, options and keys as a stranger brings them: each is refused in a sentence, or right."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import BallastError
from analysis.measures.agreement import (
    agreement_with_all,
    ideal_point_distance,
    paired_votes,
    recurring_texts,
)
from analysis.measures.decomposition import contributions, fisher_indices
from analysis.measures.dependence import herfindahl, mutual_dependence
from analysis.measures.events import compare_rates, poisson_rate
from analysis.measures.growth import cagr
from analysis.measures.rank import rank_among, rank_interval
from analysis.models.base_rates import growth_windows, surge_base_rate
from analysis.models.breaks import fit_breaks
from analysis.models.forecasts import fit_drift

RNG = np.random.default_rng(0)
LEVELS = pd.Series(np.exp(np.cumsum(0.08 + 0.1 * RNG.normal(size=25))), index=range(2000, 2025))
GROWTH = np.log(LEVELS).diff().dropna()
PARTS = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]}, index=[2010, 2020])
FLOWS = pd.DataFrame(
    [("RUS", "CHN", 2020, 5.0), ("CHN", "RUS", 2020, 6.0), ("RUS", "IND", 2020, 1.0)],
    columns=["exporter", "importer", "year", "value"],
)
VOTES = pd.DataFrame(
    [
        (r, c, 1 + (r + len(c) + i) % 3)
        for r in range(9)
        for i, c in enumerate(("RUS", "CHN", "IN"))
    ],
    columns=["rcid", "iso3", "vote"],
).assign(year=lambda votes: 2000 + votes.rcid // 3)
POINTS = pd.DataFrame(
    [(c, 2000, float(i), i - 0.5, i + 0.5) for i, c in enumerate(("RUS", "CHN"))],
    columns=["iso3", "year", "ideal_point", "low", "high"],
)
PANEL = pd.DataFrame(
    [(f"p{p}", y, float(np.exp(RNG.normal()))) for p in range(20) for y in range(1990, 2012)],
    columns=["pair", "year", "value"],
)
REFUSED = {
    "a list for a series": (lambda: cagr([1, 2], first=2000, last=2001), "came as list"),
    "a frame for a series": (lambda: fit_breaks(GROWTH.to_frame()), "came as DataFrame"),
    "complex numbers": (lambda: fit_drift(LEVELS.astype(complex)), "is not a number: 2000: "),
    "numbers too large to square": (lambda: herfindahl(pd.Series([1e308, 1e308])), "size of 1e-50"),
    "a column twice": (
        lambda: contributions(pd.concat([PARTS, PARTS], axis=1), first=2010, last=2020),
        "columns a, b twice",
    ),
    "a series of prices": (
        lambda: fisher_indices(PARTS.a, PARTS, first=2010, last=2020),
        "as Series",
    ),
    "a blank country": (lambda: mutual_dependence(FLOWS.replace("IND", " ")), "1 importer"),
    "codes and names": (
        lambda: paired_votes(VOTES.assign(rcid=[*range(26), "z"]), home="RUS", partner="CHN"),
        "rcid holds text and whole numbers",
    ),
    "votes without a year": (
        lambda: agreement_with_all(VOTES.assign(year=[*[1] * 26, None]), home="RUS", by="year"),
        "1 votes lack",
    ),
    "votes split by vote": (lambda: agreement_with_all(VOTES, home="RUS", by="vote"), "by='vote'"),
    "nullable votes": (
        lambda: paired_votes(
            VOTES.assign(vote=pd.array([None, *[1] * 26], "Int8")), home="RUS", partner="CHN"
        ),
        "1 are missing",
    ),
    "a list as voter": (lambda: agreement_with_all(VOTES, home=["RUS"]), "is nowhere"),
    "sessions as text": (
        lambda: recurring_texts(VOTES.assign(title="t", year="1"), periods=[1], period="year"),
        "integer years",
    ),
    "one period": (
        lambda: recurring_texts(VOTES, periods=60, text="iso3", period="year"),
        "square brackets",
    ),
    "a count beyond integers": (lambda: poisson_rate(10**20, 1), "the count is"),
    "a period that is one count": (lambda: compare_rates((3,), (4, 10)), "give both"),
    "a list as target": (lambda: rank_among(LEVELS, [2000]), "is not among"),
    "a bound that is missing": (
        lambda: rank_interval(LEVELS, 2000, high=LEVELS, low=LEVELS.where(LEVELS.index > 2003)),
        "4 bounds",
    ),
    "a threshold that is true": (lambda: surge_base_rate(PANEL, threshold=True), "is True"),
    "splices as text": (lambda: fit_breaks(GROWTH, splices="2010"), "square brackets"),
    "a splice as text": (lambda: fit_breaks(GROWTH, splices=["2010"]), "of a splice is '2010'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_computed_is_refused_in_a_sentence(case):
    call, said = REFUSED[case]
    with pytest.raises(BallastError, match=said) as raised:
        call()
    assert "; " in str(raised.value)  # what came in, then what is allowed or what to do


def test_numbers_and_dates_of_other_kinds_give_the_same_result():
    windows = growth_windows(PANEL, window=3)
    small = PANEL.assign(year=(PANEL.year - 1900).astype("uint8"))
    assert growth_windows(small, window=3.0).past_growth.equals(windows.past_growth)
    kept = ideal_point_distance(POINTS.astype({"low": "Float64"}), home="RUS", partner="CHN")
    assert kept.std_error.dtype == float
