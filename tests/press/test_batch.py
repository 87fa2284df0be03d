import copy
import hashlib
import json
import os
import platform
from dataclasses import replace

import pytest

from analysis.errors import ParameterError
from analysis.press import batch, cache
from analysis.press import notebook as ipynb
from analysis.press.cache import SALT_LENGTH, Cache
from analysis.press.execute import Executed
from analysis.press.notebook import NotebookError, UnknownNotebookError, code_cells
from tests.press.conftest import Answers


@pytest.fixture
def press(places, monkeypatch):
    """The press with a stand-in for kernels: each run prints its number and has loaded the trade
    table."""
    return FakePress(places, monkeypatch)


class FakePress(Answers):
    def __init__(self, places, monkeypatch):
        super().__init__(monkeypatch, self.answer)
        self.places, self.error, self.loads = places, "", ["trade"]
        self.seconds = {}

    def answer(self, job):
        number = len(self.executed)
        printed = {"output_type": "stream", "name": "stdout", "text": [f"run {number}\n"]}
        notebook = copy.deepcopy(job.notebook)
        for cell in code_cells(notebook):
            cell |= {"execution_count": 1, "outputs": [printed]}
            cell["metadata"]["papermill"] = {"duration": 0.1 * number}
        facts = {"error": self.error, "loaded": self.lines()}
        facts["seconds"] = self.seconds.get(job.name, 1.0)
        return Executed(notebook=notebook, **facts)

    def lines(self):
        files = {name: self.places.root / f"data/tidy/{name}.csv" for name in self.loads}
        digests = {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in files}
        return [{"table": name, "sha256": digests[name]} for name in files]

    def run(self, *notebooks, **options):
        """Names of what was executed."""
        self.executed.clear()
        self.outcomes = batch.run(notebooks, places=self.places, **options)
        return list(self.executed)

    def why(self, name="a", **options):
        return batch.why(name, places=self.places, **options)


def test_what_has_not_changed_is_not_run_again_but_is_written_again(press, make_notebook):
    make_notebook("a", "1")
    assert press.run() == ["a"]
    written = (press.places.output / "a.ipynb").read_bytes()
    (press.places.output / "a.ipynb").unlink()
    assert press.run() == []
    assert press.outcomes[0].status == "unchanged"
    assert (press.places.output / "a.ipynb").read_bytes() == written
    assert "nothing changed" in press.why()


def test_what_took_longest_begins_first_and_what_never_ran_before_it(press, make_notebook):
    for name in "abc":
        make_notebook(name, "1")
    press.seconds = {"a": 2.0, "b": 30.0, "c": 10.0}
    assert press.run("a", "b", "c", workers=1) == ["a", "b", "c"]
    make_notebook("d", "1")
    assert press.run(workers=1, force=True) == ["d", "b", "c", "a"]
    assert [outcome.name for outcome in press.outcomes] == ["a", "b", "c", "d"]


def edit(path, text):
    path.write_text(text)


CATALOGUE = "data/datapackage.json"
CHANGES = {
    "code cell 1 changed": lambda root, make: make("a", "2"),
    "it has 2 code cells where it had 1": lambda root, make: make("a", "1", "2"),
    "analysis/shares.py changed": lambda root, make: edit(root / "analysis/shares.py", "x = 2\n"),
    "analysis/heads.yaml is new": lambda root, make: edit(root / "analysis/heads.yaml", "a: b\n"),
    "analysis/votes.py is new": lambda root, make: edit(root / "analysis/votes.py", ""),
    "analysis/shares.py is gone": lambda root, make: (root / "analysis/shares.py").unlink(),
    "table trade changed": lambda root, make: edit(root / "data/tidy/trade.csv", "a\n2\n"),
    "data/essay/claims.yaml changed": lambda root, make: edit(root / "data/essay/claims.yaml", ""),
    "requirements.lock changed": lambda root, make: edit(root / "requirements.lock", "pandas==4\n"),
}


@pytest.mark.parametrize("damage", ["USD bn", "gone"])
def test_whatever_happens_to_a_loaded_table_is_a_change(press, make_notebook, damage):
    make_notebook("a", "1")
    press.run()
    catalogue, table = press.places.root / CATALOGUE, press.places.root / "data/tidy/trade.csv"
    edit(
        catalogue, catalogue.read_text().replace("USD", damage)
    ) if " " in damage else table.unlink()
    assert press.why() == "a would run again: table trade changed."


