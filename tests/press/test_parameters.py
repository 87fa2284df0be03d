import datetime
import enum
import json

import jsonschema
import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.press.notebook import NotebookError
from analysis.press.parameters import (
    declaration,
    injected_code,
    json_schema,
    parameter_table,
    validated,
)


def declare(code, *, cells=1):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": code}
    return declaration({"cells": [cell] * cells}, "04")


def accept(code, text=True, **given):
    return validated(declare(code), given, "04", text=text)


def seen_by_notebook(code, text=True, **given):
    """What the notebook's names hold after the parameters cell and the injected one."""
    names = {}
    declared = declare(code)
    exec(code, names)
    exec(injected_code(declared, validated(declared, given, "04", text=text)), names)
    return names


def test_everything_is_read_from_the_cell_and_nothing_is_run():
    declared = declare(
        'partner = "CHN"  # country; any ISO3, ISO2 or name\n'
        "\n# a line of its own\n"
        "first_year: int = 1992  # first year = start; from 1960 to 2026\n"
        "threshold = -0.5  # from -1 to 1.5; correlation\n"
        'source = "gacc"  # publisher; one of: gacc, imf_china\n'
        "windows = (3, 5)  # years; from 1 to 20\n"
        "deflator: str | None = None  # name of a deflator\n"
    )
    first = declared["first_year"]
    assert (first.kind, first.default, first.low, first.high) == ("int", 1992, 1960, 2026)
    assert first.meaning == "first year = start"
    assert declared["partner"].meaning == "country; any ISO3, ISO2 or name"
    threshold = declared["threshold"]
    assert (threshold.low, threshold.high, threshold.meaning) == (-1.0, 1.5, "correlation")
    assert declared["source"].choices == ("gacc", "imf_china")
    assert declared["windows"].type_name == "tuple[int, ...]"
    assert declared["deflator"].type_name == "str | None"


@pytest.mark.parametrize("cells", [0, 2])
def test_there_must_be_exactly_one_parameters_cell(cells):
    with pytest.raises(NotebookError, match=r"takes no parameters|allowed: exactly one"):
        declare("x = 1  # a number", cells=cells)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x = 1 + y  # sum", "computed"),
        ("x = open('f')  # file", "computed"),
        ("x = None  # what?", "needs an annotation"),
        ("x, y = 1, 2  # two", "does not give one name"),
        ("x += 1  # more", "does not give one name"),
        ("print(1)", "does not give one name"),
        ("x: complex = 1  # number", "has the type 'complex'"),
        ("x: int = 'a'  # number", "default that is not an int"),
        ("x: int = {'a': 1}  # number", "default that is not an int"),
        ("x: list = 5  # numbers", "default that is not a list"),
        ("x = 5  # from 10 to 20", "default that is not from 10 to 20"),
        ("x = 5  # from 20 to 10", "nothing between"),
        ("x = 5  # one of: five, six", "choice or bound in its comment that is not an int"),
        ('x = "c"  # one of: a, b', "default that is not one of a, b"),
    ],
)
def test_a_cell_that_cannot_be_understood_says_which_line_and_why(line, fault):
    with pytest.raises(NotebookError, match=fault) as caught:
        declare(f"fine = 1  # a number\n{line}")
    assert "line 2" in str(caught.value)


def test_all_faulty_lines_are_listed_and_a_syntax_error_is_explained():
    with pytest.raises(NotebookError, match=r"line 1 .*; line 2 "):
        declare("x = f()\ny = g()")
    with pytest.raises(NotebookError, match="is not Python"):
        declare("x = = 1")


def test_all_wrong_parameters_are_listed_at_once_with_what_is_allowed():
    code = (
        'partner = "CHN"  # country\nfirst_year = 1992  # from 1960 to 2026\nsource = "gacc"  # one'
        " of: gacc, imf"
    )
    with pytest.raises(ParameterError) as caught:
        accept(code, partnr="IND", first_year="abc", source="gac")
    message = str(caught.value)
    assert "partnr='IND' is unknown (did you mean 'partner'?)" in message
    assert "first_year='abc' is not an int" in message
    assert "source='gac' is not one of gacc, imf (did you mean 'gacc'?)" in message
    assert "allowed: partner, first_year, source; `ballast params 04`" in message


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\nx = datetime.date(2025, 5, 29)  # day",
        "from datetime import date\nx: date = date(2025, 5, 29)  # day",
    ],
)
def test_dates_round_trip(code):
    assert seen_by_notebook(code, x="2024-02-29")["x"] == datetime.date(2024, 2, 29)
    assert seen_by_notebook(code, text=False, x=datetime.date(2024, 2, 29))["x"] == datetime.date(
        2024, 2, 29
    )
    with pytest.raises(ParameterError, match="is not a date"):
        accept(code, x="29 May")


