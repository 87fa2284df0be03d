"""Judges of notebook 09: does trade steady politics, does it rule out conflict, and has it profited
both?
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.errors import NotApplicable, applicable
from analysis.evidence.the_trade_boom import in_constant_dollars
from analysis.models.dyads import dyad_robust
from analysis.models.panel import PanelFit, fit_panel
from analysis.tables import load
from analysis.tables.views import pair_trade, politics_and_trade

SHARE = "lagged_share_pct"
SHIFT = "shift"
LARGE = "large_shift"
USE_OF_FORCE = 4
"""Hostility level of Correlates of War for the use of force; 5 is war."""
ENDED = 2014
"""Disputes are coded to this year."""


def shifts(dyads: pd.DataFrame, *, years: int) -> pd.DataFrame:
    """How far each pair moved in the UN over so many years, beside its trade share before.

    Parameters
    ----------
    dyads : DataFrame from ``politics_and_trade``.
    years : int
        Span of a change; spans do not overlap.

    Returns
    -------
    DataFrame with pair, state_a, state_b, period (int, spans from the first), shift (absolute
    change of distance, in units of the ideal-point scale), large_shift (1.0 where among the largest
    tenth, else 0.0), lagged_share_pct.
    """
    before = dyads[["pair", "year", "distance", "share_pct"]].assign(year=dyads.year + years)
    both = dyads.merge(before, on=["pair", "year"], suffixes=("", "_before"))
    both = both[both.year % years == 0]
    shift = (both.distance - both.distance_before).abs()
    return both[["pair", "state_a", "state_b"]].assign(
        period=both.year // years, shift=shift, large_shift=(shift >= shift.quantile(0.9)).astype(float),
        lagged_share_pct=both.share_pct_before,
    )  # fmt: skip


@cache
def _shifts(years: int) -> pd.DataFrame:
    return shifts(politics_and_trade(), years=years)


@cache
def inertia(
    *,
    years: int = 1,
    outcome: str = SHIFT,
    leads: int = 0,
    min_share: float = 0.0,
    without: tuple[int, ...] = (),
) -> PanelFit | NotApplicable:
    """Change in UN distance on the trade share before, with pair and period effects, clustered by
    both countries.

    Parameters
    ----------
    years : int
        Span of a change.
    outcome : {'shift', 'large_shift'}
    leads : int
        Later trade shares to add as placebo.
    min_share : float
        Leave out pairs and years with a smaller share, percent.
    without : tuple of int
        Years to leave out.
    """
    rows = _shifts(years)
    rows = rows[(rows[SHARE] >= min_share) & ~(rows.period * years).isin(without)]
    return fit_panel(
        rows, outcome=outcome, regressors=[SHARE], unit="pair", time="period", clusters=("state_a", "state_b"),
        leads=leads, level=0.9,
    )  # fmt: skip


def steadies(
    estimate: float, p_value: float, *, leads_p_value: Callable[[], float], limit: float
) -> str:
    """Label of 'trade steadies politics': sign and p-value of the coefficient, and p-value of the
    leads.

    The leads are asked for only where they can decide, because they take a second fit.
    """
    if p_value > limit:
        return "mixed"
    if estimate > 0:
        return "evidence against"
    return "evidence for" if leads_p_value() > limit else "mixed"


def judge_ballast() -> Verdict:
    """C40: trade steadies politics."""
    this = claim("C40")
    limit = this.thresholds["p_value"]
    label, said, fit = _steadying(limit)
    effect = fit.effect(SHARE, change=10)
    robust = applicable(dyad_robust(_shifts(1), outcome=SHIFT, regressor=SHARE))
    readings: dict[str, dict[str, object]] = {
        "with next two years' shares beside it": {"leads": 2},
        "change over five years": {"years": 5},
        "largest tenth of changes": {"outcome": LARGE},
        "largest tenth of five-year changes": {"outcome": LARGE, "years": 5},
        "pairs with a share of 1 % or more": {"min_share": 1.0},
        "without 1990-1994": {"without": (1990, 1991, 1992, 1993, 1994)},
    }
    found = {name: _steadying(limit, **options) for name, options in readings.items()}
    return Verdict(
        claim=this,
        label=label,
        value=float(effect.estimate),
        unit="units of the ideal-point scale a year, for a trade share ten points larger",
        measured=(
            f"{said}, with 90 % intervals; n = {fit.n_obs:,} yearly changes of "
            f"{fit.n_clusters['state_a']} by {fit.n_clusters['state_b']} states"
        ),
        interval=(float(effect.ci_low), float(effect.ci_high)),
        sources=(
            "UN ideal points (Bailey, Strezhnev and Voeten), 1960-2020",
            "IMF world panel, 1960-2020",
        ),
        caveats=(
            (
                "An association within pairs, for all pairs of countries; nothing here identifies a"
                " cause."
            ),
            "Distances are estimates, and noise in them counts as change.",
            (
                "Clusters are by the first and by the second state of a pair; a standard error"
                f" that allows for any state in common is {robust.std_error / fit.std_error[0]:.2f}"
                f" times as large (p = {robust.p_value:.3f}, {robust.n_states} states)."
            ),
        ),
        flip=(
            "A coefficient below zero at 10 %, with next years' shares unrelated, would be"
            " evidence for"
        ),
        variants=(
            *(
                Variant(name=name, measured=text, label=verdict)
                for name, (verdict, text, *_) in found.items()
            ),
            Variant(
                name="errors shared by pairs with a state in common",
                measured=_ten_points(robust.estimate, robust.ci_low, robust.ci_high),
                label=steadies(
                    robust.estimate, robust.p_value, leads_p_value=_placebo, limit=limit
                ),
            ),
        ),
    )


def _steadying(limit: float, **options: object) -> tuple[str, str, PanelFit]:
    """Label, words and fit of one specification."""
    fit = applicable(inertia(**options))
    row = fit.tidy().iloc[0]
    label = steadies(
        row.estimate, row.p_value, leads_p_value=lambda: _placebo(**options), limit=limit
    )
    return label, _ten_points(row.estimate, row.ci_low, row.ci_high), fit


def _ten_points(*per_point: float) -> str:
    estimate, low, high = (10 * number for number in per_point)
    return f"{estimate:+.3f} ({low:+.3f} to {high:+.3f}) for ten points"


def _placebo(**options: object) -> float:
    """P-value of two leads, beside the same specification."""
    return applicable(applicable(inertia(**{**options, "leads": 2})).placebo())


@cache
def forceful_disputes() -> pd.DataFrame:
    """Disputes with use of force, and the weight of trade between the two states in the year
    before.

    Returns
    -------
    DataFrame with one row for each pair of states in a dispute: dispute (number), state_a, state_b,
    start_year, hostility, war, share_pct (the larger of the two states' shares, percent of its
    trade in the year before; missing where not known), largest first. Trade is that of Correlates
    of War, which has none for the Sino-Soviet pair in 1958-1977. A share above 100 means that the
    sources of pair and total do not fit each other.
    """
    totals = load("cow_trade_totals").groupby(["reporter", "year"]).value_usd_mn.sum(min_count=2)
    disputes = load("disputes")
    disputes = disputes[disputes.hostility >= USE_OF_FORCE]
    soviet = (disputes.start_year - 1).between(1922, 1991)
    states = {
        s: disputes[s].mask((disputes[s] == "RUS") & soviet, "SUN") for s in ("state_a", "state_b")
    }
    ordered = pd.DataFrame(
        {"one": states["state_a"], "two": states["state_b"], "year": disputes.start_year - 1}
    )
    keys = _alphabetical(ordered, "one", "two")
    bought = load("cow_trade")
    bought = bought[
        (bought.reporter + bought.partner).isin(
            {*(keys["one"] + keys["two"]), *(keys["two"] + keys["one"])}
        )
    ]
    pairs = (
        _alphabetical(bought, "reporter", "partner")
        .groupby(["first", "second", "year"])
        .value_usd_mn.sum()
    )
    trade = pairs.reindex(pd.MultiIndex.from_frame(keys[["first", "second", "year"]])).to_numpy()
    shares = pd.DataFrame(
        {
            s: 100 * trade / totals.reindex(pd.MultiIndex.from_frame(keys[[s, "year"]])).to_numpy()
            for s in ("one", "two")
        },
        index=disputes.index,
    )
    found = disputes.assign(share_pct=shares.max(axis=1))
    columns = ["dispute", "state_a", "state_b", "start_year", "hostility", "war", "share_pct"]
    return found[columns].sort_values("share_pct", ascending=False, kind="stable")


def after_much_trade(*, least_share: float) -> pd.DataFrame:
    """Those of ``forceful_disputes`` in which the share, in percent, was at least so large (and at
    most 100).
    """
    found = forceful_disputes()
    return found[found.share_pct.between(least_share, 100)]


def _alphabetical(frame: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Copy with the two codes in alphabetical order as columns first and second."""
    swapped = frame[one] > frame[other]
    first, second = frame[one].mask(swapped, frame[other]), frame[other].mask(swapped, frame[one])
    return frame.assign(first=first, second=second)


