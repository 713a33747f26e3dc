"""Parties that were joined away, and where they lead to."""

from __future__ import annotations

from collections.abc import Sequence

from api.services.known import known
from graph.store import View

LONGEST = 10
"""Joins in a row that are followed."""


def follow(view: View, ids: Sequence[str]) -> dict[str, str]:
    """The party each joined-away id leads to in the end; other ids, and those that lead out of sight, are left out."""
    into: dict[str, str] = {}
    wanted = list(ids)
    for _ in range(LONGEST):
        step = {row["id"]: row["into"] for row in view.read("resolve/joined", ids=wanted)} if wanted else {}
        into.update(step)
        wanted = [target for target in step.values() if target not in into]
    ends = {id: _end(id, into) for id in ids if id in into}
    seen = {found.id for found in known(view, list(ends.values()))}
    return {id: end for id, end in ends.items() if end in seen}


def joined_into(view: View, ids: Sequence[str]) -> dict[str, str]:
    """The ids that were joined away and lead to one of these in the end, each with that one."""
    leads: dict[str, str] = {}
    wanted = list(ids)
    for _ in range(LONGEST):
        step = {row["id"]: row["into"] for row in view.read("resolve/joined_from", ids=wanted)} if wanted else {}
        step = {id: leads.get(into, into) for id, into in step.items() if id not in leads}
        leads.update(step)
        wanted = list(step)
    return leads


def joined_since(view: View, number: int) -> dict[str, str]:
    """Who was joined away after a number and up to the view, each with the party that it leads to in the end."""
    into = dict(view.read("resolve/joined_since", since=number)[0]["found"])
    return {id: _end(id, into) for id in into}


def _end(id: str, into: dict[str, str]) -> str:
    for _ in range(LONGEST):
        if id not in into:
            return id
        id = into[id]
    return id
