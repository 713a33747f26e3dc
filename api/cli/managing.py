"""`book`, `reminders`, `handover`, `handovers`: whom a manager looks after, and how customers change hands."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from api.cli.asked import parties_asked
from api.cli.days import read_day, told_moment
from api.cli.frame import AsOf, Json, KeepDb, Key, KnownOn, User, app, once_of, opened, out, print_json
from api.cli.sheet import print_notes, print_sheet
from api.services.answers import many
from api.services.book import DEFAULT, book
from api.services.book_answer import BookAnswer, BookCustomer, NextOpenings, Total, Touching
from api.services.handover import HandoverAsked, hand_over
from api.services.handovers import HandoverTold, handover, handovers
from api.services.opening_section import with_next
from api.services.reminders import DEFAULT as MOST_REMINDERS
from api.services.reminders import RemindersAnswer, reminders
from api.services.words import told_money
from graph.errors import BadInput

Manager = Annotated[str, typer.Argument(metavar="MANAGER", help="A manager: id, staff number or name.")]


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
        view = guanxi.view(*days)
        answer = with_next(view, guanxi.settings.archive, book(view, manager, limit, offset))
        print_json(answer) if as_json else _print(answer)


@app.command("reminders")
def reminders_command(
    manager: Manager,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="The first day; today by default.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="The last day; 30 days on by default.")] = None,
    limit: Annotated[int, typer.Option(help="Reminders at most.")] = MOST_REMINDERS,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What is due with the customers of a manager, requests overdue first."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    asked = read_day(first, "--from", ahead=True), read_day(until, "--until", ahead=True)
    with opened(keep_db) as (guanxi, _):
        answer = reminders(guanxi.view(*days), manager, *asked, limit)
        print_json(answer) if as_json else _print_reminders(answer)


def _print_reminders(answer: RemindersAnswer) -> None:
    told = f"{answer.manager.called}: {answer.total:,} from {answer.first} to {answer.until}"
    out.print(told, style="bold")
    rows = []
    for one in answer.reminders:
        named = f"{one.age} years" if one.age is not None else one.name or ""
        amount = told_money(one.amount) if one.amount else ""
        rows.append((str(one.on), one.kind.replace("_", " "), one.party.called, one.party.party_id, named, amount))
    if rows:
        heads = ("on", "what", "customer", "party", "about", "amount")
        print_sheet(heads, rows, numbers=("amount",), title=heads[:3])
    print_notes(answer.empty, *answer.omitted)


@app.command("handover")
def handover_command(
    customers: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER]...", help="Customers by any id of theirs, or by name.")
    ] = None,
    to: Annotated[str, typer.Option(metavar="MANAGER", help="Who looks after them from then on.")] = "",
    giver: Annotated[
        str | None, typer.Option("--from", metavar="MANAGER", help="Who does so now; left out where nobody does.")
    ] = None,
    whole_book: Annotated[bool, typer.Option("--whole-book", help="All customers of --from.")] = False,
    on: Annotated[str | None, typer.Option(metavar="DAY", help="The first day, YYYY-MM-DD; today by default.")] = None,
    role: Annotated[str | None, typer.Option(help="main or assisting, where customers have no manager.")] = None,
    reason: Annotated[str, typer.Option(help="Why, in a sentence; kept for good.")] = "",
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Hand customers over to another manager, or assign those who have none: all of it or nothing."""
    if whole_book == bool(customers):
        raise BadInput("Name customers, or give --whole-book for all of --from.", field="customers")
    if not to:
        raise BadInput("To whom? Give --to MANAGER, by id, staff number or name.", field="to")
    asked = HandoverAsked(to, giver, customers or None, read_day(on, "--on", ahead=True), reason, role)
    with opened(keep_db) as (guanxi, _):
        who, view = user or guanxi.settings.user, guanxi.view()
        once = once_of(key, who, "handover", asked)
        if customers:
            asked = replace(asked, customers=parties_asked(view, customers))
        handover_id = hand_over(view, asked, who, once)
        answer = handover(guanxi.view(), handover_id)
        if as_json:
            print_json(answer)
            return
        _print_handover(answer.handover)
        for party in answer.customers:
            out.print(f"  {party.called} {party.party_id}")
        if answer.left_over and answer.left_over.total:
            out.print(f"left over: {answer.left_over.total:,}", style="bold")
            for party in answer.left_over.parties:
                out.print(f"  {party.called} {party.party_id}")


