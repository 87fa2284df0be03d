"""What trade between every pair would be, given each country's size in each year and each pair's
own past: ``E[trade_ijt] = exporter_it * importer_jt * pair_ij``.

Fitted by Poisson pseudo maximum likelihood (Santos Silva and Tenreyro 2006, Review of Economics and
Statistics 88(4)) with the effects of Baier and Bergstrand (2007, Journal of International Economics
71(1)). An exporter's residuals of a year sum to zero, so one partner's surplus is the others'
shortfall. Pair effects take in whatever the fitted years hold, so years under judgement must lie
beyond them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis.errors import ConvergenceError, ModelInputError, NotApplicable
from analysis.measures.inputs import keyed, require_known
from analysis.measures.rank import rank_among

SIDES, VALUE = ["reporter", "partner"], "value_usd_mn"
MARGINS = [["reporter", "year"], ["partner", "year"]]
MARGIN_TOLERANCE = 1e-8
"""Relative error of group totals that still counts as solved; 1e-12 is usual."""
MOST_CYCLES = 500
"""Of proportional fitting; world exports of ten years take 49."""
STILL = 1e-12
"""Largest change of a log multiplier in the last cycle: rounding."""
FITTED = "fitted"
HELD_OUT = "held out: does not inform the effects"
MISSING = "no value"
ALL_ZERO = "all zero: a country-year or pair that never trades, fitted by zero"
ALONE = "alone: the only row of a country-year or pair, fitted exactly"
DISCONNECTED = "disconnected: shares no country-year or pair with the largest set"
SEPARATED = "separated: a zero whose expected value tends to zero"
NEW_PAIR = "no pair effect: the pair is not among the fitted rows"
UNDETERMINED = "not determined: fitted rows do not connect these effects"


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Rows given, with ``expected`` (unit of the value; missing where ``status`` says why)."""

    rows: pd.DataFrame

    def rank(
        self, exporter: str, importer: str, *, year: int, min_expected: float
    ) -> str | NotApplicable:
        """Rank of one pair's ratio of actual to expected trade in a year, in words, among all pairs
        of which ``min_expected`` is expected: small flows have extreme ratios.
        """
        rows = self.rows[self.rows["year"] == year].set_index(SIDES)
        pair = (exporter, importer)
        known = rows[(rows["expected"] > 0) & (rows["expected"] >= min_expected)]
        if pair not in known.index:
            why = str(rows.loc[pair, "status"]) if pair in rows.index else "no row"
            if why in (FITTED, HELD_OUT):
                why = f"expected trade is below {min_expected:g}"
            return NotApplicable(f"{exporter}-{importer} in {year} has no rank: {why}")
        place = rank_among(known[VALUE] / known["expected"], pair)
        if isinstance(place, NotApplicable):
            return place
        times = f"actual trade is {place.value:.2f} times what is expected"
        return f"rank {place.rank:,} of {place.of:,}: {times}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """A fitted baseline: ``rows`` as in ``Projection``, and the multiplier of each ``pair``, of
    which only the product with those of the country-years is determined.
    """

    rows: pd.DataFrame
    pair: pd.Series
    last_year: int

    def project(
        self, frame: pd.DataFrame, *, held_out: Sequence[tuple[str, str]] = ()
    ) -> Projection:
        """Expected trade in later years: country-year effects from those years, though not from
        pairs ``held_out``, each (exporter, importer), and pair effects from the fitted ones.

        ModelInputError if a row is not after ``last_year`` or nothing can be projected,
        CoverageError if a pair held out is not among the rows.
        """
        rows = _checked(frame)
        if early := sorted({int(year) for year in rows["year"] if year <= self.last_year}):
            came, allowed = f"rows of {early} were projected", f"years after {self.last_year}"
            raise ModelInputError(came, allowed=allowed, do="leave them out")
        pairs = pd.MultiIndex.from_frame(rows[SIDES])
        for pair in held_out:
            require_known(pair, pairs, what="the pair held out,")
        base = self.pair.reindex(pairs).to_numpy()
        apart = pairs.isin(held_out) if held_out else np.zeros(len(rows), bool)
        why = [np.isnan(base), apart, rows[VALUE].isna()]
        status = np.select(why, [NEW_PAIR, HELD_OUT, MISSING], FITTED).astype(object)
        base = base / np.fmax.reduce(base)
        codes, fit = _fit_what_can_be(rows, MARGINS, status, base=base)
        expected, kept = base, status == FITTED
        sets, connected = [], components(codes)
        for factor, code, name in zip(fit.factors, codes, MARGINS, strict=True):
            groups = pd.MultiIndex.from_frame(rows[name])
            expected = expected * _by_group(factor[code], groups[kept]).reindex(groups).to_numpy()
            sets.append(_by_group(connected, groups[kept]).reindex(groups).to_numpy())
        status[(status == HELD_OUT) & (sets[0] != sets[1])] = UNDETERMINED
        known = kept | (status == HELD_OUT)
        return Projection(rows.assign(expected=np.where(known, expected, np.nan), status=status))


def fit_baseline(frame: pd.DataFrame) -> Baseline:
    """Poisson pseudo maximum likelihood with exporter-year, importer-year and pair effects.

    ``frame`` has ``reporter`` (the exporter), ``partner``, ``year`` and ``value_usd_mn``: levels of
    one flow, zero or more; absent and missing ones are unknown. Rows that tell nothing are left
    out, as ``status`` says: those of a country-year or pair that never trades, those alone in one,
    and those that share none with the largest set. ConvergenceError, naming zeros, if totals are
    not reproduced to ``MARGIN_TOLERANCE``, as where zeros keep effects from having finite
    estimates; a projection, which has two sets of effects, leaves such zeros out.
    """
    rows = _checked(frame)
    status = np.where(rows[VALUE].isna(), MISSING, FITTED).astype(object)
    codes, fit = _fit_what_can_be(rows, [*MARGINS, SIDES], status, base=np.ones(len(rows)))
    kept = status == FITTED
    expected = np.full(len(rows), np.nan)
    expected[kept] = fit.fitted
    return Baseline(
        rows=rows.assign(expected=expected, status=status),
        pair=_by_group(fit.factors[2][codes[2]], pd.MultiIndex.from_frame(rows.loc[kept, SIDES])),
        last_year=int(rows["year"].max()),
    )


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    keys, values = [*SIDES, "year"], {VALUE: "zero or more"}
    rows = keyed(frame, keys, year="year", countries=SIDES, pairs=True, values=values)
    if rows.empty:
        raise ModelInputError("there are no rows", allowed="a table with rows", do="check filters")
    return rows


def _by_group(values: np.ndarray, groups: pd.MultiIndex) -> pd.Series:
    """The value of each group, given that of each row."""
    return pd.Series(values, groups)[~groups.duplicated()]


class MarginFit(NamedTuple):
    """Multipliers per group of each margin, and the largest relative error of a group's total."""

    factors: list[np.ndarray]
    fitted: np.ndarray
    cycles: int
    mismatch: float


