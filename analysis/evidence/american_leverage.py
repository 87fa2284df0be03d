"""Evidence of notebook 11: how far either course could move trade, and what has happened so far."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from analysis.countries import name
from analysis.errors import NotApplicable, applicable, where_known
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

ASSUMED = {
    "normalised": ("how normal relations become", 0.0, 1.0),
    "reoriented": ("part of the rise that left the West", 0.3, 0.9),
    "returning": ("part of that trade which would turn back", 0.0, 0.6),
    "oil_price": ("change of energy prices", -0.4, 0.3),
    "volume_response": ("how far volume follows the price", 0.0, 0.3),
    "exposed": ("part of goods sold with risky payments", 0.1, 0.5),
    "payments_lost": ("part of risky payments that fails", 0.0, 0.5),
}
"""Every assumption of the scenario, a fraction, in words with its lowest and highest value: chosen,
so that the range holds what critics of either side would say."""
DEARER = {
    "with the United States only": ["USA"],
    "with the Union only": ["EU27"],
    "with all three of the West": ["USA", "JPN", "EU27"],
}
"""Whose trade with Russia becomes dearer in the illustration."""
OUTCOMES = {
    "nego_settlement": "negotiated settlement",
    "ongoing": "still open in 2022",
    "success_part": "success in part",
    "success_total": "success",
}


def closeness(
    *,
    essay_year: int,
    essay_month: int,
    essay_day: int,
    wait_years: int,
    first_year: int,
    last_year: int,
    usual_since: int,
    patrols_since: int,
    votes_alone: bool = False,
) -> Figures:
    """Figures of C56: years from the essay to the last event, the month in which the wait ends, and
    measures that fell unusually.
    """
    published = pd.Timestamp(year=essay_year, month=essay_month, day=essay_day)
    between = events_since("Russia-China", "events", "closer", "listed_to")
    changes = yearly_changes(
        first_year, last_year, usual_since=usual_since, patrols_since=patrols_since
    )
    votes = changes[changes.measure.str.startswith("agreement")]
    counted = votes if votes_alone else changes
    each = [f"{m} {move:+.1f} (usually {usual:.1f})" for m, move, usual in counted.to_numpy()]
    return {
        "years_passed": (pd.Timestamp(between["listed_to"]) - published).days / 365.25,
        "judged_in": f"{published + pd.DateOffset(years=wait_years):%B %Y}",
        "fallen": int((counted.change < -counted.usual).sum()),
        "measures": len(counted),
        "votes_change": votes.change.iloc[0],
        "each": "; ".join(each),
        **between,
        **events_since("US-Russia", "toward", "away"),
    }


def events_since(pair: str, *asked: str) -> Figures:
    """What is asked of a pair's events since the essay ('US-Russia'): all 'events', those that went
    'closer', 'toward', 'away' or to 'strain', with an 'other_cause', and the day 'listed_to'.
    """
    every = load("events_after_essay")
    own = every[every.pair == pair]
    known = {
        **own.direction.str.split().str[0].value_counts(),
        "events": len(own),
        "other_cause": int(own.note.str.contains(r"\bnot (?:over )?Russia").sum()),
        "listed_to": every.date.max(),
    }
    return {figure: known.get(figure, 0) for figure in asked}


def yearly_changes(first: int, last: int, *, usual_since: int, patrols_since: int) -> pd.DataFrame:
    """Change of trade (percent), agreement (points) and bomber patrols between two years, and the
    median size of such changes since a year (another for patrols) to ``first``.
    """
    trade = pair_trade("CHN", "RUS").set_index("year").total_usd_bn.pct_change(fill_method=None)
    counted = load("joint_patrols").year.value_counts()
    patrols = counted.reindex(range(patrols_since - 1, last + 1), fill_value=0)
    moves = (
        ("trade, percent", 100 * trade, usual_since),
        ("agreement, points", 100 * agreement_by_year("RUS", "CHN").diff(), usual_since),
        ("patrols", patrols.diff(), patrols_since),
    )
    rows = [(what, move[last], move.loc[since:first].abs().median()) for what, move, since in moves]
    return pd.DataFrame(rows, columns=["measure", "change", "usual"])


def side_taken(*, essay_year: int, lists: str = "") -> Figures:
    """Figures of C57: conflicts of China and the United States on some lists, and Russia's side."""
    every = load("interstate_conflicts")
    counted = every[every.source.str.startswith(lists) & (every.state_b == "USA")]
    ever, russia = (counted[counted.state_a == state] for state in ("CHN", "RUS"))
    since, its = ever[ever.year >= essay_year], russia[russia.year >= essay_year]
    return {
        "since_essay": since.conflict.nunique(),
        "with_china": since.merge(its, on=["source", "conflict"]).conflict.nunique(),
        "ever": len(ever),
        "last": ever.year.max(),
        "lists_end": int(every.year.max()),
        **events_since("US-Russia", "toward", "away", "listed_to"),
    }


