"""The book in a real browser: light, and usable in every way that it offers, on a phone and on
paper."""

import re

import pytest

from analysis.claims import verdict_on
from tests.book.conftest import watch

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
HEAVIEST_BYTES = 400_000
SLOWEST_MS = 1000
PAPER_MM = 247
"""Height of A4 between the margins that browsers leave."""

CUT = """() => [...document.querySelectorAll('article :is(table, pre, .math, .argue)')]
  .filter(part => part.getBoundingClientRect().right > innerWidth + 1
    || (part.tagName !== 'TABLE' && part.scrollWidth > part.clientWidth + 1))
  .map(part => `${part.tagName} ${part.className}`)"""


def visited(browser, address):
    """Bytes that the front page takes with an empty cache, and milliseconds until it can be
    used."""
    context = browser.new_context(viewport=LAPTOP)
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


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("bombers Mediterranean", "claims/C22.html"),
        ("vassal", "claims/C42.html"),
        ("ballast", "notebooks/09_ballast.html"),
        ("UN votes", "notebooks/03_a_shared_outlook.html"),
        ("coercion", "claims/C45.html"),
    ],
)
def test_search_names_claims_and_chapters_first_also_from_a_disk(words, first, book, browser):
    page = browser.new_page()
    page.faults = watch(page, "file://")
    page.goto(f"{book.as_uri()}/index.html")
    page.get_by_placeholder("Search").first.fill(words)
    page.keyboard.press("Enter")
    results = page.locator("#search-results")
    results.locator("ul.search li").first.wait_for()
    links = [link.get_attribute("href") for link in results.locator("ul.search a").all()]
    assert links[0] == first
    of_functions = [link.startswith("reference/analysis") for link in links]
    assert of_functions == sorted(of_functions)  # they come last
    top = results.locator("li").first
    if first.startswith("claims/"):
        assert top.locator(".verdict").inner_text() == verdict_on(first[7:10]).label
    assert len(top.locator(".said").inner_text()) > 20
    assert re.match(r"\d+ claims?\b", results.get_by_role("status").inner_text())
    assert page.faults == []
    page.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("zzyzx", "No page has these words."),
        ("2024", "Numbers alone and very common words are not searched"),
        ("vassal zzyzx", "No page has all of these words. Some of them:"),
    ],
)
def test_search_says_what_it_did_not_find(words, said, open_page):
    page = open_page(f"search.html?q={words}")
    status = page.locator("#search-results").get_by_role("status")
    status.filter(has_text=re.compile(".")).wait_for()
    assert said in status.inner_text()
    assert page.faults == []


def test_without_scripts_the_search_says_where_to_look(open_page):
    page = open_page("search.html", java_script_enabled=False)
    page.locator("article").get_by_role("link", name="the page of claims").click()
    assert page.locator("h1").inner_text().startswith("The claims")


def test_one_switch_shows_all_code_and_is_remembered(open_page):
    page = open_page("notebooks/04_the_trade_boom.html")
    switch = page.get_by_role("switch", name="Show the code")
    code = page.locator("div.cell_input pre")
    assert code.count() > 5
    assert not any(each.is_visible() for each in code.all())
    assert not any(fold.is_visible() for fold in page.locator("details.hide > summary").all())
    switch.focus()
    page.keyboard.press("Space")
    assert all(each.is_visible() for each in code.all())
    page.locator("a.next-page").click()
    page.wait_for_url("**/05_*")
    assert page.get_by_role("switch").is_checked()
    assert page.locator("div.cell_input pre").first.is_visible()
    page.get_by_role("switch").click()
    page.reload()
    assert not page.locator("div.cell_input pre").first.is_visible()
    assert page.faults == []


def test_without_scripts_each_cell_keeps_a_fold_for_its_code(open_page):
    page = open_page("notebooks/04_the_trade_boom.html", java_script_enabled=False)
    fold = page.locator("div.cell details.hide").first
    assert page.get_by_role("switch").count() == 0
    assert not fold.locator("pre").is_visible()
    fold.get_by_text("Show the code").click()
    assert fold.locator("pre").is_visible()


def test_a_reader_gets_from_the_front_to_the_numbers_of_a_figure(open_page):
    page = open_page()
    page.locator("article a.chip").get_by_text("C27", exact=True).click()
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
    page.locator("a.next-page").click()
    assert page.locator("h1").inner_text().startswith("Turning east")
    assert page.faults == []


def test_wide_tables_become_cards_on_a_phone_and_long_ones_of_numbers_scroll(open_page):
    page = open_page("notebooks/04_the_trade_boom.html", **PHONE)
    row = page.locator("table.stacked tbody tr").first
    head = page.locator("table.stacked thead th").nth(1).text_content()
    assert row.locator("td").nth(1).get_attribute("data-head") == head
    table = page.locator(".scrolls[tabindex='0']").first
    assert table.evaluate("t => t.scrollWidth > t.clientWidth")
    table.evaluate("t => t.scrollLeft = 30")
    assert table.evaluate("t => t.scrollLeft") == 30
    first = table.locator("tbody tr").first.locator("td").first
    assert first.bounding_box()["x"] >= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(LAPTOP)
    assert row.evaluate("r => getComputedStyle(r).display") == "table-row"


def test_claims_can_be_read_on_a_phone(open_page):
    page = open_page("claims/index.html", **PHONE)
    row = page.locator("table.verdicts tbody tr").first
    cells = {cell.bounding_box()["x"] for cell in row.locator("td").all()}
    assert cells == {row.bounding_box()["x"]}
    size = row.locator(".verdict").evaluate("b => parseFloat(getComputedStyle(b).fontSize)")
    assert size > 10


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


def test_on_paper_no_figure_and_no_table_is_cut(book, address, open_page):
    page, cut = open_page(width=718, height=1000), []
    page.emulate_media(media="print")
    claims = sorted((book / "claims").glob("C*.html"))
    for path in [*sorted((book / "notebooks").glob("*.html")), *claims]:
        page.goto(f"{address}/{path.relative_to(book)}")
        for figure in page.locator("article figure").all():
            box = figure.locator("img").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 718
            assert figure.bounding_box()["height"] <= PAPER_MM * 96 / 25.4, path.name
            assert figure.evaluate("f => getComputedStyle(f).breakInside") == "avoid"
        cut += [f"{path.name}: {part}" for part in page.evaluate(CUT)]
        assert not page.locator(".sidebar-drawer").is_visible()
    assert cut == []
    assert page.pdf(format="A4").startswith(b"%PDF")
