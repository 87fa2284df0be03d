"""Evidence of notebook 11: how far either course could move trade, and what has happened so far."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.errors import applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import european_union
from analysis.evidence.votes import agreement_by_year, agreement_on_texts_of_both
from analysis.models.exact_hat import exact_hat
from analysis.models.scenarios import (
    Assumption,
    Scenario,
    fit_scenario,
    normalisation_and_pressure,
    rounded,
)
from analysis.tables import load
from analysis.tables.views import pair_trade, trade_matrix

DAYS_IN_YEAR = 365.25
ASSUMED = {
    "normalised": ("how normal relations become", 0.0, 1.0),
    "reoriented": ("part of the rise that left the West", 0.3, 0.9),
    "returning": ("part of that trade which would turn back", 0.0, 0.6),
    "oil_price": ("change of energy prices", -0.4, 0.3),
    "volume_response": ("how far volume follows the price", 0.0, 0.3),
    "exposed": ("part of goods sold with risky payments", 0.1, 0.5),
    "payments_lost": ("part of risky payments that fails", 0.0, 0.5),
}
"""Every assumption of the scenario in words, with its lowest and highest value."""
WHY_CHOSEN = "chosen; the range is meant to hold what critics of either side would say"
COUNTRIES = ("RUS", "CHN", "USA", "JPN", "IND", "TUR")
"""Countries of the small model that stand alone beside the European Union and the rest."""
DEARER = {
    "with the United States only": ["USA"],
    "with the Union only": ["EU27"],
    "with all three of the West": ["USA", "JPN", "EU27"],
}
"""Whose trade with Russia becomes dearer in the illustration."""
ENDS_SHOWN = 3
"""States shown at either end of agreement with the United States."""


def closeness(
    *,
    essay_year: int,
    essay_month: int,
    essay_day: int,
    first_year: int,
    last_year: int,
    usual_since: int,
    patrols_since: int,
    votes_alone: bool = False,
) -> Figures:
    """Figures of C56: years since the essay, and measures that fell by more than they usually move.

    The latest announcement in the tables says what day it is; the clock of this machine plays no
    part.
    """
    published = pd.Timestamp(year=essay_year, month=essay_month, day=essay_day)
    latest = pd.Timestamp(load("china_customs_monthly").published_by.max())
    since = {"usual_since": usual_since, "patrols_since": patrols_since}
    changes = yearly_changes(first_year, last_year, **since)
    votes = changes[changes.measure.str.startswith("agreement")]
    counted = votes if votes_alone else changes
    each = [f"{m} {move:+.1f} (usually {usual:.1f})" for m, move, usual in counted.to_numpy()]
    return {
        "years_passed": (latest - published).days / DAYS_IN_YEAR,
        "fallen": int((counted.change < -counted.usual).sum()),
        "measures": len(counted),
        "votes_change": float(votes.change.iloc[0]),
        "each": "; ".join(each),
    }


def yearly_changes(first: int, last: int, *, usual_since: int, patrols_since: int) -> pd.DataFrame:
    """Change of each measure of closeness between two years in a row, and its usual yearly change,
    the median size of those from a year (another for patrols) to ``first``: trade in percent,
    agreement in points of the index, bomber patrols in number.
    """
    trade = pair_trade("CHN", "RUS").set_index("year").total_usd_bn
    counted = load("joint_patrols").year.value_counts()
    patrols = counted.reindex(range(patrols_since - 1, last + 1), fill_value=0)
    moves = {
        "trade, percent": 100 * trade.pct_change(fill_method=None),
        "agreement, points": 100 * agreement_by_year("RUS", "CHN").diff(),
        "patrols": patrols.diff(),
    }
    since = dict.fromkeys(moves, usual_since) | {"patrols": patrols_since}
    rows = [
        (measure, float(move[last]), float(move.loc[since[measure] : first].abs().median()))
        for measure, move in moves.items()
    ]
    return pd.DataFrame(rows, columns=["measure", "change", "usual"])


def side_taken(*, essay_year: int, lists: str = "") -> Figures:
    """Figures of C57: conflicts of China and the United States since the essay, and Russia's side.

    ``lists`` is how the names of the lists that count begin; all lists by default.
    """
    every = load("interstate_conflicts")
    counted = every[every.source.str.startswith(lists)]
    ever = counted[(counted.state_a == "CHN") & (counted.state_b == "USA")]
    since = ever[ever.year >= essay_year]
    russia = counted[(counted.state_a == "RUS") & (counted.state_b == "USA")]
    both = since.merge(russia[russia.year >= essay_year], on=["source", "conflict"])
    return {
        "since_essay": since.conflict.nunique(),
        "with_china": both.conflict.nunique(),
        "ever": len(ever),
        "last": ever.year.max(),
        "lists_end": int(every.year.max()),
    }


def strain(
    *, first_year: int, last_year: int, members: Sequence[str] = (), also: Sequence[str] = ()
) -> Figures:
    """Figures of C58: agreement of the United States with European states on the same texts.

    The states are the European Union's 27 where no members are given, and others beside them.
    """
    states = (*(members or european_union()), *also)
    table = applicable(europe_and_washington(first_year, last_year, members=states))
    return {
        "before": float(table[first_year].mean()),
        "after": float(table[last_year].mean()),
        "change": _mean_change(table),
        "texts": table.attrs["texts"],
        "year_before": first_year - 1,
        "change_before": lambda: _mean_change(
            applicable(europe_and_washington(first_year - 1, first_year, members=states))
        ),
    }


def _mean_change(table: pd.DataFrame) -> float:
    first, last = sorted(table.columns)
    return float((table[last] - table[first]).mean())


@where_known
def europe_and_washington(first: int, last: int, *, members: Sequence[str] = ()) -> pd.DataFrame:
    """Agreement of the United States with each European state, the Union's 27 by default, in two
    years, see ``agreement_on_texts_of_both``.
    """
    return agreement_on_texts_of_both("USA", members or european_union(), first=first, last=last)


def bases() -> Figures:
    """The data of the scenario, USD billion: how far trade rose between two years, and in the last
    one the fuels that China bought and the goods that it sold.
    """
    first, last = 2021, 2024
    trade = pair_trade("CHN", "RUS").set_index("year")
    fuels = load("china_fossil_imports", year=last)
    return {
        "first": first,
        "last": last,
        "rise": float(trade.total_usd_bn[last] - trade.total_usd_bn[first]),
        "energy_bought": float(fuels[fuels.part_of == ""].value_usd_mn.sum() / 1000),
        "goods_sold": float(trade.exports_usd_bn[last]),
    }


def scenario(data: Figures, **central: float) -> Scenario:
    """Change of the pair's trade under the assumptions of ``ASSUMED``, USD billion a year.

    ``data`` are those of ``bases``; a central value beyond the range of its assumption widens it.
    """
    same = {"unit": "fraction", "kind": "assumption", "reason": WHY_CHOSEN}
    assumptions = [
        Assumption(
            name=name,
            meaning=meaning,
            low=min(low, central[name]),
            central=central[name],
            high=max(high, central[name]),
            **same,
        )
        for name, (meaning, low, high) in ASSUMED.items()
    ]
    bases_of_effects = {base: data[base] for base in ("rise", "energy_bought", "goods_sold")}
    effects = normalisation_and_pressure(**bases_of_effects)
    return fit_scenario(effects, assumptions, unit="USD bn a year")


def sum_of_effects(fit: Scenario) -> Figures:
    """Each effect and their sum, to two significant digits, and the sum over all ends."""
    effects = [f"{effect} {rounded(size):+g}" for effect, size in fit.effects.items()]
    ends = {"lowest": rounded(fit.lowest), "highest": rounded(fit.highest)}
    return {"effects": effects, "total": rounded(fit.total), "unit": fit.unit, **ends}


def ends_of_assumptions(fit: Scenario) -> pd.DataFrame:
    """Range of each assumption, and the sum of all effects at either end of it."""
    return fit.tidy()[["assumption", "low", "central", "high", "at_low", "at_high"]]


def dearer_trade(*, elasticity: float, cost_rise: float) -> pd.DataFrame:
    """Change of Russia-China trade, percent to two significant digits, where Russia's trade with
    parts of the West becomes dearer, in a small model of 2020.
    """
    world = trade_matrix(list(COUNTRIES), year=2020)
    rows = []
    for label, partners in DEARER.items():
        costs = pd.DataFrame(1.0, index=world.index, columns=world.columns)
        costs.loc["RUS", partners] = costs.loc[partners, "RUS"] = 1 + cost_rise
        new = exact_hat(world, costs, elasticity=elasticity)
        change = 100 * (_both_ways(new) / _both_ways(world) - 1)
        rows.append((f"dearer {label}", rounded(change)))
    return pd.DataFrame(rows, columns=["trade", "change_pct"])


def _both_ways(flows: pd.DataFrame) -> float:
    return float(flows["CHN"]["RUS"] + flows["RUS"]["CHN"])


@where_known
def agreement_in_words(table: pd.DataFrame) -> Figures:
    """Means of ``europe_and_washington``, and the states that agreed least and most in the end."""
    first, last = sorted(table.columns)
    ordered = table[last].sort_values()
    named = [f"{state} {value:.2f}" for state, value in ordered.items()]
    return {
        "texts": table.attrs["texts"],
        "first": first,
        "last": last,
        "before": float(table[first].mean()),
        "after": float(table[last].mean()),
        "lowest": named[:ENDS_SHOWN],
        "highest": named[-ENDS_SHOWN:],
    }
