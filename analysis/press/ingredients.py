"""What the result of a notebook depends on, and what of it has changed since the last run."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.press.notebook import Json, code_cells, source, tags

UNKNOWN = "unknown"
"""Stands for a table that the catalogue does not list or whose file is gone; it never equals a
recorded state."""


def sha256(content: bytes | str) -> str:
    """Hexadecimal digest of bytes or of text in UTF-8."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _file_hashes(files: Iterable[Path], root: Path) -> dict[str, str]:
    return {
        file.relative_to(root).as_posix(): sha256(file.read_bytes())
        for file in sorted(files)
        if file.is_file()
    }


class Project:
    """State of everything but the notebook, read once from the folder with ``analysis/``, ``data/``
    and the lock.

    ``source`` hashes every module of ``analysis`` except the press and the command line, which
    cannot change a number; ``reference`` every file of ``data`` outside ``data/tidy`` (claims,
    spellings, corrections): few, small, and read by modules that leave no record. A notebook that
    prints the catalogue itself records that it has loaded the table ``datapackage``.
    """

    def __init__(self, root: Path) -> None:
        package, data = root / "analysis", root / "data"
        runs_notebooks = [package / "cli.py", *(package / "press").glob("**/*.py")]
        self.source = _file_hashes(set(package.glob("**/*.py")) - set(runs_notebooks), root)
        self._catalogue = self._read_catalogue(data / "datapackage.json")
        self._data = data
        self._states: dict[str, str] = {}
        others = set(data.glob("**/*")) - set(data.glob("tidy/**/*")) - {data / "datapackage.json"}
        self.reference = _file_hashes(others, root)
        self.lock = "".join(_file_hashes([root / "requirements.lock"], root).values())

    @staticmethod
    def _read_catalogue(path: Path) -> dict[str, Json]:
        try:
            resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
            return {"datapackage": {"path": path.name}} | {
                str(entry["name"]): entry for entry in resources
            }
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def table_state(self, name: str, file_hash: str | None = None) -> str:
        """Digest of what the catalogue says of a table and of its file: as a run has read it, or
        else as it is now.
        """
        if file_hash is None and name in self._states:
            return self._states[name]
        entry = self._catalogue.get(name)
        file = self._data / str(entry.get("path")) if entry else None
        if file is None or not file.is_file():
            return UNKNOWN
        state = sha256((file_hash or sha256(file.read_bytes())) + json.dumps(entry, sort_keys=True))
        if file_hash is None:
            self._states[name] = state
        return state

    def states_of_loaded(self, loaded: Iterable[Json]) -> dict[str, str]:
        """State of each table as read by a run, from the lines of ``loaded.jsonl``; unknown where
        they disagree.
        """
        recorded: dict[str, set[str]] = {}
        for line in loaded:
            recorded.setdefault(str(line.get("table")), set()).add(str(line.get("sha256", UNKNOWN)))
        return {
            name: self.table_state(name, *hashes)
            if len(hashes) == 1 and UNKNOWN not in hashes
            else UNKNOWN
            for name, hashes in recorded.items()
        }

    def same(self, other: Project) -> bool:
        """Whether source, reference files and lock are those of another look at the project."""
        return (self.source, self.reference, self.lock) == (
            other.source,
            other.reference,
            other.lock,
        )

    def unchanged(self, tables: Mapping[str, str]) -> bool:
        """Whether every table is now as it was in these states."""
        return all(
            state != UNKNOWN and self.table_state(name) == state for name, state in tables.items()
        )


def ingredients(
    notebook: Json, values: Mapping[str, object], folder: Path, project: Project
) -> Json:
    """What can change a notebook's outputs and is known before it runs: not Markdown, and not yet
    which tables.
    """
    cells = [sha256(json.dumps([source(cell), tags(cell)])) for cell in code_cells(notebook)]
    return {
        "code": cells,
        "parameters": {name: repr(value) for name, value in values.items()},
        "folder": str(folder),
        "source": project.source,
        "reference": project.reference,
        "lock": project.lock,
        "python": platform.python_version(),
    }


def key(known: Json) -> str:
    """Content address of a set of ingredients."""
    return sha256(json.dumps(known, sort_keys=True))


def changes(before: Json, now: Json, tables: Mapping[str, str], project: Project) -> list[str]:
    """What has changed between two sets of ingredients, and in the tables since they were read: a
    phrase for each.
    """
    old, new = before["code"], now["code"]
    found = []
    if len(old) != len(new):
        found.append(f"it has {len(new)} code cells where it had {len(old)}")
    else:
        found += [
            f"code cell {place} changed"
            for place, pair in enumerate(zip(old, new, strict=True), 1)
            if len(set(pair)) > 1
        ]
    found += [
        f"table {name} changed"
        for name, state in tables.items()
        if not project.unchanged({name: state})
    ]
    for group in ("source", "reference"):
        found += _file_changes(before[group], now[group])
    if before["lock"] != now["lock"]:
        found.append("requirements.lock changed")
    if before["python"] != now["python"]:
        found.append(f"Python {before['python']} became {now['python']}")
    return found


def _file_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """One phrase for every file that is new, gone or different."""
    phrases = {(True, True): "changed", (False, True): "is new", (True, False): "is gone"}
    differing = [file for file in sorted({*before, *now}) if before.get(file) != now.get(file)]
    return [f"{file} {phrases[file in before, file in now]}" for file in differing]
