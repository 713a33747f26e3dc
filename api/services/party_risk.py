"""What of a party is a sign of risk: risk events, freezes, credit below normal, and what is flagged about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from api.services.answers import Evidence, Model, Money, PartyRef, evidence, moment, money, party_ref

Row = Mapping[str, Any]
Sign = Literal["risk_event", "freeze", "classification", "overdue", "flagged"]
PARTS = ("risk_events", "risk_freezes", "risk_loans", "risk_flags")
"""The statements of the section, in the order in which their rows are told."""
NORMAL = (None, "pass", "normal")


class RiskItem(Model):
    """One sign of risk."""

    sign: Sign = Field(
        description="risk_event; freeze (of an account); classification (of a contract or drawdown, below normal); "
        "overdue (a drawdown); flagged (a link that nobody has confirmed)"
    )
    at: str | None = Field(description="of events: when, ISO 8601 in UTC")
    title: str | None = Field(description="of events")
    number: str | None = Field(description="of the account, contract or drawdown")
    classification: str | None
    overdue_days: int | None
    severity: str | None
    state: str | None
    amount: Money | None = Field(description="frozen, or owed; null where unknown or where there is none")
    party: PartyRef | None = Field(description="the other end of a flagged link")
    link: Evidence


def signs(found: Mapping[str, Row]) -> Iterator[RiskItem]:
    """The items of the rows of all parts, in their order. found: by part, `rows` each."""
    for name, told in zip(PARTS, (_event, _freeze, _loan, _flag), strict=True):
        yield from (told(row) for row in found[name]["rows"])


def _item(sign: Sign, row: Row, **told: Any) -> RiskItem:
    values = {**dict.fromkeys(RiskItem.model_fields), **told, "sign": sign}
    return RiskItem(**{**values, "link": evidence(row["link"], row["type"])})


def _event(row: Row) -> RiskItem:
    node = row["other"]
    told = {name: node.get(name) for name in ("title", "severity", "state")}
    return _item("risk_event", row, at=moment(node.get("at")), **told)


def _freeze(row: Row) -> RiskItem:
    node = row["other"]
    frozen = money(node.get("frozen_amount"), node.get("currency"))
    return _item(
        "freeze", row, number=node.get("account_no") or node["account_id"], amount=frozen, state=node.get("state")
    )


def _loan(row: Row) -> RiskItem:
    """A contract or drawdown; one that is both is told as what it is classified."""
    node = row["other"]
    drawdown = node.get("drawdown_id")
    owed = node.get("balance") if drawdown else node.get("drawn_amount")
    return _item(
        "overdue" if node.get("classification") in NORMAL else "classification",
        row,
        number=node.get("code") or drawdown or node["facility_id"],
        classification=node.get("classification"),
        overdue_days=node.get("overdue_days"),
        amount=money(owed, node.get("currency")),
    )


def _flag(row: Row) -> RiskItem:
    return _item("flagged", row, party=party_ref(row["other"]))
