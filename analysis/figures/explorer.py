"""The explorer: a chart with menus that runs in the reader's browser, and the figures it offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes

from analysis.countries import iso3, name
from analysis.errors import CoverageError, ParameterError
from analysis.figures.style import INK, LIGHT, POINT, SECOND, canvas, label_ends, line
from analysis.measures.agreement import agreement_with_all
from analysis.tables import load
from analysis.tables.catalogue import catalogue
from analysis.tables.views import THE_PAIR, pair_trade

FIRST, LAST, OPENS = 1946, 2026, 1960
FEWEST_VOTES = 10
"""Agreement over fewer common votes in a year says little, and is not shown."""
MEASURES = {
    "trade": "Trade, both ways, USD bn",
    "exports": "Exports, USD bn",
    "imports": "Imports, USD bn",
    "share": "Share in goods trade, percent",
    "rank": "Rank among partners",
    "agreement": "Agreement in the UN, percent",
}
HOME, PARTNER, CUSTOMS, ANY = "home", "partner", "customs", "any"
KINDS = {
    "trade_annual": "IMF",
    "trade_recent": "IMF",
    "trade_russia": "IMF",
    "trade_china_2024": "China customs",
    "exports_2025": "IMF, exports of 2025",
    "china_customs_annual": "China customs",
    "unga_votes": "UN roll calls",
}
CHOSEN = (
    "datum.measure == measure && (datum.source == source || datum.source == 'any') &&"
    " (datum.partner == partner || datum.partner == other) && datum.year >= first && datum.year <="
    " last"
)
"""What the menus choose, as a Vega expression."""
JUPYTERLAB_READS = "v5"
"""Version of Vega-Lite in JupyterLab 4; altair 6 labels its charts v6, which JupyterLab 4.6 does
not show."""


def reported(*, reporter: str | None = None, partner: str | None = None) -> pd.DataFrame:
    """What countries reported of their trade, one row for a pair and year, in every table that has
    both flows.

    Parameters
    ----------
    reporter, partner : str, optional
        ISO3; one of them or both.

    Returns
    -------
    DataFrame with reporter, partner, year, exports_usd_mn (FOB), imports_usd_mn (CIF), NaN where
    that flow was not reported, estimated (bool), table (where it was found). Years and pairs that
    nobody reported are absent.
    """
    where = {key: code for key, code in (("reporter", reporter), ("partner", partner)) if code}
    later = [
        "trade_russia",
        "trade_china_2024",
        *(["trade_recent"] if "trade_recent" in catalogue() else []),
    ]
    parts = [load("trade_annual", **where).assign(table="trade_annual")]
    for table in later:
        rows = load(table, **where)
        parts.append(rows[rows.year > 2020].assign(table=table))
    rows = pd.concat(parts, ignore_index=True)
    rows["estimated"] = rows.estimated.fillna(False).astype(bool)
    keys = ["reporter", "partner", "year"]
    rows = rows.drop_duplicates([*keys, "flow"]).dropna(subset="value_usd_mn")
    wide = rows.pivot(index=keys, columns="flow", values="value_usd_mn").reindex(
        columns=["exports", "imports"]
    )
    wide = wide.rename(columns={flow: f"{flow}_usd_mn" for flow in wide.columns}).rename_axis(
        columns=None
    )
    about = rows.groupby(keys).agg(estimated=("estimated", "any"), table=("table", "first"))
    return wide.join(about).reset_index()


def with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Add each partner's share and rank in a reporter's trade, exports and imports together.

    Parameters
    ----------
    rows : DataFrame
        As ``reported`` gives them, with all partners of each reporter.

    Returns
    -------
    DataFrame with share_pct (of all named partners) and rank (1 is the largest). A flow missing for
    one partner counts as zero; in a year in which the reporter published only one flow at all both
    are NaN.
    """
    both = rows[["exports_usd_mn", "imports_usd_mn"]]
    total = both.fillna(0).sum(axis=1)
    years = [rows.reporter, rows.year]
    whole = (both.notna().groupby(years).transform("any")).all(axis=1)
    share = 100 * total / total.groupby(years).transform("sum")
    rank = total.groupby(years).rank(ascending=False, method="min")
    return rows.assign(share_pct=share.where(whole), rank=rank.where(whole))


def exports_2025(home: str) -> pd.DataFrame:
    """Exports of 2025 of one country: partner, exports_usd_mn, share_pct, rank, estimated; empty
    where not reported.
    """
    rows = load("exports_2025", reporter=home)
    value = rows.value_usd_mn
    return pd.DataFrame({
        "partner": rows.partner, "exports_usd_mn": value, "share_pct": 100 * value / value.sum(),
        "rank": value.rank(ascending=False, method="min"), "estimated": rows.estimated,
    })  # fmt: skip


