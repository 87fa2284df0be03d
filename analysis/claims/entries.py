"""Files of data/essay: lists of entries, each read as a dataclass that is its schema.

The annotations say what each field holds (see ``READERS``); what has no default is required.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_type_hints

import yaml

from analysis.claims.rules import OTHERWISE, Condition, condition
from analysis.errors import DataFileError
from analysis.sentences import gaps

SHOWN = 60
"""Characters of a wrong value that an error shows."""
Entry = TypeVar("Entry")
Reader = Callable[[Any], Any]


class Sentence(tuple[tuple[Condition, str], ...]):
    """A sentence with gaps, or several of which the first one whose condition is met is said."""

    __slots__ = ()

    def chosen(self, figures: dict[str, Any]) -> str:
        """The sentence to be said of these figures, gaps still open; '' where none is to be."""
        return next((text for rule, text in self if rule.met(figures)), "")


class Asked(NamedTuple):
    """A reading that the ledger asks for: what it changes, and the options that change it."""

    kind: str
    options: Mapping[str, Any]


class Change(NamedTuple):
    """A rule that was given up: its words, the label it gave, until when, and why."""

    until: str
    rule: str
    label: str
    reason: str


def _demand(fits: bool, said: object, allowed: str) -> None:
    if not fits:
        shown = repr(said)
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]} ..."
        raise ValueError(f"{shown} came in; allowed: {allowed}")


def _is_dict(said: object, of: Any) -> bool:
    """Whether it is a dictionary by words whose values have a type."""
    return isinstance(said, dict) and all(
        isinstance(name, str) and isinstance(part, of) for name, part in said.items()
    )


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _read_each(parts: Mapping[str, Any], reader: Callable[[str], Reader]) -> dict[str, Any]:
    """Each part as its reader gives it; ValueError with all that cannot be read."""
    read, faults = {}, []
    for name, said in parts.items():
        try:
            read[name] = reader(name)(said)
        except ValueError as problem:
            faults.append(f"{name}: {problem}")
    if faults:
        raise ValueError("; ".join(faults))
    return read


def _text(said: Any) -> str:
    _demand(isinstance(said, str) and bool(said.strip()), said, "text")
    return " ".join(said.split())


def _number(said: Any) -> float:
    fits = isinstance(said, int | float) and not isinstance(said, bool) and isfinite(said)
    _demand(fits, said, "a number")
    return said


def _day(said: Any) -> date:
    try:
        return said if isinstance(said, date) else date.fromisoformat(str(said))
    except ValueError:
        raise ValueError(f"{said!r} came in; allowed: a day such as 2026-11-23") from None


def _sentence(said: Any) -> Sentence:
    choices = {OTHERWISE: said} if isinstance(said, str) else said
    _demand(_is_dict(choices, str) and bool(choices), said, "a sentence, or one for each condition")
    for text in choices.values():
        gaps(text)
    return Sentence((condition(rule), " ".join(text.split())) for rule, text in choices.items())


def _readings(said: Any) -> dict[str, Asked]:
    fits = _is_dict(said, dict) and all(_is_dict(asked, dict) for asked in said.values())
    _demand(fits, said, "for each kind of reading, names and the options of each")
    if twice := _repeated(name for asked in said.values() for name in asked):
        raise ValueError(f"{', '.join(map(repr, twice))} is there twice; each name is allowed once")
    return {name: Asked(kind, own) for kind, asked in said.items() for name, own in asked.items()}


def _change(said: Any) -> Change:
    fits = isinstance(said, dict) and set(said) == set(Change._fields)
    _demand(fits, said, f"a change with {', '.join(Change._fields)}")
    return Change(**{name: " ".join(str(part).split()) for name, part in said.items()})


def _list_of(reader: Reader, allowed: str) -> Reader:
    def read(said: Any) -> tuple[Any, ...]:
        _demand(isinstance(said, list), said, allowed)
        return tuple(map(reader, said))

    return read


def _dict_of(reader: Reader, allowed: str) -> Reader:
    def read(said: Any) -> dict[str, Any]:
        _demand(_is_dict(said, object) and bool(said), said, allowed)
        return _read_each(said, lambda _: reader)

    return read


READERS: dict[Any, Reader] = {
    str: _text,
    date: _day,
    Sentence: _sentence,
    tuple[str, ...]: _list_of(_text, "a list of texts"),
    tuple[Sentence, ...]: _list_of(_sentence, "a list of sentences"),
    tuple[Change, ...]: _list_of(_change, "a list of changes"),
    dict[str, float]: _dict_of(_number, "names and numbers"),
    dict[str, Condition]: _dict_of(
        lambda said: condition(_text(said)), "labels with a condition each"
    ),
    dict[str, Asked]: _readings,
    dict[str, Any]: _dict_of(lambda said: said, "the parts of a chart by name"),
}
"""How what stands in the file is read, by a field's type; ValueError says what is allowed."""


