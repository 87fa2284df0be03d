"""The house style can be read by everyone: in grey, with any common colour blindness, and as text
on white."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from analysis.claims.cards import COLOURS
from analysis.figures import marks, style
from analysis.figures.canvas import LAPTOP, _set_ends, canvas

TEXT_ON_WHITE = 4.5
"""Contrast that WCAG 2.2 AA asks of text."""
STEP_IN_GREY = 1.25
"""Contrast between two neighbours of the palette once colour is gone; every line also carries its
name."""
APART = 12.0
"""Distance in CIELAB; 2.3 is just noticeable, and 12 is seen at a glance."""
LINES = {name: getattr(style, name) for name in ("INK", "POINT", "SECOND", "GREY")}
ALT = "Two bars, the second of which is twice as high as the first."
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""


def linear(colour):
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    xyz = np.clip(rgb, 0, 1) @ np.array(
        [
            [0.4124564, 0.2126729, 0.0193339],
            [0.3575761, 0.7151522, 0.1191920],
            [0.1804375, 0.0721750, 0.9503041],
        ]
    )
    f = np.cbrt(np.maximum(xyz / [0.95047, 1.0, 1.08883], 1e-9))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_formulas_agree_with_known_answers():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.01)
    np.testing.assert_allclose(lab(linear("red")), [53.24, 80.09, 67.20], atol=0.05)


@pytest.mark.parametrize("colour", [*LINES.values(), *COLOURS.values()])
def test_every_colour_can_be_read_as_text_on_white(colour):
    assert contrast(colour, "white") >= TEXT_ON_WHITE


@pytest.mark.parametrize(("one", "other"), list(combinations(LINES, 2)))
def test_colours_keep_apart_in_grey(one, other):
    assert contrast(LINES[one], LINES[other]) >= STEP_IN_GREY


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize(("one", "other"), list(combinations(LINES, 2)))
def test_colours_keep_apart_for_colour_blind_readers(one, other, blindness):
    seen = [lab(np.array(BLINDNESS[blindness]) @ linear(LINES[name])) for name in (one, other)]
    assert np.linalg.norm(seen[0] - seen[1]) >= APART


@pytest.fixture
def ax():
    return canvas("Exports rose", unit="USD billion, FOB", source="made up", alt=ALT)


def test_a_canvas_says_finding_unit_and_source(ax):
    texts = [text.get_text() for text in ax.figure.texts]
    assert texts == ["Exports rose", "USD billion, FOB", "Source: made up"]
    assert ax.get_label() == "Exports rose"


def test_a_long_title_and_source_are_broken_and_nothing_lies_on_the_axes(ax):
    finding, publishers = "A finding in many words " * 6, "one publisher and another " * 9
    long = canvas(finding, unit="percent", source=publishers, alt=ALT)
    long.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in long.figure.texts]
    sheet, axes = long.figure.bbox, long.get_window_extent()
    assert all(sheet.x0 <= box.x0 and box.x1 <= sheet.x1 for box in boxes)
    assert all(box.y0 >= axes.y1 or box.y1 <= axes.y0 for box in boxes)


def test_a_picture_has_twice_the_pixels_that_are_shown(ax):
    assert ax.figure.bbox.width == pytest.approx(2 * 96 * LAPTOP)


def test_names_at_the_ends_of_lines_do_not_overlap(ax):
    ax.set_ylim(0, 10)
    ax.set_xlim(0, 10)
    for place in range(5):
        marks.end(ax, 9, 5 + 0.01 * place, f"line {place}", style.GREY)
    _set_ends(ax)
    ax.figure.canvas.draw()
    tops = sorted((text.get_window_extent().y0, text.get_window_extent().y1) for text in ax.texts)
    assert all(lower[1] <= upper[0] for lower, upper in pairwise(tops))
