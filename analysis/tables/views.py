"""Views: one pair or one country's partners, put together from the tables without filling any gap;
all pairs come from ``analysis.tables.panels``.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from pandas.api.types import is_integer, is_list_like

from analysis.countries import iso3, name
from analysis.errors import CoverageError, ParameterError, require_option, whole_year
from analysis.tables import load
from analysis.tables.catalogue import catalogue, describe
from analysis.tables.panels import all_pairs as all_pairs
from analysis.tables.panels import politics_and_trade as politics_and_trade
from analysis.tables.panels import trade_matrix as trade_matrix
from analysis.tables.panels import us_deflator as us_deflator

PAIR_COLUMNS = ["year", "exports_usd_bn", "imports_usd_bn", "total_usd_bn", "estimated"]
SOURCES = ("china_customs", "imf_home", "imf_partner")
"""China customs (Russia and China only), and the IMF, as home or the partner reported."""
THE_PAIR = {"RUS", "CHN"}
NOWHERE = "no source here has this pair"
"""What ``coverage`` says of a pair without trade."""
RECENT = "trade_recent"
"""All pairs from 2021, where a vintage has been fetched; Russia keeps its own table."""
SHARES = {
    "imf_dots": "trade_annual",
    "imf_imts_russia": "trade_russia",
    "gacc_2024": "trade_china_2024",
}
"""Sources of totals with the world, each with the table of its partners; the first that has a year
counts."""


def pair_trade(
    home: str,
    partner: str,
    *,
    source: str = "auto",
    first_year: int | None = None,
    last_year: int | None = None,
) -> pd.DataFrame:
    """Goods trade of a pair by year, seen from ``home``, from one of ``SOURCES``; "auto" is China
    customs for Russia and China and the home country's reports otherwise.

    The columns are year, exports_usd_bn and imports_usd_bn (home's, current USD billion; exports
    FOB, imports CIF where ``home`` reports, the reverse where ``partner`` does), total_usd_bn
    (their sum, or the announced total), estimated. Years without a figure are absent, a missing
    flow is NaN, ``attrs['source']`` names the source. A CoverageError says which sources have the
    pair.
    """
    home, partner = _two(home, partner)
    require_option("source", source, ["auto", *SOURCES])
    chosen = source
    if source == "auto":
        chosen = "china_customs" if {home, partner} == THE_PAIR else "imf_home"
    first, last = _span(first_year, last_year)
    everything = _READERS[chosen](home, partner)
    frame = everything[everything.year.between(first or 0, last or 9999)].reset_index(drop=True)
    if frame.empty and coverage(home, partner) == NOWHERE:
        raise CoverageError(
            f"no source here has trade of {name(home)} with {name(partner)}",
            do="choose another pair",
        )
    if frame.empty:
        span = f" from {first or 'the first year'} to {last or 'the last'}"
        within = span if len(everything) else ""
        raise CoverageError(
            f"'{chosen}' has no trade of {name(home)} with {name(partner)}{within}",
            allowed=coverage(home, partner),
            do="choose a source and years from that list",
        )
    frame.attrs["source"] = chosen
    return frame


def _two(country: str, partner: str) -> tuple[str, str]:
    """ISO3 of two countries, which must not be one."""
    pair = iso3(country), iso3(partner)
    if pair[0] == pair[1]:
        both = name(pair[0])
        raise ParameterError(f"home and partner are both {both}", do="choose two countries")
    return pair


def _span(first_year: Any, last_year: Any) -> tuple[int | None, int | None]:
    """Two years, either of which may be absent, in their order."""
    first = None if first_year is None else whole_year("first_year", first_year)
    last = None if last_year is None else whole_year("last_year", last_year)
    if first is not None and last is not None and first > last:
        raise ParameterError(
            f"first_year {first} comes after last_year {last}", do="put the earlier year first"
        )
    return first, last


def rows_if_any(table: str, **where: Any) -> pd.DataFrame:
    """Rows of a table as ``load`` gives them; none, with its columns, where it does not report on
    the country, which the caller says.
    """
    try:
        return load(table, **where)
    except CoverageError:
        return load(table).head(0)


def looked_up(values: pd.Series, *keys: pd.Series) -> pd.Series:
    """The value of each row's keys, which are levels of the index; missing where there is none."""
    found = values.reindex(pd.MultiIndex.from_arrays(keys)).to_numpy()
    return pd.Series(found, keys[0].index)


