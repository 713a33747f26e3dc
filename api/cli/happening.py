"""`event`, `event-state`: what happened with a customer, written down, and what has become of it."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.days import told_moment
from api.cli.frame import Json, KeepDb, Key, User, app, once_of, opened, out, print_json
from api.services.event import KINDS, SEVERITIES, STATES, EventAsked, record_event
from api.services.event_state import change_state
from api.services.events import event
from graph.errors import BadInput


@app.command("event")
def event_command(
    party: Party,
    title: Annotated[str, typer.Option(help="In a few words.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When, YYYY-MM-DDTHH:MM.")] = None,
    kind: Annotated[str, typer.Option(help=", ".join(KINDS))] = KINDS[0],
    text: Annotated[str | None, typer.Option(help="The note.")] = None,
    channel: Annotated[str | None, typer.Option(help="visit, call …")] = None,
    severity: Annotated[str | None, typer.Option(help=f"Of a risk event: {', '.join(SEVERITIES)}.")] = None,
    due_at: Annotated[str | None, typer.Option("--due", metavar="TIME", help="Of a request: a time, or a day.")] = None,
    state: Annotated[str | None, typer.Option(help=f"Of a request or risk event: {', '.join(STATES)}.")] = None,
    manager: Annotated[str | None, typer.Option(help="Who took part: id, staff number or name.")] = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Write down what happened with a party: it stands on its timeline at once."""
    asked = EventAsked(kind, at, title, text, channel, severity, due_at, state, manager)
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view()
        who = user or guanxi.settings.user
        once = once_of(key, who, "event", party, asked)
        event_id = record_event(view, party_asked(view, party), asked, who, once)
        answer = event(guanxi.view(), event_id)
        if as_json:
            print_json(answer)
            return
        names = ", ".join(one.called for one in answer.parties)
        one = answer.event
        out.print(f"{one.event_id}  {one.event_kind} {told_moment(one.at)}: {one.title} ({names})")


@app.command("event-state")
def event_state_command(
    event_id: Annotated[str, typer.Argument(metavar="EVENT", help="The id of a request or risk event.")],
    done: Annotated[bool, typer.Option("--done", help="It is done.")] = False,
    cancelled: Annotated[bool, typer.Option("--cancelled", help="Nothing is to be done any more.")] = False,
    reopened: Annotated[bool, typer.Option("--open", help="It is open again.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; may be left out with --done.")] = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Say what has become of a request or risk event; what is not open is not due any more."""
    chosen = [state for state, given in zip(STATES, (reopened, done, cancelled), strict=True) if given]
    if len(chosen) != 1:
        raise BadInput("Give one of --done, --cancelled and --open.", field="state")
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        once = once_of(key, who, "event-state", event_id, chosen[0], reason)
        change_state(guanxi.view(), event_id, chosen[0], reason, who, once)
        answer = event(guanxi.view(), event_id)
        if as_json:
            print_json(answer)
            return
        out.print(f"{answer.event.event_id}  {answer.event.title}", style="bold")
        for one in answer.states:
            told = " ".join(part for part in (one.state or "open", one.by, told_moment(one.at)) if part)
            out.print(f"  {told}{f': {one.reason}' if one.reason else ''}")
