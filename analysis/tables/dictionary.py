"""The catalogue in words: the data dictionary, each table as a bibliography entry, and all of them
as search engines read them.
"""

from __future__ import annotations

import re
from typing import Any

from analysis.tables.catalogue import catalogue, describe, planned, read_package

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
MARKUP = re.compile(r"([\\`*_{}\[\]<>|$#~&])")
ESCAPED = str.maketrans(
    {c: "\\" + c for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}"}
)
"""Characters that BibTeX would read as commands."""


def dictionary() -> str:
    """All tables as one page of Markdown, in the order of the catalogue."""
    tables = catalogue()
    head = ["# Data dictionary", ""]
    head += [f"- [{name}](#{name}): {plain(entry['title'])}" for name, entry in tables.items()]
    waiting = [
        f"- `{name}`: {plain(entry['title'])}. To get it, {plain(entry['how'])}."
        for name, entry in planned().items()
    ]
    tail = ["## Tables that wait for a fetched vintage", "", *waiting, ""] if waiting else []
    return "\n".join([*head, "", *(section(name) for name in tables), *tail])


def plain(text: object) -> str:
    """Text on one line in which no character means anything to Markdown or HTML."""
    return MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def _code(text: object) -> str:
    """Text on one line as code, which no character of it can end."""
    return f"`{' '.join(str(text).split()).replace('`', chr(39))}`"


def section(table: str) -> str:
    """One table as Markdown: what it is, its columns with unit and basis, its publishers and its
    raw files.
    """
    entry = describe(table)
    lines = [
        f"({table})=",
        f"## {table}",
        "",
        f"**{plain(entry['title'])}.** {plain(entry['description'])}",
        "",
    ]
    lines += [f"- File: `data/{entry['path']}`, sha256 `{entry['sha256']}`"]
    if entry.get("rows"):
        years = f", {plain(entry['coverage'])}" if entry.get("coverage") else ""
        lines += [f"- Rows: {entry['rows']:,}{years}"]
    if "collected" in entry:
        said = f"{entry['collected']}; the rows can show {entry['supports']}"
        lines += [f"- Collected {plain(said)}"]
    lines += [f"- Key: {', '.join(f'`{key}`' for key in entry['schema']['primaryKey'])}"]
    lines += [
        f"- Licence: {plain(entry['licence'])}",
        "",
        "| column | type | unit | basis | meaning | values |",
    ]
    lines += [
        "|---|---|---|---|---|---|",
        *(_row(field) for field in entry["schema"]["fields"]),
        "",
    ]
    lines += ["Sources:", "", *(f"- {_source(source)}" for source in entry["sources"]), ""]
    if warnings := traps(table):
        lines += ["What to beware of:", "", *(f"- {plain(warning)}" for warning in warnings), ""]
    if entry.get("parents"):
        lines += [
            "Built from:",
            "",
            *(f"- {_code(p['path'])}, sha256 {_code(p['sha256'][:12])}" for p in entry["parents"]),
            "",
        ]
    return "\n".join(lines)


def _row(field: dict[str, Any]) -> str:
    cells = (
        _code(field["name"]),
        *(plain(field[said]) for said in ("type", "unit", "basis", "description")),
        plain(allowed(field)),
    )
    return "| " + " | ".join(cells) + " |"


def allowed(field: dict[str, Any]) -> str:
    """What a column may hold, in words."""
    limits = field.get("constraints", {})
    absent = "may be empty" if field["type"] == "string" else "may be missing"
    parts = ["never missing" if limits.get("required") else absent]
    if "enum" in limits:
        parts.append("one of " + ", ".join(map(str, limits["enum"])))
    if "minimum" in limits:
        parts.append(f"at least {limits['minimum']}")
    if "maximum" in limits:
        parts.append(f"at most {limits['maximum']}")
    return "; ".join(parts)


def _source(source: dict[str, Any]) -> str:
    carried = f" Copy from {plain(source['served_by'])}." if source.get("served_by") else ""
    address = source["path"]
    shown = f"<{address}>" if ADDRESS.fullmatch(address) else f"({plain(address)})"
    terms = plain(source.get("licence", "see the publisher"))
    return f"{plain(source['citation'])} {shown}.{carried} Terms: {terms}."


def bibtex(table: str) -> str:
    """BibTeX entries of a table, one for each publisher; keys are the table's name and a number.

    No year is given: the vintage is named by the file's hash, which a reader can compare.
    """
    entry = describe(table)
    return "\n\n".join(
        _bibtex(entry, number, source) for number, source in enumerate(entry["sources"], start=1)
    )


def _bibtex(entry: dict[str, Any], number: int, source: dict[str, Any]) -> str:
    producer, _, title = source["title"].partition(": ")
    carried = f"Copy from {source['served_by']}. " if source.get("served_by") else ""
    coverage = f"{entry['coverage']}. " if entry.get("coverage") else ""
    note = f"{coverage}{carried}Ballast table {entry['name']}, sha256 {entry['sha256'][:12]}"
    fields = {
        "author": "{" + producer.translate(ESCAPED) + "}",
        "title": "{" + (title or entry["title"]).translate(ESCAPED) + "}",
        "howpublished": source["citation"].translate(ESCAPED),
        "url": source["path"],
        "note": note.translate(ESCAPED),
    }
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{ballast_{entry['name']}_{number},\n{body}\n}}"


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


def _as_dataset(entry: dict[str, Any]) -> dict[str, Any]:
    form = "text/csv" if entry["format"] == "csv" else "application/vnd.apache.parquet"
    file = f"data/{entry['path']}"
    return {
        "@type": "Dataset",
        "identifier": entry["name"],
        "name": entry["title"],
        "description": entry["description"],
        "temporalCoverage": entry.get("coverage", "").replace("-", "/"),
        "creator": [{"@type": "Organization", "name": s["producer"]} for s in entry["sources"]],
        "isBasedOn": [source["path"] for source in entry["sources"]],
        "license": [terms["path"] for terms in entry["licenses"] if "path" in terms],
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": field["name"],
                "description": field["description"],
                "unitText": field["unit"],
            }
            for field in entry["schema"]["fields"]
        ],
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": form,
            "contentUrl": file,
            "sha256": entry["sha256"],
        },
    }


def traps(table: str) -> list[str]:
    """What a careless reader of a table would get wrong, as the records of its sources say."""
    return [trap for source in describe(table)["sources"] for trap in source.get("traps", ())]