def coverage(home: str, partner: str) -> str:
    """Which source covers which years of a pair, in one line.

    >>> coverage("RUS", "CHN")
    'china_customs 1992-2025, imf_home 1992-2024, imf_partner 1992-2020'
    """
    pair = _two(home, partner)
    years = {source: read(*pair).year for source, read in _READERS.items()}
    found = [f"{source} {of.min()}-{of.max()}" for source, of in years.items() if len(of)]
    return ", ".join(found) or NOWHERE


def _customs(home: str, partner: str) -> pd.DataFrame:
    if {home, partner} != THE_PAIR:
        return pd.DataFrame(columns=PAIR_COLUMNS)
    rows = load("china_customs_annual")
    rank = {"revised": 0, "headline": 1, "derived": 2, "preliminary": 3}
    rows = rows.sort_values("vintage", key=lambda v: v.map(rank), kind="stable")
    best = rows.drop_duplicates(["flow", "year"])
    wide = best.pivot(index="year", columns="flow", values="value_usd_bn")
    out, back = ("exports", "imports") if home == "CHN" else ("imports", "exports")
    frame = wide[[out, back, "total"]].assign(estimated=False).reset_index()
    return frame.set_axis(PAIR_COLUMNS, axis=1)


def _as_reported(reporter: str, partner: str, *, exports_are: str) -> pd.DataFrame:
    """A reporter's own exports and imports, of which its exports are one of home's flows."""
    parts = [rows_if_any("trade_annual", reporter=reporter, partner=partner)]
    if reporter == "RUS":
        later = rows_if_any("trade_russia", partner=partner)
        parts.append(later[later.year > parts[0].year.max()] if len(parts[0]) else later)
    elif RECENT in catalogue():
        later = rows_if_any(RECENT, reporter=reporter, partner=partner)
        parts.append(later.assign(estimated=later.estimated | later.doubtful))
    rows = pd.concat(parts, ignore_index=True)
    frame = _by_flow(rows, "year")
    if exports_are == "imports":
        frame.columns = frame.columns[::-1]
    frame["total_usd_bn"] = frame.sum(axis=1, skipna=False)
    frame["estimated"] = rows.groupby("year").estimated.any()
    return frame.reset_index()[PAIR_COLUMNS]


