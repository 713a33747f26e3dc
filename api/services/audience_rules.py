"""Whom campaigns may approach: `algorithms/rules/audience.yaml`, or a bank's own file."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from api.services.rule_text import Rule, file_text, read_text
from graph.errors import BadInput

SHIPPED = "audience.yaml"
Days = Annotated[int, Field(ge=0, le=3_660)]


class AudienceDays(Rule):
    """For how long somebody is left alone."""

    quiet: Days
    refused: Days
    sold: Days = 365


class AudienceRules(Rule):
    """All of the file."""

    version: Literal[1]
    days: AudienceDays
    branch_capacity: int | None = Field(default=None, ge=1, le=1_000_000)
    most: int = Field(ge=1, le=100_000)
    held_back: Decimal = Field(ge=0, le=Decimal("0.5"), decimal_places=3)


def audience_rules(file: Path | None = None) -> AudienceRules:
    """The rules of a file, or those that ship with Guanxi. Raises BadInput naming file, line, field and way out."""
    return read_audience_rules(file_text(file, "--rules"), str(file)) if file else _shipped()


def read_audience_rules(text: str, origin: str) -> AudienceRules:
    """Rules from their text."""
    told = read_text(text, origin)
    if not isinstance(told.data, dict):
        raise BadInput(f"{origin} holds no settings of audiences: it begins with `version: 1`.", field="--rules")
    try:
        return AudienceRules.model_validate(told.data)
    except ValidationError as error:
        raise told.fault(error) from None


@lru_cache(maxsize=1)
def _shipped() -> AudienceRules:
    return read_audience_rules(files("algorithms").joinpath(f"rules/{SHIPPED}").read_text(encoding="utf-8"), SHIPPED)