def agreement(home: str, partners: Sequence[str]) -> pd.DataFrame:
    """Agreement of one country with others in the General Assembly: year, partner, n_votes,
    agreement_pct.
    """
    votes = load("unga_votes")
    if home not in set(votes.iso3):
        return pd.DataFrame({"year": [], "partner": [], "n_votes": [], "agreement_pct": []})
    table = agreement_with_all(votes[votes.iso3.isin([home, *partners])], home=home, by="year")
    table["agreement_pct"] = (100 * table.agreement).where(table.n_votes >= FEWEST_VOTES)
    return table[["year", "partner", "n_votes", "agreement_pct"]]


def explorer_rows(
    home: str, partner: str, other: str | None = None, *, others: int
) -> pd.DataFrame:
    """Everything that the notebook's chart offers, in long form.

    Parameters
    ----------
    home, partner : str
        Country names, ISO2 or ISO3.
    other : str, optional
        The partner shown beside it; home's largest other partner where absent.
    others : int
        How many of home's largest partners (in the last year to 2020 with figures) are there
        besides.

    Returns
    -------
    DataFrame with partner (name), source ('home', 'partner', 'customs' or 'any' where there is no
    choice), measure (a key of MEASURES), kind (a value of KINDS), year, value (USD billion, percent
    or rank) and estimated. Only what exists is there. ``attrs['shown']`` names the two partners
    shown first.

    Raises
    ------
    UnknownCountryError
        For a country that no list knows.
    ParameterError
        If two of the three are the same.
    """
    here, there, third = iso3(home), iso3(partner), iso3(other) if other else None
    if len({here, there, third}) < 3:
        raise ParameterError(
            f"{home}, {partner} and {other} are not three countries", do="choose others"
        )
    own = with_shares(reported(reporter=here))
    theirs = _seen_from_home(reported(partner=here))
    listed = [
        there,
        *([third] if third else []),
        *_largest(own if len(own) else theirs, {here, there, third}, others),
    ]
    parts = [
        _trade(own, HOME),
        _own_places(own),
        _trade(theirs, PARTNER),
        _late_exports(here),
        _votes(here, listed),
    ]
    if {here, there} == THE_PAIR:
        parts.append(_announced(here, there))
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    rows = (
        rows[rows.partner.isin(listed)]
        .dropna(subset="value")
        .astype({"year": int, "estimated": bool})
    )
    rows["partner"] = rows.partner.map(name)
    rows = rows.sort_values(["partner", "source", "measure", "year"], kind="stable").reset_index(
        drop=True
    )
    rows.attrs["shown"] = [name(code) for code in listed[:2]]
    return rows


def _largest(rows: pd.DataFrame, but: set[str | None], count: int) -> list[str]:
    """Partners by trade in the last year to 2020, the largest first."""
    panel = rows[(rows.year <= 2020) & ~rows.partner.isin(but)]
    last = panel[panel.year == panel.year.max()].set_index("partner")[
        ["exports_usd_mn", "imports_usd_mn"]
    ]
    return list(
        last.fillna(0).sum(axis=1).sort_values(ascending=False, kind="stable").index[:count]
    )


def _long(
    rows: pd.DataFrame, source: str, measure: str, value: pd.Series, kind: pd.Series | str
) -> pd.DataFrame:
    return pd.DataFrame({
        "partner": rows.partner, "source": source, "measure": measure, "kind": kind, "year": rows.year,
        "value": value, "estimated": rows.estimated if "estimated" in rows else False,
    })  # fmt: skip


