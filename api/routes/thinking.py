"""`/v1/what-if`, weakest links, contagion: what a run's world in memory is asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, REDIRECT, TOO_LARGE, AView, Route, Whole, answer
from api.routes.groups import GroupId
from api.routes.parties import PartyId
from api.services import contagion as contagion_service
from api.services import weakest as weakest_service
from api.services import what_if as what_if_service
from api.services.what_if_question import WhatIfQuestion

router = APIRouter(prefix="/v1", tags=["risk"], responses=PROBLEMS, route_class=Route)


@router.post(
    "/what-if",
    response_model=what_if_service.WhatIfAnswer,
    responses=TOO_LARGE,
    summary="What changes of links and contracts would lead to",
)
def what_if(guanxi: Whole, view: AView, question: WhatIfQuestion) -> Response:
    """Every group touched, before and after, with each test of each rule set. Nothing is stored."""
    return answer(what_if_service.what_if(view, guanxi.worlds, question))


@router.get(
    "/groups/{group_id:path}/weakest-links",
    response_model=weakest_service.WeakestAnswer,
    summary="The smallest sets of links that a group, or its breach, hangs by",
)
def weakest(
    guanxi: Whole,
    view: AView,
    group_id: GroupId,
    rules: Annotated[
        str | None, Query(max_length=200, description="a rule set of the run", examples=["cn-large-exposure"])
    ] = None,
    links: Annotated[
        int, Query(description=f"links in a set at most, 1 to {weakest_service.MOST_LINKS}", examples=[2])
    ] = 2,
) -> Response:
    """Each set with what is left once its links are rebutted."""
    return answer(weakest_service.weakest(view, guanxi.worlds, group_id, rules, links))


@router.get(
    "/parties/{party_id}/contagion",
    response_model=contagion_service.ContagionAnswer,
    responses=REDIRECT,
    summary="Who is called, and who falls, if a party fails",
)
def contagion(guanxi: Whole, view: AView, party_id: PartyId) -> Response:
    """Calls on guarantors round by round; unknown amounts and equities are told."""
    return answer(contagion_service.contagion(view, guanxi.worlds, party_id))
