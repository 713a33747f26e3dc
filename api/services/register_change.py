"""Correcting or closing a link that persons registered: by two of them as well. What was told before is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from api.services.acting import acting_user
from api.services.decision_kept import CLOSE, CORRECT, Kept, basis_of, figures_of, is_same_person
from api.services.decision_steps import check_not_their_manager, new_decision_id, on_link
from api.services.register import asked_text
from api.services.register_values import Told, check_evidence, check_period, properties_told
from graph import model, times
from graph.errors import BadInput, Conflict, NotFound
from graph.links import being_changed, find_link, type_of
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Row, Store, Tx


@dataclass(frozen=True)
class ChangeAsked:
    """told: what is otherwise; None closes the link, which then never was (one that has ended is told its last day).
    link_version: the version that the person has seen."""

    link_id: str
    evidence: str
    told: Told | None = None
    link_version: int | None = None

    @property
    def decision(self) -> str:
        return CLOSE if self.told is None else CORRECT


@answered_again
def propose_change(store: Store, asked: ChangeAsked, user: str | None, once: Once | None = None) -> str:
    """Propose to correct or close a registered link. Returns the id of the decision, which waits for a second person.

    Raises NotFound for an unknown link; BadInput for one of another source, a closed one, what cannot be or changes
    nothing, and where a manager would close one of his own customers; Conflict where it has changed since, or another
    decision on it waits.
    """
    who, evidence = acting_user(user), check_evidence(asked.evidence)
    kind = type_of(asked.link_id)
    if kind is None:
        raise NotFound(f"There is no link {asked.link_id[:80]!r}.", field="id", value=asked.link_id[:80])
    today = times.today(store.zone)
    words = asked.told.given if asked.told else {}

    def work(tx: Tx) -> str:
        link = find_link(tx, asked.link_id)
        own = link["properties"]
        _check_registered(asked, link)
        for other in on_link(tx, kind, own):
            if other.is_waiting and asked.link_id in other.link_ids:
                if (other.decision, other.reason) == (asked.decision, evidence) and _is_same(other, words, who):
                    raise DoneBefore(other.id)
                raise Conflict(
                    f"{other.id} ({other.decision}, proposed by {other.proposed_by}) waits on {asked.link_id} already: "
                    "approve or withdraw it first."
                )
        changes = _changes(asked.link_id, kind, own, asked.told, today) if asked.told else {}
        if asked.decision == CLOSE:
            check_not_their_manager(tx, (link["from_id"], link["to_id"]), who, today)
        decision_id = new_decision_id()
        properties = {
            "decision": asked.decision,
            "reason": evidence,
            "link_type": kind,
            "from_key": own["from_key"],
            "to_key": own["to_key"],
            "basis": basis_of(kind, own),
            "from_id": link["from_id"],
            "to_id": link["to_id"],
            "link_ids": [asked.link_id],
            "figures": [figures_of(kind, {**own, **changes})],
            "asked": asked_text(words, {"changes": changes, "seq_in": link["seq_in"]}),
            "proposed_by": who,
            "proposed_at": times.now_ms(),
            "proposed_seq": tx.number,
        }
        tx.run("decisions/propose", decision_id=decision_id, properties=properties)
        return decision_id

    return write_once(store, who, work, f"{asked.decision} {asked.link_id}", once)


def _is_same(other: Kept, words: dict[str, str], who: str) -> bool:
    return other.asked["told"] == words and is_same_person(other.proposed_by, who)


def _changes(link_id: str, kind: str, link: Row, told: Told, today: date) -> dict[str, Any]:
    """What of the link differs then. Raises BadInput where nothing does, and for a period turned round."""
    found = properties_told(kind, told, today)
    differing = {name: value for name, value in found.items() if link.get(name) != value}
    if not differing:
        raise BadInput(f"{link_id} says so already: give what is otherwise.", field="id", value=link_id)
    after = {**link, **differing}
    check_period(after["valid_from"], after["valid_to"])
    return differing


def _check_registered(asked: ChangeAsked, link: Row) -> None:
    """Raises BadInput for a link that no person registered or that is closed, Conflict where it is not the one seen."""
    link_id, own = asked.link_id, link["properties"]
    if own.get("source") != model.MANUAL or not own.get("registered_by"):
        raise BadInput(
            f"{link_id} is of the source {own.get('source') or 'run'}, which has to say otherwise itself; a person may "
            "confirm or rebut it (`guanxi decide`).",
            field="id",
            value=link_id,
        )
    if link["unpublished"]:
        raise being_changed(link_id)
    if link["seq_out"] != times.OPEN_SEQ:
        raise BadInput(f"{link_id} is closed: register it anew.", field="id", value=link_id)
    if asked.link_version not in (None, link["seq_in"]):
        raise Conflict(
            f"{link_id} has changed since version {asked.link_version}: it is version {link['seq_in']} now. Read it "
            "again."
        )
