"""Deciding about a link: one person proposes, another approves; only then it counts. Nothing is ever deleted.

Each step is a small write with its own number, published at once, also while a load goes on. Writers follow each other,
for the number is taken first: what one has read of decisions is true until it is done. A step that was done already, by
the same person in the same words or under the same idempotency key, is answered and not repeated.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from api.services.acting import acting_user, reason_given
from api.services.decide_home import approve_home
from api.services.decision_kept import (
    REOPEN,
    STATUS,
    Kept,
    basis_of,
    figures_of,
    figures_text,
    is_same_person,
)
from api.services.decision_steps import (
    approved_by,
    check_alive,
    check_not_their_manager,
    check_other_person,
    is_one_user,
    new_decision_id,
    on_link,
    one_kept,
    supersede,
)
from api.services.register_approve import approve_registration
from graph import model, times
from graph.errors import BadInput, Conflict, NotFound
from graph.links import being_changed, change_link, find_link, type_of
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Row, Store, Tx


@answered_again
def propose(
    store: Store,
    link_id: str,
    decision: str,
    reason: str,
    user: str | None,
    link_version: int | None = None,
    once: Once | None = None,
) -> str:
    """Propose to confirm, rebut or reopen a link. Returns the id of the decision, which waits for a second person.

    link_version: the version that the person has seen (`seq_in` of its evidence). Raises NotFound for an unknown link,
    BadInput for one that is closed or cannot be decided on, where there is nothing to decide, and where a manager
    would rebut one of his own customers; Conflict where it has changed since, an unpublished number is changing it, or
    another decision on it waits.
    """
    who, why = acting_user(user), reason_given(reason, "A decision")
    if decision not in STATUS:
        raise BadInput(f"decision is {decision[:50]!r}; give {', '.join(STATUS)}.", field="decision", value=decision)
    _decidable(link_id)
    today = times.today(store.zone)

    def work(tx: Tx) -> str:
        return proposed(tx, link_id, decision, why, who, today, link_version)

    return write_once(store, who, work, f"{decision} {link_id}", once)


def proposed(
    tx: Tx, link_id: str, decision: str, why: str, who: str, today: date, link_version: int | None = None
) -> str:
    """The same within a write that does more. Returns the id of the decision; raises as `propose`."""
    kind, link = _decidable(link_id), _open_link(tx, link_id)
    _check_version(link_id, link["seq_in"], link_version)
    own = link["properties"]
    for other in on_link(tx, kind, own):
        if link_id in other.link_ids and other.is_waiting:
            if (other.decision, other.reason) == (decision, why) and is_same_person(other.proposed_by, who):
                raise DoneBefore(other.id)
            raise Conflict(
                f"{other.id} ({other.decision}, proposed by {other.proposed_by}) waits on {link_id} already: "
                "approve or withdraw it first."
            )
    _check_sense(link_id, decision, own)
    if STATUS[decision] == "rebutted":
        check_not_their_manager(tx, (link["from_id"], link["to_id"]), who, today)
    decision_id = new_decision_id()
    properties = {
        "decision": decision,
        "reason": why,
        "link_type": kind,
        "from_key": own.get("from_key") or "",
        "to_key": own.get("to_key") or "",
        "basis": basis_of(kind, own),
        "from_id": link["from_id"],
        "to_id": link["to_id"],
        "link_ids": [link_id],
        "figures": [figures_of(kind, own)],
        "proposed_by": who,
        "proposed_at": times.now_ms(),
        "proposed_seq": tx.number,
    }
    tx.run("decisions/propose", decision_id=decision_id, properties=properties)
    return decision_id


@answered_again
def approve(
    store: Store, decision_id: str, user: str | None, link_version: int | None = None, once: Once | None = None
) -> str:
    """Make a decision count: its links are closed and opened again with the status decided. Returns its id.

    link_version: the version that the person has seen; it must be given where shares or amounts have changed since the
    decision was made. Raises NotFound, BadInput (his own decision, his own customers, one withdrawn or overtaken, a
    closed link), Conflict (approved by another, changed since, an unpublished number is changing it).
    """
    who = acting_user(user)

    def work(tx: Tx) -> str:
        kept = one_kept(tx, decision_id)
        check_alive(kept)
        if kept.is_of_home:
            return approve_home(store, tx, kept, who)
        if kept.is_registration:
            return approve_registration(store, tx, kept, who)
        check_other_person(tx, kept, who)
        links = _links_of(tx, kept)
        waiting = {id: link for id, link in links.items() if not _carries(kept, link)}
        if kept.approvals and not waiting and links:
            if any(is_same_person(one.by, who) for one in kept.approvals):
                raise DoneBefore(kept.id)
            raise Conflict(f"{kept.id} counts already: {kept.approvals[-1].by} approved it.")
        if not waiting:
            raise _retired(", ".join(kept.link_ids))
        ends = (link[end] for link in waiting.values() for end in ("from_id", "to_id"))
        check_not_their_manager(tx, ends, who, times.today(store.zone))
        figures = _check_seen(kept, waiting, link_version)
        for id, link in waiting.items():
            change_link(tx, id, _changes(kept, link["properties"]))
        others = on_link(tx, kept.link_type, next(iter(waiting.values()))["properties"])
        supersede(tx, kept, (other for other in others if set(other.link_ids) & set(kept.link_ids)))
        approved_by(tx, kept, who, figures)
        return kept.id

    return write_once(store, who, work, f"approve {decision_id[:80]}", once)


@answered_again
def withdraw(store: Store, decision_id: str, reason: str, user: str | None, once: Once | None = None) -> str:
    """Take back a decision that does not count, by whoever proposed it or anybody who declines it. Returns its id.

    Raises NotFound, and BadInput for one that counts, was withdrawn by another, or was overtaken, and where a manager
    would decline what another proposed about one of his own customers.
    """
    who, why = acting_user(user), reason_given(reason, "A decision")

    def work(tx: Tx) -> str:
        kept = one_kept(tx, decision_id)
        done = kept.withdrawal
        if done and done.reason == why and is_same_person(done.by, who):
            raise DoneBefore(kept.id)
        check_alive(kept)
        carried = any(_carries(kept, link) for link in _links_of(tx, kept).values())
        counts = kept.decision == REOPEN or kept.is_of_home or kept.is_registration or carried
        if kept.approvals and counts:
            told = (
                "is done" if kept.decision == REOPEN or kept.is_registration else "counts; propose to reopen it instead"
            )
            raise BadInput(f"{kept.id} {told}: it cannot be withdrawn.", field="id", value=kept.id)
        if not is_one_user(tx, kept.proposed_by, who):
            check_not_their_manager(tx, (kept.from_id, kept.to_id), who, times.today(store.zone))
        taken_back = {"withdrawn_by": who, "withdrawn_at": times.now_ms(), "withdrawn_seq": tx.number}
        tx.run("decisions/change", decision_id=kept.id, properties={**taken_back, "withdrawn_reason": why})
        return kept.id

    return write_once(store, who, work, f"withdraw {decision_id[:80]}", once)


def _decidable(link_id: str) -> str:
    kind = type_of(link_id)
    if kind is None:
        raise NotFound(f"There is no link {link_id[:80]!r}.", field="id", value=link_id[:80])
    if kind not in model.DECIDED_ON:
        derived = model.link_type(kind).origin is model.Origin.DERIVED or kind == "MEMBER_OF"
        hint = " It is a conclusion: decide about the links that it stands on." if derived else ""
        raise BadInput(
            f"A link of type {kind} cannot be decided on; these can: {', '.join(model.DECIDED_ON)}.{hint}",
            field="id",
            value=link_id[:80],
        )
    return kind


def _open_link(tx: Tx, link_id: str) -> Row:
    link = find_link(tx, link_id)
    if link["unpublished"]:
        raise being_changed(link_id)
    if link["seq_out"] != times.OPEN_SEQ:
        raise _retired(link_id)
    return link


def _retired(link_id: str) -> BadInput:
    return BadInput(
        f"The link {link_id} is closed: its source no longer tells it, so there is nothing to decide.",
        field="id",
        value=link_id,
    )


def _check_version(link_id: str, version: int, seen: int | None) -> None:
    if seen is not None and seen != version:
        raise Conflict(f"{link_id} has changed since version {seen}: it is version {version} now. Read it again.")


def _check_sense(link_id: str, decision: str, link: Row) -> None:
    told = None
    if decision == REOPEN and not link.get("decided"):
        told = "nobody's decision counts on it, so there is nothing to reopen"
    elif STATUS[decision] == link["status"]:
        told = f"it is {link['status']} already"
    if told:
        raise BadInput(f"{decision} {link_id}: {told}.", field="decision", value=decision)


def _check_seen(kept: Kept, links: dict[str, Row], seen: int | None) -> str:
    """Shares and amounts as JSON that are approved now."""
    version = max(link["seq_in"] for link in links.values())
    _check_version(", ".join(links), version, seen)
    now = [figures_of(kept.link_type, link["properties"]) for link in links.values()]
    differing = next((told for told in now if told != kept.figures[-1]), None)
    if differing is not None and seen is None:
        was, told = (figures_text(kept.link_type, kept.basis, figures) for figures in (kept.figures[-1], differing))
        raise Conflict(
            f"{', '.join(links)} has changed since {kept.id} was made on it: {was} then, {told} now. To approve it for "
            f"what the link says now, give its version {version}."
        )
    return differing or kept.figures[-1]


def _links_of(tx: Tx, kept: Kept) -> dict[str, Row]:
    """The open links that a decision is on, locked. Raises Conflict where an unpublished number is changing one."""
    found: dict[str, Row] = {}
    for link_id in kept.link_ids:
        try:
            found[link_id] = _open_link(tx, link_id)
        except BadInput:  # closed; or of a load that was never published
            continue
    return found


def _carries(kept: Kept, link: Row) -> bool:
    """Whether a decision counts on a link."""
    if kept.decision == REOPEN:
        return bool(kept.approvals)
    return bool(link["properties"].get("decided") == kept.id)


def _changes(kept: Kept, link: Row) -> dict[str, Any]:
    stated = link.get("stated")
    if kept.decision == REOPEN:
        status = stated or "flagged" if link.get("decided") else link["status"]
        return {"status": status, "decided": None, "stated": None}
    return {"status": STATUS[kept.decision], "decided": kept.id, "stated": stated or link["status"]}
