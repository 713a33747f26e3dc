"""Decisions of persons on links: two of them make one count, the next run reads it, and reloads carry it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.services.decide import approve, propose, withdraw
from api.services.decision_answer import DecisionItem
from api.services.decision_queue import queue
from api.services.decisions import decision, decisions
from api.services.group_structure import structure
from api.services.groups import group
from api.services.party import party
from api.services.replay import replay
from api.services.run_world import Worlds
from api.services.run_write import write
from api.services.why import why
from graph import ids, times
from graph.connect import Connection
from graph.errors import BadInput, Conflict, GuanxiError, NotFound
from graph.publishing import begin, loads
from graph.schema import apply_schema
from graph.store import Scope, Store
from tests.contract.answering import make
from tests.contract.conftest import empty
from tests.contract.deciding import FIRST, SECOND, decide
from tests.contract.dependent import example, pay
from tests.contract.loads import ask, contents, load
from tests.loaders.given import key, records

pytestmark = pytest.mark.contract

CHINA = ("cn-large-exposure",)


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        example(store)
        yield store


@pytest.fixture
def found(store: Store, tmp_path: Path) -> str:
    """The link that a run has found: D depends on B."""
    make(store, tmp_path, rules=CHINA)
    return str(open_links(store, "DEPENDS_ON")[0]["id"])


def open_links(store: Store, kind: str) -> list[dict[str, Any]]:
    rows = ask(store, f"MATCH (a)-[r:{kind}]->(b) WHERE r.seq_out = $open RETURN r ORDER BY r.id", open=times.OPEN_SEQ)
    return [dict(row["r"]) for row in rows]


def holding(store: Store, owner: str, owned: str) -> str:
    match = "MATCH (:Party {party_id: $a})-[r:OWNS]->(:Party {party_id: $b}) RETURN r.id AS id"
    return str(ask(store, match, a=owner, b=owned)[0]["id"])


def groups(store: Store) -> dict[str, dict[str, str]]:
    """The groups of the current run by the ids of their parties, with the status of each member."""
    found: dict[str, dict[str, str]] = {}
    for one_of in ("P-A", "P-X", "P-D"):
        for item in party(store.view(), one_of).sections.groups.items:
            members = {one.party.party_id: one.status for one in group(store.view(), item.group_id).members}
            found[" ".join(sorted(members))] = members
    return found


def one(store: Store, decision_id: str) -> DecisionItem:
    return decision(store.view(), decision_id).decision


def refused(work: Callable[[], object], told: str, kind: type[GuanxiError] = BadInput) -> None:
    with pytest.raises(kind, match=told):
        work()


def test_4_5_a_confirmed_dependence_makes_the_group_firm_with_the_next_run(
    store: Store, tmp_path: Path, found: str
) -> None:
    assert groups(store)["P-A P-B P-D P-E"]["P-D"] == "flagged"
    decision_id = propose(store, found, "confirm", "the supply contract says so", FIRST)
    assert one(store, decision_id).state == "pending"
    assert open_links(store, "DEPENDS_ON")[0]["status"] == "flagged"
    assert approve(store, decision_id, SECOND) == decision_id
    item = one(store, decision_id)
    assert (item.state, item.status, item.note) == ("counted", "confirmed", "decided, counts from the next run")
    assert [approval.by for approval in item.approvals] == [SECOND]
    assert groups(store)["P-A P-B P-D P-E"]["P-D"] == "flagged"
    (link,) = open_links(store, "DEPENDS_ON")
    assert (link["decided"], link["stated"], link["part_amount"]) == (decision_id, "flagged", 60)
    report = make(store, tmp_path, rules=CHINA)
    assert set(groups(store)["P-A P-B P-D P-E"].values()) == {"confirmed"}
    assert set(groups(store)["P-D P-E P-X"].values()) == {"confirmed"}
    assert (report.counts["dependence_opened"], report.counts["dependence_closed"]) == (0, 0)
    assert one(store, decision_id).note == f"decided, counted by {report.run_id}"
    assert party(store.view(), "P-D").decisions == []
    again = make(store, tmp_path, rules=CHINA)
    assert (again.input_digest, again.result_digest) == (report.input_digest, report.result_digest)
    assert replay(store, tmp_path, report.run_id).equal


def test_a_rebutted_dependence_leaves_the_groups_and_is_not_found_again(
    store: Store, tmp_path: Path, found: str
) -> None:
    decision_id = decide(store, found, "rebut", "the payments were a refund")
    assert party(store.view(), "P-D").sections.depends_on.total == 0
    (shown,) = party(store.view(), "P-D").decisions
    assert (shown.decision_id, shown.note) == (decision_id, "decided, counts from the next run")
    (shared,) = (i for i in party(store.view(), "P-A").sections.groups.items if i.kind == "connected")
    assert [told.decision_id for told in group(store.view(), shared.group_id).decisions] == [decision_id]
    tree = structure(store.view(), shared.group_id)
    (shown_link,) = (row.link for row in tree.rows if row.link and row.link.kind == "dependence")
    assert (shown_link.id, shown_link.status) == (found, "rebutted"), "the run's group still rests on it"
    assert [told.decision_id for told in tree.decisions] == [decision_id]
    told_why = why(store.view(), Worlds(store, tmp_path), shared.group_id, "P-D")
    assert [(link.id, link.status) for step in told_why.steps for link in step.links if step.kind == "dependence"] == [
        (found, "rebutted")
    ]
    assert [told.note for told in told_why.decisions] == ["decided, counts from the next run"]
    for _ in range(2):
        make(store, tmp_path, rules=CHINA)
        assert set(groups(store)) == {"P-A P-B", "P-D P-E P-X"}
        assert [link["status"] for link in open_links(store, "DEPENDS_ON")] == ["rebutted"]
    reopened = decide(store, found, "reopen", "the refund was none")
    assert one(store, decision_id).superseded_by == reopened
    (link,) = open_links(store, "DEPENDS_ON")
    assert (link["status"], link.get("decided"), link.get("stated")) == ("flagged", None, None)
    make(store, tmp_path, rules=CHINA)
    assert groups(store)["P-A P-B P-D P-E"]["P-D"] == "flagged"


def test_a_rebutted_holding_leaves_the_control_computation(store: Store, tmp_path: Path, found: str) -> None:
    sold = holding(store, "P-X", "P-D")
    decide(store, sold, "rebut", "sold last year")
    of_control = next(i for i in party(store.view(), "P-X").sections.groups.items if i.kind == "control")
    direct = [row.link.direct for row in structure(store.view(), of_control.group_id).rows if row.link]
    assert [sold] in [held.links for held in direct if held]
    assert [one.party.party_id for one in party(store.view(), "P-D").sections.controllers.items] == ["P-X"]
    assert party(store.view(), "P-D").sections.owners.total == 0
    make(store, tmp_path, rules=CHINA)
    assert party(store.view(), "P-D").sections.controllers.total == 0
    assert set(groups(store)) == {"P-A P-B", "P-A P-B P-D P-E", "P-D P-E"}


def test_a_finding_with_other_amounts_waits_for_a_person_again(store: Store, tmp_path: Path, found: str) -> None:
    decision_id = decide(store, found, "confirm")
    pay(store, 70)
    make(store, tmp_path, rules=CHINA)
    assert groups(store)["P-A P-B P-D P-E"]["P-D"] == "flagged"
    item = one(store, decision_id)
    assert item.state == "pending"
    assert item.note == (
        "approved for receipts 60%, CNY 0.60 of CNY 1.00, but the link says receipts 70%, CNY 0.70 of CNY 1.00 now: "
        "waits for a second person again"
    )
    assert [told.decision_id for told in decisions(store.view(), "pending").decisions] == [decision_id]
    refused(lambda: approve(store, decision_id, FIRST, item.link_version), "nobody approves his own")
    refused(lambda: approve(store, decision_id, SECOND), f"give its version {item.link_version}", Conflict)
    approve(store, decision_id, SECOND, item.link_version)
    make(store, tmp_path, rules=CHINA)
    assert set(groups(store)["P-A P-B P-D P-E"].values()) == {"confirmed"}
    assert len(one(store, decision_id).approvals) == 2


def test_what_the_data_show_no_longer_stays_as_it_was_decided(store: Store, tmp_path: Path, found: str) -> None:
    decision_id = decide(store, found, "confirm")
    pay(store, 10)
    make(store, tmp_path, rules=CHINA)
    assert set(groups(store)["P-A P-B P-D P-E"].values()) == {"confirmed"}
    assert one(store, decision_id).state == "counted"


def test_nothing_is_stored_of_what_is_refused(store: Store, tmp_path: Path, found: str) -> None:
    own = holding(store, "P-A", "P-B")
    controlled = str(open_links(store, "CONTROLLED_BY")[0]["id"])
    member = str(open_links(store, "MEMBER_OF")[0]["id"])
    ask(store, "MATCH ()-[r:OWNS {id: $id}]->() SET r.seq_out = r.seq_in + 1", id=holding(store, "P-D", "P-E"))
    before = contents(store), len(loads(store)), store.view()

    def proposing(link: str = found, what: str = "confirm", why: str = "so", who: str | None = FIRST) -> Any:
        return lambda: propose(store, link, what, why, who)

    refused(proposing("DEPENDS_ON-NOBODY"), "no link 'DEPENDS_ON-NOBODY'", NotFound)
    refused(proposing("x" * 10_000), "no link 'xxxx", NotFound)
    refused(proposing("decision"), "no link", NotFound)
    refused(proposing(holding(store, "P-D", "P-E")), "is closed")
    refused(proposing(controlled), "CONTROLLED_BY cannot be decided on.*conclusion")
    refused(proposing(member), "MEMBER_OF cannot be decided on")
    refused(proposing(own), "it is confirmed already")
    refused(proposing(what="reopen"), "nobody's decision counts")
    refused(proposing(what="delete"), "give confirm, rebut, reopen")
    refused(proposing(why=" \n "), "needs a reason")
    refused(proposing(why="x" * 10_000_000), "10,000,000 letters; give at most 2,000")
    refused(proposing(who=None), "--user NAME")
    refused(proposing(who="  "), "X-Guanxi-User")
    refused(proposing(who="x" * 101), "101 letters")
    refused(lambda: propose(store, found, "confirm", "so", FIRST, 1), "has changed since version 1", Conflict)
    refused(lambda: approve(store, "decision-none", SECOND), "no decision 'decision-none'", NotFound)
    refused(lambda: withdraw(store, "decision-none", "so", SECOND), "no decision", NotFound)
    refused(lambda: decisions(store.view(), "open"), "give one of pending")
    refused(lambda: decisions(store.view(), limit=0), "limit")
    assert (contents(store), len(loads(store)), store.view()) == before
    assert ask(store, "MATCH (d:Decision) RETURN d") == []


def test_a_repeated_step_is_answered_and_not_repeated(store: Store, found: str) -> None:
    decision_id = propose(store, found, "rebut", "a refund", FIRST, open_links(store, "DEPENDS_ON")[0]["seq_in"])
    assert propose(store, found, "rebut", " a refund ", f" {FIRST.upper()}") == decision_id
    refused(lambda: propose(store, found, "confirm", "a refund", FIRST), f"{decision_id} .* waits", Conflict)
    refused(lambda: propose(store, found, "rebut", "a refund", "third"), "approve or withdraw it first", Conflict)
    for name in (FIRST, "Officer ", "ＯＦＦＩＣＥＲ"):
        refused(lambda name=name: approve(store, decision_id, name), "nobody approves his own")  # type: ignore[misc]
    approve(store, decision_id, SECOND)
    before = contents(store), len(loads(store))
    assert approve(store, decision_id, SECOND) == decision_id
    refused(lambda: approve(store, decision_id, "third"), f"counts already: {SECOND} approved it", Conflict)
    refused(lambda: withdraw(store, decision_id, "no", FIRST), "propose to reopen")
    refused(lambda: propose(store, found, "rebut", "again", FIRST), "it is rebutted already")
    assert (contents(store), len(loads(store))) == before
    assert len(open_links(store, "DEPENDS_ON")) == 1


def test_a_withdrawn_decision_is_kept_and_makes_room(store: Store, found: str) -> None:
    first = propose(store, found, "confirm", "so it seems", FIRST)
    assert withdraw(store, first, "declined", SECOND) == first
    assert withdraw(store, first, "declined", SECOND) == first
    refused(lambda: withdraw(store, first, "declined", "third"), "was withdrawn by head of risk")
    refused(lambda: approve(store, first, SECOND), "was withdrawn")
    item = one(store, first)
    assert (item.state, item.withdrawn_by, item.withdrawn_reason) == ("withdrawn", SECOND, "declined")
    second = propose(store, found, "rebut", "on second thoughts", FIRST)
    assert [told.decision_id for told in decisions(store.view()).decisions] == [second, first]
    assert decisions(store.view(), limit=1).omitted == ["decisions capped at 1 of 2"]
    assert open_links(store, "DEPENDS_ON")[0]["status"] == "flagged"


def test_the_past_tells_what_was_decided_then(store: Store, found: str) -> None:
    before = store.view()
    decision_id = propose(store, found, "rebut", "a refund", FIRST)
    proposed = store.view()
    approve(store, decision_id, SECOND)
    assert decisions(before).decisions == []
    assert [told.state for told in decisions(proposed).decisions] == ["pending"]
    assert [told.state for told in decisions(store.view()).decisions] == ["counted"]
    assert party(before, "P-D").sections.depends_on.total == 1
    assert party(store.view(), "P-D").sections.depends_on.total == 0


def test_nobody_is_told_of_links_beyond_his_scope(store: Store, found: str) -> None:
    propose(store, found, "rebut", "a refund", FIRST)
    ask(store, "MATCH (p:Party) SET p.scope = ['branch:' + p.party_id]")
    for tokens, seen in (({"branch:P-D"}, 0), ({"branch:P-D", "branch:P-B"}, 1)):
        mine = store.view(scope=Scope(frozenset(tokens)))
        assert len(decisions(mine).decisions) == seen
        assert len(party(mine, "P-D").decisions) == seen


def test_the_queue_tells_what_is_at_stake(store: Store, tmp_path: Path, found: str) -> None:
    answer = queue(store.view(), tmp_path)
    (item,) = answer.links
    assert (item.link_id, item.link_version) == (found, open_links(store, "DEPENDS_ON")[0]["seq_in"])
    assert item.at_stake is not None
    assert (item.at_stake.amount, item.at_stake.currency, item.is_lower_bound) == ("2.10", "CNY", False)
    assert item.figures == "receipts 60%, CNY 0.60 of CNY 1.00"
    assert len(item.groups) == 1
    decision_id = propose(store, found, "confirm", "so", FIRST, item.link_version)
    assert queue(store.view(), tmp_path).links[0].decisions == [decision_id]
    elsewhere = queue(store.view(), tmp_path / "elsewhere")
    assert elsewhere.links[0].at_stake is None
    assert "what is at stake: " in elsewhere.omitted[0]
    approve(store, decision_id, SECOND)
    assert queue(store.view(), tmp_path).links == []
    refused(lambda: queue(store.view(), tmp_path, 0), "limit")


def test_without_a_group_the_queue_tells_the_exposure_of_the_party_that_would_fall(
    store: Store, tmp_path: Path, found: str
) -> None:
    own = {**open_links(store, "DEPENDS_ON")[0], "id": "DEPENDS_ON-TOLD", "source": "hand"}
    ends = "MATCH (a:Party {party_id: 'P-A'}), (x:Party {party_id: 'P-X'})"
    ask(store, f"{ends} CREATE (a)-[r:DEPENDS_ON]->(x) SET r = $own", own=own)
    items = queue(store.view(), tmp_path).links
    told = [(item.link_id, item.at_stake.amount if item.at_stake else None, len(item.groups)) for item in items]
    assert told == [(found, "2.10", 1), ("DEPENDS_ON-TOLD", "0.80", 0)]


def both(*works: Callable[[], object]) -> list[object]:
    """What becomes of things done at once: results and errors."""

    def caught(work: Callable[[], object]) -> object:
        try:
            return work()
        except GuanxiError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(caught, works))


def test_of_two_persons_at_once_one_decides(store: Store, found: str) -> None:
    done = both(*(lambda k=k: propose(store, found, "rebut", f"reason {k}", f"person {k}") for k in range(4)))
    kept = [one for one in done if isinstance(one, str)]
    assert len(kept) == 1
    assert all(isinstance(one, Conflict) for one in done if not isinstance(one, str))
    proposer = one(store, kept[0]).proposed_by
    names = [f"person {k}" for k in range(4) if f"person {k}" != proposer]
    approved = both(*(lambda name=name: approve(store, kept[0], name) for name in names))
    assert sorted(type(one).__name__ for one in approved) == ["Conflict", "Conflict", "str"]
    assert len(one(store, kept[0]).approvals) == 1
    rows = ask(store, "MATCH ()-[r:DEPENDS_ON]->() RETURN r.seq_out AS out, r.status AS status ORDER BY r.seq_in")
    assert [row["status"] for row in rows] == ["flagged", "rebutted"]
    assert [row["out"] == times.OPEN_SEQ for row in rows] == [False, True]


def test_a_decision_is_published_at_once_while_a_load_goes_on(store: Store, found: str) -> None:
    with begin(store, "load", user="tester") as work:
        decision_id = decide(store, found, "rebut")
        view = store.view()
        assert view.pending == (work.number,)
        assert [told.state for told in decisions(view).decisions] == ["counted"]
        held = holding(store, "P-A", "P-B")
        seq_in = next(link["seq_in"] for link in open_links(store, "OWNS") if link["id"] == held)
        assert work.write_many("write/close_links[OWNS]", [{"id": held, "seq_in": seq_in}], touches="OWNS") == 1
        refused(lambda: propose(store, held, "rebut", "sold", FIRST), "not yet published is changing it", Conflict)
        work.publish()
    refused(lambda: propose(store, held, "rebut", "sold", FIRST), "is closed")
    assert one(store, decision_id).state == "counted"


def test_an_approval_of_a_link_that_a_load_is_closing_is_refused(store: Store) -> None:
    held = holding(store, "P-A", "P-B")
    decision_id = propose(store, held, "rebut", "sold", FIRST)
    seq_in = next(link["seq_in"] for link in open_links(store, "OWNS") if link["id"] == held)
    with begin(store, "load", user="tester") as work:
        work.write_many("write/close_links[OWNS]", [{"id": held, "seq_in": seq_in}], touches="OWNS")
        refused(lambda: approve(store, decision_id, SECOND), "not yet published is changing it", Conflict)
    assert approve(store, decision_id, SECOND) == decision_id  # the load was swept: the link is as it was


def test_a_run_leaves_alone_what_a_person_decides_meanwhile(
    store: Store, tmp_path: Path, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run has read the link undecided and finds other amounts; then it is decided; then the run writes."""
    pay(store, 70)

    def decided_meanwhile(*given: Any) -> dict[str, int]:
        decide(store, found, "confirm")
        return write(*given)

    monkeypatch.setattr("api.services.run.write", decided_meanwhile)
    make(store, tmp_path, rules=CHINA)
    (link,) = open_links(store, "DEPENDS_ON")
    assert (link["status"], link["part_amount"]) == ("confirmed", 60)
    monkeypatch.undo()
    make(store, tmp_path, rules=CHINA)
    (link,) = open_links(store, "DEPENDS_ON")
    assert (link["status"], link["part_amount"]) == ("flagged", 70)


