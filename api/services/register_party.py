"""Registering a person or company that no system knows: one person does, another approves; then it is a party like any
other, described by a record of the source `manual`.

The key of the record is made from what tells the party apart (an identifier, else name and day), so that the same party
is registered once. A later load that brings the same identifier describes the same party.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import polars as pl

from api.services.acting import acting_user, check_letters
from api.services.decision_kept import PARTY_LINK, REGISTER, Kept, is_same_person
from api.services.decision_steps import new_decision_id, on_link
from api.services.register_values import check_evidence
from graph import ids, model, times
from graph.errors import BadInput, Conflict
from graph.once import DoneBefore, Once, write_once
from graph.store import Store, Tx
from loaders import identifiers, parties

KINDS = ("person", "company")
ROLES = ("Prospect", "Guarantor", "Referrer")
"""What a registered party may be to the bank; who is a customer a system of the bank has to say."""
TABLE = "party"
PRIORITY = 900
"""A registered record comes after those of every system: what they tell of the same party wins."""
IDENTIFYING = ("uscc", "certificate", "lei")
OF_PERSONS = ("birth_day", "gender", "occupation", "employer")
OF_COMPANIES = ("uscc", "lei", "registered_on", "industry")
LONGEST = 200
COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True)
class PartyAsked:
    """A party to register. certificate: `type:number`. country: ISO 3166 alpha-2."""

    kind: str
    evidence: str
    name: str | None = None
    name_en: str | None = None
    uscc: str | None = None
    certificate: str | None = None
    lei: str | None = None
    country: str | None = None
    birth_day: date | None = None
    gender: str | None = None
    occupation: str | None = None
    employer: str | None = None
    registered_on: date | None = None
    industry: str | None = None
    roles: tuple[str, ...] = ()


def register_party(store: Store, asked: PartyAsked, user: str | None, once: Once | None = None) -> str:
    """Propose that there is such a party. Returns the id of the decision, which waits for a second person.

    Raises BadInput naming the field for what is missing or cannot be (a wrong check digit, a birthday to come);
    Conflict naming the party that carries an identifier already, or the registration that waits.
    """
    who, evidence = acting_user(user), check_evidence(asked.evidence)
    values = _values(asked, times.today(store.zone))
    record_id = ids.source_key(model.MANUAL, TABLE, _key(values))
    party_id = ids.party_id(record_id)
    told = {name: value for name, value in values.items() if name != "roles" or value}

    def work(tx: Tx) -> str:
        for other in on_link(tx, PARTY_LINK, {"from_key": record_id, "to_key": record_id}):
            if other.is_waiting:
                if (other.asked["properties"], other.reason) == (values, evidence) and is_same_person(
                    other.proposed_by, who
                ):
                    raise DoneBefore(other.id)
                raise Conflict(
                    f"{other.id} (proposed by {other.proposed_by}) registers the same already, and waits: approve or "
                    "withdraw it first."
                )
        _check_not_known(tx, record_id, values)
        decision_id = new_decision_id()
        properties = {
            "decision": REGISTER,
            "reason": evidence,
            "link_type": PARTY_LINK,
            "from_key": record_id,
            "to_key": record_id,
            "basis": "",
            "from_id": party_id,
            "to_id": party_id,
            "link_ids": [ids.link_id(PARTY_LINK, record_id, record_id, "")],
            "figures": ["{}"],
            "asked": json.dumps({"told": _in_words(told), "properties": values}, ensure_ascii=False, sort_keys=True),
            "proposed_by": who,
            "proposed_at": times.now_ms(),
            "proposed_seq": tx.number,
        }
        tx.run("decisions/propose", decision_id=decision_id, properties=properties)
        return decision_id

    return write_once(store, who, work, f"register {values.get('name') or values['name_en']}"[:200], once)


def approve_party(store: Store, tx: Tx, kept: Kept, who: str) -> None:
    """Make the record and the party that it describes. Raises Conflict where another carries its number meanwhile."""
    record_id, values = kept.from_key, dict(kept.asked["properties"])
    _check_not_known(tx, record_id, values)
    kind, roles = values.pop("kind"), values.pop("roles")
    day = times.to_day(times.today(store.zone))
    record = {
        "source": model.MANUAL,
        "table": TABLE,
        "key": ids.split_source_key(record_id)[2],  # type: ignore[index]  # we made it
        "kind": kind,
        "priority": PRIORITY,
        "roles": roles,
        "data_day": day,
        "flags": [],
        **values,
    }
    tx.run("write/make_nodes[SourceRecord]", rows=[{"key": record_id, "properties": record}])
    tx.run("write/create_nodes[Party]", rows=[_party(kept.to_id, record_id, record)])
    link = {
        "id": kept.link_ids[0],
        "from_key": record_id,
        "to_key": record_id,
        "row_key": "",
        "source": model.MANUAL,
        "data_day": day,
        "by": "key",
        "valid_from": times.SINCE_EVER,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "evidence": kept.reason,
        "registered_by": kept.proposed_by,
        "approved_by": who,
    }
    ends = {"from": record_id, "to": kept.to_id, "properties": link}
    tx.rows("write/create_links[IDENTIFIES:SourceRecord:Party]", [ends])


def _party(party_id: str, record_id: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The row that makes the party, as a load would describe it from its only record."""
    kinds = {name: kind for name, kind in parties.SCHEMA.items() if name in record}
    row = pl.DataFrame([{**record, "record_id": record_id}], schema_overrides=kinds)
    assigned = pl.DataFrame({"record_id": [record_id], "party_id": [party_id]})
    (described,) = parties.with_labels(parties.describe(row, assigned)).to_dicts()
    labels = described.pop("labels")
    left_out = ("party_id", "roles")
    told = {name: value for name, value in described.items() if name not in left_out and value not in (None, [])}
    return {"key": party_id, "labels": labels, "properties": told}