@pytest.mark.parametrize("reason", CHANGES)
def test_a_change_of_anything_that_matters_runs_the_notebook_again_and_why_says_what(
    press, make_notebook, reason
):
    make_notebook("a", "1")
    press.run()
    CHANGES[reason](press.places.root, make_notebook)
    assert press.why() == f"a would run again: {reason}."
    assert press.run() == ["a"]
    assert press.run() == []


def test_another_python_or_package_runs_the_notebook_again(press, make_notebook, monkeypatch):
    make_notebook("a", "1")
    press.run()
    ours, packages = platform.python_version(), cache.installed_packages()
    monkeypatch.setattr(platform, "python_version", lambda: "4.0.0")
    monkeypatch.setattr(cache, "installed_packages", lambda: packages | {"pandas": "0.1"})
    changed = f"Python {ours} became 4.0.0; package pandas changed"
    assert press.why() == f"a would run again: {changed}."
    assert press.run() == ["a"]


def test_only_the_readers_of_a_changed_table_run_again(press, make_notebook):
    make_notebook("a", "1")
    press.run()
    make_notebook("b", "2")
    press.loads = ["votes"]
    press.run()
    edit(press.places.root / "data/tidy/votes.csv", "a\n2\n")
    edit(press.places.root / "analysis/press/batch.py", "x = 2\n")
    assert press.run() == ["b"]


@pytest.mark.parametrize("lines", [[{"table": "trade"}], [{"table": "trade", "sha256": "0"}, None]])
def test_a_table_of_which_it_is_not_known_what_was_read_is_never_trusted(
    press, make_notebook, monkeypatch, lines
):
    """The record does not say, or the table changed in mid run."""
    make_notebook("a", "1")
    now = press.lines()[0]
    monkeypatch.setattr(press, "lines", lambda: [line or now for line in lines])
    press.run()
    assert press.why() == "a would run again: table trade changed."
    assert press.run() == ["a"]


def test_source_that_was_edited_in_mid_run_leaves_nothing_in_the_cache(
    press, make_notebook, monkeypatch
):
    make_notebook("a", "1")
    module, lines = press.places.root / "analysis/shares.py", press.lines
    monkeypatch.setattr(press, "lines", lambda: edit(module, "x = 2\n") or lines())
    assert press.run() == ["a"]
    edit(module, "x = 1\n")
    assert press.run() == ["a"]


def test_the_catalogue_itself_can_be_loaded(press, make_notebook):
    make_notebook("a", "1")
    catalogue = press.places.root / "data/datapackage.json"
    digest = hashlib.sha256(catalogue.read_bytes()).hexdigest()
    press.lines = lambda: [{"table": "datapackage", "sha256": digest}]
    press.run()
    assert press.run() == []
    catalogue.write_text(catalogue.read_text() + "\n")
    assert press.why() == "a would run again: table datapackage changed."


def test_a_table_that_came_back_finds_its_old_result(press, make_notebook):
    make_notebook("a", "1")
    press.run()
    table = press.places.root / "data/tidy/trade.csv"
    old = table.read_text()
    edit(table, "a\n2\n")
    assert press.run() == ["a"]
    edit(table, old)
    assert press.run() == []


def test_markdown_edits_do_not_run_the_notebook_but_are_shown(press, make_notebook):
    make_notebook("a", "1", "# Old words")
    press.run()
    make_notebook("a", "# New words", "1")
    assert press.run() == []
    text = (press.places.output / "a.ipynb").read_text()
    assert "New words" in text
    assert "Old words" not in text
    assert "run 1" in text


def test_parameters_are_part_of_the_key_and_of_the_name(press, make_notebook):
    make_notebook("a", "partner", parameters='partner = "CHN"  # country')
    assert press.run() == ["a"]
    assert press.run(parameters={"partner": "IND"}) == ["a__partner-IND"]
    assert press.run(parameters={"partner": "IND"}) == []
    assert press.run() == []
    executed = json.loads((press.places.output / "a__partner-IND.ipynb").read_text())
    assert executed["metadata"]["papermill"]["parameters"] == {"partner": "IND"}
    assert "nothing changed" in press.why(parameters={"partner": "IND"})
    assert "has not been run before" in press.why(parameters={"partner": "USA"})


