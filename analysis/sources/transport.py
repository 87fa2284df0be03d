"""Files over HTTP, whole or not at all, and the folders (vintages) into which they are fetched:
httpx asks, tenacity asks again, and an answer is shown only once it is checked.
"""

import asyncio
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from pathlib import Path

import httpx
import tenacity

from analysis import __version__
from analysis.errors import RawDataError
from analysis.sources.leftovers import swept, unfinished

AGENT = f"ballast/{__version__} (reproducible research)"
RECORD = "vintage.json"
"""Says of a vintage what was fetched, whence and when."""
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SECONDS = re.compile(r"[0-9]{1,9}")
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say 'not now' rather than 'no'."""
SURPRISES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What Python raises where an answer has a form that no check foresaw."""


class PassingError(Exception):
    """A failure worth another attempt; ``after`` is the wait that the server asked for, seconds."""

    def __init__(self, why: str, *, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


AGAIN = (PassingError, httpx.TimeoutException, httpx.NetworkError, httpx.ProtocolError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to fetch, and what it must be: of one of the media types (``text/*`` for any text), of
    which the first is asked for unless ``accept`` is given; of the digests and size that the
    publisher gives; of ``least`` to ``most`` bytes.
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
    """A file that came and passed its checks."""

    url: str
    name: str
    sha256: str
    bytes: int


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


def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Run a coroutine, in a thread of its own where a loop runs already (Jupyter)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
    else:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, work).result()


@dataclass(slots=True, kw_only=True)
class Transport:
    """How patiently to ask, in seconds. An attempt is given up after ``timeout`` without a byte and
    after ``longest`` in all, so that a server that drips cannot hold us. Waits double from
    ``first_wait`` on, lengthened at random; a server that asks (Retry-After) for more than the
    longest wait is believed, and the fetch ends.
    """

    timeout: float = 60.0
    longest: float = 1800.0
    attempts: int = 5
    first_wait: float = 2.0
    longest_wait: float = 300.0
    sleep: Callable[[float], None] = time.sleep

    def get(self, wanted: Wanted, folder: Path) -> Received:
        """Fetch one file into a folder: whole and checked, or a RawDataError and no trace of it."""
        if not (wanted.url.startswith(("http://", "https://")) and PLAIN.fullmatch(wanted.name)):
            raise RawDataError(
                f"cannot fetch {wanted.url!r} as {wanted.name!r}",
                allowed="http(s), and a name of letters, digits, dot, dash, underscore",
            )
        target, part = folder / wanted.name, folder / f".{wanted.name}.part"
        if target.exists():
            raise RawDataError(
                f"{target} is there already and is never overwritten", do="move it away, or keep it"
            )
        again = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts),
            retry=tenacity.retry_if_exception_type(AGAIN),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            with surprises_told(wanted.url):
                again(lambda: _to_its_end(self._attempt(wanted, part)))
            received = _checked(wanted, part)
            os.rename(part, target)
        except AGAIN as problem:
            raise RawDataError(
                f"{wanted.url} could not be fetched in {self.attempts} attempts; the last ended"
                f" with: {str(problem) or type(problem).__name__}",
                do="nothing was kept and the old data stand; try again later",
            ) from problem
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise RawDataError(f"{wanted.url} leads nowhere ({problem!s:.200})") from problem
        except OSError as problem:
            raise RawDataError(
                f"{target} could not be written ({problem})", do="see to space and permissions"
            ) from problem
        finally:
            with suppress(OSError):
                part.unlink()
        return received

    def _wait(self, state: tenacity.RetryCallState) -> float:
        problem = state.outcome.exception() if state.outcome else None
        asked = problem.after if isinstance(problem, PassingError) else None
        if asked is None:
            doubling = tenacity.wait_exponential(self.first_wait, max=self.longest_wait)
            return (doubling + tenacity.wait_random(0, self.first_wait))(state)
        if asked > self.longest_wait:
            raise RawDataError(
                f"the server asks for a wait of {asked:.0f} seconds ({problem})",
                do="nothing was kept and the old data stand; try again after that",
            )
        return asked

    async def _attempt(self, wanted: Wanted, part: Path) -> None:
        accept = wanted.accept or wanted.types[0]
        headers = {"User-Agent": AGENT, "Accept": accept, "Accept-Encoding": "identity"}
        try:
            async with (
                asyncio.timeout(self.longest),
                httpx.AsyncClient(timeout=self.timeout, follow_redirects=True) as client,
                client.stream("GET", wanted.url, headers=headers) as answer,
            ):
                await _require_form(wanted, answer)
                with open(part, "wb") as file:
                    async for chunk in answer.aiter_raw():
                        file.write(chunk)
                        if file.tell() > wanted.most:
                            raise RawDataError(
                                f"{wanted.url} sends more than {wanted.most:,} bytes, the most that"
                                f" {wanted.name} can be"
                            )
        except TimeoutError as problem:
            why = f"the file had not come whole after {self.longest:g} seconds"
            raise PassingError(why) from problem


async def _require_form(wanted: Wanted, answer: httpx.Response) -> None:
    """Raise unless an answer is a plain file of an accepted type whose end can be seen. Of the
    server's own words, which may hold anything, only a beginning is repeated, in quotes.
    """
    status, headers = answer.status_code, answer.headers
    if status in PASSING:
        raise PassingError(f"HTTP {status}", after=_seconds(headers.get("Retry-After", "")))
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if status != 200 or not any(fnmatchcase(kind, accepted) for accepted in wanted.types):
        beginning = await anext(answer.aiter_raw(80), b"")
        raise RawDataError(
            f"{wanted.url} answered HTTP {status} with {kind!a}, beginning {beginning!r}",
            allowed=f"{', '.join(wanted.types)} with HTTP 200",
            do="open the address in a browser: the publisher may have moved it, refuse programs, or"
            " send a page like this in place of data",
        )
    if headers.get("Content-Encoding", "identity") != "identity":
        raise RawDataError(f"{wanted.url} answered with a compressed file, which was not asked for")
    if wanted.url.startswith("https:") and answer.url.scheme != "https":
        raise RawDataError(f"{wanted.url} leads to an address without encryption")
    told = {"content-length", "transfer-encoding"} & set(headers)
    if not told and wanted.size is None and not wanted.sha256:
        raise RawDataError(
            f"{wanted.url} does not say how long its answer is, so that a cut could not be seen",
            do="nothing was kept; try again, or download the file by hand",
        )


def _seconds(asked: str) -> float | None:
    """Retry-After as seconds from now: a number or an HTTP date (RFC 9110, 10.2.3), else None."""
    if SECONDS.fullmatch(asked.strip()):
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _checked(wanted: Wanted, path: Path) -> Received:
    """What came, once size and digests are those expected."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    faults = [
        f"{kind} {digest}, expected {due}"
        for kind, digest, due in (("sha256", sha256, wanted.sha256), ("md5", md5, wanted.md5))
        if due not in ("", digest)
    ]
    if size < wanted.least:
        faults.append(f"{size:,} bytes, expected at least {wanted.least:,}")
    if wanted.size not in (None, size):
        faults.append(f"{size:,} bytes, expected {wanted.size:,}")
    if faults:
        raise RawDataError(
            f"{wanted.url} is not the file that was wanted: {'; '.join(faults)}",
            do="nothing was kept; if the publisher has revised the file, take it as a new vintage",
        )
    return Received(url=wanted.url, name=wanted.name, sha256=sha256, bytes=size)


@dataclass(slots=True, kw_only=True)
class Vintage:
    """A new vintage in the making, in a hidden folder; ``progress`` is told of each file."""

    folder: Path
    transport: Transport
    progress: Callable[[str], None]
    received: list[Received] = field(default_factory=list)

    def get(self, wanted: Wanted) -> Path:
        """Fetch a file into the vintage; its path, for the caller's own checks."""
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
    """Make ``root/source/vintage`` out of what is fetched inside the block, all of it or none, with
    a record of it and ``when``. What a killed fetch left in ``root`` is removed first. A
    RawDataError says if the vintage is there already, has no plain name, or a file failed.
    """
    final = root / source / vintage
    if not all(PLAIN.fullmatch(name) for name in (source, vintage)):
        raise RawDataError(
            f"'{source}/{vintage:.200}' cannot be a folder",
            allowed="up to a hundred letters, digits, dots, dashes and underscores",
        )
    if final.exists():
        raise RawDataError(
            f"{final} is there already and is never overwritten", do="name another vintage"
        )
    unseen = unfinished(root / f"fetching-{source}-{vintage}")
    try:
        swept(root, begins="fetching-")
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
