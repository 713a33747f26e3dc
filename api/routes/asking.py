"""What the routes share: who asks, of which state of the world, and how an answer is sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import Response

from api.errors import Problem
from api.wiring import Guanxi
from graph.errors import BadInput
from graph.store import View

log = logging.getLogger(__name__)

LONGEST_USER = 100

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text, "content": {"application/problem+json": {}}}
    for status, text in (
        (400, "cannot be asked so"),
        (404, "not found"),
        (422, "not well formed"),
        (500, "Guanxi or the database failed; the log says more"),
        (503, "the database does not answer"),
    )
}
TOO_LARGE: dict[int | str, dict[str, Any]] = {
    413: {"model": Problem, "description": "the body is too large", "content": {"application/problem+json": {}}}
}
REDIRECT: dict[int | str, dict[str, Any]] = {307: {"description": "the party was joined into another: go there"}}


async def whole(request: Request) -> Guanxi:
    """The running Guanxi. Asynchronous, so that no thread is asked for it."""
    found: Guanxi = request.app.state.guanxi
    return found


async def note_user(
    request: Request,
    x_guanxi_user: Annotated[
        str | None, Header(max_length=LONGEST_USER, description="the acting user, as the caller says; logged")
    ] = None,
) -> None:
    """Log who asks what. Until authentication exists that is what the caller says."""
    log.info("%s %s by %s", request.method, request.url.path, (x_guanxi_user or "").strip() or "anonymous")


async def acting_user(
    x_guanxi_user: Annotated[
        str | None, Header(max_length=LONGEST_USER, description="who acts, as the caller says; required")
    ] = None,
) -> str | None:
    """Who acts. Headers are read as Latin-1; names in other scripts come as UTF-8."""
    try:
        return x_guanxi_user.encode("latin-1").decode() if x_guanxi_user else None
    except UnicodeError:
        return x_guanxi_user


async def known_parameters(request: Request) -> None:
    """Refuse query parameters that the question does not take: a misspelt `as_of` must not answer for today."""
    if not request.query_params:
        return
    route: APIRoute = request.scope["route"]
    known = set(_named_by(route.dependant))
    for name in request.query_params:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(sorted(known)) or 'none'}."
            raise BadInput(f"There is no parameter {name[:50]!r} here; {hint}", field=name[:50])


def _named_by(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _named_by(inner)


def view(
    guanxi: Annotated[Guanxi, Depends(whole)],
    as_of: Annotated[date | None, Query(description="the day the answer speaks of", examples=["2025-06-30"])] = None,
    known_on: Annotated[
        date | None, Query(description="as it was known at the end of this day", examples=["2025-06-30"])
    ] = None,
) -> View:
    """The state of the world a request asks for, made once."""
    return guanxi.view(as_of=as_of, known_on=known_on)


Whole = Annotated[Guanxi, Depends(whole)]
AView = Annotated[View, Depends(view)]
Actor = Annotated[str | None, Depends(acting_user)]


def answer(model: BaseModel) -> Response:
    """An answer as JSON, written once: the model is right already, so nothing checks it again."""
    return Response(model.model_dump_json(), media_type="application/json")
