import os

import pandas as pd
import pytest

from analysis import tables
from analysis.errors import CoverageError, DataFileError, ParameterError
from analysis.tables import catalogue, describe, load
from analysis.tables.catalogue import validated


@pytest.mark.parametrize("table", ["small", "large"])
def test_a_table_is_loaded_whole_or_in_part(project, frame, table):
    pd.testing.assert_frame_equal(load(table), frame)
    assert load(table, pair=["KAZ"], year=2024).usd.tolist() == [0.1]
    assert load(table, year=range(2024, 2026)).pair.tolist() == ["CHN", "KAZ"]
    assert load(table, pair=[]).empty


def test_what_was_loaded_is_listed_once_and_in_order(project, monkeypatch):
    """A failed load is none."""
    monkeypatch.setattr(tables, "_loaded", set())
    assert tables.loaded() == ()
    with pytest.raises(CoverageError):
        load("smal")
    with pytest.raises(CoverageError):
        load("large", yaer=2024)
    load("small", year=2024)
    assert tables.loaded() == ("small",)
    load("large")
    load("small")
    assert tables.loaded() == ("large", "small")


@pytest.mark.parametrize("where", [{}, {"pair": ["KAZ", "CHN"]}, {"year": 2024, "pair": "KAZ"}])
@pytest.mark.parametrize("table", ["small", "large"])
def test_what_is_done_to_a_loaded_frame_stays_with_it(project, table, where):
    """Tables are kept in memory after the first load."""
    before = load(table, **where).copy(deep=True)
    mine = load(table, **where)
    mine["usd"] = 0.0
    mine.loc[0, "pair"] = "ZZZ"
    mine.index.name, mine.columns.name, mine.attrs["mine"] = "row", "column", True
    assert not mine.usd.to_numpy().flags.writeable
    again = load(table, **where)
    pd.testing.assert_frame_equal(again, before)
    assert (again.index.name, again.columns.name, again.attrs) == (None, None, {})


@pytest.mark.parametrize(("table", "suffix"), [("small", "csv"), ("large", "parquet")])
def test_a_file_edited_between_two_loads_is_caught(project, table, suffix):
    """The hash is computed again when the file's size, time or place on disk is another."""
    load(table)
    path = project / "tidy" / f"{table}.{suffix}"
    content, second = path.read_bytes(), 10**9
    written = path.stat().st_mtime_ns
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(
        path, ns=(written + second, written + second)
    )  # two writes in one tick of the clock have one time
    mend = rf"is not the one in the catalogue.*git checkout -- data/tidy/{table}"
    with pytest.raises(DataFileError, match=mend):
        load(table)


@pytest.mark.parametrize(
    ("where", "error", "said"),
    [
        ({"reporter": "Russia"}, ParameterError, "no ISO3 codes; write 'RUS' for 'Russia'"),
        ({"reporter": ["RU", "cn"]}, ParameterError, "write 'RUS' for 'RU' and 'CHN' for 'cn'"),
        ({"partner": "World"}, ParameterError, "'World' is the world or a group of countries"),
        (
            {"partner": ["CHN", "WLD"]},
            ParameterError,
            "no ISO3 codes; 'WLD' is the world or a group",
        ),
        ({"partner": ["CHN", "cn", "ZZZ"]}, ParameterError, "write 'CHN' for 'cn'; 'ZZZ' is not"),
        ({"partner": []}, ParameterError, "an empty list of partner; allowed: one ISO3 code"),
        ({"partner": ""}, CoverageError, "has no partner ''"),
        ({"flow": "Exports"}, ParameterError, "has no flow 'Exports'.*did you mean 'exports'"),
        ({"year": 10**30}, ParameterError, "cannot be searched for year=10"),
        (
            {"reporter": "MYT"},
            CoverageError,
            "'trade_russia' has no reporter MYT; allowed: 1 countr",
        ),
        ({"partner": ["SJM", "UMI"], "year": 2020}, CoverageError, "has no partner SJM, UMI"),
    ],
)
def test_a_country_that_is_not_there_is_no_sum_of_zero(where, error, said):
    with pytest.raises(error, match=said):
        load("trade_russia", **where)


