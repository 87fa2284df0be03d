"""What happened to the trade of some pairs around a year, against what both countries traded with
all others.

``E[trade_ijt] = exp(sum_k b_k [ij treated, t - event = k] + exporter_it + importer_jt + pair_ij)``.
The year before the event is the reference; the first and last coefficient stand for all years
further out (Schmidheiny and Siegloch 2023, Journal of Applied Econometrics 38(5)). All pairs share
one event year: with several, and effects that differ, a coefficient would mix those of other years
(Sun and Abraham 2021, Journal of Econometrics 225(2)). The leads should be near zero; that they are
is no proof that later years would have been. The importer-year effects take part of what happens to
a large partner, so that the treated pair's rise is also the others' fall.

**One treated pair.** Its own dummies fit it exactly, its scores are zero, and a clustered standard
error would be a number without meaning (Conley and Taber 2011, Review of Economics and Statistics
93(1)); with a few treated clusters it is far too small (MacKinnon and Webb 2017, Journal of Applied
Econometrics 32(2)). The same study is then made of untreated pairs drawn at random, and the treated
pair's place among them is the evidence: if no pair were special, the share of places at least as
far out as its own would be the p-value, which is never below one over their number.
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
FEW_TREATED = (
    10  # treated clusters below which clustered errors are far too small (MacKinnon and Webb 2017)
)


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
        Coefficients of the placebo studies, one row each, columns as in ``event_times``; empty
        where none were asked.
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
        """Coefficients as in ``GravityFit.tidy`` with ``event_time``, the reference year (zero)
        among them.

        With placebos also ``placebo_p_value``: the share of studies, the actual one among them,
        whose coefficient is at least as far from zero.
        """
        table = self.fit.tidy()
        table["event_time"] = table["term"].map(self.event_times).astype("Int64")
        zeros = {"estimate": 0.0, "percent": 0.0, "event_time": REFERENCE, "term": _name(REFERENCE)}
        if len(self.placebos):
            own = [term for term in self.event_times if term in self.fit.terms]
            places = {
                term: self._place(self._coefficients([term])[:, 0])["p_value"] for term in own
            }
            table["placebo_p_value"] = table["term"].map(places)
        rows = pd.concat([table, pd.DataFrame([zeros])], ignore_index=True).astype(
            {"event_time": "Int64"}
        )
        return rows.sort_values("event_time", kind="stable", na_position="last", ignore_index=True)

    def leads(self) -> pd.Series | NotApplicable:
        """Test that all leads are zero.

        With placebos ``statistic, placebos, p_value`` of the leads' root mean square among theirs;
        without ``statistic, df, df_error, p_value`` of a Wald F test. NotApplicable where neither
        exists.
        """
        terms = [term for term, time in self.event_times.items() if time < REFERENCE]
        if not terms:
            return NotApplicable("the study has no lead before the reference year")
        if lost := [term for term in terms if term not in self.fit.terms]:
            return NotApplicable(f"{lost} could not be estimated")
        if len(self.placebos):
            return self._place(np.sqrt((self._coefficients(terms) ** 2).mean(axis=1)))
        at = [self.fit.terms.index(term) for term in terms]
        if np.isnan(self.fit.std_error[at]).any():
            return NotApplicable("no standard error exists for the leads; ask for placebos")
        beta, block = self.fit.estimate[at], self.fit.covariance[np.ix_(at, at)]
        wald, error = (
            float(beta @ np.linalg.solve(block, beta)) / len(at),
            self.fit.degrees_of_freedom or np.inf,
        )
        p = (
            stats.f.sf(wald, len(at), error)
            if np.isfinite(error)
            else stats.chi2.sf(wald * len(at), len(at))
        )
        return pd.Series({"statistic": wald, "df": len(at), "df_error": error, "p_value": float(p)})

    def placebo(self) -> pd.Series | NotApplicable:
        """Mean coefficient from the event on and its place: ``statistic, placebos, p_value``, or
        NotApplicable.
        """
        terms = [term for term, time in self.event_times.items() if time > REFERENCE]
        if not len(self.placebos):
            return NotApplicable("no placebo studies were asked for")
        if lost := [term for term in terms if term not in self.fit.terms]:
            return NotApplicable(f"{lost} could not be estimated")
        return self._place(self._coefficients(terms).mean(axis=1))

    def glance(self) -> pd.Series:
        """That of the fit, the pairs, and the tests that apply."""
        found = {"leads": self.leads(), "placebo": self.placebo()}
        tests = {
            f"{name}_p_value": t["p_value"]
            for name, t in found.items()
            if not isinstance(t, NotApplicable)
        }
        counts = {"n_pairs": len(self.pairs), "n_placebos": len(self.placebos)}
        return pd.concat([self.fit.glance(), pd.Series({**counts, **tests}, dtype=object)])

    def __str__(self) -> str:
        tests = {"leads jointly zero": self.leads(), "mean from the event on": self.placebo()}
        said = [
            (
                f"{name}: {test}"
                if isinstance(test, NotApplicable)
                else f"{name}: p = {test['p_value']:.3f}"
            )
            for name, test in tests.items()
        ]
        said += [f"dropped: {term}, {why}" for term, why in self.fit.dropped_terms.items()]
        return "\n".join(
            [self.spec, text_table(self.tidy()), *said, *(f"note: {note}" for note in self.notes)]
        )

    def _coefficients(self, terms: list[str]) -> np.ndarray:
        """Of the actual study (first row) and the placebos, shape (1 + n_placebos, n_terms)."""
        own = dict(zip(self.fit.terms, self.fit.estimate, strict=True))
        return np.vstack(
            [[own[term] for term in terms], self.placebos[terms].to_numpy(dtype=float)]
        )

    def _place(self, statistic: np.ndarray) -> pd.Series:
        """Of the first among all, by distance from zero; the p-value counts the first itself."""
        share = float((np.abs(statistic) >= abs(statistic[0])).mean())
        return pd.Series(
            {"statistic": float(statistic[0]), "placebos": len(statistic) - 1, "p_value": share}
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
        Years before and after; one lead or more (the year before is the reference) and no lag or
        more. The outermost coefficients stand for all years beyond.
    controls : sequence of str
        Further regressors.
    effects, cluster, level
        As in ``fit_gravity``.
    exporter, importer, year : str
        Columns.
    placebos : int
        Studies of as many untreated pairs as are treated, drawn at random among those that trade at
        every event time; each fits the model again, without the treated pairs.
    seed : int
        Of the draws.

    Returns
    -------
    EventStudy, or NotApplicable where ``fit_gravity`` returns it, a treated pair has no value in
    the reference year, or no untreated pairs trade at every event time to draw placebos from.

    Raises
    ------
    ParameterError, ModelInputError, ConvergenceError
        For leads, lags or placebos out of range, pairs that are not in the data, and as
        ``fit_gravity``.
    """
    pairs = tuple(dict.fromkeys((a, b) for a, b in pairs))
    _check(frame, pairs, event_year, leads, lags, placebos, columns=(exporter, importer, year))
    flows = pd.MultiIndex.from_frame(frame[[exporter, importer]]).to_flat_index()
    elapsed = (frame[year] - event_year).clip(-leads, lags).to_numpy()
    treated = flows.isin(pairs)
    if not (frame.loc[treated & (elapsed == REFERENCE), value] > 0).any():
        return NotApplicable(
            f"no treated pair has a positive {value} in {event_year + REFERENCE}, the reference"
            " year"
        )
    times = {
        _name(k): k
        for k in range(-leads, lags + 1)
        if k != REFERENCE and (treated & (elapsed == k)).any()
    }
    dummies = {name: (treated & (elapsed == k)).astype(float) for name, k in times.items()}
    fit = fit_gravity(
        frame.assign(**dummies), value=value, regressors=[*dummies, *controls], effects=effects, cluster=cluster,
        keys=(exporter, importer, year), level=level,
    )  # fmt: skip
    if isinstance(fit, NotApplicable):
        return fit
    drawn: pd.DataFrame | NotApplicable = pd.DataFrame(columns=list(times))
    if placebos:
        rest = (fit.rows["status"] == FITTED).to_numpy() & ~treated
        trading = pd.Series(elapsed[rest]).where((frame.loc[rest, value] > 0).to_numpy())
        groups = _draw(
            flows[rest], trading, times, n_pairs=len(pairs), placebos=placebos, seed=seed
        )
        drawn = _studies(
            frame[rest],
            value,
            flows[rest],
            elapsed[rest],
            times,
            groups,
            list(controls),
            list(effects),
        )
    if isinstance(drawn, NotApplicable):
        return drawn
    n_treated = {way: frame[treated].groupby(way.split("^")).ngroups for way in cluster}
    few = [
        f"only {n} treated clusters by {way}: standard errors are far too small (MacKinnon and Webb"
        " 2017)"
        for way, n in n_treated.items()
        if 1 < n < FEW_TREATED
    ]
    return EventStudy(
        fit=fit, event_times=times, event_year=event_year, pairs=pairs, placebos=drawn, notes=(*fit.notes, *few),
        spec=f"event study of {', '.join(f'{a}-{b}' for a, b in pairs)} around {event_year}, reference "
        f"{event_year + REFERENCE}: {fit.spec}",
    )  # fmt: skip


