"""The beneficial owners of one company, with their reasons: looked up in the whole bank's, or worked out alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, joined, offsets, order_by, rows_of
from algorithms.control import Control, control
from algorithms.owner_rules import MEASURES, Interests, Kind, Measure, OwnerRule
from algorithms.owners import NOBODY, BeneficialOwners, beneficial_owners, bit
from algorithms.votes import Bases, ControlRule, Stakes


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person passes a rule. ppb: the figure, parts per billion: of `kind` (the highest), of the votes for
    `control` (0 where a declared basis gives it), of the company `through` for `interest_in_controller`."""

    measure: Measure
    ppb: int
    kind: Kind | None = None
    through: int | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """A person with what it has of a company, and by which rules, by id, it is a beneficial owner. Figures by kind,
    parts per billion, UNKNOWN where too small to be listed."""

    person: int
    integrated: dict[Kind, int]
    weighted: dict[Kind, int]
    controls: bool
    reasons: dict[str, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class CompanyOwners:
    """owners: who passes a rule or controls. managers: by rule, who stands in as senior manager since nobody passes (an
    empty tuple: nobody passes, and no manager is known). undisclosed, stuck: parts per billion, as in
    `BeneficialOwners`."""

    company: int
    owners: tuple[Owner, ...]
    managers: dict[str, tuple[int, ...]]
    undisclosed: int
    stuck: int
    warnings: tuple[str, ...]


def company_owners(found: BeneficialOwners, held: Control, company: int) -> CompanyOwners:
    """One company's part of the whole bank's owners, with reasons. held: the control they were found with."""
    rows = range(int(found.first[company]), int(found.first[company + 1]))
    standing = tuple(found.managers(company).tolist())
    return CompanyOwners(
        company=company,
        owners=tuple(_owner(found, held, row) for row in rows),
        managers={rule.id: standing for k, rule in enumerate(found.rules) if found.fallback[k, company]},
        undisclosed=int(found.undisclosed[company]),
        stuck=int(found.stuck[company]),
        warnings=found.warnings,
    )


def _owner(found: BeneficialOwners, held: Control, row: int) -> Owner:
    reasons = {}
    for number, rule in enumerate(found.rules):
        passed = [measure for measure in MEASURES if found.passed[number, row] & bit(measure)]
        if passed:
            reasons[rule.id] = tuple(_reason(found, held, number, row, measure) for measure in passed)
    return Owner(
        person=int(found.person[row]),
        integrated=dict(zip(found.kinds, found.integrated[:, row].tolist(), strict=True)),
        weighted=dict(zip(found.kinds, found.weighted[:, row].tolist(), strict=True)),
        controls=bool(found.controls[row]),
        reasons=reasons,
    )


def _reason(found: BeneficialOwners, held: Control, rule: int, row: int, measure: Measure) -> Reason:
    company, person = int(found.company[row]), int(found.person[row])
    kinds = list(found.kinds)
    if measure == "control":
        return Reason(measure, _votes(held, person, company))
    if measure == "interest_in_controller":
        through = int(found.through[rule, row])
        key = np.asarray([through * found.interests.n_parties + person])
        figures = [int(part.integrated.ppb(key)[0]) for part in found.kinds.values()]
        return Reason(measure, max(figures), kinds[figures.index(max(figures))], through)
    figures = (found.weighted if measure == "control_weighted" else found.integrated)[:, row].tolist()
    return Reason(measure, max(figures), kinds[figures.index(max(figures))])


def _votes(held: Control, person: int, company: int) -> int:
    """The votes by which a person controls a company, alone or as one with its family."""
    families = [held.n_parties + k for k, members in enumerate(held.families) if person in members]
    controllers = [party for party in (person, *families) if held.controls(party, company)]
    return max((held.gap(party, company).votes for party in controllers), default=0)


@dataclass(frozen=True)
class OwnerCases:
    """All that the owners of single companies are worked out from, with indexes made once.

    interests, stakes (the votes that control is worked out from), bases, families: over the same parties.
    """

    interests: Interests
    stakes: Stakes
    bases: Bases = field(default_factory=Bases)
    families: tuple[tuple[int, ...], ...] = ()
    control_rule: ControlRule = field(default_factory=ControlRule)

    def owners_of(self, company: int, rules: Sequence[OwnerRule]) -> CompanyOwners:
        """The owners of one company. The same as in the whole bank, from the parties above the company only: whatever
        helps to control it, or to own it, stands above it. Raises ValueError for an ordinal out of range."""
        if not 0 <= company < self.interests.n_parties:
            raise ValueError(f"party {company} is outside 0..{self.interests.n_parties - 1}")
        nodes = self.above(np.asarray([company]))
        held, found = self.owners_among(nodes, rules)
        return _renamed(company_owners(found, held, int(np.searchsorted(nodes, company))), nodes)

    def owners_among(self, nodes: IntArray, rules: Sequence[OwnerRule]) -> tuple[Control, BeneficialOwners]:
        """Control and owners among some parties and all that stand above them, numbered by place in `nodes`: those of
        the parties that nodes were made `above` of are the same as in the whole bank."""
        number = np.full(self.interests.n_parties, NOBODY, dtype=np.int64)
        number[nodes] = np.arange(nodes.size)
        families = [tuple(number[list(members)].tolist()) for members in self.families]
        families = [members for members in families if NOBODY not in members]
        bases = self._bases(nodes, number)
        held = control(self._stakes(nodes, number), nodes.size, self.control_rule, bases, families)
        return held, beneficial_owners(self._interests(nodes, number), held, rules)

    def below(self, parties: IntArray) -> IntArray:
        """The parties and all whose owners may hang on theirs: what they hold or control at any remove. Ascending."""
        down = [(self.interests.owner, self.interests.owned), (self.stakes.owner, self.stakes.owned)]
        down.append((self.bases.controller, self.bases.controlled))
        indexes = [_Index.of(lower, upper, self.interests.n_parties) for upper, lower in down]
        return _grown(parties, self.interests.n_parties, lambda new: joined(*(index.above(new) for index in indexes)))

    def above(self, companies: IntArray) -> IntArray:
        """The companies and all that hold, control or manage them at any remove, families as a whole. Ascending."""
        return _grown(
            companies,
            self.interests.n_parties,
            lambda new: joined(*(index.above(new) for index in self._indexes), self._kin(new)),
        )

    @cached_property
    def _indexes(self) -> tuple[_Index, ...]:
        n = self.interests.n_parties
        columns = (
            (self.interests.owner, self.interests.owned),
            (self.stakes.owner, self.stakes.owned),
            (self.bases.controller, self.bases.controlled),
            (self.interests.manager, self.interests.managed),
        )
        return tuple(_Index.of(upper, lower, n) for upper, lower in columns)

    def _kin(self, parties: IntArray) -> IntArray:
        chosen = set(parties.tolist())
        kin = [party for members in self.families if chosen & set(members) for party in members]
        return np.asarray(kin, dtype=np.int64)

    def _interests(self, nodes: IntArray, number: IntArray) -> Interests:
        row, managing = self._indexes[0].rows(nodes), self._indexes[3].rows(nodes)
        given = self.interests
        return Interests(
            owner=number[given.owner[row]],
            owned=number[given.owned[row]],
            share=given.share[row],
            person=given.person[nodes],
            votes=None if given.votes is None else given.votes[row],
            profit=None if given.profit is None else given.profit[row],
            managed=number[given.managed[managing]],
            manager=number[given.manager[managing]],
        )

    def _stakes(self, nodes: IntArray, number: IntArray) -> Stakes:
        row, given = self._indexes[1].rows(nodes), self.stakes
        low, high = (None if band is None else band[row] for band in (given.votes_min, given.votes_max))
        return Stakes(number[given.owner[row]], number[given.owned[row]], given.votes[row], low, high)

    def _bases(self, nodes: IntArray, number: IntArray) -> Bases:
        row, given = self._indexes[2].rows(nodes), self.bases
        return Bases(number[given.controller[row]], number[given.controlled[row]], given.basis[row], given.names)


@dataclass(frozen=True, slots=True)
class _Index:
    """Links by their lower end."""

    upper: IntArray
    order: IntArray
    first: IntArray

    @classmethod
    def of(cls, upper: IntArray, lower: IntArray, n: int) -> _Index:
        order = order_by(lower)
        return cls(upper, order, offsets(lower[order], n))

    def rows(self, parties: IntArray) -> IntArray:
        """The links down to these parties, in their given order."""
        return np.sort(self.order[rows_of(self.first, parties)[1]])

    def above(self, parties: IntArray) -> IntArray:
        """The upper ends of the links down to these parties."""
        return self.upper[self.rows(parties)]


def _grown(start: IntArray, n_parties: int, step: Callable[[IntArray], IntArray]) -> IntArray:
    """All that is reached from the start step by step, ascending."""
    seen: BoolArray = np.zeros(n_parties, dtype=np.bool_)
    new = distinct(start)
    while new.size:
        seen[new] = True
        new = step(new)
        new = distinct(new[~seen[new]])
    return np.flatnonzero(seen)


def _renamed(found: CompanyOwners, nodes: IntArray) -> CompanyOwners:
    """The same told by the ordinals `nodes` of the whole bank."""

    def reason(given: Reason) -> Reason:
        return given if given.through is None else replace(given, through=int(nodes[given.through]))

    return replace(
        found,
        company=int(nodes[found.company]),
        owners=tuple(
            replace(
                owner,
                person=int(nodes[owner.person]),
                reasons={rule: tuple(reason(each) for each in reasons) for rule, reasons in owner.reasons.items()},
            )
            for owner in found.owners
        ),
        managers={rule: tuple(nodes[list(parties)].tolist()) for rule, parties in found.managers.items()},
    )
