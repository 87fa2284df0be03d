"""China's energy imports: by supplier, from Russia by month, oil products by partner, and
totals.
"""

import pandas as pd

from analysis.cleaning.checks import refuse, require_unique, to_code, to_integer, to_iso3, to_number
from analysis.cleaning.declared import tidied
from analysis.errors import RawDataError
from analysis.sources.source import RawStore

EJ_PER_UNIT = {
    "crude in Mt": 0.041868,
    "oil_products in Mt": 0.043,
    "lng in bcm": 0.036,
    "pipeline_gas in bcm": 0.036,
    "coal in Mtoe": 0.041868,
    "coal in EJ": 1.0,
}
"""41.868 GJ to a tonne of crude (one tonne of oil equivalent), 43 GJ to a tonne of products, 36 PJ
to a bcm of gas."""
TOTAL_NAME = "Total imports"
TOTAL_TOLERANCE = 1e-3
"""Relative: suppliers are printed to full precision and add up to the review's own total."""
LARGEST_EJ = 40.0
"""No fuel reached 25 EJ of imports in a year."""
FUELS = {
    "Coal": "coal",
    "Coking Coal": "coking_coal",
    "Steam Coal": "steam_coal",
    "Crude Oil": "crude",
    "Pipeline Carried Natural Gas (Gaseous State)": "pipeline_gas",
    "Liquified Natural Gas (LNG)": "lng",
}
PARTS_OF_COAL = ("coking_coal", "steam_coal")
TONNES = {"ton": 1.0, "kg": 1e-3}
PRICE_RANGE_USD_T = (15.0, 1600.0)
"""Unit values run from 19 (coal, 2002) to 1,445 (LNG, 2022): beyond it a unit has slipped."""
SERIES = {
    "Output: Natural Crude Oil: YTD": ("crude", "output", "mt"),
    "Quantity of Imports: Crude Oil: YTD": ("crude", "imports", "mt"),
    "China: Output: Natural Gas: YTD": ("gas", "output", "bcm"),
    "China: Volume of Imports: Natural Gas: YTD": ("gas", "imports", "bcm"),
    "China: Quantity of Imports: Coal and Lignite": ("coal_and_lignite", "imports", "mt"),
}
PRINTED_UNITS = {"mt": ("10000 tons", 0.01), "bcm": ("100 million m³", 0.1)}


