import hashlib

import pytest

from analysis.sources import carriers
from analysis.sources.carriers import RawFile, fetch_raw, raw_files, state
from analysis.sources.transport import Transport

BODY = b"Date,Price\n2024,80.5\n"


def copy(path="prices/brent.csv", body=BODY, **changes):
    fields = {
        "path": path,
        "sha256": hashlib.sha256(body).hexdigest(),
        "bytes": len(body),
        "kind": "copy",
        "repository": "datasets/oil-prices",
        "path_in_repository": "data/brent year.csv",
        "commit": "2d75ce3",
        "instruction": "",
    }
    return RawFile(**{**fields, **changes})


ADDRESS = "/datasets/oil-prices/2d75ce3/data/brent%20year.csv"


def test_an_address_is_pinned_by_commit_and_only_copies_have_one():
    assert copy().address() == f"https://raw.githubusercontent.com{ADDRESS}"
    assert copy(kind="converted").address() == ""
    assert copy().carrier() == "github.com/datasets/oil-prices @ 2d75ce3, data/brent year.csv"
    assert copy(repository="").carrier() == ""


@pytest.fixture
def host(server, monkeypatch):
    monkeypatch.setattr(carriers, "HOST", server.url)
    return server


def test_missing_copies_are_fetched_and_the_rest_left_alone(host, reply, transport, tmp_path):
    host.script(ADDRESS, reply(BODY, kind="text/plain; charset=utf-8"))
    (tmp_path / "mine.csv").write_bytes(b"changed by hand")
    files = [copy(), copy("mine.csv"), copy("press/rallies.csv", kind="collected")]
    assert [state(file, tmp_path) for file in files] == ["missing", "different", "missing"]
    assert fetch_raw(files, tmp_path, transport=transport) == []
    assert [state(file, tmp_path) for file in files] == ["present", "different", "missing"]
    assert (tmp_path / "mine.csv").read_bytes() == b"changed by hand"
    assert [path for path, _ in host.asked] == [ADDRESS]


def test_one_failure_does_not_stop_the_others_and_leaves_no_folder(
    host, reply, transport, tmp_path
):
    host.script(ADDRESS, reply(b"D" * len(BODY), kind="text/plain"), reply(BODY, kind="text/plain"))
    failed = fetch_raw([copy("a/b/1.csv"), copy("c/2.csv")], tmp_path, transport=transport)
    assert len(failed) == 1
    assert failed[0].startswith("a/b/1.csv: ")
    assert "is not the file that was wanted: sha256" in failed[0]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2.csv", "c"]


def test_the_list_says_where_each_file_comes_from():
    files = raw_files()
    assert len({file.path for file in files}) == len(files)
    assert {file.kind for file in files} == {"copy", "converted", "collected"}
    for file in files:
        where = (file.repository, file.path_in_repository, file.commit)
        assert all(where) if file.kind == "copy" else file.instruction


def test_a_store_that_cannot_be_written_is_told_in_words(tmp_path):
    copy = next(file for file in raw_files() if file.address())
    (tmp_path / "file").write_text("")
    failed = fetch_raw([copy], tmp_path / "file" / "x", transport=Transport())
    assert len(failed) == 1
    assert failed[0].startswith(f"{copy.path}: [Errno 20] Not a directory")
