"""The whole ledger at a glance: where each claim stands, how firmly, and what it comes to."""

from __future__ import annotations

from html import escape
from textwrap import shorten

import pandas as pd
from scipy.stats import false_discovery_control

from analysis.claims import ledger, standing, verdict_on
from analysis.claims.argument import Answer, answered, argument, concluded, outline
from analysis.claims.cards import COLUMNS, PLAIN, Shown, badge, column_of, link_to

THESIS = "robust"
"""The step that the essay argues for."""
LONGEST_NAME = 52
"""Characters of a claim's words in a figure."""


def scoreboard() -> pd.DataFrame:
    """The whole ledger with what is known of each claim.

    Returns
    -------
    DataFrame with id, paragraph, kind, claim, quote, verdict, measured, firmness, notebook and
    column (where it stands); one row per claim, in the order of the essay. ``measured`` is the
    reason where a claim cannot be tested, and ``firmness`` is '' there.
    """
    rows = []
    for this in ledger().values():
        verdict = verdict_on(this.id) if this.labels else None
        label = verdict.label if verdict else standing(this)
        rows.append(
            {
                "id": this.id,
                "paragraph": this.paragraph,
                "kind": this.kind,
                "claim": this.claim,
                "quote": this.quote,
                "verdict": label,
                "measured": verdict.measured if verdict else this.cannot_test,
                "firmness": verdict.firmness if verdict else "",
                "notebook": this.notebook,
                "column": column_of(label),
            }
        )
    return pd.DataFrame(rows)


def counts(board: pd.DataFrame) -> dict[str, int]:
    """Number of claims in each column."""
    found = board.column.value_counts()
    return {name: int(found.get(name, 0)) for name in COLUMNS}


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
    """What was found in plain words, and the claim that it is the verdict on: what speaks against
    the essay first, then what is not decided, and nothing on which it is too early to speak.
    """
    board = scoreboard().set_index("id")
    rows = [
        (name, verdict_on(name).finding, str(board.column[name]))
        for name, this in ledger().items()
        if this.finding.choices and this.labels
    ]
    order = ("does not stand", "undecided", "stands in part", "stands")
    told = [row[:2] for column in order for row in rows if row[2] == column and row[1]]
    return pd.DataFrame(told, columns=["claim", "finding"])


def without_verdict(board: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows of ``scoreboard`` for which there are no data, or it is too early, of one kind of claim:
    'fact', 'forecast' or 'judgement'.
    """
    return board[(board.column == "no data or too early") & (board.kind == kind)]


def untested() -> list[str]:
    """Claims of fact that no data here can decide, in the ledger's words."""
    facts = [this for this in ledger().values() if this.kind == "fact" and not this.labels]
    return [f"{this.claim.rstrip('.')} ({this.id})" for this in facts]


def argument_outline() -> Shown:
    """The argument step by step, each with its state and what it rests on."""
    return outline(answer(), argument())


def conclusion() -> Shown:
    """What survives of the argument, what does not and what is open; see ``concluded``."""
    return concluded(answer(), argument(), thesis=THESIS)


def by_kind(board: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by kind and column."""
    table = pd.crosstab(board.kind, board.column).reindex(columns=[*COLUMNS], fill_value=0)
    return table.rename_axis(columns=None).reset_index()


def by_verdict(board: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by label, the commonest first."""
    return board.verdict.value_counts().rename("claims").reset_index()


def on_one_page(board: pd.DataFrame) -> Shown:
    """Every claim with its label, gathered by column: the ledger on one page."""
    texts, cards = [], []
    for column in COLUMNS:
        chosen = board[board.column == column]
        lines = [f"  {row.id} {row.verdict}: {row.claim}" for row in chosen.itertuples()]
        texts.append("\n".join([f"{column.upper()} ({len(chosen)})", *lines]))
        items = "".join(
            f"<li>{badge(str(row.verdict))} {link_to(str(row.id))} {escape(str(row.claim))}</li>"
            for row in chosen.itertuples()
        )
        head = f"<h3>{column.capitalize()} ({len(chosen)})</h3>"
        cards.append(f"{head}<ul>{items}</ul>")
    return Shown(texts, [f'<div class="one-page {PLAIN}">{"".join(cards)}</div>'])


def other_readings() -> pd.DataFrame:
    """Every verdict beside its readings by other sources and methods that stand on their own.

    Returns
    -------
    DataFrame with id, name (the claim in a few words), label, readings (list of labels), firmness
    and depends (whether a source or a method turns the label), those that depend first; claims
    without such readings are left out.
    """
    rows = []
    for this in (each for each in ledger().values() if each.labels):
        verdict = verdict_on(this.id)
        labels = [
            reading.label
            for reading in verdict.readings
            if reading.independent and reading.kind in ("source", "method")
        ]
        if labels:
            words = shorten(f"{this.id} {this.claim.rstrip('.')}", LONGEST_NAME, placeholder=" ...")
            rows.append((this.id, words, verdict.label, labels, verdict.firmness))
    table = pd.DataFrame(rows, columns=["id", "name", "label", "readings", "firmness"])
    table = table.assign(depends=table.firmness != "firm")
    return table.sort_values(["depends", "id"], ascending=[False, True], ignore_index=True)


def tests_of_chance() -> pd.DataFrame:
    """Every verdict that rests on a test, with its p-value and the same held against all others.

    Returns
    -------
    DataFrame with id, verdict, p and p_among_all (Benjamini and Hochberg 1995: the share of false
    finds that one would accept by taking this test and all with smaller p), the smallest first.
    """
    given = [verdict_on(this.id) for this in ledger().values() if this.p]
    rows = [(each.claim.id, each.label, each.p) for each in given]
    table = pd.DataFrame(rows, columns=["id", "verdict", "p"]).sort_values("p", ignore_index=True)
    adjusted = false_discovery_control(table.p, method="bh")
    return table.assign(p_among_all=adjusted)


def passed_by_chance(tests: pd.DataFrame, *, level: float) -> dict[str, float]:
    """How many tests of ``tests_of_chance`` pass at a level, alone and among all, and how many
    would if there were nothing to find.
    """
    return {
        "tests": len(tests),
        "level": level,
        "passed": int((tests.p <= level).sum()),
        "passed_among_all": int((tests.p_among_all <= level).sum()),
        "by_chance": level * len(tests),
    }


def fragile(readings: pd.DataFrame) -> pd.DataFrame:
    """Claims of ``other_readings`` that depend on the source or the method, by id, with what would
    flip each.
    """
    chosen = readings[readings.depends]
    verdicts = [verdict_on(str(identifier)) for identifier in chosen.id]
    return pd.DataFrame(
        {
            "id": list(chosen.id),
            "verdict": [verdict.label for verdict in verdicts],
            "firmness": list(chosen.firmness),
            "claim": [verdict.claim.claim for verdict in verdicts],
            "measured": [verdict.measured for verdict in verdicts],
            "would_flip_it": [verdict.flip for verdict in verdicts],
        }
    )
