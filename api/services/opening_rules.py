"""What openings count and how long they rest: `algorithms/rules/openings.yaml`, or a bank's own file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from algorithms.openings import Weights
from api.services.rule_text import Rule, file_text, read_text
from graph.errors import BadInput

SHIPPED = "openings.yaml"
Weight = Annotated[Decimal, Field(ge=0, le=10, max_digits=5, decimal_places=3)]
Days = Annotated[int, Field(ge=0, le=3_660)]


class OpeningWeights(Rule):
    """What each source counts."""

    similar: Weight
    household: Weight
    group: Weight
    maturing: Weight
    segment: Weight
    new_product: Weight
    linkage: Weight


class OpeningDays(Rule):
    """How many days each lasts."""

    maturing: Days
    quiet: Days
    refused: Days
    sold: Days


class OpeningRules(Rule):
    """All of the file."""

    version: Literal[1]
    weights: OpeningWeights
    days: OpeningDays
    most: int = Field(ge=1, le=50)
    new_below: int = Field(ge=0, le=1_000_000)
    unrated_risk: int = Field(ge=0, le=100)

    @property
    def thousandths(self) -> Weights:
        """The weights as the ranking takes them."""
        told = {name: int(getattr(self.weights, name) * 1000) for name in Weights.__dataclass_fields__}
        return Weights(**told)


@dataclass(frozen=True)
class OpeningsFile:
    """The rules with the text that they were read from, for the record of runs."""

    rules: OpeningRules
    origin: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


def opening_rules(file: str = "") -> OpeningsFile:
    """The rules of a file, or those that ship with Guanxi. Raises BadInput naming file, line, field and way out."""
    if file:
        return read_opening_rules(file_text(Path(file), "--openings"), file)
    return _shipped()


def read_opening_rules(text: str, origin: str) -> OpeningsFile:
    """Rules from their text."""
    told = read_text(text, origin)
    if not isinstance(told.data, dict):
        raise BadInput(f"{origin} holds no settings of openings: it begins with `version: 1`.", field="--openings")
    try:
        return OpeningsFile(OpeningRules.model_validate(told.data), origin, text)
    except ValidationError as error:
        raise told.fault(error) from None


@lru_cache(maxsize=1)
def _shipped() -> OpeningsFile:
    return read_opening_rules(files("algorithms").joinpath(f"rules/{SHIPPED}").read_text(encoding="utf-8"), SHIPPED)
