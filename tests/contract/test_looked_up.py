"""What a small load looks up gives the plan that reading the whole store gives, whatever the load holds."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

import polars as pl
import pytest

from graph.store import Store
from loaders import looked_up
from loaders.canonical import Batch
from loaders.looked_up import LookedUp
from loaders.plan import LinkPlan, NodePlan, Plan, data_day_of
from loaders.planner import Planner
from loaders.report import LoadOptions
from loaders.staging import Staged
from loaders.stored import Stored
from tests.contract.loads import load
from tests.loaders.given import key, links, nodes, records

pytestmark = pytest.mark.contract

FIRST = 3
"""Loads that make the store; the last is --full, so that it holds closed records and links too."""


def some(random: Random, *, first: bool, whole: bool = True) -> list[Batch]:
    """A load of parties with few codes, so that they often join and part, and of links between them."""
    count = 24 if first else random.randint(1, 4)

    def record() -> dict[str, Any]:
        return {
            "key": str(random.randint(1, 40)),
            "kind": random.choice(["person", "company", "company", None]),
            "name": random.choice("甲乙丙丁"),
            "uscc": random.choice([None, None, *(f"U{n}" for n in range(6))]),
            "certificate": random.choice([None, None, *(f"ID:{n}" for n in range(6))]),
            "lei": random.choice([None, None, None, "L1", "L2"]),
            "same_as": random.choice([None] * 5 + [key(str(random.randint(1, 50)))]),
            "party_id": random.choice([None] * 5 + [f"P-{letter * 16}" for letter in "ABC"]),
        }

    def stake() -> dict[str, Any]:
        row = {"row": str(random.randint(1, 20))} if random.random() < 0.6 else {}
        ends = {end: key(str(random.randint(1, 45))) for end in ("start", "end")}
        return {**ends, **row, "share": random.choice([0.1, 0.2])}

    def branch() -> dict[str, Any]:
        number = str(random.randint(1, 45))
        return {"start": key(number), "end": key(f"B{random.randint(1, 4)}", table="BRANCH"), "row": number}

    def phone() -> dict[str, Any]:
        number = str(random.randint(1, 45))
        return {"start": key(number), "end": f"identifier:phone:{random.randint(1, 9)}", "row": number}

    people = {row["key"]: row for row in (record() for _ in range(count))}
    stakes = {(row["start"], row["end"], row.get("row")): row for row in (stake() for _ in range(count))}
    phones = list({row["start"]: row for row in (phone() for _ in range(count))}.values())
    identifiers = [{"key": n, "kind": "phone"} for n in sorted({r["end"].rsplit(":", 1)[1] for r in phones})]
    made = [
        records(*people.values(), whole=whole),
        nodes("Branch", {"key": f"B{random.randint(1, 4)}", "name": random.choice("xy")}, whole=whole),
        nodes("Identifier", *identifiers, source="identifier", table="phone", whole=whole),
        links("OWNS", *stakes.values(), whole=whole),
        links("BELONGS_TO", *(branch() for _ in range(count)), ends=("Party", "Branch"), table="C", whole=whole),
        links("HAS_IDENTIFIER", *phones, ends=("Party", "Identifier"), table="PHONE", whole=whole),
    ]
    return made if first else random.sample(made, random.randint(1, len(made)))


def planned(store: Store, known: type[LookedUp] | None, options: LoadOptions, batches: list[Batch]) -> dict[str, Any]:
    with Staged() as staged:
        staged.take(batches)
        stored = known(store, staged) if known else Stored(store)
        return _plain(Planner(staged, stored, options, data_day_of(options, store.zone)).plan(), staged)


def _plain(plan: Plan, staged: Staged) -> dict[str, Any]:
    """A plan as values, in an order of their own. `assigned` tells of the parties of the load only."""
    named = {*staged.records["record_id"], *staged.named_parties()["record_id"]}
    return {
        "links": _links(plan.links),
        "nodes": {label: _nodes(nodes) for label, nodes, _ in plan.loaded_nodes()} | {"Party": _nodes(plan.parties)},
        "identifies": _rows(plan.identifies),
        "moved": _rows(plan.moved),
        "joined": _rows(plan.joined),
        "assigned": _rows(plan.assigned.filter(pl.col("record_id").is_in(named))),
        "rescope": plan.rescope,
        "changes": {name: vars(c) | {"missing": 0} for name, c in plan.changes.items() if c.touched or c.unchanged},
    }


def _links(plan: LinkPlan) -> dict[str, Any]:
    by_target = {"create": plan.create, "replace": plan.replace}
    found = {f"{what} {t}": _rows(frame) for what, frames in by_target.items() for t, frame in frames.items()}
    return found | {f"close {kind}": _rows(frame) for kind, frame in plan.close.items()}


def _nodes(plan: NodePlan) -> list[Any]:
    changes = sorted((row["key"], repr(sorted(row["values"].items())), row["old"]) for row in plan.change)
    return [_rows(plan.create), changes, sorted(plan.close)]


def _rows(frame: pl.DataFrame) -> list[str]:
    return sorted(repr({n: v for n, v in row.items() if v not in (None, [])}) for row in frame.to_dicts())


def test_a_looked_up_plan_is_the_scanned_plan(store: Store) -> None:
    random = Random(7)
    for number in range(FIRST):
        mode: Literal["full", "merge"] = "full" if number == FIRST - 1 else "merge"
        load(store, *some(random, first=True), mode=mode, allow_closing=True)
    for number in range(16):
        mode_of: Literal["delta", "merge"] = "delta" if number % 2 else "merge"
        batches = some(random, first=False, whole=mode_of == "merge")
        options = LoadOptions(mode=mode_of, user="tester")
        scanned, found = (planned(store, known, options, batches) for known in (None, LookedUp))
        assert found == scanned, number
        if number % 8 == 7:
            load(store, *batches, mode=mode_of)


def test_a_small_load_is_looked_up_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(1)
    load(store, *some(random, first=True))
    monkeypatch.setattr(looked_up, "LARGE", 10)
    monkeypatch.setattr(Stored, "_columns", lambda *_, **__: pytest.fail("the store was scanned"))
    report = load(store, records({"key": "1", "kind": "company", "name": "new"}))
    assert report.changes["SourceRecord"].touched == 1
    assert any("was not counted" in text for text in report.warnings)
