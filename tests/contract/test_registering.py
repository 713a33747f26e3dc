"""Parties and links that persons register: two of them make one count, and then it is a source like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli import deciding, registering
from api.cli.party_pages import print_party
from api.services.decide import approve, propose, withdraw
from api.services.decision_answer import DecisionItem
from api.services.decision_queue import queue
from api.services.decisions import decision, decisions
from api.services.party import JoinedAway, party
from api.services.register import LinkAsked, register_link
from api.services.register_change import ChangeAsked, propose_change
from api.services.register_party import PartyAsked, register_party
from api.services.register_values import Told
from api.services.related_rules import related_rules
from api.services.resolve import resolve
from api.services.run_world import Worlds
from api.services.why import why
from api.settings import read_settings
from api.wiring import Guanxi, assemble
from graph import ids, times
from graph.connect import Connection
from graph.errors import BadInput, Conflict, GuanxiError, NotFound
from graph.once import Once
from graph.publishing import begin
from graph.rollback import rollback
from graph.schema import apply_schema
from graph.store import Scope, Store
from loaders.exchange_export import export_exchange
from tests.contract.answering import make
from tests.contract.conftest import empty
from tests.contract.deciding import FIRST, SECOND, decide
from tests.contract.loads import ask, contents, load
from tests.contract.serving import served
from tests.handmade import Bank
from tests.loaders.given import key, links, records

pytestmark = pytest.mark.contract

REGISTER = "股东名册 2025-06-30"


@pytest.fixture
def bank(connection: Connection) -> Iterator[Store]:
    with filled(connection) as store:
        yield store


@pytest.fixture(scope="module")
def still(connection: Connection) -> Iterator[Store]:
    """The bank for questions that are all refused: nothing changes it."""
    with filled(connection) as store:
        yield store


def filled(connection: Connection) -> Store:
    """Three persons, four companies, and He Wei who looks after P-HOLD and P-LOG; P-OLD was joined into P-HOLD."""
    store = Store(connection)
    empty(store)
    apply_schema(store)
    bank = Bank()
    bank.node("RelationshipManager", "hand:staff:7", name="何伟", code="7")
    bank.party("P-HOLD", "浙江远洋控股有限公司", lei="529900T8BM49AURSDO55")
    for company, name in (
        ("LOG", "宁波远洋物流有限公司"),
        ("SUB", "宁波港口服务有限公司"),
        ("TRADE", "杭州启航贸易有限公司"),
    ):
        bank.party(f"P-{company}", name)
    bank.party("P-CHEN", "陈志远", "person", certificate="passport:E12345678")
    bank.party("P-LIN", "林美华", "person")
    bank.party("P-ZHANG", "张伟", "person")
    bank.party("P-OLD", "远洋控股", joined_into="P-HOLD")
    bank.link("OWNS", "P-CHEN", "P-HOLD", share=0.51)
    bank.link("OWNS", "P-LIN", "P-TRADE")
    bank.link("KIN_OF", "P-CHEN", "P-LIN", relation="spouse")
    bank.link("GUARANTEES", "P-HOLD", "P-TRADE", amount=12_500_00, currency="CNY", contract="G1")
    bank.link("DEPENDS_ON", "P-TRADE", "P-LOG", "Party:Party", "flagged", criterion="receipts", weight=0.7)
    for key_ in ("P-HOLD", "P-LOG"):
        bank.link("MANAGED_BY", key_, "hand:staff:7", role="main")
    bank.node("Account", "hand:account:70001", account_no="70001")
    bank.link("HAS_ACCOUNT", "P-LOG", "hand:account:70001", role="holder")
    bank.node("SourceRecord", "hand:loans:70001", table="loans", key="70001")
    bank.link("IDENTIFIES", "hand:loans:70001", "P-SUB", by="key", _ends="SourceRecord:Party")
    with begin(store, "load", user="tester", properties={"mapping": "by_hand", "mode": "delta"}) as work:
        bank.write(work)
        work.write_many("publishing/close_nodes[Party]", [{"key": "P-OLD"}], touches="Party")
        work.publish()
    return store


def asked(kind: str = "OWNS", start: str = "P-CHEN", end: str = "P-TRADE", **more: Any) -> LinkAsked:
    basis, evidence = more.pop("basis", None), more.pop("evidence", REGISTER)
    return LinkAsked(kind, start, end, evidence, basis, Told(**more))


def registered(store: Store, one: LinkAsked) -> str:
    """A link that counts. Returns its id."""
    approved = approve(store, register_link(store.view(), one, FIRST), SECOND)
    return item(store, approved).link_id or ""


def item(store: Store, decision_id: str) -> DecisionItem:
    return decision(store.view(), decision_id).decision


def stakes(store: Store, party_id: str) -> dict[str, float | None]:
    return {one.party.party_id: one.share for one in party(store.view(), party_id).sections.owners.items}


def refused(told: str, work: Callable[[], object], kind: type[GuanxiError] = BadInput) -> Any:
    with pytest.raises(kind, match=told) as error:
        work()
    return error.value


def test_a_link_counts_when_a_second_person_approves_it(bank: Store) -> None:
    decision_id = register_link(bank.view(), asked(share="0.6", valid_from=date(2025, 1, 1)), FIRST)
    waits = item(bank, decision_id)
    assert (waits.state, waits.decision, waits.figures) == ("pending", "register", "60%")
    assert waits.text == "陈志远 holds 60% of 杭州启航贸易有限公司"
    assert waits.asked == {"kind": "OWNS", "share": "0.6", "valid_from": "2025-01-01"}
    assert "P-CHEN" not in stakes(bank, "P-TRADE")
    for one in ("P-CHEN", "P-TRADE"):
        assert [told.decision_id for told in party(bank.view(), one).decisions] == [decision_id]
    assert [one.decision_id for one in queue(bank.view(), Path("none")).registrations] == [decision_id]
    refused("nobody approves his own", lambda: approve(bank, decision_id, " OFFICER"))
    assert approve(bank, decision_id, SECOND) == decision_id
    assert approve(bank, decision_id, SECOND) == decision_id
    refused("counts already", lambda: approve(bank, decision_id, "somebody else"), Conflict)
    refused("is done", lambda: withdraw(bank, decision_id, "no", SECOND))
    assert item(bank, decision_id).state == "counted"
    assert queue(bank.view(), Path("none")).registrations == []
    (held,) = (one for one in party(bank.view(), "P-TRADE").sections.owners.items if one.party.party_id == "P-CHEN")
    told = held.link
    assert (held.share, told.status, told.valid_from) == (0.6, "confirmed", date(2025, 1, 1))
    assert (told.source, told.row_key, told.evidence) == ("manual", "link:#1", REGISTER)
    assert (told.registered_by, told.approved_by) == (FIRST, SECOND)
    ends = key("P-CHEN", "hand", "party"), key("P-TRADE", "hand", "party")
    assert told.id == ids.link_id("OWNS", *ends, "link:#1") == waits.link_id
    assert "manual" in party(bank.view(), "P-TRADE").sections.owners.sources


def test_a_run_reads_it_and_explanations_tell_who_answers_for_it(bank: Store, tmp_path: Path) -> None:
    link_id = registered(bank, asked(share="0.6"))
    report = make(bank, tmp_path, rules=("cn-large-exposure",))
    (control,) = party(bank.view(), "P-TRADE").sections.controllers.items
    assert (control.party.party_id, control.votes) == ("P-CHEN", 0.6)
    (group,) = (one for one in party(bank.view(), "P-TRADE").sections.groups.items if one.kind == "control")
    told = why(bank.view(), Worlds(bank, tmp_path), group.group_id, "P-TRADE")
    evidence = {one.id: one for step in told.steps for one in step.links}[link_id]
    assert (evidence.evidence, evidence.registered_by, evidence.approved_by) == (REGISTER, FIRST, SECOND)
    (decided,) = (one for one in queue_all(bank) if one.link_id == link_id)
    assert (decided.in_run, decided.note) == (True, f"decided, counted by {report.run_id}")


def queue_all(store: Store) -> list[DecisionItem]:
    return decisions(store.view()).decisions


def test_a_registration_may_be_declined(bank: Store) -> None:
    decision_id = register_link(bank.view(), asked(share="0.6"), FIRST)
    assert withdraw(bank, decision_id, "the register says otherwise", SECOND) == decision_id
    assert (item(bank, decision_id).state, stakes(bank, "P-TRADE")) == ("withdrawn", {"P-LIN": None})
    refused("was withdrawn", lambda: approve(bank, decision_id, SECOND))
    assert register_link(bank.view(), asked(share="0.6"), FIRST) != decision_id


def test_managers_register_for_their_customers_and_approve_nothing_of_them(bank: Store) -> None:
    decision_id = register_link(bank.view(), asked("GUARANTEES", "P-LOG", "P-TRADE"), "何伟")
    other = register_link(bank.view(), asked("KIN_OF", "P-ZHANG", "P-LIN", basis="sibling"), FIRST)
    mine = register_link(bank.view(), asked("GUARANTEES", "P-SUB", "P-LOG"), FIRST)
    for who in ("7", "hand:staff:7", "何伟"):
        refused("his own customers", lambda who=who: approve(bank, mine, who))  # type: ignore[misc]
    approve(bank, other, "何伟")
    approve(bank, decision_id, SECOND)
    approve(bank, mine, SECOND)
    link_id = item(bank, mine).link_id or ""
    refused("his own customers", lambda: propose_change(bank, ChangeAsked(link_id, "none"), "7"))


def test_a_link_is_corrected_and_closed_by_two_persons(bank: Store) -> None:
    link_id = registered(bank, asked(share="0.6"))
    version = bank.view().seq
    change = ChangeAsked(link_id, "contract of sale", Told(share="0.4"))
    decision_id = propose_change(bank, change, FIRST)
    assert propose_change(bank, change, FIRST) == decision_id
    refused("waits on", lambda: propose_change(bank, ChangeAsked(link_id, "x"), FIRST), Conflict)
    refused("waits on", lambda: propose(bank, link_id, "rebut", "x", FIRST), Conflict)
    assert stakes(bank, "P-TRADE")["P-CHEN"] == 0.6
    told = item(bank, decision_id)
    assert (told.text, told.figures, told.figures_now) == ("陈志远 holds 40% of 杭州启航贸易有限公司", "40%", "60%")
    refused("nobody approves his own", lambda: approve(bank, decision_id, FIRST))
    approve(bank, decision_id, SECOND)
    (held,) = (one for one in party(bank.view(), "P-TRADE").sections.owners.items if one.party.party_id == "P-CHEN")
    assert (held.share, held.link.id, held.link.evidence) == (0.4, link_id, "contract of sale")
    assert [one.share for one in party(bank.view(seq=version), "P-TRADE").sections.owners.items] == [0.6, None]
    refused("says so already", lambda: propose_change(bank, ChangeAsked(link_id, "x", Told(share="0.4")), FIRST))
    gone = ChangeAsked(link_id, "x", Told(share="0.3"), link_version=version)
    refused("has changed since", lambda: propose_change(bank, gone, FIRST), Conflict)
    approve(bank, propose_change(bank, ChangeAsked(link_id, "another company of the name"), FIRST), SECOND)
    assert "P-CHEN" not in stakes(bank, "P-TRADE")
    refused("is closed", lambda: propose_change(bank, ChangeAsked(link_id, "x"), FIRST))
    assert registered(bank, asked(share="0.2")) == link_id
    assert stakes(bank, "P-TRADE")["P-CHEN"] == 0.2


def test_a_link_that_has_ended_is_told_its_last_day(bank: Store) -> None:
    link_id = registered(bank, asked("EXECUTIVE_OF", "P-LIN", "P-LOG", basis="董事", valid_from=date(2020, 1, 1)))
    today = times.today(bank.zone)
    refused("before it begins", lambda: change(bank, link_id, valid_to=date(2019, 12, 31)))
    change(bank, link_id, valid_to=today)
    posts = [one.party.party_id for one in party(bank.view(), "P-LOG").sections.key_persons.items]
    before = party(bank.view(as_of=today - timedelta(days=1)), "P-LOG").sections.key_persons.items
    assert (posts, [one.party.party_id for one in before]) == ([], ["P-LIN"])
    again = registered(bank, asked("EXECUTIVE_OF", "P-LIN", "P-LOG", basis="董事", valid_from=today))
    assert again != link_id


def change(store: Store, link_id: str, **told: Any) -> str:
    return approve(store, propose_change(store, ChangeAsked(link_id, "minutes", Told(**told)), FIRST), SECOND)


def test_a_corrected_share_asks_for_decisions_on_it_anew(bank: Store) -> None:
    link_id = registered(bank, asked(share="0.6"))
    rebuttal = decide(bank, link_id, "rebut", "a trustee only")
    assert "P-CHEN" not in stakes(bank, "P-TRADE")
    assert [one.superseded_by for one in queue_all(bank)] == [None, None]
    refused("rebutted it: propose to reopen", lambda: register_link(bank.view(), asked(), FIRST), Conflict)
    change(bank, link_id, share="0.5")
    assert stakes(bank, "P-TRADE")["P-CHEN"] == 0.5
    assert item(bank, rebuttal).state == "pending"


@pytest.mark.parametrize(
    ("one", "field", "says"),
    [
        (asked("LIKES"), "kind", "may register OWNS"),
        (asked("POSSIBLY_SAME"), "kind", "duplicates"),
        (asked("OWNS", "P-HOLD", "P-CHEN"), "to", "Are the ends swapped"),
        (asked("LEGAL_REPRESENTATIVE_OF", "P-LIN", "P-ZHANG"), "to", "is a company"),
        (asked("KIN_OF", "P-HOLD", "P-LIN", basis="spouse"), "from", "is a person"),
        (asked(end="P-NOBODY"), "to", "register the party first"),
        (asked(end="P-CHEN"), "to", "two different"),
        (asked(start="P-OLD"), "from", "joined into P-HOLD"),
        (asked(start="70001"), "from", "several parties"),
        (asked(share="1.3"), "share", "130%"),
        (asked(valid_from=date(2999, 1, 1)), "valid_from", "still to come"),
        (asked(valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 1)), "valid_to", "before it begins"),
        (asked("KIN_OF", "P-CHEN", "P-ZHANG"), "basis", "needs its basis"),
        (asked("REFERRED"), "valid_from", "needs its day"),
        (asked(evidence=" "), "evidence", "missing"),
    ],
)
def test_a_link_that_cannot_be_is_refused(still: Store, one: LinkAsked, field: str, says: str) -> None:
    before = still.view().seq
    assert refused(says, lambda: register_link(still.view(), one, FIRST)).field == field
    assert still.view().seq == before


@pytest.mark.parametrize(
    "one",
    [
        asked(start="P-CHEN", end="P-HOLD", basis="trust"),
        asked("KIN_OF", "P-CHEN", "P-LIN", basis="spouse"),
        asked("KIN_OF", "P-LIN", "P-CHEN", basis="spouse"),
        asked("GUARANTEES", "P-HOLD", "P-TRADE"),
        asked("GUARANTEES", "P-HOLD", "P-TRADE", basis="G1"),
        asked("DEPENDS_ON", "P-TRADE", "P-LOG", basis="receipts"),
    ],
)
def test_a_link_that_is_known_is_refused_and_named(still: Store, one: LinkAsked) -> None:
    before = still.view().seq
    told = refused("of the source hand says so already", lambda: register_link(still.view(), one, FIRST), Conflict)
    assert f"{one.kind}-" in str(told)
    assert still.view().seq == before


def test_what_no_person_registered_is_not_corrected(still: Store) -> None:
    (owner,) = (one for one in party(still.view(), "P-TRADE").sections.owners.items)
    refused("is of the source hand", lambda: propose_change(still, ChangeAsked(owner.link.id, "x"), FIRST))
    refused("There is no link", lambda: propose_change(still, ChangeAsked("OWNS-X", "x"), FIRST), NotFound)
    refused("There is no link", lambda: propose_change(still, ChangeAsked("X", "x"), FIRST), NotFound)
    refused("needs a name", lambda: propose_change(still, ChangeAsked(owner.link.id, "x"), " "))


def test_a_party_is_one_when_a_second_person_approves_it(bank: Store) -> None:
    new = PartyAsked(
        "company", "extract of the register", name="恒泰控股有限公司", uscc="91310000132149237G", roles=("Guarantor",)
    )
    decision_id = register_party(bank, new, FIRST)
    assert register_party(bank, new, FIRST) == decision_id
    waits = item(bank, decision_id)
    assert (waits.state, waits.start.name, waits.text) == ("pending", new.name, f"there is a company {new.name}")
    assert queue(bank.view(scope=Scope(frozenset({"branch:1"}))), Path("none")).registrations == []
    refused("No party has the id", lambda: party(bank.view(), waits.start.party_id), NotFound)
    refused("nobody", lambda: register_link(bank.view(), asked(start=waits.start.party_id), FIRST))
    approve(bank, decision_id, SECOND)
    told = party(bank.view(), waits.start.party_id)
    assert (told.name, told.kind, told.roles) == (new.name, "company", ["Guarantor"])
    (record,) = told.sections.sources.items
    assert (record.source, record.table, record.link.evidence) == ("manual", "party", "extract of the register")
    assert (record.link.registered_by, record.link.approved_by) == (FIRST, SECOND)
    for number in (record.record_id, "91310000132149237G"):
        assert resolve(bank.view(), [number]).results[0].party_id == told.party_id
    assert registered(bank, asked(start="91310000132149237G", share="0.3"))
    assert stakes(bank, "P-TRADE") == {"P-LIN": None, told.party_id: 0.3}
    known = refused("carries the uscc", lambda: register_party(bank, new, FIRST), Conflict)
    assert told.party_id in str(known)


def test_a_party_that_is_known_is_refused_and_named(bank: Store) -> None:
    lei = "529900T8BM49AURSDO55"
    told = refused("carries the lei", lambda: register_party(bank, company(lei=lei), FIRST), Conflict)
    assert "P-HOLD" in str(told)
    person = PartyAsked("person", "passport seen", name="陈志远", certificate="passport:E12345678")
    assert "P-CHEN" in str(refused("carries the certificate", lambda: register_party(bank, person, FIRST), Conflict))
    first = register_party(bank, company(), FIRST)
    refused("registers the same already", lambda: register_party(bank, company(evidence="y"), SECOND), Conflict)
    approve(bank, first, SECOND)
    refused("is registered already", lambda: register_party(bank, company(), FIRST), Conflict)
    assert register_party(bank, company(registered_on=date(2019, 3, 1)), FIRST) != first


def company(**more: Any) -> PartyAsked:
    return PartyAsked("company", **{"evidence": "x", "name": "恒泰控股有限公司", **more})


def test_of_two_who_register_or_approve_at_once_one_does(bank: Store) -> None:
    first = register_party(bank, company(uscc="91310000132149237G"), FIRST)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda who: attempt(lambda: approve(bank, first, who)), (SECOND, "third")))
    assert sorted(both) == sorted([first, "Conflict"])
    with ThreadPoolExecutor(4) as pool:
        done = list(
            pool.map(lambda n: attempt(lambda: register_link(bank.view(), asked(share=f"0.{n}"), FIRST)), "3456")
        )
    assert done.count("Conflict") == 3
    (waits,) = (one for one in done if one != "Conflict")
    with ThreadPoolExecutor(2) as pool:
        ways = (lambda: approve(bank, waits, SECOND), lambda: withdraw(bank, waits, "no", "third"))
        ended = list(pool.map(attempt, ways))
    assert sorted(ended) == sorted([waits, "BadInput"])
    assert ("P-CHEN" in stakes(bank, "P-TRADE")) == (item(bank, waits).state == "counted")


def attempt(work: Callable[[], str]) -> str:
    try:
        return work()
    except GuanxiError as error:
        return type(error).__name__


def test_a_link_that_a_load_brought_meanwhile_is_not_registered_twice(bank: Store) -> None:
    waits = register_link(bank.view(), asked(share="0.6"), FIRST)
    more = Bank()
    more.link("OWNS", "P-CHEN", "P-TRADE", share=0.55)
    more.load(bank, "more")
    refused("of the source hand says so already", lambda: approve(bank, waits, SECOND), Conflict)
    assert (stakes(bank, "P-TRADE")["P-CHEN"], item(bank, waits).state) == (0.55, "pending")


@pytest.fixture
def loaded(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        load(store, *bank_of_two())
        yield store


def bank_of_two(*more: dict[str, Any]) -> tuple[Any, ...]:
    both = ({"key": "1", "kind": "company", "name": "甲"}, {"key": "2", "kind": "company", "name": "乙"}, *more)
    return records(*both), links("OWNS", {"start": key("1"), "end": key("2"), "row": "a", "share": 0.2})


def test_it_outlives_reloads_and_an_exchange_carries_it(loaded: Store, tmp_path: Path) -> None:
    approve(loaded, register_party(loaded, company(uscc="91310000132149237G"), FIRST), SECOND)
    (one, two, three) = (
        resolve(loaded.view(), [n]).results[0].party_id for n in (key("1"), key("2"), "91310000132149237G")
    )
    assert one
    assert two
    assert three
    link_id = registered(loaded, asked("GUARANTEES", two, one, amount="5.00", currency="CNY", basis="M-1"))
    held = registered(loaded, asked(start=three, end=one, share="0.6"))
    before = contents(loaded)
    load(loaded, *bank_of_two(), mode="full")
    assert contents(loaded) == before
    rollback(loaded, load(loaded, records({"key": "9", "kind": "company", "name": "丁"})).load_id, "tester")
    assert stakes(loaded, one)[three] == 0.6
    load(loaded, *bank_of_two({"key": "3", "kind": "company", "name": "丙", "uscc": "91310000132149237G"}), mode="full")
    told = party(loaded.view(), three)
    assert (told.name, [record.source for record in told.sections.sources.items]) == ("丙", ["credit", "manual"])
    assert stakes(loaded, one) == {three: 0.6}
    assert [g.link.id for g in party(loaded.view(), one).sections.guarantees_received.items] == [link_id]
    done = export_exchange(loaded.view(), tmp_path / "out")
    assert {"party", "guarantee", "ownership"} <= set(done.rows)
    rows = (tmp_path / "out" / "ownership.csv").read_text(encoding="utf-8").splitlines()
    (row,) = (row for row in rows if ",manual," in row)
    assert all(text in row for text in (REGISTER, FIRST, SECOND, "link:#1"))
    assert held.startswith("OWNS-")


def test_over_http_it_happens_once(bank: Store, connection: Connection, tmp_path: Path) -> None:
    guanxi = assemble(read_settings(home=tmp_path), connection)
    body = {"kind": "OWNS", "from": "P-CHEN", "to": "P-TRADE", "share": 0.6, "evidence": REGISTER}
    with served(guanxi) as client:
        headers = {"X-Guanxi-User": FIRST, "Idempotency-Key": "k-1"}
        first, again = (client.post("/v1/links", json=body, headers=headers) for _ in range(2))
        assert first.status_code == again.status_code == 200
        assert first.json()["decision"]["decision_id"] == again.json()["decision"]["decision_id"]
        assert client.post("/v1/links", json={**body, "share": 0.7}, headers=headers).status_code == 409
        told = client.post("/v1/links", json={**body, "share": 1.3}, headers={"X-Guanxi-User": FIRST})
        assert (told.status_code, told.json()["field"]) == (400, "share")
        assert (
            client.post(
                "/v1/links", json={**body, "to": "P-HOLD"}, headers=headers | {"Idempotency-Key": "k-2"}
            ).status_code
            == 409
        )
        misspelt = client.post("/v1/links", json={**body, "shares": 0.6}, headers={"X-Guanxi-User": FIRST})
        assert misspelt.status_code == 422
        decision_id = first.json()["decision"]["decision_id"]
        done = client.post(f"/v1/decisions/{decision_id}/approval", headers={"X-Guanxi-User": SECOND})
        link_id = done.json()["decision"]["link_id"]
        for path, more in (("correction", {"share": "0.5"}), ("closure", {})):
            url = f"/v1/links/{link_id}/{path}"
            waits = client.post(url, json={"evidence": "x", **more}, headers={"X-Guanxi-User": FIRST}).json()
            ended = waits["decision"]["decision_id"]
            assert client.post(f"/v1/decisions/{ended}/approval", headers={"X-Guanxi-User": SECOND}).status_code == 200
        assert "P-CHEN" not in stakes(bank, "P-TRADE")
        new = {"kind": "person", "name": "王小明", "birth_day": "1990-02-03", "evidence": "passport seen"}
        told = client.post("/v1/parties", json=new, headers={"X-Guanxi-User": FIRST})
        assert told.json()["decision"]["asked"]["birth_day"] == "1990-02-03"
        assert client.post("/v1/parties", json=new).status_code == 400
    guanxi.store.close()


def test_what_the_terminal_prints(
    bank: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Guanxi(read_settings(home=tmp_path), bank, related_rules())

    @contextmanager
    def opened(*_: Any) -> Iterator[Any]:
        yield guanxi, None

    for module in (registering, deciding):
        monkeypatch.setattr(module, "opened", opened)

    def said() -> str:
        return capsys.readouterr().out

    registering.register_link_command(
        "OWNS", "P-CHEN", "P-TRADE", REGISTER, share="0.6", from_day="2025-01-01", user=FIRST
    )
    told = said()
    decision_id, link_id = told.split()[0], told.split()[2].rstrip(":")
    assert "register OWNS-" in told
    assert "kind OWNS, share 0.6, valid_from 2025-01-01" in told
    assert REGISTER in told
    deciding.queue_command()
    assert decision_id in said()
    deciding.approve_command(decision_id, user=SECOND)
    assert "counted" in said()
    registering.correct_link_command(link_id, "minutes", to_day="2025-06-01", user=FIRST)
    assert "valid_to 2025-06-01" in said()
    registering.register_party_command(
        "person", "passport", name="王小明", born="1990-02-03", role=["Referrer"], user=FIRST
    )
    told = said()
    assert "there is a person 王小明" in told
    deciding.approve_command(told.split()[0], user=SECOND)
    registering.register_link_command("OWNS", "王小明", "宁波港口服务有限公司", REGISTER, share="0.1", user=FIRST)
    assert "register OWNS-" in said().split("counted")[1]
    with pytest.raises(BadInput, match="--from-day"):
        registering.register_link_command("OWNS", "P-CHEN", "P-SUB", REGISTER, from_day="1.1.2025", user=FIRST)
    registering.register_link_command("GUARANTEES", "P-SUB", "P-TRADE", REGISTER, to_day="2999-01-01", user=FIRST)
    waits = said().split()[0]
    approve(bank, waits, SECOND)
    print_party(party(bank.view(), "P-SUB"))
    assert f"{REGISTER} (registered by {FIRST}, approved by {SECOND})" in " ".join(said().split())
    link = item(bank, waits).link_id or ""
    registering.close_link_command(link, "none", user=FIRST)
    assert f"close {link}: pending" in " ".join(said().split())


def test_a_key_is_used_once_for_a_registration(bank: Store) -> None:
    one = register_link(bank.view(), asked(share="0.6"), FIRST, Once("k", "digest"))
    approve(bank, one, SECOND)
    assert register_link(bank.view(), asked(share="0.6"), FIRST, Once("k", "digest")) == one
    refused(
        "another request", lambda: register_link(bank.view(), asked(share="0.7"), FIRST, Once("k", "other")), Conflict
    )


def test_a_joined_end_is_followed_when_it_is_approved(bank: Store) -> None:
    waits = register_link(bank.view(), asked(share="0.6"), FIRST)
    ask(
        bank,
        "MATCH (s:SourceRecord {record_id: $key})-[r:IDENTIFIES]->(p:Party) MATCH (q:Party {party_id: 'P-ZHANG'})"
        " SET r.seq_out = 3 CREATE (s)-[n:IDENTIFIES]->(q) SET n = r {.*, seq_in: 3, seq_out: $open}",
        key=key("P-CHEN", "hand", "party"),
        open=times.OPEN_SEQ,
    )
    approve(bank, waits, SECOND)
    assert set(stakes(bank, "P-TRADE")) == {"P-LIN", "P-ZHANG"}
    refused("joined into", lambda: party(bank.view(), "P-OLD"), JoinedAway)
