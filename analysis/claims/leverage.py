"""Judges of notebook 11: forecasts about wedges, neutrality and Europe. Scenarios there get no
verdict.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import ESSAY, claim
from analysis.errors import NotApplicable, applicable
from analysis.evidence.the_thaw import agreement_by_year, trade_since_1978
from analysis.measures.agreement import agreement_with_all, recurring_texts
from analysis.tables import load

PUBLISHED = pd.Timestamp(ESSAY)
DAYS_IN_YEAR = 365.25


def years_since_essay() -> float:
    """Years from the essay to the latest announcement in the tables; the clock of this machine
    plays no part.
    """
    return float(
        (pd.Timestamp(load("china_customs_monthly").published_by.max()) - PUBLISHED).days
        / DAYS_IN_YEAR
    )


def unusual_falls() -> dict[str, tuple[float, float]]:
    """Change of each measure of closeness from 2024 to 2025, and its usual yearly change (median
    size, 2010-2024).

    Returns
    -------
    dict of measure to (change, usual change): trade in percent, agreement in points of the index,
    bomber patrols in number. The usual change of patrols is that of 2020-2024.
    """
    trade = 100 * trade_since_1978().pct_change(fill_method=None)
    agreement = 100 * agreement_by_year("RUS", "CHN").diff()
    patrols = (
        load("joint_patrols").year.value_counts().reindex(range(2019, 2026), fill_value=0).diff()
    )
    return {
        "trade, percent": (float(trade[2025]), float(trade.loc[2010:2024].abs().median())),
        "agreement, points": (
            float(agreement[2025]),
            float(agreement.loc[2010:2024].abs().median()),
        ),
        "patrols": (float(patrols[2025]), float(patrols.loc[2020:2024].abs().median())),
    }


def no_wedge(
    years: float, changes: Mapping[str, tuple[float, float]], *, wait: float, most_falls: float
) -> str:
    """Label of 'no wedge': how many measures fell by more than they usually change, once enough
    years have passed.
    """
    if years < wait:
        return "too early"
    fallen = sum(change < -usual for change, usual in changes.values())
    return "on track" if fallen <= most_falls else "off track"


def judge_wedge() -> Verdict:
    """C56: Washington will not drive a wedge between them."""
    this = claim("C56")
    limits = {"wait": this.thresholds["wait_years"], "most_falls": this.thresholds["most_falls"]}
    changes, years = unusual_falls(), years_since_essay()
    fallen = sum(change < -usual for change, usual in changes.values())
    votes = {"agreement, points": changes["agreement, points"]}
    return Verdict(
        claim=this,
        label=no_wedge(years, changes, **limits),
        value=float(fallen),
        unit="measures that fell by more than usual from 2024 to 2025",
        measured=f"{years:.1f} years have passed; from 2024 to 2025 "
        + "; ".join(
            f"{name} {change:+.1f} (usually {usual:.1f})"
            for name, (change, usual) in changes.items()
        ),
        sources=("China customs", "UN roll calls", "defence ministries"),
        caveats=(
            (
                "Visits are listed too unevenly to be counted by year, so three of the four"
                " measures stand."
            ),
        ),
        flip="Two measures below their usual change by May 2027",
        variants=(
            Variant(
                name="if two years were not waited for",
                measured=f"{fallen} of {len(changes)} fell",
                label=no_wedge(limits["wait"], changes, **limits),
            ),
            Variant(
                name="votes alone",
                measured=f"{changes['agreement, points'][0]:+.1f} points",
                label=no_wedge(years, votes, **limits),
            ),
        ),
    )


def stays_neutral(confrontation: bool, sided_with_china: bool) -> str:
    """Label of 'Russia could be induced to neutrality': only a confrontation can tell."""
    if not confrontation:
        return "too early"
    return "off track" if sided_with_china else "on track"


def confrontations(*, since: int) -> pd.DataFrame:
    """Listed conflicts of China and the United States from a year on: source, conflict, year,
    with_china.

    ``with_china`` tells whether Russia too is listed against the United States in the same
    conflict.
    """
    listed = load("interstate_conflicts")
    listed = listed[listed.year >= since]
    russia = listed[(listed.state_a == "RUS") & (listed.state_b == "USA")]
    theirs = listed[(listed.state_a == "CHN") & (listed.state_b == "USA")]
    keys = ["source", "conflict"]
    sided = pd.MultiIndex.from_frame(theirs[keys]).isin(pd.MultiIndex.from_frame(russia[keys]))
    return theirs[[*keys, "year"]].assign(with_china=sided)


def _neutral(found: pd.DataFrame) -> str:
    return stays_neutral(len(found) > 0, sided_with_china=bool(found.with_china.any()))


def judge_neutrality() -> Verdict:
    """C57: Russia could be induced to stay neutral."""
    this = claim("C57")
    conflicts = load("interstate_conflicts", state_a="CHN", state_b="USA")
    ends = int(load("interstate_conflicts").year.max())
    last = int(conflicts.year.max()) if len(conflicts) else None
    found = confrontations(since=PUBLISHED.year)
    return Verdict(
        claim=this,
        label=_neutral(found),
        value=float(found.conflict.nunique()),
        unit="confrontations of China and the United States since the essay",
        measured=(
            f"the last armed conflict of the two that is listed was in {last}"
            if last
            else "none is listed"
        ),
        sources=(f"Correlates of War and UCDP lists of conflicts, to {ends}",),
        caveats=(
            f"The lists end in {ends}"
            + (
                ", before the essay: no other verdict can come of them yet."
                if ends < PUBLISHED.year
                else "."
            ),
            "A confrontation need not be armed; incentives given are not recorded.",
        ),
        flip="A confrontation, and the side that Russia takes",
        variants=tuple(
            Variant(
                name=f"{source.upper()} alone",
                measured=_last(source, conflicts),
                label=_neutral(found[found.source.str.startswith(source)]),
            )
            for source in ("ucdp", "cow")
        ),
    )


def _last(source: str, conflicts: pd.DataFrame) -> str:
    years = conflicts[conflicts.source.str.startswith(source)].year
    return f"last in {years.max()}" if len(years) else "none listed"


def europe_and_washington(
    first: int, last: int, *, members: tuple[str, ...] = ()
) -> pd.DataFrame | NotApplicable:
    """Agreement of the United States with each European state on the same texts in two years.

    Parameters
    ----------
    first, last : int
        Years compared; only texts that came to the vote in both count.
    members : tuple of str
        ISO3; the European Union's 27 where none is given.

    Returns
    -------
    DataFrame indexed by partner with a column for each year (index from 0 to 1) and ``texts`` in
    its attributes, or NotApplicable where no text recurs.
    """
    calls = load("unga_rollcalls", year=[first, last])
    panel = recurring_texts(calls, periods=[first, last], period="year")
    if isinstance(panel, NotApplicable):
        return panel
    states = list(members) or list(load("groups", group="EU27").iso3)
    votes = load("unga_votes", iso3=["USA", *states])
    votes = votes[["rcid", "iso3", "vote"]].merge(panel[["rcid", "period"]], on="rcid")
    agreed = agreement_with_all(votes, home="USA", by="period")
    table = agreed.pivot(index="partner", columns="period", values="agreement")
    table.attrs["texts"] = int(panel.text.nunique())
    return table


def strained(change: float, texts: int, *, fewest: float) -> str:
    """Label of 'strain with Europe': change of agreement on the same texts, if enough of them
    recur.
    """
    if texts < fewest:
        return "too early"
    return "on track" if change < 0 else "off track"


def judge_strain() -> Verdict:
    """C58: normalising with Russia would strain ties with Europe."""
    this = claim("C58")
    fewest = this.thresholds["fewest_texts"]
    readings = {
        "Germany, France and Poland": europe_and_washington(
            2024, 2025, members=("DEU", "FRA", "POL")
        ),
        "with the United Kingdom, Norway and Canada": europe_and_washington(
            2024, 2025, members=(*load("groups", group="EU27").iso3, "GBR", "NOR", "CAN")
        ),
        "2023 to 2025": europe_and_washington(2023, 2025),
    }
    main = applicable(europe_and_washington(2024, 2025))
    calm = _mean_change(applicable(europe_and_washington(2023, 2024)))
    change, texts = _mean_change(main), main.attrs["texts"]
    return Verdict(
        claim=this,
        label=strained(change, texts, fewest=fewest),
        value=change,
        unit="change of mean agreement of the United States with the EU's members",
        measured=(
            f"agreement on {texts} texts that came up in 2024 and 2025 went from"
            f" {main[2024].mean():.2f} to {main[2025].mean():.2f}"
        ),
        sources=("UN roll calls",),
        caveats=(
            (
                "Votes are an outward sign of strain, and the United States changed its votes on"
                " many matters, not only on Russia."
            ),
            "The essay says 'will': the policy it speaks of had hardly begun.",
            (
                "Any fall is enough for the rule: from 2023 to 2024, before the policy, agreement"
                f" moved by {calm:+.2f}."
            ),
        ),
        flip="Higher agreement on the same texts",
        variants=tuple(
            Variant(
                name=name,
                measured=(
                    f"{_mean_change(applicable(table)):+.2f} on {applicable(table).attrs['texts']}"
                    " texts"
                ),
                label=strained(
                    _mean_change(applicable(table)), applicable(table).attrs["texts"], fewest=fewest
                ),
            )
            for name, table in readings.items()
        ),
    )


def _mean_change(table: pd.DataFrame) -> float:
    first, last = sorted(table.columns)
    return float((table[last] - table[first]).mean())


JUDGES = {"C56": judge_wedge, "C57": judge_neutrality, "C58": judge_strain}
