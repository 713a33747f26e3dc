"""Related parties of 10,000 ids in one request: 3,000 ids a second at least, at about 5 relations an id.

A real `guanxi` process serves, this one asks; from the first byte sent to the last one read, the median of three after
one that warms up. Beside it the bare driver sends the very statements that the service sent, one after the other.
"""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from api.services.related import related_batch
from api.services.related_rules import related_rules
from bench import bare
from bench.bank import Bank
from bench.figures import Figure, Limit
from bench.memory import MB, Watch
from bench.recording import RecordingStore, Sent
from bench.sample import sample
from bench.serving import HOST, service
from graph.embedded import EmbeddedServer

IDS = 10_000
PURPOSES = ("group_risk", "household_marketing")
"""More and fewer relations an id than the five that the limit speaks of."""
ROUNDS = 3
TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Answered:
    """What came back for all ids."""

    ids: int
    related: int
    bytes: int


def measure(bank: Bank) -> Iterator[Figure]:
    """The batch by the service, then its statements by the bare driver."""
    bank.loaded()
    with (
        EmbeddedServer(bank.home) as connection,
        RecordingStore(connection) as store,
        service(bank.home) as (port, pid),
    ):
        ids = sample(bank, store.view(), IDS).usual
        for purpose in PURPOSES:
            yield from _of(purpose, bank, store, (port, pid), ids)


def _of(purpose: str, bank: Bank, store: RecordingStore, service: tuple[int, int], ids: list[str]) -> Iterator[Figure]:
    port, pid = service
    with Watch(pid, bank.home) as peaks:
        ours, answered = _median(lambda: _post(port, ids, purpose))
    view = store.view()
    sent = store.during(lambda: list(related_batch(view, ids, purpose, related_rules())))
    plain, _ = _median(lambda: _send(store, sent))
    yield Figure(
        f"batch of {answered.ids:,} ids, {answered.related / answered.ids:.1f} relations an id ({purpose})",
        answered.ids / ours,
        "ids/s",
        Limit(3_000, "at least"),
        f"the bare driver with the same {len(sent)} statements: {len(ids) / plain:,.0f} ids/s",
    )
    memory = f"Java {peaks.java / MB:,.0f} MB"
    yield Figure(f"batch, {purpose}: peak memory of the service", peaks.ours / MB, "MB", None, memory)


def _median(work: Callable[[], Answered]) -> tuple[float, Answered]:
    work()
    taken, answered = [], Answered(0, 0, 0)
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answered = work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken), answered


def _post(port: int, ids: list[str], purpose: str) -> Answered:
    """Raises RuntimeError for a refused or broken batch."""
    link = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)
    body = b"\n".join(orjson.dumps(id) for id in ids)
    try:
        link.request("POST", f"/v1/related:batch?purpose={purpose}", body, {"Content-Type": "application/x-ndjson"})
        answer = link.getresponse()
        text = answer.read()
    finally:
        link.close()
    if answer.status != 200:
        raise RuntimeError(f"the batch was answered with {answer.status}: {text[:500]!r}")
    lines = [orjson.loads(line) for line in text.splitlines()[1:]]
    if len(lines) != len(ids) or any("problem" in line for line in lines):
        raise RuntimeError(f"{len(lines)} lines for {len(ids)} ids; the last: {text.splitlines()[-1][:500]!r}")
    return Answered(len(lines), sum(len(line["related"]) for line in lines), len(text))


def _send(store: RecordingStore, sent: list[Sent]) -> Answered:
    with bare.reading(store, fetch=5_000) as session:
        for one in sent:
            for _ in session.run(one.text, one.params):
                pass
    return Answered(0, 0, 0)
