"""What a person registers of a link, checked and as the graph keeps it: shares, amounts, days, what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from algorithms.dependence import CRITERIA
from api.services.acting import LONGEST_REASON, check_letters
from graph import model, times
from graph.errors import BadInput
from loaders.currencies import CURRENCIES, minor_digits, minor_units

LONGEST_BASIS = 100
SHARES: Mapping[str, Mapping[str, str]] = {
    "OWNS": {"share": "share", "votes": "votes"},
    "DEPENDS_ON": {"share": "weight"},
}
"""By type of link: the fractions that may be told, and the properties that hold them."""
AMOUNTS = ("OWNS", "GUARANTEES")
INVERSE = {
    "spouse": "spouse",
    "parent": "child",
    "child": "parent",
    "sibling": "sibling",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
    "in_law": "in_law",
}
"""Relations of kin, with what the other is in turn."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "CONTROLS": ("agreement", "board_majority", "management", "consolidated_accounts", "actual_controller"),
    "KIN_OF": tuple(INVERSE),
    "DEPENDS_ON": CRITERIA,
}
"""Types whose basis is one of some words."""
NEEDED = (*WORDS, "EXECUTIVE_OF")
"""Types that say nothing without their basis."""
FIELDS = ("share", "votes", "amount", "currency", "valid_from", "valid_to")
"""What may be corrected of a link; ends and basis make it another one."""


@dataclass(frozen=True)
class Told:
    """share, votes: fractions as decimals. amount: a decimal in major units. valid_from: the first day it holds;
    valid_to: the first day it no longer does. None: not told."""

    share: str | None = None
    votes: str | None = None
    amount: str | None = None
    currency: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def given(self) -> dict[str, str]:
        """What is told, as texts."""
        return {name: str(value) for name in FIELDS if (value := getattr(self, name)) is not None}


def check_evidence(text: str | None) -> str:
    """What something stands on. Raises BadInput for none, or one that is too long."""
    found = (text or "").strip()
    if not found:
        raise BadInput(
            "evidence is missing: say what it stands on, or name the file that shows it, such as 股东名册 2025-06-30.",
            field="evidence",
        )
    if len(found) > LONGEST_REASON:
        raise BadInput(
            f"evidence has {len(found):,} letters; give at most {LONGEST_REASON:,}, and name the file that holds more.",
            field="evidence",
        )
    return found


def check_basis(kind: str, basis: str | None) -> str | None:
    """What tells a link of a type from others of the same ends. Raises BadInput for none where it is needed, for one
    where there is none, and for a word that the type does not know."""
    name, text = model.link_type(kind).basis, (basis or "").strip()
    if not text:
        if kind in NEEDED:
            known = f": {', '.join(WORDS[kind])}" if kind in WORDS else ", as the source names it"
            raise BadInput(f"A link of type {kind} needs its basis, the {name}{known}.", field="basis")
        return None
    if name is None:
        raise BadInput(f"A link of type {kind} has no basis; leave it out.", field="basis", value=text[:50])
    if kind in WORDS and text not in WORDS[kind]:
        raise BadInput(
            f"basis is {text[:50]!r}; the {name} of {kind} is one of {', '.join(WORDS[kind])}.",
            field="basis",
            value=text[:50],
        )
    check_letters(text, "basis")
    if len(text) > LONGEST_BASIS:
        raise BadInput(f"basis has {len(text)} letters; give at most {LONGEST_BASIS}.", field="basis", value=text[:50])
    return text


def properties_told(kind: str, told: Told, today: date) -> dict[str, Any]:
    """The properties of a link that are told, as the graph keeps them. Raises BadInput naming the field for what a link
    of the type does not have, and for what cannot be: a share above 1, an amount below zero, a day to come."""
    found: dict[str, Any] = {}
    shares = SHARES.get(kind, {})
    for name in ("share", "votes"):
        if (text := getattr(told, name)) is not None:
            if name not in shares:
                raise BadInput(f"A link of type {kind} has no {name}; leave it out.", field=name, value=text[:50])
            found[shares[name]] = _fraction(name, text)
    found |= _money(kind, told)
    return found | _days(told, today)


def check_period(valid_from: int, valid_to: int) -> None:
    """Raises BadInput for a link that would end before it begins. Both: days since 1970, sentinels where unstated."""
    if valid_to <= valid_from:
        first, last = times.from_day(valid_from), times.from_day(valid_to)
        raise BadInput(
            f"It would end before it begins: valid_from is {first}, and valid_to, the first day on which it no longer "
            f"holds, is {last}.",
            field="valid_to",
            value=last,
        )


def _fraction(name: str, text: str) -> float:
    try:
        share = Decimal(text)
    except ArithmeticError:
        share = Decimal("NaN")
    if not share.is_finite():
        raise BadInput(f"{name} is {text[:50]!r}; give a fraction such as 0.6.", field=name, value=text[:50])
    if not 0 <= share <= 1:
        percents = f", which is {(share * 100).normalize():f}%" if -1_000 < share < 1_000 else ""
        raise BadInput(
            f"{name} is {text[:50]}{percents}: give a fraction from 0 to 1, such as 0.3 for 30%.",
            field=name,
            value=text[:50],
        )
    if share != round(share, 9):
        raise BadInput(f"{name} is {text[:50]}; give at most nine decimals.", field=name, value=text[:50])
    return float(share)


def _money(kind: str, told: Told) -> dict[str, Any]:
    if told.amount is None:
        if told.currency is not None:
            raise BadInput("currency is of an amount; give `amount`, too, or leave it out.", field="currency")
        return {}
    if kind not in AMOUNTS:
        raise BadInput(f"A link of type {kind} has no amount; leave it out.", field="amount", value=told.amount[:50])
    currency = told.currency or ""
    if currency not in CURRENCIES:
        given = f"currency is {currency[:20]!r}" if currency else "An amount needs its currency"
        raise BadInput(f"{given}; give a code of ISO 4217 such as CNY.", field="currency", value=currency[:20] or None)
    minor = minor_units(told.amount, currency)
    if minor is None or minor < 0:
        raise BadInput(
            f"amount is {told.amount[:50]!r}; give an amount in major units with at most {minor_digits(currency)} "
            "decimals, not below zero, such as 1250.00. One that is not known is left out.",
            field="amount",
            value=told.amount[:50],
        )
    return {"amount": minor, "currency": currency}


def _days(told: Told, today: date) -> dict[str, Any]:
    if told.valid_from is not None and told.valid_from > today:
        raise BadInput(
            f"valid_from is {told.valid_from}, which is still to come: register what holds, up to {today}.",
            field="valid_from",
            value=told.valid_from,
        )
    days = {"valid_from": told.valid_from, "valid_to": told.valid_to}
    return {name: times.to_day(day) for name, day in days.items() if day is not None}
