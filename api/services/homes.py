"""One household or family: its head, its members with their reasons, and what they have with the bank together."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.services.answers import COUNT_CAP, Answer, Because, PartyRef, counted, stamp
from api.services.contribution import Contribution, unit_contribution
from api.services.decision_answer import DecisionItem
from api.services.decision_kept import HOUSEHOLD_LINK
from api.services.decisions import not_yet_read
from api.services.groups import CAP, Member, told_members
from api.services.home_told import Total, told_totals
from graph.errors import NotFound
from graph.store import View

HomeKind = Literal["household", "family"]
_RULES = {
    "household": "spouses, parents with minor children and holders of a joint account are one household (confirmed), "
    "and so are persons of one home with one surname or telephone (flagged)",
    "family": "households of kin, tied through those that control a company, with the companies that they control "
    "together",
}


class HomeAnswer(Answer):
    """A household or family, the head first; companies of a family last."""

    id: str
    kind: HomeKind
    head: PartyRef | None
    members: list[Member]
    total: int = Field(description="visible members, exact to 10,000")
    totals: list[Total]
    contribution: Contribution | None = Field(
        default=None, description="of a household: revenue and contribution of its members; null where none is told"
    )
    decisions: list[DecisionItem] = Field(
        default_factory=list,
        description="of a household: decisions on who is one with its members that wait, or that the run of this "
        "answer has not read",
    )


def household(view: View, household_id: str, cap: int = CAP) -> HomeAnswer:
    """A household as the view sees it. Raises NotFound, also where nobody of it is visible."""
    return _home(view, "household", household_id, cap)


def family(view: View, family_id: str, cap: int = CAP) -> HomeAnswer:
    """A family as the view sees it. Raises NotFound, also where nobody of it is visible."""
    return _home(view, "family", family_id, cap)


def _home(view: View, kind: HomeKind, home_id: str, cap: int) -> HomeAnswer:
    rows = view.read(f"groups/{kind}", home_id=home_id, cap=cap, count_cap=COUNT_CAP)
    if not rows or not rows[0]["total"]:
        raise NotFound(
            f"No {kind} has the id {home_id[:80]!r}; runs find them, and `guanxi show PARTY` tells who is in which.",
            field=f"{kind}_id",
            value=home_id[:80],
        )
    found, total = rows[0]["home"], rows[0]["total"]
    members = told_members(view, rows[0]["members"], is_derived=True)
    omitted = [f"members capped at {len(members)} of {counted(total)}"] if total > len(members) else []
    totals = told_totals(found)
    if view.is_past or total < found.get("size", total):
        omitted.append("totals: they are those of the last run over all members")
        totals = []
    return HomeAnswer(
        **stamp(view, omitted),
        because=[Because(rule=kind, links=[one.link.id for one in members if one.link], text=_RULES[kind])],
        id=home_id,
        kind=kind,
        head=next((one.party for one in members if one.role == "head"), None),
        members=members,
        total=total,
        totals=totals,
        contribution=unit_contribution(view, "household", home_id) if kind == "household" else None,
        decisions=_decisions(view, members) if kind == "household" else [],
    )


def _decisions(view: View, members: list[Member]) -> list[DecisionItem]:
    found = not_yet_read(view, [member.party.party_id for member in members])
    return [one for one in found if one.link_type == HOUSEHOLD_LINK]
