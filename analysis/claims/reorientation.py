"""How much of a rise in trade a turn towards one partner explains, by designs that each assume
something else.

Every design says what trade would have been in the last year without a turn. The share that it
gives to the turn is actual trade less that counterfactual, divided by the rise: half means that
half of the rise is beyond it, and more than one that trade would have fallen. Each returns one row
per variant with ``design, variant, before_usd_bn, counterfactual_usd_bn, actual_usd_bn,
share_pct``, or NotApplicable where trade did not rise. No design shows a cause; each attributes to
the turn everything that its counterfactual leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, NotApplicable, or_reason
from analysis.measures.decomposition import price_and_volume, scale_and_share
from analysis.measures.growth import at_years
from analysis.models.baseline import Baseline, Projection, fit_baseline
from analysis.models.synthetic_control import SyntheticControl, fit_synthetic_control
from analysis.tables import load
from analysis.tables.views import false_figures, pair_trade, partners, us_deflator

SHARES, TREND, OTHERS, PRICE, GRAVITY = (
    "shares",
    "own trend",
    "other partners",
    "price and volume",
    "gravity",
)
SYNTHETIC = "synthetic control"
NOT_DONORS = {
    "KAZ": "passes goods on to Russia",
    "KGZ": "passes goods on to Russia",
    "ARE": "passes goods on to Russia",
    "TUR": "passes goods on to Russia",
    "HKG": "passes on China's own goods",
    "BLR": "under the same sanctions",
    "UKR": "at war with Russia",
}
"""Partners of China whose trade the war itself changed, so that they cannot stand for a Russia
without it."""
SMALLEST_DONOR_USD_BN = 1.0
"""Smaller flows grow by hundreds of per cent, and China's table of 2024 may be off by a row among
small territories."""
LEAST_RISE = 0.05
"""Of the level before; a share of a smaller rise is a large number over a small one."""
FIRST_YEARS = (2000, 2005, 2010, 2015)
BARRELS_PER_TONNE = 7.33
"""Of crude, world average (BP Statistical Review): only to tell which suppliers sell mostly
crude."""
PANEL_SINCE, PANEL_ENDS = 2011, 2020


def _table(
    design: str, counterfactual: Mapping[str, float], *, before: float, actual: float
) -> pd.DataFrame | NotApplicable:
    """One row per variant; see the module."""
    if actual < before * (1 + LEAST_RISE):
        return NotApplicable(
            f"trade went from USD {before:,.2f} to {actual:,.2f} bn, so it did not rise by"
            f" {LEAST_RISE:.0%}"
        )
    frame = pd.DataFrame(
        {
            "variant": list(counterfactual),
            "before_usd_bn": before,
            "counterfactual_usd_bn": counterfactual.values(),
        }
    ).assign(design=design, actual_usd_bn=actual)
    frame["share_pct"] = 100 * (actual - frame.counterfactual_usd_bn) / (actual - before)
    return frame[
        [
            "design",
            "variant",
            "before_usd_bn",
            "counterfactual_usd_bn",
            "actual_usd_bn",
            "share_pct",
        ]
    ]


def by_shares(home: str, partner: str, *, first: int, last: int) -> pd.DataFrame | NotApplicable:
    """Counterfactual: the partner's shares in home's exports and in home's imports stay as they
    were.

    Bennet's split as in ``scale_and_share``, flow by flow, on home's own reports. Where home's
    totals do not rise, the share is one or more whatever happened: the design cannot fail, and
    decides nothing alone.
    """
    home, partner = iso3(home), iso3(partner)
    own, totals = _own_and_totals(home, partner, first)
    false = false_figures("trade_russia")
    removed = false[false.reporter == home].groupby(["flow", "year"]).published_usd_mn.sum() / 1000
    readings = {"as published": (own, totals)}
    if removed.index.get_level_values("year").isin([first, last]).any():
        readings["without false figures"] = (own, totals.sub(removed, fill_value=0))
    ends = dict.fromkeys(readings, last)
    if (home, partner) == ("RUS", "CHN") and first <= 2022 <= last:
        readings["Russian customs"], ends["Russian customs"] = (
            _by_russian_customs(own, totals, first),
            2023,
        )
    parts = []
    for label, reading in readings.items():
        before, actual, moved = _share_effect(*reading, first=first, last=ends[label])
        expected = {f"{label}, {first}-{ends[label]}": actual - moved}
        parts.append(_table(SHARES, expected, before=before, actual=actual))
    whole = [part for part in parts if isinstance(part, pd.DataFrame)]
    return pd.concat(whole, ignore_index=True) if whole else parts[0]


def shares_whatever_happened(
    home: str,
    partner: str,
    *,
    first: int,
    last: int,
    fractions: Iterable[float] = (0.02, 0.25, 0.5, 1.0),
) -> pd.DataFrame:
    """What ``by_shares`` would say had trade risen by a fraction of its rise, home's totals being
    what they were.

    Returns
    -------
    DataFrame with rise_usd_bn and share_pct, one row per fraction.
    """
    own, totals = _own_and_totals(iso3(home), iso3(partner), first)
    start = own.xs(first, level="year").reindex(own.index.get_level_values("flow")).to_numpy()
    made = [
        _share_effect(start + part * (own - start), totals, first=first, last=last)
        for part in fractions
    ]
    rises = [actual - before for before, actual, _ in made]
    shares = [100 * moved / rise for (*_, moved), rise in zip(made, rises, strict=True)]
    return pd.DataFrame({"rise_usd_bn": rises, "share_pct": shares})


def _own_and_totals(home: str, partner: str, first: int) -> tuple[pd.Series, pd.Series]:
    """Home's reports of trade with the partner and with the world, USD billion by flow and year."""
    late = home == "RUS" and first >= 2016
    table, publisher = ("trade_russia", "imf_imts_russia") if late else ("trade_annual", "imf_dots")
    keys = ["flow", "year"]
    own = load(table, reporter=home, partner=partner).set_index(keys).value_usd_mn / 1000
    return (
        own,
        load("trade_totals", reporter=home, source=publisher).set_index(keys).value_usd_mn / 1000,
    )


