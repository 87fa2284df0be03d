"""What trade between every pair would be, given each country's size in each year and each pair's
own past.

The model has exporter-year, importer-year and pair effects and nothing else:
``E[trade_ijt] = exporter_it * importer_jt * pair_ij``, fitted by Poisson pseudo maximum likelihood
(Santos Silva and Tenreyro 2006, Review of Economics and Statistics 88(4); the three effects are
those of Baier and Bergstrand 2007, Journal of International Economics 71(1)). The ratio of actual
to expected trade says by how much a pair trades more in a year than its own past and both
countries' trade with everybody else that year would suggest.

Three cautions. The exporter-year effects make every exporter's residuals of a year sum to zero, and
likewise every importer's: one partner's surplus is the other partners' shortfall. Pair effects take
in whatever the fitted years hold, so years under judgement must lie beyond ``last_year``. And with
few years per pair the three-way estimates are asymptotically biased although consistent, and their
usual standard errors too small (Weidner and Zylkin 2021, Journal of International Economics 132,
103513); here no standard error is given, only a rank among all pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import ConvergenceError, ModelInputError, NotApplicable, ParameterError
from analysis.measures.inputs import (
    numbers,
    require_columns,
    require_keys,
    require_known,
    whole_number,
    whole_year,
)
from analysis.measures.rank import rank_among
from analysis.models.proportional_fitting import (
    MarginFit,
    components,
    fit_margins,
    separated,
    zero_or_single,
)
from analysis.models.result import coefficient_table, text_table

MARGIN_TOLERANCE = 1e-8
"""Relative error of group totals that still counts as solved; 1e-12 is usual."""
FITTED = "fitted"
HELD_OUT = "held out: does not inform the effects"
MISSING = "no value"
ALL_ZERO = "all zero: a country-year or pair that never trades, fitted by zero"
ALONE = "alone: the only row of a country-year or pair, fitted exactly"
DISCONNECTED = "disconnected: shares no country-year or pair with the largest set"
SEPARATED = "separated: a zero whose expected value tends to zero"
NEW_PAIR = "no pair effect: the pair is not among the fitted rows"
NO_EFFECT = "no country-year effect"
UNDETERMINED = "not determined: fitted rows do not connect these effects"


class Columns(NamedTuple):
    """Names of the four columns that the model reads."""

    exporter: str
    importer: str
    year: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRank:
    """Where one pair stands among all, 1 being the largest ratio of actual to expected trade.

    Attributes
    ----------
    position, of : int
    ratio, actual, expected : float
        Over all years asked for; actual and expected in the unit of the value.
    """

    position: int
    of: int
    ratio: float
    actual: float
    expected: float

    def __str__(self) -> str:
        return (
            f"rank {self.position} of {self.of}: actual trade is {self.ratio:.2f} times what is"
            " expected"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """Actual beside expected trade, row by row.

    Attributes
    ----------
    rows : DataFrame
        The rows given, indexed as given, with ``expected`` (unit of the value), ``ratio`` (actual
        over expected) and ``status``; the first two are missing where ``status`` says why.
    dropped : DataFrame
        ``status, rows, value, value_share`` of the rows without an expected value.
    cycles : int
        Passes of the solver.
    mismatch : float
        Largest relative difference between a fitted and an actual total.
    columns : Columns
    spec : str
    """

    rows: pd.DataFrame
    dropped: pd.DataFrame
    cycles: int
    mismatch: float
    columns: Columns
    spec: str

    def glance(self) -> pd.Series:
        """Rows with an expected value and without, and the work and error of the solver."""
        n_expected = int(self.rows["expected"].notna().sum())
        counts = {"n_obs": n_expected, "n_dropped": len(self.rows) - n_expected}
        return pd.Series({**counts, "cycles": self.cycles, "mismatch": self.mismatch}, dtype=object)

    def rank(
        self,
        exporter: str,
        importer: str,
        *,
        years: int | tuple[int, int],
        min_expected: float = 0.0,
    ) -> PairRank | NotApplicable:
        """Rank of one pair's ratio of actual to expected trade among all pairs.

        Parameters
        ----------
        exporter, importer : str
        years : int or (first, last)
            Actual and expected trade are summed over these years before dividing.
        min_expected : float
            Pairs with less expected trade over the years are left out, in the unit of the value:
            small flows have extreme ratios.

        Returns
        -------
        PairRank, or NotApplicable where the pair has no expected trade in those years or less than
        ``min_expected``.
        """
        first, last = years if isinstance(years, tuple) else (years, years)
        first, last = whole_year("first", first), whole_year("last", last)
        if first > last:
            raise ParameterError(
                f"years=({first}, {last}) runs backwards", allowed="(first, last)", do="swap them"
            )
        keys = list(self.columns[:2])
        within = self.rows[self.rows[self.columns.year].between(first, last)]
        known = within[within["expected"] > 0]
        totals = known.groupby(keys, observed=True)[[self.columns.value, "expected"]].sum()
        totals = totals[totals["expected"] >= min_expected]
        pair = (exporter, importer)
        if pair not in totals.index:
            own = within[(within[keys[0]] == exporter) & (within[keys[1]] == importer)]
            reasons = sorted({str(status) for status in own["status"]})
            why = "; ".join(reasons) or "no row"
            if FITTED in reasons:
                why = f"expected trade is below {min_expected:g}"
            return NotApplicable(f"{exporter}-{importer} in {first}-{last} has no rank: {why}")
        place = rank_among(totals[self.columns.value] / totals["expected"], pair)
        if isinstance(place, NotApplicable):
            return place
        actual, expected = totals.to_numpy()[totals.index.get_loc(pair)]
        return PairRank(
            position=place.rank,
            of=place.of,
            ratio=place.value,
            actual=float(actual),
            expected=float(expected),
        )

    def __str__(self) -> str:
        left_out = text_table(self.dropped, digits=4) if len(self.dropped) else "nothing"
        counts = ", ".join(f"{n} {name}" for name, n in self.glance().iloc[:2].items())
        return f"{self.spec}\n{counts}\nleft out:\n{left_out}"


class Projection(Expected):
    """Expected trade beyond the fitted years, pair effects held at their fitted values."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline(Expected):
    """A fitted baseline.

    Attributes
    ----------
    exporter_year, importer_year, pair : Series
        Multipliers. Only the product of the three is determined.
    last_year : int
        Last fitted year.
    """

    exporter_year: pd.Series
    importer_year: pd.Series
    pair: pd.Series
    last_year: int

    def tidy(self) -> pd.DataFrame:
        """All log multipliers. Standard errors are missing: see the module's note on incidental
        parameters.
        """
        effects = {kind: getattr(self, kind) for kind in ("exporter_year", "importer_year", "pair")}
        terms = [
            f"{kind} {one} {other}"
            for kind, effect in effects.items()
            for one, other in effect.index
        ]
        estimates = np.log(np.concatenate([effect.to_numpy() for effect in effects.values()]))
        return coefficient_table(terms, estimates, np.full(len(estimates), np.nan))

    def project(
        self, frame: pd.DataFrame, *, held_out: Iterable[tuple[str, str]] = ()
    ) -> Projection:
        """Expected trade in later years: country-year effects from those years, pair effects from
        the fitted ones.

        Parameters
        ----------
        frame : DataFrame
            Rows after ``last_year``, with the columns of the fit.
        held_out : iterable of (exporter, importer)
            Pairs whose later trade must not inform even the country-year effects. Their expected
            value then says what both countries' trade with all others implies.

        Raises
        ------
        ModelInputError
            If a row is not after ``last_year``, for bad values or keys, or if nothing can be
            projected.
        CoverageError
            If a pair held out is not among the rows.
        """
        exporter, importer, year, value = self.columns
        rows, y = _checked(frame, self.columns)
        if early := sorted({int(y) for y in rows[year] if y <= self.last_year}):
            raise ModelInputError(
                f"rows of {early} were given to a projection",
                allowed=f"years after {self.last_year}",
                do="leave them out",
            )
        pairs, apart = pd.MultiIndex.from_frame(rows[[exporter, importer]]), list(held_out)
        for pair in apart:
            require_known(tuple(pair), pairs, what="the pair held out,")
        base = _look_up(self.pair, rows, (exporter, importer))
        status = np.select(
            [np.isnan(base), pairs.isin(apart) if apart else np.zeros(len(y), bool), np.isnan(y)],
            [NEW_PAIR, HELD_OUT, MISSING],
            FITTED,
        ).astype(object)
        names = ((exporter, year), (importer, year))
        base = base / np.fmax.reduce(base)
        codes, fit = _fit_what_can_be(
            [_codes(rows, pair) for pair in names], np.nan_to_num(y), status, base=base
        )
        expected, kept = base, status == FITTED
        sets, connected = [], components(codes)
        for factor, code, pair in zip(fit.factors, codes, names, strict=True):
            labels = _group_labels(rows[kept], code, pair)
            expected = expected * _look_up(pd.Series(factor, index=labels), rows, pair)
            set_of = pd.Series(connected[np.unique(code, return_index=True)[1]], index=labels)
            sets.append(_look_up(set_of, rows, pair))
        outside = status == HELD_OUT
        status[outside & np.isnan(expected)] = NO_EFFECT
        status[outside & ~np.isnan(expected) & (sets[0] != sets[1])] = UNDETERMINED
        known = kept | (status == HELD_OUT)
        spec = f"{self.spec}; {year}s after {self.last_year} projected with pair effects fixed"
        if apart:
            spec += "; held out: " + ", ".join(f"{a}-{b}" for a, b in apart)
        rows, dropped = _with_expected(rows, value, np.where(known, expected, np.nan), status)
        return Projection(
            rows=rows,
            dropped=dropped,
            cycles=fit.cycles,
            mismatch=fit.mismatch,
            columns=self.columns,
            spec=spec,
        )


