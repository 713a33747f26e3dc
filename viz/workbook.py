"""Tables as a spreadsheet (.xlsx) that prints on A4: headers that stay in sight, filters, units in the number formats.

The services fill the tables; nothing here reads a store. The same tables give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Kind = Literal["text", "note", "money", "amount", "ratio", "used", "count", "day", "state"]
"""note: long text. money: minor units of the book's currency. amount: a decimal in major units, as text, of a currency
that stands beside it. ratio, used: parts per billion; `used` (of a limit) is drawn as a bar too."""
Cell = str | int | date | None

PPB = 10**9
LONGEST = 32_000
"""Characters of a cell; Excel takes 32,767."""
_A4 = 9
_LINE, _HIGHEST = 15, 409
"""Points of a line, and of the highest row that Excel takes. Heights are set, since not every program fits them."""

STATE_WORDS = {
    "within": "within 正常",
    "warning": "warning 预警",
    "breach": "breach 超限",
    "undecided": "undecided 待定",
}
_COLOURS = {"within": "#E2F0D9", "warning": "#FFE699", "breach": "#F8A5A5", "undecided": "#D9D9D9"}
_FORMATS: Mapping[str, dict[str, Any]] = {
    "text": {"text_wrap": True},
    "note": {"text_wrap": True},
    "money": {"num_format": "#,##0.00"},
    "millions": {"num_format": "#,##0.00,,"},
    "amount": {"num_format": "#,##0.00"},
    "ratio": {"num_format": "0.00%"},
    "used": {"num_format": "0.0%"},
    "count": {"num_format": "#,##0"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center"},
    "state": {"align": "center"},
}
_UNSAFE = ("=", "+", "-", "@", "\t", "\r")
"""Texts that begin so would be read as formulas when they are typed again."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its title in both languages, what its cells are, and its width in characters."""

    title: str
    title_zh: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. title: said above it; a sheet's only table needs none."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences over the whole width."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. One that is a single table has its header frozen, repeated on each page, and a filter."""

    name: str
    parts: Sequence[Table | Lines]
    widths: tuple[int, ...] = ()
    """Of a sheet of several parts, whose columns stand below each other."""


@dataclass(frozen=True, slots=True)
class Book:
    """A whole spreadsheet. made_at: what it says of when it was made, in UTC. digits: of the currency's minor unit.

    millions: whether amounts are shown in millions; the cells hold them whole."""

    title: str
    company: str
    footer: str
    made_at: datetime
    currency: str
    digits: int
    millions: bool
    sheets: Sequence[Sheet]


def write_workbook(book: Book) -> bytes:
    """The file."""
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": book.title, "company": book.company, "created": book.made_at})
        writer = _Writer(workbook, book)
        for sheet in book.sheets:
            writer.write(sheet)
    return buffer.getvalue()