def _share_effect(
    own: pd.Series, totals: pd.Series, *, first: int, last: int
) -> tuple[float, float, float]:
    """Trade before and after, and its share effect, of one reading of home's trade with the partner
    and the world.
    """
    before = actual = moved = 0.0
    for flow in ("exports", "imports"):
        mine = own[own.index.get_level_values("flow") == flow].droplevel("flow")
        all_ = totals[totals.index.get_level_values("flow") == flow].droplevel("flow")
        mine, all_ = (
            at_years(mine, [first, last], what=flow),
            at_years(all_, [first, last], what=f"total {flow}"),
        )
        parts = scale_and_share(
            pd.DataFrame({"partner": mine, "rest": all_ - mine}), first=first, last=last
        )
        before, actual = before + float(mine[first]), actual + float(mine[last])
        moved += float(parts.share_effect["partner"])
    return before, actual, moved


def _by_russian_customs(
    own: pd.Series, totals: pd.Series, first: int
) -> tuple[pd.Series, pd.Series]:
    """China customs' flows of 2023 over the totals that Russian customs announced; Russia's own
    reports before.
    """
    announced = (
        load("trade_totals_cited", economy="RUS", year=2023)
        .set_index(["flow", "year"])
        .value_usd_bn
    )
    china = pair_trade("RUS", "CHN", first_year=2023, last_year=2023).iloc[0]
    flows = pd.Series(
        [china.exports_usd_bn, china.imports_usd_bn], index=[("exports", 2023), ("imports", 2023)]
    )
    parts = [(own, flows), (totals, announced)]
    mine, all_ = (
        pd.concat([early[early.index.get_level_values("year") == first], late])
        for early, late in parts
    )
    return mine.rename_axis(["flow", "year"]), all_.rename_axis(["flow", "year"])


def by_own_trend(
    home: str, partner: str, *, first: int, last: int, source: str = "auto", since: int = 1992
) -> pd.DataFrame | NotApplicable:
    """Counterfactual: the pair goes on growing as it did before, from its level in ``first``.

    One variant per first year of the trend from ``since``, each at least as long as the rise
    itself, and per rate: the compound rate between the two ends, and the least-squares slope of the
    logarithms.
    """
    total = pair_trade(home, partner, source=source).set_index("year").total_usd_bn.dropna()
    before, actual = at_years(total, [first, last], what="total trade")
    span = last - first
    logs = np.log(total[(total > 0) & (total.index >= since) & (total.index <= first)])
    starts = [int(year) for year in logs.index if year <= first - span]
    if not starts:
        raise CoverageError(
            f"{name(iso3(home))} and {name(iso3(partner))} have fewer than {span} years of trade in"
            f" {since}-{first}"
        )
    expected: dict[str, float] = {}
    for start in starts:
        path = logs.loc[start:]
        rates = {"compound": (path.iloc[-1] - path.iloc[0]) / (first - start)}
        rates["least squares"] = np.polyfit(path.index - start, path, deg=1)[0]
        expected |= {
            f"from {start}, {way}": before * np.exp(span * rate) for way, rate in rates.items()
        }
    return _table(TREND, expected, before=before, actual=actual)


