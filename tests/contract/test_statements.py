"""Every statement on a real server: known names only, and no scan where an index should serve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity

from api.services.party import statement as whole_party
from graph import model
from graph.connect import Connection
from graph.registry import Statement, build, shipped
from graph.schema import apply_schema
from graph.store import Store

pytestmark = pytest.mark.contract

ASKED = (
    "party/",
    "search/",
    "network/",
    "related/",
    "resolve/",
    "groups/",
    "publishing/latest",
    "publishing/by_number",
)
"""Statements that requests send: they find their start by an index."""
FEW = frozenset({"Branch", "RelationshipManager"})
"""Labels of so few nodes that reading all of them is quick."""
SCANS = ("AllNodesScan", "NodeByLabelScan", "RelationshipTypeScan", "AllRelationshipsScan", "UnionNodeByLabelsScan")
UNKNOWN_NAME = frozenset({"01N50", "01N51", "01N52"})
"""The server's words for a label, a type of link or a property that its store has never seen."""
OF_ROWS = frozenset({"from", "to", "row", "key_", "element", "old", "old_labels", "properties", "values", "changes"})
"""Keys of the maps that statements take or make; they are no properties of the model."""

_VALUES: dict[model.Kind, Any] = {
    model.Kind.TEXT: "x",
    model.Kind.TEXTS: ["x"],
    model.Kind.INTS: [1],
    model.Kind.FLOATS: [0.5],
    model.Kind.FLOAT: 0.5,
    model.Kind.SHARE: 0.5,
    model.Kind.BOOL: True,
}


def values(properties: tuple[model.Property, ...]) -> dict[str, Any]:
    return {p.name: _VALUES.get(p.kind, 1) for p in properties}


@pytest.fixture(scope="module")
def driver(connection: Connection) -> Iterator[Driver]:
    """A server that has seen every name of the model."""
    with Store(connection) as store:
        apply_schema(store)
    with GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        notifications_min_severity=NotificationMinimumSeverity.INFORMATION,
    ) as driver:
        with driver.session(database=connection.database) as session, session.begin_transaction() as tx:
            for node in model.NODES:
                own = values(node.properties + model.NODE_COMMON)
                key = -1 if node.key == "seq" else "model-sample"
                tx.run(f"MERGE (n:{node.label} {{{node.key}: $key}}) SET n += $own", key=key, own=own)
            for link in model.LINKS:
                own = values(link.properties + model.LINK_COMMON)
                tx.run(f"CREATE (a:Sample)-[r:{link.type}]->(b:Sample) SET r = $own DELETE r, a, b", own=own)
            for role in ("Person", "Company", *model.ROLES):
                tx.run(f"CREATE (n:{role}) DELETE n")
            tx.run("MATCH (n) WHERE any(k IN keys(n) WHERE n[k] = 'model-sample' OR n.seq = -1) DELETE n")
            tx.commit()
        yield driver


OURS: dict[str, Any] = {
    "rows": [],
    "seq": 1,
    "pending": [1],
    "as_of": 1,
    "scope": ["x"],
    "scope_all": False,
    "open_seq": 9,
}


def sample(statement: Statement, name: str) -> Any:
    """A value of the type that the header gives a parameter: the server plans by types."""
    file = statement.name.split("[")[0].split("+")[0]
    header = files("cypher").joinpath(f"{file}.cypher").read_text(encoding="utf-8")
    declared = re.search(rf"\b{name}: (list|\w+)", header)
    kinds: dict[str, Any] = {"list": ["x"], "str": "x", "int": 1, "bool": True, "map": {}}
    return kinds[declared[1]] if declared else 1


def explain(driver: Driver, statement: Statement, database: str) -> tuple[dict[str, Any], list[str]]:
    text = statement.text.replace("CYPHER 5", "CYPHER 5 EXPLAIN", 1)
    parameters = {**OURS, **{name: sample(statement, name) for name in statement.params}}
    with driver.session(database=database) as session:
        summary = session.run(text, parameters).consume()
    told = [
        status.status_description
        for status in summary.gql_status_objects
        if status.gql_status in UNKNOWN_NAME and not any(f"`{name}`" in status.status_description for name in OF_ROWS)
    ]
    assert summary.plan is not None
    return summary.plan, told


def operators(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["operatorType"].split("@")[0], plan["args"].get("Details", "")
    for child in plan.get("children", ()):
        yield from operators(child)


def every() -> list[Statement]:
    """All statements; of those made for each type the first and the last, for they differ in names of the model only."""
    registry = shipped()
    by_file: dict[str, list[Statement]] = {}
    for statement in (*registry, whole_party(registry)):
        if statement.mode != "schema":
            by_file.setdefault(statement.name.split("[")[0], []).append(statement)
    return [one for made in by_file.values() for one in dict.fromkeys((made[0], made[-1]))]


@pytest.mark.parametrize("statement", every(), ids=lambda s: s.name)
def test_the_server_takes_it(driver: Driver, connection: Connection, statement: Statement) -> None:
    plan, unknown = explain(driver, statement, connection.database)
    assert not unknown
    if statement.mode == "read" and statement.name.startswith(ASKED):
        scans = [f"{name}: {details}" for name, details in operators(plan) if name.endswith(SCANS)]
        large = [scan for scan in scans if not any(f":{label}" in scan for label in FEW)]
        assert not large


def test_an_unknown_name_and_a_scan_are_noticed(driver: Driver, connection: Connection) -> None:
    """The check itself: a misspelt property is told, and a lookup without an index is a scan."""
    text = "// Wrong.\n// returns: x: str\nMATCH (p:Party) WHERE @scope(p) AND p.no_such_name = 1 RETURN p.name AS x"
    plan, unknown = explain(driver, build("t/wrong", text)[0], connection.database)
    assert len(unknown) == 1
    assert any(name.endswith(SCANS) for name, _ in operators(plan))
