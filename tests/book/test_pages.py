"""Every page of the book in a real browser: no fault, nothing from elsewhere, readable on a phone
and by ear."""

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis.book.build import make_site
from analysis.paths import ROOT
from tests.book.conftest import watch

PATTERNS = [
    "*.html",
    "notebooks/*.html",
    "claims/C[0-2]*.html",
    "claims/C[3-9]*.html",
    "claims/index.html",
    "reference/analysis.claims*.html",
    pytest.param("reference/*.html", marks=pytest.mark.slow),
]
"""Every page, in parts that several workers can share; the many pages of the reference when
slow."""
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
}
LATER_TABLES = "article section section:nth-of-type(n+9)"
"""Sections of the data dictionary after the first eight, a hundred that are made alike."""
TAKE_OUT = """those => { window.taken = [...document.querySelectorAll(those)].map(part => {
    const place = document.createComment('');
    part.replaceWith(place);
    return [place, part]; }); }"""
PUT_BACK = "taken.forEach(([place, part]) => place.replaceWith(part))"
"""To leave out a part for a while: what is merely excluded is still walked through by each rule."""
FORMULAS = r"""# Front

It rose from $147 billion to $245 billion, where $g_t$ is the trend:

$$ \log \text{trade}_t = a + \sum_{i=1}^{n} \frac{g_i}{1 + \varepsilon_i} $$

```{toctree}
glossary
scale
```
"""

SMALL_PRINT = "#explorer-numbers *, .scrolls *, table.stacked thead *, table.verdicts thead *"
"""What may lie beside a phone's screen: long tables of numbers, which scroll and say so, and heads
that each card repeats."""
BESIDE = """small => [...document.querySelectorAll(
    'article :is(h1, h2, h3, p, li, dt, dd, blockquote, img, svg, pre, td, th, input, select, math,'
    + ' .verdict, .chip)')]
  .filter(part => !part.matches(small) && part.checkVisibility())
  .filter(part => { const { left, right, width } = part.getBoundingClientRect();
    return width > 1 && (left < -1 || right > innerWidth + 1); })
  .map(part => `${part.tagName} ${part.className} ${part.textContent.slice(0, 40)}`)"""
"""Parts of a page that carry its message and lie beyond either side of the screen."""


def serious(page, where):
    """Faults of access that axe calls serious or critical."""
    page.evaluate(TAKE_OUT, LATER_TABLES if where == "data.html" else "none")
    found = Axe().run(page, options=RULES).response["violations"]
    page.evaluate(PUT_BACK)
    return [
        f"{where}: {one['id']} ({one['help']}) at {one['nodes'][0]['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def beside(page):
    return page.evaluate(BESIDE, SMALL_PRINT)


def resize(page, screen):
    """Change the screen, and wait for the frame in which the page hears of it and has changed."""
    page.set_viewport_size(screen)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def examined(book, names):
    """Pages to be examined for access. Those of the reference and of claims with the same label are
    made alike: the longest stands for them."""
    alike = {}
    for name in sorted(names, key=lambda name: (book / name).stat().st_size):
        kind = re.match("reference/|claims/C", name)
        label = re.search(r'class="verdict [^"]*">([^<]*)<', (book / name).read_text())
        alike[(kind[0], label and label[1]) if kind else name] = name
    return {*alike.values()}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_page_is_without_fault(pattern, book, address, open_page):
    names = sorted(str(path.relative_to(book)) for path in book.glob(pattern))
    assert names
    page, faults, thorough = open_page(), [], examined(book, names)
    for name in names:
        resize(page, LAPTOP)
        page.goto(f"{address}/{name}")
        faults += serious(page, name) if name in thorough else []
        assert page.locator("article h1").count() == 1, name
        resize(page, PHONE)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            faults.append(f"{name} is wider than a phone")
        faults += [f"{name}: {part} is beside the screen" for part in beside(page)]
    assert page.faults + faults == []


DARK = ["index.html", "claims/C27.html", "notebooks/04_the_trade_boom.html"]


@pytest.mark.parametrize("name", DARK)
def test_dark_pages_can_be_read_too(name, open_page):
    page = open_page(name, color_scheme="dark")
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert all(int(part) < 60 for part in re.findall(r"\d+", shade)[:3])
    assert page.faults + serious(page, name) == []


def test_formulas_are_drawn_without_a_network_and_amounts_stay_amounts(tmp_path, browser):
    pages, site = tmp_path / "pages", tmp_path / "site"
    shutil.copytree(ROOT / "book", pages)
    (pages / "index.md").write_text(FORMULAS)
    make_site(pages, site)
    page = browser.new_page(viewport=PHONE)
    page.faults = watch(page, "file://")
    page.goto(f"{site.as_uri()}/index.html")
    boxes = [formula.bounding_box() for formula in page.locator("article math").all()]
    assert [box["width"] > 8 and box["height"] > 8 for box in boxes] == [True, True]
    assert boxes[1]["height"] > boxes[0]["height"]
    said = page.locator("article").inner_text()
    assert "from $147 billion to $245 billion" in said
    assert "\\" not in said
    assert said.count("$") == 2
    assert page.faults + beside(page) == []
    page.close()
