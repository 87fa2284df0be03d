"""The catalogue file data/datapackage.json: read whole, and refused where it has another form."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import DataFileError
from analysis.paths import CATALOGUE

MARKUP = frozenset("<>`&|\"'\n")
"""Characters that no name of a table or column holds."""
MOST_SHOWN = 12
TYPES = ("string", "integer", "number", "boolean")
NUMBER = (int, float)
LICENCE = {"title": str, "name?": str, "path?": str}
SOURCE = {
    **dict.fromkeys(("name", "producer", "title", "path", "citation"), str),
    **dict.fromkeys(("served_by?", "renewed_by?", "units?", "basis?"), str),
    "licenses": [LICENCE],
    "months_after?": int,
    "traps?": [str],
}
LIMITS: dict[str, Any] = dict.fromkeys(("minimum?", "maximum?"), NUMBER) | {
    "pattern?": str,
    "required?": bool,
}
FIELD = {
    **dict.fromkeys(("name", "description", "unit", "basis"), str),
    "type": TYPES,
    "constraints?": LIMITS | {"enum?": [object]},
    **dict.fromkeys(("from?", "of?", "if?"), str),
    "read?": dict,
}
ENTRY = {
    **dict.fromkeys(("name", "path", "title", "description"), str),
    **dict.fromkeys(("content_hash?", "lineage?", "coverage?", "how?"), str),
    **dict.fromkeys(("supports?", "collected?", "type?"), str),
    "format": ("csv", "parquet"),
    "schema": {"fields": [FIELD], "primaryKey": [str]},
    "sources": [{"name": str}],
    "licenses?": [LICENCE],
    "parents?": [{"path": str, "sha256": str}],
    "recipe?": dict,
}
TABLE = ENTRY | {"hash?": str, "rows?": int}
"""A table that was never built has neither rows nor a hash yet."""
PACKAGE = {
    **dict.fromkeys(("title", "description", "version"), str),
    "licenses": [LICENCE],
    "sources": [SOURCE],
    "resources": [TABLE],
    "planned?": [ENTRY],
}
"""What the catalogue must hold: '?' marks what may be absent, and other keys are let be."""


@cache
def listed() -> dict[str, Any]:
    """The project's own catalogue as it stands; not to be changed."""
    return read_package(CATALOGUE)


def read_package(path: Path) -> dict[str, Any]:
    """The catalogue file as it stands, once it has the form that its readers rely on.

    A DataFileError says if it is missing (the package was installed without its data), is no JSON,
    lacks something or holds something of another type, text that a terminal or a page would take
    for commands, or a key that names no column; the first dozen are named.
    """
    try:
        package: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        faults = misfits(package, PACKAGE, "the catalogue") or _odd_names(package)
    except FileNotFoundError as problem:
        raise DataFileError(
            f"the data catalogue {path} is missing",
            do="Ballast is used from a checkout: clone the repository and run `make run` there",
        ) from problem
    except (OSError, ValueError, RecursionError) as problem:
        raise DataFileError(
            f"the data catalogue {path} is damaged ({str(problem)[:200]})",
            do="git checkout -- data/datapackage.json",
        ) from problem
    if faults:
        raise DataFileError(
            f"the data catalogue data/datapackage.json has {'; '.join(faults[:MOST_SHOWN])}",
            allowed="names without markup, and what every entry holds in the released file",
            do="git checkout -- data/datapackage.json",
        )
    return package


def misfits(value: Any, form: Any, place: str) -> list[str]:
    """Where a JSON value differs from a form: a type, the words allowed, a list of one form, or a
    form for each key ('?' behind a key that may be absent).
    """
    if isinstance(form, list):
        if not isinstance(value, list):
            return [f"no list of {place}"]
        parts = [(part, form[0], _place(part, place, at)) for at, part in enumerate(value)]
    elif isinstance(form, dict):
        if not isinstance(value, dict):
            return [f"no keys in {place}"]
        parts = []
        for key, inner in form.items():
            name = key.removesuffix("?")
            if name in value:
                parts.append((value[name], inner, f"{place}, {name}"))
            elif name == key:
                return [f"no {name} in {place}"]
    elif isinstance(form, tuple) and isinstance(form[0], str):
        return [] if value in form else [f"{value!r:.80} as {place}"]
    else:
        fits = isinstance(value, form) and (form in (bool, object) or not isinstance(value, bool))
        plain = not isinstance(value, str) or value.replace("\n", "").isprintable()
        return [] if fits and plain else [f"{value!r:.80} as {place}"]
    return [fault for part in parts for fault in misfits(*part)]


def _place(part: Any, place: str, at: int) -> str:
    named = part.get("name") if isinstance(part, dict) else None
    return f"{place} {named!r:.80}" if isinstance(named, str) else f"{place} {at + 1}"


def _odd_names(package: dict[str, Any]) -> list[str]:
    """Names that a page would show as markup, entries without a key, keys that name no column."""
    faults = []
    for entry in [*package["resources"], *package.get("planned", ())]:
        columns = [field["name"] for field in entry["schema"]["fields"]]
        names = [entry["name"], *columns]
        faults += [f"the name {name!r}" for name in names if not name or MARKUP & set(name)]
        if "rows" in entry and "hash" not in entry:
            faults.append(f"no hash of {entry['name']!r}")
        keys = entry["schema"]["primaryKey"]
        if not keys or not set(keys) <= set(columns):
            faults.append(f"a key {keys} of {entry['name']!r} that names no column")
    return faults