def by_start(table: pd.DataFrame) -> pd.DataFrame:
    """Shares of ``by_own_trend`` by first year, one column per way of measuring the trend,
    percent.
    """
    parts = table.variant.str.extract(r"from (?P<start>\d+), (?P<way>.+)")
    return table.assign(start=parts.start.astype(int), way=parts.way).pivot(
        index="start", columns="way", values="share_pct"
    )


@cache
def donors(
    home: str, partner: str, *, base: int, last: int, smallest: float = SMALLEST_DONOR_USD_BN
) -> pd.DataFrame:
    """What the partner traded with its other partners in both years, as the partner reported it.

    Returns
    -------
    DataFrame indexed by other partner with exports_first, exports_last, imports_first, ...,
    total_last, in USD billion (the partner's exports and imports). Left out are partners below
    ``smallest`` (USD billion) in ``base`` and, where Russia is home, those of ``NOT_DONORS``.
    ``attrs['own']`` holds home's own row. Do not write into it.
    """
    home, partner = iso3(home), iso3(partner)
    sides = {"first": partners(partner, year=base), "last": partners(partner, year=last)}
    both = [
        frame.set_index("partner").filter(like="_usd_bn").add_suffix(f"|{side}")
        for side, frame in sides.items()
    ]
    wide = pd.concat(both, axis=1, join="inner")
    wide.columns = [column.replace("_usd_bn|", "_") for column in wide.columns]
    if home not in wide.index:
        raise CoverageError(
            f"{name(partner)} reports no trade with {name(home)} in {base} and {last}"
        )
    left_out = set(NOT_DONORS) if home == "RUS" else set()
    pool = wide[(wide.total_first >= smallest) & ~wide.index.isin({home} | left_out)]
    if len(pool) < 2:
        raise CoverageError(
            f"{name(partner)} has {len(pool)} other partners of USD {smallest:g} bn or more in"
            f" {base}"
        )
    pool.attrs["own"] = wide.loc[home]
    return pool


def crude_suppliers(pool: pd.DataFrame, *, year: int) -> list[str]:
    """China's partners in the pool from whom crude oil was more than half of what it bought, at the
    price of Brent.
    """
    crude = (
        load("china_energy_imports", fuel="crude", year=year)
        .dropna(subset="supplier")
        .set_index("supplier")
    )
    brent = load("oil_prices", year=year).brent_usd_bbl.mean()
    value_usd_bn = crude.amount_mt * BARRELS_PER_TONNE * brent / 1000
    return sorted(
        code for code in pool.index if value_usd_bn.get(code, 0) > pool.imports_first[code] / 2
    )


def by_other_partners(
    home: str, partner: str, *, base: int, last: int, smallest: float = SMALLEST_DONOR_USD_BN
) -> pd.DataFrame | NotApplicable:
    """Counterfactual: the partner's trade with home grows from ``base`` as its trade with others
    did.

    Nothing between the two years is used, because China with all its partners is known to 2020 and
    in 2024 only. A synthetic control whose weights are not unique is left out: it fits the years
    before exactly with many weights, and each of them implies another trade in ``last``, so that
    the number would be the solver's.
    """
    pool = donors(home, partner, base=base, last=last, smallest=smallest)
    own = pool.attrs["own"]
    expected = {
        "median partner": own.total_first * (pool.total_last / pool.total_first).median(),
        "all partners together": own.total_first * pool.total_last.sum() / pool.total_first.sum(),
        "median partner, flow by flow": _flow_by_flow(own, pool, pool, together=False),
        "all partners together, flow by flow": _flow_by_flow(own, pool, pool, together=True),
    }
    if iso3(partner) == "CHN" and (crude := crude_suppliers(pool, year=base)):
        oil = pool.loc[crude]
        expected["imports as from crude suppliers, median"] = _flow_by_flow(
            own, pool, oil, together=False
        )
        expected["imports as from crude suppliers, together"] = _flow_by_flow(
            own, pool, oil, together=True
        )
    for since, fit in synthetic_partners(
        home, partner, base=base, last=last, smallest=smallest
    ).items():
        if fit.unique:
            expected[f"{SYNTHETIC} from {since}"] = own.total_first * float(
                fit.path.synthetic.iloc[-1]
            )
    return _table(OTHERS, expected, before=float(own.total_first), actual=float(own.total_last))


