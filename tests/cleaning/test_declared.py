"""Tables tidied as their catalogue entry declares."""

import pandas as pd
import pytest

from analysis.cleaning.declared import tidied
from analysis.errors import DataFileError, RawDataError

PUBLISHED = pd.DataFrame(
    {
        "where": ["Russia", "China", "China"],
        "when": ["2021-03 (about)", "2020", "2022"],
        "amount": ["1,500", "", "2,000"],
        "unit": ["t", "t", "USD"],
        "page": ["see https://a.org/x; p. 3", "https://b.org", "github:owner/name@abc1234"],
    }
)


def field(name: str, kind: str, published: str, *, required: bool = False, **read: object) -> dict:
    return {
        "name": name,
        "type": kind,
        "from": published,
        "read": read,
        "constraints": {"required": required},
    }


FIELDS = [
    field("iso3", "string", "where", country_name="lists"),
    field("year", "integer", "when", date="year"),
    field("tonnes", "number", "amount", where="unit == 't'", without=",", divided_by=1000),
    field("kind", "string", "unit", codes={"t": "weight", "USD": "value"}),
    {"name": "worth", "type": "boolean", "if": "unit == 'USD'"},
    field("url", "string", "page", address=True, required=True),
]


def entry(fields: list[dict] = FIELDS, **recipe: object) -> dict:
    return {"recipe": recipe, "schema": {"fields": fields, "primaryKey": ["iso3", "year"]}}


def test_each_field_is_read_as_it_says() -> None:
    frame = tidied(PUBLISHED, "t", entry())
    assert frame.iso3.tolist() == ["CHN", "CHN", "RUS"]
    assert frame.year.tolist() == [2020, 2022, 2021]
    assert frame.tonnes.tolist()[2] == 1.5
    assert frame.tonnes.isna().tolist() == [True, True, False]
    assert frame.kind.tolist() == ["weight", "value", "weight"]
    assert frame.worth.tolist() == [False, True, False]
    assert frame.url.tolist()[1:] == [
        "https://github.com/owner/name/tree/abc1234",
        "https://a.org/x",
    ]


def test_rows_are_chosen_split_dropped_and_ordered() -> None:
    recipe = {"only": "unit == 't'", "order": ["year"], "drop_missing": ["tonnes"]}
    assert tidied(PUBLISHED, "t", entry(**recipe)).year.tolist() == [2021]
    weights = {"flagged": {"unit": {"t": False, "USD": True}}}
    assert tidied(PUBLISHED, "t", entry(**weights)).year.tolist() == [2020, 2021]
    with pytest.raises(RawDataError, match="USD"):
        tidied(PUBLISHED, "t", entry(flagged={"unit": {"t": False}}))
    split = PUBLISHED.assign(when=["2019;2021", "2020", "2022"])
    frame = tidied(split, "t", entry(split={"when": ";"}, order=[]))
    assert frame.year.tolist() == [2019, 2021, 2020, 2022]


def test_figures_side_by_side_become_rows_and_a_value_is_put_into_a_text() -> None:
    wide = pd.DataFrame({"where": ["China"], "t_2021": ["5"], "t_2022": ["7"]})
    fields = [
        FIELDS[0],
        field("year", "integer", "heading", required=True, extract="([0-9]{4})"),
        field("tonnes", "number", "t"),
        field("url", "string", "where", within="https://a.org/{}"),
        field("vintage", "string", "where", within="revised"),
    ]
    frame = tidied(wide, "t", entry(fields, long={"t": ["t_2021", "t_2022"]}))
    assert frame.to_numpy().tolist() == [
        ["CHN", 2021, 5.0, "https://a.org/China", "revised"],
        ["CHN", 2022, 7.0, "https://a.org/China", "revised"],
    ]


