"""Find parties the way a relationship manager types: names in Chinese and English, pinyin, initials, exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from api.services.answers import Answer, Model, stamp
from api.services.joined import follow
from api.services.known import known
from api.services.managers import find_manager
from api.services.resolve import CONTACT, MOST_SHARING, Match, exact
from api.services.search_query import full_text, pieces, plain
from graph import model
from graph.errors import BadInput, NotFound
from graph.store import Row, View

Kind = Literal["person", "company"]

DEFAULT_LIMIT = 20
MOST = 100
_HITS = 200
"""Names asked of the index, from which the best are ranked."""
_HITS_NARROWED = 2_000
"""The same where kind, branch or manager then drop many."""
_LONGEST = 1_000


class Hit(Model):
    """A party that matches, and by what."""

    party_id: str
    name: str | None = None
    name_en: str | None = None
    kind: str | None = None
    roles: list[str] = Field(default_factory=list)
    matched_by: str = Field(
        description="what matched: a kind of number, name, English name, former name (an earlier one, an alias, or "
        "that of another source), pinyin or initials"
    )
    matched: str = Field(description="the value that matched")
    score: float = Field(description="rank within this answer, higher is better; numbers stand above names")
    joined_from: str | None = Field(default=None, description="the id asked for, where it was joined into this party")


class SearchAnswer(Answer):
    """Matches, the best first."""

    query: str
    hits: list[Hit]


@dataclass(frozen=True)
class Filters:
    """Narrow a search: a kind, a branch with all below it (id, code or name), a manager (id, staff number or name)."""

    kind: Kind | None = None
    branch: str | None = None
    manager: str | None = None


@dataclass(frozen=True)
class _Narrow:
    kind: str
    branches: tuple[str, ...]
    manager: str

    @property
    def params(self) -> dict[str, object]:
        return {"kind": self.kind, "branches": list(self.branches), "manager": self.manager}

    def __bool__(self) -> bool:
        return bool(self.kind or self.branches or self.manager)


def search(view: View, text: str, filters: Filters | None = None, limit: int = DEFAULT_LIMIT) -> SearchAnswer:
    """Parties for a text. Raises BadInput for an empty or overlong text, an unknown branch or manager."""
    if not text.strip():
        raise BadInput("Say what to search for: a part of a name, pinyin, initials or a number.", field="q", value=text)
    if len(text) > _LONGEST:
        raise BadInput(f"The text has {len(text):,} characters; give at most {_LONGEST:,}.", field="q")
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give a number from 1 to {MOST}.", field="limit", value=limit)
    narrow = _narrow(view, filters or Filters())
    omitted: list[str] = []
    hits = _numbers(view, text.strip(), narrow, omitted)
    if len(hits) < limit:
        found = _names(view, text, narrow, omitted)
        known = {hit.party_id for hit in hits}
        hits += [hit for hit in found if hit.party_id not in known]
    if len(hits) > limit:
        omitted.append(f"hits capped at {limit}: at least {len(hits) - limit:,} more match")
    return SearchAnswer(**stamp(view, omitted), query=text, hits=hits[:limit])


def _narrow(view: View, filters: Filters) -> _Narrow:
    branches: list[str] = []
    manager = ""
    if filters.branch:
        branches = [row["branch_id"] for row in view.read("search/branch_below", branch=filters.branch)]
        if not branches:
            raise BadInput(f"There is no branch {filters.branch[:80]!r}; give its id, code or name.", field="branch")
    if filters.manager:
        try:
            manager = find_manager(view, filters.manager, "manager").manager_id
        except NotFound as nobody:  # it is the filter that is wrong, not what is asked for that is missing
            raise BadInput(str(nobody), field="manager", value=filters.manager[:80]) from None
    return _Narrow(filters.kind or "", tuple(branches), manager)


def _numbers(view: View, text: str, narrow: _Narrow, omitted: list[str]) -> list[Hit]:
    """Parties whose number of some kind is exactly the text."""
    matches = exact(view, [text], contacts=True).get(text, [])
    if len(matches) > MOST_SHARING and matches[0].by == CONTACT.by:
        matches = matches[:MOST_SHARING]
        omitted.append(f"parties that share this {CONTACT.by} capped at {MOST_SHARING}, in no order; there are more")
    if not matches and (into := follow(view, [text]).get(text)):
        (one,) = known(view, [into])
        matches = [Match(into, "party id", one.name, one.name_en, one.kind, joined_from=text)]
    if not matches:
        return []
    rows = view.read("search/narrow", ids=[match.party_id for match in matches], **narrow.params)
    labels = {row["party_id"]: row["labels"] for row in rows}
    return [
        Hit(
            party_id=match.party_id,
            name=match.name,
            name_en=match.name_en,
            kind=match.kind,
            roles=_roles(labels[match.party_id]),
            matched_by=match.by,
            matched=text,
            score=1_000.0 - place,
            joined_from=match.joined_from,
        )
        for place, match in enumerate(matches)
        if match.party_id in labels
    ]


def _names(view: View, text: str, narrow: _Narrow, omitted: list[str]) -> list[Hit]:
    query = full_text(text)
    if not query:
        return []
    hits = _HITS_NARROWED if narrow else _HITS
    (answer,) = view.read("search/by_name", query=query, hits=hits, **narrow.params)
    if answer["given"] == hits:
        omitted.append(f"ranked among the {hits:,} best names; more may match, type more of the name")
    wanted = plain(text)
    return sorted((_hit(row, wanted) for row in answer["found"]), key=lambda hit: (-hit.score, hit.party_id))


def _roles(labels: list[str]) -> list[str]:
    return [role for role in model.ROLES if role in labels]


def _hit(row: Row, wanted: str) -> Hit:
    by, matched, worth = _what_matched(row, wanted)
    roles = _roles(row["labels"])
    score = worth * 100 + min(float(row["score"]), 50.0) + (5 if "Customer" in roles else 0)
    return Hit(
        party_id=row["party_id"],
        name=row["name"],
        name_en=row["name_en"],
        kind=row["kind"] or None,
        roles=roles,
        matched_by=by,
        matched=matched,
        score=round(score, 3),
    )


def _what_matched(row: Row, wanted: str) -> tuple[str, str, int]:
    """(what matched, its value, its worth).

    Worth: 4 the whole name, 3 its beginning, 2 a part, 1 all its words apart, 0 words of several names.
    """
    best = ("words of the names", row["name"] or row["name_en"] or "", 0)
    for by, value in _names_of(row):
        worth = _worth(plain(value), wanted)
        if worth > best[2]:
            best = (by, value, worth)
    return best


def _names_of(row: Row) -> list[tuple[str, str]]:
    names = [("name", row["name"]), ("English name", row["name_en"])]
    names += [("former name", name) for name in row["former_names"] or []]
    names += [("pinyin or initials", form) for form in row["pinyin"] or []]
    return [(by, value) for by, value in names if value]


def _worth(name: str, wanted: str) -> int:
    if name == wanted:
        return 4
    if name.startswith(wanted):
        return 3
    if wanted in name or wanted.replace(" ", "") in name.replace(" ", ""):
        return 2
    return 1 if all(piece in name for piece in pieces(wanted)) else 0
