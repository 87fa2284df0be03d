"""The sets of parameters that a sweep goes through: combinations of values, or the lines of a
file.
"""

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
MOST_FAULTS = 20  # shown of a long list of sets; the others are counted
COMMA = re.compile(r",(?![^(\[]*[)\]])")  # outside brackets, so that (2021, 2024) is one value

Over = Mapping[str, str | Iterable[object]]


def parameter_sets(
    declared: Mapping[str, Parameter], name: str, over: Over, sets: Sequence[Mapping[str, object]],
    fixed: Mapping[str, object], *, root: Path, text: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """Every set of parameters as the notebook ``name`` will see it: each of ``sets`` with each
    combination of ``over``.

    Raises
    ------
    ParameterError
        Where nothing varies or a parameter is given in two ways; else listing every name and value
        that the notebook would refuse.
    """
    if not over and not sets:
        raise ParameterError(
            "there is nothing to go through", do="say --over NAME=VALUES or --sets FILE"
        )
    places = [set(over), set(fixed), {key for one in sets for key in one}]
    if twice := sorted(
        set.union(*(one & other for one, other in itertools.combinations(places, 2)))
    ):
        raise ParameterError(
            f"{', '.join(twice)} is given in two ways",
            allowed="one of --over, --sets and -p for each",
        )
    if unknown := {key: wanted for key, wanted in over.items() if key not in declared}:
        validated(declared, unknown, name)
    columns = [_values(declared[key], wanted, root) for key, wanted in over.items()]
    found: dict[str, dict[str, Any]] = {}
    faults: dict[str, None] = {}
    for one, combination in itertools.product(sets or [{}], itertools.product(*columns)):
        try:
            given = {**fixed, **one, **dict(zip(over, combination, strict=True))}
            values = validated(declared, given, name, text=text)
            found[repr(values)] = values
        except ParameterError as fault:
            faults[str(fault)] = None
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise ParameterError("\n".join([*list(faults)[:MOST_FAULTS], *more]))
    return list(found.values())


def _values(parameter: Parameter, wanted: str | Iterable[object], root: Path) -> list[object]:
    """Values that one parameter goes through: those listed, or all that its declaration tells
    of.
    """
    if not isinstance(wanted, str):
        return list(wanted)
    listed: list[object] = [part.strip() for part in COMMA.split(wanted) if part.strip()]
    if listed != [ALL]:
        if not listed:
            raise ParameterError(
                f"{parameter.name}= has no value to go through",
                allowed="values with commas, or all",
            )
        return listed
    if parameter.choices and parameter.kind not in SEQUENCES:
        return list(parameter.choices)
    if parameter.kind == "bool":
        return [True, False]
    if parameter.kind == "int" and parameter.low is not None:
        return list(range(parameter.low, parameter.high + 1))
    if parameter.listed and parameter.kind not in SEQUENCES:
        return _column(parameter, root)
    raise ParameterError(
        f"{parameter.name}=all, but the notebook does not say what all values are",
        allowed=(
            "all of a choice, of a range of whole numbers, of True and False, or of a column named"
            " in the comment"
        ),
        do=(
            "list the values, give a file with --sets, or say 'all of: TABLE.COLUMN' in the"
            " parameters cell"
        ),
    )


def _column(parameter: Parameter, root: Path) -> list[object]:
    """Values in the column of a reference file that a declaration names, each once."""
    table, column = parameter.listed.split(".")
    path = root / "data" / "reference" / f"{table}.csv"
    rows = read_sets(path)
    if not any(column in row for row in rows):
        fault = f"{parameter.name} names all of {parameter.listed}, but {path} has no such column"
        raise ParameterError(fault, do="mend the comment in the parameters cell")
    return list(dict.fromkeys(row[column] for row in rows if column in row))


def read_sets(path: Path) -> list[dict[str, str]]:
    """Sets of parameters from a CSV file: names in the first line, one set a line; an empty cell
    leaves the default.

    Raises
    ------
    ParameterError
        If the file cannot be read, has no line of values, or a line has more or fewer cells than
        the first.
    """
    shape = (
        "a CSV file in UTF-8 whose first line has the names of parameters, with one set on each"
        " other line"
    )
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            header, *lines = [line for line in csv.reader(file, strict=True) if line] or [[]]
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}", allowed=shape) from None
    except (ValueError, csv.Error) as error:
        raise ParameterError(f"{path} cannot be read: {error}", allowed=shape) from None
    names = [cell.strip() for cell in header]
    uneven = [str(place) for place, line in enumerate(lines, 2) if len(line) != len(names)]
    if not lines or uneven or len(set(names)) < len(names) or "" in names:
        faults = (
            [f"another number of cells on line {', '.join(uneven[:MOST_FAULTS])}"] if uneven else []
        )
        faults += ["no set"] if not lines else []
        faults += (
            ["a name that is empty or there twice"] if len(set(names) - {""}) < len(names) else []
        )
        raise ParameterError(f"{path} has {' and '.join(faults)}", allowed=shape)
    return [
        {name: cell.strip() for name, cell in zip(names, line, strict=True) if cell.strip()}
        for line in lines
    ]
