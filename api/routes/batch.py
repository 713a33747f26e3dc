"""`POST /v1/related:batch`: related parties of up to 10,000 ids, NDJSON in and out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from api.errors import problem_of
from api.routes.asking import PROBLEMS, TOO_LARGE, AView, Whole
from api.services.related import BatchLine, related_batch
from graph.errors import BadInput, GuanxiError

log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1", tags=["parties"], responses=PROBLEMS)

NDJSON = "application/x-ndjson"
FLUSH = 200
"""Lines sent together."""

_IDS = '"P-4WUSQFUZAJFPFVPU"\n{"id": "credit:CUSTOMER_INFO:100234"}\n'
_SCHEMAS = "#/components/schemas/{model}"
_LINE = BatchLine.model_json_schema(ref_template=_SCHEMAS, mode="serialization")
del _LINE["$defs"]  # they stand among the document's own, for the answer about one party uses them too
_BODY: dict[str, Any] = {
    "responses": {"200": {"content": {NDJSON: {"schema": _LINE}}}},
    "requestBody": {
        "required": True,
        "content": {NDJSON: {"schema": {"type": "string"}, "example": _IDS}},
    },
}


def read_ids(body: bytes) -> list[str]:
    """The ids of an NDJSON body: a text or an object with `id` a line. Raises BadInput naming the line at fault."""
    ids = []
    for number, line in enumerate(body.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise BadInput(f'Line {number} is no JSON; write a line such as "P-..." or {{"id": "..."}}.') from None
        id = value.get("id") if isinstance(value, dict) else value
        if not isinstance(id, str):
            raise BadInput(f"Line {number} holds no id: ids are texts.", field="id")
        ids.append(id)
    return ids


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
