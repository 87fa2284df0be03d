"""Evidence of notebook 06 on goods: machines, cars, telephones and chips by cited shares, and the
limits of both sides' appetite. On energy: see ``traded_energy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from analysis.errors import where_known
from analysis.evidence import Figures
from analysis.evidence.traded_energy import share_of_energy
from analysis.tables import load

CARS = "Chinese brands share of Russian new-car market"
TOOLS = "China-origin share of Russian CNC imports (value)"
PHONES = "Chinese-brand share of Russian smartphone imports"
PHONES_SOLD = "Chinese-brand share of Russian smartphone sales"
GOODS = "China share of Russia's goods imports"
TRUCKS = "Chinese brands share of Russian truck market (>3.5t)"
ROUNDING = 0.05
"""Half of the last decimal of the figures on chips, in billion dollars."""


# Cited shares


def cited(series: str) -> pd.DataFrame:
    """A series as printed, in the order of time: year, period, value, unit, publisher."""
    rows = load("trade_composition", series=series)
    return rows.sort_values("year", kind="stable")[["year", "period", "value", "unit", "publisher"]]


def cited_value(series: str, year: int, period: str = "annual") -> float:
    """One figure of a cited series, in its unit."""
    return float(load("trade_composition", series=series, year=year, period=period).value.iloc[0])


class Ends(NamedTuple):
    """First and last cited share, percent, and who made each; no first of a single year."""

    first_pct: float | None
    last_pct: float
    first_by: str = ""
    last_by: str = ""


def ends(first: pd.DataFrame, last: pd.DataFrame) -> Ends:
    """First row of one part of a cited series and last row of another."""
    one, other = first.iloc[0], last.iloc[-1]
    return Ends(float(one.value), float(other.value), _who(one.publisher), _who(other.publisher))


def one_year(series: str, year: int, period: str = "annual") -> Ends:
    """A share that is cited for one year only."""
    return Ends(None, cited_value(series, year, period))


def _who(publisher: str) -> str:
    """Who made the figure, without who passed it on and who said it."""
    return publisher.split(" via ")[0].split(" (")[0]


def _of(rows: pd.DataFrame, year: float) -> pd.DataFrame:
    return rows[rows.year == year]


def _annual(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows.period == "annual"]


def _figures(main: Ends, others: Mapping[str, Ends]) -> Figures:
    """Figures of a claim that rests on cited shares: first and last share, and other readings."""
    return {
        **main._asdict(),
        "one_year_readings": sum(other.first_pct is None for other in others.values()),
        "readings": {reading: other._asdict() for reading, other in others.items()},
    }


def machinery() -> Figures:
    """Figures of C33: China's share of Russia's imported machine tools, and of other machines."""
    tools, goods = cited(TOOLS), cited(GOODS)
    parts = "China share of Russia's imported metalworking machine tools & parts"
    equipment = "China share of Russia's electrical-equipment imports"
    return _figures(
        ends(tools, tools),
        {
            "metalworking tools and parts, 2023": one_year(parts, 2023),
            "electrical equipment, 2019": one_year(equipment, 2019),
            "all goods as a stand-in, 2006 to mid-2023": ends(goods, goods),
            "all goods, one publisher, 2006 to 2021": ends(goods, goods[goods.year <= 2021]),
        },
    )


def cars(*, first_year: int, last_year: int) -> Figures:
    """Figures of C34: share of Chinese makes in Russia's market of new cars."""
    market, trucks = cited(CARS), cited(TRUCKS)
    yearly = _annual(market)
    paper = yearly[yearly.publisher.str.startswith("Moscow Times")]
    agency = market[market.publisher.str.startswith("Autostat")]
    imported = one_year("China share of Russia's new-car imports (origin)", 2025, "H1")
    return _figures(
        ends(_of(yearly, first_year), _of(yearly, last_year)),
        {
            "to 2023, before the essay, one publisher": ends(_of(paper, 2021), _of(paper, 2023)),
            "January 2022 to 2025, one publisher": ends(agency, agency),
            "origin of imported new cars, first half of 2025": imported,
            "since the peak month of 2024": ends(_of(market, 2024), _of(yearly, 2025)),
            "trucks, June to July 2022": ends(trucks, trucks),
        },
    )


def electronics() -> Figures:
    """Figures of C35: share of Chinese makes in Russia's imports and sales of smartphones."""
    phones, sold = cited(PHONES), cited(PHONES_SOLD)
    summer = sold[sold.period == "Jan-Aug"]
    shop = sold[sold.publisher == sold.publisher.iloc[0]]
    return _figures(
        ends(phones, phones),
        {
            "sales of smartphones, 2022 to January-August 2023": ends(_of(sold, 2022), summer),
            "sales by one publisher, 2022 to the first quarter of 2023": ends(shop, shop),
            "imports since 2022": ends(_of(phones, 2022), phones),
        },
    )


# Limits of appetite


