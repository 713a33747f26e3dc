"""A server that plays the API for the browser tests: the real page and assets, made-up answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.browser import answers
from viz.models import Example, LandingContext
from viz.pages import SECURITY_HEADERS, assets, render_landing

EXAMPLES = (
    Example("远洋", "A group with its owners", "一个集团及其股东"),
    Example("chen", "A person, by pinyin", "按拼音找人"),
    Example("91330100MA27XXXX0P", "A company, by credit code", "按统一社会信用代码"),
)

SLOW_S = 0.5


class Stub(BaseHTTPRequestHandler):
    """GET only. `seen` collects what was asked."""

    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/":
            page = render_landing(LandingContext(version="0.1.0", examples=EXAMPLES))
            self._send(200, "text/html; charset=utf-8", page.encode(), SECURITY_HEADERS)
        elif url.path.startswith("/assets/"):
            self._asset(url.path.removeprefix("/assets/"))
        else:
            status, answer = answer_to(unquote(url.path), query)
            self._send(status, "application/json", json.dumps(answer).encode(), {})

    def _asset(self, name: str) -> None:
        found = next((asset for asset in assets() if asset.name == name), None)
        if found is None:
            self._send(404, "text/plain", b"", {})
        else:
            self._send(200, found.content_type, found.path.read_bytes(), {})

    def _send(self, status: int, content_type: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if "slow" in self.path:  # the answer begins, and its end comes late
            time.sleep(SLOW_S)
        with suppress(ConnectionError):  # called off
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `seen` instead."""


def answer_to(path: str, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and JSON of one question."""
    parts = path.strip("/").split("/")
    if parts[:2] == ["v1", "search"]:
        if query["q"] == "fail":
            return 503, {"title": "The database does not answer", "detail": "Ask again in a moment.", "status": 503}
        return 200, answers.search_answer(query["q"])
    if parts == ["v1", "paths"]:
        return answers.paths_answer(query["from"], query["to"])
    if parts == ["v1", "groups"]:
        return 200, answers.groups_answer()
    if parts[:2] == ["v1", "parties"] and parts[3:] == ["openings"]:
        return answers.openings_answer(parts[2])
    if parts == ["v1", "groups", answers.GROUP]:
        return 200, answers.group_answer()
    if parts == ["v1", "groups", answers.GROUP, "exposure"]:
        return 200, answers.exposure_answer()
    if parts[:2] == ["v1", "parties"] and "limit" in query and query["depth"] == "1":
        return 200, answers.grown_answer(parts[2])
    if parts[:2] == ["v1", "parties"] and len(parts) in (3, 4):
        return _party(parts[2], parts[3:], int(query.get("depth", "1")))
    if parts[:2] == ["v1", "groups"]:
        return 404, {"title": "Not found", "detail": f"No group has the id '{parts[2]}'.", "status": 404}
    return 404, {"title": "Nothing here", "detail": path, "status": 404}


def _party(party_id: str, rest: list[str], depth: int) -> tuple[int, dict[str, Any]]:
    if party_id == answers.SUPERNODE:
        whole = answers.party_answer(answers.HOLDING[0]) | {"party_id": party_id}
        return 200, answers.many_answer() if rest else whole
    if party_id == answers.CAPPED:
        return 200, answers.capped_answer() if rest else answers.party_answer(answers.HOLDING[0])
    if party_id == answers.BROKEN and rest:
        return 500, {"title": "The network cannot be shown", "detail": "It is too large today.", "status": 500}
    if party_id == answers.BROKEN:
        return 200, answers.party_answer(answers.HOLDING[0]) | {"party_id": party_id}
    if party_id not in answers.PARTIES:
        told = f"No party has the id '{party_id}'. Search by name, or give an id of any system to /v1/resolve."
        return 404, {"title": "Not found", "detail": told, "status": 404}
    return 200, answers.network_answer(party_id, depth) if rest else answers.party_answer(party_id)


@contextmanager
def serving() -> Iterator[tuple[str, list[str]]]:
    """Serves on a free loopback port; yields the address and the list of paths asked for."""
    seen: list[str] = []
    handler = type("Serving", (Stub,), {"seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
