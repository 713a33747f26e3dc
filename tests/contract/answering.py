"""The hand-made bank of `tests.handmade` on the test server, loaded, with one party joined away."""

from __future__ import annotations

from pathlib import Path

from api.services.related_rules import related_rules
from api.services.run import RunReport, run
from api.services.run_parameters import read_parameters
from api.services.warm import warm
from graph.connect import Connection
from graph.publishing import begin
from graph.schema import apply_schema
from graph.store import Store
from tests.contract.conftest import empty
from tests.handmade import small

_warmed: set[str] = set()
"""Addresses of the servers that have planned the large statements: their plans stay."""


def fill(connection: Connection) -> Store:
    """A store with the bank; P-OLD was joined into P-HOLD."""
    store = Store(connection)
    empty(store)
    apply_schema(store)
    small().load(store)
    with begin(store, "load", user="tester", properties={"mapping": "joins"}) as work:
        work.write_many("publishing/close_nodes[Party]", [{"key": "P-OLD"}], touches="Party")
        work.publish()
    if connection.uri not in _warmed:
        warm(store, related_rules())
        _warmed.add(connection.uri)
    return store


def make(store: Store, archive: Path, *settings: str, rules: tuple[str, ...] = ()) -> RunReport:
    """A run with these settings and rule sets."""
    return run(store, archive, read_parameters(settings, rules=rules), user="tester")
