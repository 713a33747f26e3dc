"""The shape of a decision as it is answered."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.services.answers import Answer, Model, PartyRef

State = Literal["pending", "counted", "closed", "superseded", "withdrawn"]


class ApprovalItem(Model):
    """Who approved it, when, and the number from which it counts."""

    by: str
    at: str
    seq: int


class DecisionItem(Model):
    """What a person decided about a link or about two persons' household, and what has become of it."""

    decision_id: str
    decision: str = Field(
        description="confirm, rebut or reopen; of a household: together, apart or reopen; of what no system knows: "
        "register, correct or close"
    )
    state: State = Field(
        description="pending: it waits for a second person, the first time or because shares or amounts have changed "
        "since; counted; closed: its link is closed, and it holds again when the same comes back; superseded: a later "
        "one took its place; withdrawn"
    )
    note: str = Field(description="what is to be known of the state", examples=["decided, counts from the next run"])
    in_run: bool = Field(description="whether the run of this answer has read it")
    reason: str = Field(description="of what is registered: its evidence")
    asked: dict[str, Any] | None = Field(
        default=None, description="of what is registered or corrected: what is told of it; null for other decisions"
    )
    link_id: str | None = Field(description="null for a decision on two persons' household")
    link_version: int | None = Field(description="version of the open link, to be given back; null where it is closed")
    link_type: str = Field(
        description="MEMBER_OF for a decision on two persons' household, IDENTIFIES for the registration of a party"
    )
    status: str | None = Field(description="status of the link now; null where it is closed")
    start: PartyRef
    end: PartyRef
    text: str = Field(description="the link as a sentence, as it was decided on")
    figures: str = Field(description="shares and amounts that were decided on last")
    figures_now: str | None
    proposed_by: str
    proposed_at: str
    proposed_seq: int
    approvals: list[ApprovalItem]
    withdrawn_by: str | None
    withdrawn_at: str | None
    withdrawn_reason: str | None
    superseded_by: str | None


class DecisionsAnswer(Answer):
    """Decisions, the latest first."""

    decisions: list[DecisionItem]
    total: int = Field(description="how many there are in this state")


class DecisionAnswer(Answer):
    """One decision."""

    decision: DecisionItem