def imports_by_supplier(raw: RawStore) -> pd.DataFrame:
    """China's imports of each fuel by supplier, 2016 and 2018-23, in the fuel's own unit and in
    exajoules.

    Suppliers that the review groups ('West Africa') keep their name and have no ISO3. A zero is as
    published.
    """
    what = "Energy Institute trade movements"
    published = raw.csv(
        "energy/ei_china_imports_by_origin_2016_2023.csv",
        "year, fuel, unit, origin, value, workbook",
    )
    published = published[
        ~published.origin.str.startswith("Source:") & (published.origin != "China")
    ]
    amount = to_number(published["value"], what=what)
    kind = published.fuel + " in " + published.unit
    per_unit = to_code(kind, EJ_PER_UNIT, what=f"{what}, fuel and unit")
    frame = pd.DataFrame(
        {
            "year": to_integer(published.year, what=what),
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
    is_total = frame.supplier_name == TOTAL_NAME
    totals = frame[is_total].set_index(["year", "fuel"]).energy_ej
    sums = frame[~is_total].groupby(["year", "fuel"]).energy_ej.sum()
    both = pd.DataFrame({"total": totals, "suppliers": sums}).reset_index()
    fits = ((both.suppliers / both.total - 1).abs() <= TOTAL_TOLERANCE) & (both.total <= LARGEST_EJ)
    refuse(both[~fits], None, f"{what}: suppliers miss the total, or a unit has slipped (EJ)")
    return frame[~is_total].sort_values(keys)


def fossil_imports_from_russia(raw: RawStore) -> pd.DataFrame:
    """China's imports of fossil fuels from Russia by month: value and, where customs gave it,
    weight.

    A published 0.00 means none or not reported, so it is missing here; a row without either figure
    is left out.
    """
    what = "customs fuels from Russia"
    series = [_series(kind, name) for kind in ("Volume", "Value") for name in FUELS]
    published = raw.csv(
        "energy/China_fossil_fuel_imports_from_Russia.csv", ", ".join(["Name", *series]), header=2
    )
    parts = [_fuel(published, name, fuel, what=what) for name, fuel in FUELS.items()]
    frame = pd.concat(parts).dropna(subset=["value_usd_mn", "amount_kt"], how="all")
    keys = ["year", "month", "fuel"]
    price = frame.value_usd_mn / frame.amount_kt * 1000
    slipped = frame[price.notna() & ~price.between(*PRICE_RANGE_USD_T)]
    refuse(
        slipped,
        [*keys, "value_usd_mn", "amount_kt"],
        f"{what}: a tonne costs less or more than {PRICE_RANGE_USD_T} USD, so a unit has slipped",
    )
    frame["part_of"] = frame.fuel.isin(PARTS_OF_COAL).map({True: "coal", False: ""})
    columns = [*keys, "part_of", "value_usd_mn", "amount_kt"]
    return frame[columns].sort_values(keys)


def _series(kind: str, name: str) -> str:
    """Heading of a fuel's weight ('Volume') or value; rows below it give frequency and unit."""
    return f"China: {kind} of Imports: {name}: Russian Federation"


def _fuel(published: pd.DataFrame, name: str, fuel: str, *, what: str) -> pd.DataFrame:
    volume, value = _series("Volume", name), _series("Value", name)
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
    published = raw.csv(
        "energy/comtrade_china_imports_hs271019_by_partner_2014_2024.csv",
        "year, partner, value_usd, china_total_usd",
    )
    values = to_number(published.value_usd, what=what).groupby(published.year).sum()
    totals = to_number(published.china_total_usd, what=what).groupby(published.year)
    off = (values / totals.max() - 1).abs() > TOTAL_TOLERANCE
    broken = sorted(off.index[off | (totals.min() != totals.max())])
    if broken:
        raise RawDataError(f"{what}: partners miss the printed total of the years {broken}")
    return tidied(published, "china_oil_product_imports")


def fuel_totals(raw: RawStore) -> pd.DataFrame:
    """China's yearly imports and output of crude, gas and coal; cumulative series end in December.

    Coal imports are the sum of twelve months, and a year with a month at 0.00 (not reported) has no
    row.
    """
    what = "China fuel totals"
    published = raw.csv("energy/fuel_supply.csv", ", ".join(["Name", *SERIES]), header=1)
    found = published.set_index("Name").loc["Unit"]
    due = {name: PRINTED_UNITS[unit][0] for name, (_, _, unit) in SERIES.items()}
    if mixed := [f"{name} in '{found[name]}'" for name in due if found[name] != due[name]]:
        raise RawDataError(f"{what}: series in other units: {mixed}")
    months = _months(published)
    require_unique(months, ["Name"], what=what)
    frame = pd.concat([_yearly(months, name, what=what) for name in SERIES])
    return frame.sort_values(["year", "fuel", "flow"])


def _yearly(months: pd.DataFrame, name: str, *, what: str) -> pd.DataFrame:
    fuel, flow, unit = SERIES[name]
    values = _reported(months[name], what=what).set_axis(months["Name"])
    if name.endswith("YTD"):
        values = values[values.index.str.endswith("-12")]
    by_year = values.groupby(values.index.str.slice(0, 4).astype(int))
    amounts = by_year.sum(min_count=1 if name.endswith("YTD") else 12).dropna()
    amounts = (amounts * PRINTED_UNITS[unit][1]).round(4)
    columns = {"amount_mt": float("nan"), "amount_bcm": float("nan"), f"amount_{unit}": amounts}
    frame = pd.DataFrame({"fuel": fuel, "flow": flow, **columns}, index=amounts.index)
    return frame.rename_axis("year").reset_index()
