"""What files of rules have in common: YAML read without floats, with lines, and errors that name the place at fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from graph.errors import BadInput

Place = tuple[str | int, ...]

MOST_BYTES = 262_144
"""Files of rules are a few kilobytes; anything much larger is another file."""

MOST_PARTS = 20_000

_HINTS = {
    "article": "name the article that the number stands in, such as `article: Art. 7`",
    "since": "give the day from which it is in force, such as `since: 2018-07-01`",
    "until": "give the first day on which it is no longer in force, such as `until: 2027-07-10`",
    "ratio": "give a fraction of the base above 0 and up to 1, such as `ratio: 0.25`",
    "threshold": "give a fraction above 0 and up to 1, such as `threshold: 0.25`",
    "base": "name the capital it is measured by",
    "title": "give both languages, such as `title: {en: One customer, zh: 单一客户}`",
}


class Rule(BaseModel):
    """The base of everything read from files of rules: what is not known is refused, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass
class RuleText:
    """A YAML text read. `data` is plain Python: fractions as Decimal, days as dates. `lines` says where parts stand."""

    origin: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def fault(self, error: ValidationError) -> BadInput:
        """What is wrong first: file, line, field, value and the way out."""
        first = error.errors(include_url=False)[0]
        place: Place = first["loc"]
        name = ".".join(str(part) for part in place) or "the file"
        hint = next((_HINTS[str(part)] for part in reversed(place) if part in _HINTS), "")
        if first["type"] == "missing":
            said = f"{name} is missing"
        elif first["type"] == "extra_forbidden":
            said = f"{name} is not known here: correct its name or leave it out"
        else:
            message = first["msg"].removeprefix("Value error, ")
            given = first["input"]
            is_plain = given is None or isinstance(given, str | int | Decimal | date)
            said = f"{name} is {str(given)[:80]!r}: {message}" if is_plain else f"{name}: {message}"
        text = f"{self.origin}, line {self.line(place)}: {said}{'; ' + hint if hint else ''}."
        return BadInput(text, field=name, value=first["input"])

    def line(self, place: Sequence[str | int]) -> int:
        """The line (from 1) of the innermost part that exists on the way to a place."""
        way = tuple(place)
        while way and way not in self.lines:
            way = way[:-1]
        return self.lines.get(way, 1)


def file_text(file: Path, field: str = "rules") -> str:
    """The text of a file of rules. Raises BadInput if it cannot be read, is too large or is no text."""
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise BadInput(
                f"{file} has {size:,} bytes; a file of rules has at most {MOST_BYTES:,}. Is it another file?",
                field=field,
            )
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", field=field) from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8 text: save it as UTF-8.", field=field) from error


def read_text(text: str, origin: str) -> RuleText:
    """YAML as plain data with lines. Raises BadInput naming the line."""
    found = RuleText(origin)
    try:
        tree = YAML(typ="safe", pure=True).compose(text)
        if tree is None:
            raise BadInput(f"{origin} is empty: a file of rules begins with `version: 1` and `id:`.", field="rules")
        found.data = _plain(tree, (), found)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"{origin}, line {line}: this is no valid YAML: {error.problem}.", field="rules") from error
    except YAMLError as error:
        raise BadInput(f"{origin}: this is no valid YAML: {error}.", field="rules") from error
    except RecursionError as error:
        raise BadInput(f"{origin}: its parts stand too deep within each other for rules.", field="rules") from error
    return found


def _plain(node: Node, place: Place, found: RuleText) -> Any:
    found.lines.setdefault(place, node.start_mark.line + 1)
    if len(found.lines) > MOST_PARTS:
        raise BadInput(f"{found.origin} has more than {MOST_PARTS:,} parts: it holds no rules.", field="rules")
    if isinstance(node, MappingNode):
        return _mapping(node, place, found)
    if isinstance(node, SequenceNode):
        return [_plain(part, (*place, at), found) for at, part in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: MappingNode, place: Place, found: RuleText) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, ScalarNode) else "?"
        line = key.start_mark.line + 1
        if name in out:
            raise BadInput(f"{found.origin}, line {line}: {name} is given twice; leave one out.", field=name)
        found.lines[(*place, name)] = line
        out[name] = _plain(value, (*place, name), found)
    return out


def _scalar(node: Node) -> Any:
    """Whole numbers, exact decimals, days, true and false, nothing, or text; what cannot be read stays text."""
    text = str(node.value)
    kind = str(node.tag).rpartition(":")[2]
    try:
        if kind == "int":
            return int(text.replace("_", ""), 10)
        if kind == "float":
            return Decimal(text.replace("_", ""))
        if kind == "timestamp":
            return date.fromisoformat(text)
    except (ValueError, InvalidOperation):
        return text
    if kind == "bool":
        return text.lower() == "true"
    return None if kind == "null" else text
