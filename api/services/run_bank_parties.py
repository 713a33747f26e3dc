"""The bank's own related parties (关联方): who controls, holds or runs it, their close kin, what all these control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np
import polars as pl

from algorithms.columns import IntArray, distinct, offsets, order_by
from algorithms.control import Control
from algorithms.controlled import controlled_by
from algorithms.threshold import UNKNOWN
from algorithms.votes import Stakes
from api.services.id_columns import Names
from api.services.risk_input import SELF, RiskInput
from api.services.rule_sets import RuleSet
from api.services.rule_settings import RelatedCategory
from api.services.run_input import RunInput

INSIDER = "insider"
"""What a party is to the bank, as its `bank_role` says."""

BANK_PARTIES = {
    "party_id": pl.String,
    "category": pl.String,
    "of_id": pl.String,
    "detail": pl.String,
    "share": pl.Int64,
    "rules": pl.String,
    "article": pl.String,
}
"""One row for each reason. category: of the rule set. of_id: the party that it is related through: the bank itself, an
insider whose kin it is, whoever controls it. detail: capital or votes, the post, the relation. share: parts per billion
held, null where the reason is no share."""

_INVERSE = {"parent": "child", "child": "parent", "grandparent": "grandchild", "grandchild": "grandparent"}
"""What a person is to whom is its relation; spouses and siblings are so to each other."""


@dataclass(frozen=True)
class BankPartiesFound:
    """Related parties of the bank. related: the parties by rule set, ascending ordinals."""

    related: Mapping[str, IntArray]
    warnings: tuple[str, ...]
    _found: Sequence[_Related]
    _party_ids: Sequence[str]

    @cached_property
    def table(self) -> pl.DataFrame:
        """The rows of `BANK_PARTIES`, sorted by rule set, party, category, of_id."""
        names = Names(self._party_ids)
        return pl.concat([pl.DataFrame(schema=BANK_PARTIES), *(one.table(names) for one in self._found)])


def find_bank_parties(given: RunInput, risk: RiskInput, control: Control, sets: Sequence[RuleSet]) -> BankPartiesFound:
    """Related parties under each rule set that names categories of them; control is by the run's own test."""
    warnings, related = [], {}
    by_set = [_Related(rules, given, risk, control) for rules in sets if rules.related]
    for found in by_set:
        rules = found.rules
        if not found.bank.size:
            warnings.append(
                f"{rules.id}: no party is marked as the bank itself (`bank_role` self): "
                "nobody is told who controls, holds or runs it, nor what it controls"
            )
        for category in rules.related:
            found.add(category)
        related[rules.id] = distinct(np.concatenate([found.bank[:0], *(rows.party for rows in found.found.values())]))
    return BankPartiesFound(related, tuple(warnings), by_set, given.party_ids)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Parties with those they are related through, ordinals; detail and share (or UNKNOWN) of each."""

    party: IntArray
    of: IntArray
    detail: Sequence[str]
    share: IntArray


@dataclass
class _Related:
    rules: RuleSet
    given: RunInput
    risk: RiskInput
    control: Control
    found: dict[str, _Rows] = field(default_factory=dict)
    bank: IntArray = field(init=False)

    def __post_init__(self) -> None:
        self.bank = self._with_role(SELF)

    def add(self, category: RelatedCategory) -> None:
        """Find the parties of a category, from those of the categories before it. The bank itself is none."""
        through = distinct(np.concatenate([self.bank[:0], *(self.found[name].party for name in category.of)]))
        itself = set(self.bank.tolist())
        kept = [row for row in dict.fromkeys(self._rows(category, through)) if row[0] not in itself]
        party, of, share = (np.asarray([row[k] for row in kept], dtype=np.int64) for k in (0, 1, 3))
        self.found[category.id] = _Rows(party, of, [row[2] for row in kept], share)

    def table(self, names: Names) -> pl.DataFrame:
        """All that was found under the rule set."""
        rules = self.rules
        frames = [
            pl.DataFrame(
                {
                    "party_id": names.of(rows.party),
                    "category": [category.id] * rows.party.size,
                    "of_id": names.of(rows.of),
                    "detail": list(rows.detail),
                    "share": [None if share == UNKNOWN else share for share in rows.share.tolist()],
                    "rules": [rules.id] * rows.party.size,
                    "article": [category.article] * rows.party.size,
                },
                schema=BANK_PARTIES,
            )
            for category, rows in ((one, self.found[one.id]) for one in rules.related)
        ]
        return pl.concat(frames).sort("party_id", "category", "of_id", "detail")

    def _rows(self, category: RelatedCategory, through: IntArray) -> Iterator[tuple[int, int, str, int]]:
        if category.who == "controller":
            for bank in self.bank.tolist():
                yield from ((party, bank, "", UNKNOWN) for party in sorted(self._above(bank)))
        elif category.who == "holder":
            yield from self._holders(category)
        elif category.who == "insider":
            yield from self._insiders()
        elif category.who == "kin":
            yield from self._kin(through, frozenset(category.relations))
        else:
            yield from self._controlled(self.bank if category.who == "subsidiary" else through)

    def _with_role(self, role: str) -> IntArray:
        table = self.risk.tables["institutions"]
        parties: IntArray = table.filter(pl.col("bank_role") == role)["party"].to_numpy().astype(np.int64)
        return distinct(parties)

    def _members(self, node: int) -> tuple[int, ...]:
        """A party itself, or the members of a family that counts as one."""
        return (node,) if node < self.control.n_parties else self.control.families[node - self.control.n_parties]

    @cached_property
    def _controllers(self) -> tuple[IntArray, IntArray]:
        """Immediate controllers in the order of whom they control, and CSR offsets by that."""
        links = self.control.immediate
        order = order_by(links.controlled)
        return links.controller[order], offsets(links.controlled[order], self.control.n_parties)

    def _above(self, party: int) -> set[int]:
        """All that control a party, from one immediate controller to the next."""
        controllers, first = self._controllers
        seen: set[int] = set()
        new = {party}
        while new:
            nodes = (controllers[first[one] : first[one + 1]].tolist() for one in new)
            above = {one for node in chain.from_iterable(nodes) for one in self._members(node)}
            new = above - seen - {party}
            seen |= new
        return seen

    def _holders(self, category: RelatedCategory) -> Iterator[tuple[int, int, str, int]]:
        """Who holds enough of the capital or the votes, itself and by all that it controls, whole."""
        test = category.test()
        stakes = self.given.stakes
        capital = Stakes(stakes.owner, stakes.owned, self.given.capital, stakes.votes_min, stakes.votes_max)
        for bank in self.bank.tolist():
            rows = np.flatnonzero((stakes.owned == bank) & (stakes.owner != bank))
            kinds = {"capital": capital.lower()[rows].tolist(), "votes": stakes.lower()[rows].tolist()}
            held: dict[tuple[int, str], int] = {}
            for place, holder in enumerate(stakes.owner[rows].tolist()):
                for party in {holder, *self._above(holder)}:
                    for kind, figures in kinds.items():
                        held[party, kind] = held.get((party, kind), 0) + max(figures[place], 0)
            for party in sorted({party for party, _ in held}):
                kind = max(kinds, key=lambda kind: held[party, kind])  # used at once
                if test is not None and test.met_by(held[party, kind]):
                    yield party, bank, kind, held[party, kind]

    def _insiders(self) -> Iterator[tuple[int, int, str, int]]:
        nobody = -1
        bank = int(self.bank[0]) if self.bank.size else nobody
        for party in self._with_role(INSIDER).tolist():
            yield party, bank, INSIDER, UNKNOWN
        managers = self.risk.tables["key_managers"].filter(pl.col("company").is_in(self.bank.tolist()))
        for person, company, post in managers.select("person", "company", "post").iter_rows():
            yield person, company, post, UNKNOWN

    def _kin(self, through: IntArray, relations: frozenset[str]) -> Iterator[tuple[int, int, str, int]]:
        table = self.risk.tables["kin"]
        for one, other, turned in (("person", "relative", False), ("relative", "person", True)):
            rows = table.filter(pl.col(other).is_in(through.tolist())).select(one, other, "relation").iter_rows()
            for person, relative, relation in rows:
                told = _INVERSE.get(relation, relation) if turned else relation
                if told in relations and person != relative:
                    yield person, relative, told, UNKNOWN

    def _controlled(self, through: IntArray) -> Iterator[tuple[int, int, str, int]]:
        families = [k + self.control.n_parties for k in range(len(self.control.families))]
        chosen = set(through.tolist())
        nodes = [*sorted(chosen), *(node for node in families if chosen & set(self._members(node)))]
        at, party = controlled_by(self.control, np.asarray(nodes, dtype=np.int64))
        for place, controlled in sorted(zip(at.tolist(), party.tolist(), strict=True)):
            for controller in self._members(nodes[place]):
                if controller in chosen and controller != controlled:
                    yield controlled, controller, "", UNKNOWN
