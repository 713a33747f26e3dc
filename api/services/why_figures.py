"""The figures of an explanation: steps with their arithmetic, exact and as text."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from algorithms.threshold import PPB, Threshold
from api.services.answers import Evidence, Model, PartyRef
from loaders.currencies import minor_digits

SIGN = {"more_than": ">", "at_least": "≥"}
_PLACES = Decimal("0.01")


class Part(Model):
    """What one holder adds to a sum."""

    party: PartyRef | None = Field(description="null outside the asker's scope")
    amount: int


class Arithmetic(Model):
    """A ratio and what it is compared with, in whole numbers."""

    measure: str = Field(description="votes, or the criterion of dependence")
    unit: str = Field(description="ppb (parts per billion), or the currency whose minor units are told")
    part: int
    whole: int
    threshold_ppb: int
    sense: str = Field(description="more_than or at_least")
    parts: list[Part] = Field(default_factory=list, description="what the part is the sum of")
    text: str = Field(examples=["31% + 20% = 51% > 50%"])


class WhyStep(Model):
    """One step: what ties a party (target) to another (source)."""

    kind: str = Field(description="control, dependence, kin or family")
    sources: list[PartyRef] = Field(description="one, or a couple that counts as one; without those outside the scope")
    target: PartyRef | None = Field(description="null outside the asker's scope")
    firm: bool = Field(description="false where it rests on what nobody has confirmed")
    rule: str
    article: str
    arithmetic: list[Arithmetic]
    links: list[Evidence] = Field(description="the links used, as they stand in the asker's state of the world")
    text: str


def votes_text(ppb: int) -> str:
    """Parts per billion as percents, exact."""
    return f"{Decimal(ppb).scaleb(-7):f}".rstrip("0").rstrip(".") + "%" if ppb % PPB else f"{ppb // PPB * 100}%"


def share_text(part: int, whole: int) -> str:
    """A ratio as percents, rounded down to two places."""
    return f"{(Decimal(part * 10_000 // whole) * _PLACES).normalize():f}%"


def amount_text(minor: int, currency: str) -> str:
    """Minor units as major ones, thousands parted."""
    digits = minor_digits(currency)
    return f"{Decimal(minor).scaleb(-digits):,.{digits}f}"


def money_text(minor: int, currency: str) -> str:
    """An amount with its currency."""
    return f"{currency} {amount_text(minor, currency)}"


def ratio(criterion: str, part: int, whole: int, test: Threshold, currency: str) -> Arithmetic:
    """An amount against a whole and a threshold, in minor units."""
    told = f"{amount_text(part, currency)} / {amount_text(whole, currency)}"
    equals = f" = {share_text(part, whole)}" if whole > 0 else ""
    return Arithmetic(
        measure=criterion,
        unit=currency,
        part=part,
        whole=whole,
        threshold_ppb=test.ppb,
        sense=test.sense,
        text=f"{told}{equals} {sign(test, part, whole)} {votes_text(test.ppb)}",
    )


def sign(test: Threshold, part: int, whole: int) -> str:
    """How a ratio stands to a threshold."""
    if test.met_by(part, whole):
        return SIGN[test.sense]
    return "<" if test.sense == "at_least" else "≤"
