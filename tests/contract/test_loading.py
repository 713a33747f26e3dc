"""Loads into a real store: what differs is written, nothing else; parties join and part; nothing is lost silently."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from api.services.decide import approve
from api.services.decisions import decision
from api.services.tags import add_tag, tags
from graph import ids, times
from graph.errors import Conflict
from graph.publishing import Busy, begin
from graph.rollback import rollback
from graph.store import Store
from loaders import apply
from loaders.canonical import Batch
from tests.contract.deciding import SECOND, decide
from tests.contract.loads import ask, contents, history, load, party, party_of, shares
from tests.loaders.given import key, links, nodes, records

pytestmark = pytest.mark.contract

COMPANY = {"key": "1", "kind": "company", "name": "南洋商业有限公司", "uscc": "U1", "roles": ["Customer"]}
PERSON = {"key": "2", "kind": "person", "name": "曾国藩", "certificate": "ID:1"}
BRANCH = key("B1", table="BRANCH")


def owns(share: float | None, row: str = "r1", start: str = "2", end: str = "1") -> dict[str, Any]:
    return {"start": key(start), "end": key(end), "share": share, "row": row}


def bank(share: float | None = 0.5, **company: Any) -> list[Batch]:
    return [
        records(COMPANY | company, PERSON),
        nodes("Branch", {"key": "B1", "name": "Main"}),
        links("OWNS", owns(share)),
        links("BELONGS_TO", {"start": key("1"), "end": BRANCH}, ends=("Party", "Branch"), table="CUSTOMER"),
    ]


def test_a_first_load_makes_parties_with_names_labels_and_scope(store: Store) -> None:
    report = load(store, *bank())
    company = party(store, ids.party_id(key("1")))
    assert company["labels"] == ["Company", "Customer"]
    assert company["name"] == "南洋商业有限公司"
    assert company["scope"] == [f"branch:{BRANCH}"]
    assert "nanyangshangyeyouxiangongsi" in company["pinyin"]
    assert party(store, ids.party_id(key("2")))["pinyin"][:3] == ["zengguofan", "zeng guo fan", "zgf"]
    assert [(t.table, t.read, t.loaded, t.unchanged) for t in report.tables] == [
        ("CUSTOMER", 2, 2, 0),
        ("BRANCH", 1, 1, 0),
        ("RELATIVE", 1, 1, 0),
    ]


@pytest.mark.parametrize("mode", ["merge", "full", "delta"])
def test_the_same_load_twice_changes_nothing(store: Store, mode: str) -> None:
    load(store, *bank(None))
    before = contents(store)
    report = load(store, *bank(None), mode=mode)
    assert contents(store) == before
    assert all(t.loaded == 0 and t.unchanged == t.read for t in report.tables)
    assert not any(change.touched for change in report.changes.values())


def test_a_new_day_of_the_same_data_changes_nothing(store: Store) -> None:
    load(store, *bank())
    before = contents(store)
    later = [
        Batch(b.target, b.frame.with_columns(data_day=pl.lit(20_001, pl.Int64)), b.source, b.table) for b in bank()
    ]
    load(store, *later)
    assert contents(store) == before


def test_a_changed_link_keeps_its_id_and_its_past(store: Store) -> None:
    first = load(store, *bank(0.5))
    second = load(store, *bank(0.6))
    assert shares(store, seq=first.published_seq) == {(key("2"), key("1")): 0.5}
    assert shares(store, seq=second.published_seq) == {(key("2"), key("1")): 0.6}
    rows = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id, r.seq_in AS a, r.seq_out AS b ORDER BY a")
    assert rows[0]["id"] == rows[1]["id"]
    assert (rows[0]["b"], rows[1]["b"]) == (second.number, times.OPEN_SEQ)


def test_changed_attributes_leave_a_version(store: Store) -> None:
    load(store, *bank())
    load(store, *bank(name="北洋有限公司"))
    assert party(store, ids.party_id(key("1")))["name"] == "北洋有限公司"
    versions = ask(store, "MATCH (v:Version {of_label: 'Party'}) RETURN v.values AS v")
    assert "南洋商业有限公司" in versions[0]["v"]


def test_what_the_entries_do_not_speak_of_stays(store: Store) -> None:
    load(store, records(COMPANY | {"country": "CN"}))
    load(store, records({"key": "1", "kind": "company", "rating": "AA", "roles": ["Customer"]}))
    found = party(store, ids.party_id(key("1")))
    assert (found["name"], found["country"], found["rating"], found["uscc"]) == ("南洋商业有限公司", "CN", "AA", "U1")
    load(store, records({"key": "1", "kind": "company", "rating": None, "roles": ["Customer"]}))
    assert "rating" not in party(store, ids.party_id(key("1")))


def test_source_order_decides_and_the_other_stays_as_evidence(store: Store) -> None:
    core = records(
        {"key": "9", "kind": "company", "name": "NY", "name_en": "Nanyang", "uscc": "U1"}, source="core", priority=20
    )
    load(store, core)
    load(store, *bank())
    first = party_of(store, key("9", "core"))
    assert first == party_of(store, key("1")) == ids.party_id(key("9", "core"))
    assert first is not None
    found = party(store, first)
    assert (found["name"], found["name_en"]) == ("南洋商业有限公司", "Nanyang")
    evidence = ask(store, "MATCH (s:SourceRecord {source: 'core'}) RETURN s.name AS name")
    assert evidence == [{"name": "NY"}]


def spouses(certificate: str) -> list[Batch]:
    people = [
        {"key": "3", "kind": "person", "name": "甲", "certificate": "ID:3"},
        {"key": "4", "kind": "person", "name": "甲", "certificate": certificate},
    ]
    kin = {"start": key("4"), "end": key("2"), "relation": "spouse"}
    return [
        *bank(),
        records(*people, table="PERSON"),
        links("KIN_OF", kin | {"start": key("4", table="PERSON")}, table="KIN"),
    ]


def test_parties_join_and_part_again(store: Store) -> None:
    third, fourth = key("3", table="PERSON"), key("4", table="PERSON")
    load(store, *spouses("ID:4"))
    apart = (party_of(store, third), party_of(store, fourth))
    assert apart[0] != apart[1]
    report = load(store, *spouses("ID:3"))
    assert report.joined_parties == 1
    winner = party_of(store, third)
    assert winner == party_of(store, fourth) == min(a for a in apart if a)
    loser = next(a for a in apart if a and a != winner)
    gone = party(store, loser)
    assert (gone["joined_into"], gone["seq_out"]) == (winner, report.number)
    ends = ask(store, "MATCH (a)-[r:KIN_OF]->() WHERE r.seq_out > 1000000 RETURN a.party_id AS a, r.from_key AS k")
    assert ends == [{"a": winner, "k": fourth}]
    before = contents(store)
    load(store, *spouses("ID:3"))
    assert contents(store) == before
    load(store, *spouses("ID:4"))
    assert (party_of(store, third), party_of(store, fourth)) == apart
    back = party(store, loser)
    assert "joined_into" not in back
    assert back["seq_out"] == times.OPEN_SEQ
    ends = ask(store, "MATCH (a)-[r:KIN_OF]->() WHERE r.seq_out > 1000000 RETURN a.party_id AS a, r.from_key AS k")
    assert ends == [{"a": party_of(store, fourth), "k": fourth}]


def test_what_is_written_while_two_parties_are_joined_goes_along(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One tag comes before the links of the party are moved, one between that and its closing."""
    third, fourth = key("3", table="PERSON"), key("4", table="PERSON")
    load(store, *spouses("ID:4"))
    loser = max(str(party_of(store, third)), str(party_of(store, fourth)))
    for step, word in (("_move", "early"), ("_close_links", "late")):
        proper = getattr(apply, step)

        def with_tag(*told: Any, proper: Any = proper, word: str = word) -> None:
            add_tag(store.view(), loser, word, "wang")
            proper(*told)

        monkeypatch.setattr(apply, step, with_tag)
    assert load(store, *spouses("ID:3")).joined_parties == 1
    assert {one.text for one in tags(store.view(), str(party_of(store, third))).tags} == {"early", "late"}


