"""Figures as a table: a row a unit, measure and currency."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from api.services.figures import BY, FiguresAsked, all_figures
from api.services.figures_answer import FiguresAnswer, UnitFigures
from graph.store import View
from loaders.spreadsheet_text import no_formulas

COLUMNS = {
    "by": pl.String, "id": pl.String, "name": pl.String, "code": pl.String, "level": pl.Int64, "customers": pl.Int64,
    "openings_taken_up": pl.Int64, "openings_sold": pl.Int64, "measure": pl.String, "currency": pl.String,
    "amount": pl.String, "known": pl.Int64, "unknown": pl.Int64,
}  # fmt: skip
"""amount: in major units, exact; empty where nothing is known. The total stands last, without an id, called `all`."""


def figures_table(answer: FiguresAnswer) -> pl.DataFrame:
    """The rows of an answer, then its total."""
    rows = [line for one in (*answer.rows, answer.total) for line in _lines(answer.by, one)]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def figures_csv(answer: FiguresAnswer) -> str:
    """The same as CSV."""
    return no_formulas(figures_table(answer)).write_csv()


def every_table(view: View, archive: Path) -> pl.DataFrame:
    """All dimensions below each other, of the latest year that is told."""
    return pl.concat([figures_table(all_figures(view, archive, FiguresAsked(by))) for by in BY])


def _lines(by: str, one: UnitFigures) -> Iterator[tuple[object, ...]]:
    head = (by, one.id, one.name, one.code, one.level, one.customers, one.openings_taken_up, one.openings_sold)
    for measure, figure in one.figures.items():
        for money in figure.amounts or (None,):
            amount = (money.currency, money.amount) if money else (None, None)
            yield (*head, measure, *amount, figure.known, figure.unknown)
