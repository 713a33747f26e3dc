"""Snapshots that are read ahead, in their order, and no further than may wait in memory."""

from __future__ import annotations

import threading
import weakref
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from api.services.snapshots import Columns, Snapshots
from graph.store import View

NAMES = [f"s{number}" for number in range(9)]


class Server:
    """Answers each statement with its name, `refused` with an error."""

    def __init__(self, *refused: str) -> None:
        self._refused = refused
        self._answered = threading.Condition()
        self.read: list[str] = []
        self.given: list[weakref.ref[Any]] = []
        """The columns given out, as long as somebody holds them."""

    @property
    def view(self) -> View:
        """A view of it that keeps nothing."""
        return cast(View, SimpleNamespace(kept=None, snapshot=self._snapshot))

    def _snapshot(self, name: str) -> Columns:
        statement = name.removeprefix("snapshot/")
        with self._answered:
            self.read.append(statement)
            self._answered.notify_all()
        if statement in self._refused:
            raise ValueError(name)
        column = np.asarray([name], dtype=object)
        self.given.append(weakref.ref(column))
        return {"name": column}

    def has_read(self, count: int) -> bool:
        """Whether so many statements have been read within a second."""
        with self._answered:
            return self._answered.wait_for(lambda: len(self.read) >= count, 1.0)


def told(rows: dict[str, Columns]) -> dict[str, str]:
    return {name: columns["name"].item() for name, columns in rows.items()}


def test_statements_are_read_once_for_whoever_asks_in_any_order() -> None:
    server = Server()
    with Snapshots(server.view) as snapshots:
        snapshots.ahead(NAMES)
        for asked in (["s8", "s1"], ["s0"], NAMES[2:8], ["later"]):
            assert told(snapshots.rows(asked)) == {name: f"snapshot/{name}" for name in asked}
    assert sorted(server.read) == sorted([*NAMES, "later"])


def test_no_more_is_read_ahead_than_may_wait() -> None:
    server = Server()
    with Snapshots(server.view) as snapshots:
        snapshots.ahead(NAMES)
        assert server.has_read(5)
        assert not server.has_read(6)
        snapshots.rows(["s0"])
        assert server.has_read(6)
        assert sorted(server.read) == NAMES[:6]


def test_an_error_is_told_to_who_asks_and_nothing_more_is_read() -> None:
    server = Server("s1")
    with pytest.raises(ValueError, match="s1"), Snapshots(server.view) as snapshots:
        snapshots.ahead(NAMES)
        snapshots.rows(["s0", "s1"])
    assert len(server.read) < len(NAMES)


def test_waiting_for_columns_holds_none_and_the_next_are_read() -> None:
    server = Server()
    with Snapshots(server.view) as snapshots:
        snapshots.ahead(NAMES)
        snapshots.wait_for(NAMES[:5])
        assert server.has_read(9)
        assert told(snapshots.rows(["s8"])) == {"s8": "snapshot/s8"}
    assert sorted(server.read) == NAMES


def test_what_nobody_asked_for_is_not_held_after_leaving() -> None:
    server = Server()
    with Snapshots(server.view) as snapshots:
        snapshots.ahead(NAMES)
        assert server.has_read(5)
    assert len(server.given) == 5
    assert [column() for column in server.given] == [None] * 5
    assert snapshots.view
