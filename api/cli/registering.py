"""`register-party`, `register-link`, `correct-link`, `close-link`: what no system knows, by two persons."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from api.cli.days import read_day
from api.cli.deciding import Version, print_decision
from api.cli.frame import Json, KeepDb, User, app, opened
from api.services.register import LinkAsked, register_link
from api.services.register_change import ChangeAsked, propose_change
from api.services.register_party import KINDS, ROLES, PartyAsked, register_party
from api.services.register_values import Told
from graph import model

Text = str | None
Evidence = Annotated[str, typer.Option("--evidence", help="What it stands on, in words or as a reference to a file.")]
Share = Annotated[Text, typer.Option(help="A fraction from 0 to 1.")]
Votes = Annotated[Text, typer.Option(help="Share of votes, where it differs.")]
Amount = Annotated[Text, typer.Option(help="In major units; left out where it is not known.")]
Currency = Annotated[Text, typer.Option(help="Of the amount, ISO 4217.")]
First = Annotated[Text, typer.Option("--from-day", metavar="DAY", help="The first day it holds, up to today.")]
Last = Annotated[Text, typer.Option("--to-day", metavar="DAY", help="The first day it no longer holds.")]
LinkId = Annotated[str, typer.Argument(metavar="LINK", help="The id of a link of the source `manual`.")]


@app.command("register-party")
def register_party_command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=" or ".join(KINDS))],
    evidence: Evidence,
    name: Annotated[Text, typer.Option(help="In its own script.")] = None,
    name_en: Annotated[Text, typer.Option("--name-en", help="English or romanised.")] = None,
    uscc: Annotated[Text, typer.Option(help="Unified social credit code.")] = None,
    certificate: Annotated[Text, typer.Option(help="TYPE:NUMBER, such as passport:E12345678.")] = None,
    lei: Annotated[Text, typer.Option(help="Legal entity identifier.")] = None,
    country: Annotated[Text, typer.Option(help="ISO 3166, two letters.")] = None,
    born: Annotated[Text, typer.Option(metavar="DAY", help="Of a person: day of birth.")] = None,
    registered: Annotated[Text, typer.Option(metavar="DAY", help="Of a company: day of registration.")] = None,
    role: Annotated[list[str], typer.Option(help=f"{', '.join(ROLES)}; may be given several times.")] = [],  # noqa: B006  # typer copies it
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Register a person or company that no system knows. It is a party when another person approves it."""
    asked = PartyAsked(
        kind,
        evidence,
        name=name,
        name_en=name_en,
        uscc=uscc,
        certificate=certificate,
        lei=lei,
        country=country,
        birth_day=read_day(born, "--born"),
        registered_on=read_day(registered, "--registered"),
        roles=tuple(role),
    )
    with opened(keep_db) as (guanxi, _):
        print_decision(guanxi, register_party(guanxi.store, asked, user or guanxi.settings.user), as_json)


@app.command("register-link")
def register_link_command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(model.REGISTERED))],
    start: Annotated[str, typer.Argument(metavar="FROM", help="Any id of a party.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="Any id of a party.")],
    evidence: Evidence,
    basis: Annotated[Text, typer.Option(help="Post, relation, basis of control, criterion, contract.")] = None,
    share: Share = None,
    votes: Votes = None,
    amount: Amount = None,
    currency: Currency = None,
    from_day: First = None,
    to_day: Last = None,
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Register a link that no system knows. It counts when another person approves it."""
    told = Told(share, votes, amount, currency, *_days(from_day, to_day))
    asked = LinkAsked(kind, start, end, evidence, basis, told)
    with opened(keep_db) as (guanxi, _):
        print_decision(guanxi, register_link(guanxi.view(), asked, user or guanxi.settings.user), as_json)


@app.command("correct-link")
def correct_link_command(
    link: LinkId,
    evidence: Evidence,
    share: Share = None,
    votes: Votes = None,
    amount: Amount = None,
    currency: Currency = None,
    from_day: First = None,
    to_day: Last = None,
    link_version: Version = None,
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Say what is otherwise of a registered link, or the day it ended. It counts when another person approves it."""
    told = Told(share, votes, amount, currency, *_days(from_day, to_day))
    with opened(keep_db) as (guanxi, _):
        asked = ChangeAsked(link, evidence, told, link_version)
        print_decision(guanxi, propose_change(guanxi.store, asked, user or guanxi.settings.user), as_json)


@app.command("close-link")
def close_link_command(
    link: LinkId,
    evidence: Evidence,
    link_version: Version = None,
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Close a registered link that never was. It counts when another person approves it."""
    with opened(keep_db) as (guanxi, _):
        asked = ChangeAsked(link, evidence, None, link_version)
        print_decision(guanxi, propose_change(guanxi.store, asked, user or guanxi.settings.user), as_json)


def _days(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    return read_day(first, "--from-day"), read_day(last, "--to-day", ahead=True)
