"""Columns of another table beside those of an entry's own rows."""

from __future__ import annotations

import polars as pl

from loaders.csv_source import LINE
from loaders.mapping import Join, Table
from loaders.rejects import ROW, RejectLog
from loaders.steps import decimal
from loaders.steps.base import text_of
from loaders.values import condition

SEVERAL = "several"
"""The flag of rows that were left aside since another row of their table was joined in their place."""


def joined(frame: pl.DataFrame, other: pl.DataFrame, join: Join, table: Table, rejects: RejectLog) -> pl.DataFrame:
    """The frame with the other table's columns, as TABLE.COLUMN.

    other: rows of `table` with `__row` and `__line`. Where several of them belong to one row, the join says what is
    made of each column; where it does not, the first is taken and the others are flagged.
    """
    ours, theirs = list(join.on), list(join.on.values())
    # keys meet as texts: one file may hold them as numbers, the other as texts
    frame = frame.with_columns(text_of(pl.col(name), frame.schema[name]).alias(f"__at_{name}") for name in ours)
    other = other.with_columns(text_of(pl.col(name), other.schema[name]).alias(f"__on_{name}") for name in theirs)
    at, on = [f"__at_{name}" for name in ours], [f"__on_{name}" for name in theirs]
    if join.where:
        other = other.filter(condition(join.where, other.schema))
    met = other.join(frame.select(at), left_on=on, right_on=at, how="semi", maintain_order="left")
    rejects.take(table.name, met[ROW])
    for name in (name for name, how in join.gather.items() if how == "sum"):
        rejects.flag(table.name, f"unknown:{name}", met.filter(pl.col(name).is_null())[ROW])
    columns = [name for name in other.columns if name not in (ROW, LINE, *on)]
    if met.height > met.select(on).n_unique():
        met = _one_each(met, on, columns, join, table, rejects)
    beside = met.select(*on, *(pl.col(name).alias(f"{join.table}.{name}") for name in columns))
    return frame.join(beside, left_on=at, right_on=on, how="left", maintain_order="left").drop(at)


def _one_each(
    met: pl.DataFrame, on: list[str], columns: list[str], join: Join, table: Table, rejects: RejectLog
) -> pl.DataFrame:
    ordered = met.sort(join.order, maintain_order=True) if join.order else met
    if not join.gather and not join.order:
        left_aside = ordered.filter(~pl.struct(on).is_first_distinct())
        rejects.flag(table.name, SEVERAL, left_aside[ROW])
        keys = pl.concat_str([pl.col(name) for name in on], separator="|")
        reason = "is one of several rows where the mapping joins one; the first was taken"
        rejects.tell_flagged(
            table.source, table.name, ", ".join(join.on.values()), reason, left_aside.select(ROW, LINE, value=keys)
        )
    made = [_gathered(name, join.gather.get(name, "first"), met.schema[name]) for name in columns]
    return ordered.group_by(on, maintain_order=True).agg(made)


def _gathered(name: str, how: str, dtype: pl.DataType) -> pl.Expr:
    here = pl.col(name)
    if how == "list":
        return here.drop_nulls()
    if how == "last":
        return here.last()
    if how == "first":
        return here.first()
    number = here if dtype.is_numeric() else decimal(here, dtype)
    total = number.sum() if dtype.is_numeric() else number.sum().cast(pl.String)
    unreadable = here.filter(here.is_not_null() & number.is_null())  # shown as it is, so that its conversion fails
    known = ~here.is_null().any()  # with an unknown part the sum is unknown
    return pl.when(unreadable.len() > 0).then(unreadable.first()).when(known).then(total).alias(name)