def _by_flow(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """Exports and imports side by side by a key, USD billion, NaN where a flow is missing."""
    wide = rows.pivot(index=key, columns="flow", values="value_usd_mn") / 1000
    wide = wide.reindex(columns=["exports", "imports"])
    return wide.add_suffix("_usd_bn").rename_axis(columns=None)


_READERS: dict[str, Callable[[str, str], pd.DataFrame]] = {
    "china_customs": _customs,
    "imf_home": lambda home, partner: _as_reported(home, partner, exports_are="exports"),
    "imf_partner": lambda home, partner: _as_reported(partner, home, exports_are="imports"),
}


def partners(country: str, *, year: int) -> pd.DataFrame:
    """A country's trade with each of its partners in a year, as that country reported it: partner
    (ISO3), exports_usd_bn, imports_usd_bn, total_usd_bn (a missing flow counts as zero, because it
    is little), share_pct (of all named partners), rank. A CoverageError for years that no table
    has: the panel of all pairs ends in 2020.
    """
    country, year = iso3(country), whole_year("year", year)
    table = "trade_annual"
    if country == "RUS" and 2021 <= year <= 2024:
        table = "trade_russia"
    elif country == "CHN" and year == 2024:
        table = "trade_china_2024"
    elif year > 2020 and RECENT in catalogue():
        table = RECENT
    rows = rows_if_any(table, reporter=country, year=year)
    if rows.empty:
        raise CoverageError(
            f"no table has {name(country)} with all its partners in {year}",
            allowed="every country to 2020, Russia to 2024, China in 2024",
            do="choose such a year, or get all pairs from 2021: `ballast data fetch imf_imts`, then"
            " `make data`",
        )
    frame = _by_flow(rows, "partner").fillna(0)
    frame["total_usd_bn"] = frame.sum(axis=1)
    frame["share_pct"] = 100 * frame.total_usd_bn / frame.total_usd_bn.sum()
    frame["rank"] = frame.total_usd_bn.rank(ascending=False, method="min").astype(int)
    return frame.sort_values("rank", kind="stable").reset_index()


def shares_of(country: str, partner: str, *, first_year: int, last_year: int) -> pd.DataFrame:
    """A partner's share in a country's exports and imports by year, as the country reported both:
    year, exports_pct, imports_pct, imports_high_pct, estimated. The denominator is the published
    total with the world; for ``imports_high_pct`` the figures that data/corrections removes as
    false are taken out of it. Years not published are absent.
    """
    country, partner = _two(country, partner)
    first, last = _span(first_year, last_year)
    removed = false_figures("trade_russia").groupby(["flow", "year"]).published_usd_mn.sum()
    parts = []
    for source, table in SHARES.items():
        both = (
            rows_if_any(table, reporter=country, partner=partner),
            rows_if_any("trade_totals", reporter=country, source=source),
        )
        rows, totals = (each.set_index(["flow", "year"]).value_usd_mn for each in both)
        sound = totals.sub(removed, fill_value=0) if table == "trade_russia" else totals
        shares = {"pct": 100 * rows / totals, "high": 100 * rows / sound}
        parts.append(pd.DataFrame(shares).dropna())
    found = pd.concat(parts)
    wide = found[~found.index.duplicated()].unstack("flow").sort_index()
    chosen = {
        "exports_pct": ("pct", "exports"),
        "imports_pct": ("pct", "imports"),
        "imports_high_pct": ("high", "imports"),
    }
    columns = {name: wide.get(which, pd.Series(dtype=float)) for name, which in chosen.items()}
    frame = pd.DataFrame(columns, index=wide.index).rename_axis("year").reset_index()
    frame["estimated"] = (country == "RUS") & (frame.year >= 2022)
    return frame[frame.year.between(first or 0, last or 9999)].reset_index(drop=True)


def published_totals(home: str, partner: str, *, source: str = "auto") -> pd.DataFrame:
    """Totals of a pair with the day by which each was public, every version of a year on its own
    row: year, total_usd_bn, published ('YYYY-MM-DD'). Figures of the IMF count as public at the end
    of the next year. A CoverageError if the source has no year with both flows.
    """
    frame = pair_trade(home, partner, source=source)
    if frame.attrs["source"] == "china_customs":
        rows = load("china_customs_annual", flow="total")[["year", "value_usd_bn", "published_by"]]
        return rows.set_axis(["year", "total_usd_bn", "published"], axis=1)
    frame = frame.dropna(subset=["total_usd_bn"])
    if frame.empty:
        raise CoverageError(
            f"no year has both exports and imports of {name(iso3(home))} and {name(iso3(partner))}",
            do="choose another source or pair",
        )
    return frame[["year", "total_usd_bn"]].assign(published=(frame.year + 1).astype(str) + "-12-31")


def years_to_compare(frame: pd.DataFrame, years: Sequence[int]) -> tuple[int, int]:
    """The two years asked for where a pair, a frame of ``pair_trade``, has totals above zero in
    both, or else its latest years as far apart. A ParameterError if ``years`` are not two whole
    numbers, the earlier one first; a CoverageError if the pair traded in fewer than two years.
    """
    given: list[Any] = list(years) if is_list_like(years) else [years]
    text = any(isinstance(year, str) for year in given)
    if text or len(given) != 2 or not all(map(is_integer, given)) or given[0] >= given[1]:
        raise ParameterError(
            f"years to compare are {years!r:.200}{', text' if text else ''}",
            allowed="two years as whole numbers, such as (2010, 2020)",
            do="papermill hands on a tuple as text: `ballast run -p` reads it as it is meant"
            if text
            else "put the earlier one first",
        )
    first, last = int(given[0]), int(given[1])
    known = set(frame[frame.total_usd_bn > 0].year)
    if len(known) < 2:
        raise CoverageError(
            f"two years with exports and imports are needed, and '{frame.attrs['source']}' has"
            f" {len(known)} here",
            do="choose another source, pair or period",
        )
    if known.issuperset((first, last)):
        return first, last
    span = last - first
    last = max((year for year in known if year - span in known), default=max(known))
    return (last - span, last) if last - span in known else (min(known), max(known))


def false_figures(table: str) -> pd.DataFrame:
    """What data/corrections took out of a table because it is false: reporter, partner, flow, year,
    published_usd_mn, reason.
    """
    rows = load("corrections", table=describe(table)["name"], column="value_usd_mn", set="")
    names = ("reporter", "partner", "flow", "year")
    frame = pd.DataFrame({name: rows["key"].str.extract(rf"{name}=(\w+)")[0] for name in names})
    frame["published_usd_mn"] = rows["expect"].astype(float)
    return frame.assign(reason=rows["reason"]).astype({"year": int})
