"""What keeps candidates of an audience from being approached: read for them alone, as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import numpy as np

from algorithms.audience import IN_CAMPAIGN, NONE, OPTED_OUT, QUIET, REFUSED, SELECTED, SOLD, Candidates
from api.services.audience_rules import AudienceDays
from api.services.campaigns import CampaignRef
from api.services.opening_outcomes import worked_on
from graph import times
from graph.store import EVERYTHING, Row, View

_AT_ONCE = 5_000
"""Candidates, households or groups that one statement is asked of."""
_APPROACHED = ("TARGETED_BY", "HELD_BACK_FROM")


@dataclass(frozen=True)
class _Since:
    """The days since which an approach, a refusal and a purchase count."""

    quiet: int
    refused: int
    sold: int


def read_candidates(
    view: View, one: CampaignRef, offered: str | None, parties: Sequence[str], days: AudienceDays
) -> Candidates:
    """Some parties as candidates, in their order. offered: the product; None: no certain one."""
    whole = replace(view, scope=EVERYTHING)
    since = _Since(view.day - days.quiet, view.day - days.refused, view.day - days.sold)
    known = {row["party_id"]: row for row in _rows(whole, "candidates", one, parties, min(astuple(since)))}
    near = {kind: _reached(whole, kind, one, known.values(), since.quiet) for kind in ("households", "groups")}
    done = _done(whole, offered, parties, since)
    blocked, homes, branches, groups = [], _Numbers(), _Numbers(), _Numbers()
    living, kept, members = [], [], []
    for party in parties:
        row = known.get(party, _NOBODY)
        blocked.append(_blocked(row, one, offered, near, since) or done.get(party, SELECTED))
        living.append(homes.first(row["households"]))
        kept.append(branches.first(row["branches"]))
        members.append(tuple(groups.of(group) for group in row["groups"]))
    return Candidates(
        blocked=np.asarray(blocked, dtype=np.int64),
        household=np.asarray(living, dtype=np.int64),
        branch=np.asarray(kept, dtype=np.int64),
        groups=tuple(members),
    )


def approached_before(view: View, one: CampaignRef) -> int:
    """How many parties a campaign has approached, whoever may see them: by its audiences, and as its source tells."""
    whole = replace(view, scope=EVERYTHING)
    return int(whole.read("campaigns/approached", campaign_id=one.campaign_id)[0]["parties"])


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


def _blocked(row: Row, one: CampaignRef, offered: str | None, near: dict[str, dict[str, Row]], since: _Since) -> int:
    """The first reason that holds of a candidate, with those who share a household or a group with it."""
    units = [near[kind][id] for kind in near for id in row[kind] if id in near[kind]]
    contacts = row["contacts"]
    here = any(campaign == one.campaign_id and kind in _APPROACHED for campaign, _, kind, _, _ in contacts)
    lately = any(kind == "TARGETED_BY" and day >= since.quiet for _, _, kind, day, _ in contacts)
    last = {
        campaign: (response, day)
        for campaign, product, kind, day, response in contacts
        if kind == "RESPONDED_TO" and (campaign == one.campaign_id or product == offered)
    }
    answers = last.values()  # of each campaign the last one: what was corrected keeps nobody out
    reasons = (
        (OPTED_OUT, row["opted_out"]),
        (IN_CAMPAIGN, here or any(unit["reached"] for unit in units)),
        (QUIET, lately or any(unit["lately"] for unit in units)),
        (REFUSED, any(response == "refused" and day >= since.refused for response, day in answers)),
        (SOLD, any(response == "bought" and day >= since.sold for response, day in answers)),
    )
    return next((reason for reason, holds in reasons if holds), SELECTED)


def _done(view: View, product_id: str | None, parties: Sequence[str], since: _Since) -> dict[str, int]:
    """Who refused an opening of the product, or bought it, and did nothing else about it since."""
    last: dict[str, tuple[int, str, int]] = {}
    for some in _parts(parties) if product_id else ():
        for row in worked_on(view, some):
            if row.get("product_id") == product_id:
                steps = zip(row["outcome_seqs"], row["outcomes"], row["outcome_at"], strict=True)
                kept = [step for step in steps if step[0] <= view.seq]
                last[row["party_id"]] = max([*kept, last.get(row["party_id"], kept[0])])
    closed = {"refused": (REFUSED, since.refused), "sold": (SOLD, since.sold)}
    return {
        party: closed[outcome][0]
        for party, (_, outcome, at) in last.items()
        if outcome in closed and times.day_of(at, view.store.zone) >= closed[outcome][1]
    }
