"""Probes 5 and 6: float noise passes and a real difference fails; a changed plot is caught."""

import pytest

from analysis.press import Places, run

NOISE = "import os\nfactor = 1 + float(os.environ.get('CONFORMANCE_CHANGE', '0'))"
RAW_NUMBER = "print(147.0123 * factor / 3)"
ROUNDED = """\
import pandas as pd
from analysis.models.result import text_table
print(text_table(pd.DataFrame({"trade_usd_bn": [146.9321 * factor, 244.8193]}), digits=1))"""
BARE_PLOT = (
    "import matplotlib.pyplot as plt\nplt.plot([2021, 2024], [146.9321, 244.8193 *"
    " factor])\nplt.show()"
)
OUR_PLOT = """\
import pandas as pd
from analysis.figures import marks, show, style
alt = "A line that rises from the first year to the last, made up for this test."
ax = style.canvas("Trade rose", unit="USD billion", source="made up for this test", alt=alt)
marks.line(ax, pd.Series([146.9321, 244.8193 * factor], index=[2021, 2024]), label="total")
show(ax)"""
SMALL, LARGE = "1e-12", "1e-3"


@pytest.fixture(scope="module")
def reruns(tmp_path_factory, build_notebook, stock, here_for_module):
    """Four notebooks executed once, then validated by nbval with their numbers a little, or much,
    different."""
    folder = tmp_path_factory.mktemp("project")
    cells = {"raw": RAW_NUMBER, "rounded": ROUNDED, "bare_plot": BARE_PLOT, "our_plot": OUR_PLOT}
    for name, cell in cells.items():
        build_notebook(folder, name, [NOISE, cell])
    paths = [folder / f"{name}.ipynb" for name in cells]
    outcomes = run(paths, in_place=True, places=here_for_module)
    assert [outcome.error for outcome in outcomes] == [""] * len(cells)
    files = [f"{name}.ipynb" for name in cells]
    words = ("pytest", "--nbval", "-p", "no:cacheprovider", "-rA", "--color=no", *files)
    return {
        change: stock(*words, folder=folder, CONFORMANCE_CHANGE=change) for change in (SMALL, LARGE)
    }


@pytest.fixture(scope="module")
def here_for_module(tmp_path_factory):
    root = tmp_path_factory.mktemp("places")
    return Places(root=root, output=root / "out", cache=root / "cache")


def passed(said, name):
    """Whether the last cell of a notebook passed; neither is an error of the test itself."""
    verdicts = {word: f"{word} {name}.ipynb::Cell 1" in said.text for word in ("PASSED", "FAILED")}
    assert sum(verdicts.values()) == 1, said.text[-3000:]
    return verdicts["PASSED"]


def test_float_noise_passes_and_a_real_difference_fails(reruns, still):
    assert passed(reruns[SMALL], "rounded")
    assert not passed(reruns[LARGE], "rounded")
    fault = "nbval fails a number that differs by 1e-12"
    still(not passed(reruns[SMALL], "raw"), fault, reruns[SMALL])


def test_a_changed_plot_is_caught(reruns, still):
    assert passed(reruns[SMALL], "our_plot")
    assert not passed(reruns[LARGE], "our_plot")
    still(passed(reruns[LARGE], "bare_plot"), "nbval passes a plot of other numbers", reruns[LARGE])
