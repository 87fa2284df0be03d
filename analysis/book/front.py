"""The front page, which says what was found before it says how, and the argument on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import pandas as pd

from analysis.book.cards import raw, state_badge
from analysis.book.chapters import Chapter
from analysis.book.pages import COLON, toctree
from analysis.claims import argument as argument_module
from analysis.claims import ledger
from analysis.claims.argument import Answer, argument
from analysis.claims.board import THESIS, answer, argument_outline, counts, findings, headline
from analysis.claims.cards import COLUMNS, link_to
from analysis.evidence.start_here import reach
from analysis.tables.dictionary import plain

SENTENCES = re.compile(r"(?:.*?[.?](?:\s+|$)){1,2}", re.DOTALL)
"""The first two sentences of a chapter's answer."""


def front(board: pd.DataFrame, chapters: Mapping[str, Chapter]) -> str:
    """Front page: the answer, the findings, the argument, what was not tested, the chapters."""
    behind = [
        "argument",
        "claims/index",
        "explore",
        "data",
        "glossary",
        "changes",
        "contributing",
        "scale",
        "reference/index",
    ]
    said = answer()
    first, _, more = said.sentence.partition(". ")
    return f"""# Is the tie between Russia and China robust?

**{plain(first.rstrip("."))}.** {plain(more)}

In May 2025 the historian Sergey Radchenko argued that it is, that trade is its ballast, and that
Washington can do little about it. This book tests that argument sentence by sentence on public
data. Each claim has a rule that could have gone against it, and each number can be followed to its
publisher, re-run and changed. The data reach to {reach()}.

## What was found

{_findings()}

## The argument, step by step

{_steps(said)}

The whole argument with every claim is [on one page](argument.md).

## What could not be tested

{_untested(board)}

## The chapters

{_listed_chapters(board, chapters)}

## Where every claim stands

{headline(board)}.

{scorecard(board, chapters)}

*Stands* gathers the verdicts "holds", "on track" and "evidence for"; *stands in part*, "holds with
caveats" and "mixed". Each number leads to its claim. Colour repeats what the column says.

## Run it yourself

A machine with Python 3.11 or later, make and a network for the packages is enough:

```
make run     # run every notebook, build this book, print the verdicts
make test    # check everything
```

{toctree("Chapters", *(f"notebooks/{name}" for name in chapters))}

{toctree("Behind the chapters", *behind)}
"""


def _findings() -> str:
    return "\n".join(
        f"- {plain(finding)} [{claim}](claims/{claim}.md)"
        for claim, finding in findings().itertuples(index=False)
    )


def _steps(said: Answer) -> str:
    """The reasons that the essay gives for its thesis with their states, and weak bridges."""
    steps = argument()
    lines = [
        f"- {state_badge(said.states[part])} {plain(steps[part].sentence)}"
        for part in steps[THESIS].supports
    ]
    bridges = [
        f"- {plain(step.sentence)} ([{step.bridge}](claims/{step.bridge}.md))"
        for step in said.broken
    ]
    missing = ["", "What leads from the facts is not shown for:", "", *bridges] if bridges else []
    return "\n".join([*lines, *missing])


def _untested(board: pd.DataFrame) -> str:
    """Claims that no data here can decide, with the reason for each, in a fold."""
    untested = board[(board.firmness == "")]
    items = "".join(
        f'<li><a href="claims/{row.id}.html">{row.id}</a> {escape(str(row.claim))}'
        f" {escape(str(row.measured))}</li>"
        for row in untested.itertuples()
    )
    words = f"{len(untested)} of the essay's {len(board)} claims, each with the reason"
    return raw(f"<details><summary>{words}</summary><ul>{items}</ul></details>")


def _listed_chapters(board: pd.DataFrame, chapters: Mapping[str, Chapter]) -> str:
    """Each chapter with its answer, or its question where it gives none, and its claims."""
    lines = []
    for name, one in chapters.items():
        mine = board[board.notebook == name]
        chips = " ".join(
            f"[{row.id}](claims/{row.id}.md){{.chip .{str(row.column).replace(' ', '-')}}}"
            for row in mine.itertuples()
        )
        opening = SENTENCES.match(one.answer or one.question)
        said = opening[0].strip() if opening else ""
        lines.append(f"- [{one.title}](notebooks/{name}.ipynb)\n  {said}\n  {chips}")
    return "\n".join(lines)


def argument_page() -> str:
    """The argument on one page: each step with its state and basis, and what to wait for."""
    steps = argument()
    waits = "\n".join(
        f"| {plain(step.sentence)} | {plain(step.awaits)} | {plain(step.expected)} |"
        for step in reversed(steps.values())
    )
    cards = "\n".join(argument_outline().cards)
    for claim in ledger():
        cards = cards.replace(link_to(claim), link_to(claim, f"claims/{claim}.html"))
    return f"""# The argument

{raw(cards)}
## How a state follows

{(argument_module.__doc__ or "").partition(chr(10) * 2)[2]}

## What would change our mind

For each step the one published figure to wait for, and when it is due:

| Step | Figure to wait for | When |
|---|---|---|
{waits}
"""


def scorecard(board: pd.DataFrame, chapters: Mapping[str, Chapter]) -> str:
    """Every claim by its chapter and by where it stands, as a table whose numbers are links."""
    found = counts(board)
    lines = [
        f"{COLON}{{list-table}}",
        ":header-rows: 1",
        ":stub-columns: 1",
        ":class: scorecard",
        "",
        "* - Chapter",
    ]
    lines += [f"  - {name[0].upper()}{name[1:]}: {found[name]}" for name in COLUMNS]
    for name, one in chapters.items():
        mine = board[board.notebook == name]
        if mine.empty:
            continue
        lines.append(f"* - [{one.title}](notebooks/{name}.ipynb)")
        lines += [f"  - {_chips(mine[mine.column == column])}".rstrip() for column in COLUMNS]
    return "\n".join([*lines, COLON])


def _chips(claims: pd.DataFrame) -> str:
    return " ".join(f"[{row.id}](claims/{row.id}.md)" for row in claims.itertuples())
