"""What travels without the book: a card for links to it, a summary on one sheet, and a description
of each page.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import yaml
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis import __version__
from analysis.book.chapters import Chapter
from analysis.book.front import QUESTION, short_reason
from analysis.claims.argument import Answer, argument
from analysis.claims.board import THESIS, answer, counts, findings, headline, without_verdict
from analysis.claims.cards import COLOURS, STATES
from analysis.errors import BallastError
from analysis.evidence.start_here import reach
from analysis.figures.argument import draw_argument
from analysis.figures.canvas import LAPTOP
from analysis.figures.inline import ON, Place, sheet
from analysis.figures.marks import write
from analysis.figures.style import GREY, INK, POINT, broken, height_of
from analysis.paths import ROOT

CARD, SHEET = (6.25, 3.28125), (8.27, 11.69)
"""Inches of the card, 1200 by 630 pixels, and of a sheet of A4."""
CARD_DOTS = 192
EDGE, MARGIN = 0.35, 0.55
"""Inches left free around the card, and around the sheet."""
LONGEST_DESCRIPTION = 300
"""Characters of a page's description that those who show links print."""
DESCRIPTION = "An essay on Russia and China, tested sentence by sentence on public data."


def described(
    texts: Mapping[str, str], board: pd.DataFrame, chapters: Mapping[str, Chapter]
) -> dict[str, str]:
    """The texts of pages by file name with a description each, for those who show a link to them:
    the answer on the front page, a claim's verdict, a chapter's answer.
    """
    said = {"index.md": answer().sentence}
    said |= {
        f"claims/{r.id}.md": f"{r.claim} {r.verdict}: {r.measured}" for r in board.itertuples()
    }
    said |= {f"notebooks/{name}.ipynb": one.opening for name, one in chapters.items()}
    return {name: _with(text, said.get(name) or DESCRIPTION, name) for name, text in texts.items()}


def _with(text: str, description: str, name: str) -> str:
    words = " ".join(description.replace("**", "").split())
    if len(words) > LONGEST_DESCRIPTION:
        words = words[: words.rindex(" ", 0, LONGEST_DESCRIPTION)] + " ..."
    if name.endswith(".ipynb"):
        notebook = json.loads(text)
        notebook["metadata"]["description"] = words
        return json.dumps(notebook)
    return f"---\ndescription: {json.dumps(words, ensure_ascii=False)}\n---\n\n{text}"


def address() -> str:
    """Where the project is to be found, as CITATION.cff says; '' where it does not."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return str(cited.get("url") or cited.get("repository-code") or "")


def write_shared(board: pd.DataFrame, folder: Path) -> None:
    """Draw the card and the summary into a folder; both are the same bytes whenever drawn."""
    draw_card(board).savefig(folder / "card.png", dpi=CARD_DOTS, metadata={"Software": None})
    about = {"CreationDate": None, "Title": QUESTION, "Author": "The Ballast maintainers"}
    with plt.rc_context({"pdf.fonttype": 42}):
        draw_summary(board).savefig(folder / "summary.pdf", metadata=about)


def draw_card(board: pd.DataFrame) -> Figure:
    """The question, the answer and the count, 1200 by 630 pixels."""
    width, height = CARD
    ax, said, steps = sheet(*CARD), answer(), argument()
    title = broken(QUESTION, inches=width - 2 * EDGE, size=20, bold=True)
    write(ax, EDGE, height - 0.25, title, up="top", bold=True, size=20)
    top = height - 0.25 - height_of(title, 20) - 0.08
    state = said.states[THESIS].capitalize()
    reasons = f"{state}. The essay's reasons:"
    write(ax, EDGE, top, reasons, colour=POINT, up="top", bold=True, size=12)
    for place, part in enumerate(steps[THESIS].supports):
        held = said.states[part]
        across, down = divmod(place, 4)
        left, middle = EDGE + across * (width / 2 - EDGE), top - 0.38 - 0.2 * down
        ax.barh(middle, 0.11, left=left, height=0.11, color=COLOURS[STATES[held]], linewidth=0)
        write(ax, left + 0.17, middle, f"{steps[part].name}: {held}", size=8.5)
    left = EDGE
    for column, count in counts(board).items():
        span = (width - 2 * EDGE) * count / len(board)
        ax.barh(0.8, span - 0.02, left=left, height=0.26, color=COLOURS[column], linewidth=0)
        write(ax, left + 0.04, 0.8, str(count), colour=ON, bold=True, size=9)
        left += span
    claims = broken(f"{headline(board)}.", inches=width - 2 * EDGE, size=8.5)
    write(ax, EDGE, 0.6, claims, colour=GREY, up="top", size=8.5)
    return _whole(ax)


def draw_summary(board: pd.DataFrame) -> Figure:
    """Answer, argument, findings and what could not be tested, on one sheet of A4; BallastError if
    they do not fit.
    """
    page, said = _Page(), answer()
    page.say(QUESTION, size=15, bold=True)
    page.say(said.sentence, size=8.5)
    page.draw_argument(said)
    page.say("What was found", size=10.5, bold=True)
    for claim, finding in findings().itertuples(index=False):
        page.say(f"\u2022 {finding} ({claim})")
    page.say("What could not be tested", size=10.5, bold=True)
    for row in without_verdict(board, "fact").itertuples():
        page.say(f"\u2022 {row.claim} {short_reason(str(row.measured))} ({row.id})")
    early = " ".join(without_verdict(board, "forecast").claim)
    page.say(f"\u2022 Too early to say: {early}")
    where = f", {address()}" if address() else ""
    page.say(
        f"{headline(board)}. The data reach to {reach()}."
        f" Ballast {__version__}{where}: {DESCRIPTION} Text and figures CC BY 4.0.",
        size=7,
        colour=GREY,
    )
    return _whole(page.ax)


class _Page:
    """A sheet of A4 that is filled from the top."""

    def __init__(self) -> None:
        self.ax, self.top = sheet(*SHEET), SHEET[1] - MARGIN + 0.2

    def say(self, words: str, *, size: float = 7.6, bold: bool = False, colour: str = INK) -> None:
        """Words below what stands there already."""
        lines = broken(words, inches=SHEET[0] - 2 * MARGIN, size=size, bold=bold)
        self.top -= size / (100 if bold else 180)
        write(self.ax, MARGIN, self.top, lines, size=size, bold=bold, colour=colour, up="top")
        self._take(height_of(lines, size))

    def draw_argument(self, said: Answer) -> None:
        """The argument as wide as the words, its letters as much smaller as the rest of it."""
        scale = (SHEET[0] - 2 * MARGIN) / LAPTOP
        place = Place(_whole(self.ax), MARGIN, self.top - 0.1, scale)
        drawn = draw_argument(said, on=place)
        for text in drawn.texts:
            text.set(fontsize=scale * float(text.get_fontsize()), url=None)
        for shape in drawn.patches:
            shape.set_url(None)
        self._take(scale * drawn.get_ylim()[0] + 0.1)

    def _take(self, inches: float) -> None:
        self.top -= inches
        if self.top < MARGIN / 2:
            raise BallastError(
                "the summary does not fit on one sheet of A4",
                do="shorten a finding or the reason why a fact cannot be tested",
            )


def _whole(ax: Axes) -> Figure:
    """The figure that an axes lies in, on white."""
    assert isinstance(ax.figure, Figure)
    ax.figure.set_facecolor("white")
    return ax.figure
