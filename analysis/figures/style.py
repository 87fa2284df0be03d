"""The house style: grey for context, one colour for the point, and how wide words are in it."""

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

INK, GREY, LIGHT = "#222222", "#757575", "#d0d0d0"
POINT, SECOND = "#08477d", "#a5480a"
"""Blue and orange keep apart for colour-blind readers and in grey; all but LIGHT can be read as
text on white."""
TEXT, SMALL, CREDIT = 10.0, 9.0, 8.0
"""Sizes of type in points: unit and ticks, labels, the source."""
HINTED = 1.02
"""Letters fitted to pixels are at most so much wider than they are drawn."""
NO_BREAK = "\N{NO-BREAK SPACE}"
LEADING = 1.25
"""Height of a line of type over its size."""


def height_of(text: str, size: float) -> float:
    """Inches that the lines of a text take."""
    return (1 + text.count("\n")) * LEADING * size / 72


def broken(text: str, *, inches: float, size: float = SMALL, bold: bool = False) -> str:
    """Text broken into lines no wider than asked; lines that it has already stay as they are.

    A single word that is wider stays whole, and a number keeps its percent sign.
    """
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")

    def fits(line: str) -> bool:
        points, *_ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
        return bool(HINTED * points <= 72 * inches)

    lines: list[str] = []
    for given in text.split("\n"):
        line, *words = given.replace(" %", NO_BREAK + "%").split(" ")
        for word in words:
            if line and not fits(f"{line} {word}"):
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(lines).replace(NO_BREAK, " ")
