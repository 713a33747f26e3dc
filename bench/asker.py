"""Asks at a steady rate from a process of its own: open loop, over HTTP or by the bare driver.

Request i is due at i / rate seconds, whatever became of those before it, and its latency counts from that moment, so
that a server that stalls is charged for all who waited meanwhile. `python -m bench.asker JOB.json` prints the
latencies by kind; the job is bounded in count and in time and goes to loopback only.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from neo4j import READ_ACCESS, Driver, GraphDatabase, NotificationMinimumSeverity

WORKERS = 32
ANSWER_TIMEOUT_S = 30.0
START_S = 2.0
GRACE_S = 20.0
"""A request that could not be sent so long after the last one was due counts as failed."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Job:
    """What to ask. questions: a path each (http), or a list of statements each (bolt); kinds: a name for each."""

    by: Literal["http", "bolt"]
    host: str
    port: int
    rate: float
    warm_up: int
    """Requests sent first and left out of the figures."""
    questions: list[Any]
    kinds: list[str]
    username: str = ""
    password_file: str = ""
    database: str = "neo4j"


@dataclass
class Asked:
    """Latencies in milliseconds by kind; failures; how late the last request was sent (a client too slow)."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    latest_start_ms: float = 0.0

    def of(self, *kinds: str) -> list[float]:
        """Latencies of some kinds, or of all."""
        return [ms for kind in kinds or self.latencies for ms in self.latencies.get(kind, [])]


class HttpClient:
    """One connection to the service, kept open."""

    def __init__(self, job: Job) -> None:
        self._link = http.client.HTTPConnection(job.host, job.port, timeout=ANSWER_TIMEOUT_S)

    def ask(self, path: Any) -> None:
        """Raises where the answer is not 200."""
        try:
            self._link.request("GET", path)
            answer = self._link.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._link.close()
            raise
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}")

    def close(self) -> None:
        """Let go of the connection."""
        self._link.close()


class BoltClient:
    """The bare driver: each statement in a transaction of its own, all rows read."""

    def __init__(self, job: Job, driver: Driver) -> None:
        self._database, self._driver = job.database, driver

    def ask(self, statements: Any) -> None:
        """Send the statements of one question."""
        with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
            for one in statements:
                list(session.run(one["text"], one["params"]))

    def close(self) -> None:
        """Nothing of its own to let go of."""


@contextmanager
def _clients(job: Job) -> Iterator[Callable[[], HttpClient | BoltClient]]:
    """What makes a client for each worker."""
    if job.by == "http":
        yield lambda: HttpClient(job)
        return
    password = Path(job.password_file).read_text(encoding="utf-8").strip()
    quiet = NotificationMinimumSeverity.OFF  # as the service's own driver: a word on each answer would slow it down
    address = f"bolt://{job.host}:{job.port}"
    with GraphDatabase.driver(address, auth=(job.username, password), notifications_min_severity=quiet) as driver:
        yield lambda: BoltClient(job, driver)


def carry_out(job: Job) -> Asked:
    """Send everything at its time. Raises ValueError for an address that is not loopback."""
    if job.host not in LOOPBACK:
        raise ValueError(f"{job.host} is not this machine")
    with _clients(job) as make:
        return _in_threads(job, make)


def _in_threads(job: Job, make: Callable[[], HttpClient | BoltClient]) -> Asked:
    asked, lock = Asked(), threading.Lock()
    turn = iter(range(len(job.questions)))
    begun = time.perf_counter() + START_S

    def worker() -> None:
        with closing(make()) as client:
            work(client)

    def work(client: HttpClient | BoltClient) -> None:
        while True:
            with lock:
                i = next(turn, None)
            if i is None:
                return
            due = begun + i / job.rate
            if time.perf_counter() > begun + len(job.questions) / job.rate + GRACE_S:
                with lock:
                    asked.failures.append("not sent: those before it took too long")
                continue
            time.sleep(max(0.0, due - time.perf_counter()))
            started = time.perf_counter()
            problem = ""
            try:
                client.ask(job.questions[i])
            except Exception as error:  # counted and told: one failed request must not end the others
                problem = f"{type(error).__name__}: {error}"
            done = time.perf_counter()
            if i < job.warm_up:
                continue
            with lock:
                asked.latest_start_ms = max(asked.latest_start_ms, (started - due) * 1000)
                if problem:
                    asked.failures.append(problem)
                else:
                    asked.latencies.setdefault(job.kinds[i], []).append((done - due) * 1000)

    threads = [threading.Thread(target=worker) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.seconds = time.perf_counter() - begun
    return asked


def in_own_process(job: Job, folder: Path) -> Asked:
    """Carry the job out in a second process. Raises RuntimeError where requests failed."""
    file = folder / "job.json"
    file.write_text(json.dumps(asdict(job)), encoding="utf-8")
    limit = START_S + len(job.questions) / job.rate + GRACE_S + 2 * ANSWER_TIMEOUT_S
    done = subprocess.run(
        [sys.executable, "-m", "bench.asker", str(file)], check=True, stdout=subprocess.PIPE, text=True, timeout=limit
    )
    asked = Asked(**json.loads(done.stdout))
    if asked.failures:
        told = f"{len(asked.failures):,} of {len(job.questions):,} requests failed"
        raise RuntimeError(f"{told} at {job.rate:g} a second; the first: {asked.failures[0]}")
    return asked


if __name__ == "__main__":
    given = Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print(json.dumps(asdict(carry_out(given))))
