"""What the bare driver is made to do beside ours: plain statements, as anybody would write them in an afternoon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from neo4j import READ_ACCESS, Session

from graph import model
from graph.store import Store

BATCH = 10_000

CREATE_NODES = "CYPHER 5 UNWIND $rows AS row CREATE (n:{labels}) SET n = row"
CREATE_LINKS = (
    "CYPHER 5 UNWIND $rows AS row MATCH (a:{start} {{{start_key}: row.start}}) MATCH (b:{end} {{{end_key}: row.end}}) "
    "CREATE (a)-[r:{type}]->(b) SET r = row.values"
)
EMPTY = "CYPHER 5 MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
ALL_NODES = "CYPHER 5 MATCH (n:{label}) RETURN labels(n) AS labels, properties(n) AS row"
ALL_LINKS = (
    "CYPHER 5 MATCH (a:{start})-[r:{type}]->(b:{end}) "
    "RETURN a.{start_key} AS start, b.{end_key} AS end, properties(r) AS values"
)
COLUMNS = (
    "CYPHER 5 MATCH (a)-[r:{type}]->(b) WITH toInteger(id(r) / 10000) AS chunk, id(a) AS x, id(b) AS y, "
    "r.share AS share RETURN chunk, collect(x) AS x, collect(y) AS y, collect(coalesce(share, -1.0)) AS share"
)
COUNT = "CYPHER 5 MATCH ()-[r:{type}]->() RETURN count(r) AS links"
"""From the store's own counts: versions of links that a view leaves out are counted too."""


def session(store: Store, fetch: int = 1_000) -> Session:
    """A session of the store's driver, past everything of ours."""
    return store.driver.session(database=store.connection.database, default_access_mode="WRITE", fetch_size=fetch)


def reading(store: Store, fetch: int = 1_000) -> Session:
    """The same for reading."""
    return store.driver.session(database=store.connection.database, default_access_mode=READ_ACCESS, fetch_size=fetch)


def count(store: Store, link_type: str) -> int:
    """Links of a type in the store, all versions."""
    with reading(store) as open_session:
        return int(open_session.run(COUNT.format(type=link_type)).single(strict=True)["links"])


def statements_of_nodes() -> Iterator[tuple[str, str]]:
    """(label, statement that reads all its nodes) of what loads make."""
    for node in model.versioned_nodes():
        yield node.label, ALL_NODES.format(label=node.label)


def statements_of_links() -> Iterator[tuple[str, str]]:
    """(statement that creates links, statement that reads them all), one pair for each type and ends."""
    for link in model.LINKS:
        for start, end in link.ends:
            names = {
                "type": link.type,
                "start": start,
                "end": end,
                "start_key": model.node_type(start).key,
                "end_key": model.node_type(end).key,
            }
            yield CREATE_LINKS.format(**names), ALL_LINKS.format(**names)


def batches(rows: list[Any]) -> Iterator[list[Any]]:
    """Rows of one transaction each."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
