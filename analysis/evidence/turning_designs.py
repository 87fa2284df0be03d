"""How much of a rise in trade a turn towards one partner explains, by several designs.

Every design says what trade would have been in the last year without a turn. The share that it
gives to the turn is actual trade less that counterfactual, divided by the rise; more than one means
that trade would have fallen. Each returns one row per variant with ``variant, before_usd_bn,
counterfactual_usd_bn, actual_usd_bn, share_pct``, or NotApplicable where trade did not rise. No
design shows a cause; each attributes to the turn everything that its counterfactual leaves out. The
design that looks at the partner's other partners stands in ``turning_partners``.
"""

import math
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from analysis.countries import iso3
from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence.states import pair, require_russia_and_china
from analysis.evidence.traded_energy import fuels, prices_and_weights
from analysis.evidence.unusual import PANEL_ENDS, SNAPSHOT, exports
from analysis.measures.decomposition import price_and_volume, scale_and_share
from analysis.measures.growth import at_years
from analysis.models.baseline import Baseline, Projection, fit_baseline
from analysis.sentences import Amount
from analysis.tables import load
from analysis.tables.views import false_figures, pair_trade, us_deflator

Years = tuple[int, int]
"""The year before and the last one."""
Design = pd.DataFrame | NotApplicable
LEAST_RISE = 0.05
"""Of the level before; a share of a smaller rise is a large number over a small one."""
FLOWS = ["exports", "imports"]
CUSTOMS_YEAR = 2023
"""Last year for which Russian customs announced what Russia traded with the world."""
TREND_SINCE = 1992
ONLY_FROM_RUSSIA = "prices and weights are here for China's imports of fuels from Russia only"


def variants(expected: Mapping[str, float], *, before: float, actual: float) -> Design:
    """Table of a design from its counterfactuals by variant, USD billion; see the module."""
    if actual < before * (1 + LEAST_RISE):
        levels = f"trade went from USD {Amount(before):,.2f} to {Amount(actual):,.2f} bn"
        return NotApplicable(f"{levels}, so it did not rise by {100 * LEAST_RISE:.0f} %")
    frame = pd.DataFrame({"variant": list(expected), "before_usd_bn": before})
    frame["counterfactual_usd_bn"] = list(expected.values())
    share = 100 * (actual - frame.counterfactual_usd_bn) / (actual - before)
    return frame.assign(actual_usd_bn=actual, share_pct=share)


@cache
@where_known
def by_shares(home: str, partner: str, years: Years) -> Design:
    """Counterfactual: the partner's shares in home's exports and in its imports stay as they were
    (``scale_and_share``, flow by flow, on home's own reports). Where home's totals do not rise, the
    share is one or more whatever happened: the design cannot fail, and decides nothing alone.
    """
    (home, partner), (first, last) = (iso3(home), iso3(partner)), years
    own, totals = _own_and_totals(home, partner, first)
    readings = {f"as published, {first}-{last}": (own, totals, last)}
    false = false_figures("trade_russia")
    removed = _by_flow(false[false.reporter == home], "published_usd_mn") / 1000
    if removed.index.isin(years).any():
        sound = totals - removed.reindex_like(totals).fillna(0)
        readings[f"without false figures, {first}-{last}"] = (own, sound, last)
    if (home, partner) == ("RUS", "CHN") and first <= 2022 <= last:
        cited = load("trade_totals_cited", economy="RUS", year=CUSTOMS_YEAR)
        everything = pd.concat([totals.loc[:first], _by_flow(cited, "value_usd_bn")])
        china = pair_trade(home, partner).set_index("year").loc[[CUSTOMS_YEAR]]
        china = china[["exports_usd_bn", "imports_usd_bn"]].set_axis(FLOWS, axis=1)
        mine = pd.concat([own.loc[:first], china])
        readings[f"Russian customs, {first}-{CUSTOMS_YEAR}"] = (mine, everything, CUSTOMS_YEAR)
    parts = []
    for label, (mine, everything, end) in readings.items():
        before, actual, moved = _share_effect(mine, everything, (first, end))
        parts.append(variants({label: actual - moved}, before=before, actual=actual))
    whole = [part for part in parts if isinstance(part, pd.DataFrame)]
    return pd.concat(whole, ignore_index=True) if whole else parts[0]


