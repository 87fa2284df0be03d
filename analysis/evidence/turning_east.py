"""Evidence of notebook 05: how much of the rise a turn explains, and who gained by it."""

import itertools
from collections.abc import Mapping

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import (
    both_named,
    by_partner,
    european_union,
    require_russia_and_china,
)
from analysis.evidence.the_trade_boom import PUBLISHERS
from analysis.evidence.traded_energy import IN_WORDS, fuels, prices_and_weights
from analysis.evidence.turning_designs import (
    ONLY_FROM_RUSSIA,
    Design,
    Years,
    by_gravity,
    by_own_trend,
    by_price,
    by_shares,
    fuel_effects,
    world_2025,
)
from analysis.evidence.turning_partners import (
    BARRELS_PER_TONNE,
    SYNTHETIC,
    by_other_partners,
    synthetic_partners,
)
from analysis.evidence.unusual import PANEL_ENDS, margin_of_estimates, place, turns
from analysis.sentences import Amount
from analysis.tables import load
from analysis.tables.views import false_figures, pair_trade, years_to_compare

Designs = Mapping[str, Design]
"""By name, the table of a design (see ``turning_designs``) or why it has none."""
SHARES, TREND = "shares", "own trend"
OTHERS, PRICE = "other partners", "price and volume"
CERTAIN = [SHARES, PRICE]
"""Designs that can hardly fail: the one passes whenever totals fall, the other takes all that has
no weight for volume."""
ALSO_WEST = ("AUS", "CAN", "CHE", "GBR", "ISL", "JPN", "KOR", "NOR", "NZL", "TWN", "USA")
"""The economies that, with the European Union of 27, restricted exports to Russia in 2022."""
GROUPS = ("the West", "China", "India", "unsound rows", "others")
FAULTS = {
    ("ARM", "exports"): "about five times the figure of 2021",
    ("KAZ", "exports"): "no figure in 2024 or 2025",
    ("UGA", "imports"): "rise from 24 million to 27 billion; removed in data/corrections",
    ("UZB", "exports"): "about five times the figure of 2021",
}
"""Rows of the IMF's estimates of Russia's trade after 2021 that are not sound."""
UNSOUND = [code for code, _ in FAULTS]


def known_for_all(years: Years, base_year: int = PANEL_ENDS) -> Years:
    """The years with the first moved to the last before it that has China with all its partners."""
    return min(years[0], base_year), years[1]


def all_designs(
    home: str, partner: str, years: Years, *, smallest: float, base_year: int = PANEL_ENDS
) -> dict[str, Design]:
    """Every design by name, or why not; partners compared traded ``smallest`` USD bn or more."""
    span = known_for_all(years, base_year)
    return {
        SHARES: by_shares(home, partner, years),
        TREND: by_own_trend(home, partner, years),
        OTHERS: by_other_partners(home, partner, span, smallest=smallest),
        PRICE: by_price(home, partner, years),
    }


