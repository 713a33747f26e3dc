"""One party from whatever a person typed: an id, a number, or a name that only one party has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.services.resolve import Resolved, resolve
from api.services.search import MOST, search
from graph import times
from graph.errors import BadInput, NotFound
from graph.store import View


@dataclass(frozen=True)
class One:
    """A party. told: how it was found, where that is not what was typed."""

    party_id: str
    told: str | None = None


def one_party(view: View, text: str) -> One:
    """Raises NotFound for nobody, BadInput naming the candidates for several."""
    return each_party(view, [text])[0]


def each_party(view: View, texts: Sequence[str]) -> list[One]:
    """The party of each text, in turn; ids and numbers are asked for together. Raises as `one_party` does."""
    found = resolve(view, texts).results
    return [_one(view, text, first) for text, first in zip(texts, found, strict=True)]


def _one(view: View, text: str, first: Resolved) -> One:
    """first: what the text leads to as an id or a number."""
    if first.party_id:
        if first.status == "joined":
            return One(first.party_id, f"{text} was joined into {first.party_id}.")
        return One(first.party_id)
    if first.candidates:
        raise _several(view, text, [(c.party_id, c.name) for c in first.candidates])
    hits = search(view, text, limit=MOST).hits
    if not hits:
        raise NotFound(f"Nobody is found by {text[:80]!r}; try `guanxi search`.", field="PARTY", value=text[:80])
    exact = [hit for hit in hits if hit.matched == text]
    chosen = exact or hits
    if len(chosen) > 1:
        raise _several(view, text, [(hit.party_id, hit.name) for hit in chosen])
    return One(chosen[0].party_id, f"{text}: {chosen[0].name} ({chosen[0].party_id})")


_LISTED = 10


def parties_called(view: View, text: str) -> list[str]:
    """Those that carry exactly the text as a name, ten at most: each by its id, with what tells it from the others."""
    hits = [hit for hit in search(view, text, limit=MOST).hits if hit.matched == text][:_LISTED]
    return _apart(view, [(hit.party_id, hit.name) for hit in hits])


def _several(view: View, text: str, found: list[tuple[str, str | None]]) -> BadInput:
    """The candidates, each with what tells it from others of its name."""
    listed = "".join(f"\n  {one}" for one in _apart(view, found[:_LISTED]))
    least = "at least " if len(found) == MOST else ""
    more = f"\n  and {least}{len(found) - _LISTED:,} more" if len(found) > _LISTED else ""
    told = f"Several parties are meant by {text[:80]!r}:{listed}{more}\nGive one of the ids or source keys."
    return BadInput(told, field="PARTY")


def _apart(view: View, found: list[tuple[str, str | None]]) -> list[str]:
    rows = {row["party_id"]: row for row in view.read("resolve/told_apart", ids=[party_id for party_id, _ in found])}
    return [_told_apart(party_id, name, rows.get(party_id, {})) for party_id, name in found]


def _told_apart(party_id: str, name: str | None, row: Mapping[str, Any]) -> str:
    days = {"born": row.get("birth_day"), "registered": row.get("registered_on")}
    told = [row["kind"]] if row.get("kind") else []
    told += [f"{word} {times.from_day(day)}" for word, day in days.items() if day is not None]
    keys = row.get("source_keys", [])
    told += [" ".join(keys[:_KEYS]) + (f" and {len(keys) - _KEYS} more" if len(keys) > _KEYS else "")] if keys else []
    shown = " ".join(filter(None, [party_id, name]))
    return f"{shown} ({', '.join(told)})" if told else shown


_KEYS = 2
"""Source keys told of a party."""
