"""China's energy imports: from Russia by month, oil products by partner, and totals."""

import pandas as pd

from analysis.cleaning.checks import refuse, require_unique, to_number
from analysis.cleaning.declared import tidied
from analysis.errors import RawDataError
from analysis.sources.source import RawStore

TOTAL_TOLERANCE = 1e-3
"""Relative: partners are printed to the dollar and add up to the printed total."""
FUELS = {
    "coal": ("Coal", "ton"),
    "coking_coal": ("Coking Coal", "ton"),
    "steam_coal": ("Steam Coal", "ton"),
    "crude": ("Crude Oil", "kg"),
    "pipeline_gas": ("Pipeline Carried Natural Gas (Gaseous State)", "kg"),
    "lng": ("Liquified Natural Gas (LNG)", "kg"),
}
"""The name of each fuel in its series, and the unit of its weight."""
PARTS_OF_COAL = ("coking_coal", "steam_coal")
KILOTONNES = {"ton": 1e-3, "kg": 1e-6}
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


def _months(raw: RawStore, path: str, units: dict[str, str], *, header: int) -> pd.DataFrame:
    """Monthly series as columns, by month ('2024-01'), each in the unit given; any other stops the
    build. They are printed as '3,743,701.00 ', and 0.00 means none or not reported, so is missing.
    """
    published = raw.csv(path, ", ".join(["Name", *units]), header=header).set_index("Name")
    printed = published.loc["Unit"]
    if mixed := [f"{name} in '{printed[name]}'" for name in units if printed[name] != units[name]]:
        raise RawDataError(f"{path} has series in other units: {mixed}")
    months = published[published.index.str.fullmatch(r"\d{4}-\d{2}")]
    require_unique(months.reset_index(), ["Name"], what=path)
    plain = months.apply(lambda text: text.str.replace(",", "").str.strip())
    numbers = plain.apply(to_number, what=path)
    return numbers.where(numbers != 0)


def fossil_imports_from_russia(raw: RawStore) -> pd.DataFrame:
    """China's imports of fossil fuels from Russia by month: value and, where customs gave it,
    weight; a row without either is left out.
    """
    heading = "China: {} of Imports: {}: Russian Federation"
    values = {heading.format("Value", name): "USD" for name, _ in FUELS.values()}
    weights = {heading.format("Volume", name): unit for name, unit in FUELS.values()}
    path = "energy/China_fossil_fuel_imports_from_Russia.csv"
    months = _months(raw, path, values | weights, header=2)
    parts = [
        pd.DataFrame(
            {
                "year": months.index.str.slice(0, 4).astype(int),
                "month": months.index.str.slice(5).astype(int),
                "fuel": fuel,
                "part_of": "coal" if fuel in PARTS_OF_COAL else "",
                "value_usd_mn": (months[value].to_numpy() / 1e6).round(6),
                "amount_kt": (months[weight].to_numpy() * KILOTONNES[weights[weight]]).round(6),
            }
        )
        for fuel, value, weight in zip(FUELS, values, weights, strict=True)
    ]
    frame = pd.concat(parts).dropna(subset=["value_usd_mn", "amount_kt"], how="all")
    price = frame.value_usd_mn / frame.amount_kt * 1000
    refuse(
        frame[price.notna() & ~price.between(*PRICE_RANGE_USD_T)],
        ["year", "month", "fuel", "value_usd_mn", "amount_kt"],
        f"{path}: a tonne costs less or more than {PRICE_RANGE_USD_T} USD, so a unit has slipped",
    )
    return frame


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
    if broken := sorted(off.index[off | (totals.min() != totals.max())]):
        raise RawDataError(f"{what}: partners miss the printed total of the years {broken}")
    return tidied(published, "china_oil_product_imports")


def fuel_totals(raw: RawStore) -> pd.DataFrame:
    """China's yearly imports and output of crude, gas and coal: cumulative series in December, and
    coal imports as the sum of twelve months (no row for a year with a month not reported).
    """
    units = {name: PRINTED_UNITS[unit][0] for name, (_, _, unit) in SERIES.items()}
    months = _months(raw, "energy/fuel_supply.csv", units, header=1)
    parts = []
    for name, (fuel, flow, unit) in SERIES.items():
        to_date = name.endswith("YTD")
        values = months.loc[months.index.str.endswith("-12") if to_date else slice(None), name]
        by_year = values.groupby(values.index.str.slice(0, 4).astype(int).rename("year"))
        amounts = by_year.sum(min_count=1 if to_date else 12).dropna()
        amounts = (amounts * PRINTED_UNITS[unit][1]).round(4).rename(f"amount_{unit}")
        parts.append(amounts.reset_index().assign(fuel=fuel, flow=flow))
    return pd.concat(parts)
