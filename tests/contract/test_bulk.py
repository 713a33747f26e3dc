"""The offline import makes the same graph as the Bolt path, and is refused where it cannot serve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.embedded import EmbeddedServer
from graph.errors import BadInput, Interrupted
from graph.rollback import rollback
from graph.store import Store
from loaders.canonical import Batch
from tests.contract.loads import contents, load, seen, shares
from tests.contract.test_loading import bank, owns, spouses
from tests.loaders.given import key, links, nodes, records

pytestmark = pytest.mark.contract


@pytest.fixture
def own_store(own_home: Path, server_line: str, server_env: dict[str, str]) -> Iterator[Store]:
    server = EmbeddedServer(own_home, line=server_line, env=server_env)
    with server as connection, Store(connection) as store:
        yield store


def batches() -> list[Batch]:
    odd = 'He said "a, b;\n甲"; then | left'
    return [
        *spouses("ID:3"),
        records(
            {
                "key": "20",
                "kind": "company",
                "name": odd,
                "former_names": ["旧名", 'x"y'],
                "listed": True,
                "flags": ["f"],
            },
            {"key": "21", "kind": "company", "registered_capital": 123_456_789_012_345, "currency": "CNY"},
            table="MORE",
        ),
        nodes("Account", {"key": "A1", "balance": 5, "outside": False}, {"key": "A2"}),
        nodes("YearFigures", {"key": "Y", "year": 2024, "deposits": [1, 2, 3], "equity": -7}),
        nodes(
            "ExchangeRate", {"key": "R", "from_currency": "USD", "to_currency": "CNY", "day": 20_088, "rate": 7 * 10**9}
        ),
        links("OWNS", owns(None, "r5", "91", "20"), owns(1 / 3, "r6", "92", "20"), table="MORE"),
        links(
            "TRANSFERS_TO",
            {
                "start": key("A1", table="ACCOUNT"),
                "end": key("A2", table="ACCOUNT"),
                "month": "2024-01",
                "days": [19_700, 19_701],
                "amounts": [1, 2],
                "amount": 3,
                "count": 2,
            },
            ends=("Account", "Account"),
            table="TRANSFER",
        ),
    ]


def test_both_paths_make_the_same_graph(store: Store, own_store: Store) -> None:
    bolt = load(store, *batches(), bulk="never")
    imported = load(own_store, *batches(), bulk="always")
    assert (bolt.path, imported.path) == ("bolt", "bulk")
    one, other = contents(store, numbers=False), contents(own_store, numbers=False)
    assert one["nodes"] == other["nodes"]
    assert one["links"] == other["links"]
    assert [vars(t) for t in imported.tables] == [vars(t) for t in bolt.tables]
    assert seen(own_store, seq=0) == []
    again = load(own_store, *batches())
    assert (again.path, sum(t.loaded for t in again.tables)) == ("bolt", 0)
    changed = load(own_store, *bank(0.9))
    assert shares(own_store)[key("2"), key("1")] == 0.9
    rollback(own_store, changed.load_id, "tester")
    rollback(own_store, again.load_id, "tester")
    rollback(own_store, imported.load_id, "tester")
    assert seen(own_store) == []


def test_a_store_that_holds_something_is_not_imported_into(store: Store) -> None:
    load(store, *bank())
    before = contents(store)
    with pytest.raises(BadInput, match="the database is not empty"):
        load(store, *bank(), bulk="always")
    assert contents(store) == before


@pytest.mark.long
def test_an_import_that_dies_before_publishing_is_swept(own_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("loaders.engine.table_reports", dies)
    with pytest.raises(Interrupted, match="nothing of load-"):
        load(own_store, *bank(), bulk="always")
    monkeypatch.undo()
    assert contents(own_store) == {"nodes": [], "links": []}
    load(own_store, *bank())
    assert len(shares(own_store)) == 1
