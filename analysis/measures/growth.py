"""Growth of a yearly series: rates, levels rebuilt from rates, prices and currencies taken out.

Every function takes Series indexed by integer year and never bridges a missing year or fills one
in. Rates are fractions per year: 0.186 means 18.6 % a year.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import MissingYearError, ModelInputError, NotApplicable, ParameterError


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
    if first >= last:
        raise ParameterError(
            f"growth from {first} to {last} covers no year",
            allowed="first < last",
            do="swap or move the years",
        )
    ends = check_levels(at_years(levels, [first, last]))
    return math.expm1((math.log(ends[last]) - math.log(ends[first])) / (last - first))


def latest_cagr(levels: pd.Series, *, window: int) -> tuple[int, float]:
    """Last year that ends a span of ``window`` years with levels above zero, and compound annual
    growth over the span.

    MissingYearError where no two such years lie that far apart. Growth is a fraction per year, as
    in :func:`cagr`.
    """
    above = check_levels(levels, positive=False).loc[lambda level: level > 0]
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
    above = check_levels(levels.dropna(), positive=False).loc[lambda level: level > 0].sort_index()
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
    known = check_levels(levels)
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


def doubling_time(rate: float) -> float | NotApplicable:
    """Years in which a level doubles at a constant compound rate: ``log 2 / log(1 + rate)``.

    Parameters
    ----------
    rate : float
        Fraction per year, as ``cagr`` returns it.

    Returns
    -------
    float or NotApplicable
        Years; NotApplicable where the rate is zero or negative.
    """
    if not math.isfinite(rate) or rate <= -1:
        raise ParameterError(
            f"growth rate {rate!r} is not one", allowed="a finite fraction above -1, 0.05 for 5 %"
        )
    if rate <= 0:
        return NotApplicable(f"at {100 * rate:.1f} % a year the level never doubles")
    return math.log(2) / math.log1p(rate)


def chained_levels(growth: pd.Series, *, start_year: int, start_level: float = 100.0) -> pd.Series:
    """Levels rebuilt from simple growth rates, the inverse of ``yearly_growth``.

    Parameters
    ----------
    growth : Series of float indexed by consecutive year, shape (n_years,)
        Fractions per year above -1, the first for the year after ``start_year``.
    start_year : int
    start_level : float
        Level in ``start_year``, in the unit wanted; 100 makes an index.

    Returns
    -------
    Series of float indexed by year, shape (n_years + 1,)
    """
    factors = check_levels(growth + 1, what="one plus a growth rate")
    expected = range(start_year + 1, start_year + 1 + len(factors))
    if list(factors.index) != list(expected):
        raise MissingYearError(
            f"chaining from {start_year} needs every year {expected.start}-{expected.stop - 1}, "
            f"got {_listed(factors.index)}",
            do="start the chain in the year before the first growth rate",
        )
    levels = start_level * np.concatenate([[1.0], np.cumprod(factors.to_numpy())])
    return pd.Series(levels, index=[start_year, *expected], name=growth.name)


def indexed_levels(levels: pd.Series, *, base_year: int, base: float = 100.0) -> pd.Series:
    """Levels divided by the level of one year, times ``base``; the same years as ``levels``."""
    known = check_levels(levels)
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
    nominal = check_levels(levels, positive=False)
    prices = check_levels(
        at_years(deflator, {*nominal.index, base_year}, what="the deflator"), what="a deflator"
    )
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
    if rates_are not in ("target_per_source", "source_per_target"):
        raise ParameterError(
            f"rates_are={rates_are!r} is unknown",
            allowed="'target_per_source' or 'source_per_target'",
        )
    source = check_levels(levels, positive=False)
    used = check_levels(
        at_years(rates, source.index, what="the exchange rate"), what="an exchange rate"
    )
    converted = source * used if rates_are == "target_per_source" else source / used
    return converted.rename(_renamed(levels, f"in_{target}"))


def at_years(series: pd.Series, years: Iterable[int], *, what: str = "the series") -> pd.Series:
    """Values in the years asked for, sorted by year; MissingYearError lists the years lacking and
    available.
    """
    wanted = sorted({int(year) for year in years})
    absent = [year for year in wanted if year not in series.index]
    if absent:
        raise MissingYearError(
            f"{what} lacks {_listed(absent)}",
            allowed=f"years available: {_listed(series.dropna().index) or 'none'}",
            do="choose years inside that span",
        )
    return series.loc[wanted]


def check_levels(levels: pd.Series, *, positive: bool = True, what: str = "a level") -> pd.Series:
    """Sorted float copy of a series by year, or an error that lists every value that is not a
    level.

    Parameters
    ----------
    levels : Series indexed by unique whole years
    positive : bool
        Refuse zero too. Negative, missing and infinite values are always refused.
    what : str
        What a value is called in the message.

    Raises
    ------
    ModelInputError
        If the index does not hold unique whole years, or a value is outside its range.
    """
    if not pd.api.types.is_integer_dtype(levels.index) or not levels.index.is_unique:
        raise ModelInputError(
            f"the index holds {levels.index.dtype} values"
            + ("" if levels.index.is_unique else " with repeats"),
            allowed="unique integer years",
            do="set the year as index and aggregate to one value a year",
        )
    known = levels.astype(float).sort_index()
    bad = known[~(np.isfinite(known) & ((known > 0) if positive else (known >= 0)))]
    if len(bad):
        raise ModelInputError(
            f"{what} is out of range: "
            + ", ".join(f"{year}: {value:g}" for year, value in bad.items()),
            allowed="positive finite numbers" if positive else "finite numbers of zero or more",
            do="choose years in which the value is known, or drop the others and say so",
        )
    return known


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
