"""Errors over HTTP: `application/problem+json` with a title a banker can read, the field at fault, what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import malformed
from api.services.party import JoinedAway
from graph.errors import BadInput, Conflict, GuanxiError, NotFound, StoreUnavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TOO_MUCH = "Too much at once"
STATUS: Mapping[type[Exception], tuple[int, str]] = {
    NotFound: (404, "Not found"),
    BadInput: (400, "This cannot be asked so"),
    Conflict: (409, "Something else is going on"),
    StoreUnavailable: (503, "The database does not answer"),
    GuanxiError: (500, "This failed"),
}
"""Status and title by error; the first that fits, most special first."""


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["No party has the id 'P-X'. Search by name, or give an id of any system."])
    field: str | None = Field(default=None, description="the field at fault", examples=["party_id"])
    value: str | None = Field(default=None, description="what it held, where something was given", examples=["P-X"])
    instance: str | None = Field(default=None, description="the path asked for")


def problem_of(error: GuanxiError) -> Problem:
    """A user's error as a problem."""
    status, title = next(known for kind, known in STATUS.items() if isinstance(error, kind))
    field, value = getattr(error, "field", None), getattr(error, "value", None)
    had = None if value is None else str(value)[: malformed.LONGEST]
    return Problem(title=title, status=status, detail=str(error), field=field, value=had)


def respond(problem: Problem, request: Request, headers: Mapping[str, str] | None = None) -> Response:
    """The response of a problem."""
    told = problem.model_copy(update={"instance": request.url.path[:200]})
    content = orjson.dumps({k: v for k, v in told.model_dump().items() if v is not None})
    return Response(content, status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


async def _user_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GuanxiError)
    problem = problem_of(error)
    if problem.status >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, error)
    return respond(problem, request, {"Retry-After": "5"} if problem.status == 503 else None)


async def _joined_away(request: Request, error: Exception) -> Response:
    """A party that was joined away: go to the one that holds the answer (not for ever: a join can be undone). One that
    the body names leads nowhere else."""
    assert isinstance(error, JoinedAway)
    path = request.url.path
    for part in ("parties", "members", "referrers"):
        path = path.replace(f"/{part}/{error.party_id}", f"/{part}/{error.into}", 1)
    named = {name: error.into for name, value in request.query_params.items() if value == error.party_id}
    query = request.url.include_query_params(**named).query if named else request.url.query
    if (path, query) == (request.url.path, request.url.query):
        return respond(problem_of(BadInput(str(error), field="party_id", value=error.party_id)), request)
    where = f"{path}?{query}" if query else path
    content = orjson.dumps({"redirected_from": error.party_id, "party_id": error.into, "detail": str(error)})
    return Response(content, status_code=307, media_type="application/json", headers={"Location": where})


async def _malformed(request: Request, error: Exception) -> Response:
    """Input that is no well-formed question at all: the only use of 422."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0]
    told, field, value = malformed.told(first), malformed.field_of(first["loc"]), malformed.value_of(first)
    return respond(Problem(title="This is not well formed", status=422, detail=told, field=field, value=value), request)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = TOO_MUCH if error.status_code == 413 else HTTPStatus(error.status_code).phrase
    detail = str(error.detail)
    if error.status_code == 404:
        detail = "There is no such address here; /openapi.json lists all."
    return respond(Problem(title=title, status=error.status_code, detail=detail), request, error.headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "Guanxi met an error of its own; the server's log says more. Try again, and report it if it stays."
    return respond(Problem(title="This failed", status=500, detail=detail), request)


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem."""
    app.add_exception_handler(JoinedAway, _joined_away)
    app.add_exception_handler(GuanxiError, _user_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
