"""Rows a second over Bolt into a live store, where the offline import cannot serve: 10,000 at least, in 4 GB.

The installed command loads a bank (medium where the size is large: the rate does not depend on it) into a store that
this process is connected to and that the small bank was loaded into before: a live store holds something already, and
its server has worked before (where the size is small, the store is empty). Many of the small bank's rows come again
with other values, as the keys of both are the same. That first load, into a server just started, is told, too. Beside
it the bare driver sends the very nodes and links that are in the store then, in plain batches of CREATE, into another
store with the same indexes, which has written and lost those of the small bank: no reading, no checks, no identity,
no comparing. Both servers have the memory of a store in use (`bench.bank.LIVE_MEMORY`), not that of a new, empty
home.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import bare, command
from bench.bank import LOAD_TIMEOUT_S, MAPPING, Bank
from bench.figures import Figure, Limit
from bench.memory import MB
from graph.schema import apply_schema
from graph.store import Store
from loaders.demo.sizes import Size

Nodes = dict[tuple[str, ...], list[dict[str, Any]]]
Links = list[tuple[str, list[dict[str, Any]]]]


def measure(bank: Bank) -> Iterator[Figure]:
    """Load over Bolt, then send the same by the bare driver."""
    size: Size = "medium" if bank.size == "large" else bank.size
    smaller = Bank(size, bank.folder)
    smaller.made()
    before = [Bank("small", bank.folder)] if size != "small" else []
    for one in before:
        one.made()
    home = smaller.folder / "scratch-bolt"
    with smaller.scratch_store("bolt") as store:
        apply_schema(store)
        earlier = [_load(one, home) for one in before]
        warming = _everything(store)
        done = _load(smaller, home)
        nodes, links = _everything(store)
    rows, written = _rows(done), sum(map(_rows, (*earlier, done)))
    made, there = _count(nodes, links), _count(*warming)
    with smaller.scratch_store("bare") as store:
        apply_schema(store)
        _send(store, *warming)
        with bare.session(store) as session:
            session.run(bare.EMPTY).consume()
        seconds = _send(store, nodes, links)
    yield Figure(
        f"load {size} over Bolt into a live store: {rows:,} source rows, all in {done.seconds:.0f} s",
        rows / done.seconds,
        "rows/s",
        Limit(10_000, "at least"),
        f"the bare driver wrote what came of all {written:,} rows at {written / seconds:,.0f} rows/s; "
        f"{done.peaks.worked()}",
    )
    yield Figure(
        f"the same: {made - there:,} nodes and links more than before",
        (made - there) / done.seconds,
        "a second",
        None,
        f"the bare driver's plain CREATE of all {made:,}: {made / seconds:,.0f} a second ({seconds:.0f} s)",
    )
    for first in earlier:
        yield Figure(
            f"before it, into the server just started: {_rows(first):,} source rows of the small bank",
            _rows(first) / first.seconds,
            "rows/s",
            None,
            f"{first.seconds:.1f} s; {first.peaks.worked()}",
        )
    yield Figure(
        f"load {size} over Bolt: peak memory of ours and Java",
        done.peaks.both / MB,
        "MB",
        Limit(4_000),
        done.peaks.told(),
    )


def _load(bank: Bank, home: Path) -> command.Done:
    files = str(bank.files)
    return command.run(
        [command.guanxi(), "load", MAPPING, "--from", files, "--bulk", "never", "--json"],
        home,
        LOAD_TIMEOUT_S,
    )


def _count(nodes: Nodes, links: Links) -> int:
    return sum(map(len, nodes.values())) + sum(len(part) for _, part in links)


def _rows(done: command.Done) -> int:
    return sum(table["read"] for table in done.json()["tables"])


def _everything(store: Store) -> tuple[Nodes, Links]:
    """All nodes by labels, all links by the statement that makes them."""
    nodes: Nodes = defaultdict(list)
    links: Links = []
    with bare.reading(store, fetch=5_000) as session:
        for _, statement in bare.statements_of_nodes():
            for record in session.run(statement):
                nodes[tuple(record["labels"])].append(record["row"])
        for create, statement in bare.statements_of_links():
            rows = [dict(record) for record in session.run(statement)]
            if rows:
                links.append((create, rows))
    return nodes, links


def _send(store: Store, nodes: Nodes, links: Links) -> float:
    """Seconds for all of it, one transaction a batch."""
    begun = time.perf_counter()
    with bare.session(store) as session:
        for labels, rows in nodes.items():
            statement = bare.CREATE_NODES.format(labels=":".join(labels))
            for part in bare.batches(rows):
                session.execute_write(lambda tx, s=statement, p=part: tx.run(s, rows=p).consume())  # type: ignore[misc]
        for statement, rows in links:
            for part in bare.batches(rows):
                session.execute_write(lambda tx, s=statement, p=part: tx.run(s, rows=p).consume())  # type: ignore[misc]
    return time.perf_counter() - begun
