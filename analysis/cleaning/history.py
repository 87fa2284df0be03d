"""Trade before the customs and IMF series: Correlates of War."""

import pandas as pd

from analysis.cleaning.checks import checked_flows, to_number
from analysis.cleaning.codes import cow_to_iso3
from analysis.cleaning.corrections import corrected
from analysis.sources.source import RawStore

KEYS = ["reporter", "partner", "flow", "year"]
PLANNED = ("SUN", "CHN", "ALB", "BGR", "CSK", "DDR", "HUN", "POL")
"""States whose trade with one another the compilers' sources miss in 1958-63; every correction is
among them."""
SOVIET_YEARS = (1922, 1991)
"""The publisher's Russia (365) is the Soviet Union in these years, as in the IMF's figures."""
NORTH_YEMEN, YEMEN_UNITED = 678, 1990
"""Both Yemens and their union have rows in 1990, and the union's are the full ones."""


def bilateral_trade(raw: RawStore) -> pd.DataFrame:
    """Imports of every state from every other, 1870-2014 (Correlates of War), without gaps and
    without the false zeros of 1958-63 among planned economies, which data/corrections/ sets
    missing. A zero that remains is as published, and may be doubtful.
    """
    columns = "ccode1, ccode2, year, flow1, flow2"
    published = raw.parquet("cow/cow_dyadic_trade_4.0.parquet", columns)
    ends = (["ccode1", "ccode2", "year", "flow1"], ["ccode2", "ccode1", "year", "flow2"])
    names = ["importer", "exporter", "year", "value_usd_mn"]
    parts = [published[end].set_axis(names, axis=1) for end in ends]
    long = pd.concat(parts, ignore_index=True).dropna(subset=["value_usd_mn"])
    frame = pd.DataFrame(
        {
            "reporter": _states(long.importer, long.year),
            "partner": _states(long.exporter, long.year),
            "flow": "imports",
            "year": long.year.astype(int),
            "value_usd_mn": long.value_usd_mn.astype(float),
        }
    ).dropna(subset=["reporter", "partner"])
    frame = checked_flows(frame, KEYS, what="Correlates of War dyadic trade")
    doubtful = frame.reporter.isin(PLANNED) & frame.partner.isin(PLANNED)
    frame = pd.concat([frame[~doubtful], corrected(frame[doubtful], "cow_trade")])
    return frame.dropna(subset=["value_usd_mn"])


def _states(codes: pd.Series, years: pd.Series) -> pd.Series:
    """ISO3 of trading states, the Soviet Union SUN; North Yemen makes way for Yemen in 1990."""
    iso3 = cow_to_iso3(codes, years, what="Correlates of War trade")
    soviet = (iso3 == "RUS") & years.between(*SOVIET_YEARS)
    return iso3.mask(soviet, "SUN").mask((codes == NORTH_YEMEN) & (years >= YEMEN_UNITED))


def state_totals(raw: RawStore) -> pd.DataFrame:
    """Total imports and exports of every state, 1870-2014 (Correlates of War); gaps have no row."""
    what = "Correlates of War national trade"
    published = raw.csv("cow/cow_national_trade_4.0.csv", "ccode, year, imports, exports")
    numbers = published.apply(to_number, what=what)
    long = numbers.melt(["ccode", "year"], var_name="flow", value_name="value_usd_mn")
    frame = pd.DataFrame(
        {
            "reporter": _states(long.ccode, long.year),
            "flow": long.flow,
            "year": long.year.astype(int),
            "value_usd_mn": long.value_usd_mn.round(3),
        }
    ).dropna(subset=["reporter", "value_usd_mn"])
    return checked_flows(frame, ["reporter", "flow", "year"], what=what)
