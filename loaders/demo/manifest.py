"""What was planted in a demo bank and must be found again: the typed reader and writer of `manifest.json`.

Parties are named by their source key, `source:table:key`. A party that two systems know is named by the credit
system's key; `Manifest.keys` lists the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

MANIFEST_FILE = "manifest.json"


class _Planted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ControlGroup(_Planted):
    """A head (one party, a couple under `family_as_one`, or a cycle) and all it controls."""

    case: str
    head: list[str]
    members: list[str]
    """All that the head controls, without the head."""
    family_as_one: bool
    """True: holds only where spouses count as one controller."""
    sense: Literal["more_than", "at_least"]
    """Of the threshold .5 under which it holds."""
    why: str


class NoControl(_Planted):
    """A company that nobody controls under `more_than .5` without family, although it looks near."""

    case: str
    company: str
    nearest: list[str]
    share: float
    undisclosed: float
    why: str


class Dependence(_Planted):
    """`dependent` takes or spends half or more of its payments of 2024 with `on`."""

    case: str
    dependent: str
    on: str
    criterion: Literal["receipts", "expenditure", "funding"]
    weight: float
    amount_minor: int
    total_minor: int


class DeclaredDependence(_Planted):
    """A dependence that the credit system states: by sales to one buyer, or by one source of funds."""

    dependent: str
    on: str
    criterion: Literal["receipts", "funding"]


class ConnectedGroup(_Planted):
    """A group of connected clients by control and dependence, with its exposure in minor units."""

    case: str
    members: list[str]
    firm: bool
    """False: it needs a flagged dependence."""
    exposure_minor: int
    why: str


class CapitalOfDay(_Planted):
    """The bank's own capital as its table has it; None: not told."""

    day: str
    currency: str
    net_capital_minor: int | None
    net_tier_1_minor: int | None
    tier_1_minor: int | None


class RateOfDay(_Planted):
    """What one unit of a currency was worth in yuan, as a decimal."""

    currency: str
    day: str
    rate: str


class Protection(_Planted):
    """What covers a part of a party's debt. `provider`: to whom that part moves; None: to nobody, it counts as nil."""

    kind: Literal["guarantee", "cash_margin", "own_deposit", "other_deposit", "government_bond"]
    provider: str | None
    amount_minor: int
    counts: bool
    why: str


class ExposureCase(_Planted):
    """What a party owes, in fen at the rates of the data day, with the conversion factors that the source states.

    None: an amount is in a currency without a rate. `after_minor` includes what moved to the party from others.
    """

    case: str
    party: str
    before_minor: int | None
    after_minor: int | None
    protections: list[Protection]
    why: str


class LimitCase(_Planted):
    """A test against capital on the data day, of one party or of a group that is sure (by control alone).

    Of the measures of 2018 No. 1; `warning` from 80% of the limit.
    """

    case: str
    members: list[str]
    test: Literal["customer_loans", "customer_exposure", "group_exposure", "bank_exposure"]
    exposure_minor: int
    base: Literal["net_capital", "net_tier_1"]
    base_minor: int
    limit_percent: int
    state: Literal["within", "warning", "breach"]


class DeclaredGroup(_Planted):
    """A declared group beside the true one."""

    key: str
    name: str
    declared: list[str]
    found: list[str]
    missing: list[str]
    """In the true group, not declared."""
    extra: list[str]
    """Declared, not in the true group."""


class Circle(_Planted):
    """Guarantees: a circle, a mutual pair or a chain; `amounts_minor[i]` is given by member i to the next."""

    case: str
    kind: Literal["circle", "mutual", "chain"]
    members: list[str]
    amounts_minor: list[int | None]


class Household(_Planted):
    case: str
    members: list[str]
    status: Literal["confirmed", "flagged"]
    reasons: list[str]


class NotOneHousehold(_Planted):
    """Persons who look like one household and are not."""

    case: str
    persons: list[str]
    why: str


