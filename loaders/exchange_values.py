"""Values of the graph as the exchange layout writes them: amounts as decimals, days as ISO, lists as texts."""

from __future__ import annotations

import polars as pl

from graph import model, times
from graph.model import Kind
from loaders import currencies, exact
from loaders.exchange_layout import DAY_LISTS

_PARQUET_MONEY = pl.Decimal(38, 4)
_RATE_DIGITS = 9
_PARQUET_RATE = pl.Decimal(38, _RATE_DIGITS)
_DIGITS = {0: currencies.WITHOUT_MINOR, 3: currencies.THREE_DIGITS, 4: currencies.FOUR_DIGITS}
_SENTINELS = [times.SINCE_EVER, times.UNTIL_FURTHER]


def as_text(frame: pl.DataFrame, kinds: dict[str, Kind]) -> pl.DataFrame:
    """Every column as CSV has it. frame: all columns of `kinds`, as the graph keeps them."""
    shown = frame.select(_text(name, kind) for name, kind in kinds.items())
    return pl.DataFrame(
        [
            exact.written_lists(column) if column.dtype == pl.List(pl.String) else _marked(column, kinds[column.name])
            for column in shown
        ]
    )


def as_columns(frame: pl.DataFrame, kinds: dict[str, Kind]) -> pl.DataFrame:
    """Every column as Parquet has it: dates, moments, decimals and lists of text in types of their own."""
    shown = frame.select(_typed(name, kind) for name, kind in kinds.items())
    return pl.DataFrame([_marked(column, kinds[column.name]) for column in shown])


def _marked(column: pl.Series, kind: Kind) -> pl.Series:
    return exact.written(column) if kind is Kind.TEXT else column


def _text(name: str, kind: Kind) -> pl.Expr:
    if kind is Kind.DAY:
        return _day(name).dt.to_string("%Y-%m-%d").alias(name)
    if kind is Kind.MOMENT:
        iso = _moment(name).dt.to_string("%Y-%m-%dT%H:%M:%S%.3f").str.replace(".000", "", literal=True)
        return (iso + "Z").alias(name)
    if kind is Kind.MONEY:
        return _by_currency(lambda digits: _decimal(pl.col(name), digits)).alias(name)
    if kind is Kind.RATE:
        return _decimal(pl.col(name), _RATE_DIGITS).str.strip_chars_end("0").str.strip_suffix(".").alias(name)
    if kind in (Kind.INTS, Kind.FLOATS):
        return _list(name)
    return pl.col(name)


def _typed(name: str, kind: Kind) -> pl.Expr:
    if kind is Kind.DAY:
        return _day(name).alias(name)
    if kind is Kind.MOMENT:
        return _moment(name).alias(name)
    if kind is Kind.MONEY:
        return _text(name, kind).cast(_PARQUET_MONEY)
    if kind is Kind.RATE:
        return _text(name, kind).cast(_PARQUET_RATE)
    return _text(name, kind)


def _day(name: str) -> pl.Expr:
    here = pl.col(name)
    return pl.when(~here.is_in(_SENTINELS)).then(here).cast(pl.Int32).cast(pl.Date)


def _moment(name: str) -> pl.Expr:
    return pl.from_epoch(pl.col(name), "ms").dt.replace_time_zone("UTC")


def _list(name: str) -> pl.Expr:
    here = pl.col(name)
    if name in model.MONEY_LISTS:
        return _by_currency(lambda digits: here.list.eval(_decimal(pl.element(), digits))).alias(name)
    if name in DAY_LISTS:
        return here.list.eval(pl.element().cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d"))
    return here.cast(pl.List(pl.String))


def _by_currency(decimal: object) -> pl.Expr:
    """An amount by the minor digits of its row's currency; two where that is unknown."""
    assert callable(decimal)
    shown: pl.Expr = decimal(2)
    for digits, of_them in _DIGITS.items():
        shown = pl.when(pl.col("currency").is_in(list(of_them))).then(decimal(digits)).otherwise(shown)
    return shown


def _decimal(minor: pl.Expr, digits: int) -> pl.Expr:
    """Minor units as a decimal text: -5 with two digits is -0.05."""
    if not digits:
        return minor.cast(pl.String)
    unit = 10**digits
    size = minor.abs()
    sign = pl.when(minor < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(
        sign, (size // unit).cast(pl.String), pl.lit("."), (size % unit).cast(pl.String).str.zfill(digits)
    )
