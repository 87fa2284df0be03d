"""United Nations votes: General Assembly roll calls, ideal points, texts on Ukraine, vetoes."""

from functools import partial

import pandas as pd

from analysis.cleaning.checks import offenders, refuse, to_code, to_number, together
from analysis.cleaning.codes import cow_to_iso3
from analysis.cleaning.dates import addressed, addresses
from analysis.cleaning.declared import tidied
from analysis.errors import RawDataError
from analysis.sources.source import RawStore, sources

VOTE = {1: "yes", 2: "abstain", 3: "no"}
"""The code of unga_votes, which puts an abstention half way."""
YUGOSLAVIA_COW = 345
CHINA_SEATED = pd.Timestamp("1971-10-25")
"""General Assembly resolution 2758: the seat passes from Taipei to Peking."""
FIRST_YEAR_OF_LATER_RELEASE = 2025
NOT_ON_UKRAINE = "R/72/131"
"""Listed among the texts on Ukraine; the record (A/72/PV.70) is on the safety of humanitarian
personnel."""
VETO_OF = {
    "": "",
    "China": "veto_chn",
    "France": "veto_fra",
    "UK": "veto_gbr",
    "Russia": "veto_rus",
    "USSR": "veto_rus",
    "USA": "veto_usa",
}
CAST = ["veto_chn", "veto_fra", "veto_gbr", "veto_rus", "veto_usa"]
ROLLCALLS = "unga/unga_rollcalls_1946_2026.parquet"
VOTES = "unga/unga_votes_1946_2026.parquet"
FLAG = {"0": False, "1": True}
RECORDS = "https://docs.un.org/en/"
"""Where the United Nations keeps the record of a meeting, under its symbol."""
VETOES_COMPLETE_TO = pd.Timestamp("2022-07-31")
SECOND_LIST_FROM = "2022-05-26"
IDEAL = {
    "ideal_point": ("idealpointfp", "IdealPointFP"),
    **{f"q{q:02d}": (f"q{q}fp", f"Q{q}%FP") for q in (5, 10, 50, 90, 95)},
    "votes": ("nvotesfp", "NVotesFP"),
}
"""Columns of the release of July 2025 and of the other file."""


def rollcalls(raw: RawStore) -> pd.DataFrame:
    """One row per roll call, with counts taken from the list of votes (missing without a list) and
    the year of the vote: a session starts in September and reaches into the next year.
    """
    texts = "session_label, unres, title, descr, agenda, committee, subjects, issues"
    flags = "para, amend, importantvote"
    published = raw.parquet(ROLLCALLS, f"rcid, session, date, src, {texts}, {flags}")
    published = published.fillna(dict.fromkeys(f"{texts}, {flags}".split(", "), ""))
    cast = raw.parquet(VOTES, "rcid, iso3, vote")
    counts = pd.crosstab(cast.rcid, cast.vote.map(VOTE))
    counts = counts.reindex(columns=["yes", "no", "abstain"], fill_value=0)
    return tidied(published.join(counts, on="rcid"), "unga_rollcalls")


def votes(raw: RawStore) -> pd.DataFrame:
    """Every recorded vote by state: 1 yes, 2 abstain, 3 no; an absence has no row. YUG becomes SCG
    from 1992 and SRB from 2006; RUS holds the Soviet Union's votes. A roll call that is not listed,
    or China and Taiwan in the seat at the wrong time, stops the build.
    """
    listed = raw.parquet(VOTES, "rcid, iso3, vote")
    dates = raw.parquet(ROLLCALLS, "rcid, date").set_index("rcid")["date"]
    dates.index = dates.index.astype(int)
    frame = listed.assign(iso3=listed.iso3.astype("str"), date=listed.rcid.map(dates))
    seat = frame[
        ((frame.iso3 == "CHN") & (frame.date < CHINA_SEATED))
        | ((frame.iso3 == "TWN") & (frame.date >= CHINA_SEATED))
    ]
    orphans = frame[frame.date.isna()].drop_duplicates("rcid")
    what = "the General Assembly votes have"
    together(
        partial(refuse, orphans, ["rcid"], f"{what} roll calls without a date"),
        partial(
            refuse,
            seat,
            ["rcid", "iso3", "date"],
            f"{what} China's seat held by the wrong government",
        ),
    )
    frame["year"] = frame.date.dt.year
    yugoslav = pd.Series(YUGOSLAVIA_COW, index=frame.index[frame.iso3 == "YUG"])
    successor = cow_to_iso3(yugoslav, frame.year[yugoslav.index], what="votes")
    return frame.assign(iso3=successor.reindex(frame.index).fillna(frame.iso3))


