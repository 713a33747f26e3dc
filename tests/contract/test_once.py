"""What is done under a key is done once, and whoever asks again is told so."""

from __future__ import annotations

import pytest

from graph.connect import Connection
from graph.once import DoneBefore, Once, write_once
from graph.store import Tx
from tests.contract.answering import fill

pytestmark = pytest.mark.contract


def test_a_key_that_the_transaction_finds_is_told(connection: Connection) -> None:
    """As where the same request came twice at a time: nothing was kept when the service looked."""
    told: list[str] = []

    def once(key: str) -> Once:
        return Once(key, "digest", lambda: told.append(key))

    def work(tx: Tx) -> str:
        return f"at {tx.number}"

    def nothing_left(_: Tx) -> str:
        raise DoneBefore("done")

    with fill(connection) as store:
        first = write_once(store, "wang", work, "work", once("a"))
        assert told == []
        assert write_once(store, "wang", work, "work", once("a")) == first
        assert told == ["a"]
        assert write_once(store, "wang", nothing_left, "work", once("b")) == "done"
        assert told == ["a"]  # nothing was done under this one before
        assert write_once(store, "wang", nothing_left, "work") == "done"
