"""The conversion steps of the mapping language, each a small function over polars expressions.

A step turns a `Made` value into another; a value that it cannot convert becomes null, and whoever runs the entry
compares with what was there to say so. `reason` is what the report then says of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from graph.model import Kind
from loaders import currencies, exact, identifiers

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
YES = ("true", "1", "Y", "y", "yes", "是", "True", "TRUE", "T", "t")
NO = ("false", "0", "N", "n", "no", "否", "False", "FALSE", "F", "f")
_MS_A_DAY = 86_400_000


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
        return self.expr if self.dtype == pl.String else self.expr.cast(pl.String)

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


Run = Callable[[Made, Any, dict[str, Any], Context], Made]


@dataclass(frozen=True)
class Step:
    """A step with what its argument may be. `problem` says what is wrong with an argument, or None."""

    run: Run
    doc: str
    problem: Callable[[Any, dict[str, Any]], str | None]


STEPS: dict[str, Step] = {}


def _no_argument(argument: Any, more: dict[str, Any]) -> str | None:
    return "takes no setting." if argument is not None or more else None


def _texts_or_none(argument: Any, more: dict[str, Any]) -> str | None:
    texts = argument if isinstance(argument, list) else [argument]
    fine = argument is None or all(isinstance(text, str) for text in texts)
    return None if fine and not more else "takes one text or a list of texts."


def _one_of(*words: str) -> Callable[[Any, dict[str, Any]], str | None]:
    return lambda argument, _: None if argument in words else f"takes one of {', '.join(words)}."


def _text(argument: Any, _more: dict[str, Any]) -> str | None:
    return None if isinstance(argument, str) else "takes a text."


def _map_problem(argument: Any, more: dict[str, Any]) -> str | None:
    if not isinstance(argument, dict) or not all(isinstance(v, str) for v in argument.values()):
        return 'takes codes and what each means, in quotes: {"01": "pass"}.'
    return None if set(more) <= {"other"} and more.get("other", "keep") == "keep" else "`other` may be `keep`."


def _codes_problem(argument: Any, more: dict[str, Any]) -> str | None:
    if not isinstance(argument, dict) or not {"table", "key", "value"} <= set(argument):
        return "takes {table: …, key: COLUMN, value: COLUMN, where: {COLUMN: value}}."
    return None if set(more) <= {"other"} and more.get("other", "keep") == "keep" else "`other` may be `keep`."


def _yes_no_problem(argument: Any, _more: dict[str, Any]) -> str | None:
    fine = argument is None or (isinstance(argument, dict) and set(argument) <= {"yes", "no"})
    return None if fine else "takes {yes: [texts], no: [texts]}."


def _amount_problem(argument: Any, more: dict[str, Any]) -> str | None:
    units = ("major", "minor", "ten_thousand", "million")
    if argument is not None and argument not in units:
        return f"takes a unit: {', '.join(units)}."
    return None if set(more) <= {"currency"} else "its setting is `currency`."


def step(doc: str, problem: Callable[[Any, dict[str, Any]], str | None] = _no_argument) -> Callable[[Run], Run]:
    """Registers a step under its function's name."""

    def register(run: Run) -> Run:
        STEPS[run.__name__.strip("_")] = Step(run, doc, problem)
        return run

    return register


def _on_text(made: Made, change: Callable[[pl.Expr], pl.Expr], reason: str = "") -> Made:
    """Applies a text operation to a text, or to each text of a list."""
    kept = replace(made, reason=reason or made.reason, kind=None)
    if made.is_list:
        return replace(kept, expr=made.expr.list.eval(change(pl.element())))
    return replace(kept, expr=change(made.text), dtype=pl.String())


@step("cut blanks at both ends")
def trim(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, lambda e: e.str.strip_chars())


@step("capital letters")
def upper(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, lambda e: e.str.to_uppercase())


@step("small letters")
def lower(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, lambda e: e.str.to_lowercase())


@step("only the digits")
def digits(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, lambda e: e.str.replace_all(r"\D", ""))


@step("a text put before", _text)
def prefix(made: Made, argument: str, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, lambda e: pl.lit(argument) + e)


