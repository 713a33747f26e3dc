"""`circles`: who guarantees whom all round."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.group_pages import print_state
from api.services.guarantee_circles import Circle, Cover, circles
from api.services.reasons import HIDDEN
from api.services.words import told_money


@app.command("circles")
def circles_command(
    limit: Annotated[int, typer.Option(help="Circles at most.")] = 50,
    offset: Annotated[int, typer.Option(help="Circles to pass over.")] = 0,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Circles of guarantees and mutual pairs, the largest sum first, each with what it is worth."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = circles(view, guanxi.settings.archive, limit, offset)
        if as_json:
            print_json(answer)
            return
        for circle in answer.circles:
            out.print(circle_told(circle))
        if not answer.circles:
            out.print("No guarantees lead back to who gave them.")
        print_state(answer)


def circle_told(circle: Circle) -> str:
    """A circle on one line: each member with what it guarantees for the next."""
    ways = []
    for member in circle.members:
        amount = told_money(member.guarantees) if member.guarantees else "amount unknown"
        ways.append(f"{member.party.called if member.party else HIDDEN} —{amount}→")
    worth = f"; {cover_told(circle.cover)}" if circle.cover else ""
    return f"{circle.circle_id} {circle.kind}: {' '.join(ways)} back{worth}"


def cover_told(cover: Cover) -> str:
    """What guarantees are worth, for people."""
    unknown = f", {cover.nominal_unknown:,} of unknown amount" if cover.nominal_unknown else ""
    unsure = f" ({cover.not_assessed:,} members not assessed: it may be more)" if cover.not_assessed else ""
    return f"nominal {told_money(cover.nominal)}{unknown}, worth at least {told_money(cover.real)}{unsure}"
