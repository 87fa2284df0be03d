"""The parameters cell, read without running it, is the only declaration of what a notebook takes.

The cell is tagged ``parameters`` and holds typed literals, each with a comment::

    partner = "CHN"            # country; any ISO3, ISO2 or name; all of: countries.iso3
    source = "gacc"            # publisher of the figures; one of: gacc, imf_china, imf_russia
    first_year: int = 1992     # first year shown; from 1960 to 2026
    known_on = "2025-05-29"    # date; nothing published later is used; from 2016-01-01 to
    2026-12-31 windows = (3, 5, 8)        # years; from 1 to 20 deflator: str | None = None  # name
    of a deflator; none is used where absent

Grammar of a comment: clauses separated by ``;``. ``one of: A, B`` lists choices, ``from X to Y``
gives an inclusive range of a number or date (of each item of a tuple or list), the word ``date``
makes text in the form YYYY-MM-DD a date. ``all of: TABLE.COLUMN`` names a column of
``data/reference/TABLE.csv`` for sweeps over ``all``; it limits nothing. The rest is the meaning.
The type is that of the annotation, or else of the default; a default of None needs an annotation
(``int | None``). ``datetime.date(2025, 5, 29)`` counts as a literal.
"""

from __future__ import annotations

import ast
import datetime
import io
import math
import numbers
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.errors import ParameterError, did_you_mean
from analysis.press.notebook import Json, NotebookError, code_cells, source, tags