@step("a text put after", _text)
def suffix(made: Made, argument: str, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, lambda e: e + pl.lit(argument))


@step("the part that a regular expression finds (its first group)", _text)
def regex(made: Made, argument: str, _m: dict[str, Any], _c: Context) -> Made:
    pattern = argument if "(" in argument else f"({argument})"
    return _on_text(made, lambda e: e.str.extract(pattern, 1), f"does not look like {argument}")


@step(
    "every match of a regular expression replaced: {replace: PATTERN, with: TEXT}",
    lambda a, m: None if isinstance(a, str) and set(m) <= {"with"} else "takes {replace: PATTERN, with: TEXT}.",
)
def _replace(made: Made, argument: str, more: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, lambda e: e.str.replace_all(argument, more.get("with", "")))


@step("codes and what each means; `other: keep` lets unknown ones stand", _map_problem)
def _map(made: Made, argument: dict[str, str], more: dict[str, Any], _c: Context) -> Made:
    return _looked_up(made, argument, more)


@step("the meaning of a code in a source table: {table, key, value, where}", _codes_problem)
def codes(made: Made, argument: dict[str, Any], more: dict[str, Any], context: Context) -> Made:
    return _looked_up(made, context.codes(argument), more)


def _looked_up(made: Made, meanings: dict[str, str], more: dict[str, Any]) -> Made:
    old, new = list(meanings), list(meanings.values())

    def change(expr: pl.Expr) -> pl.Expr:
        if more.get("other") == "keep":
            return expr.replace(old, new)
        return expr.replace_strict(old, new, default=None, return_dtype=pl.String)

    return replace(_on_text(made, change, "is a code that the look-up does not know"), check="code")


@step(
    "a date as the format(s) say, else 2024-12-31, 20241231 or 2024/12/31; what a database gives (2024-12-31, with or "
    "without a time) is read whatever the format",
    _texts_or_none,
)
def date(made: Made, argument: Any, _m: dict[str, Any], context: Context) -> Made:
    formats = _formats(argument, DATE_FORMATS)
    reason = f"is no date ({' or '.join(formats)})"
    if made.is_list:
        each = pl.coalesce([pl.element().str.to_date(f, strict=False) for f in formats])
        listed = made.expr.list.eval(each.cast(pl.Int32).cast(pl.Int64))
        return Made(listed, pl.List(pl.Int64), Kind.INTS, reason)
    if made.dtype == pl.Date or isinstance(made.dtype, pl.Datetime):
        return Made(made.expr.cast(pl.Date).cast(pl.Int32).cast(pl.Int64), pl.Int64(), Kind.DAY, reason)
    days = _on_column(made.text, lambda texts: _days(texts, formats, context.zone), pl.Date())
    return Made(days.cast(pl.Int32).cast(pl.Int64), pl.Int64(), Kind.DAY, reason)


def _on_column(text: pl.Expr, read: Callable[[pl.Series], pl.Series], dtype: pl.DataType) -> pl.Expr:
    """Reads a whole column with a function that looks at it first; a fixed value is read once."""
    if text.meta.root_names():
        return text.map_batches(read, return_dtype=dtype, is_elementwise=True)
    return pl.lit(read(pl.select(text).to_series()).item(), dtype)


def _tried(texts: pl.Series, readers: Iterable[Callable[[pl.Series], pl.Series]]) -> pl.Series:
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


def _days(texts: pl.Series, formats: tuple[str, ...], zone: str) -> pl.Series:
    ways: list[Callable[[pl.Series], pl.Series]] = [partial(_to_date, format=f) for f in formats]
    return _tried(texts, [*ways, _day_of_time, partial(_day_of_moment, zone=zone)])


_DAY_AND_TIME = r"^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"


def _day_of_time(texts: pl.Series) -> pl.Series:
    return _to_date(texts.str.extract(_DAY_AND_TIME, 1), "%Y-%m-%d")


def _day_of_moment(texts: pl.Series, zone: str) -> pl.Series:
    utc = pl.from_epoch(_moment_with_offset(texts), "ms").dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(zone).dt.date()


