"""No text of a file for spreadsheets is worked out when it is opened, and numbers stay numbers."""

from __future__ import annotations

import polars as pl
import pytest

from loaders.spreadsheet_text import no_formula, no_formulas

FORMULAS = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\r=1", "-", "+", "-1\n=2", "+86 138"]
OTHERS = ["", "P-1", "-12.50", "+1,000", "a=b", "'=1", "-5", " =1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_marked(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", OTHERS)
def test_all_else_stays(text: str) -> None:
    assert no_formula(text) == text


def test_a_table_is_marked_as_its_texts_are() -> None:
    texts = [*FORMULAS, *OTHERS]
    found = no_formulas(pl.DataFrame({"name": [*texts, None], "n": range(len(texts) + 1)}))
    assert found["name"].to_list() == [*map(no_formula, texts), None]
    assert found["n"].to_list() == list(range(len(texts) + 1))
    numbers = pl.DataFrame({"n": [-1]})
    assert no_formulas(numbers).equals(numbers)
