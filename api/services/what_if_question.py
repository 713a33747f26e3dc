"""What a what-if asks: changes in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from api import malformed
from api.services.answers import Model
from api.services.places import place_of
from api.services.register_values import WORDS
from graph.errors import BadInput

MOST_CHANGES = 100
TYPES = ("OWNS", "CONTROLS", "DEPENDS_ON", "GUARANTEES")
"""Types of links that a what-if may change."""
Do = Literal[
    "add_link", "remove_link", "change_link", "rebut", "confirm", "add_facility", "change_facility", "repay_facility"
]


class Changing(Model):
    """One change. `do` says what; each takes some of the other fields."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    do: Do = Field(description="remove_link and rebut both take a link away", examples=["add_facility"])
    link: str | None = Field(default=None, description="id of a link: remove_link, change_link, rebut, confirm")
    type: str | None = Field(default=None, description=f"add_link: {', '.join(TYPES)}")
    start: str | None = Field(
        default=None,
        alias="from",
        description="add_link: who owns, controls, depends or guarantees; any id that `resolve` knows",
    )
    end: str | None = Field(default=None, alias="to", description="add_link: in whom, whom, on whom, for whom")
    share: Decimal | None = Field(default=None, description="OWNS: a fraction above 0 and up to 1", examples=["0.3"])
    basis: str | None = Field(default=None, max_length=100, description="CONTROLS: agreement, board_majority, ...")
    criterion: str | None = Field(
        default=None, max_length=100, description=f"DEPENDS_ON: {', '.join(WORDS['DEPENDS_ON'])}"
    )
    facility: str | None = Field(
        default=None, description="id or number of a contract: change_facility, repay_facility; GUARANTEES for it"
    )
    borrowers: list[str] = Field(
        default_factory=list, max_length=20, description="add_facility: who owes it, jointly where several do"
    )
    amount: Decimal | None = Field(
        default=None, description="limit of a contract, or a guarantee; major units", examples=["30000000.00"]
    )
    drawn: Decimal | None = Field(default=None, description="drawn part of a contract; of a new one all, if left out")
    currency: str | None = Field(default=None, description="ISO 4217; the reporting currency, if left out")


class WhatIfQuestion(Model):
    """Changes that are thought through together. Nothing is stored."""

    changes: list[Changing] = Field(min_length=1, max_length=MOST_CHANGES)


def read_question(text: str) -> WhatIfQuestion:
    """A question from JSON. Raises BadInput naming the field by its place."""
    try:
        return WhatIfQuestion.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = place_of(first["loc"])
        told = malformed.told(first) if place else f"The file is no JSON: {first['msg']}."
        raise BadInput(told, field=place or None) from error
