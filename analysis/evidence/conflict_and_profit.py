"""Evidence of notebook 09 on conflict and profit: disputes after much trade; sales and views."""

from functools import cache

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.evidence.shared_outlook_polls import pew
from analysis.evidence.states import both_named, pair
from analysis.evidence.the_trade_boom import in_constant_dollars
from analysis.tables import load
from analysis.tables.views import looked_up, pair_trade

WHOLE = 100
"""A share of trade above it, in percent, says that pair and total do not fit each other."""


@cache
def forceful_disputes() -> pd.DataFrame:
    """Disputes with use of force by pair of states, with share_pct, largest first: of trade between
    the two in all trade of the one to which it matters more, percent in the year before; missing
    where not known (Correlates of War; Russia's trade of 1922-91 is that of the Soviet Union).
    """
    disputes = load("disputes").query("hostility >= 4")
    before = disputes.start_year - 1
    soviet, named = before.between(1922, 1991), (disputes.state_a, disputes.state_b)
    one, other = (state.mask((state == "RUS") & soviet, "SUN") for state in named)
    bought = load("cow_trade").set_index(["reporter", "partner", "year"]).value_usd_mn
    both_ways = [looked_up(bought, *ends, before) for ends in ((one, other), (other, one))]
    trade = pd.concat(both_ways, axis=1).sum(axis=1, min_count=1)
    totals = load("cow_trade_totals").groupby(["reporter", "year"]).value_usd_mn.sum(min_count=2)
    shares = [100 * trade / looked_up(totals, side, before) for side in (one, other)]
    columns = ["dispute", "state_a", "state_b", "start_year", "hostility", "war"]
    table = disputes[columns].assign(share_pct=pd.concat(shares, axis=1).max(axis=1))
    return table.sort_values("share_pct", ascending=False, kind="stable")


def after_much_trade(*, least_share_pct: float, most_share_pct: float = WHOLE) -> pd.DataFrame:
    """Those of ``forceful_disputes`` in which the share lay between two limits."""
    disputes = forceful_disputes()
    return disputes[disputes.share_pct.between(least_share_pct, most_share_pct)]


def conflicts(
    *,
    least_share_pct: float,
    most_share_pct: float = WHOLE,
    of_the_two: bool = False,
    since: int = 0,
) -> Figures:
    """Figures of C41: disputes with use of force begun the year after much trade, wars among them,
    and pairs of states in one: all, since a year, or between China and Russia (the Soviet Union).
    """
    cases = after_much_trade(least_share_pct=least_share_pct, most_share_pct=most_share_pct)
    cases = cases[cases.start_year >= since]
    if of_the_two:
        cases = cases.query("state_a == 'CHN' and state_b == 'RUS'")
    return {
        "least_share_pct": least_share_pct,
        "disputes": cases.dispute.nunique(),
        "wars": cases[cases.war.fillna(value=False)].dispute.nunique(),
        "pairs": len(cases),
        "unfit": int((forceful_disputes().share_pct > WHOLE).sum()),
        "largest_pct": cases.share_pct.max(),
    }


def largest_disputes(*, least_share_pct: float) -> pd.DataFrame:
    """Ten before which trade weighed most: the states' names, first year, share in percent."""
    cases = after_much_trade(least_share_pct=least_share_pct).head(10)
    return cases[["state_a", "state_b"]].map(name).join(cases[["start_year", "share_pct"]])


@where_known
def views(country: str, about: str) -> Figures:
    """First and last share of a country with a favourable view of another, percent (Pew)."""
    polls = pew(iso3(country), iso3(about))
    return {
        "country": name(country),
        "about": name(about),
        "first_pct": polls.iloc[0],
        "first": int(polls.index[0]),
        "last_pct": polls.iloc[-1],
        "last": int(polls.index[-1]),
    }


@where_known
def sold(home: str, partner: str, *, years: tuple[int, int]) -> Figures:
    """Change of what each sold the other, percent in constant dollars, by partner's reports."""
    first, last = years
    trade = pair_trade(iso3(home), iso3(partner), source="imf_partner").set_index("year")
    levels = trade[["exports_usd_bn", "imports_usd_bn"]].reindex(sorted({first, last}))
    if levels.isna().any(axis=None):
        trade_of = f"trade of {pair(home, partner)}"
        raise CoverageError(f"{trade_of} is not known both ways for {first} and {last}")
    real = levels.apply(in_constant_dollars)
    rise = 100 * (real.loc[last] / real.loc[first] - 1)
    return {
        **both_named(home, partner),
        **rise.set_axis(["home_sold", "partner_sold"]),
        "first": first,
        "last": last,
    }
