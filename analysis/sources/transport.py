"""Files over HTTP, whole or not at all, and the folders (vintages) into which they are fetched.

httpx asks and tenacity waits and asks again. An answer is streamed into a hidden file, checked, and
only then shown; after a failure no trace of it is left.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import tenacity

from analysis import __version__
from analysis.errors import RawDataError
from analysis.sources.leftovers import swept, unfinished

AGENT = f"ballast/{__version__} (reproducible research)"
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say 'not now' rather than 'no'."""
WHOLE, RESUMED, REACHED_BEYOND = 200, 206, 416
RECORD = "vintage.json"
"""Says of a vintage what was fetched, whence and when."""
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
SECONDS = re.compile(r"[0-9]{1,9}")
PLACE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+|\*)")
SURPRISES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What Python raises where an answer has a form that no check foresaw."""


@contextmanager
def surprises_told(what: str) -> Iterator[None]:
    """Turn whatever an unforeseen answer makes Python raise into a RawDataError."""
    try:
        yield
    except SURPRISES as problem:
        raise RawDataError(
            f"{what}: the answer has a form that was not foreseen ({type(problem).__name__}:"
            f" {str(problem)[:200]!r})",
            do="nothing was kept; see whether the publisher has changed its format",
        ) from problem


def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, in a thread of its own where a loop runs already (Jupyter)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
    else:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, work).result()


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


_REFUSED = (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL)
_WORTH_ANOTHER = (_PassingError, httpx.TransportError)


@dataclass(slots=True)
class _Part:
    """The bytes held so far, and the mark (a strong ETag) of the version that they belong to."""

    path: Path
    mark: str = ""

    def held(self) -> int:
        """Bytes that a next attempt may build on: none unless the server marked the file."""
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
    headers_within, longest : float
        Seconds until an answer must have begun, and that one attempt may take in all, so that a
        server that drips cannot hold us.
    attempts : int
        Tries in all.
    first_wait, longest_wait : float
        Seconds before the second try, doubled before each later one up to the longest; each wait is
        shortened by a random share of up to one half. A server that asks (Retry-After) for more
        than the longest is believed, and the fetch ends.
    seed : int or None
        Seed of the random share; None draws it from the system.
    sleep : callable
        Waits.
    """

    timeout: float = 60.0
    headers_within: float = 180.0
    longest: float = 1800.0
    attempts: int = 5
    first_wait: float = 2.0
    longest_wait: float = 300.0
    seed: int | None = None
    sleep: Callable[[float], None] = time.sleep
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
        if not (wanted.url.startswith(("http://", "https://")) and PLAIN.fullmatch(wanted.name)):
            raise RawDataError(
                f"cannot fetch {wanted.url!r} as {wanted.name!r}",
                allowed="http(s), and a name of letters, digits, dot, dash, underscore",
            )
        target, part = folder / wanted.name, _Part(folder / f".{wanted.name}.part")
        if target.exists():
            raise RawDataError(
                f"{target} is there already and is never overwritten", do="move it away, or keep it"
            )
        try:
            with surprises_told(wanted.url):
                self._patiently(wanted, part)
            received = _checked(wanted, part.path)
            os.rename(part.path, target)
        finally:
            part.path.unlink(missing_ok=True)
        return received

    def _patiently(self, wanted: Wanted, part: _Part) -> None:
        again = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts),
            retry=tenacity.retry_if_exception_type(_WORTH_ANOTHER)
            & tenacity.retry_if_not_exception_type(_REFUSED),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            again(lambda: _finished(self._attempt(wanted, part)))
        except _REFUSED as problem:
            raise RawDataError(f"{wanted.url} leads nowhere ({problem!s:.200})") from problem
        except _WORTH_ANOTHER as problem:
            raise RawDataError(
                f"{wanted.url} could not be fetched in {self.attempts} attempts; the last ended"
                f" with: {str(problem) or type(problem).__name__}",
                do="nothing was kept and the old data stand; try again later",
            ) from problem

    def _wait(self, state: tenacity.RetryCallState) -> float:
        problem = state.outcome.exception() if state.outcome else None
        asked = problem.after if isinstance(problem, _PassingError) else None
        if asked is None:
            longest = min(self.longest_wait, self.first_wait * 2 ** (state.attempt_number - 1))
            return longest * (1 - self._random.random() / 2)
        if asked > self.longest_wait:
            raise RawDataError(
                f"the server asks for a wait of {asked:.0f} seconds ({problem})",
                do="nothing was kept and the old data stand; try again after that",
            )
        return asked

    async def _attempt(self, wanted: Wanted, part: _Part) -> None:
        headers = {
            "User-Agent": AGENT,
            "Accept": wanted.accept or wanted.types[0],
            "Accept-Encoding": "identity",
        }
        if part.held():
            headers |= {"Range": f"bytes={part.held()}-", "If-Range": part.mark}
        async with httpx.AsyncClient(timeout=self.timeout, follow_redirects=True) as client:
            request = client.build_request("GET", wanted.url, headers=headers)
            async with _within(self.longest, "the file had not come whole"):
                async with _within(self.headers_within, "the answer had not begun"):
                    answer = await client.send(request, stream=True)
                try:
                    await _receive(wanted, answer, part)
                finally:
                    await answer.aclose()