def _name(event_time: int) -> str:
    return f"t{event_time:+d}"


def _draw(
    flows: pd.Index,
    trading: pd.Series,
    times: dict[str, int],
    *,
    n_pairs: int,
    placebos: int,
    seed: int,
) -> list[pd.Index]:
    """Random groups of untreated pairs that trade at every event time; single pairs are drawn only
    once.
    """
    wanted = trading.where(trading.isin([*times.values(), REFERENCE]))
    complete = wanted.groupby(flows).nunique() == len(times) + 1
    candidates, random = complete.index[complete], np.random.default_rng(seed)
    if n_pairs == 1:
        return [candidates[[k]] for k in random.permutation(len(candidates))[:placebos]]
    if len(candidates) < n_pairs:
        return []
    return [
        candidates[random.choice(len(candidates), n_pairs, replace=False)] for _ in range(placebos)
    ]


def _studies(
    frame: pd.DataFrame,
    value: str,
    flows: pd.Index,
    elapsed: np.ndarray,
    times: dict[str, int],
    groups: list[pd.Index],
    controls: list[str],
    effects: list[str],
) -> pd.DataFrame | NotApplicable:
    """Coefficients of the study of each group of untreated pairs, without the treated ones."""
    if not groups:
        return NotApplicable(
            "no untreated pairs trade at every event time, so that there are no placebos"
        )
    codes = [frame.groupby(effect.split("^")).ngroup().to_numpy() for effect in effects]
    y, x = frame[value].to_numpy(dtype=float), frame[controls].to_numpy(dtype=float)
    found = []
    for group in groups:
        drawn = flows.isin(group)
        dummies = np.column_stack([drawn & (elapsed == k) for k in times.values()])
        solution = solve(y, np.column_stack([dummies, x]), codes, proven=True)
        if isinstance(solution, NotApplicable):
            return NotApplicable(f"a placebo study cannot be fitted: {solution.reason}")
        found.append(solution.coefficients[: len(times)])
    return pd.DataFrame(found, columns=list(times))


