"""Trade tables from raw: ISO3, explicit flow and basis, aggregates out, damaged rows declared."""

import pandas as pd

from analysis.cleaning import lints
from analysis.cleaning.checks import (
    BASIS,
    beside,
    checked_flows,
    refuse,
    to_code,
    to_integer,
    to_iso3,
    to_number,
)
from analysis.cleaning.corrections import corrected
from analysis.countries import countries
from analysis.errors import RawDataError
from analysis.sources import gacc, imf
from analysis.sources.source import RawStore

KEYS = ["reporter", "partner", "flow", "year"]
FLOWS = {"X_FOB": "exports", "M_CIF": "imports", "XG_FOB_USD": "exports", "MG_CIF_USD": "imports"}
FIRST_ESTIMATED_YEAR = 2022
"""Russia stopped publishing its partners early in 2022: the IMF's later figures are estimates."""
WORLD_CODE = "G001"
CUSTOMS_YUAN_PER_USD_2024 = 7.1157
"""What the totals of 2024 that China customs announced imply, 1.1 % below the average rate."""
ROUNDED_CNY_BN = 0.001
WORLD_USD_MN = (1e7, 5e7)
"""Half and twice the 24.9 trillion dollars that UNCTAD gives for the exports of 2022, roughly."""
STAFF_ESTIMATE = "SE"
"""How the IMF's codes for estimates of its staff begin (code list CL_DERIVATION_TYPE)."""
MOST_OF_OUTPUT = 2.0
"""Kyrgyzstan buys from China 1.3 times its product; nothing but ships comes near to twice."""
SHIP_REGISTERS = ("Marshall Is.", "Liberia")
"""Ships entered in their registers count as exports to them, many times what they produce."""
WATCHED = ("CHN", "RUS")
"""Reporters whose every jump is looked at: the claims rest on their figures."""
Parts = tuple[pd.DataFrame, pd.DataFrame]
"""A reporter's trade with every partner, and its own published totals with the world."""


def _parted(frame: pd.DataFrame, *, what: str) -> Parts:
    """Rows of partners and rows of totals (is_total), once the partners are seen to fit them."""
    totals = frame[frame.is_total].drop(columns=["partner", "is_total"])
    partners = checked_flows(frame.dropna(subset=["partner"]), KEYS, what=what)
    sums = (
        rows.groupby(["reporter", "flow", "year"], observed=True).value_usd_mn.sum()
        for rows in (partners, totals)
    )
    off = lints.parts_against_totals(*sums).reset_index()
    refuse(
        off,
        None,
        f"{what}: {len(off)} totals do not fit the sum of the partners, so a unit has slipped or"
        " rows are missing or doubled",
    )
    return partners, totals


def _of_imf(codes: pd.Series) -> pd.Series:
    """ISO3 of the IMF's codes; missing for its groups of countries, whose codes hold a digit."""
    groups = codes.str.contains(r"\d", na=False)
    return to_iso3(codes[~groups], publisher="imf_imts", coded=True).reindex(codes.index)


def _dots(raw: RawStore) -> Parts:
    """IMF DOTS without aggregates, and totals."""
    published = raw.parquet(
        "imf/dots_world_1960_2020.parquet", "reporter, partner, flow, year, value_usd_mn, flag"
    )
    frame = pd.DataFrame(
        {
            "reporter": to_iso3(published.reporter, publisher="imf_dots"),
            "partner": to_iso3(published.partner, publisher="imf_dots"),
            "flow": to_code(published.flow, FLOWS, what="IMF DOTS"),
            "year": published.year.astype("int16"),
            "value_usd_mn": published.value_usd_mn,
            "estimated": published.flag.eq("e").fillna(False).astype(bool),
            "is_total": published.partner == "World",
        }
    ).dropna(subset=["reporter"])
    return _parted(frame, what="IMF DOTS")


def world_panel(raw: RawStore) -> pd.DataFrame:
    """Every reporter and partner, 1960-2020 (IMF DOTS). Jumps of the watched reporters that no
    partner bears out must be declared, but for those with states that ended.
    """
    frame, _ = _dots(raw)
    ended = countries().index[countries().successor != ""]
    own = frame[frame.reporter.isin(WATCHED) & ~frame.partner.isin(ended)]
    jumps = lints.unconfirmed_jumps(own, frame[frame.partner.isin(WATCHED)])
    lints.require_declared("trade_annual", jumps=(jumps, KEYS))
    return frame


