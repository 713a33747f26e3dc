"""`openings evaluate`: what to offer, and how good the offers are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.frame import Json, app, out, print_json
from api.services.openings_quality import SEED, OpeningsQuality, evaluate

openings = typer.Typer(help="What to offer whom, and how good that is.", no_args_is_help=True)
app.add_typer(openings, name="openings")


@openings.command("evaluate")
def evaluate_command(
    holdings: Annotated[
        Path, typer.Option(metavar="FILE", help="CSV or Parquet: customer_id, product_id, and since where known.")
    ],
    seed: Annotated[int, typer.Option(help="Of the lots, where no day decides what is hidden.")] = SEED,
    as_json: Json = False,
) -> None:
    """Hide one product of each customer and see how often it is offered, against popularity. Needs no database."""
    answer = evaluate(holdings, seed)
    print_json(answer) if as_json else _print_quality(answer)


def _print_quality(answer: OpeningsQuality) -> None:
    told = f"{answer.customers:,} customers, {answer.products:,} products, {answer.holdings:,} holdings"
    out.print(f"{told}; hidden: {answer.hidden:,}", style="bold", markup=False)
    out.print(f"{answer.split}; all else is learnt from", markup=False)
    table = Table(box=None, pad_edge=False)
    for name in ("k", "found", "hit rate", "recall", "popularity", "lift"):
        table.add_column(name, justify="right")
    for one in answer.rates:
        rates = (_percent(one.hit_rate), _percent(one.hit_rate), _percent(one.popular_rate))
        table.add_row(str(one.k), f"{one.found:,}", *rates, one.lift or "none")
    out.print(table)
    out.print(answer.found, markup=False)
    out.print(answer.recall, style="dim", markup=False)


def _percent(fraction: str) -> str:
    """An exact fraction as percents with one digit, rounded down."""
    whole, digits = fraction.split(".")
    tenths = int(whole + digits[:3])
    return f"{tenths // 10}.{tenths % 10}%"
