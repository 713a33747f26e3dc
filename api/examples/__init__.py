"""What the description of the API shows as answers: real ones of the demo bank, a file an operation.

`python -m api.examples.ask` makes them anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson

ANSWERS = Path(__file__).parent / "answers"
NDJSON = "application/x-ndjson"
ENDINGS = {"application/json": ".json", NDJSON: ".ndjson", "text/csv": ".csv", "text/plain": ".txt"}
"""Endings of files by type of content; other types are shown no example of."""
SUMMARY = "as the demo bank answers; lists are cut short"


def file_of(method: str, path: str, media: str) -> Path:
    """Where the example of an operation stands: `get_v1_parties_party_id.json`."""
    words = re.findall(r"\w+", re.sub(r":path\b", "", path))
    return ANSWERS / f"{'_'.join((method.lower(), *words))}{ENDINGS[media]}"


def read_example(file: Path) -> list[Any]:
    """What a file shows: one document or text; of NDJSON its lines, one document each."""
    if file.suffix == ENDINGS[NDJSON]:
        return [orjson.loads(line) for line in file.read_bytes().splitlines()]
    return [orjson.loads(file.read_bytes()) if file.suffix == ".json" else file.read_text(encoding="utf-8")]


def add_examples(described: dict[str, Any]) -> None:
    """Put the examples into an OpenAPI document, where its operations have one."""
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for media, content in operation["responses"].get("200", {}).get("content", {}).items():
                if media in ENDINGS and (file := file_of(method, path, media)).exists():
                    content["examples"] = _named(read_example(file))


def _named(values: list[Any]) -> dict[str, Any]:
    if len(values) == 1:
        return {"demo": {"summary": SUMMARY, "value": values[0]}}
    return {f"line {n}": {"summary": f"line {n}, {SUMMARY}", "value": value} for n, value in enumerate(values, start=1)}
