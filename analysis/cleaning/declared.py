"""Plain tables, tidied as the catalogue declares: each field says which published column it is and
how it is read.

In data/datapackage.json a table's 'recipe' may have

- file, skip, encoding: the raw file, the lines above its header, and its encoding if not UTF-8. A
  table whose rows are prepared by a function of this package names none.
- split: {column: separator}, for cells that hold several values, each of which becomes a row.
- long: {name: published columns}, for figures side by side, each of which becomes a row: the column
  'heading' then says whence it came, and the one with that name holds it.
- only: condition on the published rows that are used (as for ``DataFrame.query``).
- flagged: {column: {published: true where the row is left out}}; any other stops the build.
- drop_missing: fields without which a row is left out.
- corrected: true, where data/corrections/ changes the table.
- order: fields by which rows are sorted, in place of the primary key; [] for the published order.
- never: {condition on the finished rows: what is wrong where it is met}.
- steady: {field: factor}, the most that a series may change from one row to the next.
- ranked: fields that tell lists apart, each of ten rows by rank with falling share_pct.
- jumps: field in millions whose jumps from year to year must be declared as exceptions.
- adds_up: {"value": field, "item": key, "wholes": items, "least": share}, where the rows of the
  other items must add up to that share of the whole or more, and never to more than the whole;
  with "left_out": true the wholes have no row in the table.

and each field a 'from' (the published column) or an 'of' (an expression of published columns, as
for ``DataFrame.eval``), and a 'read' with what is done to it, in this order:

- where: condition on the published row; the text is '' where it is not met.
- without: characters that are left out, such as the comma in '1,200'.
- extract: regular expression with one group, which is kept; '' where it does not match.
- codes: {published: ours}; any other stops the build.
- country_name, country_code: the publisher in data/reference/country_names.csv.
- state_in: expression of the year in which a number of the Correlates of War means its state.
- date: 'date', 'year' or 'date_as_printed' of a date as people write it.
- address: true, for the first web address; a row without one is left out once that is declared.
- within: text in which '{}' stands for the value; without it, the text is the same in each row.
- times: {expression of a text in the same row: {text: factor}}; any other text stops the build.
- divided_by, round: for numbers.
- otherwise: what stands in place of '' or a missing text.

A field of type boolean has, in place of these, an 'if': a condition on the published row.

A table that is 'collected' by hand says in 'supports' what its rows can show. Each of its rows must
have the text of every required column, the address among them, and quote no more than 25 words.
"""

import ast
from functools import partial
from typing import Any

import pandas as pd

from analysis.cleaning import checks, lints
from analysis.cleaning.codes import cow_to_iso3
from analysis.cleaning.corrections import corrected
from analysis.cleaning.dates import addressed, addresses, partial_dates
from analysis.errors import DataFileError
from analysis.sources.package import listed
from analysis.sources.source import RawStore

Entry = dict[str, Any]
TIME = ("year", "month")
ROUNDING = 1e-3
"""Parts that are rounded may come to a thousandth more or less than their whole."""
QUOTED_WORDS = 25
"""The longest quotation that a row collected by hand may hold."""
STEPS = (
    "where without extract codes country_name country_code state_in date address within times"
    " divided_by round otherwise"
)


def declared(raw: RawStore, table: str) -> pd.DataFrame:
    """A table from the raw file that its recipe names; keys and units as in the catalogue."""
    entry = _entry(table)
    recipe = entry["recipe"]
    read = raw.parquet if recipe["file"].endswith(".parquet") else raw.csv
    known = {"skip": "skiprows", "encoding": "encoding"}
    options = {option: recipe[name] for name, option in known.items() if name in recipe}
    return tidied(read(recipe["file"], ", ".join(_columns(entry)), **options), table)