def _flow_by_flow(
    own: pd.Series, sold: pd.DataFrame, bought: pd.DataFrame, *, together: bool
) -> float:
    """Partner's exports grown as to ``sold`` and its imports grown as from ``bought``, in USD
    billion.
    """
    level = 0.0
    for flow, pool in (("exports", sold), ("imports", bought)):
        start, end = pool[f"{flow}_first"], pool[f"{flow}_last"]
        growth = end.sum() / start.sum() if together else float((end / start)[start > 0].median())
        level += own[f"{flow}_first"] * growth
    return level


def synthetic_partners(
    home: str, partner: str, *, base: int, last: int, smallest: float = SMALLEST_DONOR_USD_BN
) -> dict[int, SyntheticControl]:
    """Synthetic controls by first year, of ``FIRST_YEARS``, that can be fitted; ``unique`` where
    identified.
    """
    fits = {
        since: synthetic_partner(
            home, partner, base=base, last=last, since=since, smallest=smallest
        )
        for since in FIRST_YEARS
    }
    return {since: fit for since, fit in fits.items() if isinstance(fit, SyntheticControl)}


@cache
def synthetic_partner(
    home: str,
    partner: str,
    *,
    base: int,
    last: int,
    since: int,
    smallest: float = SMALLEST_DONOR_USD_BN,
) -> SyntheticControl | NotApplicable:
    """Synthetic control of the partner's trade with home, ``base`` = 1, from its trade with its
    other partners.

    Periods are ``since`` to ``base`` and ``last``; what lies between is not known for all and not
    used.
    """
    home, partner = iso3(home), iso3(partner)
    if since > base - 2:
        return NotApplicable(f"{since} to {base} is too short to match on")
    pool = donors(home, partner, base=base, last=last, smallest=smallest)
    wide = _reported(partner).loc[since:base].reindex(columns=[home, *pool.index])
    wide = wide.loc[:, wide.iloc[-1] > 0]
    wide.loc[last] = pd.concat([pool.total_last, pd.Series({home: pool.attrs["own"].total_last})])
    index = (wide / wide.loc[base]).dropna(axis=1)
    if home not in index or len(index) < base - since + 2 or index.shape[1] < 3:
        return NotApplicable(
            f"{name(partner)} lacks reports of {since}-{base} for {name(home)} or for two others"
        )
    long = pd.Series(index.rename_axis(columns="unit").stack(), name="value").reset_index()
    return fit_synthetic_control(long, treated=home, start=base + 1)


@cache
def _reported(reporter: str) -> pd.DataFrame:
    """A country's trade with each partner, exports plus imports as it reported them, by year, USD
    billion.
    """
    rows = load("trade_annual", reporter=reporter)
    return rows.groupby(["year", "partner"]).value_usd_mn.sum().unstack() / 1000


def fuels(years: Iterable[int]) -> pd.DataFrame:
    """China's imports of fuels from Russia by fuel and year: value_usd_bn, amount_mt (missing
    without weights).
    """
    rows = load("china_fossil_imports", year=list(years))
    rows = rows[rows.part_of == ""].assign(
        weighed=lambda f: f.amount_kt.notna() | f.value_usd_mn.isna()
    )
    frame = rows.groupby(["fuel", "year"]).agg(
        value_usd_bn=("value_usd_mn", "sum"),
        amount_mt=("amount_kt", "sum"),
        weighed=("weighed", "all"),
    )
    frame["amount_mt"] = (frame.amount_mt / 1000).where(frame.weighed & frame.amount_mt.gt(0))
    return (
        frame.assign(value_usd_bn=frame.value_usd_bn / 1000).drop(columns="weighed").reset_index()
    )


def fuel_effects(first: int, last: int) -> pd.DataFrame:
    """Change in the value of each fuel with weights in both years, split by Bennet into price and
    volume, USD billion.

    For crude, ``beyond_growth`` is the volume effect of the tonnes beyond Russia's share of China's
    imports in ``first``, as if it had only kept its place; for other fuels it is the whole, because
    no total fits them.
    """
    table = fuels([first, last])
    complete = table.groupby("fuel").amount_mt.transform("count") == 2
    if "crude" not in set(table.fuel[complete]):
        raise CoverageError(
            f"crude oil lacks a value or a weight in {first} or {last}", allowed="1995 to 2024"
        )
    quantities = table[complete].pivot(index="year", columns="fuel", values="amount_mt")
    values = table[complete].pivot(index="year", columns="fuel", values="value_usd_bn")
    effects = price_and_volume(values / quantities, quantities, first=first, last=last)
    totals = load("china_fuel_totals", fuel="crude", flow="imports").set_index("year").amount_mt
    bought = at_years(totals, [first, last], what="China's imports of crude")
    kept = float(
        quantities.crude[first]
        * (bought[last] / bought[first] - 1)
        * (values / quantities).crude.mean()
    )
    beyond = effects.volume_effect.copy()
    beyond["crude"] -= kept
    return effects.assign(beyond_growth=beyond)


