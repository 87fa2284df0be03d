"""Evidence of the explorer: what its menus offer of a country's trade and votes, in long form."""

from collections.abc import Sequence

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import ParameterError, where_known
from analysis.evidence.votes import LAST_FULL_YEAR
from analysis.measures.agreement import agreement_with_all
from analysis.tables import load
from analysis.tables.catalogue import catalogue
from analysis.tables.views import THE_PAIR, pair_trade, rows_if_any

FEWEST_VOTES = 10
"""Agreement over fewer common votes in a year says little, and is not shown."""
MEASURES = {
    "trade": "Trade, both ways, USD bn",
    "exports": "Exports, USD bn",
    "imports": "Imports, USD bn",
    "share": "Share in goods trade, percent",
    "rank": "Rank among partners",
    "agreement": "Agreement in the UN, percent",
}
HOME, PARTNER, CUSTOMS, ANY = "home", "partner", "customs", "any"
KINDS = {
    **dict.fromkeys(("trade_annual", "trade_recent", "trade_russia"), "IMF"),
    "trade_china_2024": "China customs",
    "exports_2025": "IMF, exports of 2025",
    "china_customs_annual": "China customs",
    "unga_votes": "UN roll calls",
}
SEEN_FROM_HOME = {
    "reporter": "partner",
    "partner": "reporter",
    "exports_usd_mn": "imports_usd_mn",
    "imports_usd_mn": "exports_usd_mn",
}
"""What partners report of home: their exports are home's imports."""


def reported(**where: str) -> pd.DataFrame:
    """What a reporter reported of its trade, or all with a partner (ISO3): reporter, partner, year,
    exports_usd_mn (FOB), imports_usd_mn (CIF), NaN where that flow was not reported,
    estimated (bool), table (where it was found). Years and pairs that nobody reported are absent.
    """
    parts = [rows_if_any("trade_annual", **where).assign(table="trade_annual")]
    for table in ("trade_russia", "trade_china_2024", "trade_recent"):
        if table in catalogue():
            parts.append(rows_if_any(table, **where).query("year > 2020").assign(table=table))
    rows = pd.concat(parts, ignore_index=True)
    rows["estimated"] = rows.estimated.fillna(False).astype(bool)
    keys = ["reporter", "partner", "year"]
    rows = rows.drop_duplicates([*keys, "flow"]).dropna(subset="value_usd_mn")
    wide = rows.pivot(index=keys, columns="flow", values="value_usd_mn")
    wide = wide.reindex(columns=["exports", "imports"]).add_suffix("_usd_mn")
    about = rows.groupby(keys).agg(estimated=("estimated", "any"), table=("table", "first"))
    return wide.rename_axis(columns=None).join(about).reset_index()


