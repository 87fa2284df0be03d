"""China customs headlines on trade with Russia, the same trade as three reporters saw it, and the
essay's two tables of it built anew.
"""

import pandas as pd

from analysis.cleaning import announced, lints
from analysis.cleaning.checks import beside, refuse, require_unique, to_integer, to_number, together
from analysis.cleaning.dates import addresses
from analysis.cleaning.declared import declared, tidied
from analysis.cleaning.trade import FIRST_ESTIMATED_YEAR, russia_partners, world_panel
from analysis.errors import RawDataError
from analysis.sources import gacc
from analysis.sources.source import RawStore

MONTHLY_KEYS = ["year", "month", "period", "flow"]
DOTS_BASIS = "IMF DOTS, China-reported (= GACC via IMF)"
SOURCES = ["imf_china", "gacc", "gacc_derived"]
CHINAS = {"imports": "RUS to CHN", "exports": "CHN to RUS"}
"""Direction of each of China's flows."""
CHINA_COLUMNS = ["china_imf_usd_bn", "china_customs_usd_bn", "china_usd_bn"]
ROUNDED_USD_BN = 0.00051
FIRST_MERGED_YEAR = 2020
"""From then on January is announced with February, in March."""
TABLE_2024 = "https://github.com/JaviReitano/China-Trade-2024/tree/872ff97"


def published_by(year: int, month: int) -> str:
    """Date by which customs figures up to a month are public, as a rule: the 20th of the next."""
    last = 2 if month == 1 and year >= FIRST_MERGED_YEAR else month
    return f"{year + last // 12}-{last % 12 + 1:02d}-20"


def _yuan(raw: RawStore) -> pd.DataFrame:
    """Yuan to the dollar by year (average of daily rates)."""
    rates = declared(raw, "exchange_rates")
    return rates.loc[rates.currency == "CNY", ["year", "per_usd"]]


def annual_headlines(raw: RawStore) -> pd.DataFrame:
    """Annual totals and flows by source: first announcements in the news, and China's own later
    (revised) figures as the IMF carries them.
    """
    flows = ["total_usd_bn", "cn_exports_to_ru_usd_bn", "cn_imports_from_ru_usd_bn"]
    path, others = "gacc/gacc_annual.csv", ["year", "basis", "url", "note"]
    long = raw.csv(path, ", ".join([*others, *flows])).melt(others, flows, "column")
    long = long[long["value"] != ""]
    years = to_integer(long.year, what=f"{path}, year")
    public = pd.Series([published_by(year, 12) for year in years], long.index)
    revised = (years + 1).astype(str) + "-12-31"
    long["published_by"] = public.mask(long.basis == DOTS_BASIS, revised)
    frame = tidied(long, "china_customs_annual")
    _sums_or_stop(frame, ["source", "year"], what="annual customs headlines")
    announced.check_annual(frame, _yuan(beside(raw)))
    return frame


def monthly_headlines(raw: RawStore) -> pd.DataFrame:
    """Months and year-to-date totals as announced, one row per month, period and flow. A figure
    whose page has no address is left out: a number that nobody can look up is no evidence.
    """
    long = _months(raw)
    require_unique(long, [*MONTHLY_KEYS, "currency"], what="monthly customs headlines")
    dollars = long[(long.currency == "usd") & (long.period == "year_to_date")]
    dollars = dollars.rename(columns={"value": "value_usd_bn"})
    together(
        lambda: _sums_or_stop(dollars, ["year", "month"], what="cumulative customs headlines"),
        lambda: _whole_years_or_stop(dollars, annual_headlines(beside(raw))),
        lambda: _months_within_years_or_stop(long),
    )
    announced.check_monthly(long, _yuan(beside(raw)))
    said = ["how", "url", "note"]
    wide = long.pivot(index=MONTHLY_KEYS, columns="currency", values=["value", *said])
    values = {f"value_{money}_bn": wide[("value", money)].astype(float) for money in ("usd", "cny")}
    words = {name: wide[(name, "usd")].fillna(wide[(name, "cny")]) for name in said}
    frame = pd.DataFrame(values | words).reset_index()
    return frame.assign(published_by=list(map(published_by, frame.year, frame.month)))


def _months(raw: RawStore) -> pd.DataFrame:
    """Months and years to date with an address: year, month, period, flow, currency ('usd' or
    'cny'), value (billion), how, url, note.
    """
    published = gacc.read_monthly(raw)
    dates = {
        name: to_integer(published[name], what=f"gacc_monthly.csv, {name}")
        for name in ("year", "month")
    }
    in_dollars = {"month": published.url_month.where(published.url_month != "", published.url_cum)}
    in_dollars["cum"] = published.url_cum
    parts = []
    for short, flow in (("total", "total"), ("x", "exports"), ("m", "imports")):
        for kind, period in (("month", "month"), ("cum", "year_to_date")):
            reported = published[f"how_{short}"] if kind == "month" else "reported"
            words = {
                "usd": (reported, addresses(in_dollars[kind]), published[f"note_{kind}"]),
                "cny": ("customs table", TABLE_2024, published.note_cny),
            }
            for currency, (how, url, note) in words.items():
                column = f"{kind}_{short}_{currency}_bn"
                if column in published:
                    part = {**dates, "period": period, "flow": flow, "currency": currency}
                    part["value"] = to_number(published[column], what="gacc_monthly.csv")
                    parts.append(pd.DataFrame({**part, "how": how, "url": url, "note": note}))
    long = pd.concat(parts, ignore_index=True)
    return long[long["value"].notna() & (long.url != "")]


def _sums_or_stop(long: pd.DataFrame, index: list[str], *, what: str) -> None:
    wide = long.pivot(index=index, columns="flow", values="value_usd_bn")
    wide = wide.reindex(columns=["total", *lints.FLOWS])
    broken = lints.broken_sums(wide).reset_index()
    refuse(broken, None, f"{what}: exports and imports miss the total in")


def _whole_years_or_stop(dollars: pd.DataFrame, annual: pd.DataFrame) -> None:
    """The year to date in December must be the annual headline: the two lists were kept apart."""
    headline = annual[annual.source == "gacc"][["flow", "year", "value_usd_bn"]]
    december = dollars[dollars.month == 12]
    both = december.merge(headline, on=["flow", "year"], suffixes=("", "_annual"))
    off = both[(both.value_usd_bn - both.value_usd_bn_annual).abs() > lints.SUM_TOLERANCE_USD_BN]
    columns = ["year", "flow", "value_usd_bn", "value_usd_bn_annual"]
    refuse(off, columns, "December and the annual headline differ")


def _months_within_years_or_stop(long: pd.DataFrame) -> None:
    """A month must not be larger than the year to date that holds it."""
    keys = ["currency", "flow", "year", "month"]
    wide = long.pivot(index=keys, columns="period", values="value")
    wide = wide.reindex(columns=["month", "year_to_date"])
    off = wide[wide["month"] > wide.year_to_date + lints.SUM_TOLERANCE_USD_BN]
    refuse(
        off.reset_index(names=[*keys[:3], "in_month"]), None, "months larger than the year to date"
    )


def yuan_growth(raw: RawStore) -> pd.DataFrame:
    """Announced growth of single months of 2025 over the year before, in yuan (percent)."""
    path = "gacc/gacc_yuan_yoy_2025.csv"
    published = raw.csv(path, "month, china_flow, value_cny_bn_reported, yoy_pct_yuan, url")
    published = published.sort_values(["month", "china_flow"], ignore_index=True)
    public = [published_by(int(month[:4]), int(month[5:])) for month in published.month]
    frame = tidied(published.assign(published_by=public), "china_customs_yuan_growth")
    months = _months(beside(raw)).query("period == 'month' and currency == 'cny'")
    announced.check_yuan_growth(
        frame[["year", "month", "flow"]].assign(
            growth_pct=frame.growth_cny_pct,
            value=to_number(published.value_cny_bn_reported, what=path),
        ),
        months[["year", "month", "flow", "value"]],
    )
    return frame


def russia_china_mirror(raw: RawStore) -> pd.DataFrame:
    """One flow of goods as three reporters give it, by direction ('RUS to CHN' or 'CHN to RUS') and
    year: Russia's report to the IMF (an estimate from 2022), China's, and China customs without
    preliminary figures; china_usd_bn is the IMF's, else the announced, else the derived, and
    mirror_gap_pct the importer's CIF over the exporter's FOB figure, minus one. Russia's figures
    that look like China's times a constant stop the build in a year that is not marked so.
    """
    world = world_panel(raw)
    late, early = _pair(russia_partners(raw), "RUS", "CHN"), _pair(world, "RUS", "CHN")
    russia = pd.concat([early[~early.year.isin(late.year)], late])
    russia["direction"] = russia.flow.map({"exports": "RUS to CHN", "imports": "CHN to RUS"})
    russia["russia_usd_bn"] = russia.value_usd_mn / 1000
    keys = ["direction", "year"]
    china = _china(raw)
    _as_in_dots_or_stop(china, _pair(world, "CHN", "RUS"))
    both = russia[[*keys, "russia_usd_bn"]].merge(china, on=keys, how="outer")
    to_russia = both.direction == "CHN to RUS"
    importer = both.russia_usd_bn.where(to_russia, both.china_usd_bn)
    exporter = both.china_usd_bn.where(to_russia, both.russia_usd_bn)
    both["mirror_gap_pct"] = ((importer / exporter - 1) * 100).round(2)
    both["russia_estimated"] = both.year >= FIRST_ESTIMATED_YEAR
    _marked_or_stop(both.assign(importer=importer, exporter=exporter))
    both["russia_usd_bn"] = both.russia_usd_bn.round(3)
    columns = ["russia_usd_bn", *CHINA_COLUMNS, "mirror_gap_pct", "russia_estimated"]
    return both[[*keys, *columns]].sort_values(keys)


