"""Items of a 360 that are the party's own: what it has with the bank, who looks after it, where it is known from."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.services.answers import Evidence, Model, Money


class IdentifierItem(Model):
    """A phone, address or e-mail."""

    kind: str
    value: str | None
    text: str | None
    use: str | None
    shared_with: int = Field(description="other parties with the same one, exact to 100; 100 means that many or more")
    link: Evidence


class YearItem(Model):
    """Figures of one year: amounts of twelve months (average balances, sums of revenue), and yearly statements."""

    year: int | None
    currency: str | None
    deposits: list[Money | None]
    loans: list[Money | None]
    assets_managed: list[Money | None]
    bank_revenue: list[Money | None]
    contribution: list[Money | None]
    scope: str | None = Field(description="of yearly statements: single or consolidated")
    revenue: Money | None
    expenditure: Money | None
    total_assets: Money | None
    equity: Money | None
    net_profit: Money | None
    link: Evidence


class DrawdownItem(Model):
    """The outstanding part under a facility (借据)."""

    drawdown_id: str
    code: str | None
    amount: Money | None
    balance: Money | None
    starts_on: date | None
    matures_on: date | None
    classification: str | None
    overdue_days: int | None
    rate: float | None = Field(description="annual interest rate, a fraction")


class CollateralItem(Model):
    """What secures a facility."""

    collateral_id: str
    name: str | None
    collateral_kind: str | None
    value: Money | None
    secured: Money | None
    valued_on: date | None
    state: str | None


class FacilityItem(Model):
    """A credit contract (合同) with its drawdowns. The contract's limit and the drawdowns are one debt, never added."""

    facility_id: str
    code: str | None
    product: str | None
    role: str | None
    limit_amount: Money | None
    drawn_amount: Money | None
    starts_on: date | None
    matures_on: date | None
    classification: str | None
    guarantee_kind: str | None
    state: str | None
    drawdowns: list[DrawdownItem]
    drawdown_count: int
    collateral: list[CollateralItem]
    link: Evidence


class AccountItem(Model):
    """An account."""

    account_id: str
    account_no: str | None
    account_kind: str | None
    role: str | None
    balance: Money | None
    frozen_amount: Money | None
    opened_on: date | None
    closed_on: date | None
    state: str | None
    outside: bool | None
    link: Evidence


class ProductItem(Model):
    """A product held."""

    product_id: str
    name: str | None
    name_en: str | None
    family: str | None
    since: date | None
    until: date | None
    balance: Money | None
    link: Evidence


class ManagerItem(Model):
    """A relationship manager."""

    manager_id: str
    name: str | None
    code: str | None
    post: str | None
    role: str | None
    left_on: date | None
    link: Evidence


class UnitAbove(Model):
    """An organisation unit above a branch, in one of the two hierarchies."""

    id: str
    name: str | None
    hierarchy: str | None
    steps: int


class BranchItem(Model):
    """The branch that keeps the party, and what stands above it."""

    branch_id: str
    name: str | None
    code: str | None
    level: str | None
    above: list[UnitAbove]
    link: Evidence


class TagItem(Model):
    """A word that the party is marked with."""

    text: str
    tagged_by: str | None = Field(description="who put it on; null where a source did not say")
    tagged_at: str | None = Field(description="when, ISO 8601 in UTC")
    link: Evidence


class EventItem(Model):
    """An interaction, service request, risk event or signing."""

    event_id: str
    event_kind: str | None
    title: str | None
    text: str | None
    at: str | None
    due_at: str | None
    channel: str | None
    severity: str | None
    state: str | None
    role: str | None
    link: Evidence


class CampaignItem(Model):
    """A campaign that approached the party (link TARGETED_BY), or what it answered (RESPONDED_TO)."""

    campaign_id: str
    name: str | None
    code: str | None
    product_id: str | None = Field(description="what the campaign offers")
    at: str | None
    channel: str | None
    response: str | None = Field(description="interested, bought, refused …; null for an approach")
    link: Evidence


class EarlierItem(Model):
    """What a registered record said until persons corrected it."""

    told: dict[str, str | None] = Field(description="what was replaced, by name; null where nothing was told")
    until: str | None = Field(description="when it was corrected, ISO 8601 in UTC")
    evidence: str | None = Field(description="what the correction stands on")
    registered_by: str | None
    approved_by: str | None


class SourceItem(Model):
    """A source record of the party; `differs` are the attributes on which another record was preferred."""

    record_id: str
    source: str | None
    table: str | None
    key: str | None
    priority: int | None
    roles: list[str]
    data_day: date | None
    by: str | None = Field(description="what joined it: key, uscc, certificate, lei, same_as, given, likeness")
    differs: dict[str, str]
    earlier: list[EarlierItem] = Field(
        description="of what persons registered: what it said before, the earliest first"
    )
    link: Evidence
