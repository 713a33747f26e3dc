"""What a relationship manager should not forget: maturing products and credit, birthdays, requests that are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Model, Money, PartyRef, money, party_ref, stamp
from api.services.managers import ManagerTold, find_manager
from graph import times
from graph.errors import BadInput
from graph.store import View

DEFAULT_DAYS, MOST_DAYS = 30, 366
DEFAULT, MOST = 200, 1_000
Row = Mapping[str, Any]


class Reminder(Model):
    """Something due with a customer."""

    kind: str = Field(
        description="product_matures, limit_expires (a credit contract), drawdown_matures, birthday, request_due, "
        "request_overdue"
    )
    on: date
    days: int = Field(description="from the day asked for; negative where it has passed")
    party: PartyRef
    id: str = Field(description="of the link to the product, the contract, drawdown, event, or party")
    name: str | None = Field(description="product, contract or drawdown number, title of the request")
    amount: Money | None = Field(
        description="balance, amount of the contract; null where there is none or it is unknown"
    )
    age: int | None = Field(default=None, description="of a birthday: the age reached")


class RemindersAnswer(Answer):
    """What is due, the earliest first; requests overdue before all."""

    manager: ManagerTold
    first: date
    until: date = Field(description="the last day")
    total: int
    reminders: list[Reminder]
    empty: str | None = Field(description="said where nothing is due")


def reminders(
    view: View, manager: str, first: date | None = None, until: date | None = None, limit: int = DEFAULT
) -> RemindersAnswer:
    """What is due from a day (that of the view by default) up to another (30 days on), both included.

    Raises NotFound for an unknown manager, BadInput for days that follow in the wrong order or lie too far apart.
    """
    begin, end = _days(view, first, until)
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST:,}.", field="limit", value=limit)
    told = find_manager(view, manager)
    asked = {"first": times.to_day(begin), "last": times.to_day(end)}
    row = view.read(
        "book/reminders",
        manager_id=told.manager_id,
        until_ms=times.end_of_day_ms(end, view.store.zone),
        **asked,
    )[0]
    parties = {one["party_id"]: one for one in row["parties"]}
    found = [*_dated(row, parties, view), *_requests(row["requests"], parties, view)]
    found += _birthdays(row["parties"], begin, end, view)
    found.sort(key=lambda one: (one.on, one.kind, one.party.party_id, one.id))
    omitted = [f"reminders capped at {limit} of {len(found):,}"] if len(found) > limit else []
    return RemindersAnswer(
        **stamp(view, omitted),
        manager=told,
        first=begin,
        until=end,
        total=len(found),
        reminders=found[:limit],
        empty=None if found else f"nothing is due from {begin} to {end} with the customers of {told.called}",
    )


def _days(view: View, first: date | None, until: date | None) -> tuple[date, date]:
    begin = first or view.as_of
    try:
        end = until or begin + timedelta(days=DEFAULT_DAYS)
    except OverflowError:
        raise BadInput(
            f"from is {begin}, at the end of time; give an earlier day.", field="from", value=begin
        ) from None
    if end < begin:
        raise BadInput(f"until is {end}, before from ({begin}).", field="until", value=end)
    if (end - begin).days > MOST_DAYS:
        raise BadInput(f"until is {end}, more than {MOST_DAYS} days after {begin}.", field="until", value=end)
    return begin, end


def _dated(row: Row, parties: Mapping[str, Row], view: View) -> Iterator[Reminder]:
    kinds = {"products": "product_matures", "contracts": "limit_expires", "drawdowns": "drawdown_matures"}
    for column, kind in kinds.items():
        for one in row[column]:
            yield _reminder(kind, one["on"], parties[one["party_id"]], one, view)


def _requests(rows: Iterable[Row], parties: Mapping[str, Row], view: View) -> Iterator[Reminder]:
    for one in rows:
        on = times.day_of(one["due_at"], view.store.zone)
        kind = "request_overdue" if on < view.day else "request_due"
        yield _reminder(kind, on, parties[one["party_id"]], one, view)


def _birthdays(parties: Iterable[Row], begin: date, end: date, view: View) -> Iterator[Reminder]:
    for party in parties:
        if party["kind"] != "person" or party["birth_day"] is None:
            continue
        born = times.EPOCH + timedelta(days=party["birth_day"])
        for year in range(begin.year, end.year + 1):
            on = birthday(born, year)
            if begin <= on <= end and year > born.year:
                row = {"id": party["party_id"], "name": None}
                yield _reminder("birthday", times.to_day(on), party, row, view, year - born.year)


def birthday(born: date, year: int) -> date:
    """The birthday in a year; 28 February in common years for who was born on the 29th."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _reminder(kind: str, on: int, party: Row, row: Row, view: View, age: int | None = None) -> Reminder:
    return Reminder(
        kind=kind,
        on=times.EPOCH + timedelta(days=on),
        days=on - view.day,
        party=party_ref(party),
        id=row["id"],
        name=row["name"],
        amount=money(row.get("amount"), row.get("currency")),
        age=age,
    )