def by_price(home: str, partner: str, *, first: int, last: int) -> pd.DataFrame | NotApplicable:
    """Counterfactual: what prices alone would have made of the trade of ``first``.

    Only fuels with weights can be split. All other trade counts as volume, at current dollars or
    after the growth of the US GDP deflator; the last variants look at those fuels alone, scaled to
    the rise.
    """
    if (iso3(home), iso3(partner)) != ("RUS", "CHN"):
        raise CoverageError(
            "prices and weights are here for China's imports of fuels from Russia only"
        )
    total = pair_trade(home, partner).set_index("year").total_usd_bn.dropna()
    before, actual = at_years(total, [first, last], what="total trade")
    effects = fuel_effects(first, last)
    deflator = at_years(us_deflator(), [first, last], what="the US GDP deflator")
    inflation = (before - effects.value_first.sum()) * (deflator[last] / deflator[first] - 1)
    expected = {}
    for amount, moved in {
        "all volume": effects.volume_effect,
        "beyond China's growth": effects.beyond_growth,
    }.items():
        kept = before + effects.change.sum() - moved.sum()
        expected[f"{amount}, rest at current dollars"] = kept
        expected[f"{amount}, rest at constant dollars"] = kept + inflation
        expected[f"{amount}, fuels alone"] = (
            actual - (actual - before) * moved.sum() / effects.change.sum()
        )
    return _table(PRICE, expected, before=before, actual=actual)


def all_designs(
    home: str, partner: str, *, first: int, last: int, smallest: float = SMALLEST_DONOR_USD_BN
) -> dict[str, pd.DataFrame | NotApplicable]:
    """Every design by name, or why it cannot be applied to the pair and years."""
    base = min(first, PANEL_ENDS)
    made: dict[str, Callable[[], pd.DataFrame | NotApplicable]] = {
        SHARES: lambda: by_shares(home, partner, first=first, last=last),
        TREND: lambda: by_own_trend(home, partner, first=first, last=last),
        OTHERS: lambda: by_other_partners(home, partner, base=base, last=last, smallest=smallest),
        PRICE: lambda: by_price(home, partner, first=first, last=last),
    }
    return {design: or_reason(make) for design, make in made.items()}


@cache
def _baseline() -> Baseline:
    """Three-way effects of all exports of ``PANEL_SINCE`` to ``PANEL_ENDS``."""
    exports = load("trade_annual", flow="exports", year=list(range(PANEL_SINCE, PANEL_ENDS + 1)))
    return fit_baseline(exports, exporter="reporter", importer="partner")


@cache
def world_2025(*held_out: tuple[str, str]) -> Projection:
    """Exports of all pairs in 2025 beside what effects fitted to 2011-2020 lead one to expect.

    Pair effects are those of 2011-2020; country effects are those of 2025, from which the flows
    ``held_out`` are kept. It is fitted once; do not write into it.
    """
    return _baseline().project(load("exports_2025"), held_out=held_out)


def by_gravity(home: str, partner: str) -> pd.DataFrame | NotApplicable:
    """Counterfactual: exports of 2025 as the baseline expects them, from the exports of 2020 on.

    An exporter's residuals of a year add up to zero, so Russia's surplus with China is its
    shortfall elsewhere: like the shares, this design passes whenever the others bought less.
    """
    home, partner = iso3(home), iso3(partner)
    flows = [(home, partner), (partner, home)]
    snapshot = {
        "own flows inform the effects": world_2025(),
        "own flows held out": world_2025(*flows),
    }
    early = (
        load("trade_annual", flow="exports", year=PANEL_ENDS)
        .set_index(["reporter", "partner"])
        .value_usd_mn
    )
    rows = {
        label: found.rows.set_index(["reporter", "partner"]).reindex(flows)
        for label, found in snapshot.items()
    }
    now, before = rows["own flows held out"], early.reindex(flows)
    if (
        before.isna().any()
        or now.value_usd_mn.isna().any()
        or any(r.expected.isna().any() for r in rows.values())
    ):
        raise CoverageError(
            f"exports of {name(home)} and {name(partner)} are not both known in 2020 and 2025"
        )
    expected = {label: float(table.expected.sum()) / 1000 for label, table in rows.items()}
    return _table(
        GRAVITY,
        expected,
        before=float(before.sum()) / 1000,
        actual=float(now.value_usd_mn.sum()) / 1000,
    )
