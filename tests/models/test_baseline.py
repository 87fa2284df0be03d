"""The baseline against pyfixest, a linear programme, a simulation with a written-down truth, and
its identities."""

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.errors import ConvergenceError, CoverageError, ModelInputError, NotApplicable
from analysis.models import baseline
from analysis.models.baseline import fit_baseline

SAME = 1e-6  # agreement asked of two libraries; pyfixest's own tolerances are set tighter than this
EXACT = 1e-8  # identities of the first-order conditions, solved to 1e-10


# pyfixest 0.60 calls pandas 3.1 with a deprecated keyword, and tells how many rows it drops itself
pytestmark = [
    pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*observations removed because of separation:UserWarning"),
    pytest.mark.filterwarnings("ignore:.*singleton fixed effect:UserWarning"),
]


def panel(
    *, seed: int = 0, n_countries: int = 8, n_years: int = 6, zeros: float = 0.1, gaps: float = 0.1
):
    """World trade from known effects, with noise, zeros and absent rows."""
    rng = np.random.default_rng(seed)
    names = [f"C{n:02d}" for n in range(n_countries)]
    frame = pd.DataFrame(
        [(a, b, t) for a in names for b in names if a != b for t in range(2000, 2000 + n_years)],
        columns=["reporter", "partner", "year"],
    )
    effects = [
        frame.groupby(keys)["year"].transform(lambda _: rng.normal(0, 1.0))
        for keys in (["reporter", "year"], ["partner", "year"], ["reporter", "partner"])
    ]
    frame["truth"] = 100 * np.exp(sum(effects))
    frame["value_usd_mn"] = (
        frame["truth"] * rng.gamma(4, 1 / 4, len(frame)) * (rng.random(len(frame)) > zeros)
    )
    return frame[rng.random(len(frame)) > gaps].reset_index(drop=True)


def reference(frame: pd.DataFrame):
    return pf.fepois(
        "value_usd_mn ~ 1 | reporter^year + partner^year + reporter^partner",
        frame,
        separation_check=["fe"],
        iwls_tol=1e-12,
        iwls_maxiter=100,
        demeaner=pf.MapDemeaner(fixef_tol=1e-12),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_equals_pyfixest_three_way(seed):
    frame = panel(seed=seed, zeros=0.03)
    ours, theirs = fit_baseline(frame), reference(frame)
    fitted = ours.rows[ours.rows["status"] == baseline.FITTED]
    assert len(fitted) == theirs._N
    np.testing.assert_allclose(fitted["expected"], theirs.predict(type="response"), rtol=SAME)


def test_recovers_the_truth_without_noise():
    frame = panel(seed=3, zeros=0.0).assign(value_usd_mn=lambda f: f["truth"])
    rows = fit_baseline(frame).rows
    fitted = rows["status"] == baseline.FITTED
    assert fitted.mean() > 0.95
    np.testing.assert_allclose(rows.loc[fitted, "expected"], frame.loc[fitted, "truth"], rtol=EXACT)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-6, 0.5, 1e9]))
def test_totals_agree_and_units_and_row_order_do_not_matter(seed, factor):
    frame = panel(seed=seed, n_countries=6, n_years=4)
    before = frame.copy()
    try:
        fit = fit_baseline(frame)
    except ConvergenceError:  # one seed of thousands, where a sound fit would take more cycles
        reject()
    pd.testing.assert_frame_equal(frame, before)
    rows = fit.rows.dropna(subset="expected")
    for keys in (["reporter", "year"], ["partner", "year"], ["reporter", "partner"]):
        sums = rows.groupby(keys)[["value_usd_mn", "expected"]].sum()
        np.testing.assert_allclose(sums["expected"], sums["value_usd_mn"], rtol=EXACT)
    changed = frame.sample(frac=1, random_state=seed).assign(
        value_usd_mn=lambda f: f["value_usd_mn"] * factor
    )
    again = fit_baseline(changed).rows.reindex(fit.rows.index)
    np.testing.assert_allclose(again["expected"], factor * fit.rows["expected"], rtol=1e-7)
    assert (again["status"].astype(str) == fit.rows["status"].astype(str)).all()


