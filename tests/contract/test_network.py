"""Which neighbours a network shows where it cannot show all, and what it says of nodes that it read in part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.services import network as network_service
from api.services.network import network
from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Scope, Store, View
from tests.contract.conftest import empty
from tests.handmade import Bank

pytestmark = pytest.mark.contract

SHARES = (0.05, 0.3, None, 0.2, 0.01, 0.25)
HERE, ELSEWHERE = "branch:1", "branch:2"


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    bank = Bank()
    bank.party("P-MID", "中心公司", scope=[HERE])
    for number, share in enumerate(SHARES):
        bank.party(f"P-UP{number}", f"股东{number}", scope=[HERE if number % 2 else ELSEWHERE])
        bank.link("OWNS", f"P-UP{number}", "P-MID", share=share)
    bank.link("OWNS", "P-UP3", "P-MID", share=0.9, _status="flagged")
    bank.link("GUARANTEES", "P-MID", "P-UP0", amount=100, currency="CNY")
    bank.link("GUARANTEES", "P-MID", "P-UP1", amount=300, currency="CNY")
    bank.link("GUARANTEES", "P-MID", "P-UP2", amount=200, currency="CNY")
    for number in range(3):
        bank.party(f"P-FAR{number}", f"远处{number}", scope=[HERE])
        bank.link("KIN_OF", "P-UP1", f"P-FAR{number}", relation="parent")
    bank.link("KIN_OF", "P-UP1", "P-UP3", relation="spouse")
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        bank.load(store)
        yield store


@pytest.fixture
def view(store: Store) -> View:
    return store.view()


def test_the_largest_shares_and_amounts_are_shown_first(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_service, "PER_KIND", 2)
    answer = network(view, "P-MID")
    shown = {(link.type, link.from_id if link.type == "OWNS" else link.to_id) for link in answer.links}
    assert shown == {("OWNS", "P-UP1"), ("OWNS", "P-UP5"), ("GUARANTEES", "P-UP1"), ("GUARANTEES", "P-UP2")}
    assert {(cap.kind, cap.shown, cap.total) for cap in answer.caps} == {("OWNS", 2, 7), ("GUARANTEES", 2, 3)}


def test_what_is_confirmed_comes_before_what_is_flagged(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_service, "PER_KIND", len(SHARES))
    links = network(view, "P-MID", kinds=["OWNS"]).links
    assert [link.status for link in links] == ["confirmed"] * len(SHARES)


def test_an_outermost_node_read_in_part_is_told(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = ["GUARANTEES", "KIN_OF"]
    monkeypatch.setattr(network_service, "SCAN", 4)
    told = [text for text in network(view, "P-MID", kinds=kinds).omitted if "were read" in text]
    assert told == ["股东1: only 4 of its links were read, in no order"]
    monkeypatch.setattr(network_service, "SCAN", 5)
    assert not [text for text in network(view, "P-MID", kinds=kinds).omitted if "were read" in text]


def test_nobody_outside_the_scope_is_shown_or_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = store.view(scope=Scope(frozenset({HERE})))
    answer = network(mine, "P-MID", depth=2)
    assert {node.id for node in answer.nodes} == {"P-MID", "P-UP1", "P-UP3", "P-UP5", "P-FAR0", "P-FAR1", "P-FAR2"}
    monkeypatch.setattr(network_service, "PER_KIND", 1)
    assert ("OWNS", 1, 4) in {(cap.kind, cap.shown, cap.total) for cap in network(mine, "P-MID").caps}
