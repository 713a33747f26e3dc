"""A decision as it is kept: what was decided about which link, by whom, and what has become of it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from api.services.answers import money
from api.services.words import label_of, told_money
from graph import model
from graph.store import Row

REOPEN = "reopen"
HOUSEHOLD_LINK = "MEMBER_OF"
"""Stands for the type of link in a decision on two persons being one household; there is no link between them."""
PARTY_LINK = "IDENTIFIES"
"""Stands for the type of link in the registration of a party: its record and it are joined by one."""
REGISTER, CORRECT, CLOSE = "register", "correct", "close"
REGISTRATIONS = (REGISTER, CORRECT, CLOSE)
"""What persons propose about what no system knows: that it is so, that it is otherwise, that it never was."""
STATUS: Mapping[str, str | None] = {"confirm": "confirmed", "rebut": "rebutted", REOPEN: None}
"""What may be decided, with the status that a link has then; None: that of its source again."""


@dataclass(frozen=True)
class Approval:
    """A second person's word. at: UTC milliseconds; seq: the number from which it counts."""

    by: str
    at: int
    seq: int


@dataclass(frozen=True)
class Withdrawal:
    """Who took a decision back before it counted, and why."""

    by: str
    at: int
    seq: int
    reason: str


@dataclass(frozen=True)
class Kept:
    """figures: shares and amounts of the link as JSON, when it was proposed and at each approval. asked: what is
    registered (`told` in its words, `properties` as the graph keeps them), empty for other decisions."""

    id: str
    decision: str
    reason: str
    link_type: str
    from_key: str
    to_key: str
    basis: str
    from_id: str
    to_id: str
    link_ids: tuple[str, ...]
    figures: tuple[str, ...]
    proposed_by: str
    proposed_at: int
    proposed_seq: int
    approvals: tuple[Approval, ...] = ()
    withdrawal: Withdrawal | None = None
    superseded_by: str | None = None
    superseded_seq: int = 0
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has approved it yet. One that counted may wait again: its links say so."""
        return not (self.approvals or self.withdrawal or self.superseded_by)

    @property
    def is_of_home(self) -> bool:
        """Whether it is about two persons being one household, not about a link."""
        return self.link_type == HOUSEHOLD_LINK

    @property
    def is_registration(self) -> bool:
        """Whether it registers, corrects or closes what no system knows."""
        return self.decision in REGISTRATIONS

    @property
    def is_of_party(self) -> bool:
        """Whether it registers or corrects a party."""
        return self.link_type == PARTY_LINK

    def known_at(self, seq: int) -> Kept:
        """As it was known at a publication."""
        approvals = tuple(one for one in self.approvals if one.seq <= seq)
        return replace(
            self,
            approvals=approvals,
            figures=self.figures[: len(approvals) + 1],
            withdrawal=self.withdrawal if self.withdrawal and self.withdrawal.seq <= seq else None,
            superseded_by=self.superseded_by if self.superseded_seq <= seq else None,
        )


def read_kept(row: Mapping[str, Any]) -> Kept:
    """A decision from the properties of its node."""
    approvals = zip(row.get("approved_by", ()), row.get("approved_at", ()), row.get("approved_seq", ()), strict=True)
    by = row.get("withdrawn_by")
    taken_back = (row["withdrawn_at"], row["withdrawn_seq"], row["withdrawn_reason"]) if by else None
    plain = ("decision", "reason", "link_type", "from_key", "to_key", "basis", "from_id", "to_id")
    return Kept(
        id=row["decision_id"],
        **{name: row[name] for name in plain},
        link_ids=tuple(row["link_ids"]),
        figures=tuple(row["figures"]),
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        proposed_seq=row["proposed_seq"],
        approvals=tuple(Approval(*one) for one in approvals),
        withdrawal=Withdrawal(by, *taken_back) if by and taken_back else None,
        superseded_by=row.get("superseded_by"),
        superseded_seq=row.get("superseded_seq", 0),
        asked=json.loads(row.get("asked") or "{}"),
    )


def figures_of(link_type: str, link: Row) -> str:
    """Shares and amounts of a link as JSON; unknown ones are left out."""
    names = model.link_type(link_type).figures
    return json.dumps({name: link[name] for name in names if link.get(name) is not None}, sort_keys=True)


def figures_text(link_type: str, basis: str, figures: str) -> str:
    """Shares and amounts as kept, in words."""
    name = model.link_type(link_type).basis
    own: dict[str, Any] = {**({name: basis} if name else {}), **json.loads(figures)}
    told = label_of(link_type, own)
    part, whole = (money(own.get(name), own.get("currency")) for name in ("part_amount", "whole_amount"))
    return f"{told}, {told_money(part)} of {told_money(whole)}" if part and whole else told


def basis_of(link_type: str, link: Row) -> str:
    """What tells a link from others between the same ends."""
    basis = model.link_type(link_type).basis
    return str(link.get(basis) or "") if basis else ""


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one user's, however they are typed."""
    return plain_name(one) == plain_name(other)


def plain_name(name: str) -> str:
    """A name without what typing it otherwise changes: letter case, width, blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