def _to_date(texts: pl.Series, format: str) -> pl.Series:
    return texts.str.to_date(format, strict=False)


@step("the day after: for sources that name the last day something holds")
def next_day(made: Made, _a: Any, _m: dict[str, Any], context: Context) -> Made:
    day = made if made.kind is Kind.DAY else date(made, None, {}, context)
    return replace(day, expr=day.expr + 1)


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
    reason = f"is no moment ({' or '.join(formats[:3])} …)"
    if isinstance(made.dtype, pl.Datetime) or made.dtype == pl.Date:
        zoned = isinstance(made.dtype, pl.Datetime) and made.dtype.time_zone
        local = made.expr.cast(pl.Datetime("ms")) if not zoned else None
        at = made.expr.dt.epoch("ms") if local is None else _to_utc(local, context.zone)
        return Made(at, pl.Int64(), Kind.MOMENT, reason)
    at = _on_column(made.text, lambda texts: _moments(texts, formats, context.zone), pl.Int64())
    return Made(at, pl.Int64(), Kind.MOMENT, reason)


def _moments(texts: pl.Series, formats: tuple[str, ...], zone: str) -> pl.Series:
    ways: list[Callable[[pl.Series], pl.Series]] = [partial(_local_moment, format=f, zone=zone) for f in formats]
    return _tried(texts, [*ways, _moment_with_offset])


def _local_moment(texts: pl.Series, format: str, zone: str) -> pl.Series:
    naive = texts.str.to_datetime(format, strict=False, time_unit="ms")
    return pl.select(_to_utc(pl.lit(naive), zone)).to_series()


def _moment_with_offset(texts: pl.Series) -> pl.Series:
    way = "%Y-%m-%dT%H:%M:%S%.f%#z"
    return texts.str.to_datetime(way, strict=False, time_unit="ms", time_zone="UTC").dt.epoch("ms")


def _to_utc(local: pl.Expr, zone: str) -> pl.Expr:
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.epoch("ms")


def _formats(argument: Any, default: tuple[str, ...]) -> tuple[str, ...]:
    return default if argument is None else (argument,) if isinstance(argument, str) else tuple(argument)


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
    return Made(local.dt.date().cast(pl.Int32).cast(pl.Int64), pl.Int64(), Kind.DAY, reason)


@step("a month as YYYY-MM, from 202412, 2024-12 or a date", _texts_or_none)
def month(made: Made, argument: Any, _m: dict[str, Any], _c: Context) -> Made:
    if made.kind is Kind.DAY or made.dtype == pl.Date:
        day = made.expr.cast(pl.Int32).cast(pl.Date)
    else:
        formats = _formats(argument, ("%Y%m", "%Y-%m"))
        day = _on_column(made.text, lambda texts: _first_days(texts, formats), pl.Date())
    return Made(day.dt.strftime("%Y-%m"), pl.String(), None, "is no month (202412 or 2024-12)")


