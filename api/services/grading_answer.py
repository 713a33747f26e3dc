"""What grading and contribution tell of a customer."""

from __future__ import annotations

from pydantic import Field

from api.services.answers import Answer, Model, Money
from api.services.contribution import Contribution


class GradeLine(Model):
    """One measure of the score table with its arithmetic."""

    measure: str = Field(description="deposits, loans, assets_managed, revenue, contribution, products or years")
    known: bool
    total: Money | None = Field(description="of the months told; null for products, years, and what is not known")
    mean: Money | None = Field(description="of balances: the average of these months; null for all others")
    months: int | None = Field(
        description="how many months that is the sum of, at most twelve; null for products, years"
    )
    count: int | None = Field(description="products or whole years")
    at_least: str | None = Field(description="where the band that is reached begins; null where none is")
    points: int
    text: str = Field(description="the same in words")


class GradingSection(Model):
    """The grade with its arithmetic, and what the customer and its households contribute; a section of the 360."""

    items: list[GradeLine] = Field(default_factory=list)
    total: int = 0
    sources: list[str] = Field(
        default_factory=list, description="none: the sections of figures and products tell theirs"
    )
    empty: str | None = Field(default=None, description="why there is no grade")
    grade: str | None = Field(default=None, description="null for who is no customer")
    points: int = 0
    most_points: int = Field(default=0, description="points that the score table has to give")
    contributions: list[Contribution] = Field(
        default_factory=list, description="of the customer, then of its households; none where nothing is told"
    )


class GradingAnswer(Answer):
    """How a customer is graded, and why."""

    party_id: str
    grading: GradingSection
