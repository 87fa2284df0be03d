import json
from dataclasses import replace

import pytest

from analysis.errors import RawDataError
from analysis.sources.fetch import FEEDS, WDI
from analysis.sources.transport import new_vintage

SDMX = "application/vnd.sdmx.data+csv;version=1.0.0;charset=utf-8"
JSON = "application/json; charset=utf-8"
YEAR = range(2023, 2024)
YEARS = {"worldbank": range(2022, 2024)}


@pytest.fixture
def taken(transport, tmp_path):
    """Fetch a feed and name the files that are there afterwards."""

    def names(feed):
        folder = tmp_path / feed.key / "v1"
        with new_vintage(tmp_path, feed.key, "v1", when="then", transport=transport) as making:
            feed.fetch(making, feed, YEARS.get(feed.key, YEAR))
        return sorted(path.name for path in folder.iterdir())

    return names


@pytest.fixture
def refused(taken, tmp_path):
    """Fetch a feed that is refused in such words, and see that nothing is kept."""

    def told(feed, said):
        with pytest.raises(RawDataError, match=said):
            taken(feed)
        assert list(tmp_path.iterdir()) == []

    return told


def local(key, server):
    return replace(FEEDS[key], base=server.url, fewest=1)


def imts_path(flow):
    return f"/data/IMF.STA,IMTS/.{flow}..A?startPeriod=2023&endPeriod=2023"


@pytest.fixture
def imts(server, reply, specimen):
    """Script both flows of 2023; a changed text replaces the answer for exports."""

    def script(exports=None, kind=SDMX):
        body = specimen("imts_exports_2023.csv") if exports is None else exports
        server.script(imts_path("XG_FOB_USD"), reply(body, kind=kind))
        server.script(imts_path("MG_CIF_USD"), reply(specimen("imts_imports_2023.csv"), kind=SDMX))
        return local("imf_imts", server)

    return script


def test_imts_comes_by_flow_and_year(imts, taken, server, specimen, tmp_path):
    assert taken(imts()) == ["MG_CIF_USD_2023.csv", "XG_FOB_USD_2023.csv", "vintage.json"]
    kept = tmp_path / "imf_imts" / "v1" / "XG_FOB_USD_2023.csv"
    assert kept.read_bytes() == specimen("imts_exports_2023.csv")
    assert server.asked[0][1]["Accept"] == "application/vnd.sdmx.data+csv;version=1.0.0"


def test_imts_is_asked_for_every_pair_at_the_documented_address():
    feed = FEEDS["imf_imts"]
    urls = [wanted.url for wanted in feed.plan(feed, range(2021, 2023))]
    start = "https://api.imf.org/external/sdmx/2.1/data/IMF.STA,IMTS/"
    assert urls == [
        f"{start}.{flow}..A?startPeriod={year}&endPeriod={year}"
        for year in (2021, 2022)
        for flow in ("XG_FOB_USD", "MG_CIF_USD")
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"COUNTERPART_COUNTRY", b"PARTNER", r"lacks the columns \['COUNTERPART_COUNTRY'\]"),
        (b"OBS_VALUE", b"VALUE", r"lacks the columns \['OBS_VALUE'\]"),
        (b",2023,", b",2022,", "7 rows of another flow, year or frequency"),
        (b",XG_FOB_USD,", b",TBG_USD,", "7 rows of another flow"),
        (b",A,2023", b",M,2023", "7 rows of another flow"),
        (b"101000000000", b"101 bn", "1 rows whose value is no number"),
        (b"101000000000", b"-5", "1 rows with a negative or infinite value"),
        (b"101000000000", b"inf", "1 rows with a negative or infinite value"),
        (b"RUS,XG_FOB_USD,KAZ", b"RUS,XG_FOB_USD,CHN", "1 rows that repeat a pair"),
        (b"RUS,XG_FOB_USD,KAZ", b"RUS,XG_FOB_USD,", "1 rows without a country"),
        (b"DERIVATION_TYPE", b"DERIVATION_TYPE,OBS_VALUE", r"\['OBS_VALUE'\], or has one twice"),
        (b"DATAFLOW", b"A," * 10_000, "lacks the columns of a header that can be read"),
    ],
)
def test_imts_that_changed_is_refused(imts, refused, specimen, old, new, said):
    refused(imts(specimen("imts_exports_2023.csv").replace(old, new)), said)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b'a,b\n1,"2'], ids=["no text", "no table"])
