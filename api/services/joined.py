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


def _end(id: str, into: dict[str, str]) -> str:
    for _ in range(LONGEST):
        if id not in into:
            return id
        id = into[id]
    return id
