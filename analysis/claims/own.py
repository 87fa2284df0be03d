"""A reader's own rule: other thresholds, where they turn a verdict's label, and a claim's rule and
figures as plain data, from which a page applies the same rule.
"""

import inspect
import math
import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis.claims.entries import Sentence
from analysis.claims.ledger import Claim
from analysis.claims.measured import UNFIT, Evidence, measured
from analysis.claims.rules import Figures, label_of
from analysis.errors import BallastError, ParameterError, did_you_mean
from analysis.sentences import filled, gaps

BOUNDS = {
    r"_pct": (0.0, 100.0),
    r"_share|p_value": (0.0, 1.0),
    r"_usd": (0.0, math.inf),
    r"year(?!s)": (1800.0, 2100.0),
}
"""Lowest and highest value of a threshold by what is in its name; others may be any number."""
UNMEASURED = "cannot be measured"
"""What stands for a label where a figure that it needs cannot be had."""
MOST_VALUES = 1000
"""Whole numbers that a sweep tries one by one."""
POINTS = 101
"""Values that a sweep of a threshold tries, where the threshold is no whole number."""
GROWTH, FARTHEST, FINE = 1.25, 1e3, 1e-9
"""A search for the turn goes out by steps that grow by a factor, to so many times the threshold,
and closes in to such a part of it."""


def with_thresholds(this: Claim, own: Mapping[str, Any]) -> Claim:
    """The claim with a reader's thresholds in place of the ledger's; see ``checked``."""
    limits = {name: checked(this, name, value) for name, value in own.items()}
    return replace(this, thresholds=this.thresholds | limits)


def checked(this: Claim, name: str, value: Any) -> float:
    """A value that a threshold may have, whole where the ledger's is; ParameterError if there is no
    such threshold, or the value is no number or out of its range.
    """
    if name not in this.thresholds:
        raise ParameterError(
            f"{this.id} has no threshold '{name}'",
            allowed=", ".join(this.thresholds) or "none, for the claim is not tested",
            do=did_you_mean(name, this.thresholds),
        )
    lowest, highest = bounds(name)
    try:
        odd = isinstance(value, bool) or "_" in str(value)  # Python reads 8_0 as 80
        number = math.nan if odd else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not lowest <= number <= highest or math.isinf(number):
        allowed = f"{lowest:g} to {highest:g}"
        if math.isinf(highest):
            allowed = "a number" if math.isinf(lowest) else f"a number from {lowest:g}"
        fault = "no number" if math.isnan(number) else "out of range"
        raise ParameterError(f"{this.id}, {name}: {value!r} is {fault}", allowed=allowed)
    if not is_whole(this, name):
        return number
    if number != int(number):
        raise ParameterError(f"{this.id}, {name}: {value!r} came in", allowed="whole numbers")
    return int(number)


def bounds(name: str) -> tuple[float, float]:
    """Lowest and highest value of a threshold."""
    return next(
        (ends for part, ends in BOUNDS.items() if re.search(part, name)), (-math.inf, math.inf)
    )


def is_whole(this: Claim, name: str) -> bool:
    """Whether a threshold is a count or a year: a whole number that is no percentage."""
    return isinstance(this.thresholds[name], int) and not name.endswith("_pct")


def swept(
    this: Claim, evidence: Evidence, name: str, lowest: float, highest: float
) -> pd.DataFrame:
    """First and last value and the label of each stretch in which the label is the same, from the
    lowest value of a threshold to the highest.

    Whole numbers are tried one by one, others in a hundred steps. Where the measurement does not
    take the threshold, the turn between two steps is found exactly.
    """
    first, last = (checked(this, name, end) for end in (lowest, highest))
    if first >= last:
        raise ParameterError(f"{this.id}, {name}: {first:g} is not below {last:g}")
    whole, anew = is_whole(this, name), name in inspect.signature(evidence).parameters
    if whole and last - first >= MOST_VALUES:
        raise ParameterError(
            f"{this.id}, {name}: {last - first + 1:.0f} values from {lowest:g} to {highest:g}",
            allowed=f"up to {MOST_VALUES} values",
            do="choose a shorter stretch",
        )
    values = range(int(first), int(last) + 1) if whole else np.linspace(first, last, POINTS)
    if anew:
        label = partial(_measured_anew, this, evidence, name)
    else:
        label = partial(_relabelled, this, measured(this, evidence, {}), name)
    runs = [(said, [*held]) for said, held in groupby([*values], key=label)]
    stretches: list[list[Any]] = [[float(held[0]), float(held[-1]), said] for said, held in runs]
    for before, after in pairwise(stretches if not whole and not anew else []):
        before[1] = after[0] = _turn(label, before[1], after[0])
    return pd.DataFrame(stretches, columns=["first", "last", "label"])


