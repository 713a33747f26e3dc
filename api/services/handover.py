"""Assigning customers to a relationship manager (客户分配), and handing them over from one to another (客户移交).

One small write, published at once, all of it or nothing. The former manager's links end on the day, the new ones begin
there; none is overwritten. Who assists with a customer and takes over the main role assists no more. Writers follow
each other, so of two that hand over the same customer the second is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from api.services.acting import acting_user, reason_given
from api.services.handover_periods import MAIN, ROLES, Period, Row, taken_over
from api.services.managers import ManagerTold, find_manager
from api.services.resolve import MOST_IDS, resolve
from graph import ids, model, times
from graph.errors import BadInput, Conflict
from graph.links import being_changed
from graph.once import Once, answered_again, write_once
from graph.publishing import new_id
from graph.store import Store, Tx, View
from graph.unfinished import unfinished_in

SOURCE = model.MANUAL


@dataclass(frozen=True)
class HandoverAsked:
    """to, giver: managers by id, staff number or a name that no other has; giver is None for customers who have no
    manager yet.

    customers: any ids of them; None for the whole book of the giver. day: the first day, today where it is None.
    role: of the new manager where customers had none; otherwise roles stay as they are.
    """

    to: str
    giver: str | None = None
    customers: Sequence[str] | None = None
    day: date | None = None
    reason: str = ""
    role: str | None = None


@dataclass(frozen=True)
class _Plan:
    """A handover whose ends are known."""

    id: str
    day: int
    taker: ManagerTold
    giver: ManagerTold | None
    role: str


@answered_again
def hand_over(view: View, asked: HandoverAsked, user: str | None, once: Once | None = None) -> str:
    """Assign customers, or hand them over. Returns the id of the handover.

    Raises NotFound for unknown managers; BadInput for one who has left by then, customers that cannot be found, a main
    role that would change hands before it began, and where nothing is to be done; Conflict where another looks after a
    customer by now, or a load is changing that.
    """
    who, why = acting_user(user), reason_given(asked.reason, "A handover")
    plan = _plan(view, asked)
    customers = None if asked.customers is None else _parties(view, asked.customers)

    def work(tx: Tx) -> str:
        return _written(tx, view.store, plan, customers, {"reason": why, "user": who})

    giver = plan.giver.manager_id if plan.giver else "nobody"
    return write_once(view.store, who, work, f"hand over from {giver} to {plan.taker.manager_id}"[:200], once)


def _plan(view: View, asked: HandoverAsked) -> _Plan:
    if asked.giver is None and asked.customers is None:
        raise BadInput("Whose book is it? Name the manager under `from`, or name the customers.", field="from")
    if asked.giver is not None and asked.role is not None:
        raise BadInput("Roles stay as they are in a handover; leave `role` out.", field="role", value=asked.role)
    role = asked.role or MAIN
    if role not in ROLES:
        raise BadInput(f"role is {role[:50]!r}; give {' or '.join(ROLES)}.", field="role", value=role[:50])
    taker = find_manager(view, asked.to, "to")
    giver = None if asked.giver is None else find_manager(view, asked.giver, "from")
    if giver and giver.manager_id == taker.manager_id:
        raise BadInput(f"{taker.called} cannot hand over to himself or herself.", field="to", value=asked.to)
    today = times.today(view.store.zone)
    day = asked.day or today
    if taker.left_on is not None and taker.left_on <= max(day, today):  # whoever has left keeps nobody from then on
        raise BadInput(
            f"{taker.called} has left on {taker.left_on} and can take over nobody from {day} on; name another manager.",
            field="to",
            value=asked.to,
        )
    if not taker.keeps_book:
        raise BadInput(f"{taker.called} keeps no book; name a relationship manager.", field="to", value=asked.to)
    return _Plan(new_id("write").replace("write", "handover"), times.to_day(day), taker, giver, role)


def _parties(view: View, customers: Sequence[str]) -> list[str]:
    """Party ids of what may be any ids, each once. Raises BadInput for none, too many, and what means not one party."""
    if not 1 <= len(customers) <= MOST_IDS:
        raise BadInput(f"{len(customers):,} customers are named; give 1 to {MOST_IDS:,}.", field="customers")
    found = resolve(view, customers).results
    for place, one in enumerate(found):
        if one.party_id is None:
            means = "nobody" if one.status == "not_found" else "several parties"
            raise BadInput(
                f"{one.id[:80]!r} means {means}; give the party id of a customer.",
                field=f"customers[{place}]",
                value=one.id[:80],
            )
    return sorted({one.party_id for one in found if one.party_id})


def _written(tx: Tx, store: Store, plan: _Plan, customers: Sequence[str] | None, told: Row) -> str:
    unpublished = [one.number for one in unfinished_in(tx) if one.number != tx.number]
    at = {"day": plan.day, "unpublished": unpublished}
    whole = customers is None
    if customers is None:
        assert plan.giver
        customers = tx.run("handovers/customers", manager_id=plan.giver.manager_id, **at)[0]["party_ids"]
        if not customers:
            raise _empty(tx, plan.giver, plan.day)
    rows = tx.run("handovers/managed", rows=[{"key": key} for key in customers], **at)
    ending, opening = _links(plan, rows, times.to_day(times.today(store.zone)))
    if not opening and not ending:
        raise BadInput(f"{plan.taker.called} looks after them already: nothing is to be done.", field="customers")
    _end(tx, ending)
    tx.rows("write/create_links[MANAGED_BY:Party:RelationshipManager]", opening)
    _rescope(tx, customers, times.to_day(times.today(store.zone)))
    properties = {
        **told,
        "from_id": plan.giver.manager_id if plan.giver else "",
        "to_id": plan.taker.manager_id,
        "day": plan.day,
        "role": None if plan.giver else plan.role,
        "whole_book": whole,
        "party_ids": customers,
        "at": times.now_ms(),
        "seq": tx.number,
    }
    tx.run("handovers/keep", handover_id=plan.id, properties=properties)
    return plan.id


def _empty(tx: Tx, giver: ManagerTold, day: int) -> BadInput | Conflict:
    """Why nobody is in a book: most often another has handed it over."""
    on = times.from_day(day)
    last = tx.run("handovers/last_from", manager_id=giver.manager_id)
    if not last:
        return BadInput(f"Nobody is in the book of {giver.called} from {on} on.", field="from", value=giver.manager_id)
    one = last[0]["handover"]
    return Conflict(
        f"Nobody is in the book of {giver.called} from {on} on: {one['user']} handed customers over to {one['to_id']} "
        f"({one['handover_id']}). Read the book again."
    )


def _links(plan: _Plan, rows: Iterable[Row], data_day: int) -> tuple[list[tuple[Row, int]], list[Row]]:
    """The links to end, each with its day, and rows for those to open."""
    ending: list[tuple[Row, int]] = []
    opening: list[Row] = []
    for row in rows:
        given = _given(plan, row)
        _check_begun(plan, row, given, data_day)
        found = taken_over(row["links"], given, plan.taker.manager_id, plan.role, plan.day)
        ending += found.ending
        opening += [_opened(plan, row, place, *one, data_day) for place, one in enumerate(found.opening)]
    return ending, opening


def _given(plan: _Plan, row: Row) -> list[Row]:
    """A customer's links to the giver. Raises Conflict where others have them by now."""
    links: list[Row] = row["links"]
    for link in links:
        if link["unpublished"]:
            raise being_changed(link["id"])
    on = times.from_day(plan.day)
    if plan.giver is None:
        mains = [one for one in links if one["role"] == MAIN and one["manager_id"] != plan.taker.manager_id]
        if mains and plan.role == MAIN:
            raise Conflict(
                f"{_called(mains[0])} looks after {row['name']} ({row['party_id']}) from {on} on; name that manager "
                "under `from` to hand over."
            )
        return []
    given = [link for link in links if link["manager_id"] == plan.giver.manager_id]
    if given:
        return given
    if links:
        raise Conflict(
            f"Not {plan.giver.called} but {_called(links[0])} looks after {row['name']} ({row['party_id']}) from {on} "
            "on. Read the book again."
        )
    raise BadInput(
        f"{row['name']} ({row['party_id']}) has no manager from {on} on; leave `from` out to assign one.",
        field="customers",
        value=row["party_id"],
    )


