"""`ballast claims` and `ballast readme`: the ledger as a table."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.paths import NOTEBOOKS, ROOT

README_FIGURE = NOTEBOOKS / "images" / "trade_boom.png"
FINDINGS = ("C29", "C30", "C36", "C40", "C42")
"""Claims whose verdicts open the README: growth, its cause, its end, what trade steadies, and how
lopsided it is."""


def findings() -> str:
    """What was found: one sentence on the whole ledger, and the verdicts on five of its claims."""
    from analysis.claims import verdict_on
    from analysis.claims.board import headline, scoreboard

    lines = [f"**{headline(scoreboard())}.** Among them:", ""]
    for verdict in map(verdict_on, FINDINGS):
        page = f"[{verdict.claim.id}](notebooks/{verdict.claim.notebook}.ipynb)"
        lines.append(
            f"- {verdict.claim.claim} **{verdict.label.capitalize()}**: {verdict.measured}"
            f" ({page})."
        )
    return "\n".join(lines)


def verdict_table() -> str:
    """Markdown table of every claim that has been judged, and a line that counts the others."""
    from analysis.claims.board import scoreboard

    board = scoreboard()
    judged = board[board.firmness != ""]
    lines = [
        "| claim | the essay says | verdict | measured | how firm |",
        "|---|---|---|---|---|",
    ]
    for row in judged.itertuples():
        page = f"[{row.id}](notebooks/{row.notebook}.ipynb)"
        lines.append(
            f"| {page}, {row.paragraph} | {row.claim} | **{row.verdict}** | {row.measured} |"
            f" {row.firmness} |"
        )
    lines.append("")
    lines.append(
        f"Of {len(board)} claims {len(judged)} have been judged; for {len(board) - len(judged)} no"
        " data here could decide (the ledger says why)."
    )
    return "\n".join(lines)


def verdict_lines() -> str:
    """Two lines for every claim that has been judged, and a line that counts all labels."""
    from analysis.claims.board import scoreboard

    board = scoreboard()
    judged = board[board.firmness != ""].itertuples()
    lines = [f"{row.id}  {row.verdict:<20}  {row.claim}\n     {row.measured}" for row in judged]
    counts = board.verdict.value_counts()
    return "\n".join([*lines, ", ".join(f"{count} {label}" for label, count in counts.items())])


@click.command()
def claims() -> None:
    """Print the verdict on every claim that can be judged, with what was measured."""
    click.echo(verdict_lines())


PARTS = {"findings": findings, "verdicts": verdict_table}
"""Parts of the README that are written from the ledger, by the name in their marks."""


def readme_text(text: str) -> str:
    """The README with its generated parts renewed."""
    for name, write in PARTS.items():
        begin, end = f"<!-- {name}: written by `ballast readme` -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{write()}\n{end}{after}"
    return text


@click.command()
def readme() -> None:
    """Renew what README.md says was found, its verdict table and its figure."""
    from analysis.errors import applicable
    from analysis.figures.trade import plot_levels
    from analysis.press.files import check_writable
    from analysis.tables.views import pair_trade

    check_writable(ROOT)
    path: Path = ROOT / "README.md"
    path.write_text(readme_text(path.read_text(encoding="utf-8")), encoding="utf-8")
    trade = pair_trade("RUS", "CHN")
    ax = applicable(plot_levels(trade, (2021, 2024), home="RUS", partner="CHN"))
    README_FIGURE.parent.mkdir(exist_ok=True)
    ax.figure.savefig(README_FIGURE, metadata={"Software": None})  # type: ignore[union-attr]
    click.echo("README.md is up to date.")
