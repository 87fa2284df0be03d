"""Judges of notebook 06: who supplies what, by energy content and by cited shares. By value: see
``energy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.tables import load

CARS = "Chinese brands share of Russian new-car market"
TOOLS = "China-origin share of Russian CNC imports (value)"
PHONES = "Chinese-brand share of Russian smartphone imports"
PHONES_SOLD = "Chinese-brand share of Russian smartphone sales"
GOODS = "China share of Russia's goods imports"
TRUCKS = "Chinese brands share of Russian truck market (>3.5t)"
ROUNDING = 0.05
"""Half of the last decimal of the figures on chips, in billion dollars."""


def energy_by_supplier(year: int, *, fuel: str | None = None) -> pd.Series:
    """China's imports by supplier in exajoules, the largest first; one fuel or all; groups keep the
    review's name.
    """
    rows = (
        load("china_energy_imports", year=year)
        if fuel is None
        else load("china_energy_imports", year=year, fuel=fuel)
    )
    return rows.groupby("supplier_name").energy_ej.sum().sort_values(ascending=False)


def rank_in_energy(year: int, *, fuel: str | None = None, named_only: bool = True) -> int:
    """Russia's rank among China's suppliers by energy content; among the named ones, or with
    remainders as one.
    """
    energy = energy_by_supplier(year, fuel=fuel)
    if named_only:
        named = load("china_energy_imports", year=year)
        energy = energy[energy.index.isin(named[named.supplier != ""].supplier_name)]
    return int(energy.rank(ascending=False, method="min")["Russian Federation"])


def share_of_energy(year: int) -> float:
    """Russia's share in the energy content of the fuels that China imported, percent."""
    energy = energy_by_supplier(year)
    return float(100 * energy["Russian Federation"] / energy.sum())


def cited(series: str) -> pd.DataFrame:
    """A cited series as its publishers printed it: year, period, value, unit, publisher, in the
    order of time.
    """
    rows = load("trade_composition", series=series)
    return rows.sort_values("year", kind="stable")[["year", "period", "value", "unit", "publisher"]]


class Ends(NamedTuple):
    """First and last cited share, percent, and who cited each; no first where only one year is
    cited.
    """

    first: float | None
    last: float
    publishers: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.first is None:
            return f"{self.last:.0f} %, one year only"
        span = f"{self.first:.0f} % to {self.last:.0f} %"
        return (
            f"{span} ({' and '.join(self.publishers)} joined)"
            if len(set(self.publishers)) > 1
            else span
        )


def ends(first: pd.DataFrame, last: pd.DataFrame) -> Ends:
    """First row of one part of a cited series and last row of another."""
    one, other = first.iloc[0], last.iloc[-1]
    return Ends(float(one.value), float(other.value), (_who(one.publisher), _who(other.publisher)))


def _who(publisher: str) -> str:
    """Who made the figure, without who passed it on and who said it."""
    return publisher.split(" via ")[0].split(" (")[0]


def key_supplier(first: float | None, last: float, *, least_pct: float) -> str:
    """Label of 'key supplier' on cited shares in percent: a third or more, and risen.

    A share known for one year can fall short, but cannot show a rise: nothing is claimed for it.
    """
    if last < least_pct:
        return "does not hold"
    if first is None:
        return "cannot be tested here"
    return "holds with caveats" if last > first else "does not hold"


def _on_shares(
    identifier: str, what: str, main: Ends, others: Mapping[str, Ends], *, caveat: str
) -> Verdict:
    """Verdict of a claim that rests on cited shares: what they are of, first and last share, and
    other readings.
    """
    this = claim(identifier)
    least = this.thresholds["least_pct"]
    one_year = sum(found.first is None for found in others.values())
    return Verdict(
        claim=this,
        label=key_supplier(main.first, main.last, least_pct=least),
        value=main.last,
        unit="percent, as cited",
        measured=f"{what}: {main}",
        sources=("cited shares, each with its address",),
        caveats=(
            "No table of trade by product of the two is among the data: cited shares only.",
            "The rule is read strictly: a third or more and a rise. Ranks are not cited"
            + (f"; readings of one year, {one_year} here, show no rise." if one_year else "."),
            caveat,
        ),
        flip=f"A share below {least:.0f} % by a source that covers the whole group of goods",
        variants=tuple(
            Variant(
                name=name,
                measured=str(found),
                label=key_supplier(found.first, found.last, least_pct=least),
            )
            for name, found in others.items()
        ),
    )


def _value(series: str, year: int, period: str = "annual") -> float:
    return float(load("trade_composition", series=series, year=year, period=period).value.iloc[0])


