"""Each kind of damage to a raw file of trade, customs or prices stops its table and names every
offender."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from analysis.cleaning import customs, trade
from analysis.errors import BallastError, RawDataError
from analysis.sources.source import RawStore
from analysis.tables.build import made
from analysis.tables.recipes import RECIPES
from tests.raw_files import (
    ANNUAL,
    BRENT,
    DEFLATORS,
    DOTS,
    EDGES,
    MONTHLY,
    NODES,
    PARTNERS,
    RATES,
    RUSSIA,
    TABLES,
    YUAN,
)

Build = Callable[[RawStore], pd.DataFrame]
BUILDERS: dict[str, Build] = {
    file: partial(made, table, RECIPES[table]) for file, table in TABLES.items()
}
CSV_FILES = [file for file in BUILDERS if file.endswith(".csv")]
NUMBER = {
    DOTS: "value_usd_mn",
    RUSSIA: "2023",
    EDGES: "export_fob_usd_mn",
    NODES: "gdp_usd_mn_wb_latest",
    ANNUAL: "total_usd_bn",
    MONTHLY: "cum_x_usd_bn",
    YUAN: "yoy_pct_yuan",
    PARTNERS: "exports_cny_10k",
    RATES: "Exchange rate",
    DEFLATORS: "cpi_u_1982_84eq100",
    BRENT: "Price",
}
URL = "https://example.org/report"


def dots() -> pd.DataFrame:
    """Two years of Russia, China and Germany with each other, and their totals with the world."""
    names = {"RUS": "Russian Federation", "CHN": "China, P.R.: Mainland", "DEU": "Germany"}
    rows = []
    for year, size in ((2019, 1.0), (2020, 1.25)):
        for reporter in names:
            for flow, level in (("X_FOB", 40_000.0), ("M_CIF", 60_000.0)):
                values = {partner: level * size for partner in names if partner != reporter}
                rows += [
                    (names[reporter], names[p], flow, year, value) for p, value in values.items()
                ]
                rows.append((names[reporter], "World", flow, year, sum(values.values())))
    frame = pd.DataFrame(rows, columns=["reporter", "partner", "flow", "year", "value_usd_mn"])
    return frame.assign(flag="")


def russia() -> pd.DataFrame:
    """Russia with China, Germany and the world in each year, in million dollars."""
    rows = []
    for flow, level in (("XG_FOB_USD", 50_000), ("MG_CIF_USD", 70_000)):
        for code, share in (("CHN", 0.5), ("DEU", 0.5), ("G001", 1.0)):
            years = {
                str(year): str(level * share * (1 + 0.1 * (year - 2016)))
                for year in range(2016, 2025)
            }
            rows.append(
                {
                    "COUNTRY.ID": "RUS",
                    "INDICATOR.ID": flow,
                    "COUNTERPART_COUNTRY.ID": code,
                    "COUNTERPART_COUNTRY": code,
                    "SCALE": "Millions",
                    **years,
                }
            )
    return pd.DataFrame(rows)


def months() -> pd.DataFrame:
    """Three months of 2024 to date, December agreeing with the annual list and with the customs
    table."""
    columns = (
        "year month cum_total_usd_bn month_total_usd_bn how_total cum_x_usd_bn month_x_usd_bn how_x"
        " cum_m_usd_bn month_m_usd_bn how_m url_cum note_cum url_month note_month month_x_cny_bn"
        " month_m_cny_bn cum_x_cny_bn cum_m_cny_bn note_cny"
    )
    figures = [
        ("2", "30.0", "12.0", "18.0"),
        ("3", "45.0", "18.5", "26.5"),
        ("12", "200.0", "80.0", "120.0"),
    ]
    rows = [
        {
            "year": "2024",
            "month": month,
            "cum_total_usd_bn": total,
            "cum_x_usd_bn": x,
            "cum_m_usd_bn": m,
            "cum_x_cny_bn": str(float(x) * 7.1),
            "cum_m_cny_bn": str(float(m) * 7.1),
            "url_cum": URL,
        }
        for month, total, x, m in figures
    ]
    rows[1] |= {
        "month_total_usd_bn": "15.0",
        "month_x_usd_bn": "6.5",
        "month_m_usd_bn": "8.5",
        "url_month": URL,
    }
    rows[1] |= {
        "month_x_cny_bn": "46.15",
        "how_total": "reported",
        "how_x": "reported",
        "how_m": "reported",
    }
    return pd.DataFrame([{name: row.get(name, "") for name in columns.split()} for row in rows])


def annual() -> pd.DataFrame:
    """China's reports to the IMF of 2019 and 2020 (those of DOTS above) and headlines of 2020, 2023
    and 2024."""
    head = {"url": URL, "note": ""}
    rows = [
        (2019, "100.0", "40.0", "60.0", customs.DOTS_BASIS),
        (2020, "125.0", "50.0", "75.0", customs.DOTS_BASIS),
        (2020, "125.1", "50.1", "75.0", "GACC (news report)"),
        (2023, "180.0", "75.0", "105.0", "GACC (news report)"),
        (2024, "200.0", "80.0", "120.0", "GACC (news report)"),
    ]
    columns = [
        "year",
        "total_usd_bn",
        "cn_exports_to_ru_usd_bn",
        "cn_imports_from_ru_usd_bn",
        "basis",
    ]
    return pd.DataFrame([dict(zip(columns, row, strict=True)) | head for row in rows])


def sound() -> dict[str, pd.DataFrame]:
    """The smallest raw store from which every table of trade, customs and prices can be built."""
    rates = [
        (f"{year}-01-01", c, r)
        for year in range(2018, 2026)
        for c, r in (("China", "7.1"), ("Japan", "140.0"))
    ]
    brent = [(f"2024-{month:02d}-15", str(80 + month)) for month in range(1, 13)]
    flows = [
        ("Russia", "China", 90_000.0),
        ("China", "Russia", 85_000.0),
        ("Germany", "China", 70_000.0),
        ("Russia", "Germany", 40_000.0),
        ("China", "Germany", 990_000.0),
    ]
    gdp = [("Russia", "2e6"), ("China", "1.9e7"), ("Germany", "4.5e6")]
    named = [
        ("Total value", "9e8", "9.52e8"),
        ("Asia", "9e8", "9e8"),
        ("Russia", "56800000", "85200000"),
        ("Germany", "8e8", "8e8"),
    ]
    return {
        DOTS: dots(),
        RUSSIA: russia(),
        EDGES: pd.DataFrame(flows, columns=["exporter", "importer", "export_fob_usd_mn"]).assign(
            year=2025
        ),
        NODES: pd.DataFrame(gdp, columns=["id", "gdp_usd_mn_wb_latest"]),
        ANNUAL: annual(),
        MONTHLY: months(),
        YUAN: pd.DataFrame(
            {
                "month": ["2025-03", "2025-04"],
                "china_flow": "exports",
                "value_cny_bn_reported": ["50.77", ""],
                "yoy_pct_yuan": ["10.0", "-4.0"],
                "url": URL,
            }
        ),
        PARTNERS: pd.DataFrame(
            named, columns=["name_en", "exports_cny_10k", "imports_cny_10k"]
        ).assign(pos="1"),
        RATES: pd.DataFrame(rates, columns=["Date", "Country", "Exchange rate"]),
        DEFLATORS: pd.DataFrame(
            {
                "year": ["2022", "2023", "2024"],
                "gdp_deflator_2017eq100": ["117", "122", "125"],
                "cpi_u_1982_84eq100": ["292", "304", "313"],
                "cpi_months": "12",
            }
        ),
        BRENT: pd.DataFrame(brent, columns=["Date", "Price"]),
    }


@pytest.fixture(autouse=True)
def nothing_announced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No announced growth: that of the project concerns its own levels."""
    listed = tmp_path / "announced_growth.csv"
    listed.write_text("year,month,flow,growth_pct,currency,url\n")
    monkeypatch.setattr("analysis.cleaning.announced.GROWTH", listed)


