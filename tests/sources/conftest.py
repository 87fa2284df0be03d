import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from analysis.sources.transport import Transport

SPECIMENS = Path(__file__).parent / "specimens"


@dataclass
class Reply:
    """One answer: ``sent`` bytes of the body are really sent; ``hangs`` sends nothing until the
    test is over; ``drips`` sends the headers or the body byte by byte. A header of None is not
    sent."""

    body: bytes = b""
    kind: str = "text/csv"
    status: int = 200
    reason: str | None = None
    drips: str = ""
    headers: dict = field(default_factory=dict)
    sent: int | None = None
    hangs: bool = False


class Server:
    """A local publisher that answers each address as scripted; the last answer is given again."""

    def __init__(self):
        self.replies, self.asked, self.over = {}, [], threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.asked.append((self.path, dict(self.headers)))
                scripted = outer.replies.get(self.path, [Reply(b"no such page", status=404)])
                outer.answer(self, scripted.pop(0) if len(scripted) > 1 else scripted[0])

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, handler, reply):
        if reply.hangs:
            self.over.wait(30)
            handler.close_connection = True
            return
        handler.close_connection = True
        if reply.drips == "headers":
            self.drip(handler, b"HTTP/1.1 200 OK\r\n" + b"X-Wait: 1\r\n" * 500)
            return
        handler.send_response(reply.status, reply.reason)
        headers = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body))}
        headers["Connection"] = "close"
        if "Transfer-Encoding" in reply.headers:
            del headers["Content-Length"]
        for name, value in (headers | reply.headers).items():
            if value is not None:
                handler.send_header(name, value)
        handler.end_headers()
        if reply.drips == "body":
            self.drip(handler, reply.body)
        else:
            handler.wfile.write(reply.body[: reply.sent])

    def drip(self, handler, content):
        with suppress(OSError):
            for byte in content:
                handler.wfile.write(bytes([byte]))
                self.over.wait(0.02)

    def script(self, path, *replies):
        self.replies[path] = list(replies)

    def close(self):
        self.over.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Server()
    yield running
    running.close()


@pytest.fixture
def reply():
    return Reply


@pytest.fixture
def slept():
    """The waits that were asked of the transport, in seconds."""
    return []


@pytest.fixture
def transport(slept):
    return Transport(timeout=5.0, attempts=3, sleep=slept.append)


@pytest.fixture
def specimen():
    """Bytes of a recorded answer, or its JSON where ``parsed`` is asked for."""

    def read(name, *, parsed=False):
        text = (SPECIMENS / name).read_bytes()
        return json.loads(text) if parsed else text

    return read
