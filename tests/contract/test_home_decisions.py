"""Decisions on two persons being one household: two others make one count, the next run reads it, reloads keep it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from api.services.decide import approve, withdraw
from api.services.decide import propose as propose_on_link
from api.services.decide_home import propose_home
from api.services.decisions import decision, decisions
from api.services.homes import household
from api.services.party import party
from api.services.replay import replay
from api.services.run import run
from api.services.run_parameters import RunParameters
from api.settings import read_settings
from api.wiring import assemble
from graph.connect import Connection
from graph.errors import BadInput, Conflict, GuanxiError
from graph.once import Once
from graph.publishing import begin, loads
from graph.schema import apply_schema
from graph.store import Scope, Store
from tests.contract.answering import make
from tests.contract.commands import Called, settings_of
from tests.contract.conftest import empty
from tests.contract.deciding import FIRST, SECOND
from tests.contract.loads import ask, contents
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

ANN, BOB, COY, DAN = "P-ANN", "P-BOB", "P-COY", "P-DAN"


def bank() -> Bank:
    """Ann and Bob share a flat and a name, Coy and Dan are a couple; He Wei (7) looks after Ann and Dan."""
    bank = Bank()
    for key, name in ((ANN, "王安"), (BOB, "王波"), (COY, "李可"), (DAN, "赵丹")):
        bank.party(key, name, "person", roles=("Customer",))
    bank.party("P-FIRM", "王氏有限公司")
    bank.node("Identifier", "hand:address:1", kind="address", value="甲路1号101", text="甲路1号101室")
    for key in (ANN, BOB):
        bank.link("HAS_IDENTIFIER", key, "hand:address:1", use="home")
    bank.link("KIN_OF", COY, DAN, relation="spouse")
    bank.node("RelationshipManager", "hand:staff:7", name="何伟", code="7")
    for key in (ANN, DAN):
        bank.link("MANAGED_BY", key, "hand:staff:7", role="main")
    return bank


@pytest.fixture
def store(connection: Connection, tmp_path: Path) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        bank().load(store)
        make(store, tmp_path)
        yield store


def homes(store: Store) -> dict[str, str]:
    """By the members of each household its id."""
    rows = ask(
        store,
        "MATCH (p:Party)-[r:MEMBER_OF]->(h:Household) WHERE r.seq_out > 1000000000 "
        "WITH h, p.party_id AS id ORDER BY id RETURN h.household_id AS home, collect(id) AS members",
    )
    return {" ".join(row["members"]): row["home"] for row in rows}


def propose(store: Store, one: str, other: str, what: str, why: str = "so", who: str | None = FIRST) -> str:
    return propose_home(store.view(), (one, other), what, why, who)


def decide(store: Store, one: str, other: str, what: str) -> str:
    return approve(store, propose(store, one, other, what), SECOND)


Work = Callable[[], object]


def refused(work: Work, told: str, kind: type[GuanxiError] = BadInput) -> None:
    with pytest.raises(kind, match=told):
        work()


def test_a_household_is_split_and_merged_by_two_persons(store: Store, tmp_path: Path) -> None:
    before = homes(store)
    assert set(before) == {"P-ANN P-BOB", "P-COY P-DAN"}
    split = propose(store, ANN, BOB, "apart", "they share a flat, no more")
    (waiting,) = household(store.view(), before["P-ANN P-BOB"]).decisions
    assert (waiting.decision_id, waiting.state, waiting.proposed_by) == (split, "pending", FIRST)
    assert waiting.text == "王安 and 王波 do not live as one household"
    assert [one.decision_id for one in party(store.view(), BOB).decisions] == [split]
    assert [one.decision_id for one in decisions(store.view(), "pending").decisions] == [split]
    make(store, tmp_path)
    assert homes(store) == before  # it waits: nothing changes
    approve(store, split, SECOND)
    (counted,) = household(store.view(), before["P-ANN P-BOB"]).decisions
    assert (counted.state, counted.note) == ("counted", "decided, counts from the next run")
    merged = decide(store, BOB, COY, "together")
    report = make(store, tmp_path)
    after = homes(store)
    assert after == {"P-BOB P-COY P-DAN": before["P-COY P-DAN"]}
    answer = household(store.view(), before["P-COY P-DAN"])
    assert answer.decisions == []
    (bob,) = (member for member in answer.members if member.party.party_id == BOB)
    assert (bob.status, bob.reasons) == ("confirmed", ["one household with 李可: decided by a person"])
    for decision_id in (split, merged):
        assert decision(store.view(), decision_id).decision.note == f"decided, counted by {report.run_id}"
    again = run(store, tmp_path, RunParameters(), user="tester", incremental=True)
    assert (again.input_digest, again.result_digest) == (report.input_digest, report.result_digest)
    assert replay(store, tmp_path, report.run_id).equal


def test_an_incremental_run_reads_what_was_decided(store: Store, tmp_path: Path) -> None:
    decide(store, ANN, BOB, "apart")
    found = run(store, tmp_path, RunParameters(), user="tester", incremental=True)
    assert set(homes(store)) == {"P-COY P-DAN"}
    full = make(store, tmp_path)
    assert (found.input_digest, found.result_digest) == (full.input_digest, full.result_digest)


def test_a_decision_is_undone_by_two_persons(store: Store, tmp_path: Path) -> None:
    split = decide(store, ANN, BOB, "apart")
    make(store, tmp_path)
    assert "P-ANN P-BOB" not in homes(store)
    refused(lambda: withdraw(store, split, "wrong", FIRST), "propose to reopen it")
    undone = propose(store, BOB, ANN, "reopen", "they moved in together")
    approve(store, undone, SECOND)
    assert decision(store.view(), split).decision.superseded_by == undone
    make(store, tmp_path)
    assert "P-ANN P-BOB" in homes(store)
    refused(lambda: propose(store, ANN, BOB, "reopen"), "nothing to reopen")
    split = decide(store, ANN, BOB, "apart")
    joined = decide(store, ANN, BOB, "together")  # of two that contradict each other the later one holds
    assert decision(store.view(), split).decision.superseded_by == joined
    make(store, tmp_path)
    assert "P-ANN P-BOB" in homes(store)


def test_it_outlives_a_reload_and_goes_along_when_the_person_is_joined(store: Store, tmp_path: Path) -> None:
    decide(store, ANN, BOB, "apart")
    bank = Bank()
    bank.party("P-ANNE", "王安", "person")
    bank.link("HAS_IDENTIFIER", "P-ANNE", "hand:address:1", use="home")
    bank.load(store, "again")
    ask(store, "MATCH (:SourceRecord {record_id: 'hand:party:P-ANN'})-[r:IDENTIFIES]->() DELETE r")
    with begin(store, "load", user="tester") as work:  # a load joins Ann into Anne
        work.write_many("publishing/close_nodes[Party]", [{"key": ANN}], touches="Party")
        bank = Bank()
        bank.link("IDENTIFIES", "hand:party:P-ANN", "P-ANNE", by="key", _ends="SourceRecord:Party")
        bank.write(work)
        work.publish()
    ask(store, "MATCH (p:Party {party_id: 'P-ANN'}) SET p.joined_into = 'P-ANNE'")
    make(store, tmp_path)
    assert set(homes(store)) == {"P-COY P-DAN"}


def test_nothing_is_stored_of_what_is_refused(store: Store) -> None:
    before = contents(store), len(loads(store)), store.view()

    def asked(one: str = ANN, other: str = BOB, what: str = "apart", why: str = "so", who: str | None = FIRST) -> Work:
        return lambda: propose(store, one, other, what, why, who)

    refused(asked(one="P-NOBODY"), "'P-NOBODY' means nobody")
    refused(asked(other="P-FIRM"), "王氏有限公司 .* is no natural person")
    refused(asked(other=ANN), "name two different persons")
    refused(asked(other="hand:party:P-ANN"), "Both are P-ANN")
    refused(asked(why="  "), "needs a reason")
    refused(asked(who=None), "--user NAME")
    refused(asked(what="divorced"), "give together, apart, reopen")
    refused(asked(other=COY), "not in one household")
    refused(asked(COY, DAN, "together"), "one household already, confirmed")
    refused(asked(what="reopen"), "nothing to reopen")
    refused(lambda: propose_home(store.view(), (ANN,), "apart", "so", FIRST), "1 persons are named")
    refused(lambda: propose_home(store.view(), (ANN, ""), "apart", "so", FIRST), "is empty")
    hidden = store.view(scope=Scope(frozenset({"branch:none"})))
    refused(lambda: propose_home(hidden, (ANN, BOB), "apart", "so", FIRST), "means nobody")
    assert (contents(store), len(loads(store)), store.view()) == before
    assert ask(store, "MATCH (d:Decision) RETURN d") == []


def test_nobody_approves_his_own_decision_or_one_on_his_own_customers(store: Store) -> None:
    split = propose(store, ANN, BOB, "apart")
    for name in (FIRST, "Officer "):
        refused(lambda name=name: approve(store, split, name), "nobody approves his own")  # type: ignore[misc]
    for name in ("7", "何伟", " hand:staff:7"):
        refused(lambda name=name: approve(store, split, name), "looks after 王安")  # type: ignore[misc]
        refused(lambda name=name: withdraw(store, split, "not so", name), "declines what is told")  # type: ignore[misc]
    assert decision(store.view(), split).decision.state == "pending"
    assert approve(store, split, SECOND) == approve(store, split, SECOND) == split
    refused(lambda: approve(store, split, "third"), "counts already", Conflict)
    refused(lambda: propose(store, BOB, ANN, "apart"), f"{split} says so already")


def test_a_manager_is_one_person_under_all_his_names(store: Store) -> None:
    """Who decides about others' customers is no second person beside himself, however he calls himself."""
    ask(store, "MATCH (:Party)-[r:MANAGED_BY]->() DELETE r")
    ask(store, "MATCH (m:RelationshipManager {code: '7'}) SET m.code = ' ７'")  # as some source writes it
    split = propose_home(store.view(), (ANN, BOB), "apart", "so", "7")
    for name in ("何伟", " hand:staff:7", "HAND:STAFF:7", "７"):
        refused(lambda name=name: approve(store, split, name), "nobody approves his own")  # type: ignore[misc]
    assert withdraw(store, split, "a mistake", "何伟") == split


