"""China customs headlines on trade with Russia, and the same trade as three reporters saw it."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning import announced, lints
from analysis.cleaning.checks import (
    beside,
    refuse,
    require_not_negative,
    require_unique,
    to_code,
    to_integer,
    to_number,
    together,
)
from analysis.cleaning.corrections import corrected
from analysis.cleaning.declared import declared
from analysis.cleaning.trade import FIRST_ESTIMATED_YEAR, russia_partners, world_panel
from analysis.errors import RawDataError
from analysis.sources import gacc
from analysis.sources.source import RawStore

ANNUAL_KEYS = ["source", "flow", "year"]
MONTHLY_KEYS = ["year", "month", "period", "flow"]
DOTS_BASIS = "IMF DOTS, China-reported (= GACC via IMF)"
FLOWS = ["exports", "imports"]
SOURCES = {DOTS_BASIS: "imf_china", "GACC (news report)": "gacc", "derived": "gacc_derived"}
MOST_TOTAL_USD_BN = 1000.0
"""Four times the largest year so far: above it, a unit has slipped."""
MOST_GROWTH_PCT = 100.0
"""No month of 2025 came near to doubling or vanishing."""
CIF_OVER_FOB = (1.06, 1.10)
"""The IMF and others put freight and insurance at 6 to 10 % when they turn one end's report into
the other's."""
ROUNDED_USD_BN = 0.00051
CHINA_COLUMNS = ["china_imf_usd_bn", "china_customs_usd_bn", "china_usd_bn"]


FIRST_MERGED_YEAR = 2020
"""From then on January is announced with February, in March."""


def published_by(year: int, month: int) -> str:
    """Date by which China customs figures up to a month are public, as a rule: the 20th of the
    month after.
    """
    last = 2 if month == 1 and year >= FIRST_MERGED_YEAR else month
    return f"{year + last // 12}-{last % 12 + 1:02d}-20"


def _yuan(raw: RawStore) -> pd.DataFrame:
    """Yuan to the dollar by year (average of daily rates)."""
    rates = declared(raw, "exchange_rates")
    return rates.loc[rates.currency == "CNY", ["year", "per_usd"]]


def _decimals(text: pd.Series) -> pd.Series:
    return text.str.partition(".")[2].str.len()


def annual_headlines(raw: RawStore) -> pd.DataFrame:
    """Annual totals and flows as announced or as the IMF carries them, one row per source, flow and
    year.

    The IMF's rows are China's own later (revised) figures; the news rows are first announcements.
    """
    published = raw.csv(
        "gacc/gacc_annual.csv",
        "year, total_usd_bn, cn_exports_to_ru_usd_bn, cn_imports_from_ru_usd_bn, basis, url, note",
    )
    flows = {
        "total_usd_bn": "total",
        "cn_exports_to_ru_usd_bn": "exports",
        "cn_imports_from_ru_usd_bn": "imports",
    }
    long = published.melt(
        id_vars=["year", "basis", "url", "note"], value_vars=list(flows), var_name="column"
    )
    frame = pd.DataFrame(
        {
            "source": to_code(long.basis, SOURCES, what="gacc_annual.csv, basis"),
            "flow": long["column"].map(flows),
            "year": to_integer(long.year, what="gacc_annual.csv, year"),
            "value_usd_bn": to_number(long["value"], what="gacc_annual.csv"),
            "decimals": _decimals(long["value"]),
            "url": _address(long.url),
            "note": long.note.where(
                long.basis != DOTS_BASIS, "as the IMF carries it, in million; total computed"
            ),
        }
    ).dropna(subset=["value_usd_bn"])
    frame["vintage"] = frame.source.map(
        {"imf_china": "revised", "gacc": "headline", "gacc_derived": "derived"}
    )
    frame["published_by"] = [published_by(year, 12) for year in frame.year]
    frame.loc[frame.vintage == "revised", "published_by"] = (frame.year + 1).astype(str) + "-12-31"
    what = "annual customs headlines"
    require_unique(frame, ANNUAL_KEYS, what=what)
    together(
        lambda: _bounds_or_stop(frame, ANNUAL_KEYS, what=what),
        lambda: _sums_or_stop(frame, ["source", "year"], what=what),
    )
    columns = [*ANNUAL_KEYS, "value_usd_bn", "decimals", "vintage", "published_by", "url", "note"]
    frame = corrected(frame.sort_values(ANNUAL_KEYS)[columns], "china_customs_annual").reset_index(
        drop=True
    )
    announced.check_annual(frame, _yuan(beside(raw)))
    return frame


