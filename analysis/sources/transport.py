"""Files over HTTP, whole or not at all, and the folders (vintages) into which they are fetched.

httpx asks and tenacity waits and asks again. An answer is streamed into a hidden file, checked, and
only then shown; after a failure no trace of it is left.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import tenacity

from analysis import __version__
from analysis.errors import RawDataError
from analysis.sources.answers import (
    RESUMED,
    Part,
    PassingError,
    Received,
    Wanted,
    checked,
    require_form,
    require_room,
    require_status,
    resumed_at,
)
from analysis.sources.leftovers import swept, unfinished

AGENT = f"ballast/{__version__} (reproducible research)"
RECORD = "vintage.json"
"""Says of a vintage what was fetched, whence and when."""
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
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


_REFUSED = (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL)
_WORTH_ANOTHER = (PassingError, httpx.TransportError)


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
        target, part = folder / wanted.name, Part(folder / f".{wanted.name}.part")
        if target.exists():
            raise RawDataError(
                f"{target} is there already and is never overwritten", do="move it away, or keep it"
            )
        try:
            with surprises_told(wanted.url):
                self._patiently(wanted, part)
            received = checked(wanted, part.path)
            os.rename(part.path, target)
        except OSError as problem:
            raise RawDataError(
                f"{target} could not be written ({problem})", do="see to space and permissions"
            ) from problem
        finally:
            with suppress(OSError):
                part.path.unlink()
        return received

    def _patiently(self, wanted: Wanted, part: Part) -> None:
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
        asked = problem.after if isinstance(problem, PassingError) else None
        if asked is None:
            longest = min(self.longest_wait, self.first_wait * 2 ** (state.attempt_number - 1))
            return longest * (1 - self._random.random() / 2)
        if asked > self.longest_wait:
            raise RawDataError(
                f"the server asks for a wait of {asked:.0f} seconds ({problem})",
                do="nothing was kept and the old data stand; try again after that",
            )
        return asked

    async def _attempt(self, wanted: Wanted, part: Part) -> None:
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
        raise PassingError(f"{what} after {seconds:g} seconds") from problem


async def _receive(wanted: Wanted, answer: httpx.Response, part: Part) -> None:
    """Write the body behind what is held, or over it where the server starts again."""
    require_status(wanted, answer, part)
    await require_form(wanted, answer)
    start = resumed_at(answer, part) if answer.status_code == RESUMED else 0
    length = answer.headers.get("Content-Length")
    require_room(wanted, start + int(length or 0))
    mark = answer.headers.get("ETag", "")
    resumes = answer.headers.get("Accept-Ranges") == "bytes" or answer.status_code == RESUMED
    part.mark = mark if resumes and mark.startswith('"') else ""
    with open(part.path, "ab" if start else "wb") as file:
        async for chunk in answer.aiter_raw():
            file.write(chunk)
            require_room(wanted, file.tell())


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
