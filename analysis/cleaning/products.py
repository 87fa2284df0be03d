"""China and Russia by product: what one file alone cannot show, such as sums that another gives and
shares that need two publishers. Each table is first tidied as the catalogue declares.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

import pandas as pd

from analysis.cleaning import customs
from analysis.cleaning.checks import beside, refuse, to_iso3, to_number, together
from analysis.cleaning.declared import declared, tidied
from analysis.countries import text_table
from analysis.paths import DATA
from analysis.sources.source import RawStore

FOLDER = "found_2026_11/trade"
SUPPLIERS = f"{FOLDER}/hs_russia_suppliers/baci_v202601_russia_import_shares_top10.csv"
MACHINES = "68-70,84-97"
"""Russian customs' last group: machines, equipment and vehicles, and other goods with them."""
EXPORTERS = {"CHN_to_RUS": "CHN", "RUS_to_CHN": "RUS"}
SENDERS = {"exports": "CHN", "imports": "RUS"}
"""Whose exports are China's exports and imports."""
MOST_NEW_USD_MN = 1000.0
"""The largest code that came was pipeline gas in 2020 with 796, the largest that went had 201."""
SUM_SLACK = 1e-4
"""Sums of figures printed to a dollar and a kilogram, in millions of dollars and in tonnes."""
OFF_CUSTOMS = 0.15
"""BACI, without freight and of two reports, lies up to 10.5 % below China customs."""
REVISED_BY = 0.02
"""Months as China reported them later add up to within 0.7 % of the first announcement."""
MISNAMED = {"2016Guinea": "Guinea-Bissau"}
"""The file of 2016 is in French but for one name: it has Guinea beside Guinée (901 million euro),
and no Guinea-Bissau; 126 million fits the latter's 117 of 2015 and 148 of 2017."""
PRINTED = 0.06
"""The given figures are rounded to 0.1 million and 0.1 percent."""


def china_russia(raw: RawStore) -> pd.DataFrame:
    """Trade of China and Russia by six-digit product, both ways, once its sums are shown to agree
    with the given sums by chapter and heading, and its years with what China customs announced.
    """
    trade = declared(raw, "trade_by_product")
    years = trade.groupby(["exporter", "year"]).value_usd_mn.sum()
    together(
        partial(_one_edition_or_stop, trade),
        partial(_sums_or_stop, trade, beside(raw)),
        partial(_near_announced_or_stop, years, beside(raw), OFF_CUSTOMS, "trade_by_product"),
    )
    return trade


def _one_edition_or_stop(trade: pd.DataFrame) -> None:
    """Stop where a code comes or goes with a large trade, as the codes that an edition of the
    Harmonized System splits or merges do.
    """
    wide = trade.pivot(index=["exporter", "hs6"], columns="year", values="value_usd_mn")
    for shift, what in ((1, "appear"), (-1, "vanish")):
        moved = wide.notna() & wide.shift(shift, axis=1).isna() & (wide > MOST_NEW_USD_MN)
        moved[wide.columns[0 if shift == 1 else -1]] = False
        refuse(
            wide.where(moved).melt(ignore_index=False, value_name="usd_mn").dropna().reset_index(),
            None,
            f"trade_by_product: codes that {what} from one year to the next with more than"
            f" {MOST_NEW_USD_MN:,.0f} million dollars, so two editions of the Harmonized System"
            " are mixed or rows are missing",
        )


def _given(raw: RawStore, path: str, keys: list[str], columns: Iterable[Any]) -> pd.DataFrame:
    """Figures that were given with the files, by their keys."""
    frame = raw.csv(f"{FOLDER}/{path}", ", ".join([*keys, *columns])).astype({"year": int})
    return frame.set_index(keys).apply(to_number, what=path)


def _as_given_or_stop(ours: pd.DataFrame, given: pd.DataFrame, slack: float, what: str) -> None:
    """Stop where figures worked out here differ by more than the slack from the column of that name
    among those given, naming all.
    """
    checks = []
    for column in ours:
        both = pd.DataFrame({"ours": ours[column], "given": given[column]})
        off = (both.ours - both.given).abs() > slack
        bad = both[off | (both.ours.isna() != both.given.isna())].reset_index()
        said = "not the figures that were given with the file, so one of the two is damaged"
        checks.append(partial(refuse, bad, None, f"{what.format(column)}: {said}"))
    together(*checks)


