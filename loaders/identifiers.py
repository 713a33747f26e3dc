"""Identifiers: their plain form, so that two sources write one telephone alike, and their check digits."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
from stdnum import lei
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from loaders import check_digits as digits

LONGEST = 2000
"""Bytes of a key, code or number: the store's indexes take no more than some 8,000, and nobody writes such a one."""
RESIDENT = "resident_id:"
"""How a certificate begins that is a resident identity card."""
IDENTIFIER_KINDS = ("phone", "address", "email")
CERTIFICATE_KINDS: dict[str, Callable[[str], object]] = {
    "resident_id": ric.validate,
    "uscc": uscc.validate,
    "lei": lei.validate,
}
_PROPERTY_CHECKS: dict[str, Callable[[str], object]] = {"uscc": uscc.validate, "lei": lei.validate}
_PUNCTUATION = r"[\s,，.。;；:：、\-—_()（）\[\]【】#＃\"'“”·/\\]+"
_BETWEEN = "\x01"
_PARTS = ("号楼|號樓|栋|棟|幢|座|#", "单元|單元", "[-—–/]", "[-—–/]")
"""What stands between the numbers of block, unit and room; the last twice, for `1-1-1` has two of them at one digit."""


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
    """Down to the room and comparable: full-width forms made narrow, small letters, no blanks or punctuation.

    Block, unit and room are numbers with `-` between them, however they are written: `2号楼1单元501室`, `2栋1单元501`
    and `2-1-501` are one address, and another one than `21-501`. Null where nothing is left.
    """
    plain = expr.str.normalize("NFKC").str.to_lowercase()
    for words in _PARTS:
        plain = plain.str.replace_all(rf"(\d)\s*(?:{words})\s*(\d)", f"${{1}}{_BETWEEN}${{2}}")
    plain = plain.str.replace(r"(\d)\s*[室房户]\s*$", "${1}")
    plain = plain.str.replace_all(_PUNCTUATION, "").str.replace_all(_BETWEEN, "-", literal=True)
    return pl.when(plain.str.len_chars() > 0).then(plain)


def wrong(name: str, values: pl.Series) -> pl.Series:
    """Which values of the property `uscc`, `lei` or `certificate` fail their check digits. Nulls pass.

    A certificate is `type:number`; types without check digits (passports) pass. python-stdnum decides; what arithmetic
    on whole columns finds right in the plain form is not asked of it again (it takes up to 75 µs a number).
    """
    doubtful = values.is_not_null() & ~_surely_valid(name, values)
    if not doubtful.any():
        return doubtful
    bad = [value for value in values.filter(doubtful).unique().to_list() if not _valid(name, value)]
    return doubtful & values.is_in(bad)


def _surely_valid(name: str, values: pl.Series) -> pl.Series:
    if name != "certificate":
        length, check = _AT_ONCE[name]
        return _checked(values, "", length, check)
    sure = pl.repeat(False, len(values), eager=True)
    for kind, (length, check) in _AT_ONCE.items():
        sure |= _checked(values, f"{kind}:", length, check)
    other = values.str.extract(r"^([^:]+):.", 1)
    return sure | (other.is_not_null() & ~other.is_in(list(CERTIFICATE_KINDS))).fill_null(value=False)


def _checked(
    values: pl.Series, prefix: str, length: int, check: Callable[[digits.ByteMatrix], digits.Mask]
) -> pl.Series:
    """Which values are the prefix and a number of that many bytes that passes the check."""
    whole = len(prefix) + length
    fits = ((values.str.len_bytes() == whole) & values.str.starts_with(prefix)).fill_null(value=False)
    found = np.zeros(len(values), np.bool_)
    if fits.any():
        found[fits.to_numpy()] = check(digits.bytes_of(values.filter(fits), whole)[:, len(prefix) :])
    return pl.Series(found)


def _resident_ids(matrix: digits.ByteMatrix) -> digits.Mask:
    """As `is_resident_id`, and the district was one in the year of birth; asked once a district and year."""
    found = digits.is_resident_id(matrix)
    places = digits.values_in(matrix[:, :10], digits.DIGITS) @ (10 ** np.arange(9, -1, -1))
    asked, which = np.unique(places[found], return_inverse=True)
    found[found] = np.array([_is_district(f"{place:010}") for place in asked.tolist()], np.bool_)[which]
    return found


@cache
def _is_district(place: str) -> bool:
    """Whether the six digits of a district were given to those born in the year after them."""
    try:
        ric.get_birth_place(f"{place}01010010")
    except (ValidationError, KeyError):  # KeyError: a known province, an unknown district
        return False
    return True


_AT_ONCE: dict[str, tuple[int, Callable[[digits.ByteMatrix], digits.Mask]]] = {
    "uscc": (18, digits.is_social_credit_code),
    "lei": (20, digits.is_legal_entity_identifier),
    "resident_id": (18, _resident_ids),
}


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
    except (ValidationError, KeyError):  # KeyError: see _is_district
        return False
    return True
