"""Every notebook runs to its end for any pair, period and source: it says what is missing, and
judges no other pair."""

import io
import json
import re

import pandas as pd
import pytest

from analysis.paths import NOTEBOOKS, ROOT
from analysis.press import Places, run
from analysis.press.notebook import code_cells, read_notebook, source
from analysis.press.parameters import declaration, parameters_cell

TIME_LIMIT = 600.0
"""Seconds for a notebook that takes fifteen on an idle machine."""
NOTHING = ("SSD", "TUV")
"""South Sudan and Tuvalu: no report of trade, no dispute, hardly a vote."""
VERDICT = re.compile(r"^C\d\d [A-Z ]{4,}: ", re.MULTILINE)
SLOW = [
    ("TWN", "JPN"),  # not in the United Nations
    ("USA", "CHN"),  # well covered
    ("PRK", "CHN"),
    ("BEL", "LUX"),  # one side only, from 1999
    ("ABW", "AFG"),  # holes in mid-series, one flow
    ("MEX", "ASM"),
    ("DDR", "SUN"),  # hardly any trade and no vote, states that are no more
]
ANALYSES = [
    ("04", {"source": "imf_partner"}),
    ("04", {"home": "TWN", "partner": "JPN", "source": "imf_partner"}),
    ("04", {"home": "USA", "partner": "CHN", "source": "china_customs"}),
    ("04", {"compare": (1961, 1968), "first_year": 1960}),
    ("04", {"compare": (1960, 2025), "first_year": 1960}),
    ("04", {"home": "USA", "partner": "JPN", "first_year": 2022}),
    ("05", {"compare": (1995, 1996)}),
    ("05", {"compare": (2019, 2025), "home": "DEU", "partner": "RUS"}),
    ("06", {"supplier": "Norway", "rival": "Tuvalu"}),
    ("07", {"freeze": "2000-01-01", "horizon": 5, "window": 10}),
    ("07", {"home": "KAZ", "partner": "UZB", "freeze": "2000-01-01", "window": 10}),
    ("08", {"home": "IND", "partner": "PAK", "first_year": 2015, "panel_year": 1960}),
    ("09", {"years": 10, "least_share": 50.0}),
    ("10", {"home": "USA", "partner": "IRN", "between": "TKM", "other": "PRK", "first_vote": 2000}),
    ("01", {"first_year": 2010}),
    ("02", {"home": "IND", "partner": "PAK", "cut": 2010}),
    ("03", {"first_year": 2021, "last_year": 1993}),
]


def takes_a_pair(path):
    notebook = read_notebook(path)
    if parameters_cell(notebook, path.stem) is None:
        return False
    return {"home", "partner"} <= set(declaration(notebook, path.stem))


OF_A_PAIR = [path for path in sorted(NOTEBOOKS.glob("[01]*.ipynb")) if takes_a_pair(path)]


def executed(notebooks, parameters, folder):
    """Executed notebooks by name, all of which must have run to their end."""
    places = Places(root=ROOT, output=folder / "out", cache=folder / "cache")
    options = {"workers": 2, "time_limit": TIME_LIMIT, "places": places}
    outcomes = run(notebooks, parameters=parameters, **options)
    assert [f"{one.name}: {one.error}" for one in outcomes if one.status == "failed"] == []
    return {one.name: json.loads(one.output.read_text()) for one in outcomes}


def test_a_verdict_is_known_when_it_is_seen():
    for path in OF_A_PAIR:
        assert VERDICT.search("\n".join(map(text_of, code_cells(read_notebook(path))))), path.stem


def text_of(cell):
    """Everything that a cell says as plain text."""
    texts = (o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell["outputs"])
    return "\n".join("".join(text) for text in texts)


def figures(notebook):
    """Title and plotted numbers of every figure."""
    outputs = [output for cell in code_cells(notebook) for output in cell["outputs"]]
    for bundle in (output.get("data", {}) for output in outputs):
        if "image/png" in bundle:
            title = "".join(bundle["text/plain"]).splitlines()[0]
            yield title, pd.read_csv(io.StringIO("".join(bundle["text/csv"])))


def check(notebook):
    """What holds of every executed notebook: no empty figure, no missing number in a title, no cell
    without a word."""
    for title, plotted in figures(notebook):
        assert len(plotted.dropna()) > 0, f"empty figure: {title}"
        assert not re.search(r"\b(nan|inf|None)\b", title), title
    for cell in code_cells(notebook):
        if re.search(r"\b(say|show)\(", source(cell)):
            assert cell["outputs"], f"says nothing: {source(cell)}"
        for missing in re.findall(r"Not shown here: *(.*)", text_of(cell)):
            assert re.search(r"\w+ \w+ \w+.*\.$", missing), f"no sentence: {missing}"


def check_pair(home, partner, folder):
    assert len(OF_A_PAIR) >= 9
    for name, notebook in executed(OF_A_PAIR, {"home": home, "partner": partner}, folder).items():
        check(notebook)
        text = "\n".join(map(text_of, code_cells(notebook)))
        assert re.search(r"C\d\d (is|are) about Russia and China: no verdict on ", text), name
        assert not VERDICT.search(text), name
        if (home, partner) == NOTHING:
            assert "Not shown here: " in text, name


def test_a_pair_with_nothing_but_holes(tmp_path):
    check_pair(*NOTHING, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("home", "partner"), SLOW, ids=map("-".join, SLOW))
def test_any_pair(home, partner, tmp_path):
    check_pair(home, partner, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("notebook", "parameters"), ANALYSES, ids=str)
def test_other_periods_and_sources(notebook, parameters, tmp_path):
    for made in executed([notebook], parameters, tmp_path).values():
        check(made)


def test_a_misspelt_country_ends_in_one_clear_sentence(tmp_path):
    places = Places(root=ROOT, output=tmp_path / "out", cache=tmp_path / "cache")
    (outcome,) = run(["04"], parameters={"partner": "Chnia"}, workers=1, places=places)
    assert outcome.status == "failed"
    assert "did you mean 'China'" in outcome.error
