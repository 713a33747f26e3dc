"""The view of a question: made by its route, in the thread that answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api import routes
from api.routes.asking import APresumedView, AView, Route, asked_for, presumed
from graph.errors import BadInput
from graph.store import View
from tests.coroutines import result_of


def shipped() -> Iterator[APIRoute]:
    """All routes."""
    for module in iter_modules(routes.__path__):
        for value in vars(import_module(f"api.routes.{module.name}")).values():
            if isinstance(value, APIRouter):
                yield from (route for route in value.routes if isinstance(route, APIRoute))


def asks(dependant: Dependant) -> bool:
    return any(one.call in (asked_for, presumed) for one in dependant.dependencies)


def test_whoever_asks_for_a_view_is_served_by_a_route_that_makes_it() -> None:
    asking = [route for route in shipped() if asks(route.dependant)]
    assert len(asking) > 50
    assert [route.path for route in asking if not isinstance(route, Route)] == []
    below = [route.path for route in shipped() for one in route.dependant.dependencies if asks(one)]
    assert below == []


class Asked:
    """Notes the days and the threads in which views are made."""

    def __init__(self) -> None:
        self.made: list[tuple[date | None, int]] = []
        self.presumed: list[bool] = []

    def view(self, as_of: date | None = None, known_on: date | None = None, presumed: bool = False) -> View:
        if known_on:
            raise BadInput("known_on is to come", field="known_on")
        self.presumed.append(presumed)
        self.made.append((as_of, threading.get_ident()))
        return cast(View, f"as of {as_of}")


@pytest.fixture
def guanxi() -> Asked:
    return Asked()


def ask(guanxi: Asked, path: str) -> Any:
    router = APIRouter(route_class=Route)

    @router.get("/here")
    def here(view: AView, name: str) -> list[Any]:
        return [view, name, threading.get_ident()]

    @router.get("/presumed")
    def presuming(view: APresumedView) -> object:
        return view

    @router.get("/awaited")
    async def awaited(view: AView, name: str) -> list[Any]:
        return [view, name, threading.get_ident()]

    app = FastAPI()
    app.state.guanxi = guanxi
    app.include_router(router)

    async def sent() -> Any:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            return (await client.get(path)).json()

    return result_of(sent())


def test_the_view_is_made_once_in_the_thread_that_answers(guanxi: Asked) -> None:
    view, name, thread = ask(guanxi, "/here?name=a&as_of=2025-06-30")
    assert (view, name) == ("as of 2025-06-30", "a")
    assert guanxi.made == [(date(2025, 6, 30), thread)]


def test_an_endpoint_that_awaits_waits_for_no_database(guanxi: Asked) -> None:
    view, name, thread = ask(guanxi, "/awaited?name=a")
    assert (view, name) == ("as of None", "a")
    ((_, made_in),) = guanxi.made
    assert made_in != thread


@pytest.mark.parametrize(("path", "presumed"), [("/here?name=a", False), ("/presumed", True)])
def test_only_who_says_so_is_given_a_view_that_is_presumed(guanxi: Asked, path: str, presumed: bool) -> None:
    assert ask(guanxi, path)
    assert guanxi.presumed == [presumed]


@pytest.mark.parametrize("path", ["/here", "/awaited"])
def test_a_day_that_cannot_be_asked_for_is_refused(guanxi: Asked, path: str) -> None:
    with pytest.raises(BadInput):
        ask(guanxi, f"{path}?name=a&known_on=2025-06-30")
