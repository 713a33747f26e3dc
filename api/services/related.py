"""Related parties of one or of many, by the purpose's rules: a flat list with path and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.joined import follow
from api.services.party import missing
from api.services.related_rules import Purpose, RelatedRules
from api.services.related_walk import PER_PARTY, Found, Walk
from api.services.resolve import check_ids, exact
from graph.store import Row, View

CHUNK = 1_000
"""Ids of a batch that are worked on together."""


class PathStep(Model):
    """One step of a path: from whom to whom, by which links, and how they read."""

    from_id: str
    to_id: str
    links: list[str]
    reasons: list[str]


class RelatedParty(Model):
    """A related party with the shortest path to it."""

    party_id: str
    name: str | None
    kind: str | None
    distance: int = Field(description="steps from the party asked for")
    reason: str = Field(description="the last step of the path in words")
    path: list[PathStep]


class RelatedAnswer(Answer):
    """Related parties for a purpose, the nearest first."""

    party: PartyRef
    purpose: str
    related: list[RelatedParty]


def related(view: View, party_id: str, purpose_name: str, rules: RelatedRules) -> RelatedAnswer:
    """Related parties of one party. Raises NotFound, JoinedAway, BadInput for an unknown purpose."""
    purpose = rules.purpose(purpose_name)
    rows = view.read("resolve/party_ids", ids=[party_id])
    if not rows:
        raise missing(view, party_id)
    walk = Walk(view, purpose)
    found = walk.related([party_id])[party_id]
    parties = [_party(walk, party_id, one, found) for one in found]
    return RelatedAnswer(
        **stamp(view),
        omitted=_omitted(walk, party_id, found),
        because=[Because(rule=f"related.{purpose_name}", article=purpose.source, text=purpose.title)],
        party=PartyRef(party_id=party_id, **{k: rows[0][k] or None for k in ("name", "name_en", "kind")}),
        purpose=purpose_name,
        related=[RelatedParty(**party) for party in parties],
    )


def _omitted(walk: Walk, root: str, found: Sequence[Found]) -> list[str]:
    told = []
    if root in walk.capped and len(found) >= walk.purpose.most:
        told.append(f"related parties capped at {walk.purpose.most:,}; there are more")
    told += [
        f"{walk.name(party)}: neighbours capped at {PER_PARTY:,}"
        for party in (root, *(one.party_id for one in found))
        if party in walk.capped and len(walk.edges.get(party, ())) >= PER_PARTY
    ]
    return told


def _party(walk: Walk, root: str, one: Found, found: Sequence[Found]) -> dict[str, Any]:
    by_id = {f.party_id: f for f in found} if one.before != root else {}
    path = [_step(walk, one)]
    before = one.before
    while before != root:
        step = by_id[before]
        path.insert(0, _step(walk, step))
        before = step.before
    person = walk.people[one.party_id]
    return {
        "party_id": one.party_id,
        "name": person.name,
        "kind": person.kind or None,
        "distance": one.distance,
        "reason": path[-1]["reasons"][0],
        "path": path,
    }


def _step(walk: Walk, one: Found) -> dict[str, Any]:
    return {
        "from_id": one.before,
        "to_id": one.party_id,
        "links": [link for edge in one.edges for link in edge.links],
        "reasons": [walk.reason(one.before, edge) for edge in one.edges],
    }


def related_batch(
    view: View, wanted: Sequence[str], purpose_name: str, rules: RelatedRules
) -> Iterator[dict[str, Any]]:
    """First the state of the world, then one entry an id, in the order given; statements cover `CHUNK` ids at once.

    An entry holds `id`, `party_id`, `related` as in `RelatedParty`, `omitted`, and where nobody or several carry the
    id an `error`. Raises BadInput before anything is answered.
    """
    check_ids(wanted)
    purpose = rules.purpose(purpose_name)
    return _batch(view, wanted, purpose_name, purpose)


def _batch(view: View, wanted: Sequence[str], name: str, purpose: Purpose) -> Iterator[dict[str, Any]]:
    yield {**stamp(view), "purpose": name, "article": purpose.source}
    for start in range(0, len(wanted), CHUNK):
        yield from _chunk(view, [id.strip() for id in wanted[start : start + CHUNK]], purpose)


def _chunk(view: View, ids: list[str], purpose: Purpose) -> Iterator[dict[str, Any]]:
    found = exact(view, dict.fromkeys(ids))
    joined = follow(view, [id for id in ids if id not in found])
    parties = {id: [match.party_id for match in matches] for id, matches in found.items()}
    parties |= {id: [into] for id, into in joined.items()}
    walk = Walk(view, purpose)
    related = walk.related(list(dict.fromkeys(ends[0] for ends in parties.values() if len(ends) == 1)))
    for id in ids:
        yield _entry(walk, id, parties.get(id, []), related, id in joined)


def _entry(walk: Walk, id: str, ends: list[str], related: dict[str, list[Found]], redirected: bool) -> Row:
    if len(ends) != 1:
        told = "no party has this id" if not ends else f"{len(ends)} parties carry this id"
        return {"id": id, "party_id": None, "candidates": ends, "error": told, "related": [], "omitted": []}
    root = ends[0]
    found = related[root]
    return {
        "id": id,
        "party_id": root,
        "redirected_from": id if redirected else None,
        "related": [_party(walk, root, one, found) for one in found],
        "omitted": _omitted(walk, root, found) if walk.capped else [],
    }
