"""`register-party`, `correct-party`, `register-link`, `correct-link`, `close-link`: what no system knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from api.cli.asked import parties_asked, party_asked
from api.cli.days import read_day
from api.cli.deciding import Version, print_decision
from api.cli.frame import Json, KeepDb, Key, User, app, once_of, opened
from api.services.register import LinkAsked, register_link
from api.services.register_attributes import KINDS, ROLES
from api.services.register_change import ChangeAsked, propose_change
from api.services.register_party import PartyAsked, register_party
from api.services.register_party_change import PartyChange, propose_party_change
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
Texts = list[str] | None
Name = Annotated[Text, typer.Option(help="In its own script.")]
NameEn = Annotated[Text, typer.Option("--name-en", help="English or romanised.")]
OtherNames = Annotated[Texts, typer.Option("--other-name", help="Earlier or other name; may be given several times.")]
Uscc = Annotated[Text, typer.Option(help="Unified social credit code.")]
Certificate = Annotated[Text, typer.Option(help="TYPE:NUMBER, such as passport:E12345678.")]
Lei = Annotated[Text, typer.Option(help="Legal entity identifier.")]
Country = Annotated[Text, typer.Option(help="ISO 3166, two letters.")]
Born = Annotated[Text, typer.Option(metavar="DAY", help="Of a person: day of birth.")]
Gender = Annotated[Text, typer.Option(help="Of a person: F or M.")]
Occupation = Annotated[Text, typer.Option(help="Of a person.")]
Employer = Annotated[Text, typer.Option(help="Of a person, as stated.")]
Registered = Annotated[Text, typer.Option(metavar="DAY", help="Of a company: day of registration.")]
Industry = Annotated[Text, typer.Option(help="Of a company.")]
Roles = Annotated[Texts, typer.Option("--role", help=f"{', '.join(ROLES)}; may be given several times.")]
Phones = Annotated[Texts, typer.Option("--phone", help="Telephone; may be given several times.")]
Emails = Annotated[Texts, typer.Option("--email", help="E-mail; may be given several times.")]
Addresses = Annotated[Texts, typer.Option("--address", help="Address, to the room; may be given several times.")]
LinkId = Annotated[str, typer.Argument(metavar="LINK", help="The id of a link of the source `manual`.")]


@app.command("register-party")
def register_party_command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=" or ".join(KINDS))],
    evidence: Evidence,
    name: Name = None,
    name_en: NameEn = None,
    other_name: OtherNames = None,
    uscc: Uscc = None,
    certificate: Certificate = None,
    lei: Lei = None,
    country: Country = None,
    born: Born = None,
    gender: Gender = None,
    occupation: Occupation = None,
    employer: Employer = None,
    registered: Registered = None,
    industry: Industry = None,
    role: Roles = None,
    phone: Phones = None,
    email: Emails = None,
    address: Addresses = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Register a person or company that no system knows. It is a party when another person approves it."""
    asked = PartyAsked(
        kind,
        evidence,
        name=name,
        name_en=name_en,
        former_names=tuple(other_name or ()),
        uscc=uscc,
        certificate=certificate,
        lei=lei,
        country=country,
        birth_day=read_day(born, "--born"),
        gender=gender,
        occupation=occupation,
        employer=employer,
        registered_on=read_day(registered, "--registered"),
        industry=industry,
        roles=tuple(role or ()),
        phones=tuple(phone or ()),
        emails=tuple(email or ()),
        addresses=tuple(address or ()),
    )
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        once = once_of(key, who, "register-party", asked)
        print_decision(guanxi, register_party(guanxi.store, asked, who, once), as_json)


@app.command("correct-party")
def correct_party_command(
    party: Annotated[str, typer.Argument(metavar="PARTY", help="A party id, any number of it, or its name.")],
    evidence: Evidence,
    name: Name = None,
    name_en: NameEn = None,
    other_name: OtherNames = None,
    uscc: Uscc = None,
    certificate: Certificate = None,
    lei: Lei = None,
    country: Country = None,
    born: Born = None,
    gender: Gender = None,
    occupation: Occupation = None,
    employer: Employer = None,
    registered: Registered = None,
    industry: Industry = None,
    role: Roles = None,
    phone: Phones = None,
    email: Emails = None,
    address: Addresses = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Say what is otherwise of a registered party; '' takes away; lists take the place of those
    given before. It counts when another person approves it."""
    told = {
        "name": name,
        "name_en": name_en,
        "former_names": other_name,
        "uscc": uscc,
        "certificate": certificate,
        "lei": lei,
        "country": country,
        "birth_day": read_day(born, "--born") if born else born,
        "gender": gender,
        "occupation": occupation,
        "employer": employer,
        "registered_on": read_day(registered, "--registered") if registered else registered,
        "industry": industry,
        "roles": role,
        "phones": phone,
        "emails": email,
        "addresses": address,
    }
    given = {key: value for key, value in told.items() if value is not None}
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        once = once_of(key, who, "correct-party", party, evidence, given)
        asked = PartyChange(party_asked(guanxi.view(), party), evidence, given)
        print_decision(guanxi, propose_party_change(guanxi.view(), asked, who, once), as_json)


@app.command("register-link")
def register_link_command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(model.REGISTERED))],
    start: Annotated[str, typer.Argument(metavar="FROM", help="A party: any id of it, or its name.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="A party: any id of it, or its name.")],
    evidence: Evidence,
    basis: Annotated[Text, typer.Option(help="Post, relation, basis of control, criterion, contract.")] = None,
    share: Share = None,
    votes: Votes = None,
    amount: Amount = None,
    currency: Currency = None,
    from_day: First = None,
    to_day: Last = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Register a link that no system knows. It counts when another person approves it."""
    told = Told(share, votes, amount, currency, *_days(from_day, to_day))
    asked = LinkAsked(kind, start, end, evidence, basis, told)
    with opened(keep_db) as (guanxi, _):
        who, view = user or guanxi.settings.user, guanxi.view()
        once = once_of(key, who, "register-link", asked)
        start_id, end_id = parties_asked(view, [start, end])
        asked = replace(asked, start=start_id, end=end_id)
        print_decision(guanxi, register_link(view, asked, who, once), as_json)


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
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Say what is otherwise of a registered link, or the day it ended. It counts when another person approves it."""
    told = Told(share, votes, amount, currency, *_days(from_day, to_day))
    with opened(keep_db) as (guanxi, _):
        who, asked = user or guanxi.settings.user, ChangeAsked(link, evidence, told, link_version)
        once = once_of(key, who, "correct-link", asked)
        print_decision(guanxi, propose_change(guanxi.store, asked, who, once), as_json)


@app.command("close-link")
def close_link_command(
    link: LinkId,
    evidence: Evidence,
    link_version: Version = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Close a registered link that never was. It counts when another person approves it."""
    with opened(keep_db) as (guanxi, _):
        who, asked = user or guanxi.settings.user, ChangeAsked(link, evidence, None, link_version)
        once = once_of(key, who, "close-link", asked)
        print_decision(guanxi, propose_change(guanxi.store, asked, who, once), as_json)


def _days(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    return read_day(first, "--from-day"), read_day(last, "--to-day", ahead=True)
