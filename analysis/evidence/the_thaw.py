"""Evidence of notebook 01 on the thaw: how trade and votes came closer again, and their falls."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import CoverageError, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.a_quiet_border import CODED_TO, disputes_of
from analysis.evidence.states import of_russia_and_china, pair
from analysis.evidence.the_split import SOVIET_ENDS, imports_of_both
from analysis.evidence.the_trade_boom import in_constant_dollars
from analysis.evidence.votes import LAST_FULL_YEAR, agreement_by_year, distance_by_year
from analysis.models.breaks import fit_breaks, sup_f_test
from analysis.tables import load
from analysis.tables.views import pair_trade

FEWEST_YEARS = 10
"""Years of trade below which falls and breaks are not looked for."""
YEARS_RUNNING = 2
"""How long a shallower fall lasts to count in the picture of falls, as in the rule of C04."""
STRANDS = ("trade", "closeness", "disputes")
"""What may be interrupted, by the rule of C04."""


@cache
def china_in_soviet_and_russian_trade() -> pd.Series:
    """China's share in Soviet, then Russian trade by Moscow's books, percent, 1985-2024."""
    of_all = load("cow_trade_totals", reporter="SUN").groupby("year").value_usd_mn.sum(min_count=2)
    soviet = (100 * imports_of_both() / of_all).dropna().loc[1985:SOVIET_ENDS]
    trade = pair_trade("RUS", "CHN", source="imf_home").set_index("year").total_usd_bn
    books = load("trade_totals", reporter="RUS").drop_duplicates(["flow", "year"], keep="last")
    world = books.groupby("year").value_usd_mn.sum(min_count=2) / 1000
    return pd.concat([soviet, (100 * trade / world).dropna()])


@cache
def trade_since_1978(*, constant_dollars: bool = False) -> pd.Series:
    """China's reported trade with the Soviet Union, from 1992 Russia, USD billion by year."""
    soviet = pair_trade("CHN", "SUN").set_index("year").total_usd_bn
    russia = pair_trade("CHN", "RUS", source="china_customs").set_index("year").total_usd_bn
    whole = pd.concat([soviet.loc[:SOVIET_ENDS], russia.loc[SOVIET_ENDS + 1 :]]).dropna()
    return in_constant_dollars(whole) if constant_dollars else whole


@cache
def closeness_by_year() -> pd.Series:
    """Largest distance of the two ideal points less that of the year: it rises with closeness."""
    distance = distance_by_year("RUS", "CHN").set_index("year").distance
    return distance.max() - distance


class Fall(NamedTuple):
    """The year before a fall, its depth, and after how many years that level was regained."""

    since: int
    depth_pct: float
    recovered_after: int | None

    def told(self, *, depth: bool) -> str:
        """The fall in words, with or without its depth."""
        years, by = self.recovered_after, f" by {self.depth_pct:.0f} %" if depth else ""
        return f"{self.since}{by} ({f'{years} years to regain' if years else 'not regained'})"


def falls(levels: pd.Series, *, deep_pct: float, years_running: int = YEARS_RUNNING) -> list[Fall]:
    """Falls for so many years running, or by more than so many percent in one, of levels by year
    without gaps; a fall that begins before an earlier one is regained is part of that one.
    """
    change, fallen = levels.pct_change(fill_method=None), []
    regained = int(levels.index[0])
    for year in levels.index[1:]:
        next_years = range(year + 1, year + years_running)
        long = change[year] < 0 and all(change.get(later, 0) < 0 for later in next_years)
        if year <= regained or not (long or change[year] < -deep_pct / 100):
            continue
        before, later = levels[year - 1], levels.loc[year:]
        back = later.index[later >= before]
        regained = int(back[0]) if len(back) else int(levels.index[-1])
        depth = float(100 * (1 - later.loc[:regained].min() / before))
        fallen.append(Fall(int(year - 1), depth, regained - int(year) + 1 if len(back) else None))
    return fallen


def parts_of_rise(levels: pd.Series, *, first: int, last: int, by: Sequence[int]) -> list[float]:
    """Parts of the rise between two years that were there by others; none where nothing rose."""
    rise = float(levels[last] - levels[first])
    return [float(levels[year] - levels[first]) / rise for year in by] if rise > 0 else []


def roots(
    *,
    first_year: int,
    last_year: int,
    early_year: int,
    late_year: int,
    measures: Sequence[str] = ("trade", "agreement", "closeness"),
    constant_dollars: bool = False,
) -> Figures:
    """Figures of C03: agreements by an early year, and the part of each measure's rise that was
    there by it and by a late one; trade is China's share in Moscow's, or in dollars of 2017.
    """
    share = china_in_soviet_and_russian_trade
    levels = {
        "trade": trade_since_1978(constant_dollars=True) if constant_dollars else share(),
        "agreement": agreement_by_year("RUS", "CHN"),
        "closeness": closeness_by_year(),
    }
    by, signed = (early_year, late_year), agreements_by(early_year)
    parts, said = {}, {}
    for measure, values in levels.items():
        part = parts[measure] = parts_of_rise(values, first=first_year, last=last_year, by=by)
        each = [f"{100 * share:.0f} % by {year}" for share, year in zip(part, by, strict=False)]
        said[measure] = " and ".join(each) or "did not rise"
    risen = [parts[measure] for measure in measures if parts[measure]]
    return {
        **said,
        "shown": [f"{measure} {said[measure]}" for measure in measures],
        "agreements": len(signed),
        "acts": signed,
        "after_late_year": late_year + 1,
        "closeness_pct": 100 * parts["closeness"][1] if parts["closeness"] else 0.0,
        "parts_begun_early": [late for early, late in risen if early > 0],
    }


