"""What a result depends on, earlier results found again by it, and what has changed since."""

import contextlib
import functools
import hashlib
import hmac
import json
import os
import platform
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from analysis.errors import ParameterError
from analysis.press.execute import UNKNOWN, Executed, file_state, variable_state
from analysis.press.files import OutputError, sweep_leftovers, write_to
from analysis.press.notebook import INJECTED, Json, code_cells, source, tags
from analysis.press.recorder import Stamp, stamp

LARGEST = "2.0"
"""GiB, unless BALLAST_CACHE_GIB says otherwise; beyond it what is longest unused is deleted."""
SALT_LENGTH = 32
State = str | None
"""Digest of something that a run has read; None where there is no such thing."""
OUT_OF_SIGHT = {
    "program": "it started the {}, and what that has read is not known",
    "connection": "it made a {}, and what that would say now is not known",
}


def sha256(content: str) -> str:
    """Hexadecimal digest of text in UTF-8."""
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()


def installed_packages() -> dict[str, str]:
    """Version of each package that this interpreter finds, by the name of its folder."""
    places = [Path(place) for place in sys.path if place]
    folders = [file.stem for place in places for file in place.glob("*.dist-info")]
    return dict(sorted(folder.partition("-")[::2] for folder in folders))


@functools.cache
def _state_at(path: Path, now: Stamp) -> State:
    return file_state(str(path))


class Project:
    """State of everything but the notebook, read once from the folder with ``analysis/``, ``data/``
    and the lock.

    ``state`` has, by name, the digest of each module of ``analysis`` and of what stands beside it
    in YAML, except the press and the command line, which cannot change a number; of each file of
    ``data`` outside ``data/tidy``, since modules read those without a record; of the lock; and
    versions of Python and packages.
    """

    def __init__(self, root: Path) -> None:
        self.root, self._catalogue_file = root, root / "data" / "datapackage.json"
        self._stamps, self._installed = self._look(), installed_packages()
        self.state: dict[str, State] = {"Python": platform.python_version()}
        self.state |= {f"package {name}": version for name, version in self._installed.items()}
        for path in self._stamps:
            self.state[path.relative_to(root).as_posix()] = self.file_state(path)
        self._catalogue: dict[str, Json] = {}
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            content = json.loads(self._catalogue_file.read_text(encoding="utf-8"))
            self._catalogue["datapackage"] = {"path": self._catalogue_file.name}
            self._catalogue |= {str(entry["name"]): entry for entry in content["resources"]}

    def _look(self) -> dict[Path, Stamp]:
        package, data = self.root / "analysis", self.root / "data"
        files = {*data.glob("**/*"), self.root / "requirements.lock"}
        files |= {*package.glob("**/*.py"), *package.glob("**/*.yaml")}
        files -= {package / "cli.py", *package.glob("press/**/*")}
        files -= {self._catalogue_file, *data.glob("tidy/**/*"), *data.glob("essay/verdicts/*")}
        return {path: stamp(path) for path in sorted(files) if path.is_file()}

    def untouched(self) -> bool:
        """Whether nothing was written since to what ``state`` is of; edited and put back counts."""
        return self._look() == self._stamps and installed_packages() == self._installed

    def unchanged(self, used: Mapping[str, State]) -> bool:
        """Whether everything that was used is now as it was in these states."""
        return all(
            state != UNKNOWN and self._state_now(*item.split(" ", 1)) == state
            for item, state in used.items()
        )

    def _state_now(self, kind: str, name: str) -> State:
        """State of something that a run has used, such as a ``table``."""
        if kind == "table":
            return self._table_state(name)
        if kind == "file":
            return self.file_state(Path(name))
        return variable_state(name) if kind == "variable" else UNKNOWN

    def file_state(self, path: Path) -> State:
        """Digest of a file, taken again only when the file has been written to."""
        return _state_at(path, stamp(path))

    def _table_file(self, name: str) -> Path | None:
        entry = self._catalogue.get(name)
        return self.root / "data" / str(entry.get("path")) if entry else None

    def _table_state(self, name: str, file_hash: str | None = None) -> State:
        """Digest of what the catalogue says of a table and of its file: as read, or as it is."""
        file = self._table_file(name)
        if file is None or not file.is_file():
            return UNKNOWN
        content = file_hash or self.file_state(file)
        return sha256(f"{content}{json.dumps(self._catalogue[name], sort_keys=True)}")

    def states_of(self, ran: Executed) -> dict[str, State]:
        """State of what a run has used; of a table unknown where two of its lines disagree."""
        recorded: dict[str, set[str]] = {}
        for line in ran.loaded:
            recorded.setdefault(str(line.get("table")), set()).add(str(line.get("sha256", UNKNOWN)))
        states: dict[str, State] = {}
        for name, hashes in recorded.items():
            is_known = len(hashes) == 1 and UNKNOWN not in hashes
            states[f"table {name}"] = self._table_state(name, *hashes) if is_known else UNKNOWN
        known = {self._catalogue_file, *self._stamps, *map(self._table_file, recorded)}
        covered = {f"file {os.path.realpath(file)}" for file in known if file}
        return states | {item: ran.used[item] for item in ran.used if item not in covered}


