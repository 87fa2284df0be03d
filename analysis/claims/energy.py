"""Judge of notebook 06 on energy: is Russia China's first supplier, by energy content and by value?

No table has the value of every fuel from every supplier. What the tables do have bounds it: a
supplier's fuels are worth no more than all goods that it sold to China, and no less than those of
its fuels that have a value.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.claims.goods import rank_in_energy, share_of_energy
from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.countries import name
from analysis.tables import load

VALUE_YEAR = 2024
"""The one year after 2020 in which China's imports of all goods are known by supplier."""
FUELS_CITED = {
    "China crude import value": ("crude",),
    "China natural gas import value": ("lng", "pipeline_gas"),
    "China coal import value": ("coal",),
    "China oil products import value": ("oil_products",),
}
"""Cited value of all that China imported of a fuel, and the names of the fuel in the table by
energy content."""


def crude_value_half_2023() -> tuple[float, float]:
    """China's crude from Russia and from Saudi Arabia, January to June 2023, USD billion as
    cited.
    """
    russia = load(
        "trade_composition", series="China crude import value from Russia", year=2023
    ).value.iloc[0]
    saudi = load(
        "trade_composition", series="China crude import value from Saudi Arabia", year=2023
    ).value.iloc[0]
    return float(russia), float(saudi)


def value_from_russia(year: int) -> float:
    """Value of China's crude, coal (without lignite), gas and oil products from Russia, USD billion
    (China customs).
    """
    fossil = load("china_fossil_imports", year=year)
    products = load("china_oil_product_imports", year=year, supplier="RUS").value_usd_mn.sum()
    return float(fossil[fossil.part_of == ""].value_usd_mn.sum() + products) / 1000


def value_bounds(year: int = VALUE_YEAR) -> pd.DataFrame:
    """Least and most that China can have paid each supplier for fuels in a year.

    Returns
    -------
    DataFrame indexed by supplier (ISO3; China's own goods that came back left out) with least
    (fuels whose value is known: all but lignite for Russia, oil products for others) and most (all
    goods of the supplier), USD billion, CIF.
    """
    goods = (
        load("trade_china_2024", flow="imports", year=year)
        .set_index("partner")
        .value_usd_mn.drop("CHN")
        / 1000
    )
    products = (
        load("china_oil_product_imports", year=year)
        .query("supplier != ''")
        .groupby("supplier")
        .value_usd_mn
    )
    least = (products.sum() / 1000).reindex(goods.index, fill_value=0.0)
    least["RUS"] = value_from_russia(year)
    return pd.DataFrame({"least": least, "most": goods})


def not_ruled_out(bounds: pd.DataFrame) -> list[str]:
    """Suppliers that may have sold more fuels than Russia is known to have, the largest first."""
    rivals = bounds.drop("RUS")
    return list(
        rivals[rivals.most >= bounds.least["RUS"]].sort_values("most", ascending=False).index
    )


def first_by_value(bounds: pd.DataFrame) -> bool | None:
    """Whether Russia is first by value: True or False where the bounds show it, None where they
    leave it open.
    """
    if not not_ruled_out(bounds):
        return True
    return False if (bounds.least.drop("RUS") > bounds.most["RUS"]).any() else None


def value_at_average_prices(year: int = 2023) -> pd.Series:
    """China's fuels by supplier in USD billion if all had sold at China's average price of each
    fuel.

    The average is the cited value of China's imports of the fuel over their energy content. Groups
    of the review stand among the suppliers. Largest first.
    """
    energy = load("china_energy_imports", year=year)
    paid: dict[str, float] = {}
    for series, fuels in FUELS_CITED.items():
        value = float(load("trade_composition", series=series, year=year).value.iloc[0])
        paid |= dict.fromkeys(fuels, value / energy[energy.fuel.isin(fuels)].energy_ej.sum())
    worth = energy.energy_ej * energy.fuel.map(paid)
    return worth.groupby(energy.supplier_name).sum().sort_values(ascending=False)


def leading(rank_by_energy: int, *, first_by_value: bool | None) -> str:
    """Label of 'leading supplier of energy': rank by energy content, and whether it is first by
    value (None: open).
    """
    if rank_by_energy != 1:
        return "does not hold"
    return "holds" if first_by_value else "holds with caveats"