def turns(this: Claim, figures: Figures) -> dict[str, tuple[float, str]]:
    """The nearest value of each threshold at which the label turns, and what it turns to.

    The measured figures stay as they are, so thresholds that no condition names are left out
    (``swept`` measures anew for each of their values), and so are those that turn nothing.
    """
    nearest = {}
    for name, value in this.thresholds.items():
        if name in this.asked:
            label = partial(_relabelled, this, figures, name)
            whole = is_whole(this, name)
            ways = (_outward(label, value, way, bounds(name), whole) for way in (-1, 1))
            if found := [turn for turn in ways if turn is not None and turn[1] != UNMEASURED]:
                nearest[name] = min(found, key=lambda turn: abs(turn[0] - value))
    return nearest


def _relabelled(this: Claim, figures: Figures, name: str, value: float) -> str:
    """The label with another threshold and the same figures."""
    try:
        return label_of(this.labels, ChainMap({name: value}, figures))
    except (BallastError, *UNFIT):
        return UNMEASURED


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


def exported(this: Claim, evidence: Evidence) -> dict[str, Any]:
    """What a page needs to judge a claim by a reader's thresholds or by another reading.

    It has claim, labels (list of label and condition as nested lists), thresholds (name to value,
    lowest, highest, whole), fixed (thresholds on which the measured figures depend, which a page
    cannot move), turns (of those that it can, the nearest value at which the label is another, and
    that label) and figures (name of each reading, the ledger's own first as '', to sentence and the
    values that the conditions ask for). Only thresholds that a condition names can move.
    """
    main = measured(this, evidence, {})
    turned = turns(this, main)
    fixed = [name for name in this.thresholds if _decides(this, evidence, name, main, turned)]
    movable = [name for name in this.thresholds if name in this.asked and name not in fixed]
    tried = {"": (main, this.measured)}
    for name, (_, options) in this.readings.items():
        if not set(options) & set(movable):
            tried[filled(name, main)] = (measured(this, evidence, options), this.reading)
    for name, own in main.get("readings", {}).items():
        tried[name] = (Figures({**main, **own}), this.reading)
    return {
        "claim": this.id,
        "labels": [[label, rule.tree] for label, rule in this.labels.items()],
        "thresholds": {name: _scale(this, name) for name in movable},
        "fixed": fixed,
        "turns": {name: list(turned[name]) for name in movable if name in turned},
        "figures": {
            name: {
                "said": _said(sentence, figures, set(movable)),
                "values": {n: _plain(figures[n]) for n in sorted(this.asked - set(movable))},
            }
            for name, (figures, sentence) in tried.items()
        },
    }


def _decides(
    this: Claim, evidence: Evidence, name: str, main: Figures, turned: Mapping[str, Any]
) -> bool:
    """Whether figures that the conditions ask for depend on a threshold, seen where it turns the
    label; a threshold that no condition names and the measurement takes can only act through them.
    """
    if name not in inspect.signature(evidence).parameters:
        return False
    if name not in turned:
        return True
    other = measured(this, evidence, {name: turned[name][0]})
    return any(_plain(other[each]) != _plain(main[each]) for each in this.asked - {name})


def _scale(this: Claim, name: str) -> dict[str, Any]:
    lowest, highest = (None if math.isinf(end) else end for end in bounds(name))
    value, whole = this.thresholds[name], is_whole(this, name)
    return {"value": value, "lowest": lowest, "highest": highest, "whole": whole}


def _said(sentence: Sentence, figures: Figures, movable: set[str]) -> list[Any]:
    """Each choice of a sentence with its condition, gaps filled but for movable thresholds."""
    said = []
    for rule, text in sentence:
        asked = {name: _Gap(name) if name in movable else figures[name] for name in gaps(text)}
        said.append([rule.tree, filled(text, asked)])
        if not rule.names & movable and rule.met(figures):
            break
    return said


class _Gap(str):
    """A gap that stays open, its format kept."""

    def __format__(self, spec: str) -> str:
        return "{" + self + ":" + spec + "}"


def _plain(value: Any) -> Any:
    """A figure as JSON holds it."""
    if value is None or isinstance(value, bool | str | int | float):
        return value
    return value.tolist() if hasattr(value, "tolist") else [_plain(part) for part in value]
