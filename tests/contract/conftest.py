"""A store on the test server: empty, with the schema in place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.connect import Connection
from graph.schema import SCHEMA_VERSION, apply_schema
from graph.store import Store


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        yield store


def empty(store: Store) -> None:
    """Remove all nodes and links, and begin to count anew; constraints and indexes stay, and what says that they do.

    Applying the schema then finds nothing to do: to make it over and over took longer than most tests.
    """
    with store.driver.session(database=store.connection.database) as session:
        session.run(
            "MATCH (n) WHERE NOT n:Meta AND NOT (n:Published AND n.seq = 0)"
            " CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
        ).consume()
        session.run(
            "OPTIONAL MATCH (p:Published {seq: 0}) SET p.at = timestamp()"
            " WITH count(p) AS begun MATCH (m:Meta)"
            " SET m.seq = 0"
            " FOREACH (_ IN CASE WHEN begun = 1 AND m.schema_version = $known THEN [] ELSE [1] END | DETACH DELETE m)",
            known=SCHEMA_VERSION,
        ).consume()
