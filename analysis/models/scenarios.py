"""How far could trade move: a sum of effects in which every assumption has a name, a range and a
reason.

Partial equilibrium: each effect acts on its own part of trade and nothing feeds back. It bounds; it
does not forecast.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

import pandas as pd

from analysis.errors import ModelInputError
from analysis.measures.inputs import require_option

MOST_CORNERS = 2**14
"""Combinations of ends that are tried; more assumptions than 14 should be grouped first."""
SHOWN_DIGITS = 2
"""Scenarios are no more exact than this many significant digits."""
Values = Mapping[str, float]
Effects = Callable[[Values], Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number that a scenario rests on.

    Attributes
    ----------
    name, meaning, unit : str
    low, central, high : float
        In order; the range that a sceptic and a believer would both allow.
    kind : {'data', 'assumption'}
        Whether the central value was measured or chosen.
    reason : str
        Where it comes from, or why it was chosen.
    """

    name: str
    meaning: str
    unit: str
    low: float
    central: float
    high: float
    kind: str
    reason: str

    def __post_init__(self) -> None:
        require_option("kind", self.kind, ("data", "assumption"))
        ends = (self.low, self.central, self.high)
        numeric = all(isinstance(end, int | float) and isfinite(end) for end in ends)
        if not numeric or not self.low <= self.central <= self.high:
            raise ModelInputError(
                f"assumption '{self.name}' runs {self.low!r}, {self.central!r}, {self.high!r}",
                allowed="finite numbers, low <= central <= high",
                do="put the range in order",
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """Effects under the central assumptions, and how each assumption moves their sum.

    Attributes
    ----------
    effects : Series by effect, in ``unit``; they add up to ``total``.
    total : float
    lowest, highest : float
        The sum over all combinations of low and high ends.
    sensitivity : DataFrame with assumption, at_low, at_high, width; the widest first.
    assumptions : tuple of Assumption
    unit : str
    """

    effects: pd.Series
    total: float
    lowest: float
    highest: float
    sensitivity: pd.DataFrame
    assumptions: tuple[Assumption, ...]
    unit: str

    def tidy(self) -> pd.DataFrame:
        """Every assumption in words, with its range and what it does to the sum."""
        rows = pd.DataFrame(
            [
                (a.name, a.meaning, a.unit, a.low, a.central, a.high, a.kind, a.reason)
                for a in self.assumptions
            ],
            columns=["assumption", "meaning", "unit", "low", "central", "high", "kind", "reason"],
        )
        return rows.merge(self.sensitivity, on="assumption")

    def glance(self) -> pd.Series:
        """Sum, its ends, and how many of the numbers behind it are data."""
        counts = {
            "total": self.total,
            "lowest": self.lowest,
            "highest": self.highest,
            "assumptions": len(self.assumptions),
            "of_them_data": sum(assumption.kind == "data" for assumption in self.assumptions),
            "unit": self.unit,
        }
        return pd.Series(counts)

    def __str__(self) -> str:
        lines = [f"{name}: {rounded(value):+g} {self.unit}" for name, value in self.effects.items()]
        ends = f"{rounded(self.lowest):+g} to {rounded(self.highest):+g}"
        return "\n".join(
            [*lines, f"sum: {rounded(self.total):+g} {self.unit}, over all ends {ends}"]
        )


def rounded(value: float, digits: int = SHOWN_DIGITS) -> float:
    """A number to so many significant digits."""
    return 0.0 if value == 0 else round(value, digits - 1 - floor(log10(abs(value))))


def fit_scenario(effects: Effects, assumptions: Sequence[Assumption], *, unit: str) -> Scenario:
    """Apply effects to the central assumptions, then move one assumption at a time, then all to
    their ends.

    Parameters
    ----------
    effects : callable
        From values by name to effects by name, in ``unit``; must not depend on anything else.
    assumptions : sequence of Assumption
        Each name once, at most 14.
    unit : str

    Raises
    ------
    ModelInputError
        For repeated names or too many assumptions.
    """
    names = [one.name for one in assumptions]
    if len(set(names)) < len(names) or not names or 2 ** len(names) > MOST_CORNERS:
        raise ModelInputError(
            f"assumptions {names}",
            allowed="1 to 14 assumptions, each name once",
            do="rename or group them",
        )
    central = {one.name: one.central for one in assumptions}
    found = pd.Series(dict(effects(central)), dtype=float)
    rows = [
        (
            one.name,
            _total(effects, {**central, one.name: one.low}),
            _total(effects, {**central, one.name: one.high}),
        )
        for one in assumptions
    ]
    table = pd.DataFrame(rows, columns=["assumption", "at_low", "at_high"])
    table["width"] = (table.at_high - table.at_low).abs()
    corners = itertools.product(*((one.low, one.high) for one in assumptions))
    sums = [_total(effects, dict(zip(names, corner, strict=True))) for corner in corners]
    return Scenario(
        effects=found,
        total=float(found.sum()),
        lowest=min(sums),
        highest=max(sums),
        sensitivity=table.sort_values("width", ascending=False, kind="stable").reset_index(
            drop=True
        ),
        assumptions=tuple(assumptions),
        unit=unit,
    )


def _total(effects: Effects, values: Values) -> float:
    return float(sum(effects(values).values()))


def normalisation_and_pressure(
    *, rise: float, energy_bought: float, goods_sold: float
) -> Callable[[Values], dict[str, float]]:
    """Effects on a pair's trade of normal relations with the West, of oil prices and of pressure on
    payments.

    Parameters
    ----------
    rise : float
        How far trade rose since the event, in the unit of the result.
    energy_bought, goods_sold : float
        The parts of trade that oil prices and payments act on.

    Returns
    -------
    Callable that takes the values
        ``reoriented`` (part of the rise that was turned away from others, 0 to 1), ``returning``
        (part of that which would turn back if it could, 0 to 1), ``normalised`` (how far relations
        become normal, 0 to 1), ``oil_price`` (change, fraction), ``volume_response`` (change of
        volume for a change of price of one, elasticity), ``exposed`` (part of goods sold that
        depends on payments at risk, 0 to 1) and ``payments_lost`` (part of those that fails, 0 to
        1), and gives the effects ``returned to others``, ``oil price`` and ``payments``. Without a
        shock (normalised, oil_price and payments_lost at zero) each is zero.
    """

    def effects(values: Values) -> dict[str, float]:
        price, response = values["oil_price"], values["volume_response"]
        return {
            "returned to others": (
                -rise * values["reoriented"] * values["returning"] * values["normalised"]
            ),
            "oil price": energy_bought * ((1 + price) * (1 + response * price) - 1),
            "payments": -goods_sold * values["exposed"] * values["payments_lost"],
        }

    return effects
