"""Places that are not folders of this machine: whatever papermill can read and write, such as
``s3://bucket/key``.

A place is a ``Path`` where it is local and text with ``://`` in it where it is not. papermill,
which takes seconds to import, is asked only for the latter.
"""

from __future__ import annotations

import os
from pathlib import Path

from analysis.press.notebook import Json, NotebookError, OutputError, parse_notebook, write_text


def is_remote(place: Path | str) -> bool:
    """Whether a place is an address and not a path."""
    return isinstance(place, str) and "://" in place


def place_in(folder: Path | str, name: str) -> Path | str:
    """A file in a folder, wherever that is."""
    return f"{str(folder).rstrip('/')}/{name}" if is_remote(folder) else Path(folder) / name


def read_remote(address: str) -> Json:
    """Notebook at an address; NotebookError where it cannot be had or could not be run."""
    from papermill.iorw import papermill_io

    try:
        text = papermill_io.read(address)
    except Exception as error:  # every store has errors of its own
        raise NotebookError(
            f"{address} cannot be read: {_reason(error)}", do=_mend(address)
        ) from None
    return parse_notebook(text, address)


def write_to(place: Path | str, text: str) -> None:
    """Write a text, unless a local file holds it already; OutputError where that cannot be done."""
    if isinstance(place, Path):
        if not place.is_file() or place.read_bytes() != text.encode():
            write_text(place, text)
        return
    from papermill.iorw import papermill_io

    try:
        papermill_io.write(text, place, extensions=[".ipynb", ".html"])
    except Exception as error:
        raise OutputError(f"{place} cannot be written: {_reason(error)}", do=_mend(place)) from None


def upload(content: bytes, address: str) -> None:
    """Put bytes into S3, the one store whose interface here takes more than text; OutputError where
    it refuses.
    """
    import boto3

    bucket, _, key = address.removeprefix("s3://").partition("/")
    try:
        store = boto3.client(
            "s3", endpoint_url=os.environ.get("BOTO3_ENDPOINT_URL")
        )  # as papermill has it
        store.put_object(Bucket=bucket, Key=key, Body=content)
    except Exception as error:
        raise OutputError(
            f"{address} cannot be written: {_reason(error)}", do=_mend(address)
        ) from None


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1][:300]


def _mend(address: str) -> str:
    if address.startswith("s3://"):
        return (
            "check the name of the bucket and your credentials; s3:// needs `pip install boto3`"
            " (extra `cluster`)"
        )
    return (
        "check the address and your credentials, and that papermill's extra for this store is"
        " installed"
    )
