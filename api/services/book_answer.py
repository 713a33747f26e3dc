"""What the book of a relationship manager tells."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.services.answers import Answer, Evidence, Model, Money, PartyRef
from api.services.managers import ManagerRef, ManagerTold
from api.services.opening_answer import OpeningTold


class Total(Model):
    """Amounts added up, each currency for itself: nothing is converted."""

    amounts: list[Money] = Field(description="one a currency, by its code")
    unknown: int = Field(description="so many more whose amount is not known; they are in no sum")


class Balances(Model):
    """What customers have at the bank and owe to it."""

    accounts: Total = Field(description="balances of open accounts at this bank, joint ones once")
    agreed: Total = Field(
        description="amounts of credit contracts that have not ended, those of several borrowers once"
    )
    drawn: Total = Field(description="outstanding under them: their drawdowns, or what a contract without any states")


class Revenue(Model):
    """The bank's revenue of one year, as far as it is loaded."""

    year: int
    amounts: list[Money] = Field(description="one a currency, by its code")
    customers: int = Field(description="customers with figures of that year")


class Contact(Model):
    """An interaction with a customer, whoever of the bank had it."""

    event_id: str
    at: str = Field(description="ISO 8601 in UTC")
    day: date = Field(description="in the bank's time zone")
    title: str | None
    channel: str | None
    by: list[str] = Field(description="names of the managers who took part")


class Change(Model):
    """Something about a customer that began or ended after the last contact."""

    what: str = Field(
        description="type of the link (`OWNS`, `HOLDS`, `BORROWS` …), or of the event: service_request, risk, signing"
    )
    change: str = Field(description="began, ended or happened")
    on: date
    party: PartyRef | None = Field(default=None, description="the other party of a link between parties")
    name: str | None = Field(default=None, description="product, account or contract number, or title of the event")
    state: str | None = Field(default=None, description="of an event: open, done …")
    id: str = Field(description="of the link or event")


class BookCustomer(Model):
    """One customer of the book."""

    party: PartyRef
    roles: list[str] = Field(description="of the manager: main, assisting")
    since: date | None = Field(description="first day in this book; null where no day is told")
    balances: Balances
    revenue: Revenue | None = Field(description="of the latest year with revenue loaded; null where there is none")
    last_contact: Contact | None = Field(description="null where none is known")
    unseen_days: int | None = Field(description="days since the last contact; null where none is known")
    changes: list[Change] = Field(description="since the last contact, the latest first; empty where none is known")
    changes_total: int
    links: list[Evidence] = Field(description="the assignments behind it")


class OtherManager(ManagerRef):
    """A manager of other members of a group or household."""

    members: int = Field(description="members that this manager looks after")


class Touched(Model):
    """A group or household that customers of the book belong to."""

    id: str
    kind: str = Field(description="declared, control, connected, or household")
    name: str | None
    customers: int = Field(description="its members in this book")
    others: list[OtherManager] = Field(
        description="who else looks after members of it, those with most first: to be coordinated with"
    )


class Touching(Model):
    """Groups or households touched. Those to be coordinated come first, then those with most customers of the book."""

    total: int
    coordinated: int = Field(description="of these: other managers look after members, too")
    items: list[Touched]


class NextOpenings(Model):
    """What to offer the customers of a book next."""

    total: int = Field(description="openings of all its customers at the run")
    items: list[OpeningTold] = Field(description="the best of them on which nobody is done, at most 20")
    empty: str | None = Field(description="said where there is nothing to offer")


class BookAnswer(Answer):
    """The book of a relationship manager: who is in it, around it, and how long nobody has seen them."""

    manager: ManagerTold
    total: int = Field(description="customers")
    persons: int
    companies: int
    balances: Balances
    revenue: Revenue | None = Field(description="of the latest year with revenue loaded; null where there is none")
    never_seen: int = Field(description="customers without a known contact")
    groups: Touching
    households: Touching
    customers: list[BookCustomer] = Field(description="one page, the longest unseen first, those never seen before all")
    next_openings: NextOpenings | None = Field(
        default=None, description="what to offer them next; null where it is not asked for"
    )
    empty: str | None = Field(description="said where nobody is in the book")
