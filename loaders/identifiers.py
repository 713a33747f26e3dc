"""Identifiers: their plain form, so that two sources write one telephone alike, and their check digits."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from stdnum import lei
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

IDENTIFIER_KINDS = ("phone", "address", "email")
CERTIFICATE_KINDS: dict[str, Callable[[str], object]] = {
    "resident_id": ric.validate,
    "uscc": uscc.validate,
    "lei": lei.validate,
}
_PROPERTY_CHECKS: dict[str, Callable[[str], object]] = {"uscc": uscc.validate, "lei": lei.validate}
_PUNCTUATION = r"[\s,，.。;；:：、\-—_()（）\[\]【】#＃\"'“”·/\\]+"


def plain_phone(expr: pl.Expr) -> pl.Expr:
    """Digits alone, without China's country code; null where fewer than five digits are left."""
    digits = (
        expr.str.replace_all(r"[^0-9+]", "")
        .str.replace(r"^(\+86|0086|86(1\d{10})$)", "$2")
        .str.replace_all("+", "", literal=True)
    )
    return pl.when(digits.str.len_chars() >= 5).then(digits)


def plain_email(expr: pl.Expr) -> pl.Expr:
    """Small letters; null where it has no @ with something on both sides."""
    small = expr.str.to_lowercase().str.strip_chars()
    return pl.when(small.str.contains(r"^[^@\s]+@[^@\s]+$")).then(small)


def plain_address(expr: pl.Expr) -> pl.Expr:
    """Full-width forms made narrow, small letters, no blanks or punctuation; room numbers stay."""
    plain = expr.str.normalize("NFKC").str.to_lowercase().str.replace_all(_PUNCTUATION, "")
    return pl.when(plain.str.len_chars() > 0).then(plain)


def wrong(name: str, values: pl.Series) -> pl.Series:
    """Which values of the property `uscc`, `lei` or `certificate` fail their check digits. Nulls pass.

    A certificate is `type:number`; types without check digits (passports) pass.
    """
    known = values.drop_nulls().unique()
    bad = [value for value in known.to_list() if not _valid(name, value)]
    return values.is_in(bad) & values.is_not_null() if bad else pl.repeat(False, len(values), eager=True)


def _valid(name: str, value: str) -> bool:
    check = _PROPERTY_CHECKS.get(name)
    number = value
    if name == "certificate":
        kind, _, number = value.partition(":")
        check = CERTIFICATE_KINDS.get(kind)
    if check is None:
        return bool(number)
    try:
        check(number)
    except ValidationError:
        return False
    return True
