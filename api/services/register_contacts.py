"""Telephones and addresses of a registered party: links to identifiers, which other parties may share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.services.register_attributes import CONTACTS, contact_key
from graph import ids, model, times
from graph.errors import Conflict
from graph.links import being_changed
from graph.store import Row, Tx

LINK = "HAS_IDENTIFIER"
ROW_KEY = "party:#1"


def contacts_of(tx: Tx, party_id: str, record_id: str) -> dict[str, list[dict[str, str]]]:
    """By list what persons registered of a party's record: `value`, `text`, ordered by value."""
    rows = tx.run("registering/contacts", party_id=party_id, record_id=record_id)
    return {
        name: sorted(
            ({"value": row["value"], "text": row["text"]} for row in rows if row["kind"] == kind),
            key=lambda one: one["value"],
        )
        for name, (kind, _, _) in CONTACTS.items()
    }


def write_contacts(
    tx: Tx, party_id: str, record_id: str, wanted: Mapping[str, Sequence[Mapping[str, str]]], day: int
) -> None:
    """Open links to what is wanted and close those to what no longer is; lists that are not named stay as they are."""
    kinds = {CONTACTS[name][0] for name in wanted}
    known = [row for row in tx.run("registering/contacts", party_id=party_id, record_id=record_id)
             if row["kind"] in kinds]  # fmt: skip
    keys = {contact_key(name, one["value"]): (name, one) for name, several in wanted.items() for one in several}
    tx.rows(f"write/withdraw_links[{LINK}]", [{"id": row["id"]} for row in known if row["key"] not in keys])
    have = {row["key"] for row in known}
    fresh = [(key, *keys[key]) for key in keys if key not in have]
    if not fresh:
        return
    nodes = [
        {"key": key, "properties": {"kind": CONTACTS[name][0], "value": one["value"], "text": one["text"]}}
        for key, name, one in fresh
    ]
    tx.run("write/make_nodes[Identifier]", rows=nodes)
    tx.rows(
        f"write/create_links[{LINK}:Party:Identifier]", [_link(tx, party_id, record_id, k, day) for k, _, _ in fresh]
    )


def _link(tx: Tx, party_id: str, record_id: str, key: str, day: int) -> Row:
    id = ids.link_id(LINK, record_id, key, ROW_KEY)
    for last in tx.run(f"write/latest_version[{LINK}]", id=id):
        if last["unpublished"]:
            raise being_changed(id)
        if last["seq_out"] == times.OPEN_SEQ:
            raise Conflict(f"{id} is known already. Read the party again.")
    properties: dict[str, Any] = {
        "id": id,
        "valid_from": times.SINCE_EVER,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "source": model.MANUAL,
        "row_key": ROW_KEY,
        "from_key": record_id,
        "to_key": key,
        "data_day": day,
        "flags": [],
    }
    return {"from": party_id, "to": key, "properties": properties}