def fit_baseline(
    frame: pd.DataFrame,
    *,
    exporter: str = "exporter",
    importer: str = "importer",
    year: str = "year",
    value: str = "value_usd_mn",
    last_year: int | None = None,
    max_cycles: int = 500,
) -> Baseline:
    """Poisson pseudo maximum likelihood with exporter-year, importer-year and pair effects.

    Parameters
    ----------
    frame : DataFrame
        One row per exporter, importer and year. An absent row is unknown, not zero; a missing value
        likewise.
    exporter, importer, year, value : str
        Column names. Values are levels (not logarithms) of one flow in one unit, zero or more.
    last_year : int, optional
        Later rows are ignored. The last year of the frame where absent.
    max_cycles : int
        Of proportional fitting; world exports of ten years take 49.

    Raises
    ------
    ModelInputError
        For missing columns or keys, the world as a partner, duplicate rows, values that are text,
        negative or infinite, or no positive trade at all.
    ConvergenceError
        If the totals of some country-year or pair are not reproduced to ``MARGIN_TOLERANCE``.

    Notes
    -----
    Rows that tell nothing are left out first, and counted in ``dropped``: those of a country-year
    or pair with no positive trade (their expected value is zero), those alone in one (their
    expected value is the actual), and those in a set that shares no country-year or pair with the
    largest one (its effects are not comparable). Where zeros keep the three sets of effects from
    having finite estimates (separation), cycles do not converge and the error names such zeros; in
    a projection, which has two sets, they are found beforehand and left out.
    """
    columns = Columns(exporter, importer, year, value)
    whole_number("max_cycles", max_cycles, least=1)
    rows, y = _checked(frame, columns)
    last = int(rows[year].max()) if last_year is None else whole_year("last_year", last_year)
    within = (rows[year] <= last).to_numpy()
    rows, y = rows[within], y[within]
    if not (y > 0).any():
        raise ModelInputError(
            f"no positive trade up to {last}", allowed="positive values", do="check last_year"
        )
    names = ((exporter, year), (importer, year), (exporter, importer))
    status = np.where(np.isnan(y), MISSING, FITTED).astype(object)
    codes, fit = _fit_what_can_be(
        [_codes(rows, pair) for pair in names], np.nan_to_num(y), status, max_cycles=max_cycles
    )
    kept = status == FITTED
    effects = [
        pd.Series(factor, _group_labels(rows[kept], code, pair), name="multiplier").sort_index()
        for factor, code, pair in zip(fit.factors, codes, names, strict=True)
    ]
    expected = np.full(len(rows), np.nan)
    expected[kept] = fit.fitted
    spec = (
        f"Poisson pseudo maximum likelihood of {value} on {exporter}-{year}, {importer}-{year} and "
        f"{exporter}-{importer} effects, {int(rows[year].min())}-{last}; no standard errors"
    )
    rows, dropped = _with_expected(rows, value, expected, status)
    return Baseline(
        rows=rows,
        dropped=dropped,
        exporter_year=effects[0],
        importer_year=effects[1],
        pair=effects[2],
        cycles=fit.cycles,
        mismatch=fit.mismatch,
        last_year=last,
        columns=columns,
        spec=spec,
    )


