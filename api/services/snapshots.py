"""Snapshots of one view read two at a time: the server finds the next while the last is being taken in."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from graph.store import View

Columns = dict[str, np.ndarray[Any, Any]]
_AT_ONCE = 2
"""More would wait for each other, and the server would have to hold all their rows."""


def read_ahead(view: View, names: Iterable[str]) -> dict[str, Columns]:
    """The columns of statements of `cypher/snapshot/` by name, asked for in their order."""
    with ThreadPoolExecutor(_AT_ONCE, "snapshot") as pool:
        waiting = {name: pool.submit(view.snapshot, f"snapshot/{name}") for name in names}
        try:
            return {name: one.result() for name, one in waiting.items()}
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def not_read(view: View, name: str) -> Columns:
    """The columns of a statement that was not asked, without rows."""
    returns = view.store.statements[f"snapshot/{name}"].returns
    return {column: np.empty(0, dtype=np.int64) for column in returns if column != "chunk"}
