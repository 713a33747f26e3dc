"""What the routes share: who asks, of which state of the world, and how an answer is sent."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import wraps
from inspect import iscoroutinefunction
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.errors import Problem
from api.services.acting import LONGEST_KEY, LONGEST_USER
from api.wiring import Guanxi
from graph.errors import BadInput
from graph.once import Once
from graph.store import View

log = logging.getLogger(__name__)

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
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "something else is going on", "content": {"application/problem+json": {}}},
    **TOO_LARGE,
}
REDIRECT: dict[int | str, dict[str, Any]] = {307: {"description": "the party was joined into another: go there"}}


async def whole(request: Request) -> Guanxi:
    """The running Guanxi. Asynchronous, so that no thread is asked for it."""
    found: Guanxi = request.app.state.guanxi
    return found


async def well_asked(
    request: Request,
    x_guanxi_user: Annotated[
        str | None, Header(max_length=LONGEST_USER, description="the acting user, as the caller says; logged")
    ] = None,
) -> None:
    """What holds for every question, together since each dependency costs time: who asks is logged (until
    authentication exists that is what the caller says), its parameters are known, its letters are whole."""
    log.info("%s %s by %s", request.method, request.url.path, (x_guanxi_user or "").strip() or "anonymous")
    check_parameters(request)
    if request.method not in BODILESS:
        await whole_letters(request)


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


async def idempotency_key(
    request: Request,
    user: Annotated[str | None, Depends(acting_user)],
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=LONGEST_KEY,
            description="any text of the caller's own for this request: sent again under it, it is answered as the "
            "first time and nothing is written; another request under it is refused (409)",
            examples=["4f9c0f4e-1f0e-4b5e-9a3b-6d6c0a8d1c11"],
        ),
    ] = None,
) -> Once | None:
    """The key of a write that must happen once, with the digest of who asks for what. Spaces in JSON do not count."""
    if idempotency_key is None:
        return None
    key = idempotency_key.strip()
    if not key:
        raise BadInput("The header Idempotency-Key is empty; give a text of your own, or leave it out.", field="key")
    body = await request.body()
    with suppress(orjson.JSONDecodeError):
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    asked = [request.method, request.url.path, request.url.query, user or ""]
    return Once(key, hashlib.sha256(orjson.dumps(asked) + body).hexdigest())


BODILESS = frozenset({"GET", "HEAD"})
"""Methods whose requests are asked without a body."""

LINES = ("application/x-ndjson", "text/plain")
"""Types of bodies that are read line by line, by whoever takes them."""


_LONE = re.compile("[\ud800-\udfff]")


async def whole_letters(request: Request) -> None:
    """Refuse a body with halves of letters (lone surrogates), which can be neither kept nor told."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() in LINES:
        return
    body = await request.body()
    try:
        text = body.decode(errors="surrogatepass")
    except UnicodeDecodeError:
        raise BadInput("The body is not UTF-8: send JSON in UTF-8.") from None
    if _LONE.search(text) or ("\\ud" in text.lower() and has_half_letter(text)):
        raise BadInput("The body holds half of a letter (a lone surrogate), which cannot be kept: send JSON in UTF-8.")


def has_half_letter(text: str) -> bool:
    """Whether a JSON document holds a lone surrogate. What is no JSON says nothing of the kind."""
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


def check_parameters(request: Request) -> None:
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


@dataclass(frozen=True)
class AskedFor:
    """The state of the world a request asks for, not yet read."""

    guanxi: Guanxi
    as_of: date | None
    known_on: date | None
    presumed: bool = False

    def view(self) -> View:
        """Read which one it is. Raises BadInput for a future day, NotFound where nothing was published by then."""
        return self.guanxi.view(as_of=self.as_of, known_on=self.known_on, presumed=self.presumed)


AsOf = Annotated[date | None, Query(description="the day the answer speaks of", examples=["2025-06-30"])]
KnownOn = Annotated[date | None, Query(description="as it was known at the end of this day", examples=["2025-06-30"])]


async def asked_for(request: Request, as_of: AsOf = None, known_on: KnownOn = None) -> AskedFor:
    """What `Route` makes the view of."""
    return AskedFor(request.app.state.guanxi, as_of, known_on)


async def presumed(request: Request, as_of: AsOf = None, known_on: KnownOn = None) -> AskedFor:
    """The same for an answer that reads the latest state beside, see `View.presumed`."""
    return AskedFor(request.app.state.guanxi, as_of, known_on, presumed=True)


class Route(APIRoute):
    """A route whose view is made once, in the very thread that answers: each change of threads costs time."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        super().__init__(path, _viewing(endpoint), **told)


def _viewing(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, given the view in place of what was asked for."""
    if iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def answered_here(**given: Any) -> Any:
            return await endpoint(**await run_in_threadpool(_with_view, given))

        return answered_here

    @wraps(endpoint)
    def answered(**given: Any) -> Any:
        return endpoint(**_with_view(given))

    return answered


def _with_view(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value.view() if isinstance(value, AskedFor) else value for name, value in given.items()}


Whole = Annotated[Guanxi, Depends(whole)]
AView = Annotated[View, Depends(asked_for)]
APresumedView = Annotated[View, Depends(presumed)]
"""Both served by a `Route`."""
Hierarchy = Annotated[
    str | None, Query(description="of branches and teams: rollup (the default) or coverage", examples=["coverage"])
]
Level = Annotated[int | None, Query(description="of branches and teams: this level alone, 1 at the top", examples=[2])]
Actor = Annotated[str | None, Depends(acting_user)]
Key = Annotated[Once | None, Depends(idempotency_key)]


def answer(model: BaseModel) -> Response:
    """An answer as JSON, written once: the model is right already, so nothing checks it again."""
    return Response(model.model_dump_json(), media_type="application/json")
