"""One entry of a mapping at work: the rows of its table, filtered, converted and checked, row by row accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from graph import times
from graph.model import Kind, Property
from loaders.csv_source import LINE
from loaders.joins import joined
from loaders.mapping import Entry, Mapping, Value
from loaders.mapping_check import is_money, target_properties
from loaders.rejects import ROW, RejectLog
from loaders.steps import Context
from loaders.steps.base import text_of
from loaders.tables import Tables
from loaders.values import Builder, Built, Use, checked_currency, columns_of, condition

FLAGS = "flags"
_AT = "__at"  # the row's place in the frame as read


@dataclass
class Load:
    """What the entries of one load share: the tables, the rejects, the keys seen so far."""

    mapping: Mapping
    tables: Tables
    rejects: RejectLog
    data_date: date | None = None
    partial: bool = False
    """The source gives changes only: what it refers to may be in the store already."""
    known: dict[str, list[pl.Series]] = field(default_factory=dict)
    """Owner table -> source keys of its accepted rows."""
    kinds: dict[str, list[pl.Series]] = field(default_factory=dict)
    """person, company -> source keys of the records that say so."""
    made: dict[str, list[pl.Series]] = field(default_factory=dict)
    """Label -> keys of nodes given so far, kept where an entry adds what is missing."""
    _lookups: dict[str, dict[str, str]] = field(default_factory=dict)

    def lookup(self, table: str, key: tuple[str, ...], value: str, where: dict[str, Any] | None) -> dict[str, str]:
        """Key column(s) -> value column of a table, read once."""
        name = f"{table}:{key}:{value}:{where}"
        if name not in self._lookups:
            columns = {*key, value, *(where or {})}
            self.tables.require(table, columns, "a look-up")
            frame = self.tables.frame(table, columns)
            if where:
                frame = frame.filter(condition(where, frame.schema))
            self.rejects.take(table, frame[ROW])
            texts = frame.select(
                k=pl.concat_str([text_of(pl.col(c), frame.schema[c]) for c in key], separator="|"),
                v=text_of(pl.col(value), frame.schema[value]),
            ).drop_nulls()
            self._lookups[name] = dict(zip(texts["k"].to_list(), texts["v"].to_list(), strict=True))
        return self._lookups[name]


@dataclass
class Rows:
    """The rows an entry has taken: `__row`, `__line`, the values by name, and `flags`; beside them the rows as read."""

    entry: Entry
    frame: pl.DataFrame
    built: dict[str, Built]
    as_read: pl.DataFrame


def needed_columns(mapping: Mapping, entry: Entry) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """By table, the columns an entry must have and those it takes where they are."""
    must: dict[str, set[str]] = {entry.table: set()}
    may: dict[str, set[str]] = {entry.table: set()}
    joined = {join.table for join in entry.joins}
    table = mapping.tables[entry.table]

    def need(name: str, optional: bool) -> None:
        owner, _, column = name.partition(".")
        owner, column = (owner, column) if owner in joined else (entry.table, name)
        (may if optional else must).setdefault(owner, set()).add(column)

    ends = [entry.values[name] for name in ("key", "from", "to", "of", "value") if name in entry.values]
    for value in _all_values(mapping, entry):
        must_have = any(value is part for end in ends for part in end.parts())
        for name, optional in columns_of(value):
            filtered = not must_have or name in (entry.where or {})  # a column that the filter asks for may be absent
            need(name, optional or (table.optional_columns and filtered and name not in table.key))
    for where in (entry.where, *(where for _, where in entry.roles)):
        for name in where or {}:
            need(name, table.optional_columns)
    if entry.split_rows:
        need(entry.split_rows[0], optional=False)
    for join in entry.joins:
        must[entry.table].update(join.on)
        theirs = {*join.on.values(), *(join.where or {}), *join.gather, *join.order}
        must.setdefault(join.table, set()).update(theirs)
    return must, may


def _all_values(mapping: Mapping, entry: Entry) -> Iterable[Value]:
    yield from entry.every_value()
    if "key" not in entry.values and entry.kind in ("party", "node"):
        yield key_value(mapping, entry)
    given = mapping.source_of(entry.table).data_date.value
    if given:
        yield given


def key_value(mapping: Mapping, entry: Entry) -> Value:
    """The value that makes a row's key: the entry's own, else the table's key columns."""
    key = mapping.tables[entry.table].key
    return entry.values.get("key") or Value(columns=key, place=entry.place)


