"""Words and HTML of the ledger laid out for a page of the book."""

from __future__ import annotations

from analysis.claims.cards import STATES, column_of


def badge(label: str) -> str:
    """Label of a verdict as a badge in Markdown; its words say it, shape and colour repeat it."""
    return f"[{label}]{{.verdict .{column_of(label).replace(' ', '-')}}}"


def state_badge(state: str) -> str:
    """State of a step of the argument as a badge in Markdown."""
    return f"[{state}]{{.verdict .{STATES[state].replace(' ', '-')}}}"


def raw(html: str) -> str:
    """HTML as a block of a Markdown page."""
    fence = "`" * (3 + html.count("```"))
    return f"{fence}{{raw}} html\n{html}\n{fence}\n"