def test_imts_that_is_no_table_is_refused(imts, refused, body):
    refused(imts(body), "cannot be read")


def test_imts_with_too_few_rows_is_refused(imts, refused):
    few = replace(imts(), fewest=FEEDS["imf_imts"].fewest)
    refused(few, "6 values, fewer than 10000")


def test_an_error_page_of_the_imf_is_refused(imts, refused):
    refused(imts(b"<error/>", kind="application/xml"), "'application/xml'")


def wdi_path(indicator, page):
    return (
        f"/country/all/indicator/{indicator}?format=json&date=2022:2023&per_page=5000&page={page}"
    )


@pytest.fixture
def worldbank(server, reply, specimen):
    """Script every indicator with two pages; ``change`` edits the second page of the first
    indicator, and ``body`` replaces its first."""

    def script(change=lambda page: page, body=None):
        for indicator in WDI:
            pages = [specimen(f"wdi_page_{number}.json", parsed=True) for number in (1, 2)]
            for row in pages[0][1] + pages[1][1]:
                row["indicator"]["id"] = indicator
            if indicator == WDI[0]:
                pages[1] = change(pages[1])
            for number, page in enumerate(pages, start=1):
                said = reply(json.dumps(page).encode(), kind=JSON)
                server.script(wdi_path(indicator, number), said)
        if body is not None:
            server.script(wdi_path(WDI[0], 1), reply(body, kind=JSON))
        return local("worldbank", server)

    return script


def test_world_bank_pages_are_turned_to_the_last(worldbank, taken):
    names = sorted(f"{indicator}.page-00{page}.json" for indicator in WDI for page in (1, 2))
    assert taken(worldbank()) == [*names, "vintage.json"]


def headed(**changes):
    return lambda page: [page[0] | changes, page[1]]


def each(**changes):
    return lambda page: [page[0], [row | changes for row in page[1]]]


def renamed(page):
    rows = [{("when" if key == "date" else key): row[key] for key in row} for row in page[1]]
    return [page[0], rows]


def first_page_again(page):
    row = page[1][0] | {"country": {"id": "CN"}, "countryiso3code": "CHN"}
    return [page[0], [row | {"date": year} for year in ("2022", "2023")]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (headed(lastupdated="2026-11-01"), r"revised while .* \(\['lastupdated'\] changed\)"),
        (headed(total=10**9, pages=3), r"revised while .* \(\['pages', 'total'\] changed\)"),
        (headed(page=1), r"headers of the pages \[1, 1\] of 2"),
        (headed(pages=10**6), r"revised while .* \(\['pages'\] changed\)"),
        (headed(pages="three"), "no page of data .*'three' as the answer, header, pages"),
        (headed(total=None), "no page of data .*None as the answer, header, total"),
        (lambda page: [page[0], page[1][:1]], "4 rows; 5 were announced"),
        (renamed, "no page of data .*no date in the answer, rows 1"),
        (lambda page: page[1], "is no page of data"),
        (lambda page: [page[0], ["x"]], "is no page of data"),
        (lambda page: [page[0], 7], "is no page of data"),
        (lambda page: [7, page[1]], "is no page of data"),
        (lambda page: 7, "not foreseen"),
        (first_page_again, "2 rows more of a country and year that is there already"),
        (each(indicator={"id": "SP.POP.TOTL"}), "2 rows of another indicator"),
        (each(date="1950"), "2 rows of a year that was not asked for"),
        (each(date="MRV"), "2 rows of a year that was not asked for"),
        (each(value=-5.0), "2 rows with a value below zero or beyond any economy"),
        (each(value=1e18), "2 rows with a value below zero or beyond any economy"),
        (each(value=True), "no page of data .*True as the answer, rows 1, value"),
        (each(value="1.5 trillion"), "no page of data .*'1.5 trillion' as the answer"),
        (each(value=float("nan")), "NaN is no JSON"),
        (each(country=None), "no page of data .*no keys in the answer, rows 1, country"),
        (each(country={"id": ""}), "2 rows without a country"),
    ],
)
def test_world_bank_pages_that_do_not_fit_are_refused(worldbank, refused, change, said):
    refused(worldbank(change), said)


