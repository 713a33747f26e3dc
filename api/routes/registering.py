"""`POST /v1/parties`, `PATCH /v1/parties/{id}`, `POST /v1/links`, `/v1/links/{id}/correction`, `/closure`: what no
system knows.

Each waits for a second person (`/v1/decisions/{id}/approval`); then it is told under the source `manual`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, REDIRECT, Actor, Key, Whole, answer
from api.services import register, register_change, register_party
from api.services.acting import LONGEST_REASON
from api.services.decision_answer import DecisionAnswer
from api.services.decisions import decision
from api.services.register_attributes import KINDS, ROLES
from api.services.register_party_change import PartyChange, propose_party_change
from api.services.register_values import Told
from graph import model

router = APIRouter(prefix="/v1", tags=["registering"], responses=PROBLEMS)

Evidence = Annotated[
    str,
    Field(
        description=f"what it stands on, in words or as a reference to a file; up to {LONGEST_REASON:,} letters",
        examples=["股东名册 2025-06-30 p.4"],
    ),
]


Fraction = str | StrictFloat | StrictInt | None


class AttributesBody(BaseModel):
    """What is told of a person or company."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, description="in its own script", examples=["恒泰控股（开曼）有限公司"])
    name_en: str | None = Field(default=None, examples=["Hengtai Holdings (Cayman) Ltd"])
    uscc: str | None = Field(default=None, description="unified social credit code", examples=["91310000132149237G"])
    certificate: str | None = Field(
        default=None, description="`type:number`", examples=["foreign_registration:KY-1174"]
    )
    lei: str | None = Field(default=None, description="legal entity identifier")
    country: str | None = Field(default=None, description="ISO 3166 alpha-2", examples=["KY"])
    birth_day: date | None = None
    gender: str | None = None
    occupation: str | None = None
    employer: str | None = None
    registered_on: date | None = Field(default=None, description="day of registration", examples=["2019-03-01"])
    industry: str | None = None
    former_names: list[str] | None = Field(default=None, description="earlier names and aliases", examples=[["恒泰"]])
    roles: list[str] | None = Field(default=None, description=", ".join(ROLES), examples=[["Guarantor"]])
    phones: list[str] | None = Field(default=None, examples=[["0571-88886666"]])
    emails: list[str] | None = Field(default=None, examples=[["office@example.com"]])
    addresses: list[str] | None = Field(default=None, examples=[["杭州市西湖区文三路90号2-501"]])


class PartyBody(AttributesBody):
    """A person or company that no system knows."""

    kind: str = Field(description=" or ".join(KINDS), examples=["company"])
    evidence: Evidence


class PartyChangeBody(AttributesBody):
    """What is otherwise of a registered party: what is left out stays, null and an empty list take away, a list takes
    the place of the former one."""

    evidence: Evidence
    record_id: str | None = Field(default=None, description="which registered record, where several describe the party")


class ToldBody(BaseModel):
    """What is told of a link besides its ends."""

    model_config = ConfigDict(extra="forbid")

    share: Fraction = Field(
        default=None, description="OWNS: of capital; DEPENDS_ON: the fraction behind it; from 0 to 1", examples=["0.6"]
    )
    votes: Fraction = Field(default=None, description="OWNS: share of votes, where it differs")
    amount: str | None = Field(default=None, description="OWNS, GUARANTEES: in major units; left out where not known")
    currency: str | None = Field(default=None, description="of the amount, ISO 4217")
    valid_from: date | None = Field(
        default=None, description="first day it holds, up to today; of a referral its day", examples=["2025-01-01"]
    )
    valid_to: date | None = Field(default=None, description="first day it no longer holds")

    def told(self) -> Told:
        """As the service takes it."""
        share, votes = (None if of is None else str(of) for of in (self.share, self.votes))
        return Told(share, votes, self.amount, self.currency, self.valid_from, self.valid_to)


