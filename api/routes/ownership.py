"""`/v1/parties/{id}/owners`, `/controllers`, `/controlled`, `/v1/payment-patterns`, `/v1/bank-related-parties`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, REDIRECT, AView, Route, Whole, answer
from api.routes.parties import PartyId
from api.services import bank_parties as bank_service
from api.services import control_walk as control_service
from api.services import owners as owners_service
from api.services import payment_patterns as patterns_service

router = APIRouter(prefix="/v1", tags=["ownership and payments"], responses=PROBLEMS, route_class=Route)

Limit = Annotated[
    int, Query(description=f"parties at most, up to {control_service.MOST:,}", examples=[control_service.DEFAULT])
]


@router.get(
    "/parties/{party_id}/owners",
    response_model=owners_service.OwnersAnswer,
    responses=REDIRECT,
    summary="The beneficial owners of a party",
)
def owners(guanxi: Whole, view: AView, party_id: PartyId) -> Response:
    """Under each rule set of the run, with reasons, fall-back and what is not disclosed."""
    return answer(owners_service.owners(view, guanxi.settings.archive, party_id))


@router.get(
    "/parties/{party_id}/controllers",
    response_model=control_service.ControlAnswer,
    responses=REDIRECT,
    summary="Who controls a party, at any remove",
)
def controllers(guanxi: Whole, view: AView, party_id: PartyId, limit: Limit = control_service.DEFAULT) -> Response:
    """Nearest first; who may control it, as far as is not known, apart."""
    return answer(control_service.control_walk(view, guanxi.settings.archive, party_id, "controllers", limit))


@router.get(
    "/parties/{party_id}/controlled",
    response_model=control_service.ControlAnswer,
    responses=REDIRECT,
    summary="What a party controls, at any remove",
)
def controlled(guanxi: Whole, view: AView, party_id: PartyId, limit: Limit = control_service.DEFAULT) -> Response:
    """Nearest first."""
    return answer(control_service.control_walk(view, guanxi.settings.archive, party_id, "controlled", limit))


@router.get(
    "/payment-patterns",
    response_model=patterns_service.PaymentPatternsAnswer,
    summary="Loan money that comes back, and fans of payments",
)
def payment_patterns(
    guanxi: Whole,
    view: AView,
    kind: Annotated[
        str | None, Query(description="loan_returns_to_borrower, loan_returns_to_guarantor or fan", examples=["fan"])
    ] = None,
    party: Annotated[
        str | None, Query(description="a party id: patterns that it is part of", examples=["P-BU5QCRDFGL5J52L4"])
    ] = None,
    limit: Annotated[
        int, Query(description=f"patterns at most, up to {patterns_service.MOST}", examples=[patterns_service.DEFAULT])
    ] = patterns_service.DEFAULT,
) -> Response:
    """Flagged by the run, the largest amounts first; a person decides what they mean."""
    return answer(patterns_service.payment_patterns(view, guanxi.settings.archive, kind, party, limit))


@router.get(
    "/bank-related-parties",
    response_model=bank_service.BankPartiesAnswer,
    summary="The bank's own related parties",
)
def bank_related_parties(
    guanxi: Whole,
    view: AView,
    category: Annotated[
        str | None, Query(description="a category of the rule set alone", examples=["insiders"])
    ] = None,
    limit: Limit = bank_service.DEFAULT,
) -> Response:
    """Who controls, holds or runs the bank, close kin, and what these control, each with article and reason."""
    return answer(bank_service.bank_parties(view, guanxi.settings.archive, category, limit))
