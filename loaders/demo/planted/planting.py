"""The notebook in which planted structures are written down: parties, links, and the answers they must give.

Parties are ordinals. Companies count from 0; persons count from `PERSONS` on and are moved behind the companies when
the size of the bank is known. Answers are written as manifest models whose party fields hold `@ordinal` until then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel

from loaders.demo.columns import NONE
from loaders.demo.lending import WAN
from loaders.demo.rows import (
    Account,
    Assignment,
    Collateral,
    DeclaredGroup,
    Drawdown,
    Facility,
    GroupMember,
    Guarantee,
    Holding,
    Referral,
    Relative,
    Statement,
    Target,
    Transfer,
)
from loaders.demo.sizes import Counts, day, stream

PERSONS = 1 << 40
PERCENT = 10_000


@dataclass
class Planting:
    """What has been planted so far. `counts` tells how big the bank is; `rng` is the planting's own stream."""

    counts: Counts
    seed: int
    companies: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)
    groups: list[DeclaredGroup] = field(default_factory=list)
    group_members: list[GroupMember] = field(default_factory=list)
    facilities: list[Facility] = field(default_factory=list)
    drawdowns: list[Drawdown] = field(default_factory=list)
    guarantees: list[Guarantee] = field(default_factory=list)
    collaterals: list[Collateral] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    outsiders: list[tuple[str, str, str]] = field(default_factory=list)
    insiders: list[int] = field(default_factory=list)
    profiles: dict[int, dict[str, Any]] = field(default_factory=dict)
    answers: list[BaseModel] = field(default_factory=list)
    bank: int = NONE
    _first_account: dict[int, int] = field(default_factory=dict)
    _accounts_seen: int = 0

    def __post_init__(self) -> None:
        self.rng: np.random.Generator = stream(self.seed, "planting")

    # Parties

    def company(self, name: str, name_en: str = "", **attributes: Any) -> int:
        """A company; attributes override the columns of the companies' frame."""
        self.companies.append({"name": name, "name_en": name_en, **attributes})
        return len(self.companies) - 1

    def person(self, name: str, name_en: str, sex: int = 1, born: str = "1972-05-20", **attributes: Any) -> int:
        """A person; attributes override the columns of the persons' frame."""
        self.persons.append({"name": name, "name_en": name_en, "sex": sex, "birth": day(born), **attributes})
        return PERSONS + len(self.persons) - 1

    # Links

    def owns(self, owner: int, company: int, percent: float | None, **more: Any) -> None:
        """A stake; percent None: not known."""
        share = NONE if percent is None else round(percent * PERCENT)
        self.relatives.append(Relative(company, owner, "5200", share, **more))

    def relative(self, of: int, who: int, code: str, **more: Any) -> None:
        """`who` is `code` (spouse, officer, controller ...) to `of`."""
        self.relatives.append(Relative(of, who, code, **more))

    def lend(self, party: int, wan: int, limit_wan: int | None = None, **more: Any) -> int:
        """A facility drawn by `wan` ten thousand of its currency, with one drawdown. Returns its ordinal."""
        limit = (limit_wan or wan) * WAN
        facility = Facility(party, limit, wan * WAN, **more)
        self.facilities.append(facility)
        ordinal = len(self.facilities) - 1
        drawn = Drawdown(ordinal, party, wan * WAN, wan * WAN, maturity=facility.maturity, currency=facility.currency)
        self.drawdowns.append(drawn)
        return ordinal

    def guarantee(self, guarantor: int, borrower: int, wan: int | None, **more: Any) -> None:
        """A guarantee; wan None: amount not known."""
        amount = NONE if wan is None else wan * WAN
        self.guarantees.append(Guarantee(guarantor, borrower, amount, **more))

    def pledge(self, party: int, facility: int, kind: str, name: str, wan: int, issuer: int = NONE) -> None:
        """Collateral that its borrower pledges for a facility; issuer: who owes it, where that is not this bank."""
        self.collaterals.append(Collateral(kind, name, party, wan * WAN, wan * WAN, issuer=issuer))
        ordinal = len(self.collaterals) - 1
        self.guarantees.append(Guarantee(party, party, wan * WAN, facility=facility, kind="060", collateral=ordinal))

    def account(self, party: int, balance_wan: int = 30, kind: str = "", **more: Any) -> int:
        """An account. Returns its ordinal."""
        kind = kind or ("3" if party >= PERSONS else "4")
        self.accounts.append(Account(party, kind, balance_wan * WAN, balance_wan * WAN, **more))
        return len(self.accounts) - 1

    def account_of(self, party: int) -> int:
        """The party's first account, opened where there is none."""
        for ordinal in range(self._accounts_seen, len(self.accounts)):
            self._first_account.setdefault(self.accounts[ordinal].party, ordinal)
        self._accounts_seen = len(self.accounts)
        return self._first_account[party] if party in self._first_account else self.account(party)

    def pay(self, payer: int, payee: int, month: int, wan: int, count: int = 1) -> None:
        """A month's payments between two parties' first accounts."""
        self.transfers.append(Transfer(self.account_of(payer), self.account_of(payee), month, wan * WAN, count))

    def statement(self, party: int, equity_wan: int, assets_wan: int, revenue_wan: int) -> None:
        """A statement of 2024."""
        assets, equity, revenue = assets_wan * WAN, equity_wan * WAN, revenue_wan * WAN
        self.statements.append(
            Statement(party, 2024, assets, assets - equity, revenue, revenue * 8 // 10, revenue // 20, revenue // 10)
        )

    def answer(self, found: BaseModel) -> None:
        """An answer that the bank must give."""
        self.answers.append(found)


def at(party: int) -> str:
    """How answers name a party until its source key is known."""
    return f"@{party}"


def ats(parties: list[int]) -> list[str]:
    return [at(party) for party in parties]
