"""Registered parties are corrected by two persons; what was told before stays told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.cli.party_pages import print_party
from api.services.decide import approve, withdraw
from api.services.decision_queue import queue
from api.services.decisions import decision
from api.services.party import party
from api.services.party_answer import PartyAnswer
from api.services.register_party import PartyAsked, register_party
from api.services.register_party_change import PartyChange, propose_party_change
from api.services.resolve import resolve
from api.services.search import search
from api.settings import read_settings
from api.wiring import assemble
from graph.connect import Connection
from graph.errors import BadInput, Conflict, GuanxiError, NotFound
from graph.once import Once
from graph.publishing import begin
from graph.store import Store
from tests.contract.answering import fill
from tests.contract.deciding import FIRST, SECOND
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

USCC = "91310000132149237G"


@pytest.fixture(scope="module")
def bank(connection: Connection) -> Iterator[Store]:
    """The small bank; each test registers parties of its own."""
    with fill(connection) as store:
        yield store


def registered(store: Store, name: str, kind: str = "person", **more: Any) -> str:
    asked = PartyAsked(kind, "passport seen", name=name, **more)
    done = approve(store, register_party(store, asked, FIRST), SECOND)
    return decision(store.view(), done).decision.end.party_id


def propose(store: Store, party_id: str, evidence: str = "passport seen again", **told: Any) -> str:
    return propose_party_change(store.view(), PartyChange(party_id, evidence, told), FIRST)


def told(store: Store, party_id: str) -> PartyAnswer:
    return party(store.view(), party_id)


def refused(says: str, store: Store, party_id: str, kind: type[GuanxiError] = BadInput, **given: Any) -> None:
    before = store.view().seq
    with pytest.raises(kind, match=says):
        propose(store, party_id, **given)
    assert store.view().seq == before


def contacts(answer: PartyAnswer) -> list[tuple[str, str]]:
    return sorted((one.kind or "", one.value or "") for one in answer.sections.identifiers.items)


def test_it_counts_when_a_second_person_approves_it(bank: Store) -> None:
    one = registered(bank, "王小明", birth_day=date(1990, 2, 3), phones=("13912345678",), roles=("Referrer",))
    first = told(bank, one)
    assert contacts(first) == [("phone", "13912345678")]
    seq = bank.view().seq
    waits = propose(bank, one, birth_day=date(1990, 3, 2), name="王晓明", phones=["13912345679"], gender="M")
    assert propose(bank, one, birth_day=date(1990, 3, 2), name="王晓明", phones=["13912345679"], gender="M") == waits
    refused("waits on", bank, one, Conflict, name="王")
    item = decision(bank.view(), waits).decision
    assert (item.state, item.decision, item.link_type) == ("pending", "correct", "IDENTIFIES")
    assert item.asked == {
        "birth_day": "1990-03-02", "gender": "M", "name": "王晓明", "phones": ["13912345679"]
    }  # fmt: skip
    assert "birth_day 1990-03-02 in place of 1990-02-03" in item.text
    assert "gender M in place of none" in item.text
    assert waits in [of.decision_id for of in queue(bank.view(), Path("none")).registrations]
    assert told(bank, one).name == "王小明"
    with pytest.raises(BadInput, match="nobody approves his own"):
        approve(bank, waits, FIRST)
    approve(bank, waits, SECOND)
    assert approve(bank, waits, SECOND) == waits
    now = told(bank, one)
    basic = now.sections.basic
    assert (now.name, basic.birth_day, basic.gender, now.roles) == ("王晓明", date(1990, 3, 2), "M", ["Referrer"])
    assert contacts(now) == [("phone", "13912345679")]
    assert [hit.party_id for hit in search(bank.view(), "wangxiaoming").hits] == [one]
    (record,) = now.sections.sources.items
    assert (record.link.evidence, record.differs) == ("passport seen again", {})
    (earlier,) = record.earlier
    assert earlier.told == {"birth_day": "1990-02-03", "gender": None, "name": "王小明"}
    assert (earlier.evidence, earlier.registered_by, earlier.approved_by) == ("passport seen again", FIRST, SECOND)
    assert earlier.until
    past = party(bank.view(seq=seq), one).sections
    assert [of.value for of in past.identifiers.items] == ["13912345678"]
    assert past.sources.items[0].earlier == []


def test_what_is_given_as_nothing_is_taken_away(bank: Store, capsys: pytest.CaptureFixture[str]) -> None:
    one = registered(
        bank, "李一", name_en="Li Yi", emails=("a@b.cn",), addresses=("文三路90号2-501",), employer="甲公司"
    )
    approve(bank, propose(bank, one, name_en="", employer=None, emails=[], roles=["Prospect"]), SECOND)
    now = told(bank, one)
    assert (now.name_en, now.sections.basic.employer, now.roles) == (None, None, ["Prospect"])
    assert contacts(now) == [("address", "文三路90号2-501")]
    approve(bank, propose(bank, one, emails=["a@b.cn"]), SECOND)
    assert len(contacts(told(bank, one))) == 2
    print_party(told(bank, one))
    assert "employer: 甲公司" in capsys.readouterr().out


def test_what_cannot_be_is_refused_and_nothing_changes(bank: Store) -> None:
    one = registered(bank, "丙公司", "company", uscc=USCC)
    refused("is told by hand", bank, "P-HOLD", name="x")
    refused("No party has the id", bank, "P-NOBODY", NotFound, name="x")
    refused("is registered so already", bank, one, name="丙公司")
    refused("is registered so already", bank, one, phones=[])
    refused("needs its name", bank, one, name=None)
    refused("not of a company", bank, one, birth_day=date(1990, 1, 1))
    refused("check digit", bank, one, uscc="91310000132149237H")
    refused("still to come", bank, one, registered_on=date(2999, 1, 1))
    refused("a system of the bank", bank, one, roles=["Customer"])
    refused("no telephone", bank, one, phones=["none"])
    refused("carries the lei", bank, one, Conflict, lei="529900T8BM49AURSDO55")
    refused("evidence is missing", bank, one, evidence=" ", name="丁公司")


def test_what_has_changed_since_is_not_approved(bank: Store) -> None:
    one = registered(bank, "陈二")
    waits = propose(bank, one, occupation="医生")
    withdraw(bank, waits, "not so", SECOND)
    with pytest.raises(BadInput, match="was withdrawn"):
        approve(bank, waits, SECOND)
    assert told(bank, one).sections.basic.occupation is None
    waits = propose(bank, one, occupation="医生")
    load = begin(bank, "load", user="tester", properties={"mapping": "by_hand", "mode": "delta"})
    with load, pytest.raises(Conflict, match="still going on"):
        approve(bank, waits, SECOND)
    approve(bank, waits, SECOND)
    assert told(bank, one).sections.basic.occupation == "医生"


def test_managers_do_not_approve_what_is_told_of_their_own_customers(bank: Store) -> None:
    one = registered(bank, "赵三")
    more = Bank()
    more.node("RelationshipManager", "hand:staff:8", name="孙八", code="8")
    more.link("MANAGED_BY", one, "hand:staff:8", role="main")
    more.load(bank, "managers")
    waits = propose(bank, one, occupation="医生")
    with pytest.raises(BadInput, match="his own customers"):
        approve(bank, waits, "8")
    approve(bank, waits, SECOND)


def test_what_another_record_tells_first_still_counts(bank: Store) -> None:
    one = registered(bank, "周四", occupation="教师", certificate="passport:E7654321")
    other = Bank()
    other.node("SourceRecord", "hand:party:Z4", table="party", key="Z4", kind="person", priority=1, roles=["Guarantor"],
               name="周思", certificate="passport:E7654321")  # fmt: skip
    other.link("IDENTIFIES", "hand:party:Z4", one, by="certificate", _ends="SourceRecord:Party")
    other.load(bank, "more")
    refused("carries the certificate", bank, one, Conflict, certificate="passport:E7654320")
    approve(bank, propose(bank, one, occupation="医生", name="周肆"), SECOND)
    now = told(bank, one)
    assert (now.name, now.sections.basic.occupation, now.roles) == ("周思", "医生", ["Guarantor"])
    assert now.sections.basic.former_names == ["周肆"]


def test_over_http_it_happens_once(bank: Store, connection: Connection, tmp_path: Path) -> None:
    one = registered(bank, "钱五")
    guanxi = assemble(read_settings(home=tmp_path), connection)
    body = {"evidence": "letter", "gender": "F", "phones": ["057188886666"]}
    with served(guanxi) as client:
        headers = {"X-Guanxi-User": FIRST, "Idempotency-Key": "c-1"}
        first, again = (client.patch(f"/v1/parties/{one}", json=body, headers=headers) for _ in range(2))
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json()["decision"]["decision_id"] == again.json()["decision"]["decision_id"]
        assert client.patch(f"/v1/parties/{one}", json={**body, "gender": "M"}, headers=headers).status_code == 409
        mine = {"X-Guanxi-User": FIRST}
        refusal = client.patch("/v1/parties/P-HOLD", json=body, headers=mine)
        assert (refusal.status_code, refusal.json()["field"]) == (400, "party_id")
        assert client.patch("/v1/parties/P-OLD", json=body, headers=mine, follow_redirects=False).status_code == 307
        assert client.patch(f"/v1/parties/{one}", json={"sex": "F", "evidence": "x"}, headers=mine).status_code == 422
        decision_id = first.json()["decision"]["decision_id"]
        assert (
            client.post(f"/v1/decisions/{decision_id}/approval", headers={"X-Guanxi-User": SECOND}).status_code == 200
        )
        sections = client.get(f"/v1/parties/{one}").json()["sections"]
    assert sections["basic"]["gender"] == "F"
    guanxi.store.close()


def test_a_key_is_used_once(bank: Store) -> None:
    one = registered(bank, "冯六")
    asked = PartyChange(one, "letter", {"gender": "F"})
    kept = propose_party_change(bank.view(), asked, FIRST, Once("corrects-1", "digest"))
    approve(bank, kept, SECOND)
    assert propose_party_change(bank.view(), asked, FIRST, Once("corrects-1", "digest")) == kept


def test_the_owner_of_a_number_that_was_corrected_away_is_registered(bank: Store) -> None:
    one = registered(bank, "赵一", certificate="passport:E1")
    first = bank.view()
    approve(bank, propose(bank, one, certificate="passport:E2"), SECOND)
    between = bank.view()
    with pytest.raises(Conflict, match=f"赵一.*{one}.*carries the certificate passport:E2"):
        register_party(bank, PartyAsked("person", "seen", name="孙三", certificate="passport:E2"), FIRST)
    asked = PartyAsked("person", "passport seen", name="钱二", certificate="passport:E1")
    waits = register_party(bank, asked, FIRST)
    assert register_party(bank, asked, FIRST) == waits
    other = decision(bank.view(), approve(bank, waits, SECOND)).decision.end.party_id
    assert other != one
    with pytest.raises(Conflict, match=f"钱二.*{other}"):
        register_party(bank, asked, FIRST)
    with pytest.raises(Conflict, match="钱二"):
        propose(bank, one, certificate="passport:E1")
    for view, owners in (
        (first, {"passport:E1": one, "E1": one, "passport:E2": None}),
        (between, {"passport:E1": None, "passport:E2": one}),
        (bank.view(), {"passport:E1": other, "E1": other, "E2": one}),
    ):
        assert {found.id: found.party_id for found in resolve(view, list(owners)).results} == owners
    (record,) = told(bank, one).sections.sources.items
    assert [was.told for was in record.earlier] == [{"certificate": "passport:E1"}]


def test_a_name_that_was_corrected_away_is_registered_of_another(bank: Store) -> None:
    one = registered(bank, "吴四")
    with pytest.raises(Conflict, match="registered already"):
        register_party(bank, PartyAsked("person", "seen", name="吴四"), FIRST)
    approve(bank, propose(bank, one, name="吴肆"), SECOND)
    assert registered(bank, "吴四") != one
