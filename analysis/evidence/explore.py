"""Evidence of the explorer: what its menus offer of a country's trade and votes, in long form."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, ParameterError, where_known
from analysis.measures.agreement import agreement_with_all
from analysis.tables import load
from analysis.tables.catalogue import catalogue, pandas_dtypes
from analysis.tables.views import THE_PAIR, pair_trade

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
    "trade_annual": "IMF",
    "trade_recent": "IMF",
    "trade_russia": "IMF",
    "trade_china_2024": "China customs",
    "exports_2025": "IMF, exports of 2025",
    "china_customs_annual": "China customs",
    "unga_votes": "UN roll calls",
}


def reported(*, reporter: str | None = None, partner: str | None = None) -> pd.DataFrame:
    """What countries reported of their trade, one row for a pair and year, in every table that has
    both flows.

    Parameters
    ----------
    reporter, partner : str, optional
        ISO3; one of them or both.

    Returns
    -------
    DataFrame with reporter, partner, year, exports_usd_mn (FOB), imports_usd_mn (CIF), NaN where
    that flow was not reported, estimated (bool), table (where it was found). Years and pairs that
    nobody reported are absent.
    """
    where = {key: code for key, code in (("reporter", reporter), ("partner", partner)) if code}
    later = [
        "trade_russia",
        "trade_china_2024",
        *(["trade_recent"] if "trade_recent" in catalogue() else []),
    ]
    parts = [_if_any("trade_annual", **where).assign(table="trade_annual")]
    for table in later:
        rows = _if_any(table, **where)
        parts.append(rows[rows.year > 2020].assign(table=table))
    rows = pd.concat(parts, ignore_index=True)
    rows["estimated"] = rows.estimated.fillna(False).astype(bool)
    keys = ["reporter", "partner", "year"]
    rows = rows.drop_duplicates([*keys, "flow"]).dropna(subset="value_usd_mn")
    wide = rows.pivot(index=keys, columns="flow", values="value_usd_mn").reindex(
        columns=["exports", "imports"]
    )
    wide = wide.rename(columns={flow: f"{flow}_usd_mn" for flow in wide.columns}).rename_axis(
        columns=None
    )
    about = rows.groupby(keys).agg(estimated=("estimated", "any"), table=("table", "first"))
    return wide.join(about).reset_index()


def _if_any(table: str, **where: str) -> pd.DataFrame:
    """Rows of a table; none, with its columns, where it does not have the country."""
    try:
        return load(table, **where)
    except CoverageError:
        types = pandas_dtypes(table)
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Add each partner's share and rank in a reporter's trade, exports and imports together.

    Parameters
    ----------
    rows : DataFrame
        As ``reported`` gives them, with all partners of each reporter.

    Returns
    -------
    DataFrame with share_pct (of all named partners) and rank (1 is the largest). A flow missing for
    one partner counts as zero; in a year in which the reporter published only one flow at all both
    are NaN.
    """
    both = rows[["exports_usd_mn", "imports_usd_mn"]]
    total = both.fillna(0).sum(axis=1)
    years = [rows.reporter, rows.year]
    whole = (both.notna().groupby(years).transform("any")).all(axis=1)
    share = 100 * total / total.groupby(years).transform("sum")
    rank = total.groupby(years).rank(ascending=False, method="min")
    return rows.assign(share_pct=share.where(whole), rank=rank.where(whole))


def exports_2025(home: str) -> pd.DataFrame:
    """Exports of 2025 of one country: partner, exports_usd_mn, share_pct, rank, estimated; empty
    where not reported.
    """
    rows = _if_any("exports_2025", reporter=home)
    value = rows.value_usd_mn
    columns = {
        "partner": rows.partner,
        "exports_usd_mn": value,
        "share_pct": 100 * value / value.sum(),
        "rank": value.rank(ascending=False, method="min"),
        "estimated": rows.estimated,
    }
    return pd.DataFrame(columns)


def agreement(home: str, partners: Sequence[str]) -> pd.DataFrame:
    """Agreement of one country with others in the General Assembly: year, partner, n_votes,
    agreement_pct.
    """
    votes = load("unga_votes")
    if home not in set(votes.iso3):
        return pd.DataFrame({"year": [], "partner": [], "n_votes": [], "agreement_pct": []})
    table = agreement_with_all(votes[votes.iso3.isin([home, *partners])], home=home, by="year")
    table["agreement_pct"] = (100 * table.agreement).where(table.n_votes >= FEWEST_VOTES)
    return table[["year", "partner", "n_votes", "agreement_pct"]]


