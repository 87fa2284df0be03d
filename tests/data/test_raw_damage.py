"""The publishers' own files, damaged: the table is refused, and every offender is named."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from analysis.errors import BallastError, DataFileError
from analysis.paths import raw_root
from analysis.sources.source import RawStore
from analysis.tables import build
from analysis.tables.catalogue import catalogue
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
    pytest.mark.raw,
    pytest.mark.skipif(
        raw_root() is None, reason="BALLAST_RAW is not set: there are no published files to damage"
    ),
]
FOLDER = "found_2026_11/trade"
DAMAGES = yaml.safe_load(Path(__file__).with_name("raw_damages.yaml").read_text("utf-8"))
Damage = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def damaged(tmp_path: Path) -> Callable[[str, Damage], RawStore]:
    """A function that gives the raw store, made of links, with one file changed."""

    def store(file: str, damage: Damage) -> RawStore:
        root = raw_root()
        assert root is not None
        for path in root.rglob("*"):
            target = tmp_path / path.relative_to(root)
            if path.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                os.symlink(path, target)
        (tmp_path / file).unlink()
        if file.endswith(".parquet"):
            damage(pd.read_parquet(root / file)).to_parquet(tmp_path / file)
        else:
            frame = pd.read_csv(root / file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
            damage(frame).to_csv(tmp_path / file, index=False)
        return RawStore(tmp_path)

    return store


def changed(frame: pd.DataFrame, step: dict[str, Any]) -> pd.DataFrame:
    chosen = frame.index.isin(step.get("rows", frame.index))
    for column, pattern in step.get("where", {}).items():
        chosen &= frame[column].str.contains(pattern)
    assert chosen.any()
    frame = frame.assign(
        **{name: frame[name].mask(chosen, value) for name, value in step.get("put", {}).items()}
    )
    for column, factor in step.get("times", {}).items():
        slipped = frame.loc[chosen, column].astype(float) * factor
        frame.loc[chosen, column] = slipped.astype(str)
    if "drop" in step:
        return frame[~chosen]
    if "repeat" in step:
        return pd.concat([frame, frame[chosen]])
    return frame.rename(columns=step.get("rename", {}))


@pytest.mark.parametrize(
    ("table", "file", "steps", "said"),
    [pytest.param(*rest, id=what) for what, *rest in DAMAGES],
)
def test_a_damaged_file_is_refused_with_its_offenders(
    damaged: Any, table: str, file: str, steps: list[dict[str, Any]], said: str
) -> None:
    def damage(frame: pd.DataFrame) -> pd.DataFrame:
        for step in steps:
            frame = changed(frame, step)
        return frame

    with pytest.raises(BallastError, match=said):
        build.made(table, RECIPES[table], damaged(f"{FOLDER}/{file}", damage))


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
GROUPS = "Asia|Total value|World|Advanced Economies|Africa|Emerging and Developing Europe"
CASES = [
    (file, damage)
    for file in NUMBER
    for damage in ("renamed", "cut", "repeated", "negative", "slipped")
    if (file, damage) not in ((YUAN, "negative"), (DOTS, "renamed"), (DOTS, "negative"))
]
"""Growth may be negative; the world's panel is large, and its other damages are quick to make."""


def first(frame: pd.DataFrame, column: str) -> Any:
    """Label of the first sizeable number in a row that names no group of countries. Exports of 2025
    come without totals, so that a slip in a small flow stays unseen."""
    grouped = frame.select_dtypes(exclude="number").isin(GROUPS.split("|")).any(axis=1)
    if "reporter" in frame:
        grouped |= ~frame.partner.isin(["France", "Germany", "Japan"])
    numbers = pd.to_numeric(frame[column], errors="coerce")
    return frame.index[(numbers > (1000 if "exporter" in frame else 1)) & ~grouped][0]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "damage"), CASES)
def test_a_damaged_number_row_or_column_stops_the_build(
    damaged: Any, monkeypatch: pytest.MonkeyPatch, file: str, damage: str
) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        column = NUMBER[file]
        place = first(frame, column)
        if damage == "renamed":
            return frame.rename(columns={column: f"{column} (new)"})
        if damage == "cut":
            return frame.iloc[: len(frame) // 2]
        if damage == "repeated":
            return pd.concat([frame, frame.loc[[place]]])
        value = float(frame.loc[place, column]) * (1000 if damage == "slipped" else -5000)
        is_text = not pd.api.types.is_numeric_dtype(frame[column])
        frame.loc[place, column] = str(value) if is_text else value
        return frame

    monkeypatch.setattr(build, "RECIPES", {TABLES[file]: RECIPES[TABLES[file]]})
    with pytest.raises(DataFileError, match=f"nothing was written:\n  {TABLES[file]}: "):
        build.build(damaged(file, change))


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


@pytest.mark.slow
@pytest.mark.parametrize(("table", "damage"), HAND_TYPED)
def test_a_damaged_row_typed_by_hand_is_refused(damaged: Any, table: str, damage: str) -> None:
    column, text, said = TYPED_DAMAGES[damage]

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[-2:], column] = text
        return frame

    with pytest.raises(BallastError, match=said):
        build.made(table, RECIPES[table], damaged(catalogue()[table]["recipe"]["file"], change))


@pytest.mark.slow
def test_all_damaged_files_are_named_at_once(damaged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = damaged(DEFLATORS, lambda frame: frame.rename(columns={NUMBER[DEFLATORS]: "gdp"}))
    for file in (RATES, BRENT):
        (raw.root / file).unlink()
    tables = [TABLES[file] for file in (RATES, BRENT, DEFLATORS, PARTNERS)]
    monkeypatch.setattr(build, "RECIPES", {table: RECIPES[table] for table in tables})
    with pytest.raises(DataFileError, match=r"^3 of 4 tables could not be built") as refused:
        build.build(raw)
    for said in (
        f"exchange_rates: the raw file {RATES} is missing",
        f"oil_prices: the raw file {BRENT} is missing",
        f"deflators: the raw file {DEFLATORS} lacks the columns ['{NUMBER[DEFLATORS]}']",
    ):
        assert said in str(refused.value)
