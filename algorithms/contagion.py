"""Contagion along guarantees, round by round (DOMAIN.md 6.5 and 6.6).

When a party falls, each guarantor of its debts is called for each guarantee, in full, joint guarantors too. Calls on a
party add up over the rounds; it falls when they are more than its equity, and it pays up to its equity in all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, joined, nothing, offsets, order_by, rows_of
from algorithms.guarantees import Guarantees, counted_rows
from algorithms.money import MoneySums, check_money, money_sums
from algorithms.threshold import UNKNOWN
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class Contagion:
    """What the failure of some parties leads to.

    Calls, shape (n_calls,), sorted by (call_round, call_row): call_round: from 1 on. call_row: the guarantee called,
    whose debtor has fallen in the round before.
    Fallen parties, shape (n_fallen,), sorted by (fell_in, fallen): fell_in is 0 for those that failed at the start.
    Called parties, shape (n_called,), ascending: called: the sum of the known calls on it; called_unknown: how many
    calls are for an unknown amount; paid: what it pays, UNKNOWN without known equity, and the least it pays where
    some call is unknown; a party that failed at the start pays nothing.
    not_assessed: called parties that may fall or not, since their equity or some call is unknown, ascending.
    """

    call_round: IntArray
    call_row: IntArray
    fallen: IntArray
    fell_in: IntArray
    party: IntArray
    called: IntArray
    called_unknown: IntArray
    paid: IntArray
    not_assessed: IntArray

    @property
    def n_rounds(self) -> int:
        """How many rounds had calls."""
        return int(self.call_round[-1]) if self.call_round.size else 0

    @property
    def total_called(self) -> int:
        """The known calls together."""
        return sum(self.called.tolist())

    @property
    def total_paid(self) -> int:
        """What is known to be paid, together."""
        return sum(np.maximum(self.paid, 0).tolist())


def contagion(guarantees: Guarantees, equity: IntArray, failing: IntArray) -> Contagion:
    """Follow the failure of some parties until a round fells nobody.

    equity: shape (n_parties,), minor units or UNKNOWN; a party with negative equity has none: 0. failing: ordinals.
    A party with unknown equity is not felled by calls, nor is one by an unknown amount: such parties are listed as not
    assessed. Raises ValueError for ordinals out of range, negative equity, sums of calls beyond int64.
    Cost: sorting the guarantees by debtor, then each guarantee is called at most once: linear.
    """
    n = equity.size
    check_money("equity", equity, n)
    check_ordinals("failing", failing, n)
    row = counted_rows(guarantees, n).row
    # No party is called for more than all that it guarantees: if that fits, every sum of calls does.
    money_sums("guarantees of one guarantor", guarantees.guarantor[row], guarantees.amount[row], n)
    row = row[order_by(guarantees.debtor[row])]
    by_debtor = offsets(guarantees.debtor[row], n)
    called = MoneySums(np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64))
    down = np.zeros(n, dtype=np.bool_)
    fallen, calls = [distinct(failing)], [nothing()]
    down[fallen[0]] = True
    while fallen[-1].size:
        _, place = rows_of(by_debtor, fallen[-1])
        calls.append(np.sort(row[place]))
        hit = _call(called, guarantees, calls[-1])
        fallen.append(hit[_over(called.known, equity, hit) & ~down[hit]])
        down[fallen[-1]] = True
    return _told(guarantees, equity, calls, fallen, called, down)


def _call(called: MoneySums, guarantees: Guarantees, rows: IntArray) -> IntArray:
    """Add the calls of some guarantees; returns the parties called, ascending."""
    guarantor, amount = guarantees.guarantor[rows], guarantees.amount[rows]
    np.add.at(called.known, guarantor, np.maximum(amount, 0))
    np.add.at(called.unknown, guarantor, amount == UNKNOWN)
    return distinct(guarantor)


def _over(called: IntArray, equity: IntArray, party: IntArray) -> BoolArray:
    over: BoolArray = (equity[party] != UNKNOWN) & (called[party] > equity[party])
    return over


def _told(
    guarantees: Guarantees,
    equity: IntArray,
    calls: list[IntArray],
    fallen: list[IntArray],
    called: MoneySums,
    down: BoolArray,
) -> Contagion:
    rows = joined(*calls)
    party = distinct(guarantees.guarantor[rows])
    own, known, unknown = equity[party], called.known[party], called.unknown[party]
    paid = np.where(own == UNKNOWN, UNKNOWN, np.minimum(known, own))
    paid[np.isin(party, fallen[0])] = 0
    doubtful = ~down[party] & ((own == UNKNOWN) | (unknown > 0))
    return Contagion(
        call_round=np.repeat(np.arange(len(calls)), [part.size for part in calls]),
        call_row=rows,
        fallen=joined(*fallen),
        fell_in=np.repeat(np.arange(len(fallen)), [part.size for part in fallen]),
        party=party,
        called=known,
        called_unknown=unknown,
        paid=paid,
        not_assessed=party[doubtful],
    )
