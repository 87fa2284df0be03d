"""Sentences with gaps that named figures fill: `{fall_pct:.0f} % less`."""

import math
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

SMALL = 0.1
"""Amounts below this are written with two digits that are not zero."""
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
"""Whole numbers that a gap may ask for in words, ``{wait_years:words}``; others are in digits."""


class Amount(float):
    """A sum of money that is never written as nothing where there is some: two of its digits are
    shown, if need be beyond those that a sentence asks for.

    >>> f"{Amount(0.00015):.2f}, {Amount(-0.037):+,.0f}, {Amount(244.8):,.0f}, {Amount(0):.1f}"
    '0.00015, -0.037, 245, 0.0'
    """

    def __format__(self, spec: str) -> str:
        head, point, digits = spec.rstrip("f").partition(".")
        if not (point and spec.endswith("f") and 0 < abs(self) < SMALL):
            return super().__format__(spec)
        needed = 1 - math.floor(math.log10(abs(self)))
        return super().__format__(f"{head}.{max(int(digits), needed)}f")


class _Gaps(Formatter):
    """The usual format language for plain names; a list is written out with commas."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "words":
            return WORDS[int(value)] if value in range(len(WORDS)) else f"{value:,g}"
        if isinstance(value, str) or not isinstance(value, Iterable):
            return str(super().format_field(value, format_spec))
        return ", ".join(self.format_field(part, format_spec) for part in value)


def gaps(sentence: str) -> set[str]:
    """Names of the figures that a sentence asks for; a ValueError where a brace is left open or a
    gap is more than a name and a format.

    >>> sorted(gaps("{fall_pct:.0f} % less than in {first}"))
    ['fall_pct', 'first']
    """
    found = [(name, how) for _, name, _, how in _Gaps().parse(sentence) if name is not None]
    for name, conversion in found:
        if not name.isidentifier() or conversion:
            raise ValueError(f"the gap '{{{name}}}' is no name of a figure")
    return {name for name, _ in found}


def filled(sentence: str, figures: Mapping[str, Any]) -> str:
    """The sentence with each gap filled by the figure of that name (KeyError where there is none),
    lists written out with commas.

    >>> filled("{states} gained {points:+.1f}", {"states": ["KAZ", "UZB"], "points": 2})
    'KAZ, UZB gained +2.0'
    >>> filled("{wait:words} years, not {most:words}", {"wait": 2, "most": 40})
    'two years, not 40'
    """
    return _Gaps().vformat(sentence, (), figures)