def _check_begun(plan: _Plan, row: Row, given: Sequence[Row], today: int) -> None:
    """Raises BadInput where the main role would change hands before whoever has it today came to have it."""
    if all(link["role"] != MAIN for link in given):
        return
    for link in row["links"]:
        if link["role"] == MAIN and plan.day < link["valid_from"] <= today < link["valid_to"]:
            since, asked = times.from_day(link["valid_from"]), times.from_day(plan.day)
            raise BadInput(
                f"on is {asked}, but {_called(link)} looks after {row['name']} ({row['party_id']}) since {since}; give "
                f"{since} or a later day.",
                field="on",
                value=str(asked),
            )


def _called(link: Row) -> str:
    return f"{link['name']} ({link['code'] or link['manager_id']})" if link["name"] else str(link["manager_id"])


def _opened(plan: _Plan, row: Row, place: int, role: str | None, period: Period, data_day: int) -> Row:
    key = row["source_key"] or row["party_id"]
    properties = {
        "id": ids.link_id("MANAGED_BY", key, plan.taker.manager_id, f"{plan.id}:{place}", role or ""),
        "valid_from": period[0],
        "valid_to": period[1],
        "status": "confirmed",
        "source": SOURCE,
        "row_key": f"handover:{plan.id}",
        "from_key": key,
        "to_key": plan.taker.manager_id,
        "data_day": data_day,
        "flags": [],
        "role": role,
    }
    return {"from": row["party_id"], "to": plan.taker.manager_id, "properties": properties}


def _end(tx: Tx, links: Sequence[tuple[Row, int]]) -> None:
    """End each link on its day; those that begin later are closed. Raises Conflict where one is not open any more."""
    closed = tx.rows("write/close_links[MANAGED_BY]", [{"id": one["id"], "seq_in": one["seq_in"]} for one, _ in links])
    if closed != len(links):
        raise Conflict("A load has changed an assignment meanwhile; read the book again.")
    rows = [
        {"id": one["id"], "seq_in": one["seq_in"], "changes": {"valid_to": day}}
        for one, day in links
        if one["valid_from"] < day
    ]
    tx.rows("write/continue_links[MANAGED_BY]", rows)


def _rescope(tx: Tx, parties: Sequence[str], today: int) -> None:
    """Who may see the customers: the managers who look after them from now on."""
    changes = []
    for row in tx.run("plan/scope_tokens", rows=[{"key": key} for key in parties], day=today):
        others = [token for token in row["scope"] if not token.startswith("manager:")]
        scope = sorted({*others, *(f"manager:{manager}" for manager in row["managers"])})
        if scope != sorted(row["scope"]):
            old = json.dumps({"scope": row["scope"]}, ensure_ascii=False)
            key = row["party_id"]
            changes.append({"key": key, "values": {"scope": scope}, "old": old, "labels": None, "old_labels": None})
    tx.rows("write/set_attributes[Party]", changes)
