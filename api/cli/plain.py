"""Texts for a terminal: letters that it would obey are left out, for they take no place where a table is measured, and
lines that are longer than it is wide are folded at words.

Names come from sources as they are: one may hold an escape sequence that clears the screen, or letters that turn the
direction of writing. The store keeps them, and JSON tells them escaped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleDimensions, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

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


_HANGING = "  "
"""How much deeper the rest of a folded line stands than its beginning."""


WIDE = sys.maxsize
"""Columns of what is no terminal: a program that reads the text wants its lines whole, however long they are."""


def nothing() -> None:
    """Do nothing."""


class PlainConsole(Console):
    """A console on which only what it says itself is obeyed: styles and its own progress.

    Texts fold at words: an id that has room on a line is not broken.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._width = options.get("width")  # the base would keep what COLUMNS says now for good
        self.make_room: Callable[[], None] = nothing
        """Called before anything is printed: what stands on the terminal for the time being goes."""

    @property  # type: ignore[misc]  # nobody sets it here, as its base would let them
    def size(self) -> ConsoleDimensions:
        """As its base tells it; what is no terminal, and is told no width, has room for any line."""
        found = super().size
        if self._width is not None or self.file.isatty() or os.environ.get("COLUMNS"):
            return found
        return ConsoleDimensions(WIDE, found.height)

    def print(self, *objects: Any, **options: Any) -> None:
        """As its base does it, with texts folded to the width."""
        self.make_room()
        super().print(*(self._folded(one) if isinstance(one, str | Text) else one for one in objects), **options)

    def _folded(self, text: str | Text) -> Text:
        whole = text if isinstance(text, Text) else Text(text)
        lines = whole.split("\n", allow_blank=True)
        return Text("\n").join(part for line in lines for part in self._parts(line))

    def _parts(self, line: Text) -> list[Text]:
        """A line in as many as it needs, each but the first hanging."""
        if cell_len(plain(line.plain)) <= self.width:
            return [line]
        given = len(line.plain) - len(line.plain.lstrip(" "))
        indent = " " * min(given, self.width // 3)  # a deeper one would leave the text no room
        room = max(self.width - len(indent) - len(_HANGING), 1)
        first, *rest = line[given:].wrap(self, room, overflow="fold", no_wrap=False)
        for one in (first, *rest):
            one.rstrip()
        return [Text(indent).append_text(first), *(Text(indent + _HANGING).append_text(one) for one in rest)]

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
