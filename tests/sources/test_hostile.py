"""Sixty answers that are wrong in ways drawn at random: nothing is kept, hung, or a traceback.

Another seed: BALLAST_SEED=7 pytest -m slow tests/sources/test_hostile.py
"""

import json
import os
import random
import time
from dataclasses import replace

import pytest

from analysis.errors import RawDataError
from analysis.sources.fetch import FEEDS
from analysis.sources.transport import Transport, new_vintage

SEED = int(os.environ.get("BALLAST_SEED", "20261129"))
ANSWERS = 60
PATIENCE = 20.0
"""Seconds; each attempt is given up after two."""
FEED_TYPES = {
    "imf_imts": "application/vnd.sdmx.data+csv",
    "worldbank": "application/json",
    "unga": "application/json",
    "comtrade_hs": "application/json",
}
VALUES = [None, True, -1, 10**400, float("nan"), float("inf"), "", "x", "\x1b[2J", [], {}, "2022"]
HEADERS = {
    "Content-Length": ["0", "-1", "many", "99999999999", None],
    "Content-Type": ["text/html", "", "\x9b2J", "application/json; charset=\x9b"],
    "Content-Encoding": ["gzip", "br", "\x9b"],
    "Transfer-Encoding": ["chunked", "gzip", "x"],
    "Content-Range": ["bytes 0-1/2", "bytes x", ""],
    "Location": ["/", "ftp://x/", "//", "http://[", "\x9b"],
    "Retry-After": ["99999999", "\u00b2", "never", "-1"],
}
STATUSES = [100, 199, 202, 204, 206, 301, 302, 304, 307, 400, 404, 416, 429, 500, 503, 599, 999]


def scrambled(draw, value):
    """A JSON value with something in it replaced, dropped, repeated or nested."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        key = draw.choice(sorted(value))
        return value | {key: scrambled(draw, value[key])}
    if isinstance(value, list) and value and draw.random() < 0.8:
        place = draw.randrange(len(value))
        return [*value[:place], scrambled(draw, value[place]), *value[place + 1 :]]
    return draw.choice(VALUES)


def cut_or_changed(draw, body):
    """Bytes cut, doubled, with one replaced, nested deep, or made large."""
    place = draw.randrange(1, len(body))
    return draw.choice(
        [
            body[:place],
            body + body,
            body[:place] + bytes([draw.randrange(256)]) + body[place:],
            b"[" * 100_000,
            b"\xef\xbb\xbf\x00" + body,
            b"",
            b"," * 200_000,
            b"[" + b"0," * 6_000_000,
        ]
    )


def answer(draw, reply, body, kind):
    """One hostile answer to a request whose good answer is known."""
    how = draw.choice(["value", "bytes", "header", "status", "drip", "cut", "silent"])
    if how == "value" and kind == "application/json":
        return reply(json.dumps(scrambled(draw, json.loads(body))).encode(), kind=kind)
    if how == "header":
        name = draw.choice(sorted(HEADERS))
        value = draw.choice(HEADERS[name])
        status = 302 if name == "Location" else draw.choice([200, 206, 503])
        headers = {name: value if value is None else value.encode("utf-8").decode("latin-1")}
        return reply(cut_or_changed(draw, body), kind=kind, status=status, headers=headers)
    if how == "status":
        return reply(body, kind=kind, status=draw.choice(STATUSES), reason="\x9b2J")
    if how == "drip":
        return reply(body, kind=kind, drips=draw.choice(["headers", "body"]))
    if how == "silent":
        return reply(hangs=True)
    if how == "cut":
        return reply(body, kind=kind, sent=draw.randrange(len(body)))
    return reply(cut_or_changed(draw, body), kind=kind)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(ANSWERS))
def test_a_hostile_answer_is_refused_in_words(server, reply, specimen, tmp_path, number):
    draw = random.Random(f"{SEED} {number}")
    key = draw.choice(sorted(FEED_TYPES))
    good = {
        "imf_imts": "imts_exports_2023.csv",
        "worldbank": "wdi_page_1.json",
        "unga": "dataverse_dataset.json",
        "comtrade_hs": "comtrade_exports_2023.json",
    }[key]
    feed = replace(FEEDS[key], base=server.url, fewest=1)
    years = range(2022, 2024) if key == "worldbank" else range(2023, 2024)
    path = feed.plan(feed, years)[0].url.removeprefix(server.url)
    bad = answer(draw, reply, specimen(good), FEED_TYPES[key])
    server.script(path, *[bad] * draw.choice([1, 3]))
    hasty = Transport(timeout=0.5, longest=2.0, attempts=2, first_wait=0.01)
    began = time.monotonic()
    with (
        pytest.raises(RawDataError) as told,
        new_vintage(tmp_path, feed.key, "v1", when="then", transport=hasty) as making,
    ):
        feed.fetch(making, feed, years)
    assert time.monotonic() - began < PATIENCE
    assert list(tmp_path.iterdir()) == []
    assert str(told.value).isprintable()
