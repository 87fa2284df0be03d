"""Every notebook has the shape that readers rely on, and committed outputs without an error."""

import json
import re

import pytest

from analysis.paths import NOTEBOOKS

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))
LONGEST_CELL = 15
LARGEST_BYTES = 1_500_000
CHECKED = "nbval-check-output"


def code_cells(path):
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def outputs(path):
    return [output for cell in code_cells(path) for output in cell["outputs"]]


PICTURE = "## The answer in one picture"
CLAIM_RULE = re.compile(r"^C\d\d \(P\d\d[^)]*, \w+\): ", re.MULTILINE)
"""How a claim begins where its rule is printed."""


def before_the_first_figure(cells):
    """Headings of level two, and everything printed, ahead of the first figure of a notebook."""
    headings, printed = [], []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            headings += [
                line for line in "".join(cell["source"]).splitlines() if line.startswith("## ")
            ]
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                return headings, "".join(printed)
            printed.append("".join(output.get("text", [])))
    return None


def test_there_are_notebooks():
    assert len(FILES) >= 3


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
class TestNotebook:
    def test_a_picture_comes_before_everything_else(self, path):
        """The answer in 01 to 11 is seen before any rule is printed; elsewhere a figure stands in
        the first section."""
        cells = json.loads(path.read_text())["cells"]
        headings, printed = before_the_first_figure(cells)
        assert len(headings) == 1
        assert not CLAIM_RULE.search(printed)
        if "01" <= path.stem[:2] <= "11":
            assert headings == [PICTURE]
            rules = "".join("".join(o.get("text", [])) for c in cells for o in c.get("outputs", []))
            assert CLAIM_RULE.search(rules), (
                "the rules are printed in a form that this test does not know"
            )

    def test_cells_tell_and_do_not_define(self, path):
        for cell in code_cells(path):
            text = "".join(cell["source"])
            imports_only = all(
                line.startswith(("from ", "import ")) for line in text.splitlines() if line
            )
            assert imports_only or len(text.splitlines()) <= LONGEST_CELL
            assert not any(
                line.startswith(("def ", "class ", "!", "%")) for line in text.splitlines()
            )

    def test_opens_with_a_title_and_a_setup_cell(self, path):
        cells = json.loads(path.read_text())["cells"]
        assert "".join(cells[0]["source"]).startswith("# ")
        assert sum("setup" in cell["metadata"].get("tags", []) for cell in cells) == 1

    def test_something_is_checked(self, path):
        assert sum(CHECKED in cell["metadata"].get("tags", []) for cell in code_cells(path)) >= 3

    def test_checked_cells_print_plain_text(self, path):
        for cell in code_cells(path):
            if CHECKED in cell["metadata"].get("tags", []):
                assert cell["outputs"]
                assert {output["output_type"] for output in cell["outputs"]} == {"stream"}

    def test_outputs_are_committed_and_clean(self, path):
        found = outputs(path)
        assert found
        assert not [o for o in found if o["output_type"] == "error" or o.get("name") == "stderr"]
        assert path.stat().st_size < LARGEST_BYTES

    def test_every_figure_is_described(self, path):
        pictures = [o for o in outputs(path) if "image/png" in o.get("data", {})]
        assert pictures
        for picture in pictures:
            assert len(picture["metadata"]["image/png"]["alt"]) >= 40

    def test_nothing_printed_depends_on_the_machine(self, path):
        text = json.dumps([o.get("text") or o["data"].get("text/plain") for o in outputs(path)])
        assert " at 0x" not in text
        assert str(NOTEBOOKS.parent) not in text
