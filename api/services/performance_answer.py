"""What the performance of a relationship manager tells."""

from __future__ import annotations

from pydantic import Field

from api.services.answers import Answer, Model
from api.services.linkage_answer import BranchRef
from api.services.managers import ManagerTold
from api.services.measures import Figure


class Figures(Model):
    """Customers and what they bring. Of a period: balances of its last month, the sum of revenue and contribution."""

    customers: int = Field(description="of a period: those of its last day")
    deposits: Figure = Field(description="average balances of the month")
    loans: Figure = Field(description="balances of the month")
    assets_managed: Figure
    revenue: Figure = Field(description="the bank's revenue")
    contribution: Figure = Field(description="contribution after funds-transfer pricing")


class MonthFigures(Figures):
    """One month."""

    month: str = Field(examples=["2024-03"])


class BranchFigures(Figures):
    """The whole period in one branch and all that lies below it, each customer once."""

    branch: BranchRef | None = Field(description="null for customers of no branch")
    level: int | None = Field(default=None, description="how deep in the hierarchy, 1 at the top; null in a circle")
    above: list[str] = Field(default_factory=list, description="ids of the branches and teams directly above")


class PerformanceAnswer(Answer):
    """What the customers of a relationship manager brought, month by month.

    A month of a customer counts with one manager: who had the main role on its last day, the earliest of several; where
    nobody has that role, who looked after the customer first.
    """

    manager: ManagerTold
    first: str = Field(description="first month", examples=["2024-01"])
    last: str = Field(description="last month", examples=["2024-12"])
    total: Figures
    months: list[MonthFigures]
    hierarchy: str = Field(description="of the branches: rollup or coverage")
    branches: list[BranchFigures] = Field(
        description="by the customers' branches on the day asked for and all above these, those with most customers "
        "first; who is in two counts in both, in what stands above both and in the total once"
    )
    flags: list[str] = Field(description="what is doubtful in the hierarchy: units that stand above themselves")
    assisting: int = Field(description="customers of the last day who count with another manager")
    empty: str | None = Field(description="said where nobody counted with the manager")
