"""Panels: all pairs of countries at once, put together from the tables without filling any gap."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from analysis.countries import iso3
from analysis.errors import CoverageError, ParameterError
from analysis.tables import load


def all_pairs(*, constant_dollars: bool = False) -> pd.DataFrame:
    """Trade of every pair of countries, 1960-2020, both partners' reported exports added, FOB: pair
    ('CHN-RUS', in alphabetical order), year, value (USD million, current, or of 2017 by the US GDP
    deflator). Pairs and years that did not both report are absent.
    """
    both = _exports_added()
    if not constant_dollars:
        return both.copy()
    return both.assign(value=100 * both.value / both.year.map(us_deflator()))


@cache
def _exports_added() -> pd.DataFrame:
    rows = load("trade_annual", flow="exports")
    swapped = rows.reporter > rows.partner
    first = rows.reporter.mask(swapped, rows.partner)
    pair = first + "-" + rows.partner.mask(swapped, rows.reporter)
    grouped = rows.assign(pair=pair).groupby(["pair", "year"]).value_usd_mn.agg(["sum", "size"])
    both = grouped.loc[grouped["size"] == 2, "sum"].rename("value").reset_index()
    return both.astype({"year": "int64"})


def trade_matrix(countries: Sequence[str], *, year: int) -> pd.DataFrame:
    """Exports between some countries, the European Union as one ('EU27', without members named) and
    the rest of the world; exporters in rows, importers in columns, USD billion. Sales at home are
    GDP less exports to others, a stand-in for gross sales, and never below a tenth of GDP.
    """
    alone = [iso3(country) for country in countries]
    if not alone or len(set(alone)) < len(alone):
        fault = f"countries that stand alone are {', '.join(alone) or 'none'}"
        raise ParameterError(fault, allowed="each once, and at least one")
    union = set(load("groups", group="EU27").iso3) - set(alone)
    place = {code: code for code in alone} | dict.fromkeys(union, "EU27")
    flows = load("trade_annual", flow="exports", year=year)
    ends = [flows[end].map(place).fillna("rest of world") for end in ("reporter", "partner")]
    between = (flows.value_usd_mn / 1000).groupby(ends).sum().unstack()
    gdp = load("gdp_population", year=year).set_index("country").gdp_usd_mn.dropna() / 1000
    output = gdp.groupby(gdp.index.map(lambda code: place.get(code, "rest of world"))).sum()
    order = [*alone, "EU27", "rest of world"]
    output = output.reindex(order)
    if flows.empty or output.isna().any():
        unknown = ", ".join(output.index[output.isna()]) or "all"
        raise CoverageError(
            f"trade or GDP of {year} is unknown for {unknown}",
            allowed="1960 to 2020, and countries whose GDP the table gdp_population has",
        )
    matrix = between.reindex(index=order, columns=order).fillna(0.0).to_numpy(float, copy=True)
    np.fill_diagonal(matrix, 0.0)
    home = np.maximum(output - matrix.sum(axis=1), 0.1 * output)
    return pd.DataFrame(matrix + np.diag(home), index=order, columns=order)


@cache
def politics_and_trade() -> pd.DataFrame:
    """Distance in the UN and weight of trade for every pair and year that has both, 1960-2020; put
    together once, so do not write into it.

    The columns are pair ('CHN-RUS'), state_a, state_b (ISO3), year, distance (of ideal points),
    share_pct (trade of the pair, as both reported their exports, in what each reported with the
    world; mean of the two). The Soviet Union votes as RUS and trades as SUN, under which its pairs
    are.
    """
    panel = all_pairs()
    panel = panel.assign(state_a=panel.pair.str[:3], state_b=panel.pair.str[4:])
    reported = load("trade_totals", source="imf_dots").groupby(["reporter", "year"])
    totals = reported.value_usd_mn.sum(min_count=2)
    points = load("ideal_points", release="2025_07").set_index(["iso3", "year"]).ideal_point
    weights, places = [], []
    for state in ("state_a", "state_b"):
        traders = pd.MultiIndex.from_frame(panel[[state, "year"]])
        weights.append(panel.value / totals.reindex(traders).to_numpy())
        voters = pd.MultiIndex.from_arrays([panel[state].replace("SUN", "RUS"), panel.year])
        places.append(points.reindex(voters).to_numpy())
    panel["distance"] = abs(places[0] - places[1])
    panel["share_pct"] = 50 * (weights[0] + weights[1])
    columns = ["pair", "state_a", "state_b", "year", "distance", "share_pct"]
    return panel.dropna(subset=["distance", "share_pct"])[columns]


def us_deflator() -> pd.Series:
    """US GDP deflator by year, 2017 = 100; years that were not published are absent."""
    return load("deflators").set_index("year").gdp_deflator_2017eq100.dropna()