def strain(
    *,
    first_year: int,
    last_year: int,
    usual_since: int,
    members: Sequence[str] = (),
    also: Sequence[str] = (),
) -> Figures:
    """Figures of C58: Washington's agreement with the Union's 27, or states named, on texts of both
    years; p is the part of all yearly changes, the one in question included, that fell as far.
    """
    states = (*(members or european_union()), *also)
    table = applicable(europe_and_washington(first_year, last_year, members=states))
    change = (table[last_year] - table[first_year]).mean()
    before = usual_changes(usual_since, first_year, states)
    larger = int((before <= change).sum())
    return {
        **table[[first_year, last_year]].mean().set_axis(["before", "after"]),
        "change": change,
        "texts": table.attrs["texts"],
        "larger_falls": larger,
        "year_pairs": len(before),
        "usual": before.abs().median(),
        "p": (1 + larger) / (1 + len(before)),
        **events_since("US-Europe", "strain", "other_cause", "listed_to"),
    }


@cache
def usual_changes(first: int, last: int, states: tuple[str, ...] = ()) -> pd.Series:
    """Mean change of ``europe_and_washington`` by year, where two years have a text in common."""
    changes = {}
    for year in range(first + 1, last + 1):
        table = europe_and_washington(year - 1, year, members=states)
        if not isinstance(table, NotApplicable):
            changes[year] = (table[year] - table[year - 1]).mean()
    return pd.Series(changes, dtype=float)


@where_known
def europe_and_washington(first: int, last: int, *, members: Sequence[str] = ()) -> pd.DataFrame:
    """``agreement_on_texts_of_both`` of the United States with members, by default the Union's."""
    chosen = set(members or european_union())
    states = [state for state in load("countries").iso3.dropna() if state in chosen]
    return agreement_on_texts_of_both("USA", states, first=first, last=last)


def bases() -> Figures:
    """Data, USD billion: the rise of trade, fuels that China bought, and goods that it sold."""
    first, last = 2021, 2024
    trade = pair_trade("CHN", "RUS").set_index("year")
    fuels = load("china_fossil_imports", year=last, part_of="")
    return {
        "first": first,
        "last": last,
        "rise": trade.total_usd_bn[last] - trade.total_usd_bn[first],
        "energy_bought": fuels.value_usd_mn.sum() / 1000,
        "goods_sold": trade.exports_usd_bn[last],
    }


def scenario(data: Figures, **central: float) -> Scenario:
    """Change of trade under ``ASSUMED``, USD bn a year; a value beyond a range widens it."""
    assumptions = []
    for assumption, (meaning, low, high) in ASSUMED.items():
        value = central[assumption]
        ends = {"low": min(low, value), "central": value, "high": max(high, value)}
        assumptions.append(Assumption(name=assumption, meaning=meaning, **ends))
    sizes = {base: data[base] for base in ("rise", "energy_bought", "goods_sold")}
    return fit_scenario(normalisation_and_pressure(**sizes), assumptions, unit="USD bn a year")


def sum_of_effects(fit: Scenario) -> Figures:
    """Each effect and their sum, to two significant digits, and the sum over all ends."""
    return {
        "effects": [f"{effect} {rounded(size):+g}" for effect, size in fit.effects.items()],
        "total": rounded(fit.total),
        "unit": fit.unit,
        "lowest": rounded(fit.lowest),
        "highest": rounded(fit.highest),
    }


def dearer_trade(*, elasticity: float, cost_rise: float) -> pd.DataFrame:
    """Change of the pair's trade, percent, where Russia's with the West becomes dearer."""
    world = trade_matrix(["RUS", "CHN", "USA", "JPN", "IND", "TUR"], year=2020)
    rows = []
    for label, partners in DEARER.items():
        costs = pd.DataFrame(1.0, index=world.index, columns=world.columns)
        costs.loc["RUS", partners] = costs.loc[partners, "RUS"] = 1 + cost_rise
        flows = (exact_hat(world, costs, elasticity=elasticity), world)
        after, before = (float(each["CHN"]["RUS"] + each["RUS"]["CHN"]) for each in flows)
        rows.append((f"dearer {label}", rounded(100 * (after / before - 1))))
    return pd.DataFrame(rows, columns=["trade", "change_pct"])


def sanctions_by_outcome() -> pd.DataFrame:
    """Number of aims of sanctions against Russia and against all others by their outcome."""
    aims = load("sanctions_outcomes")
    wide = aims.pivot_table("aims", "outcome", "target", aggfunc="sum", fill_value=0)
    table = wide[["Russia", "other"]].set_axis(["russia", "others"], axis=1)
    return table.rename(index=OUTCOMES).reset_index()


@where_known
def agreement_in_words(table: pd.DataFrame) -> Figures:
    """Means of ``europe_and_washington``, and the states that agreed least and most in the end."""
    first, last = sorted(table.columns)
    ordered = table[last].sort_values()
    named = [f"{name(str(state))} {value:.2f}" for state, value in ordered.items()]
    return {
        "texts": table.attrs["texts"],
        "first": first,
        "last": last,
        **table[[first, last]].mean().set_axis(["before", "after"]),
        "fell": int((table[last] < table[first]).sum()),
        "members": len(table),
        "lowest": named[:3],
        "highest": named[-3:],
    }