def tidied(published: pd.DataFrame, table: str, entry: Entry | None = None) -> pd.DataFrame:
    """Published rows as the catalogue (or the entry given) describes the table: chosen, read,
    addressed, in order; types, bounds and allowed values are checked when the table is built.

    A RawDataError names the rows of which a value cannot be read, a key repeats, an address is
    missing, or a condition of 'never', 'steady', 'jumps' or 'adds_up' is broken; a DataFileError
    says if the recipe asks for a step that does not exist.
    """
    entry = entry or _entry(table)
    recipe, keys = entry["recipe"], entry["schema"]["primaryKey"]
    for column, separator in recipe.get("split", {}).items():
        parts = published[column].str.split(separator)
        published = published.assign(**{column: parts}).explode(column)
    for figure, columns in recipe.get("long", {}).items():
        kept = [column for column in published if column not in columns]
        published = published.melt(kept, columns, var_name="heading", value_name=figure)
    if "only" in recipe:
        published = published.query(recipe["only"], engine="python")
    for column, codes in recipe.get("flagged", {}).items():
        published = published[~checks.to_code(published[column], codes, what=table).astype(bool)]
    published = published.reset_index(drop=True)
    fields = entry["schema"]["fields"]
    frame = pd.DataFrame({field["name"]: _column(published, field, table) for field in fields})
    frame = frame.dropna(subset=recipe.get("drop_missing", []))
    for field in fields:
        if field.get("read", {}).get("address") and _required(field):
            frame = addressed(frame, field["name"], table, keys)
    if recipe.get("corrected"):
        frame = corrected(frame, table)
    if order := recipe.get("order", keys):
        frame = frame.sort_values(order, kind="stable")
    frame = frame.reset_index(drop=True)
    checks.together(
        partial(checks.require_unique, frame, keys, what=table),
        *(partial(_never, frame, table, keys, *rule) for rule in recipe.get("never", {}).items()),
        *(partial(_steady, frame, table, keys, *rule) for rule in recipe.get("steady", {}).items()),
        *(
            partial(check, frame, table, keys, recipe[name])
            for name, check in (("ranked", _ranked), ("jumps", _jumps), ("adds_up", _adds_up))
            if name in recipe
        ),
        *(partial(_never, frame, table, keys, *rule) for rule in _of_hand_collected(entry)),
    )
    rule = recipe.get("adds_up", {})
    if rule.get("left_out"):
        frame = frame[~frame[rule["item"]].isin(rule["wholes"])].reset_index(drop=True)
    return frame


def _entry(table: str) -> Entry:
    return next(entry for entry in listed()["resources"] if entry["name"] == table)


def _of_hand_collected(entry: Entry) -> list[tuple[str, str]]:
    """Conditions that no row collected by hand may meet, each with what is wrong then."""
    if "collected" not in entry:
        return []
    fields = entry["schema"]["fields"]
    said = [field["name"] for field in fields if field["type"] == "string" and _required(field)]
    rules = [(f"{name}.str.strip() == ''", f"{name} is not given") for name in said]
    if any(field["name"] == "quote" for field in fields):
        long = f"quote.str.split().str.len() > {QUOTED_WORDS}"
        rules.append((long, f"a quotation of more than {QUOTED_WORDS} words"))
    return rules


def _required(field: Entry) -> bool:
    return bool(field.get("constraints", {}).get("required"))


def _columns(entry: Entry) -> list[str]:
    """Published columns that a recipe needs, each once: those read and those in its conditions."""
    recipe, fields = entry["recipe"], entry["schema"]["fields"]
    reads = [field.get("read", {}) for field in fields]
    expressions = [recipe.get("only")]
    expressions += [field.get(name) for field in fields for name in ("if", "of")]
    expressions += [read.get(name) for read in reads for name in ("where", "state_in")]
    expressions += [text for read in reads for text in read.get("times", {})]
    named = [field["from"] for field in fields if "from" in field] + [*recipe.get("split", {})]
    named += recipe.get("flagged", {})
    made = {"heading", *recipe.get("long", {})}
    named += [column for columns in recipe.get("long", {}).values() for column in columns]
    for expression in filter(None, expressions):
        tree = ast.walk(ast.parse(expression, mode="eval"))
        named += [part.id for part in tree if isinstance(part, ast.Name)]
    return [column for column in dict.fromkeys(named) if column not in made]


