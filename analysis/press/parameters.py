"""The parameters cell, read without running it, is the only declaration of what a notebook takes.

The cell is tagged ``parameters`` and holds typed literals, each with a comment that says what it means::

    partner = "CHN"            # country; any ISO3, ISO2 or name
    source = "gacc"            # publisher of the figures; one of: gacc, imf_china, imf_russia
    first_year: int = 1992     # first year shown; from 1960 to 2026
    known_on = "2025-05-29"    # date; nothing published later is used; from 2016-01-01 to 2026-12-31
    windows = (3, 5, 8)        # years; from 1 to 20
    deflator: str | None = None  # name of a deflator; none is used where absent

The grammar of a comment: clauses separated by ``;``. ``one of: A, B`` lists choices, ``from X to Y`` gives an
inclusive range of a number or date (of each item where the value is a tuple or list), the word ``date`` marks
text in the form YYYY-MM-DD as a date. Whatever else is there is the meaning. The type is that of the annotation,
or of the default where there is no annotation; a default of None needs one (``int | None``).
``datetime.date(2025, 5, 29)`` is a literal too.
"""

from __future__ import annotations

import ast
import datetime
import io
import math
import numbers
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.errors import ParameterError, did_you_mean
from analysis.press.notebook import Json, NotebookError, code_cells, source, tags

