"""Heads of tables in words: what a reader sees in place of the name of a column."""

from functools import cache
from pathlib import Path

import yaml

UNITS = {"_pct": ", %", "_usd_bn": ", USD bn", "_usd_mn": ", USD mn", "_mt": ", Mt", "_ej": ", EJ"}
"""How the ending of a column's name is said."""


def head(column: str) -> str:
    """Words for a column: those in heads.yaml, or 'Exports, USD bn' for 'exports_usd_bn'."""
    if column in _heads():
        return _heads()[column]
    ending = next((ending for ending in UNITS if column.endswith(ending)), "")
    words = column.removesuffix(ending).replace("_", " ")
    return words[:1].upper() + words[1:] + UNITS.get(ending, "")


@cache
def _heads() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return words
