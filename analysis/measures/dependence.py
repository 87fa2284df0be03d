"""Who depends on whom in trade: shares of either side, and concentration."""

import numpy as np
import pandas as pd

from analysis.errors import NotApplicable
from analysis.measures.inputs import keyed, numbers, require_kind

KEYS = ["exporter", "importer", "year"]


def mutual_dependence(flows: pd.DataFrame) -> pd.DataFrame:
    """Share of each partner in each country's exports plus imports, seen from both sides: home,
    partner, year, trade, home_share, partner_share (fractions of the total trade of home and of
    partner, missing where that is zero or a direction is); two rows per pair with both directions.

    ``flows`` has exporter, importer, year, value: one row per directed pair and year, one unit and
    one basis, not negative. Missing values are not part of a total, which is the sum over the rows
    given and too small where partners are absent.
    """
    values = {"value": "zero or more"}
    flows = keyed(flows, KEYS, year="year", countries=KEYS[:2], pairs=True, values=values)
    exports, imports = (
        flows.groupby([side, "year"])["value"].sum().rename_axis(["country", "year"])
        for side in KEYS[:2]
    )
    totals = exports.add(imports)
    sold = flows.rename(columns={"exporter": "home", "importer": "partner"})
    bought = flows.rename(columns={"exporter": "partner", "importer": "home"})
    keys = ["home", "partner", "year"]
    pairs = sold.merge(bought, on=keys, suffixes=("_sold", "_bought"))
    trade = pairs["value_sold"] + pairs["value_bought"]
    table = pairs[keys].assign(trade=trade)
    for side in ("home", "partner"):
        total = totals.reindex(pd.MultiIndex.from_frame(pairs[[side, "year"]])).to_numpy()
        table[f"{side}_share"] = trade / np.where(total > 0, total, np.nan)
    return table.sort_values(keys).reset_index(drop=True)


def herfindahl(values: pd.Series) -> float | NotApplicable:
    """Hirschman-Herfindahl concentration of amounts over partners or goods, 1/n to 1: the sum of
    squared shares (Hirschman 1945, there as a square root; Herfindahl 1950). Missing amounts are
    left out; NotApplicable where nothing is traded.
    """
    require_kind(values, pd.Series, what="the amounts")
    known = numbers(values, what="an amount", sign="zero or more", missing=True).dropna().to_numpy()
    if not known.sum() > 0:
        return NotApplicable("nothing is traded, so there are no shares to concentrate")
    return float(np.sum((known / known.sum()) ** 2))