def precluded(cases: int) -> str:
    """Label of 'trade does not rule out conflict': one case is enough."""
    return "holds" if cases >= 1 else "does not hold"


def judge_no_preclusion() -> Verdict:
    """C41: trade does not rule out conflict."""
    this = claim("C41")
    least = this.thresholds["least_share_pct"]
    cases = after_much_trade(least_share=least)
    beyond = int((forceful_disputes().share_pct > 100).sum())
    readings = {
        "wars only": cases[cases.war.fillna(value=False)],
        "between a tenth and a half of either's trade": cases[cases.share_pct <= 50],
        "a quarter of either's trade": after_much_trade(least_share=25),
        "Russia or the Soviet Union and China": cases[
            (cases.state_a == "CHN") & (cases.state_b == "RUS")
        ],
        "begun 1992 or later": cases[cases.start_year >= 1992],
    }
    return Verdict(
        claim=this,
        label=precluded(cases.dispute.nunique()),
        value=float(cases.dispute.nunique()),
        unit="disputes with use of force",
        measured=(
            f"{cases.dispute.nunique()} disputes with use of force ({len(cases)} if each pair of"
            f" states in one is counted) began the year after trade was {least:.0f} % or more of"
            f" either state's total; {_wars(cases)} wars"
        ),
        sources=("Correlates of War disputes 1946-2014", "Correlates of War trade"),
        caveats=(
            (
                "Sino-Soviet trade of 1958-1977 is not recorded, so the essay's own example cannot"
                " be among the cases: trade had fallen long before 1969."
            ),
            (
                f"For {beyond} pairs the trade and the total do not fit, the share being above 100"
                f" %: left out. The largest shares that remain ({cases.share_pct.max():.0f} % and"
                " less) rest on the same totals."
            ),
        ),
        flip="No such dispute at all",
        variants=tuple(
            Variant(name=name, measured=f"{count} disputes", label=precluded(count))
            for name, count in ((name, rows.dispute.nunique()) for name, rows in readings.items())
        ),
    )


