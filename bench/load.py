"""How long the bank takes from Parquet into an empty embedded store, all in: the installed command, as a user types it.

Reading, checking, the import, indexes online, published: 400 s and 4 GB at most for the large bank. Beside it stands
what Neo4j's own import tool took of that, the part that no loader could save. Memory is of our process and of Java
(the server and its tools), each at its own peak, and of both at one moment.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.bank import Bank
from bench.figures import Figure, Limit
from bench.memory import MB
from graph.embedded.home import Home


def measure(bank: Bank) -> Iterator[Figure]:
    """Load anew into a new home."""
    done = bank.loaded(again=True)
    disk = Home(bank.home).store_bytes() / MB
    yield Figure(
        f"load {bank.size}: {done.rows:,} rows to {done.written:,} nodes and links, by {done.load['path']}",
        done.seconds,
        "s",
        Limit(400),
        f"{done.peaks.worked()}; store of {disk:,.0f} MB",
    )
    yield Figure(f"load {bank.size}: rows a second, all in", done.rows / done.seconds, "rows/s")
    yield Figure(
        f"load {bank.size}: peak memory of ours and Java at one moment",
        done.peaks.both / MB,
        "MB",
        Limit(4_000),
        done.peaks.told(),
    )
