"""What a sweep leaves: one tidy table of all that was measured, and a page that lists the runs."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.press.batch import Outcome
from analysis.press.notebook import Json
from analysis.press.parameters import Parameter, plain

OWN = ("run", "status", "reason", "seconds")
LONGEST_CELL = 200
"""Characters of what was measured, on the page."""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>
:root {{ color-scheme: light dark; }} th, td {{ padding: .3rem .7rem; text-align: left; }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; }}
table {{ border-collapse: collapse; font-size: .9rem; display: block; overflow-x: auto; }}
</style></head><body><h1>{title}</h1>{body}</body></html>
"""
"""A page that fetches nothing: no script, no font and no picture from anywhere."""


class Results:
    """What came of each run of a sweep: a row with its parameters and all that it has measured."""

    def __init__(self, declared: Mapping[str, Parameter]) -> None:
        self.declared = declared
        self.counts: Counter[str] = Counter()
        self.rows: list[Json] = []

    def add(self, outcome: Outcome, values: Mapping[str, object]) -> None:
        """Take in what came of a run with these values; other parameters have their defaults."""
        self.counts[outcome.status] += 1
        whole = {name: parameter.shown for name, parameter in self.declared.items()} | dict(values)
        row: Json = {"run": outcome.name, "status": outcome.status, "reason": outcome.error}
        row |= {"seconds": outcome.seconds, "measured": outcome.measured}
        self.rows.append(row | {"parameters": plain(whole), "given": plain(values)})

    def to_parquet(self) -> bytes:
        """The table: one row for each record of each run, and one for a run without any.

        Columns: ``run``, ``status``, ``reason`` (empty unless it failed) and ``seconds``; every
        parameter of the notebook, given or not; then whatever the records hold. A record's column
        whose name is taken is called ``measured_NAME``. Lists, whole numbers of more than 63 bits,
        and columns that mix text and numbers, are written as JSON.
        """
        import pyarrow as pa
        from pyarrow import parquet

        taken = {*OWN, *self.declared}
        lines, names = [], dict.fromkeys([*OWN, *self.declared])
        for row in self.rows:
            for record in row["measured"] or [{}]:
                named = {f"measured_{key}" if key in taken else key: record[key] for key in record}
                lines.append({**{name: row[name] for name in OWN}, **row["parameters"], **named})
                names |= dict.fromkeys(named)
        columns = ([line.get(name) for line in lines] for name in names)
        arrays = [pa.array(_of_one_type(column)) for column in columns]
        target = pa.BufferOutputStream()
        parquet.write_table(pa.table(arrays, names=list(map(_writable, names))), target)
        return bytes(target.getvalue().to_pybytes())

    def to_html(self, title: str, table: Path | str) -> str:
        """The page: failed runs first, each with its reason, a link and what it measured."""
        varied = list(dict.fromkeys(name for row in self.rows for name in row["given"]))
        head = ["run", *varied, "status", "seconds", "measured"]
        counts = ", ".join(f"{self.counts[kind]} {kind}" for kind in ("run", "unchanged", "failed"))
        told = f"<p>{counts}. Everything measured, as one table: {html.escape(str(table))}</p>"
        heads = "".join(f"<th>{html.escape(name)}</th>" for name in head)
        rows = sorted(self.rows, key=lambda row: bool(row["status"] != "failed"))
        lines = "".join(_line(row, varied) for row in rows)
        body = f"{told}<table><tr>{heads}</tr>\n{lines}</table>"
        return PAGE.format(title=html.escape(title), body=body)


def _line(row: Json, varied: list[str]) -> str:
    """Row of the page."""
    said = "; ".join(" ".join(map(str, record.values())) for record in row["measured"])
    said = said if len(said) <= LONGEST_CELL else f"{said[:LONGEST_CELL]} ..."
    given = [str(row["given"].get(name, "")) for name in varied]
    cells = [*given, row["status"], f"{row['seconds']:.1f}", row["reason"] or said]
    link = f'<a href="{quote(row["run"])}.ipynb">{html.escape(row["run"])}</a>'
    return f"<tr><td>{link}</td>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>\n"


def _of_one_type(column: list[Any]) -> list[Any]:
    """Column as it is where all are text, all numbers or all true and false; else each as JSON."""
    kinds = {type(value) for value in column if value is not None}
    too_large = any(type(value) is int and abs(value) >= 2**63 for value in column)
    if kinds == {int, float}:
        return [None if value is None else float(value) for value in column]
    if len(kinds) > 1 or kinds - {int, float, str, bool} or too_large:
        return [None if value is None else json.dumps(value) for value in column]
    return [_writable(value) if isinstance(value, str) else value for value in column]


def _writable(text: str) -> str:
    """Text whose characters UTF-8 can write; the others become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