def _trade(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    values = {"exports": rows.exports_usd_mn / 1000, "imports": rows.imports_usd_mn / 1000}
    values["trade"] = values["exports"] + values["imports"]
    kind = rows.table.map(KINDS)
    return pd.concat(
        [_long(rows, source, measure, value, kind) for measure, value in values.items()]
    )


def _seen_from_home(rows: pd.DataFrame) -> pd.DataFrame:
    """What partners report of home: their exports are home's imports."""
    turned = {"reporter": "partner", "partner": "reporter"}
    flows = {"exports_usd_mn": "imports_usd_mn", "imports_usd_mn": "exports_usd_mn"}
    return rows.rename(columns=turned | flows)


def _own_places(own: pd.DataFrame) -> pd.DataFrame:
    kind = own.table.map(KINDS)
    return pd.concat(
        [_long(own, ANY, "share", own.share_pct, kind), _long(own, ANY, "rank", own["rank"], kind)]
    )


def _late_exports(here: str) -> pd.DataFrame:
    late = exports_2025(here).assign(year=2025)
    back = load("exports_2025", partner=here).rename(
        columns={"reporter": "partner", "partner": "reporter"}
    )
    kind = KINDS["exports_2025"]
    return pd.concat([
        _long(late, HOME, "exports", late.exports_usd_mn / 1000, kind),
        _long(back, PARTNER, "imports", back.value_usd_mn / 1000, kind),
    ])  # fmt: skip


def _votes(here: str, listed: Sequence[str]) -> pd.DataFrame:
    votes = agreement(here, listed)
    return _long(votes, ANY, "agreement", votes.agreement_pct, KINDS["unga_votes"])


def _announced(here: str, there: str) -> pd.DataFrame:
    rows = pair_trade(here, there, source="china_customs").assign(partner=there)
    values = {
        "trade": rows.total_usd_bn,
        "exports": rows.exports_usd_bn,
        "imports": rows.imports_usd_bn,
    }
    kind = KINDS["china_customs_annual"]
    return pd.concat(
        [_long(rows, CUSTOMS, measure, value, kind) for measure, value in values.items()]
    )


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Last figures for the two partners shown first: measure, source, partner, year, value,
    estimated.
    """
    shown = rows[rows.partner.isin(rows.attrs["shown"])]
    last = (
        shown.sort_values("year", kind="stable")
        .groupby(["measure", "source", "partner"], sort=False)
        .tail(1)
    )
    order = {key: place for place, key in enumerate(MEASURES)}
    last = last.sort_values(
        ["measure", "source", "partner"], key=lambda v: v.map(order) if v.name == "measure" else v
    )
    return last[["measure", "source", "partner", "year", "value", "estimated"]].reset_index(
        drop=True
    )


def plot_partners(rows: pd.DataFrame, *, home: str, source: str) -> Axes:
    """Share of the two partners in home's trade by year: the chart as it stands still, for pages
    that run no scripts.

    Raises
    ------
    CoverageError
        If neither has a share in home's trade.
    """
    shares = rows[rows.measure == "share"]
    series = {
        one: shares[shares.partner == one].set_index("year").value for one in rows.attrs["shown"]
    }
    known = {one: values for one, values in series.items() if len(values)}
    if not known:
        raise CoverageError(
            f"{home} reported no trade with {' or '.join(series)} here", do="choose other partners"
        )
    parts = [
        f"{one} had {values.iloc[-1]:.1f} % in {values.index[-1]}" for one, values in known.items()
    ]
    ax = canvas(
        f"Of {home}'s goods trade {' and '.join(parts)}", unit=MEASURES["share"], source=source
    )
    colours = zip(known.items(), (POINT, SECOND), strict=False)
    ends = [
        line(ax, values, label=one, colour=colour, bold=colour == POINT)
        for (one, values), colour in colours
    ]
    ax.set_ylim(0, None)
    label_ends(ax, ends)
    return ax


def explorer_chart(rows: pd.DataFrame, *, home: str) -> alt.LayerChart:
    """Chart with menus for two partners, the measure, the source and the years; gaps stay gaps.

    Parameters
    ----------
    rows : DataFrame
        As ``explorer_rows`` gives them.
    home : str
        Its name.

    Raises
    ------
    CoverageError
        If there is nothing to choose from.
    """
    if rows.empty:
        raise CoverageError(
            f"no table has trade or votes of {home}", do="choose another country as home"
        )
    partner, other = rows.attrs["shown"]
    names = sorted({*rows.partner, *rows.attrs["shown"]})
    sources = {HOME: f"{home}'s reports", PARTNER: "the partner's reports"}
    if CUSTOMS in set(rows.source):
        sources[CUSTOMS] = "China customs, announced"
    menus = [
        _menu("partner", "Partner", {one: one for one in names}, partner),
        _menu("other", "Beside it", {one: one for one in names}, other),
        _menu("measure", "Measure", MEASURES, "share"),
        _menu("source", "Source", sources, HOME),
        _slider("first", "From", _opening(rows)), _slider("last", "To", LAST),
    ]  # fmt: skip
    every = (
        alt.Chart(alt.Data(values=list(_records(rows))))
        .transform_flatten(["year", "value", "estimated"])
        .transform_calculate(
            shown=CHOSEN, figures="datum.estimated ? datum.kind + ', an estimate' : datum.kind"
        )
    )
    return _layers(every).add_params(*menus).properties(
        width=620, height=340, title=_title(home, sources), background="white",
        description="Lines by year of two partners, chosen with the menus; years without a figure are gaps.",
    ).configure_view(stroke=None).configure_axis(
        gridColor=LIGHT, labelColor=INK, domain=False, ticks=False
    )  # fmt: skip


def _opening(rows: pd.DataFrame) -> int:
    """First year of trade, at which the chart opens."""
    traded = rows.loc[rows.measure != "agreement", "year"]
    return max(OPENS, int(traded.min())) if len(traded) else OPENS


def _layers(every: alt.Chart) -> alt.LayerChart:
    colour = alt.Color("partner:N").scale(
        domain=[alt.ExprRef("partner"), alt.ExprRef("other")], range=[POINT, SECOND]
    )  # fmt: skip
    x = alt.X("year:Q").axis(format="d", title=None, grid=False, tickMinStep=1).scale(
        domain=[alt.ExprRef("first - 0.5"), alt.ExprRef("last + 0.5")], nice=False
    )  # fmt: skip
    y = alt.Y("value:Q").axis(title=None).scale(
        reverse=alt.ExprRef("measure == 'rank'"), domainMin=alt.ExprRef("measure == 'rank' ? 1 : 0")
    )  # fmt: skip
    tooltip = [alt.Tooltip("partner:N"), alt.Tooltip("year:Q", format="d"),
               alt.Tooltip("value:Q", format=",.4~g"), alt.Tooltip("figures:N", title="source")]  # fmt: skip
    colour = colour.legend(
        orient="top", title=None, labelFontSize=13, symbolType="stroke", symbolStrokeWidth=3
    )
    chosen = every.transform_filter("datum.shown")
    lines = chosen.mark_line(strokeWidth=2.4, strokeJoin="round").encode(
        x=x, y=y, color=colour, detail="kind:N"
    )
    hollow = alt.condition("datum.estimated == 1", alt.value("white"), colour.legend(None))
    points = chosen.transform_filter("isValid(datum.value)").mark_point(size=26, opacity=1).encode(
        x=x, y=y, color=colour, fill=hollow, tooltip=tooltip,
        shape=alt.Shape("kind:N").scale(domain=list(dict.fromkeys(KINDS.values()))).legend(None),
    )  # fmt: skip
    words = alt.value("No figures for this choice: try another source, partner or span of years.")
    counted = every.transform_calculate(
        hit="datum.shown && isValid(datum.value) ? 1 : 0"
    ).transform_aggregate(hits="sum(hit)")
    nothing = counted.transform_filter("datum.hits == 0")
    empty = nothing.transform_calculate(value="1", year="(first + last) / 2").mark_text(
        fontSize=15, color=INK
    )
    empty = empty.encode(x=x, y=y, text=words)
    return alt.LayerChart(layer=[lines, points, empty])


def _title(home: str, sources: dict[str, str]) -> alt.Title:
    measures = "".join(f"measure == '{key}' ? {_quoted(text)} : " for key, text in MEASURES.items())
    chosen = "".join(f"source == '{key}' ? {_quoted(text)} : " for key, text in sources.items())
    own = "measure == 'agreement' ? 'UN roll calls' : "
    own += f"measure == 'share' || measure == 'rank' ? {_quoted(sources[HOME])} : "
    partners = f"{_quoted(home + ' with ')} + partner + ' and with ' + other"
    return alt.Title(
        text=alt.ExprRef(f"[{partners}, ({measures}'') + '; ' + ({own}{chosen}'')]"),
        anchor="start", fontSize=14, color=INK, offset=12,
    )  # fmt: skip


def _quoted(text: str) -> str:
    """Text as a string of a Vega expression."""
    return '"' + text.replace('"', '\\"') + '"'


def _records(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """One record for each line, with years from its first to its last and null where there is no
    figure.
    """
    for (partner, source, measure, kind), part in rows.groupby(
        ["partner", "source", "measure", "kind"], sort=True
    ):
        years = range(int(part.year.min()), int(part.year.max()) + 1)
        values = part.set_index("year").value.reindex(years)
        guessed = part.set_index("year").estimated.reindex(years, fill_value=False)
        yield {
            "partner": partner, "source": source, "measure": measure, "kind": kind, "year": list(years),
            "value": [None if np.isnan(value) else float(f"{value:.4g}") for value in values],
            "estimated": [int(one) for one in guessed],
        }  # fmt: skip


def _menu(key: str, label: str, options: dict[str, str], value: str) -> alt.Parameter:
    bound = alt.binding_select(
        options=list(options), labels=list(options.values()), name=f"{label}: "
    )
    return alt.param(name=key, value=value, bind=bound)


def _slider(key: str, label: str, value: int) -> alt.Parameter:
    return alt.param(
        name=key,
        value=value,
        bind=alt.binding_range(min=FIRST, max=LAST, step=1, name=f"{label}: "),
    )


def show_chart(chart: alt.LayerChart) -> None:
    """Display a chart for JupyterLab, which draws it by itself; other pages show one line of text
    instead.
    """
    with alt.data_transformers.disable_max_rows():
        spec = chart.to_dict()
    spec["$schema"] = f"https://vega.github.io/schema/vega-lite/{JUPYTERLAB_READS}.json"
    bundle = {
        f"application/vnd.vegalite.{JUPYTERLAB_READS}+json": spec,
        "text/plain": (
            "A chart with menus stands here in JupyterLab; the book has one on its page 'Explore'."
        ),
    }
    display(bundle, raw=True)
