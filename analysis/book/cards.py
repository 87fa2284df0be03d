"""Words and HTML of the ledger laid out for a page of the book."""

from html import escape

from analysis import __version__
from analysis.claims.cards import column_of
from analysis.claims.ledger import Claim


def badge(label: str) -> str:
    """Label of a verdict as a badge in Markdown; its words say it, shape and colour repeat it."""
    return f"[{label}]{{.verdict .{column_of(label).replace(' ', '-')}}}"


def raw(html: str) -> str:
    """HTML as a block of a Markdown page."""
    fence = "`" * (3 + html.count("```"))
    return f"{fence}{{raw}} html\n{html}\n{fence}\n"


def quotable(this: Claim, label: str, measured: str) -> str:
    """A claim, its verdict and where they stand, in words to be copied."""
    said = f"The claim \u201c{this.claim.rstrip('.')}\u201d ({this.id}): {label}."
    said += f" Measured: {measured.rstrip('.')}." if measured else ""
    where = f'Ballast {__version__}, <a href="{this.id}.html">claims/{this.id}.html</a>'
    words = f"<strong>Quote this:</strong> <span>{escape(said)} {where}</span>"
    return raw(f'<p class="quote-this">{words}</p>')
