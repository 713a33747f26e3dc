"""The bank of DOMAIN.md 4.5 and 5.2 as the world of a run, and a view that knows its parties and links, without a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np

from algorithms.votes import Bases, Stakes
from api.services.risk_input import RiskInput
from api.services.rule_sets import rule_set
from api.services.run_compute import compute_control, compute_groups, with_related
from api.services.run_input import RunInput
from api.services.run_parameters import RunParameters
from api.services.run_results import EarlierGroups
from api.services.run_world import World
from graph import times
from tests.api.risk_tables_given import risk

DAY = date(2025, 1, 1)
SETS = ("cn-large-exposure", "basel-lex", "cn-related-party")
NONE_BEFORE = EarlierGroups({}, frozenset())
SOURCES = ("core", "registry", "crm")
"""In their order. A link that is not of the example is told by the second, if nothing else is said."""
OWED = {"A": 80, "B": 50, "D": 60, "E": 20, "X": 10}
HELD = {"AB": 0.6, "XD": 0.6, "DE": 0.6}
"""Who owes the bank how much, and who holds how much of whom; D depends on B. Tier 1 is 1,000."""


def column(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(values, dtype=np.int64)


def inputs(status: int = 0) -> tuple[RunInput, RiskInput]:
    """What a run reads. status: of the dependence, 0 flagged (4.5), 1 confirmed (4.1)."""
    names = list(OWED)
    ends = [(names.index(pair[0]), names.index(pair[1])) for pair in HELD]
    votes = [round(share * 10**9) for share in HELD.values()]
    held = Stakes(column(*(one for one, _ in ends)), column(*(two for _, two in ends)), column(*votes))
    given = RunInput(names, column(), column(), held, Bases(), (), rows=3, merged=0, unseen=0)
    lent = risk(
        facilities=[
            {"facility_id": f"F-{who}", "limit_amount": much, "drawn_amount": much} for who, much in OWED.items()
        ],
        borrowers=[{"facility": k, "party": k} for k in range(5)],
        dependence=[{"link": "DEPENDS_ON-DB", "dependent": 2, "provider": 1, "status": status}],
        guarantees=[{"link": "GUARANTEES-AB", "guarantor": 0, "debtor": 1, "amount": 5, "facility": -1}],
        capital=[{"net_capital": 1_000, "net_tier_1": 1_000, "tier_1": 1_000}],
    )
    return given, lent


def world(status: int = 0, **tables: list[dict[str, Any]]) -> World:
    """What the run found. tables: rows of what was read of lending, in place of those of the example."""
    given, lent = inputs(status)
    if tables:
        lent = RiskInput({**lent.tables, **{name: risk(**{name: rows}).tables[name] for name, rows in tables.items()}})
    control = compute_control(given, RunParameters())
    rules = tuple(rule_set(name).rules for name in SETS)
    grouped = compute_groups(given, lent, control, NONE_BEFORE, NONE_BEFORE, rules, DAY)
    tested, related = with_related(given, lent, control, grouped, rules, DAY)
    return World("run-1", DAY, RunParameters(), rules, given, lent, control, tested, related.related)


class _Orders:
    """The store behind the view: it tells the order of sources."""

    def view(self, **_: object) -> Any:
        return SimpleNamespace(params={})

    def read(self, *_: object) -> list[dict[str, Any]]:
        return [{"source": source} for source in SOURCES]


@dataclass
class SmallView:
    """A view of that bank: parties go by their letters, links by type and ends (`OWNS-AB`). Nothing can be written."""

    as_of: date = DAY
    known_on: date | None = None
    seq: int = 7
    known_at: int = 0
    run_id: str = "run-1"
    run_is_stale: bool = False
    run_is_behind: bool = False
    is_past: bool = False
    other_run: tuple[str, date] | None = None
    links: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def store(self) -> _Orders:
        return _Orders()

    def read(self, statement: str, **asked: Any) -> list[dict[str, Any]]:
        if statement == "resolve/party_ids":
            return [{"found": [[id, id, f"Company {id}", None, "company"] for id in asked["ids"] if id in OWED]}]
        if statement.startswith("what_if/link"):
            return self._link(asked["id"])
        if statement == "what_if/between":
            pairs = list(zip(asked["from_ids"], asked["to_ids"], strict=True))
            return [row for row in self._between() if (row["from_id"], row["to_id"]) in pairs]
        if statement == "what_if/holdings":
            return self._holdings(asked["from_id"] + asked["to_id"])
        if statement == "what_if/owns":
            return [{"link": {**link, "id": id}} for id, link in self._owned(asked["from_id"] + asked["to_id"]).items()]
        if statement in ("resolve/joined", "what_if/contracts"):
            return []
        assert statement.startswith("resolve/"), statement
        return [{"found": []}]

    def _between(self) -> list[dict[str, Any]]:
        held = [("OWNS", *pair, None) for pair in HELD]
        return [
            {"type": type_, "from_id": one, "to_id": other, "link_id": f"{type_}-{one}{other}"}
            | {"criterion": criterion, "status": "confirmed", "source": SOURCES[0]}
            for type_, one, other, criterion in [*held, ("DEPENDS_ON", "D", "B", "receipts")]
        ] + [
            {"type": "OWNS", "from_id": id[5], "to_id": id[6], "link_id": id, "criterion": None}
            | {"status": "confirmed", "source": SOURCES[1], **link}
            for id, link in self.links.items()
            if id.startswith("OWNS-") and id[5:] not in HELD
        ]

    def _holdings(self, pair: str) -> list[dict[str, Any]]:
        return [
            {"link_id": id, "source": link["source"], "link": link}
            for id, link in self._owned(pair).items()
            if link["status"] == "confirmed"
        ]

    def _owned(self, pair: str) -> dict[str, dict[str, Any]]:
        ids = {f"OWNS-{held}" for held in HELD} | {id for id in self.links if id.startswith("OWNS-")}
        return {id: self._link(id)[0]["link"] for id in sorted(ids) if id[5:7] == pair}

    def _link(self, id: str) -> list[dict[str, Any]]:
        type_, _, ends = id.rpartition("-")
        told: dict[str, Any] = {"status": "confirmed", "valid_from": 0, "valid_to": times.UNTIL_FURTHER}
        if type_ == "OWNS" and ends in HELD:
            told |= {"share": HELD[ends], "source": SOURCES[0]}
        elif id == "DEPENDS_ON-DB":
            told |= {"status": "flagged", "criterion": "receipts"}
        elif id == "GUARANTEES-AB":
            told |= {"amount": 5, "currency": "CNY"}
        elif id not in self.links:
            return []
        elif type_ == "OWNS":
            told["source"] = SOURCES[1]
        return [{"from_id": ends[0], "to_id": ends[1], "link": told | self.links.get(id, {})}]


def worlds_of(one: World) -> Any:
    """A cache that holds this world."""
    return SimpleNamespace(of=lambda _: one)
