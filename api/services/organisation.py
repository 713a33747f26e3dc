"""The bank's units in one hierarchy: names, what stands above what, who was in which team when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from algorithms.rollup import above, in_circles, levels
from graph.errors import BadInput, NotFound
from graph.store import View

HIERARCHIES = ("rollup", "coverage")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Organisation:
    """over: each unit with all above it, itself among them. known: by id, name and code of everything that figures are
    told by. members: [manager, team, first day, day after the last]."""

    known: Mapping[str, Row]
    parents: Mapping[str, Sequence[str]]
    over: Mapping[str, frozenset[str]]
    levels: Mapping[str, int | None]
    circles: frozenset[str]
    teams: frozenset[str]
    members: Mapping[str, Sequence[tuple[str, int, int]]]

    def teams_of(self, managers: Iterable[str], day: int) -> list[str]:
        """The teams that managers were in on a day."""
        held = (one for manager in managers for one in self.members.get(manager, ()))
        return sorted({team for team, since, until in held if since <= day < until})


def organisation(view: View, hierarchy: str) -> Organisation:
    """The units as the view sees them."""
    (row,) = view.read("figures/organisation", hierarchy=hierarchy)
    parents: dict[str, list[str]] = {one["id"]: [] for kind in ("branches", "teams") for one in row[kind]}
    for unit, over in sorted(row["parts"]):
        parents[unit].append(over)
    members: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for manager, team, since, until in row["members"]:
        members[manager].append((team, since, until))
    known = {one["id"]: one for kind in ("branches", "teams", "managers", "products") for one in row[kind]}
    teams = frozenset(one["id"] for one in row["teams"])
    return Organisation(known, parents, above(parents), levels(parents), in_circles(parents), teams, members)


def find_branch(view: View, text: str, field: str) -> str:
    """The id of one branch, by its id, code or name. field: told where it cannot be. Raises NotFound, BadInput."""
    rows = view.read("segments/branch", branch=text)
    if not rows:
        raise NotFound(f"No branch has the id, code or name {text[:80]!r}.", field=field, value=text[:80])
    if len(rows) > 1:
        told = ", ".join(row["branch_id"] for row in rows)
        raise BadInput(f"Several branches go by {text[:80]!r}: {told}. Give one of the ids.", field=field, value=text)
    return str(rows[0]["branch_id"])
