"""YAML with line numbers: a mapping's text as plain data, and the line on which each part of it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from graph.errors import BadInput

Where = Sequence[str | int]


@dataclass(frozen=True)
class Document:
    """A YAML text read. `data` is plain Python; `origin` is what errors call the file."""

    origin: str
    data: dict[str, Any]
    _tree: CommentedMap

    def line(self, where: Where) -> int:
        """The line (from 1) of the innermost part that exists on the way to `where`."""
        node: Any = self._tree
        found = node.lc.line + 1
        for step in where:
            if isinstance(node, CommentedMap) and step in node:
                found = node.lc.key(step)[0] + 1
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                found = node.lc.item(step)[0] + 1
            else:
                break
            node = node[step]
        return int(found)

    def error(self, where: Where, message: str) -> BadInput:
        """The error for a part: file, line, what is wrong and the way out."""
        field = ".".join(str(step) for step in where)
        return BadInput(f"{self.origin}, line {self.line(where)}: {message}", field=field or None)


def read_document(path: Path, origin: str | None = None) -> Document:
    """A mapping file as plain data with lines. Raises BadInput naming file and line."""
    name = origin or str(path)
    try:
        return parse_document(path.read_text(encoding="utf-8"), name)
    except OSError as err:
        raise BadInput(f"The mapping {name} cannot be read: {err.strerror}.", field="mapping") from err
    except UnicodeDecodeError as err:
        raise BadInput(f"The mapping {name} is not UTF-8 text: save it as UTF-8.", field="mapping") from err


def parse_document(text: str, origin: str) -> Document:
    """YAML text as plain data with lines. Raises BadInput naming the line."""
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as err:
        mark = err.problem_mark
        line = mark.line + 1 if mark else 1
        raise BadInput(f"{origin}, line {line}: this is not valid YAML: {err.problem}.") from err
    except YAMLError as err:
        raise BadInput(f"{origin}: this is not valid YAML: {err}.") from err
    if not isinstance(tree, CommentedMap):
        raise BadInput(f"{origin}, line 1: a mapping begins with `name:`, `sources:`, `tables:`, `entries:`.")
    document = Document(origin, {}, tree)
    document.data.update(_plain(tree, (), document))
    return document


def _plain(node: Any, where: tuple[str | int, ...], document: Document) -> Any:
    if isinstance(node, CommentedMap):
        for key in node:
            if not isinstance(key, str):
                raise document.error(
                    (*where, key),
                    f'the name {key!r} is no text to YAML. Codes and names stand in quotes: "{key}".',
                )
        return {str(key): _plain(value, (*where, key), document) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value, (*where, index), document) for index, value in enumerate(node)]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, str):
        return str(node)
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else node
