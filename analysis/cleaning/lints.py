"""Lints: each names rows with a kind of error that a publisher has really made, and changes
nothing. A find must be declared in data/corrections/exceptions.csv, or the build stops.
"""

import pandas as pd

from analysis.cleaning.checks import offenders, require_keys
from analysis.cleaning.corrections import declared
from analysis.errors import RawDataError

JUMP_FACTOR = 3.0
JUMP_FLOOR_USD_MN = 1000.0
AGREEMENT_FACTOR = 1.5
"""Two reports of one flow differ by freight, timing and re-export: up to a half is usual."""
CONFIRMING_RISE = 2.0
"""The other report at least doubled too: something moved, whatever its size."""
CONTRADICTION_FACTOR = 3.0
SUM_TOLERANCE_USD_BN = 0.11
"""Flows rounded to 0.1 each can miss their total by 0.1."""
GROWTH_TOLERANCE_POINTS = 0.3
"""Base-year revisions move announced growth by this much."""
RATE_TOLERANCE = 0.03
"""China customs converts at monthly rates of its own, up to 1.5 % off the year's average."""
RATE_MOVE_POINTS = 1.5
"""Below this, growth in two currencies differs by less than two publishers' exchange rates do."""
SWAP_CLOSENESS = 0.05
PARTS_ABOVE = (1.001, 1.0)
"""Factor and USD million by which rounding may lift partners above their published total."""
TOTAL_ABOVE_PARTS = 25.0
"""Kuwait names partners for an eighteenth of its exports of 1995, and nobody for less."""
REVISION_TOLERANCE = 0.02
"""Headlines lie within 1.4 % of the later figure, but for a preliminary one (2015, 5.5 %)."""
MERGED_FACTOR = 1.5
"""Merged with January, February is about twice March; alone it is a short month with a holiday."""
CIF_OVER_FOB = (1.06, 1.10)
"""Estimators put freight and insurance at 6 to 10 % to turn one end's report into the other's."""
COPY_STEADINESS, COPY_YEARS = 0.005, 3
"""Freight, timing and re-export move the ratio of two customs services by several points."""
FLOWS = ["exports", "imports"]
REPORT = ["reporter", "partner", "flow", "year"]


def jumps(frame: pd.DataFrame, *, by: list[str], value: str = "value_usd_mn") -> pd.DataFrame:
    """Values above the floor that more than tripled in a year, or vanished after standing above it:
    the ``by`` columns, year, before and after (USD million, missing when gone).
    """
    require_keys(frame, [*by, "year"], what="the figures to be watched")
    wide = frame.pivot_table(index=by, columns="year", values=value, aggfunc="sum", min_count=1)
    wide = wide.reindex(columns=pd.RangeIndex(frame.year.min(), frame.year.max() + 1, name="year"))
    before, after = wide.shift(1, axis=1).stack(), wide.stack(future_stack=True)
    both = pd.DataFrame({"before": before, "after": after}).reset_index()
    rose = (both.after > JUMP_FLOOR_USD_MN) & (both.after > JUMP_FACTOR * both.before)
    gone = (both.before > JUMP_FLOOR_USD_MN) & (both.after.isna() | (both.after == 0))
    return both[rose | gone].sort_values([*by, "year"]).reset_index(drop=True)


def with_mirror(
    rows: pd.DataFrame, panel: pd.DataFrame, *, shift: int = 0, name: str = "mirror"
) -> pd.DataFrame:
    """Rows with the partner's own report of the same flow, ``shift`` years earlier, beside them."""
    for side in (rows, panel):
        require_keys(side, REPORT, what="a panel of reports")
    names = {"reporter": "partner", "partner": "reporter", "value_usd_mn": name}
    flow = panel.flow.map({"exports": "imports", "imports": "exports"})
    other = panel.rename(columns=names).assign(flow=flow, year=panel.year + shift)
    return rows.merge(other[[*REPORT, name]], how="left")


