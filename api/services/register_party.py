"""Registering a person or company that no system knows: one person does, another approves; then it is a party like any
other, described by a record of the source `manual`.

The key of the record is made from what tells the party apart (an identifier, else name and day), so that the same party
is registered once. A record keeps its key when it is corrected, and the next party that says so has another. A later
load that brings the same identifier describes the same party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import count
from typing import Any

import polars as pl

from api.services.acting import acting_user
from api.services.decision_kept import PARTY_LINK, REGISTER, Kept, is_same_person
from api.services.decision_steps import new_decision_id, on_link
from api.services.register import asked_text
from api.services.register_attributes import CONTACTS, IDENTIFYING, check_named, in_words, plain_values
from api.services.register_contacts import write_contacts
from api.services.register_values import check_evidence
from graph import ids, model, times
from graph.errors import Conflict
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Row, Store, Tx
from loaders import parties

TABLE = "party"
PRIORITY = 900
"""A registered record comes after those of every system: what they tell of the same party wins."""


@dataclass(frozen=True)
class PartyAsked:
    """A party to register. certificate: `type:number`. country: ISO 3166 alpha-2. former_names: aliases, too."""

    kind: str
    evidence: str
    name: str | None = None
    name_en: str | None = None
    former_names: tuple[str, ...] = ()
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
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@answered_again
def register_party(store: Store, asked: PartyAsked, user: str | None, once: Once | None = None) -> str:
    """Propose that there is such a party. Returns the id of the decision, which waits for a second person.

    Raises BadInput naming the field for what is missing or cannot be (a wrong check digit, a birthday to come);
    Conflict naming the party that carries an identifier already, or the registration that waits.
    """
    who, evidence = acting_user(user), check_evidence(asked.evidence)
    values = _values(asked, times.today(store.zone))
    told = {name: value for name, value in values.items() if name != "roles" or value}

    def work(tx: Tx) -> str:
        record_id = _record_id(tx, values)
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
        _check_new(tx, record_id, values)
        asked_for = asked_text(in_words(told), values)
        return propose_on_record(tx, REGISTER, record_id, ids.party_id(record_id), evidence, asked_for, who)

    return write_once(store, who, work, f"register {values.get('name') or values['name_en']}"[:200], once)


def propose_on_record(tx: Tx, decision: str, record_id: str, party_id: str, evidence: str, asked: str, who: str) -> str:
    """Keep a decision on a registered party. Returns its id."""
    decision_id = new_decision_id()
    properties = {
        "decision": decision,
        "reason": evidence,
        "link_type": PARTY_LINK,
        "from_key": record_id,
        "to_key": record_id,
        "basis": "",
        "from_id": party_id,
        "to_id": party_id,
        "link_ids": [ids.link_id(PARTY_LINK, record_id, record_id, "")],
        "figures": ["{}"],
        "asked": asked,
        "proposed_by": who,
        "proposed_at": times.now_ms(),
        "proposed_seq": tx.number,
    }
    tx.run("decisions/propose", decision_id=decision_id, properties=properties)
    return decision_id


def approve_party(store: Store, tx: Tx, kept: Kept, who: str) -> None:
    """Make the record and the party that it describes. Raises Conflict where another carries its number meanwhile."""
    record_id, values = kept.from_key, dict(kept.asked["properties"])
    _check_new(tx, record_id, values)
    kind, roles = values.pop("kind"), values.pop("roles")
    contacts = {name: values.pop(name) for name in CONTACTS if name in values}
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
    write_contacts(tx, kept.to_id, record_id, contacts, day)


def _party(party_id: str, record_id: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The row that makes the party."""
    described = described_by(party_id, [{**record, "record_id": record_id}])
    labels = described.pop("labels")
    told = {name: value for name, value in described.items() if value not in (None, [])}
    return {"key": party_id, "labels": labels, "properties": told}


def described_by(party_id: str, records: list[Row]) -> dict[str, Any]:
    """A party as a load would describe it from these records of its: its attributes, `kind`, `pinyin`, and `labels`."""
    known = {"record_id": pl.String(), "priority": pl.Int64(), **parties.SCHEMA}
    del known["party_id"]
    frame = pl.DataFrame([{name: one.get(name) for name in known} for one in records], schema=known)
    assigned = frame.select("record_id", party_id=pl.lit(party_id))
    (described,) = parties.with_labels(parties.describe(frame, assigned)).drop("party_id", "roles").to_dicts()
    return described


def _check_new(tx: Tx, record_id: str, values: Mapping[str, Any]) -> None:
    """Raises Conflict naming the party that is this one already."""
    check_not_carried(tx, values)
    for row in tx.run("registering/record", record_id=record_id):
        raise Conflict(
            f"{row['name']} ({row['party_id']}) is registered already. If this is another one, give what tells them "
            "apart: a certificate, a credit code, a day of birth or registration."
        )


def check_not_carried(tx: Tx, values: Mapping[str, Any], own_party: str | None = None) -> None:
    """Raises Conflict naming another party that carries one of the numbers."""
    carried = {name: values.get(name) or "" for name in IDENTIFYING}
    for row in tx.run("registering/carrying", **carried):
        if row["party_id"] != own_party:
            raise Conflict(
                f"{row['name']} ({row['party_id']}, {row['record_id']}) carries the {row['by']} {carried[row['by']]} "
                "already: that is the party; register links with it."
            )


def _values(asked: PartyAsked, today: date) -> dict[str, Any]:
    """What is told, as the graph keeps it; without what is not told."""
    told = {one.name: getattr(asked, one.name) for one in fields(asked) if one.name not in ("kind", "evidence")}
    found = {name: value for name, value in plain_values(asked.kind, told, today).items() if value not in (None, [])}
    check_named(found)
    return {"kind": asked.kind, "roles": [], **found}


def _record_id(tx: Tx, values: Mapping[str, Any]) -> str:
    """The record of the party that is told apart so: the first one that no record holds which says otherwise by now."""
    told = _told_apart(values)
    for place in count():
        key = ids.digest(values["kind"], *told, *([str(place)] if place else []))
        record_id = ids.source_key(model.MANUAL, TABLE, key)
        rows = tx.run("registering/record", record_id=record_id)
        if not rows or _told_apart(rows[0]["record"]) == told:
            return record_id
    raise AssertionError("unreachable")


def _told_apart(values: Mapping[str, Any]) -> list[str]:
    """What tells the party apart: a number, else name and day."""
    number = next((f"{name}:{values[name]}" for name in IDENTIFYING if values.get(name)), None)
    names = ("name", "name_en", "country", "birth_day", "registered_on")
    return [number] if number else [f"{name}:{'' if values.get(name) is None else values[name]}" for name in names]
