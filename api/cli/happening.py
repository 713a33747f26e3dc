"""`event`: what happened with a customer, written down."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.frame import Json, KeepDb, User, app, opened, out, print_json
from api.services.event import KINDS, SEVERITIES, EventAsked, record_event
from api.services.events import event


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
    state: Annotated[str | None, typer.Option(help="Of a request or risk event: open or done.")] = None,
    manager: Annotated[str | None, typer.Option(help="Who took part: id or staff number.")] = None,
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Write down what happened with a party: it stands on its timeline at once."""
    asked = EventAsked(kind, at, title, text, channel, severity, due_at, state, manager)
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view()
        event_id = record_event(view, party_asked(view, party), asked, user or guanxi.settings.user)
        answer = event(guanxi.view(), event_id)
        if as_json:
            print_json(answer)
            return
        names = ", ".join(one.called for one in answer.parties)
        told = f"{answer.event.event_id}  {answer.event.event_kind} {answer.event.at}: {answer.event.title} ({names})"
        out.print(told, markup=False)
