"""The book of a relationship manager: customers, what they have and owe, groups and households, last contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.services.answers import day, evidence, group_name, many, moment, party_ref, stamp
from api.services.book_answer import BookAnswer, BookCustomer, Change, Contact, OtherManager, Touched, Touching
from api.services.book_sums import balances, revenue
from api.services.managers import find_manager
from graph import times
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 50, 200
"""Customers on a page."""
MOST_CHANGES = 20
MOST_GROUPS = 50
MOST_OTHERS = 10
Row = Mapping[str, Any]


def book(view: View, manager: str, limit: int = DEFAULT, offset: int = 0) -> BookAnswer:
    """One page of a manager's book with its totals, by id, staff number or name. Raises NotFound for an unknown
    manager, BadInput for a page that cannot be."""
    _check_page(limit, offset)
    told = find_manager(view, manager)
    until = times.end_of_day_ms(view.as_of, view.store.zone)
    with ThreadPoolExecutor(1, "book") as beside:  # the two long statements, at the same time
        waiting = beside.submit(view.read, "book/together", manager_id=told.manager_id, cap=MOST_OTHERS)
        rows = view.read("book/customers", manager_id=told.manager_id, until=until, year=view.as_of.year)[0][
            "customers"
        ]
        rows.sort(key=lambda row: (row["seen_at"] or -1, row["party"]["party_id"]))
        together = waiting.result()[0]["found"]
    shown = rows[offset : offset + limit]
    kinds = [row["party"]["kind"] for row in rows]
    omitted = _omitted(len(rows), len(shown), offset)
    touched = [_touched(row) for row in together]
    return BookAnswer(
        **stamp(view, [*omitted, *_capped(touched)]),
        manager=told,
        total=len(rows),
        persons=kinds.count("person"),
        companies=kinds.count("company"),
        balances=balances(rows),
        revenue=revenue(rows),
        never_seen=sum(row["seen_at"] is None for row in rows),
        groups=_touching(one for one in touched if one.kind != HOUSEHOLD),
        households=_touching(one for one in touched if one.kind == HOUSEHOLD),
        customers=_customers(view, told.manager_id, shown, until),
        empty=None if rows else f"nobody that you may see is in the book of {told.called} on {view.as_of}",
    )


HOUSEHOLD = "household"


def _check_page(limit: int, offset: int) -> None:
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)


def _omitted(total: int, shown: int, offset: int) -> list[str]:
    left = total - offset - shown
    return [f"{many(left, 'more customer')}: ask with offset={offset + shown}"] if left > 0 else []


def _capped(touched: Sequence[Touched]) -> list[str]:
    told = []
    for name, count in (
        ("groups", sum(one.kind != HOUSEHOLD for one in touched)),
        ("households", sum(one.kind == HOUSEHOLD for one in touched)),
    ):
        if count > MOST_GROUPS:
            told.append(f"{name} capped at {MOST_GROUPS} of {count:,}")
    return told


def _touched(row: Row) -> Touched:
    group = row["group"]
    return Touched(
        id=group["household_id"] or group["group_id"],
        kind=HOUSEHOLD if group["household_id"] else group["kind"] or "declared",
        name=group_name(group, party_ref(row["head"]) if row["head"] else None),
        customers=row["own"],
        others=[OtherManager(**other) for other in row["others"]],
    )


def _touching(touched: Iterable[Touched]) -> Touching:
    ordered = sorted(touched, key=lambda one: (not one.others, -one.customers, one.id))
    coordinated = sum(bool(one.others) for one in ordered)
    return Touching(total=len(ordered), coordinated=coordinated, items=ordered[:MOST_GROUPS])


def _customers(view: View, manager_id: str, shown: Sequence[Row], until: int) -> list[BookCustomer]:
    seen_at = {row["party"]["party_id"]: row["seen_at"] for row in shown if row["seen_at"] is not None}
    seen_on = {party_id: times.day_of(at, view.store.zone) for party_id, at in seen_at.items()}
    asked = {"ids": [row["party"]["party_id"] for row in shown], "manager_id": manager_id, "until": until}
    found = view.read("book/page", **asked, seen_at=seen_at, seen_on=seen_on, cap=MOST_CHANGES)[0]["found"]
    details = {row["party_id"]: row for row in found}
    return [_customer(view, row, details[row["party"]["party_id"]], seen_on) for row in shown]


def _customer(view: View, row: Row, detail: Row, seen_on: Mapping[str, int]) -> BookCustomer:
    seen = seen_on.get(row["party"]["party_id"])
    return BookCustomer(
        party=party_ref(row["party"]),
        roles=sorted(row["roles"], reverse=True),
        since=day(row["since"]),
        balances=balances([row]),
        revenue=revenue([row]),
        last_contact=_contact(detail["seen"], view.store.zone) if detail["seen"] else None,
        unseen_days=None if seen is None else view.day - seen,
        changes=[_change(one, view.store.zone) for one in detail["since"]],
        changes_total=detail["total"],
        links=[evidence(link, "MANAGED_BY") for link in detail["links"]],
    )


def _contact(event: Row, zone: str) -> Contact:
    told_on = day(times.day_of(event["at"], zone))
    told_at = moment(event["at"])
    assert told_on
    assert told_at
    return Contact(
        event_id=event["event_id"],
        at=told_at,
        day=told_on,
        title=event["title"],
        channel=event["channel"],
        by=event["by"],
    )


def _change(row: Row, zone: str) -> Change:
    change = "ended" if row.get("ended") else "began"
    on = row["on"]
    if "at" in row:
        change, on = "happened", times.day_of(row["at"], zone)
    told_on = day(on)
    assert told_on
    return Change(
        what=row["type"],
        change=change,
        on=told_on,
        party=party_ref(row["party"]) if row.get("party") else None,
        name=row.get("name"),
        state=row.get("state"),
        id=row["id"],
    )
