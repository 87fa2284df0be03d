"""Evidence of notebook 06 on energy: who supplies China, at what price and in what volume."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from analysis.countries import name
from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.measures.decomposition import fisher_indices, price_and_volume
from analysis.tables import load

RUSSIA = "Russian Federation"
"""Russia's name in the review of the Energy Institute."""
FUELS = ("crude", "coal", "pipeline_gas", "lng")
IN_WORDS = {"pipeline_gas": "piped gas", "lng": "LNG"}
WEIGHED = ["crude", "coal", "lng"]
"""Fuels whose weight is published to this day; that of piped gas ends in 2021."""
FUELS_CITED = {
    "China crude import value": ("crude",),
    "China natural gas import value": ("lng", "pipeline_gas"),
    "China coal import value": ("coal",),
    "China oil products import value": ("oil_products",),
}
"""Series of cited values of China's imports, and the fuels of each by energy content."""


def energy_by_supplier(year: int, *, fuel: str = "", named_only: bool = False) -> pd.Series:
    """China's imports of one fuel or all by supplier as the review names it, EJ, largest first."""
    only = {"fuel": fuel} if fuel else {}
    rows = load("china_energy_imports", year=year, **only)
    rows = rows[rows.supplier != ""] if named_only else rows
    return rows.groupby("supplier_name").energy_ej.sum().sort_values(ascending=False)


def rank_in_energy(year: int, *, fuel: str = "", named_only: bool = True) -> int:
    """Russia's rank by energy content among named suppliers, or with remainders as one each."""
    energy = energy_by_supplier(year, fuel=fuel, named_only=named_only)
    return int(energy.rank(ascending=False, method="min")[RUSSIA])


def share_of_energy(year: int, supplier: str = RUSSIA) -> float:
    """A supplier's share in the energy content of the fuels that China imported, percent."""
    energy = energy_by_supplier(year)
    return float(100 * energy[supplier] / energy.sum())


def crude_value_half_2023() -> pd.DataFrame:
    """China's crude from Russia and from Saudi Arabia, January to June 2023, as cited."""
    suppliers = ["Russia", "Saudi Arabia"]
    series = [f"China crude import value from {supplier}" for supplier in suppliers]
    rows = load("trade_composition", series=series, year=2023, period="H1").set_index("series")
    named = rows.loc[series].rename(columns={"value": "value_usd_bn"}).assign(supplier=suppliers)
    return named[["supplier", "value_usd_bn", "period", "year", "publisher"]]


def value_from_russia(year: int) -> float:
    """China's crude, coal (no lignite), gas, oil products from Russia, USD billion (customs)."""
    fossil = load("china_fossil_imports", year=year, part_of="").value_usd_mn.sum()
    products = load("china_oil_product_imports", year=year, supplier="RUS").value_usd_mn.sum()
    return float(fossil + products) / 1000


def fuels_by_value(year: int) -> pd.Series:
    """Shares of China's ten largest suppliers of fuels by value, percent; of 2021 and 2024."""
    rows = load("china_fuel_suppliers", year=year, hs="27").set_index("supplier")
    return rows.share_pct.rename(index=name).sort_values(ascending=False)


def value_at_average_prices(year: int) -> pd.Series:
    """Fuels by supplier, USD bn, had all sold at China's average price: cited value over energy."""
    energy = load("china_energy_imports", year=year)
    paid: dict[str, float] = {}
    for series, its in FUELS_CITED.items():
        value = load("trade_composition", series=series, year=year).value.iloc[0]
        paid |= dict.fromkeys(its, value / energy[energy.fuel.isin(its)].energy_ej.sum())
    worth = energy.energy_ej * energy.fuel.map(paid)
    return worth.groupby(energy.supplier_name).sum()


def leading_supplier(*, year: int, value_year: int, named_only: bool = True) -> Figures:
    """Figures of C32: Russia's rank by energy content in a year and by value in another."""
    values, russia = fuels_by_value(value_year), name("RUS")
    others = values.drop(russia)
    first_in = [fuel for fuel in FUELS if rank_in_energy(year, fuel=fuel) == 1]
    average = value_at_average_prices(year).drop(RUSSIA)
    ahead = int((average >= value_from_russia(year)).sum())
    as_paid = f"value in {year} as paid to Russia, others at China's average prices"
    return {
        "rank": rank_in_energy(year, named_only=named_only),
        "share_pct": share_of_energy(year),
        "value_rank": 1 + int((others >= values[russia]).sum()),
        "value_pct": values[russia],
        "next_supplier": others.index[0],
        "next_pct": others.iloc[0],
        "first_in": [fuel.replace("_", " ") for fuel in first_in],
        "readings": {as_paid: {"value_rank": 1 + ahead}},
    }


