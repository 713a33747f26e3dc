"""The shape of a 360: its sections and their items."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import Field, create_model

from api.services.answers import Answer, Evidence, Model, Money, PartyRef
from api.services.decision_answer import DecisionItem
from api.services.grading_answer import GradingSection
from api.services.home_told import Total
from api.services.opening_answer import OpeningTold
from api.services.party_risk import RiskItem

Item = TypeVar("Item", bound=Model)


class Section(Model, Generic[Item]):
    """Items with their true number, the sources they come from, or the reason why there are none."""

    items: list[Item] = Field(default_factory=list)
    total: int = Field(default=0, description="how many there are, exact to 10,000; 10,001 means more")
    sources: list[str] = Field(default_factory=list)
    empty: str | None = Field(
        default=None, description="why there is nothing", examples=["no data from credit_core_hr"]
    )


class Basic(Model):
    """Attributes of the party, as its leading source record has them."""

    name: str | None = None
    name_en: str | None = None
    former_names: list[str] = Field(
        default_factory=list,
        description="earlier names and aliases, and the names by which other sources know the party",
    )
    kind: str | None = None
    roles: list[str] = Field(default_factory=list)
    uscc: str | None = None
    certificate: str | None = None
    lei: str | None = None
    country: str | None = None
    birth_day: date | None = None
    gender: str | None = None
    registered_on: date | None = None
    registered_capital: Money | None = None
    industry: str | None = None
    company_kind: str | None = None
    size: str | None = None
    listed: bool | None = None
    exempt: str | None = None
    institution: str | None = None
    bank_role: str | None = None
    rating: str | None = None
    risk_class: str | None = None
    segment: str | None = None
    customer_since: date | None = None
    occupation: str | None = None
    employer: str | None = None
    marketing_opt_out: bool | None = None
    sources: list[str] = Field(default_factory=list)
    empty: str | None = None


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


class HoldingItem(Model):
    """A holding, from either side. Shares are fractions 0..1; a null share is unknown, which is not zero."""

    party: PartyRef
    share: float | None
    votes: float | None
    share_min: float | None
    share_max: float | None
    amount: Money | None
    holding_kind: str | None
    link: Evidence


class OwnersSection(Section[HoldingItem]):
    """Owners, with what is known of the shares together."""

    known_share: str | None = Field(
        None, description="known shares summed, exact, a fraction", examples=["0.820000000"]
    )
    unknown_shares: int = Field(default=0, description="owners whose share is not known")


class ControlItem(Model):
    """Control, declared by a source or found by the current run (then immediate controllers only)."""

    party: PartyRef
    basis: str | None
    votes: float | None = Field(description="votes of the controller and of all it controls, a fraction")
    round: int | None
    declared: bool
    link: Evidence


class GroupItem(Model):
    """A group it belongs to."""

    group_id: str
    kind: str | None = Field(description="declared, control or connected")
    name: str | None
    role: str | None
    reasons: list[str]
    members: int = Field(description="visible members, exact to 10,000")
    head: PartyRef | None
    link: Evidence


class HouseholdMember(Model):
    """Somebody else in the household."""

    party: PartyRef
    role: str | None
    reasons: list[str]
    status: str


class HouseholdItem(Model):
    """The household with its other members."""

    household_id: str
    reasons: list[str]
    members: list[HouseholdMember]
    link: Evidence


class FamilyHousehold(Model):
    """A household of a family."""

    household_id: str
    members: list[PartyRef]


class FamilyItem(Model):
    """A family: the kin of several households with the companies that they control together (高净值客户家族)."""

    family_id: str
    role: str | None = Field(description="head, member or company")
    reasons: list[str]
    head: PartyRef | None
    members: int = Field(description="visible members, companies among them, exact to 10,000")
    households: list[FamilyHousehold] = Field(description="those of several persons; who lives alone is in none")
    companies: list[PartyRef]
    totals: list[Total] = Field(description="what all have with the bank together, as of the last run; joint ones once")
    link: Evidence


class GuaranteeItem(Model):
    """A guarantee, from either side. A null amount is unknown."""

    party: PartyRef
    amount: Money | None
    kind: str | None
    facility_id: str | None
    contract: str | None
    link: Evidence


class DependenceItem(Model):
    """Economic dependence, from either side; where a run found it, with the amounts that it compared."""

    party: PartyRef
    criterion: str | None = Field(description="receipts, expenditure, guarantee, repayment, funding, same_source …")
    weight: float | None = Field(description="the fraction behind it")
    part: Money | None
    whole: Money | None
    link: Evidence


class PostItem(Model):
    """A legal representative, director, supervisor or executive, from either side."""

    party: PartyRef
    post: str
    link: Evidence


class KinItem(Model):
    """Kin: the other is the party's `relation`, or where `reverse` is true the party is the other's."""

    party: PartyRef
    relation: str | None
    reverse: bool
    link: Evidence


class ReferralItem(Model):
    """A referral, from either side; whether it counts is what `/v1/parties/{id}/referrals` tells."""

    party: PartyRef
    at: str | None
    campaign_id: str | None
    product_id: str | None
    outcome: str | None = Field(description="pending, converted, declined")
    bought_for: Money | None = Field(
        description="value of the first purchase; null where there is none or it is not known"
    )
    bought_on: date | None
    reasons: list[str] = Field(description="why what it tells of a purchase does not count, where it does not")
    link: Evidence


class MatchedField(Model):
    """How one field of two records agrees. weight: base 2, what it adds to the odds that they are one party."""

    field: str
    left: str | None
    right: str | None
    level: str
    weight: float


class PossiblySameItem(Model):
    """Another party that may be the same, or (`joined`) a record that is one with it beyond its identifiers."""

    party: PartyRef
    joined: bool
    records: list[str] = Field(description="the two source records that look alike")
    probability: str | None = Field(description="that they are one, a fraction; null where a person proposed it")
    fields: list[MatchedField]
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


class Sections(Model):
    """All sections of a 360."""

    basic: Basic
    identifiers: Section[IdentifierItem]
    financial: Section[YearItem]
    facilities: Section[FacilityItem]
    accounts: Section[AccountItem]
    products: Section[ProductItem]
    managers: Section[ManagerItem]
    branch: Section[BranchItem]
    owners: OwnersSection
    owned: Section[HoldingItem]
    controllers: Section[ControlItem]
    controlled: Section[ControlItem]
    groups: Section[GroupItem]
    household: Section[HouseholdItem]
    family: Section[FamilyItem]
    guarantees_given: Section[GuaranteeItem]
    guarantees_received: Section[GuaranteeItem]
    depends_on: Section[DependenceItem]
    dependents: Section[DependenceItem]
    key_persons: Section[PostItem]
    posts: Section[PostItem]
    kin: Section[KinItem]
    referred_by: Section[ReferralItem]
    referred: Section[ReferralItem]
    campaigns: Section[CampaignItem]
    services: Section[EventItem]
    risk: Section[RiskItem]
    possibly_same: Section[PossiblySameItem]
    tags: Section[TagItem]
    events: Section[EventItem]
    sources: Section[SourceItem]
    openings: Section[OpeningTold] | None = Field(
        default=None, description="what to offer it, the best first; null where they are not asked for"
    )
    grading: GradingSection | None = Field(
        default=None, description="grade and contribution; null where they are not asked for"
    )


class PartyAnswer(Answer):
    """Everything known of one party."""

    party_id: str
    name: str | None
    name_en: str | None
    kind: str | None
    roles: list[str]
    sections: Sections
    decisions: list[DecisionItem] = Field(
        default_factory=list,
        description="decisions on its links that wait, or that the run of this answer has not read",
    )


_OPTIONAL: dict[str, Any] = {name: (field.annotation | None, None) for name, field in Sections.model_fields.items()}  # type: ignore[operator]
ChosenSections = create_model(
    "ChosenSections",
    __base__=Sections,
    __doc__="The sections of a 360 that were asked for; the others are null, and were not read.",
    **_OPTIONAL,
)
PartyChosen = create_model(
    "PartyChosen", __base__=PartyAnswer, __doc__="What was asked for of one party.", sections=(ChosenSections, ...)
)
