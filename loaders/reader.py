"""Reading a source through its mapping: party records first, then nodes, then links, each as a checked batch."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from graph import model
from graph.errors import BadInput
from loaders.above_one import above_one, companies_above_one, current_shares, flagged_above_one
from loaders.canonical import Batch, NodeTarget, RecordTarget
from loaders.frames import assert_contract
from loaders.mapping import Entry, Mapping
from loaders.misread import left_aside, may_be_table
from loaders.rejects import ROW, RejectLog
from loaders.rows import Load, needed_columns
from loaders.shelf import Parked, Shelf, take_back
from loaders.sql_source import is_url, without_password
from loaders.tables import Tables
from loaders.targets import adds_up, gathers, identifier_rows, link_rows, node_rows, record_rows, target_of
from loaders.unread import keys_of, unread, unread_statements
from loaders.untold import tells_nothing, untold

Progress = Callable[[str, int], None]
"""Told after each entry: its name and the rows it gave."""

MOST_NAMED = 10
"""Files of a folder that an error names."""


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

        if is_url(location):
            told = f"The mapping {mapping.name} reads files of statements, and no database: give a folder or a file."
            raise BadInput(told, field="from", value=without_password(str(location)))
        beside = Path(location).iterdir() if Path(location).is_dir() else ()
        warnings = left_aside(mapping.name, [file.name for file in beside if may_be_table(file)], ())
        batches = _warned(read_bods(mapping, Path(location), rejects=rejects, data_date=data_date), warnings)
    else:
        batches = _read_tables(mapping, location, rejects, data_date, partial)
    try:
        for batch in batches:
            assert_contract(batch)
            if progress:
                progress(batch.entry, batch.frame.height)
            yield batch
        if mapping.reader == "bods":
            rejects.unread = unread_statements(mapping, rejects)
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
            raise BadInput(" ".join([_nothing(mapping, location), *tables.spreadsheets()]), field="from")
        load = Load(mapping, tables, rejects, data_date, partial)
        yield from _warned(_Reading(load, entries, Path(parked)).batches(), tables.unread())
        rejects.unread = unread(load, entries)


def _warned(batches: Iterator[Batch], warnings: list[str]) -> Iterator[Batch]:
    """The batches, the first of them with warnings."""
    further = tuple(warnings)
    for batch in batches:
        yield replace(batch, warnings=(*batch.warnings, *further))
        further = ()


def _nothing(mapping: Mapping, location: Path | str) -> str:
    shown = without_password(str(location)) if is_url(location) else location
    told = f"{shown} holds none of the tables of the mapping {mapping.name}."
    if is_url(location):
        return told
    if not Path(location).is_file():
        files = sorted(path.name for path in Path(location).iterdir() if not path.name.startswith("."))
        seen = ", ".join(files[:MOST_NAMED]) + (", …" if len(files) > MOST_NAMED else "") if files else "nothing"
        return f"{told} It holds {seen}. Name files after their tables: {', '.join(mapping.tables)} (.csv, .parquet)."
    return f"{told} It is a file: name it after its table ({', '.join(mapping.tables)}), or give the folder it is in."


def _need_data_date(mapping: Mapping, data_date: date | None) -> None:
    missing = [name for name, source in mapping.sources.items() if source.data_date.given]
    if missing and data_date is None:
        raise BadInput(
            f"The mapping {mapping.name} leaves the data date of {missing[0]} to you: say --data-date 2024-12-31.",
            field="data_date",
        )


def _wanted(mapping: Mapping) -> dict[str, set[str]]:
    """By table, every column that some entry or look-up reads."""
    wanted: dict[str, set[str]] = {name: {*table.key, *table.one_of} for name, table in mapping.tables.items()}
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


class _Reading:
    """One reading. A row is loaded whole or rejected: what a table's rows have made waits on disk until every entry of
    the table has judged them; only tables with a single entry are given as they are read."""

    def __init__(self, load: Load, entries: list[Entry], folder: Path) -> None:
        self._load, self._entries = load, entries
        self._shelf = Shelf(folder, load.rejects)
        several = Counter(entry.table for entry in entries)
        self._judged_by_others = {table for table, count in several.items() if count > 1}

    def batches(self) -> Iterator[Batch]:
        nodes = [*self._records(), *self._nodes()]
        identifiers, identifier_links = self._identifiers()
        links = [entry for entry in self._of("link") if entry.target != "OWNS"]
        early = {entry.place: self._park_links(entry) for entry in links if entry.table in self._judged_by_others}
        holdings = [self._park_links(entry) for entry in self._of("link") if entry.target == "OWNS"]
        take_back(self._load, self._shelf, nodes, [*identifier_links, *early.values(), *holdings])
        for one in [*nodes, *identifiers, *identifier_links]:
            yield self._batch(one, self._shelf.take(one))
        for entry in links:
            if entry.place in early:
                yield self._batch(early[entry.place], self._shelf.take(early[entry.place]))
            else:
                yield self._batch(self._as_parked(entry), link_rows(self._load, entry))
        yield from self._holdings(holdings)

    def _of(self, kind: str) -> list[Entry]:
        found = [entry for entry in self._entries if entry.kind == kind]
        return sorted(found, key=lambda entry: entry.only_if_missing)  # what is missing is known last

    def _records(self) -> Iterator[Parked]:
        for entry in self._of("party"):
            frame = record_rows(self._load, entry)
            self._know(entry, frame["record_id"])
            for kind in ("person", "company"):
                self._load.kinds.setdefault(kind, []).append(frame.filter(kind=kind)["record_id"])
            yield self._shelf.put(Parked(entry, RecordTarget()), frame)

    def _nodes(self) -> Iterator[Parked]:
        for entry in self._of("node"):
            frame = node_rows(self._load, entry)
            fresh = self._fresh(entry, frame)
            if fresh.height or not entry.only_if_missing:
                of_one_row = not (gathers(entry) or entry.distinct or entry.only_if_missing)
                parked = Parked(entry, NodeTarget(entry.target), of_one_row, stub=entry.only_if_missing)
                yield self._shelf.put(parked, fresh)

    def _identifiers(self) -> tuple[list[Parked], list[Parked]]:
        """The nodes, which rows of any entry may share, and the links to them."""
        found: list[Parked] = []
        linked: list[Parked] = []
        seen: list[pl.Series] = []
        for entry in self._of("identifier"):
            nodes, links = identifier_rows(self._load, entry)
            linked.append(self._shelf.put(self._as_parked(entry), links))
            if seen:
                nodes = nodes.filter(~pl.col("identifier_id").is_in(pl.concat(seen).implode()))
            seen.append(nodes["identifier_id"])
            found.append(self._shelf.put(Parked(entry, NodeTarget("Identifier"), of_one_row=False), nodes))
        return found, linked

    def _as_parked(self, entry: Entry) -> Parked:
        return Parked(entry, target_of(self._load.mapping, entry), of_one_row=not gathers(entry))

    def _park_links(self, entry: Entry) -> Parked:
        return self._shelf.put(self._as_parked(entry), link_rows(self._load, entry))

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

    def _holdings(self, parked: list[Parked]) -> Iterator[Batch]:
        """All holdings are known before the first is given: those of one company may stand in several tables."""
        summed = [one for one in parked if one.entry.checks["above_one"] != "ignore" and "share" in one.columns]
        above = companies_above_one([current_shares(self._shelf.look(one)) for one in summed])
        for one in parked:
            frame = self._shelf.take(one)
            if one.entry.checks["above_one"] != "ignore":
                frame = self._flag_above(one.entry, frame, above)
            yield self._batch(one, frame)

    def _flag_above(self, entry: Entry, frame: pl.DataFrame, above: pl.Series) -> pl.DataFrame:
        which = above_one(frame, above)
        if not which.any():
            return frame
        self._load.rejects.flag(entry.table, "above_one", frame[ROW].filter(which))
        return flagged_above_one(frame, which)

    def _batch(self, parked: Parked, frame: pl.DataFrame) -> Batch:
        entry = parked.entry
        self._load.rejects.take(entry.table, frame[ROW])
        source = self._load.mapping.tables[entry.table].source
        return Batch(
            parked.target,
            frame.drop(ROW),
            source,
            entry.table,
            whole=not self._load.partial and self._is_all(entry) and not tells_nothing(self._load, entry),
            entry=entry.name,
            stub=parked.stub,
            rows=frame[ROW],
            owner=keys_of(self._load.mapping, entry),
            summed=adds_up(entry),
            untold=frozenset() if parked.of_nodes else untold(self._load, entry, frame.columns),
        )

    def _is_all(self, entry: Entry) -> bool:
        """Whether the load has every table that gives things of the entry's kind under the same table's name."""
        mapping = self._load.mapping
        alike = [
            e for e in mapping.entries if (e.kind, e.target) == (entry.kind, entry.target) and not e.only_if_missing
        ]
        of_owner = {e.table for e in alike if keys_of(mapping, e) == keys_of(mapping, entry)}
        return of_owner <= {e.table for e in self._entries}
