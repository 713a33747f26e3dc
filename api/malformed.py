"""Input that is not well formed, in words: the field, the value it had, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.services.places import place_of

LONGEST = 80
"""Characters of a value that are told."""

_PLACES = ("query", "body", "path", "header")
_BODY = "the body"
_JSON = "send JSON, with the header Content-Type: application/json"

Context = Mapping[str, Any]

_DAY = "give a day as YYYY-MM-DD, such as 2025-06-30"
_WHOLE = "give a whole number, such as 2"
_NUMBER = "give a number, such as 0.3"
_TEXT = 'give a text, such as "P-BU5QCRDFGL5J52L4"'
_WAYS_OUT: Mapping[str, Callable[[Context], str]] = {
    "missing": lambda _: "it has to be given",
    "literal_error": lambda context: f"give {context['expected']}",
    "int_parsing": lambda _: _WHOLE,
    "int_parsing_size": lambda _: _WHOLE,
    "int_type": lambda _: _WHOLE,
    "int_from_float": lambda _: _WHOLE,
    "decimal_parsing": lambda _: _NUMBER,
    "decimal_type": lambda _: _NUMBER,
    "finite_number": lambda _: _NUMBER,
    "date_parsing": lambda _: _DAY,
    "date_type": lambda _: _DAY,
    "date_from_datetime_parsing": lambda _: _DAY,
    "date_from_datetime_inexact": lambda _: _DAY,
    "string_type": lambda _: _TEXT,
    "string_too_long": lambda context: f"give at most {context['max_length']:,} characters",
    "too_long": lambda context: f"give at most {context['max_length']:,}, in several questions",
    "too_short": lambda context: f"give at least {context['min_length']:,}",
    "list_type": lambda _: 'give a list, such as ["P-BU5QCRDFGL5J52L4"]',
    "json_invalid": lambda context: f"{_JSON} ({context.get('error', 'not JSON')})",
    "model_attributes_type": lambda _: f'{_JSON}, such as {{"ids": ["P-BU5QCRDFGL5J52L4"]}}',
    "dict_type": lambda _: f'{_JSON}, such as {{"ids": ["P-BU5QCRDFGL5J52L4"]}}',
}
"""What to write instead, by pydantic's type of error."""


def field_of(place: Sequence[str | int]) -> str | None:
    """The field at a place, written as people do: `ids[2]`; None for the body as a whole."""
    parts = place[1:] if place and place[0] in _PLACES else place
    return None if not parts or isinstance(parts[0], int) else place_of(parts)


def value_of(error: Mapping[str, Any]) -> str | None:
    """The value at fault as text, long ones cut; None where nothing was given or it is a whole list or object."""
    value = error.get("input")
    if error["type"] == "missing" or value is None or isinstance(value, list | dict):
        return None
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def told(error: Mapping[str, Any]) -> str:
    """A sentence on one of pydantic's errors: field, value, way out."""
    name = field_of(error["loc"]) or _BODY
    way = _WAYS_OUT.get(error["type"])
    out = way(error.get("ctx") or {}) if way else str(error["msg"])
    if error["type"] == "missing":
        return f"{name} is missing: {out}."
    value = value_of(error)
    had = (
        f" is {value!r}" if value is not None else " cannot be taken" if error.get("input") is not None else " is empty"
    )
    if isinstance(error.get("input"), list) and error["type"] in ("too_long", "too_short"):
        had = f" has {len(error['input']):,} entries"
    return f"{name}{had}; {out}."
