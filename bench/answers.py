"""How fast one answer comes under load: the 360 and the network of depth 2, at 50 requests a second.

A real `guanxi` process serves; a second process asks, each request at its own time whatever became of the others. One
question in ten is hard: a party at the address that thousands share, or one of the largest holders. Beside it, in the
same run and at the same rate, the bare driver sends the very statements that the service sent for these questions.
"""

from __future__ import annotations

import http.client
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api.services.network import network
from api.services.party import party
from bench.asker import Asked, Job, in_own_process
from bench.bank import Bank
from bench.figures import Figure, Limit, percentile
from bench.memory import Peaks, Watch
from bench.recording import RecordingStore
from bench.sample import sample
from bench.serving import HOST, service
from graph.embedded import EmbeddedServer
from graph.embedded.home import Home
from graph.store import View

RATE = 50.0
SECONDS = 40
WARM_UP_S = 15
DISTINCT = 600
SECONDS_OF_SMALL = 4
FIRST = 100
QUESTIONS: dict[str, tuple[str, Callable[[View, str], object]]] = {
    "360": ("/v1/parties/{id}", party),
    "network, depth 2": ("/v1/parties/{id}/network?depth=2", lambda view, id: network(view, id, depth=2)),
}
LIMITS = {"360": {50: 10.0, 99: 50.0}, "network, depth 2": {99: 100.0}}


def measure(bank: Bank) -> Iterator[Figure]:
    """Each question: the service under load, then the bare driver under the same."""
    bank.loaded()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(bank.home) as connection,
        RecordingStore(connection) as store,
        service(bank.home) as (port, pid),
    ):
        chosen = sample(bank, store.view(), DISTINCT)
        ids, kinds = chosen.questions(DISTINCT)
        for name, (path, ask) in QUESTIONS.items():
            paths = [path.format(id=id) for id in ids]
            _first(port, paths[:FIRST])
            job = _job(bank, "http", port, paths, kinds)
            with Watch(pid, bank.home) as peaks:
                ours = in_own_process(job, Path(folder))
            view = store.view()
            sent = [_sent(store, ask, view, id) for id in ids]
            server = int(connection.uri.rsplit(":", 1)[1])
            plain = in_own_process(_job(bank, "bolt", server, sent, kinds), Path(folder))
            yield from _figures(name, ours, plain)
            yield _work(name, peaks, len(job.questions))


def _first(port: int, paths: list[str]) -> None:
    """One after the other, until the server has planned the statements: that takes seconds, once a start."""
    for path in paths:
        link = http.client.HTTPConnection(HOST, port, timeout=120)
        try:
            link.request("GET", path)
            link.getresponse().read()
        finally:
            link.close()


def _work(name: str, peaks: Peaks, answers: int) -> Figure:
    """Processor time says what an answer costs, however busy the machine."""
    java = f"Java {peaks.java_s / answers * 1000:.1f} ms; {peaks.told()}"
    return Figure(
        f"{name}: processor time of the service for an answer", peaks.ours_s / answers * 1000, "ms", None, java
    )


def _sent(store: RecordingStore, ask: Callable[[View, str], object], view: View, id: str) -> list[dict[str, Any]]:
    return [asdict(sent) for sent in store.during(lambda: ask(view, id))]


def _job(bank: Bank, by: Any, port: int, questions: list[Any], kinds: list[str]) -> Job:
    seconds = SECONDS if bank.size != "small" else SECONDS_OF_SMALL
    warm_up = round(RATE * (WARM_UP_S if bank.size != "small" else 1))
    count = warm_up + round(RATE * seconds)
    return Job(
        by=by,
        host=HOST,
        port=port,
        rate=RATE,
        warm_up=warm_up,
        questions=[questions[i % len(questions)] for i in range(count)],
        kinds=[kinds[i % len(kinds)] for i in range(count)],
        username="neo4j",
        password_file=str(Home(bank.home).password_file),
    )


def _figures(name: str, ours: Asked, plain: Asked) -> Iterator[Figure]:
    for share in (50, 99):
        limit = LIMITS[name].get(share)
        yield Figure(
            f"{name}: p{share} of {len(ours.of()):,} answers",
            percentile(ours.of(), share / 100),
            "ms",
            Limit(limit) if limit else None,
            f"the bare driver with the same statements: {percentile(plain.of(), share / 100):.1f} ms",
        )
    yield Figure(
        f"{name}: p99 of the hard tenth",
        percentile(ours.of("hard"), 0.99),
        "ms",
        None,
        f"the bare driver: {percentile(plain.of('hard'), 0.99):.1f} ms",
    )