def judge_energy() -> Verdict:
    """C32: Russia is China's first supplier of energy."""
    this = claim("C32")
    year = int(this.thresholds["year"])
    rank, share, bounds = rank_in_energy(year), share_of_energy(year), value_bounds()
    first, open_ = first_by_value(bounds), not_ruled_out(bounds)
    paid, next_ = (
        value_from_russia(year),
        float(value_at_average_prices(year).drop("Russian Federation").max()),
    )
    at_prices = Variant(
        name=f"all fuels by value at China's average prices, {year}",
        measured=f"Russia as paid {paid:.1f}, the next supplier {next_:.1f} bn",
        label=leading(rank, first_by_value=paid > next_),
    )
    return Verdict(
        claim=this,
        label=leading(rank, first_by_value=first),
        value=share,
        unit="percent of the energy content of China's imported fuels",
        measured=(
            f"number {rank} by energy content in {year} with {share:.1f} %; by value in"
            f" {VALUE_YEAR} {_said(first)}: Russia's fuels were at least USD"
            f" {bounds.least['RUS']:.1f} bn, and all goods of {len(open_)} other suppliers came to"
            " as much or more"
        ),
        sources=("Energy Institute, by supplier", "China customs, and as cited"),
        caveats=(
            (
                "All goods bound the fuels of a rival from above. That rules out"
                f" {_ruled_out(bounds)} USD bn; it leaves open"
                f" {', '.join(map(name, open_)) or 'none'}, whose goods of {VALUE_YEAR} no table"
                " here splits."
            ),
            (
                f"At China's average price of each fuel the next supplier of {year} would have USD"
                f" {next_:.0f} bn against Russia's {paid:.0f}: an estimate, so it does not decide."
            ),
            (
                "The review ends in 2023 here, the values are those of 2024; crude relabelled on"
                " the way hides its origin."
            ),
        ),
        flip=(
            f"A table of fuels by value in which none of the {len(open_)} left open passes USD"
            f" {bounds.least['RUS']:.1f} bn would make it hold; a named supplier with more energy"
            " content, fail"
        ),
        variants=(*_readings(year, bounds), at_prices),
    )


def _said(first: bool | None) -> str:
    return {True: "first", False: "not first", None: "not shown to be first"}[first]


def _ruled_out(bounds: pd.DataFrame) -> str:
    """The large suppliers of fuels that the bound rules out, with all their goods."""
    most = bounds.most[["IDN", "SAU", "IRQ", "ARE", "QAT"]]
    beaten = most[most < bounds.least["RUS"]]
    return ", ".join(f"{name(str(code))} ({goods:.0f})" for code, goods in beaten.items())


def _readings(year: int, bounds: pd.DataFrame) -> tuple[Variant, ...]:
    """Ranks by year and fuel, and values of crude alone."""
    first = first_by_value(bounds)
    places = {"all fuels but coal, 2016": rank_in_energy(2016)}
    places |= {f"all fuels, {y}": rank_in_energy(y) for y in (2019, 2021)}
    places |= {
        f"{fuel}, {year}": rank_in_energy(year, fuel=fuel)
        for fuel in ("crude", "coal", "pipeline_gas", "lng")
    }
    places["with 'Other Asia Pacific' as one supplier"] = rank_in_energy(year, named_only=False)
    by_rank = tuple(
        Variant(name=words, measured=f"number {place}", label=leading(place, first_by_value=first))
        for words, place in places.items()
    )
    russia, saudi = crude_value_half_2023()
    fuels = load("china_fossil_imports", year=VALUE_YEAR, fuel="crude").value_usd_mn.sum() / 1000
    return (
        *by_rank,
        _by_value(
            "crude by value, first half of 2023",
            {"Russia": russia, "Saudi Arabia": saudi},
            first=first,
        ),
        _by_value(
            f"crude by value, {VALUE_YEAR}, against all goods of Saudi Arabia",
            {"Russia": float(fuels), "Saudi Arabia at most": float(bounds.most["SAU"])},
            first=first,
        ),
    )


def _by_value(words: str, amounts: Mapping[str, float], *, first: bool | None) -> Variant:
    """A reading of two values of crude alone, Russia's the first of them: behind counts as not
    leading.
    """
    russia, other = amounts.values()
    return Variant(
        name=words,
        measured=", ".join(f"{who} {value:.1f}" for who, value in amounts.items()) + " bn",
        label=leading(1 if russia > other else 2, first_by_value=first),
    )


JUDGES = {"C32": judge_energy}
