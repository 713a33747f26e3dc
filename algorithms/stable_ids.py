"""Ids of groups that stay from run to run, and the feed of what changed.

A group keeps the id of the earlier group with which it shares most members, where that group shares most with it:
pairs are matched by overlap, largest first. Everything is decided by sizes and id strings, so the same
two memberships always give the same ids.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["created", "dissolved", "joined", "left", "merged", "split"]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One entry of the feed.

    created, dissolved: the group. joined, left: the party and the group (also for a whole group's first members, which
    `created` covers: parties of created and dissolved groups are not told one by one).
    merged: `other_group_id` went into the group. split: the group came out of `other_group_id`, which goes on.
    """

    group_id: str
    kind: ChangeKind
    party_id: str = ""
    other_group_id: str = ""


@dataclass(frozen=True, slots=True)
class StableIds:
    """ids: the id of each new group, in the order given. changes: the feed, sorted."""

    ids: tuple[str, ...]
    changes: tuple[Change, ...]


def stable_ids(
    groups: Sequence[Collection[str]],
    heads: Sequence[Collection[str]],
    earlier: Mapping[str, Collection[str]],
    taken: Collection[str] = (),
    prefix: str = "g",
) -> StableIds:
    """Give every group an id, keeping those of the earlier membership.

    groups: the party ids of each group, none empty. heads: the party ids of each group's head, from which new ids are
    derived. earlier: party ids by group id, of the run before. taken: ids of groups dissolved before that, which
    are never given again.
    Ties in overlap go to the larger share of the two groups' union, then to the group that kept its heads,
    then to the lower earlier id, then to the lower sorted members.
    Raises ValueError for an empty group or when heads and groups differ in number.
    """
    if len(groups) != len(heads):
        raise ValueError(f"{len(groups)} groups have {len(heads)} heads: give one set of heads a group")
    if any(not group for group in groups):
        raise ValueError("a group without parties has no id")
    members = [frozenset(group) for group in groups]
    before = {group_id: frozenset(parties) for group_id, parties in earlier.items()}
    same = _unchanged(members, before)
    overlaps = _overlaps(members, before, same)
    kept = same | _match(overlaps, members, heads, before, same)
    used = set(before) | set(taken)
    ids = [kept.get(number, "") for number in range(len(members))]
    new = [number for number in range(len(members)) if number not in kept]
    for number in sorted(new, key=lambda k: (sorted(heads[k]), sorted(members[k]))):
        ids[number] = _new_id(prefix, heads[number], used)
        used.add(ids[number])
    return StableIds(tuple(ids), tuple(sorted(_changes(ids, members, before, overlaps, kept))))


Overlaps = dict[tuple[int, str], int]


def _unchanged(members: Sequence[frozenset[str]], before: Mapping[str, frozenset[str]]) -> dict[int, str]:
    """The id of each new group that has just the parties of one earlier group, where no other group has them.

    No other pair of theirs ranks before that one, so that they keep their ids whatever the others do.
    """
    twice = {parties for parties, times in Counter(before.values()).items() if times > 1}
    twice |= {parties for parties, times in Counter(members).items() if times > 1}
    known = {parties: group_id for group_id, parties in before.items() if parties not in twice}
    return {number: known[parties] for number, parties in enumerate(members) if parties in known}


def _overlaps(
    members: Sequence[frozenset[str]], before: Mapping[str, frozenset[str]], same: Mapping[int, str]
) -> Overlaps:
    """How many parties each new and each earlier group share, where any, and where not both are the `same`."""
    going_on = frozenset(same.values())
    changed = [parties for number, parties in enumerate(members) if number not in same]
    changed += [parties for group_id, parties in before.items() if group_id not in going_on]
    concerned = frozenset[str]().union(*changed)
    of_party = defaultdict(list)
    for group_id, parties in before.items():
        for party in parties & concerned:
            of_party[party].append(group_id)
    shared: Overlaps = defaultdict(int)
    for number, parties in enumerate(members):
        for party in parties & concerned:
            for group_id in of_party.get(party, ()):
                if number not in same or group_id not in going_on:
                    shared[number, group_id] += 1
    return dict(shared)


def _match(
    overlaps: Overlaps,
    members: Sequence[frozenset[str]],
    heads: Sequence[Collection[str]],
    before: Mapping[str, frozenset[str]],
    same: Mapping[int, str],
) -> dict[int, str]:
    """The other new groups that keep an earlier id, each id at most once."""

    def rank(pair: tuple[int, str]) -> tuple[int, int, int, str]:
        number, group_id = pair
        lost_heads = sum(head not in before[group_id] for head in heads[number])
        union = len(members[number]) + len(before[group_id]) - overlaps[pair]
        return -overlaps[pair], union, lost_heads, group_id

    given = set(same.values())
    ranked = sorted((pair for pair in overlaps if pair[0] not in same and pair[1] not in given), key=rank)
    kept: dict[int, str] = {}
    start = 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and rank(ranked[end]) == rank(ranked[start]):
            end += 1
        for number, group_id in sorted(ranked[start:end], key=lambda pair: sorted(members[pair[0]])):
            if number not in kept and group_id not in given:
                kept[number] = group_id
                given.add(group_id)
        start = end
    return kept


def _new_id(prefix: str, heads: Collection[str], used: Collection[str]) -> str:
    """An id from the heads' ids, never one that is or was in use."""
    named = "\x1f".join(sorted(heads))
    attempt = 0
    while True:
        text = f"{named}\x1e{attempt}" if attempt else named
        found = f"{prefix}{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        if found not in used:
            return found
        attempt += 1


def _changes(
    ids: Sequence[str],
    members: Sequence[frozenset[str]],
    before: Mapping[str, frozenset[str]],
    overlaps: Overlaps,
    kept: Mapping[int, str],
) -> list[Change]:
    changes = []
    goes_on = set(kept.values())
    for number, group_id in enumerate(ids):
        if number not in kept:
            changes.append(Change(group_id, "created"))
            continue
        earlier = before[group_id]
        changes += [Change(group_id, "joined", party_id=party) for party in members[number] - earlier]
        changes += [Change(group_id, "left", party_id=party) for party in earlier - members[number]]
    changes += [Change(group_id, "dissolved") for group_id in before if group_id not in goes_on]
    for (number, earlier_id), shared in overlaps.items():
        if kept.get(number) == earlier_id:
            continue
        if earlier_id not in goes_on and 2 * shared > len(before[earlier_id]):
            changes.append(Change(ids[number], "merged", other_group_id=earlier_id))
        elif number not in kept and 2 * shared > len(members[number]):
            changes.append(Change(ids[number], "split", other_group_id=earlier_id))
    return changes
