"""What every step of the mapping language is made of, and the register of steps.

A step turns a `Made` value into another; a value that it cannot convert becomes null, and whoever runs the entry
compares with what was there to say so. `reason` is what the report then says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from graph.model import Kind


@dataclass(frozen=True)
class Made:
    """A value on its way: its expression, its polars type, the kind it has reached, why it would fail."""

    expr: pl.Expr
    dtype: pl.DataType
    kind: Kind | None = None
    reason: str = "cannot be read"
    check: str = "value"
    rounded: pl.Expr | None = None
    as_read: pl.Expr | None = None
    """What the source's own text gave, where another value may stand in for it."""

    @property
    def text(self) -> pl.Expr:
        return text_of(self.expr, self.dtype)

    @property
    def is_list(self) -> bool:
        return isinstance(self.dtype, pl.List)


@dataclass(frozen=True)
class Context:
    """What steps may need to know: the zone, currency and types of the row's other columns, code tables."""

    zone: str
    currency: str | None  # where it is the same for every row
    currency_of_row: pl.Expr | None
    column: Callable[[str], pl.Expr]
    codes: Callable[[dict[str, Any]], dict[str, str]]
    data_day: pl.Expr


def text_of(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A value of any type as text. A whole number is told without `.0`: a column of numbers with a gap holds floats."""
    if not dtype.is_float():
        return expr if dtype == pl.String else expr.cast(pl.String)
    return pl.coalesce(whole_number(expr).cast(pl.String), expr.cast(pl.String))


def whole_number(expr: pl.Expr) -> pl.Expr:
    """A float as the whole number that it stands for; null for a fraction, and from 2^53 on, where floats skip some."""
    return pl.when((expr == expr.round(0)) & (expr.abs() < _EXACT)).then(expr).cast(pl.Int64, strict=False)


_EXACT = 2.0**53
Run = Callable[[Made, Any, dict[str, Any], Context], Made]


@dataclass(frozen=True)
class Step:
    """A step with what its argument may be. `problem` says what is wrong with an argument, or None."""

    run: Run
    doc: str
    problem: Callable[[Any, dict[str, Any]], str | None]


STEPS: dict[str, Step] = {}
"""All steps by the name that mappings call them."""


def _no_argument(argument: Any, more: dict[str, Any]) -> str | None:
    return "takes no setting." if argument is not None or more else None


def one_text(argument: Any, _more: dict[str, Any]) -> str | None:
    """What is wrong with the argument of a step that takes one text."""
    return None if isinstance(argument, str) else "takes a text."


def step(doc: str, problem: Callable[[Any, dict[str, Any]], str | None] = _no_argument) -> Callable[[Run], Run]:
    """Registers a step under its function's name."""

    def register(run: Run) -> Run:
        STEPS[run.__name__.strip("_")] = Step(run, doc, problem)
        return run

    return register


def on_text(made: Made, change: Callable[[pl.Expr], pl.Expr], reason: str = "") -> Made:
    """Applies a text operation to a text, or to each text of a list."""
    kept = replace(made, reason=reason or made.reason, kind=None)
    if made.is_list:
        return replace(kept, expr=made.expr.list.eval(change(pl.element())))
    return replace(kept, expr=change(made.text), dtype=pl.String())


def on_column(text: pl.Expr, read: Callable[[pl.Series], pl.Series], dtype: pl.DataType) -> pl.Expr:
    """Reads a whole column with a function that looks at it first; a fixed value is read once."""
    if text.meta.root_names():
        return text.map_batches(read, return_dtype=dtype, is_elementwise=True)
    return pl.lit(read(pl.select(text).to_series()).item(), dtype)


def tried(texts: pl.Series, readers: Iterable[Callable[[pl.Series], pl.Series]]) -> pl.Series:
    """The first reading that succeeds, for each text. A reader is asked only where those before it failed:
    few columns mix formats, and failing is slow."""
    ways = iter(readers)
    found = next(ways)(texts)
    for read in ways:
        left = found.is_null() & texts.is_not_null()
        if not left.any():
            break
        found = found.scatter(left.arg_true(), read(texts.filter(left)))
    return found
