"""Tables that stay readable on a narrow terminal: cells fold, and where a table has no room each row is a few lines of
its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from api.cli.frame import out
from api.cli.typed import as_typed

_BETWEEN = 2
_INDENT = "    "
_DOT = " · "
_LONGEST = 32
"""Cells of a word that is kept whole, as ids are; words of a text column are at most so long in earnest."""
_WORD = re.compile(r"[A-Z]{3} \d[\d,.]*|\S+")
"""What stands on one line: an amount is one word."""
_BLANK = Text()


def print_sheet(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Collection[str] = (),
    title: Sequence[str] = (),
    has_total: bool = False,
) -> None:
    """Print rows under their heads.

    numbers: heads of what stands at the right and is never broken. title: heads of the cells that open a row where each
    has lines of its own, the first where none is named. has_total: the last row sums the others up.
    """
    columns = list(zip(heads, *rows, strict=True))
    least = [_least(*texts, is_number=texts[0] in numbers) for texts in columns]
    if sum(least) > _room(columns, out.width):
        _print_rows(heads, rows, set(title or heads[:1]), has_total)
        return
    table = Table(box=None, pad_edge=False)
    for head, width in zip(heads, fitted(columns, least, out.width), strict=True):
        is_number = head in numbers
        justify = "right" if is_number else "left"
        table.add_column(head, justify=justify, overflow="fold", width=width)  # type: ignore[arg-type]
    for row in rows:
        is_total = has_total and row is rows[-1]
        table.add_row(*(Text(cell) for cell in row), style="bold" if is_total else None)
    out.print(table)


def print_facts(rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows without heads whose first cell says what they tell; a row may have fewer cells than others."""
    told = [[one if isinstance(one, Text) else Text(one) for one in row] for row in rows]
    if not told:
        return
    columns = [
        [line for cell in cells for line in cell.plain.split("\n")] for cells in zip_longest(*told, fillvalue=_BLANK)
    ]
    least = [_least("", *lines, is_number=False) for lines in columns]
    if sum(least) > _room(columns, out.width):
        _print_facts_apart(told)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for width in fitted(columns, least, out.width):
        table.add_column(overflow="fold", width=width)
    for row in told:
        table.add_row(*row)
    out.print(table)


def _print_facts_apart(rows: Iterable[Sequence[Text]]) -> None:
    """Each row on lines of its own."""
    for first, *others in rows:
        out.print(first)
        for line in _lines([one.plain for one in others if one.plain], out.width - len(_INDENT)):
            out.print(Text(_INDENT + line))


def print_notes(*texts: str | None) -> None:
    """Print below an answer what was left out, and what is to be known of it."""
    for text in filter(None, texts):
        out.print(as_typed(text), style="dim")


def fitted(columns: Sequence[Sequence[str]], least: Sequence[int], width: int) -> list[int]:
    """How wide columns of cells are side by side: as their cells are, the widest narrowed by what is too much.

    None is narrowed below `least` where all of these fit.
    """
    widths = [max(map(cell_len, cells)) for cells in columns]
    room = _room(columns, width)
    floor = least if sum(least) <= room else [1] * len(columns)
    for _ in range(sum(widths) - room):
        widest = max(range(len(widths)), key=lambda at: (widths[at] > floor[at], widths[at]))
        widths[widest] = max(widths[widest] - 1, 1)
    return widths


def _room(columns: Sequence[Sequence[str]], width: int) -> int:
    return width - _BETWEEN * (len(columns) - 1)


def _least(head: str, *cells: str, is_number: bool) -> int:
    """The room that a column needs: all of its longest number, or the longest word of its texts and head."""
    words = head.split() if is_number else [word for text in (head, *cells) for word in _WORD.findall(text)]
    longest = min(_LONGEST, max(map(cell_len, words), default=0))
    return max(longest, *map(cell_len, cells)) if is_number and cells else longest


def _print_rows(heads: Sequence[str], rows: Sequence[Sequence[str]], title: set[str], has_total: bool) -> None:
    for row in rows:
        opening = [cell for head, cell in zip(heads, row, strict=True) if head in title and cell.strip()]
        told = [f"{head} {cell}".strip() for head, cell in zip(heads, row, strict=True) if head not in title and cell]
        if opening:
            out.print(Text("  ".join(opening), style="bold" if has_total and row is rows[-1] else ""))
        for line in _lines(told, out.width - len(_INDENT)):
            out.print(Text(_INDENT + line, style="dim"))


def _lines(parts: Sequence[str], width: int) -> Iterator[str]:
    """Parts side by side while there is room; none is broken."""
    line = ""
    for part in parts:
        longer = f"{line}{_DOT}{part}" if line else part
        if line and cell_len(longer) > width:
            yield line
            longer = part
        line = longer
    if line:
        yield line
