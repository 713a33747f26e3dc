"""Who brings customers, and who may: `/v1/parties/{id}/referrals`, `/v1/campaigns/{id}/referrals`, `/v1/referrers`,
`/v1/referrers/likely`, `/v1/referrers/{id}`, `/v1/paths`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, REDIRECT, AView, Route, Whole, answer
from api.routes.parties import PartyId
from api.services import likely_referrers as likely_service
from api.services import paths as paths_service
from api.services import referrals as referrals_service
from api.services import referrer_page
from api.services import referrers as referrers_service

router = APIRouter(prefix="/v1", tags=["referrals"], responses=PROBLEMS, route_class=Route)


@router.get(
    "/parties/{party_id}/referrals",
    response_model=referrals_service.PartyReferrals,
    responses=REDIRECT,
    summary="Who referred a party, and whom it referred",
)
def party_referrals(
    guanxi: Whole,
    view: AView,
    party_id: PartyId,
    depth: Annotated[
        int, Query(description=f"steps of the tree below it, 1 to {referrals_service.MOST_DEPTH}", examples=[3])
    ] = referrals_service.DEFAULT_DEPTH,
) -> Response:
    """The chain to it, the tree below it, its totals by three credits, and flagged referrals in words."""
    return answer(referrals_service.party_referrals(view, guanxi.settings.archive, party_id, depth))


@router.get(
    "/campaigns/{campaign_id:path}/referrals",
    response_model=referrers_service.CampaignReferrals,
    summary="The referrals of a campaign",
)
def campaign_referrals(
    guanxi: Whole,
    view: AView,
    campaign_id: Annotated[str, Path(description="its id, or the bank's code", examples=["CP0001"])],
) -> Response:
    """What they came to, the top referrers, and what is flagged in words."""
    return answer(referrers_service.campaign_referrals(view, guanxi.settings.archive, campaign_id))


@router.get("/referrers", response_model=referrers_service.ReferrersAnswer, summary="The top referrers")
def referrers(
    guanxi: Whole,
    view: AView,
    campaign: Annotated[str | None, Query(description="referrals of this campaign alone", examples=["CP0001"])] = None,
    since: Annotated[date | None, Query(description="referrals from this day on", examples=["2024-01-01"])] = None,
    by: Annotated[str, Query(description="nearest, even or halving: the credit to rank by", examples=["even"])] = (
        "nearest"
    ),
    limit: Annotated[
        int, Query(description=f"referrers at most, up to {referrers_service.MOST}", examples=[50])
    ] = referrers_service.DEFAULT,
    offset: Annotated[int, Query(description="referrers to pass over", examples=[50])] = 0,
) -> Response:
    """Customers, staff and outsiders alike, those credited with most first."""
    archive = guanxi.settings.archive
    return answer(referrers_service.referrers(view, archive, campaign, since, by, limit, offset))


@router.get(
    "/referrers/likely",
    response_model=likely_service.LikelyReferrers,
    summary="Who is likely to refer, and how good that ranking is",
)
def likely(
    guanxi: Whole,
    view: AView,
    limit: Annotated[
        int, Query(description=f"customers at most, up to {likely_service.MOST}", examples=[50])
    ] = likely_service.DEFAULT,
    offset: Annotated[int, Query(description="customers to pass over", examples=[50])] = 0,
) -> Response:
    """Customers by their chance to refer somebody within a year, with reasons; held out in time beside who referred."""
    return answer(likely_service.likely_referrers(view, guanxi.settings.archive, limit, offset))


@router.get(
    "/referrers/{party_id}",
    response_model=referrer_page.ReferrerPage,
    responses=REDIRECT,
    summary="The page of one referrer",
)
def referrer(guanxi: Whole, view: AView, party_id: PartyId) -> Response:
    """Customer, staff or outsider: agreements, the chain to it, whom it brought, conversion by year, three credits."""
    return answer(referrer_page.referrer(view, guanxi.settings.archive, party_id))


@router.get(
    "/paths", response_model=paths_service.PathsAnswer, responses=REDIRECT, summary="Who can introduce one to another"
)
def paths(
    view: AView,
    start: Annotated[
        str,
        Query(
            alias="from",
            description="a relationship manager's id or staff number, or a party id",
            examples=["P-BU5QCRDFGL5J52L4"],
        ),
    ],
    end: Annotated[str, Query(alias="to", description="a party id", examples=["P-HLNHOSKVYE4KA4ZG"])],
    most: Annotated[
        int, Query(alias="max", description=f"routes at most, up to {paths_service.MOST}", examples=[3])
    ] = paths_service.DEFAULT,
) -> Response:
    """The few strongest routes over at most four ties, each tie with its strength, its links and why they count.
    Whoever is outside your scope is `a colleague's customer`; who asked not to be approached introduces nobody."""
    return answer(paths_service.paths(view, start, end, most))
