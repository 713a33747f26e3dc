"""Handovers on the hand-made bank: who has whom from which day, what is kept, what is refused, and that it happens once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.services.book import book
from api.services.handover import HandoverAsked, hand_over
from api.services.handovers import HandoverAnswer, handover, handovers
from api.services.party import party
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once
from graph.publishing import begin
from graph.store import Scope, Store
from tests.contract.answering import fill
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

DAY = 20_100
HE, WU, OLD, CLERK = "hand:staff:7", "hand:staff:8", "hand:staff:9", "hand:staff:10"
MOVED = HandoverAsked(to="8", giver="7", day=times.EPOCH + timedelta(days=DAY), reason="moves on")


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    """He Wei (7) has P-HOLD and P-LOG; Wu Min (8) assists with P-LOG; 9 has left; 10 keeps no book."""
    with fill(connection) as store:
        bank = Bank()
        bank.node("RelationshipManager", WU, name="吴敏", code="8")
        bank.node("RelationshipManager", OLD, name="郑凯", code="9", left_on=DAY)
        bank.node("RelationshipManager", CLERK, name="周文", code="10", staff=False)
        bank.link("MANAGED_BY", "P-LOG", WU, role="assisting")
        bank.load(store, "more")
        yield store


def on(number: int) -> date:
    return times.EPOCH + timedelta(days=number)


def of(store: Store, manager: str, number: int) -> list[str]:
    return sorted(one.party.party_id for one in book(store.view(as_of=on(number)), manager).customers)


def done(store: Store, asked: HandoverAsked) -> HandoverAnswer:
    handover_id = hand_over(store.view(), asked, "officer")
    return handover(store.view(), handover_id)


def state(store: Store) -> list[dict[str, Any]]:
    """All assignments in all their versions, and who may see the customers."""
    with store.driver.session(database=store.connection.database) as session:
        links = "MATCH (p:Party)-[r:MANAGED_BY]->() RETURN p.party_id AS at, p.scope AS scope, properties(r) AS r"
        return [dict(row) for row in session.run(links + " ORDER BY r.id, r.seq_in")]


def test_a_whole_book_changes_hands_from_a_day_and_history_is_kept(store: Store) -> None:
    before = store.view()
    handover_id = hand_over(store.view(), replace(MOVED), "officer")
    assert (of(store, HE, DAY - 1), of(store, HE, DAY)) == (["P-HOLD", "P-LOG"], [])
    assert of(store, WU, DAY) == ["P-HOLD", "P-LOG"]
    assert of(store, WU, DAY - 1) == ["P-LOG"]
    assert [one.party.party_id for one in book(before, HE).customers]  # what was known before stays as it was
    told = handover(store.view(), handover_id)
    assert (told.handover.whole_book, told.handover.user, told.handover.reason) == (True, "officer", "moves on")
    assert [one.party_id for one in told.customers] == ["P-HOLD", "P-LOG"]
    assert told.left_over
    assert told.left_over.total == 0
    (main,) = party(store.view(), "P-LOG").sections.managers.items
    assert (main.role, main.manager_id) == ("main", WU)
    link = main.link
    assert (link.source, link.row_key, link.valid_from) == ("manual", f"handover:{handover_id}", on(DAY))
    assert link.seq_in == told.handover.seq


def test_who_assisted_and_takes_over_the_main_role_assists_until_then(store: Store) -> None:
    hand_over(store.view(), replace(MOVED, customers=["P-LOG"]), "officer")
    roles = [
        [(one.manager_id, one.role) for one in party(store.view(as_of=on(day)), "P-LOG").sections.managers.items]
        for day in (DAY - 1, DAY)
    ]
    assert [sorted(one) for one in roles] == [[(HE, "main"), (WU, "assisting")], [(WU, "main")]]
    (ended,) = (row["r"] for row in state(store) if row["r"]["role"] == "assisting" and row["r"]["valid_to"] == DAY)
    assert ended["to_key"] == WU


def test_nobody_hands_over_before_the_main_role_began(store: Store) -> None:
    hand_over(store.view(), replace(MOVED, customers=["P-HOLD"]), "officer")
    before = state(store)
    for giver, to in ((HE, WU), (WU, HE)):
        with pytest.raises(BadInput) as refused:
            hand_over(
                store.view(), replace(MOVED, giver=giver, to=to, customers=["P-HOLD"], day=on(DAY - 5)), "officer"
            )
        assert refused.value.field == "on"
        assert re.search(
            rf"吴敏 \(8\) looks after \S+ \(P-HOLD\) since {on(DAY)}.*give {on(DAY)} or", str(refused.value)
        )
    assert state(store) == before


def test_a_list_leaves_the_others_and_tells_them(store: Store) -> None:
    asked = replace(MOVED, customers=["91330200MA2AF35W3B", "P-OLD"])  # a credit code, and an id that was joined away
    told = done(store, asked)
    assert [one.party_id for one in told.customers] == ["P-HOLD"]
    assert told.left_over
    assert ([one.party_id for one in told.left_over.parties], told.left_over.total) == (["P-LOG"], 1)
    assert of(store, HE, DAY) == ["P-LOG"]


def test_customers_without_a_manager_are_assigned(store: Store) -> None:
    asked = HandoverAsked(to=HE, customers=["P-CHEN"], day=on(DAY), reason="new", role="assisting")
    told = done(store, asked)
    assert (told.handover.giver, told.handover.role, told.left_over) == (None, "assisting", None)
    assert of(store, HE, DAY) == ["P-CHEN", "P-HOLD", "P-LOG"]
    with pytest.raises(Conflict, match=r"何伟 \(7\) looks after 浙江远洋控股有限公司"):
        hand_over(store.view(), HandoverAsked(to=WU, customers=["P-HOLD"], reason="mine"), "officer")
    with pytest.raises(BadInput, match="looks after them already"):
        hand_over(store.view(), asked, "officer")


def test_who_may_see_a_customer_follows_the_handover(store: Store) -> None:
    hand_over(store.view(), replace(MOVED, customers=["P-HOLD"]), "officer")
    hers = store.view(scope=Scope(frozenset({f"manager:{WU}"})))
    assert [one.party.party_id for one in book(hers, WU).customers] == ["P-HOLD"]
    his = store.view(scope=Scope(frozenset({f"manager:{HE}"})))
    assert book(his, HE).total == 0


def test_it_goes_on_from_hand_to_hand(store: Store) -> None:
    hand_over(store.view(), MOVED, "officer")
    hand_over(store.view(), replace(MOVED, giver=WU, to=HE, customers=["P-HOLD"], day=on(DAY + 10)), "officer")
    hand_over(store.view(), replace(MOVED, giver=HE, to=WU, customers=["P-HOLD"], day=on(DAY + 10)), "officer")
    owners = [[who for who in (HE, WU) if "P-HOLD" in of(store, who, DAY + n)] for n in (-1, 0, 9, 10)]
    assert owners == [[HE], [WU], [WU], [WU]]
    assert [one.customers for one in handovers(store.view(), "7").handovers] == [1, 1, 2]
    assert len(handovers(store.view(), limit=2).handovers) == 2


def test_a_reload_of_the_same_rows_leaves_it(store: Store) -> None:
    """An ended link keeps the digest of its row: what the source told before is no news."""
    hand_over(store.view(), replace(MOVED, customers=["P-HOLD"]), "officer")
    (ended,) = (row["r"] for row in state(store) if row["at"] == "P-HOLD" and row["r"]["valid_to"] == DAY)
    (was,) = (
        row["r"] for row in state(store) if row["r"]["id"] == ended["id"] and row["r"]["seq_in"] < ended["seq_in"]
    )
    differ = {name for name in was if was[name] != ended[name]}
    assert differ == {"seq_in", "seq_out", "valid_to"}
    assert was["seq_out"] == ended["seq_in"]


@pytest.mark.parametrize(
    ("asked", "error", "field"),
    [
        (replace(MOVED, to="nobody"), NotFound, "to"),
        (replace(MOVED, giver="nobody"), NotFound, "from"),
        (replace(MOVED, to=OLD), BadInput, "to"),
        (replace(MOVED, to=CLERK), BadInput, "to"),
        (replace(MOVED, to=HE), BadInput, "to"),
        (replace(MOVED, reason=" "), BadInput, "reason"),
        (replace(MOVED, customers=[]), BadInput, "customers"),
        (replace(MOVED, customers=["P-HOLD", "P-NOBODY"]), BadInput, "customers[1]"),
        (replace(MOVED, customers=["P-HOLD", "P-CHEN"]), BadInput, "customers"),
        (replace(MOVED, giver=None), BadInput, "from"),
        (replace(MOVED, giver=OLD), BadInput, "from"),
        (replace(MOVED, role="main"), BadInput, "role"),
        (replace(MOVED, giver=None, customers=["P-CHEN"], role="chief"), BadInput, "role"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    store: Store, asked: HandoverAsked, error: type[BadInput], field: str
) -> None:
    before = state(store)
    with pytest.raises(error) as refused:
        hand_over(store.view(), asked, "officer")
    assert refused.value.field == field
    assert state(store) == before
    assert handovers(store.view()).handovers == []
    with pytest.raises(BadInput, match="needs a name"):
        hand_over(store.view(), MOVED, " ")


def test_of_two_at_once_one_wins_and_the_other_is_told(store: Store) -> None:
    bank = Bank()
    bank.node("RelationshipManager", "hand:staff:11", name="冯丽", code="11")
    bank.load(store, "third")
    takers = ("8", "11")

    def attempt(to: str) -> str:
        try:
            return hand_over(store.view(), replace(MOVED, to=to, customers=["P-HOLD"]), f"officer {to}")
        except Conflict as lost:
            return str(lost)

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(attempt, takers))
    (won,) = (one for one in told if one.startswith("handover-"))
    (lost,) = (one for one in told if one != won)
    winner = handover(store.view(), won).handover.taker
    assert lost.startswith(f"Not 何伟 (7) but {winner.called} looks after 浙江远洋控股有限公司")
    holders = [who for who in (HE, WU, "hand:staff:11") if "P-HOLD" in of(store, who, DAY)]
    assert holders == [winner.manager_id]
    hand_over(store.view(), MOVED, "officer")
    with pytest.raises(Conflict, match=r"officer handed customers over to hand:staff:8"):
        hand_over(store.view(), replace(MOVED, to="11"), "officer")


def test_who_has_left_since_takes_over_nobody_from_an_earlier_day_either(store: Store) -> None:
    before = state(store)
    with pytest.raises(BadInput, match="has left on"):
        hand_over(store.view(), replace(MOVED, to="9", day=on(DAY - 1)), "officer")
    assert state(store) == before


def test_an_unpublished_load_that_changes_an_assignment_is_waited_for(store: Store) -> None:
    (link,) = (row["r"] for row in state(store) if row["at"] == "P-HOLD")
    with begin(store, "load", user="tester", properties={"mapping": "going on"}) as work:
        work.write_many("write/withdraw_links[MANAGED_BY]", [{"id": link["id"]}], touches="MANAGED_BY")
        with pytest.raises(Conflict, match="not yet published"):
            hand_over(store.view(), MOVED, "officer")
        assert hand_over(store.view(), replace(MOVED, customers=["P-LOG"]), "officer")


def test_under_a_key_it_happens_once(store: Store) -> None:
    once = Once("key-1", "digest")
    asked = replace(MOVED, customers=["P-HOLD"])
    first = hand_over(store.view(), asked, "officer", once)
    assert hand_over(store.view(), asked, "officer", once) == first
    assert len(handovers(store.view()).handovers) == 1
    with pytest.raises(Conflict, match="'key-1' stands for another request"):
        hand_over(store.view(), asked, "officer", Once("key-1", "another"))


def test_what_was_done_under_a_key_is_answered_when_the_manager_has_left(store: Store) -> None:
    once = Once("key-2", "digest")
    first = hand_over(store.view(), MOVED, "officer", once)
    with begin(store, "load", user="t") as work:
        row = {"key": WU, "values": {"left_on": DAY - 1}, "old": "{}", "labels": None, "old_labels": None}
        work.write_many("write/set_attributes[RelationshipManager]", [row], touches="RelationshipManager")
        work.publish()
    assert hand_over(store.view(), MOVED, "officer", once) == first
    with pytest.raises(BadInput, match="has left"):
        hand_over(store.view(), MOVED, "officer")


@pytest.fixture
def client(store: Store, tmp_path: Path) -> Iterator[httpx.Client]:
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        yield client


def test_the_same_over_http(store: Store, client: httpx.Client) -> None:
    body = {"from": "7", "to": "8", "customers": ["P-HOLD"], "on": str(on(DAY)), "reason": "换岗"}
    who = {"X-Guanxi-User": "officer", "Idempotency-Key": "k 1"}
    told = client.post("/v1/handovers", json=body, headers=who)
    assert told.status_code == 200
    handover_id = told.json()["handover"]["handover_id"]
    spaced = told.request.content.replace(b'":', b'": ')
    again = client.post("/v1/handovers", content=spaced, headers={**who, "Content-Type": "application/json"})
    assert again.json()["handover"] == told.json()["handover"]
    assert client.get(f"/v1/handovers/{handover_id}").json()["customers"][0]["party_id"] == "P-HOLD"
    assert len(client.get("/v1/handovers?manager=7").json()["handovers"]) == 1
    for change, headers, status, field in (
        ({"reason": "another"}, who, 409, None),
        ({}, {**who, "X-Guanxi-User": "another"}, 409, None),
        ({}, {**who, "Idempotency-Key": "k 2"}, 409, None),
        ({}, {"Idempotency-Key": "k 3"}, 400, "user"),
        ({}, {**who, "Idempotency-Key": ""}, 400, "key"),
        ({"whole_book": True}, {"X-Guanxi-User": "officer"}, 400, "customers"),
        ({"to": "9"}, {"X-Guanxi-User": "officer"}, 400, "to"),
        ({"frm": "9"}, {"X-Guanxi-User": "officer"}, 422, "frm"),
    ):
        refused = client.post("/v1/handovers", json=body | change, headers=headers)
        assert (refused.status_code, refused.json().get("field")) == (status, field), refused.text
    assert client.get("/v1/handovers/handover-1").status_code == 404
    assert len(handovers(store.view()).handovers) == 1
