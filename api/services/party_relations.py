"""Items of a 360 that lead to other parties: holdings, control, groups, homes, guarantees, posts, kin, referrals."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.services.answers import Evidence, Model, Money, PartyRef
from api.services.home_told import Total


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
    weight: float | None = Field(
        description="the fraction behind it: part of whole where both are told, beyond 1 where it is more"
    )
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
