"""The parameters cell, read without running it, is the only declaration of what a notebook takes.

The cell is tagged ``parameters`` and holds typed literals, each with a comment::

    partner = "CHN"            # country; any ISO3, ISO2 or name; all of: countries.iso3
    source = "gacc"            # publisher of the figures; one of: gacc, imf_china, imf_russia
    first_year: int = 1992     # first year shown; from 1960 to 2026
    known_on = "2025-05-29"    # date; nothing later is used; from 2016-01-01 to 2026-12-31
    windows = (3, 5, 8)        # years; from 1 to 20
    deflator: str | None = None  # name of a deflator; none is used where absent
    token = ""                 # key of a service; secret

Clauses of a comment are separated by ``;``. ``one of: A, B`` lists choices, ``from X to Y`` gives
an inclusive range of a number or date (of each item of a tuple or list), the word ``date`` makes
text in the form YYYY-MM-DD a date. ``all of: TABLE.COLUMN`` names a column of
``data/reference/TABLE.csv`` for sweeps over ``all``; it limits nothing. The value of what is
``secret`` stands in no name, record or listing. The rest is the meaning; where it reads like a
limit, the cell is refused. The type is that of the annotation (``int | None``, ``list[str]``), or
else of the default. ``datetime.date(2025, 5, 29)`` counts as a literal. A dictionary, or a list of
no one type, is shown, and can only be changed in the notebook.
"""

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
JSON_TYPES = {"int": "integer", "float": "number", "str": "string", "bool": "boolean"}
JSON_TYPES["date"] = "string"
TYPE = re.compile(r"(?:(tuple|list)\[(\w+)(?:, (?:\2|\.\.\.))*\]|(\w+))( \| None)?")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
BOUND = rf"({ISO_DATE.pattern}|[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][-+]?\d+)?)"
RANGE = re.compile(rf"from\s+{BOUND}\s+to\s+{BOUND}", re.IGNORECASE)
CHOICES = re.compile(r"one of:\s*(.*)", re.IGNORECASE)
LISTED = re.compile(r"all of:\s*(\w+\.\w+)", re.IGNORECASE)
LIKE_A_LIMIT = re.compile(
    r"\b(?:(?:from|to|between)\s+[-+−]?\.?\d|(?:one|all) of:)|^one of\b.*,", re.IGNORECASE
)
UNREADABLE = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)
"""What Python's own parser raises, depending on what is wrong with a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One declared parameter.

    ``kind`` is int, float, str, bool, date, tuple, list or dict; ``item`` the kind of a sequence's
    items, empty where they have no one type. ``low`` and ``high`` are inclusive. ``listed`` is
    where all values of a sweep are, as ``table.column``. ``constructor`` is how the cell writes a
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
    secret: bool = False

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

    @property
    def shown(self) -> Any:
        """The default, unless it is secret."""
        return "secret" if self.secret and self.default else self.default

    def accept(self, raw: Any, *, text: bool = False) -> Any:
        """Value as the notebook will see it; ValueError has the end of a sentence."""
        if not self.item and self.kind not in JSON_TYPES:
            what = "dict" if self.kind == "dict" else f"{self.kind} whose items have no one type"
            raise ValueError(f"is a {what}, which can only be changed in the notebook itself")
        if self.optional and (raw is None or (text and raw in ("None", "none", "null"))):
            return None
        if self.kind not in SEQUENCES:
            value = self._accept_one(self.kind, raw, text)
            return value.isoformat() if self.kind == "date" and not self.constructor else value
        if isinstance(raw, str):  # such as (1, 2) or CHN, IND
            try:
                raw = ast.literal_eval(raw)
            except UNREADABLE:
                raw = [part.strip() for part in raw.strip("()[] ").split(",") if part.strip()]
            raw = raw if isinstance(raw, list | tuple) else [raw]
        if not isinstance(raw, list | tuple):
            raise ValueError(f"is not a {self.kind}")
        items = (self._accept_one(self.item, item, text and isinstance(item, str)) for item in raw)
        return SEQUENCES[self.kind](items)

    def _accept_one(self, kind: str, raw: object, text: bool) -> Any:
        value = convert(kind, raw, text=text)
        if self.choices and value not in self.choices:
            near = did_you_mean(str(value), map(str, self.choices))
            raise ValueError(f"is not {self.allowed}" + (f" ({near})" if near else ""))
        if self.low is not None and not self.low <= value <= self.high:
            raise ValueError(f"is not {self.allowed}")
        return value

    def to_schema(self) -> Json:
        """Entry of a JSON schema."""
        kind = self.item or self.kind
        entry: Json = {"type": JSON_TYPES.get(kind, "array" if kind in SEQUENCES else "object")}
        entry |= {"enum": list(self.choices)} if self.choices else {}
        entry |= {"format": "date"} if kind == "date" else {}
        if isinstance(self.low, numbers.Real):
            entry |= {"minimum": self.low, "maximum": self.high}
        entry = {"type": "array", "items": entry} if self.item else entry
        entry = {"anyOf": [entry, {"type": "null"}]} if self.optional else entry
        return entry | {"description": self.meaning, "default": plain(self.shown)}


def convert(kind: str, raw: Any, *, text: bool) -> Any:
    """One value of a kind as a plain literal, also where it is numpy's or of an enumeration;
    ValueError, with the end of a sentence, where it is none or cannot be written into a file.
    """
    is_number = text or (isinstance(raw, numbers.Real) and not isinstance(raw, bool))
    try:
        if kind == "str" and isinstance(raw, str):
            return raw.encode().decode()
        if kind == "bool" and (text or isinstance(raw, bool)):
            return {"true": True, "false": False}[str(raw).casefold()]
        if kind == "date" and type(raw) is datetime.date:
            return raw
        if kind == "date" and isinstance(raw, str) and ISO_DATE.fullmatch(raw):
            return datetime.date.fromisoformat(raw)
        if kind == "int" and is_number and (text or isinstance(raw, numbers.Integral)):
            return int(raw)
        if kind == "float" and is_number and math.isfinite(float(raw)):
            return float(raw)
    except UnicodeError:
        raise ValueError("has characters that no file can hold") from None
    except (ValueError, KeyError, ArithmeticError, TypeError):
        pass
    raise ValueError(f"is not {'an' if kind == 'int' else 'a'} {kind}")


def plain(value: Any) -> Any:
    """Value in the types that JSON has: tuples as lists, dates and what else there is as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def parameters_cell(notebook: Json, name: str) -> Json | None:
    """The cell tagged ``parameters``, None where there is none; NotebookError where several are."""
    tagged = [cell for cell in code_cells(notebook) if "parameters" in tags(cell)]
    if len(tagged) > 1:
        fault = f"notebook {name} has {len(tagged)} cells tagged 'parameters'"
        raise NotebookError(fault, allowed="exactly one", do="join them into one")
    return tagged[0] if tagged else None


