"""Correcting what persons registered of a party: by two of them as well. What was told before is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.services.acting import acting_user
from api.services.decision_kept import CORRECT, PARTY_LINK, Kept, is_same_person
from api.services.decision_steps import check_not_their_manager, on_link
from api.services.joined import follow
from api.services.party import JoinedAway
from api.services.register import asked_text
from api.services.register_attributes import CONTACTS, IDENTIFYING, Told, check_named, in_words, plain_values
from api.services.register_contacts import contacts_of, write_contacts
from api.services.register_party import TABLE, check_not_carried, described_by, propose_on_record
from api.services.register_values import check_evidence
from graph import model, times
from graph.errors import BadInput, Conflict, NotFound
from graph.links import change_link
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Row, Store, Tx, View
from graph.unfinished import unfinished_in
from loaders.plan import changed_row, plain


@dataclass(frozen=True)
class PartyChange:
    """told: what is otherwise, by name; None, '' or an empty list where there is none; a list takes the place of the
    former one. record_id: which registered record, where several describe the party."""

    party_id: str
    evidence: str
    told: Told
    record_id: str | None = None


@dataclass(frozen=True)
class _Now:
    """What describes a party now. values: of the registered record, its contacts among them."""

    record: Row
    values: dict[str, Any]
    records: list[Row]
    party: Row
    labels: list[str]


@answered_again
def propose_party_change(view: View, asked: PartyChange, user: str | None, once: Once | None = None) -> str:
    """Propose to correct a registered party. Returns the id of the decision, which waits for a second person.

    Raises NotFound, JoinedAway; BadInput naming the field for a party that no person registered, what cannot be, and
    where nothing would change; Conflict where another party carries the number, or another correction waits.
    """
    who, evidence = acting_user(user), check_evidence(asked.evidence)
    store, today = view.store, times.today(view.store.zone)
    if into := follow(view, [asked.party_id]).get(asked.party_id):
        raise JoinedAway(asked.party_id, into)

    def work(tx: Tx) -> str:
        now = _now(tx, asked.party_id, asked.record_id)
        record_id = str(now.record["record_id"])
        changes = _changes(now, asked, today)
        for other in on_link(tx, PARTY_LINK, {"from_key": record_id, "to_key": record_id}):
            if other.is_waiting:
                same = (other.decision, other.reason, other.asked["told"]) == (CORRECT, evidence, in_words(changes))
                if same and is_same_person(other.proposed_by, who):
                    raise DoneBefore(other.id)
                raise Conflict(
                    f"{other.id} ({other.decision}, proposed by {other.proposed_by}) waits on {asked.party_id} "
                    "already: approve or withdraw it first."
                )
        _check_changes(tx, now, changes)
        before = {name: now.values.get(name) for name in changes}
        kept = {"kind": now.record["kind"], "changes": changes, "before": before, "was": _was(before)}
        return propose_on_record(
            tx, CORRECT, record_id, asked.party_id, evidence, asked_text(in_words(changes), kept), who
        )

    return write_once(store, who, work, f"correct {asked.party_id}", once)


def approve_party_change(store: Store, tx: Tx, kept: Kept, who: str) -> None:
    """Do what was asked for: the record first, then the party as its records describe it.

    Raises BadInput (his own customer), Conflict (changed since, carried by another, a load is going on).
    """
    today = times.today(store.zone)
    found = tx.run("registering/record", record_id=kept.from_key)
    if not found:
        raise Conflict(f"{kept.from_key} describes no party any more: withdraw {kept.id}.")
    party_id = str(found[0]["party_id"])
    check_not_their_manager(tx, (party_id,), who, today)
    _check_no_load(tx, party_id)
    now = _now(tx, party_id, kept.from_key)
    changes, before = kept.asked["properties"]["changes"], kept.asked["properties"]["before"]
    if any(_plain(now.values.get(name)) != _plain(before[name]) for name in changes):
        raise Conflict(f"{party_id} has changed since {kept.id} was proposed: withdraw it, and propose it anew.")
    _check_changes(tx, now, changes)
    contacts = {name: value for name, value in changes.items() if name in CONTACTS}
    write_contacts(tx, party_id, kept.from_key, contacts, times.to_day(today))
    change_link(tx, kept.link_ids[0], {"evidence": kept.reason, "registered_by": kept.proposed_by, "approved_by": who})
    _describe(tx, party_id, now, {name: value for name, value in changes.items() if name not in CONTACTS})


def _describe(tx: Tx, party_id: str, now: _Now, changes: Mapping[str, Any]) -> None:
    """Attributes of the record, and those of the party that follow from them; the old ones are kept as Versions."""
    record_id = now.record["record_id"]
    if changes:
        tx.rows("write/set_attributes[SourceRecord]", [changed_row(record_id, dict(changes), now.record)])
    after = [{**one, **changes} if one["record_id"] == record_id else one for one in now.records]
    described = described_by(party_id, after)
    labels = described.pop("labels")
    values = {name: value for name, value in described.items() if plain(value) != now.party.get(name)}
    old_labels = sorted(set(now.labels) - {"Party"})
    if values or sorted(labels) != old_labels:
        row = changed_row(party_id, values, now.party, sorted(labels), old_labels)
        tx.rows("write/set_attributes[Party]", [row])


def _now(tx: Tx, party_id: str, record_id: str | None) -> _Now:
    """Raises NotFound, and BadInput where no person registered the party."""
    rows = tx.run("registering/records", party_id=party_id)
    if not rows:
        raise NotFound(f"No party has the id {party_id[:80]!r}.", field="party_id", value=party_id[:80])
    records = [row["record"] for row in rows]
    mine = [one for one in records if one.get("source") == model.MANUAL and one.get("table") == TABLE]
    if not mine:
        sources = ", ".join(sorted({str(one.get("source")) for one in records}))
        raise BadInput(
            f"{party_id} is told by {sources}, which has to say otherwise itself; a person corrects what persons "
            "registered (the source `manual`).",
            field="party_id",
            value=party_id,
        )
    if record_id is not None:
        mine = [one for one in mine if one["record_id"] == record_id]
    if len(mine) != 1:
        known = ", ".join(str(one["record_id"]) for one in records if one.get("source") == model.MANUAL)
        raise BadInput(f"Give the registered record of {party_id} that is to be corrected: {known}.",
                       field="record_id", value=record_id)  # fmt: skip
    record = mine[0]
    values = {**record, **contacts_of(tx, party_id, str(record["record_id"]))}
    return _Now(record, values, records, rows[0]["party"], rows[0]["labels"])


def _changes(now: _Now, asked: PartyChange, today: date) -> dict[str, Any]:
    """What differs then, as the graph keeps it. Raises BadInput where nothing does."""
    told = plain_values(str(now.record["kind"]), asked.told, today)
    changes = {name: value for name, value in told.items() if _plain(value) != _plain(now.values.get(name))}
    if not changes:
        raise BadInput(f"{asked.party_id} is registered so already: give what is otherwise.", field="party_id")
    return changes


def _check_changes(tx: Tx, now: _Now, changes: Mapping[str, Any]) -> None:
    """Raises BadInput for a party left without a name, Conflict for a number that another carries, or that another
    record of the party shares: by that the two are one."""
    check_named({**now.values, **changes})
    check_not_carried(tx, {name: changes.get(name) for name in IDENTIFYING}, str(now.party["party_id"]))
    for name in IDENTIFYING:
        was = now.record.get(name)
        if name not in changes or was is None:
            continue
        for other in now.records:
            if other["record_id"] != now.record["record_id"] and other.get(name) == was:
                raise Conflict(
                    f"{other['record_id']} carries the {name} {was} too, and by that both are one party: it is "
                    f"{other.get('source')} that has to say otherwise."
                )


def _check_no_load(tx: Tx, party_id: str) -> None:
    """A load that has read the records already would write the party as they were; a dead one has yet to be undone."""
    for other in unfinished_in(tx):
        if other.label == "LoadRun" and other.number != tx.number:
            state = "has died, and the next load or run undoes what it wrote" if other.is_dead else "is still going on"
            raise Conflict(f"{other} {state}; it may have changed {party_id}. Approve it again after that.")


def _plain(value: Any) -> Any:
    return value or None


def _was(before: Mapping[str, Any]) -> dict[str, Any]:
    return in_words({name: value or ([] if name in CONTACTS else None) for name, value in before.items()})
