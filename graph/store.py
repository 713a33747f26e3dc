"""The store: the only place that opens a Bolt connection. Reading goes through a `View`, writing through a number.

A `View` is one state of the world, seen by one asker: made once at the start of a request, then used for all of it.
Writing happens under numbers of the store's counter (`graph/publishing.py`); nothing is seen before it is published.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
import polars as pl
from neo4j import (
    READ_ACCESS,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    NotificationMinimumSeverity,
    Query,
    Session,
    unit_of_work,
)
from neo4j.exceptions import ClientError, DriverError, IncompleteCommit, Neo4jError, ServiceUnavailable

from graph import registry, times
from graph.columns import columns, columns_of, table_of
from graph.connect import Connection
from graph.errors import BadInput, GuanxiError, NotFound, StoreUnavailable
from graph.kept_columns import KeptColumns
from graph.patterns import StatementError
from graph.registry import Registry, Statement

Row = dict[str, Any]
Params = Mapping[str, Any]
Result = TypeVar("Result")

READ_TIMEOUT_S = 30.0
WRITE_TIMEOUT_S = 600.0
SCAN_TIMEOUT_S = 1800.0
LATEST = "publishing/latest"
RETRY_FOR_S = 20.0
RETRY_EMBEDDED_FOR_S = 5.0
"""An embedded server that does not answer is gone: it is started again rather than waited for."""
BATCH = 10_000
"""Rows of one write transaction."""

logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)
logging.getLogger("neo4j").addHandler(logging.NullHandler())
"""The driver tells of each retry; whoever configures logging sees it, and nobody's terminal is written to."""


@dataclass(frozen=True)
class Scope:
    """What an asker may see: everything, or the parties that carry one of these tokens."""

    tokens: frozenset[str] = frozenset()
    everything: bool = False


EVERYTHING = Scope(everything=True)


class Tx:
    """Statements of one transaction, by name."""

    def __init__(self, tx: ManagedTransaction, statements: Registry, base: Params) -> None:
        self._tx = tx
        self._statements = statements
        self._base = base
        self.written: set[str] = set()
        """Labels and link types that its writing statements name."""

    def run(self, name: str, **params: Any) -> list[Row]:
        statement = self._statements[name]
        if statement.mode == "write":
            self.written |= statement.reads
        return [dict(record) for record in self._tx.run(statement.text, {**self._base, **params})]

    @property
    def number(self) -> int:
        """The number that is written under."""
        return int(self._base["seq"])

    def under(self, number: int) -> Tx:
        """The same transaction, writing under a number."""
        return Tx(self._tx, self._statements, {**self._base, "seq": number})

    def rows(self, name: str, rows: Sequence[Params], **params: Any) -> int:
        """Run a statement that unwinds `rows` and returns how many it did."""
        return int(self.run(name, rows=list(rows), **params)[0]["done"]) if rows else 0