def _sums_or_stop(trade: pd.DataFrame, raw: RawStore) -> None:
    path = "hs_russia_china/baci_china_russia_hs2_hs4_2017_2023.csv"
    given = _given(raw, path, ["flow", "year", "hs"], ["value_thousand_usd", "quantity_tonnes"])
    given = given.assign(value_usd_mn=given.value_thousand_usd / 1000)
    given = given.rename(index=EXPORTERS, level="flow").rename_axis(["exporter", "year", "hs"])
    ours = pd.concat(
        trade.assign(hs=trade.hs6.str[:digits])
        .groupby(["exporter", "year", "hs"])[["value_usd_mn", "quantity_tonnes"]]
        .sum()
        for digits in (2, 4)
    )
    _as_given_or_stop(ours, given, SUM_SLACK, "trade_by_product, {} added up")


def _near_announced_or_stop(sums: pd.Series, raw: RawStore, most: float, what: str) -> None:
    """Stop where a year's sum (USD million, by exporter and year) is further from what China
    customs announced than ``most`` as a fraction of it.
    """
    known = customs.annual_headlines(raw)
    known = known.assign(exporter=known.flow.map(SENDERS))
    announced = known.groupby(["exporter", "year"]).value_usd_bn.mean().mul(1000)
    both = pd.DataFrame({"sum": sums, "announced": announced}).dropna()
    bad = both[(both["sum"] / both.announced - 1).abs() > most].reset_index()
    said = (
        f"{what}: a year's sum is more than {100 * most:.0f} % from what China customs announced,"
        " USD million, so a unit has slipped, tonnes stand where dollars should, or rows are"
        " missing or doubled"
    )
    refuse(bad, None, said)


def reported_months(raw: RawStore) -> pd.DataFrame:
    """Months as China reported them later, once their years are near the announced ones."""
    months = declared(raw, "china_reported_monthly")
    exporter = months.flow.map(SENDERS).rename("exporter")
    years = months.groupby([exporter, "year"]).value_usd_mn.sum()
    _near_announced_or_stop(years, beside(raw), REVISED_BY, "china_reported_monthly")
    return months


def priority_exports(raw: RawStore) -> pd.DataFrame:
    """China's exports to Russia of the goods of high priority by year and tier: codes that mean the
    same in HS 2017, and with the broader codes for the six others. Both must be the given sums.
    """
    trade = declared(raw, "trade_by_product")
    exports = trade[trade.exporter == "CHN"]
    goods = declared(raw, "priority_goods")
    parents = goods.assign(hs6=goods.hs6_in_hs_2017.str.split("+")).explode("hs6")
    parents = parents.drop_duplicates(["tier", "hs6"])
    both = exports.merge(parents[["hs6", "tier", "counted"]], on="hs6")
    keys = ["year", "tier", "reported_by"]
    frame = pd.DataFrame(
        {
            "value_usd_mn": both[both.counted].groupby(keys).value_usd_mn.sum(),
            "with_parents_usd_mn": both.groupby(keys).value_usd_mn.sum(),
        }
    )
    _given_tiers_or_stop(frame, beside(raw))
    return frame.round(6).reset_index()


def _given_tiers_or_stop(frame: pd.DataFrame, raw: RawStore) -> None:
    sums = frame.groupby("year").sum()
    ours = frame.value_usd_mn.droplevel("reported_by").unstack("tier").add_prefix("tier")
    ours = ours.add_suffix("_mn").assign(
        chpl_same_codes_mn=sums.value_usd_mn, with_broader_parents_mn=sums.with_parents_usd_mn
    )
    path = "hs_russia_china/china_exports_chpl_2017_2023.csv"
    given = _given(raw, path, ["year"], ours)
    _as_given_or_stop(ours, given, PRINTED, "priority_goods_exports, {}")


def china_in_russias_imports(raw: RawStore) -> pd.DataFrame:
    """China's part in Russia's imports by chapter and year, by two readings: BACI's, whose whole
    lacks partners that do not report, and China's exports (FOB) over Russian customs (CIF).
    """
    shares = _ten_largest(raw)
    china = shares[(shares.supplier == "CHN") & (shares.hs.str.len() == 2)]
    mirror = china.rename(columns={"rank": "mirror_rank", "share_pct": "mirror_share_pct"})
    mirror = mirror.set_index(["hs", "year"])[["mirror_rank", "mirror_share_pct"]]
    frame = mirror.join(_over_customs(raw), how="outer")
    frame["customs_release"] = frame.customs_release.fillna("")
    _given_readings_or_stop(frame, beside(raw))
    return frame.reset_index()


