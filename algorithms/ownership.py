"""Integrated ownership: what a party owns of a company over all direct and indirect routes (DOMAIN.md 2).

With A[i, j] the share of j held by i, own shares on the diagonal, and M = (I - A)^-1, integrated ownership is
Y = diag(M)^-1 (M - I) (Brioschi, Buzzacchi, Colombo 1989; Chapelle, Szafarz 2005): the sum over all walks from i to j
that do not come back to i in between. It is not the sum over simple paths.

The companies of closed sets, and companies whose declared holdings sum above 1, have no integrated owners; nothing is
followed upwards through them, so that they stand as owners of what they hold. Holdings above 1 by rounding (one part
per billion a stake) are scaled down to 1.

Figures are floats with a bound of their error. No threshold is tested on them: `algorithms.ownership_exact.meets`
works out as fractions whatever is nearer to a threshold than the bound, so that .5 of .5 is exactly .25.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, offsets, order_by
from algorithms.ownership_network import FloatArray, Shareholdings, network, shareholdings
from algorithms.ownership_spread import Spread, Wanted, spread
from algorithms.threshold import PPB

ONE_PERCENT = PPB // 100


@dataclass(frozen=True)
class Ownership:
    """Pairs sorted by (owned, owner), and the rest of every company.

    holdings: the stakes by pair, and what could not be computed. owner, owned: shape (n_pairs,), party ordinals;
    owner == owned is what a company owns of itself. value: shape (n_pairs,), the integrated share, a fraction.
    first: CSR offsets by company, shape (n_parties + 1,). at_least: in parts per billion, less is not listed.
    error: shape (n_parties,): values of a company are too low by at most so much, and all pairs of more than at_least
    and this are listed. undisclosed: what of a company goes up to shares nobody is known to hold, its own or those of
    owners; stuck: to companies whose owners are not computed; others: to final owners (whom nobody owns) not listed,
    each with less than `at_least`. Listed final owners, others, undisclosed and stuck sum to 1. All are 0 for parties
    that nobody owns and, stuck apart, for companies not computed. Shape (n_parties,).
    """

    holdings: Shareholdings
    owner: IntArray
    owned: IntArray
    value: FloatArray
    first: IntArray
    at_least: int
    error: FloatArray
    undisclosed: FloatArray
    stuck: FloatArray
    others: FloatArray
    others_error: FloatArray

    def __len__(self) -> int:
        return int(self.owner.size)

    @property
    def closed(self) -> IntArray:
        """The companies wholly owned within a set of their own, ascending."""
        return np.flatnonzero(self.holdings.closed)

    @property
    def above_one(self) -> IntArray:
        """The companies whose declared holdings sum above 1, ascending."""
        return np.flatnonzero(self.holdings.above_one)

    @property
    def worst_error(self) -> float:
        """The largest error of any company."""
        return float(self.error.max(initial=0.0))

    def of(self, owner: int, owned: int) -> float:
        """One pair's figure; 0 where it is not listed."""
        rows = slice(int(self.first[owned]), int(self.first[owned + 1]))
        return float(self.value[rows][self.owner[rows] == owner].sum())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the result should know."""
        told = (
            (self.holdings.unknown, "stakes without a known share, for which nothing was counted"),
            (self.closed.size, "companies wholly owned within a set of their own, without an outside owner"),
            (self.above_one.size, "companies with holdings above 1 together, whose owners are not computed"),
            (int((self.error > 1e-9).sum()), f"companies with figures too low by up to {self.worst_error:.2g}"),
        )
        return tuple(f"{text}: {count:,}" for count, text in told if count)


def integrated_ownership(
    owner: IntArray, owned: IntArray, share: IntArray, n_parties: int, at_least: int = ONE_PERCENT, width: int = 200
) -> Ownership:
    """All pairs of at least `at_least` parts per billion, and the rest of every company.

    owner, owned: shape (n_stakes,), party ordinals; share: parts per billion, UNKNOWN is left out and counted.
    width: where a company has more owners than that, the smallest are left out while working, at the price of `error`.
    Raises ValueError for ordinals out of range, shares outside 0..10^9, shapes that differ, `at_least` outside
    0..10^9; TooManyPairs where the pairs do not fit. Cost: `algorithms.ownership_spread.spread`.
    """
    return ownership_of(shareholdings(owner, owned, share, n_parties), at_least, width)


def ownership_of(holdings: Shareholdings, at_least: int = ONE_PERCENT, width: int = 200) -> Ownership:
    """The same of holdings that are summed already."""
    if not 0 <= at_least <= PPB:
        raise ValueError(f"at_least lies within 0..10^9 parts per billion, not at {at_least}")
    n = holdings.table.n_nodes
    everybody = np.ones(n, dtype=np.bool_)
    found = spread(network(holdings), Wanted(everybody, at_least / PPB, width=width))
    return _told(holdings, found, everybody, at_least)


def owners_of(holdings: Shareholdings, company: int, at_least: int = 0) -> Ownership:
    """The owners of one company, by looking at what leads up to it only. Other companies have no pairs.

    Raises ValueError for an ordinal out of range. Cost: `ownership_of` on the parties above the company.
    """
    _check_party(company, holdings)
    nodes = holdings.upwards(company)
    wanted = Wanted(np.ones(nodes.size, dtype=np.bool_), at_least / PPB)
    found = _numbered(spread(network(holdings, nodes), wanted), nodes, company, holdings.table.n_nodes)
    asked = np.zeros(holdings.table.n_nodes, dtype=np.bool_)
    asked[company] = True
    return _told(holdings, found, asked, at_least)


def _check_party(party: int, holdings: Shareholdings) -> None:
    if not 0 <= party < holdings.table.n_nodes:
        raise ValueError(f"party {party} is outside 0..{holdings.table.n_nodes - 1}")


def _numbered(found: Spread, nodes: IntArray, company: int, n: int) -> Spread:
    """What was found of one company on a part of the parties, told by their ordinals in the whole."""

    def alone(column: FloatArray) -> FloatArray:
        out = np.zeros(n)
        out[company] = column[nodes == company][0]
        return out

    kept = nodes[found.company] == company
    figures = (alone(column) for column in (found.itself, found.error, found.undisclosed, found.stuck))
    return Spread(nodes[found.owner[kept]], nodes[found.company[kept]], found.value[kept], *figures)


def _told(holdings: Shareholdings, found: Spread, asked: BoolArray, at_least: int) -> Ownership:
    """The pairs in order, own shares among them, and what is left of each company. asked: shape (n,), which ones."""
    n, stopped = holdings.table.n_nodes, holdings.stopped
    asked = asked & (holdings.stakes > 0)
    itself = np.flatnonzero((found.itself >= at_least / PPB) & (found.itself > 0) & asked & ~stopped)
    owner, owned = np.concatenate((found.owner, itself)), np.concatenate((found.company, itself))
    value = np.concatenate((found.value, found.itself[itself]))
    order = order_by(owned * np.int64(max(n, 1)) + owner)
    owner, owned, value = owner[order], owned[order], value[order]
    final = holdings.stakes[owner] == 0
    listed = np.bincount(owned[final], value[final], minlength=n)
    number = np.bincount(owned[final], minlength=n)
    told = np.where(asked & ~stopped, 1.0 - found.undisclosed - found.stuck - listed, 0.0)
    return Ownership(
        holdings=holdings,
        owner=owner,
        owned=owned,
        value=value,
        first=offsets(owned, n),
        at_least=at_least,
        error=found.error,
        undisclosed=found.undisclosed,
        stuck=found.stuck,
        others=np.maximum(told, 0.0),
        others_error=np.where(asked, (number + 2) * found.error, 0.0),
    )