class Suppliers(NamedTuple):
    """Energy by year and supplier (EJ), the supplier that is the point, and its last share (%)."""

    energy: pd.DataFrame
    point: str
    share_pct: float


@where_known
def suppliers(supplier: str, rival: str) -> Suppliers:
    """China's energy from a supplier, a rival and the five largest, by every year of the review."""
    review = load("china_energy_imports")
    energy = review.groupby(["year", "supplier_name"]).energy_ej.sum().unstack()
    if not {supplier, rival} <= set(energy.columns):
        unnamed = f"the review names no supplier '{supplier}' or '{rival}'"
        raise CoverageError(unnamed, allowed=", ".join(sorted(energy.columns)))
    # Much crude that is relabelled on its way is thought to hide in the review's remainder.
    largest = energy.iloc[-1].drop("Other Asia Pacific").nlargest(5).index
    shown = list(dict.fromkeys([supplier, rival, *largest]))
    return Suppliers(energy[shown], supplier, share_of_energy(energy.index[-1], supplier))


def ranks_by_fuel() -> pd.DataFrame:
    """Russia's rank by energy content: a row for all fuels and for each, a column for each year."""
    review, ranks = load("china_energy_imports"), {}
    for year in sorted(review.year.unique()):
        known = [fuel for fuel in FUELS if fuel in set(review.fuel[review.year == year])]
        ranks[year] = {
            "all fuels": rank_in_energy(year),
            "with the remainder as one": rank_in_energy(year, named_only=False),
            **{IN_WORDS.get(fuel, fuel): rank_in_energy(year, fuel=fuel) for fuel in known},
        }
    return pd.DataFrame(ranks).rename_axis("fuel").reset_index()


def shares_by_value() -> pd.DataFrame:
    """China's five largest suppliers of fuels in 2024, percent of value; missing if unknown."""
    shares = pd.DataFrame({f"in_{year}_pct": fuels_by_value(year) for year in (2021, 2024)})
    return shares.nlargest(5, "in_2024_pct").rename_axis("supplier").reset_index()


def fuels(years: Iterable[int] | None = None) -> pd.DataFrame:
    """China's fuels from Russia by fuel and year: value_usd_bn, amount_mt (if all was weighed)."""
    rows = load("china_fossil_imports", part_of="", **({"year": list(years)} if years else {}))
    rows["weighed"] = rows.amount_kt.notna() | rows.value_usd_mn.isna()
    by_fuel = rows.groupby(["fuel", "year"])
    value, amount = by_fuel.value_usd_mn.sum() / 1000, by_fuel.amount_kt.sum() / 1000
    known = amount.where(by_fuel.weighed.all() & amount.gt(0))
    return pd.DataFrame({"value_usd_bn": value, "amount_mt": known}).reset_index()


def prices_and_weights(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """USD thousand a tonne and million tonnes in ``fuels``: rows years, columns fuels."""
    by_fuel = table.set_index(["year", "fuel"])
    prices = by_fuel.value_usd_bn / by_fuel.amount_mt
    return prices.unstack(), by_fuel.amount_mt.unstack()


@where_known
def prices_and_amounts(*, first_year: int, last_year: int) -> pd.DataFrame:
    """Million tonnes and USD thousand a tonne of each fuel that is weighed, by year."""
    prices, amounts = prices_and_weights(fuels().query("fuel in @WEIGHED"))
    both = pd.concat([amounts.add_suffix("_mt"), prices.add_suffix("_thousand_usd_per_t")], axis=1)
    shown = both.loc[first_year:last_year]
    if shown.empty:
        raise CoverageError(f"China weighed no fuel from Russia from {first_year} to {last_year}")
    return shown.reset_index()


@where_known
def price_against_volume(*, first_year: int, last_year: int) -> Figures:
    """Effects of ``price_and_volume``, USD billion, and Fisher's indices of both."""
    prices, amounts = prices_and_weights(fuels().query("fuel in @WEIGHED"))
    span = {"first": first_year, "last": last_year}
    ends = prices.reindex([first_year, last_year]).isna()
    unknown = [f"{fuel} in {year}" for year, row in ends.iterrows() for fuel in row[row].index]
    if unknown:
        lacking = f"Russia's {', '.join(unknown)} has no price in China's customs"
        raise CoverageError(lacking, do="choose another first or last year")
    price, volume = fisher_indices(prices, amounts, **span)
    effects = price_and_volume(prices, amounts, **span)
    return {"effects": effects, "price": price, "volume": volume, **span}
