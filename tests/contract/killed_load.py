"""A load, rollback or sweep in a process of its own that kills itself: `python -m tests.contract.killed_load WHAT POINT`.

WHAT is `load`, `sweep` (of what is unfinished) or the id of a load to roll back. POINT counts writing transactions; an odd one kills just after its
commit, an even one just before. Where the work ends earlier the process says how many transactions it took.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from graph import publishing, sweep
from graph.connect import resolve
from graph.rollback import rollback
from graph.store import Store, Tx
from graph.unfinished import unfinished
from loaders import apply
from loaders.canonical import Batch
from tests.contract.loads import load
from tests.loaders.given import key, links, nodes, records


def first() -> list[Batch]:
    """The state before: a hundred companies, each owned by the next, at two branches."""
    return made(range(100), share=0.4, name="甲", certificate=str)


def second() -> list[Batch]:
    """Ten companies gone, ten new, all shares and some names changed, two parties joined, branches swapped."""
    return made(range(10, 110), share=0.6, name="乙", certificate=lambda n: str(n - n % 2 if n < 14 else n))


def made(numbers: range, share: float, name: str, certificate: Callable[[int], str]) -> list[Batch]:
    rows = [
        {
            "key": str(n),
            "kind": "company",
            "name": f"{name if n % 3 else ''}{n}公司",
            "certificate": f"C:{certificate(n)}",
        }
        for n in numbers
    ]
    stakes = [
        {"start": key(str(n)), "end": key(str(n + 1)), "share": share, "row": f"r{n}"}
        for n in numbers
        if n + 1 in numbers
    ]
    kept = [
        {"start": key(str(n)), "end": key(f"B{(n + len(name * int(share * 10))) % 2}", table="BRANCH"), "row": str(n)}
        for n in numbers
    ]
    return [
        records(*rows),
        nodes("Branch", {"key": "B0", "name": f"{name}0"}, {"key": "B1", "name": "1"}),
        links("OWNS", *stakes),
        links("BELONGS_TO", *kept, ends=("Party", "Branch"), table="CUSTOMER"),
    ]


class Killer:
    """Counts writing transactions and kills this process at one of them."""

    def __init__(self, point: int) -> None:
        self.point, self.count = point, 0
        self._transact = Store.transact

    def transact(self, store: Store, work: Callable[[Tx], Any], *args: Any, **kwargs: Any) -> Any:
        self.count += 1
        if self.count != self.point:
            return self._transact(store, work, *args, **kwargs)

        def last(tx: Tx) -> Any:
            result = work(tx)
            if self.point % 2 == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        result = self._transact(store, last, *args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
        return result


def main() -> None:
    what, point = sys.argv[1], int(sys.argv[2])
    apply.BATCH = 40
    publishing.HEARTBEAT_S = 600.0  # so that the count is the same each time
    killer = Killer(point)
    Store.transact = _bound(killer)  # type: ignore[method-assign]
    with Store(resolve()) as store:
        if what == "load":
            load(store, *second(), mode="full", allow_closing=True, bulk="never")
        elif what == "sweep":
            sweep.BATCH = 40  # type: ignore[attr-defined]  # its own name for the rows of a transaction
            for dead in unfinished(store):
                sweep.sweep(store, dead)
        else:
            rollback(store, what, "tester")
    print(killer.count)  # noqa: T201


def _bound(killer: Killer) -> Any:
    def transact(store: Store, work: Callable[[Tx], Any], *args: Any, **kwargs: Any) -> Any:
        return killer.transact(store, work, *args, **kwargs)

    return transact


if __name__ == "__main__":
    main()
