"""Judges of notebook 08 on pressure: on whom China has used it, whether on Russia, and who needs
whom.
"""

from __future__ import annotations

import pandas as pd

from analysis.claims.dependence import cases_against, china_in_exports
from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import claim
from analysis.tables import load
from analysis.tables.views import partners, shares_of

HALF = 0.5
"""'Mostly' is more than half."""
UNDATED = "Reynolds and Goodman 2023"
"""A list of case studies 'since 2010' that are not dated one by one."""
PARTS_OF_STATES = ("Missouri (US)",)
"""Targets that the lists set under a state of which they are a part: the size of the whole is not
theirs."""


def sized_cases() -> pd.DataFrame:
    """Listed cases of Chinese economic coercion with the size of each target.

    Returns
    -------
    DataFrame with list, target, target_iso3, first_year, relative_gdp (the target's GDP over
    China's in that year, current USD; missing where the World Bank has none, as for Taiwan and for
    a part of a state).
    """
    cases = load("coercion_cases")
    gdp = load("gdp_population").set_index(["country", "year"]).gdp_usd_mn
    keys = pd.MultiIndex.from_frame(cases[["target_iso3", "first_year"]])
    own = gdp.reindex(keys).to_numpy()
    china = cases.first_year.map(gdp.loc["CHN"]).to_numpy(dtype=float)
    columns = ["list", "target", "target_iso3", "first_year"]
    return cases[columns].assign(
        relative_gdp=pd.Series(own / china, cases.index).mask(cases.target.isin(PARTS_OF_STATES))
    )


def weaker_targets(cases: int, share_small: float, *, least_cases: int) -> str:
    """Label of 'coerces, mostly the weaker': number of cases, and the share of them against much
    smaller economies.
    """
    if share_small <= HALF:
        return "does not hold"
    return "holds" if cases >= least_cases else "holds with caveats"


def judge_coercion() -> Verdict:
    """C45: China uses economic coercion, mostly on weaker states."""
    this = claim("C45")
    small, least = this.thresholds["small_share_of_gdp"], int(this.thresholds["least_cases"])
    cases = sized_cases()
    known = cases.dropna(subset=["relative_gdp"])
    share = float((known.relative_gdp < small).mean())
    by_list = {str(name): rows for name, rows in known.groupby("list")}
    undated = cases[cases["list"] == UNDATED]
    targets = known.sort_values("first_year").drop_duplicates("target_iso3")
    variants = [
        _sized(name, rows, small, least)
        for name, rows in {**by_list, "each target once": targets}.items()
    ]
    variants.append(_sized("half of China's economy as the limit", known, 0.5, least))
    return Verdict(
        claim=this,
        label=weaker_targets(len(cases), share, least_cases=least),
        value=100 * share,
        unit=f"percent of cases against economies below {small:.0%} of China's",
        measured=(
            f"{len(cases)} listed cases against {cases.target.nunique()} targets; {100 * share:.0f}"
            f" % of the {len(known)} with a known size were below {small:.0%} of China's economy"
        ),
        sources=("three authors' lists of cases", "World Bank GDP"),
        caveats=(
            "The lists overlap, choose prominent cases, and were made in the West.",
            (
                f"{len(cases) - len(known)} cases have no size here:"
                f" {_names(cases[cases.relative_gdp.isna()].target)}."
            ),
            (
                f"{len(undated)} cases of one list carry the year {undated.first_year.iloc[0]:.0f},"
                " its first, because it names none: they are sized in that year."
            ),
        ),
        flip="A fuller list in which half of the targets have a quarter of China's economy or more",
        variants=tuple(variants),
    )


def _names(targets: pd.Series) -> str:
    counts = targets.value_counts(sort=False)
    return ", ".join(
        f"{target} {count} times" if count > 1 else str(target) for target, count in counts.items()
    )


def _sized(name: str, rows: pd.DataFrame, small: float, least: int) -> Variant:
    share = float((rows.relative_gdp < small).mean())
    return Variant(
        name=name,
        measured=f"{100 * share:.0f} % of {len(rows)}",
        label=weaker_targets(len(rows), share, least_cases=least),
    )


def never_listed(named: int) -> str:
    """Label of 'never coerced Russia': at best with caveats, because absence from lists is no
    proof.
    """
    return "does not hold" if named else "holds with caveats"


