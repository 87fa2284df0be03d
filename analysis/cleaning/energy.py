"""China's energy imports: by supplier, from Russia by month, oil products by partner, and
totals.
"""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import (
    offenders,
    require_not_negative,
    require_unique,
    to_iso3,
    to_number,
)
from analysis.errors import RawDataError
from analysis.sources import china_fuels, comtrade, energy_institute
from analysis.sources.source import RawStore

EJ_PER_UNIT = {
    ("crude", "Mt"): 0.041868, ("oil_products", "Mt"): 0.043, ("lng", "bcm"): 0.036, ("pipeline_gas", "bcm"): 0.036,
    ("coal", "Mtoe"): 0.041868, ("coal", "EJ"): 1.0,
}  # fmt: skip
"""41.868 GJ to a tonne of crude (one tonne of oil equivalent), 43 GJ to a tonne of products, 36 PJ
to a bcm of gas."""
TOTAL_NAME = "Total imports"
TOTAL_TOLERANCE = 1e-3
"""Relative: suppliers are printed to full precision and add up to the review's own total."""
LARGEST_EJ = 40.0
"""No fuel reached 25 EJ of imports in a year."""
FUELS = {
    "Coal": "coal", "Coking Coal": "coking_coal", "Steam Coal": "steam_coal", "Crude Oil": "crude",
    "Pipeline Carried Natural Gas (Gaseous State)": "pipeline_gas", "Liquified Natural Gas (LNG)": "lng",
}  # fmt: skip
PARTS_OF_COAL = ("coking_coal", "steam_coal")
TONNES = {"ton": 1.0, "kg": 1e-3}
PRICE_RANGE_USD_T = (15.0, 1600.0)
"""Unit values run from 19 (coal, 2002) to 1,445 (LNG, 2022): beyond it a unit has slipped."""
SERIES = {
    "Output: Natural Crude Oil: YTD": ("crude", "output", "10000 tons", "amount_mt", 0.01),
    "Quantity of Imports: Crude Oil: YTD": ("crude", "imports", "10000 tons", "amount_mt", 0.01),
    "China: Output: Natural Gas: YTD": ("gas", "output", "100 million m³", "amount_bcm", 0.1),
    "China: Volume of Imports: Natural Gas: YTD": (
        "gas",
        "imports",
        "100 million m³",
        "amount_bcm",
        0.1,
    ),
    "China: Quantity of Imports: Coal and Lignite": (
        "coal_and_lignite",
        "imports",
        "10000 tons",
        "amount_mt",
        0.01,
    ),
}
LARGEST_AMOUNT = {"amount_mt": 1000.0, "amount_bcm": 500.0}
"""About twice the largest of any year to 2024 (crude imports 564 Mt, gas output 246 bcm)."""


def imports_by_supplier(raw: RawStore) -> pd.DataFrame:
    """China's imports of each fuel by supplier, 2016 and 2018-23, in the fuel's own unit and in
    exajoules.

    Suppliers that the review groups ('West Africa') keep their name and have no ISO3. A zero is as
    published.
    """
    what = "Energy Institute trade movements"
    published = energy_institute.read_china_imports(raw)
    published = published[
        ~published.origin.str.startswith("Source:") & (published.origin != "China")
    ]
    kind = published.fuel + " in " + published.unit
    known = {f"{fuel} in {unit}" for fuel, unit in EJ_PER_UNIT}
    strange = sorted(set(kind) - known)
    if strange:
        raise RawDataError(
            f"{what}: fuels in other units: {strange}", allowed=", ".join(sorted(known))
        )
    amount = to_number(published["value"], what=what)
    per_unit = pd.Series(
        [EJ_PER_UNIT[pair] for pair in zip(published.fuel, published.unit, strict=True)],
        amount.index,
    )
    frame = pd.DataFrame(
        {
            "year": published.year.astype(int),
            "fuel": published.fuel,
            "supplier": to_iso3(published.origin, publisher="energy_institute").fillna(""),
            "supplier_name": published.origin.str.replace(r"[*\d]+$", "", regex=True),
            "amount_mt": amount.where(published.unit == "Mt"),
            "amount_bcm": amount.where(published.unit == "bcm"),
            "energy_ej": (amount * per_unit).round(6),
            "workbook": published.workbook,
        }
    )
    keys = ["year", "fuel", "supplier_name"]
    require_unique(frame, keys, what=what)
    require_not_negative(frame, "energy_ej", keys, what=what)
    _adds_up(frame, what=what)
    return frame[frame.supplier_name != TOTAL_NAME].sort_values(keys).reset_index(drop=True)