def test_world_bank_without_any_value_is_refused(worldbank, server, reply, refused):
    feed = worldbank()
    for path, replies in list(server.replies.items()):
        body = json.dumps(each(value=None)(json.loads(replies[0].body))).encode()
        server.script(path, reply(body, kind=JSON))
    refused(feed, "fewer values than 1 are above zero")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[" * 200_000, "not foreseen"),
        (b"[" + b"0," * 10**7, "sends more than 10,000,000 bytes"),
        ("wdi_message.json", "is no page of data but .*Invalid value"),
        (b"[{", "is no JSON"),
    ],
    ids=["deep", "large", "message", "cut"],
)
def test_what_is_no_page_of_the_world_bank_is_refused(worldbank, refused, specimen, body, said):
    refused(worldbank(body=specimen(body) if isinstance(body, str) else body), said)


@pytest.fixture
def unga(server, reply, specimen):
    """Script the data set and its two files; ``listed`` replaces the list."""

    def script(listed=None, votes=None):
        listed = specimen("dataverse_dataset.json", parsed=True) if listed is None else listed
        path = "/datasets/:persistentId/?persistentId=doi:10.7910%2FDVN%2FLEJUQZ"
        server.script(path, reply(json.dumps(listed).encode(), kind=JSON))
        body = specimen("dataverse_votes.csv") if votes is None else votes
        server.script("/access/datafile/12", reply(body))
        points = reply(specimen("dataverse_ideal_points.csv"))
        server.script("/access/datafile/13?format=original", points)
        return local("unga", server)

    return script


def test_roll_calls_and_ideal_points_come_as_deposited(unga, taken, specimen, tmp_path):
    assert taken(unga()) == [
        "IdealpointestimatesAll.csv",
        "UNVotes.csv",
        "dataset.json",
        "vintage.json",
    ]
    kept = tmp_path / "unga" / "v1" / "IdealpointestimatesAll.csv"
    assert kept.read_bytes() == specimen("dataverse_ideal_points.csv")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"rcid,session,ccode,vote\n9001,79,365,3\n9001,79,710,2\n", "md5 "),
        (b"rcid,vote\n", "10 bytes, expected 52"),
    ],
    ids=["another vote", "shorter"],
)
def test_a_file_unlike_its_entry_is_refused(unga, refused, body, said):
    refused(unga(votes=body), said)


def test_a_list_of_another_form_or_without_votes_is_refused(unga, refused, specimen):
    refused(unga({"status": "OK"}), "no page of data .*no data in the answer")
    listed = specimen("dataverse_dataset.json", parsed=True)
    del listed["data"]["latestVersion"]["files"][1]
    refused(unga(listed), "names no file of votes")


def comtrade_path(flow):
    codes = "reporterCode=156&partnerCode=643&partner2Code=0&customsCode=C00&motCode=0"
    return f"/preview/C/A/HS?{codes}&period=2023&flowCode={flow}&cmdCode=TOTAL,AG2&maxRecords=500"


@pytest.fixture
def comtrade(server, reply, specimen):
    """Script both flows of 2023; ``change`` edits the answer for exports."""

    def script(change=lambda answer: answer):
        answer = change(specimen("comtrade_exports_2023.json", parsed=True))
        server.script(comtrade_path("X"), reply(json.dumps(answer).encode(), kind=JSON))
        imports = specimen("comtrade_imports_2023.json")
        server.script(comtrade_path("M"), reply(imports, kind=JSON))
        return local("comtrade_hs", server)

    return script


def test_chapters_of_the_pair_come_by_flow_and_year(comtrade, taken, specimen, tmp_path):
    assert taken(comtrade()) == ["M_2023.json", "X_2023.json", "vintage.json"]
    kept = json.loads((tmp_path / "comtrade_hs" / "v1" / "X_2023.json").read_text())
    assert kept == specimen("comtrade_exports_2023.json", parsed=True)