class _Writer:
    def __init__(self, workbook: Workbook, book: Book) -> None:
        self._workbook, self._book = workbook, book
        self._formats: dict[tuple[str, bool], Format] = {}
        self._head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#1F3864", "font_color": "white"}
        )
        self._title = workbook.add_format({"bold": True, "font_size": 12, "font_color": "#1F3864"})
        self._line = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._states = {state: workbook.add_format({"bg_color": colour}) for state, colour in _COLOURS.items()}

    def write(self, sheet: Sheet) -> None:
        page = self._workbook.add_worksheet(sheet.name)
        self._set_up(page, sheet)
        widths = sheet.widths
        if len(sheet.parts) == 1 and isinstance(sheet.parts[0], Table):
            table = sheet.parts[0]
            self._write_table(page, 0, table, [column.width for column in table.columns])
            page.freeze_panes(1, 0)
            page.repeat_rows(0)
            page.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
            return
        row = 0
        for part in sheet.parts:
            page.write_string(row, 0, part.title, self._title)
            row += 1
            if isinstance(part, Table):
                row = self._write_table(page, row, part, widths) + 1
            else:
                row = self._tell(page, row, part, widths) + 1

    def _set_up(self, page: Worksheet, sheet: Sheet) -> None:
        page.set_landscape()
        page.set_paper(_A4)
        page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.hide_gridlines(2)
        page.set_header(f"&L&B{_plain(self._book.company)}&C{_plain(self._book.title)}&R{_plain(sheet.name)}")
        page.set_footer(f"&L&8{_plain(self._book.footer)}&R&8&P / &N")
        only = sheet.parts[0] if len(sheet.parts) == 1 else None
        widths = tuple(c.width for c in only.columns) if isinstance(only, Table) else sheet.widths
        for at, width in enumerate(widths):
            page.set_column(at, at, width)

    def _write_table(self, page: Worksheet, row: int, table: Table, widths: Sequence[int]) -> int:
        """The row after it."""
        titles = [self._header(column) for column in table.columns]
        for at, title in enumerate(titles):
            page.write_string(row, at, title, self._head)
        page.set_row(row, _height(titles, widths))
        first = row + 1
        for row, cells in enumerate(table.rows, first):
            for at, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                self._write_cell(page, row, at, column.kind, cell)
            page.set_row(row, _height(cells, widths))
        if table.rows:
            for at, column in enumerate(table.columns):
                self._mark(page, column.kind, first, row, at)
        return row + 1

    def _header(self, column: Column) -> str:
        unit = ""
        if column.kind == "money":
            unit = f"\n{self._book.currency}{' m 百万' if self._book.millions else ''}"
        return f"{column.title}\n{column.title_zh}{unit}"

    def _write_cell(self, page: Worksheet, row: int, at: int, kind: Kind, cell: Cell) -> None:
        form = self._format(kind, isinstance(cell, str) and cell.startswith(_UNSAFE))
        if cell is None:
            page.write_blank(row, at, None, form)
        elif kind == "amount":
            page.write_number(row, at, Decimal(str(cell)), form)
        elif isinstance(cell, str):
            # Never `write`, which would take "=..." for a formula.
            page.write_string(row, at, _short(STATE_WORDS.get(cell, cell) if kind == "state" else cell), form)
        elif isinstance(cell, date):
            page.write_datetime(row, at, cell, form)
        elif kind == "money":
            page.write_number(row, at, Decimal(cell).scaleb(-self._book.digits), form)
        else:
            page.write_number(row, at, Decimal(cell) / PPB if kind in ("ratio", "used") else cell, form)

    def _format(self, kind: str, quoted: bool) -> Format:
        if (kind, quoted) not in self._formats:
            how = _FORMATS["millions" if kind == "money" and self._book.millions else kind]
            form = {"valign": "top", "bottom": 4, "bottom_color": "#BFBFBF", **how, "quote_prefix": quoted}
            self._formats[kind, quoted] = self._workbook.add_format(form)
        return self._formats[kind, quoted]

    def _mark(self, page: Worksheet, kind: Kind, first: int, last: int, at: int) -> None:
        if kind == "state":
            for state, form in self._states.items():
                rule = {"type": "text", "criteria": "begins with", "value": state, "format": form}
                page.conditional_format(first, at, last, at, rule)
        elif kind == "used":
            edges = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
            page.conditional_format(first, at, last, at, {"type": "data_bar", "bar_color": "#9DC3E6", **edges})

    def _tell(self, page: Worksheet, row: int, part: Lines, widths: Sequence[int]) -> int:
        for text in part.lines:
            page.merge_range(row, 0, row, len(widths) - 1, "", self._line)
            page.write_string(row, 0, _short(text), self._line)
            page.set_row(row, _height([text], [sum(widths)]))
            row += 1
        return row


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> int:
    """Points that a row needs for its texts to be read whole."""
    lines = 1
    for cell, width in zip(cells, widths, strict=False):
        if isinstance(cell, str):
            lines = max(lines, sum(1 + _wide(part) // width for part in cell.split("\n")))
    return min(lines * _LINE, _HIGHEST)


def _wide(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _plain(text: str) -> str:
    """Text of a header or footer, where an ampersand begins a code; all of it is at most 255 characters."""
    return text.replace("&", "&&")[:70]
