import pandas as pd
import pytest

from analysis.errors import DataFileError, RawDataError
from analysis.sources.source import RawStore
from analysis.tables import build, describe, load


@pytest.fixture
def recipes(monkeypatch, frame):
    """Recipes for both synthetic tables; each test may replace one."""
    made = {"small": lambda raw: frame.copy(), "large": lambda raw: frame.copy()}
    monkeypatch.setattr(build, "RECIPES", made)
    return made


def snapshot(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_rebuild_of_the_same_is_no_difference_and_writes_nothing(project, recipes, tmp_path):
    told = []
    built = build.build(RawStore(tmp_path), progress=told.append)
    assert told == ["small", "large"]
    assert build.differences(built) == []
    assert build.write(built) == []


def fails_ours(raw):
    raise RawDataError("a duplicate key")


def fails_pandas(raw):
    raise ValueError("invalid literal")


def test_nothing_is_written_when_recipes_fail_and_all_are_named(project, recipes, tmp_path):
    before = snapshot(project)
    recipes |= {"small": fails_ours, "large": fails_pandas}
    with pytest.raises(DataFileError, match=r"2 of 2 .* nothing was written") as caught:
        build.build(RawStore(tmp_path))
    assert "small: a duplicate key" in str(caught.value)
    assert "large: ValueError: invalid literal" in str(caught.value)
    assert snapshot(project) == before


def test_a_frame_that_breaks_its_schema_fails_the_build(project, recipes, tmp_path, frame):
    recipes["small"] = lambda raw: frame.assign(usd=-1.0)
    with pytest.raises(DataFileError, match=r"1 of 2 .*\n.*small: .*usd"):
        build.build(RawStore(tmp_path))


def test_a_changed_value_is_a_difference_and_is_written_with_its_parents(
    project, recipes, tmp_path, frame
):
    (tmp_path / "raw.csv").write_text("a\n1\n")

    def changed(raw):
        raw.csv("raw.csv", columns="a")
        return frame.assign(usd=7.0)

    recipes["small"] = changed
    built = build.build(RawStore(tmp_path))
    assert build.differences(built) == ["small: the rebuilt values differ from data/tidy/small.csv"]
    assert build.write(built) == ["small"]
    assert load("small").usd.tolist() == [7.0] * 3
    assert [parent["path"] for parent in describe("small")["parents"]] == ["raw.csv"]
    assert describe("small")["coverage"] == "2023-2024"
    assert build.differences(built) == []


def test_differences_of_bytes_parents_and_missing_files_are_named(project, recipes, tmp_path):
    built = build.build(RawStore(tmp_path))
    path = project / "tidy" / "small.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert build.differences(built) == [
        "small: same values, but data/tidy/small.csv differs byte for byte"
    ]
    path.unlink()
    assert build.differences(built) == ["small: data/tidy/small.csv is missing"]
    built["large"].parents.append({"path": "new.csv", "sha256": "0"})
    assert (
        build.differences(built)[1] == "large: the raw files are not those named in the catalogue"
    )


def test_a_folder_that_cannot_be_written_is_told_in_words(project, frame, monkeypatch):
    """The old table stands whole, and a later build writes the new one."""
    changed = build.Built(frame.assign(usd=2.0), [], "another")
    before = (project / "tidy" / "small.csv").read_bytes()

    def full(*_, **options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as no_room:
        no_room.setattr(pd.DataFrame, "to_csv", full)
        with pytest.raises(DataFileError, match=r"cannot be written .*No space left.*build again"):
            build.write({"small": changed})
    assert (project / "tidy" / "small.csv").read_bytes() == before
    assert build.write({"small": changed}) == ["small"]
    assert (load("small").usd == 2.0).all()