def monthly_headlines(raw: RawStore) -> pd.DataFrame:
    """Months and year-to-date totals as announced, one row per month, period and flow.

    A figure whose page has no address is left out: a number that nobody can look up is no evidence.
    """
    published = gacc.read_monthly(raw)
    parts = [
        _months(published, f"{prefix}_{short}_{currency}_bn", period, flow, currency)
        for short, flow in (("total", "total"), ("x", "exports"), ("m", "imports"))
        for prefix, period in (("month", "month"), ("cum", "year_to_date"))
        for currency in ("usd", "cny")
        if f"{prefix}_{short}_{currency}_bn" in published
    ]
    long = pd.concat(parts, ignore_index=True)
    keys = [*MONTHLY_KEYS, "currency"]
    what = "monthly customs headlines"
    require_unique(long, keys, what=what)
    named = long.rename(columns={"value": "value_usd_bn"})
    dollars = named[(named.currency == "usd") & (named.period == "year_to_date")]
    together(
        lambda: _bounds_or_stop(named, keys, what=what),
        lambda: _sums_or_stop(dollars, ["year", "month"], what="cumulative customs headlines"),
        lambda: _whole_years_or_stop(dollars, annual_headlines(beside(raw))),
        lambda: _months_within_years_or_stop(named),
    )
    announced.check_monthly(long, _yuan(beside(raw)))
    wide = long.pivot(
        index=MONTHLY_KEYS, columns="currency", values=["value", "how", "url", "note"]
    )
    frame = pd.DataFrame(
        {
            "value_usd_bn": wide[("value", "usd")].astype(float),
            "value_cny_bn": wide[("value", "cny")].astype(float),
            **{
                said: wide[(said, "usd")].fillna(wide[(said, "cny")])
                for said in ("how", "url", "note")
            },
        }
    ).reset_index()
    frame["published_by"] = list(map(published_by, frame.year, frame.month))
    return frame.sort_values(MONTHLY_KEYS).reset_index(drop=True)


def _months(
    published: pd.DataFrame, column: str, period: str, flow: str, currency: str
) -> pd.DataFrame:
    short = {"total": "total", "exports": "x", "imports": "m"}[flow]
    kind = "month" if period == "month" else "cum"
    how = (
        published[f"how_{short}"]
        if period == "month"
        else pd.Series("reported", index=published.index)
    )
    url = published[f"url_{kind}"].where(published[f"url_{kind}"] != "", published["url_cum"])
    table = "https://github.com/JaviReitano/China-Trade-2024/tree/872ff97"
    frame = pd.DataFrame(
        {
            "year": to_integer(published.year, what="gacc_monthly.csv, year"),
            "month": to_integer(published.month, what="gacc_monthly.csv, month"),
            "period": period,
            "flow": flow,
            "currency": currency,
            "value": to_number(published[column], what="gacc_monthly.csv"),
            "how": how if currency == "usd" else "customs table",
            "url": _address(url) if currency == "usd" else table,
            "note": published[f"note_{kind}"] if currency == "usd" else published["note_cny"],
        }
    )
    return frame[frame.value.notna() & frame.url.str.startswith("http")]


def _address(url: pd.Series) -> pd.Series:
    """Addresses as links: 'github:owner/name path' becomes a link to the repository."""
    return url.str.replace(r"^github:([^/\s]+/[^/\s]+).*$", r"https://github.com/\1", regex=True)


def _sums_or_stop(long: pd.DataFrame, index: list[str], *, what: str) -> None:
    wide = long.pivot(index=index, columns="flow", values="value_usd_bn").reindex(
        columns=["total", *FLOWS]
    )
    broken = lints.broken_sums(wide).reset_index()
    refuse(broken, None, f"{what}: exports and imports miss the total in")


