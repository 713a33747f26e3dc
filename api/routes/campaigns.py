"""`/v1/campaigns`, their audiences and responses: whom to approach, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, Actor, AView, Hierarchy, Key, Level, Route, Whole, answer
from api.services import audience as choosing
from api.services import campaign as writing
from api.services import campaign_response
from api.services import campaign_units as units_service
from api.services import campaigns as service
from api.services.audience_rules import audience_rules
from api.services.managers import MEANT_BY
from api.services.opening_outcome import DEFAULT_CURRENCY

router = APIRouter(prefix="/v1", tags=["segments and campaigns"], responses=PROBLEMS, route_class=Route)

CampaignId = Annotated[str, Path(description="its id, or the bank's code", examples=["CMP001"])]


class AudienceBody(BaseModel):
    """From whom to choose, and how."""

    model_config = ConfigDict(extra="forbid")

    segment: str | None = Field(default=None, description="its id or name", examples=["三十岁以上个人"])
    openings: bool = Field(default=False, description="in place of a segment: those to whom a run offers a product")
    product: str | None = Field(
        default=None, description="of openings: its id or code; the campaign's by default", examples=["PRD0002"]
    )
    size: int | None = Field(default=None, description="parties at most, those held back among them", examples=[200])
    held_back: str | None = Field(
        default=None,
        description="the part left alone to compare with, 0 to 0.5; by default as the rules say",
        examples=["0.1"],
    )
    seed: int = Field(
        default=choosing.DEFAULT_SEED, description="of the lot: the same seed draws the same", examples=[1]
    )
    channel: str | None = Field(default=None, description="the campaign's by default", examples=["call"])


class ResponseBody(BaseModel):
    """How a party answered."""

    model_config = ConfigDict(extra="forbid")

    party: str = Field(description="its id", examples=["P-BU5QCRDFGL5J52L4"])
    response: str = Field(description=", ".join(service.RESPONSES), examples=["bought"])
    at: str | None = Field(
        default=None,
        description="ISO 8601; without an offset in the bank's time zone; now by default",
        examples=["2025-06-30T14:30"],
    )
    value: str | None = Field(
        default=None, description="what was bought is worth, a decimal in major units", examples=["50000.00"]
    )
    currency: str | None = Field(
        default=None, description=f"of the value; {DEFAULT_CURRENCY} by default", examples=["CNY"]
    )


class CampaignBody(BaseModel):
    """A campaign."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description=f"up to {writing.LONGEST} letters", examples=["秋季大额存单"])
    starts_on: date = Field(description="first day", examples=["2025-09-01"])
    ends_on: date | None = Field(default=None, description="last day", examples=["2025-11-30"])
    code: str | None = Field(default=None, description="a code of the bank's own", examples=["CD2025"])
    product: str | None = Field(default=None, description="what it offers: id or code", examples=["PRD0002"])
    channel: str | None = Field(default=None, examples=["call"])
    branch: str | None = Field(default=None, description="who runs it: id, code or name", examples=["宁波分行"])
    manager: str | None = Field(default=None, description=f"who answers for it: {MEANT_BY}", examples=["M0001"])
    most_parties: int | None = Field(
        default=None,
        description=f"parties that it may approach, up to {writing.MOST_PARTIES:,}; by default as the rules say",
        examples=[500],
    )


