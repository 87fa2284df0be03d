"""Judge of notebook 05: was the rise in trade mostly a turn away from the West?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.claims.handwritten import Variant, Verdict
from analysis.claims.ledger import Claim, claim
from analysis.claims.reorientation import (
    GRAVITY,
    OTHERS,
    PANEL_ENDS,
    SHARES,
    SMALLEST_DONOR_USD_BN,
    SYNTHETIC,
    all_designs,
    by_gravity,
    fuels,
    synthetic_partners,
)
from analysis.countries import iso3, name
from analysis.errors import CoverageError, NotApplicable, ParameterError, applicable
from analysis.tables import load
from analysis.tables.views import false_figures, pair_trade, partners, years_to_compare

Designs = Mapping[str, pd.DataFrame | NotApplicable]
"""By name, the table of ``reorientation`` or why it has none."""
LARGE_DONOR_USD_BN = 10.0
ALSO_WEST = ("AUS", "CAN", "CHE", "GBR", "ISL", "JPN", "KOR", "NOR", "NZL", "TWN", "USA")
"""The economies that, with the European Union of 27, restricted exports to Russia in 2022."""
SUSPECT = {
    "UGA": "imports rise from 24 million to 27 billion; removed in data/corrections",
    "KAZ": "no figure in 2024, zero in 2025",
    "ARM": "about five times the figure of 2021",
    "UZB": "about five times the figure of 2021",
}
"""Rows of Russia's trade after 2021, as the IMF estimates it, that cannot be taken as they
stand."""


def mostly(shares_pct: Mapping[str, float], *, half_pct: float) -> str:
    """Label of 'mostly': the share that each design gives, percent; every one above half, or most
    of them.
    """
    above = sum(share > half_pct for share in shares_pct.values())
    if above == len(shares_pct):
        return "holds"
    return "holds with caveats" if 2 * above > len(shares_pct) else "does not hold"


def ranges(designs: Designs) -> pd.DataFrame:
    """Lowest, median and highest share of each design that could be applied, percent of the rise.

    Returns
    -------
    DataFrame indexed by design with lowest, median, highest (float) and variants (int), in the
    order given.
    """
    known = {
        design: table.share_pct
        for design, table in designs.items()
        if isinstance(table, pd.DataFrame)
    }
    rows = {
        design: {"lowest": s.min(), "median": s.median(), "highest": s.max(), "variants": len(s)}
        for design, s in known.items()
    }
    columns = ["lowest", "median", "highest", "variants"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype({"variants": int})


def judge_turn() -> Verdict:
    """C30: most of the rise came from trade turned away from the West."""
    this = claim("C30")
    half = this.thresholds["half_pct"]
    first, last = int(this.thresholds["first_year"]), int(this.thresholds["last_year"])
    designs = all_designs("RUS", "CHN", first=first, last=last)
    large = all_designs("RUS", "CHN", first=first, last=last, smallest=LARGE_DONOR_USD_BN)
    found = ranges(designs)
    above = int((found["median"] > half).sum())
    listed = "; ".join(
        f"{design} {middle:.0f} % ({low:.0f} to {high:.0f})"
        for design, low, middle, high in found[["lowest", "median", "highest"]].itertuples()
    )
    return Verdict(
        claim=this,
        label=mostly(_by_design(found["median"]), half_pct=half),
        value=float(above),
        unit=f"designs of {len(found)} whose median share is above half",
        measured=f"{above} of {len(found)} designs put it above half: {listed}",
        sources=(
            "China customs for the pair, for China's partners in 2024 and for fuels",
            "IMF for Russia's and China's partners",
        ),
        caveats=(
            (
                "Shares above one hundred mean that trade would have fallen: when totals fall, that"
                " design cannot fail."
            ),
            (
                "Price against volume counts all that has no weight as volume, and no volume need"
                " come from the West."
            ),
            (
                "The rise from other partners is that from 2020, the last year with all of China's"
                " partners before 2024."
            ),
            (
                f"Russian crude cost China {_crude_price_pct(first, last):+.0f} % a tonne in {last}"
                f" over {first}."
            ),
            _synthetic_words(designs, large, last, half),
            "No design shows from whom the trade was turned, or why.",
        ),
        flip=_flip(designs, found, half),
        variants=_readings(this, designs, large, first, last),
    )


def _flip(designs: Designs, found: pd.DataFrame, half: float) -> str:
    """The total of the last year at which the design nearest to half would cross it."""
    nearest = str((found["median"] - half).abs().idxmin())
    table = applicable(designs[nearest])
    before, expected = table.before_usd_bn.iloc[0], table.counterfactual_usd_bn.median()
    needed = (expected - half / 100 * before) / (1 - half / 100)
    way = "above" if found["median"][nearest] < half else "below"
    return (
        f"A total for the last year {way} {needed:.0f} billion dollars, where '{nearest}' crosses"
        " half"
    )


def synthetic_apart(designs: Designs) -> dict[str, pd.DataFrame | NotApplicable]:
    """The designs with the synthetic controls taken out of China's other partners, as a design of
    their own.
    """
    others = designs[OTHERS]
    if isinstance(others, NotApplicable):
        return dict(designs)
    synthetic = others.variant.str.startswith(SYNTHETIC)
    parts = {OTHERS: others[~synthetic], SYNTHETIC: others[synthetic]}
    return {**designs, **{design: part for design, part in parts.items() if len(part)}}


def _synthetic_words(designs: Designs, large: Designs, last: int, half: float) -> str:
    """The synthetic controls that can be told from others, and the count with them as a design of
    their own.
    """
    fits = synthetic_partners(
        "RUS", "CHN", base=PANEL_ENDS, last=last, smallest=SMALLEST_DONOR_USD_BN
    )
    open_ = " and ".join(str(since) for since, fit in fits.items() if not fit.unique)
    left_out = (
        f"Synthetic controls from {open_} are not identified (many weights fit equally well) and"
        " left out"
    )
    apart, beside = (ranges(synthetic_apart(each)) for each in (designs, large))
    if not {SYNTHETIC} <= set(apart.index) & set(beside.index):
        return f"{left_out if open_ else 'No synthetic control was fitted'}."
    rest = apart["median"].drop(SHARES)
    return (
        f"{f'{left_out}; ' if open_ else ''}the others say {_span(apart)} %, and {_span(beside)} %"
        f" with donors of {LARGE_DONOR_USD_BN:.0f} billion or more. With the former as a design of"
        f" their own and without the shares, {int((rest > half).sum())} of {len(rest)} designs are"
        " above half."
    )


def _span(found: pd.DataFrame) -> str:
    return f"{found['lowest'][SYNTHETIC]:.0f} to {found['highest'][SYNTHETIC]:.0f}"


def _crude_price_pct(first: int, last: int) -> float:
    """Change of what China paid Russia for a tonne of crude, percent."""
    crude = fuels([first, last]).query("fuel == 'crude'").set_index("year")
    price = crude.value_usd_bn / crude.amount_mt
    return float(100 * (price[last] / price[first] - 1))


def _readings(
    this: Claim, designs: Designs, large: Designs, first: int, last: int
) -> tuple[Variant, ...]:
    """The same rule at the ends of the ranges, on other designs, and from other years."""
    half, found = this.thresholds["half_pct"], ranges(designs)
    gravity = ranges({GRAVITY: by_gravity("RUS", "CHN")})
    tables = {
        "lowest variant of each design": found["lowest"],
        "highest variant of each design": found["highest"],
        "without the shares, which cannot fail": found["median"].drop(SHARES),
        "without the shares, synthetic control apart": (
            ranges(synthetic_apart(designs))["median"].drop(SHARES)
        ),
        "gravity to 2025 as a fifth design": pd.concat([found["median"], gravity["median"]]),
    }
    for start in (2019, 2020):
        tables[f"the rise from {start}"] = ranges(
            all_designs("RUS", "CHN", first=start, last=last)
        )["median"]
    tables[f"China's partners of {LARGE_DONOR_USD_BN:.0f} billion or more"] = ranges(large)[
        "median"
    ]
    return tuple(
        Variant(
            name=words,
            measured=", ".join(f"{design} {share:.0f} %" for design, share in shares.items()),
            label=mostly(_by_design(shares), half_pct=half),
        )
        for words, shares in tables.items()
    )


def _by_design(shares: pd.Series) -> dict[str, float]:
    return {str(design): float(share) for design, share in shares.items()}


def years_compared(home: str, partner: str, wanted: Sequence[int]) -> tuple[int, int]:
    """The two years wanted where the pair has both, or else its latest years as far apart.

    Where the pair has no trade in any source the years stand as they are, and every part says what
    it lacks.
    """
    if len(wanted) != 2 or wanted[0] >= wanted[1]:
        raise ParameterError(
            f"compare = {tuple(wanted)}", allowed="two years, the earlier first", do="mend it"
        )
    try:
        return years_to_compare(pair_trade(home, partner), (wanted[0], wanted[1]))
    except CoverageError:
        return wanted[0], wanted[1]


def partner_changes(home: str, *, first: int, last: int) -> pd.DataFrame:
    """Change of home's trade with each partner between two years, as home reported it.

    Returns
    -------
    DataFrame indexed by partner (ISO3) with exports, imports, total (change in USD billion,
    current, FOB and CIF) and share_first, share_last (percent of home's exports to named partners),
    largest gain of exports first. Partners without a row in both years are left out and listed in
    ``attrs['only_once']``.
    """
    home = iso3(home)
    sides = [partners(home, year=year).set_index("partner") for year in (first, last)]
    shares = [100 * side.exports_usd_bn / side.exports_usd_bn.sum() for side in sides]
    both = sides[0].index.intersection(sides[1].index)
    change = {
        flow: (sides[1][f"{flow}_usd_bn"] - sides[0][f"{flow}_usd_bn"])[both]
        for flow in ("exports", "imports")
    }
    frame = pd.DataFrame(change).assign(
        total=lambda f: f.exports + f.imports,
        share_first=shares[0][both],
        share_last=shares[1][both],
    )
    frame.attrs["only_once"] = sorted(sides[0].index.symmetric_difference(sides[1].index))
    return frame.sort_values("exports", ascending=False, kind="stable")


def group_changes(home: str, *, first: int, last: int) -> pd.DataFrame:
    """The same by group: the West (the European Union and ``ALSO_WEST``), China, India, unsound
    rows, all others.
    """
    changes = partner_changes(home, first=first, last=last)
    west = (*load("groups", group="EU27").iso3, *ALSO_WEST)
    groups = {**dict.fromkeys(west, "the West"), "CHN": "China", "IND": "India"}
    if iso3(home) == "RUS" and last >= 2022:
        groups |= dict.fromkeys(SUSPECT, "unsound rows")
    named = changes.index.map(lambda code: groups.get(code, "others"))
    order = [
        label
        for label in ("the West", "China", "India", "unsound rows", "others")
        if label in set(named)
    ]
    return (
        changes[["exports", "imports", "total"]]
        .groupby(named)
        .sum()
        .loc[order]
        .rename_axis("group")
    )


def suspect_rows(home: str) -> pd.DataFrame:
    """What the IMF published for Russia's partners of ``SUSPECT``, USD billion.

    Returns
    -------
    DataFrame with partner, flow and one column per year from 2021 to 2024, the figures that
    data/corrections removes as they were published; missing where there was none.

    Raises
    ------
    CoverageError
        For any country but Russia.
    """
    if iso3(home) != "RUS":
        raise CoverageError(
            f"unsound rows are known for Russia after 2021 only, not for {name(iso3(home))}"
        )
    keys = ["partner", "flow", "year"]
    kept = (
        load("trade_russia", partner=list(SUSPECT), year=[2021, 2022, 2023, 2024])
        .set_index(keys)
        .value_usd_mn
    )
    published = kept.fillna(false_figures("trade_russia").set_index(keys).published_usd_mn)
    wide = (published / 1000).unstack("year").rename_axis(columns=None).reset_index()
    return wide.assign(partner=wide.partner.map(name))


JUDGES = {"C30": judge_turn}
