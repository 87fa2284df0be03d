"""The explorer of the book in a real browser, from a disk and from a server; its numbers beside
those of the tables."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis.book.explorer import _columns
from analysis.measures.agreement import agreement_with_all
from analysis.tables import load
from analysis.tables.views import pair_trade, partners
from tests.book.conftest import watch

LARGEST_SITE = 8_000_000
PAIRS = [("RUS", "CHN", 2024), ("USA", "CHN", 2020), ("DEU", "RUS", 2020)]
SHOWN_TO = {"share": 0.006, "dollars": 1.1, "agreement": 0.051}
"""How far a rounded figure may lie from its table: shares have two digits, flows none, agreement
one."""

NUMBERS = """[...document.querySelectorAll('#explorer-numbers tbody tr')]
  .map(row => [...row.cells].map(cell => cell.textContent))"""
"""Every cell of the page's table, by row."""


@pytest.fixture
def open_explorer(browser):
    """Open the page at an address and wait until it is drawn; it must end without an error and
    without a request to anywhere else."""
    opened = []

    def at(place):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.append((page, watch(page, place)))
        page.goto(f"{place}/explore.html")
        ready(page)
        return page

    yield at
    for page, faults in opened:
        page.close()
        assert faults == []


@pytest.fixture
def explorer(open_explorer, book):
    """The page from a disk, where a browser allows the least."""
    return open_explorer(book.as_uri())


def test_it_works_from_a_server_too(open_explorer, address):
    page = open_explorer(address)
    assert "Germany and Russia traded" in choose(page, "DEU", "RUS")
    assert page.locator("#explorer .chart svg").count() == 4


def ready(page):
    page.wait_for_selector("#explorer[data-state=ready]", timeout=60_000)


def choose(page, home, partner, **menus):
    for menu, value in {"home": home, "partner": partner, **menus}.items():
        page.select_option(f"#explorer-{menu}", str(value))
    ready(page)
    return page.inner_text("#explorer-summary")


def menus_of(page):
    """The countries and years that the menus name, in a line."""
    menus = ("home", "partner", "first", "last")
    return " ".join(page.input_value(f"#explorer-{menu}") for menu in menus)


def row_of(page, year):
    """Numbers of one year in the page's table, by place; None is an empty cell."""
    (row,) = [cells for cells in page.evaluate(NUMBERS) if cells[0] == str(year)]
    return [float(text.replace(",", "")) if text else None for text in row]


def test_numbers_are_those_of_the_tables(explorer):
    for home, partner, year in PAIRS:
        summary = choose(explorer, home, partner, source="home")
        _, exports, imports, _, share, rank, back, rank_back, agreed, count = row_of(explorer, year)
        trade = pair_trade(home, partner, source="imf_home").set_index("year").loc[year]
        assert exports == pytest.approx(1000 * trade.exports_usd_bn, abs=SHOWN_TO["dollars"])
        assert imports == pytest.approx(1000 * trade.imports_usd_bn, abs=SHOWN_TO["dollars"])
        both = (home, partner, share, rank), (partner, home, back, rank_back)
        for one, other, shown, placed in both:
            expected = partners(one, year=year).set_index("partner").loc[other]
            assert shown == pytest.approx(expected.share_pct, abs=SHOWN_TO["share"])
            assert placed == expected["rank"]
        votes = load("unga_votes", year=year)
        voted = agreement_with_all(votes, home=home).set_index("partner").loc[partner]
        assert agreed == pytest.approx(100 * voted.agreement, abs=SHOWN_TO["agreement"])
        assert count == voted.n_votes
        assert summary.count("\n") >= 3
        assert explorer.locator("#explorer .chart svg").count() == 4


def test_the_announced_totals_of_chinas_customs_come_first_for_russia_and_china(explorer):
    summary = explorer.inner_text("#explorer-summary")
    assert explorer.input_value("#explorer-source") == "customs"
    announced = load("china_customs_annual", flow="total", year=2025).value_usd_bn.iloc[0]
    assert f"{announced:.1f} billion dollars in 2025" in summary
    choose(explorer, "RUS", "DEU")
    assert explorer.locator("#explorer-source option[value=customs]").count() == 0


def test_a_pair_without_figures_is_told_in_words(explorer):
    summary = choose(explorer, "ERI", "TON")
    assert "There are no figures of trade between Eritrea and Tonga" in summary
    assert explorer.locator("#explorer-trade svg").count() == 0
    assert "no figures" in explorer.inner_text("#explorer-trade")
    assert explorer.locator("#explorer-share svg").count() == 0


def test_a_gap_stays_a_gap(explorer):
    """No all-pairs panel exists from 2021 to 2024, and 2025 has one flow."""
    choose(explorer, "USA", "DEU")
    years = explorer.locator("#explorer-numbers tbody th").all_text_contents()
    numbers = {int(year): row_of(explorer, year) for year in years if int(year) >= 2020}
    assert numbers[2020][3] is not None
    assert [numbers[year][1:8] for year in (2021, 2022, 2023, 2024)] == [[None] * 7] * 4
    assert numbers[2025][1] is not None
    assert numbers[2025][2:4] == [None, None]


