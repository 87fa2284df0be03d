"""The parameterised notebooks run for other pairs, and give them no verdict."""

import json
from pathlib import Path

import pytest

from analysis.paths import ROOT
from analysis.press import Places, run

PAIRS = [("RUS", "IND"), ("USA", "CHN"), ("DEU", "RUS")]


@pytest.mark.parametrize(("home", "partner"), PAIRS, ids="-".join)
@pytest.mark.parametrize("notebook", ["04_the_trade_boom", "07_limits_of_growth"])
def test_another_pair(notebook, home, partner, tmp_path):
    places = Places(root=ROOT, output=tmp_path / "out", cache=tmp_path / "cache")
    (outcome,) = run([notebook], parameters={"home": home, "partner": partner}, workers=1, places=places)
    assert outcome.status == "run", outcome.error
    text = json.dumps(json.loads(Path(outcome.output).read_text())["cells"])
    assert "are about Russia and China: no verdict on" in text
    assert "HOLDS" not in text


def test_a_misspelt_country_ends_in_one_clear_sentence(tmp_path):
    places = Places(root=ROOT, output=tmp_path / "out", cache=tmp_path / "cache")
    (outcome,) = run(["04_the_trade_boom"], parameters={"partner": "Chnia"}, workers=1, places=places)
    assert outcome.status == "failed"
    assert "did you mean 'China'" in outcome.error
