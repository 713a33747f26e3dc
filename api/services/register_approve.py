"""A second person's approval of what was registered: only then it is written, and counts from the next run on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.services.decision_kept import CLOSE, CORRECT, Kept, figures_of, is_same_person
from api.services.decision_steps import approved_by, check_not_their_manager, check_other_person
from api.services.register import check_not_known, free_id
from api.services.register_party import approve_party
from api.services.register_party_change import approve_party_change
from graph import times
from graph.errors import BadInput, Conflict
from graph.links import being_changed, change_link, find_link
from graph.once import DoneBefore
from graph.store import Row, Store, Tx


def approve_registration(store: Store, tx: Tx, kept: Kept, who: str) -> str:
    """Do what was asked for. Raises BadInput (his own, of his own customers), Conflict (approved by another, known
    meanwhile, changed since)."""
    check_other_person(tx, kept, who)
    if kept.approvals:
        if is_same_person(kept.approvals[-1].by, who):
            raise DoneBefore(kept.id)
        raise Conflict(f"{kept.id} counts already: {kept.approvals[-1].by} approved it.")
    if kept.is_of_party:
        (approve_party_change if kept.decision == CORRECT else approve_party)(store, tx, kept, who)
    elif kept.decision in (CORRECT, CLOSE):
        _change(store, tx, kept, who)
    else:
        _open(store, tx, kept, who)
    approved_by(tx, kept, who, kept.figures[-1])
    return kept.id


def persons(kept: Kept, who: str) -> Mapping[str, str]:
    """What a link tells of its evidence and of the two who answer for it."""
    return {"evidence": kept.reason, "registered_by": kept.proposed_by, "approved_by": who}


def _open(store: Store, tx: Tx, kept: Kept, who: str) -> None:
    kind, link = kept.link_type, dict(kept.asked["properties"])
    ends = (_end(tx, kept.from_key, kept.from_id), _end(tx, kept.to_key, kept.to_id))
    if ends[0] == ends[1]:
        raise BadInput(f"Both ends of {kept.id} are one party meanwhile ({ends[0]}): withdraw it.", field="id")
    check_not_their_manager(tx, ends, who, times.today(store.zone))
    check_not_known(tx, kind, ends, link)
    link["id"], link["row_key"] = free_id(tx, kind, link)
    properties = {**link, **persons(kept, who)}
    tx.rows(f"write/create_links[{kind}:Party:Party]", [{"from": ends[0], "to": ends[1], "properties": properties}])
    if [link["id"]] != list(kept.link_ids):
        tx.run("decisions/change", decision_id=kept.id, properties={"link_ids": [link["id"]]})


def _end(tx: Tx, key: str, party_id: str) -> str:
    """The party that stands at an end now: joins since it was proposed are followed. Raises BadInput, Conflict."""
    rows = tx.run("registering/end", source_key=key, party_id=party_id)
    if not rows:
        told = f"{party_id} is no party any more: withdraw the registration."
        raise BadInput(told, field="id", value=party_id)
    if rows[0]["unpublished"]:
        raise Conflict(f"A load that is not yet published is changing {party_id}. Approve it again later.")
    return str(rows[0]["party_id"])


def _change(store: Store, tx: Tx, kept: Kept, who: str) -> None:
    link_id, asked = kept.link_ids[0], kept.asked["properties"]
    link = find_link(tx, link_id)
    if link["unpublished"]:
        raise being_changed(link_id)
    if link["seq_in"] != asked["seq_in"] or link["seq_out"] != times.OPEN_SEQ:
        raise Conflict(f"{link_id} has changed since {kept.id} was proposed: withdraw it, and propose it anew.")
    check_not_their_manager(tx, (link["from_id"], link["to_id"]), who, times.today(store.zone))
    if kept.decision == CLOSE:
        change_link(tx, link_id, None)
        return
    change_link(tx, link_id, {**asked["changes"], **persons(kept, who), **_reopened(kept, link["properties"], asked)})


def _reopened(kept: Kept, now: Row, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A decision on the link holds for the shares and amounts that it was made on: with others it waits again."""
    after = {**now, **asked["changes"]}
    same = figures_of(kept.link_type, now) == figures_of(kept.link_type, after)
    if same or not now.get("decided"):
        return {}
    return {"status": now.get("stated") or "confirmed", "decided": None, "stated": None}
