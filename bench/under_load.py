"""How fast a kind of question is answered under load: by default 50 requests a second, from a second process.

A real `guanxi` process serves; each request is sent at its own time, whatever became of the others. Beside it, in the
same run and at the same rate, the bare driver sends the very statements that the service sends for these questions.
"""

from __future__ import annotations

import http.client
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from bench.asker import Asked, Job, in_own_process
from bench.bank import Bank
from bench.figures import Figure, Limit, percentile
from bench.memory import Peaks, Watch
from bench.recording import RecordingStore
from bench.serving import HOST, service
from graph.embedded import EmbeddedServer
from graph.embedded.home import Home
from graph.store import View

RATE = 50.0
SECONDS = 40
WARM_UP_S = 45
"""Java compiles for about that long what it is asked; a bank's server has been up for days."""
SECONDS_OF_SMALL = 4
FIRST = 100
HARD, USUAL = "hard", "usual"


@dataclass(frozen=True)
class Question:
    """One of a kind: its address, and how the service answers it. kind: `hard` or `usual`."""

    path: str
    ask: Callable[[View], object]
    kind: str


@dataclass(frozen=True)
class Serving:
    """A bank's server with a real `guanxi` process in front of it."""

    bank: Bank
    store: RecordingStore
    port: int
    pid: int
    folder: Path

    def figures(
        self, name: str, questions: Sequence[Question], limits: Mapping[int, float], rate: float = RATE
    ) -> Iterator[Figure]:
        """The service under load, then the bare driver under the same. limits: milliseconds by percentile. rate:
        requests a second."""
        _first(self.port, [one.path for one in questions[:FIRST]])
        job = self._job("http", self.port, [one.path for one in questions], questions, rate)
        with Watch(self.pid, self.bank.home) as peaks:
            ours = in_own_process(job, self.folder)
        view = self.store.view()
        sent = [[asdict(one) for one in self.store.during(partial(question.ask, view))] for question in questions]
        server = int(self.store.connection.uri.rsplit(":", 1)[1])
        plain = in_own_process(self._job("bolt", server, sent, questions, rate), self.folder)
        yield from _figures(name, ours, plain, limits)
        yield _work(name, peaks, len(job.questions))

    def _job(
        self, by: Literal["http", "bolt"], port: int, asked: Sequence[Any], questions: Sequence[Question], rate: float
    ) -> Job:
        seconds = SECONDS if self.bank.size != "small" else SECONDS_OF_SMALL
        warm_up = round(rate * (WARM_UP_S if self.bank.size != "small" else 1))
        count = warm_up + round(rate * seconds)
        return Job(
            by=by,
            host=HOST,
            port=port,
            rate=rate,
            warm_up=warm_up,
            questions=[asked[i % len(asked)] for i in range(count)],
            kinds=[questions[i % len(questions)].kind for i in range(count)],
            username="neo4j",
            password_file=str(Home(self.bank.home).password_file),
        )


@contextmanager
def serving(bank: Bank) -> Iterator[Serving]:
    """The loaded bank, served for the block."""
    bank.loaded()
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(bank.home) as connection,
        RecordingStore(connection) as store,
        service(bank.home) as (port, pid),
    ):
        yield Serving(bank, store, port, pid, Path(folder))


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


def _figures(name: str, ours: Asked, plain: Asked, limits: Mapping[int, float]) -> Iterator[Figure]:
    for share in (50, 99):
        limit = limits.get(share)
        yield Figure(
            f"{name}: p{share} of {len(ours.of()):,} answers",
            percentile(ours.of(), share / 100),
            "ms",
            Limit(limit) if limit else None,
            f"the bare driver with the same statements: {percentile(plain.of(), share / 100):.1f} ms",
        )
    yield Figure(
        f"{name}: p99 of the hard tenth",
        percentile(ours.of(HARD), 0.99),
        "ms",
        None,
        f"the bare driver: {percentile(plain.of(HARD), 0.99):.1f} ms",
    )
