"""Who holds how many votes in whom: the input of majority control, checked and summed by pair.

Two readings exist of what is not known exactly: *certain* counts what is surely held (a band's lower end,
nothing for an unknown), *possible* what may be held (a band's upper end, all that is undisclosed for an unknown).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from algorithms.columns import BoolArray, IntArray, by_row, nothing, rows, sums
from algorithms.threshold import PPB, UNKNOWN, Threshold

Reading = Literal["certain", "possible"]
OwnShares = Literal["reduce", "ignore"]

MAX_STAKES = 2**32
"""At most so many stakes, so that no sum of parts per billion leaves int64."""


@dataclass(frozen=True, slots=True)
class Stakes:
    """Holdings of votes. All arrays have the shape (n_stakes,); votes are parts per billion.

    owner, owned: party ordinals. votes: what is held, or UNKNOWN. votes_min, votes_max: a disclosed band, or
    UNKNOWN (the whole arrays may be left out). A band is used only where `votes` is UNKNOWN.
    The caller has merged sources (source order decides): several rows of one pair are summed here.
    """

    owner: IntArray
    owned: IntArray
    votes: IntArray
    votes_min: IntArray | None = None
    votes_max: IntArray | None = None

    def lower(self) -> IntArray:
        """What is surely held: votes, else the band's lower end, else UNKNOWN."""
        if self.votes_min is None:
            return self.votes
        return np.where(self.votes == UNKNOWN, self.votes_min, self.votes)

    def upper(self) -> IntArray:
        """What is held at most: votes, else the band's upper end, else UNKNOWN."""
        if self.votes_max is None:
            return self.votes
        return np.where(self.votes == UNKNOWN, self.votes_max, self.votes)


@dataclass(frozen=True, slots=True)
class Bases:
    """Declared control other than by votes: agreement, board majority, management, consolidated accounts.

    controller, controlled: party ordinals, shape (n_bases,). basis: index into `names`, shape (n_bases,).
    """

    controller: IntArray = field(default_factory=nothing)
    controlled: IntArray = field(default_factory=nothing)
    basis: IntArray = field(default_factory=nothing)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlRule:
    """How control is tested: the threshold, what becomes of own shares, whether families count as one."""

    threshold: Threshold = field(default_factory=Threshold)
    own_shares: OwnShares = "reduce"
    family_as_one: bool = False


@dataclass(frozen=True, slots=True)
class VoteTable:
    """The stakes of one reading, summed by pair, without own stakes, unknowns and zeros.

    company, holder, votes: shape (n_pairs,), sorted by (company, holder); votes in parts per billion.
    first: CSR offsets by company, shape (n_nodes + 1,). own: votes each company holds in itself, shape (n_nodes,).
    total: votes held in each company by anybody, itself included, shape (n_nodes,).
    unknown: how many stakes have no figure at all (or, in the certain reading, none but an upper end).
    """

    n_nodes: int
    company: IntArray
    holder: IntArray
    votes: IntArray
    first: IntArray
    own: IntArray
    total: IntArray
    unknown: int

    @property
    def shape(self) -> tuple[int, int]:
        """Of a table with a row and a column for each node."""
        return self.n_nodes, self.n_nodes


def check_ordinals(name: str, ordinals: IntArray, n: int) -> None:
    """Raise ValueError when an ordinal is not one of 0..n-1."""
    if ordinals.size and (int(ordinals.min()) < 0 or int(ordinals.max()) >= n):
        raise ValueError(f"{name} holds a party ordinal outside 0..{n - 1}")


def _check(stakes: Stakes, n_parties: int) -> None:
    size = stakes.owner.size
    if size > MAX_STAKES:
        raise ValueError(f"at most {MAX_STAKES} stakes can be summed exactly, not {size}")
    check_ordinals("stakes.owner", stakes.owner, n_parties)
    check_ordinals("stakes.owned", stakes.owned, n_parties)
    for name in ("owner", "owned", "votes", "votes_min", "votes_max"):
        column: IntArray | None = getattr(stakes, name)
        if column is None:
            continue
        if column.shape != (size,):
            raise ValueError(f"stakes.{name} has the shape {column.shape}, not {(size,)}")
        if name.startswith("votes") and size and (int(column.min()) < UNKNOWN or int(column.max()) > PPB):
            raise ValueError(f"stakes.{name} holds a figure outside 0..10^9 parts per billion (unknown: {UNKNOWN})")


def _figures(stakes: Stakes, reading: Reading, n_nodes: int) -> tuple[IntArray, int]:
    """The votes of each row as one reading has them, and how many rows are unknown in it."""
    lower = stakes.lower()
    sure = np.maximum(lower, 0)
    if reading == "certain":
        return sure, int(np.count_nonzero(lower == UNKNOWN))
    upper = stakes.upper()
    unknown = upper == UNKNOWN
    # An unknown stake may be all that nobody else surely holds, itself surely holding its own lower end.
    told = np.zeros(n_nodes, dtype=np.int64)
    np.add.at(told, stakes.owned, sure)
    rest = np.maximum(PPB - told[stakes.owned], 0) + sure
    return np.where(unknown, rest, np.maximum(upper, sure)), int(np.count_nonzero(unknown))


def _most(stakes: Stakes, others: BoolArray, company: IntArray, holder: IntArray, n_nodes: int) -> IntArray:
    """What the holder of each pair may hold at most, by all its stakes: what it surely holds and all that nobody surely
    does. others: the stakes behind the pairs, which are ordered. Holders that act together may count one rest twice."""
    sure = np.maximum(stakes.lower(), 0)
    told = sums(stakes.owned, sure, n_nodes)
    pair = np.searchsorted(company * n_nodes + holder, stakes.owned[others] * n_nodes + stakes.owner[others])
    own = sums(pair, sure[others], holder.size)
    most: IntArray = own + np.maximum(PPB - told[company], 0)
    return most


def vote_table(stakes: Stakes, n_parties: int, n_nodes: int, reading: Reading = "certain") -> VoteTable:
    """Sum the stakes by pair for one reading.

    n_nodes: n_parties plus the families that count as one controller.
    Raises ValueError for ordinals out of range, shapes that differ, votes outside 0..10^9.
    """
    _check(stakes, n_parties)
    figures, unknown = _figures(stakes, reading, n_nodes)
    itself = stakes.owner == stakes.owned
    others = (figures > 0) & ~itself
    shape = (n_nodes, n_nodes)
    first, holder, votes = by_row(stakes.owned[others], stakes.owner[others], figures[others], shape)
    if reading == "possible":
        votes = np.minimum(votes, _most(stakes, others, rows(first), holder, n_nodes))
    return VoteTable(
        n_nodes=n_nodes,
        company=rows(first),
        holder=holder,
        votes=votes,
        first=first,
        own=sums(stakes.owned[itself], figures[itself], n_nodes),
        total=sums(stakes.owned, figures, n_nodes),
        unknown=unknown,
    )


def check_families(families: Sequence[Sequence[int]], n_parties: int) -> tuple[tuple[int, ...], ...]:
    """The families as sorted tuples of distinct party ordinals; families of fewer than two are refused."""
    checked = tuple(tuple(sorted({int(member) for member in family})) for family in families)
    for number, members in enumerate(checked):
        if len(members) < 2:
            raise ValueError(f"family {number} has fewer than two members")
        check_ordinals(f"family {number}", np.asarray(members, dtype=np.int64), n_parties)
    return checked
