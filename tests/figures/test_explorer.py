"""The explorer's rows and chart: what is there, what stays a gap, and a description that JupyterLab
can draw."""

import json
import re

import pytest

from analysis.errors import ParameterError
from analysis.evidence import explore
from analysis.figures import explorer, style
from analysis.figures.plotted import plotted
from analysis.tables import load
from analysis.tables.views import partners, shares_of


@pytest.fixture(scope="module")
def rows():
    return explore.explorer_rows("Russia", "CHN", others=8)


def test_figures_are_those_of_the_tables(rows):
    values = rows.set_index(["measure", "partner", "year", "source"]).value
    expected = partners("RUS", year=2024).set_index("partner").loc["CHN"]
    assert values["share", "China", 2024, "any"] == pytest.approx(expected.share_pct)
    assert values["rank", "China", 2024, "any"] == expected["rank"]
    announced = load("china_customs_annual", flow="total", year=2025).value_usd_bn.iloc[0]
    assert values["trade", "China", 2025, "customs"] == announced
    reported = load("trade_annual", reporter="DEU", partner="RUS", flow="exports", year=2019)
    exported = reported.value_usd_mn.item() / 1000
    assert values["imports", "Germany", 2019, "partner"] == pytest.approx(exported)


def test_shares_of_all_partners_sum_to_one_hundred():
    own = explore.with_shares(explore.reported(reporter="IND"))
    sums = own.groupby("year").share_pct.sum(min_count=1).dropna()
    assert len(sums) > 40
    assert sums.to_numpy() == pytest.approx(100)
    assert (own.groupby("year")["rank"].min().dropna() == 1).all()


def test_a_year_with_one_flow_only_has_no_share():
    both = explore.reported(reporter="ABW")
    one = both.assign(exports_usd_mn=both.exports_usd_mn.where(both.year != 2010))
    found = explore.with_shares(one)
    assert found.loc[found.year == 2010, "share_pct"].isna().all()
    assert found.loc[found.year == 2011, "share_pct"].notna().all()


def test_gaps_stay_gaps_and_2025_is_joined_to_nothing():
    found = explore.explorer_rows("USA", "DEU", others=5)
    assert not len(found[found.year.between(2021, 2024) & (found.source == "home")])
    late = found[(found.year == 2025) & (found.kind != "UN roll calls")]
    assert set(late.measure) == {"exports", "imports"}
    assert set(late.kind) == {"IMF, exports of 2025"}
    for record in explorer._records(found):
        assert record["year"] == list(range(record["year"][0], record["year"][-1] + 1))


def test_estimates_are_marked(rows):
    own = rows.query("source == 'home' and measure == 'trade' and partner == 'China'")
    own = own.set_index("year")
    assert own.estimated[[2022, 2023, 2024]].all()
    assert not own.estimated[[2020, 2021]].any()


def test_the_other_is_the_largest_where_none_is_named(rows):
    table = partners("RUS", year=2020)
    largest = explore.name(table[table.partner != "CHN"].partner.iloc[0])
    assert rows.attrs["shown"] == ["China", largest]


def test_the_same_country_twice_is_refused():
    with pytest.raises(ParameterError, match="not three countries"):
        explore.explorer_rows("RUS", "CHN", "China", others=5)


def test_the_still_picture_plots_both_shares(rows):
    ax = explorer.plot_partners(rows, home="Russia")
    table = plotted(ax).dropna()
    assert table.series.unique().tolist() == rows.attrs["shown"]
    of_2019 = shares_of("RUS", "CHN", first_year=2019, last_year=2019)
    flows = sorted(of_2019[["exports_pct", "imports_pct"]].iloc[0])
    assert flows[0] < table.set_index(["series", "x"]).y["China", 2019] < flows[1]
    missing = explorer.plot_partners(rows[rows.measure == "trade"], home="Russia")
    assert "reported no trade" in missing.reason


def test_the_chart_carries_its_figures_and_no_identity(rows):
    charts = [explorer.explorer_chart(rows, home="Russia") for _ in range(2)]
    first, again = map(json.dumps, charts)
    assert first == again
    assert "http" not in first.replace("https://vega.github.io/schema/vega-lite/", "")
    menus = [menu["name"] for menu in json.loads(first)["params"]]
    assert menus == ["partner", "other", "measure", "source", "first", "last"]


def test_the_chart_is_labelled_as_jupyterlab_reads_it(rows, monkeypatch):
    shown = []
    monkeypatch.setattr(explorer, "display", lambda bundle, raw: shown.append(bundle))
    explorer.show_chart(explorer.explorer_chart(rows, home="Russia"))
    spec = shown[0]["application/vnd.vegalite.v5+json"]
    assert spec["$schema"].endswith("/v5.json")
    assert "JupyterLab" in shown[0]["text/plain"]


def test_the_chart_has_the_colours_of_the_house_and_the_kinds_of_the_rows(rows):
    written = explorer.CHART.read_text()
    house = {style.INK, style.LIGHT, style.POINT, style.SECOND}
    assert set(re.findall("#[0-9a-f]{6}", written)) == house
    points = explorer.explorer_chart(rows, home="Russia")["layer"][1]["encoding"]
    assert points["shape"]["scale"]["domain"] == [*dict.fromkeys(explore.KINDS.values())]
    assert f"'{explore.KINDS['exports_2025']}'" in points["fill"]["condition"]["test"]


@pytest.mark.parametrize(
    ("chosen", "of_2025", "without"),
    [
        ({"measure": "exports"}, True, False),
        ({"measure": "imports"}, False, False),
        ({"measure": "trade", "first": 2026}, False, True),
    ],
)
def test_words_say_where_figures_are_of_2025_and_where_a_choice_has_none(
    rows, chosen, of_2025, without
):
    vl_convert = pytest.importorskip("vl_convert")
    spec = explorer.explorer_chart(rows, home="Russia")
    for menu in spec["params"]:
        menu["value"] = chosen.get(menu["name"], menu["value"])
    drawn = vl_convert.vegalite_to_svg(spec)
    assert ("open triangles are 2025, which has exports only" in drawn) == of_2025
    assert ("No figures for this choice" in drawn) == without


def test_without_rows_there_is_no_chart(rows):
    assert "no table has trade" in explorer.explorer_chart(rows.iloc[:0], home="Russia").reason
