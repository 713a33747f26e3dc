"""Events written down by persons, and what is due with a manager's customers, on the hand-made bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.services.book import book
from api.services.event import EventAsked, record_event
from api.services.event_state import change_state
from api.services.events import event
from api.services.party import JoinedAway, party
from api.services.related_rules import related_rules
from api.services.reminders import Reminder, birthday, reminders
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, GuanxiError, NotFound
from graph.once import Once
from graph.store import Scope, Store
from tests.contract.answering import fill
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

DAY = 20_100
MS = 86_400_000
HE = "hand:staff:7"
VISIT = EventAsked("interaction", "2025-06-30T14:30", "上门拜访", channel="visit", manager="7")


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        more().load(store, "more")
        yield store


def more() -> Bank:
    """What is due with P-CHEN, P-HOLD and P-LOG, all of He Wei; P-TRADE has nobody."""
    bank = Bank()
    bank.link("MANAGED_BY", "P-CHEN", HE, role="main")
    bank.node("Product", "hand:product:T", name="定期存款")
    for days, status in ((0, "confirmed"), (11, "confirmed"), (3, "rebutted")):
        bank.link("HOLDS", "P-CHEN", "hand:product:T", until=DAY + days, balance=9_00, currency="CNY", _status=status)
    bank.node("Facility", "hand:facility:F5", code="F5", matures_on=DAY + 10, limit_amount=8_00, currency="USD")
    bank.link("BORROWS", "P-HOLD", "hand:facility:F5", role="borrower")
    bank.node("Facility", "hand:facility:F7", code="F7", matures_on=DAY + 9, limit_amount=8_00, state="ended")
    bank.link("BORROWS", "P-HOLD", "hand:facility:F7", role="borrower")
    for number, balance, days in (("D8", 0, 4), ("D9", 5_00, 5), ("D10", None, 6), ("D11", 1_00, 11)):
        bank.node("Drawdown", f"hand:drawdown:{number}", balance=balance, matures_on=DAY + days)
        bank.link("DRAWN_UNDER", f"hand:drawdown:{number}", "hand:facility:F5")
    for number, days, state in (("R1", -40, "open"), ("R2", 2, None), ("R3", -1, "done"), ("R4", 11, "open")):
        told = {"state": state} if state else {}
        bank.node(
            "Event",
            f"hand:event:{number}",
            event_kind="service_request",
            title=number,
            at=1,
            due_at=(DAY + days) * MS,
            **told,
        )
        bank.link("INVOLVED_IN", "P-LOG", f"hand:event:{number}", "Party:Event", role="customer")
    bank.node("Facility", "hand:facility:F6", matures_on=DAY + 1)
    bank.link("BORROWS", "P-TRADE", "hand:facility:F6", role="borrower")
    return bank


def on(number: int) -> date:
    return times.EPOCH + timedelta(days=number)


def due(store: Store, **asked: Any) -> list[Reminder]:
    return reminders(store.view(as_of=on(DAY)), "7", **asked).reminders


def test_what_is_due_between_two_days_and_what_is_overdue(store: Store) -> None:
    found = [(one.kind, one.on, one.party.party_id, one.name) for one in due(store, until=on(DAY + 10))]
    assert found == [
        ("request_overdue", on(DAY - 40), "P-LOG", "R1"),
        ("product_matures", on(DAY), "P-CHEN", "定期存款"),
        ("request_due", on(DAY + 2), "P-LOG", "R2"),
        ("drawdown_matures", on(DAY + 5), "P-HOLD", "hand:drawdown:D9"),
        ("drawdown_matures", on(DAY + 6), "P-HOLD", "hand:drawdown:D10"),
        ("limit_expires", on(DAY + 10), "P-HOLD", "F5"),
    ]
    amounts = {one.name: one.amount for one in due(store, until=on(DAY + 10))}
    assert amounts["hand:drawdown:D10"] is None
    limit = amounts["F5"]
    assert limit
    assert (limit.amount, limit.currency) == ("8.00", "USD")
    later = [one.name for one in due(store, first=on(DAY + 11), until=on(DAY + 11)) if one.kind != "request_overdue"]
    assert later == ["R2", "hand:drawdown:D11", "定期存款", "R4"]


def test_birthdays_come_with_the_age_reached(store: Store) -> None:
    born = on(4_000)  # 14 December 1980
    (found,) = (one for one in due(store, first=date(2025, 12, 1), until=date(2026, 1, 5)) if one.kind == "birthday")
    assert (found.on, found.age, found.party.party_id) == (born.replace(year=2025), 2025 - born.year, "P-CHEN")
    assert birthday(date(2004, 2, 29), 2025) == date(2025, 2, 28)
    assert birthday(date(2004, 2, 29), 2028) == date(2028, 2, 29)


def test_reminders_that_cannot_be_asked(store: Store) -> None:
    for field, asked in (
        ("until", {"until": on(DAY - 1)}),
        ("until", {"until": on(DAY + 367)}),
        ("from", {"first": date.max}),
        ("limit", {"limit": 0}),
    ):
        with pytest.raises(BadInput) as refused:
            due(store, **asked)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        reminders(store.view(), "nobody")
    capped = reminders(store.view(as_of=on(DAY)), "7", limit=1)
    assert any(told.startswith("reminders capped at 1 of ") for told in capped.omitted)


def test_an_event_stands_on_the_timeline_at_once(store: Store) -> None:
    event_id = record_event(store.view(), "P-CHEN", VISIT, "officer")
    (item,) = (one for one in party(store.view(), "P-CHEN").sections.events.items if one.event_id == event_id)
    assert (item.event_kind, item.title, item.at, item.channel) == (
        "interaction",
        "上门拜访",
        "2025-06-30T06:30:00.000Z",
        "visit",
    )
    assert (item.link.source, item.link.type, item.role) == ("manual", "INVOLVED_IN", "customer")
    told = event(store.view(), event_id)
    assert ([one.party_id for one in told.parties], [one.manager_id for one in told.managers]) == (["P-CHEN"], [HE])
    (customer,) = (one for one in book(store.view(), HE).customers if one.party.party_id == "P-CHEN")
    assert customer.last_contact
    assert (customer.last_contact.event_id, customer.last_contact.by) == (event_id, ["何伟"])


def test_a_request_is_due_until_it_is_done(store: Store) -> None:
    asked = EventAsked("service_request", "2025-01-10T02:00:00Z", "change of address", due_at="2025-01-14")
    event_id = record_event(store.view(), "P-HOLD", asked, "officer")
    told = event(store.view(), event_id).event
    assert (told.state, told.due_at) == ("open", "2025-01-14T15:59:59.999Z")
    (found,) = (one for one in due(store) if one.id == event_id)
    assert (found.kind, found.on) == ("request_due", date(2025, 1, 14))
    done = record_event(store.view(), "P-HOLD", replace(asked, state="done"), "officer")
    assert done not in {one.id for one in due(store)}


def test_a_request_is_due_no_more_when_it_is_done_or_cancelled(store: Store) -> None:
    asked = EventAsked("service_request", "2025-01-10T02:00:00Z", "new card", due_at="2025-01-14")
    event_id = record_event(store.view(), "P-LOG", asked, "officer")

    def is_due() -> bool:
        return event_id in {one.id for one in due(store)}

    assert is_due()
    for state, reason, still in (
        ("done", None, False),
        ("open", "the card never came", True),
        ("cancelled", "left", False),
    ):
        assert change_state(store.view(), event_id, state, reason, "clerk") == event_id
        assert is_due() == still
    told = event(store.view(), event_id)
    assert [(one.state, one.by, one.reason) for one in told.states] == [
        ("open", None, None),
        ("done", "clerk", None),
        ("open", "clerk", "the card never came"),
        ("cancelled", "clerk", "left"),
    ]
    assert [one.at is None for one in told.states] == [True, False, False, False]
    (item,) = (one for one in party(store.view(), "P-LOG").sections.events.items if one.event_id == event_id)
    assert item.state == "cancelled"


def test_a_state_that_cannot_be_is_refused_and_nothing_is_kept(store: Store) -> None:
    asked = EventAsked("service_request", "2025-01-10T02:00:00Z", "statement", state="done")
    event_id = record_event(store.view(), "P-TRADE", asked, "officer")
    visit = record_event(store.view(), "P-TRADE", VISIT, "officer")
    before = store.view().seq
    for given, field in (
        ((event_id, "gone", "so", "clerk"), "state"),
        ((event_id, "done", None, "clerk"), "state"),
        ((event_id, "cancelled", " ", "clerk"), "reason"),
        ((event_id, "open", "so", None), "user"),
        ((visit, "done", None, "clerk"), "state"),
        (("manual:event:none", "done", None, "clerk"), "event_id"),
    ):
        with pytest.raises((BadInput, NotFound)) as refused:
            change_state(store.view(), *given)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        change_state(store.view(scope=Scope(frozenset({"branch:none"}))), event_id, "open", "so", "clerk")
    assert store.view().seq == before
    change_state(store.view(), event_id, "open", "so", "clerk")
    again = store.view().seq
    change_state(store.view(), event_id, "open", "so", " Clerk ")  # the same by the same person: nothing is done
    assert (store.view().seq, len(event(store.view(), event_id).states)) == (again, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"at": None}, "at"),
        ({"at": "2025-06-30"}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"at": str(datetime.now(UTC) + timedelta(hours=30))}, "at"),
        ({"kind": "party"}, "kind"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"due_at": "2025-07-01"}, "due_at"),
        ({"kind": "service_request", "due_at": "2025-06-29"}, "due_at"),
        ({"kind": "service_request", "due_at": "soon"}, "due_at"),
        ({"severity": "high"}, "severity"),
        ({"kind": "risk", "severity": "worst"}, "severity"),
        ({"state": "open"}, "state"),
        ({"manager": "nobody"}, "manager"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(store: Store, change: dict[str, Any], field: str) -> None:
    before = store.view().seq
    with pytest.raises(BadInput) as refused:
        record_event(store.view(), "P-LIN", replace(VISIT, **change), "officer")
    assert refused.value.field == field
    assert store.view().seq == before
    assert party(store.view(), "P-LIN").sections.events.items == []


def test_only_parties_that_may_be_seen_have_events(store: Store) -> None:
    errors: tuple[tuple[str, type[GuanxiError]], ...] = (("P-NOBODY", NotFound), ("P-OLD", JoinedAway))
    for id, error in errors:
        with pytest.raises(error):
            record_event(store.view(), id, VISIT, "officer")
    hidden = store.view(scope=Scope(frozenset({"branch:none"})))
    with pytest.raises(NotFound):
        record_event(hidden, "P-CHEN", VISIT, "officer")
    with pytest.raises(NotFound):
        event(hidden, "hand:event:1")


def test_under_a_key_it_is_written_once(store: Store) -> None:
    once = Once("visit-1", "digest")
    first = record_event(store.view(), "P-ZHANG", VISIT, "officer", once)
    assert record_event(store.view(), "P-ZHANG", VISIT, "officer", once) == first
    assert party(store.view(), "P-ZHANG").sections.events.total == 1


@pytest.fixture
def client(store: Store, tmp_path: Path) -> Iterator[httpx.Client]:
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        yield client


def test_the_same_over_http(store: Store, client: httpx.Client) -> None:
    body = {"kind": "risk", "at": "2025-06-30T14:30:00+08:00", "title": "诉讼", "severity": "high"}
    who = {"X-Guanxi-User": "officer", "Idempotency-Key": "risk-1"}
    told = client.post("/v1/parties/P-TRADE/events", json=body, headers=who)
    assert told.status_code == 200, told.text
    event_id = told.json()["event"]["event_id"]
    assert client.post("/v1/parties/P-TRADE/events", json=body, headers=who).json()["event"]["event_id"] == event_id
    assert client.get(f"/v1/events/{event_id}").json() == event(store.view(), event_id).model_dump(mode="json")
    for path, change, status, field in (
        ("P-TRADE", {"at": None}, 400, "at"),
        ("P-TRADE", {"when": "now"}, 422, "when"),
        ("P-LOG", {}, 409, None),
        ("P-NOBODY", {}, 404, "party_id"),
        ("P-OLD", {}, 307, None),
    ):
        headers = {"X-Guanxi-User": "officer"} | ({"Idempotency-Key": "risk-1"} if status == 409 else {})
        refused = client.post(f"/v1/parties/{path}/events", json=body | change, headers=headers)
        assert (refused.status_code, refused.json().get("field")) == (status, field), refused.text
    path = f"/v1/events/{event_id}/state"
    for _ in range(2):
        done = client.post(path, json={"state": "done"}, headers={**who, "Idempotency-Key": "risk-2"})
        assert [one["state"] for one in done.json()["states"]] == ["open", "done"], done.text
    assert client.post(path, json={"state": "gone"}, headers=who | {"Idempotency-Key": "3"}).json()["field"] == "state"
    assert client.post(path, json={"status": "done"}, headers=who | {"Idempotency-Key": "4"}).status_code == 422
    answered = client.get(f"/v1/relationship-managers/{HE}/reminders?as_of={on(DAY)}&until={on(DAY + 10)}").json()
    expected = reminders(store.view(as_of=on(DAY)), HE, until=on(DAY + 10)).model_dump(mode="json")
    assert answered == expected
