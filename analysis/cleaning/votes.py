"""United Nations votes: General Assembly roll calls, ideal points, texts on Ukraine, vetoes."""

from functools import partial

import pandas as pd

from analysis.cleaning.checks import offenders, refuse, require_unique, to_code, to_number, together
from analysis.cleaning.codes import cow_to_iso3
from analysis.cleaning.dates import addressed, addresses
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
    "China": "chn",
    "France": "fra",
    "UK": "gbr",
    "Russia": "rus",
    "USSR": "rus",
    "USA": "usa",
}
ROLLCALLS = "unga/unga_rollcalls_1946_2026.parquet"
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
    """One row per roll call, with counts taken from the list of votes (missing where there is no
    list).

    The year is that of the vote; a session starts in September and reaches into the next year.
    """
    text = [
        ("special_session", "session_label"),
        ("resolution", "unres"),
        ("title", "title"),
        ("description", "descr"),
        ("agenda_item", "agenda"),
        *((name, name) for name in ("committee", "subjects", "issues")),
    ]
    flags = [("paragraph_vote", "para"), ("amendment_vote", "amend")]
    flags += [("important_to_us", "importantvote")]
    columns = ", ".join(["rcid, session, date, src", *(its for _, its in [*text, *flags])])
    published = raw.parquet(ROLLCALLS, columns)
    require_unique(published, ["rcid"], what="the General Assembly roll calls")
    frame = pd.DataFrame(
        {
            "rcid": published.rcid.astype(int),
            "session": published.session.astype("Int64"),
            "date": published.date.dt.strftime("%Y-%m-%d"),
            "year": published.date.dt.year,
            **{name: published[its].astype(object).fillna("").astype("str") for name, its in text},
            **{name: pd.to_numeric(published[its]).astype("Int64") for name, its in flags},
            "source": published.src.map({"unvotes": "unvotes", "UNxml": "un_xml"}),
        }
    )
    frame["special_session"] = frame.special_session.where(frame.session.isna(), "")
    frame["title"] = frame.title.str.strip()
    cast = raw.parquet("unga/unga_votes_1946_2026.parquet", "rcid, iso3, vote")
    counts = pd.crosstab(cast.rcid, cast.vote.map(VOTE))
    counts = counts.reindex(columns=["yes", "no", "abstain"], fill_value=0)
    frame = frame.join(counts.reindex(frame.rcid).set_axis(frame.index).astype("Int64"))
    return frame.sort_values("rcid").reset_index(drop=True)


def votes(raw: RawStore) -> pd.DataFrame:
    """Every recorded vote by state: 1 yes, 2 abstain, 3 no; an absence has no row.

    YUG becomes SCG from 1992 and SRB from 2006; RUS holds the Soviet Union's votes. A roll call
    that is not listed, or China and Taiwan in the seat at the wrong time, stops the build.
    """
    listed = raw.parquet("unga/unga_votes_1946_2026.parquet", "rcid, iso3, vote")
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
    yugoslav = frame.iso3 == "YUG"
    if yugoslav.any():
        codes = pd.Series(YUGOSLAVIA_COW, index=frame.index[yugoslav])
        frame.loc[yugoslav, "iso3"] = cow_to_iso3(codes, frame.year[yugoslav], what="votes")
    return frame.sort_values(["rcid", "iso3"])[["rcid", "iso3", "year", "vote"]]