def _check(
    frame: pd.DataFrame,
    pairs: tuple[tuple[str, str], ...],
    event_year: int,
    leads: int,
    lags: int,
    placebos: int,
    *,
    columns: tuple[str, str, str],
) -> None:
    require_columns(frame, columns)
    if leads < 1 or lags < 0 or placebos < 0 or not pairs:
        raise ParameterError(
            f"{leads} leads, {lags} lags, {placebos} placebos, {len(pairs)} pairs",
            allowed=(
                "one lead or more (the year before is the reference), no lag or placebo or more, a"
                " pair or more"
            ),
            do="change the option",
        )
    if not pd.api.types.is_integer_dtype(frame[columns[2]]):
        raise ModelInputError(
            f"{columns[2]} is of type {frame[columns[2]].dtype}",
            allowed="integers",
            do="convert it",
        )
    known = set(zip(frame[columns[0]], frame[columns[1]], strict=True))
    absent = [f"{a}-{b}" for a, b in pairs if (a, b) not in known]
    first, last = frame[columns[2]].min(), frame[columns[2]].max()
    if absent or not first < event_year <= last:
        raise ModelInputError(
            f"pairs {absent} are not in the data, event year {event_year} of {first}-{last}",
            allowed=(
                f"pairs (exporter, importer) with rows, and an event year after {first} and up to"
                f" {last}"
            ),
            do="choose others",
        )