@pytest.fixture
def trade_store(tmp_path: Path) -> Callable[..., RawStore]:
    """A function that writes the sound files, with changed ones in their place."""

    def written(changed: dict[str, pd.DataFrame] | None = None) -> RawStore:
        for relative, frame in {**sound(), **(changed or {})}.items():
            path = tmp_path / "raw" / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".parquet":
                frame.to_parquet(path)
            else:
                frame.to_csv(path, index=False)
        return RawStore(tmp_path / "raw")

    return written


Store = Callable[..., RawStore]


def edited(file: str, row: int, column: str, value: object) -> dict[str, pd.DataFrame]:
    """The sound file with one cell changed."""
    frame = sound()[file]
    frame.loc[frame.index[row], column] = value
    return {file: frame}


def times_thousand(file: str, row: int) -> dict[str, pd.DataFrame]:
    """The sound file with one figure a thousand times too large."""
    column = NUMBER[file]
    value = sound()[file][column].iloc[row]
    slipped = 1000 * float(value)
    return edited(file, row, column, slipped if file.endswith(".parquet") else str(slipped))


@pytest.mark.parametrize("file", BUILDERS)
def test_sound_files_build(trade_store: Store, file: str) -> None:
    assert len(BUILDERS[file](trade_store())) >= 1