SEQUENCES = {"tuple": tuple, "list": list}
JSON_TYPES = {
    "int": "integer",
    "float": "number",
    "str": "string",
    "bool": "boolean",
    "date": "string",
}
TYPE = re.compile(r"(?:(tuple|list)(?:\[(\w+)(?:, (?:\2|\.\.\.))*\])?|(\w+))( \| None)?")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
RANGE = re.compile(
    r"\bfrom ({0}) to ({0})(?![\w.]*\w)".format(r"\d{4}-\d{2}-\d{2}|[-+]?\d[\d.eE_]*")
)
CHOICES = re.compile(r"\bone of:\s*([^;]*)")
LISTED = re.compile(r"\ball of:\s*([^;]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One declared parameter.

    ``kind`` is int, float, str, bool, date, tuple or list; ``item`` the kind of a sequence's items
    (empty: any). ``low`` and ``high`` are inclusive. ``listed`` is where all values of a sweep are,
    as ``table.column`` of the project's reference files. ``constructor`` is how the cell writes a
    date; empty where it is text.
    """

    name: str
    kind: str
    default: Any
    item: str = ""
    optional: bool = False
    choices: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    meaning: str = ""
    constructor: str = ""
    listed: str = ""

    @property
    def type_name(self) -> str:
        """Type as a person would write it, such as ``tuple[int, ...]`` or ``int | None``."""
        inner = self.item and f"[{self.item}{', ...' if self.kind == 'tuple' else ''}]"
        return f"{self.kind}{inner}{' | None' if self.optional else ''}"

    @property
    def allowed(self) -> str:
        """Choices or range in words, or ``any``."""
        if self.choices:
            return "one of " + ", ".join(map(str, self.choices))
        if self.low is None:
            return f"any; all of {self.listed} in a sweep" if self.listed else "any"
        return f"from {self.low} to {self.high}"

    def accept(self, raw: object, *, text: bool = False) -> Any:
        """Value as the notebook will see it, from a Python value or, where ``text`` is True, from
        what was typed.

        Raises
        ------
        ValueError
            With the end of a sentence that begins with the name and the value.
        """
        if self.optional and (raw is None or (text and raw in ("None", "none", "null"))):
            return None
        if self.kind in SEQUENCES:
            items = _items(raw, self.kind)
            return SEQUENCES[self.kind](
                self._one(self.item, item, text and isinstance(item, str)) for item in items
            )
        value = self._one(self.kind, raw, text)
        return value.isoformat() if self.kind == "date" and not self.constructor else value

    def _one(self, kind: str, raw: object, text: bool) -> Any:
        value = convert(kind, raw, text=text)
        if self.choices and value not in self.choices:
            near = did_you_mean(str(value), map(str, self.choices))
            raise ValueError(f"is not {self.allowed}" + (f" ({near})" if near else ""))
        if self.low is not None and not self.low <= value <= self.high:
            raise ValueError(f"is not {self.allowed}")
        return value

    def to_code(self, value: object) -> str:
        """Assignment that gives the parameter this value in the notebook."""
        if isinstance(value, datetime.date):
            return f"{self.name} = {self.constructor}({value.year}, {value.month}, {value.day})"
        return f"{self.name} = {value!r}"

    def to_schema(self) -> Json:
        """Entry of a JSON schema."""
        kind = self.item if self.kind in SEQUENCES else self.kind
        one: Json = {"type": JSON_TYPES[kind]} if kind else {}
        one |= {"enum": list(self.choices)} if self.choices else {}
        one |= (
            {"minimum": self.low, "maximum": self.high}
            if isinstance(self.low, numbers.Real)
            else {}
        )
        one |= {"format": "date"} if kind == "date" else {}
        whole = {"type": "array", "items": one} if self.kind in SEQUENCES else one
        whole = {"anyOf": [whole, {"type": "null"}]} if self.optional else whole
        return whole | {"description": self.meaning, "default": plain(self.default)}


def convert(kind: str, raw: Any, *, text: bool) -> Any:
    """One value of a kind (any where empty); ValueError with the end of a sentence where it is not
    of that kind.
    """
    try:
        if (
            not kind
            or (kind == "str" and isinstance(raw, str))
            or (kind == "bool" and isinstance(raw, bool))
        ):
            return raw
        if kind == "bool" and text:
            return {"true": True, "false": False}[raw.casefold()]
        if kind == "date" and type(raw) is datetime.date:
            return raw
        if kind == "date" and isinstance(raw, str) and ISO_DATE.fullmatch(raw):
            return datetime.date.fromisoformat(raw)
        if kind == "int" and (
            text or (isinstance(raw, numbers.Integral) and not isinstance(raw, bool))
        ):
            return int(raw)
        number = text or (isinstance(raw, numbers.Real) and not isinstance(raw, bool))
        if kind == "float" and number and math.isfinite(float(raw)):
            return float(raw)
    except (ValueError, KeyError):
        pass
    raise ValueError(f"is not {'an' if kind == 'int' else 'a'} {kind}")


def _items(raw: Any, kind: str) -> list[Any]:
    """Items of a list or tuple, also from text such as ``(1, 2)`` or ``CHN, IND``."""
    if isinstance(raw, str):
        try:
            raw = ast.literal_eval(raw)
        except (ValueError, SyntaxError):
            raw = [part.strip() for part in raw.strip("()[] ").split(",") if part.strip()]
        raw = raw if isinstance(raw, list | tuple) else [raw]
    if not isinstance(raw, list | tuple):
        raise ValueError(f"is not a {kind}")
    return list(raw)


def plain(value: Any) -> Any:
    """Value in the types that JSON has: dates as text, tuples as lists."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def parameters_cell(notebook: Json, name: str) -> Json | None:
    """The cell tagged ``parameters``, None where there is none; NotebookError where there are
    several.
    """
    tagged = [cell for cell in code_cells(notebook) if "parameters" in tags(cell)]
    if len(tagged) > 1:
        fault = f"notebook {name} has {len(tagged)} cells tagged 'parameters'"
        raise NotebookError(fault, allowed="exactly one", do="join them into one")
    return tagged[0] if tagged else None


def declaration(notebook: Json, name: str) -> dict[str, Parameter]:
    """Every parameter that a notebook declares, by name, in the order of the cell.

    Raises
    ------
    NotebookError
        If there is not exactly one parameters cell, or if anything in it is not a literal whose
        comment can be understood and whose default keeps its own rule. All faults are listed.
    """
    cell = parameters_cell(notebook, name)
    if cell is None:
        fault = f"notebook {name} has no cell tagged 'parameters'"
        raise NotebookError(
            fault, allowed="exactly one", do="give its first code cell the tag 'parameters'"
        )
    code = source(cell)
    try:
        statements = ast.parse(code).body
    except SyntaxError as error:
        fault = f"the parameters cell of {name} is not Python (line {error.lineno}: {error.msg})"
        raise NotebookError(fault, allowed="assignments of literals") from None
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    comments = {
        one.start[0]: one.string.lstrip("# ") for one in tokens if one.type == tokenize.COMMENT
    }
    found: dict[str, Parameter] = {}
    faults = []
    for statement in statements:
        if (
            isinstance(statement, ast.Import | ast.ImportFrom)
            and "datetime" in ast.unparse(statement).split()
        ):
            continue
        try:
            parameter = _declared(statement, comments.get(statement.end_lineno or 0, ""))
            found[parameter.name] = parameter
        except ValueError as fault:
            faults.append(
                f"line {statement.lineno} ({ast.unparse(statement).splitlines()[0]}) {fault}"
            )
    if faults:
        raise NotebookError(
            f"the parameters cell of {name} cannot be understood: {'; '.join(faults)}",
            allowed=(
                "literals with a comment each, such as: first_year: int = 1992  # from 1960 to 2026"
            ),
        )
    return found


def _declared(statement: ast.stmt, comment: str) -> Parameter:
    """Parameter that one statement declares; ValueError with the end of a sentence where it
    declares none.
    """
    targets = (
        statement.targets
        if isinstance(statement, ast.Assign)
        else [getattr(statement, "target", None)]
    )
    value = getattr(statement, "value", None)
    if (
        isinstance(statement, ast.AugAssign)
        or len(targets) != 1
        or not isinstance(targets[0], ast.Name)
        or not value
    ):
        raise ValueError("does not give one name a value")
    default, constructor = _literal(value)
    dated = (
        isinstance(default, str) and ISO_DATE.fullmatch(default) and re.search(r"\bdate\b", comment)
    )
    annotation = (
        ast.unparse(statement.annotation)
        if isinstance(statement, ast.AnnAssign)
        else _type_of(default)
    )
    type_name = "date" if dated else annotation.replace("datetime.date", "date")
    parts = TYPE.fullmatch(type_name)
    sequence, item, scalar, optional = parts.groups() if parts else ("", "", "", "")
    kind = sequence or scalar
    if not {item or "int", scalar or "int"} <= set(JSON_TYPES) or not kind:
        raise ValueError(
            f"has the type '{type_name}', which is not one of"
            f" {', '.join([*JSON_TYPES, *SEQUENCES])}"
        )
    try:
        limits = _limits(comment, item or scalar or "")
    except ValueError as fault:
        raise ValueError(f"has a choice or bound in its comment that {fault}") from None
    parameter = Parameter(
        name=targets[0].id, kind=kind, item=item or "", optional=bool(optional), default=default,
        meaning=_meaning(comment), constructor=constructor or ("" if dated else "datetime.date"), **limits,
    )  # fmt: skip
    try:
        parameter.accept(default)
    except ValueError as fault:
        raise ValueError(f"has a default that {fault}") from None
    return parameter


def _literal(node: ast.expr) -> tuple[Any, str]:
    """Value of a literal, and the constructor's name where it is a date."""
    try:
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("date", "datetime.date")
            and not node.keywords
        ):
            return datetime.date(*map(ast.literal_eval, node.args)), ast.unparse(node.func)
        return ast.literal_eval(node), ""
    except (ValueError, TypeError, SyntaxError):
        raise ValueError("is computed, not a literal") from None


