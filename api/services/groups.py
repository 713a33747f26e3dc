"""One group: its head, its members with their reasons, declared by a source or found by a run."""

from __future__ import annotations

from pydantic import Field

from api.services.answers import COUNT_CAP, Answer, Evidence, Model, PartyRef, counted, evidence, party_ref, stamp
from graph.errors import NotFound
from graph.store import Row, View

CAP = 500


class Member(Model):
    """A party of a group."""

    party: PartyRef
    role: str | None = Field(description="head, member or connector")
    status: str = Field(description="confirmed, flagged or rebutted")
    reasons: list[str]
    link: Evidence


class GroupAnswer(Answer):
    """A group with its members, heads first."""

    group_id: str
    kind: str | None = Field(description="declared, control or connected")
    name: str | None
    heads: list[PartyRef]
    members: list[Member]
    total: int = Field(description="visible members, exact to 10,000")
    sources: list[str]


def group(view: View, group_id: str, cap: int = CAP) -> GroupAnswer:
    """A group as the view sees it. Raises NotFound."""
    rows = view.read("groups/group", group_id=group_id, cap=cap, count_cap=COUNT_CAP)
    if not rows:
        raise NotFound(f"No group has the id {group_id[:80]!r}.", field="group_id", value=group_id[:80])
    found, total = rows[0]["group"], rows[0]["total"]
    members = [_member(row) for row in rows[0]["members"]]
    omitted = [f"members capped at {len(members)} of {counted(total)}"] if total > len(members) else []
    return GroupAnswer(
        **stamp(view, omitted),
        group_id=found["group_id"],
        kind=found.get("kind"),
        name=found.get("name"),
        heads=[member.party for member in members if member.role == "head"],
        members=members,
        total=total,
        sources=sorted({member.link.source for member in members if member.link.source}),
    )


def _member(row: Row) -> Member:
    link = row["link"]
    return Member(
        party=party_ref(row["other"]),
        role=link.get("role"),
        status=link["status"],
        reasons=link.get("reasons") or [],
        link=evidence(link, "MEMBER_OF"),
    )