def test_names_are_safe_short_and_distinct():
    given = ["a/b", "a b", "a-b", "../..", "é", "_", "-", None, "None", "1__y-2", (1, 2), "(1, 2)"]
    sets = [{"x": value} for value in [*given, "y" * 500, "y" * 501]] + [{"x": "1", "y": "2"}]
    names = [batch.output_name("04", values) for values in sets]
    assert len(set(names)) == len(names)
    assert all(len(name) < 140 and name.isascii() for name in names)
    assert not any("/" in name or " " in name for name in names)
    for same in ({"b": 1, "a": 2}, {"a": 2, "b": 1}):
        assert batch.output_name("04", same) == "04__a-2__b-1"


def test_a_secret_is_in_no_name_record_or_file_but_tells_runs_apart(press, make_notebook):
    make_notebook("a", "1", parameters='token = ""  # key; secret\nn = 0  # a number')
    assert press.run(parameters={"token": "hush", "n": 1}) != press.run(
        parameters={"token": "hish"}
    )
    assert press.run(parameters={"token": "hush", "n": 1}) == []
    for path in press.places.root.rglob("*"):
        assert "hush" not in path.name
        assert not path.is_file() or b"hush" not in path.read_bytes()
    assert (press.places.cache / "salt").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("damage", "again"), [(b"half", []), (b"", []), (None, ["a"])])
def test_a_salt_that_is_damaged_is_made_anew_where_that_can_be(press, make_notebook, damage, again):
    make_notebook("a", "1", parameters='token = ""  # key; secret')
    press.run(parameters={"token": "hush"})
    salt = press.places.cache / "salt"
    salt.unlink()
    salt.mkdir() if damage is None else salt.write_bytes(damage)
    (name,) = press.run(parameters={"token": "hush"})
    assert [ran[:1] for ran in press.run(parameters={"token": "hush"})] == again
    assert name.startswith("a__token-secret")
    assert salt.is_dir() or salt.stat().st_size == SALT_LENGTH  # four bytes can be guessed


def test_wrong_parameters_stop_everything_before_anything_runs(press, make_notebook):
    make_notebook("a", "1", parameters='partner = "CHN"  # country')
    make_notebook("b", "1", parameters='home = "RUS"  # country')
    with pytest.raises(ParameterError, match=r"notebook b cannot.*partner='IND' is unknown"):
        press.run(parameters={"partner": "IND"})
    assert press.executed == []


def test_a_failed_run_is_kept_but_never_cached_and_why_names_it(press, make_notebook):
    make_notebook("a", "1")
    press.error = "in code cell 1 of 1 (`1`): ValueError: no"
    assert press.run() == ["a"]
    assert press.outcomes[0].output.is_file()
    assert press.why() == f"a would run again: its last run failed {press.error}."
    press.error = ""
    assert press.run() == ["a"]
    assert press.run() == []
    for note in (press.places.cache / "last").iterdir():  # as an earlier version wrote them
        known = json.loads(note.read_text().partition("\n")[2])
        del known["known"]["state"]
        text = json.dumps(known)
        note.write_text(f"{cache.sha256(text)}\n{text}")
    make_notebook("a", "2")
    assert press.why() == "a would run again: code cell 1 changed."


def test_in_place_runs_leave_nothing_of_the_clock(press, make_notebook):
    path = make_notebook("a", "1")
    assert press.run(in_place=True) == ["a"]
    first = path.read_bytes()
    assert b"duration" not in first
    assert b"run 1" in first
    assert press.run(in_place=True, force=True) == ["a"]
    assert path.read_bytes() == first
    assert "nothing changed" in press.why()


def test_a_failed_run_in_place_leaves_the_notebook_alone(press, make_notebook):
    path = make_notebook("a", "1")
    before = path.read_bytes()
    press.error = "in code cell 1"
    press.run(in_place=True)
    assert path.read_bytes() == before
    assert press.outcomes[0].output == press.places.output / "a.ipynb"


def test_wrong_requests_are_explained(press, make_notebook, build_notebook, tmp_path):
    with pytest.raises(NotebookError, match="no notebooks in"):
        press.run()
    path = make_notebook("a", "1")
    other = build_notebook(tmp_path / "other", "a", ["1"])
    with pytest.raises(UnknownNotebookError, match="no notebook 'zzz'"):
        press.run("zzz")
    with pytest.raises(NotebookError, match="several notebooks have the name a"):
        press.run(path, other)
    with pytest.raises(ParameterError, match="workers=0"):
        press.run(workers=0)
    assert press.run("a", path) == ["a"]


