"""Views: one pair, one country's partners, or all pairs, put together from the tables without
filling any gap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, ParameterError, did_you_mean
from analysis.tables import load
from analysis.tables.catalogue import catalogue

PAIR_COLUMNS = ["year", "exports_usd_bn", "imports_usd_bn", "total_usd_bn", "estimated"]
SOURCES = {
    "china_customs": (
        "China customs, as announced since 2021 and as carried by the IMF before; Russia and China"
        " only"
    ),
    "imf_home": "IMF, as reported by the home country",
    "imf_partner": "IMF, as reported by the partner",
}
THE_PAIR = {"RUS", "CHN"}
RECENT = "trade_recent"
"""All pairs from 2021, where a vintage has been fetched; Russia keeps its own table, whose false
rows are mended."""


def pair_trade(
    home: str,
    partner: str,
    *,
    source: str = "auto",
    first_year: int | None = None,
    last_year: int | None = None,
) -> pd.DataFrame:
    """Goods trade of a pair by year, seen from ``home``, from one source.

    Parameters
    ----------
    home, partner : str
        Country names, ISO2 or ISO3.
    source : {"auto", "china_customs", "imf_home", "imf_partner"}
        "auto" is China customs for Russia and China and the home country's reports otherwise.
    first_year, last_year : int, optional
        Both included; what the source holds where absent.

    Returns
    -------
    DataFrame with year (int), exports_usd_bn and imports_usd_bn (home's, current USD billion;
    exports FOB, imports CIF where ``home`` reports, the reverse where ``partner`` does),
    total_usd_bn (their sum, or the announced total where no flow was announced), estimated (bool).
    Years without a figure are absent, and a missing flow is NaN. ``attrs['source']`` names the
    source that was used.

    Raises
    ------
    UnknownCountryError, ParameterError
        For a country or source that does not exist.
    CoverageError
        If the source has no figure for the pair and years; the message says which sources have.
    """
    home, partner = iso3(home), iso3(partner)
    if home == partner:
        raise ParameterError(f"home and partner are both {name(home)}", do="choose two countries")
    chosen = source
    if source == "auto":
        chosen = "china_customs" if {home, partner} == THE_PAIR else "imf_home"
    if chosen not in SOURCES:
        raise ParameterError(
            f"there is no source '{source}'",
            allowed=", ".join(["auto", *SOURCES]),
            do=did_you_mean(source, SOURCES) or "see analysis.tables.views.SOURCES",
        )
    everything = _READERS[chosen](home, partner)
    frame = everything[everything.year.between(first_year or 0, last_year or 9999)].reset_index(
        drop=True
    )
    if frame.empty:
        span = (
            f" from {first_year or 'the first year'} to {last_year or 'the last'}"
            if len(everything)
            else ""
        )
        raise CoverageError(
            f"'{chosen}' has no trade of {name(home)} with {name(partner)}{span}",
            allowed=coverage(home, partner),
            do="choose a source and years from that list",
        )
    frame.attrs["source"] = chosen
    return frame


def _rows(table: str, **where: Any) -> pd.DataFrame:
    """Rows of a table, none where it does not report on the country; the caller says so."""
    try:
        return load(table, **where)
    except CoverageError:
        return load(table, year=[])


def coverage(home: str, partner: str) -> str:
    """Which source covers which years of a pair, in one line.

    >>> coverage("RUS", "CHN")
    'china_customs 1992-2025, imf_home 1992-2024, imf_partner 1992-2020'
    """
    found = []
    for source, read in _READERS.items():
        frame = read(iso3(home), iso3(partner))
        if len(frame):
            found.append(f"{source} {frame.year.min()}-{frame.year.max()}")
    return ", ".join(found) or "no source here has this pair"


def _customs(home: str, partner: str) -> pd.DataFrame:
    if {home, partner} != THE_PAIR:
        return pd.DataFrame(columns=PAIR_COLUMNS)
    rows = load("china_customs_annual")
    rank = {"revised": 0, "headline": 1, "derived": 2, "preliminary": 3}
    best = rows.sort_values("vintage", key=lambda v: v.map(rank), kind="stable").drop_duplicates(
        ["flow", "year"]
    )
    wide = best.pivot(index="year", columns="flow", values="value_usd_bn")
    out, back = ("exports", "imports") if home == "CHN" else ("imports", "exports")
    frame = pd.DataFrame(
        {"exports_usd_bn": wide[out], "imports_usd_bn": wide[back], "total_usd_bn": wide["total"]}
    )
    frame["estimated"] = False
    return frame.reset_index()[PAIR_COLUMNS].rename_axis(columns=None)


def _as_reported(reporter: str, partner: str, *, exports_are: str) -> pd.DataFrame:
    """A reporter's own exports and imports; ``exports_are`` says which of home's flows its exports
    are.
    """
    parts = [_rows("trade_annual", reporter=reporter, partner=partner)]
    if reporter == "RUS":
        later = _rows("trade_russia", partner=partner)
        parts.append(later[later.year > parts[0].year.max()] if len(parts[0]) else later)
    elif RECENT in catalogue():
        later = _rows(RECENT, reporter=reporter, partner=partner)
        parts.append(later.assign(estimated=later.estimated | later.doubtful))
    rows = pd.concat(parts, ignore_index=True)
    wide = (
        rows.pivot(index="year", columns="flow", values="value_usd_mn").reindex(
            columns=["exports", "imports"]
        )
        / 1000
    )
    if exports_are == "imports":
        wide = wide.rename(columns={"exports": "imports", "imports": "exports"})
    frame = pd.DataFrame({"exports_usd_bn": wide["exports"], "imports_usd_bn": wide["imports"]})
    frame["total_usd_bn"] = frame.sum(axis=1, skipna=False)
    frame["estimated"] = rows.groupby("year").estimated.any()
    return frame.reset_index()[PAIR_COLUMNS].rename_axis(columns=None)


_READERS: dict[str, Callable[[str, str], pd.DataFrame]] = {
    "china_customs": _customs,
    "imf_home": lambda home, partner: _as_reported(home, partner, exports_are="exports"),
    "imf_partner": lambda home, partner: _as_reported(partner, home, exports_are="imports"),
}


def partners(country: str, *, year: int) -> pd.DataFrame:
    """A country's trade with each of its partners in a year, as that country reported it.

    Returns
    -------
    DataFrame sorted by total, with partner (ISO3), exports_usd_bn, imports_usd_bn, total_usd_bn (a
    missing flow counts as zero, because a reporter that names a partner in one flow only had little
    of the other), share_pct (of all named partners), rank (1 is the largest). ``attrs['source']``
    names the table.

    Raises
    ------
    CoverageError
        For the years 2021-2023 of all countries but Russia and 2024 of all but Russia and China,
        unless the table trade_recent has been fetched: the panel of all pairs ends in 2020, and
        nothing here fills the gap.
    """
    country = iso3(country)
    table = "trade_annual"
    if country == "RUS" and 2021 <= year <= 2024:
        table = "trade_russia"
    elif country == "CHN" and year == 2024:
        table = "trade_china_2024"
    elif year > 2020 and RECENT in catalogue():
        table = RECENT
    rows = _rows(table, reporter=country, year=year)
    if rows.empty:
        raise CoverageError(
            f"no table has {name(country)} with all its partners in {year}",
            allowed="every country to 2020, Russia to 2024, China in 2024",
            do=(
                "choose such a year, or get all pairs from 2021: `ballast data fetch imf_imts`,"
                " then `make data`"
            ),
        )
    wide = rows.pivot(index="partner", columns="flow", values="value_usd_mn").reindex(
        columns=["exports", "imports"]
    )
    wide = wide.fillna(0) / 1000
    frame = pd.DataFrame({"exports_usd_bn": wide.exports, "imports_usd_bn": wide.imports})
    frame["total_usd_bn"] = frame.sum(axis=1)
    frame["share_pct"] = 100 * frame.total_usd_bn / frame.total_usd_bn.sum()
    frame["rank"] = frame.total_usd_bn.rank(ascending=False, method="min").astype(int)
    result = frame.sort_values("rank", kind="stable").reset_index().rename_axis(columns=None)
    result.attrs["source"] = table
    return result


def shares_of(country: str, partner: str, *, first_year: int, last_year: int) -> pd.DataFrame:
    """A partner's share in a country's exports and imports by year, as the country reported both.

    Returns
    -------
    DataFrame with year, exports_pct, imports_pct, imports_high_pct, estimated. The denominator is
    the reporter's published total with the world, which holds trade that no partner is named for;
    for ``imports_high_pct`` the figures that data/corrections removes as false are taken out of it
    too. Absent years were not published.
    """
    country, partner = iso3(country), iso3(partner)
    sources = {
        "imf_dots": "trade_annual",
        "imf_imts_russia": "trade_russia",
        "gacc_2024": "trade_china_2024",
    }
    removed = false_figures("trade_russia").groupby(["flow", "year"]).published_usd_mn.sum()
    parts = []
    for source, table in sources.items():
        totals = (
            _rows("trade_totals", reporter=country, source=source)
            .set_index(["flow", "year"])
            .value_usd_mn
        )
        rows = (
            _rows(table, reporter=country, partner=partner).set_index(["flow", "year"]).value_usd_mn
        )
        sound = totals.sub(removed, fill_value=0) if table == "trade_russia" else totals
        parts.append(
            pd.DataFrame({"share": 100 * rows / totals, "high": 100 * rows / sound}).dropna()
        )
    both = pd.concat(parts)
    both = both[~both.index.duplicated()]
    chosen = {"exports_pct": ("exports", "share"), "imports_pct": ("imports", "share")}
    chosen["imports_high_pct"] = ("imports", "high")
    flows = both.index.get_level_values("flow")
    columns = {
        column: both.loc[flows == flow, kind].droplevel("flow")
        for column, (flow, kind) in chosen.items()
    }
    frame = pd.DataFrame(columns).rename_axis("year").reset_index()
    frame["estimated"] = (country == "RUS") & (frame.year >= 2022)
    return frame[frame.year.between(first_year, last_year)].reset_index(drop=True)


def all_pairs(*, constant_dollars: bool = False) -> pd.DataFrame:
    """Trade of every pair of countries, 1960-2020: both partners' reported exports added, FOB.

    Parameters
    ----------
    constant_dollars : bool
        Deflate by the US GDP deflator, 2017 = 100.

    Returns
    -------
    DataFrame with pair ('CHN-RUS', in alphabetical order), year, value (USD million, current or of
    2017). A pair and year is there only where both reported exports, so that a missing report is
    never read as no trade.
    """
    both = _exports_added()
    return (
        both.assign(value=100 * both.value / both.year.map(us_deflator()))
        if constant_dollars
        else both.copy()
    )


@cache
def _exports_added() -> pd.DataFrame:
    """Exports of both ends of each pair in current dollars, put together once."""
    rows = load("trade_annual", flow="exports")
    swapped = rows.reporter > rows.partner
    first, second = (
        rows.reporter.mask(swapped, rows.partner),
        rows.partner.mask(swapped, rows.reporter),
    )
    grouped = (
        rows.assign(pair=first + "-" + second)
        .groupby(["pair", "year"])
        .value_usd_mn.agg(["sum", "size"])
    )
    both = grouped.loc[grouped["size"] == 2, "sum"].rename("value").reset_index()
    return both.astype({"year": "int64"})


def trade_matrix(countries: Sequence[str], *, year: int) -> pd.DataFrame:
    """Exports between some countries, the European Union as one and the rest of the world, with
    sales at home.

    Parameters
    ----------
    countries : sequence of str
        ISO3 of the countries that stand alone; the Union's 27 members that are not among them are
        'EU27'.
    year : int
        1960 to 2020.

    Returns
    -------
    DataFrame of float, USD billion, exporters in rows and importers in columns in one order. Sales
    at home are GDP less exports to others, a stand-in for the gross sales that no table here has,
    and never below a tenth of GDP.
    """
    union = set(load("groups", group="EU27").iso3) - set(countries)
    place = {code: code for code in countries} | dict.fromkeys(union, "EU27")
    flows = load("trade_annual", flow="exports", year=year)
    ends = [flows[end].map(place).fillna("rest of world") for end in ("reporter", "partner")]
    between = (flows.value_usd_mn / 1000).groupby(ends).sum().unstack()
    gdp = load("gdp_population", year=year).set_index("country").gdp_usd_mn.dropna() / 1000
    output = gdp.groupby(gdp.index.map(lambda code: place.get(code, "rest of world"))).sum()
    order = [*countries, "EU27", "rest of world"]
    matrix = (
        between.reindex(index=order, columns=order).fillna(0.0).to_numpy(dtype=float, copy=True)
    )
    np.fill_diagonal(matrix, 0.0)
    home = np.maximum(output.reindex(order) - matrix.sum(axis=1), 0.1 * output.reindex(order))
    return pd.DataFrame(matrix + np.diag(home), index=order, columns=order)


@cache
def politics_and_trade() -> pd.DataFrame:
    """Distance in the UN and weight of trade for every pair and year that has both, 1960-2020.

    It is put together once; do not write into it.

    Returns
    -------
    DataFrame with pair ('CHN-RUS'), state_a, state_b (ISO3), year, distance (absolute difference of
    ideal points, in units of their scale), share_pct (trade of the pair, as both reported their
    exports, in the exports and imports that each reported with the world; mean of the two,
    percent). The Soviet Union votes as RUS and trades as SUN, and its pairs are under SUN. A pair
    without one of the three figures is absent.
    """
    panel = all_pairs()
    panel = panel.assign(state_a=panel.pair.str[:3], state_b=panel.pair.str[4:])
    totals = (
        load("trade_totals", source="imf_dots")
        .groupby(["reporter", "year"])
        .value_usd_mn.sum(min_count=2)
    )
    points = load("ideal_points", release="2025_07").set_index(["iso3", "year"]).ideal_point
    weights, places = [], []
    for state in ("state_a", "state_b"):
        weights.append(
            panel.value
            / totals.reindex(pd.MultiIndex.from_frame(panel[[state, "year"]])).to_numpy()
        )
        voter = panel.assign(iso3=panel[state].replace("SUN", "RUS"))[["iso3", "year"]]
        places.append(points.reindex(pd.MultiIndex.from_frame(voter)).to_numpy())
    panel["distance"] = abs(places[0] - places[1])
    panel["share_pct"] = 50 * (weights[0] + weights[1])
    return panel.dropna(subset=["distance", "share_pct"])[
        ["pair", "state_a", "state_b", "year", "distance", "share_pct"]
    ]


def us_deflator() -> pd.Series:
    """US GDP deflator by year, 2017 = 100; years that were not published are absent."""
    return load("deflators").set_index("year").gdp_deflator_2017eq100.dropna()


def published_totals(home: str, partner: str, *, source: str = "auto") -> pd.DataFrame:
    """Totals of a pair with the day by which each was public, every version of a year on its own
    row.

    Returns
    -------
    DataFrame with year, total_usd_bn, published ('YYYY-MM-DD'). Announcements of China customs
    carry the day of the rule in the table china_customs_annual; figures of the IMF count as public
    at the end of the next year.

    Raises
    ------
    CoverageError
        If the source has no year with both flows.
    """
    frame = pair_trade(home, partner, source=source)
    if frame.attrs["source"] == "china_customs":
        rows = load("china_customs_annual", flow="total")
        return rows.rename(columns={"value_usd_bn": "total_usd_bn", "published_by": "published"})[
            ["year", "total_usd_bn", "published"]
        ]
    frame = frame.dropna(subset=["total_usd_bn"])
    if frame.empty:
        raise CoverageError(
            f"no year has both exports and imports of {name(iso3(home))} and {name(iso3(partner))}",
            do="choose another source or pair",
        )
    return frame[["year", "total_usd_bn"]].assign(published=(frame.year + 1).astype(str) + "-12-31")


def years_to_compare(frame: pd.DataFrame, years: tuple[int, int]) -> tuple[int, int]:
    """The two years asked for where a pair has both, or else its latest years as far apart.

    Parameters
    ----------
    frame : DataFrame from ``pair_trade``; years without a total above zero do not count.

    Raises
    ------
    ParameterError
        If ``years`` are not two, the earlier one first.
    CoverageError
        If the pair traded in fewer than two years.
    """
    if isinstance(years, str) or not all(isinstance(year, int | np.integer) for year in years):
        raise ParameterError(
            f"years to compare are {years!r}, text",
            allowed="two years as whole numbers, such as (2010, 2020)",
            do="papermill hands on a tuple as text: `ballast run -p` reads it as it is meant",
        )
    if len(years) != 2 or years[0] >= years[1]:
        raise ParameterError(
            f"years to compare are {years}", allowed="two years", do="put the earlier one first"
        )
    known = set(frame[frame.total_usd_bn > 0].year)
    if len(known) < 2:
        raise CoverageError(
            f"two years with exports and imports are needed, and '{frame.attrs['source']}' has"
            f" {len(known)} here",
            do="choose another source, pair or period",
        )
    if known.issuperset(years):
        return years
    span = years[1] - years[0]
    last = max((year for year in known if year - span in known), default=max(known))
    return (last - span, last) if last - span in known else (min(known), max(known))


def false_figures(table: str) -> pd.DataFrame:
    """What data/corrections took out of a table because it is false.

    Returns
    -------
    DataFrame with reporter, partner, flow (str), year (int), published_usd_mn (float), reason
    (str).
    """
    rows = load("corrections", table=table, column="value_usd_mn", set="")
    parts = {
        name: rows["key"].str.extract(rf"{name}=(\w+)")[0]
        for name in ("reporter", "partner", "flow", "year")
    }
    frame = pd.DataFrame(
        {**parts, "published_usd_mn": rows["expect"].astype(float), "reason": rows["reason"]}
    )
    return frame.astype({"year": int})