def _adds_up(frame: pd.DataFrame, *, what: str) -> None:
    """Stop where suppliers miss the printed total, or a total is larger than can be."""
    is_total = frame.supplier_name == TOTAL_NAME
    totals = frame[is_total].set_index(["year", "fuel"]).energy_ej
    sums = frame[~is_total].groupby(["year", "fuel"]).energy_ej.sum()
    both = pd.DataFrame({"total": totals, "suppliers": sums}).reset_index()
    off = (both.suppliers / both.total - 1).abs()
    broken = both[off.isna() | (off > TOTAL_TOLERANCE) | (both.total > LARGEST_EJ)]
    if len(broken):
        raise RawDataError(
            f"{what}: suppliers miss the total, or a unit has slipped (EJ):"
            f" {offenders(broken, list(both.columns))}"
        )


def fossil_imports_from_russia(raw: RawStore) -> pd.DataFrame:
    """China's imports of fossil fuels from Russia by month: value and, where customs gave it,
    weight.

    A published 0.00 means none or not reported, so it is missing here; a row without either figure
    is left out.
    """
    what = "customs fuels from Russia"
    published = china_fuels.read_from_russia(raw)
    parts = [_fuel(published, name, fuel, what=what) for name, fuel in FUELS.items()]
    frame = pd.concat(parts, ignore_index=True).dropna(
        subset=["value_usd_mn", "amount_kt"], how="all"
    )
    keys = ["year", "month", "fuel"]
    require_unique(frame, keys, what=what)
    for column in ("value_usd_mn", "amount_kt"):
        require_not_negative(frame, column, keys, what=what)
    price = frame.value_usd_mn / frame.amount_kt * 1000
    slipped = frame[price.notna() & ~price.between(*PRICE_RANGE_USD_T)]
    if len(slipped):
        found = offenders(slipped, [*keys, "value_usd_mn", "amount_kt"])
        raise RawDataError(
            f"{what}: a tonne costs less or more than {PRICE_RANGE_USD_T} USD, so a unit has"
            f" slipped: {found}"
        )
    frame["part_of"] = frame.fuel.isin(PARTS_OF_COAL).map({True: "coal", False: ""})
    return (
        frame[[*keys, "part_of", "value_usd_mn", "amount_kt"]]
        .sort_values(keys)
        .reset_index(drop=True)
    )


def _fuel(published: pd.DataFrame, name: str, fuel: str, *, what: str) -> pd.DataFrame:
    volume, value = (
        f"China: {kind} of Imports: {name}: Russian Federation" for kind in ("Volume", "Value")
    )
    units = published.set_index("Name").T["Unit"]
    if units[volume] not in TONNES or units[value] != "USD":
        raise RawDataError(
            f"{what}: {fuel} is in '{units[volume]}' and '{units[value]}'",
            allowed="ton or kg, and USD",
        )
    months = _months(published)
    tonnes = _reported(months[volume], what=what) * TONNES[units[volume]]
    return pd.DataFrame(
        {
            "year": months["Name"].str.slice(0, 4).astype(int),
            "month": months["Name"].str.slice(5).astype(int),
            "fuel": fuel,
            "value_usd_mn": (_reported(months[value], what=what) / 1e6).round(6),
            "amount_kt": (tonnes / 1000).round(6),
        }
    )