def test_a_field_can_be_worked_out_and_put_into_another_unit() -> None:
    rows = pd.DataFrame(
        {"code": ["345", "345"], "y": ["1950", "2010"], "m": "1", "unit": ["t", "g"]}
    )
    fields = [
        {"name": "iso3", "type": "string", "from": "code", "read": {"state_in": "y"}},
        field("year", "integer", "y", required=True),
        {"name": "month", "type": "string", "of": "y.str.cat(m.str.zfill(2), sep='-')"},
        field("tonnes", "number", "m", times={"unit": {"t": 1, "g": 1e-6}}),
    ]
    assert tidied(rows, "t", entry(fields)).to_numpy().tolist() == [
        ["SRB", 2010, "2010-01", 1e-6],
        ["YUG", 1950, "1950-01", 1.0],
    ]
    with pytest.raises(RawDataError, match=r"t, unit holds the codes \['kg'\]"):
        tidied(rows.assign(unit="kg"), "t", entry(fields))


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        (["2,000", "1,200", "810"], r"do not add up to their whole.*: 2021, 2.0, 2.01"),
        (["2,000", "1,200", "690"], r"do not add up to their whole.*: 2021, 2.0, 1.89"),
        (["2,000", "1,200", "790"], None),
    ],
)
def test_parts_are_held_against_their_whole(amounts: list[str], said: str | None) -> None:
    rows = pd.DataFrame({"where": ["China", "Russia", "Mongolia"], "when": "2021", "page": ""})
    rule = {"value": "tonnes", "item": "iso3", "wholes": ["CHN"], "least": 0.95, "left_out": True}
    fields = [*FIELDS[:2], field("tonnes", "number", "amount", without=",", divided_by=1000)]
    made = entry(fields, adds_up=rule)
    if said is None:
        assert tidied(rows.assign(amount=amounts), "t", made).iso3.tolist() == ["MNG", "RUS"]
    else:
        with pytest.raises(RawDataError, match=said):
            tidied(rows.assign(amount=amounts), "t", made)


def test_a_part_without_its_whole_is_refused() -> None:
    rule = {"value": "tonnes", "item": "iso3", "wholes": ["IND"], "least": 0.95}
    with pytest.raises(RawDataError, match=r"2021, nan, 1\.5"):
        tidied(PUBLISHED, "t", entry(adds_up=rule))


def test_a_jump_must_be_declared() -> None:
    amounts = ["1,100", "1,200", "9,000"]
    rows = PUBLISHED.assign(where="China", when=["2019", "2020", "2021"], amount=amounts, unit="t")
    fields = [*FIELDS[:2], field("tonnes", "number", "amount", without=","), *FIELDS[3:]]
    with pytest.raises(RawDataError, match=r"lint 'jumps' on table 't'.*CHN, 2021, 1200.*, 9000"):
        tidied(rows, "t", entry(fields, jumps="tonnes"))


@pytest.mark.parametrize(
    ("change", "recipe", "said"),
    [
        ({"when": "2020"}, {}, "2 duplicate keys|1 duplicate keys"),
        ({"amount": "many"}, {}, "t, amount holds text"),
        ({"unit": "kg"}, {}, r"t, unit holds the codes \['kg'\]"),
        ({"where": ["Atlantis", "Lemuria", "China"]}, {}, "Atlantis.*Lemuria"),
        ({"page": "a book"}, {}, "no_address.*RUS, 2021.*CHN, 2020.*CHN, 2022"),
        ({}, {"never": {"tonnes > 1": "too heavy"}}, "t: too heavy: RUS, 2021, 1.5"),
        ({"unit": "t", "amount": ["1", "1", "9"]}, {"steady": {"tonnes": 3}}, "CHN, 2022, 0.009"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_rows(change: dict, recipe: dict, said: str) -> None:
    with pytest.raises(RawDataError, match=said):
        tidied(PUBLISHED.assign(**change), "t", entry(**recipe))


def test_all_broken_conditions_are_told_at_once() -> None:
    recipe = {"never": {"tonnes > 1": "too heavy", "worth": "no weight"}}
    with pytest.raises(RawDataError, match=r"too heavy: RUS.* \| t: no weight: CHN, 2022"):
        tidied(PUBLISHED, "t", entry(**recipe))


def test_a_step_that_does_not_exist_is_refused() -> None:
    fields = [*FIELDS[:2], field("tonnes", "number", "amount", tmes=2)]
    with pytest.raises(DataFileError, match=r"tonnes of t is to be read by \['tmes'\]; allowed: "):
        tidied(PUBLISHED, "t", entry(fields))
