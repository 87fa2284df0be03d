"""Growth of a yearly series, with prices and currencies taken out.

Every function takes Series indexed by integer year and never bridges a missing year or fills one
in. Rates are fractions per year: 0.186 means 18.6 % a year.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import MissingYearError, ParameterError
from analysis.measures.inputs import require_option, require_years, whole_number, whole_year, yearly


def cagr(levels: pd.Series, *, first: int, last: int) -> float:
    """Compound annual growth between two years: ``(levels[last] / levels[first]) ** (1 / (last -
    first)) - 1``.

    Parameters
    ----------
    levels : Series of float indexed by year, shape (n_years,)
        One unit throughout, nominal or real as given; positive at both ends. Years between are not
        used.
    first, last : int
        With ``first < last``.

    Returns
    -------
    float
        Fraction per year: 0.186 means 18.6 % a year.

    Raises
    ------
    MissingYearError
        If either year is absent. The message lists the years available.
    ModelInputError
        If a value is not a positive finite number or the index does not hold unique whole years.
    ParameterError
        If ``first`` is not before ``last``.
    """
    first, last = whole_year("first", first), whole_year("last", last)
    if first >= last:
        raise ParameterError(
            f"growth from {first} to {last} covers no year",
            allowed="first < last",
            do="swap or move the years",
        )
    ends = yearly(at_years(levels, [first, last]), sign="above zero")
    return math.expm1((math.log(ends[last]) - math.log(ends[first])) / (last - first))


def product_growth(
    trade: pd.DataFrame, *, first: int, last: int, across_break: bool = False
) -> float:
    """Compound annual growth of trade by product, refused where its reporters change in between.

    Parameters
    ----------
    trade : DataFrame with year, value_usd_mn and reported_by, as ``product_trade`` gives it.
    first, last : int
        With ``first < last``.
    across_break : bool
        Compare the two years although they rest on other reports. The result then holds the change
        of reporters too, and whoever shows it must say so.

    Returns
    -------
    float
        Fraction per year, as from ``cagr``.

    Raises
    ------
    ParameterError
        If the years rest on the reports of others and ``across_break`` is false.
    MissingYearError
        If either year is absent.
    """
    by_year = trade.set_index("year")
    reporters = at_years(by_year.reported_by, [first, last])
    if reporters.nunique() > 1 and not across_break:
        raise ParameterError(
            f"trade of {first} rests on the reports of {reporters[first]}, and that of {last} on"
            f" those of {reporters[last]}: growth across the break holds a change of reporters",
            allowed=f"two years with the same reports: {_spans(by_year.reported_by)}",
            do="choose such years, or pass across_break=True and say so beside the figure",
        )
    return cagr(by_year.value_usd_mn, first=first, last=last)


def _spans(reported_by: pd.Series) -> str:
    """Which years rest on whose reports."""
    spans = reported_by.groupby(reported_by, sort=False).groups.items()
    return "; ".join(f"{_listed(years)} ({reporters})" for reporters, years in spans)


def latest_cagr(levels: pd.Series, *, window: int) -> tuple[int, float]:
    """Last year that ends a span of ``window`` years with levels above zero, and compound annual
    growth over the span.

    MissingYearError where no two such years lie that far apart. Growth is a fraction per year, as
    in :func:`cagr`.
    """
    window = whole_number("window", window, least=1)
    above = yearly(levels, sign="zero or more").loc[lambda level: level > 0]
    ends = [int(year) for year in above.index if year - window in above.index]
    if not ends:
        raise MissingYearError(
            f"no two years that are {window} apart have a level above zero",
            allowed=f"years available: {_listed(above.index) or 'none'}",
            do="choose a shorter window or another series",
        )
    return max(ends), cagr(above, first=max(ends) - window, last=max(ends))


def latest_run(levels: pd.Series, *, fewest: int = 1) -> pd.Series:
    """The last consecutive years of a series with levels above zero; what lies before a gap or a
    zero is left out.

    MissingYearError where the run has fewer than ``fewest`` years. Missing levels are gaps.
    """
    above = yearly(levels.dropna(), sign="zero or more").loc[lambda level: level > 0]
    if above.empty:
        raise MissingYearError("no year has a level above zero", do="choose another series")
    begins = above.index.to_series().diff().ne(1).cumsum()
    run = above[begins == begins.iloc[-1]]
    if len(run) < fewest:
        raise MissingYearError(
            f"the last years without a gap and with a level above zero are {_listed(run.index)}",
            allowed=f"{fewest} years or more",
            do="choose another series",
        )
    return run


def yearly_growth(
    levels: pd.Series,
    *,
    kind: Literal["simple", "log"] = "simple",
    splices: Collection[int] = (),
    gaps: Literal["error", "omit"] = "error",
) -> pd.Series:
    """Growth of each year on the year before.

    Parameters
    ----------
    levels : Series of positive float indexed by year, shape (n_years,)
    kind : {"simple", "log"}
        ``x[t] / x[t-1] - 1``, or ``log x[t] - log x[t-1]``, which adds up over years.
    splices : collection of int
        Years in which another source begins. Growth into such a year compares two sources, so that
        year is left out, and no test on the result can mistake the change of source for a change in
        growth.
    gaps : {"error", "omit"}
        What to do with a year whose predecessor is missing: refuse, or leave that year out. It is
        never bridged.

    Returns
    -------
    Series of float indexed by year, at most (n_years - 1,)

    Raises
    ------
    MissingYearError
        If years are missing inside the series and ``gaps="error"``; they are listed.
    ModelInputError
        If a value is not a positive finite number.
    """
    require_option("kind", kind, ("simple", "log"))
    require_option("gaps", gaps, ("error", "omit"))
    known = yearly(levels, sign="above zero")
    years = known.index.to_numpy()
    absent = sorted(set(range(years[0], years[-1] + 1)) - set(years.tolist())) if len(years) else []
    if absent and gaps == "error":
        raise MissingYearError(
            f"growth needs consecutive years and the series lacks {_listed(absent)}",
            allowed="consecutive years",
            do="choose a span without the gap, or pass gaps='omit' to leave out the years after it",
        )
    usable = (np.diff(years) == 1) & ~np.isin(years[1:], list(splices))
    values = known.to_numpy()
    rates = np.diff(np.log(values)) if kind == "log" else values[1:] / values[:-1] - 1
    return pd.Series(rates[usable], index=known.index[1:][usable], name=levels.name)


def indexed_levels(levels: pd.Series, *, base_year: int, base: float = 100.0) -> pd.Series:
    """Levels divided by the level of one year, times ``base``; the same years as ``levels``."""
    known = yearly(levels, sign="above zero")
    return base * known / float(at_years(known, [base_year]).iloc[0])


def deflate(levels: pd.Series, deflator: pd.Series, *, base_year: int) -> pd.Series:
    """Nominal levels in the prices of one year: ``levels[t] * deflator[base_year] / deflator[t]``.

    Parameters
    ----------
    levels : Series of float indexed by year, shape (n_years,)
        Current prices in one currency, for instance USD bn. May be zero, never negative.
    deflator : Series of positive float indexed by year
        Price index of the same currency, on any base. It must cover every year of ``levels`` and
        ``base_year``.
    base_year : int

    Returns
    -------
    Series of float indexed by year, shape (n_years,)
        In the currency of ``levels`` at prices of ``base_year``; the name says so.

    Raises
    ------
    MissingYearError
        If the deflator lacks a year. The message lists the years lacking and the years available.
    """
    nominal = yearly(levels, sign="zero or more")
    base_year = whole_year("base_year", base_year)
    used = at_years(deflator, {*nominal.index, base_year}, what="the deflator")
    prices = yearly(used, sign="above zero", what="a deflator")
    real = nominal * float(prices[base_year]) / prices.reindex(nominal.index)
    return real.rename(_renamed(levels, f"{base_year}_prices"))


def convert_currency(
    levels: pd.Series,
    rates: pd.Series,
    *,
    rates_are: Literal["target_per_source", "source_per_target"],
    target: str,
) -> pd.Series:
    """Levels in another currency at yearly average rates.

    Parameters
    ----------
    levels : Series of float indexed by year, shape (n_years,)
        In the source currency.
    rates : Series of positive float indexed by year
        Average exchange rate of each year; it must cover every year of ``levels``.
    rates_are : {"target_per_source", "source_per_target"}
        For dollars into yuan, yuan per dollar is ``"target_per_source"``. There is no default,
        because the wrong direction gives a number that looks right.
    target : str
        Name of the currency reached, appended to the name of the series.

    Returns
    -------
    Series of float indexed by year, shape (n_years,), in the target currency
    """
    require_option("rates_are", rates_are, ("target_per_source", "source_per_target"))
    source = yearly(levels, sign="zero or more")
    used = at_years(rates, source.index, what="the exchange rate")
    used = yearly(used, sign="above zero", what="an exchange rate")
    converted = source * used if rates_are == "target_per_source" else source / used
    return converted.rename(_renamed(levels, f"in_{target}"))


def at_years(series: pd.Series, years: Iterable[int], *, what: str = "the series") -> pd.Series:
    """Values in the years asked for, sorted by year; MissingYearError lists the years lacking and
    available.
    """
    require_years(series.index, what=f"the index of {what}", unique=False)
    wanted = sorted({whole_year("asked for", year) for year in years})
    absent = [year for year in wanted if year not in series.index]
    if absent:
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
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in spans)


def _renamed(series: pd.Series, suffix: str) -> str:
    return suffix if series.name is None else f"{series.name}_{suffix}"
