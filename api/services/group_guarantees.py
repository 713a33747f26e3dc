"""Guarantees of a group: inside it, for outsiders and from them; circles that touch it; what they are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from api.services.answers import (
    COUNT_CAP,
    Answer,
    Because,
    Evidence,
    Model,
    Money,
    PartyRef,
    counted,
    evidence,
    money,
    party_ref,
    stamp,
)
from api.services.group_views import figures_view, one_group, run_record
from api.services.groups import GroupAnswer
from api.services.guarantee_circles import Circle, Cover, because, circles_kept, covers, tell, told_cover
from api.services.run_archive import Archive
from api.services.words import told_money
from graph.errors import NotFound
from graph.store import Row, View

CAP = 200
MOST_CIRCLES = 100
PLACES = ("inside", "given", "received")


class GuaranteeItem(Model):
    """One guarantee."""

    guarantor: PartyRef
    debtor: PartyRef
    amount: Money | None = Field(description="null where it is not known")
    kind: str | None
    contract: str | None
    link: Evidence


class GuaranteeList(Model):
    """Guarantees, the largest amount first."""

    items: list[GuaranteeItem]
    total: int = Field(description="visible ones, exact to 10,000")


class GroupGuarantees(Answer):
    """The guarantees of a group."""

    group_id: str
    kind: str | None
    name: str | None
    inside: GuaranteeList = Field(description="given by members for members")
    given: GuaranteeList = Field(description="given by members for others")
    received: GuaranteeList = Field(description="given by others for members")
    cover: Cover | None = Field(description="of the guarantees inside; null where there are none")
    circles: list[Circle] = Field(description="circles and mutual pairs with a member in them")


def group_guarantees(view: View, group_id: str, archive: Path) -> GroupGuarantees:
    """The guarantees of a group. Raises NotFound, also for a past day without a run.

    Circles and cover come from the run's tables; where they are not in this archive, `omitted` says so.
    """
    asked = view
    view, _ = figures_view(asked)
    group = one_group(asked, group_id, archive)
    members = [member.party.party_id for member in group.members]
    (read,) = view.read("groups/guarantees", members=members, cap=CAP, count_cap=COUNT_CAP)
    places = {row["place"]: row for row in read["found"]}
    lists = {place: _list(places.get(place)) for place in PLACES}
    omitted = [*group.omitted, *_capped(lists)]
    cover: Cover | None = None
    circles: list[Circle] = []
    try:
        cover, circles = _of_run(view, Archive(archive, view.run_id or ""), group_id, members)
        if len(circles) > MOST_CIRCLES:
            omitted.append(f"circles capped at {MOST_CIRCLES} of {len(circles):,}")
            circles = circles[:MOST_CIRCLES]
    except NotFound as error:
        omitted.append(str(error) if view.run_id else "no analysis run has been made yet; `guanxi run` makes one")
    return GroupGuarantees(
        **_stamped(view, omitted),
        because=[*_of_cover(view, group, cover), *because(view, circles)],
        group_id=group_id,
        kind=group.kind,
        name=group.name,
        inside=lists["inside"],
        given=lists["given"],
        received=lists["received"],
        cover=cover,
        circles=circles,
    )


def _stamped(view: View, omitted: Sequence[str]) -> dict[str, Any]:
    return stamp(view) | {"omitted": list(dict.fromkeys([*stamp(view)["omitted"], *omitted]))}


def _list(row: Row | None) -> GuaranteeList:
    return GuaranteeList(items=[_item(one) for one in row["links"]], total=row["total"]) if row else _EMPTY


_EMPTY = GuaranteeList(items=[], total=0)


def _item(row: Mapping[str, Any]) -> GuaranteeItem:
    link = row["link"]
    return GuaranteeItem(
        guarantor=party_ref(row["guarantor"]),
        debtor=party_ref(row["debtor"]),
        amount=money(link.get("amount"), link.get("currency")),
        kind=link.get("kind"),
        contract=link.get("contract"),
        link=evidence(link, "GUARANTEES"),
    )


def _capped(lists: Mapping[str, GuaranteeList]) -> Iterator[str]:
    for place, one in lists.items():
        if one.total > len(one.items):
            yield f"guarantees {place} capped at {len(one.items)} of {counted(one.total)}"


def _of_run(view: View, tables: Archive, group_id: str, members: Sequence[str]) -> tuple[Cover | None, list[Circle]]:
    kept = circles_kept(tables, frozenset(members))
    cover = covers(tables, [group_id, *(circle.circle_id for circle in kept)])
    currency = run_record(view).get("currency") if view.run_id else None
    return told_cover(cover.get(group_id), currency), tell(view, kept, cover)


def _of_cover(view: View, group: GroupAnswer, cover: Cover | None) -> list[Because]:
    if cover is None:
        return []
    least = "at least " if cover.nominal_unknown else ""
    text = (
        f"{group.name or group.group_id}: guarantees inside it add up to {least}{told_money(cover.nominal)}; they are "
        f"worth at the least {told_money(cover.real)}: of each member the smaller of what it guarantees inside and of "
        f"its equity with what outsiders guarantee of its debts. {view.run_id}"
    )
    return [Because(rule="guarantees.real_cover", text=text)]
