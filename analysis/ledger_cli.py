"""`ballast claims` and `ballast readme`: the ledger as a table."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.paths import NOTEBOOKS, ROOT

BEGIN, END = "<!-- verdicts: written by `ballast readme` -->", "<!-- end of verdicts -->"
README_FIGURE = NOTEBOOKS / "images" / "trade_boom.png"


def verdict_table() -> str:
    """Markdown table of every claim that has been judged, and a line that counts the others."""
    from analysis.claims.board import scoreboard

    board = scoreboard()
    judged = board[board.robustness != ""]
    lines = [
        "| claim | the essay says | verdict | measured | other readings |",
        "|---|---|---|---|---|",
    ]
    for row in judged.itertuples():
        page = f"[{row.id}](notebooks/{row.notebook}.ipynb)"
        lines.append(
            f"| {page}, {row.paragraph} | {row.claim} | **{row.verdict}** | {row.measured} |"
            f" {row.robustness} |"
        )
    lines.append("")
    lines.append(
        f"Of {len(board)} claims {len(judged)} have been judged, and {len(board) - len(judged)}"
        " cannot be tested or judged with these data (the ledger says why)."
    )
    return "\n".join(lines)


def verdict_lines() -> str:
    """Two lines for every claim that has been judged, and a line that counts all labels."""
    from analysis.claims.board import scoreboard

    board = scoreboard()
    judged = board[board.robustness != ""].itertuples()
    lines = [f"{row.id}  {row.verdict:<20}  {row.claim}\n     {row.measured}" for row in judged]
    counts = board.verdict.value_counts()
    return "\n".join([*lines, ", ".join(f"{count} {label}" for label, count in counts.items())])


@click.command()
def claims() -> None:
    """Print the verdict on every claim that can be judged, with what was measured."""
    click.echo(verdict_lines())


def readme_text(text: str) -> str:
    """The README with its verdict table renewed."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{verdict_table()}\n{END}{after}"


@click.command()
def readme() -> None:
    """Renew the verdict table and the figure in README.md."""
    from analysis.errors import applicable
    from analysis.figures.trade import plot_levels
    from analysis.tables.views import pair_trade

    path: Path = ROOT / "README.md"
    path.write_text(readme_text(path.read_text(encoding="utf-8")), encoding="utf-8")
    trade = pair_trade("RUS", "CHN")
    ax = applicable(plot_levels(trade, (2021, 2024), home="RUS", partner="CHN"))
    README_FIGURE.parent.mkdir(exist_ok=True)
    ax.figure.savefig(README_FIGURE, metadata={"Software": None})  # type: ignore[union-attr]
    click.echo("README.md is up to date.")
