"""`book`: what a relationship manager looks after."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.services.book import DEFAULT, book
from api.services.book_answer import BookAnswer, BookCustomer, Total, Touching
from api.services.words import told_money

Manager = Annotated[str, typer.Argument(metavar="MANAGER", help="A relationship manager's id or staff number.")]


@app.command("book")
def book_command(
    manager: Manager,
    limit: Annotated[int, typer.Option(help="Customers at most.")] = DEFAULT,
    offset: Annotated[int, typer.Option(help="Customers to pass over.")] = 0,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """The customers of a relationship manager, the longest unseen first."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, _):
        answer = book(guanxi.view(*days), manager, limit, offset)
        print_json(answer) if as_json else _print(answer)


def _print(answer: BookAnswer) -> None:
    out.print(f"{answer.manager.called} {answer.manager.post or ''}".strip(), style="bold", markup=False)
    places = " · ".join([answer.manager.manager_id, *answer.manager.branches, *answer.manager.teams])
    out.print(f"{places} · as of {answer.as_of}", style="dim", markup=False)
    if answer.manager.left_on:
        out.print(f"left on {answer.manager.left_on}", style="bold red", markup=False)
    if answer.total:
        _print_totals(answer)
        _print_customers(answer.customers)
    for text in filter(None, (answer.empty, *answer.omitted)):
        out.print(text, style="dim", markup=False)


def _print_totals(answer: BookAnswer) -> None:
    kinds = f"{answer.persons:,} persons, {answer.companies:,} companies"
    out.print(f"{answer.total:,} customers: {kinds}; {answer.never_seen:,} without a known contact", markup=False)
    told = {"accounts": answer.balances.accounts, "agreed": answer.balances.agreed, "drawn": answer.balances.drawn}
    for name, total in told.items():
        out.print(f"{name}: {_total(total)}", markup=False)
    if answer.revenue:
        amounts = ", ".join(map(told_money, answer.revenue.amounts))
        out.print(f"revenue {answer.revenue.year}: {amounts} ({answer.revenue.customers:,} customers)", markup=False)
    _print_touching("groups", answer.groups)
    _print_touching("households", answer.households)


def _total(total: Total) -> str:
    told = [told_money(amount) for amount in total.amounts]
    return ", ".join([*told, *([f"{total.unknown:,} of unknown amount"] if total.unknown else [])]) or "none"


def _print_touching(name: str, touching: Touching) -> None:
    out.print(f"{name}: {touching.total:,}, of these with other managers: {touching.coordinated:,}", markup=False)
    for one in touching.items:
        if one.others:
            others = ", ".join(f"{other.called} {other.members}" for other in one.others)
            out.print(f"  {one.name or one.id} ({one.kind}): {one.customers} here; {others}", markup=False)


def _print_customers(customers: list[BookCustomer]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("unseen", "customer", "party", "accounts", "drawn", "since then"):
        table.add_column(name, justify="right" if name in ("unseen", "accounts", "drawn") else "left", overflow="fold")
    for one in customers:
        unseen = "never" if one.unseen_days is None else f"{one.unseen_days:,} days"
        since = f"{one.changes_total} changes" if one.changes_total else ""
        sums = (_total(one.balances.accounts), _total(one.balances.drawn))
        table.add_row(*(Text(cell) for cell in (unseen, one.party.called, one.party.party_id, *sums, since)))
    out.print(table)
