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


def wanted(server, **options):
    return Wanted(
        **{"url": f"{server.url}/a.csv", "name": "a.csv", "types": ("text/csv",), **options}
    )


def test_a_file_comes_whole_with_its_hash(server, reply, transport, tmp_path):
    server.script("/a.csv", reply(BODY))
    received = transport.get(wanted(server), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert (received.sha256, received.bytes) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert server.asked[0][1]["User-Agent"].startswith("ballast/")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_trouble_is_waited_out(server, reply, transport, slept, tmp_path, status):
    server.script("/a.csv", reply(b"later", status=status), reply(BODY))
    transport.get(wanted(server), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert len(slept) == 1


def test_the_server_names_its_own_wait(server, reply, transport, slept, tmp_path):
    server.script("/a.csv", reply(status=429, headers={"Retry-After": "7"}), reply(BODY))
    transport.get(wanted(server), tmp_path)
    assert slept == [7.0]


def test_the_server_names_a_date(server, reply, transport, slept, tmp_path):
    late = reply(status=503, headers={"Retry-After": formatdate(time() + 30, usegmt=True)})
    server.script("/a.csv", late, reply(BODY))
    transport.get(wanted(server), tmp_path)
    assert slept == [pytest.approx(30.0, abs=2)]


@pytest.mark.parametrize("asked", ["²", "-7", "soon", "nan", "1" * 40, "Thu, 01 Jan 99999 00:00"])
def test_a_wait_that_cannot_be_read_is_our_own(server, reply, transport, slept, tmp_path, asked):
    header = asked.encode().decode("latin-1")
    server.script("/a.csv", reply(status=503, headers={"Retry-After": header}), reply(BODY))
    transport.get(wanted(server), tmp_path)
    assert 1.0 <= slept[0] <= 2.0


def test_a_wait_that_is_too_long_ends_the_fetch(server, reply, transport, slept, tmp_path):
    server.script("/a.csv", reply(status=429, headers={"Retry-After": "86400"}))
    with pytest.raises(RawDataError, match="asks for a wait of 86400 seconds"):
        transport.get(wanted(server), tmp_path)
    assert slept == []
    assert list(tmp_path.iterdir()) == []


def test_waits_double_and_are_shortened_by_a_seeded_share(server, reply, tmp_path):
    server.script("/a.csv", reply(status=500))
    waits = []
    for seed in (3, 3, 4):
        slept = []
        with pytest.raises(RawDataError, match=r"in 4 attempts.*HTTP 500"):
            Transport(attempts=4, first_wait=2.0, seed=seed, sleep=slept.append).get(
                wanted(server), tmp_path
            )
        waits.append(slept)
    assert waits[0] == waits[1] != waits[2]
    assert all(due / 2 <= wait <= due for wait, due in zip(waits[0], (2.0, 4.0, 8.0), strict=True))
    assert len(server.asked) == 12
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_not_repeated(server, reply, transport, slept, tmp_path, status):
    server.script("/a.csv", reply(b"no", status=status))
    with pytest.raises(RawDataError, match=f"answered HTTP {status}"):
        transport.get(wanted(server), tmp_path)
    assert (len(server.asked), slept) == (1, [])


def test_a_page_in_place_of_data_is_refused_and_quoted(server, reply, transport, tmp_path):
    server.script(
        "/a.csv", reply(b"<html>Are you a robot?</html>", kind="text/html; charset=utf-8")
    )
    with pytest.raises(
        RawDataError, match=r"'text/html', beginning b'<html>Are you a robot.*allowed: text/csv"
    ):
        transport.get(wanted(server), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_accepted_challenge_is_no_data(server, reply, transport, tmp_path):
    server.script("/a.csv", reply(b"", status=202))
    with pytest.raises(RawDataError, match="answered HTTP 202"):
        transport.get(wanted(server), tmp_path)


def test_a_broken_answer_is_resumed_where_the_server_marks_the_file(
    server, reply, transport, tmp_path
):
    marks = {"Accept-Ranges": "bytes", "ETag": '"v1"'}
    rest = reply(
        BODY[10:],
        status=206,
        headers={**marks, "Content-Range": f"bytes 10-{len(BODY) - 1}/{len(BODY)}"},
    )
    server.script("/a.csv", reply(BODY, headers=marks, sent=10), rest)
    transport.get(wanted(server), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY
    again = server.asked[1][1]
    assert (again["Range"], again["If-Range"]) == ("bytes=10-", '"v1"')


def test_a_file_that_changed_meanwhile_starts_again(server, reply, transport, tmp_path):
    old, new = (
        {"Accept-Ranges": "bytes", "ETag": '"v1"'},
        {"Accept-Ranges": "bytes", "ETag": '"v2"'},
    )
    server.script("/a.csv", reply(b"x" * 40, headers=old, sent=10), reply(BODY, headers=new))
    transport.get(wanted(server), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (206, {"ETag": '"v1"', "Content-Range": "bytes 3-24/25"}),
        (206, {"ETag": '"v1"'}),
        (206, {"ETag": '"v2"', "Content-Range": "bytes 10-13/14"}),
        (206, {"Content-Range": "bytes 10-13/14"}),
        (206, {"ETag": '"v1"', "Content-Range": "bytes 10-13/9999"}),
        (416, {}),
    ],
    ids=["wrong place", "no place", "another ETag", "no ETag", "cut again", "beyond the end"],
)
def test_a_bad_resumption_starts_again(server, reply, transport, tmp_path, status, headers):
    marks = {"Accept-Ranges": "bytes", "ETag": '"v1"'}
    bad = reply(b"junk", status=status, headers=headers)
    server.script("/a.csv", reply(BODY, headers=marks, sent=10), bad, reply(BODY))
    transport.get(wanted(server), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert "Range" not in server.asked[2][1]


def test_without_a_mark_nothing_is_resumed(server, reply, transport, tmp_path):
    server.script("/a.csv", reply(BODY, sent=10), reply(BODY))
    transport.get(wanted(server), tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert "Range" not in server.asked[1][1]


@pytest.mark.parametrize("headers", [{"ETag": 'W/"v1"'}, {"Last-Modified": "today"}])
def test_a_weak_mark_is_none(server, reply, transport, tmp_path, headers):
    server.script("/a.csv", reply(BODY, headers=headers | {"Accept-Ranges": "bytes"}, sent=10))
    with pytest.raises(RawDataError, match="in 3 attempts"):
        transport.get(wanted(server), tmp_path)
    assert all("Range" not in headers for _, headers in server.asked)


def test_a_part_that_was_not_asked_for_is_refused(server, reply, transport, tmp_path):
    headers = {"Content-Range": f"bytes 0-{len(BODY) - 1}/99"}
    server.script("/a.csv", reply(BODY, status=206, headers=headers))
    with pytest.raises(RawDataError, match="resumed another place"):
        transport.get(wanted(server), tmp_path)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Content-Length": None}, "does not say how long its answer is"),
        ({"Content-Encoding": "gzip"}, "a compressed file"),
        ({"Content-Length": "many"}, "could not be fetched"),
        ({"Content-Length": "-25"}, "could not be fetched"),
        ({"Location": "ftp://example.org/", "status": 302}, "leads nowhere"),
        ({"Location": "/a.csv", "status": 302}, "leads nowhere"),
    ],
    ids=["no length", "packed", "a length in words", "less than none", "elsewhere", "in a circle"],
)
def test_an_answer_that_cannot_be_vouched_for(server, reply, transport, tmp_path, headers, said):
    status = headers.get("status", 200)
    sent = {name: value for name, value in headers.items() if name != "status"}
    server.script("/a.csv", reply(BODY, status=status, headers=sent))
    with pytest.raises(RawDataError, match=said):
        transport.get(wanted(server), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_servers_own_words_do_not_reach_the_terminal(server, reply, transport, tmp_path):
    bad = reply(b"\x1b[2J", status=404, reason="\x9b2J Gone", kind="text/\x9bhtml")
    server.script("/a.csv", bad, replace(bad, status=200))
    for _ in range(2):
        with pytest.raises(RawDataError) as caught:
            transport.get(wanted(server), tmp_path)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "headers", [{}, {"Transfer-Encoding": "chunked"}], ids=["by length", "in chunks"]
)
def test_an_answer_that_stays_truncated_leaves_nothing(server, reply, transport, tmp_path, headers):
    body = b"19\r\n" + BODY if headers else BODY
    server.script("/a.csv", reply(body, headers=headers, sent=12))
    with pytest.raises(RawDataError, match="could not be fetched in 3 attempts"):
        transport.get(wanted(server), tmp_path)
    assert len(server.asked) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_silent_server_is_given_up(server, reply, slept, tmp_path):
    server.script("/a.csv", reply(hangs=True))
    with pytest.raises(RawDataError, match=r"in 2 attempts.*ReadTimeout"):
        Transport(timeout=0.1, attempts=2, sleep=slept.append).get(wanted(server), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("drips", "limit", "said"),
    [("headers", "headers_within", "had not begun"), ("body", "longest", "had not come whole")],
)
def test_a_dripping_server_is_given_up(server, reply, slept, tmp_path, drips, limit, said):
    """Each byte comes in time, and all of them would take for ever."""
    server.script("/a.csv", reply(BODY, drips=drips))
    slow = Transport(timeout=5.0, attempts=1, **{limit: 0.3})
    with pytest.raises(RawDataError, match=f"{said} after 0.3 seconds"):
        slow.get(wanted(server), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nobody_listening_is_an_error_in_words(server, transport, tmp_path):
    address = wanted(server)
    server.close()
    with pytest.raises(RawDataError, match="could not be fetched in 3 attempts"):
        transport.get(address, tmp_path)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"sha256": "0" * 64}, "sha256 .* expected 0000"),
        ({"md5": "0" * 32}, "md5 .* expected 0000"),
        ({"size": 24}, "25 bytes, expected 24"),
        ({"least": 100}, "25 bytes, expected at least 100"),
        ({"most": 20}, "sends more than 20 bytes"),
    ],
)
def test_a_file_that_is_not_the_one_wanted_is_not_kept(
    server, reply, transport, tmp_path, expected, said
):
    server.script("/a.csv", reply(BODY))
    with pytest.raises(RawDataError, match=said):
        transport.get(wanted(server, **expected), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten(server, transport, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(RawDataError, match="never overwritten"):
        transport.get(wanted(server), tmp_path)
    assert ((tmp_path / "a.csv").read_text(), server.asked) == ("mine", [])


@pytest.mark.parametrize("change", [{"url": "file:///etc/hostname"}, {"name": "../a.csv"}])
def test_only_web_addresses_and_plain_names(server, transport, tmp_path, change):
    with pytest.raises(RawDataError, match="allowed: http"):
        transport.get(wanted(server, **change), tmp_path)


def test_a_vintage_is_recorded(server, reply, transport, tmp_path):
    server.script("/a.csv", reply(BODY))
    told = []
    with new_vintage(
        tmp_path, "imf", "2026-01", when="then", transport=transport, progress=told.append
    ) as making:
        making.get(wanted(server))
        assert not (tmp_path / "imf").exists()
    record = json.loads((tmp_path / "imf" / "2026-01" / RECORD).read_text())
    assert (record["source"], record["vintage"], record["fetched"]) == ("imf", "2026-01", "then")
    digest = hashlib.sha256(BODY).hexdigest()
    assert record["files"] == [
        {"url": f"{server.url}/a.csv", "name": "a.csv", "sha256": digest, "bytes": len(BODY)}
    ]
    assert told == ["a.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["imf"]


@pytest.mark.parametrize("problem", [RawDataError("bad"), KeyboardInterrupt()])
def test_after_a_failure_the_old_data_stand(server, reply, transport, tmp_path, problem):
    old = tmp_path / "imf" / "2025" / "a.csv"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    server.script("/a.csv", reply(BODY))

    def failing():
        with new_vintage(tmp_path, "imf", "2026", when="then", transport=transport) as making:
            making.get(wanted(server))
            raise problem

    with pytest.raises(type(problem)):
        failing()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2025", "a.csv", "imf"]
    assert old.read_text() == "old"


def test_what_a_killed_fetch_left_is_swept_by_the_next(server, reply, transport, tmp_path):
    dead, alive = subprocess.Popen(["true"]), subprocess.Popen(["sleep", "60"])
    dead.wait()
    for process in (dead, alive):
        (tmp_path / f".fetching-imf-2026.{process.pid}").mkdir()
    (tmp_path / ".mine").mkdir()
    (tmp_path / f".backup-{dead.pid}").mkdir()
    server.script("/a.csv", reply(BODY))
    with new_vintage(tmp_path, "imf", "2026", when="", transport=transport) as making:
        making.get(wanted(server))
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
        pytest.raises(
            RawDataError, match="imf: the answer has a form that was not foreseen"
        ) as told,
        new_vintage(tmp_path, "imf", "2026", when="", transport=transport),
    ):
        raise problem
    assert str(told.value).isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_vintage_is_never_overwritten(server, transport, tmp_path):
    (tmp_path / "imf" / "2026").mkdir(parents=True)
    with (
        pytest.raises(RawDataError, match="never overwritten"),
        new_vintage(tmp_path, "imf", "2026", when="", transport=transport),
    ):
        raise AssertionError("the block must not run")


@pytest.mark.parametrize("name", ["../elsewhere", ".hidden", "", "a b", "x" * 300])
def test_a_vintage_has_a_plain_name(transport, tmp_path, name):
    with (
        pytest.raises(RawDataError, match="cannot be a folder"),
        new_vintage(tmp_path, "imf", name, when="", transport=transport),
    ):
        raise AssertionError("the block must not run")