class CampaignChangeBody(BaseModel):
    """What is otherwise of a campaign: what is left out stays, null takes away."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, examples=["秋季大额存单"])
    starts_on: date | None = Field(default=None, examples=["2025-09-01"])
    ends_on: date | None = Field(default=None, examples=["2025-12-31"])
    code: str | None = Field(default=None, examples=["CD2025"])
    product: str | None = Field(default=None, examples=["PRD0002"])
    channel: str | None = Field(default=None, examples=["app"])
    branch: str | None = Field(default=None, examples=["宁波分行"])
    manager: str | None = Field(default=None, examples=["M0001"])
    most_parties: int | None = Field(default=None, examples=[800])
    version: int | None = Field(
        default=None, description="the one you have seen; another by now is refused", examples=[1]
    )


@router.get("/campaigns", response_model=service.CampaignsAnswer, summary="Campaigns, the latest first")
def campaigns(
    view: AView,
    limit: Annotated[int, Query(description=f"campaigns at most, up to {service.MOST}", examples=[50])] = service.MOST,
) -> Response:
    """Those that sources deliver, and those that persons made."""
    return answer(service.campaigns(view, limit))


@router.post("/campaigns", response_model=service.CampaignAnswer, responses=CONFLICT, summary="Make a campaign")
def make(guanxi: Whole, asked: CampaignBody, user: Actor, once: Key) -> Response:
    """It counts at once, under the source `manual`; a name stands for one campaign on the same days."""
    told = writing.CampaignTold(**asked.model_dump(exclude_none=True))
    kept = writing.make_campaign(guanxi.view(), told, user, once)
    return answer(service.campaign(guanxi.view(), kept))


@router.post(
    "/campaigns/{campaign_id:path}/change",
    response_model=service.CampaignAnswer,
    responses=CONFLICT,
    summary="Change a campaign that a person made",
)
def change(guanxi: Whole, campaign_id: CampaignId, asked: CampaignChangeBody, user: Actor, once: Key) -> Response:
    """A new version; what it was before stays told. What sources tell is refused."""
    given = asked.model_dump(exclude_unset=True, exclude={"version"})
    told: dict[str, Any] = {name: writing.CLEARED if of is None else of for name, of in given.items()}
    changed = writing.CampaignTold(**told)
    kept = writing.change_campaign(guanxi.view(), campaign_id, changed, asked.version, user, once)
    return answer(service.campaign(guanxi.view(), kept))


@router.post(
    "/campaigns/{campaign_id:path}/closing",
    response_model=service.CampaignAnswer,
    responses={409: CONFLICT[409]},
    summary="Close a campaign that a person made",
)
def close(guanxi: Whole, campaign_id: CampaignId, user: Actor, once: Key) -> Response:
    """It approaches nobody any more; answers and figures stay."""
    kept = writing.close_campaign(guanxi.view(), campaign_id, user, once)
    return answer(service.campaign(guanxi.view(), kept))


@router.post(
    "/campaigns/{campaign_id:path}/audience",
    response_model=choosing.AudienceAnswer,
    responses=CONFLICT,
    summary="Choose whom a campaign approaches",
)
def audience(
    guanxi: Whole,
    campaign_id: CampaignId,
    asked: AudienceBody,
    user: Actor,
    once: Key,
    dry_run: Annotated[bool, Query(description="choose and count, store nothing", examples=[True])] = False,
) -> Response:
    """One approach a household and group, within quiet periods, wishes, refusals and capacity; each who is left out is
    counted for its first reason. A part is held back by lot. More than the campaign may approach, all its audiences
    together: refused."""
    given = choosing.AudienceAsked(**asked.model_dump())
    rules, archive = audience_rules(guanxi.settings.audience_rules), guanxi.settings.archive
    if dry_run:
        return answer(choosing.try_audience(guanxi.view(), archive, campaign_id, given, rules, user))
    kept = choosing.make_audience(guanxi.view(), archive, campaign_id, given, rules, user, once)
    return answer(choosing.audience(guanxi.view(), kept))


@router.post(
    "/campaigns/{campaign_id:path}/responses",
    response_model=service.CampaignAnswer,
    responses=CONFLICT,
    summary="Write down how a party answered a campaign",
)
def respond(guanxi: Whole, campaign_id: CampaignId, asked: ResponseBody, user: Actor, once: Key) -> Response:
    """Interested, bought or refused; it counts at once, in the place of what the party answered before, which stays
    told. The answer has the campaign's figures with it."""
    given = campaign_response.ResponseAsked(**asked.model_dump())
    campaign_response.record_response(guanxi.view(), campaign_id, given, user, once)
    return answer(service.campaign(guanxi.view(), campaign_id))


@router.get(
    "/campaigns/{campaign_id:path}/units",
    response_model=units_service.CampaignUnitsAnswer,
    summary="What came of a campaign by branch, team or manager",
)
def units(
    view: AView,
    campaign_id: CampaignId,
    by: Annotated[str, Query(description=", ".join(units_service.BY), examples=["branch"])] = units_service.BY[0],
    hierarchy: Hierarchy = None,
    level: Level = None,
) -> Response:
    """Reached, answered, bought and value of those approached; a branch or team has what lies below it, each party
    once."""
    return answer(units_service.campaign_units(view, campaign_id, by, hierarchy, level))


@router.get("/campaigns/{campaign_id:path}", response_model=service.CampaignAnswer, summary="What came of a campaign")
def campaign(view: AView, campaign_id: CampaignId) -> Response:
    """Reached, answered, bought and value; those approached against those held back."""
    return answer(service.campaign(view, campaign_id))