def separated_by_linear_programme(codes, y):
    """Zeros on which some combination of effects is negative while it vanishes on every positive
    row."""
    offsets = np.cumsum([0, *(code.max() + 1 for code in codes)])
    design = np.zeros((len(y), offsets[-1]))
    for code, offset in zip(codes, offsets, strict=False):
        design[np.arange(len(y)), code + offset] = 1
    zeros, positive = design[y == 0], design[y > 0]
    n, k = len(zeros), offsets[-1]
    solution = linprog(
        np.r_[np.zeros(k), -np.ones(n)],
        A_ub=np.hstack([zeros, np.eye(n)]),
        b_ub=np.zeros(n),
        A_eq=np.hstack([positive, np.zeros((len(positive), n))]),
        b_eq=np.zeros(len(positive)),
        bounds=[(None, None)] * k + [(0, 1)] * n,
    )
    out = np.zeros(len(y), bool)
    out[y == 0] = solution.x[k:] > 0.5
    return out


@pytest.mark.parametrize("seed", range(60))
def test_zeros_separated_by_two_margins_are_those_of_a_linear_programme(seed):
    rng = np.random.default_rng(seed)
    sizes, n = rng.integers(3, 9, 2), int(rng.integers(10, 40))
    codes = [np.unique(rng.integers(0, size, n), return_inverse=True)[1] for size in sizes]
    y = rng.gamma(1, 1, n) * (rng.random(n) > 0.6)
    keep = ~np.any(baseline.zero_or_single(codes, y, np.ones(n, bool)), axis=0)
    if keep.any():
        codes = [np.unique(code[keep], return_inverse=True)[1] for code in codes]
        true = separated_by_linear_programme(codes, y[keep])
        assert (baseline.separated(codes, y[keep]) == true).all()


def test_zeros_that_three_margins_separate_are_named_and_nothing_is_returned():
    frames = (panel(seed=s, n_countries=6, n_years=4, zeros=0.5, gaps=0.1) for s in range(30))
    refused = []
    for frame in frames:
        try:
            fit_baseline(frame)
        except ConvergenceError as error:
            refused.append((frame["value_usd_mn"], str(error)))
    assert 1 <= len(refused) <= 20
    for values, said in refused:
        first = int(said.split("such as rows [")[1].split(",")[0].split("]")[0])
        assert values.iloc[first] == 0


def test_says_what_was_dropped_and_why():
    frame = panel(seed=4, zeros=0.0, gaps=0.0)
    never = (frame["reporter"] == "C00") & (frame["partner"] == "C01")
    frame.loc[never, "value_usd_mn"] = 0.0
    frame.loc[frame.index[-1], "value_usd_mn"] = np.nan
    apart = panel(seed=5, n_countries=3, zeros=0.0, gaps=0.0)
    apart[["reporter", "partner"]] = "X" + apart[["reporter", "partner"]]
    single = pd.DataFrame(
        {"reporter": ["C02"], "partner": ["LONE"], "year": [2001], "value_usd_mn": [7.0]}
    )
    both = pd.concat([frame, apart, single], ignore_index=True)
    fit = fit_baseline(both)
    assert fit.rows["status"].value_counts().drop(baseline.FITTED).to_dict() == {
        baseline.ALL_ZERO: 6,
        baseline.MISSING: 1,
        baseline.DISCONNECTED: len(apart),
        baseline.ALONE: 1,
    }
    assert fit.rows.loc[fit.rows["status"] != baseline.FITTED, "expected"].isna().all()


def test_projection_keeps_totals_and_recovers_a_known_shift():
    """One pair's trade doubles after 2003. Held out, its ratio is 2 and every other pair's is 1."""
    frame = panel(seed=7, zeros=0.0, gaps=0.0).assign(value_usd_mn=lambda f: f["truth"])
    late = frame["year"] >= 2004
    treated = late & (frame["reporter"] == "C00") & (frame["partner"] == "C01")
    frame.loc[treated, "value_usd_mn"] *= 2
    fit = fit_baseline(frame[~late])
    held = fit.project(frame[late], held_out=[("C00", "C01")])
    ratio = held.rows["value_usd_mn"] / held.rows["expected"]
    np.testing.assert_allclose(ratio, np.where(treated[late], 2, 1), rtol=1e-6)
    said = f"rank 1 of {8 * 7}: actual trade is 2.00 times what is expected"
    assert held.rank("C00", "C01", year=2004, min_expected=0) == said
    plain = fit.project(frame[late])
    informed = (plain.rows["value_usd_mn"] / plain.rows["expected"])[treated[late]]
    assert informed.between(1, 2, inclusive="neither").all()
    for keys in (["reporter", "year"], ["partner", "year"]):
        sums = plain.rows.groupby(keys)[["value_usd_mn", "expected"]].sum()
        np.testing.assert_allclose(sums["expected"], sums["value_usd_mn"], rtol=EXACT)


