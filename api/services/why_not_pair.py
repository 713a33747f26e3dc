"""What is near between two parties that are in no group together under one rule set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray
from algorithms.connected import Connected, ConnectedGroups
from algorithms.near_dependence import Flows, Near, near_dependence
from algorithms.threshold import UNKNOWN
from algorithms.votes import Stakes
from algorithms.why import Step
from algorithms.why_not import Miss, companions, why_not
from api.services.dependence_basis import REBUTTED, dependence_flows
from api.services.why_words import Teller


@dataclass(frozen=True)
class Pair:
    """Two parties under one rule set, with what is near between them.

    rebutted: (dependent, provider, criterion). bands: rows of the stakes of one in the other whose upper end would
    control. flows: None where the rule set speaks of no dependence. why_flagged: the steps that nobody has confirmed,
    by potential group that holds both.
    """

    a: int
    b: int
    together: IntArray
    misses: tuple[Miss, ...]
    rebutted: tuple[tuple[int, int, str], ...]
    bands: tuple[int, ...]
    near: tuple[Near, ...]
    flows: Flows | None
    why_flagged: dict[int, tuple[Step, ...]]

    @property
    def parties(self) -> set[int]:
        """The parties that are spoken of, apart from those that steps speak of."""
        named = {self.a, self.b, *(party for miss in self.misses for party in miss.parties)}
        named |= {party for dependent, provider, _ in self.rebutted for party in (dependent, provider)}
        return named | {party for near in self.near for party in (near.dependent, near.provider)}

    @property
    def steps(self) -> list[Step]:
        """The steps that nobody has confirmed."""
        return [step for steps in self.why_flagged.values() for step in steps]


def pairs_of(teller: Teller, pair: Pair) -> set[tuple[int, int]]:
    """The pairs of parties whose links are spoken of, apart from those of steps."""
    links = teller.under.depends.links
    rows = [row for miss in pair.misses for row in miss.dependence]
    found = {(int(links.dependent[row]), int(links.provider[row])) for row in rows}
    found |= {(miss.parties[0], miss.parties[1]) for miss in pair.misses if miss.kind == "votes"}
    return found | {(dependent, provider) for dependent, provider, _ in pair.rebutted}


def look(teller: Teller, stakes: Stakes, a: int, b: int) -> Pair:
    """What is near between two parties. Raises ValueError when both are one."""
    under, control = teller.under, teller.control
    connected = under.connected
    misses = why_not(control, under.depends.links, under.parties, under.rule, connected, a, b)
    together = _common(connected.firm, a, b)
    flows = None if together.size else dependence_flows(teller.risk, teller.basis, under.rules, under.single)
    near: list[Near] = []
    for one, other in ((a, b), (b, a)):
        if flows is None:
            break
        inside: BoolArray = np.zeros(control.n_parties, dtype=np.bool_)
        inside[companions(connected.firm, other)] = True
        inside[companions(connected.firm, one)] = False
        inside[other] = True
        near += near_dependence(flows, one, inside)
    return Pair(
        a=a,
        b=b,
        together=together,
        misses=misses,
        rebutted=tuple(_rebutted(teller, a, b)) if not together.size else (),
        bands=tuple(_bands(teller, stakes, a, b)) if not together.size else (),
        near=tuple(near),
        flows=flows,
        why_flagged={group: _flagged(teller, connected, group, a, b) for miss in misses for group in _potential(miss)},
    )


def _potential(miss: Miss) -> tuple[int, ...]:
    return miss.groups if miss.kind == "flagged_only" else ()


def _common(groups: ConnectedGroups, a: int, b: int) -> IntArray:
    rows = [np.flatnonzero(groups.party == party) for party in (a, b)]
    one, other = (np.searchsorted(groups.first, row, side="right") - 1 for row in rows)
    return np.intersect1d(one, other)


def _flagged(teller: Teller, connected: Connected, group: int, a: int, b: int) -> tuple[Step, ...]:
    """The steps to either party that nobody has confirmed."""
    explainer = teller.under.explainer(teller.control)
    steps = [step for party in (a, b) for step in explainer.why(connected.potential, group, party).steps]
    return tuple(dict.fromkeys(step for step in steps if not step.firm))


def _rebutted(teller: Teller, a: int, b: int) -> Iterator[tuple[int, int, str]]:
    risk, pair = teller.risk, [a, b]
    dependent, provider = risk.column("dependence", "dependent"), risk.column("dependence", "provider")
    rows = np.isin(dependent, pair) & np.isin(provider, pair) & (dependent != provider)
    rows &= risk.column("dependence", "status") == REBUTTED
    for row in np.flatnonzero(rows).tolist():
        yield int(dependent[row]), int(provider[row]), risk.texts("dependence", "criterion")[row]


def _bands(teller: Teller, stakes: Stakes, a: int, b: int) -> Iterator[int]:
    pair = [a, b]
    low, high = stakes.lower(), stakes.upper()
    rows = np.isin(stakes.owner, pair) & np.isin(stakes.owned, pair) & (stakes.owner != stakes.owned)
    rows &= (high > np.maximum(low, 0)) & (high != UNKNOWN)
    for row in np.flatnonzero(rows).tolist():
        test = teller.control.rule.threshold
        if test.met_by(int(high[row])) and not teller.control.controls(int(stakes.owner[row]), int(stakes.owned[row])):
            yield row