@app.command("handovers")
def handovers_command(
    manager: Annotated[str | None, typer.Option(help="From or to this manager: id, staff number or name.")] = None,
    limit: int = 50,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Which customers changed hands, the latest first."""
    with opened(keep_db) as (guanxi, _):
        answer = handovers(guanxi.view(), manager, limit)
        if as_json:
            print_json(answer)
            return
        for one in answer.handovers:
            _print_handover(one)
        print_notes(*(answer.omitted if answer.handovers else ["No handovers."]))


def _print_handover(one: HandoverTold) -> None:
    giver = one.giver.called if one.giver else "nobody"
    told = f"{one.handover_id}  {giver} → {one.taker.called} from {one.on}: {many(one.customers, 'customer')}"
    out.print(told, style="bold")
    out.print(f"  {one.user} {told_moment(one.at)}: {one.reason}", style="dim")


def _print(answer: BookAnswer) -> None:
    out.print(f"{answer.manager.called} {answer.manager.post or ''}".strip(), style="bold")
    places = " · ".join([answer.manager.manager_id, *answer.manager.branches, *answer.manager.teams])
    out.print(f"{places} · as of {answer.as_of}", style="dim")
    if answer.manager.left_on:
        out.print(f"left on {answer.manager.left_on}", style="bold red")
    if answer.total:
        _print_totals(answer)
        _print_customers(answer.customers)
    if answer.next_openings:
        _print_next(answer.next_openings)
    print_notes(answer.empty, *answer.omitted)


def _print_next(found: NextOpenings) -> None:
    out.print(f"\nnext openings: {len(found.items):,} of {found.total:,}", style="bold")
    for one in found.items:
        called = one.product.called if one.product else "a new customer"
        out.print(f"  {one.party.called} {one.party.party_id}: {called}  {one.opening_id}")
        out.print(f"    {'; '.join(one.reasons)}", style="dim")
    if found.empty:
        out.print(found.empty, style="dim")


def _print_totals(answer: BookAnswer) -> None:
    kinds = f"{many(answer.persons, 'person')}, {many(answer.companies, 'company')}"
    out.print(f"{many(answer.total, 'customer')}: {kinds}; {answer.never_seen:,} without a known contact")
    told = {"accounts": answer.balances.accounts, "agreed": answer.balances.agreed, "drawn": answer.balances.drawn}
    for name, total in told.items():
        out.print(f"{name}: {_total(total)}")
    if answer.revenue:
        amounts = ", ".join(map(told_money, answer.revenue.amounts))
        out.print(f"revenue {answer.revenue.year}: {amounts} ({many(answer.revenue.customers, 'customer')})")
    _print_touching("groups", answer.groups)
    _print_touching("households", answer.households)


def _total(total: Total) -> str:
    told = [told_money(amount) for amount in total.amounts]
    return ", ".join([*told, *([f"{total.unknown:,} of unknown amount"] if total.unknown else [])]) or "none"


def _print_touching(name: str, touching: Touching) -> None:
    out.print(f"{name}: {touching.total:,}, of these with other managers: {touching.coordinated:,}")
    for one in touching.items:
        if one.others:
            others = ", ".join(f"{other.called} {other.members}" for other in one.others)
            out.print(f"  {one.name or one.id} ({one.kind}): {one.customers} here; {others}")


def _print_customers(customers: list[BookCustomer]) -> None:
    rows = []
    for one in customers:
        unseen = "never" if one.unseen_days is None else many(one.unseen_days, "day")
        since = many(one.changes_total, "change") if one.changes_total else ""
        sums = (_total(one.balances.accounts), _total(one.balances.drawn))
        rows.append((unseen, one.party.called, one.party.party_id, *sums, since))
    heads = ("unseen", "customer", "party", "accounts", "drawn", "since then")
    print_sheet(heads, rows, numbers=("unseen", "accounts", "drawn"), title=("customer", "party"))
