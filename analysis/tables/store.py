"""Reading and writing table files: whole or not at all, and the same bytes for the same content."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.sources.leftovers import unfinished

ROW_GROUP = 65_536
# Arrow's own pool gives memory back so eagerly that it costs a second.
pa.set_memory_pool(pa.system_memory_pool())


def whole(path: Path, dtypes: dict[str, str]) -> pd.DataFrame | pa.Table:
    """All of a file: a frame of a CSV table, an Arrow table of a Parquet one."""
    text = [name for name, kind in dtypes.items() if kind == "str"]
    if path.suffix == ".parquet":
        return pq.read_table(path, read_dictionary=text)
    missing = {name: [""] for name in dtypes if name not in text}
    return pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=missing)


def matching(
    table: pd.DataFrame | pa.Table,
    dtypes: dict[str, str],
    filters: Sequence[tuple[str, Sequence[Any]]] = (),
) -> pd.DataFrame:
    """Rows of what ``whole`` returned in which columns have one of some values."""
    numbers_first = sorted(filters, key=lambda one: dtypes[one[0]] == "str")  # faster
    for column, values in numbers_first:
        if isinstance(table, pd.DataFrame):
            table = table[table[column].isin(values)]
        else:
            table = table.filter(_is_one_of(table[column], values))
    if isinstance(table, pd.DataFrame):
        return table.reset_index(drop=True)
    schema = pa.schema([(field.name, _plain(field.type)) for field in table.schema])
    return table.cast(schema).to_pandas().astype(dtypes)


def _is_one_of(column: pa.ChunkedArray, values: Sequence[Any]) -> pa.ChunkedArray:
    """Whether each value is one of those wanted, of text asked once for each that occurs."""
    wanted = pa.array(values, type=_plain(column.type))
    if not pa.types.is_dictionary(column.type):
        return pc.is_in(column, value_set=wanted)
    chunks = [(chunk, pc.is_in(chunk.dictionary, value_set=wanted)) for chunk in column.chunks]
    return pa.chunked_array([found.take(chunk.indices) for chunk, found in chunks], pa.bool_())


def _plain(kind: pa.DataType) -> pa.DataType:
    """Type of the values of a column, which for text is kept as a dictionary."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a table; an interrupted write leaves the old file untouched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = unfinished(path)
    try:
        if path.suffix == ".parquet":
            _write_parquet(frame, making)
        else:
            frame.to_csv(making, index=False, lineterminator="\n")
        os.replace(making, path)
    finally:
        making.unlink(missing_ok=True)


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    repeated = [name for name in frame.columns if frame[name].dtype == "str"]
    packed: dict[str, Any] = {"compression": "zstd", "compression_level": 9}
    pq.write_table(table, path, row_group_size=ROW_GROUP, use_dictionary=repeated, **packed)


def content_hash(frame: pd.DataFrame, *, keys: list[str]) -> str:
    """SHA-256 of a table's columns, types and values, whatever the order of its rows."""
    ordered = frame.sort_values(keys, kind="stable")
    digest = hashlib.sha256()
    for name in ordered.columns:
        column = ordered[name]
        digest.update(f"{name}:{column.dtype}\n".encode())
        if column.dtype == "str":
            digest.update("\x1f".join(column.fillna("\x00").tolist()).encode())
        else:
            digest.update(_plain_bytes(column))
    return digest.hexdigest()


def _plain_bytes(column: pd.Series) -> bytes:
    """Numbers as double precision, with one form of NaN and of zero whatever computed them."""
    numbers = column.astype("float64").to_numpy(copy=True)
    numbers[np.isnan(numbers)] = np.nan
    numbers[numbers == 0] = 0.0
    return numbers.tobytes()
