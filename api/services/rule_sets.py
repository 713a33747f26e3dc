"""Regulations as data: the rule sets of `algorithms/rules/*.yaml` and those a bank adds, read and checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from algorithms.cover import EFFECTS, NO_EFFECT
from algorithms.limits import Limit
from algorithms.threshold import PPB
from api.services.rule_settings import (
    Connection,
    Control,
    Conversion,
    Day,
    Exempt,
    LimitSetting,
    Owners,
    ProtectionSetting,
    RelatedCategory,
    ReportingSetting,
    Slug,
    Title,
    Warned,
)
from api.services.rule_text import Rule, file_text, read_text
from graph.errors import BadInput

SHIPPED = (
    "cn-large-exposure",
    "cn-group-credit",
    "basel-lex",
    "hkma",
    "eu-crr",
    "cn-bo",
    "eu-amlr",
    "eu-amld",
    "cn-related-party",
)


class RuleSet(Rule):
    """One regulation. What it does not speak of is left out."""

    version: Literal[1]
    id: Slug
    title: Title
    source: Title
    since: Day
    until: Day | None = None
    control: Control
    connection: Connection | None = None
    limits: tuple[LimitSetting, ...] = ()
    reporting: tuple[ReportingSetting, ...] = ()
    warning: Warned | None = None
    conversion: tuple[Conversion, ...] = ()
    protection: tuple[ProtectionSetting, ...] = ()
    exempt: tuple[Exempt, ...] = ()
    owners: Owners | None = None
    related: tuple[RelatedCategory, ...] = Field(default=())

    @model_validator(mode="after")
    def _consistent(self) -> RuleSet:
        _once("limits", "id", (limit.id for limit in self.limits))
        _once("reporting", "id", (rule.id for rule in self.reporting))
        _once("conversion", "kind", (item.kind for item in self.conversion))
        _once("protection", "kind", (item.kind for item in self.protection))
        _once("exempt", "kind", (item.kind for item in self.exempt))
        _once("related", "id", (category.id for category in self.related))
        if self.until and self.until <= self.since:
            raise ValueError(f"`until` ({self.until}) is not after `since` ({self.since})")
        if self.limits and not self.warning:
            raise ValueError("`limits` need a `warning`: the fraction of a limit from which a warning is given")
        earlier: set[str] = set()
        for category in self.related:
            unknown = [name for name in category.of if name not in earlier]
            if unknown:
                raise ValueError(f"related {category.id!r}: `of` names {unknown[0]!r}, which is no category above it")
            earlier.add(category.id)
        return self

    def in_force(self, day: date) -> bool:
        """Whether the regulation is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def limits_on(self, day: date) -> tuple[Limit, ...]:
        """The limits in force on a day, as the algorithms take them."""
        return tuple(limit.limit() for limit in self.limits if self.in_force(day) and limit.since <= day)

    def reporting_on(self, day: date) -> tuple[ReportingSetting, ...]:
        """What is reported on a day."""
        return tuple(rule for rule in self.reporting if self.in_force(day) and rule.since <= day)

    def factor(self, kind: str | None) -> int:
        """The part of an undrawn or off-balance item that counts, parts per billion; all of a kind not named here."""
        return next((item.factor for item in self.conversion if item.kind == kind), PPB)

    def effect(self, kind: str | None) -> int:
        """What protection of a kind does, as an index into `EFFECTS`; nothing for a kind not named here."""
        return next((EFFECTS.index(item.effect) for item in self.protection if item.kind == kind), NO_EFFECT)

    def providers(self, kind: str | None) -> frozenset[str]:
        """The kinds of party from whom protection of a kind is eligible."""
        return frozenset(name for item in self.protection if item.kind == kind for name in item.providers)

    def exempts(self, kind: str | None) -> bool:
        """Whether the limits leave a kind of counterparty out."""
        return any(item.kind == kind for item in self.exempt)


@dataclass(frozen=True)
class RuleFile:
    """A rule set with the text it was read from, for the record of runs. digest: SHA-256 of the text, hexadecimal."""

    rules: RuleSet
    origin: str
    text: str

    @property
    def digest(self) -> str:
        """Two files with the same digest are the same rules to the letter."""
        return sha256(self.text.encode()).hexdigest()


def read_rule_set(text: str, origin: str) -> RuleFile:
    """The checked rule set of a text. Raises BadInput naming file, line, field, value and the way out."""
    found = read_text(text, origin)
    try:
        return RuleFile(RuleSet.model_validate(found.data), origin, text)
    except ValidationError as error:
        raise found.fault(error) from error


def rule_set(name_or_path: str) -> RuleFile:
    """A rule set that ships with Guanxi by its name, or a bank's own by the path of its file (`.yaml` or `.yml`)."""
    if name_or_path in SHIPPED:
        return _shipped(name_or_path)
    file = Path(name_or_path)
    if file.suffix not in (".yaml", ".yml"):
        known = ", ".join(SHIPPED)
        message = f"There is no rule set {name_or_path[:80]!r}; known are {known}, or give the path of a .yaml file."
        raise BadInput(message, field="rules", value=name_or_path)
    return read_rule_set(file_text(file), str(file))


def rule_sets(names_or_paths: Iterable[str]) -> tuple[RuleFile, ...]:
    """Several rule sets to be used side by side. Raises BadInput if two have one id."""
    found = tuple(rule_set(one) for one in names_or_paths)
    for at, one in enumerate(found):
        for other in found[:at]:
            if one.rules.id == other.rules.id:
                message = f"{other.origin} and {one.origin} are both the rule set {one.rules.id!r}: change one's `id`."
                raise BadInput(message, field="rules", value=one.rules.id)
    return found


@cache
def _shipped(name: str) -> RuleFile:
    text = files("algorithms").joinpath(f"rules/{name}.yaml").read_text(encoding="utf-8")
    return read_rule_set(text, f"{name}.yaml")


def _once(section: str, field: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{section}: the {field} {value!r} is given twice; change or leave out one")
        seen.add(value)