def test_a_country_without_events_or_rows_of_its_own_is_none():
    assert load("interstate_conflicts", state_a="SMR").empty
    assert load("trade_russia", partner="UGA", year=2016, flow="imports").year.tolist() in (
        [2016],
        [],
    )
    assert load("china_energy_imports", supplier="", year=1900).empty


def test_an_unknown_table_is_met_with_the_nearest(project):
    for no_text in (None, 7, ["small"]):
        with pytest.raises(CoverageError, match="there is no table"):
            describe(no_text)
    with pytest.raises(
        CoverageError, match=r"no table 'smal'; allowed: large, small; did you mean 'small'"
    ):
        describe("smal")


def test_an_unknown_column_is_met_with_the_nearest(project):
    with pytest.raises(
        CoverageError, match=r"no column \['yaer'\]; allowed: pair, year.*did you mean 'year'"
    ):
        load("small", yaer=2024)


@pytest.mark.parametrize("table", ["small", "large"])
@pytest.mark.parametrize(
    "where",
    [
        {"year": "2024"},
        {"year": 2024.0},
        {"pair": 1},
        {"pair": ["CHN", None]},
        {"flag": 1},
        {"usd": "1"},
        {"year": True},
    ],
)
def test_a_value_that_a_column_cannot_hold_is_refused(project, table, where):
    with pytest.raises(ParameterError, match=rf"cannot be searched for {next(iter(where))}="):
        load(table, **where)


def test_a_missing_file_is_named_with_the_mend(project):
    (project / "tidy" / "small.csv").unlink()
    with pytest.raises(
        DataFileError, match=r"small\.csv is missing; git checkout -- data/tidy/small\.csv"
    ):
        load("small")


def test_a_missing_or_damaged_catalogue_says_so(project):
    listed = project / "datapackage.json"
    listed.write_text("{")
    with pytest.raises(DataFileError, match="is damaged"):
        catalogue()
    listed.unlink()
    with pytest.raises(DataFileError, match="is missing; Ballast is used from a checkout"):
        catalogue()


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("pair", ["CHN", "china", "KAZ"], r"pair: pattern '\[A-Z\]\{3\}' fails for china"),
        ("pair", ["CHN", "CHNS", "KAZ"], "fails for CHNS, 2024"),
        ("pair", ["CHN", "", "KAZ"], "pair: not empty fails for , 2024"),
        ("year", [2023, 2024, 2055], "year: less_than_or_equal_to"),
        ("usd", [-1.0, 0.0, 1.0], "usd: greater_than_or_equal_to"),
        ("year", [2023, 2023, 2024], "multiple_fields_uniqueness|not unique"),
    ],
)
def test_a_frame_that_breaks_its_schema_is_refused(project, frame, column, values, said):
    frame[column] = pd.array(values, dtype=frame[column].dtype)
    with pytest.raises(DataFileError, match=said):
        validated(frame, "small")


def test_missing_keys_are_counted(project, frame):
    frame["year"] = frame.year.astype("Int64")
    frame.loc[[0, 1], "year"] = pd.NA
    with pytest.raises(
        DataFileError, match=r"year: not_nullable fails for .*keep_default_na=False"
    ):
        validated(frame, "small")


def test_the_world_is_no_partner():
    partners = load("trade_russia").head(2).assign(partner=["WLD", "W00"])
    with pytest.raises(
        DataFileError, match=r"partner: a code of countries\.csv fails for RUS, WLD"
    ):
        validated(partners, "trade_russia")


def test_all_broken_rules_are_listed_at_once(project, frame):
    frame.loc[0, "usd"] = -1.0
    frame.loc[1, "year"] = 1900
    with pytest.raises(
        DataFileError, match=r"year: .* fails for CHN, 1900; usd: .* CHN, 2023, -1\.0"
    ):
        validated(frame, "small")


def test_a_missing_and_a_strange_column_are_refused(project, frame):
    with pytest.raises(DataFileError, match="months"):
        validated(frame.drop(columns="months"), "small")
    with pytest.raises(DataFileError, match="extra"):
        validated(frame.assign(extra=1), "small")
