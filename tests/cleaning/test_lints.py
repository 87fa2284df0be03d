"""Each lint catches the published error that it was written for, and passes over the sound figures
beside it."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cleaning import announced, customs, lints, trade
from analysis.cleaning.corrections import declared
from analysis.errors import RawDataError
from analysis.paths import DATA, raw_root
from analysis.sources.source import RawStore, sources
from analysis.tables import load
from analysis.tables.views import false_figures

with_raw = pytest.mark.skipif(
    raw_root() is None, reason="BALLAST_RAW is not set: the published file is not read"
)
MONTH = ["year", "month", "flow"]


@pytest.fixture
def project_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's own corrections and exceptions, in place of the empty ones of this folder."""
    monkeypatch.setattr("analysis.cleaning.corrections.FOLDER", DATA / "corrections")


@pytest.fixture(scope="module")
def annual() -> pd.DataFrame:
    return load("china_customs_annual").rename(columns={"value_usd_bn": "value"})


@pytest.fixture(scope="module")
def to_date() -> pd.DataFrame:
    rows = load("china_customs_monthly", period="year_to_date").rename(
        columns={"value_usd_bn": "value"}
    )
    rows = rows[rows["value"].notna()]
    return rows.assign(decimals=announced.printed_decimals(rows["value"]))


@pytest.fixture(scope="module")
def yuan_rates() -> pd.Series:
    return load("exchange_rates", currency="CNY").set_index("year").per_usd


def test_a_misprinted_total_is_found(to_date: pd.DataFrame) -> None:
    """A report of January-February 2023 prints 36.7 for the total of 15.04 and 18.65."""
    wide = to_date.pivot(index=["year", "month"], columns="flow", values="value")
    assert lints.broken_sums(wide).empty
    note = load("china_customs_monthly", year=2023, month=2, flow="total").note.iloc[0]
    printed = float(note.partition("prints total as ")[2].partition(" ")[0])
    wide.loc[(2023, 2), "total"] = printed
    assert printed == 36.7
    assert lints.broken_sums(wide).index.tolist() == [(2023, 2)]


def test_growth_over_a_revised_base_is_found_and_other_growth_is_not(to_date: pd.DataFrame) -> None:
    """Growth of 40.6 % in the first half of 2023 is over a base that customs had raised since its
    announcement."""
    off = lints.growth_mismatches(
        announced.announced_growth("usd"), to_date, keys=["month", "flow"]
    )
    found = off.set_index(MONTH)
    assert found.loc[(2023, 6, "total"), ["growth_pct", "implied_pct"]].tolist() == [40.6, 41.99]
    assert not {(2023, 8, "total"), (2023, 9, "total"), (2023, 10, "total")} & set(found.index)


def test_growth_is_never_computed_across_a_missing_year() -> None:
    levels = pd.DataFrame(
        {"year": [2019, 2021], "flow": "total", "value": [100.0, 150.0], "decimals": 1}
    )
    growth = pd.DataFrame({"year": [2021], "flow": ["total"], "growth_pct": [5.0]})
    assert lints.growth_mismatches(growth, levels, keys=["flow"]).empty


def test_yuan_growth_beside_dollars_is_found(annual: pd.DataFrame, yuan_rates: pd.Series) -> None:
    """The fall of 27.8 % in 2015 was in yuan, and was printed beside dollars that had fallen by a
    third."""
    headline = annual[annual.source == "gacc"]
    growth = announced.announced_growth("usd").query("month == 12")
    off = lints.growth_mismatches(growth, headline, keys=["flow"]).set_index(["year", "flow"])
    moved = (100 * yuan_rates.pct_change())[off.index.get_level_values("year")].set_axis(off.index)
    mixed = lints.other_currency(off.growth_pct, off.implied_pct, moved)
    assert off.index[mixed].tolist() == [(2015, "total")]


