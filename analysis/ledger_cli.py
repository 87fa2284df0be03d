"""`ballast claims`, `judge`, `readme` and `release`: the ledger in words."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from analysis import __version__
from analysis.paths import NOTEBOOKS, ROOT

if TYPE_CHECKING:
    from analysis.claims.releases import Release

README_FIGURE = NOTEBOOKS / "images" / "trade_boom.png"


def findings() -> str:
    """What was found: the answer to the whole argument, and the findings that stand out."""
    from analysis.claims import ledger
    from analysis.claims.board import answer, findings, headline, scoreboard, without_verdict
    from analysis.evidence.start_here import reach

    first, _, more = answer().sentence.partition(". ")
    lines = [f"**{first.rstrip('.')}.** {more}", ""]
    for claim, finding in findings().itertuples(index=False):
        lines.append(f"- {finding} ([{claim}](notebooks/{ledger()[claim].notebook}.ipynb))")
    board = scoreboard()
    facts = without_verdict(board, "fact").itertuples()
    untested = "; ".join(f"{str(row.claim).rstrip('.')} ({row.id})" for row in facts)
    none = f"Facts that could not be tested with these data: {untested}."
    return "\n".join([*lines, "", f"{headline(board)}. {none} The data reach to {reach()}."])


def verdict_table() -> str:
    """Markdown table of every claim that has been judged, and a line that counts the others."""
    from analysis.claims.board import scoreboard
    from analysis.claims.cards import markdown_table

    board = scoreboard()
    judged = board[board.firmness != ""]
    claim = "[" + judged.id + "](notebooks/" + judged.notebook + ".ipynb), " + judged.paragraph
    bold = "**" + judged.verdict + "**"
    rows = zip(claim, judged.claim, bold, judged.measured, judged.firmness, strict=True)
    table = markdown_table("claim | the essay says | verdict | measured | how firm", rows)
    counted = f"Of {len(board)} claims {len(judged)} have been judged; for"
    counted += f" {len(board) - len(judged)} no data here could decide (the ledger says why)."
    return f"{table}\n\n{counted}"


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


def _settings(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE as a dictionary."""
    settings: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise click.BadParameter(f"'{text}' is not NAME=VALUE, such as almost_pct=80")
        if name in settings:
            raise click.BadParameter(f"'{name}' is given twice; keep one")
        settings[name] = value
    return settings


def _range(
    _context: click.Context, _option: click.Parameter, given: str | None
) -> tuple[str, float, float] | None:
    """NAME=LOW:HIGH as a name and two numbers."""
    name, _, ends = (given or "").partition("=")
    low, _, high = ends.partition(":")
    try:
        return None if given is None else (name, float(low), float(high))
    except ValueError:
        said = f"'{given}' is not NAME=LOW:HIGH, such as almost_pct=50:100"
        raise click.BadParameter(said) from None


EXAMPLES = """\b
Examples:
  ballast judge C13                            the ledger's rule
  ballast judge C13 --set almost_pct=80        the same with your threshold
  ballast judge C13 --sweep almost_pct=50:100  where the label turns
"""
SET = "A threshold of your own; may be given more than once."
SWEEP = "Say where the label turns as a threshold moves."


@click.command(epilog=EXAMPLES)
@click.argument("claim")
@click.option("--set", "own", multiple=True, metavar="NAME=VALUE", callback=_settings, help=SET)
@click.option("--sweep", "swept", metavar="NAME=LOW:HIGH", callback=_range, help=SWEEP)
def judge(claim: str, own: dict[str, Any], swept: tuple[str, float, float] | None) -> None:
    """Judge CLAIM by its rule, or by the rule with thresholds of your own."""
    from analysis.claims import judge, sweep

    identifier = claim.upper()
    if swept:
        if own:
            raise click.UsageError("--set and --sweep are two questions; ask one at a time")
        for stretch in sweep(identifier, *swept).itertuples():
            click.echo(f"{swept[0]} {stretch.first:g} to {stretch.last:g}: {stretch.label}")
        return
    verdict = judge(identifier, **own)
    click.echo(verdict)
    if own:
        ledgers = judge(identifier)
        settings = ", ".join(f"{name} = {value}" for name, value in own.items())
        click.echo(f"\nWith {settings}: {verdict.label}. By the ledger's rule: {ledgers.label}.")


PARTS = {"findings": findings, "verdicts": verdict_table}
"""Parts of the README that are written from the ledger, by the name in their marks."""


def readme_text(text: str) -> str:
    """The README with its generated parts renewed."""
    for name, write in PARTS.items():
        begin, end = f"<!-- {name}: written by `ballast readme` -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{write()}\n{end}{rest.partition(end)[2]}"
    return text


@click.command()
def readme() -> None:
    """Renew what README.md says was found, its verdict table and its figure."""
    from analysis.errors import applicable
    from analysis.figures.trade import plot_levels
    from analysis.press.files import check_writable
    from analysis.tables.views import pair_trade

    check_writable(ROOT)
    path = ROOT / "README.md"
    path.write_text(readme_text(path.read_text(encoding="utf-8")), encoding="utf-8")
    trade = pair_trade("RUS", "CHN")
    ax = applicable(plot_levels(trade, (2021, 2024), home="RUS", partner="CHN"))
    README_FIGURE.parent.mkdir(exist_ok=True)
    ax.figure.savefig(README_FIGURE, metadata={"Software": None})  # type: ignore[union-attr]
    click.echo("README.md is up to date.")


def as_it_stands(date: str) -> "Release":
    """The verdicts of now, and the tables that judging the ledger has loaded."""
    from analysis.claims import ledger
    from analysis.claims.board import scoreboard
    from analysis.claims.releases import Judged, Release
    from analysis.tables import describe, loaded

    said = scoreboard()[["id", "verdict", "measured", "firmness"]]
    verdicts = {
        name: Judged(label, measured if firmness else "", ledger()[name].rule)
        for name, label, measured, firmness in said.itertuples(index=False, name=None)
    }
    tables = {name: describe(name)["sha256"] for name in loaded()}
    return Release(date=date, version=__version__, verdicts=verdicts, tables=tables)


DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--date", type=DAY, help="Day of the release; today by default.")
def release(date: datetime | None) -> None:
    """Store the verdicts as they stand in data/essay/verdicts, for the page 'What changed'."""
    from analysis.claims.releases import moved, store, stored

    earlier = stored()
    made = as_it_stands((date or datetime.now(UTC)).date().isoformat())
    path = store(made)
    for move in moved(earlier[-1], made) if earlier else ():
        click.echo(f"{move.claim}  {move.old or 'none'} -> {move.new or 'none'}: {move.cause}")
    click.echo(f"{len(made.verdicts)} verdicts stored in {path.relative_to(ROOT)}")
