"""Fetching files over HTTP: patient with the server, strict about what it sends, and never over
what is there.

Only the standard library is used. A file is written under a hidden name in a folder that nothing
else reads, checked, and only then shown; after a failure no trace of it is left.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from analysis import __version__
from analysis.errors import RawDataError

AGENT = f"ballast/{__version__} (reproducible research; standard-library client)"
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say 'not now' rather than 'no'."""
RESUMED, REACHED_BEYOND = 206, 416
CHUNK = 65_536
RECORD = "vintage.json"
"""Says of a vintage what was fetched, whence and when."""
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to fetch, and what it must be.

    Attributes
    ----------
    url : str
        Address, http or https.
    name : str
        File name under which it is kept.
    types : tuple of str
        Media types that are accepted, for example 'text/csv'; a trailing '*' accepts any ending.
    accept : str
        The Accept header; the first of ``types`` where it is empty.
    sha256, md5 : str
        Expected digests in hexadecimal; empty where the publisher gives none.
    size : int or None
        Expected bytes.
    least, most : int
        Bytes below and above which the answer is refused.
    """

    url: str
    name: str
    types: tuple[str, ...]
    accept: str = ""
    sha256: str = ""
    md5: str = ""
    size: int | None = None
    least: int = 1
    most: int = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file that came and passed its checks: its address, name, SHA-256 and bytes."""

    url: str
    name: str
    sha256: str
    bytes: int


