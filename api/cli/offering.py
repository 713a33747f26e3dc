"""`openings`: what to offer whom, what came of it, and how good the offers are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.days import read_day, told_moment
from api.cli.frame import AsOf, Json, KeepDb, Key, KnownOn, User, app, once_of, opened, out, print_json
from api.cli.sheet import print_notes, print_sheet
from api.cli.totals import percent
from api.services.answers import many
from api.services.opening_answer import NotOffered, OpeningTold
from api.services.opening_figures import figures
from api.services.opening_outcome import OUTCOMES, OutcomeAsked, opening, record_outcome
from api.services.openings import DEFAULT, group_openings, party_openings, product_prospects
from api.services.openings_quality import SEED, OpeningsQuality, evaluate
from api.services.words import told_money

openings = typer.Typer(help="What to offer whom, and how good that is.", no_args_is_help=True)
app.add_typer(openings, name="openings")


@openings.command("show")
def show_command(
    party: Party,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What to offer a party, the best first, and what is not offered and why."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(*days)
        answer = party_openings(view, guanxi.settings.archive, party_asked(view, party))
        if as_json:
            print_json(answer)
            return
        out.print(answer.party.called, style="bold")
        _print_head(answer.party.party_id, answer.as_of, answer.run_id)
        _print_openings(answer.openings, with_party=False)
        _print_left_out(answer.not_offered)
        if answer.counts:
            told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in answer.counts.items())
            out.print(f"products, as the run found them: {told}")
        print_notes(answer.run_note, answer.empty, *answer.omitted)


@openings.command("group")
def group_command(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="A group's id.")],
    limit: Annotated[int, typer.Option(help="Openings at most.")] = DEFAULT,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What to offer the members of a group, the best first."""
    with opened(keep_db) as (guanxi, _):
        answer = group_openings(guanxi.view(), guanxi.settings.archive, group, limit)
        if as_json:
            print_json(answer)
            return
        out.print(f"{group}: {many(answer.total, 'opening')} with {many(answer.members, 'member')}", style="bold")
        _print_openings(answer.openings)
        print_notes(_counted(answer.not_offered), answer.run_note, answer.empty, *answer.omitted)


@openings.command("prospects")
def prospects_command(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="A product's id or code.")],
    limit: Annotated[int, typer.Option(help="Parties at most.")] = DEFAULT,
    offset: Annotated[int, typer.Option(help="Parties to pass over.")] = 0,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Whom to offer a product, the best first."""
    with opened(keep_db) as (guanxi, _):
        answer = product_prospects(guanxi.view(), guanxi.settings.archive, product, limit, offset)
        if as_json:
            print_json(answer)
            return
        out.print(f"{answer.product.called}: {many(answer.total, 'prospect')}", style="bold")
        _print_openings(answer.prospects)
        print_notes(_counted(answer.not_offered), answer.run_note, answer.empty, *answer.omitted)


@openings.command("outcome")
def outcome_command(
    opening_id: Annotated[str, typer.Argument(metavar="OPENING", help="As `openings show` tells it.")],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help=", ".join(OUTCOMES))],
    note: Annotated[str | None, typer.Option(help="In words.")] = None,
    value: Annotated[str | None, typer.Option(help="What was sold is worth, in major units.")] = None,
    currency: Annotated[str | None, typer.Option(help="Of the value; CNY by default.")] = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Write down what was done about an opening; it counts at once."""
    asked = OutcomeAsked(outcome, note, value, currency)
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        once = once_of(key, who, "openings outcome", opening_id, asked)
        kept = record_outcome(guanxi.view(), guanxi.settings.archive, opening_id, asked, who, once)
        answer = opening(guanxi.view(), kept)
        if as_json:
            print_json(answer)
            return
        called = answer.product.called if answer.product else "a new customer"
        out.print(f"{kept} {called} for {answer.party.called}: {outcome}", style="bold")
        for step in answer.outcomes:
            worth = told_money(step.value) if step.value else ""
            told = f"  {told_moment(step.at)} {step.user} {step.outcome} {worth} {step.note or ''}"
            out.print(told.rstrip())


@openings.command("figures")
def figures_command(
    since: Annotated[str | None, typer.Option(metavar="DAY", help="What was done from this day on.")] = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """From opening to sale: taken up, offered, refused, sold, by what spoke for it."""
    day = read_day(since, "--since")
    with opened(keep_db) as (guanxi, _):
        answer = figures(guanxi.view(), day)
        if as_json:
            print_json(answer)
            return
        rows = []
        for one in answer.figures:
            counts = (one.worked_on, one.taken_up, one.offered, one.refused, one.sold)
            rows.append((one.source, *(f"{count:,}" for count in counts), ", ".join(map(told_money, one.value))))
        if rows:
            numbers = ("worked on", "taken up", "offered", "refused", "sold", "value")
            print_sheet(("source", *numbers), rows, numbers=numbers)
        print_notes(answer.empty, *answer.omitted)


def _print_head(party_id: str, as_of: object, run_id: str | None) -> None:
    out.print(f"{party_id} · as of {as_of} · {run_id}", style="dim")


def _print_openings(openings: list[OpeningTold], with_party: bool = True) -> None:
    for one in openings:
        called = one.product.called if one.product else "a new customer"
        whose = f"{one.party.called} {one.party.party_id}: " if with_party else ""
        state = f" ({one.state.replace('_', ' ')})" if one.state else ""
        out.print(f"score {one.score[:5]}  {whose}{called}{state}  {one.opening_id}", style="bold")
        for reason in one.reasons:
            out.print(f"  {reason}")


def _print_left_out(left_out: list[NotOffered]) -> None:
    if left_out:
        out.print("\nNot offered", style="bold")
    for one in left_out:
        out.print(f"  {one.product.called if one.product else 'a new customer'}: {one.text}")


def _counted(left_out: dict[str, int]) -> str | None:
    told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in left_out.items())
    return f"not offered: {told}" if told else None


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
    told = (
        f"{many(answer.customers, 'customer')}, {many(answer.products, 'product')}, {many(answer.holdings, 'holding')}"
    )
    out.print(f"{told}; hidden: {answer.hidden:,}", style="bold")
    out.print(f"{answer.split}; all else is learnt from")
    heads = ("k", "found", "hit rate", "recall", "popularity", "lift", "factors")
    rows = []
    for one in answer.rates:
        rates = (percent(one.hit_rate), percent(one.hit_rate), percent(one.popular_rate))
        rows.append((str(one.k), f"{one.found:,}", *rates, one.lift or "none", percent(one.factors_rate)))
    print_sheet(heads, rows, numbers=heads)
    out.print(answer.found)
    out.print(answer.recall, style="dim")