def ingredients(
    notebook: Json, parameters: Mapping[str, object], folder: Path, project: Project
) -> Json:
    """What can change a notebook's outputs and is known before it runs: not Markdown."""
    cells = [(source(cell), tags(cell)) for cell in code_cells(notebook)]
    cells = [cell for cell in cells if not parameters or INJECTED not in cell[1]]
    told = {name: repr(value) for name, value in parameters.items()}
    known = {"code": [sha256(json.dumps(cell)) for cell in cells], "parameters": told}
    return known | {"folder": str(folder), "state": project.state}


def changes(before: Json, now: Json, used: Mapping[str, State], project: Project) -> list[str]:
    """What has changed between two sets of ingredients, and in what was used since: phrases."""
    old, new = before["code"], now["code"]
    pairs = enumerate(zip(old, new, strict=False), 1)
    phrases = [f"code cell {place} changed" for place, (was, cell) in pairs if was != cell]
    if len(old) != len(new):
        phrases = [f"it has {len(new)} code cells where it had {len(old)}"]
    for item, state in used.items():
        if told := OUT_OF_SIGHT.get(item.partition(" ")[0]):
            phrases.append(told.format(item))
        elif not project.unchanged({item: state}):
            phrases.append(f"{item} changed")
    is_now: dict[str, State] = now["state"]
    was: dict[str, State] = before.get("state", is_now)  # an earlier version has noted none
    for name in sorted({*was, *is_now}):
        if name == "Python" and was.get(name) != is_now[name]:
            phrases.append(f"Python {was.get(name)} became {is_now[name]}")
        elif was.get(name) != is_now.get(name):
            what = "is new" if name not in was else "changed" if name in is_now else "is gone"
            phrases.append(f"{name} {what}")
    return phrases


class Cache:
    """A folder of results, one file each, of ``largest`` bytes at most and safe for several runs.

    A file's folder and name are the content address of what is known before the run and of the
    state of what it has used. It begins with the digest of its JSON, appears whole and is never
    changed, so readers need no lock. Room is made whenever a sixteenth of ``largest`` was added.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.largest = self._added = _largest()

    def _results(self, known: Json) -> Path:
        return self.folder / "results" / sha256(json.dumps(known, sort_keys=True))

    def find(self, known: Json, project: Project) -> Json | None:
        """Entry made from these ingredients and from whatever else as it is now, or None."""
        for path in sorted(self._results(known).glob("*.json")):
            entry = _read(path)
            if entry and project.unchanged(entry["used"]):
                with contextlib.suppress(OSError):
                    os.utime(path)
                return entry
        return None

    def keep(self, known: Json, entry: Json) -> None:
        """Store an entry (with ``used`` and ``notebook``), then make room."""
        name = f"{sha256(json.dumps(entry['used'], sort_keys=True))[:16]}.json"
        self._write(self._results(known) / name, entry)

    def remember(self, run: str, state: Json) -> None:
        """Note what the last run of a notebook with certain parameters was made from."""
        self._write(self.folder / "last" / f"{sha256(run)}.json", state)

    def last(self, run: str) -> Json | None:
        """What ``remember`` was given for this run, or None."""
        return _read(self.folder / "last" / f"{sha256(run)}.json")

    def hidden(self, value: object) -> str:
        """Text that stands for a secret: it differs where values do, and nobody can guess back.

        The salt is its owner's only, and a new one where none can be kept.
        """
        file, salt = self.folder / "salt", secrets.token_bytes(SALT_LENGTH)
        with contextlib.suppress(OSError, OutputError):
            if not file.exists() or file.stat().st_size != SALT_LENGTH:
                write_to(file, salt, mode=0o600)
            salt = file.read_bytes()
        return f"secret {hmac.new(salt, repr(value).encode(), 'sha256').hexdigest()[:16]}"

    def _write(self, path: Path, content: Json) -> None:
        text = json.dumps(content)
        write_to(path, f"{sha256(text)}\n{text}")
        self._added += len(text)
        if self._added > self.largest // 16:
            self._added = 0
            self._prune("results/*", self.largest // 16 * 15)
            self._prune("last", self.largest // 16)

    def _prune(self, folder: str, most: int) -> None:
        """Delete what is longest unused beyond ``most`` bytes."""
        sweep_leftovers(self.folder, f"{folder}/.*.tmp")
        files = []
        for path in self.folder.glob(f"{folder}/*.json"):
            with contextlib.suppress(OSError):  # another run may have deleted it just now
                files.append((path.stat().st_mtime, path.stat().st_size, path))
        excess = sum(size for _, size, _ in files) - most
        for _, size, path in sorted(files):
            if excess <= 0:
                break
            with contextlib.suppress(OSError):  # it is another user's, or its folder holds others
                path.unlink(missing_ok=True)
                excess -= size
                path.parent.rmdir()


def _largest() -> int:
    """Bytes that a cache may hold; ParameterError where the variable is not a size."""
    wanted = os.environ.get("BALLAST_CACHE_GIB", LARGEST)
    with contextlib.suppress(ValueError):
        if 0 < float(wanted) < float("inf"):
            return int(float(wanted) * 1024**3)
    fault, allowed = f"BALLAST_CACHE_GIB={wanted}", "a number above 0, in GiB"
    raise ParameterError(fault, allowed=allowed, do="set or unset it")


def _read(path: Path) -> Json | None:
    """Content of an entry, or None where it is missing or damaged."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        told, _, text = path.read_text(encoding="utf-8").partition("\n")
        if told == sha256(text):
            content: Json = json.loads(text)
            return content
    return None
