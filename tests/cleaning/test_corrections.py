"""Corrections change what they say, and stop the build once the publisher has changed the
figure."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.cleaning.corrections import corrected
from analysis.errors import BallastError, DataFileError, RawDataError
from analysis.paths import DATA, raw_root
from analysis.sources.source import RawStore
from analysis.tables import describe, load
from analysis.tables.recipes import PLANNED, RECIPES

FRAME = pd.DataFrame(
    {
        "partner": pd.array(["UGA", "CHN", "KAZ"], dtype="str"),
        "year": [2024, 2024, 2024],
        "value": [27003.77, 112058.697, float("nan")],
        "vintage": pd.array(["headline", "headline", "revised"], dtype="str"),
    }
)
Declare = Callable[..., None]


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Write corrections of table 't', each a line 'key,column,expect,set'."""

    def written(*lines: str) -> None:
        head = "table,key,column,expect,set,reason,source"
        rows = [f"t,{line},a reason,a source" for line in lines]
        (tmp_path / "corrections" / "corrections.csv").write_text("\n".join([head, *rows]) + "\n")

    return written


def test_a_value_is_set_missing_replaced_or_filled_and_nothing_else_moves(declare: Declare) -> None:
    declare(
        "partner=UGA; year=2024,value,27003.77,",
        "partner=CHN,value,112058.697,112.5",
        "partner=KAZ,value,,16000",
        "partner=CHN,vintage,headline,preliminary",
    )
    before = FRAME.copy()
    after = corrected(FRAME, "t")
    assert after["value"].isna().tolist() == [True, False, False]
    assert after["value"].tolist()[1:] == [112.5, 16000.0]
    assert after.vintage.tolist() == ["headline", "preliminary", "revised"]
    pd.testing.assert_frame_equal(FRAME, before)
    pd.testing.assert_frame_equal(corrected(FRAME, "another"), FRAME)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "partner=UGA,value,27004.77,",
            "partner=UGA expects value = 27004.77 and found [27003.77]",
        ),
        ("partner=UGA,value,,5", "partner=UGA expects value = missing and found [27003.77]"),
        ("partner=KAZ,value,16000,", "partner=KAZ expects value = 16000 and found [nan]"),
        ("partner=PRK,value,5,", "partner=PRK expects value = 5 and found []"),
        ("year=2024,value,5,", "year=2024 expects value = 5 and found [27003.77"),
        (
            "partner=CHN,vintage,revised,x",
            "partner=CHN expects vintage = revised and found ['headline']",
        ),
    ],
)
def test_a_figure_that_the_publisher_changed_stops_the_build(
    declare: Declare, line: str, found: str
) -> None:
    declare(line)
    with pytest.raises(RawDataError) as caught:
        corrected(FRAME, "t")
    assert found in str(caught.value)
    assert "remove the row from data/corrections/corrections.csv" in str(caught.value)


def test_all_stale_corrections_are_listed_at_once(declare: Declare) -> None:
    declare(
        "partner=UGA,value,1,",
        "partner=CHN,value,112058.697,1",
        "partner=PRK,value,2,",
        "partner=KAZ,value,3,",
    )
    with pytest.raises(RawDataError) as caught:
        corrected(FRAME, "t")
    message = str(caught.value)
    assert [code for code in ("UGA", "CHN", "PRK", "KAZ") if f"partner={code} " in message] == [
        "UGA",
        "PRK",
        "KAZ",
    ]


def test_a_text_with_an_unquoted_comma_is_refused(declare: Declare, tmp_path: Path) -> None:
    declare("partner=UGA,value,27003.77,,one comma, too many")
    with pytest.raises(DataFileError, match="a row with too many fields"):
        corrected(FRAME, "t")


def test_digits_beyond_double_precision_are_no_change(declare: Declare) -> None:
    declare("partner=UGA,value,27003.7700000001,")
    assert corrected(FRAME, "t")["value"].isna().tolist() == [True, False, True]


CORRECTIONS = pd.read_csv(
    DATA / "corrections" / "corrections.csv", dtype=str, keep_default_na=False
)


@pytest.mark.parametrize("table", sorted(set(CORRECTIONS.table)))
def test_each_declared_correction_is_to_be_seen_in_its_table(table: str) -> None:
    """The corrected cell is missing, or its row was left out, or it holds the value that was
    set."""
    assert table in {*RECIPES, *PLANNED}
    frame = load(table)
    types = {field["name"]: field["type"] for field in describe(table)["schema"]["fields"]}
    rows = CORRECTIONS[CORRECTIONS.table == table].to_dict("records")
    keys = [dict(part.strip().split("=", 1) for part in row["key"].split(";")) for row in rows]
    indexed = frame.assign(**{name: frame[name].astype(str) for name in keys[0]}).groupby(
        list(keys[0])
    )
    for row, key in zip(rows, keys, strict=True):
        places = indexed.indices.get(tuple(key.values()), [])
        assert len(places) <= 1
        found = frame[row["column"]].iloc[places].tolist()
        if row["set"] == "":
            assert not found or pd.isna(found[0]) or found[0] == ""
        elif types[row["column"]] == "string":
            assert found == [row["set"]]
        else:
            assert found[0] == pytest.approx(float(row["set"]))


@pytest.mark.parametrize(
    "row", CORRECTIONS.to_dict("records"), ids=lambda row: f"{row['table']}: {row['key']}"
)
def test_each_declared_correction_says_why_and_changes_something(row: dict[str, str]) -> None:
    assert len(row["reason"]) >= 20
    assert row["source"]
    assert row["expect"] != row["set"]


@pytest.mark.slow
@pytest.mark.raw
@pytest.mark.skipif(
    raw_root() is None, reason="BALLAST_RAW is not set: the published figures are not read"
)
@pytest.mark.parametrize("table", sorted(set(CORRECTIONS.table)))
def test_each_guard_fails_on_the_published_file_once_its_figure_changes(
    table: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every expectation of a table is made wrong, which is what a mended figure would do; all must
    be named."""
    folder = tmp_path / "changed"
    folder.mkdir()
    rows = CORRECTIONS.copy()
    of_table = rows.table == table
    numbers = pd.to_numeric(rows.expect, errors="coerce")
    rows.loc[of_table, "expect"] = (
        (numbers + 1000.5).astype(str).where(numbers.notna(), rows.expect + "?")
    )
    rows.to_csv(folder / "corrections.csv", index=False)
    (folder / "exceptions.csv").write_bytes((DATA / "corrections" / "exceptions.csv").read_bytes())
    monkeypatch.setattr("analysis.cleaning.corrections.FOLDER", folder)
    with pytest.raises(
        BallastError, match=f"corrections of '{table}' no longer fit the data"
    ) as caught:
        RECIPES[table](RawStore.from_environment())
    assert all(f"{key} expects" in str(caught.value) for key in rows[of_table].key)