CHOICES = [
    (
        {"home": "RUS", "partner": "RUS"},
        "Both menus named Russia, which does not trade with itself: China is shown beside it.",
        "RUS CHN 1992 2025",
    ),
    (
        {"home": "CHN", "partner": "CHN"},
        "Both menus named China, which does not trade with itself: Russia is shown beside it.",
        "CHN RUS 1992 2025",
    ),
    (
        {"home": "ERI", "partner": "RUS", "first": 1946, "last": 1950},
        "There is no figure of Eritrea and Russia from 1946 to 1950: the years that have some,",
        "ERI RUS 1994 2025",
    ),
    (
        {"home": "RUS", "partner": "CHN", "last": 2010, "first": 2020},
        "The years ran from 2020 back to 2010: they are shown from 2010 to 2020.",
        "RUS CHN 2010 2020",
    ),
]


def test_a_choice_that_makes_no_sense_is_explained_and_mended(explorer):
    for menus, words, shown in CHOICES:
        assert words in choose(explorer, **menus)
        assert menus_of(explorer) == shown
        assert explorer.locator("#explorer .chart svg").count() > 0


ADDRESSES = [
    ("XXX-CHN", "asks for ‘XXX-CHN’, and the page takes two countries", "RUS CHN 1992 2025"),
    ("USA-DEU?first=1800", "asks for the year ‘1800’, and the data have", "USA DEU 1992 2025"),
    ("USA-DEU?source=customs", "does not have for this pair", "USA DEU 1992 2025"),
    ("USA-DEU?first=2000&last=2010", "", "USA DEU 2000 2010"),
]


def test_an_address_is_kept_or_answered(explorer):
    for asked, words, shown in ADDRESSES:
        explorer.evaluate("asked => { location.hash = asked; location.reload() }", asked)
        explorer.wait_for_load_state()
        ready(explorer)
        assert words in explorer.inner_text("#explorer-summary")
        assert menus_of(explorer) == shown
        assert words or explorer.url.endswith(f"#{asked}")


def test_exports_of_2025_are_drawn_apart_and_named(explorer):
    """Open triangles in no line; the legend says what they are."""
    choose(explorer, "USA", "DEU")
    panel = explorer.locator("#explorer-trade")
    assert "2025, exports only" in panel.locator(".key").inner_text()
    points = panel.locator("path[aria-roledescription=point]")
    late = [one for one in points.all() if "2025" in one.get_attribute("aria-label")]
    assert len(late) == 1
    assert late[0].get_attribute("fill") != late[0].get_attribute("stroke")
    choose(explorer, "USA", "DEU", last=2020)
    assert "2025" not in panel.locator(".key").inner_text()


def test_the_page_is_usable_by_keyboard_and_screen_reader(explorer):
    assert all(
        explorer.eval_on_selector(f"#explorer-{menu}", "menu => menu.labels.length === 1")
        for menu in ("home", "partner", "source", "first", "last")
    )
    assert explorer.get_attribute("#explorer-summary", "aria-live") == "polite"
    explorer.focus("#explorer-partner")
    explorer.keyboard.press("I")  # Iceland; letters that follow would have to come within a second
    explorer.keyboard.press("ArrowDown")
    explorer.wait_for_function("document.getElementById('explorer-partner').value === 'IND'")
    ready(explorer)
    assert "Russia and India traded" in explorer.inner_text("#explorer-summary")
    assert re.search(r"#RUS-IND$", explorer.url)
    described = explorer.locator("#explorer .chart").first.get_attribute("aria-label")
    assert "Russia and India traded" in described


def test_it_fits_a_phone(explorer):
    explorer.set_viewport_size({"width": 390, "height": 800})
    explorer.emulate_media(color_scheme="dark")
    explorer.reload()
    ready(explorer)
    assert explorer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for chart in explorer.query_selector_all("#explorer .chart svg"):
        assert 200 < chart.bounding_box()["width"] <= 390


def test_no_serious_fault_of_access(explorer):
    found = Axe().run(explorer, "#explorer", {"preload": False}).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_the_scripts_are_on_that_page_only_and_small(book):
    assert "vega.js" in (book / "explore.html").read_text()
    assert "vega.js" not in (book / "index.html").read_text()
    parts = list((book / "_static" / "explorer").rglob("*.*"))
    assert sum(part.stat().st_size for part in parts) < LARGEST_SITE


def test_columns_have_holes_where_years_are_missing():
    assert _columns([(2000, 1.4, float("nan")), (2003, 2.6, 7.0)]) == "[2000,[1,,,3],[,,,7]]"
    assert _columns([(2000, 0.0, 1.0), (2001, float("nan"), 1.0)]) == "[2000,[0],[1,1]]"
