"""Parties by some number of theirs: what the statements of `cypher/resolve` answer, all in one row for speed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from api.services.answers import PartyRef
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


def parties_seen(view: View, ids: Iterable[str | None]) -> dict[str, PartyRef]:
    """Of these parties those that the asker may see, by id."""
    wanted = sorted({one for one in ids if one})
    return {
        one.party_id: PartyRef(party_id=one.party_id, name=one.name, name_en=one.name_en, kind=one.kind or None)
        for one in known(view, wanted)
    }
