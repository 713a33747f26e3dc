"""Identifiers with valid check digits, many at a time: every function takes and returns arrays of one row a party.

Codes are made as matrices of ASCII bytes, shape (n, length), and become a polars column without a Python loop.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from loaders.check_digits import (
    ALNUM,
    DIGITS,
    USCC,
    ByteMatrix,
    IntArray,
    mod_97,
    resident_id_check,
    social_credit_check,
    values_in,
)

_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)


def text_column(matrix: ByteMatrix) -> pl.Series:
    """A polars text column of the rows of an ASCII matrix."""
    n, length = matrix.shape
    offsets = np.arange(0, (n + 1) * length, length, dtype=np.int64)
    data = np.ascontiguousarray(matrix)
    array = pa.LargeStringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(data))
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series


def spell(numbers: IntArray, length: int, alphabet: ByteMatrix = DIGITS) -> ByteMatrix:
    """The numbers in the base of the alphabet, padded to `length` characters."""
    base = len(alphabet)
    powers = base ** np.arange(length - 1, -1, -1, dtype=np.int64)
    spelled: ByteMatrix = alphabet[(numbers[:, None] // powers) % base]
    return spelled


def scattered(index: IntArray, modulus: int, step: int, shift: int) -> IntArray:
    """Distinct numbers below `modulus` that do not look counted; `step` must share no factor with it."""
    scattered_numbers: IntArray = (index * step + shift) % modulus
    return scattered_numbers


def organisation_codes(index: IntArray) -> ByteMatrix:
    """GB 11714 codes, shape (n, 9): `MA`, six characters, one check character (mod 11)."""
    body = np.empty((len(index), 8), dtype=np.uint8)
    body[:, 0], body[:, 1] = ord("M"), ord("A")
    body[:, 2:] = spell(scattered(index, 31**6, 611_953, 40_127_311), 6, USCC)
    remainder = (11 - (values_in(body, ALNUM) @ _ORG_WEIGHTS) % 11) % 11
    check = np.where(remainder == 10, ord("X"), remainder + ord("0")).astype(np.uint8)
    return np.column_stack([body, check])


def social_credit_codes(district: ByteMatrix, organisation: ByteMatrix) -> ByteMatrix:
    """GB 32100 codes, shape (n, 18). district: shape (n, 6); organisation: shape (n, 9)."""
    head = np.tile(np.frombuffer(b"91", dtype=np.uint8), (len(district), 1))
    body = np.column_stack([head, district, organisation])
    return np.column_stack([body, social_credit_check(body)])


def resident_ids(district: ByteMatrix, birth: IntArray, serial: IntArray) -> ByteMatrix:
    """GB 11643 numbers, shape (n, 18). birth: YYYYMMDD; serial: 0..999, odd for men."""
    body = np.column_stack([district, spell(birth, 8), spell(serial, 3)])
    return np.column_stack([body, resident_id_check(body)])


def legal_entity_identifiers(index: IntArray) -> ByteMatrix:
    """ISO 17442 identifiers, shape (n, 20), check digits by ISO 7064 mod 97-10."""
    head = np.tile(np.frombuffer(b"300300", dtype=np.uint8), (len(index), 1))
    body = np.column_stack([head, spell(scattered(index, 36**8, 1_234_577, 77_777_777_777), 12, ALNUM)])
    check = 98 - (mod_97(body) * 100) % 97
    return np.column_stack([body, spell(check, 2)])


def card_numbers(index: IntArray) -> ByteMatrix:
    """Bank card numbers, shape (n, 19), last digit by Luhn."""
    head = np.tile(np.frombuffer(b"62178866", dtype=np.uint8), (len(index), 1))
    body = np.column_stack([head, spell(scattered(index, 10**10, 7_919_777, 1_234_567_891), 10)])
    digits = body.astype(np.int64) - ord("0")
    doubled = digits[:, ::-1].copy()
    doubled[:, ::2] *= 2
    doubled -= np.where(doubled > 9, 9, 0)
    check = (-doubled.sum(axis=1)) % 10
    return np.column_stack([body, spell(check, 1)])
