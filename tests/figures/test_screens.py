"""Every figure of every notebook, at the width of a laptop and of a phone: no word lies outside the
picture or on another one."""

import ast
from itertools import combinations

import pytest

import analysis.figures
from analysis.figures.canvas import DOTS_PER_INCH, LAPTOP, PHONE, for_phone
from analysis.figures.plotted import plotted
from analysis.paths import NOTEBOOKS
from analysis.press.notebook import code_cells, read_notebook, source

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))
SMALLEST_TYPE = 7.5
"""Points; a phone shows it ten pixels high."""
TOUCH = 1.0
"""Pixels of two on the screen's one by which the boxes of letters may meet."""


@pytest.fixture
def figures(request, monkeypatch):
    """Axes that a notebook draws, from its cells without what shows anything else."""
    drawn, names = [], {}
    monkeypatch.setattr(analysis.figures, "show", drawn.append)
    for cell in code_cells(read_notebook(request.param)):
        for statement in ast.parse(source(cell)).body:
            text = ast.unparse(statement)
            if not isinstance(statement, ast.Expr) or ".plot_" in text:
                exec(text, names)
    return drawn


def words(ax):
    """Text and box of everything that is written in a figure."""
    ax.figure.canvas.draw()
    ticks = []
    for labels, ends, at in (
        (ax.get_xticklabels(), ax.get_xlim(), 0),
        (ax.get_yticklabels(), ax.get_ylim(), 1),
    ):
        ticks += [one for one in labels if min(ends) <= one.get_position()[at] <= max(ends)]
    written = [*ax.figure.texts, *ax.texts, *ticks, ax.xaxis.label, ax.yaxis.label]
    return [(one, one.get_window_extent()) for one in written if one.get_text().strip()]


def faults(ax):
    """What is cut, covered or too small in a figure."""
    written, sheet = words(ax), ax.figure.bbox
    said = [one.get_text() for one, _ in written]
    inside = [
        sheet.x0 <= box.x0 and box.x1 <= sheet.x1 and sheet.y0 <= box.y0 and box.y1 <= sheet.y1
        for _, box in written
    ]
    cut = [f"cut: {text}" for text, whole in zip(said, inside, strict=True) if not whole]
    small = [f"small: {one.get_text()}" for one, _ in written if one.get_size() < SMALLEST_TYPE]
    met = [
        f"{one.get_text()} on {other.get_text()}"
        for (one, a), (other, b) in combinations(written, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > TOUCH and min(a.y1, b.y1) - max(a.y0, b.y0) > TOUCH
    ]
    return [f"{ax.get_label()}: {fault}" for fault in cut + small + met]


@pytest.mark.parametrize("figures", FILES, ids=lambda path: path.stem, indirect=True)
def test_words_stand_free_on_either_screen(figures):
    assert figures
    for ax in figures:
        phone = for_phone(ax)
        for drawn, width in ((ax, LAPTOP), (phone, PHONE)):
            assert drawn.figure.bbox.width == pytest.approx(width * DOTS_PER_INCH, abs=1)
            assert faults(drawn) == []
        assert plotted(phone).series.tolist() == plotted(ax).series.tolist()
        titles = [" ".join(one.figure.texts[0].get_text().split()) for one in (ax, phone)]
        assert titles == [ax.get_label()] * 2