def judge_machinery() -> Verdict:
    """C33: China is Russia's key supplier of machinery."""
    tools, goods = cited(TOOLS), cited(GOODS)
    return _on_shares(
        "C33",
        "China's share of imported CNC machine tools, before the war to July 2023",
        ends(tools, tools),
        {
            "metalworking tools and parts, 2023": Ends(
                None,
                _value("China share of Russia's imported metalworking machine tools & parts", 2023),
            ),
            "electrical equipment, 2019": Ends(
                None, _value("China share of Russia's electrical-equipment imports", 2019)
            ),
            "all goods as a stand-in, 2006 to mid-2023": ends(goods, goods),
            "all goods, one publisher, 2006 to 2021": ends(goods, goods[goods.year <= 2021]),
        },
        caveat="Machine tools are a small part of machinery.",
    )


def judge_cars() -> Verdict:
    """C34: China is Russia's key supplier of cars."""
    market, trucks = cited(CARS), cited(TRUCKS)
    yearly = market[market.period == "annual"]
    paper = yearly[yearly.publisher.str.startswith("Moscow Times")]
    agency = market[market.publisher.str.startswith("Autostat")]
    imported = _value("China share of Russia's new-car imports (origin)", 2025, "H1")
    return _on_shares(
        "C34",
        "Chinese makes in Russia's sales of new cars, 2021 to 2025",
        ends(yearly[yearly.year == 2021], yearly[yearly.year == 2025]),
        {
            "to 2023, before the essay, one publisher": ends(
                paper[paper.year == 2021], paper[paper.year == 2023]
            ),
            "January 2022 to 2025, one publisher": ends(agency, agency),
            "origin of imported new cars, first half of 2025": Ends(None, imported),
            "since the peak month of 2024": ends(
                market[market.year == 2024], yearly[yearly.year == 2025]
            ),
            "trucks, June to July 2022": ends(trucks, trucks),
        },
        caveat="Shares of sales, among them cars made in Russia under Chinese names.",
    )


def judge_electronics() -> Verdict:
    """C35: China is Russia's key supplier of consumer electronics."""
    phones, sold = cited(PHONES), cited(PHONES_SOLD)
    shop = sold[sold.publisher == sold.publisher.iloc[0]]
    return _on_shares(
        "C35",
        "Chinese makes in Russia's imports of smartphones, 2021 to 2023",
        ends(phones, phones),
        {
            "sales of smartphones, 2022 to January-August 2023": ends(
                sold[sold.year == 2022], sold[sold.period == "Jan-Aug"]
            ),
            "sales by one publisher, 2022 to the first quarter of 2023": ends(shop, shop),
            "imports since 2022": ends(phones[phones.year == 2022], phones),
        },
        caveat="Telephones only; computers and household devices have no cited share here.",
    )


def appetite(changes: Mapping[str, float]) -> str:
    """Label of 'appetite has limits': change of each of three measures, percent or points, zero or
    less is a stop.
    """
    stopped = sum(change <= 0 for change in changes.values())
    if stopped >= 2:
        return "evidence for"
    return "evidence against" if stopped == 0 else "mixed"


def changes_of_appetite(*, latest: bool = True) -> dict[str, float]:
    """Last yearly change of each measure: energy share (points), crude (percent), cars from China
    (percent, value).

    Parameters
    ----------
    latest : bool
        To 2025 as cited since; else to 2024, the last full year before the essay.
    """
    share = {year: share_of_energy(year) for year in (2022, 2023)}
    crude = load("china_fossil_imports", fuel="crude").groupby("year").amount_kt.sum()
    sold = cited("China passenger-car exports to Russia, value")
    cars = sold[sold.period == "annual"].set_index("year").value
    if latest:
        oil = _value("China crude imports from Russia, growth", 2025)
        return {
            "share of energy, 2022-23": share[2023] - share[2022],
            "crude, 2025": oil,
            "cars, 2025": _growth(cars, 2024, 2025),
        }
    return {
        "share of energy, 2022-23": share[2023] - share[2022],
        "crude, 2024": _growth(crude, 2023, 2024),
        "cars, 2022-24": _growth(cars, 2022, 2024),
    }


def _growth(levels: pd.Series, first: int, last: int) -> float:
    return float(100 * (levels[last] / levels[first] - 1))


