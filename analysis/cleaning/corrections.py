"""Declared corrections: each changes one value, says why, and stops once the publisher has mended
it.
"""

import pandas as pd

from analysis.countries import text_table
from analysis.errors import RawDataError
from analysis.paths import DATA

FOLDER = DATA / "corrections"
TOLERANCE = 1e-6
"""Relative; corrections quote the published figure, and files store it in double precision."""


def declared(table: str, *, file: str = "corrections.csv") -> pd.DataFrame:
    """Rows of a corrections file that concern a table (all text)."""
    rows = text_table(FOLDER / file)
    return rows[rows["table"] == table]


def _selected(frame: pd.DataFrame, key: str) -> pd.Series:
    """Rows whose columns equal a key written as 'reporter=RUS; partner=UGA; year=2024'."""
    chosen = pd.Series(True, index=frame.index)
    for part in key.split(";"):
        column, _, value = part.strip().partition("=")
        chosen &= frame[column].astype(str) == value
    return chosen


def _as_expected(found: float | str, expect: str) -> bool:
    if expect == "":
        return bool(pd.isna(found))
    if isinstance(found, str):
        return found == expect
    return abs(float(found) - float(expect)) <= TOLERANCE * max(1.0, abs(float(expect)))


def corrected(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Copy of a table with its declared corrections applied; a RawDataError lists those that no
    longer find the one row they name or the value they expect.
    """
    result, stale = frame.copy(), []
    for row in declared(table).to_dict("records"):
        chosen, column = _selected(result, row["key"]), row["column"]
        found = result.loc[chosen, column].tolist()
        if len(found) != 1 or not _as_expected(found[0], row["expect"]):
            expected = f"{row['key']} expects {column} = {row['expect'] or 'missing'}"
            stale.append(f"{expected} and found {found}")
            continue
        new: object = row["set"] if isinstance(found[0], str) else float(row["set"] or "nan")
        result[column] = result[column].mask(chosen, new)
    if stale:
        raise RawDataError(
            f"corrections of '{table}' no longer fit the data: {'; '.join(stale)}",
            do="if the publisher has mended the figure, remove the row from"
            " data/corrections/corrections.csv",
        )
    return result
