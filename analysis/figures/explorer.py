"""The explorer: a chart with menus that runs in the reader's browser, and the figures it offers."""

from json import dumps
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes

from analysis.errors import CoverageError, NotApplicable, where_known
from analysis.evidence.explore import CUSTOMS, HOME, KINDS, MEASURES, PARTNER
from analysis.figures.canvas import canvas, on_any_screen
from analysis.figures.marks import lines
from analysis.figures.showing import show
from analysis.figures.style import INK, LIGHT, POINT, SECOND

FIRST, LAST, OPENS = 1946, 2026, 1960
CHOSEN = (
    "datum.measure == measure && (datum.source == source || datum.source == 'any') &&"
    " (datum.partner == partner || datum.partner == other) && datum.year >= first && datum.year <="
    " last"
)
"""What the menus choose, as a Vega expression."""
JUPYTERLAB_READS = "v5"
"""Version of Vega-Lite in JupyterLab 4; altair 6 labels its charts v6, which JupyterLab 4.6 does
not show."""


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
def explorer_chart(rows: pd.DataFrame, *, home: str) -> alt.LayerChart:
    """Chart of ``explorer_rows`` with menus for two partners, the measure, the source and the
    years; gaps stay gaps. CoverageError if there is nothing to choose from.
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
    menus = [
        _menu("partner", "Partner", names, partner),
        _menu("other", "Beside it", names, other),
        _menu("measure", "Measure", MEASURES, "share"),
        _menu("source", "Source", sources, HOME),
        _slider("first", "From", max(OPENS, min(traded, default=OPENS))),
        _slider("last", "To", LAST),
    ]
    every = (
        alt.Chart(alt.Data(values=_records(rows)))
        .transform_flatten(["year", "value", "estimated"])
        .transform_calculate(
            shown=CHOSEN, figures="datum.estimated ? datum.kind + ', an estimate' : datum.kind"
        )
    )
    words = "Lines by year of two partners, chosen with the menus; years without a figure are gaps."
    return (
        _layers(every)
        .add_params(*menus)
        .properties(width=620, height=340, background="white", description=words)
        .properties(title=_title(home, sources))
        .configure_view(stroke=None)
        .configure_axis(gridColor=LIGHT, labelColor=INK, domain=False, ticks=False)
    )


def _layers(every: alt.Chart) -> alt.LayerChart:
    """Lines of what is chosen, its points, and words where nothing is."""
    both = [alt.ExprRef("partner"), alt.ExprRef("other")]
    ends = [alt.ExprRef("first - 0.5"), alt.ExprRef("last + 0.5")]
    ranks, least = alt.ExprRef("measure == 'rank'"), alt.ExprRef("measure == 'rank' ? 1 : 0")
    x = alt.X("year:Q").axis(format="d", title=None, grid=False, tickMinStep=1)
    x = x.scale(domain=ends, nice=False)
    y = alt.Y("value:Q").axis(title=None).scale(reverse=ranks, domainMin=least)
    colour = alt.Color("partner:N").scale(domain=both, range=[POINT, SECOND])
    colour = colour.legend(
        orient="top", title=None, labelFontSize=13, symbolType="stroke", symbolStrokeWidth=3
    )
    chosen = every.transform_filter("datum.shown")
    lines = chosen.mark_line(strokeWidth=2.4, strokeJoin="round")
    lines = lines.encode(x=x, y=y, color=colour, detail="kind:N")
    apart = f"datum.estimated == 1 || datum.kind == '{KINDS['exports_2025']}'"
    hollow = alt.condition(apart, alt.value("white"), colour.legend(None))
    shape = alt.Shape("kind:N").scale(domain=list(dict.fromkeys(KINDS.values()))).legend(None)
    tooltip = [
        alt.Tooltip("partner:N"),
        alt.Tooltip("year:Q", format="d"),
        alt.Tooltip("value:Q", format=",.4~g"),
        alt.Tooltip("figures:N", title="source"),
    ]
    points = chosen.transform_filter("isValid(datum.value)").mark_point(size=26, opacity=1)
    points = points.encode(x=x, y=y, color=colour, fill=hollow, tooltip=tooltip, shape=shape)
    words = alt.value("No figures for this choice: try another source, partner or span of years.")
    hits = every.transform_calculate(hit="datum.shown && isValid(datum.value) ? 1 : 0")
    nothing = hits.transform_aggregate(hits="sum(hit)").transform_filter("datum.hits == 0")
    middle = nothing.transform_calculate(value="1", year="(first + last) / 2")
    empty = middle.mark_text(fontSize=15, color=INK).encode(x=x, y=y, text=words)
    return alt.LayerChart(layer=[lines, points, empty])


def _title(home: str, sources: dict[str, str]) -> alt.Title:
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
    text = alt.ExprRef(f"[{partners}, ({measures}'') + '; ' + ({own}{chosen}'') + ({late})]")
    return alt.Title(text=text, anchor="start", fontSize=14, color=INK, offset=12)


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


def _menu(key: str, label: str, options: dict[str, str], value: str) -> alt.Parameter:
    labels = list(options.values())
    bound = alt.binding_select(options=list(options), labels=labels, name=f"{label}: ")
    return alt.param(name=key, value=value, bind=bound)


def _slider(key: str, label: str, value: int) -> alt.Parameter:
    bound = alt.binding_range(min=FIRST, max=LAST, step=1, name=f"{label}: ")
    return alt.param(name=key, value=value, bind=bound)


def show_chart(chart: alt.LayerChart | NotApplicable) -> None:
    """Display a chart for JupyterLab, which draws it; other pages show one line of text instead."""
    if isinstance(chart, NotApplicable):
        show(chart)
        return
    with alt.data_transformers.disable_max_rows():
        spec = chart.to_dict()
    spec["$schema"] = f"https://vega.github.io/schema/vega-lite/{JUPYTERLAB_READS}.json"
    said = "A chart with menus stands here in JupyterLab; the book has one on its page 'Explore'."
    bundle = {f"application/vnd.vegalite.{JUPYTERLAB_READS}+json": spec, "text/plain": said}
    display(bundle, raw=True)
