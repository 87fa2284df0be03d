"""The argument as a picture: the thesis on top, its reasons below, and under each what it rests on.

Places follow from the steps alone. The thesis has a row of columns under it, one for each reason;
in a column the steps stand one below the other, set in by how far they are from the reason.
"""

from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from analysis.claims.argument import AFTER, BREAK, Answer, Step, order, step_list
from analysis.claims.board import answer
from analysis.claims.cards import PLAIN, Shown
from analysis.figures.canvas import LAPTOP
from analysis.figures.inline import ON, Place, sheet, svg
from analysis.figures.marks import write
from analysis.figures.style import CREDIT, GREY, INK, POINT, SECOND, SMALL, broken, height_of

GAP, PAD, INSET = 0.1, 0.06, 0.06
"""Inches between columns, around words in a box, and from a step to those that it rests on."""
BELOW, WIDTH = 0.12, LAPTOP - 0.02
"""Inches between a box and the next one, and of a row of boxes."""
FILLS = {"shown": (POINT, ON), "contradicted": (SECOND, ON)}
EDGES = {"shown": POINT, "shown in part": POINT, "not shown": GREY, "contradicted": SECOND}
"""Ground with the colour of words on it, and edge, of a box in each state."""
KEY = (
    f"{BREAK} its facts stand, but what the essay concludes from them is not shown, or"
    " contradicted.   Broken line: it weakens the step above."
)


class Box(NamedTuple):
    """A step with its place in inches from the upper left corner, and the lines of its name."""

    step: Step
    left: float
    top: float
    width: float
    words: str

    @property
    def height(self) -> float:
        """Of the name, the state below it, and the ground around them."""
        return height_of(self.words, SMALL) + height_of("0", CREDIT) + 2 * PAD

    @property
    def bottom(self) -> float:
        """Inches from the upper edge of the sheet."""
        return self.top + self.height


def _box(step: Step, left: float, top: float, width: float) -> Box:
    name = step.name[0].upper() + step.name[1:]
    return Box(step, left, top, width, broken(name, inches=width - 2 * PAD, size=SMALL))


def boxes(said: Answer) -> list[Box]:
    """Place of each step: those under a reason below it, those drawn from the thesis last."""
    steps, depths = said.steps, order(said.steps, thesis=said.thesis)
    names = list(depths)
    under = next((i for i, name in enumerate(names) if i and not depths[name]), len(names))
    reasons = [name for name in names[:under] if depths[name] == 1]
    width = (WIDTH - GAP * (len(reasons) - 1)) / max(len(reasons), 1)
    placed = [_box(steps[said.thesis], 0.0, 0.0, WIDTH)]
    start = top = placed[0].bottom + 2 * BELOW
    weak = {step.id for step in said.broken}
    for name in names[1:under]:
        if name in reasons:
            column, top = reasons.index(name) * (width + GAP), start
        inset = INSET * (depths[name] - 1)
        placed.append(_box(steps[name], column + inset, top, width - inset))
        mark = height_of("0", CREDIT) + 0.04 if name in weak else 0.0
        top = placed[-1].bottom + BELOW + mark
    rest = names[under:]
    top = max(box.bottom for box in placed) + 0.5
    width = (WIDTH - GAP * (len(rest) - 1)) / max(len(rest), 1)
    return placed + [_box(steps[n], i * (width + GAP), top, width) for i, n in enumerate(rest)]


def draw_argument(said: Answer, *, on: Place | None = None) -> Axes:
    """Each step in the colour and the words of its state, on a page or as a figure of its own."""
    placed = boxes(said)
    known = {box.step.id: box for box in placed}
    height = max(box.bottom for box in placed) + 0.3
    ax = sheet(LAPTOP, height, on=on)
    ax.set_ylim(height, -0.02)
    for box in placed:
        _edges(ax, box, known, of_thesis=box.step.id == said.thesis)
    for box in placed:
        _draw(ax, box, said.states[box.step.id])
    for step in said.broken:
        box, words = known[step.id], f"{BREAK} {said.states[step.bridge]}"
        at = (box.left + PAD + 0.03, box.bottom + 0.04)
        mark = write(ax, *at, words, colour=SECOND, up="top", size=CREDIT, bold=True)
        mark.set_url(f"#step-{step.id}")
    last = placed[-1].top
    if last > known[said.thesis].bottom + 2 * BELOW:
        write(ax, 0.0, last - 0.12, AFTER, colour=GREY, up="bottom")
    write(ax, 0.0, height - 0.04, KEY, colour=GREY, up="bottom", size=CREDIT)
    return ax


def _draw(ax: Axes, box: Box, state: str) -> None:
    ground, ink = FILLS.get(state, ("#ffffff", INK))
    corner, sides = (box.left + 0.03, box.top + 0.03), (box.width - 0.06, box.height - 0.06)
    shape = FancyBboxPatch(corner, *sides, boxstyle="round,pad=0.03", linewidth=1.3, zorder=3)
    dashes = (0, (3, 2)) if state == "not shown" else "-"
    shape.set(facecolor=ground, edgecolor=EDGES[state], linestyle=dashes)
    ax.add_patch(shape)  # before its words, which its ground would cover
    left, low = box.left + PAD, box.bottom - PAD
    name = write(ax, left, box.top + PAD, box.words, colour=ink, up="top")
    held = write(ax, left, low, state, colour=ink, up="bottom", size=CREDIT, bold=True)
    for part in (shape, name, held):
        part.set_url(f"#step-{box.step.id}")


def _edges(ax: Axes, box: Box, known: Mapping[str, Box], *, of_thesis: bool) -> None:
    """Lines from a step to the steps below that it rests on, broken where they weaken it."""
    for part in box.step.parts:
        if part not in known or known[part].top <= box.top:
            continue
        below = known[part]
        if of_thesis:
            middle = below.left + below.width / 2
            xs, ys = [middle, middle], [box.bottom, below.top]
        else:
            rail, middle = box.left + INSET / 2, below.top + below.height / 2
            xs, ys = [rail, rail, below.left], [box.bottom, middle, middle]
        # A solid line lies on the broken one where both take the same way.
        style, height = ((0, (2, 2)), 1) if part in box.step.qualifies else ("-", 2)
        ax.plot(xs, ys, color=GREY, linewidth=0.9, linestyle=style, zorder=height)


def argument_picture() -> Shown:
    """The essay's argument as a picture, and as a list for phones and screen readers."""
    said = answer()
    drawn = svg(draw_argument(said), attributes='class="argument-picture" aria-hidden="true"')
    drawn = drawn.replace("<a ", '<a tabindex="-1" ')
    text, items = step_list(said)
    return Shown([text], [f'<div class="{PLAIN}">{drawn}{items}</div>'])