def test_a_decision_on_a_finding_goes_along_when_its_party_is_joined(store: Store, tmp_path: Path, found: str) -> None:
    decision_id = decide(store, found, "confirm")
    told = {"kind": "company", "uscc": "U9"}
    load(store, records({"key": "9", "name": "公司D", **told}, source="core"))
    joined = ids.party_id(key("9", source="core"))
    ask(store, "MATCH (p:Party {party_id: $id}) SET p.seq_in = 0", id=joined)  # the older one: the other goes into it
    record = {"record_id": ids.source_key("hand", "party", "P-D"), "source": "hand", "table": "party", "key": "P-D"}
    report = load(store, records({**record, "name": "公司D", **told}, source="hand", table="party"))
    assert report.joined_parties == 1
    item = one(store, decision_id)
    assert (item.state, item.start.party_id, item.link_id) == ("counted", joined, found)
    make(store, tmp_path, rules=CHINA)
    (link,) = open_links(store, "DEPENDS_ON")
    assert (link["id"], link["status"]) == (found, "confirmed")
    (answer,) = (i for i in party(store.view(), "P-A").sections.groups.items if i.kind == "connected")
    assert {member.status for member in group(store.view(), answer.group_id).members} == {"confirmed"}


@pytest.mark.parametrize(("point", "kept"), [(2, False), (1, True)])
def test_an_approval_killed_at_its_commit_is_whole_or_nothing(
    store: Store, connection: Connection, found: str, point: int, kept: bool
) -> None:
    decision_id = propose(store, found, "rebut", "a refund", FIRST)
    env = os.environ | {
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
        "NEO4J_DATABASE": connection.database,
    }
    command = [sys.executable, "-m", "tests.contract.killed_decision", decision_id, str(point)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert one(store, decision_id).state == ("counted" if kept else "pending")
    assert len(open_links(store, "DEPENDS_ON")) == 1
    assert approve(store, decision_id, SECOND) == decision_id
    assert one(store, decision_id).state == "counted"
