"""Judges of notebook 06: who supplies what, by energy content and by cited shares. By value: see ``energy``."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.claims.ledger import claim
from analysis.claims.verdicts import Variant, Verdict
from analysis.tables import load

CARS = "Chinese brands share of Russian new-car market"
TOOLS = "China-origin share of Russian CNC imports (value)"
PHONES = "Chinese-brand share of Russian smartphone imports"
PHONES_SOLD = "Chinese-brand share of Russian smartphone sales"
Shares = tuple[float | None, float]
"""First share, or None where only one year is cited, and last share, percent."""


def energy_by_supplier(year: int, *, fuel: str | None = None) -> pd.Series:
    """China's imports by supplier in exajoules, the largest first; one fuel or all; groups keep the review's name."""
    rows = (
        load("china_energy_imports", year=year) if fuel is None else load("china_energy_imports", year=year, fuel=fuel)
    )
    return rows.groupby("supplier_name").energy_ej.sum().sort_values(ascending=False)


def rank_in_energy(year: int, *, fuel: str | None = None, named_only: bool = True) -> int:
    """Russia's rank among China's suppliers by energy content; among the named ones, or with remainders as one."""
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
    """A cited series as its publishers printed it: year, period, value, unit, publisher, in the order of time."""
    rows = load("trade_composition", series=series)
    return rows.sort_values("year", kind="stable")[["year", "period", "value", "unit", "publisher"]]


def key_supplier(first: float | None, last: float, *, least_pct: float) -> str:
    """Label of 'key supplier' on cited shares in percent: at least so large, and risen where two are known."""
    risen = first is None or last > first
    return "holds with caveats" if last >= least_pct and risen else "does not hold"


def _from_to(first: float | None, last: float) -> str:
    return f"{last:.0f} %, one year only" if first is None else f"{first:.0f} % to {last:.0f} %"


def _on_shares(
    identifier: str,
    main: tuple[str, float, float],
    others: Mapping[str, Shares],
    *,
    caveats: tuple[str, ...],
) -> Verdict:
    """Verdict of a claim that rests on cited shares: words, first and last share, and other readings."""
    this = claim(identifier)
    least = this.thresholds["least_pct"]
    words, first, last = main
    return Verdict(
        claim=this,
        label=key_supplier(first, last, least_pct=least),
        value=last,
        unit="percent, as cited",
        measured=f"{words}: {first:.0f} % to {last:.0f} %",
        sources=("cited shares, each with its address",),
        caveats=("No table of trade by product of the two is among the data: cited shares only.", *caveats),
        flip=f"A share below {least:.0f} % by a source that covers the whole group of goods",
        variants=tuple(
            Variant(name=name, measured=_from_to(a, b), label=key_supplier(a, b, least_pct=least))
            for name, (a, b) in others.items()
        ),
    )


def _value(series: str, year: int, period: str = "annual") -> float:
    return float(load("trade_composition", series=series, year=year, period=period).value.iloc[0])


def judge_machinery() -> Verdict:
    """C33: China is Russia's key supplier of machinery."""
    tools = cited(TOOLS).value
    parts = _value("China share of Russia's imported metalworking machine tools & parts", 2023)
    electrical = _value("China share of Russia's electrical-equipment imports", 2019)
    goods = cited("China share of Russia's goods imports").value
    return _on_shares(
        "C33",
        ("China's share of imported CNC machine tools, before the war to July 2023", tools.iloc[0], tools.iloc[-1]),
        {
            "metalworking tools and parts, 2023": (None, parts),
            "electrical equipment, 2019": (None, electrical),
            "all goods as a stand-in, 2006 to mid-2023": (goods.iloc[0], goods.iloc[-1]),
        },
        caveats=("Machine tools are a small part of machinery.",),
    )


