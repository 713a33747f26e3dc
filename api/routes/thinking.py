"""`/v1/what-if`: what a run's world in memory is asked."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.routes.asking import PROBLEMS, TOO_LARGE, AView, Whole, answer
from api.services import what_if as what_if_service
from api.services.what_if_question import WhatIfQuestion

router = APIRouter(prefix="/v1", tags=["risk"], responses=PROBLEMS)


@router.post(
    "/what-if",
    response_model=what_if_service.WhatIfAnswer,
    responses=TOO_LARGE,
    summary="What changes of links and contracts would lead to",
)
def what_if(guanxi: Whole, view: AView, question: WhatIfQuestion) -> Response:
    """Every group touched, before and after, with each test of each rule set. Nothing is stored."""
    return answer(what_if_service.what_if(view, guanxi.worlds, question))
