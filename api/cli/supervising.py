"""`group-diff`, `payment-patterns`, `bank-related-parties`: what supervisors ask for."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from api.cli.asked import party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.group_pages import print_state
from api.cli.sheet import print_facts
from api.services import bank_parties as bank
from api.services import group_diff as differences
from api.services import payment_patterns as payments
from api.services.group_tests import LimitTest
from api.services.words import owed_told, percent, ratio_told


@app.command("group-diff")
def group_diff_command(
    limit: Annotated[int, typer.Option(help="Declared groups at most.")] = differences.DEFAULT_LIMIT,
    after: Annotated[str, typer.Option(metavar="GROUP", help="Those after this id.")] = "",
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Declared groups against those found: who is in one alone, and the exposure of both."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = differences.diff(view, limit, after)
        print_json(answer) if as_json else _print_diff(answer)


def _print_diff(answer: differences.DiffAnswer) -> None:
    for one in answer.comparisons:
        found = f"{one.found.name or ''} {one.found.group_id}".strip() if one.found else "no group found"
        out.print(Text(f"{one.declared.name or ''} {one.declared.group_id} against {found}", style="bold"))
        alone = (("only declared", one.only_declared), ("only found", one.only_found))
        sides = [(what, ", ".join(f"{party.called} {party.party_id}" for party in parties)) for what, parties in alone]
        tests = [
            (what, _test(test))
            for what, side in (("declared", one.declared), ("found", one.found))
            for test in (side.tests if side else ())
        ]
        print_facts([("in both", f"{one.both:,}"), *(side for side in sides if side[1]), *tests])
    if not answer.comparisons:
        out.print("No group is declared by a source.")
    if answer.undeclared:
        out.print(Text(f"found and tested, but declared nowhere: {answer.undeclared_total:,}", style="bold"))
        print_facts([(one.group_id, one.name or "", f"{one.size:,}", one.state or "") for one in answer.undeclared])
    if answer.next:
        out.print(f"More follow: --after {answer.next}")
    print_state(answer)


def _test(test: LimitTest) -> str:
    ratio = ratio_told(test.ratio, test.amount, test.base)
    limit = percent(float(test.limit))
    owed = owed_told(test.amount, test.unknown)
    return f"{test.rules} {test.test} ({test.status}): {owed} = {ratio} of {limit}: {test.state}"


@app.command("payment-patterns")
def payment_patterns_command(
    kind: Annotated[str | None, typer.Option(help="Patterns of one kind alone.")] = None,
    party: Annotated[str | None, typer.Option(metavar="PARTY", help="Those that a party is part of.")] = None,
    limit: Annotated[int, typer.Option(help="Patterns at most.")] = payments.DEFAULT,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Loan money that came back to its borrower or guarantor, and fans, the largest amounts first."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        party_id = party_asked(view, party) if party is not None else None
        answer = payments.payment_patterns(view, guanxi.settings.archive, kind, party_id, limit)
        if as_json:
            print_json(answer)
            return
        for one in answer.items:
            out.print(Text(f"{one.pattern_id} {one.kind} ({one.status}): {one.text}"))
        if answer.empty:
            out.print(answer.empty)
        print_state(answer)


@app.command("bank-related-parties")
def bank_related_parties_command(
    category: Annotated[str | None, typer.Option(help="Parties of one category alone.")] = None,
    limit: Annotated[int, typer.Option(help="Parties at most.")] = bank.DEFAULT,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """The bank's own related parties with their reasons, and credit to them against its limits."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = bank.bank_parties(view, guanxi.settings.archive, category, limit)
        print_json(answer) if as_json else _print_related(answer)


def _print_related(answer: bank.BankPartiesAnswer) -> None:
    for one in answer.items:
        out.print(Text(f"{one.party.called} {one.party.party_id}", style="bold"))
        reasons = [(reason.category, f"{reason.text} ({reason.article})") for reason in one.reasons]
        print_facts([*reasons, *((test.group_id or "alone", _test(test)) for test in one.tests)])
    if answer.together:
        out.print(Text("all related parties together", style="bold"))
        print_facts([("all", _test(test)) for test in answer.together])
    if answer.empty:
        out.print(answer.empty)
    print_state(answer)