def test_dollars_converted_at_another_years_rate_are_found(
    annual: pd.DataFrame, yuan_rates: pd.Series
) -> None:
    """The same headline is 422.7 billion yuan at 6.58 to the dollar; the year's rate was 6.28."""
    preliminary = annual[
        (annual.year == 2015) & (annual.flow == "total") & (annual.source == "gacc")
    ]
    reason = pd.read_csv(DATA / "corrections" / "corrections.csv").set_index("key").reason
    yuan = float(
        reason["source=gacc; flow=total; year=2015"].partition("2016: ")[2].partition(" ")[0]
    )
    frame = pd.DataFrame({"usd": preliminary["value"], "cny": yuan, "per_usd": yuan_rates[2015]})
    assert lints.mixed_currencies(frame).implied_per_usd.tolist() == [6.5841]


def test_the_two_currencies_of_2024_are_one_amount(yuan_rates: pd.Series) -> None:
    both = load("china_customs_monthly", year=2024).dropna(subset=["value_usd_bn", "value_cny_bn"])
    frame = both.rename(columns={"value_usd_bn": "usd", "value_cny_bn": "cny"}).assign(
        per_usd=yuan_rates[2024]
    )
    assert len(frame) > 20
    assert lints.mixed_currencies(frame).empty


@pytest.mark.raw
@with_raw
def test_a_month_in_thousand_dollars_among_ten_thousand_yuan_is_found(
    yuan_rates: pd.Series,
) -> None:
    """The carrier's table of 2024 has September in another unit and currency than the other
    months."""
    raw = RawStore.from_environment()
    table = raw.csv(
        "gacc/gacc_regions_2024_monthly_raw.csv", columns="region_raw, exports_month, month"
    )
    dollars = (
        load("china_customs_monthly", year=2024, period="month", flow="exports")
        .set_index("month")
        .value_usd_bn
    )
    russia = {
        9: "11246735.0",
        10: "7754211.0",
        12: "8117794.0",
    }  # the rows of Russia, found by their size
    rows = [
        {
            "month": month,
            "usd": dollars[month],
            "cny": float(value) / 1e5,
            "per_usd": yuan_rates[2024],
        }
        for month, value in russia.items()
        if ((table.month == str(month)) & (table.exports_month == value)).any()
    ]
    assert len(rows) == len(russia)
    assert lints.mixed_currencies(pd.DataFrame(rows)).month.tolist() == [9]


def test_exchanged_directions_are_found() -> None:
    """A report of early 2024 calls 20.202 China's exports to Russia; the customs table in yuan says
    imports."""
    rows = load("china_customs_monthly", year=2024, month=2, period="year_to_date")
    wide = rows.pivot(
        index=["year", "month"], columns="flow", values=["value_usd_bn", "value_cny_bn"]
    )
    yuan = wide.value_cny_bn[["exports", "imports"]]
    reference = yuan * (wide.value_usd_bn.total.iloc[0] / yuan.sum(axis=1).iloc[0])
    as_kept = wide.value_usd_bn[["exports", "imports"]]
    as_printed = as_kept.rename(columns={"exports": "imports", "imports": "exports"})
    assert "swaps wording" in rows.note.iloc[0]
    assert lints.swapped_directions(as_kept, reference).empty
    assert len(lints.swapped_directions(as_printed, reference)) == 1


def test_an_estimate_at_a_fixed_ratio_is_found() -> None:
    """Russia's imports from China of 2022-24 are China's exports times 1.076 to 1.080, under
    Russia's name."""
    mirror = load("russia_china_mirror", direction="CHN to RUS").set_index("year")
    assert lints.copied_from_partner(mirror.russia_usd_bn, mirror.china_usd_bn) == [
        2022,
        2023,
        2024,
    ]
    assert mirror.russia_estimated[[2022, 2023, 2024]].all()
    other = load("russia_china_mirror", direction="RUS to CHN").set_index("year")
    assert lints.copied_from_partner(other.china_usd_bn, other.russia_usd_bn) == []


@settings(deadline=None)
@given(st.lists(st.floats(1.061, 1.099), min_size=3, max_size=12), st.floats(1.0, 1000.0))
def test_a_copy_is_found_whatever_its_unit_and_ends_with_the_run(
    ratios: list[float], scale: float
) -> None:
    fob = pd.Series(
        [scale * (index + 1) for index in range(len(ratios))], index=range(2000, 2000 + len(ratios))
    )
    copied = lints.copied_from_partner(fob * ratios[0], fob)
    assert copied == fob.index.tolist()
    wild = fob * [ratio + 0.5 * (index % 2) for index, ratio in enumerate(ratios)]
    assert lints.copied_from_partner(wild, fob) == []


