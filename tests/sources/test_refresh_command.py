import hashlib
from dataclasses import replace
from functools import partial

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.sources import carriers
from analysis.sources.carriers import RawFile
from analysis.sources.transport import Transport
from analysis.tables import cli

SDMX = "application/vnd.sdmx.data+csv;version=1.0.0"


@pytest.fixture
def run(monkeypatch, server, tmp_path):
    """Run `ballast data ...` against the local server, with tmp_path as the raw store."""
    feeds = {key: replace(feed, base=server.url, fewest=1) for key, feed in cli.FEEDS.items()}
    monkeypatch.setattr(cli, "FEEDS", feeds)
    monkeypatch.setattr(
        cli, "Transport", partial(Transport, attempts=2, sleep=lambda seconds: None)
    )
    monkeypatch.setattr(carriers, "HOST", server.url)
    return lambda *words: CliRunner().invoke(main, ["data", *words, "--to", str(tmp_path)])


def test_a_fetch_makes_a_vintage_once(run, server, reply, specimen, tmp_path):
    for flow, name in (("XG_FOB_USD", "exports"), ("MG_CIF_USD", "imports")):
        path = f"/data/IMF.STA,IMTS/.{flow}..A?startPeriod=2023&endPeriod=2023"
        server.script(path, reply(specimen(f"imts_{name}_2023.csv"), kind=SDMX))
    words = ("fetch", "imf_imts", "--years", "2023", "--vintage", "v1")
    first = run(*words)
    assert first.exit_code == 0
    assert "imf_imts: 2 files, " in first.output
    assert (tmp_path / "imf_imts" / "v1" / "vintage.json").is_file()
    again = run(*words)
    assert again.exit_code == 1
    assert "never overwritten" in again.output


def test_a_failed_fetch_says_so_and_keeps_nothing(run, server, reply, tmp_path):
    result = run("fetch", "--years", "2023", "--vintage", "v1")
    assert result.exit_code == 1
    assert "nothing was kept of imf_imts, worldbank, unga, comtrade_hs" in result.output
    assert "answered HTTP 404" in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_raw_fetches_copies_and_reports_what_it_left(run, server, reply, monkeypatch, tmp_path):
    body = b"a\n1\n"
    digest = hashlib.sha256(body).hexdigest()
    common = {"sha256": digest, "bytes": len(body), "repository": "o/r", "commit": "abcdef1"}
    files = [
        RawFile(path="a/1.csv", kind="copy", path_in_repository="1.csv", instruction="", **common),
        RawFile(path="a/2.csv", kind="copy", path_in_repository="2.csv", instruction="", **common),
        RawFile(
            path="a/3.csv",
            kind="converted",
            path_in_repository="",
            instruction="Join them",
            **common,
        ),
    ]
    monkeypatch.setattr(cli, "raw_files", lambda: files)
    server.script("/o/r/abcdef1/1.csv", reply(body, kind="text/plain"))
    result = run("raw")
    assert result.exit_code == 1
    assert (tmp_path / "a" / "1.csv").read_bytes() == body
    assert "1 files fetched into" in result.output
    assert "a/2.csv: " in result.output
    assert (
        "not in public as it is: a/3.csv (github.com/o/r @ abcdef1)\n    Join them" in result.output
    )
    server.script("/o/r/abcdef1/2.csv", reply(body, kind="text/plain"))
    assert run("raw").exit_code == 0