def test_a_repeated_step_is_answered_and_not_repeated(store: Store) -> None:
    split = propose(store, ANN, BOB, "apart")
    assert propose(store, BOB, ANN, "apart", " so ", f" {FIRST.upper()}") == split
    refused(lambda: propose(store, BOB, ANN, "together"), "waits on", Conflict)
    assert withdraw(store, split, "no", SECOND) == split
    keyed = [propose_home(store.view(), (ANN, BOB), "apart", "so", FIRST, Once("k", "d")) for _ in range(2)]
    assert keyed[0] == keyed[1] != split
    assert len(ask(store, "MATCH (d:Decision) RETURN d")) == 2


def test_a_manager_rebuts_and_approves_no_link_of_his_own_customers(store: Store) -> None:
    (link,) = ask(store, "MATCH (:Party {party_id: 'P-COY'})-[r:KIN_OF]->() RETURN r.id AS id")
    refused(lambda: propose_on_link(store, link["id"], "rebut", "so", "7"), "looks after 赵丹")
    decision_id = propose_on_link(store, link["id"], "rebut", "so", FIRST)
    refused(lambda: approve(store, decision_id, "何伟"), "nobody approves, rebuts or declines")
    approve(store, decision_id, SECOND)
    reopened = propose_on_link(store, link["id"], "reopen", "so", "7")  # to propose what is for him is allowed
    refused(lambda: approve(store, reopened, "何伟"), "何伟 proposed .* as 7, and nobody approves his own decision")


