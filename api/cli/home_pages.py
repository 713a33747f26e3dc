"""`household`, `family`: who lives as one, and the kin across households with their companies."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.group_pages import print_state
from api.cli.sheet import print_facts, print_sheet
from api.cli.totals import told_figure, total_cells
from api.services.answers import many
from api.services.homes import HomeAnswer, family, household


@app.command("household")
def household_command(
    household_id: Annotated[
        str, typer.Argument(metavar="HOUSEHOLD", help="A household id, as `guanxi show` tells it.")
    ],
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """One household: head, members with their reasons, what they have with the bank together."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = household(view, household_id)
        print_json(answer) if as_json else _print(answer)


@app.command("family")
def family_command(
    family_id: Annotated[
        str, typer.Argument(metavar="FAMILY", help="A family id, as `guanxi export families` tells it.")
    ],
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """One family: the kin of several households and their companies, what they have with the bank together."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = family(view, family_id)
        print_json(answer) if as_json else _print(answer)


def _print(answer: HomeAnswer) -> None:
    out.print(Text(f"{answer.kind} {answer.id}", style="bold"))
    rows = [
        (one.party.called, one.party.party_id, one.role or "", one.status, "; ".join(one.reasons))
        for one in answer.members
    ]
    print_sheet(("member", "id", "role", "status", "reasons"), rows, title=("member", "id"))
    print_facts(map(total_cells, answer.totals))
    if of := answer.contribution:
        told = f"revenue {told_figure('revenue', of.revenue)}; "
        told += f"contribution {told_figure('contribution', of.contribution)}"
        out.print(f"{of.first} to {of.last}, {many(of.customers, 'customer')}: {told}")
    for decided in answer.decisions:
        out.print(f"{decided.text}: {decided.note} ({decided.decision_id})")
    print_state(answer)
