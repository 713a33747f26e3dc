"""`match`: one person or company from many records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.frame import Json, app, out, print_json
from api.services.match_evaluate import MatchEvaluation, MatchEvaluations, evaluate_demo, evaluate_file
from graph.errors import BadInput

match_app = typer.Typer(no_args_is_help=True, help="One person or company from many records.")
app.add_typer(match_app, name="match")

Settings = Annotated[
    str, typer.Option(metavar="SET", help="person, company, or a .yaml file of your own (as the shipped ones).")
]


@match_app.command("evaluate")
def evaluate_command(
    records: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Records, CSV or Parquet, with a key and any known columns.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What is right: pairs, or the party of each record.")
    ] = None,
    demo: Annotated[Path | None, typer.Option(metavar="DIR", help="A demo bank's folder instead.")] = None,
    settings: Settings = "person",
    as_json: Json = False,
) -> None:
    """How right a matching is, by labels that it does not see. Needs no database."""
    if demo is not None and (records or labels):
        raise BadInput("Give either --demo or --records and --labels.", field="--demo")
    if demo is not None:
        answer = evaluate_demo(demo)
    elif records is None or labels is None:
        raise BadInput("Give --records and --labels, or --demo.", field="--labels" if records else "--records")
    else:
        answer = evaluate_file(records, labels, settings)
    print_json(answer) if as_json else _print(answer)


def _print(answer: MatchEvaluations) -> None:
    for one in answer.evaluations:
        _print_one(one)


def _print_one(one: MatchEvaluation) -> None:
    out.print(f"{one.records:,} records of a {one.kind} each, against {one.truth}", style="bold", markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("pairs")
    for name in ("found", "right", "of", "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    said = {
        "joined": f"joined (at {one.join_at} or above)",
        "clustered": "within what the joined make",
        "asked": f"for a person to decide (from {one.ask_at})",
    }
    for figures in one.figures:
        counts = (f"{count:,}" for count in (figures.pairs, figures.right, figures.there))
        parts = (part or "–" for part in (figures.precision, figures.recall, figures.f1))
        table.add_row(said[figures.what], *counts, *parts)
    out.print(table)
    for text in one.omitted:
        out.print(text, style="dim", markup=False)
