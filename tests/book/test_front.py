"""The front page and what is shared of the book: light, drawn from figures, readable anywhere."""

import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from analysis.claims import ledger, verdict_on
from analysis.claims.argument import argument, order
from analysis.claims.board import THESIS, answer, findings
from analysis.evidence.start_here import reach

HEAVIEST_BYTES = 400_000
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def front(book):
    return BeautifulSoup((book / "index.html").read_text(encoding="utf-8"), "html.parser")


def loaded(page):
    """Files that a page asks for, without what follows a question mark."""
    asked = [tag.get("href") for tag in page.select('link[rel~="stylesheet"], link[rel~="icon"]')]
    asked += [tag.get("src") for tag in page.select("script[src], img[src]")]
    return [name.partition("?")[0] for name in asked if name]


def test_it_weighs_little_with_all_that_it_loads(front, book):
    files = loaded(front)
    assert len(files) > 5
    styles = " ".join((book / name).read_text() for name in files if name.endswith(".css"))
    assert not re.search(r"url\((?![\"']?data:)", styles), "count what a style sheet asks for, too"
    whole = (book / "index.html").stat().st_size + sum((book / n).stat().st_size for n in files)
    assert whole < HEAVIEST_BYTES


def test_each_finding_has_its_verdict_and_a_chart_that_says_what_it_shows(front):
    items = front.select("ul.findings > li")
    assert len(items) == len(findings()) == 5
    for item, (claim, finding) in zip(items, findings().itertuples(index=False), strict=True):
        assert finding in item.get_text()
        assert item.select_one(".verdict").get_text() == verdict_on(claim).label
        assert len(item.svg["aria-label"]) >= 40
        assert item.svg["role"] == "img"


def test_it_says_what_was_not_tested_and_how_far_the_data_reach(front):
    said = front.article.get_text(" ", strip=True)
    assert reach() in said
    heading = next(h for h in front.select("h2") if "could not be tested" in h.get_text())
    untested = heading.find_next("ul")
    facts = [this for this in ledger().values() if this.kind == "fact" and not this.labels]
    assert [item.a.get_text() for item in untested.select("li")][: len(facts)] == [
        f.id for f in facts
    ]


@pytest.mark.parametrize("name", ["index.html", "argument.html"])
def test_the_argument_opens_the_page_and_each_step_leads_to_what_is_said_of_it(book, name):
    page = BeautifulSoup((book / name).read_text(encoding="utf-8"), "html.parser")
    told = BeautifulSoup((book / "argument.html").read_text(encoding="utf-8"), "html.parser")
    listed = page.select("ul.argument-list a")
    assert [link["href"].partition("#")[2] for link in listed] == [
        f"step-{step}" for step in order(argument(), thesis=THESIS)
    ]
    for link in [*listed, *page.select("svg.argument-picture a")]:
        page_named, _, step = link["href"].partition("#")
        assert page_named == ("argument.html" if name == "index.html" else "")
        assert told.find(id=step)
    states = [item.get_text() for item in page.select("ul.argument-list .verdict")]
    assert states == [answer().states[step] for step in order(argument(), thesis=THESIS)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("index.html", "robust is shown in part"),
        ("claims/C47.html", "China is 35 % of Russia's trade"),
        ("notebooks/04_the_trade_boom.html", "customs"),
        ("glossary.html", "An essay on Russia and China"),
    ],
)
def test_a_link_to_a_page_shows_its_title_a_sentence_and_the_card(book, name, said):
    page = BeautifulSoup((book / name).read_text(encoding="utf-8"), "html.parser")
    about = {
        tag.get("property") or tag.get("name"): tag["content"]
        for tag in page.select("meta[content]")
    }
    assert about["og:title"] == about["twitter:title"] != ""
    for key in ("description", "og:description", "twitter:description"):
        assert said in about[key]
        assert len(about[key]) <= 310
    assert (book / name).parent.joinpath(about["og:image"]).resolve() == book / "_static/card.png"
    assert about["twitter:card"] == "summary_large_image"


def test_card_and_summary_are_there_and_drawn_the_same_each_time(book, tmp_path):
    from analysis.book.share import write_shared

    write_shared(tmp_path)
    for name in ("card.png", "summary.pdf"):
        assert (tmp_path / name).read_bytes() == (book / "_static" / name).read_bytes()
    with Image.open(tmp_path / "card.png") as card:
        assert card.size == (1200, 630)
    summary = (tmp_path / "summary.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", summary)) == 1
    assert b"CreationDate" not in summary


def test_each_claim_and_each_figure_can_be_taken_along(book):
    for name, this in ledger().items():
        text = (book / "claims" / f"{name}.html").read_text(encoding="utf-8")
        quote = BeautifulSoup(text, "html.parser").select_one(".quote-this")
        assert this.claim.rstrip(".") in quote.get_text()
        assert quote.select_one(f'a[href="{name}.html"]')
    figures = 0
    for path in (book / "notebooks").glob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for figure in page.select("article figure"):
            figures += 1
            picture = figure.select(".figure-links a[download]")[-1]["href"]
            assert picture.endswith(".png")
            assert path.parent.joinpath(picture).resolve().is_file()
    assert figures > 20


@pytest.mark.slow
def test_the_ledger_prints_on_one_page(open_page):
    page = open_page("one-page.html", **LAPTOP)
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    for name in ledger():
        assert page.locator(".one-page").get_by_text(name, exact=True).is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "argument.html"])
def test_a_phone_gets_the_list_and_a_laptop_the_picture(name, open_page):
    phone, laptop = open_page(name, **PHONE), open_page(name, **LAPTOP)
    assert not phone.locator("svg.argument-picture").is_visible()
    assert laptop.locator("svg.argument-picture").bounding_box()["width"] > 600
    listed = "ul.argument-list li"
    for item in phone.locator(listed).all():
        box = item.bounding_box()
        assert box["height"] > 15
        assert box["x"] + box["width"] <= PHONE["width"]
    assert laptop.locator("ul.argument-list").bounding_box()["width"] <= 1
    laptop.locator("svg.argument-picture a", has_text="Trade as").first.click()
    assert laptop.url.endswith("argument.html#step-ballast")
    laptop.locator(f"{listed} a").first.focus()
    assert laptop.locator("ul.argument-list").bounding_box()["width"] > 300
    assert phone.faults + laptop.faults == []


@pytest.mark.slow
def test_the_quotation_is_copied_with_the_address_of_its_page(open_page):
    page = open_page("claims/C47.html", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(page.url)
    assert "C47" in copied
    assert verdict_on("C47").label in copied
    without = open_page("claims/C47.html", java_script_enabled=False)
    assert without.locator(".quote-this").is_visible()
    assert without.get_by_role("button", name="Copy").count() == 0
    assert without.faults == []