def _check_not_known(tx: Tx, record_id: str, values: Mapping[str, Any]) -> None:
    """Raises Conflict naming the party that is this one already."""
    carried = {name: values.get(name, "") for name in IDENTIFYING}
    for row in tx.run("registering/carrying", **carried):
        raise Conflict(
            f"{row['name']} ({row['party_id']}, {row['record_id']}) carries the {row['by']} {carried[row['by']]} "
            "already: that is the party; register links with it."
        )
    for row in tx.run("registering/record", record_id=record_id):
        raise Conflict(
            f"{row['name']} ({row['party_id']}) is registered already. If this is another one, give what tells them "
            "apart: a certificate, a credit code, a day of birth or registration."
        )


def _values(asked: PartyAsked, today: date) -> dict[str, Any]:
    """What is told, as the graph keeps it; without what is not told."""
    if asked.kind not in KINDS:
        told = f"kind is {asked.kind[:50]!r}; give {' or '.join(KINDS)}."
        raise BadInput(told, field="kind", value=asked.kind[:50])
    found: dict[str, Any] = {}
    for one in fields(asked):
        value = getattr(asked, one.name)
        if one.name in ("kind", "evidence", "roles") or value is None:
            continue
        found[one.name] = _day(one.name, value, today) if isinstance(value, date) else _text(one.name, value)
    found = {name: value for name, value in found.items() if value not in (None, "")}
    if not (found.get("name") or found.get("name_en")):
        raise BadInput("A party needs its name: give `name` in its own script, or `name_en`.", field="name")
    others = OF_COMPANIES if asked.kind == "person" else OF_PERSONS
    for name in others:
        if name in found:
            raise BadInput(f"{name} is not of a {asked.kind}; leave it out.", field=name, value=getattr(asked, name))
    if (country := found.get("country")) and not COUNTRY.fullmatch(country):
        told = f"country is {country!r}; give two capital letters of ISO 3166, such as CN."
        raise BadInput(told, field="country", value=country)
    return {"kind": asked.kind, "roles": _roles(asked.roles), **found, **_identifiers(found)}


def _roles(roles: tuple[str, ...]) -> list[str]:
    for role in roles:
        if role not in ROLES:
            hint = " Who is a customer a system of the bank has to say." if role == "Customer" else ""
            told = f"roles holds {role[:50]!r}; a registered party may be {', '.join(ROLES)}.{hint}"
            raise BadInput(told, field="roles", value=role[:50])
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


def _identifiers(found: Mapping[str, Any]) -> dict[str, str]:
    """Numbers in their plain form, as loads keep them. Raises BadInput for a wrong check digit."""
    plain: dict[str, str] = {}
    for name in IDENTIFYING:
        if name not in found:
            continue
        kind, parted, number = found[name].rpartition(":")
        plain[name] = f"{kind}{parted}{''.join(number.split()).upper()}"
        if name == "certificate" and not (kind and number):
            raise BadInput(
                f"certificate is {found[name]!r}; give its type, too, such as resident_id:… or passport:…",
                field=name,
                value=found[name],
            )
        if identifiers.wrong(name, pl.Series([plain[name]]))[0]:
            told = f"{name} is {found[name]!r}: its check digit is wrong. Look at the document again."
            raise BadInput(told, field=name, value=found[name])
    return plain


def _key(values: Mapping[str, Any]) -> str:
    """What tells the party apart, as the key of its record."""
    number = next((f"{name}:{values[name]}" for name in IDENTIFYING if name in values), None)
    names = ("name", "name_en", "country", "birth_day", "registered_on")
    told = [number] if number else [f"{name}:{values.get(name, '')}" for name in names]
    return ids.digest(values["kind"], *told)


def _in_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """Days as dates, for whoever is to approve."""
    days = ("birth_day", "registered_on")
    return {name: str(times.from_day(value)) if name in days else value for name, value in told.items()}
