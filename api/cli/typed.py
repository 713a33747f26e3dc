"""What services tell, in the words of the command that asked: `--to` where a service says `ends_on`.

A service names the fields of its question, which are those of the API; who typed a command knows its options alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from pydantic import ValidationError
from typer.exceptions import TyperException

_OTHERWISE = {
    "starts_on": "--from",
    "ends_on": "--to",
    "most_parties": "--most",
    "max": "--max",
    "customers": "CUSTOMER",
    "valid_from": "--from",
    "valid_to": "--to",
}
"""Fields that are typed under another name, where the command has it."""
_OF_HTTP = {
    "the header X-Guanxi-User": "set GUANXI_USER",
    "POST /v1/segments saves one": "`guanxi segment make` saves one",
}
"""What is done otherwise over HTTP."""
_WANTED = {"int": "a whole number", "float": "a number", "decimal": "a number", "bool": "yes or no"}
"""What an option wants, by how the name of pydantic's complaint begins."""

_SAYS = r" (?:is|are|has|holds|names|needs)\b"
"""How a sentence goes on that begins with the name of a field."""

_names: ContextVar[Mapping[str, str] | None] = ContextVar("names", default=None)


def begin(command: Any, words: Sequence[str]) -> None:
    """Remember which command is asked: what is told from now on is in its words."""
    for word in words:
        below = getattr(command, "commands", {})
        if word not in below:
            break
        command = below[word]
    names: dict[str, str] = {}
    for one in command.params:
        if one.param_type_name == "argument":
            typed = re.sub(r"[\[\].]", "", one.metavar or one.name.upper())
            names[one.name] = typed
        else:
            typed = max(one.opts, key=len)
            names |= {one.name: typed, typed.lstrip("-").replace("-", "_"): typed}
    known = set(names.values())
    _names.set({field: typed for field, typed in _OTHERWISE.items() if typed in known} | names)


def as_typed(text: str) -> str:
    """A sentence of a service with the names of options in place of fields."""
    for http, here in _OF_HTTP.items():
        text = text.replace(http, here)
    for field, typed in (_names.get() or {}).items():
        text = text.replace(f"`{field}`", typed)
        text = re.sub(rf"(?:^|(?<=[.:;] )){field}(?={_SAYS})", typed, text)
        if typed.startswith("-"):
            text = re.sub(rf"(?<![\w-]){field}=(?=[\w-])", f"{typed} ", text)
            text = re.sub(rf"(?:(?<=before )|(?<=after )){field}(?=[,.;]| \(|$)", typed, text)
    return text


def usage(error: TyperException) -> str:
    """What is wrong with the command as typed, as a sentence with the way out."""
    wrong = error.__cause__
    if isinstance(wrong, ValidationError) and (option := getattr(error, "param", None)):
        first = wrong.errors()[0]
        wanted = next((told for kind, told in _WANTED.items() if first["type"].startswith(kind)), None)
        if wanted:
            return f"{max(option.opts, key=len)} is {str(first['input'])!r}; give {wanted}."
    text: str = error.format_message() if hasattr(error, "format_message") else str(error)
    return text if text.endswith((".", "?")) else f"{text}."
