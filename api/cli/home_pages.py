"""`household`, `family`: who lives as one, and the kin across households with their companies."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, err, opened, out, print_json
from api.cli.group_pages import print_state
from api.cli.sheet import print_facts, print_sheet
from api.cli.totals import told_figure, total_cells
from api.services.answers import many
from api.services.find_home import one_home
from api.services.homes import HomeAnswer, HomeKind


@app.command("household")
def household_command(
    household: Annotated[
        str, typer.Argument(metavar="HOUSEHOLD", help="Its id, or a party in it: a party id, any number, or a name.")
    ],
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """One household: head, members with their reasons, what they have with the bank together."""
    _show("household", household, as_of, known_on, as_json, keep_db)


@app.command("family")
def family_command(
    family: Annotated[
        str, typer.Argument(metavar="FAMILY", help="Its id, or a party in it: a party id, any number, or a name.")
    ],
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """One family: the kin of several households and their companies, what they have with the bank together."""
    _show("family", family, as_of, known_on, as_json, keep_db)


def _show(kind: HomeKind, text: str, as_of: str | None, known_on: str | None, as_json: bool, keep_db: bool) -> None:
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, _):
        answer, told = one_home(guanxi.view(*days), kind, text)
        if told:
            err.print(told)
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
