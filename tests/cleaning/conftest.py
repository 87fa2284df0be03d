"""A raw store of specimens, which a test then damages."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.sources.source import RawStore
from tests.raw_files import SPECIMENS, sound, write


@pytest.fixture(scope="session")
def specimens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the sound files, written once."""
    folder = tmp_path_factory.mktemp("specimens")
    for path in SPECIMENS.rglob("*.csv"):
        file = path.relative_to(SPECIMENS).as_posix().replace(".parquet.csv", ".parquet")
        write(sound(file), folder / file)
    return folder


@pytest.fixture
def store(
    tmp_path: Path, specimens: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., RawStore]:
    """A function that writes the sound files, with those given by their path put in their place."""
    listed = tmp_path / "announced_growth.csv"
    listed.write_text("year,month,flow,growth_pct,currency,url\n")
    monkeypatch.setattr("analysis.cleaning.announced.GROWTH", listed)

    def written(changed: dict[str, pd.DataFrame] | None = None) -> RawStore:
        shutil.copytree(specimens, tmp_path / "raw", dirs_exist_ok=True)
        for file, frame in (changed or {}).items():
            write(frame, tmp_path / "raw" / file)
        return RawStore(tmp_path / "raw")

    return written


@pytest.fixture(autouse=True)
def nothing_declared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No corrections and no exceptions: those of the project concern its own raw files."""
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "corrections.csv").write_text("table,key,column,expect,set,reason,source\n")
    (folder / "exceptions.csv").write_text("table,lint,key,reason\n")
    monkeypatch.setattr("analysis.cleaning.corrections.FOLDER", folder)
