"""Beneficial owners under several rules at once (DOMAIN.md 2): the whole bank, or one company.

Thresholds are tested exactly: figures nearer to one than their error are worked out as fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, find, joined, offsets, order_by, rows_of, starts_of
from algorithms.control import Control
from algorithms.controlled import controlled_by, personal_control
from algorithms.owner_figures import Personal, personal_figures
from algorithms.owner_rules import MEASURES, Interests, Kind, Measure, OwnerRule
from algorithms.ownership_network import shareholdings
from algorithms.threshold import PPB, UNKNOWN

LISTED_FROM = PPB // 100
"""Figures of less are not listed, unless a rule's threshold is lower than twice this."""

NOBODY = -1


def bit(measure: Measure) -> int:
    """The bit that stands for a measure in `BeneficialOwners.passed`."""
    return 1 << MEASURES.index(measure)


@dataclass(frozen=True)
class BeneficialOwners:
    """Pairs of company and person that pass a rule or in which the person controls, sorted by (company, person).

    company, person: shape (n_rows,). integrated, weighted: shape (n_kinds, n_rows), parts per billion in each of
    `kinds`, UNKNOWN where too small to be listed. controls: shape (n_rows,). passed: shape (n_rules, n_rows), the
    measures by which each rule is passed as bits (`bit`), 0 for none. through: shape (n_rules, n_rows), the company by
    which `interest_in_controller` is passed (where there are several, that of which the person has most), or NOBODY.
    fallback: shape (n_rules, n_parties), the companies for which no person passes a rule: their managers stand in.
    undisclosed, stuck: shape (n_parties,), parts per billion of a company's shares that go up to nobody known, and to
    companies whose owners are not computed. undecided: keys company * n_parties + person of pairs so near to a
    threshold, in structures so tangled, that the float decided.
    """

    interests: Interests
    rules: tuple[OwnerRule, ...]
    kinds: dict[Kind, Personal]
    company: IntArray
    person: IntArray
    integrated: IntArray
    weighted: IntArray
    controls: BoolArray
    passed: IntArray
    through: IntArray
    fallback: BoolArray
    undisclosed: IntArray
    stuck: IntArray
    undecided: IntArray

    def __len__(self) -> int:
        return int(self.company.size)

    @cached_property
    def first(self) -> IntArray:
        """CSR offsets of the rows by company, shape (n_parties + 1,)."""
        return offsets(self.company, self.interests.n_parties)

    def managers(self, company: int) -> IntArray:
        """Who stands in where no person passes: legal representatives and executives, in their order; may be none."""
        order, first = self._managers
        return self.interests.manager[order[first[company] : first[company + 1]]]

    @cached_property
    def _managers(self) -> tuple[IntArray, IntArray]:
        order = order_by(self.interests.managed)
        return order, offsets(self.interests.managed[order], self.interests.n_parties)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the result should know."""
        unknown = {kind: part.holdings.unknown for kind, part in self.kinds.items()}
        return owner_warnings(unknown, int(self.undecided.size))


NO_FIGURE = "stakes without a known figure"


def owner_warnings(unknown: Mapping[Kind, int], undecided: int) -> tuple[str, ...]:
    """What is told of stakes without a figure, by kind of interest, and of pairs that were not decided."""
    told = [(count, f"{NO_FIGURE} ({kind}), for which nothing was counted") for kind, count in unknown.items()]
    told.append((undecided, "pairs too near to a threshold to be decided exactly"))
    return tuple(f"{text}: {count:,}" for count, text in told if count)


def beneficial_owners(interests: Interests, control: Control, rules: Sequence[OwnerRule]) -> BeneficialOwners:
    """The beneficial owners of all companies under each rule.

    control: over the same parties; a person counts as controlling what its family controls, where families count as
    one. Parties that are no persons are companies. Raises ValueError where the parties differ in number, or for
    interests out of range. Cost: integrated ownership of persons, twice where rules are control-weighted, and the pairs
    of persons and what they control.
    """
    n, persons = interests.n_parties, interests.person
    if control.n_parties != n:
        raise ValueError(f"control knows {control.n_parties} parties, interests {n}")
    listed_from = min([LISTED_FROM, *(rule.threshold.ppb // 2 for rule in rules)]) / PPB
    person, controlled = personal_control(control, persons)
    kinds = {
        kind: personal_figures(
            shareholdings(interests.owner, interests.owned, column, n), persons, person, controlled, listed_from
        )
        for kind, column in interests.kinds().items()
    }
    width = np.int64(max(n, 1))
    commanded = np.sort(controlled * width + person)
    tested = [_tested(rule, kinds, control, commanded) for rule in rules]
    keys = distinct(joined(commanded, *(key for passes in tested for key in passes.by_measure.values())))
    company, who = np.divmod(keys, width)
    keys, company, who = (column[~persons[company]] for column in (keys, company, who))
    passed = np.zeros((len(rules), keys.size), dtype=np.int64)
    through = np.full((len(rules), keys.size), NOBODY, dtype=np.int64)
    fallback = np.tile(~persons, (len(rules), 1))
    for number, passes in enumerate(tested):
        for measure, passing in passes.by_measure.items():
            passed[number] |= np.where(find(passing, keys)[1], bit(measure), 0)
        if passes.through.size:
            at, there = find(passes.by_measure["interest_in_controller"], keys)
            through[number] = np.where(there, passes.through[at], NOBODY)
        fallback[number, company[passed[number] > 0]] = False
    share = kinds["share"]
    return BeneficialOwners(
        interests=interests,
        rules=tuple(rules),
        kinds=kinds,
        company=company,
        person=who,
        integrated=np.stack([part.integrated.ppb(keys) for part in kinds.values()]),
        weighted=np.stack([part.weighted.ppb(keys) for part in kinds.values()]),
        controls=find(commanded, keys)[1],
        passed=passed,
        through=through,
        fallback=fallback,
        undisclosed=np.where(persons, 0, np.rint(share.undisclosed * PPB).astype(np.int64)),
        stuck=np.where(persons, 0, np.rint(share.stuck * PPB).astype(np.int64)),
        undecided=distinct(joined(*(passes.undecided for passes in tested))),
    )


@dataclass(frozen=True, slots=True)
class _Passes:
    """The keys that pass one rule, by measure, ascending; through: beside those of `interest_in_controller`."""

    by_measure: dict[Measure, IntArray]
    through: IntArray
    undecided: IntArray


def _tested(rule: OwnerRule, kinds: dict[Kind, Personal], control: Control, commanded: IntArray) -> _Passes:
    by_measure: dict[Measure, IntArray] = {}
    through, undecided = commanded[:0], []
    if "control" in rule.measures:
        by_measure["control"] = commanded
    if "control_weighted" in rule.measures:
        found = [part.passing(True, rule.threshold) for part in kinds.values()]
        by_measure["control_weighted"] = distinct(joined(*(keys for keys, _ in found)))
        undecided += [unsure for _, unsure in found]
    if {"integrated", "interest_in_controller"} & set(rule.measures):
        found = [part.passing(False, rule.threshold) for part in kinds.values()]
        owned = distinct(joined(*(keys for keys, _ in found)))
        undecided += [unsure for _, unsure in found]
        if "integrated" in rule.measures:
            by_measure["integrated"] = owned
        if "interest_in_controller" in rule.measures:
            by_measure["interest_in_controller"], through = _through_controllers(owned, kinds, control)
    return _Passes(by_measure, through, joined(*undecided))


def _through_controllers(owned: IntArray, kinds: dict[Kind, Personal], control: Control) -> tuple[IntArray, IntArray]:
    """(keys of companies and persons, companies through which): the person has enough of what controls the company.

    owned: keys of the companies that persons have enough of. Of several controllers that of which the person has most.
    """
    width = np.int64(max(control.n_parties, 1))
    entity, person = np.divmod(owned, width)
    entities = entity[starts_of(entity)] if entity.size else entity
    at, company = controlled_by(control, entities)
    first = np.append(starts_of(entity), entity.size) if entity.size else np.zeros(1, dtype=np.int64)
    pair, row = rows_of(first, at)
    has = np.max([part.integrated.ppb(owned) for part in kinds.values()], axis=0)
    key = company[pair] * width + person[row]
    order = np.lexsort((entity[row], -has[row], key))
    best = order[starts_of(key[order])] if order.size else order
    return key[best], entity[row][best]


def export_rows(found: BeneficialOwners) -> dict[str, IntArray]:
    """One row for each pair and rule: company_id, person_id, integrated, mixed (control-weighted, of the shares, parts
    per billion), controls (0 or 1), rules (index of the rule) and passes (the measures passed, as bits).

    Where no person passes, the company's managers follow with passes = FALLBACK. What goes up to nobody known, and to
    companies whose owners are not computed, has a row each with person_id and rules = NOBODY, that part as integrated,
    and passes = NOT_DISCLOSED or NOT_COMPUTED. Sorted by (company, rule, person, passes).
    """
    n_rules, rows = len(found.rules), len(found)
    rule = np.repeat(np.arange(n_rules), rows)
    by_pair = (found.company, found.person, found.integrated[0], found.weighted[0], found.controls.astype(np.int64))
    pairs = [*(np.tile(column, n_rules) for column in by_pair), rule, found.passed.ravel()]
    standing, company = np.nonzero(found.fallback)
    order, first = found._managers
    at, row = rows_of(first, company)
    manager = found.interests.manager[order[row]]
    zero = np.zeros(at.size, dtype=np.int64)
    managers = [company[at], manager, zero + UNKNOWN, zero + UNKNOWN, zero, standing[at], zero + FALLBACK]
    missing = [_part(found.undisclosed, NOT_DISCLOSED), _part(found.stuck, NOT_COMPUTED)]
    columns = [np.concatenate(parts) for parts in zip(pairs, managers, *missing, strict=True)]
    order = np.lexsort((columns[6], columns[1], columns[5], columns[0]))
    names = ("company_id", "person_id", "integrated", "mixed", "controls", "rules", "passes")
    return {name: column[order] for name, column in zip(names, columns, strict=True)}


def _part(figures: IntArray, passes: int) -> list[IntArray]:
    """Rows of a part of companies that belongs to no known person."""
    company = np.flatnonzero(figures)
    none = np.zeros(company.size, dtype=np.int64)
    return [company, none + NOBODY, figures[company], none + UNKNOWN, none, none + NOBODY, none + passes]


FALLBACK = 1 << len(MEASURES)
"""In the export: passes as a senior manager, since no person passes by any measure."""
NOT_DISCLOSED, NOT_COMPUTED = FALLBACK << 1, FALLBACK << 2
"""In the export: a part of the company that goes up to nobody known, or to companies whose owners are not computed."""
