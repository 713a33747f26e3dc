"""Every statement on a real server: known names only, and no scan where an index should serve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity

from api.services.party import TOPIC
from api.services.party import statement as of_sections
from graph import model
from graph.connect import Connection
from graph.registry import Statement, build, shipped
from graph.schema import apply_schema
from graph.store import LATEST, Store
from tests.contract.conftest import empty

pytestmark = pytest.mark.contract

ASKED = (
    "party/",
    "search/",
    "network/",
    "related/",
    "resolve/",
    "groups/",
    "book/",
    "events/",
    "figures/managed",
    "figures/graded",
    "figures/household",
    "figures/group",
    "linkage/at_party",
    "openings/one",
    "openings/product",
    "openings/members",
    "openings/book",
    "handovers/left_over",
    "publishing/latest",
    "publishing/by_number",
    "publishing/at_moment",
    "publishing/finish",
    "publishing/heartbeat",
)
"""Statements that requests send, and the signs of life of writers: they find their start by an index."""
GIVEN = re.compile(r"\$(?:rows|ids?)\b")
"""Statements that are told where to start find it by an index too, whoever sends them."""
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


FILLED = "sample-"
"""How the keys of the nodes begin that stand for a bank while statements are planned."""


@pytest.fixture(scope="module")
def driver(connection: Connection) -> Iterator[Driver]:
    """A server that has seen every name of the model and counts nodes and links as a bank's would: the planner
    chooses by these counts, and in an empty store a scan is as good as an index."""
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
    with GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        notifications_min_severity=NotificationMinimumSeverity.INFORMATION,
    ) as driver:
        with driver.session(database=connection.database) as session:
            session.execute_write(_fill)
            session.run("CALL db.prepareForReplanning()").consume()
        yield driver
        with driver.session(database=connection.database) as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


def _fill(tx: ManagedTransaction) -> None:
    for node in model.NODES:
        own = values(node.properties + model.NODE_COMMON)
        if node.key == "seq":
            tx.run(f"CREATE (n:{node.label} $own)", own=own | {"seq": -1})
            continue
        many = 5 if node.label in FEW else 300
        told_apart = [node.key, *(name for name in node.indexed if own.get(name) == _VALUES[model.Kind.TEXT])]
        tx.run(
            f"UNWIND range(1, $many) AS i CREATE (n:{node.label}) SET n = $own, "
            + ", ".join(f"n.{name} = $begin + i" for name in told_apart),
            many=many,
            own=own,
            begin=FILLED,
        )
    tx.run("MATCH (n:Party) SET n:" + ":".join(("Person", "Company", *model.ROLES)))
    for link in model.LINKS:
        own = values(link.properties + model.LINK_COMMON)
        for start, end in link.ends:
            tx.run(
                f"MATCH (a:{start}) WITH collect(a) AS starts MATCH (b:{end}) WITH starts, collect(b) AS ends"
                f" UNWIND range(0, 299) AS i"
                f" WITH starts[i % size(starts)] AS a, ends[(i * 7 + 1) % size(ends)] AS b, i"
                f" CREATE (a)-[r:{link.type}]->(b) SET r = $own, r.id = $begin + i",
                own=own,
                begin=f"{FILLED}{start}-{end}-",
            )


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
    declared = re.search(rf"\b{name}: (list\[list|\w+)", header)
    kinds: dict[str, Any] = {"list[list": [["x", "x"]], "list": ["x"], "str": "x", "int": 1, "bool": True, "map": {}}
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
    for statement in (*registry, of_sections(registry, registry.sections(TOPIC), LATEST)):
        if statement.mode != "schema":
            by_file.setdefault(statement.name.split("[")[0], []).append(statement)
    return [one for made in by_file.values() for one in dict.fromkeys((made[0], made[-1]))]


@pytest.mark.parametrize("statement", every(), ids=lambda s: s.name)
def test_the_server_takes_it(driver: Driver, connection: Connection, statement: Statement) -> None:
    plan, unknown = explain(driver, statement, connection.database)
    assert not unknown
    if statement.name.startswith(ASKED) or GIVEN.search(statement.text):
        scans = [f"{name}: {details}" for name, details in operators(plan) if name.endswith(SCANS)]
        large = [scan for scan in scans if not any(f":{label}" in scan for label in FEW)]
        assert not large


def test_an_unknown_name_and_a_scan_are_noticed(driver: Driver, connection: Connection) -> None:
    """The check itself: a misspelt property is told, and a lookup without an index is a scan."""
    text = "// Wrong.\n// returns: x: str\nMATCH (p:Party) WHERE @scope(p) AND p.no_such_name = 1 RETURN p.name AS x"
    plan, unknown = explain(driver, build("t/wrong", text)[0], connection.database)
    assert len(unknown) == 1
    assert any(name.endswith(SCANS) for name, _ in operators(plan))
