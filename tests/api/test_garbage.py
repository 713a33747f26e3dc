"""Looking for garbage must not halt the answers."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any

from api.app import OFTEN, make_app
from api.settings import Settings
from tests.coroutines import result_of


def test_garbage_is_looked_for_often_while_the_application_serves_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    guanxi: Any = SimpleNamespace(settings=Settings())

    async def serve() -> tuple[int, int, int]:
        app = make_app(guanxi)
        async with app.router.lifespan_context(app):
            return gc.get_threshold()

    assert result_of(serve()) == OFTEN
    assert gc.get_threshold() == before
