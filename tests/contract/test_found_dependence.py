"""Dependence that a run finds: written as flagged links, only what changed, and never read as a source's word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from api.services.group_structure import structure
from api.services.groups import group
from api.services.network import network
from api.services.party import party
from api.services.related_rules import Purpose, Step
from api.services.related_walk import Walk
from api.services.replay import replay
from graph import times
from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Store
from tests.contract.answering import make
from tests.contract.conftest import empty
from tests.contract.dependent import example, pay
from tests.contract.loads import ask

pytestmark = pytest.mark.contract


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        example(store)
        yield store


def versions(store: Store) -> list[dict[str, Any]]:
    rows = ask(store, "MATCH (a)-[r:DEPENDS_ON]->(b) RETURN a.party_id AS a, b.party_id AS b, r ORDER BY r.seq_in")
    return [{"ends": (row["a"], row["b"]), **dict(row["r"])} for row in rows]


def written(counts: dict[str, int]) -> int:
    return sum(v for k, v in counts.items() if k.endswith(("opened", "closed", "changed")))


def test_what_payments_show_is_a_flagged_link_with_its_arithmetic(store: Store, tmp_path: Path) -> None:
    report = make(store, tmp_path)
    assert (report.counts["dependence_opened"], report.counts["dependence_closed"]) == (1, 0)
    (link,) = versions(store)
    assert link["ends"] == ("P-D", "P-B")
    told = {"status": "flagged", "source": "run", "criterion": "receipts", "weight": 0.6, "part_amount": 60}
    told |= {"whole_amount": 100, "currency": "CNY", "run_id": report.run_id, "from_key": "P-D", "to_key": "P-B"}
    assert told.items() <= link.items()
    (item,) = party(store.view(), "P-D").sections.depends_on.items
    assert (item.party.party_id, item.criterion, item.weight, item.link.status) == ("P-B", "receipts", 0.6, "flagged")
    assert item.part is not None
    assert item.whole is not None
    assert (item.part.amount, item.whole.amount) == ("0.60", "1.00")
    assert [one.party.party_id for one in party(store.view(), "P-B").sections.dependents.items] == ["P-D"]
    shown = [one for one in network(store.view(), "P-D").links if one.type == "DEPENDS_ON"]
    assert [(one.id, one.status) for one in shown] == [(link["id"], "flagged")]
    (found,) = [one for one in party(store.view(), "P-A").sections.groups.items if one.kind == "connected"]
    answer = group(store.view(), found.group_id)
    assert {m.party.party_id: m.status for m in answer.members} == {
        "P-A": "confirmed",
        "P-B": "confirmed",
        "P-D": "flagged",
        "P-E": "flagged",
    }
    assert link["id"] in answer.because[0].links


def test_a_finding_is_no_input_of_the_next_run(store: Store, tmp_path: Path) -> None:
    first = make(store, tmp_path)
    second = make(store, tmp_path)
    assert written(second.counts) == 0
    assert (first.input_digest, first.result_digest) == (second.input_digest, second.result_digest)
    assert replay(store, tmp_path, first.run_id).equal
    assert replay(store, tmp_path).equal


def test_only_what_changed_is_written_and_what_is_found_no_longer_is_closed(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    before = store.view()
    pay(store, 70)
    changed = make(store, tmp_path)
    assert (changed.counts["dependence_opened"], changed.counts["dependence_closed"]) == (1, 1)
    old, new = versions(store)
    assert old["id"] == new["id"]
    assert (old["part_amount"], old["seq_out"]) == (60, changed.number)
    assert (new["part_amount"], new["seq_out"], new["run_id"]) == (70, times.OPEN_SEQ, changed.run_id)
    pay(store, 49)
    gone = make(store, tmp_path)
    assert (gone.counts["dependence_opened"], gone.counts["dependence_closed"]) == (0, 1)
    assert party(store.view(), "P-D").sections.depends_on.total == 0
    (item,) = party(before, "P-D").sections.depends_on.items
    assert item.weight == 0.6


def test_more_than_the_whole_is_told_as_such_wherever_it_is_told(store: Store, tmp_path: Path) -> None:
    """What is kept for ordering is at most one."""
    make(store, tmp_path)
    ask(store, "MATCH ()-[r:DEPENDS_ON]->() SET r.weight = 1.0, r.part_amount = 250, r.whole_amount = 100")
    (link,) = versions(store)
    view = store.view()
    for items in (party(view, "P-D").sections.depends_on.items, party(view, "P-B").sections.dependents.items):
        assert [item.weight for item in items] == [2.5]
    shown = network(view, "P-D").links
    assert [one.label for one in shown if one.id == link["id"]] == ["receipts 250%"]
    (found,) = [one for one in party(view, "P-A").sections.groups.items if one.kind == "connected"]
    told = [row.link for row in structure(view, found.group_id).rows if row.link and row.link.kind == "dependence"]
    assert [one.weight for one in told] == [2.5]
    step = Step(kind="DEPENDS_ON")
    walk = Walk(view, Purpose(title="t", source="s", depth=1, most=10, steps=(step,)))
    (one,) = walk.related(["P-D"])["P-D"]
    assert walk.step(one)["reasons"] == ["公司D depends on 公司B (receipts 250%) [flagged]"]


def test_what_a_source_tells_is_not_found_beside_it(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    (found,) = versions(store)
    ask(
        store,
        "MATCH (d:Party {party_id: 'P-D'}), (b:Party {party_id: 'P-B'}) CREATE (d)-[r:DEPENDS_ON]->(b) SET r = $own",
        own={**{k: v for k, v in found.items() if k != "ends"}, "id": "DEPENDS_ON-TOLD", "source": "hand"},
    )
    report = make(store, tmp_path)
    assert report.counts["dependence_closed"] == 1
    kept = pl.read_parquet(tmp_path / report.run_id / "dependence.parquet").filter(pl.col("found_by").is_null())
    assert kept["weight"].to_list() == [min(found["part_amount"] * 10**9 // found["whole_amount"], 10**9)]
    (item,) = party(store.view(), "P-D").sections.depends_on.items
    assert item.link.id == "DEPENDS_ON-TOLD"


def test_a_run_that_fails_leaves_no_finding(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(store, tmp_path)
    before = versions(store)
    pay(store, 70)

    def broken(*_: object) -> int:
        raise RuntimeError("stopped")

    monkeypatch.setattr("api.services.run._publish", broken)
    with pytest.raises(RuntimeError, match="stopped"):
        make(store, tmp_path)
    assert versions(store) == before