def _checked(frame: pd.DataFrame, columns: Columns) -> tuple[pd.DataFrame, np.ndarray]:
    """The four columns and the values as floats, refusing what no baseline can be fitted to."""
    require_columns(frame, columns)
    keys = list(columns[:3])
    require_keys(frame, keys, year=columns.year, countries=keys[:2])
    values = numbers(frame[columns.value], what=columns.value, sign="zero or more", missing=True)
    if frame.empty:
        raise ModelInputError("there are no rows", allowed="a table with rows", do="check filters")
    return frame[list(columns)], values.to_numpy()


def _fit_what_can_be(
    codes: Sequence[np.ndarray],
    y: np.ndarray,
    status: np.ndarray,
    *,
    base: np.ndarray | None = None,
    max_cycles: int = 500,
) -> tuple[list[np.ndarray], MarginFit]:
    """Fit the rows that determine something, writing into ``status`` why not; with a base all
    disjoint sets stay.
    """
    while True:
        zero, alone = zero_or_single(codes, y, status == FITTED)
        status[zero], status[alone] = ALL_ZERO, ALONE
        kept = np.flatnonzero(status == FITTED)
        if not len(kept):
            raise ModelInputError(
                "every row is alone in its country-year or pair, or all zero",
                allowed="pairs of two years among countries of two partners, with a pair effect",
                do="use more years or more countries",
            )
        compact = [np.unique(code[kept], return_inverse=True)[1] for code in codes]
        if base is None:
            out, why = components(compact) > 0, DISCONNECTED
        else:
            out, why = separated(compact, y[kept]), SEPARATED
        if not out.any():
            break
        status[kept[out]] = why
    start = np.ones(len(kept)) if base is None else base[kept]
    fit = fit_margins(compact, y[kept], base=start, max_cycles=max_cycles)
    if not fit.mismatch <= MARGIN_TOLERANCE:
        smallest = kept[np.argsort(np.where(y[kept] == 0, fit.fitted, np.inf))[:5]]
        raise ConvergenceError(
            f"{fit.cycles} cycles left a group total wrong by {fit.mismatch:.1e}",
            allowed=f"a share of at most {MARGIN_TOLERANCE:.0e}",
            do="raise max_cycles, or leave out zeros whose expected value tends to zero, such as"
            f" rows {smallest.tolist()} (counted from 0)",
        )
    return compact, fit


