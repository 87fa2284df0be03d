"""What is asked of a publisher and what its answer must be, before a byte of it is kept."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

import httpx

from analysis.errors import RawDataError

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say 'not now' rather than 'no'."""
WHOLE, RESUMED, REACHED_BEYOND = 200, 206, 416
SECONDS = re.compile(r"[0-9]{1,9}")
PLACE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+|\*)")


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


class PassingError(Exception):
    """A failure worth another attempt; ``after`` is the wait in seconds that the server asked
    for.
    """

    def __init__(self, why: str, *, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


@dataclass(slots=True)
class Part:
    """The bytes held so far, and the mark (a strong ETag) of the version that they belong to."""

    path: Path
    mark: str = ""

    def held(self) -> int:
        """Bytes that a next attempt may build on: none unless the server marked the file."""
        return self.path.stat().st_size if self.mark and self.path.is_file() else 0

    def forget(self) -> None:
        """Drop the bytes and the mark, so that the next attempt begins again."""
        self.path.unlink(missing_ok=True)
        self.mark = ""


def require_status(wanted: Wanted, answer: httpx.Response, part: Part) -> None:
    """Raise for an answer that says 'not now' or 'no'. The server's own words for it are not
    repeated, because they may hold anything.
    """
    status = answer.status_code
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "(no status of HTTP)"
    said = f"HTTP {status} {phrase}"
    if status == REACHED_BEYOND and part.held():
        part.forget()
        raise PassingError("the server could not resume the file")
    if status in PASSING:
        raise PassingError(said, after=_seconds(answer.headers.get("Retry-After", "")))
    if status >= HTTPStatus.BAD_REQUEST:
        raise RawDataError(
            f"{wanted.url} answered {said}",
            do="open the address in a browser: the publisher may have moved it, or may refuse"
            " programs",
        )


async def require_form(wanted: Wanted, answer: httpx.Response) -> None:
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


def resumed_at(answer: httpx.Response, part: Part) -> int:
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
    raise PassingError(f"the server resumed another place or version of the file ({said!a})")


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


def require_room(wanted: Wanted, size: int) -> None:
    """Raise where an answer is larger than the file can be."""
    if size > wanted.most:
        raise RawDataError(
            f"{wanted.url} sends more than {wanted.most:,} bytes, the most that {wanted.name} can"
            " be"
        )


def checked(wanted: Wanted, path: Path) -> Received:
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
