"""The new trade files, each damaged in one way: its table is refused, and every offender named."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import BallastError
from analysis.paths import raw_root
from analysis.sources.source import RawStore
from analysis.tables.build import made
from analysis.tables.recipes import RECIPES

pytestmark = [
    pytest.mark.raw,
    pytest.mark.skipif(
        raw_root() is None, reason="BALLAST_RAW is not set: there are no published files to damage"
    ),
]
FOLDER = "found_2026_11/trade"
Change = Callable[[pd.DataFrame], pd.DataFrame]


def put(new: str, /, **where: str) -> Change:
    """A value put into the column named last, in the rows that have the values named before."""
    *conditions, (column, old) = where.items()

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = frame[column].str.contains(old, regex=True)
        for name, wanted in conditions:
            chosen &= frame[name] == wanted
        assert chosen.any()
        return frame.assign(**{column: frame[column].mask(chosen, new)})

    return change


def times(factor: float, row: int, column: str) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        damaged = frame.copy()
        damaged.loc[row, column] = str(float(damaged.loc[row, column]) * factor)
        return damaged

    return change


def swapped(one: str, other: str) -> Change:
    return lambda frame: frame.rename(columns={one: other, other: one})


def without_zero(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(k=frame.k.str.replace("^0(10620|20810)$", r"\1", regex=True))


def cut(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[: len(frame) // 2]


def doubled(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.head(2)])


BACI = "hs_russia_china/baci_hs17_v202501_china_russia_hs6_2017_2023.csv"
SUMS = "hs_russia_china/baci_china_russia_hs2_hs4_2017_2023.csv"
LIST = "hs_russia_china/bis_common_high_priority_list_50_codes.csv"
TIERS = "hs_russia_china/china_exports_chpl_2017_2023.csv"
SUPPLIERS = "hs_russia_suppliers/baci_v202601_russia_import_shares_top10.csv"
READINGS = "hs_russia_suppliers/derived_china_share_of_russia_imports.csv"
CHAPTERS = "fcs_totals/fcs_hs2_world_2021_2022_usd_mn.csv"
GROUPS = "fcs_totals/fcs_continent_commodity_2022_2024.csv"
PARTNERS = "fcs_totals/fcs_monthly_main_partners_2006_2021.csv"
MONTHS = "monthly_china_russia/china_reported_monthly_2017_2024.csv"
FUELS = "energy/baci_v202601_china_import_shares_top10_hs27.csv"
ELECTRONICS = "electronics_suppliers/baci_v202601_hs85_2024_china_among_suppliers.csv"
UNION = "eu_side/eu27_exports_by_partner_2010_2023_eur.csv"
MEMBERS = "eu_side/eu_members_exports_to_russia_monthly_2019_2024.csv"
CURRENCIES = "press/settlement_bank_of_russia.csv"
CARS = "press/products_2025_2026.csv"
X, M = "china_exports_to_russia_fob_usd_mn", "china_imports_from_russia_cif_usd_mn"
PHONES = "China exports of smartphones to Russia units"
DAMAGES: dict[str, tuple[str, str, Change, str]] = {
    "a code without its leading zero": (
        BACI,
        "trade_by_product",
        without_zero,
        "no code of the Harmonized System.*10620.*20810",
    ),
    "a chapter that does not exist": (
        BACI,
        "trade_by_product",
        put("771010", k="^010620$"),
        "no code of the Harmonized System.*771010",
    ),
    "codes of two editions": (
        BACI,
        "trade_by_product",
        put("851713", t="2023", i="156", k="^851712$"),
        "codes that appear .* two editions .*: CHN, 851713, 2023, 2948",
    ),
    "a code of the later edition": (
        BACI,
        "trade_by_product",
        put("854149", t="2023", i="156", k="^854140$"),
        "exists only in HS 2022 .*: CHN, RUS, 2023, 854149",
    ),
    "tonnes in place of dollars": (
        BACI,
        "trade_by_product",
        swapped("v", "q"),
        "CHN, 2017, 01, .*tonnes stand where dollars should.*: CHN, 2017",
    ),
    "a slipped unit": (BACI, "trade_by_product", times(1000, 5, "v"), "added up: not the figures"),
    "a file cut short": (BACI, "trade_by_product", cut, "added up.*and .* more"),
    "rows given twice": (BACI, "trade_by_product", doubled, "2 duplicate keys .*010620.*010690"),
    "a third country": (BACI, "trade_by_product", put("124", k="010620", i="156"), r"\['124'\]"),
    "a sum that was changed": (
        SUMS,
        "trade_by_product",
        times(1.01, 0, "value_thousand_usd"),
        "value_usd_mn added up: not the figures that were given.*CHN, 2017, 01",
    ),
    "a listed code that is none": (
        LIST,
        "priority_goods",
        put("8542", hs6_hs2022="^854231$"),
        "8542",
    ),
    "a tier that does not exist": (
        LIST,
        "priority_goods",
        put("5", tier="^1$"),
        "tier: isin.*854231",
    ),
    "a tier's sum that was changed": (
        TIERS,
        "priority_goods_exports",
        times(1.01, 6, "tier4B_mn"),
        "priority_goods_exports, tier4B_mn: not the figures that were given.*2023",
    ),
    "a share above 100": (
        SUPPLIERS,
        "russia_suppliers_by_product",
        lambda frame: put("132.42", year="2021", hs="84", rank="1", share_pct=".")(
            put("13242", year="2021", hs="84", rank="1", share_basis_points=".")(frame)
        ),
        "100 % at most .*: 84, 2021, 132.42",
    ),
    "a share typed in two ways": (
        SUPPLIERS,
        "russia_suppliers_by_product",
        put("6400", hs="85", rank="2", share_basis_points="."),
        "two shares of one row: 2021, 85, 2, DEU, 6400, 6.44.*; 2022, 85",
    ),
    "a rank left out": (
        SUPPLIERS,
        "russia_suppliers_by_product",
        lambda frame: frame[(frame["rank"] != "4") | (frame.hs != "87")],
        "not ranks 1 to 10.*87, 2021, 15.2, .*; 87, 2022, .*; 87, 2023, .*; 87, 2024, ",
    ),
    "a typed row without the year of its page": (
        SUPPLIERS,
        "russia_suppliers_by_product",
        put("", hs="8703", rank="10", year="."),
        "a whole number should",
    ),
    "a reading that was changed": (
        READINGS,
        "china_share_of_russias_imports",
        times(1.1, 0, "china_over_fcs_pct"),
        "china_over_fcs_pct: not the figures that were given.*84, 2021, 31.19, 34.32",
    ),
    "a chapter in another unit": (
        CHAPTERS,
        "russia_customs_by_chapter",
        times(1000, 50, "imports_2021"),
        "do not add up to their whole.*2021, imports",
    ),
    "a total of the later release": (
        CHAPTERS,
        "russia_customs_by_chapter",
        put("255305", hs2="TOTAL", imports_2022="."),
        "another unit or release: 2022, imports, 255305.0",
    ),
    "a total of the earlier release": (
        GROUPS,
        "russia_customs_by_group",
        put("259.083", period="2022 Jan-Dec", item="Total", flow="RUS_import", usd_bn="."),
        "another unit or release: group, imports, 2022, Jan-Dec",
    ),
    "a period of another release": (
        GROUPS,
        "russia_customs_by_group",
        put("страны042024.xlsx", item="Asia", source_file="092024"),
        "not the release's own: continent, exports, 2023, Jan-Sep, 2024-04, Asia",
    ),
    "months of a partner in another unit": (
        PARTNERS,
        "russia_customs_monthly_partners",
        times(1000, 20, "usd_mn"),
        "a unit has slipped",
    ),
    "a month as it was announced": (
        MONTHS,
        "china_reported_monthly",
        lambda frame: frame.assign(
            **{
                X: frame[X].mask(frame.month == "2024-06", "9883"),
                M: frame[M].mask(frame.month == "2024-06", "10366"),
            }
        ),
        "a figure of another vintage: exports, 2024, 6, 9883.0; imports, 2024, 6, 10366.0",
    ),
    "months given in billions": (
        MONTHS,
        "china_reported_monthly",
        lambda frame: frame.assign(**{X: (frame[X].astype(float) / 1000).astype(str)}),
        "more than 2% from what China customs announced.*CHN, 2017.*CHN, 2024",
    ),
    "a fuel share above 100": (
        FUELS,
        "china_fuel_suppliers",
        put("20590", year="2024", rank="1", share_basis_points="."),
        "100 % at most .*: 27, 2024, 205.9",
    ),
    "China first by rank alone": (
        ELECTRONICS,
        "electronics_suppliers",
        put("1", importer_iso3="ABW", china_rank="."),
        "the first supplier disagree: ABW, 2024, USA, 1.0.*two shares of one supplier: ABW",
    ),
    "electronics above 100": (
        ELECTRONICS,
        "electronics_suppliers",
        put("10900", importer_iso3="ABW", first_share_basis_points="."),
        "first_share_pct: less_than_or_equal_to.100. fails for ABW, 2024, 109.0",
    ),
    "names that are no countries": (
        UNION,
        "eu_exports_by_partner",
        put("Atlantis", partner_as_printed="^Canada$"),
        "Atlantis",
    ),
    "a partner in another unit": (
        UNION,
        "eu_exports_by_partner",
        put("180000000000000", year="2015", partner_as_printed="China", value_eur="."),
        "'jumps'.*CHN, 2015",
    ),
    "a member's row left out": (
        MEMBERS,
        "eu_exports_to_russia_monthly",
        lambda frame: frame[(frame.reporter != "Germany") | (frame.month != "2022-03-01")],
        "do not add up to their whole.*2022, 3",
    ),
    "a currency of no classification": (
        CURRENCIES,
        "settlement_currencies",
        put("rupee share of imports", series="^rouble share of imp"),
        r"holds the codes \['rupee share of imports'\]",
    ),
    "currencies above 100": (
        CURRENCIES,
        "settlement_currencies",
        put("141.6", period="2024-02", scope="exports", value_pct="."),
        "value_pct: less_than_or_equal_to.100. fails for 2024-02.*141.6",
    ),
    "currencies without address": (
        CURRENCIES,
        "settlement_currencies",
        put("", url="elbalad"),
        "no_address.*yuan share of export.*yuan share of import.*toxic",
    ),
    "cars without address": (
        CARS,
        "press_trade_2025_26",
        put("a newspaper", series=PHONES, url="."),
        f"no_address.*phones, {PHONES}, 2025,.*phones, {PHONES}, 2025 Jan-Aug",
    ),
    "a share of cars above 100": (
        CARS,
        "press_trade_2025_26",
        put("544", series="Chinese brands in the car parc", value="."),
        "beyond 100 percent.*544",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_with_its_offenders(damage: str, tmp_path: Path) -> None:
    file, table, change, said = DAMAGES[damage]
    root = raw_root()
    assert root is not None
    for folder in root.iterdir():
        if folder.name != "found_2026_11":
            os.symlink(folder, tmp_path / folder.name)
    for path in (root / FOLDER).rglob("*.csv"):
        target = tmp_path / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path != root / FOLDER / file:
            os.symlink(path, target)
    published = pd.read_csv(root / FOLDER / file, dtype=str, keep_default_na=False)
    change(published).to_csv(tmp_path / FOLDER / file, index=False)
    with pytest.raises(BallastError, match=said):
        made(table, RECIPES[table], RawStore(tmp_path))
