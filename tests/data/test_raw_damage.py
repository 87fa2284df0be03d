"""The publishers' own files, damaged: the build names every table that fails, and data/ stays as it
was."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import DataFileError, RawDataError
from analysis.paths import CATALOGUE, DATA, raw_root
from analysis.sources.source import RawStore
from analysis.tables import build, catalogue
from analysis.tables.recipes import RECIPES
from tests.raw_files import (
    ANNUAL,
    BRENT,
    DEFLATORS,
    DOTS,
    EDGES,
    MONTHLY,
    PARTNERS,
    RATES,
    RUSSIA,
    TABLES,
    YUAN,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.raw,
    pytest.mark.skipif(
        raw_root() is None, reason="BALLAST_RAW is not set: there are no published files to damage"
    ),
]
NUMBER = {
    RUSSIA: "2021",
    EDGES: "export_fob_usd_mn",
    ANNUAL: "total_usd_bn",
    MONTHLY: "cum_total_usd_bn",
    YUAN: "yoy_pct_yuan",
    PARTNERS: "exports_cny_10k",
    RATES: "Exchange rate",
    DEFLATORS: "gdp_deflator_2017eq100",
    BRENT: "Price",
    DOTS: "value_usd_mn",
}
SMALL = [file for file in NUMBER if file != DOTS]
Damage = Callable[[pd.DataFrame, str], pd.DataFrame]


LEAST = {EDGES: 1000.0}
"""Exports of 2025 come without totals: a slip in a small flow of a country that no claim rests on
stays unseen."""
GROUPS = [
    "Asia",
    "Total value",
    "World",
    "Advanced Economies",
    "Africa",
    "Emerging and Developing Europe",
]


def first(frame: pd.DataFrame, column: str) -> object:
    """Label of the first sizeable number in a row that names no group of countries."""
    grouped = frame.select_dtypes(exclude="number").isin(GROUPS).any(axis=1)
    if "reporter" in frame:
        grouped |= ~frame.partner.isin(["France", "Germany", "Japan"])
    numbers = pd.to_numeric(frame[column], errors="coerce")
    return frame.index[(numbers > (LEAST[EDGES] if "exporter" in frame else 1)) & ~grouped][0]


def renamed(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.rename(columns={column: f"{column} (new)"})


def half(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.iloc[: len(frame) // 2]


def doubled(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return pd.concat([frame, frame.loc[[first(frame, column)]]])


def changed(frame: pd.DataFrame, column: str, change: Callable[[float], object]) -> pd.DataFrame:
    place = first(frame, column)
    kept = frame.copy()
    value = change(float(kept.loc[place, column]))
    kept.loc[place, column] = value if pd.api.types.is_numeric_dtype(frame[column]) else str(value)
    return kept


def negative(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return changed(frame, column, lambda value: -5000 * value)


def slipped(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return changed(frame, column, lambda value: 1000 * value)


DAMAGES: dict[str, Damage] = {
    "a renamed column": renamed,
    "cut at a row": half,
    "a duplicate key": doubled,
    "a negative value": negative,
    "a value a thousand times too large": slipped,
}


def linked(folder: Path, replaced: str) -> Path:
    """A copy of the raw store made of links, without the file that is to be damaged."""
    root = raw_root()
    assert root is not None
    for path in root.rglob("*"):
        if path.is_file() and path.relative_to(root).as_posix() != replaced:
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(path, target)
    (folder / replaced).parent.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of links in place of the project's, so that a build that should have failed
    harms nothing."""
    folder = tmp_path / "data"
    for path in DATA.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(DATA)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(path, target)
    for place in (sys.modules[catalogue.__module__], build):
        monkeypatch.setattr(place, "DATA", folder)
        monkeypatch.setattr(place, "CATALOGUE", folder / CATALOGUE.name)
    catalogue.cache_clear()
    yield folder
    catalogue.cache_clear()