def _wars(cases: pd.DataFrame) -> int:
    return int(cases[cases.war.fillna(value=False)].dispute.nunique())


def profitable(changes: dict[str, tuple[float, float]]) -> str:
    """Label of 'it profits both': changes of each measure on the two sides since the first year.

    A measure counts as risen where both sides rose, and as fallen where both fell.
    """
    if all(min(pair) > 0 for pair in changes.values()):
        return "evidence for"
    return "evidence against" if any(max(pair) < 0 for pair in changes.values()) else "mixed"


def favourable(iso3: str, about: str) -> pd.Series:
    """Share of a country with a favourable view of another by year (Pew Research Center),
    percent.
    """
    return load("pew_favourability", iso3=iso3, about=about).set_index("year").share_pct


def _changes(first: int, last: int) -> dict[str, tuple[float, float]]:
    """Change in each side's exports to the other (percent, constant dollars) and in views (points,
    Pew).
    """
    trade = pair_trade("RUS", "CHN", source="imf_partner").set_index("year")
    real = [
        in_constant_dollars(trade[column].dropna())
        for column in ("exports_usd_bn", "imports_usd_bn")
    ]
    grown = tuple(100 * (float(flow[last]) / float(flow[first]) - 1) for flow in real)
    views = [favourable(one, other) for one, other in (("RUS", "CHN"), ("CHN", "RUS"))]
    moved = tuple(float(series.iloc[-1] - series.iloc[0]) for series in views)
    return {"trade": (grown[0], grown[1]), "views": (moved[0], moved[1])}


def judge_profit() -> Verdict:
    """C49: the relationship profits both."""
    this = claim("C49")
    first = int(this.thresholds["first_year"])
    readings = {last: _changes(first, last) for last in (2020, 2015, 2010)}
    changes = readings[2020]
    return Verdict(
        claim=this,
        label=profitable(changes),
        value=min(changes["views"]),
        unit="points, the smaller change in favourable views",
        measured=(
            f"Russia's exports {changes['trade'][0]:+.0f} % and China's {changes['trade'][1]:+.0f}"
            f" % in constant dollars, {first}-2020; favourable views in Russia"
            f" {changes['views'][0]:+.0f} and in China {changes['views'][1]:+.0f} points"
            f" ({_spans((('RUS', 'CHN'), ('CHN', 'RUS')))})"
        ),
        sources=("IMF, as reported by China", "Pew Research Center"),
        caveats=(
            (
                "Exports show what was sold, not what was gained; prices paid are not known for"
                " most goods."
            ),
            (
                "Pew's last polls are of 2019 in Russia and 2015 in China; other pollsters since"
                " ask other questions."
            ),
        ),
        flip=(
            "A later poll of Pew's question in China above its first of 2007 would be evidence for"
        ),
        variants=(
            *(
                Variant(name=f"trade to {last}", measured=_said(found), label=profitable(found))
                for last, found in readings.items()
                if last != 2020
            ),
            _later_polls(changes["trade"]),
        ),
    )


def _spans(pairs: Sequence[tuple[str, str]]) -> str:
    series = [favourable(*pair) for pair in pairs]
    return " and ".join(f"{s.index[0]}-{s.index[-1]}" for s in series)


def _said(changes: dict[str, tuple[float, float]]) -> str:
    return "; ".join(
        f"{name} {one:+.0f} and {other:+.0f}" for name, (one, other) in changes.items()
    )


def _later_polls(trade: tuple[float, float]) -> Variant:
    """The first poll of Pew on each side against the latest favourable share of any pollster."""
    polls = load("opinion_polls", answer="favourable").sort_values("date", kind="stable")
    moved = []
    for one, other in (("RUS", "CHN"), ("CHN", "RUS")):
        latest = polls[(polls.iso3 == one) & (polls.about == other)].share_pct.iloc[-1]
        moved.append(float(latest - favourable(one, other).iloc[0]))
    changes = {"trade": trade, "views": (moved[0], moved[1])}
    return Variant(
        name="latest favourable share of any pollster", measured=_said(changes), label=profitable(changes),
        independent=False,
    )  # fmt: skip


JUDGES = {"C40": judge_ballast, "C41": judge_no_preclusion, "C49": judge_profit}