class _PassingError(Exception):
    """A failure worth another attempt; ``after`` is the wait in seconds that the server asked
    for.
    """

    def __init__(self, why: str, *, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


_WORTH_ANOTHER = (
    _PassingError,
    TimeoutError,
    ConnectionError,
    HTTPException,
    urllib.error.URLError,
)


@dataclass(slots=True)
class _Part:
    """The bytes held so far, and the server's mark (ETag or date) of the version that they belong
    to.
    """

    path: Path
    mark: str = ""

    def held(self) -> int:
        """Bytes that a next attempt may build on: none unless the server marked and resumes the
        file.
        """
        return self.path.stat().st_size if self.mark and self.path.is_file() else 0

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self.mark = ""


@dataclass(slots=True, kw_only=True)
class Transport:
    """How patiently to ask.

    Attributes
    ----------
    timeout : float
        Seconds without a byte after which an attempt is given up.
    longest : float
        Seconds that one attempt may take in all, so that a server that drips cannot hold us.
    attempts : int
        Tries in all.
    first_wait, longest_wait : float
        Seconds before the second try, doubled before each later one up to the longest; each wait is
        shortened by a random share of up to one half. A server that asks (Retry-After) for more
        than the longest is believed, and the fetch ends.
    seed : int or None
        Seed of the random share; None draws it from the system.
    sleep, clock, now : callables
        The waiting, the stopwatch, and the wall clock that a Retry-After date is compared with.
    """

    timeout: float = 60.0
    longest: float = 1800.0
    attempts: int = 5
    first_wait: float = 2.0
    longest_wait: float = 300.0
    seed: int | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def get(self, wanted: Wanted, folder: Path) -> Received:
        """Fetch one file into a folder: whole and checked, or not there at all.

        Raises
        ------
        RawDataError
            If the server refuses, sends something else than was wanted, or fails at every attempt.
        """
        if (
            urlsplit(wanted.url).scheme not in ("http", "https")
            or Path(wanted.name).name != wanted.name
        ):
            raise RawDataError(
                f"cannot fetch {wanted.url} as '{wanted.name}'", allowed="http(s) and a plain name"
            )
        target, part = folder / wanted.name, _Part(folder / f".{wanted.name}.part")
        if target.exists():
            raise RawDataError(
                f"{target} is there already and is never overwritten", do="move it away, or keep it"
            )
        try:
            self._patiently(wanted, part)
            received = _checked(wanted, part.path)
            os.rename(part.path, target)
        finally:
            part.path.unlink(missing_ok=True)
        return received

    def _patiently(self, wanted: Wanted, part: _Part) -> None:
        for attempt in range(1, self.attempts + 1):
            try:
                with self._open(wanted, part) as answer:
                    self._receive(wanted, answer, part)
                return
            except _WORTH_ANOTHER as problem:
                if attempt == self.attempts:
                    raise RawDataError(
                        f"{wanted.url} could not be fetched in {attempt} attempts; the last ended"
                        f" with: {str(problem) or type(problem).__name__}",
                        do="nothing was kept and the old data stand; try again later",
                    ) from problem
                self.sleep(self._wait(attempt, problem))

    def _wait(self, attempt: int, problem: Exception) -> float:
        asked = problem.after if isinstance(problem, _PassingError) else None
        if asked is None:
            return min(self.longest_wait, self.first_wait * 2 ** (attempt - 1)) * (
                1 - self._random.random() / 2
            )
        if asked > self.longest_wait:
            raise RawDataError(
                f"the server asks for a wait of {asked:.0f} seconds ({problem})",
                do="nothing was kept and the old data stand; try again after that",
            )
        return asked

    def _open(self, wanted: Wanted, part: _Part) -> HTTPResponse:
        headers = {
            "User-Agent": AGENT,
            "Accept": wanted.accept or wanted.types[0],
            "Accept-Encoding": "identity",
        }
        if part.held():
            headers |= {"Range": f"bytes={part.held()}-", "If-Range": part.mark}
        try:
            answer: HTTPResponse = urllib.request.urlopen(
                urllib.request.Request(wanted.url, headers=headers), timeout=self.timeout
            )
        except urllib.error.HTTPError as problem:
            with problem:
                self._refused(wanted, problem, part)
        return answer

    def _refused(self, wanted: Wanted, problem: urllib.error.HTTPError, part: _Part) -> NoReturn:
        if problem.code == REACHED_BEYOND and part.held():
            part.forget()
            raise _PassingError("the server could not resume the file") from problem
        if problem.code in PASSING:
            after = _seconds(problem.headers.get("Retry-After", ""), now=self.now())
            raise _PassingError(f"HTTP {problem.code} {problem.reason}", after=after) from problem
        raise RawDataError(
            f"{wanted.url} answered HTTP {problem.code} {problem.reason}",
            do=(
                "open the address in a browser: the publisher may have moved it, or may refuse"
                " programs"
            ),
        ) from problem

    def _receive(self, wanted: Wanted, answer: HTTPResponse, part: _Part) -> None:
        """Write the body behind what is held, or over it where the server starts again."""
        _require_type(wanted, answer)
        start = _start(answer, part) if answer.status == RESUMED else 0
        length = answer.headers.get("Content-Length", "")
        total = start + int(length) if length.isdigit() else None
        _require_room(wanted, total or 0)
        resumes = answer.headers.get("Accept-Ranges", "") == "bytes" or answer.status == RESUMED
        part.mark = (
            (answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")
            if resumes
            else ""
        )
        ends = self.clock() + self.longest
        with open(part.path, "ab" if start else "wb") as file:
            while chunk := answer.read1(CHUNK):
                file.write(chunk)
                _require_room(wanted, file.tell())
                if self.clock() > ends:
                    raise _PassingError(
                        f"the file had not come whole after {self.longest:g} seconds"
                    )
            got = file.tell()
        if total is not None and got < total:
            raise _PassingError(f"the answer broke off after {got:,} of {total:,} bytes")


def _seconds(asked: str, *, now: float) -> float | None:
    """Retry-After as seconds from now: it is a number or an HTTP date (RFC 9110, 10.2.3); None
    where neither.
    """
    if asked.strip().isdigit():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - now)
    except (TypeError, ValueError):
        return None


def _require_type(wanted: Wanted, answer: HTTPResponse) -> None:
    found = answer.headers.get_content_type()
    fits = any(
        found == kind or (kind.endswith("*") and found.startswith(kind[:-1]))
        for kind in wanted.types
    )
    if answer.status not in (200, RESUMED) or not fits:
        raise RawDataError(
            f"{wanted.url} answered HTTP {answer.status} with '{found}', beginning"
            f" {answer.read(80)!r}",
            allowed=f"{', '.join(wanted.types)} with HTTP 200",
            do="open the address in a browser: publishers send pages like this in place of data",
        )


def _start(answer: HTTPResponse, part: _Part) -> int:
    """Where a resumed answer begins; it must be just behind the bytes held (RFC 9110, 14.4)."""
    said = answer.headers.get("Content-Range", "")
    if not said.startswith(f"bytes {part.held()}-"):
        part.forget()
        raise _PassingError(f"the server resumed at the wrong place ({said or 'no Content-Range'})")
    return part.held()


def _require_room(wanted: Wanted, size: int) -> None:
    if size > wanted.most:
        raise RawDataError(
            f"{wanted.url} sends more than {wanted.most:,} bytes, the most that {wanted.name}"
            " can be"
        )


def _checked(wanted: Wanted, path: Path) -> Received:
    """What came, once size and digests are those expected."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    faults = []
    if size < wanted.least or (wanted.size is not None and size != wanted.size):
        faults.append(f"{size:,} bytes, expected {'at least ' if wanted.size is None else ''}"
                      f"{wanted.least if wanted.size is None else wanted.size:,}")  # fmt: skip
    faults += [
        f"{kind} {found}, expected {due}"
        for kind, found, due in (("sha256", sha256, wanted.sha256), ("md5", md5, wanted.md5))
        if due and found != due
    ]
    if faults:
        raise RawDataError(
            f"{wanted.url} is not the file that was wanted: {'; '.join(faults)}",
            do="nothing was kept; if the publisher has revised the file, take it as a new vintage",
        )
    return Received(url=wanted.url, name=wanted.name, sha256=sha256, bytes=size)


@dataclass(slots=True, kw_only=True)
class Vintage:
    """A new vintage in the making: files that are not yet to be seen.

    Attributes
    ----------
    folder : Path
        Hidden folder that becomes the vintage when everything in it is good.
    transport : Transport
    progress : callable
        Told the name of each file before it is fetched.
    received : list of Received
    """

    folder: Path
    transport: Transport
    progress: Callable[[str], None] = lambda _: None
    received: list[Received] = field(default_factory=list)

    def get(self, wanted: Wanted) -> Path:
        """Fetch a file into the vintage and give its path, for the caller's own checks."""
        self.progress(wanted.name)
        self.received.append(self.transport.get(wanted, self.folder))
        return self.folder / wanted.name


@contextmanager
def new_vintage(
    root: Path, source: str, vintage: str, *, when: str, transport: Transport,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Vintage]:  # fmt: skip
    """Make ``root/source/vintage`` out of what is fetched inside the block, all of it or none.

    Parameters
    ----------
    when : str
        Time of the fetch as the caller wants it recorded.

    Raises
    ------
    RawDataError
        If the vintage is there already, if its name is no plain folder name, or if a file failed.
    """
    final = root / source / vintage
    if not all(PLAIN.fullmatch(name) for name in (source, vintage)):
        raise RawDataError(
            f"'{source}/{vintage}' cannot be a folder",
            allowed="letters, digits, dot, dash, underscore",
        )
    if final.exists():
        raise RawDataError(
            f"{final} is there already and is never overwritten", do="name another vintage"
        )
    unseen = root / f".fetching-{source}-{vintage}-{os.getpid()}"
    try:
        unseen.mkdir(parents=True)
        making = Vintage(folder=unseen, transport=transport, progress=progress)
        yield making
        record = {
            "source": source,
            "vintage": vintage,
            "fetched": when,
            "files": [asdict(f) for f in making.received],
        }
        (unseen / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        final.parent.mkdir(exist_ok=True)
        os.rename(unseen, final)
    except OSError as problem:
        raise RawDataError(
            f"{final} could not be written ({problem})", do="see to space and permissions"
        ) from problem
    finally:
        shutil.rmtree(unseen, ignore_errors=True)
