"""Pages that are written from the ledger, the catalogue and the docstrings: claims, data, changes,
reference.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import pairwise
from pkgutil import walk_packages
from typing import Any

import pandas as pd

import analysis
from analysis.book.cards import badge, quotable, raw
from analysis.book.chapters import Chapter
from analysis.claims import Claim, evidence_of, ledger, standing, verdict_on
from analysis.claims.cards import (
    markdown_table,
    quotation,
    readings_table,
    rule_terms,
    terms,
    verdict_terms,
)
from analysis.claims.own import exported
from analysis.claims.releases import Release, moved
from analysis.evidence import EVIDENCE
from analysis.paths import ROOT
from analysis.tables.catalogue import catalogue, describe, planned
from analysis.tables.dictionary import dictionary, plain, schema_org
from analysis.tables.known import known_to_when

NOT_IN_REFERENCE = ("analysis.book", "analysis.cli", "analysis.ledger_cli")
"""Commands and the book itself: `ballast --help` describes them better than their docstrings."""
MARKDOWN = re.compile(r"[*`\\]|\[([^\]]*)\]\([^)]*\)")
"""Signs of Markdown, and links, whose words stay."""


def toctree(caption: str, *names: str) -> str:
    """A hidden table of contents, which puts pages under a heading of the sidebar."""
    lines = [":hidden:", *([f":caption: {caption}"] if caption else []), "", *names]
    return "```{toctree}\n" + "\n".join(lines) + "\n```"


def claims_index(board: pd.DataFrame) -> str:
    """Page that lists every claim with a link to its own."""
    table = markdown_table(
        "Claim | The essay says | Verdict | Measured, or why not | How firm",
        (
            (
                f"[{r.id}]({r.id}.md)",
                plain(r.claim),
                badge(str(r.verdict)),
                plain(r.measured),
                r.firmness,
            )
            for r in board.itertuples()
        ),
    )
    return f"""# The claims

Every checkable sentence of the essay, in its order. A fact holds, holds with caveats, does not hold
or cannot be tested here; a forecast is on track, off track, or it is too early; a judgement gets
evidence for, mixed, or evidence against. A fact may also be undecided: it was tested, and the data
do not decide. A verdict is firm where every other source and method that stands on its own gives
the same label; it depends on the source or the method where one does not.

::::{{table}}
:class: verdicts

{table}
::::

{toctree("", *board.id)}
"""


def search_list(board: pd.DataFrame, chapters: Mapping[str, Chapter]) -> str:
    """Script with what a search says of each claim and chapter: title, label with its column, and
    what was measured or answered in a sentence.
    """
    listed = {
        f"claims/{row.id}": {
            "title": f"{row.id}: {str(row.claim).rstrip('.')}",
            "label": row.verdict,
            "column": row.column,
            "said": row.measured,
            "words": f"{row.quote} {ledger()[str(row.id)].measured_as}",
        }
        for row in board.itertuples()
    }
    for name, one in chapters.items():
        said, words = (
            MARKDOWN.sub(r"\1", " ".join(text.split()))
            for text in (one.opening, f"{one.answer} {one.question}")
        )
        listed[f"notebooks/{name}"] = {"title": one.title, "said": said, "words": words}
    return f"window.ballastPages = {json.dumps(listed, ensure_ascii=False)};\n"


def claim_page(this: Claim, chapters: Mapping[str, Chapter]) -> str:
    """Quote, rule, number, other readings and sources of one claim."""
    verdict, chapter = verdict_on(this.id) if this.labels else None, chapters[this.notebook]
    label = verdict.label if verdict else standing(this)
    lines = [f"# {this.id}: {plain(this.claim.rstrip('.'))}", "", badge(label), ""]
    lines.append(raw(quotation(this)))
    if verdict:
        lines.append(f"**Measured:** {plain(verdict.measured)}.\n")
        lines.append(raw(terms(*rule_terms(this), *verdict_terms(verdict))))
        lines.append(_argue(this))
        if verdict.readings:
            lines.append(f"## Other readings: {verdict.firmness}\n\n{raw(readings_table(verdict))}")
    else:
        lines.append(raw(terms(*rule_terms(this))))
    lines.append(quotable(this, label, verdict.measured if verdict else ""))
    where = f"[{chapter.title}](../notebooks/{chapter.name}.ipynb)"
    lines.append(f"The chapter with the figures, the code and the full citations: {where}.\n")
    if this.id in EVIDENCE:
        module, _, name = EVIDENCE[this.id].partition(":")
        where = f"[`{name}` in `{module}`](../reference/{module}.md)"
        said = f"The rule stands in `data/essay/claims.yaml`, its figures come from {where}."
        lines.append(_unsearched(said))
    return "\n".join(lines)


def _argue(this: Claim) -> str:
    """The form in which a reader moves a threshold or picks a reading, with the data it needs;
    where scripts are off, the page says in its place where the label turns.
    """
    data = exported(this, evidence_of(this))
    lines = ["## Argue with the rule", ""]
    if data["thresholds"] or len(data["figures"]) > 1:
        turns = "".join(f"<p>{sentence}</p>" for sentence in _turning(data))
        form = (
            f'<div class="argue"><script type="application/json">{_harmless(data)}</script>'
            "<noscript><p>Scripts are switched off, so there is no form here that applies the"
            f" rule again. What it would say first:</p></noscript>{turns}</div>"
        )
        lines.append(raw(form))
    else:
        said = "No threshold of this rule can be moved in this page, and it has no other reading."
        lines.append(f"{said}\n")
    if data["fixed"]:
        fixed = ", ".join(f"`{name}`" for name in data["fixed"])
        command = f"`ballast judge {this.id} --sweep NAME=LOW:HIGH`"
        said = f"The measurement itself takes {fixed}; {command} measures anew for each value."
        lines.append(_unsearched(said))
    return "\n".join([*lines, ""])


def _turning(data: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each threshold that can be moved, and one about readings, as HTML."""
    for name, held in data["thresholds"].items():
        if name not in data["turns"]:
            yield f"No value of <code>{name}</code> near the ledger's {held['value']:g} turns it."
            continue
        value, label = data["turns"][name]
        way = "raised" if value > held["value"] else "lowered"
        yield (
            f"The label turns to \u2018{label}\u2019 where <code>{name}</code> is {way} from"
            f" {held['value']:g} to {value:.4g}."
        )
    if len(data["figures"]) > 1:
        yield "What other readings give stands in the table below."


