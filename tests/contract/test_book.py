"""The book of a relationship manager on the hand-made bank: totals, last contacts, what changed since, coordination."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.services.book import book
from api.services.book_answer import BookAnswer, BookCustomer
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Scope, Store
from tests.contract.answering import fill
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

DAY = 20_100
"""The day asked for."""
MS = 86_400_000
HE, WU = "hand:staff:7", "hand:staff:8"


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        more().load(store, "more")
        yield store


def more() -> Bank:
    """He Wei has P-HOLD and P-LOG (of the small bank), P-CHEN, and had P-LIN; Wu Min has P-TRADE."""
    bank = Bank()
    bank.node("RelationshipManager", WU, name="吴敏", code="8", post="客户经理")
    bank.node("RelationshipManager", "crm:staff:8", name="吴敏", code="8")
    bank.node("Team", "hand:team:1", name="第一团队")
    bank.link("BELONGS_TO", HE, "hand:branch:YZ", "RelationshipManager:Branch")
    bank.link("PART_OF", HE, "hand:team:1", "RelationshipManager:Team", hierarchy="rollup")
    bank.link("MANAGED_BY", "P-CHEN", HE, role="assisting", valid_from=DAY - 50)
    bank.link("MANAGED_BY", "P-LIN", HE, role="main", valid_from=DAY - 90, valid_to=DAY - 5)
    bank.link("MANAGED_BY", "P-TRADE", WU, role="main")
    bank.node("Account", "hand:account:9", account_no="9", currency="CNY", balance=7_00)
    bank.link("HAS_ACCOUNT", "P-CHEN", "hand:account:9", role="joint", valid_from=DAY - 3)
    bank.link("HAS_ACCOUNT", "P-LOG", "hand:account:9", role="holder")
    bank.node("Account", "hand:account:10", account_no="10", currency="CNY", balance=5_000_00)
    bank.link("HAS_ACCOUNT", "P-LOG", "hand:account:10", role="authorised")
    bank.link("BORROWS", "P-HOLD", "hand:facility:F1", role="co_borrower")
    bank.node("Facility", "hand:facility:F2", code="F2", currency="USD", drawn_amount=3_00, starts_on=DAY - 2)
    bank.link("BORROWS", "P-CHEN", "hand:facility:F2", role="borrower")
    bank.node("Facility", "hand:facility:F3", currency="CNY", limit_amount=900_00, drawn_amount=0, state="ended")
    bank.link("BORROWS", "P-CHEN", "hand:facility:F3", role="borrower")
    for year, months in ((2023, [1, 2]), (2025, [100, 200]), (2026, [9])):
        bank.node("YearFigures", f"hand:figures:{year}", year=year, currency="CNY", bank_revenue=months)
        bank.link("HAS_FIGURES", "P-LOG" if year == 2023 else "P-CHEN", f"hand:figures:{year}")
    bank.node(
        "YearFigures", "crm:figures:2025", year=2025, currency="CNY", bank_revenue=[50]
    )  # of a record joined to it
    bank.link("HAS_FIGURES", "P-CHEN", "crm:figures:2025")
    _event(bank, "2", "P-CHEN", DAY - 10, "interaction", title="电话")
    bank.link("INVOLVED_IN", HE, "hand:event:2", "RelationshipManager:Event", role="handler")
    _event(bank, "3", "P-CHEN", DAY - 30, "interaction", title="earlier")
    _event(bank, "4", "P-CHEN", DAY + 1, "interaction", title="later")
    _event(bank, "5", "P-CHEN", DAY - 1, "risk", title="账户冻结", state="open")
    _event(bank, "6", "P-CHEN", DAY - 20, "risk", title="before the contact")
    bank.link("GUARANTEES", "P-CHEN", "P-TRADE", valid_from=DAY - 400, valid_to=DAY - 4, contract="G9")
    bank.link("KIN_OF", "P-CHEN", "P-ZHANG", relation="sibling", valid_from=DAY + 1)
    bank.link("HOLDS", "P-CHEN", "hand:product:CD", valid_from=DAY, _status="rebutted")
    return bank


def _event(bank: Bank, number: str, party: str, on: int, kind: str, **told: str) -> None:
    bank.node("Event", f"hand:event:{number}", event_kind=kind, at=on * MS + 1, **told)
    bank.link("INVOLVED_IN", party, f"hand:event:{number}", "Party:Event", role="customer")


def on(number: int) -> date:
    return times.EPOCH + timedelta(days=number)


def of(store: Store, manager: str = HE, number: int = DAY, **page: int) -> BookAnswer:
    return book(store.view(as_of=on(number)), manager, **page)


def customer(answer: BookAnswer, party_id: str) -> BookCustomer:
    return next(one for one in answer.customers if one.party.party_id == party_id)


def test_the_longest_unseen_come_first_and_those_never_seen_before_all(store: Store) -> None:
    found = of(store)
    unseen = [(one.party.party_id, one.unseen_days) for one in found.customers]
    assert unseen == [("P-LOG", None), ("P-HOLD", DAY - 19_676), ("P-CHEN", 10)]
    assert (found.total, found.persons, found.companies, found.never_seen) == (3, 1, 2, 1)
    assert (found.manager.called, found.manager.branches, found.manager.teams) == (
        "何伟 (7)",
        ["鄞州支行"],
        ["第一团队"],
    )
    assert of(store, "7").manager.manager_id == HE
    assert (found.as_of, found.empty) == (on(DAY), None)
    chen = customer(found, "P-CHEN")
    assert (chen.roles, chen.since, [link.type for link in chen.links]) == (["assisting"], on(DAY - 50), ["MANAGED_BY"])
    assert chen.last_contact
    assert (chen.last_contact.title, chen.last_contact.by, chen.last_contact.day) == ("电话", ["何伟"], on(DAY - 10))


def test_sums_stay_in_their_currencies_and_count_once_what_several_share(store: Store) -> None:
    found = of(store)
    told = {
        name: ([(one.amount, one.currency) for one in total.amounts], total.unknown)
        for name, total in (
            ("accounts", found.balances.accounts),
            ("agreed", found.balances.agreed),
            ("drawn", found.balances.drawn),
        )
    }
    assert told == {
        "accounts": ([("7.00", "CNY"), ("1234", "JPY")], 1),
        "agreed": ([("100000.00", "CNY")], 1),
        "drawn": ([("60000.00", "CNY"), ("3.00", "USD")], 1),
    }
    assert customer(found, "P-LOG").balances.accounts.amounts[0].amount == "7.00"
    assert found.revenue
    assert (found.revenue.year, [one.amount for one in found.revenue.amounts], found.revenue.customers) == (
        2025,
        ["3.50"],
        1,
    )
    revenue = customer(found, "P-LOG").revenue
    assert revenue
    assert revenue.year == 2023


def test_what_began_or_ended_since_the_last_contact(store: Store) -> None:
    chen = customer(of(store), "P-CHEN")
    told = [(one.what, one.change, one.on, one.party.called if one.party else one.name) for one in chen.changes]
    assert told == [
        ("risk", "happened", on(DAY - 1), "账户冻结"),
        ("BORROWS", "began", on(DAY - 2), "F2"),
        ("HAS_ACCOUNT", "began", on(DAY - 3), "9"),
        ("GUARANTEES", "ended", on(DAY - 4), "杭州启航贸易有限公司"),
    ]
    assert chen.changes_total == 4
    assert customer(of(store), "P-LOG").changes == []


def test_groups_and_who_else_looks_after_their_members(store: Store) -> None:
    found = of(store)
    assert (found.groups.total, found.groups.coordinated, found.households.total) == (1, 1, 0)
    (group,) = found.groups.items
    assert (group.id, group.name, group.customers) == ("hand:group:G1", "远洋集团", 1)
    assert [(one.manager_id, one.members) for one in group.others] == [(WU, 1)]
    assert [one.manager_id for one in of(store, WU).groups.items[0].others] == [HE]


def test_the_book_is_that_of_the_day(store: Store) -> None:
    before = of(store, number=DAY - 60)
    assert [one.party.party_id for one in before.customers] == ["P-LIN", "P-LOG", "P-HOLD"]
    assert "attributes" in before.omitted[0]


def test_pages_follow_each_other(store: Store) -> None:
    first, second = of(store, limit=2), of(store, limit=2, offset=2)
    assert [one.party.party_id for one in (*first.customers, *second.customers)] == ["P-LOG", "P-HOLD", "P-CHEN"]
    assert "1 more customer: ask with offset=2" in first.omitted
    assert (first.total, first.balances) == (second.total, second.balances)


def test_nobody_outside_the_scope_is_in_it(store: Store) -> None:
    found = book(store.view(scope=Scope(frozenset({"branch:none"}))), HE)
    assert (found.total, found.groups.total) == (0, 0)
    assert found.empty


def test_what_cannot_be_asked_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        of(store, "nobody")
    with pytest.raises(BadInput, match=r"Several managers have the staff number '8': crm:staff:8 .*; hand:staff:8"):
        of(store, "8")
    for page in ({"limit": 0}, {"limit": 201}, {"offset": -1}):
        with pytest.raises(BadInput) as refused:
            of(store, HE, DAY, **page)
        assert refused.value.field == next(iter(page))


def test_the_same_is_answered_over_http(store: Store, tmp_path: Path) -> None:
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        told = client.get(f"/v1/relationship-managers/{HE}/book?as_of={on(DAY)}&limit=2").json()
        assert told == of(store, limit=2).model_dump(mode="json")
        refused = client.get("/v1/relationship-managers/9/book")
        assert (refused.status_code, refused.json()["field"]) == (404, "manager_id")
