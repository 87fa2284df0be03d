"""Figures of a pair's trade, by their titles and lines."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.figures import trade


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def shares(*rows):
    return pd.DataFrame(
        rows, columns=["year", "exports_pct", "imports_pct", "imports_high_pct", "estimated"]
    )


@pytest.mark.parametrize(
    ("later", "also", "title"),
    [
        (2024, "", "In 2024 China supplied 46-52 % of Russia's imports, Russia 5 % of China's"),
        (2020, "", "In 2024 China supplied 46-52 % of Russia's imports, Russia 5 % of China's in 2020"),
        (2024, "else 39 %", "In 2024 China supplied 46-52 % of Russia's imports (else 39 %), Russia 5 % of China's"),
    ],
)  # fmt: skip
def test_a_share_with_two_readings_is_a_range_in_the_title(later, also, title):
    ours = shares((2021, 13.9, 24.8, 24.8, False), (2024, 25.5, 46.3, 51.5, True))
    theirs = shares((2019, 2.0, 2.9, 2.9, False), (later, 3.2, 5.0, 5.0, False))
    ax = trade.plot_dependence(ours, theirs, home="RUS", partner="CHN", source="made up", also=also)
    assert ax.get_label() == title


def test_exports_and_imports_can_be_told_apart():
    frame = pd.DataFrame(
        {"year": [2021, 2022], "exports_usd_bn": [1.0, 2.0], "imports_usd_bn": [1.0, 1.0]}
    )
    frame["total_usd_bn"] = frame.exports_usd_bn + frame.imports_usd_bn
    ax = trade.plot_levels(
        frame, home="RUS", partner="CHN", first=2021, last=2022, source="made up"
    )
    ways = {line.get_label(): line.get_linestyle() for line in ax.lines}
    assert ways["Russia's exports"] != ways["Russia's imports"]