def ranges(designs: Designs) -> pd.DataFrame:
    """Lowest, median and highest share, percent, and number of variants of designs that apply."""
    known = {design: t.share_pct for design, t in designs.items() if isinstance(t, pd.DataFrame)}
    rows = {d: (s.min(), s.median(), s.max(), len(s)) for d, s in known.items()}
    columns = ["lowest", "median", "highest", "variants"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def parts_of_the_rise(
    *,
    half_pct: float,
    first_year: int,
    last_year: int,
    base_year: int,
    smallest_usd_bn: float,
    large_usd_bn: float,
    variant: str = "median",
    synthetic_apart: bool = False,
    with_certain: bool = False,
    with_gravity: bool = False,
) -> Figures:
    """Figures of C30: parts of the rise that designs which can fail put down to a turn, percent;
    with synthetic controls apart, designs that can hardly fail, or gravity if asked for.
    """
    years = first_year, last_year
    designs, with_large = (
        all_designs("RUS", "CHN", years, smallest=smallest, base_year=base_year)
        for smallest in (smallest_usd_bn, large_usd_bn)
    )
    counted = apart(designs) if synthetic_apart else dict(designs)
    if with_gravity:
        counted["gravity"] = by_gravity("RUS", "CHN")
    if not with_certain:
        counted = {design: table for design, table in counted.items() if design not in CERTAIN}
    tables = {design: applicable(table) for design, table in counted.items()}
    known = ranges(tables)
    shares = known[variant]
    nearest = str((shares - half_pct).abs().idxmin())
    table = tables[nearest]
    before, expected = table.before_usd_bn.iloc[0], table.counterfactual_usd_bn.median()
    span = known_for_all(years, base_year)
    fits = synthetic_partners("RUS", "CHN", span, smallest=smallest_usd_bn)
    ambiguous = [str(since) for since, fit in fits.items() if not fit.unique]
    own, of_large = (
        ranges(apart(each)).reindex([SYNTHETIC]).iloc[0] for each in (designs, with_large)
    )
    return {
        "shares": shares.tolist(),
        "by_design": shares,
        "lowest": known.lowest.tolist(),
        "above": int((shares > half_pct).sum()),
        "half": "half" if half_pct == 50 else f"{half_pct:g} %",
        "of": len(known),
        "each": [f"{design} {share:.0f} %" for design, share in shares.items()],
        "each_with_ends": _with_ends(known),
        "certain_with_ends": _with_ends(ranges(designs).reindex(CERTAIN).dropna()),
        "crude_price_pct": lambda: _crude_price_pct(years),
        "left_out": len(ambiguous),
        "left_out_from": " and ".join(ambiguous),
        "nearest": nearest,
        "nearest_pct": shares[nearest],
        "total_at_half": (expected - half_pct / 100 * before) / (1 - half_pct / 100),
        "synthetic_fitted": bool(own.notna().all() and of_large.notna().all()),
        **own[["lowest", "highest"]].add_suffix("_synthetic"),
        **of_large[["lowest", "highest"]].add_suffix("_with_large"),
    }


def _with_ends(known: pd.DataFrame) -> str:
    """Median share of each design of ``ranges``, and the range of its variants, in words."""
    return "; ".join(
        f"{design} {middle:.0f} % (variants {low:.0f} to {high:.0f})"
        for design, low, middle, high, _ in known.itertuples()
    )


def apart(designs: Designs) -> dict[str, Design]:
    """The designs with the synthetic controls, taken out of other partners, as one of their own."""
    others = designs[OTHERS]
    if isinstance(others, NotApplicable):
        return dict(designs)
    synthetic = others.variant.str.startswith(SYNTHETIC)
    parts = {OTHERS: others[~synthetic], SYNTHETIC: others[synthetic]}
    return {**designs, **{design: part for design, part in parts.items() if len(part)}}


def _crude_price_pct(years: Years) -> float:
    """Change of what China paid Russia for a tonne of crude, percent."""
    paid = prices_and_weights(fuels(years))[0].crude
    return float(100 * (paid[years[1]] / paid[years[0]] - 1))


def years_compared(home: str, partner: str, wanted: Years) -> Years:
    """The two years wanted where the pair has both, or its latest as far apart; or as they are."""
    try:
        return years_to_compare(pair_trade(home, partner), wanted)
    except CoverageError:
        return wanted


@where_known
def levels(home: str, partner: str, years: Years) -> Figures:
    """The pair's trade in both years, USD billion, and where it comes from."""
    trade = pair_trade(home, partner)
    totals = trade.set_index("year").total_usd_bn.reindex(years)
    if totals.isna().any():
        lacking = ", ".join(map(str, totals.index[totals.isna()]))
        raise CoverageError(f"trade of {name(home)} and {name(partner)} is not known for {lacking}")
    before, after = map(Amount, totals)
    whose = {**both_named(home, partner), "source": PUBLISHERS[trade.attrs["source"]]}
    return {**whose, "first": years[0], "last": years[1], "before": before, "after": after}


def ranges_table(designs: Designs) -> pd.DataFrame:
    """``ranges`` to be shown; designs that could not be applied follow with the reason."""
    table = ranges(designs).rename_axis("design").reset_index()
    missing = {d: t.reason for d, t in designs.items() if isinstance(t, NotApplicable)}
    if not missing:
        return table
    reasons = pd.DataFrame({"design": list(missing), "why_not": list(missing.values())})
    whole = pd.concat([table, reasons] if len(table) else [reasons], ignore_index=True)
    return whole.fillna({"why_not": ""})


@where_known
def partner_changes(home: str, years: Years) -> pd.DataFrame:
    """Change of home's trade with partners (ISO3), largest gain of exports first: exports_usd_bn,
    imports_usd_bn, total_usd_bn; ``attrs`` lists partners ``only_once`` and ``unsound``.
    """
    before, after = (by_partner(home, year).filter(like="_usd_bn") for year in years)
    changes = (after - before).loc[before.index.intersection(after.index)]
    changes = changes.sort_values("exports_usd_bn", ascending=False, kind="stable")
    changes.attrs["only_once"] = sorted(before.index.symmetric_difference(after.index))
    changes.attrs["unsound"] = UNSOUND if iso3(home) == "RUS" and years[1] >= 2022 else []
    return changes


@where_known
def changes_by_group(changes: pd.DataFrame) -> Figures:
    """``partner_changes`` by ``GROUPS``; both flows with the West, and with China and India."""
    group_of = dict.fromkeys((*european_union(), *ALSO_WEST), "the West")
    group_of |= {"CHN": "China", "IND": "India"}
    group_of |= dict.fromkeys(changes.attrs["unsound"], "unsound rows")
    table = changes.groupby(changes.index.map(lambda code: group_of.get(code, "others"))).sum()
    both = table.total_usd_bn.reindex(GROUPS).fillna(0.0)
    return {
        "table": table.reindex(GROUPS).dropna().rename_axis("group").reset_index(),
        "west": Amount(both["the West"]),
        "east": Amount(both["China"] + both["India"]),
        "only_once": [name(code) for code in changes.attrs["only_once"]] or "none",
    }


@where_known
def sold_by_the_union_and_china(home: str, partner: str) -> pd.DataFrame:
    """What the European Union (euro billion) and China (USD billion) sold Russia by year."""
    why = "exports of the Union are here beside China's for Russia only"
    require_russia_and_china(home, partner, why, ordered=True)
    union = load("eu_exports_by_partner", partner="RUS").set_index("year").value_eur_mn
    china = load("china_reported_monthly", flow="exports").groupby("year").value_usd_mn.sum()
    both = pd.DataFrame({"european_union_eur_bn": union, "china_usd_bn": china}) / 1000
    return both.dropna().loc[2019:].rename_axis("year").reset_index()


@where_known
def suspect_rows(home: str) -> pd.DataFrame:
    """The rows of ``FAULTS`` as the IMF published them, 2021 to 2024, USD billion."""
    if iso3(home) != "RUS":
        raise CoverageError(f"unsound rows are known for Russia only, not for {name(home)}")
    keys = ["partner", "flow", "year"]
    kept = load("trade_russia", partner=UNSOUND, year=[2021, 2022, 2023, 2024]).set_index(keys)
    false = false_figures("trade_russia").set_index(keys).published_usd_mn
    wide = (kept.value_usd_mn.fillna(false) / 1000).unstack("year").rename_axis(columns=None)
    wide["what_is_wrong"] = [FAULTS.get(row, "") for row in wide.index]
    return wide.reset_index().assign(partner=lambda rows: rows.partner.map(name))


@where_known
def prices(home: str, partner: str, years: Years) -> Figures:
    """Fuels from Russia, their change split, and prices of crude, dollars a barrel."""
    require_russia_and_china(home, partner, ONLY_FROM_RUSSIA, ordered=True)
    by_tonne, _ = prices_and_weights(fuels(sorted({2023, *years})))
    paid = 1000 * by_tonne.crude / BARRELS_PER_TONNE
    brent = load("oil_prices").groupby("year").brent_usd_bbl.mean().reindex(paid.index)
    urals = load("urals_prices", span="half-year").set_index("first_day").urals_usd_bbl
    return {
        "fuels": fuels(years).replace({"fuel": IN_WORDS}),
        "effects": fuel_effects(years).reset_index().replace({"fuel": IN_WORDS}),
        "crude": pd.DataFrame({"paid_usd_bbl": paid, "brent_usd_bbl": brent}).reset_index(),
        "urals": urals["2023-01-01"],
    }


@where_known
def ranks_by_gravity(home: str, partner: str) -> pd.DataFrame:
    """Places of both flows by actual over expected exports of USD 100 million or more."""
    options = {"year": 2025, "min_expected": 100}
    rows = [
        (f"{name(seller)} to {name(buyer)}", str(world_2025().rank(seller, buyer, **options)))
        for seller, buyer in itertools.permutations((iso3(home), iso3(partner)))
    ]
    return pd.DataFrame(rows, columns=["flow_of_2025", "place"])


@where_known
def residuals(home: str) -> Figures:
    """Home's exports of 2025 less expected, USD billion: their sum, the five at either end."""
    rows = world_2025().rows
    rows = rows[(rows.reporter == iso3(home)) & rows.expected.notna()]
    if rows.empty:
        raise CoverageError(f"no exports of {name(home)} in 2025 can be projected")
    less = (rows.value_usd_mn - rows.expected) / 1000
    table = pd.DataFrame({"partner": rows.partner.map(name), "residual_usd_bn": less})
    table = table.sort_values("residual_usd_bn", kind="stable").reset_index(drop=True)
    ends = table.drop(table.index[5:-5])
    return {"home": name(home), "sum": round(less.sum(), 1) + 0.0, "ends": ends}


@where_known
def places_of_turn(home: str, partner: str, *, margin_pct: float) -> Figures:
    """Changes of partner's shares over five years, points, and places; India's beside them."""

    def turn(two: tuple[str, ...], last: int, side: str) -> tuple[float, str]:
        table = turns(last - 5, last, margin_pct, side)
        return place(table, two, f"shares in {last - 5} and {last}")

    sold = iso3(home), iso3(partner)
    rows = [
        (f"{year - 5}-{year}", flow, *turn(two, year, side))
        for year in (2015, 2020, 2025)
        for flow, side, two in (("exports", "reporter", sold), ("imports", "partner", sold[::-1]))
    ]
    points, rank = turn(("RUS", "IND"), 2025, "reporter")
    table = pd.DataFrame(rows, columns=["years", "flow", "points", "place"])
    return {**margin_of_estimates(), "table": table, "points": points, "place": rank}
