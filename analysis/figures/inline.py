"""Drawings that stand in a page itself, as SVG that follows the page's theme and whose parts can be
links.

Everything is laid out in inches, so that words can be measured; a page may scale the whole.
"""

from __future__ import annotations

import io
import re
from html import escape
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.style import GREY, INK, LIGHT, POINT, SECOND

ON = "#fefefe"
"""Words on a filled ground, white but for a shade, which tells them from the sheet."""
THEME = {
    INK: f"var(--color-foreground-primary, {INK})",
    GREY: f"var(--unsaid, {GREY})",
    LIGHT: f"var(--rule, {LIGHT})",
    POINT: f"var(--stands, {POINT})",
    SECOND: f"var(--not, {SECOND})",
    ON: f"var(--on, {ON})",
    "#ffffff": "var(--paper, #ffffff)",
}
"""The house's colours as the book's style sheet names them; elsewhere they are what they were."""
FONT = re.compile(r"font: (?:(\d+) )?([\d.]+)px [^;\"]*")
"""A page sets its own family of letters; that of the drawing is wider than most."""
NEEDLESS = re.compile(
    r"<!--.*?-->|<defs>.*?</defs>|<defs/>|<g>\s*<path [^>]*style=\"fill: none\"/>\s*</g>"
    r"|(?<=\")\s*transform=\"rotate\(-0 [^\"]*\"|font-family: [^;\"]*; "
    r"| (?:id|clip-path|xmlns(?::\w+)?|version)=\"[^\"]*\"| (?:width|height)=\"[\d.]+pt\"",
    re.DOTALL,
)
"""What a drawing in a page does not need: comments, the empty sheet, clips at its edges, names of
groups and of letters, a fixed size."""


class Place(NamedTuple):
    """Where a drawing goes on a page: the page, its upper left corner there in inches from the
    page's lower left one, and its scale.
    """

    page: Figure
    left: float
    top: float
    scale: float


def sheet(width: float, height: float, *, on: Place | None = None) -> Axes:
    """An empty sheet without axes, whose units are inches from its lower left corner; a figure of
    its own, or a part of a page.
    """
    if on is None:
        on = Place(Figure(figsize=(width, height), dpi=72), 0.0, height, 1.0)
    wide, high = on.page.get_size_inches()
    bottom = on.top - on.scale * height
    corner = (on.left / wide, bottom / high)
    ax = on.page.add_axes((*corner, on.scale * width / wide, on.scale * height / high))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return ax


def svg(ax: Axes, *, attributes: str) -> str:
    """A drawing as an SVG element with these attributes, the same whenever it is drawn."""
    drawn = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ballast"}):
        assert isinstance(ax.figure, Figure)
        ax.figure.savefig(drawn, format="svg", metadata=nothing, transparent=True)
    text = FONT.sub(
        lambda font: f"font-size: {font[2]}px; font-weight: {font[1] or 400}", drawn.getvalue()
    )
    text = re.sub(r">\s+<", "><", NEEDLESS.sub("", text[text.index("<svg") :]))
    text = text.replace("xlink:href", "href").replace("\n", "").replace(' target="_blank"', "")
    for colour, named in THEME.items():
        text = text.replace(colour, named)
    text = re.sub(r"(\d\.\d\d)\d+", r"\1", text)
    return text.replace("<svg", f"<svg {attributes}", 1)


def picture(ax: Axes, *, alt: str, name: str) -> str:
    """A drawing as one picture with a description; ``name`` is its class for style sheets."""
    return svg(ax, attributes=f'class="{name}" role="img" aria-label="{escape(alt)}"')
