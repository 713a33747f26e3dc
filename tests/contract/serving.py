"""The real application on a free loopback port, in a thread of the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from api.app import make_app
from api.wiring import Guanxi


@contextmanager
def served(guanxi: Guanxi) -> Iterator[httpx.Client]:
    """A client of it; `base_url` is its address."""
    config = uvicorn.Config(make_app(guanxi), port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            yield client
    finally:  # a test that fails must not leave a thread behind that keeps its process from ending
        server.should_exit = True
        thread.join()