def _china(raw: RawStore) -> pd.DataFrame:
    """China's two versions of each flow, and the one that is used."""
    rows = annual_headlines(raw).query("flow != 'total' and vintage != 'preliminary'")
    rows = rows.assign(direction=rows.flow.map(CHINAS))
    wide = rows.pivot(index=["direction", "year"], columns="source", values="value_usd_bn")
    wide = wide.reindex(columns=SOURCES).set_axis([*CHINA_COLUMNS[:2], "derived"], axis=1)
    best = wide.china_imf_usd_bn.fillna(wide.china_customs_usd_bn).fillna(wide.derived)
    return wide.assign(china_usd_bn=best).reset_index()[["direction", "year", *CHINA_COLUMNS]]


def _as_in_dots_or_stop(china: pd.DataFrame, dots: pd.DataFrame) -> None:
    """China's reports to the IMF came here by two ways: in the list of headlines and in DOTS."""
    due = dots.assign(direction=dots.flow.map(CHINAS))
    known = china.dropna(subset=["china_imf_usd_bn"])
    both = known.merge(due, on=["direction", "year"], how="left")
    off = both[~((both.china_imf_usd_bn - both.value_usd_mn / 1000).abs() <= ROUNDED_USD_BN)]
    columns = ["direction", "year", "china_imf_usd_bn", "value_usd_mn"]
    refuse(off, columns, "China's reports in gacc_annual.csv are not those of IMF DOTS")


def _marked_or_stop(both: pd.DataFrame) -> None:
    """Stop where an unmarked year of Russia's looks copied from China's."""
    for direction, rows in both.groupby("direction"):
        rows = rows.set_index("year")
        copied = lints.copied_from_partner(rows.importer, rows.exporter)
        if bare := [year for year in copied if not rows.russia_estimated[year]]:
            raise RawDataError(
                f"Russia's figures for {direction} follow China's at a fixed ratio in {bare}",
                do="mark them as estimates: see FIRST_ESTIMATED_YEAR in analysis/cleaning/trade.py",
            )


def _pair(panel: pd.DataFrame, reporter: str, partner: str) -> pd.DataFrame:
    return panel[(panel.reporter == reporter) & (panel.partner == partner)]


def table_by_customs(raw: RawStore) -> pd.DataFrame:
    """The essay's lost table of trade by year as China customs announced it: China's exports and
    imports (missing where only a total was found) and the total, USD billion.
    """
    rows = annual_headlines(raw)
    rows = rows[rows.source == "gacc"]
    wide = rows.pivot(index="year", columns="flow", values="value_usd_bn")
    totals = rows[rows.flow == "total"].set_index("year")
    frame = wide[["exports", "imports", "total"]].add_suffix("_usd_bn").rename_axis(columns=None)
    frame["preliminary"] = totals.vintage == "preliminary"
    return frame.assign(published_by=totals.published_by, url=totals.url).reset_index()


def table_by_imf(raw: RawStore) -> pd.DataFrame:
    """The essay's lost table of trade by year as Russia reports it to the IMF (an estimate from
    2022) and as China does (to 2020): exports, imports and total, USD billion.
    """
    rows = russia_china_mirror(raw).dropna(subset=["russia_usd_bn"])
    wide = rows.pivot(index="year", columns="direction")
    frame = pd.DataFrame(index=wide.index)
    for reporter, column, flows in (
        ("russia", "russia_usd_bn", ("RUS to CHN", "CHN to RUS")),
        ("china", "china_imf_usd_bn", ("CHN to RUS", "RUS to CHN")),
    ):
        sent, received = (wide[column][flow] for flow in flows)
        frame[f"{reporter}_exports_usd_bn"] = sent
        frame[f"{reporter}_imports_usd_bn"] = received
        frame[f"{reporter}_total_usd_bn"] = (sent + received).round(3)
    return frame.assign(estimated=wide["russia_estimated"]["RUS to CHN"]).reset_index()
