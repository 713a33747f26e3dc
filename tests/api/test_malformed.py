"""What is said of input that is not well formed: always the field, the value it had, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import Body, FastAPI, Query
from pydantic import BaseModel, Field

from api import errors

Ask = Callable[..., dict[str, Any]]


class Question(BaseModel):
    ids: list[str] = Field(min_length=1, max_length=2)


@pytest.fixture
def ask() -> Ask:
    app = FastAPI()
    errors.install(app)

    @app.get("/ask")
    def get(
        day: date | None = None,
        depth: int = 1,
        kind: Literal["person", "company"] | None = None,
        name: Annotated[str, Query(max_length=100)] = "",
        share: Decimal | None = None,
    ) -> None:
        """Everything a question may hold."""

    @app.post("/ask")
    def post(question: Annotated[Question, Body()]) -> None:
        """A body."""

    def asked(method: str, path: str, **what: Any) -> dict[str, Any]:
        async def answer() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://guanxi") as client:
                return await client.request(method, path, **what)

        with start_blocking_portal() as portal:  # a thread of its own: this one may have a loop that drives a browser
            told: dict[str, Any] = portal.call(answer).json()
        return told

    return asked


@pytest.mark.parametrize(
    ("query", "field", "value", "way_out"),
    [
        ("day=yesterday", "day", "yesterday", "YYYY-MM-DD"),
        ("day=2025-13-01", "day", "2025-13-01", "YYYY-MM-DD"),
        ("depth=two", "depth", "two", "a whole number"),
        ("depth=1.5", "depth", "1.5", "a whole number"),
        ("share=130%25", "share", "130%", "a number, such as 0.3"),
        ("share=NaN", "share", "NaN", "a number, such as 0.3"),
        ("kind=robot", "kind", "robot", "'person' or 'company'"),
        (f"name={'x' * 101}", "name", f"{'x' * 79}…", "at most 100 characters"),
    ],
)
def test_a_parameter_at_fault(ask: Ask, query: str, field: str, value: str, way_out: str) -> None:
    told = ask("GET", f"/ask?{query}")
    assert (told["status"], told["field"], told["value"]) == (422, field, value)
    assert told["detail"].startswith(f"{field} is {value!r}; ")
    assert way_out in told["detail"]


@pytest.mark.parametrize(
    ("body", "field", "value", "said"),
    [
        ({}, "ids", None, "ids is missing: it has to be given."),
        ({"ids": "x"}, "ids", "x", "ids is 'x'; give a list"),
        ({"ids": ["a", 1]}, "ids[1]", "1", "ids[1] is '1'; give a text"),
        ({"ids": [None]}, "ids[0]", None, "ids[0] is empty; give a text"),
        ({"ids": []}, "ids", None, "ids has 0 entries; give at least 1."),
        ({"ids": ["a"] * 3}, "ids", None, "ids has 3 entries; give at most 2"),
        (["a"], None, None, "the body cannot be taken; send JSON"),
    ],
)
def test_a_body_at_fault(ask: Ask, body: Any, field: str | None, value: str | None, said: str) -> None:
    told = ask("POST", "/ask", json=body)
    assert (told["status"], told.get("field"), told.get("value")) == (422, field, value)
    assert told["detail"].startswith(said)


def test_a_body_that_is_no_json_is_told_how_to_be_one(ask: Ask) -> None:
    for headers in ({}, {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        told = ask("POST", "/ask", content="{ids: [1", headers=headers)
        assert told["status"] == 422
        assert "send JSON, with the header Content-Type: application/json" in told["detail"]
