"""The open loop: latencies count from when a request was due, and nothing but loopback is asked."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.asker import Job, carry_out

STALL_S = 0.6


class _Stalling(BaseHTTPRequestHandler):
    """Answers at once, but everybody waits while `/stall` is being answered."""

    protocol_version = "HTTP/1.1"
    gate = threading.Lock()

    def do_GET(self) -> None:
        with self.gate:
            if self.path == "/stall":
                time.sleep(STALL_S)
        status = 404 if self.path == "/missing" else 200
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stalling)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def job(port: int, questions: list[str], rate: float = 50.0, warm_up: int = 0, host: str = "127.0.0.1") -> Job:
    return Job("http", host, port, rate, warm_up, questions, ["slow" if q == "/stall" else "fast" for q in questions])


def test_who_waits_behind_a_stall_is_charged_for_it(port: int) -> None:
    asked = carry_out(job(port, ["/a", "/stall", *["/a"] * 10]))
    assert not asked.failures
    assert len(asked.of()) == 12
    assert len(asked.of("fast")) == 11
    assert min(asked.of("slow")) >= STALL_S * 1000
    waited = [ms for ms in asked.of("fast") if ms > STALL_S * 1000 / 3]
    assert len(waited) >= 5  # all that were due in the first part of the stall


def test_the_warm_up_is_left_out(port: int) -> None:
    assert len(carry_out(job(port, ["/a"] * 5, warm_up=2)).of()) == 3


def test_refused_requests_are_failures_and_no_latencies(port: int) -> None:
    asked = carry_out(job(port, ["/a", "/missing"]))
    assert asked.failures == ["RuntimeError: 404 for /missing"]
    assert len(asked.of()) == 1


def test_only_loopback_is_asked() -> None:
    with pytest.raises(ValueError, match="not this machine"):
        carry_out(job(80, ["/"], host="192.0.2.1"))
