"""The book of a relationship manager with 500 customers: at most 200 ms at the 99th percentile.

A real `guanxi` process serves, this one asks over one connection, for the managers whose books are nearest to 500
customers, one after the other, and for the largest books of all. Each answer is read to its end.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from bench.bank import Bank
from bench.figures import Figure, Limit, percentile
from bench.serving import HOST, service

CUSTOMERS = 500
BOOKS = 20
ROUNDS = 10
"""Times that each book is asked for, after as many as warm up."""
EVERY = 100_000
"""More managers than any bank has."""
TIMEOUT_S = 60.0


def measure(bank: Bank) -> Iterator[Figure]:
    """Books of about the size asked, then the largest."""
    with bank.store() as store:
        sizes = store.view().read("book/largest", most=EVERY)
    near = sorted(sizes, key=lambda row: (abs(row["customers"] - CUSTOMERS), row["manager_id"]))[:BOOKS]
    with service(bank.home) as (port, _):
        yield from _of(port, f"books of about {CUSTOMERS} customers", near, Limit(200))
        yield from _of(port, "the largest books", sizes[:BOOKS], None)


def _of(port: int, what: str, books: Sequence[dict[str, Any]], limit: Limit | None) -> Iterator[Figure]:
    link = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)
    paths = [f"/v1/relationship-managers/{quote(row['manager_id'], safe='')}/book" for row in books]
    _asked_ms(link, paths * ROUNDS)
    times = _asked_ms(link, paths * ROUNDS)
    link.close()
    counts = [row["customers"] for row in books]
    told = f"{len(books)} books of {min(counts):,} to {max(counts):,} customers" if counts else "no books"
    if times:
        yield Figure(f"{what}: p50 of {len(times):,} answers", percentile(times, 0.5), "ms", None, told)
        yield Figure(f"{what}: p99", percentile(times, 0.99), "ms", limit, told)


def _asked_ms(link: http.client.HTTPConnection, paths: Sequence[str]) -> list[float]:
    taken = []
    for path in paths:
        begun = time.perf_counter()
        link.request("GET", path)
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} is answered with {answer.status}")
        taken.append((time.perf_counter() - begun) * 1000)
    return taken