def judge_never() -> Verdict:
    """C46: China has never coerced Russia economically."""
    this = claim("C46")
    found = cases_against("RUS")
    frictions = load("frictions")
    readings = {**found, "every reported friction taken for coercion": len(frictions)}
    return Verdict(
        claim=this,
        label=never_listed(sum(found.values())),
        value=float(sum(found.values())),
        unit="listed cases with Russia as the target",
        measured=(
            f"{sum(found.values())} cases on {len(found)} lists; {len(frictions)} reports of"
            " frictions that could be read as pressure"
        ),
        sources=tuple(found),
        caveats=(
            (
                "Absence from a list is evidence, not proof; MERICS counts 123 cases that are not"
                " named here."
            ),
            (
                "Coal duties of 2024 fell on Russia as on others; banks stopped payments for fear"
                " of US sanctions."
            ),
        ),
        flip="One list that names Russia as a target",
        variants=tuple(
            Variant(name=name, measured=f"{count} cases", label=never_listed(count))
            for name, count in readings.items()
        ),
    )


def equal_need(trade_ratio: float, energy_ratio: float, *, widest: float) -> str:
    """Label of 'China needs Russia no less': ratio of the two shares in trade, and in energy
    alone.
    """
    within = [1 / widest <= ratio <= widest for ratio in (trade_ratio, energy_ratio)]
    if within[0]:
        return "holds"
    return "holds with caveats" if within[1] else "does not hold"


def russia_in_energy(year: int) -> float:
    """Russia's share in China's imports of energy by energy content, percent (Energy Institute)."""
    energy = load("china_energy_imports", year=year)
    return float(100 * energy[energy.supplier == "RUS"].energy_ej.sum() / energy.energy_ej.sum())


def judge_need() -> Verdict:
    """C47: China needs Russia as much as Russia needs China."""
    this = claim("C47")
    widest = this.thresholds["widest_ratio"]
    china = float(partners("RUS", year=2024).set_index("partner").share_pct["CHN"])
    russia = float(partners("CHN", year=2024).set_index("partner").share_pct["RUS"])
    shares = shares_of("RUS", "CHN", first_year=2023, last_year=2024).set_index("year")
    sold = shares.exports_pct
    energy = russia_in_energy(2023)
    ratios = {"trade": china / russia, "energy": float(sold[2023]) / energy}
    before = (
        shares_of("RUS", "CHN", first_year=2020, last_year=2020).iloc[0],
        shares_of("CHN", "RUS", first_year=2020, last_year=2020).iloc[0],
    )
    readings = {
        "imports of each from the other, 2020": (
            before[0].imports_pct / before[1].imports_pct,
            ratios["energy"],
        ),
        "energy against Russia's exports of 2024": (ratios["trade"], float(sold[2024]) / energy),
        "highest reading of China in Russia's exports": (
            ratios["trade"],
            max(china_in_exports().values()) / energy,
        ),
        "energy against what Russia buys from China": (
            ratios["trade"],
            float(shares.imports_pct[2023]) / energy,
        ),
    }
    return Verdict(
        claim=this,
        label=equal_need(ratios["trade"], ratios["energy"], widest=widest),
        value=ratios["trade"],
        unit="China's share in Russia's trade over Russia's in China's",
        measured=(
            f"China is {china:.0f} % of Russia's trade and Russia {russia:.1f} % of China's (ratio"
            f" {ratios['trade']:.0f}); Russia supplies {energy:.0f} % of China's imported energy"
            f" and sells China {sold[2023]:.0f} % of its exports (ratio {ratios['energy']:.1f})"
        ),
        sources=("IMF estimates for Russia", "China customs", "Energy Institute"),
        caveats=(
            (
                "Need is more than trade: a quiet border and a vote in the Security Council have no"
                " price here."
            ),
            "Imported energy is a part of the energy that China uses.",
        ),
        flip=f"Shares in one another's trade within a factor of {widest:.0f}",
        variants=tuple(
            Variant(
                name=name,
                measured=f"ratios {one:.1f} and {other:.1f}",
                label=equal_need(one, other, widest=widest),
            )
            for name, (one, other) in readings.items()
        ),
    )


JUDGES = {"C45": judge_coercion, "C46": judge_never, "C47": judge_need}
