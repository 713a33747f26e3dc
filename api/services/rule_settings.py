"""The settings that a rule set is made of. Every number carries its article and the day from which it is in force."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from algorithms.limits import Base, Counterparties, Floor, Limit, Measure, Reporting, Who
from algorithms.threshold import PPB, Sense, Threshold
from algorithms.votes import ControlRule, OwnShares
from api.services.rule_text import Rule
from loaders.currencies import CURRENCIES, minor_digits

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def _ppb(value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a fraction is a number such as 0.25")
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    # Looked at before multiplying, which would round a long number and fail on a huge one.
    if isinstance(exponent, int) and exponent >= -9 and 0 <= exact <= 1 and int(exact * PPB) >= least:
        return int(exact * PPB)
    raise ValueError("a fraction lies between 0 and 1 with at most nine decimals; 25% is written 0.25")


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise ValueError("a day is written like 2018-07-01, and must be one of the calendar")
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("a text is needed here")
    return value.strip()


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("a name here is of small letters, digits and single - or _ between them")
    return value


def _currency(value: str) -> str:
    if value not in CURRENCIES:
        raise ValueError("a currency is an ISO 4217 code such as EUR")
    return value


Ppb = Annotated[int, BeforeValidator(lambda value: _ppb(value, 1))]
"""A fraction above 0 and up to 1, read exactly, kept as parts per billion."""
PpbOrNone = Annotated[int, BeforeValidator(lambda value: _ppb(value, 0))]
"""The same, 0 included."""
Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, AfterValidator(_text)]
Slug = Annotated[str, AfterValidator(_slug)]
Currency = Annotated[str, AfterValidator(_currency)]

Effect = Literal["nil", "moves", "none"]
Sovereign = Literal["does_not_connect", "each_controlled_apart", "connects"]
Kin = Literal["none", "controlled_with_close_kin"]
OwnerMeasure = Literal["integrated", "control", "control_weighted", "interest_in_controller"]
Category = Literal["controller", "holder", "insider", "kin", "controlled", "subsidiary"]


class Title(Rule):
    """A name in both languages of the pages."""

    en: Text
    zh: Text


class Cited(Rule):
    """A setting with the article that says so and the day from which it is in force."""

    article: Text
    since: Day


class Control(Cited):
    """How control is tested."""

    threshold: Ppb
    sense: Sense
    own_shares: OwnShares
    family_as_one: bool

    def rule(self) -> ControlRule:
        """As the algorithms take it."""
        return ControlRule(Threshold(self.threshold, self.sense), self.own_shares, self.family_as_one)


class Assessed(Cited):
    """Above which exposure dependence is assessed."""

    ratio: Ppb
    base: Base


class Connection(Cited):
    """How clients become connected beside control.

    sovereign: whether an exempt sovereign connects what it controls, or each that it controls directly makes a group
    with it. kin: whether companies controlled by a person together with close kin are one group. assessed_above:
    dependence is "not assessed" at or below it.
    """

    dependence: bool
    flagged_counts: bool
    banks_depend: bool
    sovereign: Sovereign
    kin: Kin
    assessed_above: Assessed | None = None

    @model_validator(mode="after")
    def _assessed(self) -> Connection:
        if self.assessed_above and not self.dependence:
            raise ValueError("`assessed_above` belongs to `dependence: true`")
        return self


class FloorSetting(Rule):
    """An amount in whole units of a currency that the limit never falls below, up to a fraction of the base."""

    amount: int = Field(gt=0, le=10**15)
    currency: Currency
    at_most: Ppb | None = None

    def floor(self) -> Floor:
        """As the algorithms take it, in minor units."""
        return Floor(self.amount * 10 ** minor_digits(self.currency), self.currency, self.at_most)


class LimitSetting(Cited):
    """A limit: breached by more than its ratio of the base."""

    id: Slug
    title: Title
    who: Who
    counterparties: Counterparties
    measure: Measure
    base: Base
    ratio: Ppb
    floor: FloorSetting | None = None

    def limit(self) -> Limit:
        """As the algorithms take it."""
        floor = self.floor.floor() if self.floor else None
        return Limit(self.id, self.who, self.counterparties, self.measure, self.base, self.ratio, floor)


class ReportingSetting(Cited):
    """What is reported to the supervisor."""

    id: Slug
    measures: tuple[Measure, ...] = Field(min_length=1)
    ratio: Ppb
    sense: Sense
    base: Base
    largest: int = Field(default=0, ge=0, le=1_000)

    def reporting(self) -> Reporting:
        """As the algorithms take it."""
        return Reporting(self.id, self.measures, self.ratio, self.sense, self.base, self.largest)


class Warned(Cited):
    """From which part of a limit a warning is given."""

    fraction: Ppb


class Conversion(Cited):
    """Which part of an undrawn or off-balance item of a kind counts."""

    kind: Slug
    factor: PpbOrNone


class ProtectionSetting(Cited):
    """What protection of a kind does to the covered part: counts as nil, moves to the provider, or nothing.

    providers: the kinds of party (`institution` or `exempt` of the model) from whom it is eligible, where it moves.
    """

    kind: Slug
    effect: Effect
    providers: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _provided(self) -> ProtectionSetting:
        if bool(self.providers) != (self.effect == "moves"):
            raise ValueError("`providers` belong to `effect: moves`, which needs the kinds of party that are eligible")
        return self


class Exempt(Cited):
    """A kind of counterparty that the limits leave out; it stays reportable."""

    kind: Slug


class Owners(Cited):
    """The test of beneficial owners.

    measures: any of them suffices. integrated: the integrated share. control: control by the rule set's own test.
    control_weighted: a controlled holder counts whole. interest_in_controller: a share in an entity that controls.
    """

    threshold: Ppb
    sense: Sense
    measures: tuple[OwnerMeasure, ...] = Field(min_length=1)
    fallback: Literal["senior_manager"]

    def test(self) -> Threshold:
        """As the algorithms take it."""
        return Threshold(self.threshold, self.sense)


class RelatedCategory(Cited):
    """A kind of related party of the bank. of: the categories that it is derived from."""

    id: Slug
    title: Title
    who: Category
    threshold: Ppb | None = None
    sense: Sense | None = None
    of: tuple[str, ...] = ()
    relations: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> RelatedCategory:
        is_holder, is_kin = self.who == "holder", self.who == "kin"
        if (self.threshold is not None) != is_holder or (self.sense is not None) != is_holder:
            raise ValueError("`threshold` and `sense` belong to `who: holder`, which needs both")
        if bool(self.relations) != is_kin:
            raise ValueError("`relations` belong to `who: kin`, which needs them")
        if bool(self.of) != (self.who in ("kin", "controlled")):
            raise ValueError("`of` belongs to `who: kin` and `who: controlled`, which need it")
        return self

    def test(self) -> Threshold | None:
        """The threshold of holders, as the algorithms take it."""
        if self.threshold is None or self.sense is None:
            return None
        return Threshold(self.threshold, self.sense)
