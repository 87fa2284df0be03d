"""What a cell shows: a bundle that a reader sees and a plain text that a test compares."""

import io

import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.figures import showing
from analysis.figures.canvas import canvas
from analysis.figures.showing import say, show, sources

ALT = "Two bars, the second of which is twice as high as the first."


def bundle(shown):
    """What a notebook would hold of a thing displayed: the raw bundle, or what the thing makes."""
    return shown if isinstance(shown, dict) else shown._repr_mimebundle_()[0]


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(
        showing, "display", lambda shown, **about: bundles.append(bundle(shown) | {"about": about})
    )
    return bundles


def test_a_figure_carries_its_words_its_numbers_and_its_fingerprint(shown):
    ax = canvas("Exports rose", unit="USD billion", source="a publisher", alt=ALT)
    ax.bar([2000, 2001], [1, 2])
    show(ax)
    (bundle,) = shown
    said = {"alt": ALT, "title": "Exports rose", "width": 768}
    assert bundle["about"]["metadata"]["image/png"] == said
    assert pd.read_csv(io.StringIO(bundle["text/csv"])).y.tolist() == [1, 2]
    assert bundle["text/plain"].splitlines() == [
        "Figure: Exports rose",
        "bars: 2, largest 2, sum 3",
        "Source: a publisher",
        f"Alt: {ALT}",
    ]


def test_a_table_is_html_for_readers_and_rounded_text_for_tests(shown):
    row = {"flow": "<b>", "total_usd_bn": 1234.567, "year": 2024, "people": 34577}
    row |= {"share_pct": float("nan"), "inside": True, "as Russia reports": "", "p_value": 0.25}
    frame = pd.DataFrame([row])
    show(frame, digits=1, people="China's <people>")
    (table,) = shown
    numbers = ("Total, USD bn", "Year", "China&#x27;s &lt;people&gt;", "Share, %", "p-value")
    for words in ("Flow", "Inside the interval", "As Russia reports", *numbers):
        side = "right" if words in numbers else "left"
        assert f'<th style="text-align:{side}">{words}</th>' in table["text/html"]
    cells = ("left>&lt;b&gt;", "right>1,234.6", "right>2024", "right>34,577", "right>-", "left>yes")
    for cell in cells:
        side, _, words = cell.partition(">")
        assert f'<td style="text-align:{side}">{words}</td>' in table["text/html"]
    printed = table["text/plain"].splitlines()[-1].split()
    assert printed == ["<b>", "1234.6", "2024", "34577", "-", "True", "0.2"]


def test_what_is_missing_is_said_in_one_sentence(shown):
    nothing = NotApplicable("nothing was published.")
    show(nothing)
    say("{growth:.1f} %", nothing)
    say("{growth:.1f} %", nothing["any part"])
    assert [said["text/plain"] for said in shown] == ["Not shown here: nothing was published."] * 3


def test_sentences_are_filled_and_escaped(shown):
    say("{growth:.1f} % in {years}\n<so>", {"growth": 18.61, "years": [2023, 2024]})
    assert shown[0]["text/plain"] == "18.6 % in 2023, 2024\n<so>"
    assert "18.6 % in 2023, 2024<br>&lt;so&gt;</p>" in shown[0]["text/html"]


def test_sources_are_those_that_were_loaded(shown, monkeypatch):
    monkeypatch.setattr(showing, "loaded", lambda: ("china_customs_annual",))
    sources()
    assert "[china_customs_annual]" in shown[0]["text/plain"]
    assert '<b class="table">china_customs_annual</b>' in shown[0]["text/html"]
    assert '<a href="http' in shown[0]["text/html"]


def test_a_column_of_small_numbers_is_not_written_as_nothing(shown):
    show(pd.DataFrame({"usd_bn": [0.00042, 0.0001, None], "p": [1e-12, 0.02, 0.0]}), digits=1)
    (bundle,) = shown
    words = ["usd_bn", "p", "0.00042", "0.0", "0.00010", "0.0", "-", "0.0"]
    assert bundle["text/plain"].split() == words
    assert ">0.00042<" in bundle["text/html"]
    assert ">0.00010<" in bundle["text/html"]
    assert ">0.0<" in bundle["text/html"]
