"""Columns of a snapshot keep every value that the server sent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graph.columns import _column, columns
from graph.patterns import StatementError


@pytest.mark.parametrize(
    ("chunks", "kind"),
    [
        ([[1, 2], [3]], np.int64),
        ([[1, 0.35], [2]], np.float64),
        ([[1], [0.35]], np.float64),
        ([[0.5], []], np.float64),
        ([[True, False]], object),
        ([["a"], ["b"]], object),
        ([[["a", "b"], ["c", "d"]]], object),
        ([[1, "x"]], object),
    ],
)
def test_a_column_holds_what_the_chunks_held(chunks: list[list[Any]], kind: type) -> None:
    column = _column(chunks)
    assert column.dtype == kind
    assert column.tolist() == [value for chunk in chunks for value in chunk]


def test_columns_of_unequal_length_are_refused() -> None:
    rows = [{"a": [1], "b": [2]}, {"a": [1, 2], "b": [2]}]
    with pytest.raises(StatementError, match=r"snapshot/owns: columns differ in length {'a': 2, 'b': 1}"):
        columns("snapshot/owns", rows, ["a", "b"])


def test_without_rows_a_column_is_empty() -> None:
    assert columns("snapshot/owns", [], ["a"])["a"].tolist() == []