def _months(published: pd.DataFrame) -> pd.DataFrame:
    """Rows of months, without those that describe the series."""
    return published[published["Name"].str.fullmatch(r"\d{4}-\d{2}")]


def _reported(text: pd.Series, *, what: str) -> pd.Series:
    """Numbers printed as '3,743,701.00 '; 0.00 is none or not reported, so missing."""
    numbers = to_number(text.str.replace(",", "").str.strip(), what=what)
    return numbers.where(numbers != 0)


def oil_product_imports(raw: RawStore) -> pd.DataFrame:
    """China's imports of medium and heavy oils (HS 2710.19) by partner, 2014-24, customs value."""
    what = "Comtrade oil products"
    published = comtrade.read_oil_products(raw)
    frame = pd.DataFrame(
        {
            "year": published.year.astype(int),
            "supplier": to_iso3(published.partner, publisher="comtrade").fillna(""),
            "supplier_name": published.partner,
            "value_usd_mn": (to_number(published.value_usd, what=what) / 1e6).round(6),
        }
    )
    keys = ["year", "supplier_name"]
    require_unique(frame, keys, what=what)
    require_not_negative(frame, "value_usd_mn", keys, what=what)
    printed = (
        (to_number(published.china_total_usd, what=what) / 1e6)
        .groupby(frame.year)
        .agg(["min", "max"])
    )
    sums = frame.groupby("year").value_usd_mn.sum()
    broken = printed[
        (printed["min"] != printed["max"]) | ((sums / printed["max"] - 1).abs() > TOTAL_TOLERANCE)
    ]
    if len(broken):
        raise RawDataError(
            f"{what}: partners miss the printed total of the years {list(broken.index)}"
        )
    return frame.sort_values(keys).reset_index(drop=True)


def fuel_totals(raw: RawStore) -> pd.DataFrame:
    """China's yearly imports and output of crude, gas and coal; cumulative series end in December.

    Coal imports are the sum of twelve months, and a year with a month at 0.00 (not reported) has no
    row.
    """
    what = "China fuel totals"
    published = china_fuels.read_totals(raw)
    units = published.set_index("Name").loc["Unit"]
    mixed = [
        f"{name} in '{units[name]}'" for name, series in SERIES.items() if units[name] != series[2]
    ]
    if mixed:
        raise RawDataError(f"{what}: series in other units: {mixed}")
    months = _months(published)
    require_unique(months, ["Name"], what=what)
    frame = pd.concat([_yearly(months, name, what=what) for name in SERIES], ignore_index=True)
    keys = ["year", "fuel", "flow"]
    for column, largest in LARGEST_AMOUNT.items():
        require_not_negative(frame, column, keys, what=what)
        large = frame[frame[column] > largest]
        if len(large):
            raise RawDataError(
                f"{what}: {column} above {largest:,.0f}: {offenders(large, [*keys, column])}"
            )
    return frame.sort_values(keys).reset_index(drop=True)


def _yearly(months: pd.DataFrame, name: str, *, what: str) -> pd.DataFrame:
    fuel, flow, _, column, scale = SERIES[name]
    values = _reported(months[name], what=what).set_axis(months["Name"])
    year = values.index.str.slice(0, 4).astype(int)
    if name.endswith("YTD"):
        values, year = (
            values[values.index.str.endswith("-12")],
            year[values.index.str.endswith("-12")],
        )
        amounts = values.set_axis(year)
    else:
        amounts = values.groupby(year).sum(min_count=12)
    frame = pd.DataFrame(
        {"year": amounts.index, "fuel": fuel, "flow": flow, "amount_mt": None, "amount_bcm": None}
    )
    frame[column] = (amounts.to_numpy() * scale).round(4)
    frame = frame.astype({"amount_mt": float, "amount_bcm": float})
    return frame.dropna(subset=[column])
