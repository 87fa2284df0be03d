"""The argument as a picture: every step once, under the one that rests on it, in words too."""

import itertools
import re

import pytest

from analysis.claims import ledger
from analysis.claims.argument import Step, answered, argument, order
from analysis.claims.board import THESIS, answer
from analysis.figures.argument import argument_picture, boxes, draw_argument
from analysis.figures.inline import svg


def made(*steps):
    named = {"name": "a step", "sentence": "It stands.", "awaits": "A figure", "expected": "May"}
    return {step["id"]: Step(**named | step) for step in steps}


SMALL = made(
    {"id": "low", "supports": ("C1",)},
    {"id": "reason", "needs": ("low",), "bridge": "C2"},
    {"id": "doubt", "supports": ("C3",)},
    {"id": "top", "supports": ("reason",), "qualifies": ("doubt",)},
    {"id": "after", "needs": ("top",)},
)
LABELS = {"C1": "holds", "C2": "undecided", "C3": "does not hold"}


@pytest.fixture(params=["essay", "small"])
def case(request):
    if request.param == "essay":
        return answer()
    return answered(SMALL, LABELS, thesis="top")


def test_every_step_has_one_box_and_no_box_lies_on_another(case):
    placed = boxes(case)
    assert [box.step.id for box in placed] == [*order(case.steps, thesis=case.thesis)]
    assert {box.step.id for box in placed} == set(case.steps)
    for one, other in itertools.combinations(placed, 2):
        apart = one.left + one.width <= other.left or other.left + other.width <= one.left
        assert apart or one.bottom <= other.top or other.bottom <= one.top


def test_the_thesis_is_on_top_and_what_a_step_rests_on_is_below_it(case):
    placed = {box.step.id: box for box in boxes(case)}
    assert min(placed.values(), key=lambda box: box.top).step.id == case.thesis
    depths = order(case.steps, thesis=case.thesis)
    for name in depths:
        for part in case.steps[name].parts:
            if part in placed and depths[part] == depths[name] + 1 and depths[name]:
                assert placed[part].top > placed[name].top or part == "robust"


def test_each_state_is_a_word_and_each_broken_bridge_is_marked(case):
    words = [text.get_text() for text in draw_argument(case).texts]
    of_steps = [case.states[name] for name in case.steps]
    for state in set(of_steps):
        assert words.count(state) == of_steps.count(state)
    marked = [
        word for word in words if re.match("\N{MULTIPLICATION SIGN} (not shown|contrad)", word)
    ]
    assert len(marked) == len(case.broken) >= 1


def test_words_stay_in_their_box():
    ax = draw_argument(answer())
    ax.figure.draw_without_rendering()
    inside = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert inside.x0 <= box.x0
        assert box.x1 <= inside.x1


def test_the_picture_and_the_list_say_the_same_in_the_same_order():
    shown = argument_picture()._repr_mimebundle_()[0]
    picture, _, listed = shown["text/html"].partition("<ul")
    links = re.findall(r'href="#step-(\w+)"', listed)
    assert links == [*order(argument(), thesis=THESIS)]
    assert set(re.findall(r'href="#step-(\w+)"', picture)) == set(links)
    assert 'aria-hidden="true"' in picture
    assert picture.count("<a ") == picture.count('tabindex="-1"')
    for name, step in argument().items():
        assert f"{step.name}: {answer().states[name]}" in shown["text/plain"]
    assert not set(re.findall(r"C\d\d", shown["text/plain"])) & set(ledger())


def test_a_drawing_is_the_same_each_time_and_follows_the_theme():
    drawings = [draw_argument(answer()) for _ in range(2)]
    first, second = (svg(drawing, attributes='class="a"') for drawing in drawings)
    assert first == second
    assert first.startswith('<svg class="a" viewBox="0 0 ')
    assert "var(--stands, #08477d)" in first
    assert not re.search(r"font-family|_blank|<!--|<defs| id=|\n", first)
    assert not re.search(r"(?<!, )#(?:[0-9a-f]{6})\b", first)
