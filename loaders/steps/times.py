"""Steps about days, moments and months."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from graph.model import Kind
from graph.times import SINCE_EVER, UNTIL_FURTHER
from loaders.steps.base import Context, Made, on_column, one_text, step, tried

DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d")
MOMENT_FORMATS = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
)


def _texts_or_none(argument: Any, more: dict[str, Any]) -> str | None:
    texts = argument if isinstance(argument, list) else [argument]
    fine = argument is None or all(isinstance(text, str) for text in texts)
    return None if fine and not more else "takes one text or a list of texts."


def _one_of(*words: str) -> Callable[[Any, dict[str, Any]], str | None]:
    return lambda argument, _: None if argument in words else f"takes one of {', '.join(words)}."


@step(
    "a date as the format(s) say, else 2024-12-31, 20241231 or 2024/12/31, the year of four digits (%y reads two); "
    "what a database gives (2024-12-31, with or without a time) is read whatever the format",
    _texts_or_none,
)
def date(made: Made, argument: Any, _m: dict[str, Any], context: Context) -> Made:
    formats = _formats(argument, DATE_FORMATS)
    reason = f"is no date ({_shown(formats)})"
    if made.is_list:
        each = pl.coalesce([_dated(pl.element(), f) for f in formats])
        listed = made.expr.list.eval(_day_number(each))
        return Made(listed, pl.List(pl.Int64), Kind.INTS, reason)
    if made.dtype == pl.Date or isinstance(made.dtype, pl.Datetime):
        zoned = isinstance(made.dtype, pl.Datetime) and made.dtype.time_zone
        local = made.expr.dt.convert_time_zone(context.zone) if zoned else made.expr
        return Made(_day_number(local.dt.date()), pl.Int64(), Kind.DAY, reason)
    days = on_column(made.text, lambda texts: _days(texts, formats, context.zone), pl.Date())
    return Made(_day_number(days), pl.Int64(), Kind.DAY, reason)


def _day_number(date: pl.Expr) -> pl.Expr:
    """Days since 1970; one beyond the sentinels is as good as these."""
    return date.cast(pl.Int32).cast(pl.Int64).clip(SINCE_EVER, UNTIL_FURTHER)


def _days(texts: pl.Series, formats: tuple[str, ...], zone: str) -> pl.Series:
    ways: list[Callable[[pl.Series], pl.Series]] = [partial(_to_date, format=f) for f in formats]
    return tried(texts, [*ways, _day_of_time, partial(_day_of_moment, zone=zone)])


_DAY_AND_TIME = r"^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"


def _day_of_time(texts: pl.Series) -> pl.Series:
    return _to_date(texts.str.extract(_DAY_AND_TIME, 1), "%Y-%m-%d")


def _day_of_moment(texts: pl.Series, zone: str) -> pl.Series:
    utc = pl.from_epoch(_moment_with_offset(texts), "ms").dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(zone).dt.date()


def _to_date(texts: pl.Series, format: str) -> pl.Series:
    return pl.select(_dated(pl.lit(texts), format)).to_series()


def _dated(text: pl.Expr, format: str) -> pl.Expr:
    found = text.str.to_date(format, strict=False)
    return pl.when(_in_full(text, found, format)).then(found)


def _in_full(text: pl.Expr, found: pl.Expr, format: str) -> pl.Expr:
    """Whether a date or time is written in full: polars takes 24/03/31 for the year 24, 2024113 for 3 November.

    The first day there is, 0001-01-01, is what some systems write for none.
    """
    fine = found.dt.year().is_between(*_YEARS) | (found.dt.date() == datetime.date.min)
    if _PACKED.fullmatch(format):  # its parts are told apart by their widths alone
        fine &= text.str.len_chars() == sum(4 if part == "Y" else 2 for part in format[1::2])
    return fine


_YEARS = (1000, 9999)
_PACKED = re.compile(r"(?:%[YymdHMS])+")


@step("the day after: for sources that name the last day something holds")
def next_day(made: Made, _a: Any, _m: dict[str, Any], context: Context) -> Made:
    day = made if made.kind is Kind.DAY else date(made, None, {}, context)
    return replace(day, expr=(day.expr + 1).clip(upper_bound=UNTIL_FURTHER))  # what has no end ends not a day later


@step(
    'the end of what a state says has ended: {ended: {STATE: "2"}} takes the day the data speak of where the row names '
    "no earlier one",
    lambda a, m: (
        None if isinstance(a, dict) and len(a) == 1 and not m else "takes {COLUMN: code(s) for what has ended}."
    ),
)
def ended(made: Made, argument: dict[str, str | list[str]], _m: dict[str, Any], context: Context) -> Made:
    day = made if made.kind is Kind.DAY else date(made, None, {}, context)
    [(column, codes)] = argument.items()
    over = context.column(column).is_in([codes] if isinstance(codes, str) else codes)
    no_later = pl.when(over).then(pl.min_horizontal(day.expr, context.data_day)).otherwise(day.expr)
    return replace(day, expr=no_later, as_read=day.expr)


@step("a moment in the source's time zone, or with its own offset", _texts_or_none)
def moment(made: Made, argument: Any, _m: dict[str, Any], context: Context) -> Made:
    formats = _formats(argument, MOMENT_FORMATS)
    reason = f"is no moment ({_shown(formats[:3])} …)"
    if isinstance(made.dtype, pl.Datetime) or made.dtype == pl.Date:
        zoned = isinstance(made.dtype, pl.Datetime) and made.dtype.time_zone
        local = made.expr.cast(pl.Datetime("ms")) if not zoned else None
        at = made.expr.dt.epoch("ms") if local is None else _to_utc(local, context.zone)
        return Made(at, pl.Int64(), Kind.MOMENT, reason)
    at = on_column(made.text, lambda texts: _moments(texts, formats, context.zone), pl.Int64())
    return Made(at, pl.Int64(), Kind.MOMENT, reason)


def _moments(texts: pl.Series, formats: tuple[str, ...], zone: str) -> pl.Series:
    ways: list[Callable[[pl.Series], pl.Series]] = [partial(_local_moment, format=f, zone=zone) for f in formats]
    return tried(texts, [*ways, _moment_with_offset])


def _local_moment(texts: pl.Series, format: str, zone: str) -> pl.Series:
    text = pl.lit(texts)
    naive = text.str.to_datetime(format, strict=False, time_unit="ms")
    return pl.select(_to_utc(pl.when(_in_full(text, naive, format)).then(naive), zone)).to_series()


def _moment_with_offset(texts: pl.Series) -> pl.Series:
    way = "%Y-%m-%dT%H:%M:%S%.f%#z"
    return texts.str.to_datetime(way, strict=False, time_unit="ms", time_zone="UTC").dt.epoch("ms")


def _to_utc(local: pl.Expr, zone: str) -> pl.Expr:
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.epoch("ms")


def _formats(argument: Any, default: tuple[str, ...]) -> tuple[str, ...]:
    return default if argument is None else (argument,) if isinstance(argument, str) else tuple(argument)


def _shown(formats: tuple[str, ...]) -> str:
    """Formats as people write them: `%Y-%m-%d` is YYYY-MM-DD."""
    told = " or ".join(formats)
    for mark, letters in _LETTERS.items():
        told = told.replace(mark, letters)
    return told


_LETTERS = {
    "%Y": "YYYY",
    "%y": "YY",
    "%m": "MM",
    "%d": "DD",
    "%H": "hh",
    "%M": "mm",
    "%S": "ss",
    "%.f": "",
    "%b": "Jan",
    "%B": "January",
}


@step(
    "milliseconds since 1970 as `day`, `moment` or `month` in the source's time zone", _one_of("day", "moment", "month")
)
def epoch_ms(made: Made, argument: str, _m: dict[str, Any], context: Context) -> Made:
    return _epoch(made, argument, context, 1)


@step("seconds since 1970 as `day`, `moment` or `month`", _one_of("day", "moment", "month"))
def epoch_s(made: Made, argument: str, _m: dict[str, Any], context: Context) -> Made:
    return _epoch(made, argument, context, 1000)


def _epoch(made: Made, argument: str, context: Context, factor: int) -> Made:
    ms = made.expr.cast(pl.Int64, strict=False) * factor
    reason = "is no count of time since 1970"
    if argument == "moment":
        return Made(ms, pl.Int64(), Kind.MOMENT, reason)
    local = pl.from_epoch(ms, "ms").dt.replace_time_zone("UTC").dt.convert_time_zone(context.zone)
    if argument == "month":
        return Made(local.dt.strftime("%Y-%m"), pl.String(), None, reason)
    return Made(_day_number(local.dt.date()), pl.Int64(), Kind.DAY, reason)


@step("a month as YYYY-MM, from 202412, 2024-12 or a date", _texts_or_none)
def month(made: Made, argument: Any, _m: dict[str, Any], context: Context) -> Made:
    if isinstance(made.dtype, pl.Datetime):
        made = date(made, None, {}, context)
    if made.kind is Kind.DAY or made.dtype == pl.Date:
        day = made.expr.cast(pl.Int32).cast(pl.Date)
    else:
        formats = _formats(argument, ("%Y%m", "%Y-%m"))
        day = on_column(made.text, lambda texts: _first_days(texts, formats), pl.Date())
    return Made(day.dt.strftime("%Y-%m"), pl.String(), None, "is no month (202412 or 2024-12)")


def _first_days(texts: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """A day of each month, written as the formats say or as a date."""
    ways: list[Callable[[pl.Series], pl.Series]] = [partial(_month_to_date, format=f) for f in formats]
    ways += [partial(_to_date, format=f) for f in DATE_FORMATS]
    return tried(texts, [*ways, _day_of_time])


def _month_to_date(texts: pl.Series, format: str) -> pl.Series:
    text = pl.lit(texts)
    found = (text + "-01").str.to_date(f"{format}-%d", strict=False)
    return pl.select(pl.when(_in_full(text, found, format)).then(found)).to_series()


@step("days of the month in a list, as days, the month standing in the named column", one_text)
def day_in_month(made: Made, argument: str, _m: dict[str, Any], context: Context) -> Made:
    first = month(Made(context.column(argument), pl.String()), None, {}, context).expr + "-01"
    start = first.str.to_date("%Y-%m-%d", strict=False)
    listed = made.expr.cast(pl.List(pl.Int64), strict=False)
    within = (listed.list.min() >= 1) & (listed.list.max() <= start.dt.month_end().dt.day())
    days = pl.when(within.fill_null(value=True)).then(listed - 1 + start.cast(pl.Int32).cast(pl.Int64))
    return Made(days, pl.List(pl.Int64), Kind.INTS, "is no list of days of the month")
