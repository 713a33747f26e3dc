"""What a person tells of a party, checked and as the graph keeps it: names, numbers, days, roles, contacts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from api.services.acting import check_letters
from graph import ids, times
from graph.errors import BadInput
from loaders import identifiers

KINDS = ("person", "company")
ROLES = ("Prospect", "Guarantor", "Referrer")
"""What a registered party may be to the bank; who is a customer a system of the bank has to say."""
IDENTIFYING = ("uscc", "certificate", "lei")
DAYS = ("birth_day", "registered_on")
OF_PERSONS = ("birth_day", "gender", "occupation", "employer")
OF_COMPANIES = ("uscc", "lei", "registered_on", "industry")
CONTACTS: Mapping[str, tuple[str, str, Callable[[pl.Expr], pl.Expr]]] = {
    "phones": ("phone", "telephone number", identifiers.plain_phone),
    "emails": ("email", "e-mail address", identifiers.plain_email),
    "addresses": ("address", "address", identifiers.plain_address),
}
"""Lists of what a party is reached by, each with the kind of its identifiers."""
LISTS = ("former_names", "roles", *CONTACTS)
LONGEST = 200
MOST = 20
"""Entries of a list."""
COUNTRY = re.compile("[A-Z]{2}")

Told = Mapping[str, str | date | Sequence[str] | None]


def plain_values(kind: str, told: Told, today: date) -> dict[str, Any]:
    """What is told, as the graph keeps it; None or an empty list where it is told that there is none.

    Raises BadInput naming the field for what cannot be: a wrong check digit, a day to come, what the kind has not.
    """
    if kind not in KINDS:
        raise BadInput(f"kind is {kind[:50]!r}; give {' or '.join(KINDS)}.", field="kind", value=kind[:50])
    found: dict[str, Any] = {name: _plain(name, value, today) for name, value in told.items()}
    for name in OF_COMPANIES if kind == "person" else OF_PERSONS:
        if found.get(name):
            raise BadInput(f"{name} is not of a {kind}; leave it out.", field=name, value=told[name])
    if (country := found.get("country")) and not COUNTRY.fullmatch(country):
        said = f"country is {country!r}; give two capital letters of ISO 3166, such as CN."
        raise BadInput(said, field="country", value=country)
    return {**found, **{name: _number(name, found[name]) for name in IDENTIFYING if found.get(name)}}


def check_named(values: Mapping[str, Any]) -> None:
    """Raises BadInput for a party without a name."""
    if not (values.get("name") or values.get("name_en")):
        raise BadInput("A party needs its name: give `name` in its own script, or `name_en`.", field="name")


def contact_key(name: str, value: str) -> str:
    """The key of the identifier that a list of contacts holds, as loads make it."""
    return ids.source_key("identifier", CONTACTS[name][0], value)


def in_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is told as persons write it: days as dates, contacts as they were given."""
    return {name: _in_words(name, value) for name, value in told.items()}


def _in_words(name: str, value: Any) -> Any:
    if name in CONTACTS:
        return [one["text"] for one in value]
    return str(times.from_day(value)) if name in DAYS and value is not None else value


def _plain(name: str, value: Any, today: date) -> Any:
    if name in LISTS:
        return _list(name, tuple(value or ()))
    if isinstance(value, date):
        return _day(name, value, today)
    return _text(name, value or "") or None


def _list(name: str, given: Sequence[str]) -> list[Any]:
    if len(given) > MOST:
        raise BadInput(f"{name} holds {len(given):,} entries; give at most {MOST}.", field=name)
    texts = [text for one in given if (text := _text(name, one))]
    if name == "roles":
        return _roles(texts)
    if name in CONTACTS:
        found = {one["value"]: one for one in (_contact(name, text) for text in reversed(texts))}
        return [found[value] for value in sorted(found)]
    return list(dict.fromkeys(texts))


def _contact(name: str, text: str) -> dict[str, str]:
    _, called, plain = CONTACTS[name]
    value = pl.select(plain(pl.lit(text))).item()
    if value is None:
        raise BadInput(f"{name} holds {text[:50]!r}, which is no {called}.", field=name, value=text[:50])
    return {"value": value, "text": text}


def _roles(roles: Sequence[str]) -> list[str]:
    for role in roles:
        if role not in ROLES:
            hint = " Who is a customer a system of the bank has to say." if role == "Customer" else ""
            said = f"roles holds {role[:50]!r}; a registered party may be {', '.join(ROLES)}.{hint}"
            raise BadInput(said, field="roles", value=role[:50])
    return sorted(set(roles))


def _text(name: str, value: str) -> str:
    text = " ".join(value.split())
    check_letters(text, name)
    if len(text) > LONGEST:
        raise BadInput(f"{name} has {len(text):,} letters; give at most {LONGEST}.", field=name, value=text[:50])
    return text


def _day(name: str, day: date, today: date) -> int:
    if day > today:
        raise BadInput(f"{name} is {day}, which is still to come; give a day up to {today}.", field=name, value=day)
    return times.to_day(day)


def _number(name: str, given: str) -> str:
    """A number in its plain form, as loads keep it. Raises BadInput for a wrong check digit."""
    kind, parted, number = given.rpartition(":")
    plain = f"{kind}{parted}{''.join(number.split()).upper()}"
    if name == "certificate" and not (kind and number):
        raise BadInput(
            f"certificate is {given!r}; give its type, too, such as resident_id:… or passport:…",
            field=name,
            value=given,
        )
    if identifiers.wrong(name, pl.Series([plain]))[0]:
        raise BadInput(f"{name} is {given!r}: its check digit is wrong. Look at the document again.",
                       field=name, value=given)  # fmt: skip
    return plain
