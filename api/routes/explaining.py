"""`/v1/groups/{id}/members/{party}/why`, `/v1/why-not`, `/v1/coverage`: explanations in words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, REDIRECT, AView, Route, Whole, answer
from api.services import coverage as coverage_service
from api.services import why as why_service
from api.services import why_not as why_not_service
from api.services.why_phrases import Lang

router = APIRouter(prefix="/v1", tags=["explanations"], responses=PROBLEMS, route_class=Route)

GroupId = Annotated[str, Path(description="as a party's section `groups` tells it", examples=["G-c64625e3ad5ab8b1"])]
PartyId = Annotated[str, Path(description="a member of the group", examples=["P-BU5QCRDFGL5J52L4"])]
Language = Annotated[Lang, Query(description="English or Chinese", examples=["zh"])]


@router.get(
    "/groups/{group_id:path}/members/{party_id}/why",
    response_model=why_service.WhyAnswer,
    responses=REDIRECT,
    summary="Why a party is in a group",
)
def why(
    guanxi: Whole,
    view: AView,
    group_id: GroupId,
    party_id: PartyId,
    rules: Annotated[
        str | None, Query(description="the rule set to explain by", examples=["cn-large-exposure"])
    ] = None,
    lang: Language = "en",
) -> Response:
    """The shortest sufficient links up to the head, with rule, article and arithmetic; or the row that declares it."""
    return answer(why_service.why(view, guanxi.worlds, group_id, party_id, rules, lang))


@router.get(
    "/why-not",
    response_model=why_not_service.WhyNotAnswer,
    responses=REDIRECT,
    summary="Why two parties are not in one group",
)
def why_not(
    guanxi: Whole,
    view: AView,
    a: Annotated[str, Query(description="a party id", examples=["P-BU5QCRDFGL5J52L4"])],
    b: Annotated[str, Query(description="another party id", examples=["P-NCIY7C5LDTOHLZFF"])],
    rules: Annotated[
        list[str] | None, Query(description="rule sets of the run; all where none is named", examples=["basel-lex"])
    ] = None,
    lang: Language = "en",
) -> Response:
    """What is short, flagged, not counted, or was not assessed."""
    return answer(why_not_service.why_not(view, guanxi.worlds, a, b, rules, lang))


@router.get("/coverage", response_model=coverage_service.CoverageAnswer, summary="What the sources cover")
def coverage(guanxi: Whole, view: AView, lang: Language = "en") -> Response:
    """What the run of the day did not know, how much of it, and what was not assessed for that; 404 without a run."""
    return answer(coverage_service.coverage(view, guanxi.settings.archive, lang))