def with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Add share_pct and rank (1 is the largest) of each partner in exports and imports together; a
    missing flow counts as zero, and both are NaN where the reporter published only one flow at all.
    """
    both = rows[["exports_usd_mn", "imports_usd_mn"]]
    total = both.fillna(0).sum(axis=1)
    years = [rows.reporter, rows.year]
    whole = (both.notna().groupby(years).transform("any")).all(axis=1)
    share = 100 * total / total.groupby(years).transform("sum")
    rank = total.groupby(years).rank(ascending=False, method="min")
    return rows.assign(share_pct=share.where(whole), rank=rank.where(whole))


def explorer_rows(
    home: str, partner: str, other: str | None = None, *, others: int
) -> pd.DataFrame:
    """What the chart offers: partner (name), source ('any' where there is no choice), measure,
    kind, year, value (USD billion, percent or rank), estimated. ``other`` is home's largest other
    partner where absent, ``others`` how many of the largest are there besides, ``attrs['shown']``
    the two shown first. ParameterError unless the three differ.
    """
    here, there, third = iso3(home), iso3(partner), iso3(other) if other else None
    if len({here, there, third}) < 3:
        given = f"{home}, {partner} and {other}"
        raise ParameterError(f"{given} are not three countries", do="choose others")
    own = with_shares(reported(reporter=here))
    theirs = reported(partner=here).rename(columns=SEEN_FROM_HOME)
    first = [there, *([third] if third else [])]
    listed = first + _largest(own if len(own) else theirs, {here, *first}, others)
    late, sent = KINDS["exports_2025"], rows_if_any("exports_2025", reporter=here)
    got = rows_if_any("exports_2025", partner=here).assign(partner=lambda rows: rows.reporter)
    parts = [
        _trade(own, HOME),
        _long(own, ANY, own.table.map(KINDS), share=own.share_pct, rank=own["rank"]),
        _trade(theirs, PARTNER),
        _long(sent, HOME, late, exports=sent.value_usd_mn / 1000),
        _long(got, PARTNER, late, imports=got.value_usd_mn / 1000),
        *_votes(here, listed),
    ]
    if {here, there} == THE_PAIR:
        said = pair_trade(here, there, source="china_customs").assign(partner=there)
        flows = {"exports": said.exports_usd_bn, "imports": said.imports_usd_bn}
        kind = KINDS["china_customs_annual"]
        parts.append(_long(said, CUSTOMS, kind, trade=said.total_usd_bn, **flows))
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    rows = rows[rows.partner.isin(listed)].dropna(subset="value")
    rows = rows.assign(partner=rows.partner.map(name)).astype({"year": int, "estimated": bool})
    rows = rows.sort_values(["partner", "source", "measure", "year"], ignore_index=True)
    rows.attrs["shown"] = [name(code) for code in listed[:2]]
    return rows


def _largest(rows: pd.DataFrame, but: set[str], count: int) -> list[str]:
    """Partners by trade in the last year to 2020, the largest first."""
    panel = rows[(rows.year <= 2020) & ~rows.partner.isin(but)]
    last = panel[panel.year == panel.year.max()].set_index("partner")
    both = last[["exports_usd_mn", "imports_usd_mn"]].fillna(0).sum(axis=1)
    return list(both.sort_values(ascending=False, kind="stable").index[:count])


def _long(
    rows: pd.DataFrame, source: str, kind: pd.Series | str, **values: pd.Series
) -> pd.DataFrame:
    """The values of some measures under one another, with what is the same for all of them."""
    same = {"partner": rows.partner, "source": source, "kind": kind, "year": rows.year}
    same["estimated"] = rows.estimated if "estimated" in rows else False
    measures = {key: pd.DataFrame({**same, "measure": key, "value": values[key]}) for key in values}
    return pd.concat(measures.values())


def _trade(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    exports, imports = rows.exports_usd_mn / 1000, rows.imports_usd_mn / 1000
    values = {"exports": exports, "imports": imports, "trade": exports + imports}
    return _long(rows, source, rows.table.map(KINDS), **values)


def _votes(here: str, listed: Sequence[str]) -> list[pd.DataFrame]:
    """Agreement in the General Assembly to the last full year, percent; none of a silent home."""
    votes = load("unga_votes").loc[lambda cast: cast.year <= LAST_FULL_YEAR]
    if here not in set(votes.iso3):
        return []
    table = agreement_with_all(votes[votes.iso3.isin([here, *listed])], home=here, by="year")
    agreement = (100 * table.agreement).where(table.n_votes >= FEWEST_VOTES)
    return [_long(table, ANY, KINDS["unga_votes"], agreement=agreement)]


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Last figures of the two shown first: measure, source, partner, year, value, estimated."""
    keys = ["measure", "source", "partner"]
    shown = rows[rows.partner.isin(rows.attrs["shown"])]
    ordered = shown.assign(measure=pd.Categorical(shown.measure, list(MEASURES)))
    last = ordered.sort_values([*keys, "year"]).drop_duplicates(keys, keep="last")
    return last[[*keys, "year", "value", "estimated"]]


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Figures by kind and measure: how many, and the first and last year."""
    columns = {"figures": ("value", "size"), "first": ("year", "min"), "last": ("year", "max")}
    return rows.groupby(["kind", "measure"], as_index=False).agg(**columns)


@where_known
def two_reports(rows: pd.DataFrame) -> dict[str, float]:
    """Home's trade over the partner's own figure in the last year that both gave: quartiles."""
    trade = rows[rows.measure == "trade"]
    both = trade.pivot(index=["partner", "year"], columns="source", values="value")
    both = both.reindex(columns=["home", "partner"]).dropna().groupby(level="partner").tail(1)
    low, median, high = (both.home / both.partner).quantile([0.25, 0.5, 0.75])
    return {"partners": len(both), "median": median, "low": low, "high": high}