@where_known
def shares_whatever_happened(home: str, partner: str, years: Years) -> pd.DataFrame:
    """Percent by ``by_shares`` had trade risen by a fraction of its rise beside the same totals."""
    applicable(by_shares(home, partner, years))
    own, totals = _own_and_totals(iso3(home), iso3(partner), years[0])
    start, rows = own.loc[years[0]], []
    for part in (0.02, 0.25, 0.5, 1.0):
        before, actual, moved = _share_effect(start + part * (own - start), totals, years)
        rows.append((actual - before, 100 * moved / (actual - before)))
    return pd.DataFrame(rows, columns=["rise_usd_bn", "share_pct"])


def _own_and_totals(home: str, partner: str, first: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Home's reports of trade with the partner and with the world, USD billion by year and flow."""
    late = home == "RUS" and first >= 2016
    table, publisher = ("trade_russia", "imf_imts_russia") if late else ("trade_annual", "imf_dots")
    own = load(table, reporter=home, partner=partner)
    totals = load("trade_totals", reporter=home, source=publisher)
    return _by_flow(own, "value_usd_mn") / 1000, _by_flow(totals, "value_usd_mn") / 1000


def _by_flow(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    by_year = rows.groupby(["year", "flow"])[value].sum(min_count=1)
    return by_year.unstack().reindex(columns=FLOWS)


def _share_effect(own: pd.DataFrame, totals: pd.DataFrame, years: Years) -> tuple[float, ...]:
    """Trade before and after, and its share effect, of one reading of home's trade."""
    before = actual = moved = 0.0
    for flow in FLOWS:
        mine = at_years(own[flow].dropna(), years, what=flow)
        rest = at_years(totals[flow].dropna(), years, what=f"total {flow}") - mine
        both = pd.DataFrame({"partner": mine, "rest": rest})
        moved += scale_and_share(both, first=years[0], last=years[1]).share_effect["partner"]
        before, actual = before + mine.iloc[0], actual + mine.iloc[1]
    return before, actual, moved


@cache
@where_known
def by_own_trend(home: str, partner: str, years: Years) -> Design:
    """Counterfactual: the pair grows on as it did before, from its level in ``first``; a variant
    for each first year of a trend as long as the rise or longer, and each way to measure it.
    """
    (first, last), total = years, pair_trade(home, partner).set_index("year").total_usd_bn.dropna()
    before, actual = at_years(total, years, what="total trade")
    logs = np.log(total[total > 0].loc[TREND_SINCE:first])
    rates: dict[str, float] = {}
    for start in logs.index[logs.index <= first - (last - first)]:
        path = logs.loc[start:]
        rates[f"from {start}, compound"] = (path.iloc[-1] - path.iloc[0]) / (first - start)
        rates[f"from {start}, least squares"] = np.polyfit(path.index - start, path, deg=1)[0]
    if not rates:
        said = f"fewer than {last - first} years of trade in {TREND_SINCE}-{first}"
        raise CoverageError(f"{pair(home, partner)} have {said}")
    expected = {way: before * np.exp((last - first) * rate) for way, rate in rates.items()}
    return variants(expected, before=before, actual=actual)


@where_known
def by_start(trend: pd.DataFrame) -> pd.DataFrame:
    """Shares of ``by_own_trend``, percent, by first year and way of measuring the trend."""
    parts = trend.variant.str.extract(r"from (?P<start>\d+), (?P<way>.+)").astype({"start": int})
    return parts.assign(share=trend.share_pct).pivot(index="start", columns="way", values="share")


def fuel_effects(years: Years) -> pd.DataFrame:
    """Price and volume effects on fuels with weights in both years, USD billion; ``beyond_growth``
    is that of crude beyond Russia's old share of China's imports, and the whole of others.
    """
    (first, last), by_fuel = years, prices_and_weights(fuels(years))
    prices, weights = (table.reindex(years).dropna(axis=1) for table in by_fuel)
    if "crude" not in weights:
        lacking = f"crude oil lacks a value or a weight in {first} or {last}"
        raise CoverageError(lacking, allowed="1995 to 2024")
    effects = price_and_volume(prices, weights, first=first, last=last)
    totals = load("china_fuel_totals", fuel="crude", flow="imports").set_index("year").amount_mt
    bought = at_years(totals, years, what="China's imports of crude")
    beyond = effects.volume_effect.copy()
    growth = bought[last] / bought[first] - 1
    beyond["crude"] -= weights.crude[first] * growth * prices.crude.mean()
    return effects.assign(beyond_growth=beyond)


@cache
@where_known
def by_price(home: str, partner: str, years: Years) -> Design:
    """Counterfactual: what prices alone would have made of the trade of ``first``. All trade but
    fuels with weights counts as volume; the last variants scale those fuels alone to the rise.
    """
    require_russia_and_china(home, partner, ONLY_FROM_RUSSIA, ordered=True)
    total = pair_trade(home, partner).set_index("year").total_usd_bn.dropna()
    before, actual = at_years(total, years, what="total trade")
    effects = fuel_effects(years)
    sums, deflators = effects.sum(), at_years(us_deflator(), years, what="the US GDP deflator")
    inflation = (before - sums.value_first) * (deflators.iloc[1] / deflators.iloc[0] - 1)
    amounts = {"all volume": sums.volume_effect, "beyond China's growth": sums.beyond_growth}
    expected = {}
    for amount, moved in amounts.items():
        kept = before + sums.change - moved
        expected[f"{amount}, rest at current dollars"] = kept
        expected[f"{amount}, rest at constant dollars"] = kept + inflation
        expected[f"{amount}, fuels alone"] = actual - (actual - before) * moved / sums.change
    return variants(expected, before=before, actual=actual)


@cache
def _before_2021() -> Baseline:
    return fit_baseline(load("trade_annual", flow="exports", year=list(range(2011, 2021))))


@cache
def world_2025(*held_out: tuple[str, str]) -> Projection:
    """Exports of all pairs in 2025 beside what effects lead one to expect: those of pairs are of
    2011-2020, those of countries of 2025, from which the flows ``held_out`` are kept.
    """
    return _before_2021().project(load("exports_2025"), held_out=held_out)


@where_known
def by_gravity(home: str, partner: str) -> Design:
    """Counterfactual: exports of 2025 as the baseline expects them, from those of 2020 on. An
    exporter's residuals add up to zero: like the shares, this design passes whenever the others
    bought less.
    """
    flows = [(iso3(home), iso3(partner)), (iso3(partner), iso3(home))]
    keys = ["reporter", "partner"]
    unknown = f"exports of {pair(home, partner)} are not both known in {PANEL_ENDS} and {SNAPSHOT}"
    before, actual = (
        exports(year, 0.0).value.reindex(flows).sum(skipna=False) for year in (PANEL_ENDS, SNAPSHOT)
    )
    if math.isnan(before) or math.isnan(actual):
        raise CoverageError(unknown)
    levels = {
        "own flows inform the effects": world_2025().rows.set_index(keys).expected / 1000,
        "own flows held out": world_2025(*flows).rows.set_index(keys).expected / 1000,
    }
    sums = {label: level.reindex(flows).sum(skipna=False) for label, level in levels.items()}
    if any(map(math.isnan, sums.values())):
        raise CoverageError(unknown)
    return variants(sums, before=before, actual=actual)
