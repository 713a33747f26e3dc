"""`/v1/households/{id}`, `/v1/families/{id}`: who lives as one, and the kin across households with their companies.

`POST /v1/households/decision`: what a person decides about two others being one household.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, Actor, AView, Key, Route, Whole, answer
from api.services import decide_home as deciding
from api.services import homes as homes_service
from api.services.acting import LONGEST_REASON
from api.services.decision_answer import DecisionAnswer
from api.services.decisions import decision

router = APIRouter(prefix="/v1", tags=["households"], responses=PROBLEMS, route_class=Route)


class HomeProposal(BaseModel):
    """What a person decides about two others."""

    model_config = ConfigDict(extra="forbid")

    decision: str = Field(description=", ".join(deciding.DECISIONS), examples=["apart"])
    persons: list[str] = Field(
        description="two persons by any ids", examples=[["P-5R2RTV3CIT7RLIS5", "P-BU5QCRDFGL5J52L4"]]
    )
    reason: str = Field(description=f"up to {LONGEST_REASON:,} letters", examples=["They share a flat, no more."])


@router.post(
    "/households/decision",
    response_model=DecisionAnswer,
    responses=CONFLICT,
    summary="Propose that two persons are one household, or are not",
)
def propose(guanxi: Whole, proposal: HomeProposal, user: Actor, once: Key) -> Response:
    """It waits for a second person (`/v1/decisions/{id}/approval`); once it counts the next run reads it."""
    decision_id = deciding.propose_home(guanxi.view(), proposal.persons, proposal.decision, proposal.reason, user, once)
    return answer(decision(guanxi.view(), decision_id))


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