def take_rows(load: Load, entry: Entry, required: dict[str, Value]) -> Rows:
    """Reads, filters, converts and checks the rows of an entry.

    required: values without which a row is rejected, whatever the checks say (keys, ends).
    """
    frame = _frame(load, entry)
    builder = builder_of(load, entry, frame.schema)
    built = _build(load.mapping, entry, builder, required)
    wanted = [b.made.expr.alias(name) for name, b in built.items()]
    given = [_unread(b).alias(f"bad:{name}") for name, b in built.items()]
    odd = [
        b.made.rounded.fill_null(value=False).alias(f"odd:{n}") for n, b in built.items() if b.made.rounded is not None
    ]
    roles = [_holds(where, frame.schema).alias(f"role:{i}") for i, (_, where) in enumerate(entry.roles)]
    # lazily, since only then what several values have in common is worked out once
    taken = frame.lazy().select(ROW, LINE, *wanted, *given, *odd, *roles).collect()
    bad = [
        (pl.col(f"bad:{name}") & pl.col(name).is_null()).alias(f"bad:{name}")
        for name, b in built.items()
        if b.made.as_read is None
    ]
    taken = taken.with_columns(*bad, pl.lit([], pl.List(pl.String)).alias(FLAGS))
    rows = Rows(entry, taken.with_row_index(_AT), built, frame)
    _judge(load, rows, set(required))
    return rows


def _unread(built: Built) -> pl.Expr:
    """Whether something was given; where another value may stand in for it, whether it could not be read."""
    return built.given if built.made.as_read is None else built.given & built.made.as_read.is_null()


def _holds(where: dict[str, Any] | None, schema: pl.Schema) -> pl.Expr:
    return condition(where, schema) if where else pl.lit(value=True)


def _frame(load: Load, entry: Entry) -> pl.DataFrame:
    must, may = needed_columns(load.mapping, entry)
    for table, columns in must.items():
        load.tables.require(table, columns, f"the entry {entry.name!r}")
    present = {table: set(load.tables.columns(table)) for table in must}
    # without joins the filter is applied while reading; with them it may ask for their columns
    where = entry.where if not entry.joins and set(entry.where or {}) <= present[entry.table] else None
    frame = load.tables.frame(entry.table, must[entry.table] | (may[entry.table] & present[entry.table]), where)
    if (gone := load.rejects.rejected_rows(entry.table)) is not None:
        frame = frame.filter(~pl.col(ROW).is_in(gone.implode()))
    for join in entry.joins:
        wanted = must.get(join.table, set()) | (may.get(join.table, set()) & present[join.table])
        other = load.tables.frame(join.table, wanted)
        frame = joined(frame, other, join, load.mapping.tables[join.table], load.rejects)
    if entry.where and not where:
        absent = [pl.lit(None, pl.String).alias(name) for name in entry.where if name not in frame.columns]
        frame = frame.with_columns(absent).filter(condition(entry.where, frame.with_columns(absent).schema))
    if entry.split_rows:
        column, by = entry.split_rows
        parts = pl.col(column).str.split(by).list.eval(pl.element().str.strip_chars().filter(pl.element() != ""))
        frame = frame.with_columns(parts).explode(column)
    return frame


def builder_of(load: Load, entry: Entry, schema: pl.Schema) -> Builder:
    """What makes values of an entry's rows, in frames of a schema."""
    source = load.mapping.source_of(entry.table)

    def codes(settings: dict[str, Any]) -> dict[str, str]:
        return load.lookup(settings["table"], (settings["key"],), settings["value"], settings.get("where"))

    def keys(table: str, column: str) -> dict[str, str]:
        key = load.mapping.tables[table].key
        pairs = load.lookup(table, key, column, None)
        return {other: own for own, other in reversed(pairs.items())}

    given = entry.properties.get("currency")
    fixed = str(given.fixed) if given and given.fixed else None if given else source.currency

    stated = source.data_date.value
    day = data_day(load, entry)

    def builder(of_row: pl.Expr | None = None, day: pl.Expr = day) -> Builder:
        context = Context(source.time_zone, fixed, of_row, lambda name: text_of(pl.col(name), schema[name]), codes, day)
        return Builder(load.mapping, schema, context, keys, load.tables.called(entry.table))

    plain = builder()
    if stated and (of_row := plain.build(stated, Kind.DAY)):
        day = pl.coalesce(of_row.made.expr, day)
    currency = plain.build(given) if given and not fixed else None
    if given and not fixed and currency is None:
        fixed = source.currency
    return builder(currency.made.expr if currency else None, day)