@asynccontextmanager
async def _within(seconds: float, what: str) -> AsyncIterator[None]:
    """Give an attempt up after so many seconds, whatever still drips in."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as problem:
        raise _PassingError(f"{what} after {seconds:g} seconds") from problem


async def _receive(wanted: Wanted, answer: httpx.Response, part: _Part) -> None:
    """Write the body behind what is held, or over it where the server starts again."""
    _require_status(wanted, answer, part)
    await _require_form(wanted, answer)
    start = _start(answer, part) if answer.status_code == RESUMED else 0
    length = answer.headers.get("Content-Length")
    _require_room(wanted, start + int(length or 0))
    mark = answer.headers.get("ETag", "")
    resumes = answer.headers.get("Accept-Ranges") == "bytes" or answer.status_code == RESUMED
    part.mark = mark if resumes and mark.startswith('"') else ""
    with open(part.path, "ab" if start else "wb") as file:
        async for chunk in answer.aiter_raw():
            file.write(chunk)
            _require_room(wanted, file.tell())


def _require_status(wanted: Wanted, answer: httpx.Response, part: _Part) -> None:
    """Raise for an answer that says 'not now' or 'no'. The server's own words for it are not
    repeated, because they may hold anything.
    """
    status = answer.status_code
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "(no status of HTTP)"
    said = f"HTTP {status} {phrase}"
    if status == REACHED_BEYOND and part.held():
        part.forget()
        raise _PassingError("the server could not resume the file")
    if status in PASSING:
        raise _PassingError(said, after=_seconds(answer.headers.get("Retry-After", "")))
    if status >= HTTPStatus.BAD_REQUEST:
        raise RawDataError(
            f"{wanted.url} answered {said}",
            do="open the address in a browser: the publisher may have moved it, or may refuse"
            " programs",
        )


async def _require_form(wanted: Wanted, answer: httpx.Response) -> None:
    """Raise where an answer is no plain file of an accepted type whose end can be seen."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    fits = any(
        kind == accepted or (accepted.endswith("*") and kind.startswith(accepted[:-1]))
        for accepted in wanted.types
    )
    if answer.status_code not in (WHOLE, RESUMED) or not fits:
        beginning = b""
        async for chunk in answer.aiter_raw(80):
            beginning = chunk
            break
        raise RawDataError(
            f"{wanted.url} answered HTTP {answer.status_code} with {kind!a}, beginning"
            f" {beginning!r}",
            allowed=f"{', '.join(wanted.types)} with HTTP 200",
            do="open the address in a browser: publishers send pages like this in place of data",
        )
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise RawDataError(f"{wanted.url} answered with a compressed file, which was not asked for")
    if wanted.url.startswith("https:") and answer.url.scheme != "https":
        raise RawDataError(f"{wanted.url} leads to an address without encryption")
    told = {"content-length", "transfer-encoding"} & set(answer.headers)
    if not told and wanted.size is None and not wanted.sha256:
        raise RawDataError(
            f"{wanted.url} does not say how long its answer is, so that a cut could not be seen",
            do="nothing was kept; try again, or download the file by hand",
        )


def _start(answer: httpx.Response, part: _Part) -> int:
    """Where a resumed answer begins: just behind the bytes held, in the same version of the file
    (RFC 9110, 14.4).
    """
    said = answer.headers.get("Content-Range", "")
    place, held, mark = PLACE.fullmatch(said), part.held(), part.mark
    length = int(answer.headers.get("Content-Length") or 0)
    if (
        held
        and place
        and int(place[1]) == held
        and place[2] in ("*", str(held + length))
        and answer.headers.get("ETag") == mark
    ):
        return held
    part.forget()
    raise _PassingError(f"the server resumed another place or version of the file ({said!a})")


def _seconds(asked: str) -> float | None:
    """Retry-After as seconds from now: a number or an HTTP date (RFC 9110, 10.2.3); None where
    neither.
    """
    if SECONDS.fullmatch(asked.strip()):
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _require_room(wanted: Wanted, size: int) -> None:
    if size > wanted.most:
        raise RawDataError(
            f"{wanted.url} sends more than {wanted.most:,} bytes, the most that {wanted.name} can"
            " be"
        )


def _checked(wanted: Wanted, path: Path) -> Received:
    """What came, once size and digests are those expected."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    faults = []
    if size < wanted.least:
        faults.append(f"{size:,} bytes, expected at least {wanted.least:,}")
    if wanted.size not in (None, size):
        faults.append(f"{size:,} bytes, expected {wanted.size:,}")
    for kind, digest, due in (("sha256", sha256, wanted.sha256), ("md5", md5, wanted.md5)):
        if due not in ("", digest):
            faults.append(f"{kind} {digest}, expected {due}")
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
    root: Path,
    source: str,
    vintage: str,
    *,
    when: str,
    transport: Transport,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Vintage]:
    """Make ``root/source/vintage`` out of what is fetched inside the block, all of it or none.

    What an earlier fetch left unfinished in ``root``, because it was killed, is removed first.

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
    unseen = unfinished(root / f"fetching-{source}-{vintage}")
    try:
        swept(root)
        unseen.mkdir(parents=True)
        making = Vintage(folder=unseen, transport=transport, progress=progress)
        with surprises_told(source):
            yield making
        files = [asdict(file) for file in making.received]
        record = {"source": source, "vintage": vintage, "fetched": when, "files": files}
        (unseen / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        final.parent.mkdir(exist_ok=True)
        os.rename(unseen, final)
    except OSError as problem:
        raise RawDataError(
            f"{final} could not be written ({problem})", do="see to space and permissions"
        ) from problem
    finally:
        shutil.rmtree(unseen, ignore_errors=True)