def test_sound_files_build_the_mirror_and_the_totals(trade_store: Store) -> None:
    mirror = customs.russia_china_mirror(trade_store()).set_index(["direction", "year"])
    assert mirror.loc[("RUS to CHN", 2020), "mirror_gap_pct"] == pytest.approx(
        100 * (75 / 35 - 1), abs=0.01
    )
    assert len(trade.world_totals(trade_store())) == 12 + 18 + 2


@pytest.mark.parametrize("file", BUILDERS)
def test_a_missing_file_is_named(trade_store: Store, file: str) -> None:
    raw = trade_store()
    (raw.root / file).unlink()
    with pytest.raises(RawDataError, match=file.replace(".", r"\.") + " is missing"):
        BUILDERS[file](raw)


@pytest.mark.parametrize("file", BUILDERS)
def test_a_renamed_column_is_named(trade_store: Store, file: str) -> None:
    changed = {file: sound()[file].rename(columns={NUMBER[file]: "renamed"})}
    with pytest.raises(RawDataError, match=rf"lacks the columns \['{NUMBER[file]}'\].*'renamed'"):
        BUILDERS[file](trade_store(changed))


@pytest.mark.parametrize("file", BUILDERS)
def test_a_file_cut_to_nothing_or_to_its_header_cannot_be_read(
    trade_store: Store, file: str
) -> None:
    raw = trade_store()
    path = raw.root / file
    whole = path.read_bytes()
    for kept in (b"", whole.partition(b"\n")[0]):
        path.write_bytes(kept)
        with pytest.raises(RawDataError, match=r"cannot be read|a header and no rows"):
            BUILDERS[file](raw)


@pytest.mark.parametrize("file", [DOTS, EDGES])
def test_a_cut_parquet_file_cannot_be_read(trade_store: Store, file: str) -> None:
    raw = trade_store()
    path = raw.root / file
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RawDataError, match="may be truncated"):
        BUILDERS[file](raw)


@pytest.mark.parametrize("file", CSV_FILES)
@pytest.mark.parametrize("text", ["1,234.5", "nan", "n/a", "12 bn", "12%", "inf", "1e999"])
def test_a_figure_that_is_no_number_is_quoted(trade_store: Store, file: str, text: str) -> None:
    with pytest.raises(RawDataError, match="text where a number should stand") as caught:
        BUILDERS[file](trade_store(edited(file, 0, NUMBER[file], text)))
    assert text in str(caught.value)


@pytest.mark.parametrize("file", CSV_FILES)
def test_a_byte_order_mark_is_no_damage_and_latin_1_is(trade_store: Store, file: str) -> None:
    raw = trade_store()
    path = raw.root / file
    text = path.read_text()
    path.write_text(text, encoding="utf-8-sig")
    assert len(BUILDERS[file](raw)) >= 1
    path.write_bytes(text.encode() + "Côte".encode("latin-1"))
    with pytest.raises(RawDataError, match="cannot be read"):
        BUILDERS[file](raw)


@pytest.mark.parametrize(
    ("file", "column", "unknown"),
    [
        (DOTS, "partner", ["Atlantis", "Lemuria"]),
        (DOTS, "reporter", ["Germany ", "germany"]),
        (RUSSIA, "COUNTERPART_COUNTRY.ID", ["XXA", "XXB"]),
        (EDGES, "importer", ["Atlantis", "Russian federation"]),
        (PARTNERS, "name_en", ["Lemuria", "Russia "]),
        (RATES, "Country", ["Atlantis", "China "]),
        (ANNUAL, "basis", ["Rosstat", "gacc"]),
        (YUAN, "china_flow", ["Exports", "total"]),
        (RUSSIA, "INDICATOR.ID", ["MG_FOB_USD", "XG_FOB_XDC"]),
        (RUSSIA, "COUNTRY.ID", ["BLR", "CHN"]),
        (RUSSIA, "SCALE", ["Thousands", "Units"]),
        (DOTS, "flow", ["M_FOB", "X_CIF"]),
    ],
)
def test_unknown_names_codes_flows_and_scales_are_all_listed(
    trade_store: Store, file: str, column: str, unknown: list[str]
) -> None:
    frame = sound()[file]
    frame.loc[frame.index[:2], column] = unknown
    with pytest.raises(RawDataError) as caught:
        BUILDERS[file](trade_store({file: frame}))
    assert all(name in str(caught.value) for name in unknown)


