"""The sets of parameters that a sweep goes through: combinations of values, or lines of a file."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError
from analysis.press.parameters import SEQUENCES, Parameter, validated

ALL = "all"
MOST_FAULTS = 20
"""Shown of a long list of sets; the others are counted."""
COMMA = re.compile(r",(?![^(\[]*[)\]])")
"""Outside brackets, so that (2021, 2024) is one value."""

Over = Mapping[str, str | Iterable[object]]


def parameter_sets(
    declared: Mapping[str, Parameter],
    name: str,
    over: Over,
    sets: Sequence[Mapping[str, object]],
    fixed: Mapping[str, object],
    *,
    root: Path,
    text: bool,
) -> list[dict[str, Any]]:
    """Every set of parameters as the notebook ``name`` will see it: each of ``sets`` with each
    combination of ``over``.

    Raises
    ------
    ParameterError
        Where nothing varies or a parameter is given in two ways; else listing every name and value
        that the notebook would refuse.
    """
    if not over and not sets:
        mend = "say --over NAME=VALUES or --sets FILE"
        raise ParameterError("there is nothing to go through", do=mend)
    places = [set(over), set(fixed), {key for given in sets for key in given}]
    pairs = itertools.combinations(places, 2)
    if twice := sorted(set.union(*(ours & theirs for ours, theirs in pairs))):
        allowed = "one of --over, --sets and -p for each"
        raise ParameterError(f"{', '.join(twice)} is given in two ways", allowed=allowed)
    if unknown := {key: wanted for key, wanted in over.items() if key not in declared}:
        validated(declared, unknown, name)
    columns = [_values(declared[key], wanted, root) for key, wanted in over.items()]
    valid: dict[str, dict[str, Any]] = {}
    faults: dict[str, None] = {}
    for given, combination in itertools.product(sets or [{}], itertools.product(*columns)):
        whole = {**fixed, **given, **dict(zip(over, combination, strict=True))}
        try:
            values = validated(declared, whole, name, text=text)
            valid[repr(values)] = values
        except ParameterError as fault:
            faults[str(fault)] = None
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise ParameterError("\n".join([*list(faults)[:MOST_FAULTS], *more]))
    return list(valid.values())


def _values(parameter: Parameter, wanted: str | Iterable[object], root: Path) -> list[object]:
    """Values that one parameter goes through: those listed, or all that its declaration has."""
    if not isinstance(wanted, str):
        return list(wanted)
    listed: list[object] = [part.strip() for part in COMMA.split(wanted) if part.strip()]
    if not listed:
        fault = f"{parameter.name}= has no value to go through"
        raise ParameterError(fault, allowed="values with commas, or all")
    if listed != [ALL]:
        return listed
    is_one = parameter.kind not in SEQUENCES
    if parameter.choices and is_one:
        return list(parameter.choices)
    if parameter.kind == "bool":
        return [True, False]
    if parameter.kind == "int" and parameter.low is not None:
        return list(range(parameter.low, parameter.high + 1))
    if not parameter.listed or not is_one:
        fault = f"{parameter.name}=all, but the notebook does not say what all values are"
        allowed = "all of a choice, a range of whole numbers, True and False, or a column"
        mend = "list the values, use --sets, or say 'all of: TABLE.COLUMN' in the parameters cell"
        raise ParameterError(fault, allowed=allowed, do=mend)
    table, column = parameter.listed.split(".")
    path = root / "data" / "reference" / f"{table}.csv"
    values: dict[object, None] = {row[column]: None for row in read_sets(path) if column in row}
    if not values:
        fault = f"{parameter.name} names all of {parameter.listed}, but {path} has no such column"
        raise ParameterError(fault, do="mend the comment in the parameters cell")
    return list(values)


def read_sets(path: Path) -> list[dict[str, str]]:
    """Sets of parameters from a CSV file: names in the first line, one set on each other line.

    An empty cell leaves the default.

    Raises
    ------
    ParameterError
        If the file cannot be read, has no line of values, or a line has more or fewer cells than
        the first.
    """
    shape = "a CSV file in UTF-8: names of parameters in the first line, one set on each other line"
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            header, *lines = [line for line in csv.reader(file, strict=True) if line] or [[]]
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ParameterError(f"{path} cannot be read: {reason}", allowed=shape) from None
    names = [cell.strip() for cell in header]
    uneven = [str(place) for place, line in enumerate(lines, 2) if len(line) != len(names)]
    faults = ["no set"] if not lines else []
    if uneven:
        faults.append(f"another number of cells on line {', '.join(uneven[:MOST_FAULTS])}")
    if len(set(names) - {""}) < len(names):
        faults.append("a name that is empty or there twice")
    if faults:
        raise ParameterError(f"{path} has {' and '.join(faults)}", allowed=shape)
    rows = [zip(names, line, strict=True) for line in lines]
    return [{name: cell.strip() for name, cell in row if cell.strip()} for row in rows]
