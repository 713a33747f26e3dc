"""A small artifact repository on loopback, with the faults of real ones."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from graph.embedded.lock import Jar


def fake_jar(name: str, size: int) -> tuple[Jar, bytes]:
    """A locked artifact and its content."""
    content = hashlib.shake_256(name.encode()).digest(size)
    return Jar("org.example", name, "1.0", "", hashlib.sha256(content).hexdigest(), size), content


class Repository:
    """What it serves by path, what it was asked, and how it misbehaves."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.break_off_after: int | None = None
        self.fail_first = 0
        self.address = ""

    def add(self, jar: Jar, content: bytes) -> None:
        self.files[f"/{jar.repository_path}"] = content

    @contextmanager
    def serving(self) -> Iterator[Repository]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        repository = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                repository.asked.append((self.path, wanted))
                content = repository.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                if repository.fail_first > 0:
                    repository.fail_first -= 1
                    self.send_error(503)
                    return
                start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
                self.send_response(206 if wanted else 200)
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                stop, repository.break_off_after = repository.break_off_after, None
                self.wfile.write(content[start:] if stop is None else content[start : start + stop])

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler
