"""The bank's staff: managers and others by branch, teams, posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from loaders.demo.columns import NONE, between
from loaders.demo.geography import Geography
from loaders.demo.sizes import DATA_DAY, Counts, day, stream
from loaders.demo.words.people import GIVEN_FEMALE, GIVEN_MALE, SURNAMES

TEAM_SIZE = 6


class Member(NamedTuple):
    """One of the staff. `branch` is an ordinal of the sub-branches; `team` is empty without one."""

    number: str
    name: str
    english: str
    cert: str
    branch: int
    team: str
    manager: bool
    insider: bool
    entry: int
    left: int
    post: str


@dataclass(frozen=True)
class Staff:
    members: list[Member]
    teams: list[tuple[str, str, str, int]]
    """Number, name, English name, sub-branch."""
    managers_of: list[list[int]]
    """For each sub-branch the ordinals of its managers who are still here."""


def make_staff(counts: Counts, geography: Geography, seed: int, insiders: dict[str, tuple[str, str]]) -> Staff:
    """Managers dealt out evenly over the sub-branches, a head for each; `insiders`: certificate to names."""
    rng = stream(seed, "staff")
    members: list[Member] = []
    teams: list[tuple[str, str, str, int]] = []
    managers_of: list[list[int]] = [[] for _ in geography.sub_branches]
    for n in range(counts.managers):
        branch = n % len(geography.sub_branches)
        place = n // len(geography.sub_branches)
        left = n % 29 == 28 and bool(managers_of[branch])
        if place % TEAM_SIZE == 0:
            number = f"T{len(teams) + 1:04d}"
            name = f"{geography.sub_branches[branch].name}第{place // TEAM_SIZE + 1}团队"
            teams.append((number, name, f"Team {len(teams) + 1}", branch))
        team = [t[0] for t in teams if t[3] == branch][-1]
        gone = DATA_DAY - int(between(rng, 10, 300, 1)[0]) if left else NONE
        if not left:
            managers_of[branch].append(len(members))
        members.append(_member(rng, len(members), branch, team, gone))
    for branch in range(len(geography.sub_branches)):
        head = _member(rng, len(members), branch, "", NONE)
        members.append(head._replace(manager=False, post="P01"))
    for cert, (name, english) in insiders.items():
        head = _member(rng, len(members), 0, "", NONE)
        members.append(head._replace(name=name, english=english, cert=cert, manager=False, insider=True, post="P04"))
    return Staff(members, teams, managers_of)


def _member(rng: np.random.Generator, ordinal: int, branch: int, team: str, left: int) -> Member:
    weights = np.array([s[2] for s in SURNAMES])
    surname = SURNAMES[int(rng.choice(len(SURNAMES), p=weights / weights.sum()))]
    names = GIVEN_MALE if rng.random() < 0.5 else GIVEN_FEMALE
    first, second = names[int(rng.integers(60))], names[int(rng.integers(60))]
    return Member(
        number=f"S{ordinal + 1:05d}",
        name=surname[0] + first[0] + second[0],
        english=f"{surname[1].title()} {first[1].title()}{second[1]}",
        cert="",
        branch=branch,
        team=team,
        manager=True,
        insider=False,
        entry=day("2008-07-01") + int(rng.integers(0, 5_000)),
        left=left,
        post="P02",
    )
