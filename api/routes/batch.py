"""`POST /v1/related:batch`: related parties of up to 10,000 ids, a line each; NDJSON out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from api.errors import problem_of
from api.examples import NDJSON
from api.routes.asking import PROBLEMS, TOO_LARGE, AView, Route, Whole, has_half_letter
from api.services.related import BatchBegin, BatchLine, related_batch
from graph.errors import BadInput, GuanxiError

log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1", tags=["parties"], responses=PROBLEMS, route_class=Route)

FLUSH = 200
"""Lines sent together."""


def _described(model: type[BaseModel]) -> dict[str, Any]:
    told = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    del told["$defs"]  # they stand among the document's own, for the answer about one party uses them too
    return told


_IDS = '"P-BU5QCRDFGL5J52L4"\n{"id": "credit:CUSTOMER_INFO:0265919248"}\n'
_BARE_IDS = "P-BU5QCRDFGL5J52L4\ncredit:CUSTOMER_INFO:0265919248\n"
ANSWERED: TypeAdapter[BatchBegin | BatchLine] = TypeAdapter(BatchBegin | BatchLine)
"""A line of the answer."""
_LINE = {"anyOf": [_described(model) for model in (BatchBegin, BatchLine)]}
_BODY: dict[str, Any] = {
    "responses": {"200": {"content": {NDJSON: {"schema": _LINE}}}},
    "requestBody": {
        "required": True,
        "content": {
            NDJSON: {"schema": {"type": "string"}, "example": _IDS},
            "text/plain": {"schema": {"type": "string"}, "example": _BARE_IDS},
        },
    },
}


def read_ids(body: bytes) -> list[str]:
    """The ids of a body, one a line: bare, as a JSON text, or as an object with `id`. Empty lines are passed over.

    Raises BadInput naming the line at fault.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = body.count(b"\n", 0, error.start) + 1
        raise BadInput(f"Line {number} is not UTF-8; save the ids as UTF-8.", field="id") from None
    lines = (line.strip() for line in text.split("\n"))
    return [_id_of(line, number) for number, line in enumerate(lines, start=1) if line]


def _id_of(line: str, number: int) -> str:
    """The id of a line. What does not begin as a text, object or list of JSON is the id itself, digits and all."""
    if line[0] not in '"{[':
        return line
    way_out = f'write the bare id, "P-..." or {{"id": "P-..."}} (line {number})'
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        if has_half_letter(line):
            told = f"{line[:50]!r} holds half of a letter (a lone surrogate); {way_out}."
            raise BadInput(told, field="id", value=line) from None
        raise BadInput(f"{line[:50]!r} is no whole JSON; {way_out}.", field="id", value=line) from None
    id = value.get("id") if isinstance(value, dict) else value
    if not isinstance(id, str):
        raise BadInput(f"{line[:50]!r} holds no id that is a text; {way_out}.", field="id", value=line)
    return id


def _lines(entries: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Lines of entries; a failure in the middle becomes the last line, since the status is sent already."""
    lines: list[bytes] = []
    try:
        for entry in entries:
            lines.append(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
            if len(lines) >= FLUSH:
                yield b"".join(lines)
                lines = []
    except GuanxiError as error:
        lines.append(orjson.dumps({"problem": problem_of(error).model_dump()}, option=orjson.OPT_APPEND_NEWLINE))
    if lines:
        yield b"".join(lines)


@router.post(
    "/related:batch",
    summary="Related parties of many ids",
    openapi_extra=_BODY,
    response_class=StreamingResponse,
    responses={200: {"description": "first the state of the world, then a line an id"}, **TOO_LARGE},
)
async def batch(
    request: Request,
    guanxi: Whole,
    view: AView,
    purpose: Annotated[str, Query(examples=["group_risk"])] = "group_risk",
) -> StreamingResponse:
    """Up to 10,000 ids of any system, one a line; answers come in the same order. A `problem` ends a broken one."""
    ids = read_ids(await request.body())
    entries = await run_in_threadpool(related_batch, view, ids, purpose, guanxi.related_rules)
    return StreamingResponse(_lines(entries), media_type=NDJSON)
