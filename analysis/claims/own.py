"""A reader's own rule: other thresholds, and where they turn a verdict's label."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.claims.ledger import Claim
from analysis.claims.measured import Evidence, measured
from analysis.claims.rules import Inner, label_of
from analysis.errors import BallastError, ParameterError, did_you_mean

BOUNDS = {"_pct": (0.0, 100.0), "_share": (0.0, 1.0), "p_value": (0.0, 1.0), "year": (1800, 2100)}
"""Lowest and highest value of a threshold by what is in its name; others may be any number."""
MOST_VALUES = 1000
"""Whole numbers that a sweep tries one by one."""
POINTS = 101
"""Values that a sweep of a threshold tries, where the threshold is no whole number."""
GROWTH, FARTHEST, FINE = 1.25, 1e3, 1e-9
"""A search for the turn goes out by steps that grow by a factor, to so many times the threshold,
and closes in to such a part of it."""
UNFIT = (KeyError, IndexError, ValueError, TypeError, ZeroDivisionError)
"""What a measurement runs into where the data do not reach a value that nobody foresaw."""
UNMEASURED = "cannot be measured"
"""What a sweep says of such a value."""


def with_thresholds(this: Claim, own: Mapping[str, Any]) -> Claim:
    """The claim with a reader's thresholds in place of the ledger's.

    Raises
    ------
    ParameterError
        If a name is no threshold of the claim, or a value is no number or out of its range.
    """
    checked_ones = {name: checked(this, name, value) for name, value in own.items()}
    return replace(this, thresholds={**this.thresholds, **checked_ones})


def checked(this: Claim, name: str, value: Any) -> float:
    """A value that a threshold may have; a whole number where the ledger's is one."""
    if name not in this.thresholds:
        near = did_you_mean(name, this.thresholds)
        raise ParameterError(
            f"{this.id} has no threshold '{name}'{f' ({near})' if near else ''}",
            allowed=", ".join(this.thresholds) or "none, for the claim is not tested",
        )
    lowest, highest = bounds(name)
    try:
        odd = isinstance(value, bool) or "_" in str(value)  # Python reads 8_0 as 80
        number = math.nan if odd else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not lowest <= number <= highest or math.isinf(number):
        allowed = "a number" if math.isinf(lowest) else f"{lowest:g} to {highest:g}"
        raise ParameterError(f"{this.id}, {name}: {value!r} is out of range", allowed=allowed)
    if not is_whole(this, name):
        return number
    if number != int(number):
        raise ParameterError(f"{this.id}, {name}: {value!r} came in", allowed="whole numbers")
    return int(number)


def bounds(name: str) -> tuple[float, float]:
    """Lowest and highest value of a threshold."""
    return next((ends for part, ends in BOUNDS.items() if part in name), (-math.inf, math.inf))


def is_whole(this: Claim, name: str) -> bool:
    """Whether a threshold is a count or a year: a whole number that is no percentage."""
    return isinstance(this.thresholds[name], int) and not name.endswith("_pct")


def swept(
    this: Claim, evidence: Evidence, name: str, lowest: float, highest: float
) -> pd.DataFrame:
    """The label for each stretch of a threshold's values.

    Parameters
    ----------
    this, evidence : Claim, function
    name : str
        A threshold of the claim.
    lowest, highest : float
        The values to try, both included: whole numbers one by one, others in a hundred steps. Where
        the measurement does not take the threshold, the turn between two steps is found exactly.

    Returns
    -------
    DataFrame with first, last (values between which the label is the same) and label; one row per
    stretch.
    """
    first, last = (checked(this, name, end) for end in (lowest, highest))
    if first >= last:
        raise ParameterError(f"{this.id}, {name}: {lowest:g} is not below {highest:g}")
    whole = is_whole(this, name)
    if whole and last - first >= MOST_VALUES:
        raise ParameterError(
            f"{this.id}, {name}: {last - first + 1:.0f} values from {lowest:g} to {highest:g}",
            allowed=f"up to {MOST_VALUES} values",
            do="choose a shorter stretch",
        )
    values = range(int(first), int(last) + 1) if whole else np.linspace(first, last, POINTS)
    anew = name in inspect.signature(evidence).parameters
    if anew:
        label = partial(_measured_anew, this, evidence, name)
    else:
        label = partial(_relabelled, this, measured(this, evidence, {}), name)
    stretches: list[dict[str, Any]] = []
    for value in map(float, values):
        said = label(value if not whole else int(value))
        if not stretches:
            stretches.append({"first": value, "last": value, "label": said})
        elif stretches[-1]["label"] != said:
            turn = value
            if not whole and not anew:
                turn = stretches[-1]["last"] = _turn(label, stretches[-1]["last"], value)
            stretches.append({"first": turn, "last": value, "label": said})
        stretches[-1]["last"] = value
    return pd.DataFrame(stretches)


def turns(this: Claim, figures: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """The nearest value of each threshold at which the label turns, and what it turns to.

    The measured figures stay as they are, so thresholds that no condition names are left out
    (``swept`` measures anew for each of their values), and so are those that turn nothing.
    """
    named = {name for rule in this.labels.values() for name in rule.names}
    nearest = {}
    for name, value in this.thresholds.items():
        if name not in named:
            continue
        label = partial(_relabelled, this, figures, name)
        ways = [_outward(label, value, way, bounds(name), is_whole(this, name)) for way in (-1, 1)]
        found = [turn for turn in ways if turn is not None]
        if found:
            nearest[name] = min(found, key=lambda turn: abs(turn[0] - value))
    return nearest


def _relabelled(this: Claim, figures: Mapping[str, Any], name: str, value: float) -> str:
    """The label with another threshold and the same figures."""
    return label_of(this.labels, Inner(figures, name, value))


def _measured_anew(this: Claim, evidence: Evidence, name: str, value: float) -> str:
    """The label with another threshold and the figures that it gives."""
    try:
        return label_of(this.labels, measured(this, evidence, {name: value}))
    except (BallastError, *UNFIT):
        return UNMEASURED


def _outward(
    label: Callable[[float], str], value: float, way: int, ends: tuple[float, float], whole: bool
) -> tuple[float, str] | None:
    """The first value on one side at which the label is another, and that label."""
    said, scale = label(value), max(abs(value), 1e-3)
    step, inner = (1.0 if whole else scale / 100), value
    while step <= FARTHEST * scale:
        outer = min(max(value + way * (math.ceil(step) if whole else step), ends[0]), ends[1])
        if label(outer) != said:
            turn = _turn(label, inner, outer, whole=whole)
            return turn, label(turn)
        if outer in ends:
            return None
        inner, step = outer, step * GROWTH
    return None


def _turn(
    label: Callable[[float], str], inner: float, outer: float, *, whole: bool = False
) -> float:
    """The first value towards the outer one whose label is not that of the inner one."""
    said = label(inner)
    while abs(outer - inner) > (1 if whole else FINE * max(abs(inner), abs(outer))):
        middle = (inner + outer) / 2
        middle = math.floor(middle) if whole else middle
        inner, outer = (middle, outer) if label(middle) == said else (inner, middle)
    return outer
