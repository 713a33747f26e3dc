"""Numbers: how loads, runs and small writes begin, sign that they live, and become visible all at once.

Every writer takes a number from the store's counter. What it opens carries the number as `seq_in`, what it closes as
`seq_out`. A publication takes a number of its own and lists the numbers begun and not yet published, so one number
names one state of the world exactly (DESIGN.md, Time and consistency).

Loads and runs exclude each other. Each of their transactions renews a heartbeat and fails when the number was swept
meanwhile, so a writer that was taken for dead can no longer write. A writer whose process is known to be gone, or
that has been silent for a minute, is swept by the next one (`graph/unfinished.py`, `graph/sweep.py`).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, TypeVar

from graph import times
from graph.errors import Conflict, GuanxiError, Interrupted
from graph.nodes import as_changes, came_back
from graph.store import BATCH, Row, Store, Tx
from graph.sweep import sweep
from graph.unfinished import Unfinished, this_host, this_process, unfinished, unfinished_in

HEARTBEAT_S = 10.0
_AT_ONCE = 2
"""Batches under way at once: while the server works on one, the next is packed."""

Result = TypeVar("Result")
WorkKind = Literal["load", "rollback", "write", "run"]


class Busy(Conflict):
    """Another load or run is going on."""


def new_id(kind: WorkKind) -> str:
    """A new id of a load, run or write: its kind and twelve hexadecimal digits."""
    return f"{kind}-{secrets.token_hex(6)}"


@dataclass
class Work:
    """An open number. Use as a context manager: left without `publish`, what it did is swept at once."""

    store: Store
    id: str
    number: int
    kind: WorkKind
    properties: Mapping[str, Any] = field(default_factory=dict)
    """Who writes and what, as kept on its LoadRun or AnalysisRun."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _beat: threading.Thread | None = None
    finished: bool = False

    def __enter__(self) -> Work:
        self._start_beating(first_after_s=HEARTBEAT_S)
        return self

    def _start_beating(self, first_after_s: float) -> None:
        self._stop.clear()
        self._beat = threading.Thread(
            target=self._keep_alive, args=(first_after_s,), name=f"heartbeat-{self.id}", daemon=True
        )
        self._beat.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._stop.set()
        if self._beat:
            self._beat.join()
        mine = [] if self.finished else [u for u in unfinished(self.store) if u.number == self.number]
        for one in mine:
            sweep(self.store, one)
        if isinstance(error, KeyboardInterrupt):
            undone = f"nothing of {self.id} was published, and what it had written is undone."
            raise Interrupted(f"Stopped: {undone if mine else f'{self.id} had been published by then.'}") from error

    @contextmanager
    def offline(self) -> Iterator[None]:
        """While the database is down on purpose (the offline import) nothing signs that we live."""
        self._stop.set()
        if self._beat:
            self._beat.join()
        try:
            yield
        finally:
            self._start_beating(first_after_s=0.0)

    def _keep_alive(self, wait_s: float) -> None:
        while not self._stop.wait(wait_s):
            wait_s = HEARTBEAT_S
            try:
                self.transact(lambda _: None)
            except Conflict:
                return
            except GuanxiError:
                continue  # a database that is away for a moment: whoever writes next is told, should it stay away

    def transact(self, work: Callable[[Tx], Result], touches: Sequence[str] = ()) -> Result:
        """One write transaction under this number. Raises Conflict where the number was swept meanwhile.

        touches: labels and link types it writes, so that a sweep or rollback knows where to look.
        """

        def guarded(tx: Tx) -> Result:
            result = work(tx)
            # The heartbeat comes last: its lock is held for the commit only, so that several transactions may be
            # under way at once. One that a sweep has overtaken fails here and leaves nothing.
            alive = tx.run("publishing/heartbeat", number=self.number, touched=list(touches))
            if not alive:
                raise Conflict(f"{self.id} was taken for dead and swept; nothing of it was kept. Start it again.")
            return result

        return self.store.transact(guarded, {"seq": self.number})

    def write_many(
        self,
        name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        touches: str,
        batch: int = BATCH,
        advance: Callable[[int], None] | None = None,
    ) -> int:
        """Send rows in batches, one transaction each, two under way at once. Returns how many the statement did.

        touches: the label or link type written. advance: told the rows of each finished batch; where it raises, or a
        batch fails, no further batch is begun.
        """
        starts = range(0, len(rows), batch)

        def send(start: int) -> int:
            part = rows[start : start + batch]
            return self.transact(lambda tx: tx.rows(name, part), [touches])

        done = 0
        pool = ThreadPoolExecutor(_AT_ONCE, "batches")
        try:
            for start, count in zip(starts, pool.map(send, starts), strict=True):
                done += count
                if advance:
                    advance(min(batch, len(rows) - start))
        finally:
            pool.shutdown(cancel_futures=True)
        return done

    def make_nodes(self, label: str, rows: Sequence[Row], advance: Callable[[int], None] | None = None) -> None:
        """Make nodes by `write/create_nodes`; those that come back are given their rows' attributes at once.

        advance: told the rows of each finished batch.
        """
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            made = self.transact(lambda tx, part=part: tx.run(f"write/create_nodes[{label}]", rows=part)[0], [label])  # type: ignore[misc]
            changes = list(as_changes(self.store, label, came_back(part, made["back"])))
            self.write_many(f"write/set_attributes[{label}]", changes, touches=label)
            if advance:
                advance(len(part))

    def publish(
        self,
        properties: Mapping[str, Any] | None = None,
        current_run: str | None = None,
        also: Callable[[Tx], None] | None = None,
    ) -> int:
        """Make all of it visible in one transaction. Returns the number of the publication.

        properties: figures to keep on the LoadRun or AnalysisRun. current_run: the run whose results readers get
        from now on (default: as before). also: further bookkeeping of the same transaction.
        """

        def work(tx: Tx) -> int:
            if also:
                also(tx)
            number = _publish(tx, self.id, leaving_out=self.number, current_run=current_run)
            done = {"published_at": times.now_ms(), "published_seq": number, **(properties or {})}
            if not tx.run(
                "publishing/finish", number=self.number, from_states=["pending"], state="published", properties=done
            ):
                raise Conflict(f"{self.id} was taken for dead and swept; nothing of it was kept. Start it again.")
            return number

        number = self.store.transact(work)
        self.finished = True
        return number


