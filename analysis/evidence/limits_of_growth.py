"""Evidence of notebook 07: forecasts frozen on a day, what came, and how rare the growth was."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import both_named, require_russia_and_china
from analysis.evidence.the_trade_boom import in_constant_dollars, trade_by_year
from analysis.measures.growth import cagr, latest_cagr, latest_run, yearly_growth
from analysis.models.base_rates import growth_windows, surge_base_rate
from analysis.models.evaluation import RollingOrigin, calibrate, rolling_origin
from analysis.models.forecasts import Forecast, combine_median, fit_damped_ets, fit_drift, fit_naive
from analysis.models.vintages import known_on
from analysis.sentences import Amount
from analysis.tables import load
from analysis.tables.views import all_pairs, published_totals

Forecasts = Mapping[str, Forecast | NotApplicable]
METHODS = {"naive": fit_naive, "drift": fit_drift, "damped ETS": fit_damped_ets}
FOLLOWED = {
    "share_slowed": "grew more slowly next (share)",
    "share_negative": "shrank next (share)",
    "share_stayed": "kept the rate of the surge (share)",
    "growth_q25": "next growth, a quarter below",
    "growth_median": "next growth, median",
    "growth_q75": "next growth, a quarter above",
}
"""What the terms of the rates after a surge are called in a table."""
FLOOR_USD_MN = 1000
"""Windows of all pairs begin with trade of this much or more, in dollars of 2017."""


def growth_after(
    *, first_year: int, last_year: int, lowest_since: int | None = None, by_months: bool = False
) -> Figures:
    """Figures of C36: growth since a year, or in January-April 2026, and before, percent a year."""
    levels = trade_by_year()
    latest = int(levels.index.max())
    starts = [first_year] if lowest_since is None else range(lowest_since, last_year)
    rate = min(cagr(levels, first=start, last=last_year) for start in starts)
    year_to_date = {"period": "year_to_date", "month": 4, "year": 2026}
    announced = load("china_customs_monthly", flow="total", **year_to_date).value_usd_bn.iloc[0]
    months = 100 * (announced / january_to_april_2025() - 1)
    since = 100 * cagr(levels, first=last_year, last=latest) if latest > last_year else None
    return {
        "since_pct": months if by_months else since,
        "before_pct": 100 * rate,
        "latest": latest,
        "months_pct": months,
        "by_months": by_months,
        "next_year": latest + 1,
        "flips_at": levels[last_year] * (1 + rate) ** (latest + 1 - last_year),
        "by_year": levels,
    }


def january_to_april_2025() -> float:
    """Trade of January-April 2025, USD billion: half a year less June, as announced, less May (of
    2024 in yuan, times its growth, at the rate of 2025: an error of half a percent of a month).
    """
    june = load("china_customs_monthly", year=2025, month=6, flow="total")
    half = june.set_index("period").value_usd_bn
    may = load("china_customs_monthly", year=2024, month=5, period="month").set_index("flow")
    growth = load("china_customs_yuan_growth", month=5).set_index("flow").growth_cny_pct
    yuan = (may.value_cny_bn.reindex(growth.index) * (1 + growth / 100)).sum()
    rate = load("exchange_rates", currency="CNY", year=2025).per_usd.iloc[0]
    return float(half["year_to_date"] - half["month"] - yuan / rate)


@cache
def windows_of_all_pairs(window: int, floor_usd_mn: float) -> pd.DataFrame:
    """``growth_windows`` of every pair in constant dollars."""
    panel = all_pairs(constant_dollars=True)
    return growth_windows(panel, window=window, horizon=1, min_value=floor_usd_mn)


def place_of_growth(
    *,
    last_year: int,
    window_years: int,
    top_pct: float,
    size_share: float,
    floor_usd_mn: float | None = None,
    source: str = "auto",
    begun_since: int | None = None,
    own_windows: bool = False,
) -> Figures:
    """Figures of C37: growth in constant dollars, and how many windows had more: of all pairs from
    a part of the pair's level or a floor (USD million of 2017), or of the pair itself before.
    """
    levels, first = in_constant_dollars(trade_by_year(source)), last_year - window_years
    rate = cagr(levels, first=first, last=last_year)
    floor = 1000 * size_share * levels[first] if floor_usd_mn is None else floor_usd_mn
    windows = windows_of_all_pairs(window_years, floor)
    if begun_since is not None:
        windows = windows[windows.year >= begun_since + window_years]
    growth = windows.past_growth
    if own_windows:
        starts = [y for y in levels.index if y < first and y + window_years in levels.index]
        growth = pd.Series([cagr(levels, first=y, last=y + window_years) for y in starts])
    return {
        "first": first,
        "rate_pct": 100 * rate,
        "above_pct": 100 * (growth > rate).mean(),
        "windows": len(windows),
        "pairs": windows.pair.nunique(),
        "floor_usd_bn": floor / 1000,
        "cut_pct": 100 * windows.past_growth.quantile(1 - top_pct / 100),
    }


class Frozen(NamedTuple):
    """Totals of a pair by year: known on a day, published since, and the known ones as of today."""

    day: str
    known: pd.Series
    outcome: pd.Series
    revised: pd.Series


@where_known
def frozen(home: str, partner: str, *, source: str, freeze: str) -> Frozen:
    """What had been published by the end of a day, in the version of that day, and what came."""
    published = published_totals(home, partner, source=source)
    days = freeze, "2026-12-31"  # By the last everything in the tables had been published.
    then, today = (known_on(published, day).set_index("year").total_usd_bn for day in days)
    known = latest_run(then, fewest=4)
    later = today.loc[known.index[-1] + 1 :]
    return Frozen(freeze, known, later[later > 0], today.loc[: known.index[-1]])


@where_known
def covered(totals: Frozen, home: str, partner: str) -> Figures:
    """The pair, what was known on the day and came since; yearly growth before the day, percent."""
    came = [f"{Amount(level):.1f} bn in {year}" for year, level in totals.outcome.items()]
    rates = 100 * yearly_growth(totals.known, gaps="omit")
    return {
        **both_named(home, partner),
        "day": totals.day,
        "first": totals.known.index[0],
        "last": totals.known.index[-1],
        "level": Amount(totals.known.iloc[-1]),
        "outcome": came or "nothing",
        **rates.agg(mean="mean", spread="std", lowest="min", highest="max"),
    }


@where_known
def forecasts(totals: Frozen, *, horizon: int, level: float) -> Forecasts:
    """Three simple forecasts and their median, or the reason why one could not be made."""
    made = {how: fit(totals.known, horizon=horizon, level=level) for how, fit in METHODS.items()}
    return {**made, "median": combine_median(list(made.values()))}


@where_known
def forecast_table(made: Forecasts) -> pd.DataFrame:
    """Every forecast by method and year, ``level`` in percent; where a method declined, its reason
    stands for a year.
    """
    tables = {
        method: pd.DataFrame({"year": [one.reason]})
        if isinstance(one, NotApplicable)
        else _level_in_percent(one.predict()).astype({"year": str})
        for method, one in made.items()
    }
    return pd.concat(tables, names=["method"]).reset_index("method")


@where_known
def past_forecasts(totals: Frozen, *, horizon: int, level: float) -> Figures:
    """Forecasts from every year after the first twelve, and their scores by years ahead."""
    first, last = int(totals.known.index[0]), int(totals.known.index[-1])
    span = {"first_origin": min(first + 12, last - 1), "horizon": horizon}
    past = applicable(rolling_origin(totals.known, METHODS, level=level, **span))
    table = past.tidy().rename(columns=lambda column: column.replace("coverage", "inside"))
    columns = ["method", "horizon", "n", "mase", "crps_log", "inside", "inside_low", "inside_high"]
    return {"past": past, "spec": past.spec, "scores": table[columns]}


@where_known
def interval_from_errors(made: Forecasts, past: RollingOrigin) -> pd.DataFrame:
    """The forecast by drift with an interval that rests on its past errors, and on which."""
    forecast = calibrate(applicable(made["drift"]), past)
    notes = pd.Series(forecast.notes)
    how = notes.str.replace(r"^\d+: |\.$", "", regex=True)
    return _level_in_percent(forecast.predict()).assign(interval=how)


def _level_in_percent(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(level=100 * table.level)


@where_known
def errors_of(made: Forecasts, totals: Frozen) -> pd.DataFrame:
    """Each forecast beside what came: the error in percent, and whether the interval held it."""
    fitted = {how: one.predict() for how, one in made.items() if isinstance(one, Forecast)}
    table = pd.concat(fitted, names=["method"]).reset_index("method")
    table = table.join(totals.outcome.rename("outcome"), on="year", how="inner")
    if table.empty:
        raise CoverageError("nothing has been published since the day to score a forecast against")
    table = table.rename(columns={"median": "forecast"})
    table["error_pct"] = 100 * (table.outcome / table.forecast - 1)
    table["inside"] = table.outcome.between(table.low, table.high)
    return table[["method", "year", "forecast", "outcome", "error_pct", "inside"]]


@where_known
def months_known(home: str, partner: str, *, freeze: str) -> pd.DataFrame:
    """Growth in yuan by month and flow that had been announced by the day, percent."""
    require_russia_and_china(home, partner, "growth by month is known for Russia and China only")
    announced, key = load("china_customs_yuan_growth"), ["year", "month", "flow"]
    known = known_on(announced, freeze, key=key, published="published_by")
    return known[[*key, "growth_cny_pct"]]


def counted_windows(window: int) -> Figures:
    """Number of windows of all pairs from a floor (USD billion of 2017), and of the pairs."""
    windows, floor = windows_of_all_pairs(window, FLOOR_USD_MN), FLOOR_USD_MN / 1000
    return {"windows": len(windows), "pairs": windows.pair.nunique(), "floor_bn": floor}


@where_known
def place_among_all(
    totals: Frozen, home: str, partner: str, *, window: int, size_share: float
) -> Figures:
    """Where a pair's last window before the day stands among all, and those that began alike."""
    growth = windows_of_all_pairs(window, FLOOR_USD_MN).past_growth
    levels = in_constant_dollars(totals.revised)
    last, rate = latest_cagr(levels, window=window)
    like = windows_of_all_pairs(window, 1000 * size_share * levels[last - window])
    return {
        **both_named(home, partner),
        "first": last - window,
        "last": last,
        "rate": rate,
        "rate_pct": 100 * rate,
        "above_pct": 100 * (growth > rate).mean(),
        "growth": growth,
        "like": len(like),
        "like_pairs": like.pair.nunique(),
        "like_pct": 100 * (like.past_growth > rate).mean(),
    }


@where_known
def sequel(rate: float, *, window: int) -> Figures:
    """What followed in three years on windows of all pairs that grew at a rate or faster."""
    counted = {"window": window, "horizon": 3, "min_value": FLOOR_USD_MN, "seed": 1}
    if rate <= 0:
        raise CoverageError(
            f"growth of {100 * rate:.1f} % a year is no surge, so that none is followed here"
        )
    panel = all_pairs(constant_dollars=True)
    base = applicable(surge_base_rate(panel, threshold=rate, **counted))
    rates = base.rates.replace({"term": FOLLOWED})
    return {"base": base, "spec": base.spec, "rates": rates, **base.counts}
