"""Groups by how near they are to a limit of their rule sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import Field

from api.services.answers import COUNT_CAP, FOUND_KINDS, Answer, Model, PartyRef, counted, group_name, party_ref, stamp
from api.services.group_figures import STATES
from api.services.group_past import narrowed, only_for_all, past_groups
from api.services.group_tests import LimitTest, because_of, limit_tests_of, nearness_told
from api.services.group_views import figures_view, limits_told, run_record
from api.services.known import known
from graph.errors import BadInput
from graph.store import Row, View
from loaders.currencies import minor_digits

KINDS = ("control", "connected", "declared")
DEFAULT_LIMIT, MOST = 50, 500


class ListedGroup(Model):
    """A group with its figures; `kind` control or connected (found by the run), or declared (told by a source)."""

    group_id: str
    kind: str
    name: str | None
    head: PartyRef | None
    size: int | None = Field(description="members at the last run; null for a declared group")
    state: str | None = Field(description="the worst of the tests shown; null where nothing is tested")
    nearness: str | None = Field(description="the largest amount over what is allowed: above 1 is a breach")
    currency: str | None
    tests: list[LimitTest]


class GroupsAnswer(Answer):
    """Groups, the nearest to a limit first, ties by id."""

    groups: list[ListedGroup]
    total: int = Field(description="groups asked for, exact to 10,000")
    offset: int


@dataclass(frozen=True)
class GroupsAsked:
    """Which groups. state, rules, kind: None for any. min_exposure: major units of the reporting currency, as text."""

    state: str | None = None
    rules: str | None = None
    kind: str | None = None
    min_exposure: str | None = None


def groups(view: View, asked: GroupsAsked, archive: Path, limit: int = DEFAULT_LIMIT, offset: int = 0) -> GroupsAnswer:
    """The groups asked for. Raises BadInput naming the field, NotFound for a past day without a run of its own.

    archive: where tables of runs lie; only what an earlier run found is read from there.
    """
    _one_of("state", asked.state, STATES)
    _one_of("kind", asked.kind, KINDS)
    _between("limit", limit, 1, MOST)
    _between("offset", offset, 0, COUNT_CAP - 1)
    view, is_current = figures_view(view)
    if view.run_id is not None:
        _one_of("rules", asked.rules, tuple(limits_told(view)))
    rows, total = (
        _of_nodes(view, asked, limit, offset) if is_current else _of_tables(view, asked, archive, limit, offset)
    )
    listed = _listed(view, rows, asked.rules or "")
    left = total - offset - len(listed)
    omitted = [f"{counted(left)} more groups: ask with offset={offset + len(listed)}"] if left > 0 else []
    if view.run_id is None:
        omitted.append("no analysis run has been made yet; `guanxi run` makes one")
    return GroupsAnswer(
        **stamp(view, omitted),
        because=[because_of(view, one.name or one.group_id, _nearest(one), []) for one in listed if one.tests],
        groups=listed,
        total=total,
        offset=offset,
    )


def _of_nodes(view: View, asked: GroupsAsked, limit: int, offset: int) -> tuple[list[Row], int]:
    (found,) = view.read(
        "groups/nearest",
        kind=asked.kind or "",
        state=asked.state or "",
        rules=asked.rules or "",
        least=_minor(view, asked.min_exposure),
        skip=offset,
        cap=limit,
        count_cap=COUNT_CAP,
    )
    return found["groups"], found["total"]


def _of_tables(view: View, asked: GroupsAsked, archive: Path, limit: int, offset: int) -> tuple[list[Row], int]:
    """As an earlier run found them. Tables know no scopes: only who sees everything may ask."""
    only_for_all(view)
    found = past_groups(archive, view.run_id or "")
    least = _minor(view, asked.min_exposure)
    rows = narrowed(found, asked.kind or "", asked.state or "", asked.rules or "", least)
    names = view.read("groups/names", ids=[row["group"]["group_id"] for row in rows[offset : offset + limit]])
    own = {row["group_id"]: row["name"] for row in names[0]["found"]}
    for row in rows[offset : offset + limit]:
        row["group"]["name"] = own.get(row["group"]["group_id"])
    return rows[offset : offset + limit], min(len(rows), COUNT_CAP)


def _listed(view: View, rows: Sequence[Row], rules: str) -> list[ListedGroup]:
    heads = sorted({row["group"]["head_id"] for row in rows if row["group"].get("head_id")})
    seen = {one.party_id: party_ref(one._asdict()) for one in known(view, heads)}
    return [_group(view, row, seen.get(row["group"].get("head_id")), rules) for row in rows]


def _group(view: View, row: Row, head: PartyRef | None, rules: str) -> ListedGroup:
    group = row["group"]
    return ListedGroup(
        group_id=group["group_id"],
        kind=group["kind"],
        name=group_name(group, head),
        head=head,
        size=group.get("size") if group["kind"] in FOUND_KINDS else None,
        state=row["state"] or None,
        nearness=nearness_told(row["near"]),
        currency=group.get("currency"),
        tests=limit_tests_of(view, group, rules),
    )


def _nearest(group: ListedGroup) -> LimitTest:
    return max(group.tests, key=lambda one: (STATES.index(one.state), Decimal(one.nearness or 0)))


def _minor(view: View, text: str | None) -> int:
    """An amount in the reporting currency of the view's run, in minor units."""
    if text is None:
        return 0
    currency = run_record(view).get("currency") if view.run_id else None
    try:
        amount = Decimal(text)
        if not amount.is_finite() or amount < 0 or amount >= 10**16:
            raise InvalidOperation
    except InvalidOperation:
        raise BadInput(
            f"min_exposure is {text[:50]!r}; give an amount of 0 or more in {currency or 'the reporting currency'}, "
            "such as 1000000.00.",
            field="min_exposure",
            value=text[:50],
        ) from None
    minor = amount.scaleb(minor_digits(currency) if currency else 2)
    return int(minor.to_integral_value("ROUND_CEILING"))


def _one_of(field: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        told = f"give {', '.join(allowed)}" if allowed else "the last run tested none"
        raise BadInput(f"{field} is {value[:50]!r}; {told}.", field=field, value=value[:50])


def _between(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadInput(f"{field} is {value}; give a number from {least} to {most:,}.", field=field, value=value)