def _publish(tx: Tx, of: str, leaving_out: int | None, current_run: str | None, number: int | None = None) -> int:
    number = number if number is not None else int(tx.run("publishing/next_number")[0]["number"])
    pending = [u.number for u in unfinished_in(tx) if u.number != leaving_out]
    tx.run("publishing/publish", number=number, at=times.now_ms(), pending=pending, of=of, run_id=current_run)
    return number


def begin(
    store: Store,
    kind: Literal["load", "rollback", "run"],
    *,
    user: str,
    properties: Mapping[str, Any] | None = None,
    id: str | None = None,
) -> Work:
    """Take a number for a load, rollback or run. Dead predecessors are swept first.

    Raises Busy, naming it, where another one lives.
    """
    work_id = id or new_id(kind)

    def start(tx: Tx) -> int | list[Unfinished]:
        number = int(tx.run("publishing/next_number")[0]["number"])
        others = unfinished_in(tx)
        if others:
            return others
        _begin(tx, kind, work_id, number, user, properties or {})
        return number

    while True:
        answer = store.transact(start)
        if isinstance(answer, int):
            return Work(store, work_id, answer, kind, {"user": user, **(properties or {})})
        for other in answer:
            if not other.is_dead:
                raise Busy(f"{other} is still going on; wait for it to end, then try again.")
            sweep(store, other)


def _begin(tx: Tx, kind: WorkKind, id: str, number: int, user: str, properties: Mapping[str, Any]) -> None:
    base = {"user": user, "host": this_host(), "process": this_process(), **properties}
    if kind == "run":
        tx.run("publishing/begin_run", run_id=id, number=number, at=times.now_ms(), properties=base)
    else:
        tx.run("publishing/begin_load", load_id=id, number=number, at=times.now_ms(), properties={"kind": kind, **base})


def small_write(store: Store, user: str, work: Callable[[Tx], Result], what: str) -> tuple[int, Result]:
    """A write of a person: its number is taken, written under and published in one transaction.

    work: writes with `$seq` as its number; raising undoes all of it. what: told in the list of writes.
    Returns the number (which is also that of the publication) and what `work` returned.
    """

    def all_of_it(tx: Tx) -> tuple[int, Result]:
        number = int(tx.run("publishing/next_number")[0]["number"])
        numbered = tx.under(number)
        write_id = new_id("write")
        _begin(numbered, "write", write_id, number, user, {"mapping": what})
        result = work(numbered)
        touched = sorted(numbered.written)
        done = {"published_at": times.now_ms(), "published_seq": number, "touched": touched}
        tx.run("publishing/finish", number=number, from_states=["pending"], state="published", properties=done)
        _publish(tx, write_id, leaving_out=number, current_run=None, number=number)
        return number, result

    return store.transact(all_of_it)


def loads(store: Store, limit: int = 50) -> list[Row]:
    """The last loads, rollbacks and writes as kept, the newest first."""
    return [row["load"] for row in store.read("publishing/loads", {}, limit=limit)]


def runs(store: Store, limit: int = 50) -> list[Row]:
    """The last analysis runs as kept, the newest first."""
    return [row["run"] for row in store.read("publishing/runs", {}, limit=limit)]
