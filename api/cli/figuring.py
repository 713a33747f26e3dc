"""`performance`, `figures`: what customers brought, for managers and those who manage them."""

from __future__ import annotations

from itertools import starmap
from pathlib import Path
from typing import Annotated

import typer

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.sheet import print_notes, print_sheet
from api.cli.totals import told_figure
from api.cli.written import check_place, whole_file
from api.services.answers import many
from api.services.figures import BY, DEFAULT, OVERLAP, FiguresAsked, all_figures, figures
from api.services.figures_answer import FiguresAnswer, PreferencesAnswer, UnitFigures
from api.services.figures_table import figures_csv
from api.services.measures import KEPT, Figure, Measure
from api.services.performance import performance
from api.services.performance_answer import Figures, PerformanceAnswer
from api.services.preferences import BY as PREFERRED_BY
from api.services.preferences import preferences
from graph.errors import BadInput

First = Annotated[
    str | None, typer.Option("--from", metavar="MONTH", help="The first month, YYYY-MM; January of the last one.")
]
Last = Annotated[str | None, typer.Option("--to", metavar="MONTH", help="The last month; the last one told.")]


@app.command("performance")
def performance_command(
    manager: Annotated[str, typer.Argument(metavar="MANAGER", help="A manager: id, staff number or name.")],
    first: First = None,
    last: Last = None,
    hierarchy: Annotated[str | None, typer.Option(help="Of the branches: rollup or coverage.")] = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What a manager's customers brought: deposits, loans, revenue, by month and by branch with all below it."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, _):
        answer = performance(guanxi.view(*days), manager, first, last, hierarchy)
        print_json(answer) if as_json else _print_performance(answer)


@app.command("figures")
def figures_command(
    by: Annotated[str, typer.Option(help=f"By {', '.join(BY)}.")] = BY[0],
    hierarchy: Annotated[str | None, typer.Option(help="Of branches and teams: rollup or coverage.")] = None,
    level: Annotated[int | None, typer.Option(help="Of branches and teams: this level alone, 1 at the top.")] = None,
    first: First = None,
    last: Last = None,
    measure: Annotated[str | None, typer.Option(help=f"Some alone, parted by commas: {', '.join(KEPT)}.")] = None,
    preferred: Annotated[bool, typer.Option("--preferences", help="Which products each segment prefers.")] = False,
    file: Annotated[Path | None, typer.Option("--out", help="A file to write instead, .csv or .xlsx.")] = None,
    limit: Annotated[int, typer.Option(help="Rows at most.")] = DEFAULT,
    offset: Annotated[int, typer.Option(help="Rows to pass over.")] = 0,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Customers, balances, revenue and openings for management: each total has what lies below it exactly once."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    if file and file.suffix.lower() not in (".csv", ".xlsx"):
        raise BadInput(f"--out is {str(file)!r}; give a name that ends in .csv or .xlsx.", field="--out")
    check_place(file, "--out")
    measures = tuple(part.strip() for part in measure.split(",")) if measure is not None else ()
    asked = FiguresAsked(by, hierarchy, level, first, last, measures)
    if preferred and (asked != FiguresAsked(by) or by not in (BY[0], *PREFERRED_BY)):
        text = f"--preferences are by {' or '.join(PREFERRED_BY)}, of the run; leave the other choices out."
        raise BadInput(text, field="--preferences")
    with opened(keep_db) as (guanxi, watch):
        view = guanxi.view(*days)
        if preferred:
            by_segment = by if by in PREFERRED_BY else PREFERRED_BY[0]
            found = preferences(view, guanxi.settings.archive, by_segment, limit, offset)
            print_json(found) if as_json else _print_preferences(found)
        elif file:
            whole = all_figures(view, guanxi.settings.archive, asked)
            is_table = file.suffix.lower() == ".csv"
            made = figures_csv(whole).encode() if is_table else None
            from api.services.figures_workbook import figures_workbook  # no other command here needs spreadsheets

            with whole_file(file) as part:
                part.write_bytes(made or figures_workbook(whole, view.known_at, guanxi.settings.bank))
            watch.note(f"{file}: {whole.total_rows:,} rows and their total")
        else:
            answer = figures(view, guanxi.settings.archive, asked, limit, offset)
            print_json(answer) if as_json else _print_figures(answer)


def _print_figures(answer: FiguresAnswer) -> None:
    where = f" in the {answer.hierarchy} hierarchy" if answer.hierarchy else ""
    out.print(f"{answer.first} to {answer.last} by {answer.by}{where}, as of {answer.as_of}", style="bold")
    numbers = ("customers", *(name.replace("_", " ") for name in answer.total.figures), "taken up", "sold")
    rows = [_unit_cells(one) for one in (*answer.rows, answer.total)]
    if not answer.empty:
        print_sheet((answer.by, "", *numbers), rows, numbers=numbers, title=(answer.by, ""), has_total=True)
    told = [OVERLAP[answer.by].text] if answer.by in OVERLAP else []
    print_notes(answer.empty, *told, *answer.flags, *answer.omitted)


def _unit_cells(one: UnitFigures) -> tuple[str, ...]:
    depth = "  " * ((one.level or 1) - 1)
    customers = f"{one.customers:,}"
    openings = (f"{one.openings_taken_up:,}", f"{one.openings_sold:,}")
    told = (f"{depth}{one.name or one.id or 'not told'}", one.code or "", customers)
    return (*told, *starmap(told_figure, one.figures.items()), *openings)


def _print_preferences(answer: PreferencesAnswer) -> None:
    numbers = ("lift", "holders", "customers")
    rows = [
        (one.name or one.segment, one.product or one.product_id, one.lift, f"{one.holders:,}", f"{one.customers:,}")
        for one in answer.rows
    ]
    if not answer.empty:
        print_sheet(("segment", "product", *numbers), rows, numbers=numbers, title=("segment", "product"))
    print_notes(answer.empty, *answer.omitted)


def _print_performance(answer: PerformanceAnswer) -> None:
    out.print(f"{answer.manager.called}: {answer.first} to {answer.last}, as of {answer.as_of}", style="bold")
    months = [*(_cells(one.month, one) for one in answer.months), _cells("all", answer.total)]
    if not answer.empty:
        print_sheet(("month", *_NUMBERS), months, numbers=_NUMBERS, has_total=True)
    if len(answer.branches) > 1:
        named = [(of.branch.name or of.branch.branch_id) if of.branch else "no branch told" for of in answer.branches]
        rows = [_cells(name, of) for name, of in zip(named, answer.branches, strict=True)]
        print_sheet(("branch", *_NUMBERS), rows, numbers=_NUMBERS)
    others = f"{many(answer.assisting, 'customer')} counted with another main manager" if answer.assisting else None
    print_notes(answer.empty, others, *answer.flags, *answer.omitted)


_NUMBERS = ("customers", "deposits", "loans", "revenue", "contribution")


def _cells(name: str, figures: Figures) -> tuple[str, ...]:
    told: tuple[tuple[Measure, Figure], ...] = (
        ("deposits", figures.deposits),
        ("loans", figures.loans),
        ("revenue", figures.revenue),
        ("contribution", figures.contribution),
    )
    return (name, f"{figures.customers:,}", *starmap(told_figure, told))
