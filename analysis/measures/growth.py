"""Growth of Series by integer year, in one unit and no gap bridged: rates are fractions per year.

MissingYearError everywhere for an absent year, ModelInputError for other years and values.
"""

import math
from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import (
    MissingYearError,
    ParameterError,
    require_option,
    whole_number,
    whole_year,
)
from analysis.measures.inputs import as_list, require_kind, require_years, yearly


def cagr(levels: pd.Series, *, first: int, last: int) -> float:
    """Compound annual growth between two years, a fraction per year: ``(levels[last] /
    levels[first]) ** (1 / (last - first)) - 1``. Levels are nominal or real as given and above zero
    at both ends; years between are not used. ParameterError if ``first`` is not before ``last``.
    """
    first, last = years_apart(first, last)
    ends = yearly(at_years(levels, [first, last]), sign="above zero")
    return math.expm1((math.log(ends[last]) - math.log(ends[first])) / (last - first))


def years_apart(first: int, last: int) -> tuple[int, int]:
    """The first and last year of a change; ParameterError if the one is not before the other."""
    first, last = whole_year("first", first), whole_year("last", last)
    if first >= last:
        came = f"the change from {first} to {last} covers no year"
        raise ParameterError(came, allowed="first < last", do="swap or move the years")
    return first, last


def product_growth(trade: pd.DataFrame, *, first: int, last: int) -> float:
    """Compound annual growth of trade by product, ParameterError where its reporters change in
    between; ``trade`` has year, value_usd_mn and reported_by, as ``product_trade`` gives it.
    """
    by_year = trade.set_index("year")
    reporters = at_years(by_year.reported_by, [first, last])
    if reporters.nunique() > 1:
        spans = by_year.groupby("reported_by", sort=False).groups.items()
        same = "; ".join(f"{_listed(years)} ({whose})" for whose, years in spans)
        raise ParameterError(
            f"trade of {first} rests on the reports of {reporters[first]}, and that of {last} on"
            f" those of {reporters[last]}: growth across the break holds a change of reporters",
            allowed=f"two years with the same reports: {same}",
            do="choose such years",
        )
    return cagr(by_year.value_usd_mn, first=first, last=last)


def latest_cagr(levels: pd.Series, *, window: int) -> tuple[int, float]:
    """Last year that ends a span of ``window`` years with levels above zero, and ``cagr`` over the
    span; MissingYearError where no two such years lie that far apart.
    """
    window = whole_number("window", window, least=1)
    above = yearly(levels, sign="zero or more").loc[lambda level: level > 0]
    ends = above.index[(above.index - window).isin(above.index)]
    if ends.empty:
        raise MissingYearError(
            f"no two years that are {window} apart have a level above zero",
            allowed=f"years available: {_listed(above.index) or 'none'}",
            do="choose a shorter window or another series",
        )
    last = int(ends.max())
    return last, cagr(above, first=last - window, last=last)


def latest_run(levels: pd.Series, *, fewest: int = 1) -> pd.Series:
    """The last consecutive years with levels above zero: what lies before a gap, a missing level
    or a zero is left out. MissingYearError where the run has fewer than ``fewest`` years.
    """
    above = yearly(levels, sign="zero or more", missing=True).loc[lambda level: level > 0]
    if above.empty:
        raise MissingYearError("no year has a level above zero", do="choose another series")
    begins = above.index.to_series().diff().ne(1).cumsum()
    run = above[begins == begins.iloc[-1]]
    if len(run) < fewest:
        came = f"the last years without a gap and with a level above zero are {_listed(run.index)}"
        allowed = f"{fewest} years or more"
        raise MissingYearError(came, allowed=allowed, do="choose another series")
    return run


def yearly_growth(levels: pd.Series, *, gaps: Literal["error", "omit"] = "error") -> pd.Series:
    """Growth of each year on the year before, ``x[t] / x[t-1] - 1``, by year; levels above zero.
    A year whose predecessor is missing is refused with MissingYearError, or left out ('omit').
    """
    require_option("gaps", gaps, ("error", "omit"))
    known = yearly(levels, sign="above zero")
    follows = np.diff(known.index) == 1
    if gaps == "error" and not follows.all():
        absent = sorted(set(range(known.index[0], known.index[-1])) - set(known.index))
        raise MissingYearError(
            f"growth needs consecutive years and the series lacks {_listed(absent)}",
            allowed="consecutive years",
            do="choose a span without the gap, or pass gaps='omit' to leave out the years after it",
        )
    return known.pct_change().iloc[1:][follows]


def indexed_levels(levels: pd.Series, *, base_year: int) -> pd.Series:
    """Levels with that of one year set to 100; the same years as ``levels``."""
    known = yearly(levels, sign="above zero")
    return 100.0 * known / float(at_years(known, [base_year]).iloc[0])


def deflate(levels: pd.Series, deflator: pd.Series, *, base_year: int) -> pd.Series:
    """Nominal levels, zero or more, in the prices of one year, as the new name says: ``levels[t] *
    deflator[base_year] / deflator[t]``. The deflator is a price index of the same currency, on any
    base, above zero, for every year of ``levels`` and ``base_year``.
    """
    nominal = yearly(levels, sign="zero or more")
    base_year = whole_year("base_year", base_year)
    used = at_years(deflator, {*nominal.index, base_year}, what="the deflator")
    prices = yearly(used, sign="above zero", what="a deflator")
    real = nominal * float(prices[base_year]) / prices.reindex(nominal.index)
    return real.rename(_renamed(levels, f"{base_year}_prices"))


def convert_currency(levels: pd.Series, *, target_per_source: pd.Series, target: str) -> pd.Series:
    """Levels, zero or more, in another currency, ``target``, at yearly average rates: for dollars
    into yuan, yuan per dollar. Rates must cover every year of ``levels``.
    """
    source = yearly(levels, sign="zero or more")
    used = at_years(target_per_source, source.index, what="the exchange rate")
    converted = source * yearly(used, sign="above zero", what="an exchange rate")
    return converted.rename(_renamed(levels, f"in_{target}"))


def at_years(series: pd.Series, years: Iterable[int], *, what: str = "the series") -> pd.Series:
    """Values in the years asked for, sorted by year; MissingYearError lists the years lacking and
    available.
    """
    require_kind(series, pd.Series, what=what)
    require_years(series.index, what=f"the index of {what}", unique=False)
    wanted = sorted({whole_year("asked for", year) for year in as_list("years", years, of="years")})
    if absent := [year for year in wanted if year not in series.index]:
        raise MissingYearError(
            f"{what} lacks {_listed(absent)}",
            allowed=f"years available: {_listed(series.dropna().index) or 'none'}",
            do="choose years inside that span",
        )
    return series.loc[wanted]


def _listed(years: Iterable[int]) -> str:
    """Years as spans: '1960-1963, 1965'."""
    spans: list[list[int]] = []
    for year in sorted(int(year) for year in years):
        if spans and year == spans[-1][-1] + 1:
            spans[-1][1:] = [year]
        else:
            spans.append([year])
    return ", ".join("-".join(map(str, span)) for span in spans)


def _renamed(series: pd.Series, suffix: str) -> str:
    return suffix if series.name is None else f"{series.name}_{suffix}"
