"""`/v1/loads`, `/v1/runs` and their reports, `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.responses import Response

from api.routes.asking import PROBLEMS, Whole, answer
from api.services import history
from api.services.report_exposure import exposure_workbook

history_router = APIRouter(prefix="/v1", tags=["operations"], responses=PROBLEMS)
router = APIRouter(tags=["operations"])

Limit = Annotated[int, Query(description=f"entries at most, up to {history.MOST}", examples=[50])]


@history_router.get("/loads", response_model=history.LoadsAnswer, summary="The last loads, rollbacks and writes")
def loads(guanxi: Whole, limit: Limit = 50) -> Response:
    """The newest first, with what was read, loaded, unchanged and rejected."""
    return answer(history.loads(guanxi.store, limit))


@history_router.get("/runs", response_model=history.RunsAnswer, summary="The last analysis runs")
def runs(guanxi: Whole, limit: Limit = 50) -> Response:
    """The newest first, with parameters, counts and digests."""
    return answer(history.runs(guanxi.store, limit))


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@history_router.get(
    "/runs/{run_id}/report/exposure.xlsx",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}, "description": "the spreadsheet"}},
    summary="Exposure against limits as a spreadsheet",
)
def exposure_report(
    guanxi: Whole,
    run_id: Annotated[str, Path(description="as /v1/runs tells it", examples=["run-7ea38f872b19"])],
    rules: Annotated[
        list[str] | None, Query(description="only these rule sets of the run", examples=[["cn-large-exposure"]])
    ] = None,
) -> Response:
    """Summary, groups, members with reasons, single parties, excluded, parameters: what that run found."""
    settings = guanxi.settings
    made = exposure_workbook(guanxi.view(), settings.archive, bank=settings.bank, run_id=run_id, rules=rules or ())
    return Response(made, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="exposure.xlsx"'})


class Health(BaseModel):
    """Whether it lives or serves."""

    status: str
    seq: int | None = None
    run_id: str | None = None


@router.get("/healthz", response_model=Health, summary="Does the process live?")
def healthz() -> Health:
    """Always, as long as it answers."""
    return Health(status="ok")


@router.get("/readyz", response_model=Health, responses=PROBLEMS, summary="Does the store answer?")
def readyz(guanxi: Whole) -> Health:
    """The latest publication; 503 while the database does not answer."""
    view = guanxi.view()
    return Health(status="ready", seq=view.seq, run_id=view.run_id)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "a line a figure"}},
)
def metrics() -> Response:
    """Requests by route and status, with their durations."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
