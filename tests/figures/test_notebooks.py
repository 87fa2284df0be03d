"""Figures of the notebooks, in their order, by their data and words."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.errors import NotApplicable
from analysis.evidence.a_shared_outlook import Places
from analysis.evidence.limits_of_growth import Frozen, forecasts
from analysis.evidence.the_trade_boom import Shares
from analysis.evidence.traded_energy import Suppliers
from analysis.evidence.turning_designs import variants
from analysis.evidence.turning_east import OTHERS, SHARES, TREND
from analysis.figures import (
    ballast,
    border,
    dependence,
    frictions,
    goods,
    growth,
    leverage,
    outlook,
    trade,
    turning,
)
from analysis.figures.canvas import said_of
from analysis.figures.plotted import plotted
from analysis.figures.style import GREY, POINT, SECOND
from analysis.measures.decomposition import price_and_volume
from analysis.models.scenarios import Assumption, fit_scenario
from analysis.tables import load

PAIR = {"home": "RUS", "partner": "CHN"}


def test_disputes_of_one_year_are_stacked_and_split_by_what_they_were_about():
    disputes = pd.DataFrame({"start_year": [1969, 1969, 1974], "territorial": [True, False, False]})
    ax = border.plot_disputes(disputes, **PAIR)
    table = plotted(ax)
    assert table.series.tolist() == ["over territory", *["over other matters"] * 2]
    assert table[["x", "y"]].to_numpy().tolist() == [[1969, 1], [1969, 2], [1974, 1]]
    assert "border agreement" in [text.get_text() for text in ax.texts]
    assert ax.get_legend() is None
    assert ax.get_label() == "Russia and China: no dispute over territory began after 1969"


def test_another_pair_has_no_steps_and_perhaps_no_territory_in_dispute():
    disputes = pd.DataFrame({"start_year": [1971], "territorial": [False]})
    ax = border.plot_disputes(disputes, home="USA", partner="IND")
    assert "border agreement" not in [text.get_text() for text in ax.texts]
    assert ax.get_label() == "United States and India: none of the disputes was over territory"
    none = border.plot_disputes(disputes.iloc[:0], home="USA", partner="IND")
    assert isinstance(none, NotApplicable)
    assert "no dispute of United States and India is in the list" in none.reason


def test_each_count_of_forces_is_a_bar_named_by_area_and_year():
    rows = [(1980, "troops in two districts", 450000.0), (2021, "ground forces", 80000.0)]
    forces = pd.DataFrame(rows, columns=["year", "measure", "people"])
    ax = border.plot_forces(forces)
    table = plotted(ax)
    assert table.x.tolist() == [450000, 80000]
    assert table.y.tolist() == ["Troops in two districts, 1980", "Ground forces, 2021"]
    said = "450,000 men faced China in 1980; 80,000 were counted in 2021, of another area"
    assert ax.get_label() == said


def test_the_closest_stand_at_the_top():
    places = [pd.Series(values, index=[2020, 2021]) for values in ([5.0, 1.0], [60.0, 20.0])]
    ax = outlook.plot_places(Places(*places, (2020, 2021)), home="RUS", partner="CHN")
    assert ax.get_ylim() == (100, 0)
    assert plotted(ax).y.tolist() == [5.0, 1.0, 60.0, 20.0]
    said = "3 % of states voted more like Russia than China did, 40 % more like China than Russia"
    assert ax.get_label() == f"{said} did (2020-21)"


def test_votes_of_the_south_fill_a_hundred():
    shares = {"against_russia": 0.5, "abstained": 0.3, "absent": 0.1, "with_russia": 0.1}
    table = pd.DataFrame([shares], index=["2022-03-02"])
    ax = outlook.plot_south(table)
    assert plotted(ax).y.tolist() == pytest.approx([50, 80, 90, 100])
    assert set(plotted(ax).x) == {"03/22"}
    assert "40 % of the South abstained or stayed away, 10 % stood with Russia" in ax.get_label()


def test_two_countries_are_compared_state_by_state_and_by_year():
    shares = pd.DataFrame({"Russia": [20.0, 30.0], "China": [25.0, 10.0]})
    states = shares.set_axis(["Kazakhstan", "Uzbekistan"])
    ax = frictions.plot_central_asia(states, year=2020)
    assert plotted(ax).x.tolist() == [20, 25, 30, 10]
    assert plotted(ax).series.tolist()[:2] == ["Kazakhstan: Russia", "Kazakhstan: China"]
    assert ax.get_label() == "China traded more than Russia with 1 of 2 states of Central Asia"
    assert "as cited" in frictions.plot_central_asia(states).figure.ballast.source
    ax = frictions.plot_between(shares.set_axis([2019, 2020]), "KAZ")
    assert plotted(ax).y.tolist() == [25, 10, 20, 30]
    said = "In the trade of Kazakhstan China went from 25 to 10 %, Russia from 20 to 30 %"
    assert ax.get_label() == said


def test_every_two_years_are_joined_and_the_title_counts_those_that_were_better():
    years = {"first": [2016] * 4 + [2020] * 2, "last": [2025] * 2 + [2020] * 2 + [2025] * 2}
    spans = pd.DataFrame(years | {"group": ["a pair", "a state and allies"] * 3})
    spans["before"] = [78.0, 44.0, 78.0, 44.0, 76.0, 40.0]
    spans["after"] = [75.0, 35.0, 76.0, 40.0, 75.0, 39.5]
    ax = frictions.plot_agreement(spans)
    drawn = plotted(ax).groupby("series", sort=False).y.apply(lambda y: y.dropna().tolist())
    assert drawn["a pair, every two years"] == [78, 75, 78, 76, 76, 75]
    assert drawn["a state and allies"] == [44, 35]
    said = "a pair held together better than a state and allies in 2 of 3 pairs of years, 2016-2025"
    assert ax.get_label() == said


def shares(*rows):
    return pd.DataFrame(rows, columns=["year", "exports_pct", "imports_pct", "imports_high_pct"])


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
    ours = shares((2021, 13.9, 24.8, 24.8), (2024, 25.5, 46.3, 51.5))
    theirs = shares((2019, 2.0, 2.9, 2.9), (later, 3.2, 5.0, 5.0))
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


def design(*expected):
    named = {f"variant {place}": level for place, level in enumerate(expected)}
    return variants(named, before=100.0, actual=200.0)


def test_designs_above_half_are_counted_and_those_without_a_table_left_out():
    designs = {SHARES: design(90.0), TREND: design(180.0), OTHERS: design(120.0)}
    ax = turning.plot_bounds(designs, (2021, 2024), home="RUS", partner="CHN")
    said = "that can fail, 1 of 2 puts over half of the 2021-2024 rise down to a turn"
    assert ax.get_label().endswith(said)
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


def test_the_partner_is_shown_however_little_it_gained():
    others = [code for code in load("countries").iso3 if code not in ("CHN", "RUS")][:50]
    changes = pd.DataFrame({"exports_usd_bn": range(51)}, [*others[:25], "CHN", *others[25:]])
    changes.attrs["unsound"] = []
    ax = turning.plot_gains(changes, (2021, 2024), home="RUS", partner="CHN")
    assert "China" in [tick.get_text() for tick in ax.get_yticklabels()]


def test_trends_at_or_below_half_are_counted():
    shares = pd.DataFrame({"compound": [40.0, 60.0], "least squares": [50.0, 70.0]}, [1992, 1993])
    title = turning.plot_starts(shares).get_label()
    assert title == "By 2 of 4 earlier trends, at least half of the rise was to be expected"


def test_what_others_imply_stands_beside_the_actual_figure():
    known = pd.Series([90.0, 100.0], index=[2019, 2020])
    ax = turning.plot_counterfactuals(known, design(150.0, 170.0), (2020, 2024), partner="CHN")
    said = "Growing since 2020 as with others, trade would be 160 and not 200 billion"
    assert ax.get_label() == said


def test_each_supplier_is_a_line():
    energy = pd.DataFrame({"A": [1.0, 3.0], "B": [2.0, 2.0]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 60.0))
    table = plotted(ax)
    assert ax.get_label().endswith("that China imported in 2019, more than any other")
    behind = goods.plot_suppliers(Suppliers(energy, "B", 40.0))
    assert behind.get_label().endswith("2019, less than A")
    assert table.groupby("series").y.apply(list).to_dict() == {"A": [1.0, 3.0], "B": [2.0, 2.0]}


def test_suppliers_that_are_not_the_point_are_named_on_their_lines_and_not_on_one_another():
    energy = pd.DataFrame({"A": [20.0, 21.0], "B": [2.0, 2.0], "C": [1.9, 1.0]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 90.0))
    named = {text.get_text(): text.get_position() for text in ax.texts if text.get_text() in "BC"}
    assert named == {"B": (2019, 2.0), "C": (2018, 1.9)}
    assert [line.get_linestyle() for line in ax.lines if line.get_label() in "BC"] == ["-", "--"]


def test_a_supplier_with_a_gap_is_named_where_it_has_a_figure():
    energy = pd.DataFrame({"A": [5.0, 6.0], "B": [2.0, None]}, index=[2018, 2019])
    ax = goods.plot_suppliers(Suppliers(energy, "A", 90.0))
    assert [text.get_position() for text in ax.texts if text.get_text() == "B"] == [(2018, 2.0)]


def test_price_and_volume_stand_side_by_side_and_add_up():
    prices = pd.DataFrame({"crude": [1.0, 2.0]}, index=[2021, 2024])
    amounts = pd.DataFrame({"crude": [10.0, 12.0]}, index=[2021, 2024])
    effects = price_and_volume(prices, amounts, first=2021, last=2024)
    ax = goods.plot_price_and_volume({"effects": effects, "first": 2021, "last": 2024})
    table = plotted(ax)
    assert ax.get_label().startswith("Volume made 21 % of the change in value")
    assert table.x.sum() == pytest.approx(24 - 10)
    assert table.x.tolist() == pytest.approx([3.0, 11.0])


def test_both_readings_of_a_share_stand_in_its_row_and_a_missing_one_is_not_drawn():
    columns = {"goods": ["vehicles", "machines"] * 2, "year": [2021, 2021, 2024, 2024]}
    shares = pd.DataFrame(columns | {"mirror_pct": [15.0, 32.0, 87.0, 74.0]})
    shares["customs_pct"] = [16.0, None, None, None]
    ax = goods.plot_china_by_product(shares)
    assert plotted(ax).groupby("series").x.apply(list).to_dict() == {
        "vehicles, 2021: partners' reports": [15.0],
        "vehicles, 2021: over Russian customs": [16.0],
        "machines, 2021: partners' reports": [32.0],
        "vehicles, 2024: partners' reports": [87.0],
        "machines, 2024: partners' reports": [74.0],
    }
    assert "at least 16 %" in ax.get_label()
    assert {" 87 ", " 16 "} <= {text.get_text().replace("  ", " ") for text in ax.texts}


def test_exports_are_not_joined_where_the_reporters_change():
    columns = {"chips": 0.2, "machine_tools": [0.1, 0.1, 0.2, 0.8], "whole_list": 4.0}
    exports = pd.DataFrame({"year": [2020, 2021, 2022, 2023], **columns})
    ax = goods.plot_chips(exports)
    drawn = {line.get_label(): list(line.get_xdata()) for line in ax.lines}
    assert drawn["chips to 2021"] == [2020, 2021]
    assert drawn["chips (8542)"] == [2022, 2023]
    assert "+0 % in 2022-2023; of listed machine tools: +300 %" in ax.get_label()


@pytest.fixture
def known():
    rates = [1.1, 1.2, 0.95, 1.15, 1.05, 1.1, 1.25, 0.9, 1.1, 1.05, 1.2]
    return pd.Series(rates, index=range(2010, 2021)).cumprod()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ({}, "Trade after 2020, if it went on as before"),
        ({2021: 1.415}, "Trade of 2021 came in 50 % below 'it goes on as before'"),
        ({2030: 9.9}, "Trade after 2020, if it went on as before"),
    ],
)
def test_the_title_says_how_far_the_outcome_lay_from_the_forecast(known, outcome, said):
    totals = Frozen("2021-01-31", known, pd.Series(outcome, dtype=float), known)
    made = forecasts(totals, horizon=1, level=0.8)
    ax = growth.plot_forecast(totals, made)
    assert ax.get_label() == said
    assert {"naive", "known on the day"} < set(plotted(ax).series)


def test_without_the_forecast_by_drift_there_is_no_figure(known):
    totals = Frozen("2021-01-31", known, pd.Series(dtype=float), known)
    missing = growth.plot_forecast(totals, {"drift": NotApplicable("too short")})
    assert isinstance(missing, NotApplicable)
    assert "too short" in missing.reason


def test_windows_beyond_the_axis_are_counted_in_the_outer_bars():
    place = {"home": "A", "partner": "B", "first": 2021, "last": 2024, "rate_pct": 10.0}
    windows = pd.Series([-0.9, 0.0, 0.05, 3.0])
    ax = growth.plot_windows(place | {"above_pct": 25.0, "growth": windows})
    bars = plotted(ax)
    title = "25 in 100 3-year spans of large pairs grew faster than A-B in 2021-2024"
    assert ax.get_label() == title
    assert bars.y.iloc[[0, -1]].tolist() == [1.0, 1.0]
    assert bars.y.sum() == 4


def test_the_partner_in_home_s_imports_is_the_point_and_a_range_where_it_is_one():
    ours = shares((2023, 24.0, 45.0, 47.0), (2024, 25.5, 46.3, 51.5))
    theirs = shares((2020, 2, 3, 3))
    ax = dependence.plot_weights(Shares(ours, theirs, None), home="RUS", partner="CHN")
    title = "In 2024 China supplied 46-52 % of Russia's imports and took 26 % of its exports"
    assert ax.get_label() == title
    last = plotted(ax).groupby("series", sort=False).y.last()
    assert last.tolist() == [46.3, 25.5, 3.0, 2.0]
    colours = {drawn.get_label(): drawn.get_color() for drawn in ax.get_lines()}
    assert colours["China in Russia's\nimports"] == POINT


def test_a_title_has_digits_enough_for_trade_of_next_to_nothing():
    few = pd.DataFrame({"year": [2017, 2020], "exports_usd_bn": 1e-5, "imports_usd_bn": 1e-5})
    ax = trade.plot_levels(few.assign(total_usd_bn=[0.00031, 0.00015]), (2017, 2020), **PAIR)
    title = "Russia-China trade fell from USD 0.00031 to 0.00015 billion, 2017-2020"
    assert ax.get_label() == title


@pytest.mark.parametrize("last", [2001, 2004, 2009, 2017, 2025])
def test_years_are_whole_on_an_axis_of_however_few(last):
    few = pd.DataFrame({"year": range(2000, last + 1)}).assign(exports_usd_bn=1.0)
    few = few.assign(imports_usd_bn=1.0, total_usd_bn=2.0)
    ax = trade.plot_levels(few, (2000, last), **PAIR)
    years = [text.get_text() for text in ax.get_xticklabels()]
    assert years
    assert all(year.isdigit() for year in years)


def test_the_sources_of_weights_are_those_of_the_two_countries():
    ours = shares((2019, 10, 20, 20), (2020, 11, 21, 21))
    both = Shares(ours, ours, None)

    def said(home, partner):
        return said_of(dependence.plot_weights(both, home=home, partner=partner)).source

    russian = "Russia's figures from 2022 are estimates, and false rows are left in the total."
    assert said("RUS", "CHN") == f"IMF; China customs 2024. {russian}"
    assert said("RUS", "IND") == f"IMF. {russian}"
    assert said("CUB", "MEX") == "IMF."


def test_every_pair_is_in_a_bar_and_those_beyond_in_the_last():
    place = {"home": "A", "partner": "B", "gap": -30.0, "larger_pct": 25.0, "year": 2025}
    ax = dependence.plot_gaps(place | {"sizes": pd.Series([0.5, 1.5, 30.0, 99.0])})
    bars = plotted(ax).y
    assert [bars.sum(), bars.iloc[0], bars.iloc[-1]] == [4, 2, 1]
    assert ax.get_label() == "25 in 100 pairs of 2025 are more lopsided than A and B"
    assert "A-B\n30 points" in [text.get_text() for text in ax.texts]


def test_every_importer_is_in_a_bar_and_home_is_marked_where_it_is_one():
    shares = pd.Series({"RUS": 78.0, "DEU": 20.0, "FRA": 22.0})
    ax = dependence.plot_electronics(shares, home="RUS")
    assert plotted(ax).y.sum() == 3
    said = "Russia buys 78 % of its electrical goods from China, the importer in the middle 22 %"
    assert ax.get_label() == said
    assert "Russia\n78 %" in [text.get_text() for text in ax.texts]
    without = dependence.plot_electronics(shares.drop("RUS"), home="RUS")
    assert "the middle\n21 %" in [text.get_text() for text in without.texts]


def test_targets_of_the_limit_or_more_stand_out():
    ax = dependence.plot_sizes(pd.Series({"X": 120.0, "Y": 5.0, "Z": 25.0}))
    assert ax.get_label().startswith("1 of 3 targets")
    table = plotted(ax)
    assert table[["x", "y"]].to_numpy().tolist() == [[5.0, "Y"], [25.0, "Z"], [120.0, "X"]]
    shades = [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert shades == [POINT, SECOND, SECOND]


def test_bars_rise_and_the_title_says_so():
    columns = {"share": ["under 0.1", "10 or more"], "shift": [2.0, 5.0], "pairs_years": 2}
    by_share = pd.DataFrame(columns)
    ax = ballast.plot_shifts(by_share)
    assert plotted(ax)[["x", "y"]].to_numpy().tolist() == [["under 0.1", 2.0], ["10 or more", 5.0]]
    assert "larger shifts" in ax.get_label()


def test_shifts_over_several_years_are_not_called_those_of_one():
    by_share = pd.DataFrame({"share": ["1-3"], "shift": [2.0], "pairs_years": 2})
    for years, words in ((1, "distance in a year"), (10, "distance in 10 years")):
        ax = ballast.plot_shifts(by_share, years=years)
        assert any(words in text.get_text().replace("\n", " ") for text in ax.figure.texts)


def test_estimates_are_coloured_by_whether_their_interval_leaves_out_zero():
    rows = [("below", -2.0, -3.0, -1.0), ("across", 0.0, -1.0, 1.0), ("above", 2.0, 1.0, 3.0)]
    ax = ballast.plot_estimates(
        pd.DataFrame(rows, columns=["reading", "estimate", "low", "high"]),
        matters_pct=2,
        p_value=0.1,
    )
    table = plotted(ax)
    assert table.series.tolist() == table.y.tolist() == ["below", "across", "above"]
    assert table.x.tolist() == [-2.0, 0.0, 2.0]
    dots = [drawn.get_color() for drawn in ax.get_lines() if not drawn.get_label().startswith("_")]
    assert dots == [POINT, GREY, SECOND]
    assert ax.get_label().startswith("1 of 3 readings finds that two states were steadier")
    assert ax.get_xlim() == (-ax.get_xlim()[1], ax.get_xlim()[1])
    assert "1 wholly to its left, 1 across it, 1 wholly" in ax.figure.ballast.alt


def test_both_series_of_a_pair_reach_a_hundred():
    pair = pd.DataFrame({"share_pct": [2.0, 8.0], "distance": [3.0, 1.0]}, index=[2000, 2001])
    table = plotted(ballast.plot_pair(pair, home="Russia", partner="China"))
    largest = {"trade share (100 = 8.0 %)": 100.0, "UN distance (100 = 3.00)": 100.0}
    assert table.groupby("series").y.max().to_dict() == largest


def test_the_widest_bar_stands_at_the_top():
    halves = {"narrow": 1.0, "wide": 3.0}
    assumptions = [
        Assumption(name=name, meaning=name, low=-half, central=0.0, high=half)
        for name, half in halves.items()
    ]
    ax = leverage.plot_tornado(fit_scenario(dict, assumptions, unit="x"))
    assert ax.get_label().endswith("what moves it most: wide")
    table = plotted(ax)
    assert table.y.tolist() == ["narrow", "wide"]
    assert table.x.tolist() == [1.0, 3.0]


def test_changes_are_shown_as_they_are_said_and_the_largest_is_named():
    changes = pd.DataFrame({"trade": ["a", "b"], "change_pct": [2.3, -0.079]})
    ax = leverage.plot_dearer(changes)
    assert plotted(ax).x.tolist() == [2.3, -0.079]
    assert ax.get_label().endswith("by up to +2.3 %")
    assert [text.get_text().strip() for text in ax.texts] == ["+2.3", "-0.079"]


def test_each_member_is_a_line_and_the_mean_is_the_point():
    agreed = pd.DataFrame({2024: [0.6, 0.8, 0.5], 2025: [0.5, 0.4, float("nan")]})
    agreed = agreed.set_axis(["FRA", "MLT", "XKX"])
    agreed.attrs["texts"] = 12
    ax = leverage.plot_europe(agreed)
    drawn = plotted(ax).groupby("series", sort=False).y.apply(lambda y: y.dropna().tolist())
    assert drawn["each member"] == pytest.approx([60, 50, 80, 40])
    assert drawn["mean"] == pytest.approx([70, 45])
    said = "On the same 12 texts Washington and Europe agreed less in 2025 than in 2024: 45 %"
    assert ax.get_label() == f"{said} after 70 %"
