"""`/v1/segments`: saved filters (客户群) with their counts and members."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, TOO_LARGE, Actor, AView, Key, Route, Whole, answer
from api.services import segment as writing
from api.services import segment_changes
from api.services import segments as service
from api.services.segment_filter import FilterGiven

router = APIRouter(prefix="/v1", tags=["segments and campaigns"], responses=PROBLEMS, route_class=Route)

SegmentId = Annotated[str, Path(description="its id or name", examples=["manual:segment:0f3a5c2e9d41"])]
Limit = Annotated[int, Query(description=f"members at most, up to {service.MOST}", examples=[50])]
EXAMPLE = {"all": [{"field": "kind", "is": "person"}, {"field": "age", "at_least": 30}]}


class SegmentBody(BaseModel):
    """A name and a filter."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description=f"up to {writing.LONGEST_NAME} letters", examples=["三十岁以上个人"])
    filter: FilterGiven = Field(examples=[EXAMPLE])


class ChangeBody(BaseModel):
    """What is to be another."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, examples=["中年个人"])
    filter: FilterGiven | None = Field(default=None, examples=[EXAMPLE])
    version: int | None = Field(
        default=None, description="the one you have seen; another by now is refused", examples=[1]
    )


class PreviewBody(BaseModel):
    """A filter."""

    model_config = ConfigDict(extra="forbid")

    filter: FilterGiven = Field(examples=[EXAMPLE])


@router.get("/segments", response_model=service.SegmentsAnswer, summary="Saved filters with their counts")
def segments(view: AView, guanxi: Whole) -> Response:
    """Counted by the last run."""
    return answer(service.segments(view, guanxi.settings.archive))


@router.post("/segments", response_model=service.SegmentAnswer, responses=CONFLICT, summary="Save a filter")
def make(guanxi: Whole, asked: SegmentBody, user: Actor, once: Key) -> Response:
    """Checked, kept as version 1, and counted at once."""
    kept = writing.make_segment(guanxi.view(), asked.name, asked.filter, user, once)
    return answer(service.segment(guanxi.view(), guanxi.settings.archive, kept))


@router.post(
    "/segments/preview", response_model=service.PreviewAnswer, responses=TOO_LARGE, summary="What a filter would find"
)
def preview(view: AView, guanxi: Whole, asked: PreviewBody, limit: Limit = service.DEFAULT) -> Response:
    """Counted now; nothing is saved."""
    return answer(service.preview(view, guanxi.settings.archive, asked.filter, limit))


@router.post(
    "/segments/{segment_id:path}/change",
    response_model=service.SegmentAnswer,
    responses=CONFLICT,
    summary="Give a segment another name or filter",
)
def change(guanxi: Whole, segment_id: SegmentId, asked: ChangeBody, user: Actor, once: Key) -> Response:
    """A new version; what it was before stays told."""
    kept = writing.change_segment(guanxi.view(), segment_id, asked.name, asked.filter, asked.version, user, once)
    return answer(service.segment(guanxi.view(), guanxi.settings.archive, kept))


@router.post(
    "/segments/{segment_id:path}/closing",
    response_model=service.SegmentsAnswer,
    responses={409: CONFLICT[409]},
    summary="Close a segment",
)
def close(guanxi: Whole, segment_id: SegmentId, user: Actor, once: Key) -> Response:
    """It is listed no more, and runs leave it out. The answer lists those that are left."""
    writing.close_segment(guanxi.view(), segment_id, user, once)
    return answer(service.segments(guanxi.view(), guanxi.settings.archive))


@router.get(
    "/segments/{segment_id:path}/changes",
    response_model=segment_changes.SegmentChanges,
    summary="Who joined a segment and who left it between two runs",
)
def changes(
    view: AView,
    guanxi: Whole,
    segment_id: SegmentId,
    run: Annotated[
        str | None, Query(description="the run of the day by default", examples=["run-5d0c5a1f9b22"])
    ] = None,
    before: Annotated[
        str | None, Query(description="compared with; the run before it by default", examples=["run-1b7e44c09a3d"])
    ] = None,
    limit: Limit = service.DEFAULT,
) -> Response:
    """By the members that both runs kept; a filter changed in between is told."""
    return answer(segment_changes.segment_changes(view, guanxi.settings.archive, segment_id, run, before, limit))


@router.get("/segments/{segment_id:path}", response_model=service.SegmentAnswer, summary="A segment with its members")
def segment(
    view: AView,
    guanxi: Whole,
    segment_id: SegmentId,
    limit: Limit = service.DEFAULT,
    offset: Annotated[int, Query(description="members to pass over", examples=[50])] = 0,
) -> Response:
    """As the last run found them; where it was saved since, as they are now."""
    return answer(service.segment(view, guanxi.settings.archive, segment_id, limit, offset))