def ideal_points(raw: RawStore) -> pd.DataFrame:
    """Ideal points by state and year: the release of July 2025 to 2024, the other file for 2025
    only. Countries come from the COW code: the file's own ISO codes call South Yemen YAR. A state
    without an estimate from final-passage votes is left out.
    """
    names, later = (["ccode", "year", *theirs] for theirs in zip(*IDEAL.values(), strict=True))
    early = raw.stata("unga/ideal_points_2025_07.dta", ", ".join([*names, "idealpointall"]))
    late = raw.csv("unga/ideal_points_1946_2025.tab", ", ".join(later), sep="\t")
    late = late.apply(to_number, what="ideal points of 1946-2025")
    late = late[late.year >= FIRST_YEAR_OF_LATER_RELEASE].assign(idealpointall=float("nan"))
    ours = ["ccode", "year", *IDEAL, "ideal_point_all_votes"]
    releases = [
        published.set_axis(ours, axis=1).assign(release=release)
        for release, published in {"2025_07": early, "1946_2025": late}.items()
    ]
    return tidied(pd.concat(releases), "ideal_points")


def ukraine_texts(raw: RawStore) -> pd.DataFrame:
    """Texts on Ukraine since 2014; rcid leads to every state's vote, and is missing where only the
    press was found. The file's votes of Russia, China and the United States must be those of the
    roll call that it names.
    """
    press = raw.csv(
        "unga/unga_ukraine_votes.csv", "date, unres, title, n_yes, n_no, n_abs, RUS, CHN, USA, src"
    )
    press = press[press.unres != NOT_ON_UKRAINE]
    listed = rollcalls(raw)[["rcid", "date", "resolution", "title", "yes", "no", "abstain"]]
    listed = listed.rename(columns={"resolution": "unres", "title": "listed_title"})
    both = press.merge(listed, how="left", on=["date", "unres"])
    for ours, theirs in (("yes", "n_yes"), ("no", "n_no"), ("abstain", "n_abs")):
        both[ours] = both[ours].fillna(to_number(both[theirs], what=f"texts on Ukraine, {theirs}"))
    both["title"] = both.title.where(both.title != "", both.listed_title)
    both["page"] = both.src.where(both.rcid.isna(), sources()["un_xml"]["path"])
    frame, cast = tidied(both, "unga_ukraine_texts"), votes(raw)
    known = frame.dropna(subset=["rcid"])
    wide = cast[cast.rcid.isin(known.rcid)].pivot(index="rcid", columns="iso3", values="vote")
    for state in ("RUS", "CHN", "USA"):
        column = f"vote_{state.lower()}"
        recorded = known.rcid.map(wide[state]).map(VOTE).fillna("")
        refuse(
            known[known[column] != recorded],
            ["date", "resolution", column],
            f"texts on Ukraine: {state}'s vote differs from the roll call in",
        )
    return frame


def vetoes(raw: RawStore) -> pd.DataFrame:
    """Security Council vetoes, one row per vetoed draft or part of one, in order of date: complete
    to July 2022, and later what the press reported of Russia and China (complete is false).
    """
    return _numbered(pd.concat([_listed_vetoes(raw), _later(raw)]))


