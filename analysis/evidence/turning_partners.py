"""The design that lets a pair's trade grow as the partner's trade with its other partners did."""

from functools import cache

import pandas as pd

from analysis.countries import iso3, name
from analysis.errors import CoverageError, NotApplicable, applicable, where_known
from analysis.evidence import Figures
from analysis.evidence.states import both_named, by_partner
from analysis.evidence.turning_designs import Design, Years, variants
from analysis.measures.rank import rank_among
from analysis.models.synthetic_control import SyntheticControl, fit_synthetic_control
from analysis.tables import load

SYNTHETIC = "synthetic control"
NOT_DONORS = {
    **dict.fromkeys(("KAZ", "KGZ", "ARE", "TUR"), "passes goods on to Russia"),
    "HKG": "passes on China's own goods",
    "BLR": "under the same sanctions",
    "UKR": "at war with Russia",
}
"""Partners of China that cannot stand for a Russia without the war, and why."""
BARRELS_PER_TONNE = 7.33
"""Of crude, world average (BP Statistical Review)."""
WAYS = {
    "median partner": lambda first, last: (last / first)[first > 0].median(),
    "all partners together": lambda first, last: last.sum() / first.sum(),
}
"""How the growth of many partners is taken as one."""


@cache
def donors(home: str, partner: str, years: Years, *, smallest: float) -> pd.DataFrame:
    """The partner's trade with its other partners in both years, as it reported it: exports_first,
    exports_last, ..., total_last, USD billion, by ISO3; ``attrs['own']`` is home's row. Left out
    are ``NOT_DONORS`` of Russia and partners below ``smallest`` in the first (they grow by hundreds
    of per cent, and China's table of 2024 may be off by a row among small territories).
    """
    home, partner = iso3(home), iso3(partner)
    early, late = (by_partner(partner, year).filter(like="_usd_bn") for year in years)
    wide = pd.concat([early.add_suffix("_first"), late.add_suffix("_last")], axis=1, join="inner")
    wide.columns = wide.columns.str.replace("_usd_bn", "")
    if home not in wide.index:
        whose = f"{name(partner)} reports no trade with {name(home)}"
        raise CoverageError(f"{whose} in {years[0]} and {years[1]}")
    left_out = {home, *(NOT_DONORS if home == "RUS" else ())}
    pool = wide[(wide.total_first >= smallest) & ~wide.index.isin(left_out)]
    if len(pool) < 2:
        found = f"{name(partner)} has {len(pool)} other partners"
        raise CoverageError(f"{found} of USD {smallest:g} bn or more in {years[0]}")
    pool.attrs["own"] = wide.loc[home]
    return pool


def crude_suppliers(pool: pd.DataFrame, *, year: int) -> list[str]:
    """Partners in the pool of whose sales crude, at Brent's price, was more than half."""
    bought = load("china_energy_imports", fuel="crude", year=year)
    brent = load("oil_prices", year=year).brent_usd_bbl.mean()
    value_usd_bn = bought.set_index("supplier").amount_mt * BARRELS_PER_TONNE * brent / 1000
    known = value_usd_bn[value_usd_bn.index.isin(pool.index)]
    return sorted(known.index[known > pool.imports_first[known.index] / 2])


@cache
@where_known
def by_other_partners(home: str, partner: str, years: Years, *, smallest: float) -> Design:
    """Counterfactual: trade grows as the partner's with others. Synthetic controls whose weights
    are not unique are left out: each choice of them would imply another number, the solver's.
    """
    pool = donors(home, partner, years, smallest=smallest)
    own = pool.attrs["own"]
    flows = {"": {"total": pool}, ", flow by flow": {"exports": pool, "imports": pool}}
    if iso3(partner) == "CHN" and (crude := crude_suppliers(pool, year=years[0])):
        flows[", imports as from crude suppliers"] = {"exports": pool, "imports": pool.loc[crude]}
    expected = {
        way + label: sum(
            own[f"{flow}_first"] * growth(others[f"{flow}_first"], others[f"{flow}_last"])
            for flow, others in pools.items()
        )
        for label, pools in flows.items()
        for way, growth in WAYS.items()
    }
    for since, fit in synthetic_partners(home, partner, years, smallest=smallest).items():
        if fit.unique:
            level = own.total_first * float(fit.path.synthetic.iloc[-1])
            expected[f"{SYNTHETIC} from {since}"] = level
    return variants(expected, before=float(own.total_first), actual=float(own.total_last))


