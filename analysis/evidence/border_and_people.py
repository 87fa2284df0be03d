"""Evidence of notebook 02 on claims to land, on Chinese in Russia, and on forces at the border."""

from __future__ import annotations

import pandas as pd

from analysis.evidence import Figures
from analysis.tables import load

ARMY = "5th Combined Arms Army"


def signs_of_claims(*, suspicions: bool = False, old_norm: bool = True) -> Figures:
    """Figures of C18: statements that there is no claim, acts that may be read as one, and claims.

    Parameters
    ----------
    suspicions : bool
        Count Russian suspicions as signs too.
    old_norm : bool
        Count the names on maps, which by Russia's word had been the norm before.
    """
    listed = load("border_claim_signs")
    if not old_norm:
        listed = listed[~listed.event.str.contains("place names")]
    reads_as = listed.reads_as.str
    none, sign = listed[reads_as.contains("against")], listed[reads_as.contains("possible")]
    suspected = listed[reads_as.contains("suspicion")]
    return {
        "disclaimers": len(none),
        "disclaimed_in": [f"{year}" for year in sorted(set(none.year))],
        "possible": len(sign) + (len(suspected) if suspicions else 0),
        "possible_in": [f"{year}" for year in sorted(set(sign.year))] or "no year",
        "stated": int((listed.reads_as == "a claim").sum()),
    }


def chinese_in_russia() -> pd.DataFrame:
    """Chinese in Russia by census since 2002 and by rival estimates.

    Returns
    -------
    DataFrame with counted_in (as printed, where no year is), counted_by, people_low and
    people_high, one row a count; a range of one number has it twice.
    """
    census = load("chinese_in_russia_census", area="Russia")
    counted = pd.DataFrame(
        {
            "counted_in": census.year.astype(str),
            "counted_by": "census",
            "people_low": census.people,
            "people_high": census.people,
        }
    )
    rivals = load("chinese_in_russia_estimates")
    estimated = pd.DataFrame(
        {
            "counted_in": rivals.date_as_printed.where(
                rivals.date_as_printed != "", rivals.year.astype(str)
            ),
            "counted_by": rivals.publisher.str.strip('"'),
            "people_low": rivals.people_low,
            "people_high": rivals.people_high.fillna(rivals.people_low),
        }
    )
    return pd.concat([counted, estimated], ignore_index=True)


def chinese_in_the_region(*, region_people: float, much_pct: float) -> Figures:
    """Figures of C19: Chinese in all of Russia as a share of so many people of the Far East."""
    rows = chinese_in_russia()
    shares = 100 * rows.people_high / region_people
    censuses = rows.counted_by == "census"
    rivals = rows[~censuses]
    said = [f"{row.people_low:,.0f} in {row.counted_in}" for row in rows[censuses].itertuples()]
    names = rivals.counted_by + ", " + rivals.counted_in
    return {
        "census_pct": float(shares[censuses].max()),
        "census_said": said,
        "least_estimate": float(rivals.people_low.min()),
        "most_estimate": float(rivals.people_high.max()),
        "highest_pct": float(shares.max()),
        "needed": region_people * much_pct / 100,
        "readings": {
            name: {"highest_pct": float(share)}
            for name, share in zip(names, shares[~censuses], strict=True)
        },
    }


def forces() -> pd.DataFrame:
    """Counts of men facing China: year, measure, people, publisher, by year."""
    rows = load("forces_opposite_china", unit="people").sort_values("year")
    return rows.rename(columns={"low": "people"})[["year", "measure", "people", "publisher"]]


def forces_then_and_now(*, then_year: int, fewer_part: float) -> Figures:
    """Figures of C20: men in the districts that faced China in a year, and by the last count."""
    counts = forces()
    then, now = counts[counts.year == then_year].iloc[0], counts.iloc[-1]
    return {
        "then_people": float(then.people),
        "then_area": then.measure.removeprefix("troops in "),
        "now_people": float(now.people),
        "now_area": now.measure.removeprefix("Russian ground forces in "),
        "now_year": int(now.year),
        "fewer": bool(now.people < fewer_part * then.people),
    }


def army_at_the_front(*, as_document: bool = False) -> Figures:
    """Figures of C62: reports that name the army of the border at the front in Ukraine; a
    ministry's words as the press has them are a document only where that is asked for.
    """
    steps = load("border_steps")
    named = steps[steps.event.str.contains(ARMY)]
    ministry = named.date_as_printed.str.contains("MoD")
    return {
        "reports": len(named),
        "documents": int(ministry.sum()) if as_document else 0,
        "named": [
            f"{event} ({date})"
            for event, date in zip(named.event, named.date_as_printed, strict=True)
        ],
    }