def appetite(*, at_the_essay: bool = False, with_share: bool = True) -> Figures:
    """Figures of C38: the last change of each measure, points or percent, to 2024, the last full
    year before the essay, or to 2025 as cited since; with or without Russia's share of China's
    energy, which is known to 2023 only.
    """
    crude = load("china_fossil_imports", fuel="crude").groupby("year").amount_kt.sum()
    sold = _annual(cited("China passenger-car exports to Russia, value")).set_index("year").value
    share = share_of_energy(2023) - share_of_energy(2022)
    if at_the_essay:
        oil, oil_when = _growth(crude, 2023, 2024), "2024"
        sales, sales_when = _growth(sold, 2022, 2024), "2022-24"
    else:
        oil, oil_when = cited_value("China crude imports from Russia, growth", 2025), "2025"
        sales, sales_when = _growth(sold, 2024, 2025), "2025"
    return {
        "changes": [*([share] if with_share else []), oil, sales],
        "share_points": share if with_share else None,
        "crude_pct": oil,
        "crude_when": oil_when,
        "cars_pct": sales,
        "cars_when": sales_when,
    }


def _growth(levels: pd.Series, first: int, last: int) -> float:
    return float(100 * (levels[last] / levels[first] - 1))


# Chips


def western_chips() -> Figures:
    """Figures of C39: share of US and EU producers in Russia's chip imports of January-September
    2023, with its ends by rounding, and other shares that stand for Western designs, the last two
    of them by seller.
    """
    total = cited_value("Russia chip imports (all)", 2023, "Jan-Sep")
    western = cited_value("Russia imports of US/EU-produced chips", 2023, "Jan-Sep")
    chinese = cited_value("Chinese-company goods share of Russia's military imports", 2023)
    return {
        "western_pct": 100 * western / total,
        "low_pct": 100 * (western - ROUNDING) / (total + ROUNDING),
        "high_pct": 100 * (western + ROUNDING) / (total - ROUNDING),
        "chinese_pct": chinese,
        "readings": {
            reading: {"western_pct": share} for reading, share in _other_chips(chinese).items()
        },
    }


def _other_chips(chinese: float) -> dict[str, float]:
    battlefield = "Share of battlefield goods "
    made_in_china = "Western firms' China-made goods share of Russia's military imports"
    passed_on = "Re-exported Western goods via China share of Russia's military imports"
    sold_by_china = "China+HK share of military goods supplied to Russia (seller/dispatch)"
    return {
        "goods found on the battlefield, Western design": cited_value(
            f"{battlefield}developed by Western (coalition) companies", 2023, "Jan-Sep"
        ),
        "goods from producers in coalition countries": cited_value(
            f"{battlefield}from coalition-country producers", 2023, "Jan-Oct"
        ),
        "Western goods made or passed on in China, military imports": (
            cited_value(made_in_china, 2023) + cited_value(passed_on, 2023)
        ),
        "military imports that are not of Chinese companies, at most": 100 - chinese,
        "chips sold from outside China and Hong Kong, 2022": (
            100 - cited_value("China+HK share of Russia's chip imports", 2022)
        ),
        "military goods sold from outside China and Hong Kong, 2023": (
            100 - cited_value(sold_by_china, 2023)
        ),
    }


@where_known
def shares_of_goods(*, cars_from: int, cars_to: int) -> dict[str, tuple[float, float]]:
    """First and last share of the three goods of the essay that are cited, percent."""
    rested_on = {
        "machines": machinery(),
        "cars": cars(first_year=cars_from, last_year=cars_to),
        "telephones": electronics(),
    }
    return {goods: (rests["first_pct"], rests["last_pct"]) for goods, rests in rested_on.items()}


@where_known
def car_shares() -> pd.DataFrame:
    """Every cited share of Chinese makes in Russia's market of new cars, percent."""
    return cited(CARS).rename(columns={"value": "share_pct"}).drop(columns="unit")


@where_known
def changes_of_appetite() -> pd.DataFrame:
    """The last change of each measure, as known at the time of the essay and since."""
    rows = []
    for known, early in (("at the time of the essay", True), ("since", False)):
        figures = appetite(at_the_essay=early)
        rows += [
            (known, "share of energy, 2022-23", figures["share_points"], "points"),
            (known, f"crude, {figures['crude_when']}", figures["crude_pct"], "percent"),
            (known, f"cars, {figures['cars_when']}", figures["cars_pct"], "percent"),
        ]
    return pd.DataFrame(rows, columns=["known", "measure", "change", "unit"])


@where_known
def crude_of_first_quarters() -> Figures:
    """China's crude from Russia in the first quarters of 2024 and 2025, million tonnes."""
    before = load("china_fossil_imports", fuel="crude", year=2024, month=[1, 2, 3]).amount_kt.sum()
    after = cited_value("China crude imports from Russia", 2025, "Q1")
    return {"before": before / 1000, "after": after}
