"""`/v1/handovers`: customers assigned to a relationship manager, or handed over by another."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, Actor, AView, Key, Route, Whole, answer
from api.services import handover as writing
from api.services import handovers as service
from api.services.managers import MEANT_BY
from graph.errors import BadInput

router = APIRouter(prefix="/v1", tags=["relationship managers"], responses=PROBLEMS, route_class=Route)


class HandoverBody(BaseModel):
    """Who hands over whom to whom, from which day, and why."""

    model_config = ConfigDict(extra="forbid")

    giver: str | None = Field(
        default=None,
        alias="from",
        description=f"the manager: {MEANT_BY}; left out where customers have no manager yet",
        examples=["S00001"],
    )
    to: str = Field(description=f"the new manager: {MEANT_BY}", examples=["S00002"])
    customers: list[str] | None = Field(
        default=None, description="any ids of customers; left out for a whole book", examples=[["P-BU5QCRDFGL5J52L4"]]
    )
    whole_book: bool = Field(default=False, description="all customers of `from`")
    on: date | None = Field(default=None, description="the first day; today where it is left out")
    role: str | None = Field(
        default=None, description="main (the default) or assisting, for customers who have no manager; else roles stay"
    )
    reason: str = Field(examples=["She moves to head office."])


@router.post("/handovers", response_model=service.HandoverAnswer, responses=CONFLICT, summary="Hand customers over")
def hand_over(guanxi: Whole, asked: HandoverBody, user: Actor, once: Key) -> Response:
    """One customer, a list, or a whole book: all of it or nothing. History is kept; who is left over is told."""
    if asked.whole_book == (asked.customers is not None):
        raise BadInput("Give either `customers` or `whole_book`.", field="customers")
    wanted = writing.HandoverAsked(asked.to, asked.giver, asked.customers, asked.on, asked.reason, asked.role)
    handover_id = writing.hand_over(guanxi.view(), wanted, user, once)
    return answer(service.handover(guanxi.view(), handover_id))


@router.get("/handovers", response_model=service.HandoversAnswer, summary="Handovers, the latest first")
def handovers(
    view: AView,
    manager: Annotated[
        str | None, Query(description=f"from or to this manager: {MEANT_BY}", examples=["S00001"])
    ] = None,
    limit: Annotated[int, Query(description=f"at most, up to {service.MOST}", examples=[50])] = service.DEFAULT,
) -> Response:
    """Who handed over how many to whom, when and why."""
    return answer(service.handovers(view, manager, limit))


@router.get("/handovers/{handover_id}", response_model=service.HandoverAnswer, summary="One handover")
def handover(view: AView, handover_id: Annotated[str, Path(examples=["handover-0f3a5c2e9d41"])]) -> Response:
    """Its customers, and who is left over with the former manager."""
    return answer(service.handover(view, handover_id))
