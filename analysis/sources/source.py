"""What is known of a publisher, and the folder that holds what it published."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis.errors import RawDataError
from analysis.paths import raw_root


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher's data set: who made it, how to cite it, and where it is known to mislead.

    Attributes
    ----------
    key : str
        Short name used in tables and captions.
    producer, title : str
        Who publishes it and under what name.
    citation : str
        As a reference list would give it.
    url : str
        The publisher's own page.
    licence : str
        Terms of use as the publisher states them.
    units, basis : str
        Units of the figures, and valuation or definition (for example 'imports CIF, exports FOB').
    served_by : str
        Repository and commit that carried the copy used here, where it was not the publisher
        itself.
    traps : tuple of str
        What a careless reader would get wrong.
    """

    key: str
    producer: str
    title: str
    citation: str
    url: str
    licence: str
    units: str
    basis: str
    served_by: str = ""
    traps: tuple[str, ...] = ()


@dataclass(slots=True)
class RawStore:
    """The folder of raw files, remembering which were opened so that each table knows its
    parents.
    """

    root: Path
    opened: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> RawStore:
        """Store named by ``BALLAST_RAW``.

        Raises
        ------
        RawDataError
            If the variable is not set or does not name a folder.
        """
        root = raw_root()
        if root is None or not root.is_dir():
            came_in = (
                "BALLAST_RAW is not set"
                if root is None
                else f"BALLAST_RAW names {root}, which is not a folder"
            )
            raise RawDataError(
                f"the publishers' raw files are needed to rebuild the tables, and {came_in}",
                do=(
                    "set BALLAST_RAW to the folder of raw files; data/datapackage.json lists each"
                    " file under 'parents' with its sha256, and CONTRIBUTING.md says where they"
                    " come from. Reading and running the notebooks needs no raw files"
                ),
            )
        return cls(root)

    def path(self, relative: str) -> Path:
        """Full path of a raw file, noting its hash as a parent of the table being built."""
        path = self.root / relative
        if not path.is_file():
            raise RawDataError(
                f"the raw file {relative} is missing from {self.root}",
                do=(
                    "restore it, or see the 'parents' in data/datapackage.json for its hash and"
                    " origin"
                ),
            )
        self.opened[relative] = hashlib.sha256(path.read_bytes()).hexdigest()
        return path

    def csv(self, relative: str, *, columns: tuple[str, ...], **options: object) -> pd.DataFrame:
        """Read a CSV as the publisher left it (text only) and check that the named columns are
        there.
        """
        path = self.path(relative)
        try:
            frame = pd.read_csv(
                path, dtype=str, keep_default_na=False, encoding="utf-8-sig", **options
            )  # type: ignore[call-overload]
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as problem:
            raise _unreadable(relative, problem) from problem
        return _with_columns(frame, relative, columns)

    def parquet(self, relative: str, *, columns: tuple[str, ...]) -> pd.DataFrame:
        """Read a Parquet file and check that the named columns are there."""
        path = self.path(relative)
        try:
            frame = pd.read_parquet(path)
        except (OSError, ValueError) as problem:
            raise _unreadable(relative, problem) from problem
        return _with_columns(frame, relative, columns)

    def stata(self, relative: str, *, columns: tuple[str, ...]) -> pd.DataFrame:
        """Read a Stata file (labels left as codes) and check that the named columns are there."""
        path = self.path(relative)
        try:
            frame = pd.read_stata(path, convert_categoricals=False)
        except (OSError, ValueError, struct.error) as problem:
            raise _unreadable(relative, problem) from problem
        return _with_columns(frame, relative, columns)


def _unreadable(relative: str, problem: Exception) -> RawDataError:
    return RawDataError(
        f"the raw file {relative} cannot be read ({str(problem).splitlines()[0]})",
        do=(
            "it may be truncated: restore it from its origin and compare its sha256 with"
            " data/datapackage.json"
        ),
    )


def _with_columns(frame: pd.DataFrame, relative: str, columns: tuple[str, ...]) -> pd.DataFrame:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise RawDataError(
            f"the raw file {relative} lacks the columns {missing}; it has {list(frame.columns)}",
            do="if the publisher renamed them, mend the read_ function of that source",
        )
    if frame.empty:
        raise RawDataError(
            f"the raw file {relative} has a header and no rows", do="restore it from its origin"
        )
    return frame
