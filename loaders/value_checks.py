"""Checks of an entry's values beyond what their types say: each rejects or flags, as the entry says."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graph import model, times
from graph.model import Kind
from loaders import identifiers
from loaders.rows import Load, Rows, data_day, mark, properties_in, reject

_IDENTIFYING = ("uscc", "certificate", "lei")


def check_one_currency(load: Load, rows: Rows, key: str) -> None:
    """Amounts of a node that are gathered are in the currency of its first row; others cannot be added to them."""
    money = [p.name for p in properties_in(rows.entry, rows.frame) if p.kind is Kind.MONEY]
    if "currency" not in rows.frame.columns or not money:
        return
    first = pl.col("currency").drop_nulls().first().over(key)
    other = rows.frame.select((pl.col("currency") != first).fill_null(value=False)).to_series()
    if not other.any():
        return
    reason = "is another currency than that of earlier rows of the same key"
    if rows.entry.checks["value"] == "reject":
        reject(load, rows, other, "currency", reason)
        return
    mark(load, rows, other, "value:currency", "currency", reason)
    rows.frame = rows.frame.with_columns(
        pl.when(~other).then(pl.col(name)).alias(name) for name in (*money, "currency")
    )


def check_rates(load: Load, rows: Rows) -> None:
    """A currency is worth one of itself: rates that say otherwise are rejected, or flagged and left out."""
    if not {"from_currency", "to_currency", "rate"} <= set(rows.frame.columns):
        return
    other = (pl.col("from_currency") == pl.col("to_currency")) & (pl.col("rate") != model.RATE_ONE)
    which = rows.frame.select(other.fill_null(value=False)).to_series()
    action = rows.entry.checks["value"]
    if action == "ignore" or not which.any():
        return
    reason = "is a rate of a currency with itself, which is 1"
    if action == "reject":
        reject(load, rows, which, "rate", reason)
        return
    mark(load, rows, which, "value:rate", "rate", reason)
    rows.frame = rows.frame.with_columns(rate=pl.when(~which).then("rate"))


def check_lengths(load: Load, rows: Rows, keys: Mapping[str, str]) -> None:
    """What the store looks up by value has to be short. keys: values without which a row is none, with the columns that
    the store takes of them; beside them codes and numbers are rejected, or flagged and left out."""
    target = rows.entry.target
    indexed = () if rows.entry.kind in ("link", "identifier") else model.node_type(target).indexed
    others = [n for n in (*indexed, "same_as") if n in rows.frame.columns and rows.frame.schema[n] == pl.String]
    for name in (*keys, *others):
        long = (rows.frame[keys.get(name, name)].str.len_bytes() > identifiers.LONGEST).fill_null(value=False)
        if not long.any():
            continue
        action = "reject" if name in keys else rows.entry.checks["value"]
        if action == "reject":
            reject(load, rows, long, name, _TOO_LONG)
            continue
        if action == "flag":
            mark(load, rows, long, f"value:{name}", name, _TOO_LONG)
        rows.frame = rows.frame.with_columns(pl.when(~long).then(pl.col(name)).alias(name))


_TOO_LONG = f"is too long: at most {identifiers.LONGEST:,} bytes can be looked up"


def check_identifiers(load: Load, rows: Rows) -> None:
    """Numbers in their plain form, those with a wrong check digit rejected, or flagged and left out."""
    action = rows.entry.checks["identifier"]
    for name in [n for n in _IDENTIFYING if n in rows.frame.columns]:
        number = pl.col(name)
        plain = number.str.replace_all(r"\s", "").str.to_uppercase()
        if name == "certificate":
            bare = number.str.replace(r"^[^:]*:", "").str.replace_all(r"\s", "").str.to_uppercase()
            plain = pl.when(number.str.contains(":", literal=True)).then(
                number.str.extract(r"^([^:]*:)", 1) + bare
            ).otherwise(plain)  # fmt: skip
        rows.frame = rows.frame.with_columns(plain.alias(name))
        if action == "ignore":
            continue
        if name == "certificate":
            untyped = ~rows.frame[name].str.contains(r"^[^:]+:.").fill_null(value=True)
            _doubt(load, rows, untyped, name, "does not name its type, as resident_id:… or passport:… do")
        _doubt(load, rows, identifiers.wrong(name, rows.frame[name]), name, "has a wrong check digit")


def _doubt(load: Load, rows: Rows, which: pl.Series, name: str, reason: str) -> None:
    """Rejects rows for a number, or flags them with it and leaves it out."""
    if not which.any():
        return
    if rows.entry.checks["identifier"] == "reject":
        reject(load, rows, which, name, reason)
        return
    mark(load, rows, which, f"identifier:{name}", name, reason, pl.col(name))
    rows.frame = rows.frame.with_columns(pl.when(~which).then(pl.col(name)).alias(name))


def check_words(load: Load, rows: Rows) -> None:
    """Roles and statuses that the model does not know are rejected, or flagged and left out."""
    action = rows.entry.checks["code"]
    if action == "ignore":
        return
    if "status" in rows.frame.columns:
        _refuse_words(load, rows, ~rows.frame["status"].is_in(list(model.STATUSES)), "status", model.STATUSES)
    if "roles_of" in rows.frame.columns:
        unknown = rows.frame["roles_of"].list.set_difference(list(model.ROLES)).list.len() > 0
        _refuse_words(load, rows, unknown, "roles_of", model.ROLES)
        known = pl.col("roles_of").list.eval(pl.element().filter(pl.element().is_in(list(model.ROLES))))
        rows.frame = rows.frame.with_columns(known)


def _refuse_words(load: Load, rows: Rows, which: pl.Series, name: str, known: tuple[str, ...]) -> None:
    which = which.fill_null(value=False)
    if not which.any():
        return
    reason = f"is none of {', '.join(known)}"
    if rows.entry.checks["code"] == "reject":
        reject(load, rows, which, name, reason)
    else:
        mark(load, rows, which, f"code:{name.removesuffix('_of')}", name, reason)


_NEVER_BELOW_ZERO = {
    "GUARANTEES": ("amount",),
    "SECURED_BY": ("amount",),
    "TRANSFERS_TO": ("amount",),
    "PAID_INTO": ("amount",),
    "REPAID_FROM": ("amount",),
    "REFERRED": ("value",),
    "Facility": ("limit_amount", "drawn_amount"),
    "Drawdown": ("amount", "balance"),
    "Collateral": ("value", "confirmed_value"),
    "YearFigures": ("revenue", "expenditure"),
}


def check_amounts(load: Load, rows: Rows, of: str) -> None:
    """What is guaranteed, secured, granted, owed, paid, earned or worth is not below zero: rejected, or flagged and
    left out. What is added up may be, row by row: a reversal lowers its sum."""
    action = rows.entry.checks["value"]
    summed = {name for name, value in rows.entry.properties.items() if value.gather == "sum"}
    for name in [n for n in _NEVER_BELOW_ZERO.get(of, ()) if n in rows.frame.columns and n not in summed]:
        below = (rows.frame[name] < 0).fill_null(value=False)
        if action == "ignore" or not below.any():
            continue
        if action == "reject":
            reject(load, rows, below, name, "is below zero")
            continue
        mark(load, rows, below, f"value:{name}", name, "is below zero")
        rows.frame = rows.frame.with_columns(pl.when(~below).then(pl.col(name)).alias(name))


_NEVER_AHEAD = {
    "Party": ("birth_day", "registered_on", "customer_since"),
    "Account": ("opened_on",),
    "Collateral": ("valued_on",),
    "Event": ("at",),
    "REFERRED": ("at", "bought_on"),
    "RESPONDED_TO": ("at",),
    "AGREED_WITH": ("signed_on",),
}
_MOMENT = "at"
_PLANNED = "open"
_APPOINTED = ("interaction", "signing")
_AHEAD = "lies ahead, after today and the day of the data"


def check_ahead(load: Load, rows: Rows, of: str) -> None:
    """Days and moments of what has happened, and that lie after today as well as after the day of the data: rejected,
    or flagged and left out. Files are often written days after the day they speak of, so today bounds too."""
    entry, action = rows.entry, rows.entry.checks["value"]
    zone = load.mapping.source_of(entry.table).time_zone
    today = times.today(zone)
    for name in [n for n in _NEVER_AHEAD.get(of, ()) if n in rows.frame.columns and action != "ignore"]:
        moments = name == _MOMENT
        ends = times.end_of_day_ms(today, zone) if moments else times.to_day(today)
        if not (rows.frame[name] > ends).any():
            continue
        ahead = _ahead(load, rows, name, zone if moments else None, times.to_day(today))
        if not ahead.any():
            continue
        if action == "reject":
            reject(load, rows, ahead, name, _AHEAD)
            continue
        mark(load, rows, ahead, f"value:{name}", name, _AHEAD)
        rows.frame = rows.frame.with_columns(pl.when(~ahead).then(pl.col(name)).alias(name))


def _ahead(load: Load, rows: Rows, name: str, zone: str | None, today: int) -> pl.Series:
    """Which rows' values lie after both days. zone: of moments; None for days. What is appointed and open may."""
    frame = rows.frame
    here = pl.col(name)
    if zone:
        moment = pl.from_epoch(here, "ms").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        here = moment.dt.date().cast(pl.Int64)
    stated = [pl.col("data_day")] if "data_day" in frame.columns else []
    ahead = here > pl.max_horizontal(pl.lit(today), data_day(load, rows.entry), *stated)
    if {"event_kind", "state"} <= set(frame.columns):
        ahead &= ~((pl.col("state") == _PLANNED) & pl.col("event_kind").is_in(_APPOINTED)).fill_null(value=False)
    return frame.select(ahead.fill_null(value=False)).to_series()