def russia_suppliers(raw: RawStore) -> pd.DataFrame:
    """Russia's ten largest suppliers by chapter and year, with the second reading for China."""
    frame = _ten_largest(raw)
    second = _over_customs(raw).over_customs_pct.reset_index().assign(supplier="CHN")
    second = frame[["hs", "year", "supplier"]].merge(second, how="left")
    return frame.assign(over_customs_pct=second.over_customs_pct)


def _ten_largest(raw: RawStore) -> pd.DataFrame:
    """Russia's suppliers as typed, without the second reading."""
    table = "russia_suppliers_by_product"
    published = raw.csv(SUPPLIERS, "year, hs, rank, supplier_iso3, share_basis_points, share_pct")
    points = to_number(published.share_basis_points, what=f"{table}, share_basis_points")
    percent = to_number(published.share_pct, what=f"{table}, share_pct")
    typed_alike = (points / 100 - percent).abs() < PRINTED / 10
    refuse(published[~typed_alike], None, f"{table}: two shares of one row")
    return tidied(published.assign(over_customs_pct=""), table)


def _over_customs(raw: RawStore) -> pd.DataFrame:
    """China's exports over Russia's imports by its own customs, from 2021, by hs and year."""
    totals = _customs_totals(raw)
    trade = declared(raw, "trade_by_product")
    exports = trade[(trade.exporter == "CHN") & (trade.year >= 2021)]
    sums = {
        hs: exports[exports.hs6.str.startswith(_codes(hs))].groupby("year").value_usd_mn.sum()
        for hs in totals.index.unique("hs")
    }
    frame = pd.concat(sums, names=["hs"]).round(6).rename("exports_usd_mn").to_frame().join(totals)
    frame["over_customs_pct"] = (100 * frame.exports_usd_mn / frame.customs_imports_usd_mn).round(2)
    return frame


def _codes(hs: str) -> tuple[str, ...]:
    """Beginnings of the codes in a chapter, in the group of machines, or in the total."""
    machines = tuple(str(chapter) for chapter in (*range(68, 71), *range(84, 98)))
    return {MACHINES: machines, "TOTAL": ("",)}.get(hs, (hs,))


def _customs_totals(raw: RawStore) -> pd.DataFrame:
    """Russia's imports by its own customs, USD million, with the (later) release of each."""
    chapters = declared(raw, "russia_customs_by_chapter").query("flow == 'imports'")
    chosen = {
        hs: chapters[chapters.chapter.isin([*_codes(hs), hs])].groupby("year").value_usd_mn.sum()
        for hs in ("84", "85", "87", MACHINES, "TOTAL")
    }
    early = pd.concat(chosen, names=["hs"]).reset_index().assign(customs_release="2023-03")
    groups = declared(raw, "russia_customs_by_group")
    groups = groups.query("kind == 'group' and flow == 'imports' and months == 'Jan-Dec'")
    late = groups.rename(columns={"item": "hs", "release": "customs_release"})
    late = late[late.hs.isin(chosen)].assign(value_usd_mn=1000 * late.value_usd_bn)
    both = pd.concat([early, late[early.columns]]).drop_duplicates(["hs", "year"], keep="last")
    both = both.rename(columns={"value_usd_mn": "customs_imports_usd_mn"})
    return both.set_index(["hs", "year"]).round(6)


def _given_readings_or_stop(frame: pd.DataFrame, raw: RawStore) -> None:
    names = {
        "mirror_share_pct": "china_share_mirror_pct",
        "exports_usd_mn": "china_value_baci_usd_mn",
        "customs_imports_usd_mn": "fcs_total_cif_usd_mn",
        "over_customs_pct": "china_over_fcs_pct",
    }
    ours = frame[list(names)].rename(columns=names)
    path = "hs_russia_suppliers/derived_china_share_of_russia_imports.csv"
    given = _given(raw, path, ["hs", "year"], ours)
    _as_given_or_stop(ours, given, PRINTED, "china_share_of_russias_imports, {}")


def eu_exports(raw: RawStore) -> pd.DataFrame:
    """Exports of the European Union by partner and year, members marked, one name put right."""
    path = f"{FOLDER}/eu_side/eu27_exports_by_partner_2010_2023_eur.csv"
    published = raw.csv(path, "year, partner_as_printed, value_eur")
    groups = text_table(DATA / "reference" / "groups.csv")
    members = groups.loc[groups.group == "EU27", "iso3"]
    printed = published.partner_as_printed
    published["name_meant"] = (published.year + printed).map(MISNAMED).fillna(printed)
    partner = to_iso3(published.name_meant, publisher="eurostat")
    return tidied(published.assign(member=partner.isin(members)), "eu_exports_by_partner")
