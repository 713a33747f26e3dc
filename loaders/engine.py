"""Loading: read and check everything, compare with the store, write what differs under a number, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol

import orjson
import polars as pl

from graph.embedded.progress import Progress, Silent
from graph.publishing import Work, begin
from graph.schema import apply_schema
from graph.store import Store
from loaders import bulk, looked_up
from loaders.apply import apply, move_late
from loaders.canonical import Batch, TableCount, Unread
from loaders.counts import table_reports
from loaders.mapping import Mapping, load_mapping
from loaders.plan import Plan, data_day_of
from loaders.planner import Planner
from loaders.reader import read
from loaders.rejects import RejectLog
from loaders.report import LoadOptions, LoadReport
from loaders.staging import Staged
from loaders.stored import Stored


class Reading(Protocol):
    """A source being read: its batches, and once they are exhausted the account of its rows."""

    name: str

    def batches(self) -> Iterator[Batch]:
        """Checked rows, one mapping entry after the other. Raises BadInput where too many were rejected."""

    def counts(self) -> list[TableCount]:
        """The account of each table read."""

    def rejected_rows(self, table: str) -> pl.Series | None:
        """Ordinals of a table's rejected rows, if any."""

    def unread(self) -> Unread:
        """What the rejected rows may describe."""

    def rejects_file(self) -> Path | None:
        """The file of rejected and flagged values, where there are any."""


class MappedReading:
    """A source read through its mapping."""

    def __init__(self, mapping: Mapping, location: Path | str, options: LoadOptions) -> None:
        self.name = mapping.name
        self._mapping, self._location, self._options = mapping, location, options
        self._log = RejectLog(options.rejects_file, options.rejects)

    def batches(self) -> Iterator[Batch]:
        """See `Reading`."""
        partial = self._options.mode == "delta"
        return read(
            self._mapping, self._location, rejects=self._log, data_date=self._options.data_date, partial=partial
        )

    def counts(self) -> list[TableCount]:
        """See `Reading`."""
        return self._log.counts()

    def rejected_rows(self, table: str) -> pl.Series | None:
        """See `Reading`."""
        return self._log.rejected_rows(table)

    def unread(self) -> Unread:
        """See `Reading`."""
        return self._log.unread

    def rejects_file(self) -> Path | None:
        """See `Reading`."""
        return self._log.written


class GivenBatches:
    """Batches made by hand, for tests and other programs; every row counts as accepted."""

    def __init__(self, batches: Sequence[Batch], name: str = "given", unread: Unread | None = None) -> None:
        self.name = name
        self._batches, self._unread = batches, unread or Unread()

    def batches(self) -> Iterator[Batch]:
        """See `Reading`."""
        return iter(self._batches)

    def counts(self) -> list[TableCount]:
        """Ordinals that the batches of a table name, each a row."""
        rows: dict[str, set[int]] = {}
        for batch in self._batches:
            given = batch.rows.to_list() if batch.rows is not None else range(batch.frame.height)
            rows.setdefault(batch.table, set()).update(given)
        return [TableCount(table, len(found), len(found), 0, 0) for table, found in rows.items()]

    def rejected_rows(self, table: str) -> pl.Series | None:  # noqa: ARG002
        """None: whoever made the batches left them out."""
        return None

    def unread(self) -> Unread:
        """See `Reading`."""
        return self._unread

    def rejects_file(self) -> Path | None:
        """None: nothing was rejected."""
        return None


def load(
    store: Store,
    mapping: Mapping | str | Path,
    location: Path | str,
    options: LoadOptions | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load a source through its mapping (a shipped name, a file, or a parsed one).

    location: a folder, a file, or the URL of a database. Raises BadInput for a source that cannot be taken, Conflict
    where another load or run is going on or a full load would close too much; the store is then as before.
    """
    chosen = options or LoadOptions()
    found = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    return load_reading(store, MappedReading(found, location, chosen), chosen, progress)


def load_reading(
    store: Store, reading: Reading, options: LoadOptions | None = None, progress: Progress | None = None
) -> LoadReport:
    """The same for anything that yields batches."""
    chosen = options or LoadOptions()
    watch = progress or Silent()
    started = time.monotonic()
    apply_schema(store)
    with Staged() as staged:
        work = begin(store, "load", user=chosen.user, properties={"mapping": reading.name, "mode": chosen.mode})
        with work:
            _stage(staged, reading, watch)
            report = _write(store, work, staged, reading, chosen, watch)
    report.elapsed_ms = int((time.monotonic() - started) * 1000)
    return report


def _stage(staged: Staged, reading: Reading, watch: Progress) -> None:
    watch.step("Reading and checking")
    seen = 0

    def advance(_: str, rows: int) -> None:
        nonlocal seen
        seen += rows
        watch.advance(seen, 0)

    staged.take(reading.batches(), advance)
    staged.unread = reading.unread()


def _write(
    store: Store, work: Work, staged: Staged, reading: Reading, options: LoadOptions, watch: Progress
) -> LoadReport:
    by_import = bulk.serves(store, staged, options)
    if by_import:
        first = bulk.FirstPlanner(staged, bulk.NothingStored(store), options, data_day_of(options, store.zone))
        plan = bulk.import_all(store, work, staged, first, watch)
    else:
        plan = _over_bolt(store, work, staged, options, watch)
    tables = table_reports(staged, plan, reading.counts(), reading.rejected_rows, all_new=by_import)
    path: Literal["bolt", "bulk"] = "bulk" if by_import else "bolt"
    report = LoadReport(work.id, work.number, 0, reading.name, options.mode, path, tables, plan.changes)
    report.joined_parties = plan.joined.height
    report.rejects_file = reading.rejects_file()
    report.warnings = [*staged.warnings, *_hints(plan, options)]
    watch.step("Publishing")
    counts = {"counts": orjson.dumps(report.counts()).decode()}
    report.published_seq = work.publish(counts, also=lambda tx: move_late(plan, tx.under(work.number)))
    return report


def _over_bolt(store: Store, work: Work, staged: Staged, options: LoadOptions, watch: Progress) -> Plan:
    stored = Stored(store)
    watch.step("Comparing with the store")
    known: Stored = bulk.NothingStored(store) if bulk.is_fresh(store) else stored
    if looked_up.serves(known, staged, options):
        known = looked_up.LookedUp(store, staged)
        if options.mode == "merge":
            staged.warnings.append(_NOT_COUNTED)
    plan = Planner(staged, known, options, data_day_of(options, store.zone)).plan()
    total = plan.size()
    watch.step(f"Writing {total:,} changes")
    apply(plan, work, stored, _counter(watch, total))
    return plan


_NOT_COUNTED = "This load is small beside the store, so what its tables no longer have was not counted. --full does."


def _counter(watch: Progress, total: int) -> Callable[[int], None]:
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        watch.advance(min(done, total), total)

    return advance


def _hints(plan: Plan, options: LoadOptions) -> list[str]:
    found = []
    for name, change in plan.changes.items():
        if change.missing:
            found.append(
                f"{change.missing:,} {name} from the same tables are not in this load; they stay. --full closes them."
            )
        if change.kept:
            found.append(
                f"{change.kept:,} {name} are not in this load, but may stand in rejected rows of their tables; "
                "they stay. --full --allow-closing closes them."
            )
        if change.resummed and options.mode == "merge":
            found.append(
                f"{change.resummed:,} {name} that sum rows are replaced by the sums of this load's rows alone: "
                "its files must hold every row of them."
            )
    return found
