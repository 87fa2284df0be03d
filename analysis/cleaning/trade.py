"""Trade tables from raw: ISO3, explicit flow and basis, aggregates out, damaged rows declared."""

from __future__ import annotations

import pandas as pd

from analysis.cleaning import lints
from analysis.cleaning.checks import (
    from_imf_codes,
    require_not_negative,
    require_scale,
    require_unique,
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
BASIS = {"exports": "FOB", "imports": "CIF"}
LARGEST_TOTAL_USD_MN = 5e6
"""No country has yet exported or imported goods of 5 trillion dollars in a year."""
FIRST_ESTIMATED_YEAR = 2022
"""Russia stopped publishing partner detail early in 2022, so the IMF's later figures for it are estimates."""
CUSTOMS_YUAN_PER_USD_2024 = 7.1157
"""China customs converts month by month at its own rates; this is what its announced totals of 2024 imply,
1.1 % below the Federal Reserve's average of daily rates."""
WORLD_USD_MN = (1e7, 5e7)
"""Half and twice the 24.9 trillion dollars that UNCTAD gives for the exports of 2022, roughly."""
STAFF_ESTIMATE = "SE"
"""Beginning of the codes by which the IMF marks its staff's estimates (code list CL_DERIVATION_TYPE)."""
WATCHED = ("CHN", "RUS")
"""Reporters whose every jump is looked at: the claims rest on their figures."""
JUMP_KEYS = ["reporter", "partner", "flow", "year"]


def _checked(frame: pd.DataFrame, *, what: str) -> pd.DataFrame:
    require_unique(frame, KEYS, what=what)
    require_not_negative(frame, "value_usd_mn", KEYS, what=what)
    require_scale(
        frame, "value_usd_mn", by=["reporter", "flow", "year"], keys=KEYS, largest=LARGEST_TOTAL_USD_MN, what=what
    )
    return frame.sort_values(KEYS).reset_index(drop=True)


def world_panel(raw: RawStore) -> pd.DataFrame:
    """Every reporter and partner, 1960-2020 (IMF DOTS), without aggregates."""
    published = imf.read_dots(raw)
    frame = pd.DataFrame(
        {
            "reporter": to_iso3(published.reporter, publisher="imf_dots"),
            "partner": to_iso3(published.partner, publisher="imf_dots"),
            "flow": published.flow.map(FLOWS),
            "year": published.year.astype("int16"),
            "value_usd_mn": published.value_usd_mn,
            "estimated": published.flag.eq("e").fillna(False).astype(bool),
        }
    ).dropna(subset=["reporter", "partner"])
    frame["basis"] = frame.flow.map(BASIS)
    frame = _checked(frame[[*KEYS, "basis", "value_usd_mn", "estimated"]], what="IMF DOTS")
    lints.require_declared(_watched_jumps(frame), table="trade_annual", lint="jumps", keys=JUMP_KEYS)
    return frame


def _watched_jumps(panel: pd.DataFrame) -> pd.DataFrame:
    """Jumps of the watched reporters that no partner bears out; trade with states that ended is left aside."""
    known = countries()
    ended = known.index[known.successor != ""]
    own = panel[panel.reporter.isin(WATCHED) & ~panel.partner.isin(ended)]
    return lints.unconfirmed_jumps(own, panel[panel.partner.isin(WATCHED)])


def russia_partners(raw: RawStore) -> pd.DataFrame:
    """Russia with every partner, 2016-2024 (IMF IMTS), damaged rows set missing or declared."""
    published = imf.read_imts_russia(raw)
    published = published.assign(partner=from_imf_codes(published["COUNTERPART_COUNTRY.ID"])).dropna(subset="partner")
    years = [column for column in published.columns if column.isdigit()]
    long = published.melt(id_vars=["COUNTRY.ID", "partner", "INDICATOR.ID"], value_vars=years, var_name="year")
    frame = pd.DataFrame(
        {
            "reporter": long["COUNTRY.ID"],
            "partner": long.partner,
            "flow": long["INDICATOR.ID"].map(FLOWS),
            "year": long.year.astype(int),
            "value_usd_mn": to_number(long["value"], what="IMF IMTS Russia"),
        }
    ).dropna(subset=["value_usd_mn"])
    frame = corrected(_checked(frame, what="IMF IMTS Russia"), "trade_russia")
    lints.require_declared(
        lints.jumps(frame, by=["partner", "flow"]), table="trade_russia", lint="jumps", keys=["partner", "flow", "year"]
    )
    frame["basis"] = frame.flow.map(BASIS)
    frame["estimated"] = frame.year >= FIRST_ESTIMATED_YEAR
    return frame[[*KEYS, "basis", "value_usd_mn", "estimated"]]


def china_partners_2024(raw: RawStore) -> pd.DataFrame:
    """China with every partner in 2024 (China customs), in yuan as released and in dollars."""
    published = gacc.read_partners_2024(raw)
    published = published.assign(partner=to_iso3(published.name_en, publisher="gacc")).dropna(subset=["partner"])
    long = published.melt(id_vars="partner", value_vars=["exports_cny_10k", "imports_cny_10k"], var_name="column")
    yuan_mn = to_number(long["value"], what="China customs 2024") / 100
    frame = pd.DataFrame(
        {
            "reporter": "CHN",
            "partner": long.partner,
            "flow": long["column"].str.removesuffix("_cny_10k"),
            "year": 2024,
            "value_cny_mn": yuan_mn,
            "value_usd_mn": (yuan_mn / CUSTOMS_YUAN_PER_USD_2024).round(3),
        }
    )
    frame = frame.dropna(subset=["value_cny_mn"])
    frame["basis"] = frame.flow.map(BASIS)
    return _checked(frame, what="China customs 2024")[[*KEYS, "basis", "value_cny_mn", "value_usd_mn"]]


def exports_2025(raw: RawStore) -> pd.DataFrame:
    """Exports of every reporter in 2025 (IMF IMTS); Russia's rows are marked as estimated.

    The jumps of Russia's and China's exports on 2024 (IMF IMTS and China customs) are looked at.
    """
    published = imf.read_imts_2025(raw)
    frame = pd.DataFrame(
        {
            "reporter": to_iso3(published.exporter, publisher="imf_imts_2025"),
            "partner": to_iso3(published.importer, publisher="imf_imts_2025"),
            "flow": "exports",
            "year": published.year.astype(int),
            "basis": "FOB",
            "value_usd_mn": published.export_fob_usd_mn,
        }
    ).dropna(subset=["reporter", "partner"])
    frame["estimated"] = frame.reporter == "RUS"
    frame = _checked(frame, what="IMF IMTS 2025")
    before = pd.concat([russia_partners(raw), china_partners_2024(raw)])
    both = pd.concat([before[(before.flow == "exports") & (before.year == 2024)], frame[frame.reporter.isin(WATCHED)]])
    found = lints.jumps(both, by=["reporter", "partner"])
    lints.require_declared(found, table="exports_2025", lint="jumps", keys=["reporter", "partner", "year"])
    return frame


def world_totals(raw: RawStore) -> pd.DataFrame:
    """Each reporter's own total with the world, as published (it holds what no partner is named for)."""
    dots = imf.read_dots(raw)
    dots = dots[dots.partner == "World"]
    early = pd.DataFrame(
        {
            "reporter": to_iso3(dots.reporter, publisher="imf_dots"),
            "flow": dots.flow.map(FLOWS),
            "year": dots.year.astype(int),
            "value_usd_mn": dots.value_usd_mn,
            "source": imf.DOTS.key,
        }
    ).dropna(subset=["reporter"])
    imts = imf.read_imts_russia(raw)
    imts = imts[imts["COUNTERPART_COUNTRY.ID"] == "G001"].melt(
        id_vars="INDICATOR.ID", value_vars=[str(year) for year in range(2016, 2025)], var_name="year"
    )
    russia = pd.DataFrame(
        {
            "reporter": "RUS",
            "flow": imts["INDICATOR.ID"].map(FLOWS),
            "year": imts.year.astype(int),
            "value_usd_mn": to_number(imts["value"], what="IMF IMTS Russia"),
            "source": imf.IMTS_RUSSIA.key,
        }
    )
    release = gacc.read_partners_2024(raw)
    total = release.loc[release.name_en == "Total value", ["exports_cny_10k", "imports_cny_10k"]].iloc[0]
    china = pd.DataFrame(
        {
            "reporter": "CHN",
            "flow": ["exports", "imports"],
            "year": 2024,
            "value_usd_mn": (
                to_number(total, what="China customs 2024").to_numpy() / 100 / CUSTOMS_YUAN_PER_USD_2024
            ).round(3),
            "source": gacc.PARTNERS_2024.key,
        }
    )
    frame = pd.concat([early, russia, china], ignore_index=True)
    frame["basis"] = frame.flow.map(BASIS)
    keys = ["source", "reporter", "flow", "year"]
    require_unique(frame, keys, what="world totals")
    return frame[[*keys, "basis", "value_usd_mn"]].sort_values(keys).reset_index(drop=True)


def recent_panel(raw: RawStore) -> pd.DataFrame:
    """Every reporter and partner from 2021, from the fetched vintages of IMF IMTS.

    A figure of more than a billion that the partner's own report does not bear out by a third is marked as
    doubtful and kept; declared corrections of 'trade_recent' are applied first. Rows without a value are left out.
    """
    published = imf.read_imts_recent(raw)
    frame = pd.DataFrame(
        {
            "reporter": from_imf_codes(published.COUNTRY),
            "partner": from_imf_codes(published.COUNTERPART_COUNTRY),
            "flow": published.INDICATOR.map(FLOWS),
            "year": to_number(published.TIME_PERIOD, what="IMF IMTS, TIME_PERIOD"),
            "value_usd_mn": to_number(published.OBS_VALUE.replace("NaN", ""), what="IMF IMTS, OBS_VALUE") / 1e6,
            "derivation": published.DERIVATION_TYPE,
        }
    ).dropna(subset=["reporter", "partner", "value_usd_mn"])
    frame = corrected(_checked(frame.astype({"year": int}), what="fetched IMF IMTS"), "trade_recent")
    world = frame.groupby(["flow", "year"]).value_usd_mn.sum()
    slipped = world[~world.between(*WORLD_USD_MN)]
    if len(slipped):
        raise RawDataError(f"fetched IMF IMTS: world totals that no year had, USD million: {slipped.to_dict()}",
                           allowed=f"{WORLD_USD_MN[0]:,.0f} to {WORLD_USD_MN[1]:,.0f}",
                           do="see whether the IMF still answers in whole dollars")  # fmt: skip
    frame["basis"] = frame.flow.map(BASIS)
    unpublished = (frame.reporter == "RUS") & (frame.year >= FIRST_ESTIMATED_YEAR)
    frame["estimated"] = frame.derivation.str.startswith(STAFF_ESTIMATE) | unpublished
    frame["doubtful"] = lints.contradicted(frame)
    return frame[[*KEYS, "basis", "value_usd_mn", "derivation", "estimated", "doubtful"]]
