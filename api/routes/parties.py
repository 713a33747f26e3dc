"""`/v1/search`, `/v1/parties`, `/v1/resolve`: one party, its neighbours, its numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.routes.asking import PROBLEMS, REDIRECT, TOO_LARGE, APresumedView, AView, Route, Whole, answer
from api.services import grading as grading_service
from api.services import network as network_service
from api.services import party as party_service
from api.services import related as related_service
from api.services import resolve as resolve_service
from api.services import search as search_service
from api.services.grading import with_grading
from api.services.grading_answer import GradingAnswer
from api.services.managers import MEANT_BY
from api.services.opening_section import with_openings
from api.services.party_answer import PartyAnswer, PartyChosen
from api.services.party_choice import GRADING, OPENINGS, TOPICS, chosen

router = APIRouter(prefix="/v1", tags=["parties"], responses=PROBLEMS, route_class=Route)

PartyId = Annotated[str, Path(description="as search and resolve tell it", examples=["P-BU5QCRDFGL5J52L4"])]


@router.get("/search", response_model=search_service.SearchAnswer, summary="Find parties by name or number")
def search(
    view: AView,
    q: Annotated[
        str,
        Query(
            description="a part of a name, pinyin, initials, or an exact number",
            examples=["远洋", "zw", "91440106MA1CDXQC4A"],
        ),
    ],
    kind: Annotated[
        search_service.Kind | None, Query(description="persons or companies alone", examples=["company"])
    ] = None,
    branch: Annotated[
        str | None,
        Query(max_length=200, description="a branch with all below it: id, code, name", examples=["宁波分行"]),
    ] = None,
    manager: Annotated[
        str | None, Query(max_length=200, description=f"a manager: {MEANT_BY}", examples=["何伟"])
    ] = None,
    limit: Annotated[
        int, Query(description=f"hits at most, up to {search_service.MOST}", examples=[search_service.DEFAULT_LIMIT])
    ] = search_service.DEFAULT_LIMIT,
) -> Response:
    """Exact numbers first, then names; each hit says what matched."""
    return answer(search_service.search(view, q, search_service.Filters(kind, branch, manager), limit))


@router.get(
    "/parties/{party_id}",
    response_model=PartyAnswer | PartyChosen,
    responses=REDIRECT,
    summary="Everything known of one party",
)
def party(
    view: APresumedView,
    guanxi: Whole,
    party_id: PartyId,
    openings: Annotated[
        bool, Query(description="with what to offer it, from the run's tables", examples=[True])
    ] = False,
    grading: Annotated[
        bool, Query(description="with its grade by the score table, and what it contributes", examples=[True])
    ] = False,
    sections: Annotated[
        list[str] | None,
        Query(
            description="these sections alone, parted by commas: names of sections, or "
            f"{', '.join(TOPICS)}; the others are null, and not read",
            examples=["basic,facilities,risk"],
        ),
    ] = None,
) -> Response:
    """The 360: each section with its sources, or the reason why it is empty."""
    names = None if sections is None else chosen(sections)
    if names is not None or grading or openings:  # read with more than one statement
        view = view.confirmed(None)
    found = (
        party_service.party(view, party_id) if names is None else party_service.party_sections(view, party_id, names)
    )
    if grading or GRADING in (names or ()):
        found = with_grading(view, guanxi.grading, found)
    if openings or OPENINGS in (names or ()):
        found = with_openings(view, guanxi.settings.archive, found)
    return answer(found)


@router.get(
    "/parties/{party_id}/grading",
    response_model=GradingAnswer,
    responses=REDIRECT,
    summary="How a customer is graded, and what it contributes",
)
def grade(view: AView, guanxi: Whole, party_id: PartyId) -> Response:
    """The grade by the bank's score table with its arithmetic; contribution of the customer and of its households."""
    return answer(grading_service.grading(view, party_id, guanxi.grading))


@router.get(
    "/parties/{party_id}/network",
    response_model=network_service.NetworkAnswer,
    responses=REDIRECT,
    summary="Whom a party is connected to",
)
def network(
    view: AView,
    party_id: PartyId,
    depth: Annotated[int, Query(description="links away, 1 to 3", examples=[2])] = 1,
    kinds: Annotated[
        list[str] | None, Query(description="kinds of link, parted by commas", examples=["OWNS,GUARANTEES"])
    ] = None,
    limit: Annotated[
        int, Query(description="nodes at most, up to 1,000", examples=[100])
    ] = network_service.DEFAULT_NODES,
    per_kind: Annotated[
        int, Query(description="neighbours of a node by kind and direction at most, up to 200", examples=[6])
    ] = network_service.PER_KIND,
) -> Response:
    """Nodes and links up to `depth` links away. Caps are declared with the true numbers."""
    asked = [part for kind in kinds or () for part in kind.split(",")]
    return answer(network_service.network(view, party_id, depth=depth, kinds=asked, limit=limit, per_kind=per_kind))


@router.get(
    "/parties/{party_id}/related",
    response_model=related_service.RelatedAnswer,
    responses=REDIRECT,
    summary="Related parties for a purpose",
)
def related(
    guanxi: Whole,
    view: AView,
    party_id: PartyId,
    purpose: Annotated[str, Query(examples=["group_risk"])] = "group_risk",
) -> Response:
    """A flat list, nearest first, each with its path and reason."""
    return answer(related_service.related(view, party_id, purpose, guanxi.related_rules))


class ResolveQuestion(BaseModel):
    """Ids of any system."""

    ids: list[str] = Field(
        min_length=1,
        max_length=resolve_service.MOST_IDS,
        examples=[["P-BU5QCRDFGL5J52L4", "credit:CUSTOMER_INFO:0265919248", "91440106MA1CDXQC4A", "6222000011112222"]],
    )


@router.post(
    "/resolve",
    response_model=resolve_service.ResolveAnswer,
    responses=TOO_LARGE,
    summary="Any system's ids to parties",
)
def resolve(view: AView, question: ResolveQuestion) -> Response:
    """Party ids, source keys, credit codes, certificates, LEIs, account and contract numbers."""
    return answer(resolve_service.resolve(view, question.ids))
