"""Figures of a turn, by their titles and data."""

import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.evidence.turning_designs import variants
from analysis.evidence.turning_east import OTHERS, SHARES, TREND
from analysis.figures import turning
from analysis.figures.plotted import plotted


def design(*expected):
    named = {f"variant {place}": level for place, level in enumerate(expected)}
    return variants(named, before=100.0, actual=200.0)


def test_designs_above_half_are_counted_and_those_without_a_table_left_out():
    designs = {SHARES: design(90.0), TREND: design(180.0), OTHERS: design(120.0)}
    ax = turning.plot_bounds(designs, (2021, 2024), home="RUS", partner="CHN")
    assert ax.get_label() == (
        "Of the designs that can fail, 1 of 2 puts over half of the 2021-2024 rise down to a turn"
    )
    assert plotted(ax).query("series == 'own trend, median'").x.tolist() == [20]
    certain = {SHARES: design(90.0), OTHERS: NotApplicable("no partners")}
    ax = turning.plot_bounds(certain, (2021, 2024), home="RUS", partner="CHN")
    assert ax.get_label() == "Only designs that can hardly fail can be applied, 2021-2024"
    none = {SHARES: NotApplicable("no shares")}
    reason = str(turning.plot_bounds(none, (2021, 2024), home="SSD", partner="TUV"))
    assert "no design can be applied to South Sudan and Tuvalu" in reason


@pytest.mark.parametrize(
    ("partner", "title"),
    [
        ("China", "India gained more of Russia's exports than China: +60 against +44 bn"),
        ("IND", "India gained most of Russia's exports: +60 bn"),
    ],
)
def test_the_title_names_the_partner_where_another_gained_more(partner, title):
    changes = pd.DataFrame({"exports_usd_bn": [60.0, 44.0, -7.5]}, index=["IND", "CHN", "UZB"])
    changes.attrs["unsound"] = ["UZB"]
    ax = turning.plot_gains(changes, (2021, 2024), home="RUS", partner=partner)
    assert ax.get_label() == title
    assert ax.texts[0].get_text().strip() == "-7.5 (figure unsound)"


def test_trends_at_or_below_half_are_counted():
    shares = pd.DataFrame({"compound": [40.0, 60.0], "least squares": [50.0, 70.0]}, [1992, 1993])
    title = turning.plot_starts(shares).get_label()
    assert title == "By 2 of 4 earlier trends, at least half of the rise was to be expected"


def test_what_others_imply_stands_beside_the_actual_figure():
    known = pd.Series([90.0, 100.0], index=[2019, 2020])
    ax = turning.plot_counterfactuals(known, design(150.0, 170.0), (2020, 2024), partner="CHN")
    said = "Growing since 2020 as with others, trade would be 160 and not 200 billion"
    assert ax.get_label() == said
