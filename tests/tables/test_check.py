"""What `ballast data check` sees of a catalogue or a folder that was tampered with."""

import json
import os
import subprocess

import pytest

from analysis.countries import text_table
from analysis.errors import DataFileError
from analysis.sources.carriers import raw_files
from analysis.tables import build, catalogue, load
from analysis.tables.check import catalogue_digest, check_folder, check_table
from analysis.tables.cli import data as command

RAW = raw_files()[0]
UNBOUND = "the raw files named are not those that the values were built from"


@pytest.fixture
def edited(sound):
    """Change the first entry of the catalogue, or the list of entries, and read it again."""

    def change(edit):
        listed = sound / "datapackage.json"
        package = json.loads(listed.read_text())
        edit(package["resources"])
        listed.write_text(json.dumps(package))
        catalogue.cache_clear()
        return [*check_table("small"), *check_folder()]

    return change


def test_an_honest_folder_has_no_fault(edited):
    assert edited(lambda entries: None) == []


@pytest.mark.parametrize("what", ["content_hash", "rows", "parents", "type", "licenses"])
def test_what_the_build_wrote_cannot_be_dropped(edited, what):
    assert len(edited(lambda entries: entries[0].pop(what))) == 1


@pytest.mark.parametrize("path", ["worldbank/wdi_population.csv", "unga/v1/x.csv", "gacc/new.csv"])
def test_a_parent_of_another_hash_is_seen_under_every_folder(edited, path):
    """Folders of the raw store may have the name of a feed."""
    faults = edited(lambda entries: entries[0].update(parents=[{"path": path, "sha256": "0" * 64}]))
    assert faults == [
        UNBOUND,
        f"small: raw file {path} is not the one in data/reference/raw_files.csv",
    ]


def test_parents_exchanged_with_those_of_another_table_are_seen(edited):
    other = raw_files()[1]
    stolen = [{"path": other.path, "sha256": other.sha256}]
    assert edited(lambda entries: entries[0].update(parents=stolen)) == [UNBOUND]


def test_entries_that_share_a_name_or_a_file_are_seen(edited):
    faults = edited(lambda entries: entries.append(entries[0]))
    assert faults == ["data/tidy/small.csv is named by 2 entries", "2 entries are named small"]


@pytest.mark.parametrize("path", ["../x.csv", "tidy/../../x.csv", "/etc/passwd", "essay/x.csv"])
def test_no_table_lies_elsewhere(edited, path):
    faults = edited(lambda entries: entries[0].update(path=path))
    assert f"{path!r} is no place for a table" in faults
    with pytest.raises(DataFileError, match="allowed: a file of tidy/"):
        load("small")


def dropped(key):
    return lambda package: package["resources"][0].pop(key)


def said_of_a_column(key, value):
    return lambda package: package["resources"][0]["schema"]["fields"][0].update({key: value})


def replaced(key, value):
    return lambda package: package["resources"][0].update({key: value})


@pytest.mark.parametrize(
    "edit",
    [
        *(said_of_a_column(key, bad) for key in ("name", "unit", "type") for bad in (None, 5, [])),
        *(said_of_a_column("constraints", bad) for bad in (None, {"minimum": "x"}, {"enum": 1})),
        said_of_a_column("name", "elsewhere"),
        *(replaced("title", text) for text in ("\x1b[2J", "\u202e")),
        *(replaced("rows", bad) for bad in (True, "many", None)),
        replaced("format", "xlsx"),
        lambda package: package["sources"][0].pop("licenses"),
        lambda package: package["sources"][0].update(citation=None),
        lambda package: package.pop("title"),
        *map(dropped, ("name", "title", "description", "path", "hash", "schema", "sources")),
        *(replaced(key, None) for key in ("name", "title", "path", "hash", "parents", "schema")),
        replaced("parents", [{"path": "cow/x.csv"}]),
        replaced("parents", [{}]),
        replaced("schema", {"fields": [], "primaryKey": []}),
        replaced("path", 5),
        lambda package: package.pop("sources"),
        lambda package: package.pop("resources"),
        lambda package: package.update(resources={}),
    ],
)
def test_a_catalogue_of_another_form_is_refused_in_words(sound, edit):
    listed = sound / "datapackage.json"
    package = json.loads(listed.read_text())
    edit(package)
    listed.write_text(json.dumps(package))
    catalogue.cache_clear()
    with pytest.raises(DataFileError, match=r"has .*git checkout -- data/datapackage\.json"):
        catalogue()


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"a,b\n1,2,3\n", b'a\n"1'])
def test_a_damaged_list_is_told_in_words(tmp_path, content):
    path = tmp_path / "corrections" / "corrections.csv"
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataFileError, match=r"data/corrections/corrections\.csv cannot be read"):
        text_table(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"[1]", b"null"])
def test_a_catalogue_that_is_none_is_refused_in_words(sound, content):
    (sound / "datapackage.json").write_bytes(content)
    catalogue.cache_clear()
    with pytest.raises(DataFileError, match=r"git checkout -- data/datapackage\.json"):
        catalogue()


def test_a_parent_named_twice_and_a_pipe_are_seen(edited, sound):
    os.mkfifo(sound / "tidy" / "pipe")
    faults = edited(lambda entries: entries[0].update(parents=entries[0]["parents"] * 2))
    named = f"small: raw file {RAW.path} is named twice"
    assert faults == [UNBOUND, "data/tidy/pipe is no file", named]


def test_a_link_is_seen(edited, sound, tmp_path):
    (sound / "tidy" / "small.csv").rename(tmp_path / "elsewhere.csv")
    (sound / "tidy" / "small.csv").symlink_to(tmp_path / "elsewhere.csv")
    (sound / "tidy" / "out").symlink_to(tmp_path)
    faults = edited(lambda entries: None)
    assert faults == ["data/tidy/out is a link", "data/tidy/small.csv is a link"]


def test_what_a_killed_build_left_is_swept_and_what_is_being_made_is_not(edited, sound):
    gone = subprocess.Popen(["true"])
    gone.wait()
    left, making = (sound / "tidy" / f".small.csv.{pid}" for pid in (gone.pid, os.getpid()))
    for path in (left, making, sound / f".datapackage.json.{gone.pid}"):
        path.write_text("half")
    assert edited(lambda entries: None) == []
    assert [path.name for path in sound.rglob(".*")] == [making.name]
    left.write_text("half")
    build.write({})
    assert not left.exists()


def test_the_digest_of_the_catalogue_feels_every_change(edited):
    before = catalogue_digest()
    edited(lambda entries: entries[0].update(title="other"))
    assert catalogue_digest() != before
    assert "cannot see" in command.commands["check"].help
