"""Whom a campaign approaches: one of each household and group, within capacity; and who is held back, by lot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray
from algorithms.threshold import PPB

REASONS = (
    "",
    "opted_out",
    "in_campaign",
    "quiet_period",
    "refused",
    "sold",
    "household",
    "group",
    "branch_capacity",
    "size",
)
"""Why somebody is not selected; the first that holds counts, in this order."""
SELECTED, OPTED_OUT, IN_CAMPAIGN, QUIET, REFUSED, SOLD, HOUSEHOLD, GROUP, BRANCH, SIZE = range(len(REASONS))
NONE = -1


@dataclass(frozen=True)
class Candidates:
    """Those who may be approached, the best first; each array has the shape (n,).

    blocked: a reason of their own, one of REASONS up to SOLD, or SELECTED. household, branch: NONE where they have
    none. groups: of each candidate those it is a member of.
    """

    blocked: IntArray
    household: IntArray
    branch: IntArray
    groups: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Audience:
    """reason: an index into REASONS, SELECTED for who is in; held_back: of those who are in, who is left alone to
    compare with. Both of the shape (n,)."""

    reason: IntArray
    held_back: BoolArray


def select(candidates: Candidates, capacity: int | None, size: int | None, held_back: int, seed: int) -> Audience:
    """Go through the candidates in their order; who comes first takes the place of its household and of all its groups.

    capacity: places of each branch; size: places at all; None: no end. Those held back take places like all others, for
    they are drawn from those selected by lot, so that both differ by nothing else. held_back: the part of those
    selected, parts per billion, rounded down. seed: of the lot.
    Raises ValueError for numbers below 0, and a part above 1. Cost: one pass.
    """
    if not 0 <= held_back <= PPB or min(capacity or 0, size or 0) < 0:
        raise ValueError("a part is between 0 and 1, and places are not below 0")
    n = candidates.blocked.size
    reason = candidates.blocked.copy()
    homes: set[int] = set()
    groups: set[int] = set()
    taken: Counter[int] = Counter()
    selected = 0
    for at, (home, branch) in enumerate(zip(candidates.household.tolist(), candidates.branch.tolist(), strict=True)):
        if reason[at] != SELECTED:
            continue
        if home != NONE and home in homes:
            reason[at] = HOUSEHOLD
        elif not groups.isdisjoint(candidates.groups[at]):
            reason[at] = GROUP
        elif capacity is not None and branch != NONE and taken[branch] >= capacity:
            reason[at] = BRANCH
        elif size is not None and selected >= size:
            reason[at] = SIZE
        else:
            homes.add(home)
            groups.update(candidates.groups[at])
            taken[branch] += 1
            selected += 1
    inside = np.flatnonzero(reason == SELECTED)
    lot = np.random.default_rng(seed).permutation(inside.size)[: inside.size * held_back // PPB]
    alone = np.zeros(n, dtype=np.bool_)
    alone[inside[lot]] = True
    return Audience(reason, alone)
