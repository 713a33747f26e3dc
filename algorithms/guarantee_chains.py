"""Guarantee chains (担保链) in time order within a window, DOMAIN.md 6.4.

A chain starts with a guarantee that a party P gives on some day, its *first day*. Each further guarantee is given by
the debtor of the one before it, on the same day or later, and at most `window` days after the first day. P's chain of
that first day is the set of all parties that such sequences of at most `longest` guarantees reach, P left out: a
sequence that comes back to P ends there, since P's later guarantees start chains of their own. Only sets that take at
least two guarantees to reach are chains; a single guarantee is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from algorithms.columns import (
    BoolArray,
    IntArray,
    distinct,
    find,
    joined,
    nothing,
    offsets,
    order_by,
    ranges,
    slices,
    starts_of,
)
from algorithms.guarantees import Guarantees, counted_rows
from algorithms.money import check_money, money_sums
from algorithms.votes import check_ordinals

STARTS_AT_ONCE = 1024
"""First days followed in one pass, as far as whole guarantors allow."""

LOOKS_AT_ONCE = 4_000_000
"""Past so many guarantees to look at in one step a pass is parted, to bound memory."""


@dataclass(frozen=True, slots=True)
class ChainRule:
    """window: days from the first guarantee to the last. longest: guarantees one after the other.

    most_parties: a chain that has more after some step is not followed further, and says so where it went on.
    most_looks: where all chains of one guarantor together would look at more guarantees than that with their next
    step, none of them takes it, and each that had more to look at says so.
    """

    window: int = 365
    longest: int = 10
    most_parties: int = 1_000
    most_looks: int = 50_000

    def __post_init__(self) -> None:
        for name, least in (("window", 0), ("longest", 2), ("most_parties", 1), ("most_looks", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is at least {least}, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class GuaranteeChains:
    """Chains sorted by (guarantor, first_day).

    guarantor, first_day: shape (n_chains,). first: CSR offsets of the members, shape (n_chains + 1,).
    member: party ordinals, ascending within a chain. links: the fewest guarantees that lead to the member. day: the
    earliest day on which that many do. All of the shape (n_members,).
    loans, loans_unknown: the sum of the members' known loans, and how many members' loans are not known.
    capped: shape (n_chains,), 1 where guarantees were left that were not followed (`most_parties`, `most_looks` of
    `ChainRule`).
    """

    guarantor: IntArray
    first_day: IntArray
    first: IntArray
    member: IntArray
    links: IntArray
    day: IntArray
    loans: IntArray
    loans_unknown: IntArray
    capped: IntArray
    _step: IntArray
    _before: IntArray
    _row: IntArray

    def __len__(self) -> int:
        return int(self.guarantor.size)

    def members(self, chain: int) -> IntArray:
        """The parties of one chain, ascending."""
        return self.member[self.first[chain] : self.first[chain + 1]]

    def route(self, place: int) -> list[int]:
        """Rows of the guarantees that lead, in time order, from the guarantor to the member at `place` of `member`."""
        rows: list[int] = []
        step = int(self._step[place])
        while step >= 0:
            rows.append(int(self._row[step]))
            step = int(self._before[step])
        return rows[::-1]


def guarantee_chains(
    guarantees: Guarantees,
    day: IntArray,
    loans: IntArray,
    rule: ChainRule | None = None,
    guarantors: IntArray | None = None,
) -> GuaranteeChains:
    """The chains of all parties, or of the `guarantors` given.

    day: shape (n_guarantees,), when each was given, whole days since any day (leave out guarantees without a day).
    loans: shape (n_parties,), what each party owes, minor units or UNKNOWN.
    Raises ValueError for ordinals out of range, shapes that differ, amounts below 0, sums beyond int64.
    Cost: a pass over the first days' reach for each step; each first day looks only at guarantees of parties that it
    reaches, by bisection on the day. At most `most_looks` a guarantor, and one step of single guarantees.
    """
    rule = rule or ChainRule()
    given = _given(guarantees, day, loans)
    starts = distinct(given.key)
    if guarantors is not None:
        check_ordinals("guarantors", guarantors, loans.size)
        starts = starts[np.isin(starts // given.span, guarantors)]
    found: list[_Found] = []
    for low, high in _passes(starts // given.span):
        found += _follow(given, rule, starts[low:high], low)
    return _chains(given, starts, found, loans)


def _passes(guarantor: IntArray) -> Iterator[tuple[int, int]]:
    """Ranges of starts, in order, that part no guarantor's."""
    firsts = starts_of(guarantor)
    ends = np.append(firsts[1:], guarantor.size)
    for part in slices(ends - firsts, STARTS_AT_ONCE):
        yield int(firsts[part][0]), int(ends[part][-1])


