"""Who depends on whom in trade: shares with both denominators, concentration, asymmetry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import CoverageError, ModelInputError, NotApplicable
from analysis.measures.inputs import numbers, require_columns, require_keys

KEYS = ["exporter", "importer", "year"]
SHARE_SLACK = 1e-9  # a share may exceed one by rounding, not by more


def trade_shares(
    flows: pd.DataFrame,
    *,
    exporter_totals: pd.Series | None = None,
    importer_totals: pd.Series | None = None,
) -> pd.DataFrame:
    """Each flow as a share of the exporter's exports and of the importer's imports.

    Parameters
    ----------
    flows : DataFrame
        ``exporter, importer, year, value``: one row per directed pair and year, one unit and one
        basis, not negative. Missing values stay missing and are not part of a total. Aggregates
        such as 'World' must be gone.
    exporter_totals, importer_totals : Series of float, optional
        Published totals indexed by (country, year), in the same unit; by default the sums over the
        rows given, which are too small where partners are absent.

    Returns
    -------
    DataFrame
        The rows of ``flows`` with ``exporter_share, importer_share`` (fractions) added. A share of
        a total of zero is missing.

    Raises
    ------
    ModelInputError
        For missing columns or keys, the world as a country, repeated rows, a country trading with
        itself, values that are text, negative or infinite, or a flow above its total.
    CoverageError
        If given totals lack a country and year.
    """
    _checked_flows(flows)
    result = flows.copy()
    for side, given in (("exporter", exporter_totals), ("importer", importer_totals)):
        keys = pd.MultiIndex.from_frame(flows[[side, "year"]])
        total = pd.Series(_totals(flows, side, given).reindex(keys).to_numpy(), index=flows.index)
        share = flows["value"] / total.where(total > 0)
        if (share > 1 + SHARE_SLACK).any():
            worst = flows[KEYS].iloc[int(share.argmax())].to_dict()
            raise ModelInputError(
                f"the flow {worst} is {share.max():.2f} of its {side} total",
                allowed="shares up to 1",
                do="check units and basis of the totals",
            )
        result[f"{side}_share"] = share
    return result


def _totals(flows: pd.DataFrame, side: str, given: pd.Series | None) -> pd.Series:
    """Total trade of each country and year on one side: as given, or summed over the flows."""
    if given is None:
        return flows.groupby([side, "year"])["value"].sum()
    given = numbers(given, what=f"{side}_totals", sign="zero or more", missing=True)
    absent = sorted(
        set(flows[[side, "year"]].itertuples(index=False, name=None)) - set(given.dropna().index)
    )
    if absent:
        raise CoverageError(
            f"{side}_totals lack {absent[:5]}",
            allowed="a total for each country and year of the flows",
            do="add the totals or leave those flows out",
        )
    return given.rename_axis([side, "year"])


def _checked_flows(flows: pd.DataFrame) -> None:
    """Raise for flows that have no shares."""
    require_columns(flows, [*KEYS, "value"])
    require_keys(flows, KEYS, year="year", countries=KEYS[:2], pairs=True)
    numbers(flows["value"], what="the value of a row", sign="zero or more", missing=True)


def mutual_dependence(
    flows: pd.DataFrame,
    *,
    exporter_totals: pd.Series | None = None,
    importer_totals: pd.Series | None = None,
) -> pd.DataFrame:
    """Each country's dependence on each partner, seen from both sides, for pairs with both
    directions known.

    With ``s_ij`` the share of partner j in the exports plus imports of i, the indices of Barbieri
    (1996, J. Peace Research 33) are salience ``sqrt(s_ij s_ji)``, symmetry ``1 - |s_ij - s_ji|``
    and interdependence, their product. ``asymmetry`` is ``(s_ij - s_ji) / (s_ij + s_ji)``: +1 where
    only home depends, -1 where only partner does. It has no memory of size: a share of 2 % against
    1 % is as lopsided as 60 % against 30 %.

    Parameters and errors are those of :func:`trade_shares`. Exports and imports are added as they
    are: on one basis, or say so where the result is shown.

    Returns
    -------
    DataFrame
        ``home, partner, year, trade, home_share, partner_share, salience, symmetry,
        interdependence, asymmetry``; two rows per pair and year, one from each side. Without trade,
        asymmetry is missing.
    """
    trade_shares(
        flows, exporter_totals=exporter_totals, importer_totals=importer_totals
    )  # for its checks
    sides = (
        _totals(flows, "exporter", exporter_totals),
        _totals(flows, "importer", importer_totals),
    )
    exports, imports = (side.rename_axis(["home", "year"]) for side in sides)
    total = exports.add(imports).rename("total").reset_index()
    out = flows[[*KEYS, "value"]].rename(
        columns={"exporter": "home", "importer": "partner", "value": "sold"}
    )
    back = flows[[*KEYS, "value"]].rename(
        columns={"importer": "home", "exporter": "partner", "value": "bought"}
    )
    pairs = out.merge(back, on=["home", "partner", "year"]).merge(
        total, on=["home", "year"], how="left"
    )
    partner_total = total.rename(columns={"home": "partner", "total": "partner_total"})
    pairs = pairs.merge(partner_total, on=["partner", "year"], how="left")
    trade = pairs["sold"] + pairs["bought"]
    own = trade / pairs["total"].where(pairs["total"] > 0)
    other = trade / pairs["partner_total"].where(pairs["partner_total"] > 0)
    both = own + other
    salience, symmetry = np.sqrt(own * other), 1 - (own - other).abs()
    result = pairs[["home", "partner", "year"]].assign(
        trade=trade,
        home_share=own,
        partner_share=other,
        salience=salience,
        symmetry=symmetry,
        interdependence=salience * symmetry,
        asymmetry=(own - other) / both.where(both > 0),
    )
    return result.sort_values(["home", "partner", "year"]).reset_index(drop=True)


def herfindahl(values: pd.Series, *, normalised: bool = False) -> float | NotApplicable:
    """Hirschman-Herfindahl concentration of trade over partners or goods: the sum of squared
    shares.

    Hirschman (1945), *National Power and the Structure of Foreign Trade*, ch. VI (there as a square
    root); Herfindahl (1950). On the scale 1/n to 1; multiply by 10,000 for the scale of competition
    authorities.

    Parameters
    ----------
    values : Series of float, shape (n,)
        Amounts in one unit, not negative; shares are made here. Missing values are left out.
    normalised : bool
        Rescale to 0 (all equal) to 1 (one alone): ``(H - 1/n) / (1 - 1/n)``, with n the values that
        are not missing.

    Returns
    -------
    float or NotApplicable
        NotApplicable where nothing is traded, or for a normalised index of a single value.

    Raises
    ------
    ModelInputError
        For negative or infinite amounts.
    """
    known = numbers(values.dropna(), what="an amount", sign="zero or more").to_numpy()
    if not known.sum() > 0:
        return NotApplicable("nothing is traded, so there are no shares to concentrate")
    if normalised and known.size < 2:
        return NotApplicable("one value has no concentration relative to equal shares")
    index = float(np.sum((known / known.sum()) ** 2))
    return (index - 1 / known.size) / (1 - 1 / known.size) if normalised else index