def _imts_russia(raw: RawStore) -> Parts:
    """Russia with every partner (IMF IMTS) as published, and totals."""
    what = "IMF IMTS Russia"
    years = [str(year) for year in range(2016, 2025)]
    keys = ["COUNTRY.ID", "COUNTERPART_COUNTRY.ID", "INDICATOR.ID", "SCALE"]
    columns = ", ".join([*keys, *years])
    published = raw.csv("imf/imts_russia_partners_2016_2024.csv", columns)
    to_code(published.SCALE, {"Millions": "mn"}, what=f"{what}, SCALE")
    long = published.melt(keys, years, "year")
    frame = pd.DataFrame(
        {
            "reporter": to_code(long["COUNTRY.ID"], {"RUS": "RUS"}, what=f"{what}, COUNTRY.ID"),
            "partner": _of_imf(long["COUNTERPART_COUNTRY.ID"]),
            "flow": to_code(long["INDICATOR.ID"], FLOWS, what=f"{what}, INDICATOR.ID"),
            "year": long.year.astype(int),
            "value_usd_mn": to_number(long["value"], what=what),
            "is_total": long["COUNTERPART_COUNTRY.ID"] == WORLD_CODE,
        }
    ).dropna(subset=["value_usd_mn"])
    return _parted(frame, what=what)


def russia_partners(raw: RawStore) -> pd.DataFrame:
    """Russia with every partner, 2016-2024 (IMF IMTS), damaged rows set missing or declared."""
    frame = corrected(_imts_russia(raw)[0], "trade_russia")
    jumps = lints.jumps(frame, by=["partner", "flow"])
    lints.require_declared("trade_russia", jumps=(jumps, ["partner", "flow", "year"]))
    return frame.assign(estimated=frame.year >= FIRST_ESTIMATED_YEAR)


def _customs_2024(raw: RawStore) -> Parts:
    """China with every partner in 2024 (China customs), and totals."""
    what, flows = "China customs 2024", ["exports_cny_10k", "imports_cny_10k"]
    published = raw.csv("gacc/gacc_china_partners_2024_annual.csv", ", ".join(["name_en", *flows]))
    long = published.melt(["name_en"], flows, "column")
    yuan_mn = to_number(long["value"], what=what) / 100
    frame = pd.DataFrame(
        {
            "reporter": "CHN",
            "partner": to_iso3(long.name_en, publisher="gacc"),
            "flow": long["column"].str.removesuffix("_cny_10k"),
            "year": 2024,
            "value_cny_mn": yuan_mn,
            "value_usd_mn": (yuan_mn / CUSTOMS_YUAN_PER_USD_2024).round(3),
            "is_total": long.name_en == "Total value",
        }
    ).dropna(subset=["value_cny_mn"])
    return _parted(frame, what=what)


def china_partners_2024(raw: RawStore) -> pd.DataFrame:
    """China with every partner in 2024 (China customs), in released yuan and in dollars. The row of
    Russia is compared with the monthly table, which came by another way.
    """
    frame, _ = _customs_2024(raw)
    months = gacc.read_monthly(beside(raw))
    december = months[(months.year == "2024") & (months.month == "12")]
    printed = pd.concat([december.cum_x_cny_bn, december.cum_m_cny_bn])
    due = to_number(printed, what="gacc_monthly.csv").set_axis(["exports", "imports"])
    found = frame[frame.partner == "RUS"].set_index("flow").value_cny_mn / 1000
    both = pd.DataFrame({"here": found, "monthly": due})
    refuse(
        both[~((both.here - both.monthly).abs() <= ROUNDED_CNY_BN)].reset_index(),
        None,
        "China customs 2024: trade with Russia is not that of the monthly table (billion yuan)",
        do="see whether columns were exchanged or names have slipped by a row",
    )
    return frame


