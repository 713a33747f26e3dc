"""A store on the test server: empty, with the schema in place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Store


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        yield store


def empty(store: Store) -> None:
    """Remove all nodes and links; constraints and indexes stay."""
    with store.driver.session(database=store.connection.database) as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
