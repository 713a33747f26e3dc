"""The bank's units in one hierarchy: names, what stands above what, who was in which team when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from algorithms.rollup import above, in_circles, levels
from api.services.answers import Because
from graph.errors import BadInput, NotFound
from graph.store import View

HIERARCHIES = ("rollup", "coverage")
IN_HIERARCHY = ("branch", "team")
"""What stands in them."""
ROLLUP = Because(
    rule="figures.rollup",
    text="a unit's total is that of all customers whose own units it is, or stands above by any way, each once",
)
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

    def is_unit(self, id: str, by: str) -> bool:
        """Whether it is a branch or a team, as `by` says."""
        return (id in self.teams) == (by == "team")

    def above(self, ids: Iterable[str], by: str) -> set[str]:
        """The branches or teams, as `by` says, that these units are or stand below, by any way."""
        return {over for id in ids for over in self.over.get(id, (id,)) if self.is_unit(over, by)}

    def check_level(self, level: int | None, by: str, hierarchy: str) -> None:
        """Raises BadInput for a level of the hierarchy on which nothing stands."""
        there = {one for id, one in self.levels.items() if one and self.is_unit(id, by)}
        if level and level not in there:
            deepest = max(there, default=0)
            raise BadInput(
                f"No {by} stands at level {level} of the {hierarchy} hierarchy; the deepest is {deepest}.",
                field="level",
                value=level,
            )

    def flags(self, hierarchy: str) -> list[str]:
        """What is doubtful in the hierarchy."""
        return [
            f"{self.known[unit].get('name') or unit} ({unit}) stands above itself in the {hierarchy} hierarchy: what is"
            " in that circle counts in each of its units once"
            for unit in sorted(self.circles)
        ]


def hierarchy_asked(by: str, hierarchy: str | None, level: int | None) -> str:
    """The hierarchy in which something is told by `by`. Raises BadInput for another one, for a level that cannot be,
    and where either is asked of what stands in none."""
    if hierarchy is not None and hierarchy not in HIERARCHIES:
        raise BadInput(
            f"hierarchy is {hierarchy[:50]!r}; give {' or '.join(HIERARCHIES)}.",
            field="hierarchy",
            value=hierarchy[:50],
        )
    for name, given in (("hierarchy", hierarchy), ("level", level)):
        if given is not None and by not in IN_HIERARCHY:
            raise BadInput(f"{name} is of {' and '.join(IN_HIERARCHY)}; leave it out by {by}.", field=name)
    if level is not None and level < 1:
        raise BadInput(f"level is {level}; give 1 for the top, 2 for what is below it …", field="level")
    return hierarchy or HIERARCHIES[0]


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