def judge_cars() -> Verdict:
    """C34: China is Russia's key supplier of cars."""
    market = cited(CARS)
    yearly = market[market.period == "annual"].groupby("year").value.last()
    return _on_shares(
        "C34",
        ("Chinese makes in Russia's sales of new cars, 2021 to 2025", yearly[2021], yearly[2025]),
        {
            "to 2023, before the essay": (yearly[2021], yearly[2023]),
            "origin of imported new cars, first half of 2025": (
                None, _value("China share of Russia's new-car imports (origin)", 2025, "H1"),
            ),
            "since the peak month of 2024": (_value(CARS, 2024, "peak month (Sep)"), yearly[2025]),
            "trucks, June to July 2022": tuple(cited("Chinese brands share of Russian truck market (>3.5t)").value),
        },
        caveats=("Shares of sales, among them cars made in Russia under Chinese names.",),
    )  # fmt: skip


def judge_electronics() -> Verdict:
    """C35: China is Russia's key supplier of consumer electronics."""
    phones, sold = cited(PHONES).value, cited(PHONES_SOLD)
    return _on_shares(
        "C35",
        ("Chinese makes in Russia's imports of smartphones, 2021 to 2023", phones.iloc[0], phones.iloc[-1]),
        {
            "sales of smartphones, 2022 to January-August 2023": (
                _value(PHONES_SOLD, 2022), float(sold[sold.period == "Jan-Aug"].value.iloc[0]),
            ),
            "imports since 2022": (phones.iloc[1], phones.iloc[-1]),
        },
        caveats=("Telephones only; computers and household devices have no cited share here.",),
    )  # fmt: skip


def appetite(changes: Mapping[str, float]) -> str:
    """Label of 'appetite has limits': change of each of three measures, percent or points, zero or less is a stop."""
    stopped = sum(change <= 0 for change in changes.values())
    if stopped >= 2:
        return "evidence for"
    return "evidence against" if stopped == 0 else "mixed"


def changes_of_appetite(*, latest: bool = True) -> dict[str, float]:
    """Last yearly change of each measure: energy share (points), crude (percent), cars from China (percent, value).

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
            Variant(name="known at the time of the essay", measured=_listed(before), label=appetite(before)),
            Variant(name="crude and cars only", measured=_listed(without_share), label=appetite(without_share)),
        ),
    )


def _listed(changes: Mapping[str, float]) -> str:
    return "; ".join(f"{name} {change:+.1f}" for name, change in changes.items())


def western_chips(share_pct: float, *, least_pct: float, lowest_pct: float) -> str:
    """Label of 'some chips come from the West only': share of Western designs; between the limits nothing is said."""
    if share_pct >= least_pct:
        return "holds with caveats"
    return "does not hold" if share_pct < lowest_pct else "cannot be tested here"


def judge_chips() -> Verdict:
    """C39: some advanced chips reach Russia only from the West."""
    this = claim("C39")
    limits = {"least_pct": this.thresholds["least_pct"], "lowest_pct": this.thresholds["lowest_pct"]}
    total = _value("Russia chip imports (all)", 2023, "Jan-Sep")
    western = 100 * _value("Russia imports of US/EU-produced chips", 2023, "Jan-Sep") / total
    others = {
        "goods found on the battlefield, Western design": _value(
            "Share of battlefield goods developed by Western (coalition) companies", 2023, "Jan-Sep"
        ),
        "goods from producers in coalition countries": _value(
            "Share of battlefield goods from coalition-country producers", 2023, "Jan-Oct"
        ),
        "Western goods made or passed on in China, military imports": _value(
            "Western firms' China-made goods share of Russia's military imports", 2023
        )
        + _value("Re-exported Western goods via China share of Russia's military imports", 2023),
    }
    return Verdict(
        claim=this,
        label=western_chips(western, **limits),
        value=western,
        unit="percent of Russia's chip imports, by value",
        measured=f"chips of US and EU producers were {western:.0f} % of Russia's chip imports, January-September 2023",
        sources=("Russian customs as cited by Bloomberg", "KSE Institute as cited"),
        caveats=(
            "Western design is not proof that China could not supply the like.",
            "Cited from the press; the customs data behind it are not public.",
        ),
        flip=f"A share below {limits['least_pct']:.0f} %, or chips of the same kind made in China",
        variants=tuple(
            Variant(name=name, measured=f"{share:.0f} %", label=western_chips(share, **limits))
            for name, share in others.items()
        ),
    )


JUDGES = {
    "C33": judge_machinery,
    "C34": judge_cars,
    "C35": judge_electronics,
    "C38": judge_appetite,
    "C39": judge_chips,
}
