"""Check digits of whole columns, as arithmetic on matrices of ASCII bytes, shape (n, length), one row a number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

IntArray = npt.NDArray[np.int64]
ByteMatrix = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

DIGITS = np.frombuffer(b"0123456789", dtype=np.uint8)
ALNUM = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
USCC = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
_ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)], dtype=np.int64)
_ID_WEIGHTS = np.array([pow(2, 17 - i, 11) for i in range(17)], dtype=np.int64)


def bytes_of(texts: pl.Series, length: int) -> ByteMatrix:
    """The UTF-8 bytes of texts that all have `length` of them, shape (n, length)."""
    array = texts.cast(pl.Binary).to_arrow()
    offset, data = array.offset, array.buffers()[2]
    raw = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    matrix: ByteMatrix = raw[offset * length : (offset + len(texts)) * length].reshape(len(texts), length)
    return matrix


def values_in(matrix: ByteMatrix, alphabet: ByteMatrix) -> IntArray:
    """The place of each character in an alphabet, -1 for those outside it."""
    table = np.full(256, -1, dtype=np.int64)
    table[alphabet] = np.arange(len(alphabet))
    values: IntArray = table[matrix]
    return values


def social_credit_check(body: ByteMatrix) -> ByteMatrix:
    """The check character of GB 32100 codes. body: shape (n, 17); returns shape (n,)."""
    check: ByteMatrix = USCC[(31 - (values_in(body, USCC) @ _USCC_WEIGHTS) % 31) % 31]
    return check


def resident_id_check(body: ByteMatrix) -> ByteMatrix:
    """The check character of GB 11643 numbers (ISO 7064 mod 11-2). body: shape (n, 17); returns shape (n,)."""
    check: ByteMatrix = _ID_CHECK[(values_in(body, DIGITS) @ _ID_WEIGHTS) % 11]
    return check


def mod_97(matrix: ByteMatrix) -> IntArray:
    """The remainder by 97 of numbers whose letters count 10 to 35 (ISO 7064 mod 97-10). Returns shape (n,)."""
    remainder = np.zeros(len(matrix), dtype=np.int64)
    for value in values_in(matrix, ALNUM).T:
        remainder = np.where(value < 10, remainder * 10 + value, remainder * 100 + value) % 97
    return remainder


def is_social_credit_code(matrix: ByteMatrix) -> Mask:
    """Which are GB 32100 codes: shape (n, 18) in, (n,) out."""
    digits = (values_in(matrix[:, :8], DIGITS) >= 0).all(axis=1)
    letters = (values_in(matrix[:, 8:], USCC) >= 0).all(axis=1)
    found: Mask = digits & letters & (social_credit_check(matrix[:, :17]) == matrix[:, 17])
    return found


def is_legal_entity_identifier(matrix: ByteMatrix) -> Mask:
    """Which are ISO 17442 identifiers: shape (n, 20) in, (n,) out."""
    found: Mask = (values_in(matrix, ALNUM) >= 0).all(axis=1) & (mod_97(matrix) == 1)
    return found


def is_resident_id(matrix: ByteMatrix) -> Mask:
    """Which have the digits, check character and a date of GB 11643: shape (n, 18) in, (n,) out. Not: the district."""
    digits = (values_in(matrix[:, :17], DIGITS) >= 0).all(axis=1)
    found: Mask = digits & (resident_id_check(matrix[:, :17]) == matrix[:, 17]) & _is_date(matrix[:, 6:14])
    return found


def _is_date(matrix: ByteMatrix) -> Mask:
    """Which are days of the calendar, as YYYYMMDD."""
    digits = values_in(matrix, DIGITS)
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day = digits[:, 4] * 10 + digits[:, 5], digits[:, 6] * 10 + digits[:, 7]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    last = lengths[np.clip(month, 0, 12)] + (leap & (month == 2))
    found: Mask = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= last)
    return found
