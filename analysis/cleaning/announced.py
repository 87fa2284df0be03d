"""What the announcements of China customs must satisfy together: sums, growth, currencies,
directions, versions.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.cleaning import lints
from analysis.cleaning.checks import require_unique, to_number, together
from analysis.countries import text_table
from analysis.errors import RawDataError
from analysis.paths import DATA

GROWTH = DATA / "reference" / "announced_growth.csv"
MONTH_KEYS = ["year", "month", "flow"]
RATES = ["year", "per_usd"]


def announced_growth(currency: str) -> pd.DataFrame:
    """Growth of the year to date over the year before, as announced beside a figure in that
    currency.

    Returns
    -------
    DataFrame with year, month (int), flow (str), growth_pct (float).
    """
    rows = text_table(GROWTH)
    rows = rows[rows.currency == currency].astype({"year": int, "month": int})
    rows["growth_pct"] = to_number(rows.growth_pct, what="announced_growth.csv")
    require_unique(rows, MONTH_KEYS, what="announced_growth.csv")
    return rows[[*MONTH_KEYS, "growth_pct"]]


def printed_decimals(values: pd.Series) -> pd.Series:
    """Digits behind the point of numbers as they would be printed; at least one."""
    return values.map(lambda value: len(repr(float(value)).partition(".")[2]))


def check_annual(frame: pd.DataFrame, rates: pd.DataFrame) -> None:
    """Compare annual headlines with announced growth, and with the later figures that the IMF
    carries.

    Parameters
    ----------
    frame : DataFrame with source, flow, year, value_usd_bn, decimals, vintage.
    rates : DataFrame with year and per_usd (yuan to the dollar, average of the year).

    Raises
    ------
    RawDataError
        If a find of the lints 'growth', 'currency', 'preliminary' or 'directions' is not declared.
    """
    keys = ["year", "flow"]
    headline = frame[frame.source == "gacc"].rename(columns={"value_usd_bn": "value"})
    announced = announced_growth("usd").query("month == 12")
    off = lints.growth_mismatches(announced, headline, keys=["flow"])
    moved = off.merge(
        rates.assign(rate_change_pct=100 * rates.per_usd.pct_change(fill_method=None)), on="year"
    )
    mixed = moved[lints.other_currency(moved.growth_pct, moved.implied_pct, moved.rate_change_pct)]
    versions = frame[frame.source.isin(["gacc", "imf_china"])].rename(
        columns={"value_usd_bn": "value"}
    )
    flows = [
        frame[frame.source == source].pivot(index="year", columns="flow", values="value_usd_bn")
        for source in ("gacc", "imf_china")
    ]
    require = partial(lints.require_declared, table="china_customs_annual")
    together(
        lambda: require(off, lint="growth", keys=keys),
        lambda: require(mixed[[*keys, "growth_pct", "implied_pct"]], lint="currency", keys=keys),
        lambda: require(
            lints.superseded(versions, early="headline", late="revised", keys=keys),
            lint="preliminary",
            keys=keys,
        ),
        lambda: require(
            lints.swapped_directions(*flows).reset_index(), lint="directions", keys=["year"]
        ),
    )


def check_monthly(long: pd.DataFrame, rates: pd.DataFrame) -> None:
    """Compare months and years to date with announced growth, with each other, and between the two
    currencies.

    Parameters
    ----------
    long : DataFrame with year, month, period, flow, currency ('usd' or 'cny'), value (billion).
    rates : DataFrame with year and per_usd (yuan to the dollar, average of the year).

    Raises
    ------
    RawDataError
        If a find of the lints 'growth', 'currency', 'directions' or 'merged_months' is not
        declared.
    """
    dollars = long[(long.currency == "usd") & (long.period == "year_to_date")]
    levels = dollars.assign(decimals=printed_decimals(dollars["value"]))
    announced = announced_growth("usd").query("month != 12")
    wide = long.pivot(index=["year", "month", "period", "flow"], columns="currency", values="value")
    wide = wide.reindex(columns=["usd", "cny"]).dropna()
    mixed = lints.mixed_currencies(wide.reset_index().merge(rates[RATES], on="year"))
    merged = pd.concat([lints.merged_months(part) for _, part in long.groupby("currency")])
    require = partial(lints.require_declared, table="china_customs_monthly")
    together(
        lambda: require(
            lints.growth_mismatches(announced, levels, keys=["month", "flow"]),
            lint="growth",
            keys=MONTH_KEYS,
        ),
        lambda: require(mixed, lint="currency", keys=["year", "month", "period", "flow"]),
        lambda: require(_swapped(wide), lint="directions", keys=["year", "month", "period"]),
        lambda: require(merged, lint="merged_months", keys=[*MONTH_KEYS, "currency"]),
    )


def _swapped(wide: pd.DataFrame) -> pd.DataFrame:
    """Rows whose dollar flows stand the other way round than the yuan flows of the customs
    table.
    """
    usd, cny = wide.usd.unstack("flow"), wide.cny.unstack("flow")
    if not {"exports", "imports"} <= set(usd):
        return pd.DataFrame(columns=["year", "month", "period"])
    flows = ["exports", "imports"]
    share = usd[flows].sum(axis=1) / cny[flows].sum(axis=1)
    return lints.swapped_directions(usd[flows], cny[flows].mul(share, axis=0)).reset_index()


def check_yuan_growth(published: pd.DataFrame, months: pd.DataFrame) -> None:
    """Compare announced yuan growth of single months with the yuan levels that are printed beside
    it.

    Parameters
    ----------
    published : DataFrame with year, month, flow, growth_pct and value (CNY billion; missing where
    none is printed).
    months : DataFrame with year, month, flow and value (CNY billion) of the year before.

    Raises
    ------
    RawDataError
        Naming every month whose growth does not follow from its level.
    """
    levels = pd.concat([published.dropna(subset=["value"]), months])
    levels = levels.assign(decimals=printed_decimals(levels["value"]))
    off = lints.growth_mismatches(published.drop(columns="value"), levels, keys=["month", "flow"])
    if len(off):
        raise RawDataError(
            f"yuan growth does not follow from the yuan levels: {off.to_dict('records')}",
            do="see whether the growth is in dollars or of another flow",
        )
