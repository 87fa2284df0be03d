"""How far could trade move: a sum of effects in which every assumption has a name, a range and a
reason.

Partial equilibrium: each effect acts on its own part of trade and nothing feeds back. It bounds; it
does not forecast.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

import pandas as pd

from analysis.errors import ModelInputError, ParameterError
from analysis.measures.inputs import as_list, real_number, require_option

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
        for end in ("low", "central", "high"):
            real_number(
                f"{end} of assumption '{self.name}'", getattr(self, end), error=ModelInputError
            )
        if not self.low <= self.central <= self.high:
            raise ModelInputError(
                f"assumption '{self.name}' runs {self.low!r}, {self.central!r}, {self.high!r}",
                allowed="low <= central <= high",
                do="put the range in order",
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """Effects under the central assumptions, and how each assumption moves their sum.

    Attributes
    ----------
    effects : Series by effect, in ``unit``; they add up to ``total``.
    lowest, highest : float
        The sum over all combinations of low and high ends.
    sensitivity : DataFrame with assumption, at_low, at_high, width; the widest first.
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
        columns = ("name", "meaning", "unit", "low", "central", "high", "kind", "reason")
        rows = [[getattr(each, column) for column in columns] for each in self.assumptions]
        table = pd.DataFrame(rows, columns=columns).rename(columns={"name": "assumption"})
        return table.merge(self.sensitivity, on="assumption")


def rounded(value: float, digits: int = SHOWN_DIGITS) -> float:
    """A finite number to so many significant digits."""
    value = real_number("the number to round", value)
    return 0.0 if value == 0 else round(value, digits - 1 - floor(log10(abs(value))))


def fit_scenario(effects: Effects, assumptions: Sequence[Assumption], *, unit: str) -> Scenario:
    """Apply effects to the central assumptions, then move one assumption at a time, then all to
    their ends.

    Parameters
    ----------
    effects : callable
        From values by name to effects by name, in ``unit``; must not depend on anything else.
    assumptions : sequence of Assumption
        Each name once, 1 to 14 of them.
    unit : str

    Raises
    ------
    ModelInputError, ParameterError
        For other numbers of assumptions; for effects that are no mapping of names to finite
        numbers, or ask for a value that no assumption gives.
    """
    assumptions = as_list("assumptions", assumptions, of="assumptions")
    if not all(isinstance(each, Assumption) for each in assumptions):
        raise ParameterError(f"assumptions={assumptions!r}", allowed="an Assumption each")
    central = {each.name: each.central for each in assumptions}
    if len(central) < len(assumptions) or not central or 2 ** len(central) > MOST_CORNERS:
        raise ModelInputError(
            f"assumptions {[each.name for each in assumptions]}",
            allowed="1 to 14 assumptions, each name once",
            do="rename or group them",
        )

    def sized(values: Values) -> dict[str, float]:
        try:
            given = dict(effects(values))
        except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
            raise ParameterError(
                f"the effects cannot be worked out ({problem!r})",
                allowed=f"a function of {sorted(central)} that gives a mapping",
                do="name every value that it asks for as an assumption",
            ) from problem
        return {name: real_number(f"the effect '{name}'", size) for name, size in given.items()}

    def total(values: Values) -> float:
        return float(sum(sized(values).values()))

    sizes = pd.Series(sized(central), dtype=float)
    rows = [
        (each.name, *(total({**central, each.name: end}) for end in (each.low, each.high)))
        for each in assumptions
    ]
    table = pd.DataFrame(rows, columns=["assumption", "at_low", "at_high"])
    table["width"] = (table.at_high - table.at_low).abs()
    corners = itertools.product(*((each.low, each.high) for each in assumptions))
    sums = [total(dict(zip(central, corner, strict=True))) for corner in corners]
    return Scenario(
        effects=sizes,
        total=float(sizes.sum()),
        lowest=min(sums),
        highest=max(sums),
        sensitivity=table.sort_values("width", ascending=False, kind="stable", ignore_index=True),
        assumptions=tuple(assumptions),
        unit=unit,
    )


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
        ``reoriented`` (part of the rise that was turned away from others), ``returning`` (part of
        that which would turn back if it could), ``normalised`` (how far relations become normal),
        ``oil_price`` (change), ``volume_response`` (elasticity of volume to price), ``exposed``
        (part of goods sold that depends on payments at risk) and ``payments_lost`` (part of those
        that fails), all fractions, and gives the effects ``returned to others``, ``oil price`` and
        ``payments``. Without a shock (normalised, oil_price and payments_lost at zero) each is
        zero.
    """
    parts = {"rise": rise, "energy_bought": energy_bought, "goods_sold": goods_sold}
    rise, energy_bought, goods_sold = (real_number(name, part) for name, part in parts.items())

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
