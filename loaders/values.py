"""Values of a mapping as polars expressions over one table's frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Literal

import polars as pl

from graph.errors import BadInput
from graph.model import Kind
from loaders.currencies import CURRENCIES
from loaders.mapping import Mapping, Ref, Table, Value
from loaders.steps import STEPS, Context, Made, finish
from loaders.steps.base import text_of, whole_number

_SOURCE_KEY = r"^[^:]+:[^:]+:.+"
_FIELD = re.compile(r"\{([^{}]+)\}")
_NOT_WHOLE = "is no whole number"
_LISTS = (Kind.TEXTS, Kind.INTS, Kind.FLOATS)
Keys = Callable[[str, str], dict[str, str]]  # table, column -> {value of the column: key of the row}


@dataclass(frozen=True)
class Built:
    """A value ready to be selected. `given`: there was something to convert; `shown`: what a report prints of it."""

    made: Made
    given: pl.Expr
    shown: pl.Expr
    columns: str
    owners: tuple[str, ...] = ()  # tables referred to, where it is a reference


def condition(where: dict[str, Any], schema: pl.Schema, columns: dict[str, pl.Expr] | None = None) -> pl.Expr:
    """A `where` as an expression that is true or false, never null. columns: what to ask in place of a column."""
    found = {name: (columns or {}).get(name, pl.col(name)) for name in where}
    texts = {name: text_of(here, schema[name]) for name, here in found.items()}
    return reduce(lambda a, b: a & b, (_one_condition(texts[name], wanted) for name, wanted in where.items()))


def _one_condition(here: pl.Expr, wanted: Any) -> pl.Expr:
    if isinstance(wanted, dict) and "present" in wanted:
        return here.is_not_null() if wanted["present"] else here.is_null()
    if isinstance(wanted, dict):
        return ~here.is_in(_list(wanted["not"])).fill_null(value=False)
    return here.is_in(_list(wanted)).fill_null(value=False)


def _list(wanted: str | list[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else list(wanted)


def columns_of(value: Value) -> Iterator[tuple[str, bool]]:
    """Every column a value reads, and whether it may be absent."""
    for part in value.parts():
        optional = value.optional or part.optional
        for name in (part.column, *part.columns, *_FIELD.findall(part.format or "")):
            if name:
                yield name, optional
        for name in part.where or {}:
            yield name, optional
        for step, argument, _ in part.steps:
            if step == "day_in_month":
                yield argument, optional
            if step == "ended":
                yield from ((name, optional) for name in argument)


def no_ordinal(row_key: pl.Expr) -> pl.Expr:
    """A row key whose last part a source states, such that none is taken for an ordinal: `#` is doubled before
    digits alone."""
    return row_key.str.replace(r"^([^:]*:|)(#+\d+)$", "${1}#${2}")


def source_key(owner: Table, key: pl.Expr) -> pl.Expr:
    """`source:table:key`; a key that has that form already stays, where the table says so."""
    whole = pl.lit(f"{owner.source}:{owner.name}:") + key
    return pl.when(key.str.contains(_SOURCE_KEY)).then(key).otherwise(whole) if owner.keep_source_keys else whole


Use = Literal["value", "key", "row_key"]
"""What a value serves for: a key names something, so that a number which is not whole is none."""


class Builder:
    """Turns values into expressions over frames of one schema."""

    def __init__(
        self, mapping: Mapping, schema: pl.Schema, context: Context, keys: Keys, of: str, use: Use = "value"
    ) -> None:
        """of: what errors call the rows."""
        self._mapping, self._schema, self._context, self._keys = mapping, schema, context, keys
        self._of, self._use = of, use

    def serving(self, use: Use) -> Builder:
        """The same for values of another use."""
        return Builder(self._mapping, self._schema, self._context, self._keys, self._of, use)

    def build(self, value: Value, kind: Kind = Kind.TEXT) -> Built | None:
        """The value in the terms of a kind, or None where its columns are absent and may be."""
        first = self._base(value, kind)
        if first is None:
            return None
        made, given, owners = first.made, first.given, first.owners
        if value.column and kind not in _LISTS and "split" not in [name for name, *_ in value.steps]:
            self._refuse_list(value.column, made.dtype)
        for name, argument, more in value.steps:
            made = STEPS[name].run(made, argument, more, self._context)
        if value.ref:
            made, owners = self._referred(value.ref, made)
        made = _whole_lists(finish(made, kind, self._context))
        if value.where:
            holds = condition(value.where, self._schema)
            made = replace(made, expr=pl.when(holds).then(made.expr))
            given = given & holds
        return Built(made, given, first.shown, first.columns, owners)

    def nothing(self) -> Built:
        """The value of a column that is absent and needed."""
        empty = pl.lit(None, pl.String)
        return Built(Made(empty, pl.String()), pl.lit(value=False), empty, "")

    def _base(self, value: Value, kind: Kind) -> Built | None:
        if value.column is not None:
            return self._column(value)
        if value.fixed is not None:
            text = str(value.fixed).lower() if isinstance(value.fixed, bool) else str(value.fixed)
            literal = pl.lit(text)
            return Built(Made(literal, pl.String()), pl.lit(value=True), literal, "")
        if value.columns:
            return self._joined([self._text(name) for name in value.columns], value.joiner, value.columns)
        if value.format is not None:
            names = _FIELD.findall(value.format)
            filled = pl.format(_FIELD.sub("{}", value.format), *(self._text(name) for name in names))
            if self._use == "row_key":
                filled = no_ordinal(filled)
            every = pl.all_horizontal(self._text(name).is_not_null() for name in names)
            return Built(Made(pl.when(every).then(filled), pl.String()), every, filled, ", ".join(names))
        return self._composed(value, kind)

    def _column(self, value: Value) -> Built | None:
        name = value.column or ""
        if name not in self._schema:
            return None
        here, dtype = pl.col(name), self._schema[name]
        if value.nulls:
            here = pl.when(~text_of(here, dtype).is_in(list(value.nulls))).then(here)
        given = here.is_not_null()
        shown = (
            text_of(here, dtype)
            if not isinstance(dtype, pl.List)
            else here.list.eval(pl.element().cast(pl.String)).list.join(";")
        )
        if self._use != "value" and dtype.is_float():
            return Built(Made(whole_number(here), pl.Int64(), reason=_NOT_WHOLE), given, shown, name)
        return Built(Made(here, dtype), given, shown, name)

    def _text(self, name: str) -> pl.Expr:
        here, dtype = pl.col(name), self._schema[name]
        self._refuse_list(name, dtype)
        whole = self._use != "value" and dtype.is_float()
        return whole_number(here).cast(pl.String) if whole else text_of(here, dtype)

    def _refuse_list(self, name: str, dtype: pl.DataType) -> None:
        if isinstance(dtype, pl.List):
            raise BadInput(
                f"{self._of}: the column {name!r} holds lists, and one value is wanted. Give a column of texts.",
                field=name,
            )

    def _joined(self, texts: list[pl.Expr], joiner: str, names: tuple[str, ...]) -> Built:
        joined = pl.concat_str(texts, separator=joiner)
        shown = pl.concat_str([text_of(pl.col(name), self._schema[name]) for name in names], separator=joiner)
        made = Made(joined, pl.String())
        if self._use != "value":
            made = replace(made, reason=_NOT_WHOLE)
        return Built(made, shown.is_not_null(), shown, ", ".join(names))

    def _composed(self, value: Value, kind: Kind) -> Built | None:
        inner = {Kind.INTS: Kind.INT, Kind.FLOATS: Kind.FLOAT, Kind.TEXTS: Kind.TEXT}.get(kind, Kind.TEXT)
        within = kind if value.first_of and not value.steps else inner if value.list else Kind.TEXT
        parts = [built for part in value.concat or value.first_of or value.list if (built := self.build(part, within))]
        if not parts or (value.concat and len(parts) < len(value.concat)):
            return None
        names = ", ".join(dict.fromkeys(part.columns for part in parts if part.columns))
        owners = tuple(owner for part in parts for owner in part.owners)
        exprs = [part.made.expr for part in parts]
        any_given = pl.any_horizontal(part.given for part in parts)
        shown = pl.concat_str([part.shown for part in parts], separator=" ", ignore_nulls=True)
        if value.first_of:
            made = replace(parts[0].made, expr=pl.coalesce(exprs), as_read=None)
            return Built(made, any_given, shown, names, owners)
        every = pl.all_horizontal(part.given for part in parts)
        if value.concat:
            made = replace(
                parts[0].made,
                expr=pl.concat_str(exprs, separator=value.joiner),
                dtype=pl.String(),
                kind=None,
                as_read=None,
            )
            reason = next((p.made.reason for p in parts if p.made.check != "value"), parts[0].made.reason)
            check = next((p.made.check for p in parts if p.made.check != "value"), "value")
            return Built(replace(made, reason=reason, check=check), every, shown, names)
        listed = pl.when(any_given).then(pl.concat_list(exprs))
        made = Made(listed, pl.List(parts[0].made.dtype), kind, "has an empty or unreadable item")
        return Built(made, any_given, shown, names)

    def _referred(self, ref: Ref, made: Made) -> tuple[Made, tuple[str, ...]]:
        owners = tuple(table for table, _ in ref.targets.values())
        if ref.by is None:
            (table, column) = ref.targets[""]
            return Made(self._key(table, column, made.text), pl.String(), Kind.TEXT, _no_row(table, column)), owners
        chooser = self.build(ref.by)
        if chooser is None:
            return replace(made, expr=pl.lit(None, pl.String), dtype=pl.String()), owners
        key = pl.lit(None, pl.String)
        for word, (table, column) in ref.targets.items():
            key = pl.when(chooser.made.expr == word).then(self._key(table, column, made.text)).otherwise(key)
        reason = f"refers to no known table: {chooser.columns} says none of {', '.join(ref.targets)}"
        return Made(key, pl.String(), Kind.TEXT, reason), owners

    def _key(self, table: str, column: str | None, text: pl.Expr) -> pl.Expr:
        owner = self._mapping.tables[table]
        if column is None or (column,) == self._mapping.tables[table].key:
            return source_key(owner, text)
        found = self._keys(table, column)
        old, new = list(found), list(found.values())
        return source_key(owner, text.replace_strict(old, new, default=None, return_dtype=pl.String))


def _no_row(table: str, column: str | None) -> str:
    return f"is no {column} of {table}" if column else "is no key"


def _whole_lists(made: Made) -> Made:
    """A list with an empty item cannot be kept: the graph's lists hold no nulls."""
    if not isinstance(made.dtype, pl.List):
        return made
    holes = made.expr.list.eval(pl.element().is_null()).list.any()
    reason = "has an empty item" if made.reason == "cannot be read" else f"{made.reason}, or an item of it is empty"
    return replace(made, expr=pl.when(~holes).then(made.expr), reason=reason)


def checked_currency(built: Built) -> Built:
    """A currency that ISO 4217 does not know counts as a code that the look-up does not know."""
    known = pl.when(built.made.expr.is_in(list(CURRENCIES))).then(built.made.expr)
    return replace(built, made=replace(built.made, expr=known, reason="is no ISO 4217 currency", check="code"))
