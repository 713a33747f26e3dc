"""Snapshots of one view read some at a time: the server finds the next while the last is being taken in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import numpy as np

from graph.store import View

Columns = dict[str, np.ndarray[Any, Any]]
_AT_ONCE = 3
"""With two, a quarter of two processors was idle; more would wait for each other, and the server would have to hold all
their rows."""
_AHEAD = 5
"""Statements whose columns are being read or wait to be asked for: more would have to be held in memory."""


class Snapshots:
    """Columns of the statements of `cypher/snapshot/`, without that before their names. A context manager: on leaving
    it reads no more."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.noted: set[str] = set()
        """The names of all columns given out (`KeptColumns.name_of`), where they are kept."""
        self._pool = ThreadPoolExecutor(_AT_ONCE, "snapshot")
        self._next: deque[str] = deque()
        self._begun: dict[str, Future[Columns]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._next.clear()
        self._begun.clear()

    def ahead(self, names: Iterable[str]) -> None:
        """Begin to read, in this order, what must come from the store."""
        self._next.extend(name for name in dict.fromkeys(names) if not self._is_kept(name))
        self._go_on()

    def rows(self, names: Iterable[str]) -> dict[str, Columns]:
        """The columns of statements without parameters, by name."""
        asked = list(names)
        self.ahead(name for name in asked if name not in self._begun and name not in self._next)
        return {name: self._given_out(name) for name in asked}

    def of(self, name: str, **params: Any) -> Columns:
        """The columns of a statement with its parameters."""
        found = self.view.snapshot(_full(name), **params)
        self._note(name, params)
        return found

    def wait_for(self, names: Iterable[str]) -> None:
        """Return when all of these are kept that must come from the store and are to be read ahead. Whoever asks for
        their columns after that is given them from where they are kept."""
        for name in names:
            self._read(name)

    def _read(self, name: str) -> Columns | None:
        """The columns of a statement that is to be read ahead, which are then not held any more; None for another."""
        if name in self._next:
            self._next.remove(name)
            self._begin(name)
        begun = self._begun.get(name)
        if begun is None:
            return None
        found = begun.result()
        del self._begun[name]
        self._go_on()
        return found

    def _given_out(self, name: str) -> Columns:
        found = self._read(name)
        if found is None:
            found = self.view.snapshot(_full(name))
        self._note(name, {})
        return found

    def _go_on(self) -> None:
        while self._next and len(self._begun) < _AHEAD:
            self._begin(self._next.popleft())

    def _begin(self, name: str) -> None:
        self._begun[name] = self._pool.submit(self.view.snapshot, _full(name))

    def _is_kept(self, name: str) -> bool:
        return self._name_of(name, {}) is not None

    def _note(self, name: str, params: dict[str, Any]) -> None:
        if told := self._name_of(name, params):
            self.noted.add(told)

    def _name_of(self, name: str, params: dict[str, Any]) -> str | None:
        kept = self.view.kept
        return kept.name_of(self.view.store.statements[_full(name)].text, params) if kept else None


def not_read(view: View, name: str) -> Columns:
    """The columns of a statement that was not asked, without rows."""
    returns = view.store.statements[_full(name)].returns
    return {column: np.empty(0, dtype=np.int64) for column in returns if column != "chunk"}


def _full(name: str) -> str:
    return f"snapshot/{name}"