def declaration(notebook: Json, name: str) -> dict[str, Parameter]:
    """Every parameter that a notebook declares, by name, in the order of the cell.

    NotebookError lists whatever is not a literal with a rule that can be read and that it keeps.
    """
    cell = parameters_cell(notebook, name)
    if cell is None:
        fault = f"notebook {name} takes no parameters: it has no cell tagged 'parameters'"
        raise NotebookError(fault, do="run it without any, or give one cell of your own that tag")
    code = source(cell)
    try:
        statements = ast.parse(code).body
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except UNREADABLE as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else error
        fault = f"the parameters cell of {name} is not Python ({where})"
        raise NotebookError(fault, allowed="assignments of literals") from None
    said = [token for token in tokens if token.type == tokenize.COMMENT]
    comments = {token.start[0]: token.string.lstrip("# ") for token in said}
    declared, faults = dict[str, Parameter](), []
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        try:
            parameter = _declared(statement, comments.get(statement.end_lineno or 0, ""))
            declared[parameter.name] = parameter
        except ValueError as reason:
            begins = ast.unparse(statement).splitlines()[0]
            faults.append(f"line {statement.lineno} ({begins[:100]}) {reason}")
    if faults:
        fault = f"the parameters cell of {name} cannot be understood: {'; '.join(faults)}"
        shape = "literals with a comment each, such as: first_year: int = 1992  # from 1960 to 2026"
        raise NotebookError(fault, allowed=shape)
    return declared


