"""Any number can be traced: column, unit, basis, publisher, terms, carrier, raw file, address."""

import re

import pytest
from click.testing import CliRunner

from analysis.cleaning.declared import QUOTED_WORDS
from analysis.cli import main
from analysis.sources.carriers import raw_files
from analysis.sources.source import sources
from analysis.tables import citation, load
from analysis.tables.catalogue import catalogue, planned
from analysis.tables.check import SAID_OF_A_COLUMN
from analysis.tables.dictionary import bibtex, dictionary, schema_org

ENTRIES = {**catalogue(), **planned()}
BUILT = [name for name, entry in catalogue().items() if entry.get("parents")]
WITH_ADDRESS = [
    name
    for name, entry in catalogue().items()
    if any(field["name"] == "url" for field in entry["schema"]["fields"])
]
VAGUE = {"", "-", "n/a", "na", "tbd", "unknown", "?"}
FILES = {file.path: file for file in raw_files()}


@pytest.mark.parametrize("table", ENTRIES)
def test_every_column_says_unit_basis_and_meaning(table: str) -> None:
    lacking = [
        f"{field['name']}: {what}"
        for field in ENTRIES[table]["schema"]["fields"]
        for what in SAID_OF_A_COLUMN
        if str(field.get(what, "")).strip().lower() in VAGUE
    ]
    assert lacking == []


@pytest.mark.parametrize("table", ENTRIES)
def test_units_in_names_are_the_units_that_the_catalogue_gives(table: str) -> None:
    """A column named ..._usd_bn is in USD billion, and so on; a referee reads the name first."""
    words = {
        "_usd_bn": "USD billion",
        "_usd_mn": "USD million",
        "_cny_bn": "CNY billion",
        "_cny_mn": "CNY million",
        "_pct": "percent",
        "_mt": "million tonnes",
        "_ej": "exajoule",
        "_usd_bbl": "barrel",
    }
    wrong = [
        f"{field['name']} in {field['unit']}"
        for field in ENTRIES[table]["schema"]["fields"]
        for suffix, unit in words.items()
        if field["name"].endswith(suffix) and unit not in field["unit"]
    ]
    assert wrong == []


@pytest.mark.parametrize("table", WITH_ADDRESS)
def test_no_row_lacks_its_address(table: str) -> None:
    addresses = load(table).url
    bad = addresses[~addresses.str.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?")]
    assert bad.tolist() == []


def test_every_figure_collected_by_hand_stands_in_a_table_with_addresses() -> None:
    by_hand = {path for path, file in FILES.items() if file.kind == "collected"}
    used = {parent["path"]: name for name in BUILT for parent in catalogue()[name]["parents"]}
    addressed = {
        parent["path"]
        for name in set(WITH_ADDRESS) & set(BUILT)
        for parent in catalogue()[name]["parents"]
    }
    assert by_hand & set(used) - addressed == set()
    assert len(by_hand & set(used)) >= 15


def test_a_table_says_that_it_was_collected_by_hand_and_what_it_can_show() -> None:
    marked = {name: entry["supports"] for name, entry in ENTRIES.items() if "collected" in entry}
    assert {ENTRIES[name]["collected"] for name in marked} == {"by hand"}
    by_hand = {
        name
        for name in BUILT
        if any(FILES[parent["path"]].kind == "collected" for parent in catalogue()[name]["parents"])
    }
    assert by_hand & set(WITH_ADDRESS) <= set(marked)
    assert set(marked) <= set(WITH_ADDRESS)
    chosen = ("joint_exercises", "border_steps", "frictions", "events_after_essay", "arctic_events")
    assert {marked[name] for name in chosen} == {"that it happened, never a trend"}


@pytest.mark.parametrize("table", [name for name in WITH_ADDRESS if "collected" in ENTRIES[name]])
def test_a_row_collected_by_hand_quotes_no_more_than_25_words(table: str) -> None:
    (address,) = (field for field in ENTRIES[table]["schema"]["fields"] if field["name"] == "url")
    assert address["constraints"]["required"]
    frame = load(table)
    if "quote" in frame:
        assert frame.quote.str.split().str.len().max() <= QUOTED_WORDS


def test_every_source_is_described_and_used() -> None:
    used = {source["name"] for entry in ENTRIES.values() for source in entry["sources"]}
    assert used == set(sources())
    said = ("producer", "title", "path", "citation", "licenses")
    assert [name for name, source in sources().items() if not all(map(source.get, said))] == []


def test_a_table_keeps_the_terms_of_every_source() -> None:
    assert ENTRIES["rouble_rates"]["licence"] == (
        "CC BY 4.0 / facts and figures; the page keeps its own terms"
    )


@pytest.mark.parametrize("table", BUILT)
def test_every_raw_file_is_known_and_its_carrier_named(table: str) -> None:
    entry = catalogue()[table]
    served = " ".join(source.get("served_by", "") for source in entry["sources"])
    for parent in entry["parents"]:
        file = FILES[parent["path"]]
        assert file.sha256 == parent["sha256"]
        assert file.repository in served
        assert file.commit[:7] in served


@pytest.mark.parametrize("table", catalogue())
def test_a_table_can_be_cited_shown_and_looked_up(table: str) -> None:
    run = CliRunner()
    cited, shown = (run.invoke(main, ["data", said, table]) for said in ("cite", "show"))
    assert (cited.exit_code, shown.exit_code) == (0, 0)
    for source in catalogue()[table]["sources"]:
        assert source["citation"] in cited.output
        assert source["path"] in cited.output
    assert citation(table) in cited.output
    assert bibtex(table).count("@misc{") == len(catalogue()[table]["sources"])
    for field in catalogue()[table]["schema"]["fields"]:
        assert f"  {field['name']} (" in shown.output
    for parent in catalogue()[table].get("parents", ()):
        assert parent["path"] in shown.output


def test_the_dictionary_has_every_column_of_every_table() -> None:
    page = dictionary()
    for name, entry in catalogue().items():
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
        assert rows == [field["name"] for field in entry["schema"]["fields"]]
    assert all(f"- `{name}`: " in page for name in planned())


def test_search_engines_are_told_of_every_table_its_columns_and_its_publishers() -> None:
    parts = {part["identifier"]: part for part in schema_org()["hasPart"]}
    assert list(parts) == list(catalogue())
    for name, entry in catalogue().items():
        part = parts[name]
        assert [column["name"] for column in part["variableMeasured"]] == [
            field["name"] for field in entry["schema"]["fields"]
        ]
        assert part["isBasedOn"] == [source["path"] for source in entry["sources"]]
        assert part["distribution"]["sha256"] == entry["hash"].removeprefix("sha256:")
        assert part["license"] != []
