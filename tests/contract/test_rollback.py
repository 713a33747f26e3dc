"""Rolling back: the present is as before the load, and every earlier number answers as it did."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from graph import ids, model, times
from graph import rollback as rollback_module
from graph.errors import BadInput, Conflict, NotFound
from graph.links import change_link
from graph.publishing import Work, begin, small_write
from graph.rollback import rollback
from graph.store import Store, Tx
from loaders.canonical import Batch
from loaders.plan import changed_row
from tests.contract.deciding import decide
from tests.contract.loads import ask, history, load, party, party_of, seen, shares
from tests.contract.test_loading import BRANCH, COMPANY, PERSON, bank, owns, spouses
from tests.loaders.given import key, links, nodes, records

pytestmark = pytest.mark.contract


def attributes(store: Store) -> list[Any]:
    rows = ask(
        store,
        "MATCH (n) WHERE n.seq_out = 9007199254740991 AND NOT n:Group RETURN labels(n) AS l, properties(n) AS p",
    )
    own = [(sorted(r["l"]), sorted((k, v) for k, v in r["p"].items() if k != "absent")) for r in rows]
    return sorted(own, key=repr)


def changed() -> list[Batch]:
    """As `bank`, but one link changed, one gone and one new; a name changed; a node, a party and a branch new."""
    return [
        records(COMPANY | {"name": "北洋有限公司", "roles": []}, {"key": "5", "kind": "person", "name": "New"}),
        nodes("Branch", {"key": "B2", "name": "New"}),
        links("OWNS", owns(0.7), owns(0.1, "r2", "5", "1")),
        links(
            "BELONGS_TO",
            {"start": key("1"), "end": key("B2", table="BRANCH")},
            ends=("Party", "Branch"),
            table="CUSTOMER",
        ),
    ]


def test_a_rollback_puts_everything_back_and_the_past_stays(store: Store) -> None:
    load(store, *bank())
    before, now = attributes(store), seen(store)
    report = load(store, *changed(), mode="full", allow_closing=True)
    assert seen(store) != now
    past = history(store)
    rollback(store, report.load_id, "tester")
    assert seen(store) == now
    assert attributes(store) == before
    after = history(store)
    assert {number: after[number] for number in past} == past
    states = {r["id"]: r["state"] for r in ask(store, "MATCH (w:LoadRun) RETURN w.load_id AS id, w.state AS state")}
    assert states[report.load_id] == "rolled_back"
    again = load(store, *changed(), mode="full", allow_closing=True)
    assert again.changes["OWNS"].created == 1


def test_two_loads_are_rolled_back_one_after_the_other(store: Store) -> None:
    first = load(store, *bank())
    state = [(seen(store), attributes(store))]
    second = load(store, *changed(), mode="full", allow_closing=True)
    state.append((seen(store), attributes(store)))
    third = load(store, *bank(0.9, name="第三"), mode="full", allow_closing=True)
    past = history(store)
    with pytest.raises(Conflict, match=f"{third.load_id} was published after it"):
        rollback(store, second.load_id, "tester")
    rollback(store, third.load_id, "tester")
    assert (seen(store), attributes(store)) == state[1]
    rollback(store, second.load_id, "tester")
    assert (seen(store), attributes(store)) == state[0]
    rollback(store, first.load_id, "tester")
    assert (seen(store), attributes(store)) == ([], [])
    after = history(store)
    assert {number: after[number] for number in past} == past


def test_a_join_is_undone(store: Store) -> None:
    load(store, *spouses("ID:4"))
    before = (seen(store), attributes(store))
    report = load(store, *spouses("ID:3"))
    assert party_of(store, key("3", table="PERSON")) == party_of(store, key("4", table="PERSON"))
    rollback(store, report.load_id, "tester")
    assert (seen(store), attributes(store)) == before


def test_what_a_person_corrected_since_stays_corrected(store: Store) -> None:
    """The load's other values go; what an earlier load said comes back when that one's successor is undone, too."""
    first = COMPANY | {"name": "甲", "industry": "A", "size": "R1"}
    load(store, records(first))
    second = load(store, records(first | {"name": "乙", "industry": "B", "size": "R2"}))
    third = load(store, records(first | {"name": "丙", "industry": "C", "size": "R3"}))
    party_id = str(party_of(store, key("1")))
    properties = party(store, party_id)
    row = changed_row(party_id, {"name": "改正"}, properties)
    small_write(store, "officer", lambda tx: tx.rows("write/set_attributes[Party]", [row]), "correct")
    for report, left in ((third, ("改正", "B", "R2")), (second, ("改正", "A", "R1"))):
        rollback(store, report.load_id, "tester")
        now = party(store, party_id)
        assert (now["name"], now["industry"], now["size"]) == left


def redirects(store: Store) -> list[Any]:
    return ask(store, "MATCH (p:Party) WHERE p.joined_into IS NOT NULL RETURN p.party_id AS id, p.joined_into AS into")


@pytest.mark.parametrize("undo", ["rollback", "sweep"])
def test_a_parting_is_undone_and_the_joined_party_leads_on(
    store: Store, undo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(store, *spouses("ID:4"))
    load(store, *spouses("ID:3"))
    before = (seen(store), closed_too(store), redirects(store))
    assert before[2]
    renamed = spouses("ID:4")
    renamed[-2] = records(
        {"key": "3", "kind": "person", "name": "甲", "certificate": "ID:3"},
        {"key": "4", "kind": "company", "name": "丁", "certificate": "ID:4"},
        table="PERSON",
    )
    if undo == "rollback":
        report = load(store, *renamed)
        assert redirects(store) == []
        assert "丁" in {dict(values).get("name") for _, values in attributes(store)}
        rollback(store, report.load_id, "tester")
    else:
        monkeypatch.setattr(Work, "publish", _power)
        with pytest.raises(RuntimeError, match="power"):
            load(store, *renamed)
    assert (seen(store), closed_too(store), redirects(store)) == before


def _power(*_: object, **__: object) -> None:
    raise RuntimeError("power")


def closed_too(store: Store) -> list[Any]:
    """Labels and attributes of every node, known or not."""
    rows = ask(store, "MATCH (n:Party) RETURN labels(n) AS l, properties(n) AS p")
    left = {"absent", "seq_in", "seq_out"}
    return sorted(
        ((sorted(r["l"]), sorted((k, v) for k, v in r["p"].items() if k not in left)) for r in rows), key=repr
    )


@pytest.mark.parametrize(("share", "status"), [(0.5, "rebutted"), (0.6, "confirmed")])
def test_a_decision_since_the_load_stays_with_the_same_share(store: Store, share: float, status: str) -> None:
    """Made for 60%, it does not hold for the 50% that come back: it waits for a second person again."""
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5)))
    now = owns(share) | {"valid_from": 100}
    report = load(store, records(COMPANY, PERSON), links("OWNS", now, owns(0.1, "r2", "6")))
    links_now = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.id AS id, r.share AS share")
    for row in links_now:
        decide(store, row["id"], "rebut")
    rollback(store, report.load_id, "tester")
    rows = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.share AS share, r.status AS status")
    assert rows == [{"share": 0.5, "status": status}]


def test_a_link_that_a_person_closed_stays_closed(store: Store) -> None:
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5)))
    report = load(store, records(COMPANY, PERSON), links("OWNS", owns(0.6)))
    link = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")[0]["id"]
    small_write(store, "officer", lambda tx: change_link(tx, link, None), "close")
    rollback(store, report.load_id, "tester")
    assert shares(store) == {}


def test_a_link_that_a_person_closes_while_the_rollback_goes_on_stays_closed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5)))
    report = load(store, records(COMPANY, PERSON), links("OWNS", owns(0.6)))
    link = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")[0]["id"]
    undo = rollback_module._undo_links

    def after_a_person(work: Work, kind: model.LinkType, number: int) -> None:
        if kind.type == "OWNS":
            small_write(store, "officer", lambda tx: change_link(tx, link, None), "close")
        undo(work, kind, number)

    monkeypatch.setattr(rollback_module, "_undo_links", after_a_person)
    rollback(store, report.load_id, "tester")
    assert shares(store) == {}


def test_a_decision_that_comes_while_the_rollback_waits_for_the_link_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The officer's write holds the link's lock: what the rollback found before it waited is no longer so."""
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5)))
    report = load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5) | {"valid_from": 100}))
    link = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")[0]["id"]
    undo = rollback_module._undo_links
    held, going_on = threading.Event(), threading.Event()

    def decide_slowly(tx: Tx) -> None:
        change_link(tx, link, {"status": "rebutted", "decided": "D-1", "stated": "confirmed"})
        held.set()
        going_on.wait(60)

    def beside_a_person(work: Work, kind: model.LinkType, number: int) -> None:
        if kind.type != "OWNS":
            undo(work, kind, number)
            return
        with ThreadPoolExecutor(2) as pool:
            person = pool.submit(small_write, store, "officer", decide_slowly, "decide")
            assert held.wait(60)
            undoing = pool.submit(undo, work, kind, number)
            with pytest.raises(TimeoutError):
                undoing.result(1)
            going_on.set()
            person.result()
            undoing.result()

    monkeypatch.setattr(rollback_module, "_undo_links", beside_a_person)
    rollback(store, report.load_id, "tester")
    rows = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.status AS status, r.decided AS by")
    assert rows == [{"status": "rebutted", "by": "D-1"}]