def _declared(statement: ast.stmt, comment: str) -> Parameter:
    """Parameter that one statement declares; ValueError where it declares none."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            annotation = None
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            annotation = statement.annotation
        case _:
            raise ValueError("does not give one name a value")
    default, constructor = _literal(value)
    written = _spelt(annotation) if annotation else _type_of(default)
    if written in SEQUENCES or (isinstance(default, dict) and written.startswith("dict")):
        return _shown_only(name, written.partition("[")[0], default, comment)
    says_date = re.search(rf"\bdate\b|\b[Ff]rom\s+{ISO_DATE.pattern}\s+to\b", comment)
    if says_date and isinstance(default, str) and ISO_DATE.fullmatch(default):
        written = "date"
    parts = TYPE.fullmatch(written)
    sequence, item, scalar, optional = parts.groups() if parts else [None] * 4
    kind = item or scalar
    if kind not in JSON_TYPES:
        kinds = f"{', '.join(JSON_TYPES)}, nor a tuple[int, ...] or list[str] of one of them"
        mend = "write int | None for one that may be absent"
        raise ValueError(f"has the type '{written}', which is none of {kinds}; {mend}")
    try:
        limits, clauses = _limits(comment, kind, default)
    except ValueError as fault:
        raise ValueError(f"has a choice or bound in its comment that {fault}") from None
    parameter = Parameter(
        name=name,
        kind=sequence or kind,
        item=item or "",
        optional=bool(optional),
        default=default,
        meaning="; ".join(part for part in clauses if part not in ("secret", "date", "")),
        constructor=constructor or ("" if isinstance(default, str) else "datetime.date"),
        secret="secret" in clauses,
        **limits,
    )
    try:
        parameter.accept(default)
    except ValueError as fault:
        raise ValueError(f"has a default that {fault}") from None
    return parameter


def _shown_only(name: str, kind: str, default: Any, comment: str) -> Parameter:
    """Parameter that no command can change; ValueError where a limit would hold for nothing."""
    if type(default).__name__ != kind:
        raise ValueError(f"has a default that is not a {kind}")
    if kind in SEQUENCES and LIKE_A_LIMIT.search(comment):
        raise ValueError(f"has a choice or bound in its comment that a {kind} of no one type lacks")
    clauses = _clauses(comment)
    meaning = "; ".join(clause for clause in clauses if clause not in ("secret", ""))
    secret = "secret" in clauses
    return Parameter(name=name, kind=kind, default=default, meaning=meaning, secret=secret)


def _literal(node: ast.expr) -> tuple[Any, str]:
    """Value of a literal, and the constructor's name where it is a date."""
    try:
        if isinstance(node, ast.Call) and not node.keywords:
            constructor = ast.unparse(node.func)
            if constructor in ("date", "datetime.date"):
                return datetime.date(*map(ast.literal_eval, node.args)), constructor
        return ast.literal_eval(node), ""
    except UNREADABLE:
        raise ValueError("is computed, not a literal") from None


def _type_of(default: Any) -> str:
    """Type of a default as an annotation would say it."""
    if default is None:
        raise ValueError("needs an annotation such as 'int | None'")
    name = type(default).__name__
    kinds = {type(item).__name__ for item in default} if name in SEQUENCES else set()
    kinds = {"float"} if kinds == {"int", "float"} else kinds
    return f"{name}[{kinds.pop()}]" if len(kinds) == 1 else name


