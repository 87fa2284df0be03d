"""Evidence of notebook 06 on goods: China as a supplier of Russia, chips, limits of appetite."""

from collections.abc import Mapping

import pandas as pd

from analysis.countries import name
from analysis.evidence import Figures
from analysis.evidence.states import european_union
from analysis.measures.growth import product_growth
from analysis.tables import load
from analysis.tables.products import product_trade

MACHINES, ELECTRICAL, VEHICLES = "84", "85", "87"
CHAPTERS = {MACHINES: "machinery", ELECTRICAL: "electrical goods", VEHICLES: "vehicles"}
"""Chapters of the Harmonized System that hold the goods of the essay."""
PHONES, COMPUTERS, CHIPS = "8517", "8471", "8542"
TOOLS_TIER = "4B"
"""Tier of the list of priority goods that holds machine tools."""
MAKES = "Chinese brands share of Russian new-car market"
ROUNDING = 0.05
"""Half of the last decimal of the figures on chips, in billion dollars."""


def cited(series: str) -> pd.DataFrame:
    """A series as printed, in the order of time: year, period, value, unit, publisher."""
    rows = load("trade_composition", series=series)
    return rows.sort_values("year", kind="stable")[["year", "period", "value", "unit", "publisher"]]


def cited_value(series: str, year: int, period: str = "annual") -> float:
    """One figure of a cited series, in its unit."""
    return float(load("trade_composition", series=series, year=year, period=period).value.iloc[0])


def _annual(rows: pd.DataFrame) -> pd.Series:
    """Figures of whole years, by year."""
    return rows[rows.period == "annual"].set_index("year").value


def sold_bn(product: str) -> pd.Series:
    """China's exports of a product to Russia by year, USD billion (BACI)."""
    return product_trade(product, exporter="CHN").set_index("year").value_usd_mn / 1000


def _growth(levels: pd.Series, first: int, last: int) -> float:
    return float(100 * (levels[last] / levels[first] - 1))


def _from_to(*shares: pd.Series) -> Figures:
    """Last level and rise of a share, percent, by one source or several."""
    ends = [by_year.dropna().iloc[[0, -1]].tolist() for by_year in shares]
    return {
        "low_pct": min(last for _, last in ends),
        "high_pct": max(last for _, last in ends),
        "rises": [100 * (last / first - 1) for first, last in ends],
        "from_to": [f"{first:.0f} to {last:.0f} %" for first, last in ends],
    }


def key_supplier(hs: str, others: Mapping[str, Figures]) -> Figures:
    """China's share in Russia's imports of a chapter by two sources, its place, and the next."""
    china = load("china_share_of_russias_imports", hs=hs).sort_values("year")
    mirror, customs = china.mirror_share_pct.dropna(), china.over_customs_pct.dropna()
    suppliers = load("russia_suppliers_by_product", hs=hs)
    first, last = (suppliers[suppliers.year == year] for year in (2021, suppliers.year.max()))
    following = last[last.supplier != "CHN"].nsmallest(1, "rank").iloc[0]
    union = first.share_pct[first.supplier.isin(european_union())].sum()
    alone = {
        "partners' reports alone": {**_from_to(mirror), "leaning": True},
        "over Russian customs alone": {**_from_to(customs), "leaning": True},
    }
    return {
        **_from_to(mirror, customs),
        **mirror.iloc[[0, -1]].set_axis(["mirror_first", "mirror_last"]),
        **customs.iloc[[0, -1]].set_axis(["customs_first", "customs_last"]),
        "next_supplier": name(following.supplier),
        "next_pct": following.share_pct,
        "times_first": int((china.mirror_rank == 1).sum()),
        "years_known": len(china),
        "union_pct": union,
        "union_most_pct": union + 100 - first.share_pct.sum(),
        "readings": {**alone, **others},
    }


def machinery() -> Figures:
    """Figures of C33: China's share in Russia's imports of machinery."""
    group = load("china_share_of_russias_imports", hs="68-70,84-97").sort_values("year")
    by_group = {**_from_to(group.over_customs_pct), "leaning": True}
    tools = _from_to(cited("China-origin share of Russian CNC imports (value)").value)
    others = {
        "machines, vehicles and more over Russian customs, 2021-2023": by_group,
        "machine tools imported, before the war to July 2023, as cited": tools,
    }
    return key_supplier(MACHINES, others)


def cars() -> Figures:
    """Figures of C34: China's share in Russia's imports of vehicles, and of passenger cars."""
    paper = cited(MAKES).loc[lambda rows: rows.publisher.str.startswith("Moscow Times")]
    makes = _from_to(_annual(paper).loc[2021:2023])
    of_cars = load("russia_suppliers_by_product", hs="8703", supplier="CHN").sort_values("year")
    others = {"Chinese makes among new cars sold, 2021-2023, as cited": makes}
    return {**key_supplier(VEHICLES, others), "cars_pct": of_cars.share_pct.iloc[-1]}


def electronics() -> Figures:
    """Figures of C35: China's share in Russia's imports of electrical goods; what it sold."""
    smartphones = _from_to(cited("Chinese-brand share of Russian smartphone imports").value)
    others = {"Chinese makes among smartphones imported, as cited": smartphones}
    sold = {"phones": sold_bn(PHONES), "computers": sold_bn(COMPUTERS)}
    years = {f"{goods}_{year}": bn[year] for goods, bn in sold.items() for year in (2022, 2023)}
    return {**key_supplier(ELECTRICAL, others), **years}


