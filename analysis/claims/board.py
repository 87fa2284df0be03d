"""The whole ledger at a glance: where each claim stands, how firmly, and what it comes to."""

from html import escape
from textwrap import shorten

import pandas as pd
from scipy.stats import false_discovery_control

from analysis.claims import Verdict, ledger, standing, verdict_on
from analysis.claims.argument import Answer, answered, argument, concluded, outline
from analysis.claims.cards import COLUMNS, PLAIN, Shown, badge, column_of, link_to

THESIS = "robust"
"""The step that the essay argues for."""
LONGEST_NAME = 52
"""Characters of a claim's words in a figure."""


def scoreboard() -> pd.DataFrame:
    """Each claim's id, paragraph, kind, claim, quote, verdict, measured, firmness, notebook and
    column (where it stands), in the order of the essay. ``measured`` is the reason where a claim
    cannot be tested, and ``firmness`` is '' there.
    """
    rows = []
    for this in ledger().values():
        found = verdict_on(this.id) if this.labels else None
        label = found.label if found else standing(this)
        said = (found.measured, found.firmness) if found else (this.cannot_test, "")
        own = (this.id, this.paragraph, this.kind, this.claim, this.quote)
        rows.append((*own, label, *said, this.notebook, column_of(label)))
    names = "id paragraph kind claim quote verdict measured firmness notebook column"
    return pd.DataFrame(rows, columns=names.split())


def _judged(having: str = "labels") -> list[Verdict]:
    """Verdicts on the claims that have labels, or another field."""
    return [verdict_on(name) for name, this in ledger().items() if getattr(this, having)]


def counts(board: pd.DataFrame) -> dict[str, int]:
    """Number of claims in each column."""
    return {name: int((board.column == name).sum()) for name in COLUMNS}


def headline(board: pd.DataFrame) -> str:
    """What the ledger says in one sentence."""
    number = counts(board)
    return (
        f"Of {len(board)} claims {number['stands']} stand, {number['stands in part']} in part, "
        f"{number['does not stand']} do not and {number['undecided']} the data do not decide; for "
        f"{number['no data or too early']} there are no data, or it is too early"
    )


def answer() -> Answer:
    """What the essay's argument comes to by today's ledger; see ``argument.answered``."""
    board = scoreboard()
    labels = dict(zip(board.id, board.verdict, strict=True))
    return answered(argument(), labels, thesis=THESIS)


def findings() -> pd.DataFrame:
    """What was found in plain words, by claim: first what speaks against the essay, then what is
    not decided; nothing on which it is too early to speak.
    """
    told = _judged("finding")
    rows = [
        (verdict.claim.id, verdict.finding)
        for column in ("does not stand", "undecided", "stands in part", "stands")
        for verdict in told
        if verdict.finding and column_of(verdict.label) == column
    ]
    return pd.DataFrame(rows, columns=["claim", "finding"])


def without_verdict(board: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows of ``scoreboard`` without data, or too early: 'fact', 'forecast' or 'judgement'."""
    return board[(board.column == "no data or too early") & (board.kind == kind)]


def argument_outline() -> Shown:
    """The argument step by step, each with its state and what it rests on."""
    return outline(answer())


def conclusion() -> Shown:
    """What survives of the argument, what does not and what is open; see ``concluded``."""
    return concluded(answer())


def by_kind(board: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by kind and column."""
    table = pd.crosstab(board.kind, board.column).reindex(columns=[*COLUMNS], fill_value=0)
    return table.rename_axis(columns=None).reset_index()


def by_verdict(board: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by label, the commonest first."""
    return board.verdict.value_counts().rename("claims").reset_index()


def on_one_page(board: pd.DataFrame) -> Shown:
    """Every claim with its label, gathered by column: the ledger on one page."""
    texts, cards = [], ""
    for column in COLUMNS:
        chosen = board.loc[board.column == column, ["id", "verdict", "claim"]]
        rows = [*chosen.itertuples(index=False, name=None)]
        lines = [f"  {name} {label}: {said}" for name, label, said in rows]
        texts.append("\n".join([f"{column.upper()} ({len(rows)})", *lines]))
        items = [f"<li>{badge(b)} {link_to(a)} {escape(c)}</li>" for a, b, c in rows]
        cards += f"<h3>{column.capitalize()} ({len(rows)})</h3><ul>{''.join(items)}</ul>"
    return Shown(texts, [f'<div class="one-page {PLAIN}">{cards}</div>'])


def other_readings() -> pd.DataFrame:
    """Every verdict beside its readings by other sources and methods that stand on their own, where
    it has some: id, name (the claim in a few words), label, readings (list of labels), firmness and
    depends (whether a source or a method turns the label), those that depend first.
    """
    rows = []
    for verdict in _judged():
        if labels := [reading.label for reading in verdict.telling]:
            words = f"{verdict.claim.id} {verdict.claim.claim.rstrip('.')}"
            name = shorten(words, LONGEST_NAME, placeholder=" ...")
            rows.append((verdict.claim.id, name, verdict.label, labels, verdict.firmness))
    table = pd.DataFrame(rows, columns=["id", "name", "label", "readings", "firmness"])
    table["depends"] = table.firmness != "firm"
    return table.sort_values(["depends", "id"], ascending=[False, True], ignore_index=True)


def tests_of_chance() -> pd.DataFrame:
    """Every verdict that rests on a test: id, verdict, p and p_among_all (Benjamini and Hochberg
    1995: the share of false finds that one would accept by taking this test and all with smaller
    p), the smallest first.
    """
    rows = [(each.claim.id, each.label, each.p) for each in _judged("p")]
    table = pd.DataFrame(rows, columns=["id", "verdict", "p"]).sort_values("p", ignore_index=True)
    return table.assign(p_among_all=false_discovery_control(table.p, method="bh"))


def passed_by_chance(tests: pd.DataFrame, *, level: float) -> dict[str, float]:
    """How many of ``tests_of_chance`` pass at a level, and would if there were nothing to find."""
    return {
        "tests": len(tests),
        "level": level,
        "passed": int((tests.p <= level).sum()),
        "passed_among_all": int((tests.p_among_all <= level).sum()),
        "by_chance": level * len(tests),
    }


def fragile(readings: pd.DataFrame) -> pd.DataFrame:
    """Claims of ``other_readings`` that depend on the source or the method, and what flips them."""
    verdicts = map(verdict_on, readings.id[readings.depends])
    rows = [(v.claim.id, v.label, v.firmness, v.claim.claim, v.measured, v.flip) for v in verdicts]
    columns = ["id", "verdict", "firmness", "claim", "measured", "would_flip_it"]
    return pd.DataFrame(rows, columns=columns)
