"""Steps about numbers, shares and money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from graph.model import RATE_ONE, Kind
from loaders import currencies
from loaders.steps.base import Context, Made, on_column, on_text, step, tried


def _amount_problem(argument: Any, more: dict[str, Any]) -> str | None:
    units = ("major", "minor", "ten_thousand", "million")
    if argument is not None and argument not in units:
        return f"takes a unit: {', '.join(units)}."
    return None if set(more) <= {"currency"} else "its setting is `currency`."


def _ungrouped(text: pl.Expr) -> pl.Expr:
    """A number without the commas between its thousands; null where one stands elsewhere, as in 1,50 or 1.000,50."""
    fine = ~text.str.contains(",", literal=True) | text.str.contains(_BY_THOUSANDS)
    return pl.when(fine).then(text.str.replace_all(",", "", literal=True))


_BY_THOUSANDS = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?(?:[eE][+-]?\d+)?$"


@step("whole number")
def integer(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    reason = "is no whole number, such as 1234 or 1,234"
    if made.is_list:
        inner = pl.element().cast(pl.Int64, strict=False)
        return Made(made.expr.list.eval(inner), pl.List(pl.Int64), Kind.INTS, reason)
    if made.dtype.is_float():
        whole = pl.when(made.expr == made.expr.round(0)).then(made.expr)
        return Made(whole.cast(pl.Int64, strict=False), pl.Int64(), Kind.INT, reason)
    plain = made.expr if made.dtype.is_integer() else _ungrouped(made.text)
    return Made(plain.cast(pl.Int64, strict=False), pl.Int64(), Kind.INT, reason)


@step(
    "number; commas stand between thousands (1,234.5). A decimal comma is made a point by {replace: ',', with: '.'} "
    "before it, for amounts and percents too"
)
def number(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return Made(_number(made), pl.Float64(), Kind.FLOAT, "is no number, such as 1234.5 or 1,234.5")


def _number(made: Made) -> pl.Expr:
    if made.dtype.is_numeric():
        return made.expr.cast(pl.Float64)
    found = _ungrouped(made.text).cast(pl.Float64, strict=False)
    return pl.when(found.is_finite()).then(found)


@step("share of a whole, 0..1")
def fraction(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _share(_number(made), "is no share between 0 and 1")


@step("percent 0..100 as a fraction; a percent sign may follow")
def percent(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return _share(_hundredths(made), "is no percentage between 0 and 100")


def _hundredths(made: Made) -> pl.Expr:
    plain = made if made.dtype.is_numeric() else on_text(made, lambda e: e.str.strip_suffix("%").str.strip_chars())
    return (_number(plain) / 100).round(12)


def _share(expr: pl.Expr, reason: str) -> Made:
    within = pl.when(expr.is_between(0, 1)).then(expr)
    return Made(within, pl.Float64(), Kind.SHARE, reason, check="share")


@step("percent without bounds, as a fraction: interest rates, growth")
def rate_percent(made: Made, _a: Any, _m: dict[str, Any], _c: Context) -> Made:
    return Made(_hundredths(made), pl.Float64(), Kind.FLOAT, "is no percentage")


def _rate_problem(argument: Any, more: dict[str, Any]) -> str | None:
    fine = argument is None or (isinstance(argument, int) and not isinstance(argument, bool) and argument > 0)
    return None if fine and not more else "takes the number of units that are quoted, such as 100."


@step(
    "an exchange rate above 0, exactly as written (at most nine decimals); {rate: 100}: quoted for 100 units",
    _rate_problem,
)
def rate(made: Made, argument: Any, _m: dict[str, Any], _c: Context) -> Made:
    reason = "is no rate above 0 with at most nine decimals, such as 7.1884"
    quoted = _billionths(made)
    units = argument or 1
    exact = pl.when((quoted > 0) & (quoted % units == 0)).then(quoted // units)
    return Made(exact, pl.Int64(), Kind.RATE, reason)


def _billionths(made: Made) -> pl.Expr:
    """A number in whole billionths, null where it is finer; a float is what its own error can mean."""
    if made.dtype.is_float():
        return pl.when(made.expr.is_finite()).then((made.expr * RATE_ONE).round(0)).cast(pl.Int64, strict=False)
    text = _ungrouped(made.text)
    whole = text.str.extract(_PLAIN_NUMBER, 1).cast(pl.Int64)
    decimals = text.str.extract(_PLAIN_NUMBER, 2).fill_null("").str.pad_end(_RATE_DIGITS, "0").cast(pl.Int64)
    return whole * RATE_ONE + decimals


_RATE_DIGITS = 9
_PLAIN_NUMBER = r"^(\d{1,9})(?:\.(\d{1,9})0*)?$"


_UNITS = {"major": 1, "ten_thousand": 10_000, "million": 1_000_000}


@step("money as minor units; unit major (default), minor, ten_thousand (万), million", _amount_problem)
def amount(made: Made, argument: Any, more: dict[str, Any], context: Context) -> Made:
    reason = "is no amount, such as 1234.5 or 1,234.5"
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
    plain = _ungrouped(pl.element()).cast(pl.Float64, strict=False)
    scaled = expr.list.eval(plain) * _factor(None, context.currency_of_row, unit).cast(pl.Float64)
    return scaled.list.eval(pl.element().round(0).cast(pl.Int64, strict=False))


def decimal(expr: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A number as a decimal, exactly as it is written; null where it is none."""
    if dtype.is_float():
        return expr
    if dtype.is_numeric() or not expr.meta.root_names():
        plain = expr if dtype.is_numeric() else _bare(expr.cast(pl.String))
        return plain.cast(pl.Decimal(38, 6), strict=False)
    return on_column(expr.cast(pl.String), lambda texts: tried(texts, _DECIMALS), pl.Decimal(38, 6))


def _bare(text: pl.Expr) -> pl.Expr:
    """An amount without the signs and blanks around and commas within it."""
    return _ungrouped(text.str.replace_all("[¥￥ ]", "").str.replace_all("，", ",", literal=True))


_DECIMALS: list[Callable[[pl.Series], pl.Series]] = [
    lambda texts: texts.cast(pl.Decimal(38, 6), strict=False),
    lambda texts: pl.select(_bare(pl.lit(texts))).to_series().cast(pl.Decimal(38, 6), strict=False),
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