def _whole_years_or_stop(dollars: pd.DataFrame, annual: pd.DataFrame) -> None:
    """The year to date in December must be the annual headline: the two lists were kept apart."""
    headline = annual[annual.source == "gacc"][["flow", "year", "value_usd_bn"]]
    both = dollars[dollars.month == 12].merge(
        headline, on=["flow", "year"], suffixes=("", "_annual")
    )
    off = both[(both.value_usd_bn - both.value_usd_bn_annual).abs() > lints.SUM_TOLERANCE_USD_BN]
    columns = ["year", "flow", "value_usd_bn", "value_usd_bn_annual"]
    refuse(off, columns, "December and the annual headline differ")


def _months_within_years_or_stop(long: pd.DataFrame) -> None:
    """A month must not be larger than the year to date that holds it."""
    wide = long.pivot(
        index=["currency", "flow", "year", "month"], columns="period", values="value_usd_bn"
    )
    wide = wide.reindex(columns=["month", "year_to_date"])
    off = wide[wide["month"] > wide.year_to_date + lints.SUM_TOLERANCE_USD_BN].reset_index(
        names=["currency", "flow", "year", "in_month"]
    )
    refuse(off, None, "months larger than the year to date")


def _bounds_or_stop(frame: pd.DataFrame, keys: list[str], *, what: str) -> None:
    large = frame[frame.value_usd_bn > MOST_TOTAL_USD_BN]
    slipped = f"{what}: above {MOST_TOTAL_USD_BN:,.0f} billion, so a unit has slipped"
    together(
        lambda: refuse(large, [*keys, "value_usd_bn"], slipped),
        lambda: require_not_negative(frame, "value_usd_bn", keys, what=what),
    )


def yuan_growth(raw: RawStore) -> pd.DataFrame:
    """Announced growth of single months of 2025 over the year before, in yuan (percent)."""
    published = raw.csv(
        "gacc/gacc_yuan_yoy_2025.csv", "month, china_flow, value_cny_bn_reported, yoy_pct_yuan, url"
    )
    what = "gacc_yuan_yoy_2025.csv"
    frame = pd.DataFrame(
        {
            "year": to_integer(published.month.str.slice(0, 4), what=f"{what}, month"),
            "month": to_integer(published.month.str.slice(5), what=f"{what}, month"),
            "flow": to_code(
                published.china_flow, {flow: flow for flow in FLOWS}, what=f"{what}, china_flow"
            ),
            "growth_cny_pct": to_number(published.yoy_pct_yuan, what=what),
        }
    )
    wild = frame[frame.growth_cny_pct.isna() | (frame.growth_cny_pct.abs() > MOST_GROWTH_PCT)]
    refuse(wild, None, f"{what}: growth missing or beyond {MOST_GROWTH_PCT:g} %")
    frame["published_by"] = list(map(published_by, frame.year, frame.month))
    frame["url"] = published.url
    require_unique(frame, ["year", "month", "flow"], what="yuan growth")
    levels = to_number(published.value_cny_bn_reported, what=what)
    announced.check_yuan_growth(
        frame.rename(columns={"growth_cny_pct": "growth_pct"}).assign(value=levels),
        _yuan_months(beside(raw)),
    )
    return frame.sort_values(["year", "month", "flow"]).reset_index(drop=True)


def _yuan_months(raw: RawStore) -> pd.DataFrame:
    """Single months in yuan, by year, month and flow."""
    published = gacc.read_monthly(raw)
    parts = [
        _months(published, f"month_{short}_cny_bn", "month", flow, "cny")
        for short, flow in (("x", "exports"), ("m", "imports"))
    ]
    return pd.concat(parts)[["year", "month", "flow", "value"]]


