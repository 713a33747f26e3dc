"""Links scanned a second when a run reads the graph as columns, its filters included: 350,000 at least.

Every version of a link is scanned, those a view leaves out too. Beside it the bare driver reads three columns of the
same links with no filter at all: what the server can give at best.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from bench import bare
from bench.bank import Bank
from bench.figures import Figure, Limit
from graph.store import Store

ROUNDS = 3
STATEMENTS = {"snapshot/stakes": "OWNS", "snapshot/spouses": "KIN_OF", "snapshot/guarantees": "GUARANTEES"}


def measure(bank: Bank) -> Iterator[Figure]:
    """The first reading warms the server; the best of three more counts, for ours and for the bare driver's."""
    with bank.store() as store:
        view = store.view().for_run()
        for name, link_type in STATEMENTS.items():
            links = bare.count(store, link_type)
            if not links:
                continue
            ours = _best(lambda name=name: view.snapshot(name))  # type: ignore[misc]
            plain = _best(lambda link_type=link_type: _columns(store, link_type))  # type: ignore[misc]
            yield Figure(
                f"{name}: {links:,} {link_type} links with filters",
                links / ours,
                "links/s",
                Limit(350_000, "at least") if link_type == "OWNS" else None,
                f"the bare driver, three columns and no filter: {links / plain:,.0f} links/s",
            )
        parties = len(view.snapshot("snapshot/parties")["party_id"])
        seconds = _best(lambda: view.snapshot("snapshot/parties"))
        yield Figure(f"snapshot/parties: {parties:,} parties with their ids", parties / seconds, "parties/s")


def _best(work: Callable[[], object]) -> float:
    """Seconds of the best of some rounds, after one that warms up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def _columns(store: Store, link_type: str) -> None:
    with bare.reading(store) as session:
        for _ in session.run(bare.COLUMNS.format(type=link_type)):
            pass
