import hashlib
import json
import subprocess
from dataclasses import replace
from email.utils import formatdate
from time import time

import pytest

from analysis.errors import RawDataError
from analysis.sources.transport import RECORD, Transport, Wanted, new_vintage

BODY = b"year,value\n2023,1\n2024,2\n"
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def answers(server, reply):
    """Script the answers to the one address: replies, or what is given to make one."""

    def script(*scripted):
        server.script(
            "/a.csv", *(reply(**one) if isinstance(one, dict) else one for one in scripted)
        )
        return server

    return script


@pytest.fixture
def wanted(server):
    return lambda **options: Wanted(
        **{"url": f"{server.url}/a.csv", "name": "a.csv", "types": ("text/csv",), **options}
    )


@pytest.fixture
def refused(transport, wanted, tmp_path):
    """The words with which a fetch was refused, once nothing is seen to have been kept."""

    def got(asking=transport, **options):
        with pytest.raises(RawDataError) as told:
            asking.get(wanted(**options), tmp_path)
        assert list(tmp_path.iterdir()) == []
        return str(told.value)

    return got


WHOLE = {"body": BODY}


def test_a_file_comes_whole_with_its_hash(answers, wanted, transport, tmp_path):
    server = answers(WHOLE)
    received = transport.get(wanted(), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert (received.sha256, received.bytes) == (SHA256, len(BODY))
    assert server.asked[0][1]["User-Agent"].startswith("ballast/")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_trouble_is_waited_out(answers, wanted, transport, slept, tmp_path, status):
    answers({"body": b"later", "status": status}, WHOLE)
    transport.get(wanted(), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert len(slept) == 1


@pytest.mark.parametrize("sent", [10, 0])
def test_a_broken_answer_is_asked_for_again(answers, wanted, transport, tmp_path, sent):
    answers({"body": BODY, "sent": sent}, WHOLE)
    transport.get(wanted(), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("7", 7, 7),
        ("a date", 100, 200),
        *((asked, 2, 4) for asked in ("²", "-7", "soon", "nan", "1" * 40)),
        ("Thu, 01 Jan 99999 00:00", 2, 4),
    ],
)
def test_the_server_names_its_own_wait(
    answers, wanted, transport, slept, tmp_path, asked, least, most
):
    """A number or a date; where neither can be read, the wait is our own."""
    date = formatdate(time() + 200, usegmt=True)
    header = date if asked == "a date" else asked.encode().decode("latin-1")
    answers({"status": 503, "headers": {"Retry-After": header}}, WHOLE)
    transport.get(wanted(), tmp_path)
    assert least <= slept[0] <= most


def test_a_wait_that_is_too_long_ends_the_fetch(answers, refused, slept):
    answers({"status": 429, "headers": {"Retry-After": "86400"}})
    assert "asks for a wait of 86400 seconds" in refused()
    assert slept == []


def test_waits_double_and_are_lengthened_at_random(answers, refused, slept):
    server = answers({"status": 500})
    patient = Transport(attempts=4, first_wait=2.0, longest_wait=7.0, sleep=slept.append)
    assert "in 4 attempts; the last ended with: HTTP 500" in refused(patient)
    assert all(due <= wait <= due + 2 for wait, due in zip(slept, (2.0, 4.0, 7.0), strict=True))
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [202, 206, 400, 401, 403, 404, 410])
def test_a_refusal_is_not_repeated(answers, refused, slept, status):
    server = answers({"body": b"no", "status": status})
    assert f"answered HTTP {status}" in refused()
    assert (len(server.asked), slept) == (1, [])


def test_a_page_in_place_of_data_is_refused_and_quoted(answers, refused):
    answers({"body": b"<html>Are you a robot?</html>", "kind": "text/html; charset=utf-8"})
    said = refused()
    assert "'text/html', beginning b'<html>Are you a robot" in said
    assert "allowed: text/csv" in said


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Content-Length": None}, "does not say how long its answer is"),
        ({"Content-Encoding": "gzip"}, "a compressed file"),
        ({"Content-Length": "many"}, "could not be fetched"),
        ({"Content-Length": "-25"}, "could not be fetched"),
        ({"Location": "ftp://example.org/"}, "leads nowhere"),
        ({"Location": "/a.csv"}, "leads nowhere"),
    ],
    ids=["no length", "packed", "a length in words", "less than none", "elsewhere", "in a circle"],
)
def test_an_answer_that_cannot_be_vouched_for(answers, refused, headers, said):
    status = 302 if "Location" in headers else 200
    answers({"body": BODY, "status": status, "headers": headers})
    assert said in refused()


def test_a_servers_own_words_do_not_reach_the_terminal(server, reply, refused):
    bad = reply(b"\x1b[2J", status=404, reason="\x9b2J Gone", kind="text/\x9bhtml")
    server.script("/a.csv", bad, replace(bad, status=200))
    assert refused().isprintable()
    assert refused().isprintable()


