"""The front page and what is shared of the book: light, drawn from figures, readable anywhere."""

import re

import pytest
from PIL import Image

from analysis.book.share import write_shared
from analysis.claims import ledger, verdict_on
from analysis.claims.argument import argument, order
from analysis.claims.board import THESIS, answer, findings, scoreboard
from analysis.evidence.start_here import reach
from tests.book.conftest import straight

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def test_each_finding_has_its_verdict_and_a_chart_that_says_what_it_shows(parsed):
    items = parsed("index.html").select("ul.findings > li")
    assert len(items) == len(findings()) == 5
    for item, (claim, finding) in zip(items, findings().itertuples(index=False), strict=True):
        assert finding in item.get_text()
        assert item.select_one(".verdict").get_text() == verdict_on(claim).label
        assert item.select_one(f'a[href="claims/{claim}.html"]')
        assert len(item.svg["aria-label"]) >= 40
        assert item.svg["role"] == "img"


def test_it_begins_with_the_answer_and_says_what_was_not_tested_and_how_to_run_it(parsed):
    front = parsed("index.html")
    said = straight(front.article.get_text(" ", strip=True))
    assert said.index(straight(answer().sentence)) < said.index("What was found")
    assert all(words in said for words in (reach(), "make run", "make test"))
    assert "\\" not in said
    found, untested, *_ = front.select("article h2")
    assert found.get_text().startswith("What was found")
    facts = [this.id for this in ledger().values() if this.kind == "fact" and not this.labels]
    listed = [item.a.get_text() for item in untested.find_next("ul").select("li")]
    assert listed[: len(facts)] == facts


@pytest.mark.parametrize("name", ["index.html", "argument.html"])
def test_the_argument_opens_the_page_and_each_step_leads_to_what_is_said_of_it(parsed, name):
    page, told, steps = parsed(name), parsed("argument.html"), order(argument(), thesis=THESIS)
    listed = page.select("ul.argument-list a")
    assert [link["href"].partition("#step-")[2] for link in listed] == [*steps]
    for link in [*listed, *page.select("svg.argument-picture a")]:
        page_named, _, step = link["href"].partition("#")
        assert page_named == ("argument.html" if name == "index.html" else "")
        assert told.find(id=step)
    states = [item.get_text() for item in page.select("ul.argument-list .verdict")]
    assert states == [answer().states[step] for step in steps]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("index.html", "robust is shown in part"),
        ("claims/C47.html", "China is 35 % of Russia's trade"),
        ("notebooks/04_the_trade_boom.html", "customs"),
        ("glossary.html", "An essay on Russia and China"),
    ],
)
def test_a_link_to_a_page_shows_its_title_a_sentence_and_the_card(book, parsed, name, said):
    tags = parsed(name).select("meta[content]")
    about = {tag.get("property") or tag.get("name"): tag["content"] for tag in tags}
    assert about["og:title"] == about["twitter:title"] != ""
    for key in ("description", "og:description", "twitter:description"):
        assert said in about[key]
        assert len(about[key]) <= 310
    assert (book / name).parent.joinpath(about["og:image"]).resolve() == book / "_static/card.png"
    assert about["twitter:card"] == "summary_large_image"


def test_card_and_summary_are_there_and_drawn_the_same_each_time(book, tmp_path):
    write_shared(scoreboard(), tmp_path)
    for name in ("card.png", "summary.pdf"):
        assert (tmp_path / name).read_bytes() == (book / "_static" / name).read_bytes()
    with Image.open(tmp_path / "card.png") as card:
        assert card.size == (1200, 630)
    summary = (tmp_path / "summary.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", summary)) == 1
    assert b"CreationDate" not in summary


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