@pytest.mark.parametrize("ended", [True, False])
def test_the_day_that_a_person_ended_a_link_stays(store: Store, ended: bool) -> None:
    """A handover ends an assignment: the copy of what the load replaced ends then, too. A decision ends nothing."""
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5)))
    report = load(store, records(COMPANY, PERSON), links("OWNS", owns(0.6) | {"valid_to": 20_300}))
    link = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")[0]["id"]
    changes = {"valid_to": 20_200} if ended else {"status": "flagged"}
    small_write(store, "officer", lambda tx: change_link(tx, link, changes), "hand over")
    rollback(store, report.load_id, "tester")
    rows = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.share AS share, r.valid_to AS until")
    assert rows == [{"share": 0.5, "until": 20_200 if ended else times.UNTIL_FURTHER}]


def test_scope_of_the_branch_comes_back_and_that_of_groups_stays(store: Store) -> None:
    load(store, *bank())
    report = load(store, *changed(), mode="full", allow_closing=True)
    company = ids.party_id(key("1"))
    ask(store, "MATCH (p:Party {party_id: $id}) SET p.scope = p.scope + 'group:G'", id=company)
    rollback(store, report.load_id, "tester")
    assert party(store, company)["scope"] == [f"branch:{BRANCH}", "group:G"]


