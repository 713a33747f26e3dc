"""The HTTP application: routes, errors, bounds, figures."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import Depends, FastAPI

from api import errors
from api.examples import add_examples
from api.middleware import Bounded, KnownHosts, Measured
from api.routes import (
    batch,
    campaigns,
    decisions,
    events,
    explaining,
    figures,
    groups,
    handovers,
    homes,
    linkage,
    managers,
    matching,
    openings,
    operations,
    ownership,
    pages,
    parties,
    referrals,
    registering,
    segments,
    tags,
    thinking,
)
from api.routes.asking import well_asked
from api.settings import TITLE
from api.wiring import Guanxi
from graph.schema import guanxi_version

OFTEN = (5_000, 50, 100)
"""When Python looks for garbage while it serves, see `gc.set_threshold`. Each statement leaves some 60 objects of the
driver in circles: to look for 5,000 of them at a time halts the answers for 2 ms, for 100,000 for 0.2 s."""

DESCRIPTION = """Who is this customer, who belongs together, and what follows from it.

Every answer states the day it speaks of (`as_of`), the state of the world it was read from (`seq`), what was left out
(`omitted`) and why something was concluded (`because`). Errors are `application/problem+json`."""


class Described(FastAPI):
    """An application whose description shows an answer of each operation, read when it is first asked for."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            add_examples(super().openapi())
        return super().openapi()


def make_app(guanxi: Guanxi) -> FastAPI:
    """The application over a running Guanxi; it neither opens nor closes the store."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = guanxi.settings.threads
        # What was made so far stays; looking through it for garbage would halt all answers for a tenth of a second.
        gc.collect()
        gc.freeze()
        seldom = gc.get_threshold()
        gc.set_threshold(*OFTEN)
        try:
            yield
        finally:
            gc.set_threshold(*seldom)
            gc.unfreeze()

    app = Described(
        title=TITLE,
        version=guanxi_version(),
        description=DESCRIPTION,
        lifespan=lifespan,
        dependencies=[Depends(well_asked)],
        docs_url=None,  # these pages fetch their scripts from the internet, which a bank's network does not let in
        redoc_url=None,
    )
    app.state.guanxi = guanxi
    app.add_middleware(KnownHosts, names=guanxi.settings.known_hosts)
    app.add_middleware(Bounded, limit=guanxi.settings.max_body)
    app.add_middleware(Measured)
    errors.install(app)
    app.include_router(parties.router)  # asked most, so looked for first
    app.include_router(batch.router)
    app.include_router(explaining.router)
    app.include_router(thinking.router)
    app.include_router(decisions.router)
    app.include_router(registering.router)
    app.include_router(openings.router)  # before groups, whose ids may hold slashes
    app.include_router(groups.router)
    app.include_router(homes.router)
    app.include_router(linkage.router)
    app.include_router(ownership.router)
    app.include_router(referrals.router)
    app.include_router(managers.router)
    app.include_router(figures.router)
    app.include_router(handovers.router)
    app.include_router(events.router)
    app.include_router(tags.router)
    app.include_router(segments.router)
    app.include_router(campaigns.router)
    app.include_router(matching.router)
    app.include_router(operations.history_router)
    app.include_router(operations.router)
    app.include_router(pages.router)
    return app
