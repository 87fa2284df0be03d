"""Small charts: bars as long as their numbers, a line with its telling years."""

import pandas as pd
import pytest

from analysis.claims.charts import Chart
from analysis.figures.inline import WIDTH, draw_chart, picture


def bars(mark=None, **values):
    return Chart("Share", "{:.0f} %", values, mark or {}, pd.Series(dtype=float), ())


@pytest.mark.parametrize(
    "values", [{"one": 35, "other": 4}, {"one": -5, "other": 10}, {"one": 0, "of": 6}]
)
def test_bars_are_as_long_as_their_numbers(values):
    ax = draw_chart(bars(**values))
    lengths = [bar.get_width() for group in ax.containers for bar in group]
    per_unit = max(map(abs, lengths)) / max(map(abs, values.values()))
    assert lengths == pytest.approx([value * per_unit for value in values.values()])
    assert len({round(bar.get_x(), 6) for group in ax.containers for bar in group}) == 1


@pytest.mark.parametrize(
    "chart",
    [
        bars(china=35, russia=4),
        bars(found=-5, needed=10),
        bars(own=40, others=65, mark={"half": 50}),
        Chart(
            "Trade", "{:.0f}", {}, {}, pd.Series(range(1992, 2026), range(1992, 2026)), (2021, 2025)
        ),
    ],
)
def test_every_number_is_written_and_no_word_leaves_the_sheet(chart):
    ax = draw_chart(chart)
    ax.figure.draw_without_rendering()
    said = " ".join(text.get_text() for text in ax.texts)
    marked = chart.line.get(list(chart.points), [])
    for value in (*chart.bars.values(), *chart.mark.values(), *marked):
        assert chart.written(value) in said
    boxes = [text.get_window_extent() for text in ax.texts]
    assert min(box.x0 for box in boxes) >= -0.5
    assert max(box.x1 for box in boxes) <= 72 * WIDTH + 0.5


def test_a_line_runs_through_its_values():
    values = pd.Series({2020: 1.0, 2021: 4.0, 2022: 2.0})
    ax = draw_chart(Chart("Trade", "{:.0f}", {}, {}, values, (2021,)))
    drawn = ax.lines[1].get_ydata() - ax.lines[0].get_ydata()[0]
    assert list(drawn / drawn.max()) == pytest.approx([0.25, 1.0, 0.5])


def test_a_picture_has_its_words_for_those_who_cannot_see_it():
    text = picture(draw_chart(bars(one=1)), alt='a "quoted" word', name="small-chart")
    assert 'class="small-chart" role="img" aria-label="a &quot;quoted&quot; word"' in text
    assert len(text) < 5000
