"""What figures for management and product roles tell."""

from __future__ import annotations

from pydantic import Field

from api.services.answers import Answer, Model
from api.services.measures import Figure, Measure


class UnitFigures(Model):
    """One branch, team, manager, segment, product or month. What several units below it share counts once."""

    id: str | None = Field(description="of the unit, the segment, or the month; null for what has none")
    name: str | None
    code: str | None = Field(default=None, description="the bank's own code, or staff number")
    level: int | None = Field(default=None, description="how deep in the hierarchy, 1 at the top; null in a circle")
    above: list[str] = Field(default_factory=list, description="ids of the units directly above")
    customers: int = Field(
        description="of the period's last day, by month of that month's: who is a customer today and was by then; "
        "since when is not told of all, and who is not told of counts always"
    )
    figures: dict[Measure, Figure] = Field(
        description="by measure; balances are those of the last month, revenue and contribution of all months"
    )
    openings_taken_up: int = Field(description="openings first taken up in the period")
    openings_sold: int = Field(description="openings first sold in the period")


class FiguresAnswer(Answer):
    """Customers, balances, revenue and openings by one dimension. Units without customers and openings are left out."""

    by: str
    hierarchy: str | None = Field(description="rollup or coverage, of branches and teams; null otherwise")
    level: int | None
    first: str = Field(description="first month", examples=["2024-01"])
    last: str = Field(description="last month", examples=["2024-12"])
    total: UnitFigures = Field(description="each customer once")
    rows: list[UnitFigures]
    total_rows: int
    flags: list[str] = Field(description="what is doubtful in the hierarchy: units that stand above themselves")
    empty: str | None = Field(description="why there is nothing")


class Preference(Model):
    """How much a segment takes to a product."""

    segment: str = Field(description="of the source, customers of none in `person` or `company`; or a saved one's id")
    name: str | None = Field(default=None, description="of a saved segment")
    product_id: str
    product: str | None
    customers: int = Field(description="customers of the segment")
    holders: int = Field(description="of these: who hold it")
    rate: str = Field(description="part of the segment who hold it, nine digits, rounded down")
    rate_of_all: str = Field(description="part of all customers who hold it")
    lift: str = Field(description="rate by rate of all, two digits, rounded down; above 1 the segment prefers it")


class PreferencesAnswer(Answer):
    """Products by segment, the highest lift first."""

    by: str = Field(description="segment: of the source; saved_segment", examples=["segment"])
    rows: list[Preference]
    total_rows: int
    empty: str | None = Field(description="why there is nothing")
