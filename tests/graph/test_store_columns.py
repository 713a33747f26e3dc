"""Columns of a snapshot keep every value that the server sent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graph.store import _column


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
