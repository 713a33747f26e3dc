"""What a person asks the database in Cypher of his own: in a reading transaction, so that nothing can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neo4j import READ_ACCESS
from neo4j.exceptions import DriverError, Neo4jError

from graph.errors import BadInput
from graph.store import Store

TIMEOUT_S = 60
MOST_ROWS = 200


@dataclass(frozen=True)
class Asked:
    """Columns and at most `MOST_ROWS` rows. more: there are further ones."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool


def ask(store: Store, statement: str) -> Asked:
    """Send what was typed; the server refuses writes in such a transaction. Raises BadInput with the server's words."""
    try:
        with (
            store.driver.session(database=store.connection.database, default_access_mode=READ_ACCESS) as session,
            session.begin_transaction(timeout=TIMEOUT_S) as tx,
        ):
            result = tx.run(statement)  # typed by the user, sent as it is
            columns, rows = list(result.keys()), result.fetch(MOST_ROWS + 1)
    except (Neo4jError, DriverError) as error:
        told = getattr(error, "message", None) or str(error)
        raise BadInput(f"Neo4j refuses this: {told}", field="statement") from error
    return Asked(columns, [list(row.values()) for row in rows[:MOST_ROWS]], len(rows) > MOST_ROWS)