def explorer_rows(
    home: str, partner: str, other: str | None = None, *, others: int
) -> pd.DataFrame:
    """Everything that the notebook's chart offers, in long form.

    Parameters
    ----------
    home, partner : str
        Country names, ISO2 or ISO3.
    other : str, optional
        The partner shown beside it; home's largest other partner where absent.
    others : int
        How many of home's largest partners (in the last year to 2020 with figures) are there
        besides.

    Returns
    -------
    DataFrame with partner (name), source ('home', 'partner', 'customs' or 'any' where there is no
    choice), measure (a key of MEASURES), kind (a value of KINDS), year, value (USD billion, percent
    or rank) and estimated. Only what exists is there. ``attrs['shown']`` names the two partners
    shown first.

    Raises
    ------
    UnknownCountryError
        For a country that no list knows.
    ParameterError
        If two of the three are the same.
    """
    here, there, third = iso3(home), iso3(partner), iso3(other) if other else None
    if len({here, there, third}) < 3:
        raise ParameterError(
            f"{home}, {partner} and {other} are not three countries", do="choose others"
        )
    own = with_shares(reported(reporter=here))
    theirs = _seen_from_home(reported(partner=here))
    listed = [
        there,
        *([third] if third else []),
        *_largest(own if len(own) else theirs, {here, there, third}, others),
    ]
    parts = [
        _trade(own, HOME),
        _own_places(own),
        _trade(theirs, PARTNER),
        _late_exports(here),
        _votes(here, listed),
    ]
    if {here, there} == THE_PAIR:
        parts.append(_announced(here, there))
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    rows = (
        rows[rows.partner.isin(listed)]
        .dropna(subset="value")
        .astype({"year": int, "estimated": bool})
    )
    rows["partner"] = rows.partner.map(name)
    rows = rows.sort_values(["partner", "source", "measure", "year"], kind="stable").reset_index(
        drop=True
    )
    rows.attrs["shown"] = [name(code) for code in listed[:2]]
    return rows


def _largest(rows: pd.DataFrame, but: set[str | None], count: int) -> list[str]:
    """Partners by trade in the last year to 2020, the largest first."""
    panel = rows[(rows.year <= 2020) & ~rows.partner.isin(but)]
    last = panel[panel.year == panel.year.max()].set_index("partner")[
        ["exports_usd_mn", "imports_usd_mn"]
    ]
    return list(
        last.fillna(0).sum(axis=1).sort_values(ascending=False, kind="stable").index[:count]
    )


def _long(
    rows: pd.DataFrame, source: str, measure: str, value: pd.Series, kind: pd.Series | str
) -> pd.DataFrame:
    columns = {
        "partner": rows.partner,
        "source": source,
        "measure": measure,
        "kind": kind,
        "year": rows.year,
        "value": value,
        "estimated": rows.estimated if "estimated" in rows else False,
    }
    return pd.DataFrame(columns)


def _trade(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    values = {"exports": rows.exports_usd_mn / 1000, "imports": rows.imports_usd_mn / 1000}
    values["trade"] = values["exports"] + values["imports"]
    kind = rows.table.map(KINDS)
    return pd.concat(
        [_long(rows, source, measure, value, kind) for measure, value in values.items()]
    )


def _seen_from_home(rows: pd.DataFrame) -> pd.DataFrame:
    """What partners report of home: their exports are home's imports."""
    turned = {"reporter": "partner", "partner": "reporter"}
    flows = {"exports_usd_mn": "imports_usd_mn", "imports_usd_mn": "exports_usd_mn"}
    return rows.rename(columns=turned | flows)


def _own_places(own: pd.DataFrame) -> pd.DataFrame:
    kind = own.table.map(KINDS)
    return pd.concat(
        [_long(own, ANY, "share", own.share_pct, kind), _long(own, ANY, "rank", own["rank"], kind)]
    )


def _late_exports(here: str) -> pd.DataFrame:
    late = exports_2025(here).assign(year=2025)
    back = _if_any("exports_2025", partner=here).rename(
        columns={"reporter": "partner", "partner": "reporter"}
    )
    kind = KINDS["exports_2025"]
    sent = _long(late, HOME, "exports", late.exports_usd_mn / 1000, kind)
    received = _long(back, PARTNER, "imports", back.value_usd_mn / 1000, kind)
    return pd.concat([sent, received])


def _votes(here: str, listed: Sequence[str]) -> pd.DataFrame:
    votes = agreement(here, listed)
    return _long(votes, ANY, "agreement", votes.agreement_pct, KINDS["unga_votes"])


def _announced(here: str, there: str) -> pd.DataFrame:
    rows = pair_trade(here, there, source="china_customs").assign(partner=there)
    values = {
        "trade": rows.total_usd_bn,
        "exports": rows.exports_usd_bn,
        "imports": rows.imports_usd_bn,
    }
    kind = KINDS["china_customs_annual"]
    return pd.concat(
        [_long(rows, CUSTOMS, measure, value, kind) for measure, value in values.items()]
    )


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Last figures for the two partners shown first: measure, source, partner, year, value,
    estimated.
    """
    shown = rows[rows.partner.isin(rows.attrs["shown"])]
    last = (
        shown.sort_values("year", kind="stable")
        .groupby(["measure", "source", "partner"], sort=False)
        .tail(1)
    )
    order = {key: place for place, key in enumerate(MEASURES)}
    last = last.sort_values(
        ["measure", "source", "partner"], key=lambda v: v.map(order) if v.name == "measure" else v
    )
    return last[["measure", "source", "partner", "year", "value", "estimated"]].reset_index(
        drop=True
    )


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Figures by kind and measure: how many, and the first and last year."""
    grouped = rows.groupby(["kind", "measure"])
    table = grouped.agg(figures=("value", "size"), first=("year", "min"), last=("year", "max"))
    return table.reset_index()


@where_known
def two_reports(rows: pd.DataFrame) -> dict[str, float]:
    """Home's figure of a year's trade over the partner's own, for the last year that both gave.

    Returns
    -------
    dict with partners (number), median, low and high (quartiles); NaN where there is no partner
    with both figures.
    """
    trade = rows[rows.measure == "trade"]
    both = trade.pivot(index=["partner", "year"], columns="source", values="value")
    both = both.reindex(columns=["home", "partner"]).dropna().groupby(level="partner").tail(1)
    low, median, high = (both.home / both.partner).quantile([0.25, 0.5, 0.75])
    return {"partners": len(both), "median": median, "low": low, "high": high}
