"""All limits of a rule set tested for every single counterparty and every group, firm and potential (DOMAIN.md 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from algorithms.claims import Claims
from algorithms.columns import BoolArray, IntArray
from algorithms.currency import Rates
from algorithms.exposure import Exposure, Members, exposure_of_groups, exposure_of_parties
from algorithms.limits import Capital, Counterparties, Limit, LimitResult, apply_limit

SINGLE, ALL = "single", "all"


@dataclass(frozen=True, slots=True)
class Parties:
    """What the parties are; all arrays have the shape (n_parties,).

    exempt: kept out of the limits (sovereigns, central banks and the like, by the rule set). related: related parties
    of the bank. A G-SIB is a bank too.
    """

    bank: BoolArray
    g_sib: BoolArray
    related: BoolArray
    exempt: BoolArray

    def of(self, counterparties: Counterparties) -> BoolArray:
        """The parties of one class."""
        if counterparties == "any":
            return np.ones(self.bank.size, dtype=np.bool_)
        if counterparties == "non_bank":
            return ~self.bank
        chosen: BoolArray = getattr(self, counterparties)
        return chosen


@dataclass(slots=True)
class Exposures:
    """The exposures that the limits of one rule set ask for, each worked out once.

    groups: what each list of groups is called -> its members. A limit for `non_bank` counts only the members that are
    no banks. A limit for `bank`, `g_sib` or `related` is for the groups with such a member, and counts all members.
    """

    claims: Claims
    parties: Parties
    groups: Mapping[str, Members]
    _known: dict[tuple[str, str], Exposure] = field(default_factory=dict)

    def of(self, reading: str, counterparties: Counterparties) -> Exposure:
        """The exposure of all single parties, of all of one class together, or of the groups of one reading."""
        counted = self._counted(reading, counterparties)
        key = (reading, "any" if counted is None else counterparties)
        if key not in self._known:
            self._known[key] = self._work_out(reading, counted)
        return self._known[key]

    def applies(self, reading: str, counterparties: Counterparties) -> BoolArray:
        """For whom a limit is, shape (n,)."""
        chosen = self.parties.of(counterparties)
        if reading == SINGLE:
            return chosen
        if reading == ALL:
            return np.ones(1, dtype=np.bool_)
        members = self.groups[reading]
        group = np.repeat(np.arange(len(members), dtype=np.int64), np.diff(members.first))
        there = np.zeros(len(members), dtype=np.bool_)
        there[group[chosen[members.party]]] = True
        return there

    def _counted(self, reading: str, counterparties: Counterparties) -> BoolArray | None:
        narrowed = counterparties == "non_bank" if reading not in (SINGLE, ALL) else reading == ALL
        return self.parties.of(counterparties) if narrowed and counterparties != "any" else None

    def _work_out(self, reading: str, counted: BoolArray | None) -> Exposure:
        exempt = self.parties.exempt
        if reading == SINGLE:
            return exposure_of_parties(self.claims, exempt)
        if reading == ALL:
            everybody: IntArray = np.arange(exempt.size, dtype=np.int64)
            one = Members(np.asarray([0, exempt.size], dtype=np.int64), everybody)
            return exposure_of_groups(self.claims, one, exempt, counted)
        return exposure_of_groups(self.claims, self.groups[reading], exempt, counted)


def limit_tests(
    limits: Sequence[Limit],
    exposures: Exposures,
    capital: Capital,
    warning: int,
    rates: Rates | None = None,
    lender_is_g_sib: bool = False,
) -> Iterator[LimitResult]:
    """Each limit: for all single parties, for all of a class together, or for each list of groups.

    Limits between G-SIBs are tested only if the bank is one itself. Results come one by one, so that a caller can keep
    only the rows it needs.
    """
    for limit in limits:
        if limit.counterparties == "g_sib" and not lender_is_g_sib:
            continue
        readings = exposures.groups if limit.who == "group" else (limit.who,)
        for reading in readings:
            figures = exposures.of(reading, limit.counterparties)
            applies = exposures.applies(reading, limit.counterparties)
            yield apply_limit(limit, reading, figures, applies, capital, warning, rates)
