"""What a sweep leaves: one tidy table of everything that its runs measured, and a page that lists
the runs.
"""

from __future__ import annotations

import contextlib
import html
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.press.batch import Outcome
from analysis.press.notebook import Json, OutputError
from analysis.press.pages import page
from analysis.press.parameters import Parameter, plain

OWN = ("run", "status", "reason", "seconds")
LONGEST_CELL = 200  # characters of what was measured, on the page


class Results:
    """Rows of runs, kept in a file without a name until they become the table: memory does not grow
    with them.

    The file is gone with this process, however it ends.
    """

    def __init__(self, declared: Mapping[str, Parameter]) -> None:
        self.declared = declared
        self.counts: Counter[str] = Counter()
        with _explained():
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, outcome: Outcome, values: Mapping[str, object]) -> None:
        """Take in what came of a run with these values of parameters; the others have their
        defaults.
        """
        self.counts[outcome.status] += 1
        whole = {
            name: values.get(name, parameter.default) for name, parameter in self.declared.items()
        }
        row = {
            "run": outcome.name,
            "status": outcome.status,
            "reason": outcome.error,
            "seconds": outcome.seconds,
        }
        row |= {"parameters": plain(whole), "given": plain(values), "measured": outcome.measured}
        with _explained():
            print(json.dumps(row), file=self._file, flush=True)

    def rows(self) -> Iterator[Json]:
        """One dictionary for each run."""
        self._file.seek(0)
        return map(json.loads, self._file)

    def to_parquet(self) -> bytes:
        """The table: one row for each record of each run, and one for a run without any.

        Columns: ``run``, ``status``, ``reason`` (empty unless it failed) and ``seconds``; every
        parameter of the notebook, given or not; then whatever the records hold. A record's column
        whose name is taken is called ``measured_NAME``. Lists, and columns that mix text and
        numbers, are written as JSON.
        """
        import pyarrow as pa
        from pyarrow import parquet

        taken = {*OWN, *self.declared}
        columns: dict[str, list[Any]] = {name: [] for name in [*OWN, *self.declared]}
        length = 0
        for row in self.rows():
            for record in row["measured"] or [{}]:
                named = {
                    f"measured_{key}" if key in taken else key: value
                    for key, value in record.items()
                }
                for name in [name for name in named if name not in columns]:
                    columns[name] = [None] * length
                whole = {**{name: row[name] for name in OWN}, **row["parameters"], **named}
                for name, column in columns.items():
                    column.append(whole.get(name))
                length += 1
        arrays = {name: pa.array(_of_one_type(column)) for name, column in columns.items()}
        target = io.BytesIO()
        parquet.write_table(pa.table(arrays), target)
        return target.getvalue()

    def to_html(self, title: str, table: Path | str) -> str:
        """The page: failed runs first, each with its reason, a link to its notebook and what it
        measured.
        """
        varied = list(dict.fromkeys(name for row in self.rows() for name in row["given"]))
        lines: dict[bool, list[str]] = {True: [], False: []}
        for row in self.rows():
            lines[row["status"] == "failed"].append(_line(row, varied))
        head = "".join(
            f"<th>{html.escape(name)}</th>"
            for name in ["run", *varied, "status", "seconds", "measured"]
        )
        counts = ", ".join(
            f"{self.counts[status]} {status}" for status in ("run", "unchanged", "failed")
        )
        body = (
            f"<h1>{html.escape(title)}</h1><p>{counts}. Everything measured, as one table:"
            f" {html.escape(str(table))}"
        )
        return page(
            title,
            f"{body}</p><table><tr>{head}</tr>\n{''.join(lines[True] + lines[False])}</table>",
        )


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """OutputError where there is no room for temporary files."""
    try:
        yield
    except OSError as error:
        fault = f"what was measured cannot be kept in a temporary file: {error.strerror}"
        raise OutputError(
            fault, do="make room in the folder for temporary files, or name another with TMPDIR"
        ) from None


def _line(row: Json, varied: list[str]) -> str:
    """Row of the page."""
    said = row["reason"] or "; ".join(
        " ".join(map(str, record.values())) for record in row["measured"]
    )
    said = said if row["reason"] or len(said) <= LONGEST_CELL else f"{said[:LONGEST_CELL]} ..."
    link = f'<a href="{html.escape(row["run"])}.ipynb">{html.escape(row["run"])}</a>'
    cells = [
        *(str(row["given"].get(name, "")) for name in varied),
        row["status"],
        f"{row['seconds']:.1f}",
        said,
    ]
    return f"<tr><td>{link}</td>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>\n"


def _of_one_type(column: list[Any]) -> list[Any]:
    """Column as it is where its values are all text, all numbers or all true and false; else each
    as JSON.
    """
    kinds = {float if type(value) is int else type(value) for value in column if value is not None}
    if len(kinds) > 1 or kinds - {float, str, bool}:
        return [None if value is None else json.dumps(value) for value in column]
    if {type(value) for value in column} >= {int, float}:
        return [None if value is None else float(value) for value in column]
    return column