def _build(mapping: Mapping, entry: Entry, builder: Builder, required: dict[str, Value]) -> dict[str, Built]:
    properties = {p.name: p for p in target_properties(entry)}
    kinds = {name: prop.kind for name, prop in properties.items()}
    built: dict[str, Built] = {}
    for name, value in (required | {n: v for n, v in entry.values.items() if n not in required}).items():
        found = builder.serving(_use(name, required)).build(value, _LANGUAGE_KINDS.get(name, Kind.TEXT))
        if found or name in required:
            built[_named(name)] = found or builder.nothing()
    for name, value in entry.properties.items():
        kind = kinds[name] if value.gather not in ("list", "count") else _ELEMENT.get(kinds[name], kinds[name])
        if value.gather == "count":
            built[name] = Built(_counted(), pl.lit(value=False), pl.lit(""), "")
        elif found := builder.build(value, kind):
            built[name] = found
    built |= _checked_lists(entry, {n: b for n, b in built.items() if b.made.kind is Kind.INTS})
    built |= {name: checked_currency(built[name]) for name in _CURRENCIES if name in built}
    if "currency" not in built and "currency" in kinds and any(is_money(properties[n]) for n in built if n in kinds):
        source = mapping.source_of(entry.table)
        fixed = builder.build(Value(fixed=source.currency or "", place=entry.place))
        if fixed and source.currency:
            built["currency"] = fixed
    data_date = mapping.source_of(entry.table).data_date.value
    if data_date and "data_day" not in built and (found := builder.build(data_date, Kind.DAY)):
        built["data_day"] = found
    return built


def _use(name: str, required: dict[str, Value]) -> Use:
    if name == "row_key":
        return "row_key"
    return "key" if name in required or name == "same_as" else "value"


def _checked_lists(entry: Entry, lists: dict[str, Built]) -> dict[str, Built]:
    """A year has no more than twelve months, and each payment has its day and its amount."""

    def only(where: pl.Expr, built: Built, fault: str) -> Built:
        made = replace(built.made, expr=pl.when(where).then(built.made.expr), reason=f"{built.made.reason}, or {fault}")
        return replace(built, made=made)

    if entry.target == "YearFigures":
        return {n: only(b.made.expr.list.len() <= _MONTHS, b, "has more than twelve") for n, b in lists.items()}
    if {"days", "amounts"} <= set(lists):
        days, amounts = lists["days"], lists["amounts"]
        lengths = days.made.expr.list.len() == amounts.made.expr.list.len()
        paired = lengths.fill_null(value=True)
        return {
            "days": only(paired, days, f"has not as many items as {amounts.columns}"),
            "amounts": only(paired, amounts, f"has not as many items as {days.columns}"),
        }
    return {}


_MONTHS = 12
_CURRENCIES = ("currency", "from_currency", "to_currency")
_LANGUAGE_KINDS = {
    "valid_from": Kind.DAY,
    "valid_to": Kind.DAY,
    "data_date": Kind.DAY,
    "flags": Kind.TEXTS,
    "roles_of": Kind.TEXTS,
    "priority": Kind.INT,
}
_ELEMENT = {Kind.INTS: Kind.INT, Kind.FLOATS: Kind.FLOAT, Kind.TEXTS: Kind.TEXT}
_RENAMED = {"from": "from_key", "to": "to_key", "of": "from_key", "data_date": "data_day", "flags": "given_flags"}


def _named(name: str) -> str:
    """The frame's name of a value of the language; `kind`, `source` … would collide with properties."""
    return _RENAMED.get(name, f"v:{name}" if name in ("kind", "source", "value", "use", "key") else name)


def _counted() -> Any:
    from loaders.steps import Made

    return Made(pl.lit(1, pl.Int64), pl.Int64(), Kind.INT)


