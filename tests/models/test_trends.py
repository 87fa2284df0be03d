"""Log-linear trend: exact trends, Newey-West by hand, recovery of a known rate, and refusals."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelInputError, NotApplicable
from analysis.models.result import TIDY_COLUMNS
from analysis.models.trends import fit_log_trend, newey_west_lags

ROUNDING = 1e-9  # two products of matrices with 40 rows


@pytest.fixture
def noisy():
    rng = np.random.default_rng(3)
    years = np.arange(1980, 2020)
    return pd.Series(5 * np.exp(0.05 * (years - 1980) + 0.1 * rng.standard_normal(40)), index=years)


def test_an_exact_trend_is_found_exactly():
    years = np.arange(2000, 2020)
    fit = fit_log_trend(pd.Series(3 * 1.07 ** (years - 2000), index=years))
    assert fit.growth_pct()["estimate"] == pytest.approx(7, rel=ROUNDING)
    assert fit.predict([2030]).loc[2030, "trend"] == pytest.approx(3 * 1.07**30, rel=ROUNDING)


def test_newey_west_by_hand(noisy):
    """Three lags for 40 years, with the weights of Bartlett."""
    fit = fit_log_trend(noisy)
    x = np.column_stack([np.ones(40), np.arange(40)])
    scores = x * fit.residuals[:, None]
    meat = scores.T @ scores
    for lag, weight in ((1, 3 / 4), (2, 2 / 4), (3, 1 / 4)):
        cross = scores[lag:].T @ scores[:-lag]
        meat += weight * (cross + cross.T)
    bread = np.linalg.inv(x.T @ x)
    np.testing.assert_allclose(fit.covariance, bread @ meat @ bread * 40 / 38, rtol=1e-8)


def test_coverage_of_a_known_rate_in_white_noise():
    """With independent noise the 95 % interval holds the truth in about 95 % of samples; HAC costs
    a few points."""
    rng = np.random.default_rng(11)
    years = np.arange(1970, 2020)
    hits = 0
    for _ in range(300):
        series = pd.Series(
            np.exp(0.04 * (years - 1970) + 0.2 * rng.standard_normal(50)), index=years
        )
        row = fit_log_trend(series).tidy().loc[1]
        hits += row["ci_low"] <= 0.04 <= row["ci_high"]
    assert 0.86 <= hits / 300 <= 0.98


def test_shape_and_text(noisy):
    fit = fit_log_trend(noisy.loc[:2010])
    assert tuple(fit.tidy().columns) == TIDY_COLUMNS
    assert (fit.first_year, fit.last_year) == (1980, 2010)
    assert str(fit) == str(fit_log_trend(noisy.loc[:2010].sample(frac=1, random_state=1)))
    assert "n = 31; Newey-West standard errors with 3 lags" in fit.spec
    with pytest.raises(ValueError, match="read-only"):
        fit.residuals[0] = 1
    line = fit.predict([1990, 2030])
    assert ((line["ci_low"] < line["trend"]) & (line["trend"] < line["ci_high"])).all()
    e = fit.residuals
    assert fit.autocorrelation() == pytest.approx(sum(e[1:] * e[:-1]) / sum(e**2))


def test_lags_follow_the_rule():
    assert [newey_west_lags(n) for n in (50, 100, 500)] == [3, 4, 5]


def test_what_has_no_trend_is_declined(noisy):
    assert "holds 3" in str(fit_log_trend(noisy.loc[:1982]))
    for level in (1, 7.3):  # the log of one is zero, and that of the other leaves rounding
        constant = fit_log_trend(noisy * 0 + level)
        assert isinstance(constant, NotApplicable)
        assert "the series is constant" in constant.reason


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.where(s.index != 1990, -1), "1990: -1"),
        (lambda s: s.where(s.index != 1990), "1990: nan"),
        (lambda s: s.set_axis(s.index.astype(str)), "holds str values"),
    ],
)
def test_bad_input_is_explained(noisy, spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit_log_trend(spoil(noisy))
