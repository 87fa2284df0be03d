"""What happened to the trade of some pairs around a year, against what both countries traded with all others.

``E[trade_ijt] = exp(sum_k b_k [pair treated and t - event = k] + exporter_it + importer_jt + pair_ij)``, the year before
the event being the reference. The first and last coefficient stand for all years further out (Schmidheiny and Siegloch
2023, Journal of Applied Econometrics 38(5)). All pairs share one event year: with several, and effects that differ, a
coefficient would mix those of other years (Sun and Abraham 2021, Journal of Econometrics 225(2)). The leads should be
near zero; that they are is no proof that later years would have been. The importer-year effects take part of what
happens to a large partner, so that the treated pair's rise is also the others' fall.

**One treated pair.** Its own dummies fit it exactly, its scores are zero, and a clustered standard error would be a
number without meaning (Conley and Taber 2011, Review of Economics and Statistics 93(1)); with a few treated clusters it
is far too small (MacKinnon and Webb 2017, Journal of Applied Econometrics 32(2)). The same study is then made of
untreated pairs drawn at random, and the treated pair's place among them is the evidence: if no pair were special, the
share of places at least as far out as its own would be the p-value, which is never below one over their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ModelInputError, NotApplicable, ParameterError
from analysis.models.expected_trade import require_columns
from analysis.models.gravity import THREE_WAY, GravityFit, fit_gravity
from analysis.models.ppml import FITTED, solve
from analysis.models.result import text_table

REFERENCE = -1
FEW_TREATED = 10  # treated clusters below which clustered errors are far too small (MacKinnon and Webb 2017, figure 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventStudy:
    """A fitted event study.

    Attributes
    ----------
    fit : GravityFit
        Of the dummies ``t-4``, ..., ``t+4`` and the controls.
    event_times : dict of str to int
        Years since the event of each dummy.
    event_year : int
    pairs : tuple of (exporter, importer)
    placebos : DataFrame
        Coefficients of the placebo studies, one row each, columns as in ``event_times``; empty where none were asked.
    notes : tuple of str
    spec : str
    """

    fit: GravityFit
    event_times: dict[str, int]
    event_year: int
    pairs: tuple[tuple[str, str], ...]
    placebos: pd.DataFrame
    notes: tuple[str, ...]
    spec: str

    def tidy(self) -> pd.DataFrame:
        """Coefficients as in ``GravityFit.tidy`` with ``event_time``, the reference year (zero) among them.

        With placebos also ``placebo_p_value``: the share of studies, the actual one among them, whose coefficient is at
        least as far from zero.
        """
        table = self.fit.tidy()
        table["event_time"] = table["term"].map(self.event_times).astype("Int64")
        zeros = {"estimate": 0.0, "percent": 0.0, "event_time": REFERENCE, "term": _name(REFERENCE)}
        if len(self.placebos):
            table["placebo_p_value"] = [self._share(self._coefficient([t])) if t in self.event_times else np.nan
                                        for t in table["term"]]  # fmt: skip
        rows = pd.concat([table, pd.DataFrame([zeros])], ignore_index=True).astype({"event_time": "Int64"})
        return rows.sort_values("event_time", kind="stable", na_position="last", ignore_index=True)

    def leads(self) -> pd.Series | NotApplicable:
        """Joint test that all leads are zero: ``statistic, df, df_error, p_value`` of a Wald F test.

        Where no standard error exists, ``statistic, placebos, p_value`` of the leads' root mean square among the
        placebos; NotApplicable where there are none of these either.
        """
        terms = [term for term, time in self.event_times.items() if time < REFERENCE and term in self.fit.terms]
        if not terms:
            return NotApplicable("the study has no lead before the reference year")
        at = [self.fit.terms.index(term) for term in terms]
        if len(self.placebos):
            return self._place(np.sqrt((self._coefficient(terms) ** 2).mean(axis=1)))
        if np.isnan(self.fit.std_error[at]).any():
            return NotApplicable("no standard error exists for the leads; ask for placebos")
        beta, block = self.fit.estimate[at], self.fit.covariance[np.ix_(at, at)]
        wald, error = float(beta @ np.linalg.solve(block, beta)) / len(at), self.fit.degrees_of_freedom or np.inf
        p = stats.f.sf(wald, len(at), error) if np.isfinite(error) else stats.chi2.sf(wald * len(at), len(at))
        return pd.Series({"statistic": wald, "df": len(at), "df_error": error, "p_value": float(p)})

    def placebo(self) -> pd.Series | NotApplicable:
        """The mean coefficient from the event on, and its place: ``statistic, placebos, p_value``."""
        if not len(self.placebos):
            return NotApplicable("no placebo studies were asked for")
        later = [term for term, time in self.event_times.items() if time > REFERENCE and term in self.fit.terms]
        return self._place(self._coefficient(later).mean(axis=1))

    def glance(self) -> pd.Series:
        """That of the fit, the pairs, and the tests that apply."""
        found = {"leads": self.leads(), "placebo": self.placebo()}
        tests = {f"{name}_p_value": t["p_value"] for name, t in found.items() if not isinstance(t, NotApplicable)}
        counts = {"n_pairs": len(self.pairs), "n_placebos": len(self.placebos)}
        return pd.concat([self.fit.glance(), pd.Series({**counts, **tests}, dtype=object)])

    def __str__(self) -> str:
        tests = {"leads jointly zero": self.leads(), "mean from the event on": self.placebo()}
        said = [
            f"{name}: {test}" if isinstance(test, NotApplicable) else f"{name}: p = {test['p_value']:.3f}"
            for name, test in tests.items()
        ]
        return "\n".join([self.spec, text_table(self.tidy()), *said, *(f"note: {note}" for note in self.notes)])

    def _coefficient(self, terms: list[str]) -> np.ndarray:
        """Coefficients of the actual study (first row) and the placebos, shape (1 + n_placebos, n_terms)."""
        own = dict(zip(self.fit.terms, self.fit.estimate, strict=True))
        return np.vstack([[own.get(term, np.nan) for term in terms], self.placebos[terms].to_numpy()])

    def _share(self, statistic: np.ndarray) -> float:
        """Share of the studies whose statistic is at least as far from zero as that of the first."""
        distance = np.abs(statistic).ravel()
        return float((distance >= distance[0]).mean()) if np.isfinite(distance[0]) else np.nan

    def _place(self, statistic: np.ndarray) -> pd.Series:
        return pd.Series(
            {"statistic": float(statistic[0]), "placebos": len(statistic) - 1, "p_value": self._share(statistic)}
        )


def fit_event_study(
    frame: pd.DataFrame,
    *,
    value: str,
    pairs: Iterable[tuple[str, str]],
    event_year: int,
    leads: int = 4,
    lags: int = 4,
    controls: Sequence[str] = (),
    effects: Sequence[str] = THREE_WAY,
    cluster: Sequence[str] = ("exporter^importer",),
    exporter: str = "exporter",
    importer: str = "importer",
    year: str = "year",
    placebos: int = 0,
    seed: int = 0,
    level: float = 0.95,
) -> EventStudy | NotApplicable:
    """Coefficients by year around an event, against all other pairs, by ``fit_gravity``.

    Parameters
    ----------
    frame : DataFrame
        One row per exporter, importer and year, treated and untreated pairs.
    value : str
        Column of levels, zero or more.
    pairs : iterable of (exporter, importer)
        Treated flows. Both directions of two countries are two pairs.
    event_year : int
        First treated year.
    leads, lags : int
        Years before and after; two leads or more (the last is the reference) and no lag or more. The outermost
        coefficients stand for all years beyond.
    controls : sequence of str
        Further regressors.
    effects, cluster, level
        As in ``fit_gravity``.
    exporter, importer, year : str
        Columns.
    placebos : int
        Studies of as many untreated pairs as are treated, drawn at random; each fits the model again.
    seed : int
        Of the draws.

    Returns
    -------
    EventStudy, or NotApplicable where ``fit_gravity`` returns it, a treated pair has no value in the reference year,
    or too few untreated pairs trade throughout to draw placebos from.

    Raises
    ------
    ParameterError, ModelInputError, ConvergenceError
        For leads, lags or placebos out of range, pairs that are not in the data, and as ``fit_gravity``.
    """
    pairs = tuple(dict.fromkeys((a, b) for a, b in pairs))
    _check(frame, pairs, event_year, leads, lags, placebos, columns=(exporter, importer, year))
    times = [k for k in range(-leads, lags + 1) if k != REFERENCE]
    since = (frame[year] - event_year).clip(-leads, lags).to_numpy()
    flows = pd.MultiIndex.from_frame(frame[[exporter, importer]])
    treated = flows.isin(pairs)
    reference = frame.loc[treated & (since == REFERENCE), value]
    if not (reference > 0).any():
        return NotApplicable(f"the treated pairs have no positive {value} in {event_year + REFERENCE}, the reference year")
    times = [k for k in times if (treated & (since == k)).any()]
    dummies = {_name(k): (treated & (since == k)).astype(float) for k in times}
    fit = fit_gravity(
        frame.assign(**dummies), value=value, regressors=[*dummies, *controls], effects=effects, cluster=cluster,
        keys=(exporter, importer, year), level=level,
    )  # fmt: skip
    if isinstance(fit, NotApplicable):
        return fit
    drawn = _placebo_studies(frame, fit, treated, flows, since, times, list(controls), list(effects), placebos, seed)
    if isinstance(drawn, NotApplicable):
        return drawn
    n_treated = {way: frame.loc[treated].groupby(way.split("^")).ngroups for way in cluster}
    few = [f"only {n} treated clusters by {w}: errors are far too small" for w, n in n_treated.items() if 1 < n < FEW_TREATED]
    return EventStudy(
        fit=fit, event_times={_name(k): k for k in times}, event_year=event_year, pairs=pairs, placebos=drawn,
        notes=(*fit.notes, *few),
        spec=f"event study of {', '.join(f'{a}-{b}' for a, b in pairs)} around {event_year}, reference "
        f"{event_year + REFERENCE}: {fit.spec}",
    )  # fmt: skip


def _placebo_studies(
    frame: pd.DataFrame,
    fit: GravityFit,
    treated: np.ndarray,
    flows: pd.MultiIndex,
    since: np.ndarray,
    times: list[int],
    controls: list[str],
    effects: list[str],
    placebos: int,
    seed: int,
) -> pd.DataFrame | NotApplicable:
    """Coefficients of the same study of untreated pairs, without the treated ones."""
    names, value = [_name(k) for k in times], fit.value
    if not placebos:
        return pd.DataFrame(columns=names)
    n_treated = len(flows[treated].unique())
    rest = ((fit.rows["status"] == FITTED) & ~treated).to_numpy()
    trading = pd.DataFrame({"flow": flows.to_flat_index(), "since": since})[rest & (frame[value] > 0).to_numpy()]
    complete = trading.groupby("flow")["since"].nunique() == len(times) + 1
    candidates = complete.index[complete]
    if len(candidates) < max(n_treated, placebos if n_treated == 1 else 0):
        return NotApplicable(f"{len(candidates)} untreated pairs trade throughout, too few for {placebos} placebos")
    random = np.random.default_rng(seed)
    draws = (
        random.permutation(len(candidates))[:placebos, None]
        if n_treated == 1
        else np.array([random.choice(len(candidates), n_treated, replace=False) for _ in range(placebos)])
    )
    codes = [frame[rest].groupby(effect.split("^")).ngroup().to_numpy() for effect in effects]
    y, x = frame.loc[rest, value].to_numpy(dtype=float), frame.loc[rest, controls].to_numpy(dtype=float)
    flat, elapsed, found = flows.to_flat_index()[rest], since[rest], []
    for draw in draws:
        drawn = flat.isin(candidates[draw])
        dummies = np.column_stack([drawn & (elapsed == k) for k in times])
        solution = solve(y, np.column_stack([dummies, x]), codes, proven=True)
        if isinstance(solution, NotApplicable):
            return NotApplicable(f"a placebo study cannot be fitted: {solution.reason}")
        found.append(solution.coefficients[: len(times)])
    return pd.DataFrame(found, columns=names)