class Family(_Planted):
    """Kin of several households with the companies they control."""

    persons: list[str]
    companies: list[str]


class Duplicate(_Planted):
    """Two records of one party. joined_by: what ought to join them; `nothing` means a person has to see them."""

    kind: Literal["person", "company"]
    keys: list[str]
    names: list[str]
    variant: str
    joined_by: Literal["identifier", "likeness"]


class KeyPerson(_Planted):
    """Corporate-retail linkage: who is what in which company, and which of the two is a customer."""

    person: str
    company: str
    role: str
    person_is_customer: bool
    company_is_customer: bool


class ReferralChain(_Planted):
    """A chain in order; credit in minor units by method for each member (`8.1`, `8.4`)."""

    case: str
    members: list[str]
    bought_minor: int
    credit_minor: dict[str, dict[str, int]]


class FlaggedReferral(_Planted):
    case: str
    key: str
    """Source key of the referral."""
    referrer: str
    referred: str
    flag: Literal["loop", "self_referral", "not_first"]
    why: str


class Crowd(_Planted):
    """An address or telephone that proves nothing, since too many share it."""

    kind: Literal["address", "phone"]
    text: str
    parties: int
    examples: list[str]


class PaymentPattern(_Planted):
    kind: Literal["loan_returns_to_borrower", "loan_returns_to_guarantor", "fan"]
    parties: list[str]
    """Borrower, bridge, and who is reached; or whom a fan goes through, then payers and payees in equal numbers."""
    amount_minor: int
    first_day: str
    last_day: str


class OpeningCase(_Planted):
    """Something that must be offered, or must not, with the reason."""

    party: str
    product: str
    offered: bool
    reason: str


class BankParty(_Planted):
    """A related party of the bank itself: insider, holder of 5% or more, or controlled by one."""

    party: str
    why: Literal["insider", "holder", "controlled by insider", "controlled by holder"]


class Search(_Planted):
    """A text that must find the party among the first three."""

    text: str
    expected: str
    by: str


class Rejected(_Planted):
    """A row that must be rejected. line: in the CSV file, whose header is line 1; in Parquet the first row is 1.

    column: empty where the line is no row at all. reason: what the report's reason must begin with.
    """

    source: str
    table: str
    line: int
    key: str
    column: str
    value: str
    reason: str


class Manifest(BaseModel):
    """The answers planted in a demo bank, and what it consists of."""

    model_config = ConfigDict(extra="forbid")

    size: str
    seed: int
    data_day: str
    rows: dict[str, int]
    """Rows by `source:table`, dirty ones included."""
    parties: int
    keys: dict[str, list[str]]
    """For each planted party that several systems know: all its source keys."""
    control_groups: list[ControlGroup]
    no_control: list[NoControl]
    dependences: list[Dependence]
    declared_dependences: list[DeclaredDependence]
    """In medium and large banks."""
    connected_groups: list[ConnectedGroup]
    capital: list[CapitalOfDay]
    rates: list[RateOfDay]
    exposures: list[ExposureCase]
    limit_cases: list[LimitCase]
    declared_groups: list[DeclaredGroup]
    circles: list[Circle]
    households: list[Household]
    not_one_household: list[NotOneHousehold]
    families: list[Family]
    duplicates: list[Duplicate]
    key_persons: list[KeyPerson]
    referral_chains: list[ReferralChain]
    flagged_referrals: list[FlaggedReferral]
    crowds: list[Crowd]
    payment_patterns: list[PaymentPattern]
    openings: list[OpeningCase]
    bank: str
    bank_parties: list[BankParty]
    searches: list[Search]
    rejects: list[Rejected]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a demo bank's folder. Raises OSError where there is none."""
        return cls.model_validate_json((folder / MANIFEST_FILE).read_text(encoding="utf-8"))

    def write(self, folder: Path) -> None:
        text = self.model_dump_json(indent=1)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")