def test_the_table_shows_name_type_default_allowed_and_meaning():
    table = parameter_table(
        declare("first_year: int = 1992  # start; from 1960 to 2026\nx = 'a'")
    ).splitlines()
    assert table[0].split() == ["name", "type", "default", "allowed", "meaning"]
    assert table[1].split("  ")[0] == "first_year"
    assert "from 1960 to 2026  start" in table[1]
    assert table[2].endswith("-")


def test_the_schema_accepts_what_we_accept_and_refuses_what_we_refuse():
    code = (
        'year = 1992  # from 1960 to 2026\nsource = "gacc"  # one of: gacc, imf\nwindows = (3, 5)'
        "  # from 1 to 20\ndeflator: str | None = None  # name\nshare = 0.5\nlog = True\nday ="
        " '2025-05-29'  # date"
    )
    schema = json_schema(declare(code), "04")
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema).is_valid
    assert check({name: entry["default"] for name, entry in schema["properties"].items()})
    assert check({"windows": [1, 2], "deflator": None})
    for wrong in (
        {"yer": 1992},
        {"year": 1900},
        {"source": "x"},
        {"windows": [50]},
        {"deflator": 1},
        {"log": "yes"},
    ):
        assert not check(wrong), wrong


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


TYPED = [
    ("x = 1", "7", 7),
    ("x = 1", "-7", -7),
    ("x = 1.5", "2", 2.0),
    ("x = True", "false", False),
    ("x = 'a'", "5", "5"),
    ("x = 'a'", 'it\'s "="', 'it\'s "="'),
    ("x: int | None = 3", "None", None),
    ("x: str | None = None", "GDP", "GDP"),
    ("x = (1, 2)", "(3, 4, 5)", (3, 4, 5)),
    ("x = (1, 2)", "3,4", (3, 4)),
    ("x: tuple[int, ...] = (1,)", "[3]", (3,)),
    ("x = ('a',)", "CHN, IND", ("CHN", "IND")),
    ("x = [0.5]", "[1, 2.5]", [1.0, 2.5]),
    ("x = '2025-05-29'  # date", "2024-02-29", "2024-02-29"),
]
"""Declarations, what was typed for them, and what the notebook sees."""
GIVEN = [
    ("x = (1, 2)", [3, 4], (3, 4)),
    ("x = [1]", (3, 4), [3, 4]),
    ("x = 1.5", 2, 2.0),
    ("x = '2025-05-29'  # date", datetime.date(2024, 1, 2), "2024-01-02"),
    ("x = 'a'", np.str_("IND"), "IND"),
    ("x = 'a'", Colour.RED, "red"),
    ("x = 1", Level.LOW, 1),
    ("x = 1", np.int64(7), 7),
    ("x = 1.5", np.float64(2.5), 2.5),
    ("x = ['a']", [np.str_("b"), Colour.RED], ["b", "red"]),
    ("x = (0, 0.5)", [1, np.float64(0.5)], (1.0, 0.5)),
]
"""The same for values of Python, and of what stands for one."""
REFUSED = [
    ("x = 1", "1.5"),
    ("x = 1", ""),
    ("x = 1.5", "nan"),
    ("x = True", "yes"),
    ("x = (1, 2)", "(1, 'a')"),
    ("x = (3, 5)  # from 1 to 20", "(3, 50)"),
    ("x = 1992  # from 1960 to 2026", "2027"),
    ("x = '2025-05-29'  # date", "2025-02-30"),
    ("x = '2025-05-29'  # date; from 2016-01-01 to 2026-12-31", "2015-12-31"),
    ("x = 5", "None"),
    ("x = 1.5", "1e999"),
    ("x = 1.5", "-inf"),
    ("x = 1.5", "9" * 5000),
    ("x = 1", "9" * 5000),
    ("x = (1, 2)", "-" * 20_000 + "1"),
    ("x = (1, 2)", "{[]: 1}"),
    ("x = [0.5]", "[1e999]"),
    ("x = ['a']", "[{1: 2}]"),
    ("x = 'a'", "\udcff"),
    ("x = ['a']", "\ud800, b"),
    ("x = 1", "\udcff"),
]
"""What was typed and does not fit, or is hostile."""
NO_LITERAL = [
    ("x = 1", "7"),
    ("x = 1", True),
    ("x = 1", 7.0),
    ("x = 'a'", 5),
    ("x = 1", None),
    ("x = [0.5]", [float("nan")]),
    ("x = ['a']", [object()]),
    ("x = [1]", [enum.Enum("E", "A").A]),
    ("x = 1.5", 10**400),
    ("x = 1.5", np.inf),
    ("x = True", np.True_),
]


