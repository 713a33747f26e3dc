"""Deciding about two persons: one household or not (合并, 拆分). One proposes, another approves; the next run reads it.

The decision binds to the records of both persons, so it outlives reloads and joins. Between the same two a later one
takes the place of an earlier one; `reopen` leaves it to what the data tell again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.services.acting import acting_user, reason_given
from api.services.decision_kept import HOUSEHOLD_LINK, REOPEN, Kept, is_same_person, read_kept
from api.services.decision_steps import (
    approved_by,
    check_not_their_manager,
    check_other_person,
    new_decision_id,
    supersede,
)
from api.services.household_input import APART, TOGETHER
from api.services.resolve import resolve
from api.services.run_members import CONFIRMED
from graph import times
from graph.errors import BadInput, Conflict
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Store, Tx, View

DECISIONS = (TOGETHER, APART, REOPEN)


@dataclass(frozen=True)
class _Person:
    """keys: of all records that describe the person, the leading one first."""

    party_id: str
    called: str
    keys: tuple[str, ...]


@answered_again
def propose_home(
    view: View, persons: Sequence[str], decision: str, reason: str, user: str | None, once: Once | None = None
) -> str:
    """Propose that two persons are one household, or are not. Returns the id of the decision, which waits for another.

    persons: any ids of two. Raises BadInput for who is unknown or no person, the same person twice, and where there is
    nothing to decide; Conflict where another decision on them waits.
    """
    who, why = acting_user(user), reason_given(reason, "A decision")
    if decision not in DECISIONS:
        raise BadInput(f"decision is {decision[:50]!r}; give {', '.join(DECISIONS)}.", field="decision", value=decision)
    one, other = _persons(view, persons)
    shared = _shared_home(view, one, other)

    def work(tx: Tx) -> str:
        alive = _alive(tx, one.keys, other.keys)
        for kept in alive:
            if kept.is_waiting:
                if (kept.decision, kept.reason) == (decision, why) and is_same_person(kept.proposed_by, who):
                    raise DoneBefore(kept.id)
                raise Conflict(
                    f"{kept.id} ({kept.decision}, proposed by {kept.proposed_by}) waits on {one.called} and "
                    f"{other.called} already: approve or withdraw it first."
                )
        counted = next((kept for kept in alive if kept.decision != REOPEN), None)
        _check_sense(decision, one, other, shared, counted)
        decision_id = new_decision_id()
        properties = {
            "decision": decision,
            "reason": why,
            "link_type": HOUSEHOLD_LINK,
            "from_key": one.keys[0],
            "to_key": other.keys[0],
            "basis": "",
            "from_id": one.party_id,
            "to_id": other.party_id,
            "link_ids": [],
            "figures": ["{}"],
            "proposed_by": who,
            "proposed_at": times.now_ms(),
            "proposed_seq": tx.number,
        }
        tx.run("decisions/propose", decision_id=decision_id, properties=properties)
        return decision_id

    return write_once(view.store, who, work, f"{decision} {one.party_id} {other.party_id}", once)


def approve_home(store: Store, tx: Tx, kept: Kept, who: str) -> str:
    """Make such a decision count. Raises BadInput (his own, of his own customers), Conflict (approved by another)."""
    check_other_person(tx, kept, who)
    if kept.approvals:
        if is_same_person(kept.approvals[-1].by, who):
            raise DoneBefore(kept.id)
        raise Conflict(f"{kept.id} counts already: {kept.approvals[-1].by} approved it.")
    check_not_their_manager(tx, (kept.from_id, kept.to_id), who, times.today(store.zone))
    supersede(tx, kept, _alive(tx, (kept.from_key,), (kept.to_key,)))
    approved_by(tx, kept, who, "{}")
    return kept.id


def _persons(view: View, asked: Sequence[str]) -> tuple[_Person, _Person]:
    if len(asked) != 2:
        raise BadInput(f"{len(asked)} persons are named; a decision is about two.", field="persons")
    found = resolve(view, asked).results
    for place, one in enumerate(found):
        field, told = f"persons[{place}]", one.id[:80]
        if one.party_id is None:
            means = "nobody" if one.status == "not_found" else "several parties"
            raise BadInput(f"{told!r} means {means}; give the party id of a person.", field=field, value=told)
        if one.candidates[0].kind != "person":
            raise BadInput(
                f"{one.candidates[0].called} ({one.party_id}) is no natural person; only persons live in a household.",
                field=field,
                value=told,
            )
    if found[0].party_id == found[1].party_id:
        raise BadInput(f"Both are {found[0].party_id}: name two different persons.", field="persons[1]")
    rows = view.read("resolve/told_apart", ids=[one.party_id for one in found])
    keys = {row["party_id"]: tuple(row["source_keys"]) for row in rows}
    first, second = (
        _Person(id, one.candidates[0].called, keys.get(id, (id,))) for one in found if (id := one.party_id)
    )
    return first, second


def _shared_home(view: View, one: _Person, other: _Person) -> tuple[str, bool] | None:
    """The household that both are in, and whether both memberships are confirmed."""
    rows = view.read("decisions/homes_of", ids=[one.party_id, other.party_id])
    homes = {row["party_id"]: row for row in rows}
    if len(homes) < 2 or len({row["household_id"] for row in rows}) > 1:
        return None
    return rows[0]["household_id"], all(row["status"] == CONFIRMED for row in rows)


def _check_sense(
    decision: str, one: _Person, other: _Person, shared: tuple[str, bool] | None, counted: Kept | None
) -> None:
    """Raises BadInput where a decision would change nothing."""
    told = None
    if decision == REOPEN:
        told = None if counted else "nobody's decision counts on them, so there is nothing to reopen"
    elif counted and counted.decision == decision:
        told = f"{counted.id} says so already, approved by {counted.approvals[-1].by}"
    elif counted is None and decision == TOGETHER and shared and shared[1]:
        told = f"they are one household already, confirmed ({shared[0]})"
    elif counted is None and decision == APART and not shared:
        told = "they are not in one household, so there is nothing to part"
    if told:
        raise BadInput(f"{decision} {one.called} and {other.called}: {told}.", field="decision", value=decision)


def _alive(tx: Tx, one: Sequence[str], other: Sequence[str]) -> list[Kept]:
    """Decisions on two persons that wait or count, the latest first."""
    rows = tx.run("decisions/on_pair", one=list(one), other=list(other))
    found = [read_kept(row["decision"]) for row in rows]
    return [kept for kept in found if not (kept.withdrawal or kept.superseded_by)]