class LinkBody(ToldBody):
    """A link between two parties that no system knows."""

    kind: str = Field(description=", ".join(model.REGISTERED), examples=["OWNS"])
    start: str = Field(alias="from", description="any id of a party", examples=["P-BU5QCRDFGL5J52L4"])
    end: str = Field(alias="to", description="any id of a party", examples=["P-HLNHOSKVYE4KA4ZG"])
    evidence: Evidence
    basis: str | None = Field(
        default=None,
        description="what tells it from others of the same ends: post of EXECUTIVE_OF, relation of KIN_OF (`from` is "
        "the relation of `to`), basis of CONTROLS, criterion of DEPENDS_ON, contract of GUARANTEES, kind of holding "
        "of OWNS",
        examples=["common"],
    )


class CorrectionBody(ToldBody):
    """What is otherwise of a registered link."""

    evidence: Evidence
    link_version: int | None = Field(default=None, description="the version seen; another by now is refused")


class ClosureBody(BaseModel):
    """Why a registered link never was."""

    model_config = ConfigDict(extra="forbid")

    evidence: Evidence
    link_version: int | None = Field(default=None, description="the version seen; another by now is refused")


PartyId = Annotated[str, Path(description="of a party of the source `manual`", examples=["P-BU5QCRDFGL5J52L4"])]
LinkId = Annotated[str, Path(description="of a link of the source `manual`", examples=["OWNS-5R2RTV3CIT7RLIS5"])]


@router.post(
    "/parties", response_model=DecisionAnswer, responses=CONFLICT, summary="Register a party that no system knows"
)
def party(guanxi: Whole, body: PartyBody, user: Actor, once: Key) -> Response:
    """It waits for a second person; one whose identifier a party carries already is refused, and that party named."""
    given = body.model_dump(exclude_none=True)
    told: dict[str, Any] = {name: tuple(of) if isinstance(of, list) else of for name, of in given.items()}
    return _told(guanxi, register_party.register_party(guanxi.store, register_party.PartyAsked(**told), user, once))


@router.patch(
    "/parties/{party_id}",
    response_model=DecisionAnswer,
    responses={**CONFLICT, **REDIRECT},
    summary="Correct a registered party",
)
def correct_party(guanxi: Whole, party_id: PartyId, body: PartyChangeBody, user: Actor, once: Key) -> Response:
    """It waits for a second person, who does not look after the party. What was told before is kept, and told with the
    record in the section `sources` of the 360. Parties of other sources are refused."""
    told = body.model_dump(exclude_unset=True, exclude={"evidence", "record_id"})
    asked = PartyChange(party_id, body.evidence, told, body.record_id)
    return _told(guanxi, propose_party_change(guanxi.view(), asked, user, once))


@router.post("/links", response_model=DecisionAnswer, responses=CONFLICT, summary="Register a link no system knows")
def link(guanxi: Whole, body: LinkBody, user: Actor, once: Key) -> Response:
    """It waits for a second person, who looks after neither end; then the next run reads it."""
    asked = register.LinkAsked(body.kind, body.start, body.end, body.evidence, body.basis, body.told())
    return _told(guanxi, register.register_link(guanxi.view(), asked, user, once))


@router.post(
    "/links/{link_id}/correction",
    response_model=DecisionAnswer,
    responses=CONFLICT,
    summary="Correct a registered link",
)
def correct(guanxi: Whole, link_id: LinkId, body: CorrectionBody, user: Actor, once: Key) -> Response:
    """Another share, amount, first or last day; it waits for a second person. What was told before is kept."""
    asked = register_change.ChangeAsked(link_id, body.evidence, body.told(), body.link_version)
    return _told(guanxi, register_change.propose_change(guanxi.store, asked, user, once))


@router.post(
    "/links/{link_id}/closure", response_model=DecisionAnswer, responses=CONFLICT, summary="Close a registered link"
)
def close(guanxi: Whole, link_id: LinkId, body: ClosureBody, user: Actor, once: Key) -> Response:
    """It never was; one that has ended is corrected by its `valid_to`. It waits for a second person."""
    asked = register_change.ChangeAsked(link_id, body.evidence, None, body.link_version)
    return _told(guanxi, register_change.propose_change(guanxi.store, asked, user, once))


def _told(guanxi: Whole, decision_id: str) -> Response:
    return answer(decision(guanxi.view(), decision_id))
