"""Reading a source through its mapping: party records first, then nodes, then links, each as a checked batch."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from graph import model
from graph.errors import BadInput
from loaders.above_one import above_one, companies_above_one, current_shares, flagged_above_one
from loaders.canonical import Batch, LinkTarget, NodeTarget, RecordTarget
from loaders.frames import assert_contract
from loaders.mapping import Entry, Mapping
from loaders.rejects import ROW, RejectLog
from loaders.rows import Load, needed_columns
from loaders.tables import Tables
from loaders.targets import identifier_rows, link_rows, node_rows, record_rows, target_of

Progress = Callable[[str, int], None]
"""Told after each entry: its name and the rows it gave."""


def read(
    mapping: Mapping,
    location: Path | str,
    *,
    rejects: RejectLog,
    data_date: date | None = None,
    partial: bool = False,
    progress: Progress | None = None,
) -> Iterator[Batch]:
    """The batches of a source: records, then nodes, then links.

    location: a folder (or file), or the URL of a database. data_date: the day the data speak of, before what the
    mapping says. partial: the source holds changes only, so that references outside it are no fault.
    When it is exhausted, `rejects.counts()` is the account of each table; too many rejects raise BadInput at the end.
    """
    if mapping.reader == "bods":
        from loaders.bods import read_bods

        batches = read_bods(mapping, Path(location), rejects=rejects, data_date=data_date)
    else:
        batches = _read_tables(mapping, location, rejects, data_date, partial)
    try:
        for batch in batches:
            assert_contract(batch)
            if progress:
                progress(batch.entry, batch.frame.height)
            yield batch
        rejects.enforce()
    finally:
        rejects.close()


def _read_tables(
    mapping: Mapping, location: Path | str, rejects: RejectLog, data_date: date | None, partial: bool
) -> Iterator[Batch]:
    _need_data_date(mapping, data_date)
    with Tables(mapping, location, rejects, _wanted(mapping)) as tables, tempfile.TemporaryDirectory() as parked:
        present = {name for name in mapping.tables if tables.present(name)}
        entries = [entry for entry in mapping.entries if entry.table in present]
        if not entries:
            raise BadInput(f"{location} holds none of the tables of the mapping {mapping.name}.", field="from")
        yield from _Reading(Load(mapping, tables, rejects, data_date, partial), entries, Path(parked)).batches()


def _need_data_date(mapping: Mapping, data_date: date | None) -> None:
    missing = [name for name, source in mapping.sources.items() if source.data_date.given]
    if missing and data_date is None:
        raise BadInput(
            f"The mapping {mapping.name} leaves the data date of {missing[0]} to you: say --data-date 2024-12-31.",
            field="data_date",
        )


def _wanted(mapping: Mapping) -> dict[str, set[str]]:
    """By table, every column that some entry or look-up reads."""
    wanted: dict[str, set[str]] = {name: set(table.key) for name, table in mapping.tables.items()}
    for entry in mapping.entries:
        for columns in needed_columns(mapping, entry):
            for table, names in columns.items():
                wanted[table] |= names
        for value in entry.every_value():
            for table, column in value.ref.targets.values() if value.ref else ():
                if column:
                    wanted[table].add(column)
            for name, argument, _ in value.steps:
                if name == "codes":
                    wanted[argument["table"]] |= {argument["key"], argument["value"], *argument.get("where", {})}
    return wanted


@dataclass
class _Parked:
    entry: Entry
    path: Path


class _Reading:
    """One reading: the entries in their order, what is parked on disk until its turn."""

    def __init__(self, load: Load, entries: list[Entry], folder: Path) -> None:
        self._load, self._entries, self._folder = load, entries, folder
        self._identifier_links: list[_Parked] = []

    def batches(self) -> Iterator[Batch]:
        yield from self._records()
        yield from self._nodes()
        yield from self._links()

    def _of(self, kind: str) -> list[Entry]:
        found = [entry for entry in self._entries if entry.kind == kind]
        return sorted(found, key=lambda entry: entry.only_if_missing)  # what is missing is known last

    def _records(self) -> Iterator[Batch]:
        for entry in self._of("party"):
            frame = record_rows(self._load, entry)
            self._know(entry, frame["record_id"])
            yield self._batch(entry, frame, RecordTarget())

    def _nodes(self) -> Iterator[Batch]:
        for entry in self._of("node"):
            frame = node_rows(self._load, entry)
            fresh = self._fresh(entry, frame)
            if fresh.height or not entry.only_if_missing:
                yield self._batch(entry, fresh, NodeTarget(entry.target), stub=entry.only_if_missing)
        seen: list[pl.Series] = []
        for entry in self._of("identifier"):
            nodes, links = identifier_rows(self._load, entry)
            self._identifier_links.append(self._park(entry, links))
            if seen:
                nodes = nodes.filter(~pl.col("identifier_id").is_in(pl.concat(seen).implode()))
            seen.append(nodes["identifier_id"])
            yield self._batch(entry, nodes, NodeTarget("Identifier"))

    def _fresh(self, entry: Entry, frame: pl.DataFrame) -> pl.DataFrame:
        """Keeps the keys of a label's nodes; an `only_if_missing` entry gives only those not given before."""
        key = model.node_type(entry.target).key
        made = self._load.made.setdefault(entry.target, [])
        if entry.only_if_missing:
            self._load.rejects.take(entry.table, frame[ROW])
            frame = frame.unique(key, keep="first", maintain_order=True)
            if made:
                frame = frame.filter(~pl.col(key).is_in(pl.concat(made).implode()))
        made.append(frame[key])
        self._know(entry, frame[key])
        return frame

    def _know(self, entry: Entry, keys: pl.Series) -> None:
        owner = self._load.mapping.owner(entry)
        if not owner.named_only:  # keys of a table that is not there can be anywhere
            self._load.known.setdefault(owner.name, []).append(keys.rename("key"))

    def _links(self) -> Iterator[Batch]:
        for parked in self._identifier_links:
            yield self._batch(parked.entry, self._unpark(parked), target_of(self._load.mapping, parked.entry))
        holdings = [entry for entry in self._of("link") if entry.target == "OWNS"]
        for entry in self._of("link"):
            if entry not in holdings:
                yield self._batch(entry, link_rows(self._load, entry), target_of(self._load.mapping, entry))
        yield from self._holdings(holdings)

    def _holdings(self, entries: list[Entry]) -> Iterator[Batch]:
        """All holdings are read before the first is given: those of one company may stand in several tables."""
        parked, sums = [], []
        for entry in entries:
            frame = link_rows(self._load, entry)
            if entry.checks["above_one"] != "ignore" and "share" in frame.columns:
                sums.append(current_shares(frame))
            parked.append(self._park(entry, frame))
        above = companies_above_one(sums)
        for one in parked:
            frame = self._unpark(one)
            if one.entry.checks["above_one"] != "ignore":
                frame = self._flag_above(one.entry, frame, above)
            yield self._batch(one.entry, frame, target_of(self._load.mapping, one.entry))

    def _flag_above(self, entry: Entry, frame: pl.DataFrame, above: pl.Series) -> pl.DataFrame:
        which = above_one(frame, above)
        if not which.any():
            return frame
        self._load.rejects.flag(entry.table, "above_one", frame[ROW].filter(which))
        return flagged_above_one(frame, which)

    def _park(self, entry: Entry, frame: pl.DataFrame) -> _Parked:
        parked = _Parked(entry, self._folder / f"{len(list(self._folder.iterdir()))}.arrow")
        frame.write_ipc(parked.path, compression="lz4")
        return parked

    def _unpark(self, parked: _Parked) -> pl.DataFrame:
        frame = pl.read_ipc(parked.path)
        parked.path.unlink()
        return frame

    def _batch(
        self, entry: Entry, frame: pl.DataFrame, target: RecordTarget | NodeTarget | LinkTarget, stub: bool = False
    ) -> Batch:
        self._load.rejects.take(entry.table, frame[ROW])
        source = self._load.mapping.tables[entry.table].source
        whole = not self._load.partial
        return Batch(target, frame.drop(ROW), source, entry.table, whole, entry=entry.name, stub=stub, rows=frame[ROW])