def test_over_http_and_on_the_command_line(
    store: Store,
    connection: Connection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = homes(store)["P-ANN P-BOB"]
    guanxi = assemble(read_settings(home=tmp_path / "home"), connection)
    with guanxi.store, served(guanxi) as client:
        body: dict[str, object] = {"decision": "apart", "persons": [ANN, BOB], "reason": "分居"}
        done = post(client, body)
        assert done.status_code == 200, done.text
        kept = done.json()["decision"]
        assert (kept["state"], kept["link_id"], kept["link_type"]) == ("pending", None, "MEMBER_OF")
        told = client.get(f"/v1/households/{home}").json()
        assert [one["decision_id"] for one in told["decisions"]] == [kept["decision_id"]]
        assert post(client, {**body, "persons": [ANN, "P-FIRM"]}).json()["field"] == "persons[1]"
        assert post(client, {**body, "persons": [ANN]}).status_code == 400
        assert post(client, {**body, "reason": ""}).json()["field"] == "reason"
        assert post(client, {**body, "more": 1}).status_code == 422
        path = f"/v1/decisions/{kept['decision_id']}/approval"
        assert client.post(path, headers={"X-Guanxi-User": "7"}).json()["field"] == "user"
        assert client.post(path, headers={"X-Guanxi-User": "b"}).json()["decision"]["state"] == "counted"

    call = Called(settings_of(connection, tmp_path), tmp_path, capsys, monkeypatch).said
    assert "apart: counted" in call("decisions")
    given = ("decide-household", BOB, COY, "--reason", "moved [in]", "--user", "a")
    assert "one of --together, --apart and --reopen" in call(*given, status=2)
    kept = json.loads(call(*given, "--together", "--json"))["decision"]
    assert "王波 and 李可 live as one household" in call("household", homes(store)["P-COY P-DAN"])
    assert "counted" in call("approve", kept["decision_id"], "--user", "b")


def post(client: httpx.Client, body: dict[str, object]) -> httpx.Response:
    return client.post("/v1/households/decision", json=body, headers={"X-Guanxi-User": "a"})
