"""`/v1/households/{id}`, `/v1/families/{id}`: who lives as one, and the kin across households with their companies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.routes.asking import PROBLEMS, AView, answer
from api.services import homes as homes_service

router = APIRouter(prefix="/v1", tags=["households"], responses=PROBLEMS)


@router.get("/households/{household_id}", response_model=homes_service.HomeAnswer, summary="One household")
def household(
    view: AView,
    household_id: Annotated[
        str, Path(description="as a party's section `household` tells it", examples=["H-5R2RTV3CIT7RLIS5"])
    ],
) -> Response:
    """Head and members with status and reasons, and what they have with the bank together."""
    return answer(homes_service.household(view, household_id))


@router.get("/families/{family_id}", response_model=homes_service.HomeAnswer, summary="One family")
def family(
    view: AView,
    family_id: Annotated[
        str, Path(description="as `guanxi export families` tells it", examples=["F-5R2RTV3CIT7RLIS5"])
    ],
) -> Response:
    """The kin of several households with the companies that they control, and what all have with the bank together."""
    return answer(homes_service.family(view, family_id))
