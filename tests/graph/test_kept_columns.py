"""Columns that are kept for the next view, and those that are not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.kept_columns import Columns, KeptColumns


@dataclass(frozen=True)
class Untouched:
    """A view of a store that nobody has written to since its first publication."""

    seq: int = 1
    known_at: int = 1_000
    day: int = 20_000

    def read(self, statement: str, **_: Any) -> list[dict[str, Any]]:
        return [{"at": self.known_at}] if statement == "publishing/by_number" else []


def numbers(*values: int) -> Columns:
    return {"number": np.asarray(values, dtype=np.int64)}


def asked(folder: Path, *questions: tuple[str, dict[str, Any]]) -> list[str]:
    """Ask one view; what had to be read, and is kept now."""
    kept = KeptColumns(folder, Untouched())
    read = list[str]()
    for text, params in questions:
        if kept.use(text, params) is None:
            kept.keep(text, params, ["Party"], numbers(len(read)))
            read.append(text)
    kept.close()
    return read


def test_what_was_read_is_used_by_the_next_view(tmp_path: Path) -> None:
    assert asked(tmp_path, ("names", {"ids": [1]}), ("holdings", {})) == ["names", "holdings"]
    assert asked(tmp_path, ("names", {"ids": [1]}), ("holdings", {})) == []


def test_of_a_statement_only_the_parameters_asked_for_last_stay(tmp_path: Path) -> None:
    for ids in ([1], [1, 2], [1, 2, 3]):
        assert asked(tmp_path, ("names", {"ids": ids}), ("names", {"ids": []})) != []
    assert len(list(tmp_path.glob("*.parquet"))) == 2
    assert asked(tmp_path, ("names", {"ids": [1, 2, 3]}), ("names", {"ids": []})) == []
    assert asked(tmp_path, ("names", {"ids": [1]})) == ["names"]


def test_a_statement_that_a_view_does_not_ask_stays(tmp_path: Path) -> None:
    asked(tmp_path, ("names", {"ids": [1]}), ("spouses", {}))
    asked(tmp_path, ("names", {"ids": [1]}))
    assert asked(tmp_path, ("spouses", {})) == []


def test_damaged_columns_are_read_again(tmp_path: Path) -> None:
    asked(tmp_path, ("names", {"ids": [1]}))
    (kept,) = tmp_path.glob("*.parquet")
    told = bytearray(kept.read_bytes())
    told[len(told) // 2] ^= 1
    kept.write_bytes(told)
    assert asked(tmp_path, ("names", {"ids": [1]})) == ["names"]
    assert asked(tmp_path, ("names", {"ids": [1]})) == []
