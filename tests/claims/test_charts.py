"""What is drawn beside a finding comes from the figures of its claim."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.claims import evidence_of, ledger
from analysis.claims.board import findings
from analysis.claims.charts import chart_of
from analysis.claims.measured import measured
from analysis.errors import DataFileError

SHARES = {"unit": "Share", "format": "{:.0f} %", "bars": {"one": "one_pct", "other": "other_pct"}}


def figures():
    years = pd.Series({2020: 1.0, 2021: 3.0, 2022: 2.0})
    by_design = pd.Series({"own trend": 40.4})
    numbers = {"one_pct": 35.4, "other_pct": -4.2, "half_pct": 50, "latest": 2022}
    return {**numbers, "by_year": years, "by_design": by_design}


def charted(**chart):
    return chart_of(replace(ledger()["C27"], chart=chart), figures)


def test_bars_have_words_and_numbers_and_a_chart_says_what_it_shows():
    chart = charted(**SHARES, mark={"half": "half_pct"})
    assert chart.bars == {"one": 35.4, "other": -4.2}
    assert chart.described == "Share. one: 35 %; other: \N{MINUS SIGN}4 %; half: 50 %."
    named = charted(**{**SHARES, "bars": "by_design"})
    assert named.bars == {"own trend": 40.4}


def test_a_line_has_years_and_says_where_it_begins_and_ends():
    chart = charted(unit="Trade", format="{:.0f}", line="by_year", points=["latest"])
    assert chart.described == "Trade, 2020 to 2022. 2022: 2."
    assert not chart.bars


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bars": {"one": "nothing"}}, r"claim C27, chart: there is no figure \['nothing'\]"),
        ({"bars": "nothing"}, r"there is no figure \['nothing'\].*; allowed: .*half_pct"),
        ({"mark": {"half": "nothing"}}, r"there is no figure \['nothing'\]"),
        ({"line": "by_year"}, "it has unit, format, bars, line; allowed: unit, format, and either"),
    ],
)
def test_a_chart_that_names_what_is_not_there_is_refused(change, said):
    with pytest.raises(DataFileError, match=said):
        charted(**SHARES | change)


def test_a_claim_without_a_chart_has_none():
    assert charted() is None


def test_each_finding_has_a_chart_of_its_own_figures():
    for this in (ledger()[claim] for claim in findings().claim):
        chart = chart_of(this, evidence_of(this))
        held = measured(this, evidence_of(this), {})
        given = {v for v in held.values() if isinstance(v, int | float)}
        listed = {float(v) for s in held.values() if isinstance(s, pd.Series) for v in s}
        assert {*chart.bars.values(), *chart.mark.values()} <= given | listed, this.id
        assert set(chart.points) <= set(chart.line.index), this.id
