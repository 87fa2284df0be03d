"""The explorer: a chart with menus that runs in the reader's browser, and the figures it offers."""

from json import dumps
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from IPython.display import display
from matplotlib.axes import Axes

from analysis.errors import CoverageError, NotApplicable, where_known
from analysis.evidence.explore import CUSTOMS, HOME, MEASURES, PARTNER
from analysis.figures.canvas import canvas, on_any_screen
from analysis.figures.marks import lines
from analysis.figures.showing import show
from analysis.figures.style import POINT, SECOND

OPENS = 1960
"""First year that the chart shows, where a partner has figures from then on."""
CHART = Path(__file__).with_suffix(".yaml")
"""The chart without its rows, what its menus offer, and its title."""


@on_any_screen
def plot_partners(rows: pd.DataFrame, *, home: str) -> Axes:
    """Share of two partners in home's trade, as it stands still. CoverageError if none."""
    shares = rows[rows.measure == "share"].set_index(["partner", "year"]).value
    shown = rows.attrs["shown"]
    known = {one: shares[one] for one in shown if one in shares.index}
    if not known:
        raise CoverageError(
            f"{home} reported no trade with {' or '.join(shown)} here", do="choose other partners"
        )
    parts = [f"{one} had {own.iloc[-1]:.1f} % in {own.index[-1]}" for one, own in known.items()]
    ax = canvas(
        f"Of {home}'s goods trade {' and '.join(parts)}",
        unit=MEASURES["share"],
        source="IMF, as the home country reported it; Russia's figures from 2022 are estimates."
        " China in 2024: its customs.",
        alt="Lines by year of two partners' shares in one country's goods trade; years without a"
        " figure are gaps in the lines.",
    )
    lines(ax, known, (POINT, SECOND))
    ax.set_ylim(0, None)
    return ax


@where_known
def explorer_chart(rows: pd.DataFrame, *, home: str) -> dict[str, Any]:
    """Chart of ``explorer_rows`` in Vega-Lite, with menus for two partners, the measure, the source
    and the years; gaps stay gaps. CoverageError if there is nothing to choose from.
    """
    if rows.empty:
        raise CoverageError(
            f"no table has trade or votes of {home}", do="choose another country as home"
        )
    partner, other = rows.attrs["shown"]
    names = {one: one for one in sorted({*rows.partner, partner, other})}
    sources = {HOME: f"{home}'s reports", PARTNER: "the partner's reports"}
    if CUSTOMS in set(rows.source):
        sources[CUSTOMS] = "China customs, announced"
    traded = rows[rows.measure != "agreement"].year.tolist()
    offered = {"partner": names, "other": names, "measure": MEASURES, "source": sources}
    begins = max(OPENS, min(traded, default=OPENS))
    chosen = {"partner": partner, "other": other, "first": begins}
    chart: dict[str, Any] = yaml.safe_load(CHART.read_text(encoding="utf-8"))
    for menu in chart["params"]:
        if options := offered.get(menu["name"]):
            menu["bind"] |= {"options": list(options), "labels": list(options.values())}
        menu["value"] = chosen.get(menu["name"], menu.get("value"))
    chart["title"]["text"] = {"expr": _title(home, sources)}
    chart["data"] = {"values": _records(rows)}
    return chart


def _title(home: str, sources: dict[str, str]) -> str:
    """What is chosen, in words, as a Vega expression."""
    measures = "".join(f"measure == '{key}' ? {dumps(text)} : " for key, text in MEASURES.items())
    chosen = "".join(f"source == '{key}' ? {dumps(text)} : " for key, text in sources.items())
    own = "measure == 'agreement' ? 'UN roll calls' : "
    own += f"measure == 'share' || measure == 'rank' ? {dumps(sources[HOME])} : "
    late = (
        f"last >= 2025 && (measure == 'exports' && source == '{HOME}' ||"
        f" measure == 'imports' && source == '{PARTNER}')"
        " ? '; open triangles are 2025, which has exports only' : ''"
    )
    partners = f"{dumps(f'{home} with ')} + partner + ' and with ' + other"
    return f"[{partners}, ({measures}'') + '; ' + ({own}{chosen}'') + ({late})]"


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """One record for each line, from its first year to its last; null where there is no figure."""
    names, records = ["partner", "source", "measure", "kind"], []
    for named, part in rows.groupby(names, sort=True):
        years = list(range(part.year.min(), part.year.max() + 1))
        found = part.set_index("year").reindex(years)
        values = [None if np.isnan(value) else float(f"{value:.4g}") for value in found.value]
        guessed = [int(one) for one in found.estimated.eq(True)]
        line = {"year": years, "value": values, "estimated": guessed}
        records.append(dict(zip(names, named, strict=True)) | line)
    return records


def show_chart(chart: dict[str, Any] | NotApplicable) -> None:
    """Display a chart for JupyterLab, which draws it; other pages show one line of text instead."""
    if isinstance(chart, NotApplicable):
        show(chart)
        return
    said = "A chart with menus stands here in JupyterLab; the book has one on its page 'Explore'."
    display({"application/vnd.vegalite.v5+json": chart, "text/plain": said}, raw=True)
