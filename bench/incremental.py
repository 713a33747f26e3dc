"""How long `guanxi run --incremental` takes after a small change, beside the full run: a tenth of it was asked.

Holdings are what a change reaches farthest by: 300 new ones, then as many as are 1% of all. Each change is a load of
its own that is rolled back afterwards, and a run makes the bank as it was. The server is up meanwhile, as it is beside
`guanxi up`; what its start and stop add is told by a last run that finds nothing new.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench import command
from bench.bank import RUN_TIMEOUT_S, Bank
from bench.figures import Figure, Limit
from bench.memory import MB
from graph import ids, times
from graph.publishing import begin
from graph.rollback import rollback
from graph.store import Row, Store

FEW = 300
SHARE = 0.03
SOURCE = "bench"


def measure(bank: Bank) -> Iterator[Figure]:
    """A full run; for each change the incremental run, and the bank put back; then runs that find nothing new."""
    with bank.store() as store:
        view = store.view().for_run()
        held = len(view.snapshot("snapshot/stakes")["owner"])
        parties = view.snapshot("snapshot/parties")
        companies = parties["party_id"][np.asarray(parties["person"]) == 0].tolist()
        whole = _run(bank)
        yield _figure("a full run", whole, None, "")
        for what, count, limit in ((f"{FEW} holdings", FEW, None), ("1% of holdings", max(held // 100, 1), 40.0)):
            load_id = _change(store, companies, count)
            try:
                again = _run(bank, "--incremental")
            finally:
                rollback(store, load_id, SOURCE)
                _run(bank, "--incremental")
            yield _figure(f"{what} more", again, limit, f"a full run: {whole.seconds:.1f} s; ")
            ratio = Limit(0.1) if count == FEW else None
            yield Figure(f"{what} more: time over that of a full run", again.seconds / whole.seconds, "times", ratio)
        yield _figure("nothing new", _run(bank, "--incremental"), None, "")
    yield _figure("nothing new, the server's start and stop included", _run(bank, "--incremental"), None, "")


def _run(bank: Bank, *options: str) -> command.Done:
    return command.run([command.guanxi(), "run", *options, "--json"], bank.home, RUN_TIMEOUT_S)


def _figure(what: str, done: command.Done, limit: float | None, beside: str) -> Figure:
    report: dict[str, Any] = done.json()
    steps = ", ".join(f"{step} {ms / 1000:.1f} s" for step, ms in report["durations_ms"].items())
    memory = f"{done.peaks.ours / MB:,.0f} MB of ours, Java {done.peaks.java / MB:,.0f} MB"
    beside += f"{steps}; {done.peaks.worked()}; {memory}"
    return Figure(what, done.seconds, "s", Limit(limit) if limit else None, beside)


def _change(store: Store, companies: list[str], count: int) -> str:
    """Load small holdings between companies drawn by a fixed seed; the id of the load."""
    draw = random.Random(count)
    rows = [_holding(str(number), *draw.sample(companies, 2)) for number in range(count)]
    with begin(store, "load", user=SOURCE, properties={"mapping": SOURCE}) as work:
        work.write_many("write/create_links[OWNS:Party:Party]", rows, touches="OWNS")
        work.publish()
        return work.id


def _holding(row: str, owner: str, owned: str) -> Row:
    properties = {
        "id": ids.link_id("OWNS", owner, owned, f"{SOURCE}:{row}"),
        "valid_from": times.SINCE_EVER,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "source": SOURCE,
        "row_key": row,
        "from_key": owner,
        "to_key": owned,
        "data_day": 0,
        "flags": [],
        "share": SHARE,
    }
    return {"from": owner, "to": owned, "properties": properties}
