import json
import os

import pytest

from analysis.press import files, notebook
from analysis.press.files import OutputError
from analysis.press.notebook import NotebookError, UnknownNotebookError


@pytest.fixture
def folder(make_notebook, tmp_path):
    for name in ("00_start_here", "04_the_trade_boom", "04_trade_again", "12_scorecard"):
        make_notebook(name, "1")
    return tmp_path / "notebooks"


def test_a_notebook_is_found_by_number_name_or_path_from_any_folder(folder, tmp_path, monkeypatch):
    for name in ("12", "12_scorecard", "12_scorecard.ipynb"):
        assert notebook.find_notebook(name, folder) == folder / "12_scorecard.ipynb"
    monkeypatch.chdir(folder)
    elsewhere = tmp_path / "elsewhere"
    assert notebook.find_notebook("12_scorecard.ipynb", elsewhere) == folder / "12_scorecard.ipynb"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("12_scorecrd", r"no notebook '12_scorecrd'.*did you mean '12_scorecard'"),
        ("04", r"several.*04_the_trade_boom, 04_trade_again"),
    ],
)
def test_unknown_and_ambiguous_names_are_explained(folder, name, said):
    with pytest.raises(UnknownNotebookError, match=said):
        notebook.find_notebook(name, folder)


R = '{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"name": "ir", "language": "R"}}}'


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "not valid JSON"),
        ("[]", "format 4"),
        ('{"nbformat": 3, "worksheets": []}', "format 4"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "format 4"),
        (R, "language 'R'"),
    ],
)
def test_a_file_that_cannot_be_run_is_explained(tmp_path, content, fault):
    path = tmp_path / "x.ipynb"
    path.write_text(content)
    with pytest.raises(NotebookError, match=fault):
        notebook.read_notebook(path)


def test_injected_parameters_follow_the_parameters_and_replace_older_ones(make_notebook):
    original = notebook.read_notebook(make_notebook("a", "y = x", parameters="x = 1"))
    before = json.dumps(original)
    twice = notebook.with_injected(notebook.with_injected(original, "x = 2"), "x = 3")
    assert list(map(notebook.source, notebook.code_cells(twice))) == ["x = 1", "x = 3", "y = x"]
    assert json.dumps(original) == before


def value(number):
    data = {"text/plain": [str(number)]}
    return {"output_type": "execute_result", "data": data, "execution_count": number}


def printed(name, *text):
    return {"output_type": "stream", "name": name, "text": list(text)}


def test_outputs_are_put_into_the_notebook_as_it_is_now_however_they_came(make_notebook):
    now = notebook.read_notebook(make_notebook("a", "1", "# New words", "2"))
    executed = notebook.read_notebook(make_notebook("b", "1", "2"))
    pieces = [printed("stdout", "a\n", "b"), printed("stdout", "c\n"), printed("stderr", "x\n")]
    pieces += [value(1), printed("stdout", "d\n"), printed("stdout", "e\n")]
    for outputs, cell in zip((pieces, [value(2)]), notebook.code_cells(executed), strict=True):
        cell |= {"outputs": outputs, "metadata": {"papermill": {"duration": 1.0}}}
    result = notebook.with_outputs(now, executed, record=False)
    first, last = printed("stdout", "a\n", "bc\n"), printed("stdout", "d\n", "e\n")
    joined = [first, printed("stderr", "x\n"), value(1), last]
    assert [cell.get("outputs") for cell in result["cells"]] == [None, joined, None, [value(2)]]
    assert "duration" not in notebook.to_text(result)
    assert "duration" in notebook.to_text(notebook.with_outputs(now, executed, record=True))
    assert notebook.title(result, "") == "About a"


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "file.txt"
    files.write_to(path, "old")

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(
        OutputError, match=r"file.txt cannot be written: No space left.*choose another folder"
    ):
        files.write_to(path, "new")
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_temporary_file_follows_no_link(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "own_name", lambda: f"{files.HOST:08x}-{os.getpid()}-00000000")
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / f".file.txt.{files.own_name()}.tmp").symlink_to(victim)
    with pytest.raises(OutputError, match="File exists"):
        files.write_to(tmp_path / "file.txt", "new")
    assert victim.read_text() == "mine"


def test_what_killed_processes_have_left_is_swept_and_nothing_else(tmp_path):
    gone, host = 2**22 + 1, f"{files.HOST:08x}"
    names = {
        f".a.ipynb.{host}-{gone}-0123abcd.tmp": False,
        f".a.ipynb.{host}-{os.getpid()}-0123abcd.tmp": True,
        f".a.ipynb.00000000-{gone}-0123abcd.tmp": True,
        ".mine.tmp": True,
        "a.ipynb": True,
    }
    for name in names:
        (tmp_path / name).write_text("")
    files.check_writable(tmp_path)
    assert {name: (tmp_path / name).exists() for name in names} == names


def test_text_with_lone_surrogates_is_written_as_json_escapes(tmp_path):
    files.write_to(tmp_path / "a.json", json.dumps("\ud800 é", ensure_ascii=False))
    assert json.loads((tmp_path / "a.json").read_text()) == "\ud800 é"