@pytest.mark.parametrize("file", [file for file in BUILDERS if file != NODES])
def test_a_duplicate_key_is_listed(trade_store: Store, file: str) -> None:
    frame = sound()[file]
    again = frame.iloc[[-1]] if file == PARTNERS else frame.iloc[[0]]
    with pytest.raises(
        BallastError, match=r"duplicate key|uniqueness fails for|do not fit the sum"
    ):
        BUILDERS[file](trade_store({file: pd.concat([frame, again])}))


@pytest.mark.parametrize(
    "file", [DOTS, RUSSIA, EDGES, ANNUAL, MONTHLY, PARTNERS, RATES, DEFLATORS, BRENT]
)
def test_a_negative_value_is_named(trade_store: Store, file: str) -> None:
    value = -5.0 if file.endswith(".parquet") else "-5.0"
    row = 2 if file == PARTNERS else 0
    said = r"negative|not positive|do not fit|miss the total"
    with pytest.raises(BallastError, match=said) as caught:
        BUILDERS[file](trade_store(edited(file, row, NUMBER[file], value)))
    assert "-" in str(caught.value)


@pytest.mark.parametrize("file", [file for file in BUILDERS if file != NODES])
@pytest.mark.parametrize("row", [0, -1])
def test_a_figure_a_thousand_times_too_large_is_found(
    trade_store: Store, file: str, row: int
) -> None:
    said = r"slipped|beyond 100 %|do not fit|trade with Russia|miss the total"
    with pytest.raises(RawDataError, match=said):
        BUILDERS[file](trade_store(times_thousand(file, row)))


@pytest.mark.parametrize("factor", [1e3, 1e-3])
def test_a_whole_file_in_another_unit_is_found(trade_store: Store, factor: float) -> None:
    changed = {
        EDGES: sound()[EDGES].assign(export_fob_usd_mn=lambda rows: rows.export_fob_usd_mn * factor)
    }
    with pytest.raises(RawDataError, match="unit has slipped"):
        trade.exports_2025(trade_store(changed))


@pytest.mark.parametrize(
    ("file", "one", "other", "said"),
    [
        (PARTNERS, "exports_cny_10k", "imports_cny_10k", "columns were exchanged"),
        (MONTHLY, "cum_x_usd_bn", "cum_m_usd_bn", "December and the annual headline differ"),
        (MONTHLY, "cum_x_cny_bn", "cum_m_cny_bn", "lint 'directions'"),
        (MONTHLY, "cum_x_usd_bn", "month_x_usd_bn", "larger than the year to date|differ"),
        (ANNUAL, "total_usd_bn", "cn_imports_from_ru_usd_bn", "miss the total"),
    ],
)
def test_exchanged_columns_are_found(
    trade_store: Store, file: str, one: str, other: str, said: str
) -> None:
    frame = sound()[file].rename(columns={one: other, other: one})
    with pytest.raises(RawDataError, match=said):
        BUILDERS[file](trade_store({file: frame}))


def test_exchanged_flows_of_the_annual_list_are_found_against_the_imf(trade_store: Store) -> None:
    one, other = "cn_exports_to_ru_usd_bn", "cn_imports_from_ru_usd_bn"
    frame = sound()[ANNUAL].rename(columns={one: other, other: one})
    with pytest.raises(RawDataError, match="are not those of IMF DOTS"):
        customs.russia_china_mirror(trade_store({ANNUAL: frame}))


def test_a_month_in_dollars_among_yuan_is_a_mixed_currency(trade_store: Store) -> None:
    changed = edited(MONTHLY, 0, "cum_x_cny_bn", "12.0")
    with pytest.raises(RawDataError, match=r"lint 'currency'.*2024, 2, year_to_date, exports"):
        customs.monthly_headlines(trade_store(changed))


def test_yuan_growth_that_its_level_belies_is_found(trade_store: Store) -> None:
    with pytest.raises(
        RawDataError, match=r"not follow from the yuan levels .*: 2025, 3, exports, 8\.8, 10\.01"
    ):
        customs.yuan_growth(trade_store(edited(YUAN, 0, "yoy_pct_yuan", "8.8")))


def test_several_faults_of_one_file_are_listed_together(trade_store: Store) -> None:
    frame = sound()[EDGES]
    frame.loc[2, "export_fob_usd_mn"] = 7e9
    frame = pd.concat(
        [frame, frame.iloc[[0]], frame.iloc[[1]].assign(importer="Germany", export_fob_usd_mn=-3.0)]
    )
    with pytest.raises(RawDataError) as caught:
        trade.exports_2025(trade_store({EDGES: frame}))
    for said in (
        "2 duplicate keys (reporter, partner, flow, year): RUS, CHN, exports, 2025; CHN, DEU",
        "CHN, DEU, exports, 2025, -3.0",
        "DEU, CHN, exports, 2025, 7000000000.0",
    ):
        assert said in str(caught.value)
