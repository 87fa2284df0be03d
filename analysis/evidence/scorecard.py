"""Evidence of notebook 12 on the whole tie: is it a singular success, will it outlive its maker?

The scorecard's own figures, which count verdicts, are drawn from the ledger and not from here.
"""

from functools import cache

import pandas as pd

from analysis.countries import name
from analysis.evidence import Figures
from analysis.evidence.states import by_partner
from analysis.measures.growth import at_years
from analysis.tables import load
from analysis.tables.views import politics_and_trade


def gains(*, first: int, last: int, partners: int, chosen_in: int) -> pd.DataFrame:
    """How Russia's ties with each of so many of its largest partners of a year (ISO3) changed from
    a year to another to 2024: trade (the partner's share in Russia's goods trade, points; missing
    where a year was not recorded) and votes (fall of the UN distance, units of the scale).
    """
    large = by_partner("RUS", chosen_in).index[:partners]
    before, after = (by_partner("RUS", y).share_pct.reindex(large) for y in (first, last))
    known = load("ideal_points", release="2025_07", year=[first, last])
    points = known.pivot(index="iso3", columns="year", values="ideal_point")
    distance = (points.loc[large] - points.loc["RUS"]).abs()
    changes = {"trade": after - before, "votes": distance[first] - distance[last]}
    return pd.DataFrame(changes).rename_axis("partner")


def gains_table(first_year: int, last_year: int, partners: int, chosen_in: int) -> pd.DataFrame:
    """``gains`` with the partners' names, the largest gain in trade first."""
    table = gains(first=first_year, last=last_year, partners=partners, chosen_in=chosen_in)
    table = table.sort_values("trade", ascending=False)
    return table.rename(index=name).reset_index()


def success(*, first_year: int, last_year: int, partners: int, chosen_in: int) -> Figures:
    """Figures of C01: China's place among Russia's largest partners, by trade and by votes."""
    table = gains(first=first_year, last=last_year, partners=partners, chosen_in=chosen_in)
    rank = pd.Series(table.rank(ascending=False, method="min").loc["CHN"], dtype=int)
    of, others = table.notna().sum(), table.votes.drop("CHN")
    return {
        "trade_gain": table.trade["CHN"],
        **rank.add_suffix("_rank"),
        **of.add_suffix("_of"),
        "measures_first": int((rank == 1).sum()),
        "measures_in_lower_half": int((2 * rank > of).sum()),
        "distance_change": -table.votes["CHN"],
        "next_partner": name(str(others.idxmax())),
        "next_distance_change": -others.max(),
        "of_totals": lambda: _of_totals("CHN", first_year, last_year),
    }


def _of_totals(partner: str, first: int, last: int) -> float:
    """Change of a partner's share, points, over totals with trade of no named partner."""
    totals = load("trade_totals", reporter="RUS").groupby("year").value_usd_mn.sum()
    levels = {year: by_partner("RUS", year).total_usd_bn[partner] for year in (first, last)}
    before, after = (level / totals[year] for year, level in levels.items())
    return float(1e5 * (after - before))


@cache
def partners_by_place() -> pd.DataFrame:
    """``politics_and_trade`` as either state of a pair sees it (iso3): ``place`` is that of the
    other one among its partners in the year, by share in trade.
    """
    dyads = politics_and_trade()
    both = pd.concat([dyads.assign(iso3=dyads.state_a), dyads.assign(iso3=dyads.state_b)])
    shares = both.groupby(["iso3", "year"]).share_pct
    return both.assign(place=shares.rank(ascending=False, method="first"))


@cache
def after_exits(
    *, least_years: int, wait_years: int, partners_each: int, listed_in: str = "leaders"
) -> pd.DataFrame:
    """How far states moved from so many of their largest partners when a leader left who had stayed
    for so many years: pair, year (of the exit), distance and share (absolute changes from the year
    before it to so many after it, in units of the ideal-point scale and points).
    """
    dyads, both = politics_and_trade(), partners_by_place()
    leaders = load(listed_in).query("end_date != ''")
    came, left = (leaders[day].str[:4].astype(int) for day in ("start_date", "end_date"))
    exits = pd.DataFrame({"iso3": leaders.iso3, "year": left - 1, "exit": left})
    exits = exits[left - came >= least_years].drop_duplicates()
    start = exits.merge(both[both.place <= partners_each], on=["iso3", "year"])
    later = dyads.loc[dyads.pair.isin(start.pair), ["pair", "year", "distance", "share_pct"]]
    later = later.assign(year=later.year - wait_years - 1)
    moved = start.merge(later, on=["pair", "year"], suffixes=("", "_later"))
    distance = (moved.distance_later - moved.distance).abs()
    share = (moved.share_pct_later - moved.share_pct).abs()
    return moved[["pair"]].assign(year=moved.exit, distance=distance, share=share)


def exits_in_words(*, least_years: int, wait_years: int, partners_each: int) -> Figures:
    """Number of such exits, the share followed by a large move, and quartiles of both changes."""
    which = {"wait_years": wait_years, "partners_each": partners_each}
    moved = after_exits(least_years=least_years, **which)
    quartiles = moved[["distance", "share"]].quantile([0.25, 0.5, 0.75])
    return {
        "exits": len(moved),
        "least_years": least_years,
        "wait_years": wait_years,
        "large_pct": 100 * (moved.distance > 0.5).mean(),
        "quartiles": quartiles.rename_axis("quantile").reset_index(),
    }


def leader_left(*, since: int) -> int | None:
    """Year in which Russia's leader of a year left, None while no such exit is listed."""
    exits = load("leaders", iso3="RUS").query("year >= @since and exit != 'still in office'")
    return int(exits.year.min()) if len(exits) else None


def moved_since(left: int, wait_years: int) -> tuple[float, float]:
    """Change of Russia's distance to China, and of China's share in its trade (points), from the
    year before an exit to so many years after it; MissingYearError beyond the panel.
    """
    pair, years = politics_and_trade().query("pair == 'CHN-RUS'"), [left - 1, left + wait_years]
    ends = [at_years(pair.set_index("year")[what], years) for what in ("distance", "share_pct")]
    distance, share = (float(abs(later - before)) for before, later in ends)
    return distance, share


def successor(
    *,
    least_years_in_office: int,
    wait_years: int,
    essay_year: int,
    partners_each: int,
    listed_in: str = "leaders",
) -> Figures:
    """Figures of C02: years since the leader's exit, what moved since, and what moves elsewhere."""
    which = {"partners_each": partners_each, "listed_in": listed_in, "wait_years": wait_years}
    usual = after_exits(least_years=least_years_in_office, **which)
    left, known = leader_left(since=essay_year), int(load("ideal_points").year.max())
    return {
        "left": left,
        "years_since_exit": None if left is None else known - left,
        "votes_moved": lambda: moved_since(left, wait_years)[0] if left else None,
        "trade_moved": lambda: moved_since(left, wait_years)[1] if left else None,
        "usual_votes": usual.distance.median(),
        "usual_trade": usual["share"].median(),
        "exits": len(usual),
        "listed_to": int(load("leaders").year.max()),
    }
