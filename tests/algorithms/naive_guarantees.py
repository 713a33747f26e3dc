"""Guarantees taken literally from their definitions: lists and sets, no cleverness. The oracle of the tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import networkx as nx

from algorithms.guarantee_chains import ChainRule
from algorithms.threshold import UNKNOWN

Row = tuple[int, int, int]
"""(guarantor, debtor, amount)."""


def counting(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    return [(place, row) for place, row in enumerate(rows) if row[2] != 0 and row[0] != row[1]]


def graph_of(rows: Sequence[Row]) -> nx.DiGraph[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from((guarantor, debtor) for _, (guarantor, debtor, _) in counting(rows))
    return graph


def circles(rows: Sequence[Row], longest: int | None = None) -> set[tuple[int, ...]]:
    """All simple cycles of three or more, each from its lowest party on."""
    found = set()
    for cycle in nx.simple_cycles(graph_of(rows)):
        if len(cycle) >= 3 and (longest is None or len(cycle) <= longest):
            lowest = cycle.index(min(cycle))
            found.add(tuple(cycle[lowest:] + cycle[:lowest]))
    return found


def mutual(rows: Sequence[Row]) -> set[tuple[int, int]]:
    edges = set(graph_of(rows).edges)
    return {(one, other) for one, other in edges if one < other and (other, one) in edges}


def amounts(rows: Sequence[Row], guarantor: int, debtor: int) -> list[int]:
    return [amount for _, (one, other, amount) in counting(rows) if (one, other) == (guarantor, debtor)]


def chains(rows: Sequence[Row], days: Sequence[int], rule: ChainRule) -> dict[tuple[int, int], dict[int, int]]:
    """By (guarantor, first day): each member with the fewest guarantees to it, all sequences tried."""
    found: dict[tuple[int, int], dict[int, int]] = {}

    def follow(root: int, first: int, party: int, day: int, links: int) -> None:
        if party == root or links > rule.longest:
            return
        members = found[root, first]
        members[party] = min(links, members.get(party, links))
        for place, (guarantor, debtor, _) in counting(rows):
            if guarantor == party and day <= days[place] <= first + rule.window:
                follow(root, first, debtor, days[place], links + 1)

    for place, (guarantor, debtor, _) in counting(rows):
        found.setdefault((guarantor, days[place]), {})
        follow(guarantor, days[place], debtor, days[place], 1)
    return {key: members for key, members in found.items() if max(members.values(), default=0) >= 2}


@dataclass
class Rounds:
    """Contagion as told: calls by round, who fell when, all calls on each party."""

    calls: list[tuple[int, int]] = field(default_factory=list)
    fell: dict[int, int] = field(default_factory=dict)
    called: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def rounds(rows: Sequence[Row], equity: Sequence[int], failing: Sequence[int]) -> Rounds:
    out = Rounds(fell=dict.fromkeys(failing, 0))
    falling = set(failing)
    number = 0
    while falling:
        number += 1
        for place, (guarantor, debtor, amount) in counting(rows):
            if debtor in falling:
                out.calls.append((number, place))
                out.called[guarantor].append(amount)
        falling = {
            party
            for party, each in out.called.items()
            if party not in out.fell
            and equity[party] != UNKNOWN
            and sum(amount for amount in each if amount != UNKNOWN) > equity[party]
        }
        out.fell |= dict.fromkeys(falling, number)
    return out


def cover(rows: Sequence[Row], equity: Sequence[int], members: Sequence[int], guess: int) -> int:
    """The real cover when every unknown is `guess`."""
    total = 0
    for member in members:
        given = inside = 0
        for _, (guarantor, debtor, amount) in counting(rows):
            worth = guess if amount == UNKNOWN else amount
            if guarantor == member and debtor in members:
                given += worth
            if debtor == member and guarantor not in members:
                inside += worth
        own = guess if equity[member] == UNKNOWN else equity[member]
        total += min(given, own + inside)
    return total
