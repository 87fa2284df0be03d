"""Claims and verdicts as readers see them: cards in HTML, and the same words as plain text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from analysis.claims.ledger import ARGUED, Claim
from analysis.claims.verdict import ARROWS, Verdict

COLUMNS = {
    "stands": ("holds", "on track", "evidence for"),
    "stands in part": ("holds with caveats", "mixed"),
    "undecided": ("undecided",),
    "does not stand": ("does not hold", "off track", "evidence against"),
    "no data or too early": ("cannot be tested here", "too early", ARGUED),
}
"""Where a claim stands, and the labels that say so."""
COLOURS = {
    "stands": "#08477d",
    "stands in part": "#3f76a6",
    "undecided": "#6a5a8c",
    "does not stand": "#a5480a",
    "no data or too early": "#757575",
}
"""Background of a badge; white text can be read on each, and each can be told apart in grey."""
STATES = {
    "contradicted": "does not stand",
    "not shown": "no data or too early",
    "shown in part": "stands in part",
    "shown": "stands",
}
"""States of a step of the argument, the weakest first, and the column whose colour each has."""
PLAIN = "mathjax_ignore tex2jax_ignore"
"""Classes whose dollars JupyterLab does not take for mathematics."""
LEDGER = "../data/essay/claims.yaml"
"""Where a card's id leads from a notebook; the book leads it to the claim's page instead."""


def column_of(label: str) -> str:
    """Column of a verdict's label: 'stands', 'stands in part', 'does not stand' ..."""
    return next(name for name, labels in COLUMNS.items() if label in labels)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows: cards of HTML for a reader, the same words as plain text for a test.

    The text stands where there are no cards. ``labels`` holds the label of each verdict shown, by
    claim; the book compares them with the ledger's.
    """

    texts: list[str]
    cards: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n\n".join(self.texts)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        bundle = {"text/plain": str(self)}
        if self.cards:
            bundle["text/html"] = "\n".join(self.cards)
        return bundle, {"labels": self.labels} if self.labels else {}


def badge(label: str) -> str:
    """Label of a verdict as a badge; its words say it, colour repeats it."""
    return _badge(label, column_of(label))


def mark(state: str) -> str:
    """State of a step of the argument as a badge."""
    return _badge(state, STATES[state])


def _badge(words: str, column: str) -> str:
    style = f"background:{COLOURS[column]};color:#fff"
    style += ";padding:.1em .5em;border-radius:.7em;white-space:nowrap"
    name = column.replace(" ", "-")
    return f'<span class="verdict {name}" style="{style}">{escape(words)}</span>'


def claim_html(this: Claim) -> str:
    """A claim as a chapter states it, before any number."""
    head = f"<p>{link_to(this.id)} <strong>{escape(this.claim)}</strong></p>"
    return _card(head, quotation(this), terms(*rule_terms(this)))


def verdict_html(verdict: Verdict) -> str:
    """A verdict as a chapter ends with it, its readings folded."""
    this = verdict.claim
    head = f"<p>{badge(verdict.label)} {link_to(this.id)} <strong>{escape(this.claim)}</strong></p>"
    summary = f"<summary>How firm: {escape(verdict.firmness)}. Other readings</summary>"
    folded = f"<details>{summary}{readings_table(verdict)}</details>" if verdict.readings else ""
    return _card(head, terms(("Measured", verdict.measured), *verdict_terms(verdict)), folded)


def verdict_terms(verdict: Verdict) -> list[tuple[str, str]]:
    """What would flip a verdict, its sources and its caveats."""
    return [
        ("What would flip it", verdict.flip),
        ("Other thresholds", "; ".join(verdict.turns)),
        ("Sources", "; ".join(verdict.sources)),
        *(("Caveat", caveat) for caveat in verdict.caveats),
    ]


def readings_table(verdict: Verdict) -> str:
    """Every reading with what it measured and where the rule puts it."""
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{one.changes}</td><td>{escape(one.measured)}</td>"
        f'<td>{badge(one.label)} <span title="{one.direction}">{ARROWS[one.direction]}</span></td>'
        "</tr>"
        for one in verdict.readings
    )
    head = "<tr><th>Reading</th><th>Changes the</th><th>Measured</th><th>Verdict</th></tr>"
    return f'<table class="readings"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def rule_terms(this: Claim) -> list[tuple[str, str]]:
    """How a claim is measured, its rule in words and as it is applied, and what speaks against."""
    return [
        ("Measured as", this.measured_as),
        (f"Rule of {this.rule_date}", this.rule),
        ("The rule as it is applied", "\n".join(this.conditions())),
        ("Where the thresholds come from", this.thresholds_from),
        ("What would count against it", this.against),
        ("Why it is not tested", this.cannot_test),
        *(
            (f"Until {past.until}", f"{past.rule} It gave '{past.label}'. Changed: {past.reason}")
            for past in this.history
        ),
    ]


def quotation(this: Claim) -> str:
    """The essay's words and where they stand."""
    where = f"<footer>the essay, {this.paragraph}; a {this.kind}</footer>"
    return f"<blockquote>\u201c{escape(this.quote)}\u201d{where}</blockquote>"


def terms(*pairs: tuple[str, str]) -> str:
    """Terms and what is said of them, where something is; lines are kept.

    They are paragraphs, since JupyterLab sets a list of terms in columns too narrow for them.
    """
    return "".join(
        f'<p class="term"><strong>{escape(term)}:</strong>'
        f" <span>{escape(text).replace(chr(10), '<br>')}</span></p>"
        for term, text in pairs
        if text
    )


def markdown_table(head: str, rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown; bars part the words of its head."""
    line = "|---" * (head.count("|") + 1)
    return "\n".join(
        [f"| {head} |", f"{line}|", *(f"| {' | '.join(map(str, row))} |" for row in rows)]
    )


def link_to(claim: str, page: str = LEDGER) -> str:
    """A claim's id as a link to the ledger, or to a page of the book."""
    return f'<a class="claim" href="{page}">{claim}</a>'


def _card(*parts: str) -> str:
    return f'<div class="card {PLAIN}" style="margin-bottom:1.5em">{"".join(parts)}</div>'
