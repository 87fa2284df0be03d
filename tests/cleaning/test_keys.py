"""A missing key is refused and counted wherever a table goes in; so are codes that are none."""

from collections.abc import Callable

import pandas as pd
import pytest

from analysis.cleaning import checks, codes, lints, trade
from analysis.errors import RawDataError

MISSING = pd.Series(["CHN", None, float("nan")], dtype=object)
PAIRS = pd.DataFrame({"one": ["CHN", None], "other": ["RUS", "CHN"], "year": 2000})
REPORTS = pd.DataFrame(
    {"reporter": ["RUS", None], "partner": "CHN", "flow": "exports", "year": 2000}
).assign(value_usd_mn=1.0)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: checks.to_iso3(MISSING, publisher="imf_dots"), "2 rows without country"),
        (lambda: trade._of_imf(MISSING), "2 rows without country"),
        (lambda: checks.to_iso3(MISSING, publisher="wdi", coded=True), "2 rows without country"),
        (lambda: checks.require_unique(PAIRS, ["one"], what="pairs"), "1 rows without one"),
        (
            lambda: codes.undirected(PAIRS.set_axis([*codes.PAIR, "year"], axis=1)),
            "1 rows without state_a",
        ),
        (lambda: codes.one_direction(PAIRS, "one", "other", by=[], what="x"), "1 rows without one"),
        (lambda: lints.jumps(REPORTS, by=["reporter"]), "1 rows without reporter"),
        (lambda: lints.contradicted(REPORTS), "1 rows without reporter"),
        (lambda: codes.cow_to_iso3(MISSING, MISSING, what="x"), "text where a number"),
        (lambda: codes.cow_to_iso3(pd.Series([710.5]), pd.Series([2000]), what="x"), "whole"),
        (lambda: trade._of_imf(pd.Series(["WLD", "G001"])), r"reference list: \['WLD'\]"),
        (lambda: checks.to_iso3(pd.Series(["W00", 0]), publisher="gacc"), r"\[0, 'W00'\]"),
    ],
)
def test_a_key_that_is_none_is_refused(ask: Callable[[], object], says: str) -> None:
    with pytest.raises(RawDataError, match=says):
        ask()
