"""What corporate–retail linkage (公私联动) tells."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.services.answers import Answer, Model, PartyRef
from api.services.managers import ManagerRef

GapKind = Literal["person", "company"]


class BranchRef(Model):
    """A branch in a few words."""

    branch_id: str
    name: str | None


class Linked(Model):
    """How well companies and private customers are linked, of one branch, team, manager or industry; what lies below a
    branch or team is in it, once."""

    id: str | None = Field(description="of the unit or manager, or the industry's code; null where none is told")
    name: str | None
    code: str | None = Field(default=None, description="the bank's own code, or staff number")
    level: int | None = Field(default=None, description="how deep in the hierarchy, 1 at the top; null in a circle")
    above: list[str] = Field(default_factory=list, description="ids of the units directly above")
    companies: int = Field(description="corporate customers of whom a key person is known")
    key_persons: int = Field(description="key persons of these, each once")
    key_persons_customers: int = Field(description="of these: private customers")
    persons: int = Field(description="private customers who are key persons of a company")
    companies_behind: int = Field(description="companies of these, each once")
    companies_customers: int = Field(description="of these: corporate customers")
    gaps: int = Field(description="pairs of a company and a key person of whom one alone is a customer")
    openings: int = Field(
        description="who is none of these, each once: an opening of the run, or not offered for a reason"
    )


class LinkageAnswer(Answer):
    """Statistics; corporate customers count where they are kept, private customers where these are."""

    by: str
    hierarchy: str | None = Field(description="rollup or coverage, of branches and teams; null otherwise")
    level: int | None
    total: Linked = Field(description="each customer once")
    rows: list[Linked] = Field(description="those with most gaps first")
    total_rows: int
    flags: list[str] = Field(description="what is doubtful in the hierarchy: units that stand above themselves")
    empty: str | None = Field(description="why there is nothing")


class KeyPerson(Model):
    """A key person of a company, or a company of a person, with what it is to the bank."""

    party: PartyRef
    roles: list[str] = Field(description="legal_representative, actual_controller, finance_head, executive")
    posts: list[str] = Field(description="as the sources name them")
    status: str = Field(description="confirmed, or flagged where none of the links behind it is confirmed")
    is_customer: bool
    branch: BranchRef | None
    manager: ManagerRef | None
    links: list[str] = Field(description="ids of posts and of immediate control; control at more removes has none")


class KeyPersonsAnswer(Answer):
    """The key persons of a company, or the companies of a person."""

    party: PartyRef
    is_customer: bool
    industry: str | None
    branch: BranchRef | None
    manager: ManagerRef | None
    key_persons: list[KeyPerson] = Field(description="of a company, the strongest roles first")
    companies: list[KeyPerson] = Field(description="of a person, the strongest roles first")
    gaps: int = Field(description="how many of them are customers where it is not, or the other way round")
    empty: str | None = Field(description="why there are none")


class Gap(Model):
    """A customer whose company or key person is none yet."""

    kind: GapKind = Field(description="what is missing: the key person as private, the company as corporate customer")
    party: PartyRef = Field(description="who is no customer yet")
    customer: PartyRef = Field(description="who is one")
    roles: list[str]
    posts: list[str]
    status: str
    industry: str | None = Field(description="of the company")
    branch: BranchRef | None = Field(description="of the customer")
    manager: ManagerRef | None = Field(description="of the customer")
    opening_id: str = Field(description="of the opening to win it, one whatever the gaps it has")
    text: str


class GapsAnswer(Answer):
    """Gaps, the strongest roles first, then by the customer's id."""

    gaps: list[Gap]
    total: int
    openings: int = Field(description="parties that are no customers yet, each once")
    empty: str | None = Field(description="why there are none")