@pytest.mark.parametrize(("year", "share"), [(2022, 1.0), (2026, 1.0)])
def test_january_read_with_february_is_found(year: int, share: float) -> None:
    """China customs announces the two together: 26.4 billion in 2022, 39.0 in 2026, as if for
    February."""
    rows = load("china_customs_monthly", year=year, flow="total").rename(
        columns={"value_usd_bn": "value"}
    )
    rows = rows[rows["value"].notna() & (rows.month <= 3)]
    assert lints.merged_months(rows).empty
    together = rows[(rows.month == 2) & (rows.period == "year_to_date")].assign(period="month")
    kept = rows[(rows.period == "year_to_date") | (rows.month != 2)]
    assert lints.merged_months(pd.concat([kept, together])).month.tolist() == [2]
    march = kept[kept.month == 3] if year == 2022 else together.assign(month=3, value=20.0)
    without_sum = pd.concat([march[march.period == "month"], together])
    assert lints.merged_months(without_sum)["value"].tolist() == together["value"].tolist()


def test_january_is_public_with_february() -> None:
    assert [customs.published_by(2024, month) for month in (1, 2, 12)] == [
        "2024-03-20",
        "2024-03-20",
        "2025-01-20",
    ]
    assert customs.published_by(2019, 1) == "2019-02-20"


def test_a_preliminary_headline_is_found(annual: pd.DataFrame) -> None:
    """64.2 billion was announced for 2015 and 67.955 is the later figure."""
    undeclared = annual.assign(vintage=annual.vintage.replace("preliminary", "headline"))
    found = lints.superseded(undeclared)
    assert found[found.year == 2015].flow.tolist() == ["exports", "imports", "total"]
    left = lints.superseded(annual)
    assert left[["year", "flow"]].to_numpy().tolist() == [[2011, "total"]]


def test_uganda_and_kazakhstan_are_found_in_the_published_figures() -> None:
    """The IMF has Uganda sell Russia 5.8 billion in 2022 after 24 million, and Kazakhstan vanish in
    2024."""
    rows = load("trade_russia")
    false = false_figures("trade_russia").rename(columns={"published_usd_mn": "value_usd_mn"})
    published = pd.concat([rows, false])
    found = lints.jumps(published, by=["partner", "flow"]).set_index(["partner", "flow", "year"])
    assert found.loc[("UGA", "imports", 2022), "before"] == pytest.approx(23.9, abs=0.1)
    assert {("KAZ", "exports", 2024), ("KAZ", "imports", 2024)} <= set(found.index)
    assert "UGA" not in lints.jumps(rows, by=["partner", "flow"]).partner.to_numpy()
    listed = declared_keys("trade_russia")
    assert all(
        f"partner={p}; flow={f}; year={y}" in listed for p, f, y in found.index if p != "UGA"
    )


def declared_keys(table: str) -> set[str]:
    rows = pd.read_csv(DATA / "corrections" / "exceptions.csv")
    return set(rows[(rows.table == table) & (rows.lint == "jumps")].key)


@pytest.mark.raw
@with_raw
def test_the_published_file_without_its_corrections_stops_the_build() -> None:
    """Here no correction is declared, so the false rows of the IMF's file must stop the table."""
    with pytest.raises(
        RawDataError,
        match=r"lint 'jumps' on table 'trade_russia': not declared: .*UGA, imports, 2022",
    ):
        trade.russia_partners(RawStore.from_environment())


def test_the_other_end_shows_uganda_to_be_false_in_every_year() -> None:
    """A level that stays high is no jump any more, but Uganda's own report (67 million) still
    contradicts it."""
    false = false_figures("trade_russia").rename(columns={"published_usd_mn": "value_usd_mn"})
    uganda = load("exports_2025", reporter="UGA", partner="RUS").value_usd_mn.iloc[0]
    own = false.assign(reporter="UGA", partner="RUS", flow="exports", value_usd_mn=uganda)
    panel = pd.concat([false, own], ignore_index=True)
    assert panel[lints.contradicted(panel)].year.tolist() == [2022, 2023, 2024]
    assert not lints.contradicted(false).any()  # Uganda silent: nothing contradicts


