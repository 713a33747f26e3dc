"""Parties by some number of theirs: what the statements of `cypher/resolve` answer, all in one row for speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph.store import View


class Known(NamedTuple):
    """A party that carries the id asked for."""

    id: str
    party_id: str
    name: str | None
    name_en: str | None
    kind: str | None


def known(view: View, ids: Sequence[str], statement: str = "resolve/party_ids") -> list[Known]:
    """Visible parties that carry these ids, by one of the statements of `cypher/resolve`."""
    if not ids:
        return []
    return [Known(*found) for found in view.read(statement, ids=list(ids))[0]["found"]]
