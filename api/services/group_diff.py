"""Groups as sources declare them against those that the run found: who is only in one, and the exposure of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from api.services.answers import COUNT_CAP, Answer, Because, Model, PartyRef, counted, group_name, party_ref, stamp
from api.services.group_tests import LimitTest, limit_tests_of
from api.services.group_views import figures_view
from graph.errors import BadInput, NotFound
from graph.store import Row, View

DEFAULT_LIMIT, MOST = 50, 200
MEMBERS = 500
"""Members of a group that are compared."""
RULE = "groups.declared_against_found"


class ComparedGroup(Model):
    """One side of a comparison."""

    group_id: str
    kind: str
    name: str | None
    size: int = Field(description="members that you may see, exact to 10,000")
    state: str | None
    tests: list[LimitTest]


class Comparison(Model):
    """A declared group beside the found one that shares the most members with it (ties by id)."""

    declared: ComparedGroup
    found: ComparedGroup | None = Field(description="null where the run found none with a member of it")
    both: int = Field(description="members of both")
    only_declared: list[PartyRef]
    only_found: list[PartyRef]
    other_groups: list[str] = Field(description="further groups found with a member of the declared one")


class DiffAnswer(Answer):
    """Declared groups by id. `next`: give it as `after` for those that follow; null at the end."""

    comparisons: list[Comparison]
    next: str | None
    undeclared: list[ComparedGroup] = Field(
        description="groups found and tested with no member in any declared group, the nearest to a limit first; told "
        "with the first declared groups alone"
    )
    undeclared_total: int = Field(description="exact to 10,000")


def diff(view: View, limit: int = DEFAULT_LIMIT, after: str = "") -> DiffAnswer:
    """Declared groups against found ones. Raises BadInput, NotFound for a past day without a run."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give a number from 1 to {MOST}.", field="limit", value=limit)
    view, is_current = figures_view(view)
    if not is_current:
        raise NotFound(
            f"{view.run_id} is not the current run: declared groups are compared with what the current one found. "
            f"`guanxi export exposures --run {view.run_id}` prints the figures of both.",
            field="known_on",
        )
    (read,) = view.read("groups/declared_found", past=after, cap=limit + 1, most=MEMBERS)
    rows = read["found"][:limit]
    nearest = {row["group"]["group_id"]: _nearest(row["members"]) for row in rows}
    ids = sorted({one for one in nearest.values() if one})
    found = {row["group"]["group_id"]: row for row in _several(view, ids)}
    told = [_comparison(view, row, found.get(nearest[row["group"]["group_id"]] or "")) for row in rows]
    omitted = [f"{one} is compared by its first {MEMBERS} members" for one in _long(rows, found)]
    undeclared, total = ([], 0) if after else _undeclared(view, limit)
    if total > len(undeclared):
        omitted.append(f"groups that nobody declares capped at {len(undeclared)} of {counted(total)}")
    if view.run_id is None:
        omitted.append("no analysis run has been made yet; `guanxi run` makes one")
    return DiffAnswer(
        **stamp(view, omitted),
        because=[_because(view, one) for one in told],
        comparisons=told,
        next=rows[-1]["group"]["group_id"] if len(read["found"]) > limit else None,
        undeclared=undeclared,
        undeclared_total=total,
    )


def _undeclared(view: View, limit: int) -> tuple[list[ComparedGroup], int]:
    (read,) = view.read("groups/undeclared", cap=limit, count_cap=COUNT_CAP, most=MEMBERS)
    told = []
    for row in read["groups"]:
        members = {one["party_id"]: party_ref(one) for one in row["members"]}
        told.append(_side(view, row["group"], members, row["total"]))
    return told, read["total"]


def _several(view: View, ids: Sequence[str]) -> list[Row]:
    found: list[Row] = (
        view.read("groups/several", ids=list(ids), most=MEMBERS, count_cap=COUNT_CAP)[0]["found"] if ids else []
    )
    return found


def _long(rows: Sequence[Row], found: Mapping[str, Row]) -> list[str]:
    long = [row["group"]["group_id"] for row in rows if len(row["members"]) == MEMBERS]
    return [*long, *(one for one, row in found.items() if row["total"] > MEMBERS)]


def _nearest(members: Sequence[Row]) -> str | None:
    shared = Counter(one for member in members for one in member["found_in"])
    return min(shared, key=lambda one: (-shared[one], one)) if shared else None


def _comparison(view: View, row: Row, other: Row | None) -> Comparison:
    declared = {member["party"]["party_id"]: party_ref(member["party"]) for member in row["members"]}
    found = {one["party_id"]: party_ref(one) for one in other["members"]} if other else {}
    mine = other["group"]["group_id"] if other else None
    return Comparison(
        declared=_side(view, row["group"], declared, len(declared)),
        found=_side(view, other["group"], found, other["total"]) if other else None,
        both=len(declared.keys() & found.keys()),
        only_declared=[party for id, party in declared.items() if id not in found],
        only_found=[party for id, party in found.items() if id not in declared],
        other_groups=sorted({one for member in row["members"] for one in member["found_in"]} - {mine}),
    )


def _side(view: View, group: Mapping[str, Any], members: Mapping[str, PartyRef], size: int) -> ComparedGroup:
    return ComparedGroup(
        group_id=group["group_id"],
        kind=group["kind"],
        name=group_name(group, members.get(group.get("head_id") or "")),
        size=size,
        state=group.get("state"),
        tests=limit_tests_of(view, group, ""),
    )


def _because(view: View, one: Comparison) -> Because:
    name = one.declared.name or one.declared.group_id
    if one.found is None:
        text = f"{name} is declared with {one.declared.size} members, and no group found has one of them"
    else:
        text = (
            f"{name} is declared with {one.declared.size} members; {one.found.group_id} has {one.found.size}, of which "
            f"{one.both} are the same: {len(one.only_declared)} are declared alone, {len(one.only_found)} found alone"
        )
    return Because(rule=RULE, text=f"{text}. {view.run_id or 'no run yet'}")
