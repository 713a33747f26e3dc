"""Tables that stay readable on a narrow terminal: where a table has no room, each row is a few lines of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from api.cli.frame import out

_BETWEEN = 2
_INDENT = "    "
_DOT = " · "
_LONGEST = 32
"""Cells of a word that is kept whole, as ids are; words of a text column are at most so long in earnest."""


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
    least = [_least(head, [row[at] for row in rows], head in numbers) for at, head in enumerate(heads)]
    if sum(least) + _BETWEEN * (len(heads) - 1) > out.width:
        _print_rows(heads, rows, set(title or heads[:1]), has_total)
        return
    table = Table(box=None, pad_edge=False)
    for head, width in zip(heads, least, strict=True):
        is_number = head in numbers
        justify = "right" if is_number else "left"
        table.add_column(head, justify=justify, no_wrap=is_number, overflow="fold", min_width=width)  # type: ignore[arg-type]
    for row in rows:
        is_total = has_total and row is rows[-1]
        table.add_row(*(Text(cell) for cell in row), style="bold" if is_total else None)
    out.print(table)


def _least(head: str, cells: Sequence[str], is_number: bool) -> int:
    """The room that a column needs: all of its longest number, or the longest word of its texts."""
    texts = (head, *cells)
    if is_number:
        return max(map(cell_len, texts))
    return min(_LONGEST, max(cell_len(word) for text in texts for word in (text.split() or [""])))


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
