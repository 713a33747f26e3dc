"""What a segment may ask of parties: a closed list of fields, and where each is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from api.services.managers import MEANT_BY
from graph.errors import BadInput


class Kind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "whole number"
    DAY = "day"
    MONEY = "amount"
    YES_NO = "yes or no"


@dataclass(frozen=True)
class Field:
    """attribute: that of a party it is read from. several: a party may have any number of values; one without has none.
    allowed: the only values; empty: any."""

    kind: Kind
    doc: str
    attribute: str = ""
    several: bool = False
    allowed: tuple[str, ...] = ()


def _text(doc: str, attribute: str) -> Field:
    return Field(Kind.TEXT, doc, attribute)


FIELDS: Mapping[str, Field] = {
    "kind": Field(Kind.TEXT, "person or company", "kind", allowed=("person", "company")),
    "role": Field(
        Kind.TEXT, "what it is to the bank", several=True, allowed=("customer", "prospect", "guarantor", "referrer")
    ),
    "branch": Field(Kind.TEXT, "a branch with all below it: id, code or name", several=True),
    "manager": Field(Kind.TEXT, f"a relationship manager: {MEANT_BY}", several=True),
    "tag": Field(Kind.TEXT, "a tag", several=True),
    "product": Field(Kind.TEXT, "a product held: id or code", several=True),
    "product_family": Field(Kind.TEXT, "a family of products held", several=True),
    "products_held": Field(Kind.NUMBER, "how many products it holds"),
    "balance": Field(Kind.MONEY, "balances of its accounts here in one currency, joint ones whole"),
    "credit_limit": Field(Kind.MONEY, "limits of its credit contracts in one currency, shared ones whole"),
    "credit_drawn": Field(Kind.MONEY, "what is drawn of them"),
    "revenue": Field(
        Kind.MONEY, "what the bank earned with it in the twelve months up to the last that is told, in one currency"
    ),
    "grade": Field(Kind.TEXT, "grade of a customer by the score table"),
    "group": Field(Kind.TEXT, "a group's id", several=True),
    "group_kind": Field(
        Kind.TEXT, "groups it is a member of", several=True, allowed=("declared", "control", "connected")
    ),
    "household": Field(Kind.TEXT, "a household's id", several=True),
    "household_size": Field(Kind.NUMBER, "members of its household; 1 for a person in none"),
    "age": Field(Kind.NUMBER, "whole years", "birth_day"),
    "customer_since": Field(Kind.DAY, "first day as a customer", "customer_since"),
    "registered_on": Field(Kind.DAY, "day of registration", "registered_on"),
    "industry": _text("industry code and name, as loaded", "industry"),
    "company_kind": _text("form or economic kind of a company", "company_kind"),
    "size": _text("enterprise size class", "size"),
    "country": _text("ISO 3166 alpha-2", "country"),
    "gender": _text("F, M or as the source says", "gender"),
    "occupation": _text("occupation of a person", "occupation"),
    "segment": _text("customer segment of the source", "segment"),
    "rating": _text("internal rating", "rating"),
    "risk_class": _text("customer risk class or appetite", "risk_class"),
    "listed": Field(Kind.YES_NO, "listed on an exchange", "listed"),
    "opted_out": Field(Kind.YES_NO, "asked not to be approached; no, unless it did", "marketing_opt_out"),
}
"""Every field by name."""


def field_named(name: str, place: str) -> Field:
    """A field by its name. place: where it stands in the filter. Raises BadInput naming the nearest and the list."""
    if name in FIELDS:
        return FIELDS[name]
    close = get_close_matches(name, FIELDS, n=1)
    hint = f"did you mean {close[0]!r}? Known are" if close else "known are"
    raise BadInput(
        f"{place} is {name[:50]!r}, which is no field of a segment; {hint} {', '.join(FIELDS)}.",
        field=place,
        value=name[:50],
    )
