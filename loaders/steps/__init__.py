"""The conversion steps of the mapping language, each a small function over polars expressions."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graph.model import Kind
from loaders.steps.base import STEPS, Context, Made, Run
from loaders.steps.numbers import amount, decimal, fraction, integer, number, rate
from loaders.steps.texts import yes_no
from loaders.steps.times import date, moment

__all__ = ("STEPS", "Context", "Made", "decimal", "finish")


def finish(made: Made, kind: Kind, context: Context) -> Made:
    """The value in the terms of its property: what no step has converted is converted by the property's kind."""
    if kind is Kind.TEXTS and made.kind is kind:  # of words, unlike months, an empty one says nothing
        return replace(made, expr=made.expr.list.drop_nulls())
    if made.kind is kind or (made.kind is not None and kind in _SAME.get(made.kind, ())):
        return replace(made, kind=kind)
    if kind is Kind.TEXT:
        return replace(made, expr=made.text, dtype=pl.String(), kind=kind)
    if kind is Kind.TEXTS and not made.is_list:
        return replace(made, expr=pl.concat_list([made.text]).list.drop_nulls(), dtype=pl.List(pl.String), kind=kind)
    if kind is Kind.TEXTS:
        return replace(made, expr=made.expr.cast(pl.List(pl.String)), dtype=pl.List(pl.String), kind=kind)
    return replace(_BY_KIND[kind](made, None, {}, context), kind=kind)


_SAME: dict[Kind, tuple[Kind, ...]] = {
    Kind.SHARE: (Kind.FLOAT,),
    Kind.DAY: (Kind.INT,),
    Kind.INT: (Kind.MONEY, Kind.DAY),
}
_BY_KIND: dict[Kind, Run] = {
    Kind.INT: integer,
    Kind.INTS: integer,
    Kind.FLOAT: number,
    Kind.BOOL: yes_no,
    Kind.DAY: date,
    Kind.MOMENT: moment,
    Kind.MONEY: amount,
    Kind.SHARE: fraction,
    Kind.RATE: rate,
}