class Store:
    """A connection to one Neo4j database with the checked statements of the registry."""

    def __init__(
        self, connection: Connection, *, statements: Registry | None = None, zone: str = times.DEFAULT_ZONE
    ) -> None:
        self.connection = connection
        self.statements = statements or registry.shipped()
        self.zone = zone
        self._driver = self._open()
        self._generation = 0
        """How often the driver was replaced."""
        self._latest: Row | None = None
        """The state that was published last, as this store read it last."""
        self._replacing = threading.Lock()
        self._closed = False

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close for good: work still going on fails, and starts no server again."""
        with self._replacing:
            self._closed = True
            self._driver.close()

    @property
    def driver(self) -> Driver:
        """The driver itself, for `graph.connect.verify` and benchmarks; nobody else goes past the registry."""
        return self._driver

    def _open(self) -> Driver:
        c = self.connection
        self._bookmarks = GraphDatabase.bookmark_manager()
        return GraphDatabase.driver(
            c.uri,
            auth=(c.username, c.password),
            max_transaction_retry_time=RETRY_EMBEDDED_FOR_S if c.embedded else RETRY_FOR_S,
            connection_acquisition_timeout=10,
            connection_timeout=5,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )

    def reconnect(self) -> None:
        """Connect anew, where the database was replaced or its port changed."""
        self._reopen(self._generation)

    def _reopen(self, failed: int) -> None:
        """Start an embedded server that is gone and connect to it. Nothing is left to do where another thread has
        replaced the driver of the generation that failed. Raises StoreUnavailable on a closed store."""
        with self._replacing:
            if self._closed:
                raise StoreUnavailable("Guanxi is ending and asks the database nothing more.")
            if self._generation != failed:
                return
            self.connection = self.connection.revive()
            old, self._driver = self._driver, self._open()
            self._generation += 1
            old.close()

    def _guard(self, work: Callable[[], Result], what: str) -> Result:
        """Run work; bring a dead embedded server back once; turn the driver's errors into readable ones.

        Whatever fails on a driver that another thread has replaced meanwhile is tried once more on the new one.
        """
        generation = self._generation
        try:
            return work()
        except (Neo4jError, DriverError) as error:
            gone = isinstance(error, ServiceUnavailable)
            if gone and not self.connection.embedded:
                raise StoreUnavailable(f"Neo4j at {self.connection.uri} does not answer.") from None
            if not gone and self._generation == generation:
                raise readable(error, what) from error
            self._reopen(generation)
        try:
            return work()
        except (Neo4jError, DriverError) as error:
            raise readable(error, what) from error

    def _session(self, access: str, fetch: int = 5000) -> Session:
        """A session that sees what every earlier one of this store has written, on whichever member of a cluster."""
        return self._driver.session(
            database=self.connection.database,
            default_access_mode=access,
            fetch_size=fetch,
            bookmark_manager=self._bookmarks,
        )

    def read(
        self, statement: Statement | str, base: Params, timeout_s: float = READ_TIMEOUT_S, **params: Any
    ) -> list[Row]:
        """Rows of a reading statement. `View.read` is what requests use.

        Sent at once, which saves two round trips; where the server asks for another try (a cluster that changes its
        leader), the driver's managed transaction takes over.
        """
        found = self.statements[statement] if isinstance(statement, str) else statement
        if found.mode != "read":
            raise StatementError(f"{found.name} does not read")
        sent = {**base, **params}

        def work() -> list[Row]:
            with self._session(READ_ACCESS) as session:
                try:
                    return [dict(r) for r in session.run(Query(found.text, timeout=timeout_s), sent)]
                except (Neo4jError, DriverError) as error:
                    if not error.is_retryable():
                        raise

                @unit_of_work(timeout=timeout_s)
                def again(tx: ManagedTransaction) -> list[Row]:
                    return [dict(r) for r in tx.run(found.text, sent)]

                return session.execute_read(again)

        return self._guard(work, found.name)

    def transact(
        self, work: Callable[[Tx], Result], base: Params | None = None, timeout_s: float = WRITE_TIMEOUT_S
    ) -> Result:
        """Run `work` in one managed write transaction; it may run again after a transient error."""

        def attempt() -> Result:
            @unit_of_work(timeout=timeout_s)
            def send(tx: ManagedTransaction) -> Result:
                return work(Tx(tx, self.statements, {"open_seq": times.OPEN_SEQ, **(base or {})}))

            try:
                with self._session("WRITE") as session:
                    return session.execute_write(send)
            except IncompleteCommit as error:  # never repeated: it would be written twice
                raise GuanxiError(
                    "The connection broke while the database was keeping a write; it is not known whether it was kept."
                    " Look at what is there (`guanxi doctor` tells whether the database answers) before you repeat it."
                ) from error

        return self._guard(attempt, "a write")

    def pages(self, name: str, size: int = 20_000, **params: Any) -> Iterator[list[Row]]:
        """Rows of a long scan, page by page, from one transaction that stays open meanwhile."""
        try:
            yield from self._pages(name, size, params)
        except (Neo4jError, DriverError) as error:
            raise readable(error, name) from error

    def _pages(self, name: str, size: int, params: Params) -> Iterator[list[Row]]:
        text = self.statements[name].text
        base = {"open_seq": times.OPEN_SEQ, **params}
        fetch = min(size, 5000)  # a row may hold whole columns: no more of them come than a page holds
        with self._session(READ_ACCESS, fetch) as session, session.begin_transaction(timeout=SCAN_TIMEOUT_S) as tx:
            page: list[Row] = []
            for record in tx.run(text, base):
                page.append(dict(record))
                if len(page) == size:
                    yield page
                    page = []
            if page:
                yield page

    def schema(self, names: Sequence[str], **params: Any) -> None:
        """Run schema statements in one transaction: four times as fast as one transaction each."""
        statements = [self.statements[name] for name in names]
        if wrong := [s.name for s in statements if s.mode != "schema"]:
            raise StatementError(f"{', '.join(wrong)}: no schema statement")

        def work() -> None:
            @unit_of_work(timeout=SCAN_TIMEOUT_S)
            def send(tx: ManagedTransaction) -> None:
                for statement in statements:
                    tx.run(statement.text, params).consume()

            with self._session("WRITE") as session:
                session.execute_write(send)

        self._guard(work, "the schema")

    def view(
        self,
        *,
        as_of: date | None = None,
        known_on: date | None = None,
        seq: int | None = None,
        scope: Scope = EVERYTHING,
        presumed: bool = False,
    ) -> View:
        """One state of the world: the latest, as known at the end of a day, or the publication of a number.

        as_of: the day the answer speaks of (default: the bank's today, or `known_on`).
        presumed: that the latest is the one this store read last, see `View.presumed`.
        Raises BadInput for a future day, NotFound where nothing was published by then.
        """
        here = times.today(self.zone)
        for field, day in (("known_on", known_on), ("as_of", as_of)):
            if day and day > here:
                raise BadInput(f"{field} is {day}, which is in the future; give a day up to {here}.", field=field)
        if seq is not None:
            rows = self.read("publishing/by_number", {}, number=seq)
        elif known_on is not None:
            rows = self.read("publishing/at_moment", {}, at=times.end_of_day_ms(known_on, self.zone))
        else:
            if presumed and self._latest is not None:
                return replace(self._view_of(self._latest, as_of or here, scope), presumed=True)
            rows = self.read(LATEST, {})
            self._latest = rows[0] if rows else None
        if not rows:
            asked = f"number {seq}" if seq is not None else f"{known_on}" if known_on else "this store"
            raise NotFound(
                f"Nothing was published by {asked}; load data first or ask for a later day.", field="known_on"
            )
        return self._view_of(rows[0], as_of or known_on or here, scope, known_on)

    def view_of_latest(self, state: Row, like: View) -> View:
        """The view of the state that was published last. state: a row of `publishing/latest`; like: for the rest."""
        self._latest = state
        return self._view_of(state, like.as_of, like.scope)

    def _view_of(self, state: Row, day: date, scope: Scope, known_on: date | None = None) -> View:
        here = times.today(self.zone)
        return View(
            store=self,
            seq=state["seq"],
            pending=tuple(state["pending"]),
            as_of=day,
            scope=scope,
            known_at=state["at"],
            run_id=state["run_id"],
            run_is_stale=state["stale"],
            run_is_behind=state["behind"],
            known_on=known_on,
            is_past=day < here or (known_on is not None and known_on < here),
            other_run=self._other_run(state, times.to_day(day)),
        )

    def _other_run(self, state: Row, day: int) -> tuple[str, date] | None:
        """The run nearest to a day that the current run does not speak of; to today it is the nearest itself."""
        current = state["run_day"]
        if current == day:
            return None
        if current is not None and day == times.to_day(times.today(self.zone)):
            nearest = [state]
        else:
            nearest = self.read("publishing/nearest_run", {}, day=day, by=state["seq"])
        return next(((run["run_id"], times.EPOCH + timedelta(days=run["run_day"])) for run in nearest), None)


@dataclass(frozen=True)
class View:
    """What one asker sees of one state of the world. All its answers agree with each other, whatever is loaded
    meanwhile. `run_id` is the analysis run that was current then, if any; it is stale where a load that it read was
    rolled back, behind where data were loaded since it read; where it does not speak of the view's day, `other_run`
    is the run nearest to that day, with its own. `known_on` is the day asked for, if any; `is_past`: the answer speaks
    of, or as known on, an earlier day than today, while nodes hold today's attributes."""

    store: Store
    seq: int
    pending: tuple[int, ...]
    as_of: date
    scope: Scope
    known_at: int
    run_id: str | None = None
    run_is_stale: bool = False
    run_is_behind: bool = False
    known_on: date | None = None
    is_past: bool = False
    presumed: bool = False
    """The state may have been succeeded: only statements that read the latest beside are sent with it, and whoever does
    so goes on with what `confirmed` gives."""
    other_run: tuple[str, date] | None = None
    kept: KeptColumns | None = None
    """Columns of earlier snapshots, where they may serve."""
    of_run: bool = False
    """Of a run, which may read columns of the whole bank. No request may: it reads what concerns it."""

    @property
    def day(self) -> int:
        """The day it speaks of, since 1970."""
        return times.to_day(self.as_of)

    @property
    def params(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "pending": list(self.pending),
            "as_of": self.day,
            "scope": sorted(self.scope.tokens),
            "scope_all": self.scope.everything,
        }

    def for_run(self) -> View:
        """The same for a run, see `of_run`."""
        return replace(self, of_run=True)

    def confirmed(self, state: Row | None) -> View:
        """The view that holds: this one, no longer presumed, or that of the state read beside the answer. state: a row
        of `publishing/latest`; None to ask for it."""
        if not self.presumed:
            return self
        if state is None:
            return self.store.view(as_of=self.as_of, scope=self.scope)
        return self.store.view_of_latest(state, self)

    def _check(self, found: Statement) -> None:
        if found.system and not self.scope.everything:
            raise StatementError(f"{found.name} reads past scopes; only a view of everything may send it")
        if found.whole and not self.of_run:
            raise StatementError(f"{found.name} reads the whole bank; only a run may send it")
        if self.presumed and not {*self.store.statements[LATEST].returns} <= {*found.returns}:
            raise StatementError(f"{found.name} does not read the latest state beside; confirm the view first")

    def read(self, statement: Statement | str, **params: Any) -> list[Row]:
        """Rows of a reading statement as this view sees them. Raises StoreUnavailable, GuanxiError on a timeout."""
        found = self.store.statements[statement] if isinstance(statement, str) else statement
        self._check(found)
        return self.store.read(found, self.params, **params)

    def snapshot(self, name: str, **params: Any) -> dict[str, np.ndarray[Any, Any]]:
        """Columns of a `cypher/snapshot/` statement, whose rows are chunks of `collect()`ed lists: one array each.

        Integers become int64, numbers float64, texts object arrays; a statement without rows gives empty arrays.
        """
        known = self._known(name, params)
        return self._read(name, params) if known is None else columns_of(known)

    def table(self, name: str, **params: Any) -> pl.DataFrame:
        """The same as a table, which takes no object a text. All columns of one without rows are of whole numbers."""
        known = self._known(name, params)
        return table_of(self._read(name, params)) if known is None else known

    def _known(self, name: str, params: dict[str, Any]) -> pl.DataFrame | None:
        found = self.store.statements[name]
        self._check(found)
        return self.kept.use(found.text, params) if self.kept else None

    def _read(self, name: str, params: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
        found = self.store.statements[name]
        rows = self.store.read(found, self.params, timeout_s=SCAN_TIMEOUT_S, **params)
        read = columns(name, rows, [c for c in found.returns if c != "chunk"])
        if self.kept:
            self.kept.keep(found.text, params, found.reads, read)
        return read


def readable(error: Exception, what: str) -> GuanxiError:
    """A driver's or server's error as a sentence for the user; the original stays as the cause."""
    code = getattr(error, "code", None) or ""
    if "TransactionTimedOut" in code or "LockClientStopped" in code:
        return GuanxiError(f"The database did not answer {what} in time; ask for less, or try again later.")
    if "Unauthorized" in code or "AuthenticationRateLimit" in code:
        return StoreUnavailable("Neo4j refuses the user name or password; check NEO4J_USERNAME and NEO4J_PASSWORD.")
    if "DatabaseNotFound" in code:
        return StoreUnavailable("Neo4j has no database of that name; check NEO4J_DATABASE.")
    if "MemoryPool" in code or "OutOfMemory" in code:
        return GuanxiError(f"The database ran out of memory during {what}; give it a larger heap (GUANXI_NEO4J_HEAP).")
    if isinstance(error, ServiceUnavailable):
        return StoreUnavailable("Neo4j does not answer.")
    if isinstance(error, ClientError):
        return GuanxiError(f"The database refused {what}: {error.message}")
    return GuanxiError(f"The database failed during {what}: {error}")
