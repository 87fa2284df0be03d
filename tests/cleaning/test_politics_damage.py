"""Each kind of damage to a raw file stops the build and names every offender."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from analysis.cleaning import disputes, votes
from analysis.errors import BallastError, DataFileError, RawDataError
from analysis.sources.source import RawStore
from analysis.tables.build import made
from analysis.tables.recipes import RECIPES

Store = Callable[..., RawStore]
VOTES = "unga/unga_votes_1946_2026.parquet"
MID = "cow/dyadic_mid_4.02.csv"
ATOP = "peacesciencer/atop_alliance.parquet"
PATROLS = "press/joint_bomber_patrols.csv"
CASES = "press/chinese_coercion_cases.csv"
PEW = "press/pew_favorability_by_country_year.csv"
SIPRI = "sipri/sipri_russia_to_china_tiv_by_year.csv"
IDEAL = "unga/ideal_points_2025_07.dta"
TABLES = {
    VOTES: "unga_votes",
    MID: "disputes",
    ATOP: "alliances",
    PATROLS: "joint_patrols",
    CASES: "coercion_cases",
    PEW: "pew_favourability",
    SIPRI: "arms_transfers",
}
BUILDERS = {file: partial(made, table, RECIPES[table]) for file, table in TABLES.items()}
KEY_COLUMN = {
    VOTES: "iso3",
    MID: "statea",
    ATOP: "ccode1",
    PATROLS: "n",
    CASES: "target",
    PEW: "sta",
    SIPRI: "year",
}


def raw_frame(store: RawStore, relative: str) -> pd.DataFrame:
    path = store.root / relative
    return (
        pd.read_parquet(path)
        if path.suffix == ".parquet"
        else pd.read_csv(path, dtype=str, keep_default_na=False)
    )


@pytest.mark.parametrize("file", BUILDERS)
def test_sound_files_build(store: Store, file: str) -> None:
    assert len(BUILDERS[file](store())) >= 1


@pytest.mark.parametrize("file", BUILDERS)
def test_missing_file_is_named(store: Store, file: str) -> None:
    raw = store()
    (raw.root / file).unlink()
    with pytest.raises(RawDataError, match=file.replace(".", r"\.") + " is missing"):
        BUILDERS[file](raw)


@pytest.mark.parametrize("file", BUILDERS)
def test_renamed_column_is_named(store: Store, file: str) -> None:
    raw = store()
    column = KEY_COLUMN[file]
    frame = raw_frame(raw, file).rename(columns={column: "renamed"})
    with pytest.raises(RawDataError, match=rf"lacks the columns \['{column}'\].*'renamed'"):
        BUILDERS[file](store({file: frame}))


@pytest.mark.parametrize("file", [VOTES, ATOP])
def test_truncated_parquet_cannot_be_read(store: Store, file: str) -> None:
    raw = store()
    path = raw.root / file
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RawDataError, match=r"cannot be read .*may be truncated"):
        BUILDERS[file](raw)


def test_truncated_stata_file_cannot_be_read(store: Store) -> None:
    raw = store()
    path = raw.root / IDEAL
    names = "ccode year idealpointfp q5fp q10fp q50fp q90fp q95fp nvotesfp idealpointall"
    pd.DataFrame([dict.fromkeys(names.split(), 2.0)] * 50).to_stata(path, write_index=False)
    whole = path.read_bytes()
    for kept in (0, 200, len(whole) // 2):
        path.write_bytes(whole[:kept])
        with pytest.raises(RawDataError, match=r"ideal_points_2025_07\.dta cannot be read"):
            votes.ideal_points(raw)


def test_truncated_csv_loses_the_reverse_of_a_pair(store: Store) -> None:
    frame = raw_frame(store(), MID)
    with pytest.raises(RawDataError, match=r"both directions; it has \d rows one way and \d"):
        disputes.disputes(store({MID: frame.iloc[:-1]}))


@pytest.mark.parametrize(
    ("file", "column", "unknown"),
    [
        (VOTES, "iso3", ["XXA", "XXB"]),
        (CASES, "target", ["Atlantis", "Lemuria"]),
        (PEW, "sta", ["XXA", "XXB"]),
    ],
)
def test_unknown_countries_are_all_named(
    store: Store, file: str, column: str, unknown: list[str]
) -> None:
    frame = raw_frame(store(), file)
    frame.loc[[0, 1], column] = unknown
    with pytest.raises(BallastError, match=f"{unknown[0]}.*{unknown[1]}"):
        BUILDERS[file](store({file: frame}))


def test_unknown_state_codes_are_all_named(store: Store) -> None:
    frame = raw_frame(store(), MID).astype({"statea": int, "stateb": int})
    with pytest.raises(RawDataError, match=r"not in the reference list: \[901, 999\]"):
        disputes.disputes(store({MID: frame.replace({365: 999, 2: 901})}))


@pytest.mark.parametrize("file", [VOTES, MID, ATOP, CASES, PEW, SIPRI])
def test_duplicate_keys_are_listed(store: Store, file: str) -> None:
    frame = raw_frame(store(), file)
    with pytest.raises(BallastError, match=r"duplicate keys|uniqueness fails for"):
        BUILDERS[file](store({file: pd.concat([frame, frame.iloc[[0]]])}))


def test_votes_list_every_kind_of_offender_at_once(store: Store) -> None:
    frame = raw_frame(store(), VOTES)
    frame.loc[0, "vote"], frame.loc[2, "vote"] = 8, 9
    with pytest.raises(DataFileError, match=r"vote: isin.* fails for 1, RUS, 8; 2, RUS, 9"):
        BUILDERS[VOTES](store({VOTES: frame}))
    frame.loc[[1, 2], "rcid"] = [77, 78]
    with pytest.raises(RawDataError, match="without a date: 77; 78"):
        BUILDERS[VOTES](store({VOTES: frame}))


def test_china_before_its_seat_is_refused(store: Store) -> None:
    calls = "unga/unga_rollcalls_1946_2026.parquet"
    frame = raw_frame(store(), calls).assign(date=pd.Timestamp("1970-10-01"))
    with pytest.raises(RawDataError, match="seat held by the wrong government: 1, CHN, 1970-10-01"):
        votes.votes(store({calls: frame}))


def test_yugoslav_votes_take_the_code_of_their_year(store: Store) -> None:
    calls = "unga/unga_rollcalls_1946_2026.parquet"
    for day, code in (("1985-11-02", "YUG"), ("2000-11-02", "SCG"), ("2010-11-02", "SRB")):
        raw = store({calls: raw_frame(store(), calls).assign(date=pd.Timestamp(day))})
        assert votes.votes(raw).query("rcid == 2").iso3.tolist() == sorted(["RUS", code])


def test_votes_are_counted_from_the_list(store: Store) -> None:
    counts = votes.rollcalls(store()).set_index("rcid")[["yes", "no", "abstain"]]
    assert counts.to_numpy().tolist() == [[1, 0, 1], [1, 1, 0]]


def test_deaths_without_force_must_be_declared(store: Store) -> None:
    frame = raw_frame(store(), MID).assign(hihost="3", fatlev="6")
    with pytest.raises(
        RawDataError, match=r"deaths_without_force.*349, CHN, RUS, 3, 6.*9999, CHN, USA"
    ):
        disputes.disputes(store({MID: frame}))


def test_disputes_name_the_pair_in_alphabetical_order_and_fold_its_years(store: Store) -> None:
    first = raw_frame(store(), MID)
    second = first.assign(year=(first.year.astype(int) + 1).astype(str), fatlev="-9")
    frame = disputes.disputes(store({MID: pd.concat([first, second])}))
    assert frame[["state_a", "state_b"]].to_numpy().tolist() == [["CHN", "RUS"], ["CHN", "USA"]]
    assert frame.fatality_level.tolist() == [0, 0]


def test_an_obligation_that_is_no_flag_is_refused(store: Store) -> None:
    frame = raw_frame(store(), ATOP).assign(atop_consul=7.0)
    with pytest.raises(RawDataError, match="neither 0 nor 1: CHN, RUS, 1950"):
        disputes.alliances(store({ATOP: frame}))


def test_a_patrol_left_out_breaks_the_numbering(store: Store) -> None:
    frame = raw_frame(store(), PATROLS)
    with pytest.raises(RawDataError, match=r"not numbered 1, 2, 3.*: 3$|: 3\."):
        RECIPES["joint_patrols"](store({PATROLS: frame.assign(n=["1", "3"])}))


def test_a_row_without_an_address_must_be_declared(store: Store) -> None:
    frame = raw_frame(store(), PATROLS).assign(source_url=["somewhere", "data/file.csv"])
    with pytest.raises(RawDataError, match=r"no_address.*1, 2019-07-23.*2, 2020-12-22"):
        RECIPES["joint_patrols"](store({PATROLS: frame}))


def test_a_case_of_two_years_is_two_rows(store: Store) -> None:
    cases = RECIPES["coercion_cases"](store())
    assert cases.loc[cases.target_iso3 == "TWN", "first_year"].tolist() == [2010, 2015]


def test_shares_outside_a_hundred_percent_are_listed(store: Store) -> None:
    frame = raw_frame(store(), PEW).assign(fav_pct=["408", "-1"])
    with pytest.raises(DataFileError) as caught:
        made("pew_favourability", RECIPES["pew_favourability"], store({PEW: frame}))
    for row in ("USA, CHN, 2012, 408", "PSE, CHN, 2013, -1"):
        assert row in str(caught.value)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("tiv_evensplit", "-5", r"greater_than_or_equal_to\(0\) fails for 1992, -5"),
        ("tiv_evensplit", "1007500", "a part passes its whole by more than rounding: 1992"),
        ("tiv_exact_2000_2023", "about 5", "text where a number should stand"),
    ],
)
def test_arms_refuse_negative_values_unit_slips_and_words(
    store: Store, column: str, value: str, said: str
) -> None:
    frame = raw_frame(store(), SIPRI)
    frame.loc[0, column] = value
    with pytest.raises((RawDataError, DataFileError), match=said):
        made("arms_transfers", RECIPES["arms_transfers"], store({SIPRI: frame}))
