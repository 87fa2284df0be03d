"""Evidence of notebook 06 on energy: who supplies China, by energy content and by value, and what
price and volume added.
"""

from typing import NamedTuple

import pandas as pd

from analysis.countries import name
from analysis.errors import CoverageError, where_known
from analysis.evidence import Figures
from analysis.measures.decomposition import price_and_volume, price_index, quantity_index
from analysis.tables import load

RUSSIA = "Russian Federation"
"""Russia's name in the review of the Energy Institute."""
REMAINDER = "Other Asia Pacific"
"""The review's remainder, in which much crude that is relabelled on its way is thought to hide."""
FUELS = ("crude", "coal", "pipeline_gas", "lng")
IN_WORDS = {"pipeline_gas": "piped gas", "lng": "LNG"}
"""Fuels whose names in the tables are no words."""
NO_COAL_IN = 2016
"""The review of this year has no coal."""
WEIGHED = ("crude", "coal", "lng")
"""Fuels whose weight is published to this day; that of piped gas ends in 2021."""
FUELS_CITED = {
    "China crude import value": ("crude",),
    "China natural gas import value": ("lng", "pipeline_gas"),
    "China coal import value": ("coal",),
    "China oil products import value": ("oil_products",),
}
"""Series of cited values of China's imports, and the fuels of each by energy content."""
FUEL_CHAPTER = "27"
"""Mineral fuels in the Harmonized System."""


def energy_by_supplier(year: int, *, fuel: str | None = None) -> pd.Series:
    """China's imports of one fuel or all by supplier as the review names it, EJ, largest first."""
    only = {} if fuel is None else {"fuel": fuel}
    rows = load("china_energy_imports", year=year, **only)
    return rows.groupby("supplier_name").energy_ej.sum().sort_values(ascending=False)


def rank_in_energy(year: int, *, fuel: str | None = None, named_only: bool = True) -> int:
    """Russia's rank by energy content among named suppliers, or with remainders as one each."""
    energy = energy_by_supplier(year, fuel=fuel)
    if named_only:
        named = load("china_energy_imports", year=year)
        energy = energy[energy.index.isin(named[named.supplier != ""].supplier_name)]
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
    """Shares of China's ten largest suppliers in its imports of chapter 27 by value, percent, by
    name of the supplier, largest first; of 2021 and 2024.
    """
    rows = load("china_fuel_suppliers", year=year, hs=FUEL_CHAPTER).set_index("supplier")
    return rows.share_pct.rename(index=name).sort_values(ascending=False)


def value_at_average_prices(year: int) -> pd.Series:
    """China's fuels by supplier in USD billion if all had sold at China's average price of each
    fuel, its cited value over its energy content. Groups of the review stand among the suppliers.
    """
    energy = load("china_energy_imports", year=year)
    paid: dict[str, float] = {}
    for series, fuels in FUELS_CITED.items():
        value = float(load("trade_composition", series=series, year=year).value.iloc[0])
        paid |= dict.fromkeys(fuels, value / energy[energy.fuel.isin(fuels)].energy_ej.sum())
    worth = energy.energy_ej * energy.fuel.map(paid)
    return worth.groupby(energy.supplier_name).sum()


def leading_supplier(*, year: int, value_year: int, named_only: bool = True) -> Figures:
    """Figures of C32: Russia's rank by energy content in a year, without the review's remainders or
    with each as one supplier, and by value in another; as a reading, by value as China's average
    prices of each fuel have it.
    """
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


def _years() -> list[int]:
    """The years of the review."""
    return sorted(load("china_energy_imports").year.unique())


class Suppliers(NamedTuple):
    """Energy by year and supplier (exajoules), the supplier that is the point, and its share of all
    that China imported in the last year (percent).
    """

    energy: pd.DataFrame
    point: str
    share_pct: float


@where_known
def suppliers(supplier: str, rival: str) -> Suppliers:
    """China's energy from a supplier, a rival and the five largest, by every year of the review."""
    energy = pd.DataFrame({year: energy_by_supplier(year) for year in _years()}).T
    if not {supplier, rival} <= set(energy.columns):
        raise CoverageError(
            f"the review names no supplier '{supplier}' or '{rival}'",
            allowed=", ".join(sorted(energy.columns)),
        )
    largest = energy.iloc[-1].drop(REMAINDER).nlargest(5).index
    shown = list(dict.fromkeys([supplier, rival, *largest]))
    return Suppliers(energy[shown], supplier, share_of_energy(energy.index[-1], supplier))


def ranks_by_fuel() -> pd.DataFrame:
    """Russia's rank by energy content: a row for all fuels and for each, a column for each year."""
    ranks = {year: _ranks(year) for year in _years()}
    return pd.DataFrame(ranks).rename_axis("fuel").reset_index()


def _ranks(year: int) -> dict[str, int]:
    counted = [fuel for fuel in FUELS if fuel != "coal" or year != NO_COAL_IN]
    return {
        "all fuels": rank_in_energy(year),
        "with the remainder as one": rank_in_energy(year, named_only=False),
        **{IN_WORDS.get(fuel, fuel): rank_in_energy(year, fuel=fuel) for fuel in counted},
    }


def shares_by_value() -> pd.DataFrame:
    """China's five largest suppliers of fuels by value in 2024 and their shares of 2021, percent;
    missing where a supplier was not among the ten largest.
    """
    shares = pd.DataFrame({f"in_{year}_pct": fuels_by_value(year) for year in (2021, 2024)})
    return shares.nlargest(5, "in_2024_pct").rename_axis("supplier").reset_index()


def _weighed() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Prices (USD thousand a tonne) and amounts (million tonnes) of China's fuels from Russia."""
    rows = load("china_fossil_imports", fuel=list(WEIGHED))
    sums = rows.groupby(["year", "fuel"])[["value_usd_mn", "amount_kt"]].sum()
    prices = (sums.value_usd_mn / sums.amount_kt).unstack()
    return prices, sums.amount_kt.unstack() / 1000


@where_known
def prices_and_amounts(*, first_year: int, last_year: int) -> pd.DataFrame:
    """Million tonnes and USD thousand a tonne of each fuel that is weighed, by year."""
    prices, amounts = _weighed()
    both = pd.concat([amounts.add_suffix("_mt"), prices.add_suffix("_thousand_usd_per_t")], axis=1)
    shown = both.loc[first_year:last_year]
    if shown.empty:
        raise CoverageError(f"China weighed no fuel from Russia from {first_year} to {last_year}")
    return shown.reset_index()


@where_known
def price_against_volume(*, first_year: int, last_year: int) -> Figures:
    """The change in what China paid Russia for the fuels that are weighed, split in two: effects
    (see ``price_and_volume``, USD billion), price and volume (Fisher's indices, 1 for no change).
    """
    (prices, amounts), span = _weighed(), {"first": first_year, "last": last_year}
    ends = prices.reindex([first_year, last_year]).isna()
    unknown = [f"{fuel} in {year}" for year, row in ends.iterrows() for fuel in row[row].index]
    if unknown:
        raise CoverageError(
            f"Russia's {', '.join(unknown)} has no price in China's customs",
            do="choose another first or last year",
        )
    return {
        "effects": price_and_volume(prices, amounts, **span),
        "price": price_index(prices, amounts, **span),
        "volume": quantity_index(prices, amounts, **span),
        **span,
    }
