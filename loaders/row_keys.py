"""What tells links of equal ends apart: the source's own row keys, or ordinals; and rows that nothing tells apart."""

from __future__ import annotations

import polars as pl

from graph import model
from loaders.rows import Load, Rows, mark, reject
from loaders.values import no_ordinal

PAYMENTS = frozenset({"TRANSFERS_TO", "PAID_INTO", "REPAID_FROM"})
"""Links whose figures are one sum of payments: a row says all of them or none is known, and two may well be equal."""
REPEATED = "repeated"
"""The flag of such rows."""
_PLACE = "__place"  # one row of the table may have been split into several
_EQUAL = "__equal"
_AGAIN = "__again"
_REASON = "repeats an earlier row in everything that its link says; the two count as two unless a row key tells of one"


def with_row_keys(load: Load, rows: Rows, link: model.LinkType, own: list[str]) -> None:
    """Gives each row its `row_key`: `table:key`, or `table:#ordinal` among equals (ends and basis) where it has none.

    own: the link's properties that the frame has. Equals are numbered in the order of their values, so that the order
    of rows in a file decides nothing. Those equal in all values are rejected, or flagged and numbered last.
    """
    table, value = rows.entry.table, rows.entry.values.get("row_key")
    equal = ["from_key", "to_key", *([link.basis] if link.basis in own else [])]
    keyed = "row_key" in rows.frame.columns
    ordinal = pl.lit("1")
    unkeyed = not keyed or rows.frame["row_key"].null_count() > 0
    several = rows.frame.select(pl.struct(equal).is_duplicated()).to_series() if unkeyed and rows.frame.height else None
    if several is not None and several.any():
        rows.frame = rows.frame.with_row_index(_PLACE).with_columns(several.alias(_EQUAL))
        _check_repeated(load, rows, link, [*equal, *(name for name in own if name not in equal)])
        rows.frame = _numbered(rows.frame, equal, own)
        ordinal = pl.col("__ordinal").fill_null("1")
    key = pl.lit(f"{table}:#") + ordinal
    if keyed:
        whole = value is not None and value.whole
        key = pl.coalesce(stated_row_key(pl.col("row_key"), table, whole=whole), key)
    rows.frame = rows.frame.with_columns(row_key=key).drop("__ordinal", strict=False)


def _numbered(frame: pl.DataFrame, equal: list[str], own: list[str]) -> pl.DataFrame:
    """The frame with `__ordinal` (text) for the rows that are marked `__equal`."""
    plain = [name for name in own if name not in equal and not isinstance(frame.schema[name], pl.List)]
    again = [_AGAIN] if _AGAIN in frame.columns else []
    order = frame.filter(_EQUAL).sort(*equal, "valid_from", "valid_to", *plain, *_further(frame), *again)
    order = order.select(_PLACE, __ordinal=(pl.int_range(pl.len()).over(equal) + 1).cast(pl.String))
    frame = frame.join(order, on=_PLACE, how="left", maintain_order="left")
    return frame.drop(_PLACE, _EQUAL, _AGAIN, strict=False)


def _check_repeated(load: Load, rows: Rows, link: model.LinkType, said: list[str]) -> None:
    """Rejects or flags rows without a key that say of a link what an earlier one says. Payments may well be equal.

    said: names of the ends and of the link's properties. Rows that are flagged are marked `__again` too."""
    action = rows.entry.checks["repeated"]
    if action == "ignore" or link.type in PAYMENTS:
        return
    frame = rows.frame
    among = frame.filter(_EQUAL, *([pl.col("row_key").is_null()] if "row_key" in frame.columns else []))
    again = among.filter(~pl.struct(*said, "valid_from", "valid_to", *_further(frame)).is_first_distinct())[_PLACE]
    if again.is_empty():
        return
    which = frame[_PLACE].is_in(again.implode())
    if action == "reject":
        reject(load, rows, which, "from_key", _REASON)
    else:
        mark(load, rows, which, REPEATED, "from_key", _REASON)
        rows.frame = rows.frame.with_columns(which.alias(_AGAIN))


def _further(frame: pl.DataFrame) -> list[pl.Expr]:
    """What a link says beside its ends, properties and period, where its source says it."""
    status = pl.col("status").fill_null("confirmed")
    return [made for name, made in (("status", status), ("v:source", pl.col("v:source"))) if name in frame.columns]


def stated_row_key(key: pl.Expr, table: str, *, whole: bool) -> pl.Expr:
    """`table:key`. whole: a key that names a table itself stays as it is."""
    named = pl.lit(f"{table}:") + no_ordinal(key)
    return pl.when(key.str.contains(":", literal=True)).then(key).otherwise(named) if whole else named