def _fit_what_can_be(
    rows: pd.DataFrame, names: list[list[str]], status: np.ndarray, *, base: np.ndarray
) -> tuple[list[np.ndarray], MarginFit]:
    """Fit the rows that determine something; write into ``status`` why the others do not."""
    codes = [rows.groupby(name, sort=False).ngroup().to_numpy() for name in names]
    y = np.nan_to_num(rows[VALUE].to_numpy())
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
        if len(names) > 2:
            out, why = components(compact) > 0, DISCONNECTED
        else:
            out, why = separated(compact, y[kept]), SEPARATED
        if not out.any():
            break
        status[kept[out]] = why
    fit = fit_margins(compact, y[kept], base=base[kept])
    if not fit.mismatch <= MARGIN_TOLERANCE:
        smallest = kept[np.argsort(np.where(y[kept] == 0, fit.fitted, np.inf))[:5]]
        raise ConvergenceError(
            f"{fit.cycles} cycles left a group total wrong by {fit.mismatch:.1e}",
            allowed=f"a share of at most {MARGIN_TOLERANCE:.0e}",
            do="leave out zeros whose expected value tends to zero, such as rows"
            f" {smallest.tolist()} (counted from 0)",
        )
    return compact, fit


def fit_margins(codes: Sequence[np.ndarray], y: np.ndarray, *, base: np.ndarray) -> MarginFit:
    """Multipliers such that fitted and actual totals agree in every group of every margin, the mean
    of row n being ``base_n * f_1[c_1(n)] * ... * f_K[c_K(n)]``: the first-order condition of
    Poisson maximum likelihood, solved by cycling over the margins (Deming and Stephan 1940, Annals
    of Mathematical Statistics 11(4); Guimaraes and Portugal 2010, Stata Journal 10(4)). ``codes``
    are groups of the rows, from 0 on, each with a positive total.
    """
    totals = [np.bincount(code, y) for code in codes]
    factors = [np.ones(len(total)) for total in totals]
    fitted, cycles, change = base * 1.0, 0, np.inf
    while change > STILL and cycles < MOST_CYCLES:
        cycles, change = cycles + 1, 0.0
        for k, (code, total) in enumerate(zip(codes, totals, strict=True)):
            step = total / np.bincount(code, fitted)
            factors[k] = factors[k] * step
            fitted = fitted * step[code]
            change = max(change, float(np.abs(np.log(step)).max()))
    gaps = [np.bincount(c, fitted) / t - 1 for c, t in zip(codes, totals, strict=True)]
    return MarginFit(factors, fitted, cycles, max(float(np.abs(gap).max()) for gap in gaps))


