"""What persons write while a load or run is going on is theirs, whether that is published or undone."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from api.services.decide import approve
from api.services.decisions import decision
from api.services.event import EventAsked, record_event
from api.services.handover import HandoverAsked, hand_over
from api.services.party import party
from api.services.register_attributes import contact_key
from api.services.register_party import PartyAsked, register_party
from api.services.register_party_change import PartyChange, propose_party_change
from api.services.tags import add_tag, tags
from graph import times
from graph.connect import Connection
from graph.errors import Conflict
from graph.publishing import Work, begin
from graph.rollback import rollback
from graph.store import Store
from graph.sweep import sweep
from graph.unfinished import unfinished
from loaders.apply import move_late
from loaders.plan import changed_row
from tests.contract.answering import fill
from tests.contract.deciding import FIRST, SECOND
from tests.contract.loads import ask
from tests.handmade import Bank

pytestmark = pytest.mark.contract

HE, WU = "hand:staff:7", "hand:staff:8"


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    """The small bank; each test has numbers and parties of its own."""
    with fill(connection) as store:
        bank = Bank()
        bank.node("RelationshipManager", WU, name="吴敏", code="8")
        bank.load(store, "more")
        yield store


class Stopped(Exception):
    """A load that ends before it has published."""


def load(store: Store) -> Work:
    return begin(store, "load", user="tester", properties={"mapping": "test"})


def phone(number: str) -> dict[str, Any]:
    key = contact_key("phones", number)
    return {"key": key, "properties": {"kind": "phone", "value": number, "text": number}, "labels": None}


def registered(store: Store, name: str, **more: Any) -> str:
    done = approve(
        store, register_party(store, PartyAsked("person", "passport seen", name=name, **more), FIRST), SECOND
    )
    return decision(store.view(), done).decision.end.party_id


def phones(store: Store, party_id: str) -> list[str | None]:
    return [one.value for one in party(store.view(), party_id).sections.identifiers.items if one.kind == "phone"]


def tokens(store: Store, party_id: str) -> list[str]:
    (row,) = ask(store, "MATCH (p:Party {party_id: $id}) RETURN p.scope AS scope", id=party_id)
    return sorted(row["scope"])


def handing(giver: str, to: str) -> HandoverAsked:
    return HandoverAsked(to=to, giver=giver, customers=["P-HOLD"], reason="moves on")


def test_what_a_stopped_load_made_stays_where_a_person_has_linked_to_it(store: Store) -> None:
    with pytest.raises(Stopped), load(store) as work:
        work.make_nodes("Identifier", [phone("13800138001"), phone("13800138002")])
        party_id = registered(store, "沈月", phones=("13800138001",))
        raise Stopped
    assert phones(store, party_id) == ["13800138001"]
    left = ask(store, "MATCH (i:Identifier) WHERE i.value STARTS WITH '1380013800' RETURN i.value AS value")
    assert [row["value"] for row in left] == ["13800138001"]


def test_a_load_does_not_close_what_a_person_has_linked_to_since_it_was_planned(store: Store) -> None:
    with load(store) as work:
        work.make_nodes("Identifier", [phone("13800138011"), phone("13800138012")])
        work.publish()
    with load(store) as work:
        party_id = registered(store, "卫青", phones=("13800138011",))
        rows = [{"key": phone(f"1380013801{n}")["key"]} for n in (1, 2)]
        assert work.write_many("write/close_unnamed[Identifier]", rows, touches="Identifier") == 1
        work.publish()
    assert phones(store, party_id) == ["13800138011"]


def test_what_is_written_on_a_party_that_a_load_joins_into_another_goes_there(store: Store) -> None:
    one, other = registered(store, "许静", occupation="doctor"), registered(store, "许菁", occupation="nurse")
    with load(store) as work:
        add_tag(store.view(), other, "late", FIRST)
        event_id = record_event(store.view(), other, EventAsked("interaction", "2025-06-30T14:30", "visit"), FIRST)
        plan: Any = SimpleNamespace(joined=pl.DataFrame({"party_id": [other], "into": [one]}))
        work.publish(also=lambda tx: move_late(plan, tx.under(work.number)))
    assert [tag.text for tag in tags(store.view(), one).tags] == ["late"]
    assert tags(store.view(), other).tags == []
    told = [item.event_id for item in party(store.view(), one).sections.events.items]
    assert event_id in told


def test_a_handover_outlives_what_a_run_read_before_it_and_what_is_undone(store: Store) -> None:
    hand_over(store.view(), handing("7", "8"), "officer")
    before = tokens(store, "P-HOLD")
    assert f"manager:{WU}" in before
    (known,) = store.view().read("run/scopes", ids=["P-HOLD"])
    found = {"key": "P-HOLD", "node": known["node"]}
    with pytest.raises(Stopped), begin(store, "run", user="tester", properties={"parameters": "{}"}) as work:
        hand_over(store.view(), handing("8", "7"), "officer")
        row = {**found, "scope": [*before, "group:G-NEW"], "old": "\x1f".join(before)}
        assert work.write_many("write/set_scopes", [row], touches="Version") == 1
        of_another = {**row, "key": "P-SUB"}
        assert work.write_many("write/set_scopes", [of_another], touches="Version") == 0
        handed = {*before, f"manager:{HE}"} - {f"manager:{WU}"}
        assert set(tokens(store, "P-HOLD")) == handed | {"group:G-NEW"}
        raise Stopped
    assert set(tokens(store, "P-HOLD")) == handed


def test_a_handover_outlives_a_rollback_and_the_undoing_of_a_dead_load(store: Store) -> None:
    hand_over(store.view(), handing("7", "8"), "officer")
    before = tokens(store, "P-HOLD")
    row = changed_row("P-HOLD", {"scope": [*before, "branch:loaded"]}, {"scope": before})
    with load(store) as work:
        work.write_many("write/set_attributes[Party]", [row], touches="Party")
        work.publish()
    hand_over(store.view(), handing("8", "7"), "officer")
    handed = {*before, f"manager:{HE}"} - {f"manager:{WU}"}
    assert set(tokens(store, "P-HOLD")) == handed | {"branch:loaded"}
    rollback(store, work.id, "tester")
    handed |= {"branch:hand:branch:YZ"}  # a rollback describes the tokens from the links; those of the test say less
    assert set(tokens(store, "P-HOLD")) == handed
    with pytest.raises(Stopped), load(store) as work:
        again = changed_row("P-HOLD", {"scope": [*handed, "branch:loaded"]}, {"scope": sorted(handed)})
        work.write_many("write/set_attributes[Party]", [again], touches="Party")
        hand_over(store.view(), handing("7", "8"), "officer")
        raise Stopped
    assert set(tokens(store, "P-HOLD")) == {*before, "branch:hand:branch:YZ"}


def test_a_rollback_gives_yearly_figures_their_scope_again(store: Store) -> None:
    key = "hand:figures:Y1"
    told = {"year": 2024, "scope": "single", "source": "hand", "data_day": 20_000}
    with load(store) as work:
        work.make_nodes("YearFigures", [{"key": key, "properties": told, "labels": None}])
        work.publish()
    with load(store) as work:
        row = changed_row(key, {"scope": "consolidated"}, told)
        work.write_many("write/set_attributes[YearFigures]", [row], touches="YearFigures")
        work.publish()
    rollback(store, work.id, "tester")
    assert ask(store, "MATCH (y:YearFigures {figures_id: $key}) RETURN y.scope AS scope", key=key) == [
        {"scope": "single"}
    ]


def test_a_correction_is_not_approved_before_a_dead_load_is_undone(store: Store) -> None:
    party_id = registered(store, "韩梅", occupation="doctor")
    asked = PartyChange(party_id, "passport seen again", {"occupation": "nurse"})
    waiting = propose_party_change(store.view(), asked, FIRST)
    work = load(store)
    ask(store, "MATCH (w:LoadRun {load_id: $id}) SET w.heartbeat = $at", id=work.id, at=times.now_ms() - 600_000)
    with pytest.raises(Conflict, match="has died, and the next load or run undoes"):
        approve(store, waiting, SECOND)
    (dead,) = [one for one in unfinished(store) if one.id == work.id]
    sweep(store, dead)
    approve(store, waiting, SECOND)
    assert party(store.view(), party_id).sections.basic.occupation == "nurse"