def russia_china_mirror(raw: RawStore) -> pd.DataFrame:
    """One flow of goods as three reporters give it: Russia's exports and China's imports, and the
    reverse.

    Returns
    -------
    DataFrame with direction ('RUS to CHN' or 'CHN to RUS'), year, russia_usd_bn (Russia's report to
    the IMF; an estimate from 2022), china_imf_usd_bn (China's report to the IMF),
    china_customs_usd_bn (as China customs announced it, preliminary figures left out), china_usd_bn
    (the IMF's where there is one, else the announced, else the derived), mirror_gap_pct (importer's
    CIF over the exporter's FOB figure, minus one, by russia_usd_bn and china_usd_bn),
    russia_estimated. A figure that a reporter did not give is missing.

    Raises
    ------
    RawDataError
        If Russia's figures look like China's times a constant in a year that is not marked as
        estimated.
    """
    russia = _pair(russia_partners(raw), "RUS", "CHN")
    world = world_panel(raw)
    early = _pair(world, "RUS", "CHN")
    russia = pd.concat([early[~early.year.isin(russia.year)], russia])
    directions = {"exports": "RUS to CHN", "imports": "CHN to RUS"}
    russia = russia.assign(
        direction=russia.flow.map(directions), russia_usd_bn=russia.value_usd_mn / 1000
    )
    keys = ["direction", "year"]
    china = _china(raw)
    _as_in_dots_or_stop(china, _pair(world, "CHN", "RUS"))
    both = russia[[*keys, "russia_usd_bn"]].merge(china, on=keys, how="outer")
    importer = both.russia_usd_bn.where(both.direction == "CHN to RUS", both.china_usd_bn)
    exporter = both.china_usd_bn.where(both.direction == "CHN to RUS", both.russia_usd_bn)
    both["mirror_gap_pct"] = ((importer / exporter - 1) * 100).round(2)
    both["russia_estimated"] = both.year >= FIRST_ESTIMATED_YEAR
    _marked_or_stop(both.assign(importer=importer, exporter=exporter))
    both["russia_usd_bn"] = both.russia_usd_bn.round(3)
    columns = ["russia_usd_bn", *CHINA_COLUMNS, "mirror_gap_pct", "russia_estimated"]
    return both[[*keys, *columns]].sort_values(keys, ignore_index=True)


def _china(raw: RawStore) -> pd.DataFrame:
    """China's two versions of each flow, and the one that is used."""
    rows = annual_headlines(raw)
    rows = rows[(rows.flow != "total") & (rows.vintage != "preliminary")]
    rows = rows.assign(direction=rows.flow.map({"imports": "RUS to CHN", "exports": "CHN to RUS"}))
    wide = rows.pivot(index=["direction", "year"], columns="source", values="value_usd_bn")
    wide = wide.reindex(columns=list(SOURCES.values()))
    wide = wide.rename(columns={"imf_china": "china_imf_usd_bn", "gacc": "china_customs_usd_bn"})
    best = wide.china_imf_usd_bn.fillna(wide.china_customs_usd_bn).fillna(wide.gacc_derived)
    return wide.assign(china_usd_bn=best).reset_index()[["direction", "year", *CHINA_COLUMNS]]


def _as_in_dots_or_stop(china: pd.DataFrame, dots: pd.DataFrame) -> None:
    """China's reports to the IMF came here by two ways: in the list of headlines and in DOTS
    itself.
    """
    due = dots.assign(direction=dots.flow.map({"imports": "RUS to CHN", "exports": "CHN to RUS"}))
    both = china.dropna(subset=["china_imf_usd_bn"]).merge(
        due, on=["direction", "year"], how="left"
    )
    off = both[~((both.china_imf_usd_bn - both.value_usd_mn / 1000).abs() <= ROUNDED_USD_BN)]
    columns = ["direction", "year", "china_imf_usd_bn", "value_usd_mn"]
    refuse(off, columns, "China's reports in gacc_annual.csv are not those of IMF DOTS")


def _marked_or_stop(both: pd.DataFrame) -> None:
    """Stop where an unmarked year of Russia's looks copied from China's."""
    for direction, rows in both.groupby("direction"):
        indexed = rows.set_index("year")
        copied = lints.copied_from_partner(
            indexed.importer,
            indexed.exporter,
            low=CIF_OVER_FOB[0],
            high=CIF_OVER_FOB[1],
            steadiness=0.005,
            run=3,
        )
        bare = [year for year in copied if not indexed.russia_estimated[year]]
        if bare:
            raise RawDataError(
                f"Russia's figures for {direction} follow China's at a fixed ratio in {bare}",
                do="mark them as estimates: see FIRST_ESTIMATED_YEAR in analysis/cleaning/trade.py",
            )


def _pair(panel: pd.DataFrame, reporter: str, partner: str) -> pd.DataFrame:
    return panel[(panel.reporter == reporter) & (panel.partner == partner)]
