"""Forecasts, base rates, agreement and panels, each timed beside a peer in the same run on made-up
data."""

import warnings

import numpy as np
import pandas as pd
import pyfixest
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from analysis.measures.agreement import agreement_with_all
from analysis.models.base_rates import growth_windows, surge_base_rate
from analysis.models.evaluation import rolling_origin
from analysis.models.forecasts import fit_damped_ets, fit_drift
from analysis.models.panel import fit_panel
from tests.bench._clock import best


def levels(n: int = 33) -> pd.Series:
    growth = np.random.default_rng(1).normal(0.1, 0.2, n)
    return pd.Series(10 * np.exp(np.cumsum(growth)), index=range(1992, 1992 + n))


def trade(n_pairs: int = 2000, n_years: int = 61) -> pd.DataFrame:
    growth = np.random.default_rng(2).normal(0.05, 0.3, (n_pairs, n_years))
    values = np.exp(np.cumsum(growth, axis=1))
    pair, year = np.repeat(np.arange(n_pairs), n_years), np.tile(1960 + np.arange(n_years), n_pairs)
    return pd.DataFrame({"pair": pair, "year": year, "value": values.ravel()})


def ballots(n_calls: int = 2000, n_countries: int = 190) -> pd.DataFrame:
    cast = np.random.default_rng(3).choice([1, 2, 3], (n_calls, n_countries), p=[0.7, 0.2, 0.1])
    country = np.tile([f"C{i:03d}" for i in range(n_countries)], n_calls)
    return pd.DataFrame(
        {"rcid": np.repeat(np.arange(n_calls), n_countries), "iso3": country, "vote": cast.ravel()}
    )


def windows_by_pair(panel: pd.DataFrame) -> pd.DataFrame:
    """The windows of ``growth_windows`` as one would write them first: pair by pair with
    pct_change."""
    parts = []
    for pair, part in panel.groupby("pair"):
        value = part.set_index("year")["value"]
        past = (value / value.shift(3)) ** (1 / 3) - 1
        sequel = (value.shift(-3) / value) ** (1 / 3) - 1
        parts.append(pd.DataFrame({"pair": pair, "past_growth": past, "next_growth": sequel}))
    return pd.concat(parts).dropna(subset="past_growth")


def agreement_by_pair(votes: pd.DataFrame) -> dict[str, float]:
    """Lijphart's index from a wide table, one partner at a time."""
    wide = votes.pivot(index="rcid", columns="iso3", values="vote")
    return {c: float(1 - (wide["C000"] - wide[c]).abs().mean() / 2) for c in wide.columns[1:]}


DRAWS_TIMED = 20  # of 999; the loop is scaled up


def bootstrap_by_rows(windows: pd.DataFrame) -> list[float]:
    """Pair bootstrap of a share as one would write it first: the rows of the drawn pairs,
    stacked."""
    rng = np.random.default_rng(0)
    rows = list(windows.groupby("pair").indices.values())
    growth = windows["next_growth"].to_numpy()
    drawn = (
        np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])
        for _ in range(DRAWS_TIMED)
    )
    return [float((growth[index] < 0).mean()) for index in drawn]


def run() -> pd.DataFrame:
    """One row per task: ``task, ours_s, peer, peer_s, ratio, note``; ratio is peer over ours, above
    1 is faster."""
    warnings.simplefilter("ignore")
    series, panel, votes = levels(), trade(), ballots()
    y = pd.Series(np.log(series.to_numpy()))
    windows = growth_windows(panel).dropna()
    rng = np.random.default_rng(4)
    dyads = panel.assign(x=rng.normal(size=len(panel)), y=rng.normal(size=len(panel)))
    dyads = dyads.assign(state_a=dyads.pair // 50, state_b=50 + dyads.pair % 50)
    dyads = dyads.query("year >= 1990").rename(columns={"year": "period"})

    def raw_ets() -> object:
        model = ETSModel(y, error="add", trend="add", damped_trend=True)
        return model.fit(disp=False).get_prediction(33, 35)

    def arima_origins() -> object:
        return [
            ARIMA(y.iloc[:k].to_numpy(), order=(0, 1, 0), trend="t").fit().get_forecast(3)
            for k in range(13, 33)
        ]

    def raw_panel() -> object:
        return pyfixest.feols("y ~ x | pair + period", dyads, vcov={"CRV1": "pair+period"}).tidy()

    scaled = 999 / DRAWS_TIMED
    tasks = {
        "damped ETS, 33 years": (
            lambda: fit_damped_ets(series),
            ("statsmodels called directly", best(raw_ets)),
            "the same optimiser: what our checks cost",
        ),
        "drift from 20 origins": (
            lambda: rolling_origin(series, {"drift": fit_drift}, first_origin=2004),
            ("statsmodels ARIMA(0,1,0)", best(arima_origins)),
            "closed form against maximum likelihood",
        ),
        "windows of 2,000 pairs x 61 years": (
            lambda: growth_windows(panel),
            ("pandas, pair by pair", best(lambda: windows_by_pair(panel))),
            "same windows",
        ),
        "base rate with 999 draws": (
            lambda: surge_base_rate(panel, threshold=0.18),
            ("stacked rows, one share", best(lambda: bootstrap_by_rows(windows)) * scaled),
            "ours: windows, 18 rates; peer scaled",
        ),
        "agreement with 189 partners": (
            lambda: agreement_with_all(votes, home="C000"),
            ("one partner at a time", best(lambda: agreement_by_pair(votes))),
            "380,000 votes; ours also checks them and counts kinds",
        ),
        "two-way panel, 62,000 rows": (
            lambda: fit_panel(dyads, outcome="y", regressors=["x"]).tidy(),
            ("pyfixest called directly", best(raw_panel)),
            "the same estimator, projected without iteration; ours with dyadic errors",
        ),
    }
    rows = [
        (task, ours_s := best(ours), *peer, peer[1] / ours_s, note)
        for task, (ours, peer, note) in tasks.items()
    ]
    return pd.DataFrame(rows, columns=["task", "ours_s", "peer", "peer_s", "ratio", "note"])
