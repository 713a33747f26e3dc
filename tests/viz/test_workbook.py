"""Spreadsheets: what stands in the cells, how it prints, and that no text is ever read as a formula."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from viz.workbook import LONGEST, Book, Column, Lines, Sheet, Table, write_workbook

COLUMNS = (
    Column("Party", "客户", width=30),
    Column("Amount", "金额", "money"),
    Column("Ratio", "比例", "ratio"),
    Column("Of the limit", "占限额", "used"),
    Column("State", "状态", "state"),
    Column("Day", "日期", "day"),
    Column("Rows", "行数", "count"),
    Column("Why", "原因", "note", 60),
)
ROWS = (
    ("甲有限公司", 123_456_789_012_345, 210_000_000, 1_050_000_000, "breach", date(2025, 6, 30), 3, "first\nsecond"),
    ("乙", None, None, None, None, None, None, None),
)


def book(*parts: Table | Lines) -> Book:
    sheet = Sheet("Groups", list(parts) or [Table(COLUMNS, ROWS)], (20, 20))
    return Book(
        "Exposure & limits", "A & B 银行", "RUN-000001", datetime(2025, 6, 30, 8, tzinfo=UTC), "CNY", 2, True, [sheet]
    )


def opened(one: Book) -> Any:
    return load_workbook(BytesIO(write_workbook(one)), rich_text=False)["Groups"]


def test_cells_hold_what_they_were_given_in_whole_units() -> None:
    page = opened(book())
    assert [cell.value for cell in page[1]][:2] == ["Party\n客户", "Amount\n金额\nCNY m 百万"]
    found = [cell.value for cell in page[2]]
    assert found[:5] == ["甲有限公司", 1_234_567_890_123.45, 0.21, 1.05, "breach 超限"]
    assert (found[5].date(), *found[6:]) == (date(2025, 6, 30), 3, "first\nsecond")
    assert [cell.value for cell in page[3]][1:] == [None] * 7
    assert [page[2][at].number_format for at in (1, 2, 3, 5)] == ["#,##0.00,,", "0.00%", "0.0%", "yyyy-mm-dd"]


def test_currencies_without_minor_units_are_not_divided() -> None:
    page = opened(replace(book(), currency="JPY", digits=0, millions=False))
    assert (page["B1"].value, page["B2"].value) == ("Amount\n金额\nJPY", 123_456_789_012_345)
    assert page["B2"].number_format == "#,##0.00"


def test_rows_are_high_enough_for_their_texts() -> None:
    table = Table((Column("Why", "原因", "note", 10),), (("short",), ("one\ntwo",), ("长" * 21,), ("x\n" * 100,)))
    page = opened(book(table))
    assert [page.row_dimensions[row].height for row in (2, 3, 4, 5)] == [
        None,
        30,
        75,
        408.75,
    ]  # one line is the default


def test_a_sheet_prints_on_a4_and_keeps_its_header_in_sight() -> None:
    page = opened(book())
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.sheet_properties.pageSetUpPr.fitToPage, page.page_setup.fitToHeight) == (True, 0)
    assert (page.freeze_panes, page.print_title_rows, page.auto_filter.ref) == ("A2", "$1:$1", "A1:H3")
    assert [page.column_dimensions[c].width > 25 for c in "ABH"] == [True, False, True]
    assert page.oddHeader.left.text.endswith("A && B 银行")
    assert "RUN-000001" in page.oddFooter.left.text


def test_states_are_coloured_and_parts_of_limits_drawn() -> None:
    rules = opened(book()).conditional_formatting
    told = {str(one.sqref): [rule.type for rule in one.rules] for one in rules}
    assert told == {"D2:D3": ["dataBar"], "E2:E3": ["beginsWith"] * 4}


@pytest.mark.parametrize("name", ["=1+1", "+86 公司", "-公司", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    cell = opened(book(Table((Column("Party", "客户"),), ((name,),))))["A2"]
    assert (cell.data_type, cell.value) == ("s", name)
    assert cell.style.quotePrefix if hasattr(cell.style, "quotePrefix") else cell.quotePrefix


def test_numbers_in_texts_stay_texts_and_long_texts_are_cut() -> None:
    page = opened(book(Table((Column("Party", "客户"),), (("00123",), ("http://x.example",), ("长" * 40_000,)))))
    assert [page[at].value for at in ("A2", "A3")] == ["00123", "http://x.example"]
    assert page["A3"].hyperlink is None
    assert len(page["A4"].value) == LONGEST + 1


def test_parts_stand_below_each_other_with_their_titles() -> None:
    one = Table(COLUMNS[:2], (("甲", 5),), "First")
    page = opened(book(one, Lines("Said", ["a sentence", "another"])))
    assert [page.cell(row, 1).value for row in range(1, 8)] == [
        "First",
        "Party\n客户",
        "甲",
        None,
        "Said",
        "a sentence",
        "another",
    ]
    assert page.freeze_panes is None
    assert page.auto_filter.ref is None


def test_a_table_without_rows_has_its_header() -> None:
    page = opened(book(Table(COLUMNS, ())))
    assert page.max_row == 1
    assert not list(page.conditional_formatting)


def test_the_same_book_gives_the_same_bytes() -> None:
    assert write_workbook(book()) == write_workbook(book())
    other = replace(book(), made_at=datetime(2025, 7, 1, tzinfo=UTC))
    assert write_workbook(book()) != write_workbook(other)
