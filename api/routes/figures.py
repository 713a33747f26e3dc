"""`/v1/figures`: customers, balances, revenue and openings for management and product roles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.routes.asking import PROBLEMS, AView, Hierarchy, Level, Route, Whole, answer
from api.routes.operations import XLSX
from api.services import figures as service
from api.services import preferences as preference_service
from api.services.figures_answer import FiguresAnswer, PreferencesAnswer
from api.services.figures_table import figures_csv
from api.services.figures_workbook import figures_workbook
from api.services.measures import KEPT

router = APIRouter(prefix="/v1", tags=["figures"], responses=PROBLEMS, route_class=Route)


def asked(
    by: Annotated[str, Query(description=", ".join(service.BY), examples=["branch"])] = service.BY[0],
    hierarchy: Hierarchy = None,
    level: Level = None,
    first: Annotated[
        str | None,
        Query(alias="from", description="the first month; January of the last one by default", examples=["2024-01"]),
    ] = None,
    last: Annotated[
        str | None,
        Query(alias="to", description="the last month; by default the last that is told", examples=["2024-12"]),
    ] = None,
    measure: Annotated[
        str | None,
        Query(description=f"some alone, parted by commas: {', '.join(KEPT)}", examples=["revenue,contribution"]),
    ] = None,
) -> service.FiguresAsked:
    """What is asked."""
    measures = tuple(part.strip() for part in measure.split(",")) if measure is not None else ()
    return service.FiguresAsked(by, hierarchy, level, first, last, measures)


Asked = Annotated[service.FiguresAsked, Depends(asked)]


@router.get("/figures", response_model=FiguresAnswer, summary="Customers, balances, revenue and openings")
def figures(
    view: AView,
    guanxi: Whole,
    question: Asked,
    limit: Annotated[
        int, Query(description=f"rows at most, up to {service.MOST}", examples=[service.DEFAULT])
    ] = service.DEFAULT,
    offset: Annotated[int, Query(description="rows to pass over", examples=[100])] = 0,
) -> Response:
    """As the run of that day found them; each total has what lies below it exactly once."""
    return answer(service.figures(view, guanxi.settings.archive, question, limit, offset))


@router.get(
    "/figures.csv", response_class=Response, summary="The same as CSV", responses={200: {"content": {"text/csv": {}}}}
)
def as_csv(view: AView, guanxi: Whole, question: Asked) -> Response:
    """A row a unit, measure and currency, the total last."""
    text = figures_csv(service.all_figures(view, guanxi.settings.archive, question))
    return Response(text, media_type="text/csv; charset=utf-8", headers=_named(question, "csv"))


@router.get(
    "/figures.xlsx",
    response_class=Response,
    summary="The same as a spreadsheet",
    responses={200: {"content": {XLSX: {}}}},
)
def as_spreadsheet(view: AView, guanxi: Whole, question: Asked) -> Response:
    """A row a unit, measure and currency, the total last, and how to read it."""
    found = service.all_figures(view, guanxi.settings.archive, question)
    made = figures_workbook(found, view.known_at, guanxi.settings.bank)
    return Response(made, media_type=XLSX, headers=_named(question, "xlsx"))


def _named(question: service.FiguresAsked, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="figures-{question.by}.{ending}"'}


@router.get("/figures/preferences", response_model=PreferencesAnswer, summary="Which products a segment prefers")
def preferences(
    view: AView,
    guanxi: Whole,
    by: Annotated[
        str, Query(description="segments of the source, or saved ones: saved_segment", examples=["segment"])
    ] = preference_service.BY[0],
    limit: Annotated[
        int, Query(description=f"rows at most, up to {preference_service.MOST}", examples=[preference_service.DEFAULT])
    ] = preference_service.DEFAULT,
    offset: Annotated[int, Query(description="rows to pass over", examples=[50])] = 0,
) -> Response:
    """Products by segment, the highest lift over all customers first."""
    return answer(preference_service.preferences(view, guanxi.settings.archive, by, limit, offset))
