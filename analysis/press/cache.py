"""Results of earlier runs, found again by what they were made from."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

from analysis.errors import ParameterError
from analysis.press.ingredients import Project, key, sha256
from analysis.press.notebook import Json, write_text

GIB = 1024**3
LARGEST = 2.0  # GiB, unless BALLAST_CACHE_GIB says otherwise; beyond it the results longest unused are deleted
ABANDONED_AFTER = 3600.0  # seconds; a half-written file that is older was left by a killed process


class Cache:
    """A folder of results, one JSON file each, of ``largest`` bytes at most and safe for several
    runs at once.

    A file's folder and name are the content address of everything the result was made from: what is
    known before the run, and then the state of the tables that it has read. Files appear whole and
    are never changed, so readers need no lock. The size of the whole is looked at again once a
    sixteenth of ``largest`` has been added, so that keeping a result costs the same however many
    there are.
    """

    def __init__(self, folder: Path, *, largest: int | None = None) -> None:
        self.folder = folder
        self.largest = _largest() if largest is None else largest
        self._room = 0

    def find(self, known: Json, project: Project) -> Json | None:
        """Entry made from these ingredients and from the tables as they are now, or None."""
        for path in sorted((self.folder / "results" / key(known)).glob("*.json")):
            entry = _read(path)
            if entry and project.unchanged(entry["tables"]):
                with contextlib.suppress(OSError):
                    os.utime(path)
                return entry
        return None

    def keep(self, known: Json, entry: Json) -> None:
        """Store an entry (with ``tables`` and ``notebook``), then make room."""
        name = f"{sha256(json.dumps(entry['tables'], sort_keys=True))[:16]}.json"
        text = json.dumps(entry)
        write_text(self.folder / "results" / key(known) / name, text)
        self._room -= len(text)
        if self._room < 0:
            self._make_room()

    def remember(self, run: str, state: Json) -> None:
        """Note what the last run of a notebook with certain parameters was made from."""
        write_text(self._last(run), json.dumps(state))

    def last(self, run: str) -> Json | None:
        """What ``remember`` was given for this run, or None."""
        return _read(self._last(run))

    def _last(self, run: str) -> Path:
        return self.folder / "last" / f"{sha256(run)}.json"

    def _make_room(self) -> None:
        files = []
        for path in (self.folder / "results").glob("**/*.*"):
            with contextlib.suppress(OSError):  # another run may have deleted it just now
                files.append((path.stat().st_mtime, path.stat().st_size, path))
        excess = sum(size for _, size, _ in files) - self.largest
        self._room = min(max(0, -excess), self.largest // 16)
        for modified, size, path in sorted(files):
            half_written = path.suffix == ".tmp"
            if time.time() - modified > ABANDONED_AFTER if half_written else excess > 0:
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # it holds other results
                    path.parent.rmdir()
                excess -= size


def _largest() -> int:
    """Bytes that a cache may hold; ParameterError where the variable is not a size."""
    wanted = os.environ.get("BALLAST_CACHE_GIB", str(LARGEST))
    with contextlib.suppress(ValueError):
        if 0 < float(wanted) < float("inf"):
            return int(float(wanted) * GIB)
    raise ParameterError(
        f"BALLAST_CACHE_GIB={wanted}", allowed="a number above 0, in GiB", do="set or unset it"
    )


def _read(path: Path) -> Json | None:
    """Content of an entry, or None where it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