def exports_2025(raw: RawStore) -> pd.DataFrame:
    """Exports of every reporter in 2025 (IMF IMTS), Russia's marked as estimated; jumps of Russia's
    and China's exports on 2024 must be declared.
    """
    published = raw.parquet(
        "imf/imts_world_exports_2025_edges.parquet", "year, exporter, importer, export_fob_usd_mn"
    )
    frame = pd.DataFrame(
        {
            "reporter": to_iso3(published.exporter, publisher="imf_imts_2025"),
            "partner": to_iso3(published.importer, publisher="imf_imts_2025"),
            "flow": "exports",
            "year": published.year.astype(int),
            "value_usd_mn": published.export_fob_usd_mn,
            "estimated": published.exporter == "Russia",
        }
    ).dropna(subset=["reporter", "partner"])
    frame = checked_flows(frame, KEYS, what="IMF IMTS 2025")
    _within_output_or_stop(published, beside(raw))
    before = pd.concat([russia_partners(beside(raw)), china_partners_2024(beside(raw))])
    before = before[(before.flow == "exports") & (before.year == 2024)]
    after = frame[frame.reporter.isin(WATCHED)]
    one, other = (rows.groupby("reporter").value_usd_mn.sum() for rows in (before, after))
    if bad := [reporter for reporter, ratio in (other / one).items() if not 0.5 < ratio < 2]:
        raise RawDataError(
            f"exports of {bad} doubled or halved from 2024 to 2025, so a unit has slipped"
        )
    jumps = lints.jumps(pd.concat([before, after]), by=["reporter", "partner"])
    lints.require_declared("exports_2025", jumps=(jumps, ["reporter", "partner", "year"]))
    return frame


def _within_output_or_stop(published: pd.DataFrame, raw: RawStore) -> None:
    """Stop where a flow is more than ``MOST_OF_OUTPUT`` times the product of the smaller of its two
    economies, since the carrier gives no totals; a slip in a small flow stays unseen.
    """
    output = raw.csv("imf/imts_world_exports_2025_nodes.csv", "id, gdp_usd_mn_wb_latest")
    gdp = to_number(output.set_index("id").gdp_usd_mn_wb_latest, what="IMF IMTS 2025, GDP")
    ends = pd.DataFrame({end: published[end].map(gdp) for end in ("exporter", "importer")})
    ships = published.exporter.isin(SHIP_REGISTERS) | published.importer.isin(SHIP_REGISTERS)
    refuse(
        published[(published.export_fob_usd_mn > MOST_OF_OUTPUT * ends.min(axis=1)) & ~ships],
        ["exporter", "importer", "export_fob_usd_mn"],
        "IMF IMTS 2025: more than twice a country's whole product, so a unit has slipped",
    )


def world_totals(raw: RawStore) -> pd.DataFrame:
    """Each reporter's own total with the world, as published."""
    sources = {"imf_dots": _dots, "imf_imts_russia": _imts_russia, "gacc_2024": _customs_2024}
    totals = [read(raw)[1].assign(source=source) for source, read in sources.items()]
    frame = pd.concat(totals).astype({"year": int})
    return frame.assign(basis=frame.flow.map(BASIS))


def recent_panel(raw: RawStore) -> pd.DataFrame:
    """Every reporter and partner from 2021, from the fetched vintages of IMF IMTS; rows without a
    value are left out. A figure of more than a billion of which the partner's own report is less
    than a third is kept and marked as doubtful.
    """
    what, published = "fetched IMF IMTS", imf.read_imts_recent(raw)
    # series without observations are passed over
    published = published[(published.TIME_PERIOD != "") | (published.OBS_VALUE != "")]
    dollars = to_number(published.OBS_VALUE.replace("NaN", ""), what=f"{what}, OBS_VALUE")
    frame = pd.DataFrame(
        {
            "reporter": _of_imf(published.COUNTRY),
            "partner": _of_imf(published.COUNTERPART_COUNTRY),
            "flow": to_code(published.INDICATOR, FLOWS, what=f"{what}, INDICATOR"),
            "year": to_integer(published.TIME_PERIOD, what=f"{what}, TIME_PERIOD"),
            "value_usd_mn": dollars / 1e6,
            "derivation": published.DERIVATION_TYPE,
        }
    ).dropna(subset=["reporter", "partner", "value_usd_mn"])
    frame = corrected(checked_flows(frame, KEYS, what=what), "trade_recent")
    world = frame.groupby(["flow", "year"]).value_usd_mn.sum()
    refuse(
        world[~world.between(*WORLD_USD_MN)].reset_index(),
        None,
        f"{what}: world totals that no year had, beyond {WORLD_USD_MN} USD million",
        do="see whether the IMF still answers in whole dollars",
    )
    unpublished = (frame.reporter == "RUS") & (frame.year >= FIRST_ESTIMATED_YEAR)
    estimated = frame.derivation.str.startswith(STAFF_ESTIMATE) | unpublished
    return frame.assign(estimated=estimated, doubtful=lints.contradicted(frame))
