"""Ranks with ties and gaps, checked against pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.measures.rank import Rank, RankInterval, rank_among

SHARES = {
    ("RUS", "CHN", 2020): 0.3,
    ("RUS", "CHN", 2021): 0.1,
    ("IND", "CHN", 2020): 0.3,
    ("IND", "CHN", 2021): np.nan,
    ("BRA", "CHN", 2020): 0.5,
}
PAIRS = pd.Series(SHARES)


def test_ties_and_missing_values_are_said():
    place = rank_among(PAIRS, ("RUS", "CHN", 2020))
    assert place == Rank(rank=2, of=4, tied=1, missing=1, value=0.3)
    assert str(place) == "rank 2 of 4, 1 tied with it, 1 missing"
    assert isinstance(rank_among(PAIRS, ("IND", "CHN", 2021)), NotApplicable)


def test_large_numbers_of_both_kinds_of_place_are_written_alike():
    assert str(Rank(rank=1744, of=11466, tied=0, missing=0, value=1.0)) == "rank 1,744 of 11,466"
    place = RankInterval(best=1740, rank=1744, worst=1750, of=11466)
    assert str(place) == "rank 1,744 (between 1,740 and 1,750) of 11,466"


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_agrees_with_pandas(numbers):
    values = pd.Series(numbers, dtype=float)
    theirs = values.rank(method="min", ascending=False)
    assert [rank_among(values, i).rank for i in values.index] == theirs.tolist()


def test_bad_input_is_explained():
    with pytest.raises(CoverageError, match="not among the 5 entries"):
        rank_among(PAIRS, ("USA", "CHN", 2020))
    for part in ("RUS", ("RUS", "CHN"), ("BRA", "CHN")):
        with pytest.raises(CoverageError, match="whole labels such as RUS, CHN, 2020"):
            rank_among(PAIRS, part)
    with pytest.raises(ModelInputError, match="a value is not a number: b: 'x'"):
        rank_among(pd.Series([1, "x"], index=["a", "b"]), "a")
    with pytest.raises(ModelInputError, match="the label a comes twice"):
        rank_among(pd.Series([1.0, 2.0], index=["a", "a"]), "a")