def read_entries(
    path: Path, made: type[Entry], faults_of: Callable[[Entry], Iterable[str]]
) -> dict[str, Entry]:
    """The entries of a file by id, each as a dataclass that ``faults_of`` finds no fault with.

    DataFileError if the file is missing or no list of entries, or an entry lacks a field, has an
    unknown or a wrong one, or another fault; all offenders are listed.
    """
    entries, hints = _listed(path), get_type_hints(made)
    required = [
        one.name
        for one in fields(made)  # type: ignore[arg-type]
        if one.default is MISSING and one.default_factory is MISSING
    ]
    twice = _repeated(str(entry.get("id")) for entry in entries)
    faults = [f"{name}, id: several entries have it; each has its own" for name in twice]
    read: dict[str, Entry] = {}
    for entry in entries:
        owner = entry.get("id", "an entry without id")
        if lacking := [name for name in required if name not in entry]:
            faults.append(f"{owner} lacks {', '.join(lacking)}")
        if unknown := sorted(str(name) for name in entry if name not in hints):
            allowed = ", ".join(hints)
            faults.append(f"{owner} has unknown fields {', '.join(unknown)}; allowed: {allowed}")
        known = {name: said for name, said in entry.items() if name in hints}
        try:
            held = _read_each(known, lambda name: READERS[hints[name]])
        except ValueError as problem:
            faults.append(f"{owner}, {problem}")
            continue
        if not lacking:
            read[owner] = made(**held)
            faults += [f"{owner}{fault}" for fault in faults_of(read[owner])]
    refuse(path, faults)
    return read


def refuse(path: Path, faults: Iterable[str]) -> None:
    """DataFileError that lists the faults of a file of data/essay, if there are any."""
    if listed := "; ".join(faults):
        raise DataFileError(f"data/essay/{path.name}: {listed}", do="mend these entries")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML that refuses a key that is given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key for key, _ in node.value]
        if twice := _repeated(key.value for key in keys):
            again = [key.start_mark for key in keys if key.value == twice[0]]
            said = f"the key '{twice[0]}' is given twice"
            raise yaml.constructor.ConstructorError(problem=said, problem_mark=again[-1])
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _entry_at(path: Path, line: int) -> str:
    """The entry in which a line stands, by its id, as words of a message; or nothing."""
    before = path.read_text(encoding="utf-8", errors="replace").splitlines()[: line + 1]
    ids = [said.partition("id:")[2].strip() for said in before if said.startswith("- id:")]
    return f", in {ids[-1]}" if ids else ""


def _listed(path: Path) -> list[dict[str, Any]]:
    """The entries of a file as they stand there; an error names the file and the line."""
    file = f"data/essay/{path.name}"
    restore = f"git checkout -- {file}"
    try:
        entries: Any = yaml.load(path.read_bytes(), Loader=_Loader)
    except FileNotFoundError:
        raise DataFileError(f"{file} is missing", do=restore) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1}{_entry_at(path, mark.line)}: " if mark else ""
        raise DataFileError(
            f"{file}, {where}{getattr(problem, 'problem', problem)}",
            allowed="YAML in UTF-8 with spaces, two for each step",
            do="mend that line",
        ) from None
    if not (isinstance(entries, list) and entries and all(isinstance(e, dict) for e in entries)):
        raise DataFileError(
            f"{file} holds {type(entries).__name__} where entries should be",
            allowed="a list of entries, each with an id and other fields by name",
            do=restore,
        )
    return entries
