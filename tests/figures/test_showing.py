"""What a cell shows: a bundle that a reader sees and a plain text that a test compares."""

import io

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.figures import showing, style
from analysis.figures.showing import head, say, show, sources

ALT = "Two bars, the second of which is twice as high as the first."


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr(
        showing, "display", lambda bundle, **about: bundles.append(bundle | {"about": about})
    )
    yield bundles
    plt.close("all")


def test_a_figure_carries_its_words_its_numbers_and_its_fingerprint(shown):
    ax = style.canvas("Exports rose", unit="USD billion", source="a publisher", alt=ALT)
    ax.bar([2000, 2001], [1, 2])
    show(ax)
    (bundle,) = shown
    assert bundle["about"]["metadata"]["image/png"] | {"width": 0} == {
        "alt": ALT,
        "title": "Exports rose",
        "width": 0,
    }
    assert pd.read_csv(io.StringIO(bundle["text/csv"])).y.tolist() == [1, 2]
    assert bundle["text/plain"].splitlines() == [
        "Figure: Exports rose",
        "bars: 2, largest 2, sum 3",
        "Source: a publisher",
        f"Alt: {ALT}",
    ]


def test_a_table_is_html_for_readers_and_rounded_text_for_tests(shown):
    frame = pd.DataFrame(
        {"flow": ["<b>"], "total_usd_bn": [1234.567], "year": [2024], "share_pct": [float("nan")]}
    )
    show(frame, digits=1)
    (bundle,) = shown
    assert "<th>total, USD bn</th><th>year</th><th>share, %</th>" in bundle["text/html"]
    assert "&lt;b&gt;" in bundle["text/html"]
    assert ">1,234.6</td>" in bundle["text/html"]
    assert ">2024</td>" in bundle["text/html"]
    assert "<td>-</td>" in bundle["text/html"]
    assert bundle["text/plain"].split() == [*frame.columns, "<b>", "1234.6", "2024", "-"]


def test_what_is_missing_is_said_in_one_sentence(shown, capsys):
    nothing = NotApplicable("nothing was published.")
    show(nothing)
    say("{growth:.1f} %", nothing)
    say("{growth:.1f} %", nothing["any part"])
    assert capsys.readouterr().out == "Not shown here: nothing was published.\n" * 3
    assert shown == []


def test_sentences_are_filled(capsys):
    say("{growth:.1f} % in {years}", {"growth": 18.61, "years": [2023, 2024]})
    assert capsys.readouterr().out == "18.6 % in 2023, 2024\n"


@pytest.mark.parametrize(
    ("column", "words"),
    [("exports_usd_bn", "exports, USD bn"), ("share_of_change_pct", "share of change, %")],
)
def test_heads_are_words(column, words):
    assert head(column) == words


def test_sources_are_those_that_were_loaded(shown, monkeypatch):
    monkeypatch.setattr(showing, "loaded", lambda: ("china_customs_annual",))
    sources()
    assert "[china_customs_annual]" in shown[0]["text/plain"]
    assert '<b class="table">china_customs_annual</b>' in shown[0]["text/html"]
    assert '<a href="http' in shown[0]["text/html"]
