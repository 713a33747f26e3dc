"""Matching on a store: what is sure is joined, what is not waits for two persons, and every join can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.services.decide import approve
from api.services.decision_queue import queue
from api.services.match_propose import duplicates, propose_same
from api.services.match_rules import Kind, MatchRules, shipped_match_rules
from api.services.match_store import MatchReport, apply_decided, match_store
from api.services.party import JoinedAway, party
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph import ids
from graph.connect import Connection
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once
from graph.rollback import rollback
from graph.schema import apply_schema
from graph.store import Store
from loaders import looked_up
from loaders.canonical import Batch
from tests.contract.conftest import empty
from tests.contract.deciding import FIRST, SECOND, decide
from tests.contract.loads import ask, contents, load, party_of, seen
from tests.contract.serving import served
from tests.loaders.given import key, links, nodes, records

pytestmark = pytest.mark.contract

PHONES = {"138": "13812345678", "137": "13720007142", "136": "13610000000"}
CREDIT: list[dict[str, Any]] = [
    {"key": "1", "kind": "person", "name": "张国伟", "birth_day": 3_711, "gender": "M"},
    {"key": "2", "kind": "person", "name": "陈国珍", "birth_day": -5_044, "gender": "F"},
    {"key": "3", "kind": "company", "name": "苏州澄湖电子有限公司", "uscc": "91310104MA3BCQ7Y11"},
]
CORE: list[dict[str, Any]] = [
    {"key": "1", "kind": "person", "name": "張國偉", "birth_day": 3_711, "gender": "M"},
    {"key": "2", "kind": "person", "name": "陈国", "birth_day": -5_044, "gender": "F"},
    {"key": "3", "kind": "company", "name": "苏州澄湖电子有限责任公司"},
    {"key": "4", "kind": "person", "name": "李建华", "birth_day": 1_000, "gender": "M"},
]


def core(text: str) -> str:
    return key(text, "core", "CIF")


def bank() -> list[Batch]:
    """Three parties that two systems know under two names each, and one that only the second knows."""
    has = [(key("1"), "138"), (core("1"), "138"), (key("3"), "136"), (core("3"), "136")]
    used = [
        {"start": start, "end": key(phone, "credit", "PHONE"), "use": "mobile", "row": f"{start}{phone}"}
        for start, phone in has
    ]
    phones = [{"key": short, "kind": "phone", "value": number, "text": number} for short, number in PHONES.items()]
    return [
        records(*CREDIT),
        records(*CORE, source="core", table="CIF", priority=20),
        nodes("Identifier", *phones, table="PHONE"),
        links("HAS_IDENTIFIER", *used, ends=("Party", "Identifier"), table="USED"),
        links("KIN_OF", {"start": core("4"), "end": core("1"), "relation": "parent", "row": "1"}, source="core"),
        links("OWNS", {"start": core("1"), "end": core("3"), "share": 0.3, "row": "1"}, source="core", table="HELD"),
    ]  # fmt: skip


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        load(store, *bank())
        yield store


def rules(join_at: str = "0.99999") -> dict[Kind, MatchRules]:
    return {
        "person": shipped_match_rules("person").model_copy(update={"join_at": Decimal(join_at)}),
        "company": shipped_match_rules("company"),
    }


def matched(store: Store, join_at: str = "0.99999") -> MatchReport:
    return match_store(store, rules(join_at), "tester")


def link_of(store: Store, record: str) -> str:
    told = (
        "MATCH ()-[r:POSSIBLY_SAME]->() WHERE r.from_key = $key OR r.to_key = $key RETURN r.id AS id ORDER BY r.seq_in"
    )
    return str(ask(store, told, key=record)[-1]["id"])


def party_id(store: Store, record: str) -> str:
    found = party_of(store, record)
    assert found
    return found


def told(store: Store) -> list[tuple[Any, ...]]:
    """All that is known now, without what matching itself keeps."""
    return [row for row in seen(store) if row[0] != "POSSIBLY_SAME"]


@pytest.fixture(scope="module")
def alike(connection: Connection) -> Iterator[tuple[Store, MatchReport]]:
    """The bank, matched once, for tests that only read; they come first, since the others empty the database."""
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        load(store, *bank())
        yield store, matched(store)


def test_the_sure_are_joined_and_the_others_wait(alike: tuple[Store, MatchReport]) -> None:
    store, report = alike
    assert (report.records, report.new_joined, report.new_asked, report.joined_parties) == (7, 2, 1, 2)
    for one in ("1", "3"):
        assert party_id(store, core(one)) == party_id(store, key(one))
    assert party_id(store, core("2")) == ids.party_id(core("2")) != party_id(store, key("2"))
    with pytest.raises(JoinedAway) as gone:
        party(store.view(), ids.party_id(core("1")))
    assert gone.value.into == party_id(store, key("1"))
    assert ("KIN_OF", party_id(store, key("1"))) in [(row[0], row[7]) for row in seen(store)]


def test_the_match_is_told_field_by_field(alike: tuple[Store, MatchReport]) -> None:
    store, _ = alike
    (waits,) = duplicates(store.view(), party_id(store, key("2"))).possibly_same.items
    assert (waits.party.party_id, waits.joined, waits.link.status) == (party_id(store, core("2")), False, "flagged")
    assert waits.records == sorted([key("2"), core("2")])
    assert 0.5 <= float(waits.probability or 0) < 0.99999
    name = next(field for field in waits.fields if field.field == "name")
    assert (name.left, name.right, name.level) == ("陈国", "陈国珍", "one character differs")
    sections = party(store.view(), party_id(store, key("1"))).sections
    (joined,) = sections.possibly_same.items
    assert (joined.party.party_id, joined.joined) == (party_id(store, key("1")), True)
    assert {item.by for item in sections.sources.items} == {"key"}
    nobody = party(store.view(), party_id(store, core("4"))).sections.possibly_same
    assert nobody.empty == "nothing found; `guanxi match run` looks for it"


def test_what_cannot_be_one_is_refused_and_nothing_changed(alike: tuple[Store, MatchReport]) -> None:
    store, _ = alike
    before = contents(store)
    person, company = party_id(store, key("1")), party_id(store, key("3"))
    view = store.view()
    with pytest.raises(BadInput, match=f"{person} is a person and {company} a company: they cannot be one party"):
        propose_same(view, person, company, "one", FIRST)
    with pytest.raises(BadInput, match="is one party: name two"):
        propose_same(view, person, person, "one", FIRST)
    with pytest.raises(NotFound, match="No party has the id 'P-NONE'"):
        propose_same(view, person, "P-NONE", "one", FIRST)
    with pytest.raises(BadInput, match="needs a reason"):
        propose_same(view, person, party_id(store, core("4")), " ", FIRST)
    with pytest.raises(Conflict, match="are in doubt already: decide on POSSIBLY_SAME-"):
        propose_same(view, party_id(store, key("2")), party_id(store, core("2")), "one", FIRST)
    assert contents(store) == before


@pytest.fixture
def client(alike: tuple[Store, MatchReport], tmp_path: Path) -> Iterator[httpx.Client]:
    store, _ = alike
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        yield client


def test_the_same_over_http(alike: tuple[Store, MatchReport], client: httpx.Client) -> None:
    store, _ = alike
    one, other, company = (party_id(store, record) for record in (key("1"), core("4"), key("3")))
    told_of = client.get(f"/v1/parties/{party_id(store, key('2'))}/duplicates").json()
    assert [item["party"]["name"] for item in told_of["possibly_same"]["items"]] == ["陈国"]
    body, who = {"other": other, "reason": "seen"}, {"X-Guanxi-User": FIRST}
    done = client.post(f"/v1/parties/{one}/duplicates", json=body, headers=who)
    assert (done.status_code, done.json()["decision"]["state"]) == (200, "pending")
    before = contents(store)
    for wrong, status, field in (
        ({"other": company}, 400, "other"),
        ({"other": one}, 400, "other"),
        ({"other": "P-NONE"}, 404, "party_id"),
        ({"reason": ""}, 400, "reason"),
        ({"colour": "red"}, 422, "colour"),
    ):
        refused = client.post(f"/v1/parties/{one}/duplicates", json=body | wrong, headers=who)
        assert (refused.status_code, refused.json()["field"].split(".")[-1]) == (status, field), refused.text
    assert contents(store) == before


def test_matching_again_changes_nothing(store: Store) -> None:
    matched(store)
    before = contents(store)
    report = matched(store)
    assert (report.new_joined, report.new_asked, report.closed) == (0, 0, 0)
    assert (report.joined, report.asked) == (2, 1)
    assert contents(store) == before


def test_loads_keep_what_is_joined(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    matched(store)
    before = seen(store)
    load(store, *bank(), mode="full")
    assert seen(store) == before
    monkeypatch.setattr(looked_up, "LARGE", 0)  # a store too large to be read for a small load
    monkeypatch.setattr(looked_up, "SMALL", 10)
    anew = records(CORE[0] | {"occupation": "teacher"}, source="core", table="CIF", priority=20)
    load(store, anew, mode="delta")
    assert seen(store) == before
    assert party_of(store, core("1")) == party_of(store, key("1"))


def test_a_matching_is_rolled_back_without_loss(store: Store) -> None:
    before = seen(store)
    report = matched(store)
    assert seen(store) != before
    assert report.load_id
    rollback(store, report.load_id, "tester")
    assert seen(store) == before
    assert party_id(store, core("1")) == party(store.view(), party_id(store, core("1"))).party_id


def test_a_join_is_undone_by_two_persons_and_stays_undone(store: Store) -> None:
    before = told(store)
    matched(store, "0.5")
    decide(store, link_of(store, core("1")), "rebut", "father and son")
    decide(store, link_of(store, core("2")), "rebut")
    decide(store, link_of(store, core("3")), "rebut")
    assert party_id(store, core("1")) == party_id(store, key("1"))
    assert apply_decided(store, "tester").parted == 3
    assert told(store) == before
    report = matched(store, "0.5")
    assert (report.new_joined, report.new_asked, report.joined_parties) == (0, 0, 0)
    assert told(store) == before


def test_who_waits_is_joined_once_two_persons_say_so(store: Store, tmp_path: Path) -> None:
    matched(store)
    waiting = link_of(store, core("2"))
    assert waiting in [item.link.id for item in queue(store.view(), tmp_path).links]
    decide(store, waiting, "confirm")
    assert party_id(store, core("2")) != party_id(store, key("2"))
    assert apply_decided(store, "tester").joined_parties == 1
    assert party_id(store, core("2")) == party_id(store, key("2"))
    assert matched(store).joined_parties == 0
    assert party_id(store, core("2")) == party_id(store, key("2"))


def test_numbers_that_differ_keep_apart_what_looks_alike(store: Store) -> None:
    load(
        store, records(CORE[2] | {"uscc": "91440106MA3CNTRR0D"}, source="core", table="CIF", priority=20), mode="delta"
    )
    report = matched(store)
    assert (report.new_joined, report.new_asked) == (1, 2)
    assert party_id(store, core("3")) != party_id(store, key("3"))


def test_two_persons_join_what_no_matching_finds(store: Store) -> None:
    one, other = party_id(store, key("1")), party_id(store, core("4"))
    decision_id = propose_same(store.view(), one, other, "the passports were shown", FIRST)
    assert propose_same(store.view(), one, other, "the passports were shown", FIRST) == decision_id
    approve(store, decision_id, SECOND)
    assert apply_decided(store, "tester").joined_parties == 1
    assert party_id(store, core("4")) == party_id(store, key("1"))
    matched(store)
    assert party_id(store, core("4")) == party_id(store, key("1"))


def test_a_refused_proposal_leaves_no_link(store: Store) -> None:
    """Under a key that stands for another request, and between two whose numbers differ, nothing is written at all."""
    used = Once("key-1", "digest")
    one, other = party_id(store, key("1")), party_id(store, core("4"))
    decide_id = propose_same(store.view(), one, party_id(store, core("2")), "shown", FIRST, used)
    before = contents(store)
    with pytest.raises(Conflict, match="'key-1' stands for another request"):
        propose_same(store.view(), one, other, "shown", FIRST, Once("key-1", "another"))
    assert contents(store) == before
    assert propose_same(store.view(), one, party_id(store, core("2")), "shown", FIRST, used) == decide_id
    cards = ({"certificate": f"resident_id:{number}"} for number in ("330102198002294314", "110105194912310028"))
    load(store, records(CREDIT[0] | next(cards)), mode="delta")
    load(store, records(CORE[3] | next(cards), source="core", table="CIF", priority=20), mode="delta")
    before = contents(store)
    with pytest.raises(BadInput, match=r"The resident identity cards of P-.* differ"):
        propose_same(store.view(), party_id(store, key("1")), other, "shown", FIRST)
    assert contents(store) == before


def test_an_empty_store_has_nothing_to_match(store: Store) -> None:
    empty(store)
    apply_schema(store)
    report = matched(store)
    assert (report.load_id, report.records) == (None, 0)
