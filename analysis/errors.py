"""Errors that teach, and the value that stands for 'this cannot be computed'.

Every error says in one sentence what was wrong, what came in, what is allowed and what to do; all
offenders are listed at once.
"""

import difflib
import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import wraps
from numbers import Real
from typing import Any, ParamSpec, Self, TypeVar

Result = TypeVar("Result")
Asked = ParamSpec("Asked")


class BallastError(Exception):
    """Base of every error that the project raises on purpose."""

    def __init__(self, what: str, *, allowed: str | None = None, do: str | None = None) -> None:
        parts = (what, f"allowed: {allowed}" if allowed else "", do or "")
        said = "; ".join(part.rstrip(".") for part in parts if part)
        super().__init__(said if said.endswith("?") else f"{said}.")


class ParameterError(BallastError):
    """A notebook parameter or function option that is unknown, mistyped or out of range."""


class UnknownCountryError(BallastError):
    """A country that no list here knows."""


class CoverageError(BallastError):
    """The data do not reach the pair, year, flow or source that was asked for."""


class MissingYearError(CoverageError):
    """A year that the series does not have."""


class DataFileError(BallastError):
    """A data file is missing, damaged or different from what the catalogue says."""


class RawDataError(BallastError):
    """The raw store is missing a file, or a raw file is not what its reader expects."""


class ModelInputError(BallastError):
    """A model was given data that it cannot be fitted to."""


class ConvergenceError(BallastError):
    """An iterative solver stopped before it reached its tolerance."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A result that could not be computed, with the reason; it is returned, never raised."""

    reason: str

    def __str__(self) -> str:
        return f"not applicable: {self.reason}"

    def __getitem__(self, part: object) -> Self:
        """No part of what is not applicable is applicable."""
        return self


def applicable(result: Result | NotApplicable) -> Result:
    """The result itself, or a CoverageError with the reason why it could not be computed."""
    if isinstance(result, NotApplicable):
        raise CoverageError(result.reason)
    return result


def where_known(
    make: Callable[Asked, Result | NotApplicable],
) -> Callable[Asked, Result | NotApplicable]:
    """Let a function return the reason where the data do not reach; any other error is a fault.

    An argument that is itself NotApplicable is handed on, so that a chain of such functions says
    once what is missing.

    >>> @where_known
    ... def half(of):
    ...     raise CoverageError("nothing was published")
    >>> print(half(2))
    not applicable: nothing was published.
    """

    @wraps(make)
    def made(*args: Asked.args, **options: Asked.kwargs) -> Result | NotApplicable:
        for given in (*args, *options.values()):
            if isinstance(given, NotApplicable):
                return given
        try:
            return make(*args, **options)
        except CoverageError as missing:
            return NotApplicable(str(missing))

    return made


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the three nearest known words, or '' where none is near.

    >>> did_you_mean("partnr", ["partner", "home"])
    "did you mean 'partner'?"
    """
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(word.casefold(), list(folded))
    return "did you mean " + " or ".join(f"'{folded[w]}'" for w in near) + "?" if near else ""


def require_option(name: str, value: object, allowed: Collection[str]) -> None:
    """Refuse a choice that is not one of the words allowed."""
    if not isinstance(value, str) or value not in allowed:
        raise ParameterError(
            f"{name}={value!r} is unknown",
            allowed=" or ".join(map(repr, allowed)),
            do=did_you_mean(str(value), allowed) or "choose one of them",
        )


def whole_number(name: str, value: Any, *, least: int, most: int | None = None) -> int:
    """The value as an integer; ParameterError for anything but a whole number in its range. A float
    without a fraction counts, because sums of counts are often floats.
    """
    real = isinstance(value, Real) and not isinstance(value, bool)
    whole = real and math.isfinite(value) and value == int(value)
    if not whole or not least <= value <= (math.inf if most is None else most):
        span = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise ParameterError(
            f"{name} is {value!r}",
            allowed=f"a whole number {span}",
            do="give it as a number without quotes or fraction",
        )
    return int(value)


def whole_year(name: str, value: Any) -> int:
    """The value as a year; ParameterError for text, dates and fractions."""
    return whole_number(f"the year {name}", value, least=1, most=9999)
