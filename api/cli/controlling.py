"""`controllers`, `controlled`: who controls a party, and what it controls."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from api.cli.asked import Party, party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.group_pages import print_state
from api.cli.sheet import print_sheet
from api.services.control_walk import DEFAULT, ControlAnswer, Direction, control_walk
from api.services.words import percent

Most = Annotated[int, typer.Option("--limit", help="Parties at most.")]


@app.command("controllers")
def controllers_command(
    party_: Party,
    limit: Most = DEFAULT,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Who controls a party, at any remove, the nearest first, and who may control it."""
    _walk("controllers", party_, limit, as_of, known_on, as_json, keep_db)


@app.command("controlled")
def controlled_command(
    party_: Party,
    limit: Most = DEFAULT,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What a party controls, at any remove, the nearest first."""
    _walk("controlled", party_, limit, as_of, known_on, as_json, keep_db)


def _walk(
    direction: Direction,
    asked: str,
    limit: int,
    as_of: str | None,
    known_on: str | None,
    as_json: bool,
    keep_db: bool,
) -> None:
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = control_walk(view, guanxi.settings.archive, party_asked(view, asked), direction, limit)
        print_json(answer) if as_json else _print(answer)


def _print(answer: ControlAnswer) -> None:
    out.print(Text(f"{answer.party.called} · {answer.party.party_id}", style="bold"))
    rows = [
        (
            f"{one.steps:,}",
            one.party.called,
            one.party.party_id,
            one.of,
            one.basis or "",
            percent(one.votes) if one.votes is not None else "",
        )
        for one in answer.items
    ]
    over = "controls" if answer.direction == "controllers" else "controlled by"
    heads = ("steps", "name", "party", over, "basis", "votes")
    if rows:
        print_sheet(heads, rows, numbers=("steps", "votes"), title=("name",))
    if answer.empty:
        out.print(answer.empty)
    for one in answer.possible:
        out.print(Text(f"possible: {one.party.called} {one.party.party_id}: {one.text}"))
    print_state(answer)
