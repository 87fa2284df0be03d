"""Trade before the customs and IMF series: Correlates of War, RICardo, and scattered Sino-Soviet
figures.
"""

from __future__ import annotations

import pandas as pd

from analysis.cleaning.checks import (
    offenders,
    require_not_negative,
    require_scale,
    require_unique,
    to_number,
)
from analysis.cleaning.codes import cow_to_iso3
from analysis.cleaning.corrections import corrected
from analysis.errors import RawDataError
from analysis.sources import collected, cow_trade, ricardo
from analysis.sources.source import RawStore

KEYS = ["reporter", "partner", "flow", "year"]
LARGEST_TOTAL_USD_MN = 5e6
"""No country imported or exported goods of 5 trillion dollars in a year up to 2014."""
LARGEST_FLOW_GBP = 5e7
"""The largest flow between Russia and China before 1939 is below 20 million pounds."""
LARGEST_TURNOVER_USD_MN = 2e4
"""Sino-Soviet trade never reached a third of this."""
GRADES = {"A": "official or scholarly", "B": "book, history site or press", "C": "popular"}
NEVER_USED = "D"
PLANNED = ("SUN", "CHN", "ALB", "BGR", "CSK", "DDR", "HUN", "POL")
"""States whose trade with one another the compilers' sources miss in 1958-63; every correction is
among them."""
SOVIET_YEARS = (1922, 1991)
"""The publisher's Russia (365) is the Soviet Union in these years, as in the IMF's figures."""
NORTH_YEMEN, YEMEN_UNITED = 678, 1990
"""Both Yemens and their union have rows in 1990, and the union's are the full ones."""
NOT_AN_OUTTURN = "plan|forecast|target|expected"


def bilateral_trade(raw: RawStore) -> pd.DataFrame:
    """Imports of every state from every other, 1870-2014 (Correlates of War), without false zeros
    and gaps.

    The false zeros of 1958-63 between the Soviet Union or China and other planned economies are set
    missing in data/corrections/, and a missing value has no row. A zero that remains is as
    published, and may be doubtful.
    """
    published = cow_trade.read_dyadic(raw)
    ends = {"flow1": ("ccode1", "ccode2"), "flow2": ("ccode2", "ccode1")}
    parts = [
        published[[importer, exporter, "year", flow]].set_axis(
            ["importer", "exporter", "year", "value_usd_mn"], axis=1
        )
        for flow, (importer, exporter) in ends.items()
    ]
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
    frame = _checked(frame, KEYS, what="Correlates of War dyadic trade")
    doubtful = frame.reporter.isin(PLANNED) & frame.partner.isin(PLANNED)
    frame = pd.concat([frame[~doubtful], corrected(frame[doubtful], "cow_trade")])
    return frame.dropna(subset=["value_usd_mn"]).sort_values(KEYS).reset_index(drop=True)


def _states(codes: pd.Series, years: pd.Series) -> pd.Series:
    """ISO3 of trading states: the Soviet Union is SUN, and North Yemen makes way for Yemen in
    1990.
    """
    iso3 = cow_to_iso3(codes, years, what="Correlates of War trade")
    soviet = (iso3 == "RUS") & years.between(*SOVIET_YEARS)
    return iso3.mask(soviet, "SUN").mask((codes == NORTH_YEMEN) & (years >= YEMEN_UNITED))


def state_totals(raw: RawStore) -> pd.DataFrame:
    """Total imports and exports of every state, 1870-2014 (Correlates of War); gaps have no row."""
    published = cow_trade.read_national(raw)
    code = to_number(published.ccode, what="Correlates of War national trade")
    year = to_number(published.year, what="Correlates of War national trade")
    parts = [
        pd.DataFrame(
            {
                "reporter": _states(code, year),
                "flow": flow,
                "year": year.astype(int),
                "value_usd_mn": (
                    to_number(published[flow], what="Correlates of War national trade").round(3)
                ),
            }
        )
        for flow in ("exports", "imports")
    ]
    frame = pd.concat(parts, ignore_index=True).dropna(subset=["reporter", "value_usd_mn"])
    return _checked(frame, ["reporter", "flow", "year"], what="Correlates of War national trade")


def _checked(frame: pd.DataFrame, keys: list[str], *, what: str) -> pd.DataFrame:
    require_unique(frame, keys, what=what)
    require_not_negative(frame, "value_usd_mn", keys, what=what)
    group = ["reporter", "flow", "year"]
    require_scale(
        frame, "value_usd_mn", by=group, keys=keys, largest=LARGEST_TOTAL_USD_MN, what=what
    )
    return frame.sort_values(keys).reset_index(drop=True)


