"""`/v1/relationship-managers`: the book of a relationship manager, what is due, and what its customers brought."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, AView, Route, Whole, answer
from api.services import book as book_service
from api.services import reminders as reminders_service
from api.services.book_answer import BookAnswer
from api.services.managers import MEANT_BY
from api.services.opening_section import with_next
from api.services.performance import performance as performance_service
from api.services.performance_answer import PerformanceAnswer

router = APIRouter(prefix="/v1", tags=["relationship managers"], responses=PROBLEMS, route_class=Route)

ManagerId = Annotated[str, Path(description=MEANT_BY, examples=["S00001"])]


@router.get(
    "/relationship-managers/{manager_id:path}/book",
    response_model=BookAnswer,
    summary="The customers of a relationship manager",
)
def book(
    view: AView,
    guanxi: Whole,
    manager_id: ManagerId,
    limit: Annotated[
        int, Query(description=f"customers at most, up to {book_service.MOST}", examples=[50])
    ] = book_service.DEFAULT,
    offset: Annotated[int, Query(description="customers to pass over", examples=[50])] = 0,
    openings: Annotated[
        bool, Query(description="with what to offer them next, from the run's tables", examples=[True])
    ] = False,
) -> Response:
    """Totals, groups and households touched, who else looks after them, and the customers, the longest unseen first."""
    found = book_service.book(view, manager_id, limit, offset)
    return answer(with_next(view, guanxi.settings.archive, found) if openings else found)


@router.get(
    "/relationship-managers/{manager_id:path}/reminders",
    response_model=reminders_service.RemindersAnswer,
    summary="What is due with the customers of a relationship manager",
)
def reminders(
    view: AView,
    manager_id: ManagerId,
    first: Annotated[
        date | None,
        Query(alias="from", description="the first day; that of the answer by default", examples=["2025-07-01"]),
    ] = None,
    until: Annotated[
        date | None,
        Query(
            description=f"the last day; {reminders_service.DEFAULT_DAYS} days on by default", examples=["2025-07-31"]
        ),
    ] = None,
    limit: Annotated[
        int, Query(description=f"reminders at most, up to {reminders_service.MOST:,}", examples=[200])
    ] = reminders_service.DEFAULT,
) -> Response:
    """Maturing products, credit contracts and drawdowns, birthdays, requests due, and those overdue however long."""
    return answer(reminders_service.reminders(view, manager_id, first, until, limit))


FirstMonth = Annotated[
    str | None,
    Query(alias="from", description="the first month; January of the last one by default", examples=["2024-01"]),
]
LastMonth = Annotated[
    str | None,
    Query(alias="to", description="the last month; by default the last that is told", examples=["2024-12"]),
]


@router.get(
    "/relationship-managers/{manager_id:path}/performance",
    response_model=PerformanceAnswer,
    summary="What the customers of a relationship manager brought",
)
def performance(
    view: AView,
    manager_id: ManagerId,
    first: FirstMonth = None,
    last: LastMonth = None,
    hierarchy: Annotated[
        str | None, Query(description="of the branches: rollup (the default) or coverage", examples=["coverage"])
    ] = None,
) -> Response:
    """Customers, deposits, loans, revenue and contribution, by month and by branch with all that lies below it; what is
    not known is counted."""
    return answer(performance_service(view, manager_id, first, last, hierarchy))
