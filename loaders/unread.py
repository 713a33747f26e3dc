"""The keys of rejected rows: what such a row describes is still in its table, so no load may take it for gone."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from graph import model
from loaders.bods import RECORDS, TABLE
from loaders.canonical import Unread
from loaders.mapping import Entry, Mapping, Value
from loaders.rejects import ROW, RejectLog
from loaders.row_keys import stated_row_key
from loaders.rows import Load, builder_of, key_value
from loaders.values import columns_of, source_key


def unread(load: Load, entries: Iterable[Entry]) -> Unread:
    """What the rows rejected in a reading, which is over, may describe."""
    found = Unread()
    for entry in entries:
        rejected = load.rejects.rejected_rows(entry.table)
        broken = load.rejects.broken_lines(entry.table) > 0
        if entry.only_if_missing or (rejected is None and not broken):
            continue
        keys = None if rejected is None else _keys(load, entry, rejected)
        if broken or keys is None or keys.null_count():
            found.unclear.add((_name(entry), *keys_of(load.mapping, entry)))
        if keys is not None:
            found.keys.setdefault(_name(entry), set()).update(keys.drop_nulls())
    return found


def unread_statements(mapping: Mapping, rejects: RejectLog) -> Unread:
    """The same for statements, which share one table: a rejected one can be of any kind."""
    if not any(count.rejected for count in rejects.counts()):
        return Unread()
    source = next(iter(mapping.sources))
    records = {("SourceRecord", source, table) for table in (TABLE, RECORDS)}
    return Unread(unclear=records | {(link.type, source, TABLE) for link in model.LINKS})


def keys_of(mapping: Mapping, entry: Entry) -> tuple[str, str]:
    """The source and table in whose name the keys of what an entry makes are written."""
    owner = mapping.owner(entry)
    return owner.source, owner.name


def _name(entry: Entry) -> str:
    return {"party": "SourceRecord", "identifier": "HAS_IDENTIFIER"}.get(entry.kind, entry.target)


def _keys(load: Load, entry: Entry, rejected: pl.Series) -> pl.Series | None:
    """The keys that rejected rows would have had, null where they have none; None where rows alone do not say."""
    makes_key = entry.kind in ("party", "node")
    value = key_value(load.mapping, entry) if makes_key else entry.values.get("row_key")
    if value is None or not _of_the_row(load, entry, value):
        return None
    frame = load.tables.frame(entry.table, {name for name, _ in columns_of(value)})
    frame = frame.filter(pl.col(ROW).is_in(rejected.implode()))
    built = builder_of(load, entry, frame.schema).serving("key" if makes_key else "row_key").build(value)
    if built is None:
        return None
    owner = load.mapping.owner(entry)
    key = built.made.expr
    whole = source_key(owner, key) if makes_key else stated_row_key(key, entry.table, whole=value.whole)
    return frame.select(key=whole).to_series()


def _of_the_row(load: Load, entry: Entry, value: Value) -> bool:
    """Whether a row by itself gives the value: no other table's columns, no part of a list in one of its own."""
    present = set(load.tables.columns(entry.table))
    return not entry.split_rows and all(name in present for name, _ in columns_of(value))