def zero_or_single(
    codes: Sequence[np.ndarray], y: np.ndarray, keep: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of the rows to keep, those in a group that has nothing but zeros (fitted by zero), and those
    alone in a group (fitted exactly), found until none is left; arrays of bool, shape (n_rows,).
    """
    keep, zero, single = keep.copy(), np.zeros(len(y), bool), np.zeros(len(y), bool)
    while True:
        before = int(keep.sum())
        for out, weight, least in ((zero, y > 0, 1), (single, np.ones(len(y)), 2)):
            for code in codes:
                few = keep & (np.bincount(code, weight * keep)[code] < least)
                out |= few
                keep &= ~few
        if int(keep.sum()) == before:
            return zero, single


def components(codes: Sequence[np.ndarray]) -> np.ndarray:
    """Number of each row's connected set, which shares no group with another; 0 is the largest."""
    label = _labels(codes, [int(code.max()) + 1 for code in codes])[codes[0]]
    order = np.argsort(-np.bincount(label), kind="stable")
    return np.argsort(order)[label]


def separated(codes: Sequence[np.ndarray], y: np.ndarray) -> np.ndarray:
    """Whether a row is a zero whose fitted value the likelihood of two margins drives to zero.

    Positive rows tie the groups that they connect. A zero that leads from one such set of groups
    to another, with no chain of zeros leading back, can be made as small as one likes without
    touching a positive row (Correia, Guimaraes and Zylkin 2019, arXiv:1903.01633).
    """
    sizes = [int(code.max()) + 1 for code in codes]
    sets = _labels([code[y > 0] for code in codes], sizes)
    start, end = sets[codes[0]], sets[codes[1] + sizes[0]]
    links = (np.ones(len(y)), (start, end))
    graph = sparse.coo_array(links, shape=(sets.max() + 1, sets.max() + 1))
    strong = connected_components(graph, directed=True, connection="strong")[1]
    return (y == 0) & (strong[start] != strong[end])


def _labels(codes: Sequence[np.ndarray], sizes: Sequence[int]) -> np.ndarray:
    """Number of the connected set of every group, those of the first margin first."""
    offsets = np.cumsum([0, *sizes])
    others = [code + offset for code, offset in zip(codes[1:], offsets[1:-1], strict=True)]
    first = np.tile(codes[0], len(others))
    links = (np.ones(len(first), dtype=np.int8), (first, np.concatenate(others)))
    graph = sparse.coo_array(links, shape=(offsets[-1], offsets[-1]))
    return connected_components(graph, directed=False)[1]