def test_runs_since_the_load_become_stale(store: Store) -> None:
    load(store, *bank())
    report = load(store, *bank(0.7))
    for input_seq in (report.published_seq - 2, report.published_seq):
        with begin(store, "run", user="tester", properties={"input_seq": input_seq}) as run:
            run.publish()
    rollback(store, report.load_id, "tester")
    rows = ask(store, "MATCH (r:AnalysisRun) RETURN r.stale AS stale ORDER BY r.input_seq")
    assert [r["stale"] for r in rows] == [None, True]


def test_what_cannot_be_rolled_back_says_why(store: Store) -> None:
    report = load(store, *bank())
    with pytest.raises(NotFound, match="no load 'load-x'"):
        rollback(store, "load-x", "tester")
    rollback(store, report.load_id, "tester")
    with pytest.raises(Conflict, match="was rolled back already"):
        rollback(store, report.load_id, "tester")
    undone = ask(store, "MATCH (w:LoadRun {kind: 'rollback'}) RETURN w.load_id AS id, w.undoes AS undoes")[0]
    assert undone["undoes"] == report.load_id
    with pytest.raises(BadInput, match="only loads"):
        rollback(store, undone["id"], "tester")


def test_a_failed_rollback_leaves_the_load_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    load(store, *bank())
    report = load(store, *changed(), mode="full", allow_closing=True)
    before = (seen(store), attributes(store))

    def fails(*_: object) -> None:
        raise RuntimeError("power")

    monkeypatch.setattr("graph.rollback._undo_attributes", fails)
    with pytest.raises(RuntimeError, match="power"):
        rollback(store, report.load_id, "tester")
    assert (seen(store), attributes(store)) == before
    monkeypatch.undo()
    rollback(store, report.load_id, "tester")
    assert (seen(store), attributes(store)) != before