def _type_of(default: Any) -> str:
    """Type of a default as an annotation would say it."""
    if default is None:
        raise ValueError("needs an annotation such as 'int | None'")
    name = type(default).__name__
    kinds = {type(item).__name__ for item in default} if name in SEQUENCES else set()
    return f"{name}[{kinds.pop()}]" if len(kinds) == 1 else name


def _limits(comment: str, kind: str) -> dict[str, Any]:
    """Choices and bounds that a comment states for values of a kind."""
    limits: dict[str, Any] = {}
    if listed := CHOICES.search(comment):
        words = [word.strip(" '\"") for word in listed.group(1).split(",")]
        limits["choices"] = tuple(convert(kind, word, text=True) for word in words if word)
    if listed := LISTED.search(comment):
        limits["listed"] = listed.group(1).strip()
        if not re.fullmatch(r"\w+\.\w+", limits["listed"]):
            raise ValueError("is not TABLE.COLUMN after 'all of:'")
    bounds = RANGE.search(comment) if kind in ("int", "float", "date") else None
    if bounds:
        low, high = (convert(kind, bound.rstrip("."), text=True) for bound in bounds.groups())
        if low > high:
            raise ValueError(f"leaves nothing between {low} and {high}")
        limits |= {"low": low, "high": high}
    return limits


def _meaning(comment: str) -> str:
    """What a comment says besides choices, range and the word ``date``."""
    clauses = [
        clause.strip(" ,.")
        for clause in RANGE.sub("", LISTED.sub("", CHOICES.sub("", comment))).split(";")
    ]
    return "; ".join(clause for clause in clauses if clause not in ("", "date"))


def validated(
    declared: Mapping[str, Parameter], given: Mapping[str, object], name: str, *, text: bool = False
) -> dict[str, Any]:
    """Given values as the notebook will see them, in the order of the declaration.

    Raises
    ------
    ParameterError
        Listing every unknown name, wrong type and value that is not allowed.
    """
    values: dict[str, Any] = {}
    faults = []
    for key in [
        *(key for key in declared if key in given),
        *(key for key in given if key not in declared),
    ]:
        try:
            if key not in declared:
                near = did_you_mean(key, declared)
                raise ValueError("is unknown" + (f" ({near})" if near else ""))
            values[key] = declared[key].accept(given[key], text=text)
        except ValueError as fault:
            faults.append(f"{key}={given[key]!r} {fault}")
    if faults:
        raise ParameterError(
            f"notebook {name} cannot take these parameters: {'; '.join(faults)}",
            allowed=", ".join(declared) or "none",
            do=f"`ballast params {name}` shows what each accepts",
        )
    return values


def injected_code(declared: Mapping[str, Parameter], values: Mapping[str, object]) -> str:
    """Source of the cell that gives a notebook its parameters."""
    return "\n".join(
        ["# Parameters", *(declared[key].to_code(value) for key, value in values.items())]
    )


def parameter_table(declared: Mapping[str, Parameter]) -> str:
    """Plain text table of what a notebook takes: name, type, default, allowed values, meaning."""
    rows = [("name", "type", "default", "allowed", "meaning")]
    rows += [
        (one.name, one.type_name, str(one.default), one.allowed, one.meaning or "-")
        for one in declared.values()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def json_schema(declared: Mapping[str, Parameter], name: str) -> Json:
    """JSON schema (draft 2020-12) of what a notebook takes."""
    properties = {key: parameter.to_schema() for key, parameter in declared.items()}
    schema = "https://json-schema.org/draft/2020-12/schema"
    return {
        "$schema": schema,
        "title": name,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