def agreements_by(last_year: int) -> list[str]:
    """Years of the agreements between the two on their border and its forces, to a year."""
    acts = load("border_acts").query("act.str.contains('Agreement')")
    steps = load("border_steps").query("event.str.contains('Agreement on Mutual Reduction')")
    years = sorted({*acts.year, *steps.year})
    return [str(year) for year in years if year <= last_year]


def interruptions(
    *, first_year: int, deep_pct: float, years_running: int, strands: Sequence[str] = STRANDS
) -> Figures:
    """Figures of C04: interruptions of each strand since a year, and the years that they fill."""
    found, said = {}, {}
    for strand in dict.fromkeys((*STRANDS, *strands)):
        fell, part = found[strand] = interrupted(strand, first_year, deep_pct, years_running)
        each = ", ".join(fall.told(depth="trade" in strand) for fall in fell)
        of_years = f"{100 * part:.0f} % of the years"
        said[strand] = f"after {each}: {of_years}" if fell else "no interruption"
    chosen = {strand: found[strand] for strand in strands}
    every = [fall for fell, _ in chosen.values() for fall in fell]
    worst = max(every, key=lambda fall: fall.recovered_after or np.inf, default=None)
    parts = [part for _, part in chosen.values()]
    return {
        **said,
        "years_to_regain": [fall.recovered_after for fall in every],
        "parts_interrupted": parts,
        "most_interrupted_pct": 100 * max(parts),
        "worst_since": worst.since if worst else first_year,
        "in_short": [
            f"{strand} {100 * part:.0f} % of the years"
            + " and not regained" * any(fall.recovered_after is None for fall in fell)
            for strand, (fell, part) in chosen.items()
        ],
    }


def interrupted(
    strand: str, first_year: int, deep_pct: float, years_running: int
) -> tuple[list[Fall], float]:
    """Interruptions of a strand since a year, and the part of its years that they fill. Disputes
    are falls of a peace that is 1 in years in which none began, and 0 in others.
    """
    if strand == "disputes":
        begun = disputes_of("RUS", "CHN").query("start_year >= @first_year").start_year
        years = pd.RangeIndex(first_year - 1, CODED_TO + 1)
        levels = pd.Series((~years.isin(begun)).astype(float), years)
    else:
        by_strand: dict[str, Callable[[], pd.Series]] = {
            "trade": lambda: trade_since_1978(constant_dollars=True),
            "closeness": closeness_by_year,
            "current trade": trade_since_1978,
            "agreement": lambda: agreement_by_year("RUS", "CHN"),
        }
        levels = by_strand[strand]().loc[first_year:]
    fell = falls(levels, deep_pct=deep_pct, years_running=years_running)
    last_year = int(levels.index[-1])
    filled = sum((fall.recovered_after or last_year + 1 - fall.since) - 1 for fall in fell)
    return fell, filled / (last_year - first_year + 1)


@where_known
def real_trade(home: str, partner: str, *, first_year: int) -> pd.Series:
    """Trade by year in USD billion of 2017, as home reported it; China's since 1978 for the two."""
    if of_russia_and_china(home, partner):
        levels = trade_since_1978(constant_dollars=True)
    else:
        totals = pair_trade(home, partner).set_index("year").total_usd_bn.dropna()
        levels = in_constant_dollars(totals)
    levels = levels.loc[first_year:]
    gaps = bool((levels.index.diff()[1:] > 1).any())
    if len(levels) < FEWEST_YEARS or gaps:
        years = f"{len(levels)} years of known trade from {first_year} on{', with gaps' * gaps}"
        raise CoverageError(
            f"{pair(home, partner)} have {years}",
            allowed=f"{FEWEST_YEARS} years or more without a gap",
            do="choose another first year or pair",
        )
    return levels


@where_known
def agreement(home: str, partner: str) -> pd.Series:
    """``agreement_by_year`` of two states to the last full year."""
    return agreement_by_year(home, partner).loc[:LAST_FULL_YEAR]


@where_known
def distance(home: str, partner: str, *, first_year: int) -> pd.DataFrame:
    """``distance_by_year`` of two states from a year on."""
    table = distance_by_year(home, partner).query("year >= @first_year")
    if table.empty:
        states = pair(home, partner)
        raise CoverageError(f"{states} have no ideal points in the same year since {first_year}")
    return table


@where_known
def turn_of_growth(levels: pd.Series, home: str, partner: str) -> Figures:
    """Regimes of the mean of yearly growth (logarithms; a row for each), and the test of no break
    against one: sup_f, p_value, break_after (the year, with a caution where there is one) and spec.
    The year in which the Soviet Union becomes Russia is left out as a splice.
    """
    changes = of_russia_and_china(home, partner) and levels.index[0] <= SOVIET_ENDS
    splices = [SOVIET_ENDS + 1] if changes else []
    growth = np.log(levels).diff().dropna().drop(splices)
    fit = applicable(fit_breaks(growth, splices=splices, max_breaks=3))
    test = applicable(sup_f_test(growth, splices=splices, n_draws=499, seed=1))
    return {
        "regimes": fit.tidy(),
        "sup_f": test.statistic,
        "p_value": test.p_value,
        "break_after": f"{test.break_after}{f' ({test.caution})' if test.caution else ''}",
        "spec": test.spec,
    }