def ideal_points(raw: RawStore) -> pd.DataFrame:
    """Ideal points by state and year: the release of July 2025 to 2024, the other file for 2025
    only.

    Countries come from the COW code, since the file's own ISO codes call South Yemen YAR. A state
    without an estimate from final-passage votes is left out.
    """
    names, later = (["ccode", "year", *theirs] for theirs in zip(*IDEAL.values(), strict=True))
    early = raw.stata("unga/ideal_points_2025_07.dta", ", ".join([*names, "idealpointall"]))
    late = raw.csv("unga/ideal_points_1946_2025.tab", ", ".join(later), sep="\t")
    late = late.apply(to_number, what="ideal points of 1946-2025")
    late = late[late.year >= FIRST_YEAR_OF_LATER_RELEASE].assign(idealpointall=float("nan"))
    ours = ["ccode", "year", *IDEAL, "ideal_point_all_votes"]
    frames = [
        published.set_axis(ours, axis=1).assign(release=release)
        for release, published in {"2025_07": early, "1946_2025": late}.items()
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame["iso3"] = cow_to_iso3(frame.ccode, frame.year, what="ideal points")
    frame = frame.dropna(subset=["iso3", "ideal_point"]).astype({"votes": "Int64"})
    points = [name for name in IDEAL if name != "votes"]
    frame[points] = frame[points].astype(float).round(6)
    disordered = frame[~((frame.q05 <= frame.q50) & (frame.q50 <= frame.q95))]
    refuse(disordered, ["iso3", "year"], "ideal points have quantiles out of order")
    columns = ["iso3", "year", *IDEAL, "release", "ideal_point_all_votes"]
    return frame.sort_values(["iso3", "year"])[columns]


def ukraine_texts(raw: RawStore) -> pd.DataFrame:
    """Texts on Ukraine since 2014; rcid leads to every state's vote, and is missing where only the
    press was found. The file's votes of Russia, China and the United States must be those of the
    roll call that it names.
    """
    published = raw.csv(
        "unga/unga_ukraine_votes.csv", "date, unres, title, n_yes, n_no, n_abs, RUS, CHN, USA, src"
    )
    published = published[published.unres != NOT_ON_UKRAINE]
    require_unique(published, ["date", "unres"], what="the texts on Ukraine")
    listed = rollcalls(raw)[["rcid", "date", "resolution", "title", "yes", "no", "abstain"]]
    both = published.merge(
        listed,
        how="left",
        left_on=["date", "unres"],
        right_on=["date", "resolution"],
        suffixes=("_press", ""),
    )
    counts = {
        ours: both[ours].fillna(to_number(both[theirs], what="texts on Ukraine").astype("Int64"))
        for ours, theirs in (("yes", "n_yes"), ("no", "n_no"), ("abstain", "n_abs"))
    }
    frame = pd.DataFrame(
        {
            "date": both.date,
            "year": both.date.str.slice(0, 4).astype(int),
            "resolution": both.unres,
            "title": (
                both.title_press.where(both.title_press != "", both.title.fillna("")).str.strip()
            ),
            "rcid": both.rcid.astype("Int64"),
            **counts,
            **{f"vote_{state.lower()}": both[state] for state in ("RUS", "CHN", "USA")},
        }
    )
    known, listed = frame.dropna(subset=["rcid"]), votes(raw)
    wide = listed[listed.rcid.isin(known.rcid)].pivot(index="rcid", columns="iso3", values="vote")
    for state in ("RUS", "CHN", "USA"):
        column = f"vote_{state.lower()}"
        recorded = known.rcid.astype(int).map(wide[state]).map(VOTE).fillna("")
        refuse(
            known[known[column] != recorded],
            ["date", "resolution", column],
            f"texts on Ukraine: {state}'s vote differs from the roll call in",
        )
    pages, keys = (
        both.src.where(both.rcid.isna(), sources()["un_xml"]["path"]),
        ["date", "resolution"],
    )
    frame["url"] = addresses(pages)
    return addressed(frame, "url", "unga_ukraine_texts", keys).sort_values(keys)


def vetoes(raw: RawStore) -> pd.DataFrame:
    """Security Council vetoes, one row per vetoed draft or part of one, in order of date.

    Complete to July 2022; later rows hold only what the press reported of Russia and China
    (complete is false). Two rows of 26 June 1946 are alike and kept as listed.
    """
    frame = pd.concat([_listed_vetoes(raw), _later(raw)], ignore_index=True)
    silent = frame[~frame.filter(like="veto_").any(axis=1)]
    refuse(silent, ["date", "subject"], "vetoes that nobody cast")
    return _numbered(frame)


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Vetoes in order of date, numbered, with their year."""
    frame = frame.sort_values(["date", "draft", "subject"], kind="stable").reset_index(drop=True)
    frame.insert(0, "veto", range(1, len(frame) + 1))
    frame.insert(2, "year", frame.date.str.slice(0, 4).astype(int))
    return frame


def _listed_vetoes(raw: RawStore) -> pd.DataFrame:
    published = raw.csv(
        "unsc/unsc_vetoes_1946_sept2022.csv",
        "date, draft, agenda_item, member_veto1, member_veto2, member_veto3",
    )
    when = pd.to_datetime(published.date, format="%m/%d/%Y", errors="coerce")
    members = published[["member_veto1", "member_veto2", "member_veto3"]]
    unknown = sorted(set(members.to_numpy().ravel()) - set(VETO_OF) - {""})
    unread = sorted(set(published.date[when.isna()]))
    if unknown or unread:
        raise RawDataError(
            f"the list of vetoes names members {unknown} and dates {unread} that cannot be read",
            allowed=f"{', '.join(VETO_OF)}; dates as month/day/year",
        )
    cast = members.apply(lambda column: column.map(VETO_OF))
    return pd.DataFrame(
        {
            "date": when.dt.strftime("%Y-%m-%d"),
            "draft": published.draft,
            "subject": published.agenda_item,
            **{f"veto_{code}": cast.eq(code).any(axis=1) for code in sorted(set(VETO_OF.values()))},
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
    frame = pd.DataFrame(
        {
            "date": later.date,
            "draft": "",
            "subject": later.topic,
            "veto_chn": later.china_vote.str.startswith("veto"),
            "veto_fra": False,
            "veto_gbr": False,
            "veto_rus": later.russia_vote.str.startswith("veto"),
            "veto_usa": False,
            "other_vote_chn": later.china_vote.where(later.china_vote.isin(["yes", "abstain"]), ""),
            "complete": False,
            "url": addresses(later.source_url),
        }
    )
    return addressed(frame, "url", "unsc_vetoes", ["date", "subject"])


def vetoes_to_2026(raw: RawStore) -> pd.DataFrame:
    """Security Council vetoes to 7 April 2026, every member's, with the columns of ``vetoes``.

    The list to July 2022 is carried on by a second one, which begins in May 2022 and must agree
    with the first on the drafts that stand in both. China's vote is what the press said of it. A
    row that names no page has the address of the meeting's record.
    """
    first = vetoes(raw).query("complete").drop(columns=["veto", "year"])
    second = _of_all_members(
        raw.csv(
            "found_2026_11/politics/unsc/unsc_vetoes_2022_2026.csv",
            "date, draft, meeting, topic, russia, china, usa, joint_russia_china, source",
        )
    )
    what = ["date", "draft", *(f"veto_{code}" for code in sorted(set(VETO_OF.values())))]
    complete_to = VETOES_COMPLETE_TO.strftime("%Y-%m-%d")
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


def _of_all_members(listed: pd.DataFrame) -> pd.DataFrame:
    """The second list in the columns of the first; an amendment is named in the subject."""
    cast = pd.DataFrame(
        {
            name: to_code(listed[name], FLAG, what=f"the vetoes since 2022, {name}")
            for name in ("china", "russia", "usa", "joint_russia_china")
        }
    )
    pages = listed.source.where(
        listed.source.str.startswith("http"), (RECORDS + listed.meeting).where(listed.meeting != "")
    )
    frame = pd.DataFrame(
        {
            "date": listed.date,
            "draft": listed.draft.where(listed.draft.str.startswith("S/"), ""),
            "subject": listed.topic.where(
                ~listed.draft.str.startswith("amendment"), listed.topic + ": " + listed.draft
            ),
            "veto_chn": cast.china,
            "veto_fra": False,
            "veto_gbr": False,
            "veto_rus": cast.russia,
            "veto_usa": cast.usa,
            "other_vote_chn": "",
            "complete": True,
            "url": addresses(pages.fillna("")),
        }
    )
    together(
        partial(
            refuse,
            frame[~(cast.china | cast.russia | cast.usa)],
            ["date", "subject"],
            "vetoes since 2022, nobody cast the veto",
        ),
        partial(
            refuse,
            frame[cast.joint_russia_china != (cast.china & cast.russia)],
            ["date", "subject"],
            "vetoes since 2022, called joint, or not, against the votes",
        ),
    )
    return addressed(frame, "url", "unsc_vetoes_to_2026", ["date", "subject"])
