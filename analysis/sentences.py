"""Sentences with gaps that named figures fill: `{fall_pct:.0f} % less`."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any


class _Gaps(Formatter):
    """The usual format language for plain names; a list is written out with commas."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
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
    """
    return _Gaps().vformat(sentence, (), figures)