def test_full_closes_what_is_gone_and_merge_only_tells(store: Store) -> None:
    people = [{"key": str(n), "kind": "person", "name": f"P{n}"} for n in range(10, 50)]
    stakes = [owns(0.01, f"r{n}", str(n), "1") for n in range(10, 50)]
    load(store, records(COMPANY, *people), links("OWNS", *stakes))
    fewer = [records(COMPANY, *people[1:]), links("OWNS", *stakes[1:])]
    report = load(store, *fewer)
    assert (report.changes["OWNS"].missing, report.changes["OWNS"].closed) == (1, 0)
    assert any("--full" in text for text in report.warnings)
    assert len(shares(store)) == 40
    report = load(store, *fewer, mode="full")
    assert (report.changes["OWNS"].closed, report.changes["SourceRecord"].closed) == (1, 1)
    assert len(shares(store)) == 39
    assert party(store, ids.party_id(key("10")))["seq_out"] == report.number
    load(store, records(COMPANY, *people), links("OWNS", *stakes), mode="full")
    assert len(shares(store)) == 40
    assert party(store, ids.party_id(key("10")))["seq_out"] == times.OPEN_SEQ


def test_full_refuses_a_truncated_table_and_leaves_the_store_alone(store: Store) -> None:
    stakes = [owns(0.01, f"r{n}", str(n), "1") for n in range(10, 50)]
    load(store, records(COMPANY), links("OWNS", *stakes))
    before = contents(store)
    with pytest.raises(Conflict, match=r"20 of the 40 OWNS from credit RELATIVE.*--allow-closing"):
        load(store, records(COMPANY), links("OWNS", *stakes[:20]), mode="full")
    assert contents(store) == before
    load(store, records(COMPANY), links("OWNS", *stakes[:20]), mode="full", allow_closing=True)
    assert len(shares(store)) == 20


