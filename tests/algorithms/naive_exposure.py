"""Exposure and limits taken literally: one claim after the other, sets and fractions. The oracle of the tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

import numpy as np

from algorithms.claims import Borrowers, Claims, Drawdowns, Facilities, claims_of
from algorithms.cover import MOVES, NO_EFFECT, NOBODY, Covers, Protections
from algorithms.currency import Rates, rates_of
from algorithms.exposure import Members
from algorithms.limit_tests import Parties
from algorithms.limits import Limit
from algorithms.threshold import PPB, UNKNOWN

CODES = ("CNY", "USD", "JPY", "XXX")
RATES = {"CNY": Fraction(1), "USD": Fraction("7.1884"), "JPY": Fraction("4.82")}
Figures = tuple[int, int, int, int, int]
"""loans, before, after, exempt, unknown"""


@dataclass(frozen=True)
class Facility:
    limit: int
    drawn: int = UNKNOWN
    currency: int = 0
    factor: int = PPB
    matures: int = 100
    is_loan: bool = True
    exempt: bool = False
    borrowers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Drawdown:
    facility: int
    balance: int
    currency: int = 0
    factor: int = PPB


@dataclass(frozen=True)
class Protection:
    provider: int
    amount: int
    covers: tuple[int, ...]
    effect: int = MOVES
    currency: int = 0
    until: int = 100
    eligible: bool = True
    most: tuple[int, int] = (UNKNOWN, 0)
    """What it covers of each of them at most, and the currency of that."""


@dataclass
class Claim:
    loans: int
    before: int
    after: int
    unknown: int
    exempt: bool
    debtors: set[int]


@dataclass
class World:
    """A bank. bank, g_sib, related, exempt: sets of parties."""

    n: int
    facilities: list[Facility]
    drawdowns: list[Drawdown] = field(default_factory=list)
    protections: list[Protection] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)
    bank: set[int] = field(default_factory=set)
    g_sib: set[int] = field(default_factory=set)
    related: set[int] = field(default_factory=set)
    exempt: set[int] = field(default_factory=set)

    def claims(self) -> list[Claim]:
        own = [self._own(at) for at in range(len(self.facilities))]
        left = {at: converted(p.amount, p.currency) for at, p in enumerate(self.protections)}
        moved = []
        rows = [(p.effect, at, place, to) for at, p in enumerate(self.protections) for place, to in enumerate(p.covers)]
        for effect, at, _, to in sorted(rows):
            one, debt, claim = self.protections[at], self.facilities[to], own[to]
            lasts = one.until != UNKNOWN and debt.matures != UNKNOWN and one.until >= debt.matures
            useless = effect == MOVES and (one.provider == NOBODY or one.provider in debt.borrowers)
            if not one.eligible or effect == NO_EFFECT or not lasts or useless:
                continue
            known = left[at]
            most = claim.after if one.most[0] == UNKNOWN else converted(*one.most) or 0
            part = min(known or 0, claim.after, most)
            claim.after -= part
            if known is not None:
                left[at] = known - part
            if effect == MOVES and (part or known is None):
                moved.append(Claim(0, 0, part, int(known is None), debt.exempt, {one.provider}))
        return own + moved

    def _own(self, at: int) -> Claim:
        one = self.facilities[at]
        mine = [d for d in self.drawdowns if d.facility == at]
        limit, stated = converted(one.limit, one.currency), converted(one.drawn, one.currency)
        balances = [converted(d.balance, d.currency) for d in mine]
        drawn = sum(b or 0 for b in balances) if mine else stated or 0
        counted = sum(rounded(Fraction((b or 0) * d.factor, PPB)) for b, d in zip(balances, mine, strict=True))
        unknown = balances.count(None) + (not mine and stated is None) + (limit is None)
        undrawn = rounded(Fraction(max((limit or 0) - drawn, 0) * one.factor, PPB))
        before = (counted if mine else drawn) + undrawn
        return Claim(drawn if one.is_loan else 0, before, before, unknown, one.exempt, set(one.borrowers))

    def figures(self, members: Iterable[int], counted: set[int] | None = None) -> Figures:
        """What a set of parties owes, each claim once."""
        group = set(members) if counted is None else set(members) & counted
        loans = before = after = exempt = unknown = 0
        for claim in self.claims():
            debtors = claim.debtors & group
            if not debtors:
                continue
            before += claim.before
            unknown += claim.unknown
            if claim.exempt or debtors <= self.exempt:
                exempt += claim.after
            else:
                loans += claim.loans
                after += claim.after
        return loans, before, after, exempt, unknown

    def class_of(self, name: str) -> set[int]:
        everybody = set(range(self.n))
        named = {"any": everybody, "non_bank": everybody - self.bank}
        return named[name] if name in named else getattr(self, name)

    def amount(self, limit: Limit, members: list[int]) -> int | None:
        """What a limit measures for one party (a list of one) or a group; None where it is not for them."""
        chosen = self.class_of(limit.counterparties)
        if not set(members) & chosen:
            return None
        figures = self._measured(limit, members)
        return figures[0] if limit.measure == "loans" else figures[2]

    def _measured(self, limit: Limit, members: list[int]) -> Figures:
        return self.figures(members, self.class_of("non_bank") if limit.counterparties == "non_bank" else None)

    def state(self, limit: Limit, members: list[int], base: int, warning: Fraction, floor_amount: Fraction) -> str:
        """The state of a limit, as the definition has it."""
        amount = self.amount(limit, members)
        if amount is None:
            return "not_tested"
        allowed = max(Fraction(base * limit.ratio, PPB), floor_amount, Fraction(0))
        if amount > allowed:
            return "breach"
        if not amount and self._measured(limit, members)[4]:
            return "undecided"
        return "warning" if amount and amount >= warning * allowed else "within"

    def columns(self) -> Claims:
        """The same bank as the algorithms take it, with its claims worked out."""
        one, two, three = self.facilities, self.drawdowns, self.protections
        borrowers = [(at, party) for at, f in enumerate(one) for party in f.borrowers]
        covers = [(at, to) for at, p in enumerate(three) for to in p.covers]
        return claims_of(
            Facilities(
                limit=whole(f.limit for f in one),
                drawn=whole(f.drawn for f in one),
                currency=whole(f.currency for f in one),
                factor=whole(f.factor for f in one),
                matures=whole(f.matures for f in one),
                is_loan=np.asarray([f.is_loan for f in one], dtype=np.bool_),
                exempt=np.asarray([f.exempt for f in one], dtype=np.bool_),
            ),
            Drawdowns(
                facility=whole(d.facility for d in two),
                balance=whole(d.balance for d in two),
                currency=whole(d.currency for d in two),
                factor=whole(d.factor for d in two),
            ),
            Borrowers(whole(at for at, _ in borrowers), whole(party for _, party in borrowers)),
            Protections(
                provider=whole(p.provider for p in three),
                amount=whole(p.amount for p in three),
                currency=whole(p.currency for p in three),
                until=whole(p.until for p in three),
                effect=whole(p.effect for p in three),
                eligible=np.asarray([p.eligible for p in three], dtype=np.bool_),
            ),
            Covers(
                whole(at for at, _ in covers),
                whole(to for _, to in covers),
                amount=whole(three[at].most[0] for at, _ in covers),
                currency=whole(three[at].most[1] for at, _ in covers),
            ),
            rates(),
            self.n,
        )

    def members(self) -> Members:
        sizes = [len(group) for group in self.groups]
        return Members(whole([0, *np.cumsum(sizes)]), whole(party for group in self.groups for party in group))

    def parties(self) -> Parties:
        return Parties(*(mask(self.n, chosen) for chosen in (self.bank, self.g_sib, self.related, self.exempt)))


def whole(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(list(values), dtype=np.int64)


def mask(n: int, chosen: set[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray([party in chosen for party in range(n)], dtype=np.bool_)


def rates() -> Rates:
    return rates_of(CODES, RATES)


def rounded(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def converted(amount: int, currency: int) -> int | None:
    rate = RATES.get(CODES[currency])
    return None if amount == UNKNOWN or rate is None else rounded(amount * rate)
