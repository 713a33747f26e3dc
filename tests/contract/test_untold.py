"""Exchange files delivered again with fewer columns: what they do not speak of stays as it is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph import ids, times
from graph.links import change_link
from graph.publishing import small_write
from graph.store import Store
from loaders.engine import load as load_from
from loaders.report import LoadOptions, LoadReport
from tests.contract.loads import ask, contents, party

pytestmark = pytest.mark.contract

WHOLE = {
    "party": "party,kind,roles,priority,name,branch\nP1,person,Customer;Guarantor,7,Lin,B1\nC1,company,Customer,,Heng,B1\n",
    "ownership": "owner,company,share,votes,amount,currency,valid_from,status,row_key\n"
    "P1,C1,0.6,0.5,100,USD,2020-01-01,flagged,1\nP2,C1,1.4e-1,,,,,,2\nP3,C1,,,,,,,3\n",
    "kin": "person,relative,relation\nP1,P2,spouse\n",
}
"""The same rows with the columns that name them alone: they tell nothing else."""
BARE = {"party": "party\nP1\nC1\n", "ownership": "owner,company,row_key\nP1,C1,1\nP2,C1,2\nP3,C1,3\n"}


def exchange(store: Store, folder: Path, files: dict[str, str], **options: Any) -> LoadReport:
    for old in folder.glob("*.csv"):
        old.unlink()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    chosen = LoadOptions(**{"user": "tester", "bulk": "never", "rejects": "keep-going"} | options)
    return load_from(store, "exchange", folder, chosen)


def touched(report: LoadReport) -> dict[str, int]:
    return {name: change.touched for name, change in report.changes.items() if change.touched}


def holdings(store: Store, *names: str) -> list[dict[str, Any]]:
    told = ", ".join(f"r.{name}" if " AS " in name else f"r.{name} AS {name}" for name in names)
    return ask(store, f"MATCH ()-[r:OWNS]->() WHERE r.seq_out = {times.OPEN_SEQ} RETURN {told} ORDER BY r.row_key")


@pytest.mark.parametrize("mode", ["merge", "full", "delta"])
def test_absent_columns_leave_what_is_known(store: Store, tmp_path: Path, mode: str) -> None:
    exchange(store, tmp_path, WHOLE)
    before = contents(store, numbers=False)
    report = exchange(store, tmp_path, BARE, mode=mode)
    assert touched(report) == {}
    assert not any(change.missing for change in report.changes.values())
    assert contents(store, numbers=False) == before


def test_empty_columns_take_it_away(store: Store, tmp_path: Path) -> None:
    exchange(store, tmp_path, WHOLE)
    told = {
        "party": "party,kind,roles,name\nP1,person,,\n",
        "ownership": "owner,company,share,status,valid_from,row_key\nP1,C1,,,,1\n",
    }
    exchange(store, tmp_path, told)
    found = party(store, ids.party_id("exchange:party:P1"))
    assert (found["labels"], found.get("name")) == (["Person"], None)
    assert holdings(store, "share", "votes", "status", "valid_from", "flags")[0] == {
        "share": None,
        "votes": 0.5,
        "status": "confirmed",
        "valid_from": times.SINCE_EVER,
        "flags": None,
    }


def test_what_is_told_changes_and_the_rest_stays(store: Store, tmp_path: Path) -> None:
    exchange(store, tmp_path, WHOLE)
    told = {"ownership": "owner,company,votes,currency,row_key\nP1,C1,0.4,EUR,1\nP2,C1,,,2\nP3,C1,0.2,,3\n"}
    assert touched(exchange(store, tmp_path, told)) == {"OWNS": 2}
    assert holdings(store, "share", "votes", "amount", "currency", "status", "flags") == [
        {"share": 0.6, "votes": 0.4, "amount": 10_000, "currency": "USD", "status": "flagged", "flags": None},
        {"share": 0.14, "votes": None, "amount": None, "currency": None, "status": "confirmed", "flags": None},
        {"share": None, "votes": 0.2, "amount": None, "currency": None, "status": "confirmed", "flags": None},
    ]
    assert touched(exchange(store, tmp_path, told)) == {}, "the same load twice changes nothing"


def test_a_decision_stays_with_a_link_whose_status_and_share_are_not_told(store: Store, tmp_path: Path) -> None:
    exchange(store, tmp_path, WHOLE)
    first = holdings(store, "id")[0]["id"]
    decision = {"status": "rebutted", "decided": "decision-1", "stated": "flagged"}
    small_write(store, "officer", lambda tx: change_link(tx, first, decision), "a decision")
    told = {"ownership": "owner,company,valid_to,row_key\nP1,C1,2021-01-01,1\n"}
    assert touched(exchange(store, tmp_path, told)) == {"OWNS": 1}
    found = holdings(store, "share", "valid_to", "status", "stated", "decided")[0]
    assert found == {"share": 0.6, "valid_to": 18_628, **decision}
    assert touched(exchange(store, tmp_path, told)) == {}


def test_an_owned_party_that_an_earlier_load_knows_as_a_person_is_flagged(store: Store, tmp_path: Path) -> None:
    exchange(store, tmp_path, {"party": "party,kind\nP1,person\nC1,company\n"})
    owned = {"ownership": "owner,company,share\nC1,P1,0.5\nP1,C1,0.5\n"}
    report = exchange(store, tmp_path, owned)
    assert [text for text in report.warnings if "1 OWNS name a party that is no company" in text]
    flags = {row["company"]: row["flags"] for row in holdings(store, "to_key AS company", "flags")}
    assert flags == {"exchange:party:P1": ["kind:to"], "exchange:party:C1": None}
    assert touched(exchange(store, tmp_path, owned)) == {}