def test_a_row_that_names_another_end_closes_what_it_said_before(store: Store) -> None:
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5)))
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5, start="7"), whole=False), mode="delta")
    assert shares(store) == {(key("7"), key("1")): 0.5}


def test_a_decision_outlives_reloads_and_waits_again_when_the_share_changes(store: Store) -> None:
    def now() -> list[dict[str, Any]]:
        return ask(
            store,
            "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000"
            " RETURN r.status AS s, r.stated AS stated, r.share AS share, r.valid_from AS since",
        )

    load(store, *bank(0.5))
    link = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")[0]["id"]
    decision_id = decide(store, link, "rebut")
    load(store, *bank(0.5))
    load(store, links("OWNS", owns(0.5) | {"valid_from": 100}))
    assert now() == [{"s": "rebutted", "stated": "confirmed", "share": 0.5, "since": 100}]
    assert decision(store.view(), decision_id).decision.state == "counted"
    report = load(store, links("OWNS", owns(0.7) | {"valid_from": 100}))
    assert now() == [{"s": "confirmed", "stated": None, "share": 0.7, "since": 100}]
    item = decision(store.view(), decision_id).decision
    assert item.state == "pending"
    assert item.note == "approved for 50%, but the link says 70% now: waits for a second person again"
    rollback(store, report.load_id, "tester")
    assert decision(store.view(), decision_id).decision.state == "counted"
    load(store, links("OWNS", owns(0.7)))
    approve(store, decision_id, SECOND, decision(store.view(), decision_id).decision.link_version)
    assert [row["s"] for row in now()] == ["rebutted"]
    assert decision(store.view(), decision_id).decision.figures == "70%"


def test_a_decision_binds_to_what_a_row_says_and_not_to_the_row(store: Store) -> None:
    load(store, *bank(0.5))
    (old,) = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")
    decision_id = decide(store, old["id"], "rebut")
    load(store, records(COMPANY, PERSON), links("OWNS", owns(0.5, "r9")), mode="full", allow_closing=True)
    (link,) = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.id AS id, r.status AS s")
    assert link["id"] != old["id"]
    assert link["s"] == "rebutted"
    item = decision(store.view(), decision_id).decision
    assert (item.state, item.link_id) == ("counted", link["id"])
    load(store, links("OWNS", owns(0.6, "r10")))
    rows = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.status AS s, r.share AS share")
    assert {row["share"]: row["s"] for row in rows} == {0.5: "rebutted", 0.6: "confirmed"}


