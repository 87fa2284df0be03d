"""Where results go: files that appear whole or not at all, and addresses such as ``s3://b/key``.

A place is a ``Path`` or, where it is not local, text with ``://``. Only for that papermill, which
takes seconds to import, is asked, so any store that it knows will do.
"""

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
OWNER = re.compile(r"([0-9a-f]{8})-(\d+)-[0-9a-f]{8}(\.tmp)?")
MEND = "choose another folder, make room or mend the permissions"
MEND_ADDRESS = "check the address, your credentials and that papermill's extra for it is installed"
MEND_S3 = "check the name of the bucket and your credentials; s3:// needs `pip install boto3`"
MEND_S3 += " (extra `cluster`)"


class OutputError(BallastError):
    """A file, folder or address that cannot be written."""


def last_line(text: str, without: str = "no message") -> str:
    """Last line of a text that is not empty, cut where it is very long."""
    return (str(text).strip().splitlines() or [without])[-1].strip()[:300]


@contextlib.contextmanager
def explained(place: Path | str, done: str = "written", *, do: str = MEND) -> Iterator[None]:
    """OutputError for whatever the system or a store raises, for every store has its own errors."""
    try:
        yield
    except Exception as error:
        said = getattr(error, "strerror", None) or last_line(str(error), type(error).__name__)
        if isinstance(place, str):
            do = MEND_S3 if place.startswith("s3://") else MEND_ADDRESS
        raise OutputError(f"{place} cannot be {done}: {said}", do=do) from None


def own_name() -> str:
    """Part of a temporary name that nobody guesses and that says which process it belongs to."""
    return f"{HOST:08x}-{os.getpid()}-{secrets.token_hex(4)}"


def sweep_leftovers(folder: Path, pattern: str) -> None:
    """Delete what processes of this user and machine have left in a folder that are gone."""
    for path in folder.glob(pattern):
        owner = OWNER.search(path.name)
        if not owner or int(owner[1], 16) != HOST or _is_alive(int(owner[2])):
            continue
        with contextlib.suppress(OSError):
            if path.lstat().st_uid != os.getuid():
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


def write_to(place: Path | str, content: str | bytes, *, mode: int = 0o666) -> None:
    """Write text or bytes, unless a local file holds them already; OutputError leaves nothing.

    A file is written beside its place and then put there. What UTF-8 cannot write becomes escapes.
    """
    with explained(place):
        if isinstance(place, Path):
            _write(place, content, mode)
        elif isinstance(content, str):
            from papermill.iorw import papermill_io

            papermill_io.write(content, place, extensions=[".ipynb", ".html"])
        else:  # papermill's own interface takes only text
            from papermill.s3 import S3

            bucket, _, key = place.removeprefix("s3://").partition("/")
            S3().s3.Object(bucket, key).put(Body=content)


def _write(path: Path, content: str | bytes, mode: int) -> None:
    as_bytes = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    with contextlib.suppress(OSError):
        if path.read_bytes() == as_bytes:
            return
    neighbour = path.with_name(f".{path.name[:80]}.{own_name()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(neighbour, "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(as_bytes)
        os.replace(neighbour, path)
    finally:
        with contextlib.suppress(OSError):
            neighbour.unlink()


def read_from(address: str) -> str:
    """Text at an address."""
    from papermill.iorw import papermill_io

    return str(papermill_io.read(address))


def check_writable(folder: Path) -> None:
    """OutputError where results could not be written; what killed processes left is deleted."""
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    sweep_leftovers(folder, ".*.tmp")
