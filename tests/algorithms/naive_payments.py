"""Payment patterns taken literally from their definitions. The oracle of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from algorithms.loan_returns import ReturnRule
from algorithms.payment_fans import FanRule
from algorithms.threshold import UNKNOWN

Payment = tuple[int, int, int, int]
"""(payer, payee, day, amount)."""


@dataclass(frozen=True)
class Loan:
    borrower: int
    account: int
    day: int
    amount: int


def counting(payments: Sequence[Payment]) -> list[Payment]:
    return [payment for payment in payments if payment[3] > 0 and payment[0] != payment[1]]


def carried(payments: Sequence[Payment], accounts: Sequence[int], loan: Loan, last_day: int) -> int:
    """The most money that can have gone over the accounts in time order: a maximum flow over accounts and days.

    Money stays on an account from day to day without limit; what lies at the end when time is over has arrived.
    """
    graph: nx.DiGraph[object] = nx.DiGraph()
    days = range(loan.day, last_day + 1)
    graph.add_edge("loan", (0, loan.day), capacity=loan.amount)
    for place, account in enumerate(accounts):
        for day in days[:-1]:
            graph.add_edge((place, day), (place, day + 1))
        for day in days if place + 1 < len(accounts) else ():
            amount = sum(p[3] for p in payments if p[:3] == (account, accounts[place + 1], day))
            graph.add_edge((place, day), (place + 1, day), capacity=amount)
    value, _ = nx.maximum_flow(graph, "loan", (len(accounts) - 1, last_day))
    return int(value)


def routes(accounts: tuple[int, ...], n: int, hops: int) -> Iterator[tuple[int, ...]]:
    """All routes that start with these accounts: different ones, but that the last may be the first again."""
    if len(accounts) > 1:
        yield accounts
        if accounts[-1] == accounts[0]:
            return
    if len(accounts) <= hops:
        for account in range(n):
            if account != accounts[-1] and account not in accounts[1:]:
                yield from routes((*accounts, account), n, hops)


def returns(
    payments: Sequence[Payment],
    n_accounts: int,
    loan: Loan,
    holders: set[tuple[int, int]],
    backers: set[int],
    rule: ReturnRule,
) -> dict[int, tuple[tuple[int, ...], int]]:
    """By end party: the accounts of the route that is told, and what it carries."""
    counted = counting(payments)
    own = {account for account, party in holders if party == loan.borrower}
    accounts_of = {loan.borrower: own}
    for backer in backers - {loan.borrower}:
        accounts_of[backer] = {account for account, party in holders if party == backer} - own
    best: dict[int, tuple[int, int, tuple[int, ...]]] = {}
    pairs = {payment[:2] for payment in counted}
    payees = {account: len({p[1] for p in counted if p[0] == account}) for account in range(n_accounts)}
    for route in routes((loan.account,), n_accounts, rule.hops):
        steps = set(pairwise(route))
        if not steps <= pairs or any(payees[account] > rule.hub for account in route[1:-1]):
            continue
        amount = carried(counted, route, loan, loan.day + rule.window)
        if not rule.part.met_by(amount, loan.amount):
            continue
        for end, accounts in accounts_of.items():
            if route[-1] in accounts and route[-2] not in accounts:
                rank = (-amount, len(route), route)
                best[end] = min(best.get(end, rank), rank)
    return {end: (route, -amount) for end, (amount, _, route) in best.items()}


def fans(payments: Sequence[Payment], rule: FanRule) -> list[tuple[int, int, int, int, int, int]]:
    """(party, first day, payers, payees, paid in, paid out) of every fan that is told."""
    counted = counting(payments)
    found = []
    for party in sorted({payment[1] for payment in counted}):
        until = None
        for first in sorted({payment[2] for payment in counted if payment[1] == party}):
            if until is not None and first < until:
                continue
            window = [payment for payment in counted if first <= payment[2] < first + rule.days]
            paid_in = [payment for payment in window if payment[1] == party]
            paid_out = [payment for payment in window if payment[0] == party]
            payers, payees = {payment[0] for payment in paid_in}, {payment[1] for payment in paid_out}
            sums = [sum(payment[3] for payment in side) for side in (paid_in, paid_out)]
            enough = len(payers) >= rule.payers and len(payees) >= rule.payees
            if enough and rule.ratio.met_by(min(sums), max(sums)):
                found.append((party, first, len(payers), len(payees), sums[0], sums[1]))
                until = first + rule.days
    return found


def known(loan: Loan) -> bool:
    return loan.amount not in (0, UNKNOWN)
