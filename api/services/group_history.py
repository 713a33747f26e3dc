"""How a group came to be what it is: by load or run, who joined and left, and its exposure then."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Because, Model, PartyRef, day, moment, party_ref, stamp
from api.services.group_ended import ended
from api.services.group_figures import UNKNOWN
from api.services.group_tests import LimitTest, limit_tests_of, nearness_told
from api.services.group_views import one_group
from graph.store import Row, View


class HistoryMember(Model):
    """A party that joined, left, or whose role, status or reasons changed; as it was afterwards, or last."""

    party: PartyRef
    role: str | None
    status: str


class HistoryEntry(Model):
    """What one load or run changed. size, state, nearness, tests: as it left them; null and empty where no run had told
    any yet."""

    number: int
    id: str | None = Field(description="of the run or load; null where its record is gone")
    is_run: bool
    as_of: date | None = Field(description="the day that the run speaks of")
    published_at: str | None
    joined: list[HistoryMember]
    left: list[HistoryMember]
    changed: list[HistoryMember]
    size: int | None
    state: str | None
    nearness: str | None
    tests: list[LimitTest]


class HistoryAnswer(Answer):
    """The entries, the latest first."""

    group_id: str
    kind: str | None
    name: str | None
    entries: list[HistoryEntry]


@dataclass
class _Moves:
    joined: list[HistoryMember] = field(default_factory=list)
    left: list[HistoryMember] = field(default_factory=list)
    changed: list[HistoryMember] = field(default_factory=list)


def history(view: View, group_id: str) -> HistoryAnswer:
    """The history of a group up to what the view knows, also of one that has ended by then. Raises NotFound."""
    gone = ended(view, group_id)
    found = None if gone else one_group(view, group_id, cap=1)
    (ever,) = view.read("groups/members_ever", group_id=group_id)
    moves = _moves(ever["found"])
    states = _states(view, group_id)
    if gone:
        states[gone.number] = {}
    numbers = sorted({*moves, *states}, reverse=True)
    about = {row["number"]: row for row in view.read("catalogue/numbers", numbers=numbers)}
    return HistoryAnswer(
        **stamp(view),
        because=[Because(rule="groups.ended", text=gone.told)] if gone else [],
        group_id=group_id,
        kind=gone.kind if gone else found.kind if found else None,
        name=found.name if found else None,
        entries=[_entry(view, number, about.get(number, {}), moves, states) for number in numbers],
    )


def _entry(
    view: View, number: int, about: Row, moves: Mapping[int, _Moves], states: Mapping[int, Mapping[str, Any]]
) -> HistoryEntry:
    moved = moves.get(number, _Moves())
    values = states[max((one for one in states if one <= number), default=min(states))]
    return HistoryEntry(
        number=number,
        id=about.get("id"),
        is_run=bool(about.get("is_run")),
        as_of=day(about.get("as_of")),
        published_at=moment(about.get("published_at")),
        joined=moved.joined,
        left=moved.left,
        changed=moved.changed,
        size=values.get("size"),
        state=values.get("state"),
        nearness=nearness_told(values.get("nearness", UNKNOWN)),
        tests=limit_tests_of(view, values, ""),
    )


def _moves(versions: Sequence[Row]) -> dict[int, _Moves]:
    """By number. A membership that one number closed and opened again has changed, and its party has not left."""
    by_party: dict[str, list[Row]] = defaultdict(list)
    for row in versions:
        by_party[row["party_id"]].append(row)
    found: dict[int, _Moves] = defaultdict(_Moves)
    for rows in by_party.values():
        closed = {row["closed"] for row in rows if row["closed"] is not None}
        opened = {row["opened"] for row in rows}
        for row in rows:
            member = HistoryMember(party=party_ref(row), role=row["role"], status=row["status"])
            (found[row["opened"]].changed if row["opened"] in closed else found[row["opened"]].joined).append(member)
            if row["closed"] is not None and row["closed"] not in opened:
                found[row["closed"]].left.append(member)
    return found


def _states(view: View, group_id: str) -> dict[int, Mapping[str, Any]]:
    """What the group's node held after each number that changed it, as far as the view knows."""
    node: Mapping[str, Any] = view.read("groups/figures", group_id=group_id)[0]["group"]
    found: dict[int, Mapping[str, Any]] = {}
    values = node
    for row in view.read("groups/versions", group_id=group_id):
        if row["replaced"] <= view.seq and row["replaced"] not in view.pending:
            found[row["replaced"]] = values
        values = {**values, **json.loads(row["values"])}
    found[node["seq_in"]] = values
    return found
