"""`/v1/groups`, `/v1/guarantees/circles`, `/v1/changes`: groups by nearness to limits, one group, what changed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, AView, Route, Whole, answer
from api.services import changes as changes_service
from api.services import group_diff as diff_service
from api.services import group_exposure as exposure_service
from api.services import group_guarantees as guarantees_service
from api.services import group_history as history_service
from api.services import group_list as list_service
from api.services import group_structure as structure_service
from api.services import group_views as views_service
from api.services import groups as groups_service
from api.services import guarantee_circles as circles_service

router = APIRouter(prefix="/v1", tags=["groups"], responses=PROBLEMS, route_class=Route)

GroupId = Annotated[str, Path(description="as a party's section `groups` tells it", examples=["G-c64625e3ad5ab8b1"])]


@router.get("/groups", response_model=list_service.GroupsAnswer, summary="Groups by nearness to their limits")
def groups(
    guanxi: Whole,
    view: AView,
    state: Annotated[
        str | None, Query(description="worst state: within, warning, breach, undecided", examples=["breach"])
    ] = None,
    rules: Annotated[
        str | None, Query(description="tests of this rule set alone", examples=["cn-large-exposure"])
    ] = None,
    min_exposure: Annotated[
        str | None,
        Query(description="least amount of a test, in the reporting currency", examples=["100000000.00"]),
    ] = None,
    kind: Annotated[str | None, Query(description="control, connected or declared", examples=["connected"])] = None,
    limit: Annotated[
        int, Query(description=f"groups at most, up to {list_service.MOST}", examples=[list_service.DEFAULT_LIMIT])
    ] = list_service.DEFAULT_LIMIT,
    offset: Annotated[int, Query(description="groups to pass over", examples=[50])] = 0,
) -> Response:
    """The nearest first, ties by id, each with every test of every rule set, firm and potential side by side."""
    asked = list_service.GroupsAsked(state, rules, kind, min_exposure)
    return answer(list_service.groups(view, asked, guanxi.settings.archive, limit, offset))


@router.get("/groups/diff", response_model=diff_service.DiffAnswer, summary="Declared groups against found ones")
def diff(
    view: AView,
    limit: Annotated[
        int, Query(description=f"declared groups at most, up to {diff_service.MOST}", examples=[50])
    ] = diff_service.DEFAULT_LIMIT,
    after: Annotated[str, Query(description="`next` of the answer before", examples=["credit:group:GR1"])] = "",
) -> Response:
    """Of each declared group the found one nearest to it: who is only in one of them, and the exposure of both."""
    return answer(diff_service.diff(view, limit, after))


@router.get(
    "/groups/{group_id:path}/structure",
    response_model=structure_service.StructureAnswer,
    summary="The tree of control of a group",
)
def structure(view: AView, group_id: GroupId) -> Response:
    """Votes on every link, held directly and by what a controller controls; shared members and cycles told."""
    return answer(structure_service.structure(view, group_id))


@router.get(
    "/groups/{group_id:path}/exposure",
    response_model=exposure_service.ExposureAnswer,
    summary="What a group owes, against each limit",
)
def exposure(guanxi: Whole, view: AView, group_id: GroupId) -> Response:
    """Each test, totals before and after protection with exempt parts apart, and each member's part."""
    return answer(exposure_service.exposure(view, group_id, guanxi.settings.archive))


@router.get(
    "/groups/{group_id:path}/history",
    response_model=history_service.HistoryAnswer,
    summary="Joins, leaves and exposure of a group by run",
)
def history(view: AView, group_id: GroupId) -> Response:
    """The latest first."""
    return answer(history_service.history(view, group_id))


@router.get(
    "/groups/{group_id:path}/guarantees",
    response_model=guarantees_service.GroupGuarantees,
    summary="Guarantees inside a group and across its edge",
)
def guarantees(guanxi: Whole, view: AView, group_id: GroupId) -> Response:
    """With the circles and mutual pairs that touch it, and what the guarantees inside it are worth."""
    return answer(guarantees_service.group_guarantees(view, group_id, guanxi.settings.archive))


@router.get(
    "/guarantees/circles", response_model=circles_service.CirclesAnswer, summary="Guarantee circles and mutual pairs"
)
def circles(
    guanxi: Whole,
    view: AView,
    limit: Annotated[int, Query(description=f"circles at most, up to {circles_service.MOST}", examples=[50])] = 50,
    offset: Annotated[int, Query(description="circles to pass over", examples=[50])] = 0,
) -> Response:
    """The largest sum of guarantees first, each with what it is worth."""
    return answer(circles_service.circles(view, guanxi.settings.archive, limit, offset))


@router.get("/changes", response_model=changes_service.ChangesAnswer, summary="What runs changed since a day")
def changes(
    guanxi: Whole,
    view: AView,
    since: Annotated[date, Query(description="the first day of publishing", examples=["2025-06-30"])],
    limit: Annotated[
        int, Query(description=f"entries of a run and kind at most, up to {changes_service.MOST:,}", examples=[100])
    ] = changes_service.DEFAULT_LIMIT,
) -> Response:
    """Run by run: groups, exposures whose state changed, new guarantee circles."""
    return answer(changes_service.changes(view, since, guanxi.settings.archive, limit))


@router.get("/groups/{group_id:path}", response_model=groups_service.GroupAnswer, summary="One group with its members")
def group(guanxi: Whole, view: AView, group_id: GroupId) -> Response:
    """Head and members with their reasons; declared by a source or found by a run."""
    return answer(views_service.one_group(view, group_id, guanxi.settings.archive))
