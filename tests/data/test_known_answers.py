"""Known answers, found again in the tables that are committed: those of one table stand in
known_answers.yaml, those that need several here."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from analysis.cleaning.lints import GROWTH_TOLERANCE_POINTS
from analysis.errors import CoverageError, MissingYearError, ParameterError
from analysis.measures.growth import product_growth
from analysis.tables import describe, load
from analysis.tables.products import product_trade
from analysis.tables.views import false_figures, pair_trade, partners, shares_of

ANSWERS = yaml.safe_load(Path(__file__).with_name("known_answers.yaml").read_text("utf-8"))
ROUNDED = 0.06
"""Shares are quoted to one decimal."""
BN = 0.006
"""Billions are quoted to two decimals."""


def agrees(found: Any, answer: Any) -> bool:
    if isinstance(answer, list):
        return len(found) == len(answer) and all(map(agrees, found, answer))
    if isinstance(answer, float):
        return abs(found - answer) <= 0.6 * 10 ** -len(repr(answer).partition(".")[2])
    return bool(found == answer)


@pytest.mark.parametrize(("table", "rows", "figure", "answer"), ANSWERS)
def test_a_known_answer_is_found_again(table: str, rows: dict, figure: str, answer: Any) -> None:
    found = eval(figure, dict(load(table, **rows).items()))
    assert agrees(found.tolist() if isinstance(found, pd.Series) else found, answer), found


def totals() -> pd.Series:
    return pair_trade("RUS", "CHN").set_index("year").total_usd_bn


def customs_of(year: int) -> pd.Series:
    return load("china_customs_annual", year=year, source="gacc").set_index("flow").value_usd_bn


def test_totals_and_flows_by_china_customs() -> None:
    known = {1992: 5.849, 2008: 56.795, 2013: 89.173, 2015: 67.955, 2020: 107.7, 2021: 146.887}
    known |= {2022: 190.271, 2023: 240.11, 2024: 244.81, 2025: 228.105}
    assert totals().loc[list(known)].to_dict() == pytest.approx(known)
    assert totals().loc[[2021, 2024]].round().tolist() == [147, 245]  # the essay's
    home, abroad = (
        pair_trade(*pair).set_index("year") for pair in (("CHN", "RUS"), ("RUS", "CHN"))
    )
    assert (home.exports_usd_bn.dropna() == abroad.imports_usd_bn.dropna()).all()
    assert (home.imports_usd_bn.dropna() == abroad.exports_usd_bn.dropna()).all()
    total, exports, imports = load("china_customs_annual", year=2025).value_usd_bn
    assert exports + imports == pytest.approx(total)


def test_the_fall_of_2025_is_the_announced_one_within_the_base_revision() -> None:
    announced = load("announced_growth", year=2025, flow="total").growth_pct.iloc[0]
    assert announced == -6.9
    fall = 100 * (totals()[2025] / totals()[2024] - 1)
    assert fall == pytest.approx(announced, abs=GROWTH_TOLERANCE_POINTS)


def test_china_in_russias_trade_by_the_imf_and_by_customs() -> None:
    rows = shares_of("RUS", "CHN", first_year=2016, last_year=2024).set_index("year")
    known = [[9.8, 20.9], [13.9, 24.8], [23.7, 45.2], [25.5, 46.3]]
    shares = rows.loc[[2016, 2021, 2023, 2024], ["exports_pct", "imports_pct"]].to_numpy()
    assert shares == pytest.approx(pd.DataFrame(known).to_numpy(), abs=ROUNDED)
    assert rows.imports_high_pct[2024] == pytest.approx(51.5, abs=ROUNDED)  # without Uganda
    russia = load("trade_totals_cited", economy="RUS", year=2023).set_index("flow").value_usd_bn
    china = customs_of(2023)
    assert 100 * china.imports / russia.exports == pytest.approx(30.4, abs=ROUNDED)
    assert 100 * china.exports / russia.imports == pytest.approx(38.9, abs=ROUNDED)
    ranks = partners("CHN", year=2024).set_index("partner")
    assert ranks.loc["RUS", "rank"] == 7
    assert 3 < ranks.loc["RUS", "share_pct"] < 4.5


def test_ugandas_false_sales_were_a_tenth_of_russias_imports() -> None:
    false = false_figures("trade_russia").set_index("year").published_usd_mn
    assert false.round().to_dict() == {2022: 5_766, 2023: 12_152, 2024: 27_004}
    total = load("trade_totals", source="imf_imts_russia", flow="imports", year=2024).value_usd_mn
    assert 100 * false[2024] / total.item() == pytest.approx(10, abs=0.2)


def test_gaps_and_jumps_of_the_estimates_for_russia() -> None:
    rows = load("trade_russia").dropna(subset=["value_usd_mn"])
    years = rows.groupby("partner").year.agg(set)
    assert 2024 not in years["KAZ"]
    assert not {2022, 2023, 2024} & (years["TKM"] | years["PRK"])
    exports = rows[rows.flow == "exports"].set_index(["partner", "year"]).value_usd_mn.unstack()
    assert (exports[2024] / exports[2021])[["ARM", "UZB"]].round().tolist() == [5, 5]


def test_imf_estimates_for_russia_are_chinas_exports_times_a_constant() -> None:
    mirror = load("russia_china_mirror", direction="CHN to RUS").set_index("year")
    assert (mirror.russia_usd_bn / mirror.china_usd_bn).loc[2022:2024].between(1.075, 1.081).all()


def test_chinas_trade_in_dollars_is_its_yuan_at_the_customs_rate() -> None:
    cited = load("trade_totals_cited", economy="CHN", year=2024).set_index("flow").value_cny_bn
    dollars = load("trade_totals", source="gacc_2024").value_usd_mn.sum() / 1000
    assert (cited.exports + cited.imports) / dollars == pytest.approx(7.1157, abs=0.002)


def test_fossil_fuels_in_chinas_imports_from_russia() -> None:
    fuels = load("china_fossil_imports", year=2024, part_of="").value_usd_mn.sum()
    products = load("china_oil_product_imports", year=2024, supplier="RUS").value_usd_mn.sum()
    share = (fuels + products) / 10 / customs_of(2024).imports
    assert share == pytest.approx(70.8, abs=ROUNDED)


def test_rows_of_the_large_tables() -> None:
    known = {"trade_annual": 1_889_561, "unga_votes": 982_334}
    assert {table: describe(table)["rows"] for table in known} == known


def test_trade_with_oneself_is_nowhere_but_in_chinas_returned_goods() -> None:
    for table in ("trade_annual", "trade_russia", "trade_china_2024"):
        frame = load(table)
        assert set(frame.reporter[frame.reporter == frame.partner]) <= {"CHN"}


def test_russia_among_chinas_suppliers_of_energy() -> None:
    rows = load("china_energy_imports")
    energy = rows.pivot_table(
        index="supplier_name", columns="year", values="energy_ej", aggfunc="sum"
    )
    russia = 100 * energy.loc["Russian Federation"] / energy.sum()
    assert russia[[2018, 2023]].tolist() == pytest.approx([11.5, 20.5], abs=ROUNDED)
    named = energy.drop(index="Other Asia Pacific")
    assert set(named.loc[:, 2018:].idxmax()) == {"Russian Federation"}
    crude = rows[(rows.fuel == "crude") & (rows.supplier != "")]
    first = crude.pivot(index="supplier", columns="year", values="amount_mt").idxmax()
    assert first.tolist() == ["RUS", "RUS", "SAU", "SAU", "SAU", "SAU", "RUS"]


def test_no_zero_is_left_between_moscow_and_beijing() -> None:
    both = ["CHN", "SUN"]
    pair = load("cow_trade", reporter=both, partner=both)
    assert not (pair[pair.year >= 1950].value_usd_mn == 0).any()
    assert not pair.year.between(1958, 1977).any()
    removed = false_figures("cow_trade")
    ours = removed[removed.reporter.isin(both) & removed.partner.isin(both)]
    assert sorted(ours.year.unique()) == [1960, 1961, 1962, 1963]
    assert (ours.published_usd_mn == 0).all()


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ("RUS", "CHN", {1985: 0.805, 1993: 0.629, 2006: 0.903, 2024: 0.764, 2025: 0.870}),
        ("CHN", "USA", {2024: 0.322}),
    ],
)
def test_lijphart_agreement(one: str, other: str, known: dict[int, float]) -> None:
    """1 for the same vote, 0.5 beside an abstention (2, between yes 1 and no 3), 0 opposed."""
    rows = load("unga_votes", iso3=[one, other], year=list(known))
    both = rows.pivot(index=["year", "rcid"], columns="iso3", values="vote").dropna()
    apart = (both[one] - both[other]).abs().groupby("year").mean()
    assert (1 - apart / 2).to_dict() == pytest.approx(known, abs=0.0006)


def test_china_votes_from_november_1971_and_taiwan_until_october() -> None:
    both = load("unga_votes", iso3=["CHN", "TWN"])
    dates = both.rcid.map(load("unga_rollcalls").set_index("rcid").date).groupby(both.iso3)
    assert dates.min()["CHN"] == "1971-11-03"
    assert dates.max()["TWN"] < "1971-10-25"


def test_the_press_missed_vetoes_that_the_longer_list_has_and_added_none() -> None:
    press = load("unsc_vetoes", complete=False)
    longer = load("unsc_vetoes_to_2026").query("date > '2022-07-31' and (veto_rus or veto_chn)")
    assert set(press.date) < set(longer.date)
    missed = ["2023-07-11", "2023-08-30", "2024-04-24", "2026-04-07"]
    assert sorted(set(longer.date) - set(press.date)) == missed


def test_rows_that_stand_in_two_tables_agree() -> None:
    old = load("opinion_polls", pollster="Levada", about="CHN", answer="favourable")
    new = load("opinion_polls_added", pollster="Levada", about="CHN")
    both = old.merge(new[new.measure_as_printed == "good attitude"], on="year")
    assert both.year.tolist() == [2020, 2021]
    assert (both.share_pct == both.value).all()
    known, twice = load("joint_exercises"), load("joint_exercises_added", in_joint_exercises=True)
    assert len(twice) == 2
    months = known.start_date.str.slice(0, 7) + known.format
    assert set(twice.start_date.str.slice(0, 7) + twice.format) <= set(months)
    labelled = load("ties_between_russia_and_china")
    assert set(labelled.case) <= set(load("ties_cases").case)


def test_the_five_states_of_central_asia_add_up() -> None:
    asia = load("central_asia_trade", reporter="China customs", year=2024)
    turnover = asia.set_index("country").turnover_usd_mn
    assert turnover.drop("five").sum() == pytest.approx(turnover["five"], abs=5)


@pytest.mark.parametrize(
    ("products", "exporter", "bn"),
    [
        ([f"{chapter:02}" for chapter in range(1, 98)], "CHN", (69.62, 75.36, 110.01)),
        ("84", "CHN", (16.96, 16.88, 25.22)),
        ("85", "CHN", (16.43, 13.35, 17.08)),
        ("87", "CHN", (4.34, 6.30, 22.52)),
        ("8517", "CHN", (6.69, 4.35, 4.38)),
        ("8471", "CHN", (4.84, 2.93, 2.92)),
        ("8542", "CHN", (0.216, 0.180, 0.178)),
        ([str(heading) for heading in range(8456, 8467)], "CHN", (0.59, 0.83, 1.89)),
        ("8703", "CHN", (1.34, 1.68, 11.65)),
        (["87", "8703"], "CHN", (4.34, 6.30, 22.52)),
        ("2709", "RUS", (35.4, 58.4, 60.7)),
    ],
)
def test_sales_by_product(products: str | list[str], exporter: str, bn: tuple[float, ...]) -> None:
    trade = product_trade(products, exporter=exporter).set_index("year").value_usd_mn / 1000
    tolerance = ROUNDED if products == "2709" else BN
    assert trade.loc[2021:].tolist() == pytest.approx(list(bn), abs=tolerance)


def test_products_and_months_against_other_tables() -> None:
    trade = load("trade_by_product").groupby(["exporter", "year"]).value_usd_mn.sum() / 1000
    for year in (2022, 2023):
        assert trade["RUS", year] == pytest.approx(customs_of(year)["imports"], abs=0.2)
        assert trade["CHN", year] == pytest.approx(customs_of(year)["exports"], rel=0.011)
    for year in (2016, 2021):
        months = load("russia_customs_monthly_partners", partner="CHN", year=year)
        sums = months.groupby("flow").value_usd_mn.sum()
        published = load("trade_russia", partner="CHN", year=year).set_index("flow").value_usd_mn
        assert sums.to_dict() == pytest.approx(published.to_dict(), rel=0.01)
    suppliers = load("russia_suppliers_by_product", hs="85", year=2024, rank=1)
    importer = load("electronics_suppliers", importer="RUS")
    assert suppliers.share_pct.tolist() == importer.china_share_pct.tolist()
    union = load("eu_exports_to_russia_monthly", reporter="EU27")
    years = load("eu_exports_by_partner", partner="RUS").set_index("year").value_eur_mn.loc[2019:]
    sums = union.groupby("year").value_eur_mn.sum().loc[2019:2023]
    assert sums.tolist() == pytest.approx(years.tolist(), rel=2e-4)


def test_four_members_of_the_union_in_russias_machinery() -> None:
    rows = load("russia_suppliers_by_product", hs="84", year=2021)
    of_union = rows[rows.supplier.isin(load("groups", group="EU27").iso3)].share_pct.sum()
    assert of_union == pytest.approx(25.7, abs=ROUNDED)


def test_what_is_left_out_of_the_priority_goods_is_named_to_the_reader() -> None:
    left_out = load("priority_goods", counted=False).hs6
    for table in ("priority_goods", "priority_goods_exports"):
        assert all(code in describe(table)["description"] for code in left_out)


def test_growth_across_the_break_is_refused() -> None:
    cars = product_trade("8703", exporter="CHN")
    assert product_growth(cars, first=2022, last=2023) == pytest.approx(5.935, abs=0.001)
    with pytest.raises(ParameterError) as refused:
        product_growth(cars, first=2021, last=2023)
    assert str(refused.value) == (
        "trade of 2021 rests on the reports of RUS and CHN, and that of 2023 on those of CHN:"
        " growth across the break holds a change of reporters; allowed: two years with the same"
        " reports: 2017-2021 (RUS and CHN); 2022-2023 (CHN); choose such years."
    )
    with pytest.raises(MissingYearError):
        product_growth(cars, first=2022, last=2024)


@pytest.mark.parametrize("products", [[], "870", "0106201", "cars", ["87", 8703]])
def test_what_names_no_products_is_refused(products: str | list[str]) -> None:
    with pytest.raises(ParameterError, match="names no products"):
        product_trade(products, exporter="CHN")


def test_nothing_sold_is_no_zero() -> None:
    with pytest.raises(CoverageError, match="CHN sold nothing of 77"):
        product_trade("77", exporter="CHN")