def fingerprints(folder: Path) -> dict[str, tuple[bool, str]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path): (path.is_symlink(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
    }


def refused(root: Path, tables: list[str], data: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The error of a build of some tables, once the data folder is seen to be untouched."""
    monkeypatch.setattr(build, "RECIPES", {table: RECIPES[table] for table in tables})
    before = fingerprints(data)
    with pytest.raises(
        DataFileError, match=r"tables could not be built; nothing was written"
    ) as caught:
        build.write(build.build(RawStore(root)))
    assert fingerprints(data) == before
    return str(caught.value)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", SMALL)
def test_a_damaged_file_stops_the_build(
    file: str, damage: str, tmp_path: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = linked(tmp_path / "raw", file)
    published = raw_root() / file
    if file.endswith(".parquet"):
        DAMAGES[damage](pd.read_parquet(published), NUMBER[file]).to_parquet(root / file)
    else:
        frame = pd.read_csv(published, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        DAMAGES[damage](frame, NUMBER[file]).to_csv(root / file, index=False)
    if damage == "a negative value" and file == YUAN:
        pytest.skip("growth may be negative")
    assert f"{TABLES[file]}: " in refused(root, [TABLES[file]], own_data, monkeypatch)


@pytest.mark.parametrize(
    "damage", ["cut at a row", "a value a thousand times too large", "a duplicate key"]
)
def test_a_damaged_world_panel_stops_the_build(
    damage: str, tmp_path: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = linked(tmp_path / "raw", DOTS)
    DAMAGES[damage](pd.read_parquet(raw_root() / DOTS), NUMBER[DOTS]).to_parquet(root / DOTS)
    assert "trade_annual: " in refused(root, ["trade_annual"], own_data, monkeypatch)


TYPED_DAMAGES = {
    "an address that is none": ("source_url", "a book on a shelf", "no_address"),
    "a quotation too long": ("quote", "so many words " * 9, "a quotation of more than 25 words"),
    "a day that no calendar has": ("date", "2023-02-30", "dates that no calendar has"),
    "a required text left empty": ("quote", " ", "quote is not given"),
}
HAND_TYPED = [
    (name, damage)
    for name, entry in catalogue().items()
    if "collected" in entry and entry.get("recipe", {}).get("file", "").startswith("found_")
    for damage, (column, _, _) in TYPED_DAMAGES.items()
    for field in entry["schema"]["fields"]
    if field.get("from") == column and field["name"] in ("url", "quote", "date")
    if damage != "a required text left empty" or "constraints" in field
]
"""Tables made of one file typed by hand, and the damages that concern a column they have."""


@pytest.mark.parametrize(("table", "damage"), HAND_TYPED)
def test_a_damaged_row_typed_by_hand_stops_the_build(
    table: str, damage: str, tmp_path: Path
) -> None:
    column, text, said = TYPED_DAMAGES[damage]
    relative = catalogue()[table]["recipe"]["file"]
    frame = pd.read_csv(raw_root() / relative, dtype=str, keep_default_na=False)
    frame.loc[frame.index[-2:], column] = text
    (tmp_path / relative).parent.mkdir(parents=True)
    frame.to_csv(tmp_path / relative, index=False)
    with pytest.raises((DataFileError, RawDataError), match=said):
        build.made(table, RECIPES[table], RawStore(tmp_path))


def test_all_damaged_files_are_named_at_once(
    tmp_path: Path, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = linked(tmp_path / "raw", RATES)
    for file in (BRENT, YUAN):
        (root / file).unlink()
    (root / YUAN).write_bytes((raw_root() / YUAN).read_bytes()[:400])
    (root / DEFLATORS).unlink()
    text = (raw_root() / DEFLATORS).read_text()
    (root / DEFLATORS).write_text(text.replace("gdp_deflator_2017eq100", "gdp_deflator"))
    tables = [TABLES[file] for file in (RATES, BRENT, YUAN, DEFLATORS, PARTNERS)]
    message = refused(root, tables, own_data, monkeypatch)
    assert message.startswith("4 of 5 tables could not be built")
    for said in (
        f"exchange_rates: the raw file {RATES} is missing",
        f"oil_prices: the raw file {BRENT} is missing",
        (
            "deflators: the raw file prices/us_deflators_annual.csv lacks the columns"
            " ['gdp_deflator_2017eq100']"
        ),
        "china_customs_yuan_growth: ",
    ):
        assert said in message
