"""Pages that are written from the ledger, the catalogue and the docstrings: front, claims, data, reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pkgutil import walk_packages

import pandas as pd

import analysis
from analysis.book.chapters import Chapter
from analysis.claims import JUDGES, Claim, Verdict, judge, ledger, standing
from analysis.tables.dictionary import dictionary

NOT_IN_REFERENCE = ("analysis.book", "analysis.cli", "analysis.ledger_cli")
"""Commands and the book itself: `ballast --help` describes them better than their docstrings."""


def front(board: pd.DataFrame, chapters: Iterable[Chapter], *, alt: str) -> str:
    """Front page: what this is, the scorecard, the notebooks, every verdict, and the two commands."""
    listed = [f"- {{doc}}`{chapter.title} <notebooks/{chapter.name}>`" for chapter in chapters]
    return f"""# Ballast: an essay, tested

In May 2025 the historian Sergey Radchenko argued that the ties between Russia and China are robust, that trade is their
ballast, and that Washington can do little about them. **This book tests that argument sentence by sentence on public
data.** Each claim has a rule that was written down first and could have gone against it. Each number can be followed to
its publisher, re-run and changed. Where the data do not let anyone say, the book says so.

## Where the claims stand

![{alt}](scorecard.png)

[Every claim with its rule, its number and its verdict](claims/index.md)

## The chapters

{chr(10).join(listed)}

## Verdicts

{verdict_table(board)}

## Run it yourself

A machine with Python 3.11 or later, make and a network for the packages is enough:

```
make run     # run every notebook, build this book, print the verdicts
make test    # check everything
```

```{{toctree}}
:hidden:
:caption: Chapters

{chr(10).join(f"notebooks/{chapter.name}" for chapter in chapters)}
```

```{{toctree}}
:hidden:
:caption: Behind the chapters

explore
claims/index
data
glossary
contributing
changes
reference/index
```
"""


def verdict_table(board: pd.DataFrame) -> str:
    """Markdown table of the whole ledger with a link to each claim's page."""
    lines = ["| claim | the essay says | verdict | measured |", "|---|---|---|---|"]
    lines += [
        f"| {{doc}}`{row.id} <claims/{row.id}>` | {_cell(row.claim)} | **{row.verdict}** | {_cell(row.measured)} |"
        for row in board.itertuples()
    ]
    return "\n".join(lines)


def claims_index(board: pd.DataFrame) -> str:
    """Page that lists every claim."""
    names = "\n".join(board.id)
    table = verdict_table(board).replace("<claims/", "<")
    return (
        "# The claims\n\nEvery checkable sentence of the essay, in its order. A fact holds, holds with caveats, does "
        "not hold or cannot be tested here; a forecast is on track, off track, or it is too early; a judgement gets "
        f"evidence for, mixed, or evidence against.\n\n{table}\n\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    )


def claim_pages(chapters: Mapping[str, Chapter]) -> dict[str, str]:
    """Page of each claim by its id.

    Raises
    ------
    KeyError
        If a claim names a notebook that is not in the book.
    """
    return {
        name: claim_page(this, judge(name) if name in JUDGES else None, chapters[this.notebook])
        for name, this in ledger().items()
    }


def claim_page(this: Claim, verdict: Verdict | None, chapter: Chapter) -> str:
    """Quote, rule, number, other readings and sources of one claim."""
    label = verdict.label if verdict else standing(this)
    lines = [f"# {this.id}: {this.claim}", "", f"**{label[0].upper()}{label[1:]}.**"]
    if verdict:
        lines[-1] += f" Measured: {verdict.measured}."
    elif this.cannot_test:
        lines[-1] += f" {this.cannot_test}"
    lines += ["", f"> {this.quote}", ">", f"> (essay, {this.paragraph}; a {this.kind})", ""]
    lines += [f"Measured as\n: {this.measured_as}\n", f"Rule of {this.rule_date}\n: {this.rule}\n"]
    lines += [f"Against it would count\n: {this.against}\n"]
    if verdict:
        lines += [f"What would flip it\n: {verdict.flip}\n", f"Sources\n: {'; '.join(verdict.sources)}\n"]
        lines += [f"Caveat\n: {caveat}\n" for caveat in verdict.caveats]
        lines += _variants(verdict)
    lines += [f"Chapter\n: {{doc}}`{chapter.title} <../notebooks/{chapter.name}>`\n"]
    return "\n".join(lines)


def _variants(verdict: Verdict) -> list[str]:
    if not verdict.variants:
        return []
    rows = [
        f"| {_cell(one.name)} | {_cell(one.measured)} | {one.label}{'' if one.independent else ' (not independent)'} |"
        for one in verdict.variants
    ]
    heading = f"## Other readings: {verdict.agreement}"
    return [heading, "", "| reading | measured | verdict |", "|---|---|---|", *rows, ""]


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("$", "\\$")


def data_page() -> str:
    """The data dictionary."""
    return dictionary()


def reference_pages() -> dict[str, str]:
    """Page of each module with public docstrings, and their index."""
    modules = sorted(
        found.name
        for found in walk_packages(analysis.__path__, "analysis.")
        if not found.ispkg and not found.name.startswith(NOT_IN_REFERENCE)
    )
    pages = {name: f"# {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n```\n" for name in modules}
    listed = "\n".join(modules)
    pages["index"] = f"# Reference\n\nWhat each module offers, from its docstrings.\n\n```{{toctree}}\n{listed}\n```\n"
    return pages
