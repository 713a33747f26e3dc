"""What a change of links and contracts leads to: the groups it touches and their tests, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from algorithms.connected import FIRM
from algorithms.limits import ratio_ppb
from algorithms.stable_ids import stable_ids
from api.services.declared_groups import DECLARED
from api.services.run_bank_limits import all_together
from api.services.run_change import Change
from api.services.run_exposure import ConnectedGroup, RiskFound
from api.services.run_region import EVERYTHING, Computed, Region, TooWide, region
from api.services.run_results import CONNECTED, CONTROL
from api.services.run_world import World

_RANK = {"breach": 3, "warning": 2, "undecided": 1, "within": 0}


@dataclass(frozen=True)
class Figure:
    """One test on one side. Minor units of the reporting currency; ratio and limit in parts per billion."""

    amount: int
    unknown: int
    base: int | None
    limit: int
    allowed: int | None
    state: str

    @property
    def ratio(self) -> int | None:
        """The amount over the base, rounded down; None where it or the base is unknown, or the base not above 0."""
        return ratio_ppb(self.amount, self.unknown, self.base)


@dataclass
class LimitTest:
    """One test of one rule set. status: firm or potential. None on a side where it is not made."""

    rules: str
    test: str
    status: str
    before: Figure | None = None
    after: Figure | None = None

    @property
    def differs(self) -> bool:
        """Whether the change makes a difference to it."""
        return self.before != self.after


@dataclass
class Group:
    """A group that the change touches, found by the run or declared by a source. before, after: party -> status (0
    firm, 1 potential), empty on a side where it is none. heads: a declared one has none. group_id: None for one that
    there is only after the change. goes_on_as: of one that ends, the group that holds most of its parties then."""

    group_id: str | None
    kind: str
    heads: list[str]
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    tests: list[LimitTest] = field(default_factory=list)
    goes_on_as: str | None = None

    @property
    def differs(self) -> bool:
        """Whether the change makes a difference to its members or tests."""
        return self.before != self.after or any(test.differs for test in self.tests)

    @property
    def nearness(self) -> tuple[int, int]:
        """How near to a limit it comes, on the worse side."""
        sides = [each for test in self.tests for each in (test.before, test.after) if each]
        return max(((_RANK[each.state], each.ratio or 0) for each in sides), default=(-1, 0))


@dataclass(frozen=True)
class Effects:
    """groups: touched by the change, those that it makes a difference to first. parties: tests of single parties that
    differ, by party. related: by rule set, who becomes and who ceases to be a related party of the bank. together:
    tests of all these that differ. wide: why everything had to be looked through, in words; empty where it had not."""

    groups: list[Group]
    parties: dict[str, list[LimitTest]]
    related: dict[str, tuple[list[str], list[str]]]
    together: list[LimitTest]
    wide: str


def effects(world: World, change: Change) -> Effects:
    """What a change leads to. Nothing of the world is changed."""
    wide = ""
    try:
        found = region(world, change)
    except TooWide as error:
        wide = f"{error}: everything was computed anew"
        found = region(world, change, most=EVERYTHING)
    groups = list(_groups(found))
    for one in groups:
        if not one.after:
            one.goes_on_as = _heir(one, groups)
    groups += declared_ones(found)
    groups.sort(key=lambda one: (not one.differs, [-each for each in one.nearness], one.heads))
    return Effects(groups, _singles(found), related_moves(found), together(found), wide)


def _groups(found: Region) -> Iterator[Group]:
    before = [_Side(found, found.before, place) for place in _touched(found, found.before)]
    after = [_Side(found, found.after, place) for place in _touched(found, found.after)]
    for kind in (CONTROL, CONNECTED):
        old = {one.group_id: one for one in before if one.kind == kind}
        new = [one for one in after if one.kind == kind]
        earlier = {group_id: set(one.members) for group_id, one in old.items()}
        ids = stable_ids([set(one.members) for one in new], [one.heads for one in new], earlier).ids
        of_new = dict(zip(ids, new, strict=True))
        for group_id in [*old, *(id for id in of_new if id not in old)]:
            yield _group(old.get(group_id), of_new.get(group_id))


def declared_ones(found: Region) -> Iterator[Group]:
    """The groups that sources declare with a touched party: their members stay, their tests may not."""
    members = found.before.part.risk.tables["declared"].group_by("group_id").agg("party")
    parties = dict(members.iter_rows())
    before, after = found.before.found.declared, found.after.found.declared
    for place, group_id in enumerate(before.ids):
        inside = dict.fromkeys(_ids(found, np.asarray(sorted(set(parties[group_id])))), FIRM)
        tests = _tests(*(side.exposures.filter(pl.col("subject") == place) for side in (before, after)))
        yield Group(group_id, DECLARED, [], inside, inside, tests)


def _heir(ended: Group, groups: Sequence[Group]) -> str | None:
    """The group that holds most of the parties of one that ends; of equals the smaller."""
    shared = [(len(ended.before.keys() & one.after.keys()), -len(one.after), one.group_id or "") for one in groups]
    most = max(shared, default=(0, 0, ""))
    return most[2] or None if most[0] else None


def _touched(found: Region, side: Computed) -> list[int]:
    return [place for place, one in enumerate(side.found.book.groups) if found.touches(one.party)]


class _Side:
    """A group on one side of a region, by the ids of its parties."""

    def __init__(self, found: Region, side: Computed, place: int) -> None:
        group = side.found.book.groups[place]
        self.kind = CONTROL if group.control_group >= 0 else CONNECTED
        self.members = dict(zip(_ids(found, group.party), group.status.tolist(), strict=True))
        self.heads = _ids(found, group.heads)
        self.rows = side.found.exposures.filter(pl.col("subject") == place)
        self.group_id = _known_id(found, side, group)


def _ids(found: Region, parties: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    return [found.party_ids[party] for party in parties.tolist()]


def _known_id(found: Region, side: Computed, group: ConnectedGroup) -> str:
    """The id that the run gave a group, empty for one that it did not find."""
    ordinals = side.part.ordinals[group.party]
    place = found.world.book.place_of(ordinals, group.status)
    return "" if place is None else found.world.group_ids[place]


def _group(before: _Side | None, after: _Side | None) -> Group:
    known = before or after
    assert known is not None
    return Group(
        group_id=before.group_id if before else None,
        kind=known.kind,
        heads=(after or known).heads,
        before=before.members if before else {},
        after=after.members if after else {},
        tests=_tests(before.rows if before else None, after.rows if after else None),
    )


def _tests(before: pl.DataFrame | None, after: pl.DataFrame | None) -> list[LimitTest]:
    found: dict[tuple[str, str, str], LimitTest] = {}
    for side, rows in (("before", before), ("after", after)):
        for row in rows.iter_rows(named=True) if rows is not None else ():
            key = (row["rules"], row["test"], row["status"])
            figure = Figure(
                row["amount_minor"],
                row["unknown"],
                row["base_minor"],
                row["limit_ppb"],
                row["allowed_minor"],
                row["state"],
            )
            setattr(found.setdefault(key, LimitTest(*key)), side, figure)
    return [found[key] for key in sorted(found)]


def _singles(found: Region) -> dict[str, list[LimitTest]]:
    """Tests of single parties that differ."""
    inner = np.flatnonzero(found.inner)
    before, after = (
        {key[0]: rows for key, rows in _single_rows(side, inner).group_by("party")}
        for side in (found.before, found.after)
    )
    out: dict[str, list[LimitTest]] = {}
    for party in sorted({*before, *after}):
        tests = [test for test in _tests(before.get(party), after.get(party)) if test.differs]
        if tests:
            out[found.party_ids[party]] = tests
    return out


def related_moves(found: Region) -> dict[str, tuple[list[str], list[str]]]:
    """Who becomes a related party of the bank, and who is one no more, under each rule set where anybody does."""
    out = {}
    for rules, before in found.before.related.items():
        after = found.after.related[rules]
        come, gone = (_ids(found, np.setdiff1d(*pair)) for pair in ((after, before), (before, after)))
        if come or gone:
            out[rules] = (come, gone)
    return out


def together(found: Region) -> list[LimitTest]:
    """Tests of all related parties of the bank together that differ: those of the run, and what the region adds."""
    world = found.world
    owed, before, after = (_owed_together(each.found) for each in (world, found.before, found.after))
    nothing = (0, 0)
    keys = owed.keys() | before.keys() | after.keys()
    figures = [[each.get(key, nothing) for each in (owed, before, after)] for key in keys]
    then = [(now[0] - one[0] + other[0], now[1] - one[1] + other[1]) for now, one, other in figures]
    rows = all_together(world.sets, world.found.basis, dict(zip(keys, then, strict=True)), world.as_of)
    return [test for test in _tests(all_rows(world.found), rows) if test.differs]


def all_rows(found: RiskFound) -> pl.DataFrame:
    """The tests of all related parties together, rows of `EXPOSURES`."""
    return found.exposures.filter((pl.col("subject") < 0) & (pl.col("party") < 0))


def _owed_together(found: RiskFound) -> dict[tuple[str, str], tuple[int, int]]:
    rows = all_rows(found).select("rules", "test", "amount_minor", "unknown").iter_rows()
    return {(rules, test): (amount, unknown) for rules, test, amount, unknown in rows}


def _single_rows(side: Computed, inner: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.int64]]) -> pl.DataFrame:
    return side.found.exposures.filter((pl.col("subject") < 0) & pl.col("party").is_in(list(inner)))
