"""How a notebook shows what it found: pictures, tables and sentences, each with a plain text.

A reader sees the picture or the table; the plain text beside it is what a test compares. It holds
the figure's words and a fingerprint of what it plots, rounded, and the same on every machine.
"""

import base64
import io
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from PIL import Image

from analysis.claims.cards import PLAIN, Shown
from analysis.errors import NotApplicable
from analysis.figures.canvas import LAPTOP, for_phone, said_of
from analysis.figures.heads import head
from analysis.figures.plotted import fingerprint, plotted
from analysis.models.result import decimals, text_table
from analysis.sentences import filled
from analysis.tables import citation, loaded

PLOTTED_NUMBERS = "%.6g"
"""More digits than a reader can see in a figure, and few enough that the noise of another machine
does not show."""
PALETTE = 64
"""Colours of a picture: the house's few, and what smooths the edges of lines and letters."""
LIGHTEST = 254
FOR_PHONE = "phone"
"""Key of the phone's picture, beside the words about the laptop's; no viewer of notebooks looks
there, and nbval compares no metadata."""
DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
ADDRESS = re.compile(r"(https?://[^\s,;)]*[^\s,;).])")
NO_YEAR = 10_000
"""Whole numbers from here on get commas; years are smaller."""


def show(thing: Any, *, digits: int = 2, **heads: str) -> None:
    """Display a figure, a table without its index and with so many decimals, or the reason why
    there is none. ``heads`` are words for columns of this table; see ``head`` for the others.
    """
    if isinstance(thing, NotApplicable):
        say("", thing)
    elif isinstance(thing, Axes):
        _show_figure(thing)
    else:
        plain = text_table(thing, digits=digits) if len(thing) else "no rows"
        display(Shown([plain], [_html_table(thing, digits, heads)]))


def say(sentence: str, figures: Mapping[str, Any] | NotApplicable) -> None:
    """Display a sentence whose gaps the figures fill, or the reason why it cannot be said.

    >>> say("{name} grew by {growth:.1f} %", {"name": "trade", "growth": 18.61})
    trade grew by 18.6 %
    >>> say("{name}", NotApplicable("nothing was published."))
    Not shown here: nothing was published.
    """
    if isinstance(figures, NotApplicable):
        words = f"Not shown here: {figures.reason.rstrip('.')}."
    else:
        words = filled(sentence, figures)
    lines = "<br>".join(escape(line) for line in words.splitlines())
    display(Shown([words], [f'<p class="{PLAIN}">{lines}</p>']))


def sources() -> None:
    """Display how to cite every table that this notebook has loaded, in alphabetical order."""
    cited = {table: citation(table) for table in loaded()}
    items = "".join(
        f"<li>{table_name(table)}: {_with_links(text)}</li>" for table, text in cited.items()
    )
    plain = "\n\n".join(f"[{table}]\n{text}" for table, text in cited.items())
    display({"text/html": f"<ul>{items}</ul>", "text/plain": plain}, raw=True)


def table_name(table: str) -> str:
    """Name of a table in a list of sources; the book links it to the data dictionary."""
    return f'<b class="table">{table}</b>'


def _show_figure(ax: Axes) -> None:
    said = said_of(ax)
    title = str(ax.get_label())
    about = {"alt": said.alt, "width": int(96 * LAPTOP), "title": title}
    narrow = for_phone(ax)
    if narrow is not None:
        about[FOR_PHONE] = _picture(narrow)
    numbers = plotted(ax).to_csv(index=False, lineterminator="\n", float_format=PLOTTED_NUMBERS)
    plain = f"Figure: {title}\n{fingerprint(ax)}\nSource: {said.source}\nAlt: {said.alt}"
    bundle = {"image/png": _picture(ax), "text/csv": numbers, "text/plain": plain}
    display(bundle, raw=True, metadata={"image/png": about})


def _picture(ax: Axes) -> str:
    """Figure as a PNG of few colours in base64, a third as large as one of all; closes it."""
    figure, picture = ax.figure, io.BytesIO()
    assert isinstance(figure, Figure)
    sheet = FigureCanvasAgg(figure)
    sheet.draw()
    plt.close(figure)
    drawn = Image.fromarray(np.asarray(sheet.buffer_rgba())[:, :, :3])
    few = drawn.quantize(PALETTE, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # An octree makes its lightest colour a shade darker than the page.
    few.putpalette([255 if shade == LIGHTEST else shade for shade in few.getpalette() or ()])
    few.save(picture, format="png")
    return base64.b64encode(picture.getvalue()).decode()


def _html_table(frame: pd.DataFrame, digits: int, heads: Mapping[str, str]) -> str:
    """Table for readers: heads in words, numbers rounded and set right, a dash where none is."""
    numbers = [is_numeric_dtype(kind) and not is_bool_dtype(kind) for kind in frame.dtypes]
    sides = ["right" if number else "left" for number in numbers]
    words = [escape(heads.get(str(column)) or head(str(column))) for column in frame]
    said = [f'<th style="text-align:{s}">{w}</th>' for s, w in zip(sides, words, strict=True)]
    places = [
        decimals(frame.iloc[:, at], digits) if number else digits
        for at, number in enumerate(numbers)
    ]
    rows = [
        "".join(map(_cell, row, places, sides)) for row in frame.itertuples(index=False, name=None)
    ]
    lines = "".join(f"<tr>{row}</tr>" for row in rows)
    body = f"<thead><tr>{''.join(said)}</tr></thead><tbody>{lines}</tbody>"
    return f'<table class="numbers {PLAIN}">{body}</table>'


def _cell(value: Any, digits: int, side: str) -> str:
    if value is None or value is pd.NA or value != value:
        words = "-"
    elif isinstance(value, bool):
        words, side = "yes" if value else "no", "left"
    elif isinstance(value, float):
        words, side = f"{round(value, digits) + 0.0:,.{digits}f}", "right"
    elif isinstance(value, int):
        words, side = f"{value:,}" if value >= NO_YEAR else str(value), "right"
    else:
        words = escape(str(value))
        side += "; white-space:nowrap" if DATE.fullmatch(words) else ""
    return f'<td style="text-align:{side}">{words}</td>'


def _with_links(text: str) -> str:
    """Text whose web addresses are links; all else is escaped."""
    parts = ADDRESS.split(" ".join(text.split()))
    return "".join(
        f'<a href="{escape(part)}">{escape(part)}</a>' if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
