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

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import ConvergenceError, ModelInputError, NotApplicable
from analysis.models.expected_trade import (
    ALL_ZERO,
    ALONE,
    DISCONNECTED,
    FITTED,
    HELD_OUT,
    MISSING,
    NEW_PAIR,
    NO_EFFECT,
    SEPARATED,
    UNDETERMINED,
    Columns,
    PairRank,
    check_rows,
    describe,
    group_codes,
    group_labels,
    left_out,
    look_up,
    rank_pair,
    require_columns,
    with_expected,
)  # fmt: skip
from analysis.models.proportional_fitting import (
    MarginFit,
    components,
    fit_margins,
    poisson_deviance,
    poisson_log_likelihood,
    vanishing,
    zero_or_single,
)  # fmt: skip
from analysis.models.result import coefficient_table
from analysis.models.separation import PROGRAMME_ROWS, effect_columns, separated, undetermined

MARGIN_TOLERANCE = (
    1e-8  # relative error of group totals that still counts as solved; 1e-12 is usual
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Projection:
    """Expected trade beyond the fitted years, pair effects held at their fitted values.

    Attributes
    ----------
    rows : DataFrame
        The rows given, with ``expected`` (unit of the value), ``ratio`` (actual over expected) and
        ``status``.
    dropped : DataFrame
        ``status, rows, value, value_share`` of the rows without an expected value.
    mismatch : float
        Largest relative error of a country-year's fitted total.
    """

    rows: pd.DataFrame
    dropped: pd.DataFrame
    mismatch: float
    columns: Columns
    spec: str

    def glance(self) -> pd.Series:
        """Rows projected and left out, and the error of the totals."""
        n_expected = int(self.rows["expected"].notna().sum())
        return pd.Series(
            {
                "n_obs": n_expected,
                "n_dropped": len(self.rows) - n_expected,
                "mismatch": self.mismatch,
            }
        )

    def rank(
        self,
        exporter: str,
        importer: str,
        *,
        years: int | tuple[int, int],
        min_expected: float = 0.0,
    ) -> PairRank | NotApplicable:
        """As ``Baseline.rank``."""
        return rank_pair(
            self.rows, self.columns, (exporter, importer), years=years, min_expected=min_expected
        )

    def __str__(self) -> str:
        return describe(self.spec, self.glance(), self.dropped)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """A fitted baseline.

    Attributes
    ----------
    rows : DataFrame
        The fitted years' rows, indexed as given, with ``expected`` (unit of the value), ``ratio``
        (actual over expected) and ``status``; the first two are missing where ``status`` says that
        the row was left out.
    dropped : DataFrame
        ``status, rows, value, value_share`` of what was left out, and why.
    exporter_year, importer_year, pair : Series
        Multipliers. Only the product of the three is determined.
    log_likelihood, deviance : float
        Poisson, in the unit of the value (they change with it; the multipliers' product does not).
    cycles, newton_steps : int
        Work done by the solver.
    mismatch : float
        Largest relative difference between a fitted and an actual total of a country-year or pair.
    """

    rows: pd.DataFrame
    dropped: pd.DataFrame
    exporter_year: pd.Series
    importer_year: pd.Series
    pair: pd.Series
    log_likelihood: float
    deviance: float
    cycles: int
    newton_steps: int
    mismatch: float
    last_year: int
    columns: Columns
    spec: str

    def tidy(self) -> pd.DataFrame:
        """All log multipliers. Standard errors are missing: see the module's note on incidental
        parameters.
        """
        effects = {kind: getattr(self, kind) for kind in ("exporter_year", "importer_year", "pair")}
        terms = [
            f"{kind} {first} {second}"
            for kind, effect in effects.items()
            for first, second in effect.index
        ]
        estimates = np.log(np.concatenate([effect.to_numpy() for effect in effects.values()]))
        return coefficient_table(terms, estimates, np.full(len(estimates), np.nan))

    def glance(self) -> pd.Series:
        """Size of the sample, fit and convergence."""
        n_obs = int((self.rows["status"] == FITTED).sum())
        return pd.Series(
            {
                "n_obs": n_obs,
                "n_dropped": len(self.rows) - n_obs,
                "n_effects": len(self.exporter_year) + len(self.importer_year) + len(self.pair),
                "log_likelihood": self.log_likelihood,
                "deviance": self.deviance,
                "cycles": self.cycles,
                "newton_steps": self.newton_steps,
                "mismatch": self.mismatch,
            },
            dtype=object,
        )

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Expected trade of any pair and fitted year, whether or not the pair's flow is in the
        data.

        Parameters
        ----------
        frame : DataFrame
            With the exporter, importer and year columns of the fit.

        Returns
        -------
        DataFrame
            Indexed as ``frame``, with ``expected`` and ``status``, which says why where
            ``expected`` is missing: an effect is, or no chain of fitted rows connects the three, so
            that only other products are determined.
        """
        exporter, importer, year, _ = self.columns
        require_columns(frame, (exporter, importer, year))
        effects = {
            (exporter, year): self.exporter_year,
            (importer, year): self.importer_year,
            (exporter, importer): self.pair,
        }
        known = [look_up(effect, frame, names) for names, effect in effects.items()]
        size, pair = known[0] * known[1], known[2]
        status = np.select([np.isnan(pair), np.isnan(size)], [NEW_PAIR, NO_EFFECT], FITTED).astype(
            object
        )
        rows, asked = self.rows[(self.rows["status"] == FITTED).to_numpy()], status == FITTED
        loose = undetermined(*(_indicators(effects, part) for part in (rows, frame[asked])))
        status[np.flatnonzero(asked)[loose]] = UNDETERMINED
        expected = np.where(status == FITTED, size * pair, np.nan)
        return pd.DataFrame({"expected": expected, "status": status}, index=frame.index)

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

        Returns
        -------
        Projection

        Raises
        ------
        ModelInputError
            If a row is not after ``last_year``, for values that are negative or infinite, duplicate
            rows, or if nothing can be projected.
        """
        return _project(self, frame, held_out=list(held_out))

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
        return rank_pair(
            self.rows, self.columns, (exporter, importer), years=years, min_expected=min_expected
        )

    def __str__(self) -> str:
        return describe(
            self.spec, self.glance().drop(["cycles", "newton_steps", "mismatch"]), self.dropped
        )


def fit_baseline(
    frame: pd.DataFrame,
    *,
    exporter: str = "exporter",
    importer: str = "importer",
    year: str = "year",
    value: str = "value_usd_mn",
    last_year: int | None = None,
    tolerance: float = 1e-10,
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
    tolerance : float
        Largest change of a log multiplier in the solver's last cycle.
    max_cycles : int
        Accelerated cycles before Newton steps take over.

    Returns
    -------
    Baseline

    Raises
    ------
    ModelInputError
        For missing columns or keys, duplicate rows, negative or infinite values, or no positive
        trade at all.
    ConvergenceError
        If the totals of some country-year or pair are not reproduced to ``MARGIN_TOLERANCE``.

    Notes
    -----
    Rows that tell nothing are left out first, and counted in ``dropped``: those of a country-year
    or pair with no positive trade (their expected value is zero), those alone in one (their
    expected value is the actual), and those in a set that shares no country-year or pair with the
    largest one (its effects are not comparable). After a fit, zeros whose expected value tends to
    zero (separation) are left out and the rest fitted again: those that a linear programme finds,
    or beyond ``PROGRAMME_ROWS`` rows those below ``VANISHING_SHARE`` of every total they are part
    of.
    """
    columns = Columns(exporter, importer, year, value)
    check_rows(frame, columns)
    last = int(frame[year].max()) if last_year is None else last_year
    rows = frame.loc[frame[year] <= last, list(columns)]
    if not (rows[value] > 0).any():
        raise ModelInputError(
            f"no positive trade up to {last}", allowed="positive values", do="check last_year"
        )
    keys = [
        group_codes(rows, names)
        for names in ((exporter, year), (importer, year), (exporter, importer))
    ]
    y = rows[value].to_numpy(dtype=float)
    status = np.where(np.isnan(y), MISSING, FITTED).astype(object)
    codes, fit = _fit_what_can_be(
        [code for code, _ in keys], np.nan_to_num(y), status, tolerance, max_cycles
    )
    kept = status == FITTED
    effects = [
        pd.Series(
            factor, index=group_labels(rows[kept], code, names), name="multiplier"
        ).sort_index()
        for factor, code, (_, names) in zip(fit.factors, codes, keys, strict=True)
    ]
    spec = (
        f"Poisson pseudo maximum likelihood of {value} on {exporter}-{year}, {importer}-{year} and "
        f"{exporter}-{importer} effects, {int(rows[year].min())}-{last}; no standard errors"
    )
    rows = with_expected(rows, columns, kept, fit.fitted, status)
    return Baseline(
        rows=rows, dropped=left_out(rows, value), exporter_year=effects[0], importer_year=effects[1], pair=effects[2],
        log_likelihood=poisson_log_likelihood(y[kept], fit.fitted), deviance=poisson_deviance(y[kept], fit.fitted),
        cycles=fit.cycles, newton_steps=fit.newton_steps, mismatch=fit.mismatch,
        last_year=last, columns=columns, spec=spec,
    )  # fmt: skip


def _indicators(effects: dict[tuple[str, str], pd.Series], rows: pd.DataFrame) -> sparse.csr_array:
    """One column per group of every effect."""
    codes = [
        effect.index.get_indexer(pd.MultiIndex.from_frame(rows[list(names)]))
        for names, effect in effects.items()
    ]
    return effect_columns(codes, len(rows), [len(effect) for effect in effects.values()])


def _fit_what_can_be(
    codes: Sequence[np.ndarray],
    y: np.ndarray,
    status: np.ndarray,
    tolerance: float,
    max_cycles: int,
    *,
    base: np.ndarray | None = None,
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
                allowed=(
                    "pairs of two years among countries of two partners, or after these years with"
                    " a fitted effect"
                ),
                do="use more years or more countries",
            )
        compact = [np.unique(code[kept], return_inverse=True)[1] for code in codes]
        apart = components(compact) > 0
        if base is None and apart.any():
            status[kept[apart]] = DISCONNECTED
            continue
        fit = fit_margins(
            compact,
            y[kept],
            base=None if base is None else base[kept],
            tolerance=tolerance,
            max_cycles=max_cycles,
        )
        gone, small = vanishing(compact, y[kept], fit.fitted), len(kept) <= PROGRAMME_ROWS
        if small and (gone.any() or not fit.mismatch <= MARGIN_TOLERANCE):
            gone = separated(y[kept], np.empty((len(kept), 0)), compact)
        if not (small and gone.any()):
            _require_converged(fit)
        if not gone.any():
            return compact, fit
        status[kept[gone]] = SEPARATED


def _project(
    baseline: Baseline, frame: pd.DataFrame, *, held_out: list[tuple[str, str]]
) -> Projection:
    columns = baseline.columns
    exporter, importer, year, value = columns
    check_rows(frame, columns)
    if (frame[year] <= baseline.last_year).any():
        early = sorted({int(y) for y in frame.loc[frame[year] <= baseline.last_year, year]})
        raise ModelInputError(
            f"rows of {early} were given to a projection",
            allowed=f"years after {baseline.last_year}",
            do="leave them out",
        )
    rows = frame.loc[:, list(columns)]
    y, base = rows[value].to_numpy(dtype=float), look_up(baseline.pair, rows, (exporter, importer))
    outside = (
        pd.MultiIndex.from_frame(rows[[exporter, importer]]).isin(held_out)
        if held_out
        else np.zeros(len(y), bool)
    )
    status = np.select(
        [np.isnan(base), outside, np.isnan(y)], [NEW_PAIR, HELD_OUT, MISSING], FITTED
    ).astype(object)
    names = ((exporter, year), (importer, year))
    codes = [group_codes(rows, pair)[0] for pair in names]
    base = base / np.fmax.reduce(base)
    compact, fit = _fit_what_can_be(codes, np.nan_to_num(y), status, 1e-10, 500, base=base)
    kept, expected = status == FITTED, base
    effects = {
        pair: pd.Series(factor, index=group_labels(rows[kept], code, pair))
        for factor, code, pair in zip(fit.factors, compact, names, strict=True)
    }
    for pair, effect in effects.items():
        expected = expected * look_up(effect, rows, pair)
    beyond = np.flatnonzero((status == HELD_OUT) & ~np.isnan(expected))
    loose = undetermined(*(_indicators(effects, part) for part in (rows[kept], rows.iloc[beyond])))
    status[beyond[loose]] = UNDETERMINED
    status[(status == HELD_OUT) & np.isnan(expected)] = NO_EFFECT
    known = kept | (status == HELD_OUT)
    rows = with_expected(rows, columns, known, expected[known], status)
    spec = f"{baseline.spec}; {year}s after {baseline.last_year} projected with pair effects fixed"
    if held_out:
        spec += "; held out: " + ", ".join(f"{a}-{b}" for a, b in held_out)
    return Projection(
        rows=rows, dropped=left_out(rows, value), mismatch=fit.mismatch, columns=columns, spec=spec
    )


def _require_converged(fit: MarginFit) -> None:
    if not fit.mismatch <= MARGIN_TOLERANCE:
        raise ConvergenceError(
            f"{fit.cycles} cycles and {fit.newton_steps} Newton steps left a group total wrong by"
            f" {fit.mismatch:.1e}",
            allowed=f"a share of at most {MARGIN_TOLERANCE:.0e}",
            do="raise max_cycles, or look for country-years whose trade is nearly all zero",
        )
