"""Probes 1 to 4: a misspelt parameter, a wrong type, tuples and dates, and a comment with '='."""

import json

import pytest

from analysis.errors import ParameterError
from analysis.press import run
from analysis.press.notebook import read_notebook
from analysis.press.parameters import declaration, parameter_table

PARAMETERS = """\
import datetime
partner = "CHN"  # country
first_year = 1992  # first year = start of the figure; from 1960 to 2026
windows = (3, 5)  # years; from 1 to 20
day = datetime.date(2025, 5, 29)  # nothing later is used
"""
SHOWS = "import json\nprint(json.dumps([partner, first_year, repr(windows), repr(day)]))"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory, build_notebook):
    return build_notebook(tmp_path_factory.mktemp("project"), "a", [SHOWS], PARAMETERS)


@pytest.fixture(scope="module")
def papermill(notebook, stock, printed):
    """One run of papermill's command with a misspelt name, a word for a number, a tuple and a
    date."""
    output = notebook.with_name("stock.ipynb")
    given = {"partnr": "IND", "first_year": "abc", "windows": "(1, 2)", "day": "2024-02-29"}
    words = [word for name, value in given.items() for word in ("-p", name, value)]
    said = stock("papermill", notebook, output, *words, folder=notebook.parent)
    return said, json.loads(printed(output)) if output.is_file() else None


def test_a_misspelt_parameter(notebook, here, papermill, still):
    said = r"partnr='IND' is unknown \(did you mean 'partner'\?\)"
    with pytest.raises(ParameterError, match=said):
        run([notebook], parameters={"partnr": "IND"}, text=True, places=here)
    assert not here.output.exists()
    said, shown = papermill
    still(
        said.status == 0 and shown[0] == "CHN",
        "papermill runs a misspelt parameter with the default, exit 0",
        said,
    )


def test_a_wrong_type(notebook, here, papermill, still):
    with pytest.raises(ParameterError, match="first_year='abc' is not an int"):
        run([notebook], parameters={"first_year": "abc"}, text=True, places=here)
    assert not here.output.exists()
    said, shown = papermill
    still(said.status == 0 and shown[1] == "abc", "papermill accepts a word for a number", said)


def test_tuples_and_dates_arrive_as_what_they_are(notebook, here, papermill, still, printed):
    given = {"windows": "(1, 2)", "day": "2024-02-29"}
    (outcome,) = run([notebook], parameters=given, text=True, places=here)
    assert outcome.error == ""
    arrived = ["CHN", 1992, "(1, 2)", "datetime.date(2024, 2, 29)"]
    assert json.loads(printed(outcome.output)) == arrived
    said, shown = papermill
    still(shown[2] == "'(1, 2)'", "papermill gives a tuple as a string", said)
    still(shown[3] == "'2024-02-29'", "papermill gives a date as a string", said)


def test_a_comment_with_an_equals_sign(notebook, stock, still):
    declared = declaration(read_notebook(notebook), "a")
    assert declared["first_year"].meaning == "first year = start of the figure"
    assert "first_year" in parameter_table(declared)
    said = stock("papermill", "--help-notebook", notebook, folder=notebook.parent)
    assert "windows" in said.text, said
    still("first_year:" not in said.text, "papermill's help lost a parameter", said)
