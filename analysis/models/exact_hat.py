"""Exact-hat algebra of a small Armington model, one good a country, in which deficits do not move
(Dekle, Eaton and Kortum 2008, IMF Staff Papers 55; Costinot and Rodríguez-Clare 2014, Handbook of
International Economics 4, section 2).
"""

import numpy as np
import pandas as pd

from analysis.errors import ConvergenceError, ModelInputError
from analysis.measures.inputs import numbers, real_number, require_kind

TOLERANCE = 1e-12
"""Largest excess demand, relative to a country's income, at which markets count as cleared."""
MOST_STEPS, HIGHEST_ELASTICITY = 10_000, 50.0


def exact_hat(flows: pd.DataFrame, costs: pd.DataFrame, *, elasticity: float) -> pd.DataFrame:
    """New flows after a change of iceberg costs, in the old unit, world income being kept. With
    shares ``l_ij`` of importer j's spending, factors of cost ``t_ij`` and of wage ``w_i``, deficits
    ``D`` and trade elasticity e: ``l'_ij = l_ij (w_i t_ij)^-e / sum_k l_kj (w_k t_kj)^-e``, and
    ``w_i Y_i = sum_j l'_ij (w_j Y_j + D_j)``.

    ``flows`` has exporters in rows and importers in columns in the same order, sales at home on the
    diagonal; each country sells and buys something. ``costs`` are factors above zero, 1 being no
    change. ConvergenceError if markets do not clear, or only where a country would spend less than
    nothing.
    """
    elasticity = real_number(
        "elasticity", elasticity, above=0, most=HIGHEST_ELASTICITY, do="say 4.0"
    )
    _check(flows, costs)
    sales, tau = flows.to_numpy(dtype=float), costs.to_numpy(dtype=float)
    income, spending = sales.sum(axis=1), sales.sum(axis=0)
    shares, deficits = sales / spending, spending - income
    wage = np.ones(len(income))
    for _ in range(MOST_STEPS):
        with np.errstate(all="ignore"):  # what does not stay finite fails to clear
            weights = shares * (wage[:, None] * tau) ** -elasticity
            new = weights / weights.sum(axis=0) * (wage * income + deficits)
            excess = new.sum(axis=1) / (wage * income) - 1
        if not np.isfinite(excess).all():
            break
        if np.abs(excess).max() < TOLERANCE and (new >= 0).all():
            return pd.DataFrame(new, index=flows.index, columns=flows.columns)
        wage = wage * (1 + excess / (1 + elasticity))
        wage *= income.sum() / (wage * income).sum()
    raise ConvergenceError(
        f"markets were not cleared after {MOST_STEPS} steps (excess {np.abs(excess).max():.1e})",
        allowed="flows of zero or more",
        do="try smaller changes of costs, or flows that are nearer to balance",
    )


def _check(flows: pd.DataFrame, costs: pd.DataFrame) -> None:
    """Raise for a world that cannot be solved."""
    for table, what in ((flows, "the table of flows"), (costs, "the table of costs")):
        require_kind(table, pd.DataFrame, what=what)
    if not list(flows.index) == list(flows.columns) == list(costs.index) == list(costs.columns):
        raise ModelInputError(
            f"flows of shape {flows.shape} and costs of shape {costs.shape} have other names",
            allowed="square matrices with the same names in the same order",
            do="arrange both by the same countries",
        )
    values = numbers(flows, what="a flow", sign="zero or more")
    numbers(costs, what="a factor on costs", sign="above zero")
    if idle := sorted({*flows.index[values.sum(axis=1) == 0], *flows.index[values.sum() == 0]}):
        allowed, do = "sales and purchases by each", "leave them out"
        raise ModelInputError(f"{idle} sell or buy nothing", allowed=allowed, do=do)
