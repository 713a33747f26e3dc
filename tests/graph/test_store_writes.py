"""What a store does about errors in the middle of its work, and how its sessions follow each other."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any

import pytest
from neo4j.exceptions import ClientError, IncompleteCommit, ServiceUnavailable, TransientError

from graph.connect import Connection
from graph.errors import GuanxiError, StoreUnavailable
from graph.store import Store

HERE = Connection("bolt://127.0.0.1:1", "neo4j", "secret", "neo4j")


class Broken:
    """A session that breaks with one error."""

    def __init__(self, error: Exception) -> None:
        self.error, self.tries = error, 0

    def __enter__(self) -> Broken:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        return None

    def execute_write(self, *_: object) -> None:
        self.tries += 1
        raise self.error

    def begin_transaction(self, **_: object) -> None:
        raise self.error

    def run(self, *_: object) -> None:
        raise self.error

    def execute_read(self, *_: object) -> list[dict[str, int]]:
        self.tries += 1
        return [{"seq": 1}]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store(HERE) as store:
        yield store


def test_a_write_of_unknown_end_is_never_repeated(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Broken(IncompleteCommit("gone"))
    monkeypatch.setattr(store, "_session", lambda *_: session)
    monkeypatch.setattr(store, "connection", Connection("bolt://127.0.0.1:1", "neo4j", "x", "neo4j", embedded=True))
    with pytest.raises(GuanxiError, match="it is not known whether it was kept"):
        store.transact(lambda _: None)
    assert session.tries == 1


def test_a_question_that_may_be_asked_again_is_asked_by_the_driver(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Broken(TransientError("the leader has changed"))
    monkeypatch.setattr(store, "_session", lambda *_: session)
    assert store.read("publishing/latest", {}) == [{"seq": 1}]
    assert session.tries == 1


def test_a_question_that_is_wrong_is_not_asked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Broken(ClientError("no such function"))
    monkeypatch.setattr(store, "_session", lambda *_: session)
    with pytest.raises(GuanxiError, match="The database refused publishing/latest"):
        store.read("publishing/latest", {})
    assert session.tries == 0


def test_a_scan_that_breaks_is_told_in_one_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_session", lambda *_: Broken(ServiceUnavailable("gone")))
    with pytest.raises(StoreUnavailable, match="Neo4j does not answer"):
        list(store.pages("publishing/versions_of", number=1))


def test_all_sessions_of_a_store_share_their_bookmarks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    monkeypatch.setattr(store.driver, "session", lambda **settings: given.append(settings["bookmark_manager"]))
    store._session("READ")
    store._session("WRITE", 10)
    assert given[0] is given[1] is not None
