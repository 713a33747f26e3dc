"""A store whose embedded server goes away: brought back once, whoever notices, and never after the store was closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from neo4j.exceptions import ServiceUnavailable, SessionExpired

from graph.connect import Connection
from graph.errors import StoreUnavailable
from graph.registry import Registry
from graph.store import Store

THREADS = 8


class FakeServer:
    """Counts how often it was started."""

    def __init__(self) -> None:
        self.starts = 0

    def start(self) -> Connection:
        self.starts += 1
        return connection(self)


class FakeDriver:
    def close(self) -> None:
        pass


def connection(server: Any, embedded: bool = True) -> Connection:
    return Connection("bolt://127.0.0.1:1", "neo4j", "", "neo4j", embedded=embedded, server=server)


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Callable[[Connection], Store]:
    monkeypatch.setattr(Store, "_open", lambda _: FakeDriver())
    return lambda to: Store(to, statements=Registry(tmp_path))


def failing_on(store: Store, error: type[Exception], meet: threading.Barrier | None = None) -> Callable[[], str]:
    """Work that fails on the driver that the store has now, once all threads have met, and does well on another."""
    first = store.driver

    def work() -> str:
        if store.driver is first:
            if meet:
                meet.wait(timeout=10)
            raise error("gone")
        return "done"

    return work


def test_many_readers_that_find_the_server_gone_start_it_once(make: Callable[[Connection], Store]) -> None:
    server = FakeServer()
    store = make(connection(server))
    work = failing_on(store, ServiceUnavailable, threading.Barrier(THREADS))
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: store._guard(work, "a test"), range(THREADS)))
    assert answers == ["done"] * THREADS
    assert server.starts == 1


def test_what_fails_on_a_driver_replaced_meanwhile_is_tried_again(make: Callable[[Connection], Store]) -> None:
    server = FakeServer()
    store = make(connection(server))
    first = store.driver

    def work() -> str:
        if store.driver is first:
            store.reconnect()
            raise SessionExpired("the driver was closed")
        return "done"

    assert store._guard(work, "a test") == "done"
    assert server.starts == 1


def test_a_closed_store_never_starts_the_server(make: Callable[[Connection], Store]) -> None:
    server = FakeServer()
    store = make(connection(server))
    store.close()
    with pytest.raises(StoreUnavailable, match="ending"):
        store._guard(failing_on(store, ServiceUnavailable), "a test")
    assert server.starts == 0


def test_an_external_server_is_only_reported(make: Callable[[Connection], Store]) -> None:
    server = FakeServer()
    store = make(connection(server, embedded=False))
    with pytest.raises(StoreUnavailable, match="does not answer"):
        store._guard(failing_on(store, ServiceUnavailable), "a test")
    assert server.starts == 0