@pytest.mark.parametrize(
    ("text", "line", "given", "value"),
    [*((True, *case) for case in TYPED), *((False, *case) for case in GIVEN)],
)
def test_values_arrive_as_the_declared_type(text, line, given, value):
    arrived = seen_by_notebook(line, text=text, x=given)["x"]
    assert (repr(arrived), type(arrived)) == (repr(value), type(value))


@pytest.mark.parametrize(("line", "typed"), REFUSED)
def test_text_that_does_not_fit_is_refused_in_a_short_sentence_that_can_be_printed(line, typed):
    with pytest.raises(ParameterError, match="cannot take") as caught:
        accept(line, x=typed)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(("line", "given"), NO_LITERAL)
def test_values_of_another_type_or_without_a_literal_are_refused(line, given):
    with pytest.raises(ParameterError, match=r"cannot take.* is not an?"):
        accept(line, text=False, x=given)


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("x = 1e-4  # of the solver; from 1e-9 to 1", "from 1e-09 to 1.0"),
        ("x = 0.5  # from .1 to .9", "from 0.1 to 0.9"),
        ("x = 5_000  # USD; from 1_000 to 10_000.", "from 1000 to 10000"),
        ("x = 5  # From  1  to  10", "from 1 to 10"),
        ("x = '2024-01-01'  # from 2020-01-01 to 2025-12-31", "from 2020-01-01 to 2025-12-31"),
        ("x = 'FOB'  # One of: CIF, FOB.", "one of CIF, FOB"),
        ("x = 'RUS'  # one of the two countries; a name", "any"),
        ("x = '2024-01-01'  # one of: 2024-01-01, latest", "one of 2024-01-01, latest"),
        ("x = 1  # year since 1992, 0 not at all, 1 as in 2021", "any"),
    ],
)
def test_limits_are_read_in_every_form_that_people_write(line, allowed):
    assert declare(line)["x"].allowed == allowed


@pytest.mark.parametrize(
    "line",
    [
        "x = 5  # from 1 up to 10",
        "x = 5_000  # from 1,000 to 10,000",
        "x = 0  # from −5 to 5",
        "x = 5  # 1 to 10",
        "x = 5  # between 1 and 10",
        "x = 'a'  # one of a or b",
        "x = 'a b'  # one of a b, c d",
        "x = 0.5  # one of 0.1, 0.5",
        "x = 'A'  # One of A, B",
        "x = 'CHN'  # one of IND, USA",
        "x: list = [1, 2]  # from 1 to 3",
        "x = 'a'  # from 1 to 5",
        "x = ['a']  # from 1 to 5",
        "x = '29 May'  # from 2020-01-01 to 2025-12-31",
    ],
)
def test_what_reads_like_a_limit_and_is_none_is_refused(line):
    with pytest.raises(NotebookError, match="has a choice or bound in its comment that"):
        declare(line)


def test_what_can_only_be_shown_bars_no_other_parameter():
    code = (
        "from typing import Optional\nweights = {'a': 1}  # of goods\nfree = []\nmixed = (1, 'a')\n"
        "last: Optional[int] = None\nnames: List[str] = ['a']\npartner = 'CHN'"
    )
    assert {name: known.type_name for name, known in declare(code).items()} == {
        "weights": "dict",
        "free": "list",
        "mixed": "tuple",
        "last": "int | None",
        "names": "list[str]",
        "partner": "str",
    }
    assert accept(code, partner="IND", last=2024) == {"last": 2024, "partner": "IND"}
    for name, kind in {"weights": "dict", "free": "list whose", "mixed": "tuple whose"}.items():
        with pytest.raises(ParameterError, match=f"is a {kind}.* only be changed in the notebook"):
            accept(code, **{name: "{}"})
    with pytest.raises(NotebookError, match=r"has the type .*list\[str\].*write int \| None"):
        declare("x: Sequence[int] = (1,)")


def test_a_secret_is_in_no_table_schema_or_message():
    code = "token = 'abc'  # key of a service; secret; one of: abc, def"
    assert declare(code)["token"].meaning == "key of a service"
    assert "abc  " not in parameter_table(declare(code)).replace("one of abc", "")
    with pytest.raises(ParameterError) as caught:
        accept(code, token="hush")
    assert "hush" not in str(caught.value)
    several = "tokens: list = ['abc', 'def']  # keys; secret"
    assert "abc" not in parameter_table(declare(several))
    with pytest.raises(ParameterError) as caught:
        accept(several, tokens="hush")
    assert "hush" not in str(caught.value)


def test_a_dictionary_of_what_json_has_not_is_shown_as_text():
    schema = json_schema(declare("d = {(1, 2): {3}, 'x': b'y'}  # kept as it is"), "04")
    shown = json.loads(json.dumps(schema))["properties"]["d"]["default"]
    assert shown == {"(1, 2)": "{3}", "x": "b'y'"}
