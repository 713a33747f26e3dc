"""`python -m api.examples.ask [ADDRESS]`: ask a running demo bank the questions and keep its answers, cut short.

It wants a fresh demo bank, for some of the questions write into it: in a new GUANXI_HOME and with a GUANXI_USER who
may stand in the examples, `guanxi demo`, `guanxi match run`, `guanxi segment make` of any filter, `guanxi run` twice,
`guanxi up`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from string import Template
from typing import Any

import httpx
import orjson

from api.examples import NDJSON, file_of
from api.examples.questions import QUESTIONS, Question

ADDRESS = "http://127.0.0.1:8000"


def ask_all(client: httpx.Client) -> None:
    """Ask in turn, and write a file an operation. Raises RuntimeError for a question that is not answered."""
    known: dict[str, str] = {}
    for question in QUESTIONS:
        answered = _ask(client, question, known)
        media = answered.headers["content-type"].partition(";")[0]
        file = file_of(question.method, question.route, media)
        if media == "application/json":
            told = orjson.loads(answered.content)
            known |= {name: str(_at(told, place)) for name, place in question.keep.items()}
            file.write_bytes(_written(shortened(told, question.most), orjson.OPT_INDENT_2))
        elif media == NDJSON:
            lines = [shortened(orjson.loads(line), question.most) for line in answered.text.splitlines()]
            file.write_bytes(b"".join(_written(line) for line in lines))
        else:
            about = [line for line in answered.text.splitlines(keepends=True) if question.about in line]
            file.write_text("".join(about[: question.lines]), encoding="utf-8")


def shortened(value: Any, most: int) -> Any:
    """A document whose lists hold so many entries at most."""
    if isinstance(value, list):
        return [shortened(entry, most) for entry in value[:most]]
    return {name: shortened(entry, most) for name, entry in value.items()} if isinstance(value, dict) else value


def _ask(client: httpx.Client, question: Question, known: Mapping[str, str]) -> httpx.Response:
    path = Template(question.asked).substitute(known)
    given: dict[str, Any] = {}
    if isinstance(question.body, str):
        given = {"content": question.body.encode(), "headers": {"Content-Type": NDJSON}}
    elif question.body is not None:
        given = {"json": _filled(question.body, known)}
    headers = {"X-Guanxi-User": question.user, **given.pop("headers", {})}
    answered = client.request(question.method, path, headers=headers, **given)
    if answered.status_code != 200:
        raise RuntimeError(f"{question.method} {path}: {answered.status_code} {answered.text[:500]}")
    return answered


def _filled(body: Any, known: Mapping[str, str]) -> Any:
    if isinstance(body, str):
        return Template(body).substitute(known)
    if isinstance(body, list):
        return [_filled(entry, known) for entry in body]
    return {name: _filled(entry, known) for name, entry in body.items()} if isinstance(body, dict) else body


def _at(told: Any, place: str) -> Any:
    """What stands at a place such as `hits.0.party_id`."""
    for step in place.split("."):
        told = told[int(step)] if isinstance(told, list) else told[step]
    return told


def _written(value: Any, *options: int) -> bytes:
    return orjson.dumps(value, option=sum(options) | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    with httpx.Client(base_url=sys.argv[1] if len(sys.argv) > 1 else ADDRESS, timeout=60, trust_env=False) as client:
        ask_all(client)
