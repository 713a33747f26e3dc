"""One party from whatever a person typed: an id, a number, or a name that only one party has."""

from __future__ import annotations

from dataclasses import dataclass

from api.services.resolve import resolve
from api.services.search import search
from graph.errors import BadInput, NotFound
from graph.store import View


@dataclass(frozen=True)
class One:
    """A party. told: how it was found, where that is not what was typed."""

    party_id: str
    told: str | None = None


def one_party(view: View, text: str) -> One:
    """Raises NotFound for nobody, BadInput naming the candidates for several."""
    first = resolve(view, [text]).results[0]
    if first.party_id:
        if first.status == "joined":
            return One(first.party_id, f"{text} was joined into {first.party_id}.")
        return One(first.party_id)
    if first.candidates:
        raise _several(text, [(c.party_id, c.name) for c in first.candidates])
    hits = search(view, text, limit=10).hits
    if not hits:
        raise NotFound(f"Nobody is found by {text[:80]!r}; try `guanxi search`.", field="PARTY", value=text[:80])
    exact = [hit for hit in hits if hit.matched == text]
    chosen = exact or hits
    if len(chosen) > 1:
        raise _several(text, [(hit.party_id, hit.name) for hit in chosen])
    return One(chosen[0].party_id, f"{text}: {chosen[0].name} ({chosen[0].party_id})")


def _several(text: str, found: list[tuple[str, str | None]]) -> BadInput:
    listed = ", ".join(f"{party_id} {name or ''}".strip() for party_id, name in found[:10])
    return BadInput(f"Several parties are meant by {text[:80]!r}: {listed}. Give one of the ids.", field="PARTY")
