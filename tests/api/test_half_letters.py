"""Bodies with halves of letters are refused, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from api.routes.asking import whole_letters
from graph.errors import BadInput
from tests.coroutines import result_of


def sent(body: bytes, type_: str = "application/json") -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", type_.encode())]
    asked = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    result_of(whole_letters(asked))


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "\\ud842\\udfb7"}',
        b'{"id": "\\ud842\\udfb7"}\n{"id": "\\ud842\\udfb7"}\n',
        b"core\\udata:1",
        b'{"id": "\\\\ud842"}',
        b'{"id": "\\ud842',
        b'"\\ud842' + b"[" * 100_000,
    ],
)
def test_whole_letters_and_what_is_no_json_pass(body: bytes) -> None:
    for type_ in ("application/json", "application/x-www-form-urlencoded", ""):
        sent(body, type_)


@pytest.mark.parametrize("body", [b'{"id": "\\ud842"}', b'["\\uDFB7\\uD842"]', b'{"\\ud842": 1}', b'"\xed\xa0\x80"'])
def test_half_a_letter_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput, match="half of a letter"):
        sent(body)


def test_another_encoding_is_told() -> None:
    with pytest.raises(BadInput, match="is not UTF-8: send JSON in UTF-8"):
        sent('{"id": "关系"}'.encode("gb18030"))


@pytest.mark.parametrize("type_", ["application/x-ndjson", "text/plain; charset=gb18030", "Text/Plain"])
def test_bodies_of_lines_are_left_to_who_reads_them(type_: str) -> None:
    sent("关系\n".encode("gb18030"), type_)
