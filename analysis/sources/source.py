"""What is known of each publisher, and the folder that holds what it published."""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

import pandas as pd

from analysis.errors import RawDataError
from analysis.paths import raw_root
from analysis.sources.package import listed

UNREADABLE = (pd.errors.ParserError, pd.errors.EmptyDataError, OSError, ValueError, struct.error)
"""What pandas raises where a file is cut or is of another format."""


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Every data set that a publisher made, by the name that tables and captions give it: the
    records under 'sources' in the catalogue, of the Data Package standard, with served_by (who
    carried the copy), traps (what a careless reader would get wrong), months_after (by rule, from
    the end of a period to its publication) and renewed_by (what `ballast data fetch` calls it).
    """
    return {record["name"]: record for record in listed()["sources"]}


@dataclass(slots=True)
class RawStore:
    """The folder of raw files, which remembers those that were opened: a table's parents. Reading
    gives the named columns (separated by commas) as the publisher left them, or a RawDataError if
    the file is missing, cannot be read, lacks a column or has no rows.
    """

    root: Path
    opened: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> Self:
        """Store named by ``BALLAST_RAW``; a RawDataError if that is not set or is no folder."""
        root = raw_root()
        if root is None or not root.is_dir():
            came_in = "is not set" if root is None else f"names {root}, which is not a folder"
            raise RawDataError(
                f"the publishers' raw files are needed to rebuild the tables, and BALLAST_RAW"
                f" {came_in}",
                do="set BALLAST_RAW to the folder of raw files; data/datapackage.json lists each"
                " file under 'parents' with its sha256, and CONTRIBUTING.md says where they come"
                " from. Reading and running the notebooks needs no raw files",
            )
        return cls(root)

    def csv(self, relative: str, columns: str, **options: Any) -> pd.DataFrame:
        """Columns of a CSV, text only; the options are those of ``pandas.read_csv``."""
        plain: dict[str, Any] = {"dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}
        return self._read(relative, columns, lambda path: pd.read_csv(path, **plain | options))

    def parquet(self, relative: str, columns: str) -> pd.DataFrame:
        """Columns of a Parquet file."""
        return self._read(relative, columns, pd.read_parquet)

    def stata(self, relative: str, columns: str) -> pd.DataFrame:
        """Columns of a Stata file, labels left as codes."""
        return self._read(
            relative, columns, lambda path: pd.read_stata(path, convert_categoricals=False)
        )

    def _read(
        self, relative: str, columns: str, read: Callable[[Path], pd.DataFrame]
    ) -> pd.DataFrame:
        path = self.root / relative
        if not path.is_file():
            raise RawDataError(
                f"the raw file {relative} is missing from {self.root}",
                do="restore it, or see the 'parents' in data/datapackage.json for its hash and"
                " origin",
            )
        self.opened[relative] = hashlib.sha256(path.read_bytes()).hexdigest()
        try:
            frame = read(path)
        except UNREADABLE as problem:
            raise RawDataError(
                f"the raw file {relative} cannot be read ({str(problem).splitlines()[0]})",
                do="it may be truncated: restore it from its origin and compare its sha256 with"
                " data/datapackage.json",
            ) from problem
        names = [name.strip() for name in columns.split(",")]
        if missing := [name for name in names if name not in frame or f"{name}.1" in frame]:
            raise RawDataError(
                f"the raw file {relative} lacks the columns {missing}, or has one twice; it has"
                f" {list(frame.columns)}",
                do="if the publisher renamed them, mend the read_ function or the recipe",
            )
        if frame.empty:
            raise RawDataError(
                f"the raw file {relative} has a header and no rows", do="restore it from its origin"
            )
        return frame[names]