def judge_appetite() -> Verdict:
    """C38: both sides' appetite has limits."""
    this = claim("C38")
    found, before = changes_of_appetite(), changes_of_appetite(latest=False)
    without_share = {name: change for name, change in found.items() if not name.startswith("share")}
    return Verdict(
        claim=this,
        label=appetite(found),
        value=found["crude, 2025"],
        unit="percent, crude by weight in 2025",
        measured=_listed(found),
        sources=("Energy Institute", "China customs as cited"),
        caveats=(
            "A fall is not yet a limit: prices, a tax on imported cars and stocks moved too.",
            "The share of energy is known to 2023 only.",
        ),
        flip="Crude and cars both above the year before would be evidence against",
        variants=(
            Variant(
                name="known at the time of the essay",
                measured=_listed(before),
                label=appetite(before),
            ),
            Variant(
                name="crude and cars only",
                measured=_listed(without_share),
                label=appetite(without_share),
            ),
        ),
    )


def _listed(changes: Mapping[str, float]) -> str:
    return "; ".join(f"{name} {change:+.1f}" for name, change in changes.items())


def western_chips(share_pct: float, *, least_pct: float, lowest_pct: float) -> str:
    """Label of 'some chips come from the West only': share of Western designs; between the limits
    nothing is said.
    """
    if share_pct >= least_pct:
        return "holds with caveats"
    return "does not hold" if share_pct < lowest_pct else "cannot be tested here"


def chips_of_the_west() -> tuple[float, float, float]:
    """Share of US and EU producers in Russia's chip imports of January-September 2023, and its ends
    by rounding.
    """
    total = _value("Russia chip imports (all)", 2023, "Jan-Sep")
    western = _value("Russia imports of US/EU-produced chips", 2023, "Jan-Sep")
    ends_ = (western - ROUNDING) / (total + ROUNDING), (western + ROUNDING) / (total - ROUNDING)
    return 100 * western / total, 100 * ends_[0], 100 * ends_[1]


def judge_chips() -> Verdict:
    """C39: some advanced chips reach Russia only from the West."""
    this = claim("C39")
    limits = {
        "least_pct": this.thresholds["least_pct"],
        "lowest_pct": this.thresholds["lowest_pct"],
    }
    western, low, high = chips_of_the_west()
    chinese = _value("Chinese-company goods share of Russia's military imports", 2023)
    return Verdict(
        claim=this,
        label=western_chips(western, **limits),
        value=western,
        unit="percent of Russia's chip imports, by value",
        measured=(
            f"chips of US and EU producers were {western:.0f} % of Russia's chip imports,"
            f" January-September 2023 ({low:.0f} to {high:.0f} by the rounding of the two figures)"
        ),
        interval=(low, high),
        sources=("Russian customs as cited by Bloomberg", "KSE Institute as cited", "IIF as cited"),
        caveats=(
            "Western design is not proof that China could not supply the like.",
            (
                f"Chinese companies' own goods were {chinese:.0f} % of Russia's military imports in"
                " 2023 (KSE)."
            ),
            (
                "Who sold a chip is not who designed it: the shares by seller are other readings,"
                " not the rule's."
            ),
            "Cited from the press; the customs data behind it are not public.",
        ),
        flip=f"A share below {limits['least_pct']:.0f} %, or chips of the same kind made in China",
        variants=tuple(
            Variant(name=name, measured=f"{share:.0f} %", label=western_chips(share, **limits))
            for name, share in _other_chips(chinese).items()
        ),
    )


def _other_chips(chinese: float) -> dict[str, float]:
    """Shares that stand for Western designs in other cited figures, percent; the last two are by
    seller.
    """
    return {
        "goods found on the battlefield, Western design": _value(
            "Share of battlefield goods developed by Western (coalition) companies", 2023, "Jan-Sep"
        ),
        "goods from producers in coalition countries": _value(
            "Share of battlefield goods from coalition-country producers", 2023, "Jan-Oct"
        ),
        "Western goods made or passed on in China, military imports": (
            _value("Western firms' China-made goods share of Russia's military imports", 2023)
            + _value("Re-exported Western goods via China share of Russia's military imports", 2023)
        ),
        "military imports that are not of Chinese companies, at most": 100 - chinese,
        "chips sold from outside China and Hong Kong, 2022": (
            100 - _value("China+HK share of Russia's chip imports", 2022)
        ),
        "military goods sold from outside China and Hong Kong, 2023": (
            100
            - _value("China+HK share of military goods supplied to Russia (seller/dispatch)", 2023)
        ),
    }


JUDGES = {
    "C33": judge_machinery,
    "C34": judge_cars,
    "C35": judge_electronics,
    "C38": judge_appetite,
    "C39": judge_chips,
}
