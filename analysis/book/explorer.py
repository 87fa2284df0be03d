"""The book's page for any two countries: trade, shares, rank and votes, drawn in the reader's
browser.

The page asks no server for anything. Each country has a small script with its own reports and
votes, which the page loads when the country is chosen, so that it works from a disk too.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.countries import name
from analysis.evidence.explore import FEWEST_VOTES, reported
from analysis.tables import load
from analysis.tables.views import pair_trade

HERE = Path(__file__).parent
SMALLEST_PAIR = 25.0
"""USD million: pairs that never reached it in a year, either way, are left out, which halves the
page's data."""
Row = tuple[Any, ...]
PAGE = """# Explore

Choose two countries and see what they trade, how much each weighs in the other's trade, and how
often they vote alike in the United Nations. Nothing here enters a verdict. What the figures are and
where they stop is written below the charts.

```{raw} html
BODY
```

## What is in the charts, and what is not

- **Trade** is goods in current dollars, as one side reported it to the IMF: exports FOB, imports
  CIF. For Russia and China there are also the totals that China's customs announced. Pairs that
  never traded SMALLEST million dollars in one direction in a year are left out; figures are rounded
  to the million.
- **Share and rank** count exports and imports together, among the partners that the country itself
  named. Years in which it reported only one of the two have none.
- **To 2020** there is every pair that either side reported. **From 2021 to 2024** there are
  Russia's partners (the IMF's estimates from 2022, drawn hollow) and China's partners in 2024 (its
  customs). Other pairs have a gap, which nothing fills. **2025** has exports only, drawn as open
  triangles that no line joins to the years before.
- **Votes** are those that both cast in the General Assembly: one for the same vote, a half where
  one abstained. Years with fewer than FEWEST common votes are left out. The agenda moves this
  measure; the chapter on votes has better ones.
- The Soviet Union votes as Russia, and trades under its own name.

Sources: IMF, Direction of Trade Statistics and International Trade in Goods; China customs; United
Nations and Voeten, Strezhnev and Bailey for the votes. {doc}`The data dictionary <data>` has their
terms and files.
"""


def explorer_page(folder: Path) -> str:
    """Write the scripts and data of the explorer to ``static/explorer`` below the folder where the
    sources of the book are gathered, and give its page in MyST.
    """
    import vl_convert

    place = folder / "static" / "explorer"
    (place / "data").mkdir(parents=True, exist_ok=True)
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    alone = f"(() => {{\n{bundle}\n}})();\n"  # its names must not meet those of the theme's scripts
    files = {file: (HERE / file).read_text("utf-8") for file in ("explorer.js", "explorer.css")}
    scripts, votes = country_scripts(), vote_scripts()
    everyone = sorted({*scripts, *votes}, key=name)
    files |= {"vega.js": alone, "countries.js": _about(everyone)}
    for code in everyone:
        own = {"votes": json.dumps(votes.get(code, "")), **scripts.get(code, {})}
        content = ",\n".join(f"{key}:{value}" for key, value in own.items())
        files[f"data/{code}.js"] = f"ballastExplorer.files.{code}={{\n{content}}};\n"
    for file, text in files.items():
        (place / file).write_text(text, encoding="utf-8")
    body = (HERE / "explorer.html").read_text("utf-8").strip()
    page = PAGE.replace("SMALLEST", f"{SMALLEST_PAIR:.0f}").replace("FEWEST", str(FEWEST_VOTES))
    return page.replace("BODY", body)


