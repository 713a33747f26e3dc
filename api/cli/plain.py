"""Texts for a terminal: letters that it would obey are left out, for they take no place where a table is measured.

Names come from sources as they are: one may hold an escape sequence that clears the screen, or letters that turn the
direction of writing. The store keeps them, and JSON tells them escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_LEFT = (ord("\n"), ord("\t"))
_TURNING = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_OBEYED = dict.fromkeys(one for one in (*range(0x20), *range(0x7F, 0xA0), *_TURNING) if one not in _LEFT)
_ESCAPED = {code: f"\\u{code:04x}" for code in _OBEYED}


def plain(text: str) -> str:
    """A text that no terminal obeys."""
    return text.translate(_OBEYED)


def plain_json(text: str) -> str:
    """The same of JSON, which means what it meant."""
    return text.translate(_ESCAPED)


class PlainConsole(Console):
    """A console on which only what it says itself is obeyed: styles and its own progress."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """As its base does it, with plain texts."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=plain(segment.text))


class PlainStream:
    """A terminal that text is written to as it is."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        """Write a plain text."""
        return self._out.write(plain(text))
