"""`/v1/corporate-retail`, `/v1/parties/{id}/key-persons`: key persons and companies as customers (公私联动)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, REDIRECT, AView, Hierarchy, Level, Route, Whole, answer
from api.routes.parties import PartyId
from api.services import key_persons as party_service
from api.services import linkage as service
from api.services.linkage_answer import GapsAnswer, KeyPersonsAnswer, LinkageAnswer
from api.services.managers import MEANT_BY

router = APIRouter(prefix="/v1", tags=["corporate–retail linkage"], responses=PROBLEMS, route_class=Route)

Limit = Annotated[int, Query(description=f"rows at most, up to {service.MOST}", examples=[50])]
Offset = Annotated[int, Query(description="rows to pass over", examples=[50])]


def asked(
    branch: Annotated[
        str | None, Query(description="customers of this branch and all below it: id, code or name", examples=["B0101"])
    ] = None,
    manager: Annotated[
        str | None, Query(description=f"customers of this manager: {MEANT_BY}", examples=["S00001"])
    ] = None,
    industry: Annotated[str | None, Query(description="companies of this industry", examples=["C27"])] = None,
) -> service.LinkageAsked:
    """Whose customers are asked about."""
    return service.LinkageAsked(branch, manager, industry)


Asked = Annotated[service.LinkageAsked, Depends(asked)]


@router.get("/corporate-retail", response_model=LinkageAnswer, summary="Companies and their key persons as customers")
def linkage(
    view: AView,
    guanxi: Whole,
    narrowed: Asked,
    by: Annotated[str, Query(description=", ".join(service.BY), examples=["branch"])] = service.BY[0],
    limit: Limit = service.DEFAULT,
    offset: Offset = 0,
    hierarchy: Hierarchy = None,
    level: Level = None,
) -> Response:
    """How many key persons of corporate customers are private customers, and how many companies of private customers
    are corporate ones, by branch, team, manager or industry; what lies below a branch or team is in it."""
    units = service.UnitsAsked(hierarchy, level)
    return answer(service.linkage(view, guanxi.settings.archive, by, narrowed, limit, offset, units))


@router.get(
    "/corporate-retail/gaps", response_model=GapsAnswer, summary="Key persons and companies that are no customers"
)
def gaps(
    view: AView,
    guanxi: Whole,
    narrowed: Asked,
    kind: Annotated[
        str | None, Query(description="person: a key person is missing; company: a company is", examples=["person"])
    ] = None,
    limit: Limit = service.DEFAULT,
    offset: Offset = 0,
) -> Response:
    """Each with the customer through whom it is known, its branch and manager."""
    return answer(service.gaps(view, guanxi.settings.archive, kind, narrowed, limit, offset))


@router.get(
    "/parties/{party_id}/key-persons",
    response_model=KeyPersonsAnswer,
    responses=REDIRECT,
    summary="The key persons of a company, or the companies of a person",
)
def key_persons(view: AView, party_id: PartyId) -> Response:
    """Legal representative, actual controllers, executives and head of finance, and whether they are customers."""
    return answer(party_service.key_persons(view, party_id))
