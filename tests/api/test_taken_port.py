"""A port that is taken: who has it, and the way out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
import pytest

from api.cli.serving import check_free
from api.settings import TITLE
from graph.errors import GuanxiError


@contextmanager
def listening(title: str) -> Iterator[int]:
    """A port on which a service of some title answers."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(orjson.dumps({"info": {"title": title}}))

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("title", "told"),
    [(TITLE, "A Guanxi serves on port {} of 127.0.0.1 already"), ("Pets", "taken by another program")],
)
def test_who_has_it_and_the_way_out(title: str, told: str) -> None:
    with listening(title) as port, pytest.raises(GuanxiError) as caught:
        check_free("127.0.0.1", port)
    assert told.format(port) in str(caught.value)
    assert "--port or GUANXI_PORT" in str(caught.value)
    check_free("127.0.0.1", port)
