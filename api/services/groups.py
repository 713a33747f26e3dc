"""One group: its head, its members with their reasons, declared by a source or found by a run."""

from __future__ import annotations

from pydantic import Field

from api.services.answers import (
    COUNT_CAP,
    FOUND_KINDS,
    Answer,
    Because,
    Evidence,
    Model,
    PartyRef,
    counted,
    evidence,
    group_name,
    party_ref,
    stamp,
)
from api.services.because import CONNECTED_RULE, GROUP_RULE, because
from api.services.contribution import Contribution, unit_contribution
from api.services.decision_answer import DecisionItem
from api.services.decisions import not_yet_read_among
from api.services.group_ended import ended
from api.services.reasons import names_in, told
from graph.errors import NotFound
from graph.store import Row, View

CAP = 500


class Member(Model):
    """A party of a group."""

    party: PartyRef
    role: str | None = Field(description="head, member or connector")
    status: str = Field(description="confirmed, flagged or rebutted")
    reasons: list[str]
    link: Evidence | None = Field(description="null for a group of a run over the past, which keeps its tables alone")


class GroupAnswer(Answer):
    """A group with its members, heads first."""

    group_id: str
    kind: str | None = Field(description="declared, control or connected")
    name: str | None
    heads: list[PartyRef]
    members: list[Member]
    total: int = Field(description="visible members, exact to 10,000")
    sources: list[str]
    contribution: Contribution | None = Field(
        default=None, description="revenue and contribution of its members; null where none is told"
    )
    decisions: list[DecisionItem] = Field(
        default_factory=list,
        description="decisions on links between members that wait, or that the run of this answer has not read",
    )


def group(view: View, group_id: str, cap: int = CAP) -> GroupAnswer:
    """A group as the view sees it. Raises NotFound, also where nobody of it is visible; of one that has ended it tells
    by what, and where its members are now."""
    rows = view.read("groups/group", group_id=group_id, cap=cap, count_cap=COUNT_CAP)
    if not rows or not rows[0]["total"]:
        if gone := ended(view, group_id):
            raise NotFound(f"{gone.told}. Its history tells who was in it.", field="group_id", value=group_id)
        raise NotFound(f"No group has the id {group_id[:80]!r}.", field="group_id", value=group_id[:80])
    found, total = rows[0]["group"], rows[0]["total"]
    is_derived = found.get("kind") in FOUND_KINDS
    members = told_members(view, rows[0]["members"], is_derived)
    heads = [member.party for member in members if member.role == "head"]
    omitted = [f"members capped at {len(members)} of {counted(total)}"] if total > len(members) else []
    return GroupAnswer(
        **stamp(view, omitted),
        because=_because(view, found, heads, members) if is_derived else [],
        group_id=found["group_id"],
        kind=found.get("kind"),
        name=group_name(found, heads[0] if heads else None),
        heads=heads,
        members=members,
        total=total,
        sources=sorted({member.link.source for member in members if member.link and member.link.source}),
        contribution=unit_contribution(view, "group", group_id),
        decisions=not_yet_read_among(view, {member.party.party_id for member in members}),
    )


def _because(view: View, group: Row, heads: list[PartyRef], members: list[Member]) -> list[Because]:
    (held,) = view.read("groups/holdings", members=[member.party.party_id for member in members])
    called = " and ".join(head.called for head in heads) or "a head outside your scope"
    links = [*held["control"], *held["grounds"]]
    if group["kind"] == "connected":
        text = f"{group['group_id']}: {called}, with all that falls when {called} falls: by control and by dependence"
        return because(view, CONNECTED_RULE, [*links, *held["dependence"]], text)
    text = f"{group['group_id']}: {called}, whom nobody outside controls, with all that is controlled from there"
    return because(view, GROUP_RULE, links, text)


def told_members(view: View, rows: list[Row], is_derived: bool) -> list[Member]:
    """Members with their reasons; those that a run found get the names of the parties in them."""
    parties = [party_ref(row["other"]) for row in rows]
    reasons: list[list[str]] = [row["link"].get("reasons") or [] for row in rows]
    if is_derived:
        kept = (reason for of_one in reasons for reason in of_one)
        names = names_in(view, kept, {party.party_id: party.called for party in parties})
        reasons = [told(of_one, names) for of_one in reasons]
    return [_member(row["link"], party, why) for row, party, why in zip(rows, parties, reasons, strict=True)]


def _member(link: Row, party: PartyRef, reasons: list[str]) -> Member:
    return Member(
        party=party,
        role=link.get("role"),
        status=link["status"],
        reasons=reasons,
        link=evidence(link, "MEMBER_OF"),
    )
