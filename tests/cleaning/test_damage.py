"""Each kind of damage to a raw file stops its table and names every offender."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from analysis.cleaning import customs, disputes, trade, votes
from analysis.errors import BallastError, DataFileError, RawDataError
from analysis.sources.source import RawStore
from analysis.tables.build import made
from analysis.tables.recipes import RECIPES
from tests.raw_files import (
    ANNUAL,
    ATOP,
    BRENT,
    CALLS,
    CASES,
    DEFLATORS,
    DOTS,
    EDGES,
    MID,
    MONTHLY,
    NODES,
    PARTNERS,
    PATROLS,
    PEW,
    RATES,
    RUSSIA,
    SIPRI,
    TABLES,
    VOTES,
    YUAN,
    sound,
)

Store = Callable[..., RawStore]
BUILDERS: dict[str, Callable[[RawStore], pd.DataFrame]] = {
    file: partial(made, table, RECIPES[table]) for file, table in TABLES.items()
}
IDEAL = "unga/ideal_points_2025_07.dta"
COLUMN = {
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
    PEW: "fav_pct",
    SIPRI: "tiv_evensplit",
    VOTES: "iso3",
    MID: "statea",
    ATOP: "ccode1",
    PATROLS: "n",
    CASES: "target",
}
"""A column that each table needs."""
FIGURES = [file for file in TABLES if file not in (VOTES, ATOP, PATROLS, CASES)]
"""Files of which that column holds figures (or numbers of states)."""
TRADE = [DOTS, RUSSIA, EDGES, ANNUAL, MONTHLY, YUAN, PARTNERS, RATES, DEFLATORS, BRENT]


def edited(file: str, row: int, column: str, value: object) -> dict[str, pd.DataFrame]:
    """The sound file with one cell changed."""
    frame = sound(file)
    frame.loc[frame.index[row], column] = value
    return {file: frame}


@pytest.mark.parametrize("file", BUILDERS)
def test_a_sound_file_is_built_and_a_missing_one_named(store: Store, file: str) -> None:
    raw = store()
    assert len(BUILDERS[file](raw)) >= 1
    (raw.root / file).unlink()
    with pytest.raises(RawDataError, match=file.replace(".", r"\.") + " is missing"):
        BUILDERS[file](raw)


def test_sound_files_build_the_mirror_and_the_totals(store: Store) -> None:
    mirror = customs.russia_china_mirror(store()).set_index(["direction", "year"])
    gap = mirror.mirror_gap_pct["RUS to CHN", 2020]
    assert gap == pytest.approx(100 * (75 / 35 - 1), abs=0.01)
    assert len(trade.world_totals(store())) == 12 + 18 + 2


@pytest.mark.parametrize("file", BUILDERS)
def test_a_renamed_column_is_named(store: Store, file: str) -> None:
    frame = sound(file).rename(columns={COLUMN[file]: "renamed"})
    with pytest.raises(RawDataError, match=rf"lacks the columns \['{COLUMN[file]}'\].*'renamed'"):
        BUILDERS[file](store({file: frame}))


@pytest.mark.parametrize("file", BUILDERS)
def test_a_file_cut_to_nothing_or_short_of_its_end_cannot_be_read(store: Store, file: str) -> None:
    raw = store()
    whole = (raw.root / file).read_bytes()
    for kept in (b"", whole.partition(b"\n")[0] if file.endswith(".csv") else whole[:-20]):
        (raw.root / file).write_bytes(kept)
        with pytest.raises(RawDataError, match=r"cannot be read.*truncated|a header and no rows"):
            BUILDERS[file](raw)


def test_a_truncated_stata_file_cannot_be_read(store: Store) -> None:
    raw = store()
    path = raw.root / IDEAL
    names = "ccode year idealpointfp q5fp q10fp q50fp q90fp q95fp nvotesfp idealpointall"
    pd.DataFrame([dict.fromkeys(names.split(), 2.0)] * 50).to_stata(path, write_index=False)
    whole = path.read_bytes()
    for kept in (0, 200, len(whole) // 2):
        path.write_bytes(whole[:kept])
        with pytest.raises(RawDataError, match=r"ideal_points_2025_07\.dta cannot be read"):
            votes.ideal_points(raw)


@pytest.mark.parametrize("file", [file for file in FIGURES if file.endswith(".csv")])
def test_a_figure_that_is_no_number_is_quoted_and_latin_1_is_refused(
    store: Store, file: str
) -> None:
    for text in ("1,234.5", "nan", "n/a", "12 bn", "12%", "inf", "1e999"):
        raw = store(edited(file, 0, COLUMN[file], text))
        with pytest.raises(RawDataError, match="text where a number should stand") as caught:
            BUILDERS[file](raw)
        assert text in str(caught.value)
    path = store().root / file
    text = path.read_text()
    path.write_text(text, encoding="utf-8-sig")  # a byte order mark is no damage
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
        (VOTES, "iso3", ["XXA", "XXB"]),
        (CASES, "target", ["Atlantis", "Lemuria"]),
        (PEW, "sta", ["XXA", "XXB"]),
    ],
)
def test_unknown_names_codes_flows_and_scales_are_all_listed(
    store: Store, file: str, column: str, unknown: list[str]
) -> None:
    frame = sound(file)
    frame.loc[frame.index[:2], column] = unknown
    with pytest.raises(BallastError) as caught:
        BUILDERS[file](store({file: frame}))
    assert all(name in str(caught.value) for name in unknown)


@pytest.mark.parametrize("file", [file for file in BUILDERS if file not in (NODES, PATROLS)])
def test_a_duplicate_key_is_listed(store: Store, file: str) -> None:
    frame = sound(file)
    again = frame.iloc[[-1]] if file == PARTNERS else frame.iloc[[0]]
    said = r"duplicate key|uniqueness fails for|do not fit the sum"
    with pytest.raises(BallastError, match=said):
        BUILDERS[file](store({file: pd.concat([frame, again])}))


@pytest.mark.parametrize("file", [*(file for file in TRADE if file != YUAN), PEW, SIPRI])
def test_a_negative_value_is_named(store: Store, file: str) -> None:
    value = -5.0 if file.endswith(".parquet") else "-5.0"
    said = r"negative|not positive|do not fit|miss the total|greater_than_or_equal_to\(0\) fails"
    with pytest.raises(BallastError, match=said) as caught:
        BUILDERS[file](store(edited(file, 2 if file == PARTNERS else 0, COLUMN[file], value)))
    assert "-" in str(caught.value)


@pytest.mark.parametrize("file", [*TRADE, PEW, SIPRI])
@pytest.mark.parametrize("row", [0, -1])
def test_a_figure_a_thousand_times_too_large_is_found(store: Store, file: str, row: int) -> None:
    slipped = 1000 * float(sound(file)[COLUMN[file]].iloc[row])
    value = slipped if file.endswith(".parquet") else str(slipped)
    said = (
        r"slipped|beyond 100 %|do not fit|trade with Russia|miss the total|passes its whole"
        r"|less_than_or_equal_to\(100\) fails"
    )
    with pytest.raises(BallastError, match=said):
        BUILDERS[file](store(edited(file, row, COLUMN[file], value)))


@pytest.mark.parametrize("factor", [1e3, 1e-3])
def test_a_whole_file_in_another_unit_is_found(store: Store, factor: float) -> None:
    frame = sound(EDGES)
    changed = {EDGES: frame.assign(export_fob_usd_mn=frame.export_fob_usd_mn * factor)}
    with pytest.raises(RawDataError, match="unit has slipped"):
        trade.exports_2025(store(changed))


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
    store: Store, file: str, one: str, other: str, said: str
) -> None:
    with pytest.raises(RawDataError, match=said):
        BUILDERS[file](store({file: sound(file).rename(columns={one: other, other: one})}))


def test_exchanged_flows_of_the_annual_list_are_found_against_the_imf(store: Store) -> None:
    one, other = "cn_exports_to_ru_usd_bn", "cn_imports_from_ru_usd_bn"
    frame = sound(ANNUAL).rename(columns={one: other, other: one})
    with pytest.raises(RawDataError, match="are not those of IMF DOTS"):
        customs.russia_china_mirror(store({ANNUAL: frame}))


@pytest.mark.parametrize(
    ("file", "column", "values", "said"),
    [
        (
            MONTHLY,
            "cum_x_cny_bn",
            ["12.0", "131.35", "568"],
            "'currency'.*2024, 2, year_to_date, e",
        ),
        (
            YUAN,
            "yoy_pct_yuan",
            ["8.8", "-4"],
            r"the yuan levels .*: 2025, 3, exports, 8\.8, 10\.01",
        ),
        (VOTES, "vote", [8, 2, 9, 1], "vote: isin.* fails for 1, RUS, 8; 2, RUS, 9"),
        (VOTES, "rcid", [1, 77, 78, 2], "without a date: 77; 78"),
        (ATOP, "atop_consul", 7.0, "neither 0 nor 1: CHN, RUS, 1950"),
        (PATROLS, "n", ["1", "3"], r"not numbered 1, 2, 3.*: 3$|: 3\."),
        (PATROLS, "source_url", ["x", "data/y.csv"], "no_address.*1, 2019-07-23.*2, 2020-12-22"),
        (PEW, "fav_pct", ["408", "-1"], "USA, CHN, 2012, 408"),
        (PEW, "fav_pct", ["408", "-1"], "PSE, CHN, 2013, -1"),
        (SIPRI, "tiv_evensplit", "1007500", "a part passes its whole by more than rounding: 1992"),
        (SIPRI, "tiv_exact_2000_2023", ["about 5", ""], "text where a number should stand"),
    ],
)
def test_what_cannot_be_is_named(
    store: Store, file: str, column: str, values: object, said: str
) -> None:
    with pytest.raises((RawDataError, DataFileError), match=said):
        BUILDERS[file](store({file: sound(file).assign(**{column: values})}))


def test_a_csv_cut_at_a_row_loses_the_reverse_of_a_pair(store: Store) -> None:
    with pytest.raises(RawDataError, match=r"both directions; it has \d rows one way and \d"):
        disputes.disputes(store({MID: sound(MID).iloc[:-1]}))


def test_unknown_state_codes_are_all_named(store: Store) -> None:
    with pytest.raises(RawDataError, match=r"not in the reference list: \[901, 999\]"):
        disputes.disputes(store({MID: sound(MID).replace({"365": "999", "2": "901"})}))


def test_deaths_without_force_must_be_declared(store: Store) -> None:
    said = r"deaths_without_force.*349, CHN, RUS, 3, 6.*9999, CHN, USA"
    with pytest.raises(RawDataError, match=said):
        disputes.disputes(store({MID: sound(MID).assign(hihost="3", fatlev="6")}))


def test_disputes_name_the_pair_in_alphabetical_order_and_fold_its_years(store: Store) -> None:
    first = sound(MID)
    second = first.assign(year=(first.year.astype(int) + 1).astype(str), fatlev="-9")
    frame = disputes.disputes(store({MID: pd.concat([first, second])}))
    assert frame[["state_a", "state_b"]].to_numpy().tolist() == [["CHN", "RUS"], ["CHN", "USA"]]
    assert frame.fatality_level.tolist() == [0, 0]


def test_china_before_its_seat_is_refused(store: Store) -> None:
    frame = sound(CALLS).assign(date=pd.Timestamp("1970-10-01"))
    with pytest.raises(RawDataError, match="seat held by the wrong government: 1, CHN, 1970-10-01"):
        votes.votes(store({CALLS: frame}))


def test_votes_are_counted_and_yugoslavia_takes_the_code_of_its_year(store: Store) -> None:
    counts = votes.rollcalls(store()).set_index("rcid")[["yes", "no", "abstain"]]
    assert counts.to_numpy().tolist() == [[1, 0, 1], [1, 1, 0]]
    for day, code in (("1985-11-02", "YUG"), ("2000-11-02", "SCG"), ("2010-11-02", "SRB")):
        raw = store({CALLS: sound(CALLS).assign(date=pd.Timestamp(day))})
        assert votes.votes(raw).query("rcid == 2").iso3.tolist() == ["RUS", code]


def test_a_case_of_two_years_is_two_rows(store: Store) -> None:
    cases = RECIPES["coercion_cases"](store())
    assert cases.loc[cases.target_iso3 == "TWN", "first_year"].tolist() == [2010, 2015]


def test_several_faults_of_one_file_are_listed_together(store: Store) -> None:
    frame = sound(EDGES)
    frame.loc[2, "export_fob_usd_mn"] = 7e9
    negative = frame.iloc[[1]].assign(importer="Germany", export_fob_usd_mn=-3.0)
    with pytest.raises(RawDataError) as caught:
        trade.exports_2025(store({EDGES: pd.concat([frame, frame.iloc[[0]], negative])}))
    for said in (
        "2 duplicate keys (reporter, partner, flow, year): RUS, CHN, exports, 2025; CHN, DEU",
        "CHN, DEU, exports, 2025, -3.0",
        "DEU, CHN, exports, 2025, 7000000000.0",
    ):
        assert said in str(caught.value)
