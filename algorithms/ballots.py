"""The tests of majority control, one a company: what each holder's votes weigh and what must be passed.

Own shares (DOMAIN.md 1). Write own(y) for the holders that are y itself or that y controls, v(S) for the votes
in y held by a set S. The set S = {x and all that x controls} controls y when

    v(S) > t * (1 - v(own(y) - S))        `reduce`: shares that y or its subsidiaries hold leave the denominator,
    v(S) > t                              `ignore`

where y's own stake in itself never counts for anybody. Shares of a subsidiary that the controller commands
stay in both sums (in example 1.3 each is the other's subsidiary), so that more control never undoes control and
there is one least fixpoint. Where dirty data leave a denominator below 0 it counts as 0: any votes suffice.
With o the holders other than y itself in own(y), the first line reads, without division,

    v(S) - t * v(S and o) > t * (1 - v(own(y)))

so own holders simply weigh (1 - t) of their votes: each company's test is a sum of whole weights against a whole
limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from algorithms.columns import BoolArray, IntArray, by_row, rows, sums
from algorithms.threshold import PPB
from algorithms.votes import ControlRule, VoteTable

SAFE_SUM = 2**62
"""Weights of one company may sum to this much: comparisons then stay inside int64."""


class TooManyVotes(ValueError):
    """The holdings in a party sum so far above 1 that they cannot be compared exactly. party: its ordinal."""

    def __init__(self, party: int, threshold_ppb: int) -> None:
        super().__init__(
            f"the holdings in party {party} sum too far above 1 to be compared exactly with a threshold of "
            f"{threshold_ppb} parts per billion: give the threshold with fewer digits"
        )
        self.party = party


@dataclass(frozen=True, slots=True)
class Links:
    """Directed links between nodes. source, target: shape (n_links,)."""

    source: IntArray
    target: IntArray

    def joined(self, other: Links) -> Links:
        """These links and the others."""
        return Links(np.concatenate((self.source, other.source)), np.concatenate((self.target, other.target)))


@dataclass(frozen=True, slots=True)
class Joint:
    """Votes of which none suffice alone, in companies where they may together, sorted by holder and company.

    first: CSR offsets by holder, shape (n_nodes + 1,). holder, company, weight: shape (n_pairs,).
    """

    first: IntArray
    holder: IntArray
    company: IntArray
    weight: IntArray

    @classmethod
    def of(cls, table: VoteTable, weight: IntArray, pairs: IntArray) -> Joint:
        """Of some pairs of the table."""
        first, company, weight = by_row(table.holder[pairs], table.company[pairs], weight[pairs], table.shape)
        return cls(first, rows(first), company, weight)


@dataclass(frozen=True)
class Ballots:
    """Every company's test under one state of the own shares.

    limit: shape (n_nodes,): the weights of a controlling set sum to more than this. weight: shape (n_pairs,),
    one per pair of the table. sure: links where one holder suffices alone (its votes, or a declared basis).
    remaining: rows of the table: the other pairs of companies whose remaining holders can pass the limit together.
    joint: those of them that can matter to control by one party: only holders count that control something alone or may
    be controlled themselves, and companies that these can control together.
    """

    table: VoteTable
    limit: IntArray
    weight: IntArray
    sure: Links
    sure_first: IntArray
    joint: Joint
    remaining: IntArray

    @cached_property
    def together(self) -> Joint:
        """The remaining pairs of all holders: control by a set of parties none of which need control another."""
        return Joint.of(self.table, self.weight, self.remaining)


def ballots(table: VoteTable, rule: ControlRule, declared: Links, subsidiary: BoolArray) -> Ballots:
    """Work out every company's test.

    declared: links that control without votes. subsidiary: shape (n_pairs,), whether the pair's company is
    known to control the pair's holder. Raises TooManyVotes where the weights of a company would leave int64.
    """
    weight, limit = table.votes, _plain_limits(table, rule)
    if rule.own_shares == "reduce" and bool(subsidiary.any()):
        weight, limit = _with_subsidiaries(table, rule, subsidiary, limit)
    alone = weight > limit[table.company]
    sure, sure_first = _sure(Links(table.holder[alone], table.company[alone]).joined(declared), table.shape)
    rest = sums(table.company, np.where(alone, 0, weight), table.n_nodes)
    remaining = np.flatnonzero((rest > limit)[table.company] & ~alone & (weight > 0))
    # Whoever controls nothing alone and cannot be controlled is never one of several that control something.
    concerned = np.zeros(table.n_nodes, dtype=np.bool_)
    for nodes in (sure.source, sure.target, table.company[remaining]):
        concerned[nodes] = True
    joint = remaining[concerned[table.holder[remaining]]]
    rest = sums(table.company[joint], weight[joint], table.n_nodes)
    joint = joint[(rest > limit)[table.company[joint]]]
    return Ballots(
        table=table,
        limit=limit,
        weight=weight,
        sure=sure,
        sure_first=sure_first,
        joint=Joint.of(table, weight, joint),
        remaining=remaining,
    )


def _sure(links: Links, shape: tuple[int, int]) -> tuple[Links, IntArray]:
    """Distinct links without loops, sorted by source and target, and their CSR offsets by source."""
    kept = links.source != links.target
    ones = np.ones(int(kept.sum()), dtype=np.int8)
    first, target, _ = by_row(links.source[kept], links.target[kept], ones, shape)
    return Links(rows(first), target), first


def _plain_limits(table: VoteTable, rule: ControlRule) -> IntArray:
    own = table.own if rule.own_shares == "reduce" else np.zeros(table.n_nodes, dtype=np.int64)
    return rule.threshold.limits(np.maximum(PPB - own, 0))


def _with_subsidiaries(
    table: VoteTable, rule: ControlRule, subsidiary: BoolArray, limit: IntArray
) -> tuple[IntArray, IntArray]:
    """Weights and limits, scaled in the companies whose subsidiaries hold them, plain in all others."""
    numerator, denominator = rule.threshold.reduced()
    held = sums(table.company[subsidiary], table.votes[subsidiary], table.n_nodes)
    special = held > 0
    of_special = special[table.company]
    if int(table.total[special].max()) > SAFE_SUM // denominator:
        worst = int(np.argmax(np.where(special, table.total, 0)))
        raise TooManyVotes(worst, rule.threshold.ppb)
    weight = np.where(of_special, table.votes * denominator, table.votes)
    weight[subsidiary] -= numerator * table.votes[subsidiary]
    scaled = numerator * (PPB - np.minimum(table.own + held, 2 * PPB))
    if rule.threshold.sense == "at_least":
        scaled -= 1
    # Below 0 (nothing is left to vote but what a holder has) every holder suffices, even one whose votes weigh nothing.
    return weight, np.where(special, np.maximum(scaled, -1), limit)
