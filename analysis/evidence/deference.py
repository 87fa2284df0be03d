"""Evidence of notebook 08 on deference: which of two states moves where they come to agree."""

from functools import cache

import pandas as pd

from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.evidence.coercion import cases_against, exact_share
from analysis.evidence.states import pair
from analysis.evidence.votes import FIRST_YEAR, ballots, texts_by_year, voters, votes_with_year
from analysis.evidence.who_depends_on_whom import SNAPSHOT, place_of_gap

SPAN = 5
"""Years that the figure of moves takes together."""


@cache
def moves_to_agreement(home: str, partner: str, *, apart: int = 1) -> pd.DataFrame:
    """Each time that two states (ISO3) voted differently on a text, and alike when it came again so
    many years later because one alone had moved: text, year (of the later vote) and mover (ISO3).
    """
    cast = texts_by_year().join(ballots()[[home, partner]], on="rcid").dropna()
    after = cast[cast.period >= FIRST_YEAR + apart].sort_values(["period", "text"])
    before = cast.assign(period=cast.period + apart)
    both = after.merge(before, on=["text", "period"], suffixes=("", "_before"))
    came = (both[f"{home}_before"] != both[f"{partner}_before"]) & (both[home] == both[partner])
    moved = {state: both[state] != both[f"{state}_before"] for state in (home, partner)}
    alone = both[came & (moved[home] != moved[partner])]
    movers = moved[home][alone.index].map({True: home, False: partner})
    moves = alone[["text", "period"]].rename(columns={"period": "year"}).assign(mover=movers)
    return moves.reset_index(drop=True)


def deference(
    *,
    first_year: int,
    last_year: int,
    half_pct: float,
    level: float,
    years_apart: int,
    first_move_only: bool = False,
) -> Figures:
    """Figures of C42: Russia's part of the moves to a common vote (the first on each text, or all)
    so many years after they differed, with its exact interval and test of a half; lists with cases
    of pressure; and the gap of trade.
    """
    moves = moves_to_agreement("RUS", "CHN", apart=years_apart)
    moves = moves[moves.year.between(first_year, last_year)]
    moves = moves.drop_duplicates("text") if first_move_only else moves
    if moves.empty:
        raise CoverageError(f"no text brought the two together in {first_year}-{last_year}")
    russia = int((moves.mover == "RUS").sum())
    gap = place_of_gap("RUS", "CHN", year=SNAPSHOT)
    return {
        "moves": len(moves),
        "moved_russia": russia,
        **exact_share("moved", russia, len(moves), against_pct=half_pct, level=level),
        "interval_pct": 100 * (1 - level),
        "listed": sum(cases > 0 for cases in cases_against("RUS").values()),
        "larger_pct": gap["larger_pct"],
        "pairs": gap["pairs"],
    }


@where_known
def moves_by_years(home: str, partner: str) -> pd.DataFrame:
    """Moves to a common vote by years ('1993-1997'): a column for those of each state (ISO3)."""
    here, there = voters(home, partner)
    moves = moves_to_agreement(here, there)
    if moves.empty:
        raise CoverageError(f"no text brought {pair(here, there)} together")
    start = FIRST_YEAR + 1 + (moves.year - FIRST_YEAR - 1) // SPAN * SPAN
    last = (start + SPAN - 1).clip(upper=int(votes_with_year().year.max()))
    years = start.astype(str) + "-" + last.astype(str)
    counts = pd.crosstab(years, moves.mover).reindex(columns=[here, there], fill_value=0)
    return counts.rename_axis(index="years", columns=None).reset_index()
