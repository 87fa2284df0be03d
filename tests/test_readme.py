"""The README says what the code says."""

from analysis.ledger_cli import README_FIGURE, readme_text
from analysis.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_findings_and_verdicts_are_the_generated_ones():
    assert readme_text(README) == README


def test_the_figure_is_there():
    assert README_FIGURE.is_file()
    assert str(README_FIGURE.relative_to(ROOT)) in README


def test_the_two_commands_are_there():
    assert "make run" in README
    assert "make test" in README
