"""What the announcements of China customs must satisfy together; a find that is not declared in
data/corrections/exceptions.csv stops the build.
"""

import pandas as pd

from analysis.cleaning import lints
from analysis.cleaning.checks import refuse, require_unique, to_number
from analysis.countries import text_table
from analysis.paths import DATA

GROWTH = DATA / "reference" / "announced_growth.csv"
MONTH_KEYS = ["year", "month", "flow"]


def announced_growth(currency: str) -> pd.DataFrame:
    """Growth of the year to date over the year before, as announced beside a figure in that
    currency: year, month, flow, growth_pct.
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
    """Compare annual headlines (the columns of china_customs_annual) with announced growth, and
    with the later figures that the IMF carries; rates are per_usd by year, yuan to the dollar.
    """
    keys = ["year", "flow"]
    frame = frame.rename(columns={"value_usd_bn": "value"})
    headline, later = (frame[frame.source == source] for source in ("gacc", "imf_china"))
    growth = announced_growth("usd").query("month == 12")
    off = lints.growth_mismatches(growth, headline, keys=["flow"])
    change = 100 * rates.per_usd.pct_change(fill_method=None)
    moved = off.merge(rates.assign(rate_change_pct=change), on="year")
    mixed = moved[lints.other_currency(moved.growth_pct, moved.implied_pct, moved.rate_change_pct)]
    early = lints.superseded(pd.concat([headline, later]))
    flows = (rows.pivot(index="year", columns="flow", values="value") for rows in (headline, later))
    lints.require_declared(
        "china_customs_annual",
        growth=(off, keys),
        currency=(mixed[[*keys, "growth_pct", "implied_pct"]], keys),
        preliminary=(early, keys),
        directions=(lints.swapped_directions(*flows).reset_index(), ["year"]),
    )


def check_monthly(long: pd.DataFrame, rates: pd.DataFrame) -> None:
    """Compare months and years to date (year, month, period, flow, currency, value in billion) with
    announced growth, with each other, and between the two currencies at the year's per_usd.
    """
    dollars = long[(long.currency == "usd") & (long.period == "year_to_date")]
    levels = dollars.assign(decimals=printed_decimals(dollars["value"]))
    growth = announced_growth("usd").query("month != 12")
    keys = ["year", "month", "period", "flow"]
    wide = long.pivot(index=keys, columns="currency", values="value")
    wide = wide.reindex(columns=["usd", "cny"]).dropna()
    mixed = lints.mixed_currencies(wide.reset_index().merge(rates[["year", "per_usd"]], on="year"))
    merged = pd.concat([lints.merged_months(part) for _, part in long.groupby("currency")])
    lints.require_declared(
        "china_customs_monthly",
        growth=(lints.growth_mismatches(growth, levels, keys=["month", "flow"]), MONTH_KEYS),
        currency=(mixed, keys),
        directions=(_swapped(wide), keys[:3]),
        merged_months=(merged, [*MONTH_KEYS, "currency"]),
    )


def _swapped(wide: pd.DataFrame) -> pd.DataFrame:
    """Rows whose dollar flows stand the other way round than the customs table's yuan flows."""
    usd, cny = (
        wide[money].unstack("flow").reindex(columns=lints.FLOWS) for money in ("usd", "cny")
    )
    share = usd.sum(axis=1) / cny.sum(axis=1)
    return lints.swapped_directions(usd, cny.mul(share, axis=0)).reset_index()


def check_yuan_growth(published: pd.DataFrame, months: pd.DataFrame) -> None:
    """Stop where announced yuan growth of single months (year, month, flow, growth_pct, and value,
    CNY billion, where one is printed) does not follow from the levels of both years.
    """
    levels = pd.concat([published.dropna(subset=["value"]), months])
    levels = levels.assign(decimals=printed_decimals(levels["value"]))
    off = lints.growth_mismatches(published.drop(columns="value"), levels, keys=["month", "flow"])
    refuse(
        off,
        None,
        "yuan growth does not follow from the yuan levels (announced, implied)",
        do="see whether the growth is in dollars or of another flow",
    )
