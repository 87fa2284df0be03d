"""Where results go: files that appear whole or not at all, and addresses such as ``s3://bucket/key``.

A place is a ``Path`` where it is local and text with ``://`` in it where it is not. papermill,
which takes seconds to import, is asked only for the latter, so any store that it knows will do.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from analysis.errors import BallastError

HOST = zlib.crc32(platform.node().encode())
MEND = "choose another folder, make room or mend the permissions"
OWNER = re.compile(r"([0-9a-f]{8})-(\d+)-[0-9a-f]{8}(\.tmp)?")


class OutputError(BallastError):
    """A file, folder or address that cannot be written."""


def own_name() -> str:
    """Part of a temporary name that nobody guesses and that says which process it belongs to."""
    return f"{HOST:08x}-{os.getpid()}-{secrets.token_hex(4)}"


def sweep_leftovers(folder: Path, pattern: str) -> None:
    """Delete what processes of this user and machine have left in a folder that are gone."""
    for path in folder.glob(pattern):
        owner = OWNER.search(path.name)
        with contextlib.suppress(OSError):
            is_ours = owner and int(owner[1], 16) == HOST and path.lstat().st_uid == os.getuid()
            if not owner or not is_ours or _is_alive(int(owner[2])):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True


def is_remote(place: Path | str) -> bool:
    """Whether a place is an address and not a path."""
    return isinstance(place, str) and "://" in place


def place_in(folder: Path | str, name: str) -> Path | str:
    """A file in a folder, wherever that is."""
    return f"{str(folder).rstrip('/')}/{name}" if is_remote(folder) else Path(folder) / name


def write_to(place: Path | str, content: str | bytes) -> None:
    """Write text or bytes, unless a local file holds them already.

    Characters that UTF-8 cannot write become escapes, which is what JSON writes for them.

    Raises
    ------
    OutputError
        Where that cannot be done; then nothing is left behind.
    """
    if isinstance(place, Path):
        if isinstance(content, str):
            content = content.encode("utf-8", "backslashreplace")
        with contextlib.suppress(OSError):
            if place.read_bytes() == content:
                return
        write_whole(place, content)
        return
    with _explained(place, "written"):
        if isinstance(content, str):
            from papermill.iorw import papermill_io

            papermill_io.write(content, place, extensions=[".ipynb", ".html"])
        else:  # papermill's own interface takes only text
            from papermill.s3 import S3

            bucket, _, key = place.removeprefix("s3://").partition("/")
            S3().s3.Object(bucket, key).put(Body=content)


def read_from(address: str) -> str:
    """Text at an address; OutputError where it cannot be had."""
    with _explained(address, "read"):
        from papermill.iorw import papermill_io

        return str(papermill_io.read(address))


@contextlib.contextmanager
def _explained(address: str, done: str) -> Iterator[None]:
    """OutputError for whatever a store raises, for every store has errors of its own."""
    mend = "check the address, your credentials and that papermill's extra for it is installed"
    if address.startswith("s3://"):
        mend = "check the name of the bucket and your credentials"
        mend += "; s3:// needs `pip install boto3` (extra `cluster`)"
    try:
        yield
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[-1][:300]
        raise OutputError(f"{address} cannot be {done}: {reason}", do=mend) from None


def write_whole(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write beside a file and then put it in its place; no link is followed."""
    neighbour = path.with_name(f".{path.name[:80]}.{own_name()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(neighbour, "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(content)
        os.replace(neighbour, path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}", do=MEND) from None
    finally:
        with contextlib.suppress(OSError):
            neighbour.unlink()


def check_writable(folder: Path) -> None:
    """OutputError, before any work is done, where results could not be written in the end.

    What killed processes have left there half written is deleted.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}", do=MEND) from None
    sweep_leftovers(folder, ".*.tmp")