def _column(published: pd.DataFrame, field: Entry, table: str) -> pd.Series:
    """One field, read from its published column step by step."""
    if "if" in field:
        return _worked_out(published, field["if"])
    how, what = field.get("read", {}), f"{table}, {field.get('from') or field['of']}"
    if unknown := sorted(set(how) - set(STEPS.split())):
        raise DataFileError(
            f"field {field['name']} of {table} is to be read by {unknown}",
            allowed=STEPS.replace(" ", ", "),
            do="mend the field's 'read' in data/datapackage.json",
        )
    given = "from" in field
    values = pd.Series(published[field["from"]] if given else _worked_out(published, field["of"]))
    if "where" in how:
        values = values.where(_worked_out(published, how["where"]), "")
    if "without" in how:
        values = values.str.replace(how["without"], "", regex=False)
    if "extract" in how:
        values = values.str.extract(how["extract"])[0].fillna("")
    if "codes" in how:
        values = checks.to_code(values, how["codes"], what=what)
    if "country_name" in how:
        values = checks.to_iso3(values, publisher=how["country_name"])
    if "country_code" in how:
        values = checks.to_iso3(values, publisher=how["country_code"], coded=True)
    if "state_in" in how:
        years = checks.to_integer(_worked_out(published, how["state_in"]), what=what)
        values = cow_to_iso3(values, years, what=what)
    if "date" in how:
        values = partial_dates(values, what=what)[how["date"]]
    if "address" in how:
        values = addresses(values)
    if "within" in how:
        values = pd.Series([how["within"].format(value) for value in values], values.index)
    if "otherwise" in how:
        values = values.where(values.notna() & (values != ""), how["otherwise"])
    if field["type"] == "string" or "date" in how:
        return values
    if field["type"] == "integer" and _required(field):
        return checks.to_integer(values, what=what)
    numbers = checks.to_number(values, what=what) / how.get("divided_by", 1)
    for text, factors in how.get("times", {}).items():
        numbers *= checks.to_code(_worked_out(published, text), factors, what=f"{table}, {text}")
    return numbers.round(how["round"]) if "round" in how else numbers


def _worked_out(published: pd.DataFrame, expression: str) -> pd.Series:
    return pd.Series(published.eval(expression, engine="python"), published.index)


def _never(frame: pd.DataFrame, table: str, keys: list[str], condition: str, what: str) -> None:
    bad = frame.query(condition, engine="python")
    broken = [str(name) for name in frame if str(name) in condition and name not in keys]
    checks.refuse(bad, [*keys, *broken], f"{table}: {what}")


def _steady(frame: pd.DataFrame, table: str, keys: list[str], column: str, factor: float) -> None:
    """Stop where a series of positive numbers changes more than ``factor``-fold in a step."""
    series = [key for key in keys if key not in TIME]
    known = frame[[*keys, column]].dropna()
    before = known.groupby(series)[column].shift() if series else known[column].shift()
    ratio = known[column] / before
    checks.refuse(
        known[(ratio > factor) | (ratio < 1 / factor) | (known[column] <= 0)],
        None,
        f"{table}: not positive, or more than {factor:g} times the value before or less than its"
        " inverse, so a unit has slipped",
    )


def _ranked(frame: pd.DataFrame, table: str, _: list[str], by: list[str]) -> None:
    """Stop where a list is not the ten largest in order, or its shares come to more than all."""
    lists = frame.sort_values([*by, "rank"]).groupby(by)
    sums = lists.share_pct.agg(["max", "sum"]).round(2)
    in_order = lists["rank"].agg(lambda ranks: ranks.tolist() == list(range(1, 11)))
    in_order &= lists.share_pct.agg(lambda shares: shares.is_monotonic_decreasing)
    checks.refuse(
        sums[~in_order | (sums["sum"] > 100)].reset_index(),
        None,
        f"{table}: not ranks 1 to 10 with falling shares that come to 100 % at most"
        f" ({', '.join(by)}, largest share, sum)",
        do="compare the rows with the publisher's page",
    )


def _jumps(frame: pd.DataFrame, table: str, keys: list[str], column: str) -> None:
    jumps = lints.jumps(frame, by=[key for key in keys if key != "year"], value=column)
    lints.require_declared(table, jumps=(jumps, keys))


def _adds_up(frame: pd.DataFrame, table: str, keys: list[str], rule: Entry) -> None:
    """Stop where a whole is missing, or its parts do not come to it."""
    by = [key for key in keys if key != rule["item"]]
    whole = frame[rule["item"]].isin(rule["wholes"])
    sums = [rows.groupby(by)[rule["value"]].sum() for rows in (frame[whole], frame[~whole])]
    both = pd.concat(sums, axis=1, keys=["whole", "parts"]).astype(float)
    fits = (both.parts / both.whole).between(rule["least"] - ROUNDING, 1 + ROUNDING)
    checks.refuse(
        both[~fits].reset_index(),
        None,
        f"{table}: {rule['item']} do not add up to their whole, so a value is wrong, or of another"
        " unit or release",
    )
