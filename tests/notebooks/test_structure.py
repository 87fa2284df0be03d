"""Every notebook has the shape that readers rely on, and committed outputs without an error."""

import json
import re
import statistics
import subprocess
import sys

import pytest

from analysis.paths import NOTEBOOKS, ROOT
from analysis.press.notebook import source, tags

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))
GLOSSARY = ROOT / "book" / "glossary.md"
LONGEST_CELL, USUAL_CELL, LONGEST_LINE = 15, 4, 100
LARGEST_BYTES = 1_500_000
CHECKED = "nbval-check-output"
PICTURE = "## The answer in one picture"
CLAIM_RULE = re.compile(r"^C\d\d \(P\d\d[^)]*, \w+\): ", re.MULTILINE)
"""How a claim begins where its rule is shown."""
FORMULA = re.compile(r"^\$\$[^$]+\$\$$", re.MULTILINE)


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code_cells(path):
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


def told(path):
    """Code cells that a reader reads: neither parameters nor imports."""
    return [cell for cell in code_cells(path) if not {"parameters", "setup"} & set(tags(cell))]


def outputs(path):
    return [output for cell in code_cells(path) for output in cell["outputs"]]


def plain(output):
    """What an output says as plain text."""
    return "".join(output.get("text") or output.get("data", {}).get("text/plain", ""))


def before_the_first_figure(path):
    """Headings of level two, and everything shown, ahead of the first figure of a notebook."""
    headings, shown = [], []
    for cell in cells(path):
        if cell["cell_type"] == "markdown":
            headings += [line for line in source(cell).splitlines() if line.startswith("## ")]
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                return headings, "".join(shown)
            shown.append(plain(output))
    return None


def test_there_are_notebooks():
    assert len(FILES) >= 14


def test_code_is_formatted_as_ruff_does_it(tmp_path):
    """Checked on plain files: what a notebook holds besides its code is not ruff's to format."""
    for path in FILES:
        for number, cell in enumerate(told(path)):
            (tmp_path / f"{path.stem}_{number:03d}.py").write_text(source(cell) + "\n")
    command = [sys.executable, "-m", "ruff", "format", "--check", "--isolated"]
    options = ["--line-length", str(LONGEST_LINE), str(tmp_path)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
class TestNotebook:
    def test_a_picture_comes_before_everything_else(self, path):
        """The answer in 01 to 11 is seen before any rule is shown; elsewhere a figure stands in
        the first section."""
        headings, shown = before_the_first_figure(path)
        assert len(headings) == 1
        assert not CLAIM_RULE.search(shown)
        if "01" <= path.stem[:2] <= "11":
            assert headings == [PICTURE]
            assert CLAIM_RULE.search("\n".join(map(plain, outputs(path))))

    def test_cells_are_short(self, path):
        lengths = [len(source(cell).splitlines()) for cell in told(path)]
        assert max(lengths) <= LONGEST_CELL
        assert statistics.median(lengths) <= USUAL_CELL
        lines = [line for cell in code_cells(path) for line in source(cell).splitlines()]
        parameters = {line for line in lines if " # " in line}
        assert [line for line in lines if len(line) > LONGEST_LINE and line not in parameters] == []

    def test_cells_tell_and_do_not_define_guard_or_fingerprint(self, path):
        for cell in told(path):
            for line in source(cell).splitlines():
                assert not re.match(r"def |class |!|%|try:|with |import |from ", line), line
                assert not re.search(r"fingerprint|where_known|or_reason|applicable", line), line

    def test_imports_stand_in_one_hidden_cell(self, path):
        (setup,) = [cell for cell in code_cells(path) if "setup" in tags(cell)]
        assert setup["metadata"]["jupyter"]["source_hidden"]
        assert "make lab" in source(setup)

    def test_sources_are_generated(self, path):
        assert source(told(path)[-1]) == "sources()"

    def test_opens_with_a_title(self, path):
        assert source(cells(path)[0]).startswith("# ")

    def test_prose_writes_usd(self, path):
        """JupyterLab takes the words between two dollar signs for mathematics, escaped or not; only
        a formula on lines of its own is mathematics."""
        prose = [source(cell) for cell in cells(path) if cell["cell_type"] == "markdown"]
        assert not any("$" in FORMULA.sub("", text) for text in prose)

    def test_terms_lead_to_the_glossary(self, path):
        prose = "\n".join(source(cell) for cell in cells(path) if cell["cell_type"] == "markdown")
        terms = re.findall(r"^## (.+)$", GLOSSARY.read_text("utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^a-z0-9 -]", "", term.lower()).replace(" ", "-") for term in terms}
        assert set(re.findall(r"\(\.\./book/glossary\.md#([^)]*)\)", prose)) <= anchors

    def test_something_is_checked(self, path):
        checked = [cell for cell in code_cells(path) if CHECKED in tags(cell)]
        assert len(checked) >= 3
        assert all(cell["outputs"] for cell in checked)
        assert not any("image/png" in o.get("data", {}) for c in checked for o in c["outputs"])

    def test_outputs_are_committed_and_clean(self, path):
        committed = outputs(path)
        assert committed
        assert not any(o["output_type"] == "error" or o.get("name") == "stderr" for o in committed)
        assert path.stat().st_size < LARGEST_BYTES

    def test_every_figure_is_described_and_has_its_fingerprint_in_its_plain_text(self, path):
        pictures = [o for o in outputs(path) if "image/png" in o.get("data", {})]
        assert pictures
        for picture in pictures:
            about = picture["metadata"]["image/png"]
            assert len(about["alt"]) >= 40
            lines = plain(picture).splitlines()
            assert lines[0] == f"Figure: {about['title']}"
            assert any(line.startswith("Source: ") for line in lines)
            assert len(lines) >= 4

    def test_nothing_shown_depends_on_the_machine(self, path):
        text = "\n".join(map(plain, outputs(path)))
        assert " at 0x" not in text
        assert str(NOTEBOOKS.parent) not in text