def synthetic_partners(
    home: str, partner: str, years: Years, *, smallest: float
) -> dict[int, SyntheticControl]:
    """Synthetic controls that can be fitted, by the first year that is matched."""
    fits = {
        since: synthetic_partner(home, partner, years, since=since, smallest=smallest)
        for since in (2000, 2005, 2010, 2015)
    }
    return {since: fit for since, fit in fits.items() if isinstance(fit, SyntheticControl)}


@cache
@where_known
def synthetic_partner(
    home: str, partner: str, years: Years, *, since: int, smallest: float
) -> SyntheticControl | NotApplicable:
    """Synthetic control of the partner's trade with home, 1 in the base year, from its trade with
    others since ``since``, and in the last; years between are not known for all.
    """
    (home, partner), (base, last) = (iso3(home), iso3(partner)), years
    if since > base - 2:
        return NotApplicable(f"{since} to {base} is too short to match on")
    pool = donors(home, partner, years, smallest=smallest)
    wide = _reported(partner).loc[since:base].reindex(columns=[home, *pool.index])
    wide = wide.loc[:, wide.iloc[-1] > 0]
    wide.loc[last] = pd.concat([pool.total_last, pd.Series({home: pool.attrs["own"].total_last})])
    index = (wide / wide.loc[base]).dropna(axis=1)
    if home not in index or len(index) < base - since + 2 or index.shape[1] < 3:
        lacking = f"{name(partner)} lacks reports of {since}-{base}"
        return NotApplicable(f"{lacking} for {name(home)} or for two others")
    long = pd.Series(index.rename_axis(columns="unit").stack(), name="value").reset_index()
    return fit_synthetic_control(long, treated=home, start=base + 1)


@cache
def _reported(reporter: str) -> pd.DataFrame:
    """Exports plus imports with each partner as a country reported, by year, USD billion."""
    rows = load("trade_annual", reporter=reporter)
    return rows.groupby(["year", "partner"]).value_usd_mn.sum().unstack() / 1000


@where_known
def growth_of_partners(home: str, partner: str, years: Years, *, smallest: float) -> Figures:
    """Growth of the partner's trade with home beside that with its other partners, percent."""
    pool = donors(home, partner, years, smallest=smallest)
    own = pool.attrs["own"]
    levels = pd.concat([pool, own.to_frame().T])
    growth = 100 * (levels.total_last / levels.total_first - 1)
    return {
        "others": len(pool),
        **both_named(home, partner),
        "base": years[0],
        "last": years[1],
        "median_pct": growth.drop(own.name).median(),
        "home_pct": growth[own.name],
        "place": rank_among(growth, own.name),
    }


@where_known
def left_out(home: str) -> pd.DataFrame:
    """Partners that are left out by name, and why."""
    if iso3(home) != "RUS":
        raise CoverageError(f"partners are left out by name for Russia only, not for {name(home)}")
    rows = [(name(code), why) for code, why in NOT_DONORS.items()]
    return pd.DataFrame(rows, columns=["left_out", "because_it"])


@where_known
def history(home: str, partner: str, *, since: int, base: int) -> pd.Series:
    """The pair's trade by year to the base year as the partner reported it, USD billion."""
    reported = _reported(iso3(partner)).reindex(columns=[iso3(home)])
    levels = reported[iso3(home)].loc[since:base].dropna()
    if levels.empty:
        whose = f"{name(partner)} reported no trade with {name(home)}"
        raise CoverageError(f"{whose} from {since} to {base}")
    return levels


@where_known
def described(fit: SyntheticControl) -> Figures:
    """A synthetic control: errors, weights that show, and effects, base year's trade being 1."""
    shown = fit.weights[fit.weights >= 5e-4].sort_values(ascending=False, kind="stable")
    return {
        "spec": fit.spec,
        "before": fit.pre_rmspe,
        "after": fit.post_rmspe,
        "effect": fit.mean_effect,
        "weights": pd.DataFrame({"donor": shown.index.map(name), "weight": shown.to_numpy()}),
        "effects": fit.tidy(),
    }


@where_known
def placebos(fit: SyntheticControl) -> Figures:
    """Place of the pair among all donors that are treated in its stead, by the ratio of errors."""
    test = applicable(fit.placebos())
    place, of = int((test.ratios > test.ratios[fit.treated]).sum()) + 1, len(test.ratios)
    return {"place": place, "of": of, "p_value": test.p_value, "least": 1 / of}
