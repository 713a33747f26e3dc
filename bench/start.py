"""How long the embedded server takes to be there: its jars from nothing (45 s at most), a new home, a known one."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.bank import Bank
from bench.figures import Figure, Limit
from graph.embedded import EmbeddedServer, Silent
from graph.embedded.cache import ensure_jars
from graph.embedded.lock import find_line
from graph.embedded.settings import read_settings


def measure(_: Bank) -> Iterator[Figure]:
    """The same whatever the bank's size."""
    line = find_line("current")
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as folder:
        settings = read_settings({**os.environ, "GUANXI_CACHE": folder})
        begun = time.perf_counter()
        jars = ensure_jars(line, settings, Silent())
        seconds = time.perf_counter() - begun
        size = sum(jar.stat().st_size for jar in jars) / 1e6
        told = f"{len(jars)} jars, {size:,.0f} MB, each checked by its sha256"
        yield Figure("the server's jars from nothing", seconds, "s", Limit(45), told)
        begun = time.perf_counter()
        ensure_jars(line, settings, Silent())
        yield Figure("the jars when they are there", time.perf_counter() - begun, "s")
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as folder:
        server = EmbeddedServer(Path(folder) / "home")
        for what in ("a new home", "a home that was stopped"):
            begun = time.perf_counter()
            server.start()
            taken = time.perf_counter() - begun
            rss = server.status().rss_bytes or 0
            yield Figure(
                f"server start, {what}: to the first answered query", taken, "s", None, f"{rss / 1e6:,.0f} MB resident"
            )
            server.release()
