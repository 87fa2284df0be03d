"""From a fetched vintage of the IMF to a table of all pairs, and what happens where none was
fetched."""

import json
import shutil
from dataclasses import replace

import pytest

from analysis.cleaning import trade
from analysis.errors import CoverageError, DataFileError, RawDataError
from analysis.paths import CATALOGUE
from analysis.sources.fetch import FEEDS
from analysis.sources.imf import fetched_imts
from analysis.sources.source import RawStore
from analysis.sources.transport import new_vintage
from analysis.tables import build, check, describe, load, recipes, views
from analysis.tables.catalogue import catalogue, sha256
from analysis.tables.catalogue import planned as planned_entries

SDMX = "application/vnd.sdmx.data+csv;version=1.0.0"
NAMES = {"XG_FOB_USD": "imts_exports_2023.csv", "MG_CIF_USD": "imts_imports_2023.csv"}


@pytest.fixture
def vintage(server, reply, specimen, transport, tmp_path, monkeypatch):
    """Fetch one year as a vintage of tmp_path/raw; the specimens can be edited by flow."""
    monkeypatch.setattr(
        trade, "WORLD_USD_MN", (1e4, 1e7)
    )  # five pairs do not make the world's trade
    root = tmp_path / "raw"
    root.mkdir()

    def fetched(
        name="2026-01-15",
        *,
        year=2023,
        when="2026-01-15T00:00:00+00:00",
        edit=lambda flow, body: body,
    ):
        for flow, file in NAMES.items():
            body = edit(flow, specimen(file).replace(b",2023,", f",{year},".encode()))
            path = f"/data/IMF.STA,IMTS/.{flow}..A?startPeriod={year}&endPeriod={year}"
            server.script(path, reply(body, kind=SDMX))
        feed = replace(FEEDS["imf_imts"], base=server.url, fewest=1)
        with new_vintage(root, feed.key, name, when=when, transport=transport) as making:
            feed.fetch(making, feed, range(year, year + 1))
        return RawStore(root)

    return fetched


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A data folder whose catalogue lists no table and plans trade_recent as the project's own
    does."""
    folder = tmp_path / "data"
    folder.mkdir()
    package = json.loads(CATALOGUE.read_text())
    (folder / "datapackage.json").write_text(json.dumps(package | {"resources": []}))
    module = __import__("sys").modules[catalogue.__module__]
    for place in (module, build, check):
        monkeypatch.setattr(place, "DATA", folder)
    for place in (module, build):
        monkeypatch.setattr(place, "CATALOGUE", folder / "datapackage.json")
    monkeypatch.setattr(build, "RECIPES", {})
    catalogue.cache_clear()
    yield folder
    catalogue.cache_clear()


def test_a_vintage_becomes_a_panel_in_million_dollars_without_groups(vintage):
    panel = trade.recent_panel(vintage()).set_index(["reporter", "partner", "flow", "year"])
    assert panel.loc[("CHN", "RUS", "exports", 2023), "value_usd_mn"] == 99_000.0
    assert panel.loc[("CHN", "KAZ", "imports", 2023), ["value_usd_mn", "basis"]].tolist() == [
        15_000.0000005,
        "CIF",
    ]
    assert len(panel) == 9  # G001 is the world, and China's exports to North Korea have no value
    assert panel.estimated[("RUS", "CHN", "exports", 2023)]
    assert not panel.estimated[("CHN", "RUS", "exports", 2023)]
    assert not panel.doubtful.any()


def test_a_figure_that_the_other_end_contradicts_is_marked(vintage):
    def uganda(flow, body):
        own = b"IMF.STA:IMTS(1.0.0),UGA,XG_FOB_USD,RUS,A,2023,67000000,6,,,XG,FOB,USD,O,OL,\n"
        false = b"IMF.STA:IMTS(1.0.0),RUS,MG_CIF_USD,UGA,A,2023,12152076409,6,,,MG,CIF,USD,SE,OL,\n"
        return body + (own if flow == "XG_FOB_USD" else false)

    panel = trade.recent_panel(vintage(edit=uganda))
    assert panel[panel.doubtful][["reporter", "partner", "flow"]].to_numpy().tolist() == [
        ["RUS", "UGA", "imports"]
    ]


def test_series_without_observations_are_passed_over(vintage):
    """The service begins some answers with a row about the data set, and lists series that hold
    nothing."""
    bare = b"IMF.STA:IMTS(1.0.0),,,,,,,,,,,,,,,\n"
    bare += b"IMF.STA:IMTS(1.0.0),KAZ,XG_FOB_USD,PRK,A,,,6,,,XG,FOB,USD,,OL,\n"
    assert len(trade.recent_panel(vintage(edit=lambda flow, body: body + bare))) == 9


def test_the_newest_vintage_of_each_year_is_used(vintage):
    vintage("first")
    vintage(
        "second",
        when="2026-02-01T00:00:00+00:00",
        edit=lambda flow, body: body.replace(b"99000000000", b"98500000000"),
    )
    raw = vintage("third", year=2024, when="2026-03-01T00:00:00+00:00")
    assert sorted(fetched_imts(raw)) == [
        "imf_imts/second/MG_CIF_USD_2023.csv",
        "imf_imts/second/XG_FOB_USD_2023.csv",
        "imf_imts/third/MG_CIF_USD_2024.csv",
        "imf_imts/third/XG_FOB_USD_2024.csv",
    ]
    panel = trade.recent_panel(raw).set_index(["reporter", "partner", "flow", "year"]).value_usd_mn
    assert panel[("CHN", "RUS", "exports", 2023)] == 98_500.0
    assert panel[("CHN", "RUS", "exports", 2024)] == 99_000.0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b",CHN,", b",XXA,", r"not in the reference list: \['XXA'\]"),
        (b"00000000,6", b"00000,6", "world totals that no year had"),
        (b"99000000000", b"9900000000000", r"above 5,000,000.*CHN, RUS, exports, 2023"),
        (b",KAZ,A,2023,20000000000", b",WBG,A,2023,20000000000", ""),
    ],
    ids=["unknown code", "another unit", "a slip", "a code of the IMF's own"],
)
def test_a_vintage_is_checked_again_when_it_is_cleaned(vintage, old, new, said):
    raw = vintage(edit=lambda flow, body: body.replace(old, new))
    if said:
        with pytest.raises(RawDataError, match=said):
            trade.recent_panel(raw)
    else:
        assert "PSE" in set(trade.recent_panel(raw).partner)


def test_a_file_changed_after_it_was_fetched_is_refused(vintage):
    raw = vintage()
    path = raw.root / "imf_imts" / "2026-01-15" / "XG_FOB_USD_2023.csv"
    path.write_bytes(path.read_bytes().replace(b"99000000000", b"98000000000"))
    with pytest.raises(
        RawDataError,
        match=r"not as they were fetched: \['imf_imts/2026-01-15/XG_FOB_USD_2023.csv'\]",
    ):
        trade.recent_panel(raw)


def test_a_year_with_one_flow_only_is_refused(vintage):
    raw = vintage()
    record = raw.root / "imf_imts" / "2026-01-15" / "vintage.json"
    kept = json.loads(record.read_text())
    kept["files"] = [file for file in kept["files"] if file["name"].startswith("XG")]
    record.write_text(json.dumps(kept))
    with pytest.raises(
        RawDataError, match=r"lack \['MG_CIF_USD_2023.csv'\]; run `ballast data fetch imf_imts`"
    ):
        trade.recent_panel(raw)


def test_without_a_vintage_the_table_is_planned_and_says_how_to_get_it(tmp_path):
    assert recipes.possible(RawStore(tmp_path)) == {}
    assert "trade_recent" not in catalogue()
    with pytest.raises(
        CoverageError,
        match=r"'trade_recent' .* is not in data/.*`ballast data fetch imf_imts`.*`make data`",
    ):
        load("trade_recent")


def test_a_vintage_in_the_raw_store_is_built_written_and_loaded(vintage, project):
    raw = vintage()
    assert set(planned_entries()) == {"trade_recent"}
    built = build.build(raw)
    assert build.differences(built) == [
        "trade_recent: built from a fetched vintage, and not in data/ yet"
    ]
    assert build.write(built) == ["trade_recent"]
    assert planned_entries() == {}
    entry = describe("trade_recent")
    assert [parent["path"] for parent in entry["parents"]] == [
        "imf_imts/2026-01-15/MG_CIF_USD_2023.csv",
        "imf_imts/2026-01-15/XG_FOB_USD_2023.csv",
    ]
    assert entry["sha256"] == sha256(project / "tidy" / "trade_recent.parquet")
    assert load(
        "trade_recent", reporter="CHN", partner="RUS", flow="exports"
    ).value_usd_mn.tolist() == [99_000.0]
    assert build.differences(build.build(raw)) == []
    assert check.check_table("trade_recent") == check.check_folder() == []


def test_a_lost_vintage_stops_nothing_and_a_shrunken_one_does(vintage, project):
    raw = vintage()
    build.write(build.build(raw))
    smaller = vintage(
        "smaller",
        when="2026-02-01T00:00:00+00:00",
        edit=lambda flow, body: b"\n".join(body.splitlines()[:4]) + b"\n",
    )
    with pytest.raises(
        DataFileError,
        match=r"it would have 6 rows, and data/ has 9; gone .*KAZ, CHN, imports, 2023",
    ):
        build.build(smaller)
    assert set(build.build(smaller, fewer=["trade_recent"])) == {"trade_recent"}
    shutil.rmtree(raw.root / "imf_imts")
    assert build.build(raw) == {}
    assert len(load("trade_recent")) == 9


def test_views_reach_the_years_that_were_fetched(vintage, project, monkeypatch):
    build.write(build.build(vintage()))
    real = load
    own = {"trade_recent"}
    monkeypatch.setattr(
        views,
        "load",
        lambda table, **where: real(table, **where) if table in own else no_rows(where),
    )
    table = views.partners("CHN", year=2023).set_index("partner")
    assert table.loc["RUS", ["exports_usd_bn", "imports_usd_bn"]].tolist() == [99.0, 108.0]
    pair = views.pair_trade("KAZ", "RUS", source="imf_home")
    assert pair[["year", "exports_usd_bn"]].to_numpy().tolist() == [[2023, 9.0]]


@pytest.mark.parametrize(
    "record", ["{", "[]", "\xff", '{"fetched": 1, "files": []}', '{"fetched": "x", "files": [{}]}']
)
def test_a_damaged_record_is_told_in_words(vintage, record):
    raw = vintage()
    path = next(raw.root.glob("imf_imts/*/vintage.json"))
    path.write_text(record, encoding="latin-1")
    with pytest.raises(RawDataError, match=r"is not as a fetch wrote it.*fetch it again"):
        fetched_imts(raw)


def no_rows(where):
    """What a table of the years before holds of these countries: nothing, with the columns that
    views look for."""
    import pandas as pd

    columns = {
        "reporter": "str",
        "partner": "str",
        "flow": "str",
        "year": "int64",
        "value_usd_mn": "float64",
    }
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()}).assign(
        estimated=pd.Series(dtype=bool)
    )
