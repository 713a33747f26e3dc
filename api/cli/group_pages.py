"""`groups`, `changes`: groups by nearness to their limits, and what runs changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.text import Text

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.sheet import print_facts, print_notes, print_sheet
from api.services.answers import Answer, PartyRef
from api.services.changes import DEFAULT_LIMIT as CHANGES
from api.services.changes import ChangesAnswer, Subject, changes
from api.services.decision_answer import DecisionItem
from api.services.group_list import DEFAULT_LIMIT, GroupsAnswer, GroupsAsked, groups
from api.services.reasons import HIDDEN
from api.services.words import owed_told, percent, ratio_told


@app.command("groups")
def groups_command(
    state: Annotated[str | None, typer.Option(help="Worst state: within, warning, breach or undecided.")] = None,
    rules: Annotated[str | None, typer.Option(metavar="SET", help="Tests of this rule set alone.")] = None,
    min_exposure: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Least amount of a test, in the reporting currency.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="control, connected or declared")] = None,
    limit: Annotated[int, typer.Option(help="Groups at most.")] = DEFAULT_LIMIT,
    offset: Annotated[int, typer.Option(help="Groups to pass over.")] = 0,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Groups of clients, the nearest to a limit of its rule sets first."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        asked = GroupsAsked(state, rules, kind, min_exposure)
        answer = groups(view, asked, guanxi.settings.archive, limit, offset)
        print_json(answer) if as_json else _print(answer)


def _print(answer: GroupsAnswer) -> None:
    heads = ("group", "name", "size", "rules", "test", "status", "amount", "ratio", "limit", "state")
    rows: list[tuple[str, ...]] = []
    for group in answer.groups:
        first = (group.group_id, group.name or "", f"{group.size:,}" if group.size is not None else "")
        for test in group.tests:
            ratio = ratio_told(test.ratio, test.amount, test.base)
            cells = (*first, test.rules, test.test, test.status, owed_told(test.amount, test.unknown), ratio)
            rows.append((*cells, percent(float(test.limit)), test.state))
            first = ("", "", "")
        if not group.tests:
            rows.append((*first, "", "nothing tested", *[""] * (len(heads) - 5)))
    if answer.groups:
        print_sheet(heads, rows, numbers=("size", "amount", "ratio", "limit"), title=("group", "name"))
    else:
        out.print("No group is as asked.")
    print_state(answer)


@app.command("changes")
def changes_command(
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="The first day of publishing, YYYY-MM-DD.")],
    limit: Annotated[int, typer.Option(help="Entries of a run and kind at most.")] = CHANGES,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What runs changed since a day: groups, households, exposures that crossed a threshold, new guarantee circles."""
    day = read_day(since, "--since")
    assert day is not None
    with opened(keep_db) as (guanxi, _):
        answer = changes(guanxi.view(), day, guanxi.settings.archive, limit)
        print_json(answer) if as_json else _print_changes(answer)


def _print_changes(answer: ChangesAnswer) -> None:
    for run in answer.runs:
        told = f"{run.run_id} of {run.as_of}, {'against ' + run.before if run.before else 'the first run'}"
        out.print(Text(told, style="bold"))
        rows = []
        for group in (*run.groups, *run.households):
            about = group.party or group.other
            of = f"{about.called} {about.party_id}" if isinstance(about, PartyRef) else _subject(about) if about else ""
            rows.append((group.change, _subject(group.group), of))
        for one in run.exposures:
            what = f"{one.rules} {one.test} {one.status}: {one.before or 'none'} → {one.after or 'none'}"
            what += f" (against {one.against})" if one.against != run.before else ""
            rows.append(("exposure", _subject(one.subject), what))
        for circle in run.circles:
            names = " → ".join(party.called if party else HIDDEN for party in circle.parties)
            rows.append((circle.kind, circle.circle_id, names))
        print_facts(rows)
        if not rows:
            out.print("nothing", style="dim")
    if not answer.runs:
        out.print(f"No run was published since {answer.since}.")
    print_state(answer)


def _subject(one: Subject) -> str:
    return f"{one.name or ''} {one.id}".strip()


def print_decisions(decisions: Iterable[DecisionItem]) -> None:
    """Decisions that wait, or that the run has not read."""
    for one in decisions:
        out.print(f"{one.decision} {one.text}: {one.note} ({one.decision_id})")


def print_state(answer: Answer) -> None:
    """Below an answer: what it speaks of, and what was left out."""
    told = (f"as of {answer.as_of}", f"state {answer.seq}", answer.run_id or "no run yet")
    out.print(" · ".join(told), style="dim")
    print_notes(answer.run_note, *answer.omitted)