def _spelt(annotation: ast.expr) -> str:
    """Annotation in the spelling of today, such as ``int | None`` or ``list[str]``."""
    name = re.sub(r"\b(?:datetime|typing)\.", "", ast.unparse(annotation).strip("'\""))
    name = re.sub(r"\b(?:List|Tuple|Dict)\[", lambda old: old[0].lower(), name)
    return re.sub(r"Optional\[(.+)\]|Union\[(.+), None\]", r"\1\2 | None", name)


def _clauses(comment: str) -> list[str]:
    return [clause.strip(" ,.") for clause in comment.split(";")]


def _limits(comment: str, kind: str, default: Any) -> tuple[dict[str, Any], list[str]]:
    """Choices and bounds that a comment states for values of a kind, and its other clauses."""
    limits, others = dict[str, Any](), list[str]()
    for clause in _clauses(comment):
        words = re.findall(r"\w+", clause.casefold())
        if found := CHOICES.fullmatch(clause):
            texts = [text.strip(" '\"") for text in found[1].split(",")]
            limits["choices"] = tuple(convert(kind, text, text=True) for text in texts if text)
        elif found := LISTED.fullmatch(clause):
            limits["listed"] = found[1]
        elif found := RANGE.fullmatch(clause):
            if kind not in ("int", "float", "date"):
                raise ValueError(f"is a range, which values of the type {kind} do not have")
            low, high = (convert(kind, bound, text=True) for bound in found.groups())
            if low > high:
                raise ValueError(f"leaves nothing between {low} and {high}")
            limits |= {"low": low, "high": high}
        elif LIKE_A_LIMIT.search(clause) or ({"one", "of", str(default).casefold()} <= set(words)):
            forms = "'from 1 to 9', 'one of: A, B' or 'all of: TABLE.COLUMN'"
            raise ValueError(f"cannot be read ('{clause}'): write {forms}, or other words")
        else:
            others.append(clause)
    return limits, others


def validated(
    declared: Mapping[str, Parameter], given: Mapping[str, object], name: str, *, text: bool = False
) -> dict[str, Any]:
    """Given values as the notebook will see them, as declared; ParameterError lists all faults."""
    values: dict[str, Any] = {}
    faults = []
    for key in [key for key in {**declared, **given} if key in given]:
        try:
            if key not in declared:
                near = did_you_mean(str(key), declared)
                raise ValueError("is unknown" + (f" ({near})" if near else ""))
            values[key] = declared[key].accept(given[key], text=text)
        except ValueError as fault:
            hidden = key in declared and declared[key].secret
            faults.append(f"{key}={'(secret)' if hidden else f'{given[key]!r:.200}'} {fault}")
    if faults:
        raise ParameterError(
            f"notebook {name} cannot take these parameters: {'; '.join(faults)}",
            allowed=", ".join(declared) or "none",
            do=f"`ballast params {name}` shows what each accepts",
        )
    return values


def injected_code(declared: Mapping[str, Parameter], values: Mapping[str, object]) -> str:
    """Source of the cell that gives a notebook its parameters."""
    lines = ["# Parameters"]
    for name, value in values.items():
        code = repr(value)
        if isinstance(value, datetime.date):
            code = f"{declared[name].constructor}({value.year}, {value.month}, {value.day})"
        lines.append(f"{name} = {code}")
    return "\n".join(lines)


def parameter_table(declared: Mapping[str, Parameter]) -> str:
    """Plain text table of what a notebook takes: name, type, default, allowed values, meaning."""
    rows = [("name", "type", "default", "allowed", "meaning")]
    rows += [
        (known.name, known.type_name, str(known.shown), known.allowed, known.meaning or "-")
        for known in declared.values()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
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
