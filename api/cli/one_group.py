"""`group`: one group from all sides: members, the tree of control, exposure, history, guarantees."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.group_pages import print_decisions, print_state
from api.cli.guaranteeing import circle_told, cover_told
from api.cli.sheet import print_facts, print_sheet
from api.services.answers import Answer, Money
from api.services.group_exposure import ExposureAnswer, exposure
from api.services.group_guarantees import GroupGuarantees, group_guarantees
from api.services.group_history import HistoryAnswer, HistoryMember, history
from api.services.group_structure import StructureAnswer, StructureLink, structure
from api.services.group_views import one_group
from api.services.groups import GroupAnswer
from api.services.words import owed_told, percent, ratio_told, told_money


class Side(StrEnum):
    """What is told of a group."""

    members = "members"
    structure = "structure"
    exposure = "exposure"
    history = "history"
    guarantees = "guarantees"


@app.command("group")
def group_command(
    group_id: Annotated[str, typer.Argument(metavar="GROUP", help="A group id, as `guanxi groups` tells it.")],
    side: Annotated[Side, typer.Option("--show", help="What to tell of it.")] = Side.members,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """One group: its members with their reasons, its tree of control, exposure, history or guarantees."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        archive = guanxi.settings.archive
        answer: Answer
        match side:
            case Side.members:
                answer = one_group(view, group_id, archive)
            case Side.structure:
                answer = structure(view, group_id)
            case Side.exposure:
                answer = exposure(view, group_id, archive)
            case Side.history:
                answer = history(view, group_id)
            case Side.guarantees:
                answer = group_guarantees(view, group_id, archive)
        print_json(answer) if as_json else _print(answer)


def _print(answer: Answer) -> None:
    match answer:
        case GroupAnswer():
            _head(answer.group_id, answer.kind, answer.name)
            rows = [
                (one.role or "", one.party.called, one.party.party_id, one.status, "; ".join(one.reasons))
                for one in answer.members
            ]
            print_sheet(("role", "name", "party", "status", "why"), rows, title=("role", "name"))
        case StructureAnswer():
            _head(answer.group_id, answer.kind, answer.name)
            _print_tree(answer)
        case ExposureAnswer():
            _head(answer.group_id, answer.kind, answer.name)
            _print_exposure(answer)
        case HistoryAnswer():
            _head(answer.group_id, answer.kind, answer.name)
            _print_history(answer)
        case GroupGuarantees():
            _head(answer.group_id, answer.kind, answer.name)
            _print_guarantees(answer)
    for because in answer.because:
        out.print(because.text)
    if isinstance(answer, GroupAnswer | StructureAnswer):
        print_decisions(answer.decisions)
    print_state(answer)


def _head(group_id: str, kind: str | None, name: str | None) -> None:
    out.print(Text(f"{name or group_id} · {group_id} · {kind or 'of no kind told'}", style="bold"))


def _print_tree(answer: StructureAnswer) -> None:
    for row in answer.rows:
        by = f" ({_link(row.link)})" if row.link else ""
        why = f" [{'; '.join(row.reasons)}]" if row.reasons else ""
        again = ", which leads back" if row.cycle else ", shown in full elsewhere" if row.again else ""
        out.print(Text(f"{'  ' * row.depth}{row.party.called} {row.party.party_id}{by}{why}{again}"))


def _link(link: StructureLink) -> str:
    if link.kind == "dependence":
        part = f" {percent(link.weight)}" if link.weight is not None else ""
        return f"dependence: {link.criterion or 'criterion unknown'}{part}, {link.status}"
    votes = f" {percent(link.votes)}" if link.votes is not None else ""
    held = [("itself", link.direct)] if link.direct else []
    parts = [*held, *((f"by {one.party.called}", one) for one in link.indirect)]
    told = ", ".join(f"{percent(one.votes) if one.votes is not None else 'unknown'} {whose}" for whose, one in parts)
    return f"control: {link.basis or 'basis unknown'}{votes}{f' = {told}' if told else ''}, {link.status}"


def _print_exposure(answer: ExposureAnswer) -> None:
    tests = [
        (
            *(one.rules, one.test, one.status, owed_told(one.amount, one.unknown)),
            *(ratio_told(one.ratio, one.amount, one.base), percent(float(one.limit)), one.state),
        )
        for one in answer.tests
    ]
    heads = ("rules", "test", "status", "amount", "ratio", "limit", "state")
    if tests:
        print_sheet(heads, tests, numbers=("amount", "ratio", "limit"), title=("rules", "test"))
    if answer.empty:
        out.print(answer.empty)
    members = [
        (
            *(one.party.called, one.party.party_id, one.rules, one.status),
            *(told_money(amount) for amount in (one.owed.before, one.owed.after, one.owed.exempt)),
        )
        for one in answer.members
    ]
    heads = ("member", "party", "rules", "status", "before protection", "after", "exempt")
    if members:
        print_sheet(heads, members, numbers=heads[4:], title=heads[:1])


def _print_history(answer: HistoryAnswer) -> None:
    for one in answer.entries:
        what = "run" if one.is_run else "load"
        size = f", {one.size:,} members" if one.size is not None else ""
        state = f", {one.state}" if one.state else ""
        of = f" over {one.as_of}" if one.as_of else ""
        out.print(Text(f"{one.published_at or ''} {what} {one.id or 'no longer known'}{of}{size}{state}", style="bold"))
        moved = (("joined", one.joined), ("left", one.left), ("changed", one.changed))
        print_facts([(what, _parties(parties)) for what, parties in moved if parties])


def _parties(parties: list[HistoryMember]) -> str:
    return ", ".join(f"{one.party.called} {one.party.party_id}" for one in parties)


def _print_guarantees(answer: GroupGuarantees) -> None:
    for what, found in (("inside", answer.inside), ("given", answer.given), ("received", answer.received)):
        out.print(Text(f"{what}: {found.total:,}", style="bold"))
        print_facts([(one.guarantor.called, "for", one.debtor.called, _amount(one.amount)) for one in found.items])
    if answer.cover:
        out.print(cover_told(answer.cover))
    for circle in answer.circles:
        out.print(circle_told(circle))


def _amount(amount: Money | None) -> str:
    return told_money(amount) if amount else "amount unknown"
