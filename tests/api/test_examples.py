"""Every answer stands in the description of the API with an example that is one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter

from api.app import make_app
from api.examples import ANSWERS, ENDINGS, NDJSON, file_of
from api.examples.ask import shortened
from api.examples.questions import QUESTIONS
from api.routes.batch import ANSWERED
from api.settings import read_settings
from api.wiring import Guanxi

APP = make_app(cast(Guanxi, SimpleNamespace(settings=read_settings(home=Path(".guanxi")))))
DESCRIBED = APP.openapi()
MODELS = {
    (method.lower(), told.path_format): getattr(told, "response_model", None)
    for told in iter_route_contexts(APP.routes)
    for method in told.methods or ()
}
ANSWERS_TOLD = [
    (method, path, media, content)
    for path, operations in DESCRIBED["paths"].items()
    for method, operation in operations.items()
    for media, content in operation["responses"]["200"]["content"].items()
    if media in ENDINGS
]


def told_as(method: str, path: str, media: str) -> Any:
    """What an answer must be."""
    if media == NDJSON:
        return ANSWERED
    model: Any = MODELS[method, path] if media == "application/json" else str
    return TypeAdapter(model)


def test_every_answer_is_described_by_its_content() -> None:
    for path, operations in DESCRIBED["paths"].items():
        for method, operation in operations.items():
            assert operation["responses"]["200"].get("content"), (method, path)


@pytest.mark.parametrize(
    ("method", "path", "media", "content"), ANSWERS_TOLD, ids=[f"{method} {path}" for method, path, *_ in ANSWERS_TOLD]
)
def test_every_answer_has_an_example_that_is_one(method: str, path: str, media: str, content: dict[str, Any]) -> None:
    """No field is unknown, none that must stand there is missing, and each reads back as it is written."""
    assert content["examples"]
    model = told_as(method, path, media)
    for example in content["examples"].values():
        read = model.validate_python(example["value"], extra="forbid")
        assert model.dump_python(read, mode="json", by_alias=True, exclude_unset=True) == example["value"]


def test_no_example_is_of_an_answer_that_is_gone() -> None:
    shown = {file_of(method, path, media) for method, path, media, _ in ANSWERS_TOLD}
    assert set(ANSWERS.iterdir()) == shown
    assert {(one.method.lower(), one.route) for one in QUESTIONS} == {
        (method, path) for method, path, *_ in ANSWERS_TOLD
    }


def test_lists_are_cut_at_any_depth() -> None:
    assert shortened({"a": [1, 2, 3], "b": [[4, 5], {"c": [6, 7]}]}, 1) == {"a": [1], "b": [[4]]}


def test_examples_name_no_place_of_a_machine() -> None:
    for file in ANSWERS.iterdir():
        text = file.read_text(encoding="utf-8")
        assert "/tmp/" not in text
        assert '"root"' not in text
