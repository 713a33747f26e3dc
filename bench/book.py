"""The book of a relationship manager with 500 customers: at most 200 ms at the 99th percentile.

One process of ours asks the service itself, as a route does, each question with a view of its own, for the managers
whose books are nearest to 500 customers, one after the other, and for the largest books of all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from api.services.book import book
from bench.bank import Bank
from bench.figures import Figure, Limit, percentile
from graph.store import Store

CUSTOMERS = 500
BOOKS = 20
ROUNDS = 10
"""Times that each book is asked for, after one that warms up."""
EVERY = 100_000
"""More managers than any bank has."""


def measure(bank: Bank) -> Iterator[Figure]:
    """Books of about the size asked, then the largest."""
    with bank.store() as store:
        sizes = store.view().read("book/largest", most=EVERY)
        near = sorted(sizes, key=lambda row: (abs(row["customers"] - CUSTOMERS), row["manager_id"]))[:BOOKS]
        yield from _of(store, f"books of about {CUSTOMERS} customers", near, Limit(200))
        yield from _of(store, "the largest books", sizes[:BOOKS], None)


def _of(store: Store, what: str, books: Sequence[dict[str, Any]], limit: Limit | None) -> Iterator[Figure]:
    ids = [row["manager_id"] for row in books]
    for manager_id in ids:
        book(store.view(), manager_id)
    times = [_asked_ms(store, manager_id) for _ in range(ROUNDS) for manager_id in ids]
    counts = [row["customers"] for row in books]
    told = f"{len(books)} books of {min(counts):,} to {max(counts):,} customers" if counts else "no books"
    if times:
        yield Figure(f"{what}: p50 of {len(times):,} answers", percentile(times, 0.5), "ms", None, told)
        yield Figure(f"{what}: p99", percentile(times, 0.99), "ms", limit, told)


def _asked_ms(store: Store, manager_id: str) -> float:
    begun = time.perf_counter()
    book(store.view(), manager_id).model_dump_json()
    return (time.perf_counter() - begun) * 1000
