"""What keeps candidates of an audience from being approached: read for them alone, as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from algorithms.audience import IN_CAMPAIGN, NONE, OPTED_OUT, QUIET, REFUSED, SELECTED, Candidates
from api.services.campaigns import CampaignRef
from graph import times
from graph.store import EVERYTHING, Row, View

_AT_ONCE = 5_000
"""Candidates, households or groups that one statement is asked of."""
_APPROACHED = ("TARGETED_BY", "HELD_BACK_FROM")


def read_candidates(
    view: View, one: CampaignRef, offered: str | None, parties: Sequence[str], quiet: int, refused: int
) -> Candidates:
    """Some parties as candidates, in their order. offered: the product; None: no certain one. quiet, refused: days."""
    whole = replace(view, scope=EVERYTHING)
    rest, no = view.day - quiet, view.day - refused
    known = {row["party_id"]: row for row in _rows(whole, "candidates", one, parties, min(rest, no))}
    near = {kind: _reached(whole, kind, one, known.values(), rest) for kind in ("households", "groups")}
    refusing = _refused_openings(whole, offered, parties, no)
    blocked, homes, branches, groups = [], _Numbers(), _Numbers(), _Numbers()
    living, kept, members = [], [], []
    for party in parties:
        row = known.get(party, _NOBODY)
        reason = _blocked(row, one, offered, near, rest, no)
        blocked.append(REFUSED if reason == SELECTED and party in refusing else reason)
        living.append(homes.first(row["households"]))
        kept.append(branches.first(row["branches"]))
        members.append(tuple(groups.of(group) for group in row["groups"]))
    return Candidates(
        blocked=np.asarray(blocked, dtype=np.int64),
        household=np.asarray(living, dtype=np.int64),
        branch=np.asarray(kept, dtype=np.int64),
        groups=tuple(members),
    )


_NOBODY: Row = {"opted_out": False, "branches": [], "households": [], "groups": [], "contacts": []}
"""A party that is gone since the run."""


class _Numbers:
    """Ids as numbers, in the order in which they come."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, id: str) -> int:
        """The number of an id."""
        return self._known.setdefault(id, len(self._known))

    def first(self, ids: Sequence[str]) -> int:
        """The number of the first of some; NONE without any."""
        return self.of(ids[0]) if ids else NONE


def _parts(ids: Sequence[str]) -> Iterator[list[str]]:
    """Some ids at a time."""
    return (list(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE))


def _rows(view: View, statement: str, one: CampaignRef, ids: Sequence[str], since: int) -> list[Row]:
    asked: dict[str, Any] = {"since": since, "campaign_id": one.campaign_id}
    return [row for some in _parts(ids) for row in view.read(f"campaigns/{statement}", ids=some, **asked)]


def _reached(view: View, kind: str, one: CampaignRef, known: Iterable[Row], rest: int) -> dict[str, Row]:
    """The households or groups of the candidates in which somebody was approached."""
    ids = sorted({id for row in known for id in row[kind]})
    return {row["id"]: row for row in _rows(view, f"{kind}_reached", one, ids, rest)}


def _blocked(
    row: Row, one: CampaignRef, offered: str | None, near: dict[str, dict[str, Row]], rest: int, no: int
) -> int:
    """The first reason that holds of a candidate, with those who share a household or a group with it.

    rest, no: the days since which an approach, and a refusal, counts.
    """
    units = [near[kind][id] for kind in near for id in row[kind] if id in near[kind]]
    contacts = row["contacts"]
    here = any(campaign == one.campaign_id and kind in _APPROACHED for campaign, _, kind, _, _ in contacts)
    lately = any(kind == "TARGETED_BY" and day >= rest for _, _, kind, day, _ in contacts)
    told_no = any(
        kind == "RESPONDED_TO"
        and response == "refused"
        and day >= no
        and (campaign == one.campaign_id or product == offered)
        for campaign, product, kind, day, response in contacts
    )
    reasons = (
        (OPTED_OUT, row["opted_out"]),
        (IN_CAMPAIGN, here or any(unit["reached"] for unit in units)),
        (QUIET, lately or any(unit["lately"] for unit in units)),
        (REFUSED, told_no),
    )
    return next((reason for reason, holds in reasons if holds), SELECTED)


def _refused_openings(view: View, product_id: str | None, parties: Sequence[str], since: int) -> set[str]:
    """Who refused an opening of the product, and did nothing else about it since."""
    found = set()
    for some in _parts(parties) if product_id else ():
        for row in view.read("openings/of_parties", ids=some)[0]["found"]:
            steps = zip(row["outcomes"], row["outcome_at"], row["outcome_seqs"], strict=True)
            outcome, at = [(outcome, at) for outcome, at, seq in steps if seq <= view.seq][-1]
            is_it = row.get("product_id") == product_id and outcome == "refused"
            if is_it and times.day_of(at, view.store.zone) >= since:
                found.add(row["party_id"])
    return found