def _judge(load: Load, rows: Rows, required: set[str]) -> None:
    """Rejects or flags what could not be converted, and rejects rows without key or ends."""
    must = {_named(name) for name in required}
    out = pl.repeat(False, rows.frame.height, eager=True)
    for name, built in rows.built.items():
        bad = rows.frame[f"bad:{name}"]
        action = "reject" if name in must else _action(rows.entry, name, built)
        if bad.any() and action != "ignore":
            if action == "reject":
                _tell(load, rows, bad, name, built.made.reason)
                out |= bad
            else:
                mark(load, rows, bad, f"{built.made.check}:{name.removeprefix('v:')}", name, built.made.reason)
        if name in must:
            empty = rows.frame[name].is_null() & ~bad
            if empty.any():
                _tell(load, rows, empty, name, "is empty")
                out |= empty
    for name in [c for c in rows.frame.columns if c.startswith("odd:")]:
        if rows.frame[name].any():
            mark(load, rows, rows.frame[name], f"rounded:{name[4:]}", name[4:], "is finer than the currency's units")
    kept = rows.frame.filter(~out) if out.any() else rows.frame
    rows.frame = kept.drop([c for c in kept.columns if c.startswith(("bad:", "odd:"))])


def _action(entry: Entry, name: str, built: Built) -> str:
    value = entry.properties.get(name) or next((v for n, v in entry.values.items() if _named(n) == name), None)
    return (value.otherwise if value else None) or entry.checks[built.made.check]


def _tell(load: Load, rows: Rows, which: pl.Series, name: str, reason: str) -> None:
    """Tells the log of rejected rows with the column and value as the source has them."""
    column, found = _as_the_source_has_it(rows, which, name)
    source = load.mapping.tables[rows.entry.table].source
    load.rejects.reject(source, rows.entry.table, column, reason, found)


def _as_the_source_has_it(rows: Rows, which: pl.Series, name: str) -> tuple[str, pl.DataFrame]:
    """The column(s) of a value, and its `__row`, `__line` and `value`."""
    built = rows.built.get(name)
    source_rows = rows.as_read[rows.frame[_AT].filter(which)]
    shown = built.shown.cast(pl.String) if built else pl.lit("")
    column = built.columns if built and built.columns else name
    return column, source_rows.select(ROW, LINE, shown.alias("value"))


def reject(load: Load, rows: Rows, which: pl.Series, name: str, reason: str) -> None:
    """Rejects rows for the value `name`, and takes them out."""
    _tell(load, rows, which, name, reason)
    rows.frame = rows.frame.filter(~which)


def mark(
    load: Load,
    rows: Rows,
    which: pl.Series,
    flag: str,
    name: str | None = None,
    reason: str = "",
    detail: pl.Expr | None = None,
) -> None:
    """Flags rows: the flag's text is added to their `flags` (with `=detail`, where one is given).

    name, reason: the value that is doubtful and why, for the file of rejects; None where something is only missing.
    """
    text = pl.lit(flag) if detail is None else pl.lit(f"{flag}=") + detail
    added = pl.when(which).then(pl.concat_list(FLAGS, text)).otherwise(pl.col(FLAGS))
    rows.frame = rows.frame.with_columns(added.alias(FLAGS))
    load.rejects.flag(rows.entry.table, flag, rows.frame[ROW].filter(which))
    if name is not None:
        column, found = _as_the_source_has_it(rows, which, name)
        load.rejects.tell_flagged(load.mapping.tables[rows.entry.table].source, rows.entry.table, column, reason, found)


def holds(rows: Rows, where: dict[str, Any]) -> pl.Series:
    """Whether a condition holds, by row."""
    as_read = rows.as_read[rows.frame[_AT]]
    return as_read.select(condition(where, as_read.schema)).to_series()


def data_day(load: Load, entry: Entry) -> pl.Expr:
    """The day the data speak of, where no column says: the caller's, else the source's own."""
    stated = load.mapping.source_of(entry.table).data_date
    day = load.data_date or stated.day
    return pl.lit(times.to_day(day) if day else None, pl.Int64)


def properties_in(entry: Entry, frame: pl.DataFrame) -> list[Property]:
    """The target's properties that the frame has."""
    return [p for p in target_properties(entry) if p.name in frame.columns]
