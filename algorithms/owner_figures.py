"""What every person has of every company, in one kind of interest: integrated, and control-weighted."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from algorithms.columns import BoolArray, IntArray, find, offsets, order_by
from algorithms.ownership_exact import MARGIN, meets
from algorithms.ownership_network import FloatArray, Shareholdings, network
from algorithms.ownership_spread import Spread, Wanted, spread
from algorithms.threshold import PPB, UNKNOWN, Threshold


@dataclass(frozen=True, slots=True)
class Figures:
    """Pairs of company and person by key = company * n_parties + person, ascending, shape (n_pairs,).

    value: a fraction, too low by at most the company's `error`, shape (n_parties,).
    """

    key: IntArray
    value: FloatArray
    error: FloatArray

    def ppb(self, key: IntArray) -> IntArray:
        """The figures of pairs in parts per billion, rounded; UNKNOWN where they are too small to be listed."""
        at, there = find(self.key, key)
        figures = np.rint(self.value * PPB).astype(np.int64)
        return np.where(there, figures[at] if figures.size else UNKNOWN, UNKNOWN)


@dataclass(frozen=True)
class Personal:
    """The figures of one kind of interest, and whom each person controls.

    undisclosed, stuck: what of each company goes up to nobody known (shares not disclosed, companies whose owners
    nobody told) and to companies whose owners are not computed; fractions of shape (n_parties,).
    """

    holdings: Shareholdings
    integrated: Figures
    weighted: Figures
    undisclosed: FloatArray
    stuck: FloatArray
    person: IntArray
    controlled: IntArray

    @cached_property
    def _first(self) -> IntArray:
        return offsets(self.person, self.holdings.table.n_nodes)

    def whole(self, person: int) -> Set[int]:
        """The companies that a person controls."""
        return set(self.controlled[self._first[person] : self._first[person + 1]].tolist())

    def passing(self, weighted: bool, threshold: Threshold) -> tuple[IntArray, IntArray]:
        """(keys of the pairs that meet a threshold, keys of those that could not be decided exactly)."""
        figures, n = self.weighted if weighted else self.integrated, np.int64(self.holdings.table.n_nodes)
        company, person = np.divmod(figures.key, n)
        near = np.flatnonzero(figures.value + figures.error[company] >= threshold.ppb / PPB - MARGIN)
        company, person = company[near], person[near]
        value, error = figures.value[near], figures.error[company]
        close = np.flatnonzero(value <= threshold.ppb / PPB + MARGIN)
        whole = {int(p): self.whole(int(p)) for p in np.unique(person[close])} if weighted else {}
        whole = {party: companies for party, companies in whole.items() if companies}
        passes, undecided = meets(self.holdings, person, company, value, error, threshold, whole)
        return figures.key[near[passes]], figures.key[near[undecided]]


def personal_figures(
    holdings: Shareholdings, persons: BoolArray, person: IntArray, controlled: IntArray, listed_from: float
) -> Personal:
    """Both measures of all persons, from `listed_from` on.

    persons: shape (n_parties,). person, controlled: shape (n_pairs,), whom each person controls, sorted by person. Only
    for persons who control somebody is the control-weighted measure anything else than integrated ownership.
    """
    n = holdings.table.n_nodes
    net = network(holdings)
    nobody_told = (holdings.stakes == 0) & ~persons
    net = replace(net, gap=np.where(nobody_told, 1.0, net.gap))
    plain = spread(net, Wanted(persons, listed_from))
    integrated = _figures(plain, n)
    controlling = np.zeros(n, dtype=np.bool_)
    controlling[person] = True
    wanted = Wanted(controlling, listed_from, whole_company=controlled, whole_party=person)
    raised = _figures(spread(net, wanted), n) if person.size else Figures(person, plain.value[:0], plain.error * 0)
    rest = ~controlling[integrated.key % max(n, 1)]
    key = np.concatenate((integrated.key[rest], raised.key))
    order = order_by(key)
    value = np.concatenate((integrated.value[rest], raised.value))[order]
    weighted = Figures(key[order], value, np.maximum(integrated.error, raised.error))
    return Personal(holdings, integrated, weighted, plain.undisclosed, plain.stuck, person, controlled)


def _figures(found: Spread, n: int) -> Figures:
    key = found.company * np.int64(max(n, 1)) + found.owner
    order = order_by(key)
    return Figures(key[order], found.value[order], found.error)
