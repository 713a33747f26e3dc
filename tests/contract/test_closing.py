"""What a load takes for gone: what its tables truly no longer have, whatever names its keys; and what comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph import ids, times
from graph.errors import BadInput, Conflict
from graph.schema import apply_schema
from graph.store import Store
from loaders.canonical import Batch, Unread
from loaders.engine import GivenBatches, load_reading
from loaders.engine import load as load_from
from loaders.exchange_export import export_exchange
from loaders.report import LoadOptions, LoadReport
from tests.contract.conftest import empty
from tests.contract.deciding import decide
from tests.contract.loads import ask, contents, load, party, party_of, shares
from tests.contract.test_loading import COMPANY, PERSON, owns
from tests.loaders.given import key, links, nodes, records

pytestmark = pytest.mark.contract


def open_ends(store: Store, link_type: str) -> list[tuple[str, str]]:
    """The source keys of the ends of the open links of a type."""
    rows = ask(
        store,
        "MATCH ()-[r]->() WHERE type(r) = $type AND r.seq_out = $open RETURN r.from_key AS a, r.to_key AS b",
        type=link_type,
        open=times.OPEN_SEQ,
    )
    return sorted((row["a"], row["b"]) for row in rows)


def open_keys(store: Store, label: str, name: str) -> list[str]:
    rows = ask(
        store,
        f"MATCH (n:{label}) WHERE n.seq_out = $open RETURN n.{name} AS key ORDER BY key",
        open=times.OPEN_SEQ,
    )
    return [row["key"] for row in rows]


def with_unread(store: Store, unread: Unread, *batches: Batch, **options: Any) -> LoadReport:
    return load_reading(store, GivenBatches(batches, unread=unread), LoadOptions(user="tester", **options))


def holders(*numbers: int) -> list[Batch]:
    """A company and as many persons, each with a holding."""
    people = [{"key": str(n), "kind": "person", "name": f"P{n}"} for n in numbers]
    return [records(COMPANY, *people), links("OWNS", *(owns(0.01, f"r{n}", str(n)) for n in numbers))]


def test_full_closes_links_whose_keys_name_another_table_than_theirs(store: Store) -> None:
    here, there = (
        [replace(links("OWNS", owns(0.1, f"{t}{n}", str(n)), table="DETAIL"), table=t) for n in range(10, 40)]
        for t in ("DETAIL", "HISTORY")
    )
    load(store, *here, *there)
    load(store, *here, *there[1:], mode="full")
    assert len(open_ends(store, "OWNS")) == 59


def test_full_refuses_a_table_that_is_empty_now(store: Store) -> None:
    load(store, *holders(10, 11), nodes("Branch", {"key": "B1"}))
    everything = [*holders(10, 11), nodes("Branch", {"key": "B1"})]
    for at, told in ((0, "records from credit CUSTOMER"), (1, "OWNS from credit"), (2, "Branch from credit")):
        left = [replace(b, frame=b.frame.clear()) if i == at else b for i, b in enumerate(everything)]
        with pytest.raises(Conflict, match=told):
            load(store, *left, mode="full")
    load(store, *(replace(b, frame=b.frame.clear()) for b in everything), mode="full", allow_closing=True)
    assert not open_ends(store, "OWNS")
    assert not open_keys(store, "Branch", "branch_id")


def test_full_closes_what_is_written_under_the_name_of_another_table(store: Store) -> None:
    def accounts(*numbers: int) -> Batch:
        made = nodes("Account", *({"key": str(n), "outside": True} for n in numbers), table="OUTSIDE")
        return replace(made, table="PAYMENTS", owner=("credit", "OUTSIDE"))

    def staff(*numbers: int) -> Batch:
        made = records(*({"key": str(n), "kind": "person"} for n in numbers), table="PERSON")
        return replace(made, table="STAFF", owner=("credit", "PERSON"))

    load(store, accounts(*range(30)), staff(*range(30)))
    report = load(store, accounts(*range(29)), staff(*range(29)), mode="full")
    assert (report.changes["Account"].closed, report.changes["SourceRecord"].closed) == (1, 1)
    load(store, replace(accounts(0), frame=accounts(0).frame.clear()), mode="full", allow_closing=True)
    assert open_keys(store, "Account", "account_id") == []


@pytest.mark.parametrize("mode", ["merge", "full"])
def test_what_a_rejected_row_describes_stays_and_is_not_missing(store: Store, mode: str) -> None:
    load(store, *holders(10, 11), nodes("Branch", {"key": "B1"}, {"key": "B2"}))
    before = contents(store)
    rejected = {"SourceRecord": {key("11")}, "OWNS": {"RELATIVE:r11"}, "Branch": {key("B2", table="BRANCH")}}
    left = [*holders(10), nodes("Branch", {"key": "B1"})]
    report = with_unread(store, Unread(rejected), *left, mode=mode)
    assert contents(store) == before
    assert not any(change.missing or change.kept for change in report.changes.values())


def test_what_an_unreadable_row_may_describe_stays_unless_told(store: Store) -> None:
    load(store, *holders(*range(10, 50)))
    before = contents(store)
    unclear = Unread(unclear={("SourceRecord", "credit", "CUSTOMER"), ("OWNS", "credit", "RELATIVE")})
    report = with_unread(store, unclear, *holders(*range(10, 49)), mode="full")
    assert contents(store) == before
    assert sum("may stand in rejected rows" in text for text in report.warnings) == 2
    report = with_unread(store, unclear, *holders(*range(10, 49)), mode="full", allow_closing=True)
    assert (report.changes["OWNS"].closed, report.changes["SourceRecord"].closed) == (1, 1)


def test_a_record_that_another_names_as_the_same_party_stays(store: Store) -> None:
    same = records(PERSON | {"same_as": key("7", table="ELSEWHERE")})
    load(store, same)
    before = contents(store)
    load(store, same, mode="full")
    assert contents(store) == before


def test_equals_without_keys_are_no_more_than_the_load_has(store: Store) -> None:
    def stakes(*values: float) -> Batch:
        return links("OWNS", *({"start": key("2"), "end": key("1"), "share": value} for value in values))

    posts = [{"start": key("2"), "end": key("1"), "post": post} for post in ("chair", "chair", "director")]
    load(store, records(COMPANY, PERSON), stakes(0.1, 0.2, 0.3, 0.4), links("EXECUTIVE_OF", *posts))
    load(store, stakes(0.4, 0.5), links("EXECUTIVE_OF", posts[0]))
    found = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.share AS s ORDER BY s")
    assert [row["s"] for row in found] == [0.4, 0.5]
    found = ask(store, "MATCH ()-[r:EXECUTIVE_OF]->() WHERE r.seq_out > 1000000 RETURN r.post AS p ORDER BY p")
    assert [row["p"] for row in found] == ["chair", "director"]


def test_delta_keeps_equals_that_it_does_not_name(store: Store) -> None:
    rows = [{"start": key("2"), "end": key("1"), "share": share} for share in (0.1, 0.2)]
    load(store, records(COMPANY, PERSON), links("OWNS", *rows))
    load(store, links("OWNS", rows[0], whole=False), mode="delta")
    assert len(open_ends(store, "OWNS")) == 2


def test_a_closed_record_comes_back_without_what_it_said_then(store: Store) -> None:
    old = {"key": "9", "kind": "company", "name": "旧", "uscc": "U9", "roles": ["Customer"], "flags": ["f"]}
    branches = [nodes("Branch", {"key": "B", "name": "Old"}), nodes("Branch", {"key": "A", "name": "Other"})]
    load(store, records(COMPANY, old), *branches)
    load(store, records(COMPANY), branches[1], mode="full", allow_closing=True)
    assert party(store, ids.party_id(key("9")))["seq_out"] < times.OPEN_SEQ
    at_branch = links("BELONGS_TO", {"start": key("9"), "end": key("B", table="BRANCH")}, ends=("Party", "Branch"))
    load(store, at_branch)
    record = ask(store, "MATCH (s:SourceRecord {record_id: $id}) RETURN properties(s) AS p", id=key("9"))[0]["p"]
    stub = {"record_id", "source", "table", "key", "priority", "data_day", "digest", "seq_in", "seq_out", "absent"}
    assert set(record) == stub
    assert ask(store, "MATCH (b:Branch {branch_id: $id}) RETURN b.name AS n", id=key("B", table="BRANCH")) == [
        {"n": None}
    ]
    again = party(store, ids.party_id(key("9")))
    assert (again["labels"], again.get("name"), again["seq_out"]) == ([], None, times.OPEN_SEQ)
    load(store, records({"key": "1", "kind": "company", "uscc": "U9"}, table="CORE"))
    assert party_of(store, key("1", table="CORE")) != party_of(store, key("9"))


def test_an_identifier_goes_with_the_last_link_that_names_it(store: Store) -> None:
    def phones(*used: tuple[str, str]) -> list[Batch]:
        numbers = sorted({number for _, number in used})
        made = nodes("Identifier", *({"key": n, "kind": "phone"} for n in numbers), source="identifier", table="phone")
        rows = [{"start": key(who), "end": f"identifier:phone:{n}", "row": who} for who, n in used]
        return [made, links("HAS_IDENTIFIER", *rows, ends=("Party", "Identifier"), table="PHONE")]

    def known() -> list[str]:
        return [k.rsplit(":", 1)[1] for k in open_keys(store, "Identifier", "identifier_id")]

    load(store, records(COMPANY, PERSON), *phones(("1", "11"), ("2", "11"), ("3", "33")))
    load(store, *phones(("1", "22")))
    assert known() == ["11", "22", "33"]
    load(store, *phones(("2", "22")))
    assert known() == ["22", "33"]
    load(store, *phones(("1", "22"), ("2", "22")), mode="full", allow_closing=True)
    assert known() == ["22"]


def test_a_decision_comes_back_with_its_link(store: Store) -> None:
    load(store, *holders(10, 11))
    link = ask(store, "MATCH ()-[r:OWNS {from_key: $key}]->() RETURN r.id AS id", key=key("11"))[0]["id"]
    decide(store, link, "rebut")
    load(store, *holders(10), mode="full", allow_closing=True)
    assert len(shares(store)) == 1
    for _ in range(2):
        load(store, *holders(10, 11))
        rows = ask(
            store,
            "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.status AS s, r.decided IS NULL AS n ORDER BY s",
        )
        assert rows == [{"s": "confirmed", "n": True}, {"s": "rebutted", "n": False}]


def test_a_decision_goes_along_with_a_moved_link(store: Store) -> None:
    def core(code: str) -> Batch:
        return records({"key": "9", "kind": "company", "uscc": code}, source="core")

    load(store, core("U9"))  # the older party, which the other is joined into
    load(store, *holders(10))
    link = ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id")[0]["id"]
    decide(store, link, "rebut")
    assert load(store, core("U1")).joined_parties == 1
    load(store, links("OWNS", owns(0.01, "r10", "10") | {"valid_from": 100}))
    rows = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.status AS s, r.valid_from AS since")
    assert rows == [{"s": "rebutted", "since": 100}]


def test_sums_are_never_replaced_by_parts_of_them_unseen(store: Store) -> None:
    def paid(amount: int, **how: Any) -> Batch:
        row = {"start": key("A", table="ACCOUNT"), "end": key("B", table="ACCOUNT"), "month": "2024-11"}
        return replace(links("TRANSFERS_TO", row | {"amount": amount}, ends=("Account", "Account"), **how), summed=True)

    load(store, paid(100))
    assert not load(store, paid(100)).warnings
    with pytest.raises(BadInput, match="--delta"):
        load(store, paid(5, whole=False), mode="delta")
    assert any("sum" in text for text in load(store, paid(5)).warnings)


def exchange(store: Store, folder: Path, **options: Any) -> LoadReport:
    return load_from(store, "exchange", folder, LoadOptions(user="tester", bulk="never", **options))


@pytest.mark.parametrize("mode", ["merge", "delta"])
def test_a_node_file_with_another_end_leaves_the_new_one_only(store: Store, tmp_path: Path, mode: str) -> None:
    before = {
        "account": "account,party,branch\nA1,P1,B1\nA2,P2,B1\n",
        "facility": "facility,borrower,branch\nF1,P1,B1\n",
        "drawdown": "drawdown,facility\nD1,F1\n",
        "staff": "staff,branch,team\nS1,B1,T1\n",
        "event": "event,party,staff\nE1,P1,S1\n",
        "party": "party,branch\nP1,B1\n",
    }
    for name, text in before.items():
        (tmp_path / f"{name}.csv").write_text(text)
    assert not any(table.rejected for table in exchange(store, tmp_path).tables)
    assert len(open_ends(store, "INVOLVED_IN")) == 2
    for name, text in before.items():
        changed = text.replace("B1", "B2").replace("T1", "T2").replace("P1", "P3")
        changed = changed.replace("D1,F1", "D1,F2") if name == "drawdown" else changed
        (tmp_path / f"{name}.csv").write_text(changed if name != "party" else text.replace("B1", "B2"))
    exchange(store, tmp_path, mode=mode)
    ends = {t: open_ends(store, t) for t in ("BELONGS_TO", "HAS_ACCOUNT", "BORROWS", "DRAWN_UNDER", "PART_OF")}
    bare = {t: [(a.rsplit(":")[-1], b.rsplit(":")[-1]) for a, b in pairs] for t, pairs in ends.items()}
    assert sorted(bare["BELONGS_TO"]) == [("A1", "B2"), ("A2", "B2"), ("F1", "B2"), ("P1", "B2"), ("S1", "B2")]
    assert bare["HAS_ACCOUNT"] == [("P2", "A2"), ("P3", "A1")]
    assert (bare["BORROWS"], bare["DRAWN_UNDER"], bare["PART_OF"]) == ([("P3", "F1")], [("D1", "F2")], [("S1", "T2")])
    assert [a.rsplit(":")[-1] for a, _ in open_ends(store, "INVOLVED_IN")] == ["P3", "S1"]


@pytest.mark.parametrize("mode", ["merge", "delta"])
def test_a_row_told_under_another_source_is_the_same_link(store: Store, tmp_path: Path, mode: str) -> None:
    file = tmp_path / "ownership.csv"
    file.write_text("owner,company,share,row_key,source\nP1,C1,0.5,r1,X\nP2,C1,0.2,r2,X\n")
    exchange(store, tmp_path)
    file.write_text("owner,company,share,row_key,source\nP1,C1,0.5,r1,Y\nP2,C1,0.3,r2,Y\n")
    change = exchange(store, tmp_path, mode=mode).changes["OWNS"]
    assert (change.created, change.changed, change.unchanged) == (0, 1, 1)
    rows = ask(store, "MATCH ()-[r:OWNS]->() WHERE r.seq_out > 1000000 RETURN r.source AS s, r.share AS h ORDER BY h")
    assert [(row["s"], row["h"]) for row in rows] == [("Y", 0.3), ("X", 0.5)]


def test_full_closes_what_a_smaller_export_no_longer_has(store: Store, tmp_path: Path) -> None:
    numbers = range(10, 50)
    accounts = nodes("Account", *({"key": str(n)} for n in numbers))
    load(store, *holders(*numbers), accounts)
    export_exchange(store.view(), tmp_path)
    empty(store)
    apply_schema(store)
    exchange(store, tmp_path)
    for name in ("ownership", "party", "account"):
        rows = (tmp_path / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (tmp_path / f"{name}.csv").write_text("".join(r for r in rows if ":49," not in r), encoding="utf-8")
    changes = exchange(store, tmp_path, mode="full").changes
    assert [changes[name].closed for name in ("OWNS", "SourceRecord", "Account")] == [1, 1, 1]


def test_full_keeps_what_rejected_rows_of_a_mapping_describe(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(
        "name: small\n"
        'sources: { s: { data_date: "2024-12-31" } }\n'
        "checks: { share: reject }\n"
        "tables: { FIRM: { key: NO }, STAKE: { key: NO } }\n"
        "entries:\n"
        "  - { party: company, table: FIRM, properties: { name: NAME } }\n"
        "  - link: OWNS\n"
        "    table: STAKE\n"
        "    from: { column: WHO, ref: FIRM }\n"
        "    to: { column: FIRM, ref: FIRM }\n"
        "    row_key: 'NO'\n"
        "    properties: { share: SHARE }\n",
        encoding="utf-8",
    )
    (tmp_path / "FIRM.csv").write_text("NO,NAME\n1,A\n2,B\n")
    stakes = tmp_path / "STAKE.csv"

    def full(rows: str) -> LoadReport:
        stakes.write_text("NO,WHO,FIRM,SHARE\n" + rows)
        options = LoadOptions(user="tester", mode="full", rejects="keep-going", bulk="never", allow_closing=True)
        return load_from(store, tmp_path / "mapping.yaml", tmp_path, options)

    full("a,1,2,0.5\nb,2,1,0.5\n")
    assert full("a,1,2,0.5\nb,2,1,much\n").changes["OWNS"].closed == 0
    assert full("a,1,2,0.5\n").changes["OWNS"].closed == 1