def _first_days(texts: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """A day of each month, written as the formats say or as a date."""
    ways: list[Callable[[pl.Series], pl.Series]] = [partial(_month_to_date, format=f) for f in formats]
    ways += [partial(_to_date, format=f) for f in DATE_FORMATS]
    return _tried(texts, [*ways, _day_of_time])


def _month_to_date(texts: pl.Series, format: str) -> pl.Series:
    return (texts + "-01").str.to_date(f"{format}-%d", strict=False)


@step("days of the month in a list, as days, the month standing in the named column", _text)
def day_in_month(made: Made, argument: str, _m: dict[str, Any], context: Context) -> Made:
    first = month(Made(context.column(argument), pl.String()), None, {}, context).expr + "-01"
    start = first.str.to_date("%Y-%m-%d", strict=False)
    listed = made.expr.cast(pl.List(pl.Int64), strict=False)
    within = (listed.list.min() >= 1) & (listed.list.max() <= start.dt.month_end().dt.day())
    days = pl.when(within.fill_null(value=True)).then(listed - 1 + start.cast(pl.Int32).cast(pl.Int64))
    return Made(days, pl.List(pl.Int64), Kind.INTS, "is no list of days of the month")


@step("whole number")
def integer(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    reason = "is no whole number"
    if made.is_list:
        inner = pl.element().cast(pl.Int64, strict=False)
        return Made(made.expr.list.eval(inner), pl.List(pl.Int64), Kind.INTS, reason)
    if made.dtype.is_float():
        whole = pl.when(made.expr == made.expr.round(0)).then(made.expr)
        return Made(whole.cast(pl.Int64, strict=False), pl.Int64(), Kind.INT, reason)
    plain = made.expr if made.dtype.is_integer() else made.text.str.replace_all(",", "", literal=True)
    return Made(plain.cast(pl.Int64, strict=False), pl.Int64(), Kind.INT, reason)


@step("number")
def number(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return Made(_number(made), pl.Float64(), Kind.FLOAT, "is no number")


def _number(made: Made) -> pl.Expr:
    if made.dtype.is_numeric():
        return made.expr.cast(pl.Float64)
    found = made.text.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    return pl.when(found.is_finite()).then(found)


@step("share of a whole, 0..1")
def fraction(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _share(_number(made), "is no share between 0 and 1")


@step("percent 0..100 as a fraction; a percent sign may follow")
def percent(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    plain = made if made.dtype.is_numeric() else _on_text(made, lambda e: e.str.strip_suffix("%").str.strip_chars())
    return _share((_number(plain) / 100).round(12), "is no percentage between 0 and 100")


def _share(expr: pl.Expr, reason: str) -> Made:
    within = pl.when(expr.is_between(0, 1)).then(expr)
    return Made(within, pl.Float64(), Kind.SHARE, reason, check="share")


@step("percent without bounds, as a fraction: interest rates, growth")
def rate_percent(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    plain = made if made.dtype.is_numeric() else _on_text(made, lambda e: e.str.strip_suffix("%").str.strip_chars())
    return Made((_number(plain) / 100).round(12), pl.Float64(), Kind.FLOAT, "is no percentage")


_UNITS = {"major": 1, "ten_thousand": 10_000, "million": 1_000_000}


@step("money as minor units; unit major (default), minor, ten_thousand (万), million", _amount_problem)
def amount(made: Made, argument: Any, more: dict[str, Any], context: Context) -> Made:
    reason = "is no amount"
    currency = more.get("currency") or context.currency
    if argument == "minor":
        whole = integer(made, None, {}, context)
        return replace(whole, kind=Kind.INTS if made.is_list else Kind.MONEY, reason=reason)
    if made.is_list:
        return Made(_amounts(made.expr, currency, context, argument), pl.List(pl.Int64), Kind.INTS, reason)
    exact = decimal(made.expr, made.dtype) * _factor(currency, None if currency else context.currency_of_row, argument)
    whole_units = exact.round(0, "half_away_from_zero") if not made.dtype.is_float() else exact.round(0)
    rounded = _is_rounded(made, exact, whole_units)
    return Made(whole_units.cast(pl.Int64, strict=False), pl.Int64(), Kind.MONEY, reason, rounded=rounded)


def _is_rounded(made: Made, exact: pl.Expr, whole_units: pl.Expr) -> pl.Expr | None:
    """Whether an amount is finer than its currency's units; of floats only what their own error cannot explain."""
    if made.dtype.is_integer():
        return None
    if made.dtype.is_float():
        return (exact - whole_units).abs() > pl.max_horizontal(pl.lit(1e-3), exact.abs() * 1e-12)
    return (exact != whole_units) | made.text.str.contains(_BEYOND_DECIMALS)


_BEYOND_DECIMALS = r"\.\d{6}\d*[1-9]"  # finer than the decimals that amounts are worked out in


def _amounts(expr: pl.Expr, currency: str | None, context: Context, unit: Any) -> pl.Expr:
    """A list of amounts. With a currency of the row they go through floats, exact up to 2**53 minor units."""
    if currency or context.currency_of_row is None:
        inner = (decimal(pl.element(), pl.String()) * _factor(currency, None, unit)).round(0, "half_away_from_zero")
        return expr.list.eval(inner.cast(pl.Int64, strict=False))
    plain = pl.element().str.replace_all(",", "").cast(pl.Float64, strict=False)
    scaled = expr.list.eval(plain) * _factor(None, context.currency_of_row, unit).cast(pl.Float64)
    return scaled.list.eval(pl.element().round(0).cast(pl.Int64, strict=False))


def decimal(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A number as a decimal, exactly as it is written; null where it is none."""
    if dtype.is_float():
        return expr
    if dtype.is_numeric() or not expr.meta.root_names():
        plain = expr if dtype.is_numeric() else expr.cast(pl.String).str.replace_all(_IN_AMOUNTS, "")
        return plain.cast(pl.Decimal(38, 6), strict=False)
    return _on_column(expr.cast(pl.String), lambda texts: _tried(texts, _DECIMALS), pl.Decimal(38, 6))


_IN_AMOUNTS = "[,，¥￥ ]"
_DECIMALS: list[Callable[[pl.Series], pl.Series]] = [
    lambda texts: texts.cast(pl.Decimal(38, 6), strict=False),
    lambda texts: texts.str.replace_all(_IN_AMOUNTS, "").cast(pl.Decimal(38, 6), strict=False),
]


def _factor(currency: str | None, of_row: pl.Expr | None, unit: Any) -> pl.Expr:
    units = _UNITS[unit or "major"]
    if of_row is None:
        return pl.lit(units * 10 ** currencies.minor_digits(currency or ""))
    return (
        pl.when(of_row.is_in(list(currencies.WITHOUT_MINOR)))
        .then(pl.lit(units))
        .when(of_row.is_in(list(currencies.THREE_DIGITS)))
        .then(pl.lit(units * 1000))
        .when(of_row.is_in(list(currencies.FOUR_DIGITS)))
        .then(pl.lit(units * 10_000))
        .otherwise(pl.lit(units * 100))
    )


@step("yes or no: true/false, 1/0, Y/N, 是/否, or {yes: [texts], no: [texts]}", _yes_no_problem)
def yes_no(made: Made, argument: Any, _m: dict[str, Any], _c: Context) -> Made:
    words = argument or {}
    text = made.text
    found = pl.when(text.is_in(list(words.get("yes", YES)))).then(pl.lit(value=True))
    decided = found.when(text.is_in(list(words.get("no", NO)))).then(pl.lit(value=False))
    return Made(decided, pl.Boolean(), Kind.BOOL, "is neither yes nor no")


@step(
    "a list, split at a text; empty parts at its end are dropped; a list of numbers with one before its end cannot be "
    'read, unless {split: ";", empty: "0"} fills it; with `exact: true` lists that exports mark with `json:` are read '
    "back exactly",
    lambda a, m: (
        None if isinstance(a, str) and a and set(m) <= {"empty", "exact"} else "takes the text that parts the items."
    ),
)
def split(made: Made, argument: str, more: dict[str, Any], _c: Context) -> Made:
    if made.is_list:  # a column of lists needs no splitting
        return Made(made.expr.cast(pl.List(pl.String)), pl.List(pl.String), Kind.TEXTS)
    item = pl.element().str.strip_chars()
    if "empty" in more:
        filled = pl.when(item == "").then(pl.lit(str(more["empty"]))).otherwise(item)
        return Made(made.text.str.split(argument).list.eval(filled), pl.List(pl.String), Kind.TEXTS)
    ended = made.text.str.replace(rf"(?:\s|{re.escape(argument)})+$", "")
    listed = ended.str.split(argument).list.eval(pl.when(item != "").then(item))
    parts = pl.when(ended == "").then(pl.lit([], pl.List(pl.String))).otherwise(listed)
    if more.get("exact"):
        parts = pl.coalesce(made.text.map_batches(exact.read_lists, return_dtype=pl.List(pl.String)), parts)
    return Made(parts, pl.List(pl.String), Kind.TEXTS)


@step("the plain form of a telephone number")
def phone(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, identifiers.plain_phone, "is no telephone number")


@step("the plain form of an e-mail address")
def email(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, identifiers.plain_email, "is no e-mail address")


@step("the plain form of an address")
def address(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _on_text(made, identifiers.plain_address, "is no address")


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
}
