"""An approval in a process that kills itself: `python -m tests.contract.killed_decision DECISION POINT`.

POINT 1 kills just after the commit, 2 just before it (see `tests.contract.killed_load`).
"""

from __future__ import annotations

import sys

from api.services.decide import approve
from graph.connect import resolve
from graph.store import Store
from tests.contract.deciding import SECOND
from tests.contract.killed_load import Killer, _bound


def main() -> None:
    decision_id, point = sys.argv[1], int(sys.argv[2])
    Store.transact = _bound(Killer(point))  # type: ignore[method-assign]
    with Store(resolve()) as store:
        if point == 2:
            store.transact(lambda _: None)  # the killer counts transactions: an even one dies before its commit
        approve(store, decision_id, SECOND)


if __name__ == "__main__":
    main()