def test_the_size_of_the_cache_can_be_set_and_a_wrong_one_is_explained(
    press, make_notebook, monkeypatch
):
    make_notebook("a", "1")
    assert Cache(press.places.cache).largest == 2 * 1024**3
    monkeypatch.setenv("BALLAST_CACHE_GIB", "0.5")
    assert Cache(press.places.cache).largest == 1024**3 / 2
    for wrong in ("much", "0", "-1", "inf", ""):
        monkeypatch.setenv("BALLAST_CACHE_GIB", wrong)
        with pytest.raises(
            ParameterError, match=f"BALLAST_CACHE_GIB={wrong}; allowed: a number above 0, in GiB"
        ):
            press.run()
    assert press.executed == []


def test_an_entry_of_the_cache_that_was_damaged_or_altered_is_a_miss(press, make_notebook):
    make_notebook("a", "1")
    press.run()
    (entry,) = (press.places.cache / "results").rglob("*.json")
    entry.write_bytes(entry.read_bytes()[:100])
    assert "no longer in the cache" in press.why()
    assert press.run() == ["a"]
    for entry in press.places.cache.rglob("*.json"):
        entry.write_bytes(entry.read_bytes().replace(b"run 1", b"run 9"))
    assert press.run() == ["a"]
    for damage in (b"\xff", b"[" * 100_000, b"{}"):
        for entry in press.places.cache.rglob("*.json"):
            entry.write_bytes(damage)
        assert "has not been run before" in press.why()
        assert press.run() == ["a"]


def test_notes_of_last_runs_are_bounded_too(press, monkeypatch):
    monkeypatch.setenv("BALLAST_CACHE_GIB", str(160_000 / 1024**3))
    store = Cache(press.places.cache)
    for number in range(100):
        store.remember(str(number), {"known": "x" * 1000})
    assert sum(file.stat().st_size for file in (store.folder / "last").iterdir()) < 25_000
    assert store.last("99")


def test_a_result_that_cannot_be_kept_fails_its_notebook_and_no_other(
    press, make_notebook, monkeypatch
):
    make_notebook("a", "1")
    make_notebook("b", "1")
    real = ipynb.with_outputs

    def damaged(notebook, executed, **options):
        if "a.ipynb" in executed["metadata"]["papermill"]["input_path"]:
            raise ValueError("cells are missing")
        return real(notebook, executed, **options)

    monkeypatch.setattr(ipynb, "with_outputs", damaged)
    press.run()
    assert [outcome.status for outcome in press.outcomes] == ["failed", "run"]
    assert "its result is damaged (ValueError: cells are missing)" in press.outcomes[0].error


def test_the_cache_is_bounded_and_drops_what_was_not_used_for_longest(
    press, make_notebook, monkeypatch
):
    for name in "abc":
        make_notebook(name, f"'{name}'")
    press.run("a")
    (entry,) = (press.places.cache / "results").rglob("*.json")
    room_for_two = int(entry.stat().st_size * 2.5)
    monkeypatch.setenv("BALLAST_CACHE_GIB", str(room_for_two / 1024**3))
    for name in "bac":
        for file in (press.places.cache / "results").rglob("*.json"):
            os.utime(file, (file.stat().st_mtime - 60, file.stat().st_mtime - 60))
        press.run(name)
    assert press.run("a", "c") == []
    assert press.run("b") == ["b"]


def test_results_are_reported_as_they_come_and_returned_in_order(press, make_notebook):
    make_notebook("b", "1")
    press.run()
    make_notebook("a", "2")
    told = []
    press.run(report=lambda outcome, total: told.append((outcome and outcome.name, total)))
    assert told == [(None, 2), ("b", 2), ("a", 2)]
    assert [outcome.name for outcome in press.outcomes] == ["a", "b"]


def test_two_projects_do_not_share_what_depends_on_the_folder(
    press, make_notebook, build_notebook, tmp_path
):
    make_notebook("a", "1")
    press.run()
    elsewhere = build_notebook(tmp_path / "elsewhere", "a", ["1"])
    press.places = replace(press.places, output=tmp_path / "out2")
    assert press.run(elsewhere) == ["a"]
