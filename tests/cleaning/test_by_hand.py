"""Rows collected by hand: what must stand in each, and that every offender is named."""

from collections.abc import Callable

import pandas as pd
import pytest

from analysis.cleaning import votes
from analysis.errors import DataFileError, RawDataError
from analysis.sources.source import RawStore
from analysis.tables.build import made
from analysis.tables.recipes import RECIPES
from tests.raw_files import sound

Store = Callable[..., RawStore]
FOLDER = "found_2026_11/politics"
POLLS = f"{FOLDER}/polls/opinion_polls_new.csv"
FORCES = f"{FOLDER}/troops_1969/soviet_forces_opposite_china.csv"
LEADERS = f"{FOLDER}/leaders/reign_leaderlist_2021_03.csv"
VETOES = f"{FOLDER}/unsc/unsc_vetoes_2022_2026.csv"
PAGE = "https://example.org/page"


def edited(file: str, **changed: object) -> dict[str, pd.DataFrame]:
    return {file: sound(file).assign(**changed)}


def refused(table: str, raw: RawStore) -> str:
    with pytest.raises((RawDataError, DataFileError)) as caught:
        made(table, RECIPES[table], raw)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"source_url": "a book"}, ["no_address", "China", "US leadership"]),
        ({"measure": ["", " "]}, ["measure_as_printed is not given", "China", "US leadership"]),
        ({"quote": ["word " * 26, ""]}, ["more than 25 words", "China", "quote is not given"]),
        ({"date": ["2026-13", "2021-02-30"]}, ["no calendar has: ['2021-02-30', '2026-13']"]),
        ({"date": "in winter"}, ["dates without a year"]),
        ({"value": ["830", "-33"]}, ["China, 2026-01, good attitude, 830", "-33"]),
        ({"unit": "points"}, ["off the scale of 1 to 5", "China", "US leadership"]),
        ({"about": ["Mars", "Venus"]}, ["Mars", "Venus"]),
        ({"about": "China", "date": "2026"}, ["1 duplicate keys"]),
    ],
)
def test_a_poll_that_lacks_what_it_must_say_is_named(
    store: Store, changed: dict[str, object], said: list[str]
) -> None:
    assert len(made("opinion_polls_added", RECIPES["opinion_polls_added"], store()))
    message = refused("opinion_polls_added", store(edited(POLLS, **changed)))
    assert [words for words in said if words not in message] == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"low": ["16", "500000"]}, ["the lowest is above the highest", "1965", "1980"]),
        ({"low": "150", "high": "150"}, ["more divisions than there were", "too few men"]),
        ({"unit": "battalions"}, ["holds the codes ['battalions']"]),
        ({"as_of": ["long ago", "1980"]}, ["dates without a year"]),
    ],
)
def test_forces_in_a_wrong_unit_or_order_are_named(
    store: Store, changed: dict[str, object], said: list[str]
) -> None:
    message = refused("forces_opposite_china", store(edited(FORCES, **changed)))
    assert [words for words in said if words not in message] == []


def test_a_year_within_words_is_read_and_the_words_are_kept(store: Store) -> None:
    frame = made("forces_opposite_china", RECIPES["forces_opposite_china"], store())
    assert frame[["date", "year", "date_as_printed"]].to_numpy().tolist() == [
        ["", 1965, "before 1965"],
        ["1980", 1980, ""],
    ]
    assert frame.publisher.tolist()[1].startswith("CIA Weekly Review")


def test_who_is_in_office_at_the_end_is_cut_and_leaving_before_coming_is_refused(
    store: Store,
) -> None:
    frame = RECIPES["leaders_to_2021"](store()).set_index("iso3")
    assert frame.cut.to_dict() == {"CHN": False, "RUS": True}
    assert frame.end_date.to_dict() == {"CHN": "2012-11", "RUS": ""}
    message = refused("leaders_to_2021", store(edited(LEADERS, emonth="1", eyear="1999")))
    assert "left before coming: CHN, 2003-03-15, Hu Jintao, 1999-01; RUS" in message
    message = refused("leaders_to_2021", store(edited(LEADERS, smonth="2", sdate="31")))
    assert "no calendar has: ['2000-02-31', '2003-02-31']" in message


def test_the_second_list_carries_the_first_on_and_a_record_is_its_address(store: Store) -> None:
    frame = votes.vetoes_to_2026(store())
    assert frame.date.tolist() == ["2022-07-08", "2022-09-30", "2025-02-24"]
    assert frame.other_vote_chn.tolist() == ["", "abstain", ""]
    assert frame.url.tolist()[1:] == ["https://docs.un.org/en/S/PV.9087", PAGE]
    assert frame.subject.tolist()[2] == "Ukraine: amendment to S/2025/112"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"russia": "0", "usa": "1"}, ["2022-07-08, S/2022/538", "where the second has"]),
        ({"date": ["2022-07-09", "2022-09-30", "2025-02-24"]}, ["where the second has"]),
        ({"russia": "0"}, ["vetoes that nobody cast: 2022-07-08", "2022-09-30", "2025-02-24"]),
        ({"joint_russia_china": "1"}, ["called joint, or not", "2022-07-08", "2022-09-30"]),
        ({"china": "2"}, ["china holds the codes ['2']"]),
        ({"source": "an index", "meeting": ""}, ["no_address", "2022-09-30", "2025-02-24"]),
    ],
)
def test_vetoes_that_contradict_themselves_or_the_first_list_are_named(
    store: Store, changed: dict[str, object], said: list[str]
) -> None:
    message = refused("unsc_vetoes_to_2026", store(edited(VETOES, **changed)))
    assert [words for words in said if words not in message] == []
