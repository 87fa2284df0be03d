"""The design of a synthetic control: outcomes and predictors of the treated unit and its donors,
checked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.errors import ModelInputError, ParameterError, did_you_mean
from analysis.models.result import readonly


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """Mean of one column over given periods before treatment, for example GDP per head in 1980-88.

    Attributes
    ----------
    column : str
    periods : tuple of int
        Missing values within them are skipped, as in the authors' Synth package.
    """

    column: str
    periods: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """What a synthetic control is computed from; placebos and leave-one-out change it and fit
    again.

    Attributes
    ----------
    outcome : DataFrame, shape (n_periods, n_units)
        Without gaps; the periods need not be consecutive.
    predictors : DataFrame, shape (n_predictors, n_units), or None
        Each row divided by its standard deviation over units.
    start : int
        First treated period.
    fit_periods : tuple of int
        Periods before ``start`` whose error fitted predictor weights minimise.
    predictor_weights : array, shape (n_predictors,), or None
        Given weights; fitted where None.
    """

    outcome: pd.DataFrame
    predictors: pd.DataFrame | None
    start: int
    fit_periods: tuple[int, ...]
    predictor_weights: np.ndarray | None = None


def build_design(
    frame: pd.DataFrame,
    *,
    treated: str,
    start: int,
    names: tuple[str, str, str],
    donors: Collection[str] | None,
    exclude: Mapping[str, str],
    members: Mapping[str, Collection[str]],
    predictors: Sequence[Predictor] | None,
    predictor_weights: Sequence[float] | None,
    fit_periods: Collection[int] | None,
) -> tuple[Design, dict[str, str]]:
    """Design, and the units left out with their reasons; see ``fit_synthetic_control`` for options
    and errors.
    """
    unit, time, outcome = names
    wide = _wide(frame, unit, time, outcome, treated)
    pool, left_out = _donors(wide, treated, donors, dict(exclude), members)
    wide = wide[wide[treated].notna()]
    check_periods(wide.index, start)
    gaps = wide.columns[wide.isna().any()].intersection(pool).tolist()
    for name in gaps:
        absent = [int(period) for period in wide.index[wide[name].isna()]]
        left_out[name] = f"no outcome in {absent}"
    pool = [name for name in pool if name not in gaps]
    if len(pool) < 2:
        raise ModelInputError(
            f"{len(pool)} donors are left: {pool}; left out: {left_out}",
            allowed="two or more",
            do="widen the pool",
        )
    units = [treated, *pool]
    design = Design(
        outcome=wide[units],
        predictors=None
        if predictors is None
        else _predictors(frame, unit, time, predictors, units, start),
        start=start,
        fit_periods=_fit_periods(fit_periods, wide.index, start),
        predictor_weights=_checked_weights(predictor_weights, predictors),
    )
    return design, left_out


def drop_donor(design: Design, donor: str) -> Design:
    """The design without one donor."""
    predictors = None if design.predictors is None else design.predictors.drop(columns=donor)
    return replace(design, outcome=design.outcome.drop(columns=donor), predictors=predictors)


def require_names(absent: set[str], what: str, known: list[str]) -> None:
    """Refuse absent names, with the nearest known ones."""
    if absent:
        hints = " ".join(filter(None, (did_you_mean(name, known) for name in sorted(absent))))
        raise ParameterError(
            what.format(sorted(absent)),
            allowed=f"{known[:20]}",
            do=hints or "use names that are there",
        )


def _wide(frame: pd.DataFrame, unit: str, time: str, outcome: str, treated: str) -> pd.DataFrame:
    """Outcomes by period and unit, checked."""
    require_names(
        {unit, time, outcome} - set(frame.columns),
        "columns {} are not there",
        [str(c) for c in frame.columns],
    )
    if repeated := int(frame.duplicated([unit, time]).sum()):
        raise ModelInputError(
            f"{repeated} rows repeat a unit and period",
            allowed="one row each",
            do="add them up first",
        )
    if np.isinf(frame[outcome].to_numpy(dtype=float)).any():
        offenders = sorted(set(frame.loc[np.isinf(frame[outcome]), unit]))
        raise ModelInputError(
            f"{outcome} is infinite for {offenders}", allowed="finite values", do="set them missing"
        )
    require_names(
        {treated} - set(frame[unit]), "the treated unit {} is not there", sorted(set(frame[unit]))
    )
    wide = frame.pivot(index=time, columns=unit, values=outcome).sort_index().astype(float)
    if wide[treated].isna().all():
        raise ModelInputError(
            f"{treated} has no outcome at all", allowed="a series", do="choose another outcome"
        )
    return wide


def _donors(
    wide: pd.DataFrame,
    treated: str,
    donors: Collection[str] | None,
    exclude: dict[str, str],
    members: Mapping[str, Collection[str]],
) -> tuple[list[str], dict[str, str]]:
    """Donor pool by name, and who was left out and why."""
    known = sorted(wide.columns)
    require_names({*(donors or ()), *exclude} - set(known), "units {} are not there", known)
    pool = sorted(set(known) - {treated} if donors is None else set(donors))
    if treated in pool:
        raise ModelInputError(
            f"{treated} is among its own donors", allowed="other units", do="take it out of donors"
        )
    pool = [name for name in pool if name not in exclude]
    if containing := [name for name in pool if treated in members.get(name, ())]:
        raise ModelInputError(
            f"donors {containing} contain {treated}",
            allowed="units without it",
            do="exclude them, with the reason",
        )
    return pool, dict(exclude)


def check_periods(periods: pd.Index, start: int) -> None:
    """Refuse a start with fewer than two periods before it or none after."""
    before, after = int((periods < start).sum()), int((periods >= start).sum())
    if before < 2 or after < 1:
        raise ModelInputError(
            f"{before} periods with an outcome before {start} and {after} from then on",
            allowed="at least two before and one after",
            do="choose another start",
        )


def _fit_periods(chosen: Collection[int] | None, periods: pd.Index, start: int) -> tuple[int, ...]:
    before = [int(period) for period in periods if period < start]
    if chosen is None:
        return tuple(before)
    if strange := sorted(set(chosen) - set(before)):
        raise ParameterError(
            f"fit_periods {strange} have no outcome before {start}",
            allowed=f"{before}",
            do="drop them",
        )
    return tuple(sorted(chosen))


def _predictors(
    frame: pd.DataFrame,
    unit: str,
    time: str,
    predictors: Sequence[Predictor],
    units: list[str],
    start: int,
) -> pd.DataFrame:
    """Mean of each predictor by unit, in standard deviations over all units."""
    require_names(
        {p.column for p in predictors} - set(frame.columns),
        "columns {} are not there",
        list(frame.columns),
    )
    if late := [p for p in predictors if max(p.periods) >= start]:
        raise ModelInputError(
            f"{late} reach into treatment", allowed=f"periods before {start}", do="shorten them"
        )
    rows = [
        frame[frame[time].isin(p.periods)].groupby(unit)[p.column].mean().reindex(units)
        for p in predictors
    ]
    table = pd.DataFrame(
        rows, index=[f"{p.column} {min(p.periods)}-{max(p.periods)}" for p in predictors]
    )
    bad = [name for name, row in table.iterrows() if not np.isfinite(row).all() or row.std() == 0]
    if bad:
        raise ModelInputError(
            f"predictors {bad} are missing for a unit, or the same for all",
            allowed="known and varying",
            do="drop them",
        )
    return table.div(table.std(axis=1), axis=0)


def _checked_weights(
    weights: Sequence[float] | None, predictors: Sequence[Predictor] | None
) -> np.ndarray | None:
    if weights is None:
        return None
    values, n = np.asarray(weights, dtype=float), len(predictors or ())
    if (
        values.shape != (n,)
        or not np.isfinite(values).all()
        or (values < 0).any()
        or values.sum() <= 0
    ):
        raise ParameterError(
            f"predictor_weights {values.tolist()} for {n} predictors",
            allowed="one per predictor, not negative, some positive",
            do="leave them out to fit them",
        )  # fmt: skip
    return readonly(values / values.sum())
