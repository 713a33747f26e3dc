"""Figures as a spreadsheet. The same answer gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime

from api.services.figures_answer import FiguresAnswer
from api.services.figures_table import figures_table
from viz.workbook import Book, Column, Lines, Sheet, Table, write_workbook

_HEADS = (
    Column("Unit", "维度", width=10),
    Column("Id", "编号", width=24),
    Column("Name", "名称", width=26),
    Column("Code", "代码", width=10),
    Column("Level", "层级", "count", 7),
    Column("Customers", "客户数", "count", 10),
    Column("Openings taken up", "已跟进商机", "count", 10),
    Column("Openings sold", "成交商机", "count", 10),
    Column("Measure", "指标", width=16),
    Column("Currency", "币种", width=9),
    Column("Amount", "金额", "amount", 20),
    Column("Months known", "已知月数", "count", 10),
    Column("Months unknown", "未知月数", "count", 10),
)
_HOW = (
    "Balances are those of the last month, revenue and contribution of all months. What is unknown is not zero: it is "
    "in no sum, and counted in months of customers.",
    "A unit's total has all that lies below it exactly once: totals of several units may have customers in common.",
)


def figures_workbook(answer: FiguresAnswer, known_at: int, bank: str) -> bytes:
    """The spreadsheet. known_at: when what it tells was published, UTC milliseconds. bank: the name on it."""
    asked = (f"by {answer.by}", answer.hierarchy, f"level {answer.level}" if answer.level else None)
    title = f"Figures 经营数据 {answer.first} to {answer.last}, {', '.join(filter(None, asked))}"
    because = [one.text for one in answer.because]
    told = [*because, *answer.flags, *answer.omitted, *([answer.empty] if answer.empty else [])]
    return write_workbook(
        Book(
            title=title,
            company=bank,
            footer=f"as of {answer.as_of}, publication {answer.seq}",
            made_at=datetime.fromtimestamp(known_at / 1000, UTC),
            currency="",
            digits=0,
            millions=False,
            sheets=(
                Sheet("Figures", [Table(_HEADS, figures_table(answer).rows())]),
                Sheet("How to read this", [Lines("How to read this 说明", [title, *_HOW, *told])], (60, 60)),
            ),
        )
    )
