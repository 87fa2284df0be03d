"""The book in a real browser: no fault, nothing from elsewhere, readable on a phone, on paper and
by ear."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PATTERNS = [
    "*.html",
    "notebooks/*.html",
    "claims/C[0-2]*.html",
    "claims/C[3-9]*.html",
    "claims/index.html",
    pytest.param("reference/*.html", marks=pytest.mark.slow),
    "reference/analysis.claims*.html",
]
"""Every page, in parts that several workers can share; the many pages of the reference, all alike,
when slow."""
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
}
HEAVIEST_BYTES = 500_000
SLOWEST_MS = 1000
PAPER_MM = 247
"""Height of A4 between the margins that browsers leave."""


def serious(page, where):
    """Faults of access that axe calls serious or critical."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{where}: {one['id']} ({one['help']}) at {one['nodes'][0]['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_page_is_without_fault(pattern, book, address, open_page):
    names = sorted(str(path.relative_to(book)) for path in book.glob(pattern))
    assert names
    page = open_page()
    faults = []
    for name in names:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{address}/{name}")
        faults += serious(page, name)
        assert page.locator("article h1").count() == 1, name
        page.set_viewport_size(PHONE)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            faults.append(f"{name} is wider than a phone")
    assert page.faults + faults == []


@pytest.mark.parametrize(
    "name", ["index.html", "claims/C27.html", "notebooks/04_the_trade_boom.html"]
)
def test_dark_pages_can_be_read_too(name, open_page):
    page = open_page(name, color_scheme="dark")
    shade = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert max(shade[:3]) < 60
    assert page.faults + serious(page, name) == []


def visited(browser, address):
    """Bytes that the front page takes with an empty cache, and milliseconds until it can be
    used."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, answers = context.new_page(), []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{address}/index.html", wait_until="load")
    quick = page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
    weight = sum(len(answer.body()) for answer in answers)
    context.close()
    return weight, quick


def test_the_front_page_is_light_and_quick(browser, address):
    weights, times = zip(*[visited(browser, address) for _ in range(3)], strict=True)
    assert 0 < max(weights) < HEAVIEST_BYTES
    assert min(times) < SLOWEST_MS


def test_search_finds_a_claim(open_page):
    page = open_page()
    page.get_by_placeholder("Search").first.fill("bombers Mediterranean")
    page.keyboard.press("Enter")
    found = page.locator("#search-results ul.search li a")
    found.first.wait_for()
    assert "claims/C22.html" in " ".join(link.get_attribute("href") for link in found.all())
    assert page.faults == []


def test_a_reader_gets_from_the_front_to_the_numbers_of_a_figure(open_page):
    page = open_page()
    page.locator("table.scorecard").get_by_role("link", name="C27", exact=True).click()
    assert "245 billion" in page.locator("h1").inner_text()
    page.locator("article").get_by_role("link", name="The trade boom").click()
    figure = page.locator("article figure").first
    with page.expect_download() as got:
        figure.get_by_role("link", name="Numbers (CSV)").click()
    assert got.value.suggested_filename == "04_the_trade_boom-1.csv"
    assert not page.get_by_text("trade.plot_levels(").is_visible()
    figure.get_by_role("link", name="Code").click()
    page.get_by_text("plot_levels").first.wait_for(state="visible")
    figure.get_by_role("link", name="Sources").click()
    assert page.url.endswith("#sources")
    page.get_by_role("link", name="Next").click()
    assert page.locator("h1").inner_text().startswith("Turning east")
    assert page.faults == []


def test_wide_tables_scroll_on_a_phone(open_page):
    page = open_page("data.html", **PHONE)
    table = page.locator(".table-wrapper[tabindex='0']").first
    assert table.evaluate("t => t.scrollWidth > t.clientWidth")
    table.evaluate("t => t.scrollLeft = 80")
    assert table.evaluate("t => t.scrollLeft") == 80
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_claims_can_be_read_on_a_phone(open_page):
    page = open_page("claims/index.html", **PHONE)
    row = page.locator("table.verdicts tbody tr").first
    assert {cell.bounding_box()["x"] for cell in row.locator("td").all()} == {
        row.bounding_box()["x"]
    }
    assert (
        page.locator("table.verdicts .verdict").first.evaluate(
            "b => parseFloat(getComputedStyle(b).fontSize)"
        )
        > 10
    )


@pytest.mark.parametrize(("screen", "ending"), [(PHONE, "-phone.png"), (LAPTOP, ".png")])
def test_every_figure_is_the_one_drawn_for_the_screen(screen, ending, book, address, open_page):
    """Its title stands in the picture and nowhere else that can be seen."""
    page = open_page(**screen)
    for path in sorted((book / "notebooks").glob("*.html")):
        page.goto(f"{address}/notebooks/{path.name}")
        for number, figure in enumerate(page.locator("article figure.chart").all(), start=1):
            picture, links = figure.locator("img"), figure.locator(".figure-links")
            picture.scroll_into_view_if_needed()
            picture.evaluate("i => i.decode()")
            assert picture.evaluate("i => i.currentSrc").endswith(f"{path.stem}-{number}{ending}")
            for box in (picture.bounding_box(), links.bounding_box()):
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= screen["width"]
            drawn = picture.evaluate("i => i.naturalWidth / 2")
            assert picture.bounding_box()["width"] >= 0.9 * drawn
            assert figure.locator(".finding").bounding_box()["width"] <= 1
    assert page.faults == []


def test_on_paper_no_figure_is_cut(book, address, open_page):
    page = open_page(width=718, height=1000)
    page.emulate_media(media="print")
    for path in sorted((book / "notebooks").glob("*.html")):
        page.goto(f"{address}/notebooks/{path.name}")
        for figure in page.locator("article figure").all():
            box = figure.locator("img").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 718
            assert figure.bounding_box()["height"] <= PAPER_MM * 96 / 25.4, path.name
            assert figure.evaluate("f => getComputedStyle(f).breakInside") == "avoid"
        assert not page.locator(".sidebar-drawer").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
