"""Identifiers that stay the same from load to load: source keys, party ids, link ids.

None of them depends on the database's own ids, on line numbers or on the order of rows.
"""

from __future__ import annotations

import hashlib
import re

SEPARATOR = "\x1f"
DIGEST_BYTES = 10
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [a + b for a in _LETTERS for b in _LETTERS]
_SHIFTS = range(8 * DIGEST_BYTES - 10, -1, -10)
PARTY_ID = re.compile(r"P-[A-Z2-7]{16}")


def source_key(source: str, table: str, key: str) -> str:
    """`source:table:key`: tables of one source may share numbers, so the table is part of the key."""
    return f"{source}:{table}:{key}"


def split_source_key(text: str) -> tuple[str, str, str] | None:
    """The three parts of a source key (the key itself may contain colons), or None where the text is none."""
    parts = text.split(":", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and all(parts) else None


def digest(*parts: str) -> str:
    """80 bits of SHA-256 as 16 letters: among 20 million ids the chance of one collision is about 2 in 10^10.

    The letters are those of base 32 (RFC 4648), two at a time: three times as fast as the standard library, and
    a run makes some hundred thousand.
    """
    text = SEPARATOR.join(parts).encode()
    bits = int.from_bytes(hashlib.sha256(text).digest()[:DIGEST_BYTES], "big")
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])


def party_id(first_source_key: str) -> str:
    """The id of a party, from the source key that first made it known."""
    return f"P-{digest(first_source_key)}"


def link_id(link_type: str, from_key: str, to_key: str, row_key: str, basis: str = "") -> str:
    """The stable id of a link: its type, then a hash of both ends' source keys, the row's key and the basis.

    row_key: the source row's own key, or for rows without one the ordinal among rows with equal ends and basis.
    """
    return f"{link_type}-{digest(link_type, from_key, to_key, row_key, basis)}"