def russia_china_1827_1938(raw: RawStore) -> pd.DataFrame:
    """Trade of Russia with China as each side's books had it, in pounds; several sources may give
    one flow.

    Parts of Russia and routes keep their names; French Indochina and undivided Europe are left out.
    """
    published = ricardo.read_flows(raw)
    published = published[~published.par.isin(["Europe & European Russia", "French Indochina"])]
    published = published[published.rep != "French Indochina"]
    direction = published.export_import.str.lower().map({"exp": "exports", "imp": "imports"})
    if direction.isna().any():
        raise RawDataError(
            f"RICardo names directions {sorted(set(published.export_import[direction.isna()]))}"
        )
    frame = pd.DataFrame(
        {
            "reporter": published.rep.str.contains("China").map({True: "CHN", False: "RUS"}),
            "reporting_area": published.rep,
            "partner_area": published.par,
            "flow": direction,
            "year": to_number(published.year, what="RICardo").astype(int),
            "value_gbp_mn": (to_number(published.flow_gbp, what="RICardo") / 1e6).round(6),
            "general_special": published.special_general.str.lower().str.slice(0, 3).map(
                {"gen": "general", "spe": "special", "?": "", "": ""}
            ),
            "note": published.notes,
            "source_volume": published.source,
        }
    ).dropna(subset=["value_gbp_mn"])  # fmt: skip
    keys = ["reporting_area", "partner_area", "flow", "year", "source_volume"]
    require_unique(frame, keys, what="RICardo")
    require_not_negative(frame, "value_gbp_mn", keys, what="RICardo")
    large = frame[frame.value_gbp_mn > LARGEST_FLOW_GBP / 1e6]
    if len(large):
        raise RawDataError(
            f"RICardo has flows too large to be true: {offenders(large, [*keys, 'value_gbp_mn'])}"
        )
    return frame.sort_values(["reporter", *keys]).reset_index(drop=True)


def sino_soviet_trade(raw: RawStore) -> pd.DataFrame:
    """Scattered figures of Sino-Soviet trade, 1947-92, with quality, quotation and address.

    Rows of quality D are left out. Nothing is converted: usd_mn is filled only where the page gives
    dollars.
    """
    published = collected.read_sino_soviet(raw)
    published = published[~published.quality.str.startswith(NEVER_USED)]
    unknown = sorted(set(published.quality.str.slice(0, 1)) - set(GRADES))
    without = published[~published.url.str.startswith("http")]
    if unknown or len(without):
        raise RawDataError(
            f"Sino-Soviet figures of unknown quality {unknown} or without an address: "
            f"{offenders(without, ['year', 'measure', 'source'])}",
            allowed=", ".join([*GRADES, NEVER_USED]),
        )
    frame = pd.DataFrame(
        {
            "year": to_number(published.year, what="Sino-Soviet trade").astype(int),
            "period": published.period_note,
            "measure": published.measure,
            "value": to_number(published.value, what="Sino-Soviet trade"),
            "unit": published.unit,
            "usd_mn": to_number(published.usd_million, what="Sino-Soviet trade"),
            "outturn": (
                ~published.period_note.str.contains(NOT_AN_OUTTURN)
                & ~published.unit.str.contains("forecast")
            ),
            "grade": published.quality.str.slice(0, 1),
            "publisher": published.source,
            "url": published.url,
            "quote": published.evidence,
        }
    )
    _dollars_or_stop(frame)
    keys = ["year", "period", "measure", "unit", "publisher"]
    require_unique(frame, keys, what="Sino-Soviet trade")
    require_not_negative(frame, "value", keys, what="Sino-Soviet trade")
    return frame.sort_values(keys).reset_index(drop=True)


def _dollars_or_stop(frame: pd.DataFrame) -> None:
    """Stop where a figure printed in dollars is not the one in usd_mn, or is too large to be in
    millions.
    """
    printed = frame[frame.unit.str.startswith("million USD")]
    mixed = printed[~printed.value.eq(printed.usd_mn)]
    large = frame[frame.usd_mn > LARGEST_TURNOVER_USD_MN]
    bad = pd.concat([mixed, large])
    if len(bad):
        raise RawDataError(
            "Sino-Soviet figures whose dollars differ from the printed value or exceed"
            f" {LARGEST_TURNOVER_USD_MN:,.0f} million:"
            f" {offenders(bad, ['year', 'measure', 'value', 'unit', 'usd_mn'])}"
        )
