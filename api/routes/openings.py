"""`/v1/parties/{id}/openings` and its like: what to offer whom, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, REDIRECT, Actor, AView, Key, Route, Whole, answer
from api.routes.parties import PartyId
from api.services import opening_figures, opening_outcome
from api.services import openings as service
from api.services.opening_answer import GroupOpenings, OpeningAnswer, PartyOpenings, ProductProspects

router = APIRouter(prefix="/v1", tags=["openings"], responses=PROBLEMS, route_class=Route)

OpeningId = Annotated[str, Path(description="as the openings of a party tell it", examples=["O-3f0c9a7be2d41856"])]
Limit = Annotated[int, Query(description=f"openings at most, up to {service.MOST}", examples=[50])]


class OutcomeBody(BaseModel):
    """What was done about an opening."""

    model_config = ConfigDict(extra="forbid")

    outcome: str = Field(description=", ".join(opening_outcome.OUTCOMES), examples=["sold"])
    note: str | None = Field(default=None, description=f"up to {opening_outcome.LONGEST_NOTE:,} letters")
    value: str | None = Field(
        default=None, description="what was sold is worth, a decimal in major units", examples=["50000.00"]
    )
    currency: str | None = Field(
        default=None, description=f"of the value; {opening_outcome.DEFAULT_CURRENCY} by default", examples=["CNY"]
    )


@router.get(
    "/parties/{party_id}/openings",
    response_model=PartyOpenings,
    responses=REDIRECT,
    summary="What to offer a party",
)
def of_party(view: AView, guanxi: Whole, party_id: PartyId) -> Response:
    """Its openings with what speaks for each, what is not offered and why, and what was done about them."""
    return answer(service.party_openings(view, guanxi.settings.archive, party_id))


@router.get("/groups/{group_id}/openings", response_model=GroupOpenings, summary="What to offer a group's members")
def of_group(
    view: AView,
    guanxi: Whole,
    group_id: Annotated[str, Path(description="the group's id", examples=["G-0123456789abcdef"])],
    limit: Limit = service.DEFAULT,
) -> Response:
    """The openings of all members, the best first."""
    return answer(service.group_openings(view, guanxi.settings.archive, group_id, limit))


@router.get("/products/{product_id:path}/prospects", response_model=ProductProspects, summary="Whom to offer a product")
def prospects(
    view: AView,
    guanxi: Whole,
    product_id: Annotated[str, Path(description="its id, or the bank's code", examples=["PRD0002"])],
    limit: Limit = service.DEFAULT,
    offset: Annotated[int, Query(description="parties to pass over", examples=[50])] = 0,
) -> Response:
    """Parties among whose few openings the product is, the best first."""
    return answer(service.product_prospects(view, guanxi.settings.archive, product_id, limit, offset))


@router.get(
    "/openings/figures", response_model=opening_figures.FiguresAnswer, summary="From opening to sale, in figures"
)
def figures(
    view: AView,
    since: Annotated[date | None, Query(description="what was done from this day on", examples=["2025-01-01"])] = None,
) -> Response:
    """Openings taken up, offered, refused and sold, by what spoke for them, with the value of what was sold."""
    return answer(opening_figures.figures(view, since))


@router.get("/openings/{opening_id}", response_model=OpeningAnswer, summary="One opening with what was done")
def opening(view: AView, opening_id: OpeningId) -> Response:
    """What spoke for it when something was first done, and each step in turn."""
    return answer(opening_outcome.opening(view, opening_id))


@router.post(
    "/openings/{opening_id}/outcome",
    response_model=OpeningAnswer,
    responses=CONFLICT,
    summary="Write down what was done about an opening",
)
def outcome(guanxi: Whole, opening_id: OpeningId, asked: OutcomeBody, user: Actor, once: Key) -> Response:
    """Taken up, offered, refused or sold. It counts at once; what was written before stays."""
    given = opening_outcome.OutcomeAsked(**asked.model_dump())
    kept = opening_outcome.record_outcome(guanxi.view(), guanxi.settings.archive, opening_id, given, user, once)
    return answer(opening_outcome.opening(guanxi.view(), kept))
