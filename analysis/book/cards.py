"""Claims, verdicts and citations as Markdown: the same words that a notebook prints, laid out for a
page.
"""

from __future__ import annotations

import re
from textwrap import indent

from analysis.claims import Claim, Verdict, variants_table
from analysis.figures.scorecard import column_of

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$#~])")


def plain(text: object) -> str:
    """Text on one line in which no character means anything to Markdown."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def badge(label: str) -> str:
    """Label of a verdict as a badge; its words say it, shape and colour repeat it."""
    return f"[{label}]{{.verdict .{column_of(label).replace(' ', '-')}}}"


def terms(*pairs: tuple[str, str]) -> str:
    """Definition list of those pairs whose text is not empty."""
    return "\n".join(f"{term}\n: {plain(text)}\n" for term, text in pairs if text)


def rule_terms(this: Claim) -> str:
    """How a claim is measured, its rule, and what would count against it."""
    return terms(
        ("Measured as", this.measured_as),
        (f"Rule of {this.rule_date}", this.rule),
        ("Against it would count", this.against),
        ("Why it cannot be tested here", this.cannot_test),
    )


def quotation(this: Claim) -> str:
    """The essay's words and where they stand."""
    return f"> {plain(this.quote)}\n>\n> [the essay, {this.paragraph}; a {this.kind}]{{.where}}\n"


def claim_card(this: Claim) -> str:
    """A claim as a chapter states it, before any number."""
    head = f"[{this.id}](../claims/{this.id}.md) **{plain(this.claim)}**"
    return _card(f"{head}\n\n{quotation(this)}\n{rule_terms(this)}")


def verdict_card(verdict: Verdict) -> str:
    """A verdict as a chapter ends with it; the rest is on the claim's page."""
    this = verdict.claim
    head = f"{badge(verdict.label)} [{this.id}](../claims/{this.id}.md) **{plain(this.claim)}**"
    below = terms(
        ("Measured", verdict.measured),
        ("What would flip it", verdict.flip),
        ("Other readings", verdict.agreement),
        *(("Caveat", caveat) for caveat in verdict.caveats),
    )
    return _card(
        f"{head}\n\n{below}\n[Rule, sources and every reading of {this.id}](../claims/{this.id}.md)"
    )


def _card(text: str) -> str:
    return f"::::{{container}} card\n{text}\n::::\n"


def citation_line(table: str, cited: str) -> str:
    """Citation of a table with a link to its entry in the data dictionary."""
    return f"- [{table}](../data.md#{table}): {_with_links(cited)}"


def _with_links(text: str) -> str:
    """Plain text whose web addresses are links."""
    parts = re.split(r"(https?://[^\s,;)]*[^\s,;).])", " ".join(text.split()))
    return "".join(
        f"<{part}>" if place % 2 else SPECIAL.sub(r"\\\1", part) for place, part in enumerate(parts)
    )


def printed(verdict: Verdict) -> str:
    """A verdict as ``report`` prints it."""
    return f"{verdict}\n{indent(variants_table(verdict), '    ')}"
