"""Figures of a pair's trade, by their titles and lines."""

import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.evidence.the_trade_boom import Shares
from analysis.figures import trade
from analysis.figures.plotted import plotted


def shares(*rows):
    return pd.DataFrame(
        rows, columns=["year", "exports_pct", "imports_pct", "imports_high_pct", "estimated"]
    )


CUSTOMS = pd.DataFrame({"year": [2022, 2023], "share_pct": [29.8, 38.9]})
SUPPLIED = "In 2024 China supplied 46-52 % of Russia's imports"


@pytest.mark.parametrize(
    ("later", "customs", "title"),
    [
        (2024, None, f"{SUPPLIED}, Russia 5 % of China's"),
        (2020, None, f"{SUPPLIED}, Russia 5 % of China's in 2020"),
        (2024, CUSTOMS, f"{SUPPLIED} (by customs 39 % in 2023), Russia 5 % of China's"),
    ],
)
def test_a_share_with_two_readings_is_a_range_in_the_title(later, customs, title):
    ours = shares((2021, 13.9, 24.8, 24.8, False), (2024, 25.5, 46.3, 51.5, True))
    theirs = shares((2019, 2.0, 2.9, 2.9, False), (later, 3.2, 5.0, 5.0, False))
    ax = trade.plot_dependence(Shares(ours, theirs, customs), home="RUS", partner="CHN")
    assert ax.get_label() == title


def levels(*totals):
    years = range(2021, 2021 + len(totals))
    frame = pd.DataFrame({"year": years, "total_usd_bn": totals})
    return frame.assign(exports_usd_bn=frame.total_usd_bn / 2, imports_usd_bn=1.0)


def test_exports_and_imports_can_be_told_apart():
    ax = trade.plot_levels(levels(2.0, 3.0), (2021, 2022), home="RUS", partner="CHN")
    ways = {line.get_label(): line.get_linestyle() for line in ax.lines}
    assert ways["Russia's exports"] != ways["Russia's imports"]


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ((146.9, 244.8), "rose from USD 147 to 245 billion"),
        ((3.0, 2.5), "fell from USD 3.0 to 2.5 billion"),
        ((0.1, 0.25), "rose from USD 0.10 to 0.25 billion"),
    ],
)
def test_levels_are_said_with_as_many_digits_as_they_can_bear(totals, words):
    ax = trade.plot_levels(levels(*totals), (2021, 2022), home="RUS", partner="CHN")
    assert ax.get_label() == f"Russia-China trade {words}, 2021-2022"


def test_the_same_rise_is_said_in_dollars_and_drawn_in_each_unit():
    recent = {
        unit: pd.Series([100.0, end], index=[2021, 2024])
        for unit, end in (("dollars", 166.7), ("yuan", 185.9), ("constant dollars", 146.6))
    }
    ax = trade.plot_units(recent, (2021, 2024))
    assert ax.get_label() == "Trade 2021-2024: +67 % in dollars, +47 % in constant dollars"
    assert set(plotted(ax).series) == {"dollars 167", "yuan 186", "constant dollars 147"}


def test_what_is_missing_is_handed_on():
    nothing = NotApplicable("nobody reported it")
    assert trade.plot_levels(nothing, nothing, home="SSD", partner="TUV") == nothing
    assert trade.plot_dependence(nothing, home="SSD", partner="TUV") == nothing