SCALARS = ("int", "float", "str", "bool", "date")
SEQUENCES = {"tuple": tuple, "list": list}
BOUND = r"(\d{4}-\d{2}-\d{2}|[-+]?\d[\d.eE_]*)"
RANGE = re.compile(rf"\bfrom {BOUND} to {BOUND}(?![\w.]*\w)")
CHOICES = re.compile(r"\bone of:\s*([^;]*)")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
JSON_TYPES = {"int": "integer", "float": "number", "str": "string", "bool": "boolean", "date": "string",
              "tuple": "array", "list": "array", "dict": "object"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One declared parameter.

    Attributes
    ----------
    name, meaning : str
    kind : str
        int, float, str, bool, date, tuple, list or dict.
    items : tuple of str
        Kinds of the items of a tuple or list: empty where anything goes, one for every item, or one each.
    each : bool
        True where ``items`` holds one kind per item, so that the length is fixed.
    optional : bool
        True where None is accepted.
    default : object
    choices : tuple
        Accepted values; empty where there is no such list.
    low, high : number or date, or None
        Inclusive bounds.
    constructor : str
        How the cell writes a date (``datetime.date``); empty for text in the form YYYY-MM-DD.
    """

    name: str
    kind: str
    default: Any
    items: tuple[str, ...] = ()
    each: bool = False
    optional: bool = False
    choices: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    meaning: str = ""
    constructor: str = ""

    @property
    def type_name(self) -> str:
        """Type as a person would write it, such as ``tuple[int, ...]`` or ``int | None``."""
        inner = ", ".join(self.items) + (", ..." if self.kind == "tuple" and not self.each else "")
        return (f"{self.kind}[{inner}]" if self.items else self.kind) + (" | None" if self.optional else "")

    @property
    def allowed(self) -> str:
        """Choices or range in words, or ``any``."""
        if self.choices:
            return "one of " + ", ".join(map(str, self.choices))
        return "any" if self.low is None else f"from {self.low} to {self.high}"

    def accept(self, raw: object, *, text: bool = False) -> Any:
        """Value as the notebook will see it.

        Parameters
        ----------
        raw : object
            A Python value, or what was typed at a command line where ``text`` is True.

        Raises
        ------
        ValueError
            With the end of a sentence that begins with the name and value.
        """
        if self.optional and (raw is None or (text and raw in ("None", "none", "null"))):
            return None
        if self.kind not in SEQUENCES:
            value = convert(self.kind, raw, text=text)
            self._check_allowed(value)
            return value.isoformat() if self.kind == "date" and not self.constructor else value
        given = _sequence(raw, self.kind)
        if self.each and len(given) != len(self.items):
            raise ValueError(f"has {len(given)} items where {self.type_name} has {len(self.items)}")
        kinds = self.items if self.each else (self.items or ("any",)) * len(given)
        values = [convert(kind, item, text=text and isinstance(item, str))
                  for kind, item in zip(kinds[: len(given)], given, strict=True)]  # fmt: skip
        for value in values:
            self._check_allowed(value)
        return SEQUENCES[self.kind](values)

    def _check_allowed(self, value: Any) -> None:
        if self.choices and value not in self.choices:
            near = did_you_mean(str(value), map(str, self.choices))
            raise ValueError(f"is not {self.allowed}" + (f" ({near})" if near else ""))
        if self.low is not None and not self.low <= value <= self.high:
            raise ValueError(f"is not {self.allowed}")

    def to_code(self, value: object) -> str:
        """Assignment that gives the parameter this value in the notebook."""
        if isinstance(value, datetime.date):
            return f"{self.name} = {self.constructor}({value.year}, {value.month}, {value.day})"
        return f"{self.name} = {value!r}"

    def to_schema(self) -> Json:
        """Entry of a JSON schema (draft 2020-12)."""
        schema: Json = {"type": JSON_TYPES[self.kind], "description": self.meaning, "default": plain(self.default)}
        limits: Json = {}
        if self.choices:
            limits["enum"] = [*self.choices, None] if self.optional and self.kind not in SEQUENCES else [*self.choices]
        if isinstance(self.low, numbers.Real):
            limits |= {"minimum": self.low, "maximum": self.high}
        if self.kind == "date":
            schema["format"] = "date"
        if self.each:
            schema |= {"prefixItems": [{"type": JSON_TYPES[kind]} | limits for kind in self.items],
                       "minItems": len(self.items), "maxItems": len(self.items)}  # fmt: skip
        elif self.kind in SEQUENCES:
            schema["items"] = ({"type": JSON_TYPES[self.items[0]]} if self.items else {}) | limits
        else:
            schema |= limits
        return schema | ({"type": [schema["type"], "null"]} if self.optional else {})


def convert(kind: str, raw: Any, *, text: bool) -> Any:
    """One value of a kind, from a Python value or from what was typed.

    Raises
    ------
    ValueError
        With the end of a sentence that begins with the value.
    """
    refusal = ValueError(f"is not {'an' if kind == 'int' else 'a'} {kind}")
    try:
        if kind in ("int", "float") and (text or (isinstance(raw, numbers.Real) and not isinstance(raw, bool))):
            if kind == "float" and math.isfinite(float(raw)):
                return float(raw)
            if kind == "int" and (text or isinstance(raw, numbers.Integral)):
                return int(raw)
        if kind == "bool" and text and str(raw).casefold() in ("true", "false"):
            return str(raw).casefold() == "true"
        if kind == "date" and isinstance(raw, str) and ISO_DATE.fullmatch(raw):
            return datetime.date.fromisoformat(raw)
        if kind == "dict" and isinstance(raw, str):
            raw = ast.literal_eval(raw)
    except (ValueError, SyntaxError):
        raise refusal from None
    accepted = {"str": str, "bool": bool, "date": datetime.date, "dict": dict, "any": object}.get(kind)
    if accepted and isinstance(raw, accepted) and not isinstance(raw, datetime.datetime):
        return raw
    raise refusal


def _sequence(raw: Any, kind: str) -> list[Any]:
    """Items of a list or tuple, also from text such as ``(1, 2)``, ``[1, 2]`` or ``1, 2``."""
    if isinstance(raw, str):
        try:
            raw = ast.literal_eval(raw)
        except (ValueError, SyntaxError):
            raw = [part.strip() for part in raw.strip("()[]").split(",") if part.strip()]
        raw = raw if isinstance(raw, list | tuple) else [raw]
    if not isinstance(raw, list | tuple):
        raise ValueError(f"is not a {kind}")
    return list(raw)


def plain(value: Any) -> Any:
    """Value in the types that JSON has."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def parameters_cell(notebook: Json, name: str) -> Json | None:
    """The cell tagged ``parameters``, or None where there is none.

    Raises
    ------
    NotebookError
        If two or more cells have the tag.
    """
    tagged = [cell for cell in code_cells(notebook) if "parameters" in tags(cell)]
    if len(tagged) > 1:
        raise NotebookError(
            f"notebook {name} has {len(tagged)} cells tagged 'parameters'",
            allowed="exactly one",
            do="join them into one",
        )
    return tagged[0] if tagged else None


def declaration(notebook: Json, name: str) -> dict[str, Parameter]:
    """Every parameter that a notebook declares, by name, in the order of the cell.

    Raises
    ------
    NotebookError
        If there is not exactly one parameters cell, or if anything in it is not a typed literal whose comment can be
        understood and whose default keeps its own rule. All faults are listed.
    """
    cell = parameters_cell(notebook, name)
    if cell is None:
        raise NotebookError(
            f"notebook {name} has no cell tagged 'parameters'",
            allowed="exactly one",
            do="give the first code cell the tag 'parameters' (in JupyterLab: the gear at the right of the notebook)",
        )
    code, found, faults = source(cell), {}, []
    try:
        statements = ast.parse(code).body
    except SyntaxError as error:
        raise NotebookError(f"the parameters cell of {name} is not Python: {error.msg}, line {error.lineno}") from None
    comments = dict(_comments(code))
    for statement in statements:
        try:
            parameter = _declared(statement, comments)
        except ValueError as fault:
            faults.append(f"line {statement.lineno} ({ast.unparse(statement).splitlines()[0]}) {fault}")
        else:
            found |= {parameter.name: parameter} if parameter else {}
    if faults:
        raise NotebookError(
            f"the parameters cell of {name} cannot be understood: {'; '.join(faults)}",
            allowed="typed literals with a comment each, such as: first_year: int = 1992  # from 1960 to 2026",
        )
    return found


def _comments(code: str) -> Iterator[tuple[int, str]]:
    """Line number and text of every comment."""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("#").strip()


def _declared(statement: ast.stmt, comments: Mapping[int, str]) -> Parameter | None:
    """Parameter that one statement declares, or None for an import of datetime."""
    if isinstance(statement, ast.Import | ast.ImportFrom) and "datetime" in ast.unparse(statement).split():
        return None
    if isinstance(statement, ast.AnnAssign):
        target, annotation = statement.target, ast.unparse(statement.annotation)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, annotation = statement.targets[0], ""
    else:
        raise ValueError("is not an assignment")
    if not isinstance(target, ast.Name) or statement.value is None:
        raise ValueError("does not give one name a value")
    default, constructor = _literal(statement.value)
    comment = comments.get(statement.end_lineno or 0) or comments.get(statement.lineno, "")
    dated = isinstance(default, str) and ISO_DATE.fullmatch(default) and re.search(r"\bdate\b", comment)
    annotated = "date" if dated else annotation or _type_of(default)
    kind, items, each, optional = _parse_type(annotated)
    scalar = kind if kind not in SEQUENCES else items[0] if len(set(items)) == 1 else "any"
    try:
        limits, meaning = _read_comment(comment, scalar)
    except ValueError as fault:
        raise ValueError(f"has a choice or bound in its comment that {fault}") from None
    bare = Parameter(name=target.id, kind=kind, items=items, each=each, optional=optional, default=default,
                     meaning=meaning, constructor=constructor or ("" if dated else "datetime.date"), **limits)  # fmt: skip
    try:
        bare.accept(default)
    except ValueError as fault:
        raise ValueError(f"has a default that {fault}") from None
    return bare


def _literal(node: ast.expr) -> tuple[Any, str]:
    """Value of a literal, and the constructor's name where it is a date."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("date", "datetime.date") and not node.keywords:
        try:
            return datetime.date(*map(ast.literal_eval, node.args)), ast.unparse(node.func)
        except (TypeError, ValueError):
            raise ValueError("is not a date") from None
    try:
        return ast.literal_eval(node), ""
    except (ValueError, TypeError, SyntaxError):
        raise ValueError("is computed, not a literal") from None


def _type_of(default: Any) -> str:
    """Type of a default as an annotation would say it."""
    if default is None:
        raise ValueError("needs an annotation such as 'int | None'")
    if isinstance(default, list | tuple):
        kinds = {type(item).__name__ for item in default}
        inner = kinds.pop() if len(kinds) == 1 else ""
        name = type(default).__name__
        return f"{name}[{inner}{', ...' if name == 'tuple' else ''}]" if inner in SCALARS else name
    return type(default).__name__


def _parse_type(annotation: str) -> tuple[str, tuple[str, ...], bool, bool]:
    """Kind, kinds of items, whether there is one per item, and whether None is accepted."""
    words = [word.strip() for word in annotation.replace("datetime.date", "date").strip("'\"").split("|")]
    optional = "None" in words
    words = [word for word in words if word != "None"]
    parts = re.fullmatch(r"(\w+)(?:\[(.+)\])?", words[0]) if len(words) == 1 else None
    items = tuple(item.strip() for item in (parts.group(2) or "").split(",") if item.strip()) if parts else ()
    each = bool(items) and parts is not None and parts.group(1) == "tuple" and items[-1] != "..."
    items = tuple(item for item in items if item != "...")
    known = parts and parts.group(1) in JSON_TYPES and set(items) <= set(SCALARS)
    if not parts or not known or (items and parts.group(1) not in SEQUENCES):
        raise ValueError(f"has the type '{annotation}', which is not one of {', '.join(JSON_TYPES)}")
    return parts.group(1), items, each, optional


def _read_comment(comment: str, kind: str) -> tuple[dict[str, Any], str]:
    """Choices and bounds that a comment states for values of a kind, and the rest of it."""
    limits: dict[str, Any] = {}
    listed = CHOICES.search(comment)
    if listed:
        words = [word.strip().strip("'\"") for word in listed.group(1).split(",") if word.strip()]
        limits["choices"] = tuple(convert(kind, word, text=True) for word in words)
        comment = comment.replace(listed.group(0), "")
    bounds = RANGE.search(comment) if kind in ("int", "float", "date") else None
    if bounds:
        low, high = (convert(kind, bound.rstrip("."), text=True) for bound in bounds.groups())
        if low > high:
            raise ValueError(f"leaves nothing between {low} and {high}")
        limits |= {"low": low, "high": high}
        comment = comment.replace(bounds.group(0), "")
    clauses = [clause.strip(" ,.") for clause in comment.split(";")]
    return limits, "; ".join(clause for clause in clauses if clause and clause != "date")


def validated(
    declared: Mapping[str, Parameter], given: Mapping[str, object], name: str, *, text: bool = False
) -> dict[str, Any]:
    """Given values as the notebook will see them, in the order of the declaration.

    Parameters
    ----------
    declared : mapping of Parameter by name
    given : mapping of value by name
        Python values, or what was typed at a command line where ``text`` is True.

    Raises
    ------
    ParameterError
        Listing every unknown name, wrong type and value that is not allowed.
    """
    values: dict[str, Any] = {}
    faults = []
    for key in [*(key for key in declared if key in given), *(key for key in given if key not in declared)]:
        if key not in declared:
            faults.append(f"'{key}' is unknown" + (f" ({near})" if (near := did_you_mean(key, declared)) else ""))
            continue
        try:
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
    return "\n".join(["# Parameters", *(declared[key].to_code(value) for key, value in values.items())])


def parameter_table(declared: Mapping[str, Parameter]) -> str:
    """Plain text table of what a notebook takes: name, type, default, allowed values, meaning."""
    rows = [("name", "type", "default", "allowed", "meaning")]
    rows += [(one.name, one.type_name, str(one.default), one.allowed, one.meaning or "-") for one in declared.values()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def json_schema(declared: Mapping[str, Parameter], name: str) -> Json:
    """JSON schema (draft 2020-12) of what a notebook takes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "properties": {key: parameter.to_schema() for key, parameter in declared.items()},
        "additionalProperties": False,
    }