def unconfirmed_jumps(rows: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Jumps of the rows that the partner's own report (a further column, mirror) does not bear out:
    the reports agree on the new level, or the partner's doubled too. What is gone is never borne
    out.
    """
    found = with_mirror(jumps(rows, by=REPORT[:3]), panel)
    found = with_mirror(found, panel, shift=1, name="mirror_before")
    agrees = (found.mirror / found.after).between(1 / AGREEMENT_FACTOR, AGREEMENT_FACTOR)
    rose = found.mirror > CONFIRMING_RISE * found.mirror_before
    borne_out = (agrees | rose) & (found.after > 0)
    return found[~borne_out].drop(columns="mirror_before").reset_index(drop=True)


def contradicted(panel: pd.DataFrame) -> pd.Series:
    """Whether the partner's own report, looked for in the same panel, is less than a third of a
    value above the floor; False where the partner does not report.
    """
    both = with_mirror(panel, panel).set_index(panel.index)
    far = both.value_usd_mn > CONTRADICTION_FACTOR * both.mirror
    return far & (both.value_usd_mn > JUMP_FLOOR_USD_MN)


def broken_sums(wide: pd.DataFrame) -> pd.DataFrame:
    """Rows where exports plus imports miss the published total (all USD billion) by more than
    rounding; a row with a gap is passed over.
    """
    return wide[(wide.exports + wide.imports - wide.total).abs() > SUM_TOLERANCE_USD_BN]


def parts_against_totals(parts: pd.Series, totals: pd.Series) -> pd.DataFrame:
    """Totals that are smaller than the sum of their parts, or too many times larger: a unit has
    slipped in one. Both are in USD million on one index; a gap in either is passed over.
    """
    both = pd.DataFrame({"parts": parts, "total": totals}).dropna()
    factor, slack = PARTS_ABOVE
    below = both.parts > factor * both.total + slack
    return both[below | (both.total > TOTAL_ABOVE_PARTS * both.parts + slack)]


def growth_mismatches(
    announced: pd.DataFrame, levels: pd.DataFrame, *, keys: list[str]
) -> pd.DataFrame:
    """Announced growth over the year before (growth_pct, by year and ``keys``) that does not follow
    from the levels (value, one unit, and its printed decimals), with implied_pct: a revised base,
    another currency or flow. Growth without both levels is passed over.
    """
    known = levels[["year", *keys, "value", "decimals"]]
    before = known.assign(year=known.year + 1)
    before = before.rename(columns={"value": "base", "decimals": "base_decimals"})
    both = announced.merge(known, on=["year", *keys]).merge(before, on=["year", *keys])
    ratio = both.value / both.base
    both["implied_pct"] = (100 * (ratio - 1)).round(2)
    rounding = 50 / both.base * (10.0**-both.decimals + ratio * 10.0**-both.base_decimals)
    off = (both.growth_pct - both.implied_pct).abs() > GROWTH_TOLERANCE_POINTS + rounding
    return both.loc[off, ["year", *keys, "growth_pct", "implied_pct"]].reset_index(drop=True)


def other_currency(
    growth_pct: pd.Series, implied_pct: pd.Series, rate_change_pct: pd.Series
) -> pd.Series:
    """Whether announced growth misses that of its levels and lies nearer to their growth in another
    currency, given the rise of that currency's price of one unit (yuan to the dollar); False where
    the rate moved too little to tell. All in percent.
    """
    other = (1 + implied_pct / 100) * (1 + rate_change_pct / 100) * 100 - 100
    own = (growth_pct - implied_pct).abs()
    nearer = (own > GROWTH_TOLERANCE_POINTS) & ((growth_pct - other).abs() < own)
    return nearer & (rate_change_pct.abs() > RATE_MOVE_POINTS)


def mixed_currencies(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows whose usd and cny (one scale) are not one amount at per_usd, the year's average rate,
    with implied_per_usd; rows that lack a value are passed over.
    """
    found = frame.assign(implied_per_usd=(frame.cny / frame.usd).round(4))
    return found[(found.implied_per_usd / found.per_usd - 1).abs() > RATE_TOLERANCE]


def swapped_directions(wide: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Rows that fit the reference far better with exports read as imports and imports as exports:
    so read, the two flows are off by less than ``SWAP_CLOSENESS`` on average. One unit and index.
    """
    both = wide[FLOWS].join(reference[FLOWS].add_suffix("_ref"), how="inner").dropna()
    known = both[["exports_ref", "imports_ref"]].to_numpy()
    as_printed = both[FLOWS].div(known).sub(1).abs().sum(axis=1)
    exchanged = both[FLOWS].div(known[:, ::-1]).sub(1).abs().sum(axis=1)
    return wide.loc[both.index[(exchanged < 2 * SWAP_CLOSENESS) & (2 * exchanged < as_printed)]]


def copied_from_partner(importer_cif: pd.Series, exporter_fob: pd.Series) -> list[int]:
    """Years in which one report of a flow looks like the other's times a constant such as an
    estimator would use for CIF over FOB: an estimate, whatever it is called. Both by year.
    """
    ratio = (importer_cif / exporter_fob).dropna().sort_index()
    ratio = ratio[ratio.between(*CIF_OVER_FOB)]
    steady = (ratio.diff().abs() <= COPY_STEADINESS) & (ratio.index.to_series().diff() == 1)
    runs = ratio.groupby((~steady).cumsum()).transform("size")
    return [int(year) for year in ratio.index[runs >= COPY_YEARS]]


def merged_months(frame: pd.DataFrame) -> pd.DataFrame:
    """February figures (period 'month', one currency) that hold January too, because the two are
    announced together: they equal the year to date, or are half as large again as the March that
    follows while no January stands beside them.
    """
    wide = frame.pivot(index=["year", "flow", "period"], columns="month", values="value")
    months = wide.reindex(columns=[1, 2, 3]).xs("month", level="period")
    to_date = frame[(frame.period == "year_to_date") & (frame.month == 2)]
    sums = to_date.set_index(["year", "flow"])["value"].reindex(months.index)
    same = (months[2] / sums - 1).abs() < RATE_TOLERANCE
    large = months[1].isna() & (months[2] > MERGED_FACTOR * months[3])
    february = frame[(frame.month == 2) & (frame.period == "month")]
    found = pd.MultiIndex.from_frame(february[["year", "flow"]])
    return february[found.isin(months.index[same | large])]


def superseded(frame: pd.DataFrame) -> pd.DataFrame:
    """Headlines so far from the revised figure that the two must not stand in one series: year,
    flow, early and late.
    """
    keys = ["year", "flow"]
    wide = frame.pivot_table(index=keys, columns="vintage", values="value", aggfunc="first")
    wide = wide.reindex(columns=["headline", "revised"]).set_axis(["early", "late"], axis=1)
    return wide[(wide.early / wide.late - 1).abs() > REVISION_TOLERANCE].reset_index()


def require_declared(table: str, **found: tuple[pd.DataFrame, list[str]]) -> None:
    """Raise unless every find of each lint (its rows, and the columns that name one) is declared in
    data/corrections/exceptions.csv, and every find declared there is found again.
    """
    listed, faults = declared(table, file="exceptions.csv"), []
    for lint, (rows, keys) in found.items():
        due = set(listed.key[listed.lint == lint])
        texts = rows[keys].astype(str).itertuples(index=False)
        names = ["; ".join(map("=".join, zip(keys, row, strict=True))) for row in texts]
        parts = []
        if len(undeclared := rows.loc[[name not in due for name in names]]):
            parts.append(f"not declared: {offenders(undeclared, list(rows.columns))}")
        if stale := sorted(due - set(names)):
            parts.append(f"declared but no longer found: {'; '.join(stale)}")
        if parts:
            faults.append(f"lint '{lint}' on table '{table}': {' | '.join(parts)}")
    if faults:
        raise RawDataError(
            " | ".join(faults),
            do="set the value missing in data/corrections/corrections.csv or give a reason in"
            " exceptions.csv",
        )