def appetite(*, gas: str = "all", from_all: bool = False, at_the_essay: bool = False) -> Figures:
    """Figures of C38, to 2025 or the essay; of gas or 'lng' alone, of crude from Russia or all."""
    by_fuel = load("china_fossil_imports").groupby(["fuel", "year"]).sum(numeric_only=True)
    lng, when = by_fuel.loc["lng"], 2024
    sold = lng.amount_kt if gas == "lng" else (lng + by_fuel.loc["pipeline_gas"]).value_usd_mn
    crude = by_fuel.loc["crude"].amount_kt
    if from_all:
        crude = load("china_fuel_totals", fuel="crude", flow="imports").set_index("year").amount_mt
    oil, burnt = _growth(crude, 2023, 2024), _growth(sold, 2023, 2024)
    if not (from_all or at_the_essay):
        oil, when = cited_value("China crude imports from Russia, growth", 2025), 2025
    by_goods = {"crude_pct": oil, "crude_when": when, "gas_pct": burnt, "gas_when": 2024}
    return {"changes": [oil, burnt], **by_goods}


def needs(*, with_machines: bool = True, at_the_essay: bool = False) -> Figures:
    """Figures of C63: the last change in machines, cars and telephones sold to Russia, percent."""
    machines = 100 * product_growth(product_trade(MACHINES, exporter="CHN"), first=2022, last=2023)
    sold = _annual(cited("China passenger-car exports to Russia, value"))
    if at_the_essay:
        cars, cars_when = _growth(sold, 2022, 2024), "2022-24"
        phones, phones_when = _growth(sold_bn(PHONES), 2022, 2023), "2022-23"
    else:
        cars, cars_when = _growth(sold, 2024, 2025), "2025"
        series = "China exports of smartphones to Russia value"
        note = load("press_trade_2025_26", series=series, period="2025").note
        phones, phones_when = float(note.str.extract(r"(-?[0-9.]+) %")[0].iloc[0]), "2025"
    return {
        "changes": [*([machines] if with_machines else []), cars, phones],
        "machines_pct": machines if with_machines else None,
        "cars_pct": cars,
        "cars_when": cars_when,
        "phones_pct": phones,
        "phones_when": phones_when,
    }


def western_chips() -> Figures:
    """Figures of C39: Western producers' share in chip imports, and China's direct exports."""
    total = cited_value("Russia chip imports (all)", 2023, "Jan-Sep")
    western = cited_value("Russia imports of US/EU-produced chips", 2023, "Jan-Sep")
    designed = "Share of battlefield goods developed by Western (coalition) companies"
    produced = "Share of battlefield goods from coalition-country producers"
    others = {
        "goods found on the battlefield, Western design": (designed, 2023, "Jan-Sep"),
        "goods from producers in coalition countries": (produced, 2023, "Jan-Oct"),
    }
    chips, chinese = sold_bn(CHIPS), "Chinese-company goods share of Russia's military imports"
    return {
        "western_pct": 100 * western / total,
        "low_pct": 100 * (western - ROUNDING) / (total + ROUNDING),
        "high_pct": 100 * (western + ROUNDING) / (total - ROUNDING),
        "chinese_pct": cited_value(chinese, 2023),
        "chips_before": chips[2022],
        "chips_after": chips[2023],
        "chips_pct": _growth(chips, 2022, 2023),
        "tools_pct": _growth(_priority_goods()[TOOLS_TIER], 2022, 2023),
        "readings": {way: {"western_pct": cited_value(*share)} for way, share in others.items()},
    }


def _priority_goods() -> pd.DataFrame:
    """China's exports to Russia of goods of high priority, USD bn: rows years, columns tiers."""
    rows = load("priority_goods_exports")
    return rows.pivot(index="year", columns="tier", values="value_usd_mn") / 1000


def china_by_product() -> pd.DataFrame:
    """China's share by chapter and year, percent (customs: to 2022); what it sold, USD billion."""
    rows = load("china_share_of_russias_imports", hs=list(CHAPTERS))
    rows = rows.assign(goods=rows.hs.map(CHAPTERS), sold_usd_bn=rows.exports_usd_mn / 1000)
    names = {"mirror_share_pct": "mirror_pct", "over_customs_pct": "customs_pct"}
    return rows.rename(columns=names)[["goods", "year", *names.values(), "sold_usd_bn"]]


def chips_and_priority_goods() -> pd.DataFrame:
    """China's exports to Russia of chips and of (44 of 50) codes of high priority, USD billion."""
    listed = _priority_goods()
    columns = {"machine_tools": listed[TOOLS_TIER], "whole_list": listed.sum(axis=1)}
    return pd.DataFrame({"chips": sold_bn(CHIPS), **columns}).rename_axis("year").reset_index()


def car_shares() -> pd.DataFrame:
    """Every cited share of Chinese makes in Russia's market of new cars, percent."""
    return cited(MAKES).rename(columns={"value": "share_pct"}).drop(columns="unit")


def changes_of_appetite() -> Figures:
    """Last changes as known then and since, percent; crude in first quarters, million tonnes."""
    rows = []
    for known, early in (("at the time of the essay", True), ("since", False)):
        china, russia = appetite(at_the_essay=early), needs(at_the_essay=early)
        rows += [
            (known, "China", f"crude by weight, {china['crude_when']}", china["crude_pct"]),
            (known, "China", f"gas by value, {china['gas_when']}", china["gas_pct"]),
            (known, "Russia", "machines, 2022-23", russia["machines_pct"]),
            (known, "Russia", f"cars, {russia['cars_when']}", russia["cars_pct"]),
            (known, "Russia", f"telephones, {russia['phones_when']}", russia["phones_pct"]),
        ]
    quarter = load("china_fossil_imports", fuel="crude", year=2024, month=[1, 2, 3]).amount_kt.sum()
    return {
        "changes": pd.DataFrame(rows, columns=["known", "buyer", "goods", "change_pct"]),
        "before": quarter / 1000,
        "after": cited_value("China crude imports from Russia", 2025, "Q1"),
    }
