"""Related parties of one or of many, by the purpose's rules: a flat list with path and reason."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.joined import follow
from api.services.known import known
from api.services.party import missing
from api.services.related_rules import Purpose, RelatedRules
from api.services.related_walk import Found, Walk
from api.services.resolve import check_ids, exact
from graph.store import Row, View

CHUNK = 1_000
"""Ids of a batch that are worked on together."""
READERS = 2
"""Chunks read at once, while an earlier one is written."""


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


class BatchBegin(Answer):
    """What a batch answers first: the state of the world that all its lines speak of."""

    purpose: str
    article: str | None


class BatchLine(Model):
    """What a batch answers for one id."""

    id: str
    party_id: str | None = Field(description="the party, where exactly one carries the id")
    redirected_from: str | None = Field(default=None, description="the id asked for, where it was joined away")
    candidates: list[str] = Field(default_factory=list, description="party ids, where several carry the id")
    error: str | None = Field(default=None, description="said where nobody or several carry the id")
    related: list[RelatedParty]
    omitted: list[str]


def related(view: View, party_id: str, purpose_name: str, rules: RelatedRules) -> RelatedAnswer:
    """Related parties of one party. Raises NotFound, JoinedAway, BadInput for an unknown purpose."""
    purpose = rules.purpose(purpose_name)
    themselves = known(view, [party_id])
    if not themselves:
        raise missing(view, party_id)
    walk = Walk(view, purpose)
    found = walk.related([party_id])[party_id]
    parties = [RelatedParty(**party) for party in _parties(walk, party_id, found)]
    links = dict.fromkeys(link for party in parties for step in party.path for link in step.links)
    return RelatedAnswer(
        **stamp(view, _omitted(walk, party_id, found)),
        because=[
            Because(rule=f"related.{purpose_name}", article=purpose.source, links=list(links), text=purpose.title)
        ],
        party=PartyRef(
            party_id=party_id,
            name=themselves[0].name,
            name_en=themselves[0].name_en,
            kind=themselves[0].kind or None,
        ),
        purpose=purpose_name,
        related=parties,
    )


def _omitted(walk: Walk, root: str, found: Sequence[Found]) -> list[str]:
    told = []
    if root in walk.full:
        told.append(f"related parties capped at {walk.purpose.most:,}; there are more")
    passed = (root, *(one.party_id for one in found if one.distance < walk.purpose.depth))
    told += [walk.told_truncated(party) for party in passed if party in walk.truncated]
    return told


def _parties(walk: Walk, root: str, found: Sequence[Found]) -> list[dict[str, Any]]:
    """Found parties as answered. They come nearest first, so the path to the one before is always made already."""
    paths: dict[str, list[dict[str, Any]]] = {root: []}
    parties = []
    for one in found:
        step = walk.step(one)
        path = paths[one.party_id] = [*paths[one.before], step]
        person = walk.people[one.party_id]
        parties.append(
            {
                "party_id": one.party_id,
                "name": person.name,
                "kind": person.kind or None,
                "distance": one.distance,
                "reason": step["reasons"][0],
                "path": path,
            }
        )
    return parties


def related_batch(
    view: View, wanted: Sequence[str], purpose_name: str, rules: RelatedRules
) -> Iterator[dict[str, Any]]:
    """First the state of the world, then one entry an id, in the order given; statements cover `CHUNK` ids at once.

    An entry has the shape of `BatchLine`, without building one for each. Raises BadInput before anything is answered.
    """
    check_ids(wanted)
    purpose = rules.purpose(purpose_name)
    return _batch(view, wanted, purpose_name, purpose)


def _batch(view: View, wanted: Sequence[str], name: str, purpose: Purpose) -> Iterator[dict[str, Any]]:
    """While one chunk is written, the next ones are read."""
    yield {**stamp(view), "purpose": name, "article": purpose.source}
    chunks = [[id.strip() for id in wanted[start : start + CHUNK]] for start in range(0, len(wanted), CHUNK)]
    with ThreadPoolExecutor(READERS, "related-batch") as readers:
        ahead = deque(readers.submit(_read, view, chunk, purpose) for chunk in chunks[:READERS])
        for chunk in chunks[READERS:]:
            done = ahead.popleft().result()
            ahead.append(readers.submit(_read, view, chunk, purpose))
            yield from done.entries()
        while ahead:
            yield from ahead.popleft().result().entries()


@dataclass(frozen=True)
class _Chunk:
    """Ids with the parties that carry them and those parties' related ones."""

    ids: list[str]
    walk: Walk
    parties: dict[str, list[str]]
    joined: dict[str, str]
    related: dict[str, list[Found]]

    def entries(self) -> Iterator[dict[str, Any]]:
        for id in self.ids:
            yield _entry(self.walk, id, self.parties.get(id, []), self.related, id in self.joined)


def _read(view: View, ids: list[str], purpose: Purpose) -> _Chunk:
    found = exact(view, dict.fromkeys(ids))
    joined = follow(view, [id for id in ids if id not in found])
    parties = {id: [match.party_id for match in matches] for id, matches in found.items()}
    parties |= {id: [into] for id, into in joined.items()}
    walk = Walk(view, purpose)
    related = walk.related(list(dict.fromkeys(ends[0] for ends in parties.values() if len(ends) == 1)))
    return _Chunk(ids, walk, parties, joined, related)


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
        "related": _parties(walk, root, found),
        "omitted": _omitted(walk, root, found) if walk.full or walk.truncated else [],
    }
