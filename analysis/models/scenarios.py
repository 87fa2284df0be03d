"""How far could trade move: a sum of effects, none of which feeds back on another, in which every
assumption has a name and a range.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import floor, log10

import pandas as pd

from analysis.errors import ModelInputError
from analysis.measures.inputs import as_list, real_number

MOST_ASSUMPTIONS = 14
"""All combinations of their ends are tried; more should be grouped first."""
SHOWN_DIGITS = 2
"""Scenarios are no more exact than this many significant digits."""
Values = Mapping[str, float]
Effects = Callable[[Values], Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number that a scenario rests on, with the range that sceptic and believer both allow."""

    name: str
    meaning: str
    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        for end in ("low", "central", "high"):
            real_number(f"{end} of assumption '{self.name}'", getattr(self, end))
        if not self.low <= self.central <= self.high:
            came = f"assumption '{self.name}' runs {self.low!r}, {self.central!r}, {self.high!r}"
            allowed, do = "low <= central <= high", "put the range in order"
            raise ModelInputError(came, allowed=allowed, do=do)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """Effects under the central assumptions, by name in ``unit``, with their sum, ``total``, and
    its ``lowest`` and ``highest`` over all combinations of low and high ends.
    """

    effects: pd.Series
    total: float
    lowest: float
    highest: float
    assumptions: pd.DataFrame
    unit: str

    def tidy(self) -> pd.DataFrame:
        """Every assumption with its range and what it alone does to the sum: ``assumption, meaning,
        low, central, high, at_low, at_high, width``.
        """
        return self.assumptions.copy()


def rounded(value: float) -> float:
    """A finite number to ``SHOWN_DIGITS`` significant digits."""
    return 0.0 if value == 0 else round(value, SHOWN_DIGITS - 1 - floor(log10(abs(value))))


def fit_scenario(effects: Effects, assumptions: Sequence[Assumption], *, unit: str) -> Scenario:
    """Apply ``effects``, from values by name to effects by name in ``unit``, to the central
    assumptions, then move one at a time, then all to their ends. Each has a name of its own; there
    are up to ``MOST_ASSUMPTIONS``.
    """
    assumptions = as_list("assumptions", assumptions, of="assumptions")
    central = {each.name: each.central for each in assumptions}
    if len(central) < len(assumptions) or not 1 <= len(central) <= MOST_ASSUMPTIONS:
        raise ModelInputError(
            f"assumptions {[each.name for each in assumptions]}",
            allowed=f"1 to {MOST_ASSUMPTIONS} assumptions, each name once",
            do="rename or group them",
        )

    def total(**moved: float) -> float:
        sizes = effects(central | moved)
        numbers = (real_number(f"effect '{name}'", size) for name, size in sizes.items())
        return sum(numbers, start=0.0)

    table = pd.DataFrame([asdict(each) for each in assumptions])
    for end in ("low", "high"):
        table[f"at_{end}"] = [total(**{each.name: getattr(each, end)}) for each in assumptions]
    table["width"] = (table.at_high - table.at_low).abs()
    corners = itertools.product(*((each.low, each.high) for each in assumptions))
    sums = [total(**dict(zip(central, corner, strict=True))) for corner in corners]
    sizes = pd.Series(effects(central), dtype=float)
    return Scenario(
        effects=sizes,
        total=total(),
        lowest=min(sums),
        highest=max(sums),
        assumptions=table.rename(columns={"name": "assumption"}),
        unit=unit,
    )


def normalisation_and_pressure(*, rise: float, energy_bought: float, goods_sold: float) -> Effects:
    """Effects on a pair's trade of normal relations with the West, of oil prices and of pressure on
    payments: ``returned to others``, ``oil price`` and ``payments``, in the unit of the bases.

    Values, all fractions, are ``reoriented`` (part of the rise that was turned away from others),
    ``returning`` (part of that which would turn back), ``normalised`` (how far relations become
    normal), ``oil_price`` (change), ``volume_response`` (elasticity of volume to price),
    ``exposed`` (part of goods sold that depends on payments at risk) and ``payments_lost`` (part of
    those).
    """

    def effects(values: Values) -> dict[str, float]:
        price, response = values["oil_price"], values["volume_response"]
        turned = values["reoriented"] * values["returning"]
        return {
            "returned to others": -rise * turned * values["normalised"],
            "oil price": energy_bought * ((1 + price) * (1 + response * price) - 1),
            "payments": -goods_sold * values["exposed"] * values["payments_lost"],
        }

    return effects
