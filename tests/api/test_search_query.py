"""What users type becomes a query that the full-text index always takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services.search_query import MOST_WORDS, full_text, pieces, plain


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("商业银行", '"商业银行"'),
        ("张", "张*"),
        ("ZW", "(zw^3 OR zw*)"),
        ("ＢＡＮＫ　中国", '(bank^3 OR bank*) AND "中国"'),
        ("中国bank", '"中国" AND (bank^3 OR bank*)'),
        ("zhang an", "((zhang^3 OR zhang*) AND (an^3 OR an*)) OR zhangan*"),
        ("", ""),
        ("!?", ""),
    ],
)
def test_queries(text: str, query: str) -> None:
    assert full_text(text) == query


@given(st.text(max_size=300))
def test_nothing_typed_reaches_the_query_language(text: str) -> None:
    found = pieces(text)
    assert len(found) <= MOST_WORDS
    assert all(piece.isalnum() or not piece.isascii() for piece in found)
    left = full_text(text)
    for piece in sorted(found, key=len, reverse=True):
        left = left.replace(piece, "")
    assert set(left) <= set('"*^3() ANDOR')


@given(st.text(max_size=100))
def test_plain_is_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)