def test_a_jump_that_the_partner_reports_too_is_borne_out() -> None:
    """China's imports from Turkmenistan rose 27-fold in 2010, by both reports; those from Myanmar
    by China's alone."""
    rows = load("trade_annual", reporter="CHN", partner=["TKM", "MMR"])
    mirror = load("trade_annual", reporter=["TKM", "MMR"], partner="CHN")
    assert "TKM" in lints.jumps(rows, by=["partner", "flow"]).partner.to_numpy()
    found = lints.unconfirmed_jumps(rows, mirror)
    assert found[["partner", "flow", "year"]].to_numpy().tolist() == [["MMR", "imports", 2014]]


def test_gaps_in_russias_reports_on_belarus_are_found() -> None:
    rows = load("trade_annual", reporter="RUS", partner="BLR")
    found = lints.unconfirmed_jumps(rows, load("trade_annual", reporter="BLR", partner="RUS"))
    assert sorted(set(found.year)) == [2001, 2004, 2009]
    assert found.after.isna().all()


def test_partners_that_pass_the_total_are_found() -> None:
    totals = (
        load("trade_totals", source="imf_dots", reporter="RUS", year=2020)
        .set_index("flow")
        .value_usd_mn
    )
    rows = load("trade_annual", reporter="RUS", year=2020)
    assert lints.parts_against_totals(rows.groupby("flow").value_usd_mn.sum(), totals).empty
    slipped = rows.assign(
        value_usd_mn=rows.value_usd_mn.where(rows.partner != "MNG", 1000 * rows.value_usd_mn)
    )
    off = lints.parts_against_totals(slipped.groupby("flow").value_usd_mn.sum(), totals)
    assert "exports" in off.index


FINDS = pd.DataFrame({"year": [2011, 2012], "flow": ["total", "exports"], "early": [80.0, 90.0]})


def declare(*lines: str, folder: Path) -> None:
    (folder / "exceptions.csv").write_text("\n".join(["table,lint,key,reason", *lines]) + "\n")


def test_finds_must_be_declared_and_declarations_found(tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    declare(
        "t,lint,year=2011; flow=total,rounded", "t,lint,year=1999; flow=total,gone", folder=folder
    )
    with pytest.raises(RawDataError) as caught:
        lints.require_declared("t", lint=(FINDS, ["year", "flow"]))
    assert (
        "not declared: 2012, exports, 90.0 | declared but no longer found: year=1999; flow=total"
        in str(caught.value)
    )
    declare(
        "t,lint,year=2011; flow=total,rounded", "t,lint,year=2012; flow=exports,seen", folder=folder
    )
    lints.require_declared("t", lint=(FINDS, ["year", "flow"]))
    with pytest.raises(RawDataError, match="declared but no longer found"):
        lints.require_declared("t", lint=(FINDS.iloc[:0], ["year", "flow"]))


@pytest.mark.usefixtures("project_exceptions")
def test_every_exception_of_the_announcements_gives_the_base_that_it_speaks_of(
    to_date: pd.DataFrame,
) -> None:
    """The reasons quote the base that the growth implies; it is computed here again."""
    level = to_date.set_index(MONTH)["value"]
    growth = announced.announced_growth("usd").set_index(MONTH).growth_pct
    listed = declared("china_customs_monthly", file="exceptions.csv")
    assert len(listed) == 14
    for row in listed.to_dict("records"):
        year, month, flow = (part.partition("=")[2] for part in row["key"].split("; "))
        key = (int(year), int(month), flow)
        base = level[key] / (1 + growth[key] / 100)
        assert (
            f"is over {base:.1f} bn, and {level[int(year) - 1, int(month), flow]} bn"
            in row["reason"]
        )


def test_the_sources_say_what_the_lints_found() -> None:
    assert any("Belarus" in trap for trap in sources()["imf_dots"]["traps"])
    assert any("Uganda" in trap for trap in sources()["imf_imts_russia"]["traps"])
    assert any("January and February" in trap for trap in sources()["gacc"]["traps"])