def _unsearched(text: str) -> str:
    """A paragraph whose words no search should find: each claim's page has them."""
    return f":::{{container}} no-search\n{text}\n:::\n"


def _harmless(data: object) -> str:
    """JSON that ends no script element."""
    return json.dumps(data).replace("<", "\\u003c")


def changes_page(changelog: str, releases: Sequence[Release]) -> str:
    """What changed since the last vintage: labels that moved, the newest version's data and
    findings, what is known to when, then the tables as they stand; from the changelog in Markdown
    and the stored releases, the oldest first, with the verdicts of now at the end.
    """
    newest, *older = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    name, *parts = re.split(r"^### ", newest, flags=re.MULTILINE)
    parts.sort(key=lambda part: (not part.startswith("Data"), not part.startswith("Findings")))
    waiting = [
        f"`{table}` waits for a vintage that is fetched: {plain(entry['how'])}."
        for table, entry in planned().items()
    ]
    tables = markdown_table(
        "Table | What it is | Years | Rows | Hash",
        (
            (
                f"[{table}](data.md#{table})",
                plain(entry["title"]),
                plain(entry.get("coverage", "")),
                f"{entry['rows']:,}",
                f"`{plain(entry['sha256'][:12])}`",
            )
            for table, entry in catalogue().items()
            if entry.get("rows")
        ),
    )
    return f"""# What changed since the last vintage

## Labels that moved

{_moves(releases)}

## Version {name}
{"".join(f"### {part}" for part in parts)}
## What is known to when

The last datum of every table that a verdict rests on, when that datum was public, and what a reader
with a network would fetch to renew it. Dates of publication follow a rule of the publisher; where
none is recorded, none is given.

{_known(releases[-1])}

## The tables as they stand

A table whose hash is not the one you noted has changed; columns and raw files are in the [data
dictionary](data.md).
{chr(10).join(waiting)}

{tables}

{"".join(f"## Version {version}" for version in older)}
"""


def _moves(releases: Sequence[Release]) -> str:
    """Labels that moved from each release to the next, the latest first, each with its cause."""
    told = []
    for before, after in pairwise(releases):
        rows = [
            (move.claim, _badge_or_none(move.old), _badge_or_none(move.new), plain(move.cause))
            for move in moved(before, after)
        ]
        table = markdown_table("Claim | Old label | New label | Cause", rows)
        head = f"**Since the release of {before.date}** (version {before.version}):"
        told.append(f"{head}\n\n{table if rows else 'No label has moved.'}")
    return "\n\n".join(reversed(told)) or "No release has been stored yet."


def _badge_or_none(label: str) -> str:
    return badge(label) if label else "none"


def _known(release: Release) -> str:
    """What is known to when, of the tables that a release's verdicts rest on."""
    tables = [name for name in release.tables if describe(name).get("parents")]
    return markdown_table(
        "Table | Last datum | Published | By rule | To renew it",
        (
            (f"[{r.table}](data.md#{r.table})", r.last or "undated", r.published, r.rule, r.renew)
            for r in known_to_when(tables).itertuples()
        ),
    )


def data_page() -> str:
    """The data dictionary, and the same for search engines in the form of schema.org."""
    said = f'<script type="application/ld+json">{_harmless(schema_org())}</script>'
    return f"{dictionary()}\n{raw(said)}"


def contributing_page() -> str:
    """CONTRIBUTING.md under a heading that says what a reader finds there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.replace("# Contributing\n", "# How to add a source, a claim, a vintage\n", 1)


def reference_pages() -> dict[str, str]:
    """Page of each module with public functions or classes of its own, and their index."""
    modules = sorted(
        found.name
        for found in walk_packages(analysis.__path__, "analysis.")
        if not found.name.startswith(NOT_IN_REFERENCE) and _offers(found.name)
    )
    written = "# {0}\n\n```{{eval-rst}}\n.. automodule:: {0}\n   :ignore-module-all:\n```\n"
    contents = "```{toctree}\n" + "\n".join(modules) + "\n```"
    index = f"# Reference\n\nWhat each module offers, from its docstrings.\n\n{contents}\n"
    return {name: written.format(name) for name in modules} | {"index": index}


def _offers(module: str) -> bool:
    return any(
        getattr(thing, "__module__", "") == module
        for name, thing in vars(import_module(module)).items()
        if not name.startswith("_")
    )
