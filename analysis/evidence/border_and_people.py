"""Evidence of notebook 02 on claims to land, on Chinese in Russia, and on forces at the border."""

import pandas as pd

from analysis.evidence import Figures
from analysis.tables import load


def signs_of_claims(*, suspicions: bool = False, old_norm: bool = True) -> Figures:
    """Figures of C18; suspicions are signs or not, and so are names on maps, an old norm."""
    listed = load("border_claim_signs")
    if not old_norm:
        listed = listed[~listed.event.str.contains("place names")]
    reads_as = listed.reads_as.str
    none = listed.year[reads_as.contains("against")]
    sign = listed.year[reads_as.contains("possible")]
    suspected = int(reads_as.contains("suspicion").sum())
    return {
        "disclaimers": len(none),
        "disclaimed_in": sorted({*none.astype(str)}),
        "possible": len(sign) + suspicions * suspected,
        "possible_in": sorted({*sign.astype(str)}) or "no year",
        "stated": int((listed.reads_as == "a claim").sum()),
    }


def chinese_in_russia() -> pd.DataFrame:
    """Chinese in Russia by census since 2002 and by rival estimates: when, by whom, how many."""
    census = load("chinese_in_russia_census", area="Russia")
    census = census.assign(publisher="census", date_as_printed="", people_low=census.people)
    rows = pd.concat([census, load("chinese_in_russia_estimates")], ignore_index=True)
    printed = rows.date_as_printed
    counted = {
        "counted_in": printed.where(printed != "", rows.year.astype(str)),
        "counted_by": rows.publisher.str.strip('"'),
        "people_low": rows.people_low,
        "people_high": rows.people_high.fillna(rows.people_low),
    }
    return pd.DataFrame(counted)


def chinese_in_the_region(*, region_people: float, much_pct: float) -> Figures:
    """Figures of C19: Chinese in all of Russia as a share of so many people of the Far East."""
    rows = chinese_in_russia()
    rows["highest_pct"] = 100 * rows.people_high / region_people
    census = rows.counted_by == "census"
    rivals = rows[~census]
    rivals = rivals.set_axis(rivals.counted_by + ", " + rivals.counted_in)
    said = rows.people_low.map("{:,.0f} in ".format) + rows.counted_in
    return {
        "census_pct": float(rows.highest_pct[census].max()),
        "census_said": list(said[census]),
        "least_estimate": float(rivals.people_low.min()),
        "most_estimate": float(rivals.people_high.max()),
        "highest_pct": float(rows.highest_pct.max()),
        "needed": region_people * much_pct / 100,
        "readings": rivals[["highest_pct"]].to_dict("index"),
    }


def forces() -> pd.DataFrame:
    """Counts of men facing China: year, measure, people, by year."""
    rows = load("forces_opposite_china", unit="people").sort_values("year")
    return rows.rename(columns={"low": "people"})[["year", "measure", "people"]]


def forces_then_and_now(*, then_year: int) -> Figures:
    """Figures of C20: men in the districts that faced China in a year, and by the last count."""
    counts = forces()
    then, now = counts[counts.year == then_year].iloc[0], counts.iloc[-1]
    return {
        "then_people": float(then.people),
        "then_area": then.measure.removeprefix("troops in "),
        "now_people": float(now.people),
        "now_area": now.measure.removeprefix("Russian ground forces in "),
        "now_year": int(now.year),
        "part_left": float(now.people / then.people),
    }


def army_at_the_front(*, as_document: bool = False) -> Figures:
    """Figures of C62; a ministry's words in the press are a document or not."""
    named = load("border_steps").query("event.str.contains('5th Combined Arms Army')")
    return {
        "reports": len(named),
        "documents": as_document * int(named.date_as_printed.str.contains("MoD").sum()),
        "named": list(named.event + " (" + named.date_as_printed + ")"),
    }
