"""Evidence of notebook 01 around 1969: troops, hints of a strike, tunnels, students."""

from collections.abc import Sequence

import pandas as pd

from analysis.evidence import Figures
from analysis.tables import load

HINTS = "visitors|World Communist Conference|Italian Communists|Davydov|probes"
"""Events of the list in which a strike is raised, or is reported to have been."""
MEMORANDUM = "Kissinger to Nixon on the probes"


def divisions() -> pd.DataFrame:
    """Soviet ground divisions along the Chinese border: year, low, high, by year."""
    rows = load("forces_opposite_china", unit="divisions").sort_values("year")
    return rows[["year", "low", "high"]]


def divisions_massed(
    *, first_year: int, middle_year: int, last_year: int, least_times: float, highest: bool = False
) -> Figures:
    """Figures of C11: divisions in three years, of the last at the lowest or the highest."""
    counts = divisions().set_index("year").astype(float)
    before, middle = counts.low[first_year], counts.low[middle_year]
    least = counts["high" if highest else "low"][last_year]
    return {
        "before": before,
        "middle": middle,
        "least": least,
        "most": counts.high[last_year],
        "earlier_pace": (middle - before) / (middle_year - first_year),
        "later_pace": (least - middle) / (last_year - middle_year),
        "needed": least_times * before,
    }


def strike_hinted_at(
    *, leave_out_records: bool = False, leave_out_memoranda: bool = False
) -> Figures:
    """Figures of C60: records in which a strike is raised, and documents that report such hints."""
    hints = load("nuclear_hints_1969").query("event.str.contains(@HINTS)")
    is_record = hints.note.str.contains("primary record")
    records, reports = hints[is_record & (not leave_out_records)], hints[~is_record]
    occasions = reports[reports.event != MEMORANDUM]
    return {
        "records": len(records),
        "record": list(records.event + ", " + records.date) or "none",
        "documents": (occasions if leave_out_memoranda else reports).url.nunique(),
        "occasions": len(occasions),
    }


def tunnels(*, any_city: bool = False) -> Figures:
    """Figures of C61: reports of tunnels under Beijing, or of shelters in any large city."""
    listed = load("nuclear_hints_1969")
    named = listed[listed.event.str.contains("tunnels|shelters" if any_city else "Beijing")]
    return {"reports": named.url.nunique(), "said_by": list(named.who) or "nobody"}


def students_sent() -> pd.DataFrame:
    """Students whom China sent to the Soviet Union by year: year, people_low, at_least."""
    rows = load("students_exchanged", kind="sent in the year", direction="China to USSR")
    return rows[["year", "people_low", "at_least"]]


def exchanges_ceased(
    *, least_reports: int, least_years: int, kinds: Sequence[str] = ("students", "tourists")
) -> Figures:
    """Figures of C14. Students end with those expelled and begin again with the first that came; on
    tourists there is one report, whose last word says since when there were none.
    """
    students, exchange = load("students_exchanged"), load("exchange_1969_1984")
    expelled = students.year[students.kind == "all expelled"]
    reports = len(expelled) + int((students.as_printed == "practically stopped").sum())
    first, again = int(expelled.iloc[0]), int(students.year[students.kind == "resumed"].iloc[0])
    tourists = exchange[exchange.event.str.contains("tourists")].iloc[0]
    without, back = int(tourists.quote[-4:]), int(tourists.year)
    ended = {"students": (first, again, reports), "tourists": (without, back, 1)}
    chosen = [ended[kind] for kind in kinds]
    long = [told for start, end, told in chosen if end - start >= least_years]
    between = students.year.between(first, again, inclusive="neither") & students.people_low.gt(0)
    sent = students_sent().query("1960 <= year <= 1962")
    more = sent.at_least.map({True: " or more", False: ""})
    return {
        "attested": sum(told >= least_reports for told in long),
        "reported": len(long),
        "in_between": int(between.sum()),
        "sent": list(sent.people_low.map("{:.0f}".format) + more),
        "last_year": first,
        "resumed": again,
        "gap": again - first,
        "tourists_from": without,
        "tourists_to": back,
    }
