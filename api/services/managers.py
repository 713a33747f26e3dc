"""Relationship managers: found by id or staff number, told in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from api.services.answers import Model, day
from graph.errors import BadInput, NotFound
from graph.store import View

Row = Mapping[str, Any]


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


def find_manager(view: View, manager: str, field: str = "manager_id") -> ManagerTold:
    """One manager. field: told where it cannot be. Raises NotFound for nobody, BadInput where several systems use the
    staff number."""
    rows = view.read("book/manager", manager=manager)
    if not rows:
        raise NotFound(
            f"No relationship manager has the id or staff number {manager[:80]!r}; the section `managers` of a "
            "customer's 360 tells both.",
            field=field,
            value=manager[:80],
        )
    if len(rows) > 1:
        ids = ", ".join(row["manager"]["manager_id"] for row in rows)
        raise BadInput(
            f"Several managers have the staff number {manager[:80]!r}: {ids}. Give one of the ids.",
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
