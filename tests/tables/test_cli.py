import json
import re
import shutil

import pytest
from click.testing import CliRunner

from analysis.book.build import make_site
from analysis.book.pages import changes_page
from analysis.claims.releases import Release
from analysis.cli import main
from analysis.errors import DataFileError
from analysis.paths import ROOT
from analysis.tables import catalogue, cli
from analysis.tables.dictionary import bibtex, dictionary


@pytest.fixture
def run(monkeypatch):
    """Run `ballast data ...` without a raw store unless the test names one."""
    monkeypatch.delenv("BALLAST_RAW", raising=False)
    return lambda *words: CliRunner().invoke(main, ["data", *map(str, words)])


def test_every_table_is_listed_and_described(project, run):
    assert [line.split()[0] for line in run("list").output.splitlines()] == ["small", "large"]
    shown = run("show", "small").output
    assert "year (key, integer; unit: none; basis: none)" in shown
    assert "never missing; at least 1990; at most 2030" in shown
    assert "Maker: Figures <https://example.org>" in shown


def test_a_citation_comes_as_text_and_as_bibtex(run):
    output = run("cite", "trade_russia").output
    assert output.startswith("International Monetary Fund.")
    assert "@misc{ballast_trade_russia_1," in output
    assert r"Ballast table trade\_russia, sha256" in output
    assert bibtex("trade_russia").count("{") == bibtex("trade_russia").count("}")


def test_the_dictionary_names_every_column_with_its_unit_and_the_traps(run):
    page = run("dictionary").output
    assert page.strip() == dictionary().strip()
    assert "| `value_usd_mn` | number | current USD million |" in page
    assert "imports from Uganda rise" in page


@pytest.mark.filterwarnings("ignore:'myst_parser")
def test_words_of_the_catalogue_are_never_markup(project, tmp_path):
    bad = "<b>x</b> [x](javascript:alert(1)) & |</code>`<i>y</i>` {download}`z`\n\n<u>v</u>\n# H"
    listed = project / "datapackage.json"
    package = json.loads(listed.read_text())
    entry, source = package["resources"][0], package["sources"][0]
    entry |= {"title": bad, "description": bad, "coverage": bad}
    entry["parents"] = [{"path": bad, "sha256": bad}]
    entry["schema"]["fields"][0] |= {"description": bad, "unit": bad, "basis": bad}
    for what in ("citation", "served_by"):
        source[what] = bad
    source["licenses"] = [{"title": bad}]
    source |= {"traps": [bad], "path": "javascript:alert(1)"}
    package["planned"] = [entry | {"name": "later", "how": bad}]
    listed.write_text(json.dumps(package))
    catalogue.cache_clear()
    pages = tmp_path / "pages"
    shutil.copytree(ROOT / "book", pages, ignore=shutil.ignore_patterns("scale.md"))
    (pages / "index.md").write_text("# Front\n\n```{toctree}\ndata\nchanges\nglossary\n```\n")
    (pages / "data.md").write_text(dictionary())
    (pages / "changes.md").write_text(
        changes_page(
            "## 1\n### Added\nA thing.\n",
            [Release(date="2026-11-29", version="1", verdicts={}, tables={})],
        )
    )
    make_site(pages, tmp_path / "site")
    for page in ("data", "changes"):
        html = (tmp_path / "site" / f"{page}.html").read_text().partition("<article")[2]
        assert "alert(1)" in html
        assert not re.search("<(b|i|u)>|href=.javascript|<h1[^<]*H", html)


@pytest.mark.parametrize("bad", ["<b>", "x`y", "a\nb", "a|b"])
def test_no_name_of_the_catalogue_holds_markup(project, bad):
    listed = project / "datapackage.json"
    for change in ("table", "column"):
        package = json.loads(listed.read_text())
        entry = package["resources"][0]
        (entry if change == "table" else entry["schema"]["fields"][0])["name"] = bad
        listed.write_text(json.dumps(package))
        catalogue.cache_clear()
        with pytest.raises(DataFileError, match=r"the name.*allowed: names without markup"):
            catalogue()


def test_a_good_folder_passes_the_check(sound, run, monkeypatch):
    monkeypatch.setattr(cli, "check_corrections", list)
    monkeypatch.setattr(cli, "check_folder", list)
    result = run("check")
    assert result.exit_code == 0
    assert result.output.splitlines()[:-1] == [
        "ok   small",
        "ok   large",
        "ok   (folder data/)",
        "ok   (corrections)",
        "2 tables agree with data/datapackage.json (6 rows built from raw)",
    ]


def test_an_edited_and_an_unlisted_file_fail_the_check(sound, run, monkeypatch):
    monkeypatch.setattr(cli, "check_corrections", list)
    (sound / "tidy" / "small.csv").write_text("pair\n")
    (sound / "tidy" / "stray.csv").write_text("a\n")
    result = run("check")
    assert result.exit_code == 1
    assert "BAD  small" in result.output
    assert "data/tidy/stray.csv is not in the catalogue" in result.output
    assert "2 of 4 checks failed: small, (folder data/)" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", [["build"], ["build", "--check"], ["fetch"], ["raw"]])
def test_without_a_raw_store_one_line_says_so(run, words):
    result = run(*words)
    assert result.exit_code == 1
    assert "BALLAST_RAW" in result.output
    assert result.output.count("\n") == 1


def test_build_check_lists_differences_and_fails(project, run, monkeypatch, tmp_path, frame):
    monkeypatch.setattr(
        cli.building, "RECIPES", {"small": lambda raw: frame, "large": lambda raw: frame}
    )
    monkeypatch.setenv("BALLAST_RAW", str(tmp_path))
    same = CliRunner().invoke(main, ["data", "build", "--check"])
    assert (same.exit_code, same.output) == (0, "2 tables rebuilt from raw: all as committed\n")
    frame.loc[0, "usd"] = 9.0
    changed = CliRunner().invoke(main, ["data", "build", "--check"])
    assert changed.exit_code == 1
    assert "small: the rebuilt values differ from data/tidy/small.csv" in changed.output
    assert "2 differences from data/" in changed.output
    written = CliRunner().invoke(main, ["data", "build"])
    assert "written: small, large" in written.output


STRANGE_YEARS = ("\u00b2", "\u0662\u0660\u0662\u0661", "2021-", "0-5", "99999", "1066", "2021-2999")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["shw"], 2, "Did you mean 'show'"),
        (["cite", "trade_rusia"], 2, "did you mean 'trade_russia'"),
        (
            ["fetch", "imf", "--dry-run"],
            2,
            "there is no source 'imf'; allowed: imf_imts, worldbank, unga",
        ),
        (["fetch", "--dry-run", "--years", "2024-2021"], 2, "no span of years"),
        (["fetch", "--dry-run", "--years", "soon"], 2, "no span of years"),
        *((["fetch", "--dry-run", "--years", y], 2, "no span of years") for y in STRANGE_YEARS),
    ],
)
def test_slips_are_met_with_a_mend(run, words, code, said):
    result = run(*words)
    assert (result.exit_code, "Traceback" in result.output) == (code, False)
    assert said in result.output


def test_a_dry_run_shows_the_addresses_and_writes_nothing(run, tmp_path):
    result = run("fetch", "imf_imts", "--dry-run", "--years", "2023", "--to", tmp_path)
    assert result.exit_code == 0
    assert result.output.count("GET https://api.imf.org/external/sdmx/2.1/data/IMF.STA,IMTS/") == 2
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_of_raw_lists_what_is_public_and_how_to_get_the_rest(run):
    result = run("raw", "--dry-run")
    assert result.exit_code == 0
    pinned = "https://raw.githubusercontent.com/datasets/oil-prices/2d75ce3/data/brent-monthly.csv"
    assert f"GET {pinned}\n    -> prices/brent_monthly.csv" in result.output
    assert (
        "not in public as it is: imf/dots_world_1960_2020.parquet (github.com/SamLeBlanc"
        in result.output
    )