def _cast_or_stop(frame: pd.DataFrame) -> None:
    silent = frame[~frame[CAST].any(axis=1)]
    refuse(silent, ["date", "subject"], "vetoes that nobody cast")


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Vetoes in order of date, numbered, with their year."""
    _cast_or_stop(frame)
    frame = frame.sort_values(["date", "draft", "subject"], kind="stable")
    return frame.assign(veto=range(1, len(frame) + 1), year=frame.date.str.slice(0, 4).astype(int))


def _listed_vetoes(raw: RawStore) -> pd.DataFrame:
    members, what = ["member_veto1", "member_veto2", "member_veto3"], "the list of vetoes"
    path = "unsc/unsc_vetoes_1946_sept2022.csv"
    published = raw.csv(path, ", ".join(["date, draft, agenda_item", *members]))
    when = pd.to_datetime(published.date, format="%m/%d/%Y", errors="coerce")
    refuse(published[when.isna()], ["date"], f"{what} has dates that are not month/day/year")
    cast = published[members].apply(to_code, known=VETO_OF, what=what)
    return pd.DataFrame(
        {
            "date": when.dt.strftime("%Y-%m-%d"),
            "draft": published.draft,
            "subject": published.agenda_item,
            **{column: (cast == column).any(axis=1) for column in CAST},
            "other_vote_chn": "",
            "complete": when <= VETOES_COMPLETE_TO,
            "url": sources()["yordan"]["path"],
        }
    )


def _later(raw: RawStore) -> pd.DataFrame:
    later = raw.csv(
        "unsc/unsc_vetoes_supplement_2022_2025.csv",
        "date, topic, russia_vote, china_vote, source_url",
    )
    frame = later.rename(columns={"topic": "subject"}).assign(
        draft="",
        veto_chn=later.china_vote.str.startswith("veto"),
        veto_fra=False,
        veto_gbr=False,
        veto_usa=False,
        veto_rus=later.russia_vote.str.startswith("veto"),
        other_vote_chn=later.china_vote.where(later.china_vote.isin(["yes", "abstain"]), ""),
        complete=False,
        url=addresses(later.source_url),
    )
    return addressed(frame, "url", "unsc_vetoes", ["date", "subject"])


def vetoes_to_2026(raw: RawStore) -> pd.DataFrame:
    """Security Council vetoes to 7 April 2026, every member's, with the columns of ``vetoes``: the
    list to July 2022 is carried on by a second, which must agree with it on the drafts in both.
    China's vote is what the press said; without a page, the address is the meeting's record.
    """
    first, second = vetoes(raw).query("complete"), _of_all_members(raw)
    what, complete_to = ["date", "draft", *CAST], VETOES_COMPLETE_TO.strftime("%Y-%m-%d")
    known, again = (
        rows.loc[rows.date.between(SECOND_LIST_FROM, complete_to), what].reset_index(drop=True)
        for rows in (first, second)
    )
    if not known.equals(again):
        raise RawDataError(
            f"the first list of vetoes has {offenders(known, what)}, where the second has"
            f" {offenders(again, what)}"
        )
    reported = _later(raw).set_index("date").other_vote_chn
    second = second.assign(other_vote_chn=second.date.map(reported).fillna(""))
    return _numbered(pd.concat([first, second[second.date > complete_to]]))


def _of_all_members(raw: RawStore) -> pd.DataFrame:
    """The second list in the columns of the first; an amendment is named in the subject."""
    members = {"china": "veto_chn", "russia": "veto_rus", "usa": "veto_usa"}
    flags = [*members, "joint_russia_china"]
    listed = raw.csv(
        "found_2026_11/politics/unsc/unsc_vetoes_2022_2026.csv",
        ", ".join(["date, draft, meeting, topic, source", *flags]),
    )
    what = "the vetoes since 2022"
    for name in flags:
        listed[name] = to_code(listed[name], FLAG, what=f"{what}, {name}")
    amendment = listed.draft.str.startswith("amendment")
    records = (RECORDS + listed.meeting).where(listed.meeting != "", "")
    frame = listed.rename(columns=members).assign(
        draft=listed.draft.where(listed.draft.str.startswith("S/"), ""),
        subject=listed.topic.mask(amendment, listed.topic + ": " + listed.draft),
        veto_fra=False,
        veto_gbr=False,
        complete=True,
        url=addresses(listed.source.where(listed.source.str.startswith("http"), records)),
    )
    _cast_or_stop(frame)
    contradicted = frame[frame.joint_russia_china != (frame.veto_chn & frame.veto_rus)]
    refuse(contradicted, ["date", "subject"], f"{what}, called joint, or not, against the votes")
    return addressed(frame, "url", "unsc_vetoes_to_2026", ["date", "subject"])