def country_scripts() -> dict[str, dict[str, str]]:
    """What each country (ISO3) reported, as JavaScript and in USD million, where it exists:

    ``sums`` ([first year, exports, imports, number of partners]), ``trade`` (for each partner
    [first year, exports, imports, years estimated]) and ``late`` (sum and number of partners of
    exports of 2025, and the exports to each). A year without a figure is a hole in its list.
    """
    rows = reported().sort_values(["reporter", "partner", "year"], kind="stable")
    flows = rows[["exports_usd_mn", "imports_usd_mn"]]
    sums = flows.groupby([rows.reporter, rows.year]).sum(min_count=1)
    sums["partners"] = rows.groupby(["reporter", "year"]).size()
    scripts = {code: {"sums": _columns(own)} for code, own in _parts(sums.reset_index())}
    largest = flows.max(axis=1).groupby([rows.reporter, rows.partner]).transform("max")
    columns = ["reporter", "partner", "year", *flows, "estimated"]
    for code, own in _parts(rows.loc[largest >= SMALLEST_PAIR, columns]):
        pairs = (f"{partner}:{_pair(pair)}" for partner, pair in groupby(own, key=itemgetter(0)))
        scripts[code]["trade"] = "{" + ",\n".join(pairs) + "}"
    late = load("exports_2025").dropna(subset="value_usd_mn").sort_values("reporter", kind="stable")
    for reporter, frame in late.groupby("reporter"):
        scripts.setdefault(str(reporter), {})["late"] = _late(frame)
    return scripts


def _parts(rows: pd.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """Plain rows of a sorted frame by its first column, which they lose: many small frames would
    take minutes.
    """
    plain = zip(*(rows[column].tolist() for column in rows), strict=True)
    for code, part in groupby(plain, key=itemgetter(0)):
        yield str(code), [row[1:] for row in part]


def _late(own: pd.DataFrame) -> str:
    shown = own[own.value_usd_mn >= 0.5]
    pairs = zip(shown.partner, shown.value_usd_mn, strict=True)
    to = ",".join(f"{partner}:{round(value)}" for partner, value in pairs)
    return f"{{sum:{round(own.value_usd_mn.sum())},count:{len(own)},to:{{{to}}}}}"


def vote_scripts() -> dict[str, str]:
    """Votes of each country in every roll call in order: 1 yes, 2 abstain, 3 no, 0 none; one
    character each.
    """
    wide = load("unga_votes").pivot(index="iso3", columns="rcid", values="vote")
    letters = wide.reindex(columns=_roll_calls().index).fillna(0).astype(int).astype(str)
    return {str(row[0]): "".join(row[1:]) for row in letters.itertuples(name=None)}


def _roll_calls() -> pd.Series:
    """Year of each roll call, by year and number."""
    votes = load("unga_votes")
    years = votes.drop_duplicates("rcid").set_index("rcid").year
    return years.sort_index().sort_values(kind="stable")


def _about(everyone: list[str]) -> str:
    """Names of the countries, the roll calls of each year, and the totals that China's customs
    announced.
    """
    announced = pair_trade("RUS", "CHN", source="china_customs").set_index("year")
    flows = 1000 * announced[["exports_usd_bn", "imports_usd_bn", "total_usd_bn"]]
    customs = _columns([*flows.itertuples(name=None)])
    names = json.dumps({code: name(code) for code in everyone}, ensure_ascii=False)
    calls = json.dumps([*_roll_calls().value_counts().sort_index().items()])
    about = f"countries:{names},\nrollCalls:{calls},\nfewestVotes:{FEWEST_VOTES},customs:{customs}"
    return f"window.ballastExplorer={{files:{{}},{about}}};\n"


def _pair(rows: Iterable[Row]) -> str:
    """Rows of partner, year, exports, imports, estimated."""
    kept = list(rows)
    guessed = ",".join(str(row[1]) for row in kept if row[4])
    return f"{_columns([row[1:4] for row in kept])[:-1]},[{guessed}]]"


def _columns(rows: Sequence[Row]) -> str:
    """First year, then each further column as a list with a hole for each year that is missing."""
    first = rows[0][0]
    width = rows[-1][0] - first + 1
    lists = [[""] * width for _ in rows[0][1:]]
    for year, *values in rows:
        for column, value in zip(lists, values, strict=True):
            column[year - first] = "" if value != value else str(round(value))
    return ",".join([f"[{first}", *(f"[{','.join(column).rstrip(',')}]" for column in lists)]) + "]"