def test_projection_names_pairs_that_it_does_not_know():
    frame = panel(seed=8, gaps=0.0, zeros=0.0)
    early = frame[frame["year"] <= 2003]
    fit = fit_baseline(early[(early["reporter"] != "C00") | (early["partner"] != "C01")])
    projection = fit.project(frame[frame["year"] > 2003])
    assert projection.rows["status"].value_counts()[baseline.NEW_PAIR] == 2
    why = projection.rank("C00", "C01", year=2004, min_expected=0)
    assert isinstance(why, NotApplicable)
    assert "no pair effect" in why.reason
    with pytest.raises(ModelInputError, match=r"rows of \[2003\].*years after 2003"):
        fit.project(frame[frame["year"] >= 2003])
    with pytest.raises(CoverageError, match=r"the pair held out, .'C00', 'C99'. is nowhere"):
        fit.project(frame[frame["year"] > 2003], held_out=[("C00", "C99")])


def test_rank_counts_pairs_with_a_larger_ratio():
    frame = panel(seed=9, zeros=0.0)
    made = fit_baseline(frame[frame["year"] < 2003]).project(frame[frame["year"] >= 2003])
    year = made.rows[made.rows["year"] == 2003].dropna(subset="expected")
    ratio = year["value_usd_mn"] / year["expected"]
    pair, own = year.iloc[5][["reporter", "partner"]], ratio.iloc[5]
    place = f"rank {(ratio > own).sum() + 1} of {len(year)}: actual trade is {own:.2f} times"
    assert made.rank(*pair, year=2003, min_expected=0).startswith(place)
    small = made.rank(*pair, year=2003, min_expected=1e12)
    assert "below 1e+12" in small.reason
    assert "no row" in made.rank("C00", "ZZZ", year=2003, min_expected=0).reason


def two_islands() -> pd.DataFrame:
    """A year in which C00 and C01 sell only to C02 and C03, and C04 and C05 only to C06 and C07."""
    sides = [(("C00", "C01"), ("C02", "C03")), (("C04", "C05"), ("C06", "C07"))]
    rows = [
        (a, b, 2010, 10.0 + len(a + b))
        for sellers, buyers in sides
        for a in sellers
        for b in buyers
    ]
    return pd.DataFrame(rows, columns=["reporter", "partner", "year", "value_usd_mn"])


def test_a_projection_drops_separated_zeros_and_does_not_bridge_islands():
    fit = fit_baseline(panel(seed=17, gaps=0.0, zeros=0.0))
    rows = (["C00", "C06", 2010, 0.0], ["C04", "C02", 2010, 5.0])
    zero, held = (pd.DataFrame([row], columns=two_islands().columns) for row in rows)
    later = pd.concat([two_islands(), zero, held], ignore_index=True)
    rows = fit.project(later, held_out=[("C04", "C02")]).rows
    assert rows["status"].tolist() == [baseline.FITTED] * 8 + [
        baseline.SEPARATED,
        baseline.UNDETERMINED,
    ]
    assert rows["expected"].notna().tolist() == [True] * 8 + [False] * 2
    with pytest.raises(ModelInputError, match="with a pair effect"):
        fit.project(zero.assign(reporter="ZZZ"))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.assign(value_usd_mn=-1.0), "out of range: 0: -1"),
        (lambda f: f.assign(partner=f["reporter"]), "of a country with itself"),
        (lambda f: f.assign(value_usd_mn=0.0), "every row is alone .* or all zero"),
        (lambda f: f.assign(year=f["year"].astype(float)), "'year' holds float64"),
        (lambda f: pd.concat([f, f]), "rows repeat reporter, partner, year"),
        (lambda f: f.iloc[:0], "no rows"),
        (lambda f: f[f["year"] == 2000], "every row is alone"),
        (lambda f: f.assign(partner=f["partner"].replace("C01", "W00")), "have the world"),
    ],
)
def test_bad_input_is_explained(spoil, message):
    with pytest.raises(ModelInputError, match=message):
        fit_baseline(spoil(panel(seed=12)))


def test_totals_that_are_not_reproduced_are_an_error(monkeypatch):
    monkeypatch.setattr(baseline, "MOST_CYCLES", 2)
    with pytest.raises(ConvergenceError, match="2 cycles left a group total wrong by"):
        fit_baseline(panel(seed=14))
