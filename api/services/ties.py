"""How strong ties are: `algorithms/rules/ties.yaml`, read and checked once."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from algorithms.threshold import PPB
from api.services.rule_text import Rule, read_text
from graph import times
from graph.errors import BadInput

SHIPPED = "ties.yaml"
Part = Annotated[float, Field(gt=0, le=1)]


class Kind(Rule):
    """A kind of link as a tie."""

    strength: Part
    because: str


class Recency(Rule):
    """The factor of ties that began at most `days` ago."""

    days: int = Field(ge=0)
    factor: Part


TieKind = Literal["KIN_OF", "LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_OF", "REFERRED", "OWNS", "GUARANTEES", "MANAGED_BY"]


class TieRules(Rule):
    """All of the file."""

    version: Literal[1]
    kinds: dict[TieKind, Kind]
    recency: tuple[Recency, ...]
    older: Part
    frequency: float = Field(ge=0, lt=1)

    def by_first_day(self, day: int) -> dict[str, list[list[int]]]:
        """By kind [first day, strength on `day` of a tie that began on it or later], the latest first; the last holds
        whenever it began."""
        told = [(one.days, day - one.days) for one in sorted(self.recency, key=lambda one: one.days)]
        return {
            kind: [
                *([first, self.strength(kind, days)] for days, first in told),
                [times.SINCE_EVER, self.strength(kind, None)],
            ]
            for kind in self.kinds
        }

    def strength(self, kind: str, days_ago: int | None) -> int:
        """Of one tie, parts per billion, rounded down, never 0. days_ago: None where no day is told."""
        told = (one.factor for one in self.recency if days_ago is not None and days_ago <= one.days)
        return max(1, ppb(self.kinds[kind].strength) * ppb(next(told, self.older)) // PPB)  # type: ignore[index]

    def together(self, strengths: Iterable[int]) -> int:
        """Of several ties of the same two parties."""
        best, *more = sorted(strengths, reverse=True)
        for _ in more:
            best += (PPB - best) * ppb(self.frequency) // PPB
        return best


def ppb(fraction: float) -> int:
    """A fraction as written, in parts per billion."""
    return int(Decimal(str(fraction)) * PPB)


@cache
def tie_rules() -> TieRules:
    """The rules that ship with Guanxi. Raises BadInput as `read_tie_rules`."""
    return read_tie_rules(files("algorithms").joinpath(f"rules/{SHIPPED}").read_text(encoding="utf-8"), SHIPPED)


def read_tie_rules(text: str, origin: str) -> TieRules:
    """Rules from their text. Raises BadInput naming file, line, field and way out."""
    told = read_text(text, origin)
    if not isinstance(told.data, dict):
        raise BadInput(f"{origin} holds no strengths of ties: it begins with `version: 1`.", field="ties")
    try:
        return TieRules.model_validate(told.data)
    except ValidationError as error:
        raise told.fault(error) from None
