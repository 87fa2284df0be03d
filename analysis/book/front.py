"""The front page, which says what was found before it says how, and the argument on a page."""

import re
from collections.abc import Mapping
from html import escape

import pandas as pd

from analysis.book.cards import raw
from analysis.book.chapters import Chapter, linked
from analysis.book.pages import toctree
from analysis.claims import argument as argument_module
from analysis.claims import evidence_of, ledger
from analysis.claims.argument import argument
from analysis.claims.board import (
    answer,
    argument_outline,
    findings,
    headline,
    on_one_page,
    without_verdict,
)
from analysis.claims.cards import badge, link_to, markdown_table
from analysis.claims.charts import chart_of
from analysis.evidence.start_here import reach
from analysis.figures.argument import argument_picture
from analysis.figures.inline import draw_chart, picture
from analysis.tables.dictionary import plain

BEHIND = "argument one-page claims/index explore data glossary changes contributing scale"
"""Pages behind the chapters, the reference left aside."""
LONGEST_REASON = 160
"""Characters of a reason why a claim cannot be tested, where one line stands for each."""
QUESTION = "Is the tie between Russia and China robust?"


def front(board: pd.DataFrame, chapters: Mapping[str, Chapter]) -> str:
    """Front page: the answer, the argument, the findings, what was not tested, the chapters."""
    first, _, rest = answer().sentence.partition(": ")
    return f"""# {QUESTION}

**{plain(first)}:** {plain(rest)}

In May 2025 the historian Sergey Radchenko argued that it is, that trade is its ballast, and that
Washington can do little about it. This book tests that argument sentence by sentence on public
data, by rules that could have gone against it. {headline(board)}. The data reach to {reach()}.

The thesis stands on top, its reasons below it; each step leads to the claims on which it rests.

{_picture("argument.html")}
## What was found

{_findings(board)}
## What could not be tested

{_untested(board)}
## The chapters

{_listed_chapters(board, chapters)}

## Take it with you

Everything [on one page](one-page.md) to print, or <a href="_static/summary.pdf">as a PDF</a>.
To run it yourself, a machine with Python 3.11 or later, make and a network for the packages is
enough: `make run` runs every notebook and builds this book, `make test` checks everything.

{toctree("Chapters", *(f"notebooks/{name}" for name in chapters))}

{toctree("Behind the chapters", *BEHIND.split(), "reference/index")}
"""


def _picture(page: str) -> str:
    """The argument as a picture and as a list, whose steps lead to a page."""
    return raw(argument_picture().cards[0].replace('"#step-', f'"{page}#step-'))


def _findings(board: pd.DataFrame) -> str:
    """Each finding with its verdict and its chart; one for which the ledger asks for no chart, or
    that has no figures to draw, is a sentence.
    """
    labels = dict(zip(board.id, board.verdict, strict=True))
    items = []
    for claim, finding in findings().itertuples(index=False):
        chart = chart_of(ledger()[claim], evidence_of(ledger()[claim]))
        drawn = picture(draw_chart(chart), alt=chart.described, name="small-chart") if chart else ""
        link = link_to(claim, f"claims/{claim}.html")
        said = f"<p>{escape(finding)} {badge(labels[claim])} {link}</p>"
        items.append(f"<li>{said}{drawn}</li>")
    return raw(f'<ul class="findings">{"".join(items)}</ul>')


def _untested(board: pd.DataFrame) -> str:
    """What no data here can decide: facts with the reason for each, forecasts, and the rest in a
    fold.
    """
    facts, early, rest = (
        without_verdict(board, kind).itertuples() for kind in ("fact", "forecast", "judgement")
    )
    lines = [
        f"- **{plain(row.claim)}** {plain(short_reason(str(row.measured)))}"
        f" [{row.id}](claims/{row.id}.md)"
        for row in facts
    ]
    if waiting := [f"{plain(row.claim)} [{row.id}](claims/{row.id}.md)" for row in early]:
        lines.append(f"- **Too early to say:** {' '.join(waiting)}")
    items = [
        f'<li><a href="claims/{row.id}.html">{row.id}</a> {escape(str(row.claim))}'
        f" {escape(str(row.measured))}</li>"
        for row in rest
    ]
    words = f"{len(items)} more that are argued and cannot be measured, each with the reason"
    fold = raw(f"<details><summary>{words}</summary><ul>{''.join(items)}</ul></details>")
    return "\n".join([*lines, "", fold])


def short_reason(reason: str) -> str:
    """As much of the reason why a claim cannot be tested as a line or two hold: whole sentences, or
    parts of one that a semicolon ends.
    """
    ends = [end.start() for end in re.finditer(r"[.;](?=\s|$)", reason)]
    fitting = [end for end in ends if end < LONGEST_REASON] or ends[:1]
    return f"{reason[: fitting[-1]]}." if fitting else reason


def _listed_chapters(board: pd.DataFrame, chapters: Mapping[str, Chapter]) -> str:
    """Each chapter with its answer, or its question where it gives none, if any, and its claims."""
    lines = []
    for name, one in chapters.items():
        mine = board[board.notebook == name]
        chips = " ".join(
            f"[{row.id}](claims/{row.id}.md){{.chip .{str(row.column).replace(' ', '-')}}}"
            for row in mine.itertuples()
        )
        said = f"\\\n  {one.opening}\n  {chips}" if one.opening else ""
        lines.append(f"- **[{one.title}](notebooks/{name}.ipynb)**{said}")
    return "\n".join(lines)


def one_page(board: pd.DataFrame) -> str:
    """The answer and every claim with its verdict, which print on one sheet of paper."""
    cards = linked("".join(on_one_page(board).cards))
    return f"# The ledger on one page\n\n{plain(answer().sentence)}\n\n{raw(cards)}"


def argument_page() -> str:
    """The argument on one page: each step with its state and basis, and what to wait for."""
    waits = markdown_table(
        "Step | Figure to wait for | When",
        (map(plain, (s.sentence, s.awaits, s.expected)) for s in reversed(argument().values())),
    )
    cards = linked("\n".join(argument_outline().cards))
    return f"""# The argument

{_picture("")}
{raw(cards)}
## How a state follows

{(argument_module.__doc__ or "").partition(chr(10) * 2)[2]}

## What would change our mind

For each step the one published figure to wait for, and when it is due:

{waits}
"""
