"""What answers tell of openings."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.services.answers import Answer, Model, Money, PartyRef


class ProductRef(Model):
    """A product in a few words."""

    product_id: str
    name: str | None = None
    name_en: str | None = None
    code: str | None = None
    family: str | None = None

    @property
    def called(self) -> str:
        """What to call it in a sentence."""
        return self.name or self.name_en or self.product_id


class OutcomeTold(Model):
    """Something done about an opening, as it was written down."""

    outcome: str = Field(description="taken_up, offered, refused, sold")
    at: str = Field(description="when it was written down, ISO 8601 in UTC")
    day: date | None = Field(description="the day of it, where the bank is")
    user: str
    note: str | None
    value: Money | None = Field(description="what was sold is worth; null where it is not told")
    seq: int = Field(description="number of that write")


class OpeningTold(Model):
    """Something to offer. `product` is null where the opening is to become a customer at all."""

    opening_id: str
    party: PartyRef
    product: ProductRef | None
    place: int = Field(description="from 1 among the openings of the party")
    score: str = Field(description="the weighted sum of what speaks for it, an exact decimal; higher is better")
    source: str = Field(description="what speaks most for it: similar, household, group, maturing, segment, linkage")
    reasons: list[str] = Field(description="all that speaks for it, in words")
    matures_on: date | None = Field(description="of a product held that is due")
    linked_to: PartyRef | None = Field(description="of a linkage; null, too, for a party outside your scope")
    state: str | None = Field(
        description="taken_up or offered: somebody works on it; null: nobody yet, or not since it was offered anew"
    )
    outcomes: list[OutcomeTold] = Field(description="what was done about it, in turn")


class NotOffered(Model):
    """What would have stood among the first openings and is not offered."""

    opening_id: str
    party: PartyRef
    product: ProductRef | None
    reason: str = Field(description="sold, opted_out, unsuitable, refused, approached")
    text: str = Field(description="the same in words")
    outcomes: list[OutcomeTold] = Field(description="what was done about it, in turn")


class PartyOpenings(Answer):
    """What to offer one party."""

    party: PartyRef
    openings: list[OpeningTold] = Field(description="the best first")
    not_offered: list[NotOffered] = Field(description="what would have stood among them, the best first")
    counts: dict[str, int] | None = Field(
        description="products that could be offered, that it holds, and that something speaks for by why they are not "
        "offered, at the run; null for who is no customer"
    )
    empty: str | None = Field(description="said where there is nothing to offer")


class GroupOpenings(Answer):
    """What to offer the members of a group."""

    group_id: str
    members: int = Field(description="members that you may see")
    openings: list[OpeningTold] = Field(description="of all members, the best first")
    not_offered: dict[str, int] = Field(description="what would have stood among the first of each, by why not")
    total: int
    empty: str | None = Field(description="said where there is nothing to offer")


class ProductProspects(Answer):
    """Whom to offer one product."""

    product: ProductRef
    prospects: list[OpeningTold] = Field(description="the best first; parties among whose few openings it is")
    not_offered: dict[str, int] = Field(description="parties among whose first it would have stood, by why not")
    total: int
    empty: str | None = Field(description="said where there is nobody to offer it to")


class OpeningAnswer(Answer):
    """One opening with what was done about it."""

    opening_id: str
    party: PartyRef
    product: ProductRef | None
    source: str = Field(description="what spoke most for it when something was first done")
    reasons: list[str] = Field(description="what spoke for it then, in words")
    state: str | None = Field(description="what was done last up to the day asked; null where nothing was yet")
    outcomes: list[OutcomeTold] = Field(description="all that was done, in turn")