def test_the_pair_is_asked_for_at_the_public_preview():
    feed = FEEDS["comtrade_hs"]
    urls = [wanted.url for wanted in feed.plan(feed, YEAR)]
    assert urls == [f"https://comtradeapi.un.org/public/v1{comtrade_path(flow)}" for flow in "XM"]


def rows(**changes):
    """Change every row of an answer."""
    return lambda answer: answer | {"data": [row | changes for row in answer["data"]]}


def last(**changes):
    """Change the last row of an answer, HS 85 of 400 dollars."""
    return lambda answer: answer | {"data": [*answer["data"][:-1], answer["data"][-1] | changes]}


def nameless(answer):
    del answer["data"][2]["flowCode"]
    return answer


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (rows(reporterCode=643), "4 rows that were not asked for"),
        (rows(reporterCode="156"), "no page of data .*'156' as the answer, data 1, reporterCode"),
        (rows(partnerCode=0), "4 rows that were not asked for"),
        (rows(flowCode="M"), "4 rows that were not asked for"),
        (rows(period="2022"), "4 rows that were not asked for"),
        (rows(freqCode="M"), "4 rows that were not asked for"),
        (last(motCode=2100), "1 rows that were not asked for"),
        (last(customsCode="C04"), "1 rows that were not asked for"),
        (last(partner2Code=156), "1 rows that were not asked for"),
        (last(cmdCode="8517"), r"1 codes that are no chapter, first '8517'"),
        (last(cmdCode="1"), "1 codes that are no chapter, first '1'"),
        (last(cmdCode="84"), "1 codes that repeat, first '84'"),
        (last(cmdCode=85), "no page of data .*85 as the answer, data 4, cmdCode"),
        (last(classificationCode="H5"), "2 editions where one is meant"),
        (rows(classificationCode="S4"), "1 unknown editions, first 'S4'"),
        (rows(primaryValue=0), "chapters add up to 0 and the total is 0"),
        (last(primaryValue=40.0), r"chapters add up to 640 and the total is 1,000"),
        (last(cmdCode="TOTAL"), "1 codes that repeat, first 'TOTAL'"),
        (last(primaryValue=-400.0), "1 values that are no amounts, first -400"),
        (last(primaryValue="400"), "no page of data .*'400' as the answer"),
        (last(primaryValue=True), "no page of data .*True as the answer"),
        (last(primaryValue=None), "no page of data .*None as the answer"),
        (last(primaryValue=float("nan")), "NaN is no JSON"),
        (last(primaryValue=4e13), "1 values that are no amounts"),
        (last(primaryValue=10**400), "not foreseen"),
        (last(netWgt=-1), "1 values that are no amounts"),
        (lambda answer: answer | {"data": answer["data"][:-1]}, "3 rows; 4 were announced"),
        (
            lambda answer: answer | {"data": answer["data"] * 125, "count": 500},
            "500 rows; 500 were announced, and 500 may be cut",
        ),
        (lambda answer: answer["data"], "is no page of data"),
        (lambda answer: answer | {"data": [], "count": 0}, "0 chapters, fewer than 1"),
        (lambda answer: answer | {"data": ["x"], "count": 1}, "is no page of data"),
        (lambda answer: {"statusCode": 429, "message": "Rate limit"}, "is no page .*Rate limit"),
        (lambda answer: {"data": answer["data"]}, "no page of data .*no count in the answer"),
        (nameless, "no page of data .*no flowCode in the answer, data 3"),
    ],
)
def test_chapters_that_do_not_fit_are_refused(comtrade, refused, change, said):
    refused(comtrade(change), said)


def test_a_comtrade_message_is_no_data(comtrade, refused, specimen):
    message = specimen("comtrade_message.json", parsed=True)
    refused(comtrade(lambda _: message), r"is no page of data but .*Invalid parameter")


def test_too_few_chapters_are_refused(comtrade, refused):
    refused(replace(comtrade(), fewest=4), "3 chapters, fewer than 4")