def _codes(rows: pd.DataFrame, names: tuple[str, str]) -> np.ndarray:
    """Number of the combination of two columns that each row has."""
    first, second = (pd.factorize(rows[name])[0] for name in names)
    return pd.factorize(first.astype(np.int64) * (int(second.max()) + 1) + second)[0]


def _group_labels(rows: pd.DataFrame, code: np.ndarray, names: tuple[str, str]) -> pd.MultiIndex:
    """Labels of groups 0, 1, ... of a code over the rows."""
    first_row = np.unique(code, return_index=True)[1]
    return pd.MultiIndex.from_frame(rows[list(names)].iloc[first_row])


def _look_up(effects: pd.Series, rows: pd.DataFrame, names: tuple[str, str]) -> np.ndarray:
    """Effect of each row's group; missing where there is none."""
    position = effects.index.get_indexer(pd.MultiIndex.from_frame(rows[list(names)]))
    return np.where(position >= 0, effects.to_numpy(dtype=float)[position], np.nan)


def _with_expected(
    rows: pd.DataFrame, value: str, expected: np.ndarray, status: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with expected value, ratio and status, and what was left out by reason."""
    rows = rows.assign(
        expected=expected, ratio=rows[value] / expected, status=pd.Categorical(status)
    )
    out = rows[rows["expected"].isna()]
    groups = out.groupby(out["status"].astype(str))[value]
    table = groups.agg(rows="size", value="sum").reset_index()
    return rows, table.assign(value_share=table["value"] / rows[value].sum())
