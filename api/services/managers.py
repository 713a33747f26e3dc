"""Relationship managers: found by id, staff number or name, told in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from api.services.answers import Model, day
from graph.errors import BadInput, NotFound
from graph.store import View

Row = Mapping[str, Any]
MEANT_BY = "id, staff number, or a name that no other has"
"""How a manager is meant wherever one is asked for."""
_LISTED = 10
"""Managers of one name told at most."""


class ManagerRef(Model):
    """A relationship manager in a few words."""

    manager_id: str
    name: str | None = None
    code: str | None = Field(default=None, description="staff number")

    @property
    def called(self) -> str:
        """What to call him or her in a sentence."""
        return f"{self.name} ({self.code or self.manager_id})" if self.name else self.code or self.manager_id


class ManagerTold(ManagerRef):
    """A relationship manager with the place in the bank."""

    post: str | None = None
    branches: list[str] = Field(description="branches that he or she belongs to, by name")
    teams: list[str] = Field(description="teams, by name")
    left_on: date | None = Field(default=None, description="day of leaving, for one who has left")
    keeps_book: bool = Field(description="false for staff who look after no customers")


def manager_ref(row: Row) -> ManagerRef:
    """A manager from a few columns."""
    return ManagerRef(manager_id=row["manager_id"], name=row.get("name"), code=row.get("code"))


def find_manager(view: View, manager: str, field: str = "manager_id", *, by_name: bool = True) -> ManagerTold:
    """One manager by id or staff number, else by name. field: told where it cannot be.

    Raises NotFound for nobody, BadInput where several systems use the staff number or several managers have the name.
    """
    found = view.read("book/manager", manager=manager)
    numbered = [row for row in found if manager in (row["manager"]["manager_id"], row["manager"]["code"])]
    rows = numbered or (found if by_name else [])
    if not rows:
        raise NotFound(
            f"No relationship manager has the id, staff number or name {manager[:80]!r}; figures by manager tell those "
            "that there are, the section `managers` of a customer's 360 who looks after it.",
            field=field,
            value=manager[:80],
        )
    if len(rows) > 1:
        what = "staff number" if numbered else "name"
        apart = "; ".join(map(_apart, rows[:_LISTED]))
        more = f"; and {len(rows) - _LISTED:,} more" if len(rows) > _LISTED else ""
        raise BadInput(
            f"Several managers have the {what} {manager[:80]!r}: {apart}{more}. Give one of the ids.",
            field=field,
            value=manager[:80],
        )
    node = rows[0]["manager"]
    told = {name: node.get(name) for name in ("manager_id", "name", "code", "post")}
    return ManagerTold(
        **told,
        left_on=day(node.get("left_on")),
        keeps_book=node.get("staff") is not False,
        branches=rows[0]["branches"],
        teams=rows[0]["teams"],
    )


def managers_called(view: View, text: str) -> list[str]:
    """Those whose id, staff number or name is exactly the text, ten at most: each by its id, with what tells it from
    the others."""
    return [_apart(row) for row in view.read("book/manager", manager=text)[:_LISTED]]


def _apart(row: Row) -> str:
    """A manager's id, with what tells one from another of the same name."""
    node = row["manager"]
    told = ", ".join(filter(None, (node.get("code"), node.get("post"), *row["branches"])))
    return f"{node['manager_id']} ({told})" if told else str(node["manager_id"])
