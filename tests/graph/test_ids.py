"""Ids against the definition: base 32 of the first 80 bits of SHA-256, as the standard library makes it."""

from __future__ import annotations

import base64
import hashlib

from hypothesis import given
from hypothesis import strategies as st

from graph import ids

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(TEXT, max_size=4))
def test_a_digest_is_the_standard_librarys_base32(parts: list[str]) -> None:
    raw = hashlib.sha256("\x1f".join(parts).encode()).digest()[:10]
    assert ids.digest(*parts) == base64.b32encode(raw).decode()