@dataclass(frozen=True, slots=True)
class _Given:
    """The guarantees that count, sorted by (guarantor, day): key = guarantor * span + day since `since`."""

    n_parties: int
    since: int
    span: np.int64
    key: IntArray
    debtor: IntArray
    day: IntArray
    row: IntArray


def _given(guarantees: Guarantees, day: IntArray, loans: IntArray) -> _Given:
    check_money("loans", loans, loans.size)
    row = counted_rows(guarantees, loans.size).row
    if day.shape != guarantees.guarantor.shape:
        raise ValueError(f"day has the shape {day.shape}, not {guarantees.guarantor.shape}")
    since = int(day[row].min()) if row.size else 0
    since_then = day[row] - since
    span = np.int64(int(since_then.max()) + 1 if row.size else 1)
    key = guarantees.guarantor[row] * span + since_then
    order = order_by(key)
    return _Given(
        n_parties=loans.size,
        since=since,
        span=span,
        key=key[order],
        debtor=guarantees.debtor[row][order],
        day=since_then[order],
        row=row[order],
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What some starts reach. key: start * n_parties + party, ascending; start: their numbers among all starts.

    day, links: as in `GuaranteeChains`. step: the step that reached it first. before, row: shape (n_steps,), for each
    step the one before it (or -1) and its row. capped: numbers of starts that were given up.
    """

    key: IntArray
    day: IntArray
    links: IntArray
    step: IntArray
    before: IntArray
    row: IntArray
    capped: IntArray


def _follow(given: _Given, rule: ChainRule, starts: IntArray, number: int) -> list[_Found]:
    """Earliest days on which starts reach parties in 1, 2, … steps; only parties reached earlier than before go on.

    number: that of the first of these starts among all. Parted where a step would look at too much at once.
    """
    n = np.int64(max(given.n_parties, 1))
    root, first_day = np.divmod(starts, given.span)
    looks = _Looks(root, rule.most_looks)
    last_day = np.minimum(first_day + rule.window, given.span - 1)
    known = _Known()
    before, rows = [nothing()], [nothing()]
    capped = np.zeros(starts.size, dtype=np.bool_)
    start, party, day, label = np.arange(starts.size), root, first_day, np.full(starts.size, -1)
    n_steps = 0
    for depth in range(1, rule.longest + 1):
        end = first_day if depth == 1 else last_day
        low = np.searchsorted(given.key, party * given.span + day)
        high = np.searchsorted(given.key, party * given.span + end[start], side="right")
        full = np.bincount(known.key // n, minlength=starts.size)[start] > rule.most_parties
        if depth > 1:
            full |= looks.too_many(start, np.where(full, 0, high - low))
        capped[start[full & (low < high)]] = True
        high = np.where(full, low, high)
        if int((high - low).sum()) > LOOKS_AT_ONCE and looks.middle:
            half = looks.middle
            return [*_follow(given, rule, starts[:half], number), *_follow(given, rule, starts[half:], number + half)]
        at, row = ranges(low, high)
        going = given.debtor[row] != root[start[at]]
        at, row = at[going], row[going]
        key, from_step, row = _earliest(start[at] * n + given.debtor[row], label[at], row, given)
        better = known.later(key, given.day[row])
        key, from_step, row = key[better], from_step[better], row[better]
        day, label = given.day[row], np.arange(n_steps, n_steps + key.size)
        known.add(key, day, label, depth)
        n_steps += key.size
        before.append(from_step)
        rows.append(given.row[row])
        start, party = key // n, key % n
        if not key.size:
            break
    found = _Found(
        key=known.key + number * n,
        day=known.day,
        links=known.links,
        step=known.step,
        before=joined(*before),
        row=joined(*rows),
        capped=np.flatnonzero(capped) + number,
    )
    return [found]


class _Looks:
    """How many guarantees the chains of each guarantor have looked at beyond the first step.

    middle: the start at which a pass is best parted between guarantors, 0 where it has a single one.
    """

    def __init__(self, root: IntArray, most: int) -> None:
        firsts = starts_of(root)
        self._guarantor = np.repeat(np.arange(firsts.size), np.diff(np.append(firsts, root.size)))
        self._left = np.full(firsts.size, most)
        self.middle = int(firsts[firsts.size // 2])

    def too_many(self, start: IntArray, looks: IntArray) -> BoolArray:
        """Whether the guarantor of each start has not as many left as its chains need now; takes them where it has."""
        guarantor = self._guarantor[start]
        needed = np.zeros_like(self._left)
        np.add.at(needed, guarantor, looks)
        over = needed > self._left
        self._left -= np.where(over, 0, needed)
        return over[guarantor]


class _Known:
    """What is reached so far, by ascending key: the earliest day of all, and day, links and step of the first time."""

    def __init__(self) -> None:
        self.key = self.earliest = self.day = self.links = self.step = nothing()

    def later(self, key: IntArray, day: IntArray) -> BoolArray:
        """Whether each key is not reached yet, or only on later days than these."""
        at, there = find(self.key, key)
        out = ~there
        out[there] = day[there] < self.earliest[at[there]]
        return out

    def add(self, key: IntArray, day: IntArray, step: IntArray, links: int) -> None:
        """Note keys, ascending, that are reached on an earlier day than before or for the first time."""
        at, there = find(self.key, key)
        self.earliest[at[there]] = day[there]
        new = ~there
        order = order_by(joined(self.key, key[new]))
        self.key = joined(self.key, key[new])[order]
        self.earliest = joined(self.earliest, day[new])[order]
        self.day = joined(self.day, day[new])[order]
        self.links = joined(self.links, np.full(int(new.sum()), links))[order]
        self.step = joined(self.step, step[new])[order]


def _earliest(key: IntArray, label: IntArray, row: IntArray, given: _Given) -> tuple[IntArray, IntArray, IntArray]:
    """Of each key the guarantee with the earliest day (then the lowest row): (key, label, place in `given`)."""
    order = np.lexsort((given.row[row], given.day[row], key))
    order = order[starts_of(key[order])]
    return key[order], label[order], row[order]


def _chains(given: _Given, starts: IntArray, found: list[_Found], loans: IntArray) -> GuaranteeChains:
    """All passes together, without what single guarantees reach (unless capped, where more was left to look at)."""
    n = np.int64(max(given.n_parties, 1))
    start, member = np.divmod(joined(*(part.key for part in found)), n)
    links = joined(*(part.links for part in found))
    before, step = _renumbered(found)
    depth = np.zeros(starts.size, dtype=np.int64)
    np.maximum.at(depth, start, links)
    capped = np.zeros(starts.size, dtype=np.int64)
    capped[joined(*(part.capped for part in found))] = 1
    is_chain = (depth >= 2) | (capped > 0)
    kept = is_chain[start]
    chain = (np.cumsum(is_chain) - 1)[start[kept]]
    starts_kept = starts[is_chain]
    total = money_sums("loans of one chain", chain, loans[member[kept]], starts_kept.size)
    return GuaranteeChains(
        guarantor=starts_kept // given.span,
        first_day=starts_kept % given.span + given.since,
        first=offsets(chain, starts_kept.size),
        member=member[kept],
        links=links[kept],
        day=joined(*(part.day for part in found))[kept] + given.since,
        loans=total.known,
        loans_unknown=total.unknown,
        capped=capped[is_chain],
        _step=step[kept],
        _before=before,
        _row=joined(*(part.row for part in found)),
    )


def _renumbered(found: list[_Found]) -> tuple[IntArray, IntArray]:
    """(before, step) of all passes, counted through."""
    before, step = [], []
    passed = 0
    for part in found:
        before.append(np.where(part.before >= 0, part.before + passed, -1))
        step.append(part.step + passed)
        passed += part.row.size
    return joined(*before), joined(*step)