def test_a_decision_made_during_a_load_that_changes_the_link(store: Store) -> None:
    """Its number is larger than the load's, which changes the link after it; and the load can be rolled back."""
    load(store, *bank(0.5))
    link = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")[0]["id"]
    with begin(store, "load", user="tester", properties={"mapping": "by hand"}) as work:
        decision_id = decide(store, link, "rebut")
        (row,) = ask(
            store, "MATCH (a)-[r:OWNS]->(b) WHERE r.seq_out > 1000000 RETURN a.party_id AS a, b.party_id AS b, r"
        )
        kept = {k: v for k, v in dict(row["r"]).items() if k not in ("seq_in", "seq_out", "decided", "stated")}
        changed = {"from": row["a"], "to": row["b"], "properties": {**kept, "status": "confirmed", "valid_from": 7}}
        assert work.write_many("write/replace_links[OWNS:Party:Party]", [changed], touches="OWNS") == 1
        assert decision(store.view(), decision_id).decision.state == "counted"
        work.publish()
    assert decision(store.view(), decision_id).decision.state == "counted"
    refreshed = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.status AS s, r.valid_from AS f")
    assert refreshed == [{"s": "rebutted", "f": 7}]
    rollback(store, work.id, "tester")
    back = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.status AS s, r.valid_from AS f")
    assert back == [{"s": "rebutted", "f": times.SINCE_EVER}]
    decide(store, link, "reopen")
    back = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.status AS s, r.decided AS d")
    assert back == [{"s": "confirmed", "d": None}]


def test_a_second_load_is_refused_and_names_the_first(store: Store) -> None:
    with begin(store, "load", user="first") as work:
        with pytest.raises(Busy, match=f"{work.id} of user 'first'"):
            load(store, *bank())
        work.publish()


def test_parties_known_by_links_alone_are_made(store: Store) -> None:
    load(
        store, links("OWNS", owns(None, start="77", end="78")), links("KIN_OF", {"start": key("77"), "end": key("79")})
    )
    assert party(store, ids.party_id(key("77")))["labels"] == ["Person"]
    assert party(store, ids.party_id(key("78")))["labels"] == ["Company"]
    load(store, records({"key": "78", "kind": "company", "name": "X"}))
    assert party(store, ids.party_id(key("78")))["name"] == "X"


def test_an_export_keeps_its_party_ids(store: Store) -> None:
    given = "P-ABCDEFGHIJKLMNOP"
    load(store, records({"key": "1", "kind": "company", "party_id": given}, {"key": "2", "party_id": "their own"}))
    assert party_of(store, key("1")) == given
    assert party_of(store, key("2")) == ids.party_id(key("2"))


def test_scope_follows_the_branch(store: Store) -> None:
    load(store, *bank())
    moved = links(
        "BELONGS_TO",
        {"start": key("1"), "end": key("B2", table="BRANCH"), "row": "1"},
        ends=("Party", "Branch"),
        table="CUSTOMER",
    )
    company = ids.party_id(key("1"))
    load(store, nodes("Branch", {"key": "B2", "name": "New"}, whole=False), moved)
    assert party(store, company)["scope"] == sorted([f"branch:{BRANCH}", f"branch:{key('B2', table='BRANCH')}"])


def test_the_same_question_as_known_on_three_days(store: Store) -> None:
    """A holds 40%, later 60% (known from the second day on), and from the third day on sold it all to C."""
    one = load(store, records(COMPANY, PERSON), links("OWNS", owns(0.4)))
    two = load(store, records(COMPANY, PERSON), links("OWNS", owns(0.6)))
    three = load(store, records(COMPANY, PERSON), links("OWNS", owns(0.6, start="5")))
    day = 86_400_000
    for back, report in ((30, one), (20, two), (10, three)):
        ask(
            store,
            "MATCH (p:Published {seq: $seq}) SET p.at = $at",
            seq=report.published_seq,
            at=times.now_ms() - back * day,
        )
    ask(store, "MATCH (p:Published {seq: 0}) SET p.at = 0")
    today = times.to_day(times.today(store.zone))
    answers = [shares(store, known_on=times.from_day(today - back)) for back in (40, 30, 25, 20, 15, 10, 0)]
    first, second, third = {(key("2"), key("1")): 0.4}, {(key("2"), key("1")): 0.6}, {(key("5"), key("1")): 0.6}
    assert answers == [{}, first, first, second, second, third, third]
    assert list(history(store)) == [0, one.published_seq, two.published_seq, three.published_seq]
