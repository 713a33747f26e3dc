"""The schema of a store: made once, made again where the model has grown, refused where a newer Guanxi wrote it."""

from __future__ import annotations

import pytest

from graph.errors import Conflict
from graph.model import RATE_ONE
from graph.schema import SCHEMA_VERSION, apply_schema, check_version
from graph.store import Store
from tests.contract.loads import ask, load
from tests.loaders.given import nodes, records

pytestmark = pytest.mark.contract

INDEX = "by_Published_at"


def indexes(store: Store) -> set[str]:
    return {row["name"] for row in ask(store, "SHOW INDEXES YIELD name")}


def test_an_index_that_the_model_has_got_since_is_made(store: Store) -> None:
    ask(store, f"DROP INDEX {INDEX}")
    apply_schema(store)
    assert INDEX not in indexes(store)
    ask(store, "MATCH (m:Meta) SET m.schema_digest = 'of an earlier model'")
    apply_schema(store)
    assert INDEX in indexes(store)
    assert check_version(store) == SCHEMA_VERSION


@pytest.mark.parametrize("filled", [False, True])
def test_what_a_broken_off_constraint_has_left_is_cleared_away(store: Store, filled: bool) -> None:
    """The server leaves the index where a constraint fails while it reads; it then stands in the way of every other."""
    names = {"id_OWNS": "()-[x:OWNS]-() ON (x.id, x.seq_in)", "key_Campaign": "(x:Campaign) ON (x.campaign_id)"}
    for name, over in names.items():
        ask(store, f"DROP CONSTRAINT {name}")
        ask(store, f"CREATE INDEX {name} FOR {over}")
    ask(store, "MATCH (m:Meta) SET m.schema_digest = ''")
    apply_schema(store, filled=filled)
    owned = ask(store, "SHOW CONSTRAINTS YIELD name WHERE name IN $names RETURN name", names=list(names))
    assert {row["name"] for row in owned} == set(names)


def test_a_store_of_an_earlier_guanxi_is_brought_up(store: Store) -> None:
    """Version 2 knew neither capital nor exchange rates; what it holds stays."""
    load(store, records({"key": "1", "kind": "company"}))
    for label in ("CapitalFigures", "ExchangeRate"):
        ask(store, f"DROP CONSTRAINT key_{label}")
    ask(store, "MATCH (m:Meta) SET m.schema_version = 2, m.schema_digest = 'of version 2'")
    assert check_version(store) == 2
    apply_schema(store)
    assert check_version(store) == SCHEMA_VERSION == 3
    assert {"key_CapitalFigures", "key_ExchangeRate"} <= indexes(store)
    load(
        store, nodes("ExchangeRate", {"key": "USD", "from_currency": "USD", "to_currency": "CNY", "rate": 7 * RATE_ONE})
    )
    assert [row["n"] for row in ask(store, "MATCH (n) WHERE n:Party OR n:ExchangeRate RETURN count(n) AS n")] == [2]


def test_a_store_of_a_newer_guanxi_is_refused_and_left_alone(store: Store) -> None:
    ask(store, "MATCH (m:Meta) SET m.schema_version = $v, m.guanxi = '9.9'", v=SCHEMA_VERSION + 1)
    before = ask(store, "MATCH (m:Meta) RETURN properties(m) AS p")
    with pytest.raises(Conflict, match=r"written by Guanxi 9\.9"):
        apply_schema(store)
    assert ask(store, "MATCH (m:Meta) RETURN properties(m) AS p") == before
