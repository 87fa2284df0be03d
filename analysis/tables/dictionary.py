"""The catalogue in words: the data dictionary, each table as a bibliography entry, and all of them
as search engines read them.
"""

import re
from typing import Any

from analysis.tables.catalogue import Entry, catalogue, describe, planned, read_package

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
MARKUP = re.compile(r"([\\`*_{}\[\]<>|$#~&])")
ESCAPED = str.maketrans(
    {c: "\\" + c for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}"}
)
"""Characters that BibTeX would read as commands."""


def dictionary() -> str:
    """All tables as one page of Markdown, in the order of the catalogue."""
    tables = catalogue()
    head = [f"- [{name}](#{name}): {plain(entry['title'])}" for name, entry in tables.items()]
    waiting = [
        f"- `{name}`: {plain(entry['title'])}. To get it, {plain(entry['how'])}."
        for name, entry in planned().items()
    ]
    tail = ["## Tables that wait for a fetched vintage", "", *waiting, ""] if waiting else []
    return "\n".join(["# Data dictionary", "", *head, "", *map(_section, tables), *tail])


def plain(text: object) -> str:
    """Text on one line in which no character means anything to Markdown or HTML."""
    return MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def _code(text: object) -> str:
    """Text on one line as code, which no character of it can end."""
    return f"`{' '.join(str(text).split()).replace('`', chr(39))}`"


def _section(table: str) -> str:
    """One table as Markdown: what it is, its columns with unit and basis, its publishers and its
    raw files.
    """
    entry = describe(table)
    years = f", {plain(entry['coverage'])}" if entry.get("coverage") else ""
    lines = [
        f"({table})=\n## {table}\n",
        f"**{plain(entry['title'])}.** {plain(entry['description'])}\n",
        f"- File: `data/{entry['path']}`, sha256 `{entry['sha256']}`",
    ]
    if entry.get("rows"):
        lines.append(f"- Rows: {entry['rows']:,}{years}")
    if "collected" in entry:
        said = f"{entry['collected']}; the rows can show {entry['supports']}"
        lines.append(f"- Collected {plain(said)}")
    keys = ", ".join(f"`{key}`" for key in entry["schema"]["primaryKey"])
    lines += [f"- Key: {keys}", f"- Licence: {plain(entry['licence'])}\n"]
    lines += ["| column | type | unit | basis | meaning | values |", "|---|---|---|---|---|---|"]
    for field in entry["schema"]["fields"]:
        cells = [field["type"], field["unit"], field["basis"], field["description"], allowed(field)]
        lines.append("| " + " | ".join([_code(field["name"]), *map(plain, cells)]) + " |")
    lists = {
        "Sources": map(_source, entry["sources"]),
        "What to beware of": map(plain, traps(table)),
        "Built from": (
            f"{_code(raw['path'])}, sha256 {_code(raw['sha256'][:12])}"
            for raw in entry.get("parents", ())
        ),
    }
    for heading, found in lists.items():
        if items := [f"- {item}" for item in found]:
            lines += [f"\n{heading}:\n", *items]
    return "\n".join([*lines, ""])


def allowed(field: Entry) -> str:
    """What a column may hold, in words."""
    limits = field.get("constraints", {})
    absent = "may be empty" if field["type"] == "string" else "may be missing"
    parts = ["never missing" if limits.get("required") else absent]
    if "enum" in limits:
        parts.append("one of " + ", ".join(map(str, limits["enum"])))
    bounds = {"minimum": "at least", "maximum": "at most"}
    parts += [f"{said} {limits[bound]}" for bound, said in bounds.items() if bound in limits]
    return "; ".join(parts)


def _source(source: Entry) -> str:
    carried = f" Copy from {plain(source['served_by'])}." if source.get("served_by") else ""
    address = source["path"]
    shown = f"<{address}>" if ADDRESS.fullmatch(address) else f"({plain(address)})"
    return f"{plain(source['citation'])} {shown}.{carried} Terms: {plain(source['licence'])}."


def bibtex(table: str) -> str:
    """BibTeX entries of a table, one for each publisher; keys are the table's name and a number.

    No year is given: the vintage is named by the file's hash, which a reader can compare.
    """
    entry, made = describe(table), []
    coverage = f"{entry['coverage']}. " if entry.get("coverage") else ""
    for number, source in enumerate(entry["sources"], start=1):
        producer, _, title = source["title"].partition(": ")
        carried = f"Copy from {source['served_by']}. " if source.get("served_by") else ""
        note = f"{coverage}{carried}Ballast table {table}, sha256 {entry['sha256'][:12]}"
        fields = {
            "author": "{" + producer.translate(ESCAPED) + "}",
            "title": "{" + (title or entry["title"]).translate(ESCAPED) + "}",
            "howpublished": source["citation"].translate(ESCAPED),
            "url": source["path"],
            "note": note.translate(ESCAPED),
        }
        body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
        made.append(f"@misc{{ballast_{table}_{number},\n{body}\n}}")
    return "\n\n".join(made)


def schema_org() -> dict[str, Any]:
    """Every table as a schema.org Dataset, for search engines: publishers, terms, columns, hash."""
    package = read_package()
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"],
        "version": package["version"],
        "license": package["licenses"][0]["path"],
        "hasPart": [_as_dataset(entry) for entry in catalogue().values()],
    }


def _as_dataset(entry: Entry) -> dict[str, Any]:
    said = {"name": "name", "description": "description", "unitText": "unit"}
    columns = [{key: field[of] for key, of in said.items()} for field in entry["schema"]["fields"]]
    form = "text/csv" if entry["format"] == "csv" else "application/vnd.apache.parquet"
    return {
        "@type": "Dataset",
        "identifier": entry["name"],
        "name": entry["title"],
        "description": entry["description"],
        "temporalCoverage": entry.get("coverage", "").replace("-", "/"),
        "creator": [{"@type": "Organization", "name": s["producer"]} for s in entry["sources"]],
        "isBasedOn": [source["path"] for source in entry["sources"]],
        "license": [terms["path"] for terms in entry["licenses"] if "path" in terms],
        "variableMeasured": [{"@type": "PropertyValue"} | column for column in columns],
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": form,
            "contentUrl": f"data/{entry['path']}",
            "sha256": entry["sha256"],
        },
    }


def traps(table: str) -> list[str]:
    """What a careless reader of a table would get wrong, as the records of its sources say."""
    return [trap for source in describe(table)["sources"] for trap in source.get("traps", ())]
