"""What stands before the routes, as plain ASGI: requests counted and timed, bodies bounded, host names known."""

from __future__ import annotations

import time
from collections.abc import Sequence

from fastapi import HTTPException
from prometheus_client import Histogram
from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TOO_MUCH, Problem, respond

SECONDS = Histogram(
    "guanxi_request_seconds",
    "Duration of requests",
    ("method", "route", "status"),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)


class Measured:
    """Counts and times every request by route."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = "500"
        start = time.perf_counter()

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, told)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            SECONDS.labels(scope["method"], route, status).observe(time.perf_counter() - start)


class Bounded:
    """Refuses bodies larger than the limit, declared or not."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = f"The request brings more than {self.limit:,} bytes; send it in parts."
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) > self.limit:
            problem = Problem(title=TOO_MUCH, status=413, detail=told)
            await respond(problem, Request(scope))(scope, receive, send)
            return
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > self.limit:
                # The one kind of error that is not taken for a malformed body where bodies are read.
                raise HTTPException(413, told)
            return message

        await self.app(scope, counted, send)


class KnownHosts:
    """Lets through what is asked under a known host name, and refuses anything else in words."""

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app = app
        self._check = TrustedHostMiddleware(self._admit, names, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._check(scope, receive, _leave_unsent)
        if scope.get("guanxi.admitted"):
            await self.app(scope, receive, send)
            return
        name = Headers(scope=scope).get("host", "")[:100]
        told = f"Guanxi does not answer under the host name {name!r}; use 127.0.0.1, or name it in GUANXI_HOSTS."
        problem = Problem(title="Unknown host name", status=400, detail=told, field="Host")
        await respond(problem, Request(scope))(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        scope["guanxi.admitted"] = True


async def _leave_unsent(message: Message) -> None:
    """Takes the library's own refusal, which says less."""
