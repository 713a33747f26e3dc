"""The shape of a 360: its sections."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import Field, create_model

from api.services.answers import Answer, Model, Money
from api.services.decision_answer import DecisionItem
from api.services.grading_answer import GradingSection
from api.services.opening_answer import OpeningTold
from api.services.party_business import (
    AccountItem,
    BranchItem,
    CampaignItem,
    EventItem,
    FacilityItem,
    IdentifierItem,
    ManagerItem,
    ProductItem,
    SourceItem,
    TagItem,
    YearItem,
)
from api.services.party_relations import (
    ControlItem,
    DependenceItem,
    FamilyItem,
    GroupItem,
    GuaranteeItem,
    HoldingItem,
    HouseholdItem,
    KinItem,
    PossiblySameItem,
    PostItem,
    ReferralItem,
)
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


class OwnersSection(Section[HoldingItem]):
    """Owners, with what is known of the shares together."""

    known_share: str | None = Field(
        None, description="known shares summed, exact, a fraction", examples=["0.820000000"]
    )
    unknown_shares: int = Field(default=0, description="owners whose share is not known")


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
