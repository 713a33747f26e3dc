"""What is exported and loaded into an empty store is the same graph again, and exports to the same files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from api.services.run import run
from api.services.run_parameters import RunParameters
from graph import ids, model, times
from graph.connect import Connection
from graph.errors import BadInput
from graph.links import change_link
from graph.publishing import small_write
from graph.schema import apply_schema
from graph.store import Scope, Store
from loaders.canonical import Batch
from loaders.demo.generate import generate
from loaders.engine import load as load_from
from loaders.exchange_export import export_exchange
from loaders.report import LoadOptions
from tests.contract.conftest import empty
from tests.contract.deciding import decide
from tests.contract.loads import ask, load
from tests.loaders.given import DAY, key, links, nodes, records

pytestmark = pytest.mark.contract

USCC = "91310000132149237G"
NOT_LOADED = {"seq_in", "seq_out", "absent", "digest", "given_party", "pinyin", "scope"}
"""Numbers; what the exchange file adds; what is worked out again (scope also by runs)."""


def node(name: str, text: str) -> str:
    return key(text, table=name)


def hand() -> list[Batch]:
    """Parties, credit, accounts and groups with all that files are bad at."""
    c, owner, other, named = key("C"), key("P"), key("Q"), key("only named")
    core = key("C", "core", "CIF")
    return [
        records(
            {
                "key": "C",
                "kind": "company",
                "name": '=HYPERLINK("x"), "恒泰"\n第二行',
                "former_names": ["a;b", " c", "plain"],
                "uscc": USCC,
                "roles": ["Customer", "Guarantor"],
                "registered_capital": 12_345,
                "currency": "JPY",
                "flags": ["z", "a"],
            },
            {"key": "P", "kind": "person", "name": "  \u3402\U00020bb7 ", "birth_day": -100, "marketing_opt_out": True},
            {"key": "Q", "kind": "person", "name": 'json:"q"', "same_as": key("P")},
            {"key": "N", "kind": None, "name": "neither"},
        ),
        records(
            {"key": "C", "kind": "company", "name": "HENGTAI", "uscc": USCC, "registered_capital": 1, "currency": "CNY"},
            source="core",
            table="CIF",
            priority=20,
        ),
        nodes("Branch", {"key": "B1", "name": "Main"}, {"key": "B2", "name": "Sub, \r\nunder"}),
        nodes("RelationshipManager", {"key": "M", "name": "王芳", "staff": False}),
        nodes("Facility", {"key": "F", "limit_amount": 10_001, "currency": "KWD"}, {"key": "G"}),
        nodes("Drawdown", {"key": "D1", "rate": 0.0435, "data_day": DAY + 1}, {"key": "D2"}, {"key": "D3"}),
        nodes("Account", {"key": "A1", "balance": -5, "currency": "CNY"}, {"key": "A2", "outside": True}),
        nodes("Event", {"key": "E", "at": 1_700_000_000_123, "text": "two\n\nparagraphs"}),
        nodes("CapitalFigures", {"key": "2024/12/31", "day": DAY, "currency": "CNY", "net_tier_1": 10**12},
              {"key": "odd;key", "day": DAY - 1, "currency": "JPY", "net_capital": 5, "tier_1": 0}),
        nodes("ExchangeRate", {"key": "USD|2024/12/31", "from_currency": "USD", "to_currency": "CNY", "day": DAY,
              "rate": 7_188_400_000}, {"key": "VND", "rate": 1}),
        nodes("Collateral", {"key": "K", "protection_kind": "other_deposit", "value": 7, "currency": "CNY"}, {"key": "L"}),
        nodes("Group", {"key": "GR", "kind": "declared", "name": "恒泰系", "head_id": ids.party_id(c)}),
        nodes("YearFigures", {"key": "Y", "year": 2024, "currency": "JPY", "deposits": [1, -2, 0] * 4}),
        nodes("Identifier", {"key": "02166551234", "kind": "phone", "value": "02166551234", "text": "021-6655 1234"},
              source="identifier", table="phone"),
        links(
            "OWNS",
            {"start": owner, "end": c, "share": 1 / 3, "row": "1"},
            {"start": other, "end": c, "share": None, "flags": ["unknown:share"]},
            {"start": other, "end": c, "share": 0.1, "flags": ["z", "a;b"]},
            {"start": c, "end": c, "share": 0.05, "flags": ["self_link"], "status": "flagged"},
            {"start": named, "end": core, "share": 0.5, "valid_to": 100, "valid_from": -5, "status": "rebutted"},
            {"start": owner, "end": named, "share": 0.25, "votes": 0.5, "holding_kind": "B shares"},
        ),
        links("LEGAL_REPRESENTATIVE_OF", {"start": owner, "end": c}),
        links("EXECUTIVE_OF", {"start": owner, "end": c, "post": "董事; 总经理"}, {"start": other, "end": c}),
        links("KIN_OF", {"start": owner, "end": other, "relation": "spouse"}),
        links(
            "GUARANTEES",
            {"start": c, "end": named, "contract": "1", "facility_id": node("FACILITY", "F"), "flags": ["unknown:amount"]},
            {"start": c, "end": named, "contract": "2", "amount": 5, "currency": "CNY"},
        ),
        links("DEPENDS_ON", {"start": named, "end": c, "criterion": "receipts", "weight": 0.62, "status": "flagged"}),
        links("BORROWS", {"start": c, "end": node("FACILITY", "F"), "role": "borrower"},
              {"start": named, "end": node("FACILITY", "F"), "role": "co_borrower"}, ends=("Party", "Facility")),
        links("DRAWN_UNDER", *({"start": node("DRAWDOWN", d), "end": node("FACILITY", f)}
              for d, f in (("D1", "F"), ("D2", "F"), ("D2", "G"))), ends=("Drawdown", "Facility")),
        links("ISSUED_BY", {"start": node("COLLATERAL", "K"), "end": c}, {"start": node("COLLATERAL", "K"), "end": named},
              ends=("Collateral", "Party")),
        links("SECURED_BY", {"start": node("FACILITY", "F"), "end": node("COLLATERAL", "L"), "valid_to": 20_100},
              ends=("Facility", "Collateral")),
        links("HAS_ACCOUNT", {"start": owner, "end": node("ACCOUNT", "A1"), "role": "holder"},
              {"start": other, "end": node("ACCOUNT", "A1"), "role": "joint"},
              {"start": owner, "end": node("ACCOUNT", "A2"), "role": "holder"}, ends=("Party", "Account")),
        links("TRANSFERS_TO", {"start": node("ACCOUNT", "A1"), "end": node("ACCOUNT", "A2"), "month": "2024-11",
              "amount": 300, "currency": "CNY", "count": 2, "days": [20_030, 20_040], "amounts": [100, 200]},
              ends=("Account", "Account")),
        links("PAID_INTO", {"start": node("DRAWDOWN", "D1"), "end": node("ACCOUNT", "A1"), "at": 0, "amount": 7},
              ends=("Drawdown", "Account")),
        links("REPAID_FROM", {"start": node("DRAWDOWN", "D1"), "end": node("ACCOUNT", "A1")}, ends=("Drawdown", "Account")),
        links("HAS_FIGURES", {"start": c, "end": node("YEARFIGURES", "Y")}, ends=("Party", "YearFigures")),
        links("BELONGS_TO", {"start": c, "end": node("BRANCH", "B2")}, ends=("Party", "Branch")),
        links("BELONGS_TO", {"start": node("RELATIONSHIPMANAGER", "M"), "end": node("BRANCH", "B2")},
              ends=("RelationshipManager", "Branch"), table="STAFF"),
        links("PART_OF", {"start": node("BRANCH", "B2"), "end": node("BRANCH", "B1"), "hierarchy": "rollup"},
              {"start": node("BRANCH", "B2"), "end": node("BRANCH", "B1"), "hierarchy": "coverage"},
              ends=("Branch", "Branch")),
        links("MANAGED_BY", {"start": c, "end": node("RELATIONSHIPMANAGER", "M"), "role": "main"},
              ends=("Party", "RelationshipManager")),
        links("INVOLVED_IN", {"start": c, "end": node("EVENT", "E"), "role": "customer"}, ends=("Party", "Event")),
        links("INVOLVED_IN", {"start": node("RELATIONSHIPMANAGER", "M"), "end": node("EVENT", "E"), "role": "handler"},
              ends=("RelationshipManager", "Event"), table="HANDLER"),
        links("MEMBER_OF", {"start": c, "end": node("GROUP", "GR"), "role": "head", "reasons": ["owns 51%; votes", "x"]},
              {"start": named, "end": node("GROUP", "GR")}, ends=("Party", "Group")),
        links("HAS_IDENTIFIER", {"start": owner, "end": "identifier:phone:02166551234", "use": "home"},
              {"start": other, "end": "identifier:phone:02166551234"}, ends=("Party", "Identifier")),
    ]  # fmt: skip


def graph(store: Store) -> dict[str, list[Any]]:
    """Everything loaded that is open: nodes with labels, links with the parties and source keys they join."""
    found = ask(
        store,
        "MATCH (n) WHERE n.seq_out = $open AND n.run_id IS NULL RETURN labels(n) AS l, properties(n) AS p",
        open=times.OPEN_SEQ,
    )
    joined = ask(
        store,
        "MATCH (a)-[r]->(b) WHERE r.seq_out = $open AND r.source <> 'run'"
        " RETURN type(r) AS t, properties(r) AS p, coalesce(a.party_id, '') AS a, coalesce(b.party_id, '') AS b",
        open=times.OPEN_SEQ,
    )
    return {
        "nodes": sorted(
            ((sorted(r["l"]), _values(r["p"], r["l"])) for r in found if "LoadRun" not in r["l"]), key=repr
        ),
        "links": sorted(((r["t"], r["a"], r["b"], _values(r["p"])) for r in joined), key=repr),
    }


def _values(properties: dict[str, Any], labels: Sequence[str] = ()) -> list[tuple[str, Any]]:
    left = NOT_LOADED | ({"kind"} if "SourceRecord" in labels else set())  # a record without one gets its party's
    if "Group" in labels:
        left = left | {prop.name for prop in model.GROUP_FIGURES}
    return sorted((name, value) for name, value in properties.items() if name not in left)


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def round_trip(store: Store, folder: Path, form: str, at_once: int = 250_000) -> None:
    """Export, load into the emptied store, and export again."""
    before = graph(store)
    done = export_exchange(store.view(), folder / "one", form, rows_at_once=at_once)
    assert done.warnings == []
    empty(store)
    apply_schema(store)
    report = load_from(store, "exchange", folder / "one", LoadOptions(user="tester", bulk="never"))
    assert [t for t in report.tables if t.rejected or t.skipped or t.read != t.loaded] == []
    assert {t.table: t.read for t in report.tables} == done.rows
    after = graph(store)
    assert after["nodes"] == before["nodes"]
    assert after["links"] == before["links"]
    export_exchange(store.view(), folder / "two", form)
    assert texts(folder / "two") == texts(folder / "one")


@pytest.mark.parametrize(("form", "at_once"), [("csv", 2), ("csv", 250_000), ("parquet", 250_000)])
def test_a_graph_of_hard_cases_comes_back(store: Store, tmp_path: Path, form: str, at_once: int) -> None:
    load(store, *hand())
    guarantee = next(r["p"]["id"] for r in ask(store, "MATCH ()-[r:GUARANTEES]->() RETURN properties(r) AS p"))
    small_write(store, "tester", lambda tx: change_link(tx, guarantee, {"status": "rebutted"}), "a decision")
    round_trip(store, tmp_path, form, at_once)


def test_a_decided_link_has_the_status_of_its_source_and_reloading_leaves_the_decision(
    store: Store, tmp_path: Path
) -> None:
    held = {"start": key("1"), "end": key("2"), "share": 0.6, "row": "r"}
    doubtful = {"start": key("1"), "end": key("3"), "share": 0.6, "row": "s", "status": "flagged"}
    load(store, links("OWNS", held, doubtful))
    for link_id, decision in zip(_ids(store), ("rebut", "confirm"), strict=True):
        decide(store, link_id, decision)
    told = export_exchange(store.view(), tmp_path / "out").warnings
    assert [one for one in told if "decided" in one] == [
        "2 links in ownership that persons decided on stand there with the status that their source gives; "
        "decisions are not exported."
    ]
    rows = csv.DictReader((tmp_path / "out" / "ownership.csv").read_text(encoding="utf-8").splitlines())
    assert [(row["company"], row["status"]) for row in rows] == [(key("2"), "confirmed"), (key("3"), "flagged")]
    before = graph(store)
    again = load_from(store, "exchange", tmp_path / "out", LoadOptions(user="tester", bulk="never"))
    assert [(one.table, one.loaded, one.unchanged) for one in again.tables if one.table == "ownership"] == [
        ("ownership", 0, 2)
    ]
    assert graph(store)["links"] == before["links"]
    assert [row["s"] for row in _statuses(store)] == ["rebutted", "confirmed"]
    empty(store)
    apply_schema(store)
    load_from(store, "exchange", tmp_path / "out", LoadOptions(user="tester", bulk="never"))
    assert [row["s"] for row in _statuses(store)] == ["confirmed", "flagged"]


def _ids(store: Store) -> list[str]:
    return [row["id"] for row in ask(store, "MATCH ()-[r:OWNS]->() RETURN r.id AS id ORDER BY r.to_key")]


def _statuses(store: Store) -> list[dict[str, Any]]:
    return ask(
        store,
        "MATCH ()-[r:OWNS]->() WHERE r.seq_out = $open RETURN r.status AS s ORDER BY r.to_key",
        open=times.OPEN_SEQ,
    )


@pytest.fixture
def bank(connection: Connection, tmp_path: Path) -> Iterator[Store]:
    """The small demo bank, loaded and analysed."""
    generate("small", 1, tmp_path / "bank")
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        options = LoadOptions(rejects="keep-going", rejects_file=tmp_path / "rejects.csv", user="tester", bulk="never")
        load_from(store, "credit_core_hr", tmp_path / "bank", options)
        run(store, tmp_path / "archive", RunParameters(), user="tester")
        yield store


@pytest.mark.long
def test_the_demo_bank_comes_back_without_what_the_run_found(bank: Store, tmp_path: Path) -> None:
    assert ask(bank, "MATCH ()-[r:CONTROLLED_BY]->() RETURN count(r) AS n")[0]["n"] > 100
    round_trip(bank, tmp_path, "csv", at_once=1_000)
    assert ask(bank, "MATCH ()-[r:CONTROLLED_BY]->() RETURN count(r) AS n")[0]["n"] == 0
    assert {r["k"] for r in ask(bank, "MATCH (g:Group) RETURN g.kind AS k")} == {"declared"}


def owners(file: Path) -> list[str]:
    return [line.split(",")[0] for line in file.read_text(encoding="utf-8").splitlines()[1:]]


def test_links_that_were_closed_are_left_out_unless_known_then(store: Store, tmp_path: Path) -> None:
    company = records({"key": "1", "kind": "company"})
    first = load(store, company, links("OWNS", {"start": key("2"), "end": key("1"), "row": "r"}))
    load(store, links("OWNS", {"start": key("3"), "end": key("1"), "row": "r"}))
    export_exchange(store.view(), tmp_path / "now")
    assert owners(tmp_path / "now" / "ownership.csv") == [key("3")]
    export_exchange(store.view(seq=first.published_seq), tmp_path / "then")
    assert owners(tmp_path / "then" / "ownership.csv") == [key("2")]


def test_ids_that_a_load_would_change_are_told(store: Store, tmp_path: Path) -> None:
    load(store, links("OWNS", {"start": "bare", "end": key("1")}))
    told = export_exchange(store.view(), tmp_path / "out").warnings
    assert len(told) == 2
    assert "'bare'" in told[0]


def test_a_folder_with_anything_in_it_is_refused(store: Store, tmp_path: Path) -> None:
    load(store, *hand())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "old.csv").write_text("x")
    (tmp_path / "file").write_text("x")
    for name, told in (("full", "not empty"), ("file", "is a file")):
        with pytest.raises(BadInput, match=told):
            export_exchange(store.view(), tmp_path / name)
    with pytest.raises(BadInput, match="csv or parquet"):
        export_exchange(store.view(), tmp_path / "new", "xml")
    with pytest.raises(BadInput, match="everything"):
        export_exchange(store.view(scope=Scope(frozenset({"branch:1"}))), tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full"]


def test_nothing_half_done_stays(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(store, *hand())
    (tmp_path / "out").mkdir()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("loaders.exchange_export._Writer.write", fail)
    with pytest.raises(OSError, match="disk full"):
        export_exchange(store.view(), tmp_path / "out")
    assert [path.name for path in tmp_path.rglob("*")] == ["out"]