@pytest.mark.parametrize(
    "headers", [{}, {"Transfer-Encoding": "chunked"}], ids=["by length", "in chunks"]
)
def test_an_answer_that_stays_truncated_leaves_nothing(answers, refused, headers):
    body = b"19\r\n" + BODY if headers else BODY
    server = answers({"body": body, "headers": headers, "sent": 12})
    assert "could not be fetched in 3 attempts" in refused()
    assert len(server.asked) == 3


def test_a_silent_server_is_given_up(answers, refused, slept):
    answers({"hangs": True})
    said = refused(Transport(timeout=0.1, attempts=2, sleep=slept.append))
    assert "in 2 attempts; the last ended with: ReadTimeout" in said


@pytest.mark.parametrize("drips", ["headers", "body"])
def test_a_dripping_server_is_given_up(answers, refused, drips):
    """Each byte comes in time, and all of them would take for ever."""
    answers({"body": BODY, "drips": drips})
    said = refused(Transport(timeout=5.0, attempts=1, longest=0.3))
    assert "had not come whole after 0.3 seconds" in said


def test_nobody_listening_is_an_error_in_words(server, refused):
    server.close()
    assert "could not be fetched in 3 attempts" in refused()


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"sha256": "0" * 64}, f"sha256 {SHA256}, expected 0000"),
        ({"md5": "0" * 32}, ", expected 0000"),
        ({"size": 24}, "25 bytes, expected 24"),
        ({"least": 100}, "25 bytes, expected at least 100"),
        ({"most": 20}, "sends more than 20 bytes"),
        ({"url": "file:///etc/hostname"}, "allowed: http"),
        ({"name": "../a.csv"}, "allowed: http"),
    ],
)
def test_a_file_that_is_not_the_one_wanted_is_not_kept(answers, refused, expected, said):
    answers(WHOLE)
    assert said in refused(**expected)


def test_what_is_there_is_never_overwritten(server, wanted, transport, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(RawDataError, match="never overwritten"):
        transport.get(wanted(), tmp_path)
    assert ((tmp_path / "a.csv").read_text(), server.asked) == ("mine", [])


def test_a_vintage_is_recorded(answers, wanted, transport, tmp_path):
    server, told = answers(WHOLE), []
    with new_vintage(
        tmp_path, "imf", "2026-01", when="then", transport=transport, progress=told.append
    ) as making:
        making.get(wanted())
        assert not (tmp_path / "imf").exists()
    record = json.loads((tmp_path / "imf" / "2026-01" / RECORD).read_text())
    assert record == {
        "source": "imf",
        "vintage": "2026-01",
        "fetched": "then",
        "files": [{"url": f"{server.url}/a.csv", "name": "a.csv", "sha256": SHA256, "bytes": 25}],
    }
    assert told == ["a.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["imf"]


@pytest.mark.parametrize("problem", [RawDataError("bad"), KeyboardInterrupt()])
def test_after_a_failure_the_old_data_stand(answers, wanted, transport, tmp_path, problem):
    old = tmp_path / "imf" / "2025" / "a.csv"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    answers(WHOLE)

    def failing():
        with new_vintage(tmp_path, "imf", "2026", when="then", transport=transport) as making:
            making.get(wanted())
            raise problem

    with pytest.raises(type(problem)):
        failing()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2025", "a.csv", "imf"]
    assert old.read_text() == "old"


def test_what_a_killed_fetch_left_is_swept_by_the_next(answers, wanted, transport, tmp_path):
    dead, alive = subprocess.Popen(["true"]), subprocess.Popen(["sleep", "60"])
    dead.wait()
    for process in (dead, alive):
        (tmp_path / f".fetching-imf-2026.{process.pid}").mkdir()
    (tmp_path / ".mine").mkdir()
    (tmp_path / f".backup-{dead.pid}").mkdir()
    answers(WHOLE)
    with new_vintage(tmp_path, "imf", "2026", when="", transport=transport) as making:
        making.get(wanted())
    alive.kill()
    alive.wait()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f".backup-{dead.pid}",
        f".fetching-imf-2026.{alive.pid}",
        ".mine",
        "imf",
    ]


@pytest.mark.parametrize("problem", [KeyError("x"), RecursionError("deep"), TypeError("\x1b[2J")])
def test_a_surprise_is_told_in_one_sentence(transport, tmp_path, problem):
    with (
        pytest.raises(RawDataError, match=r"imf: the answer .* was not foreseen") as told,
        new_vintage(tmp_path, "imf", "2026", when="", transport=transport),
    ):
        raise problem
    assert str(told.value).isprintable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026", "never overwritten"),
        *((name, "cannot be a folder") for name in ("../x", ".hidden", "", "a b", "x" * 300)),
    ],
)
def test_a_vintage_has_a_plain_name_of_its_own(transport, tmp_path, name, said):
    (tmp_path / "imf" / "2026").mkdir(parents=True)
    with (
        pytest.raises(RawDataError, match=said),
        new_vintage(tmp_path, "imf", name, when="", transport=transport),
    ):
        raise AssertionError("the block must not run")
