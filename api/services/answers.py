"""What all answers have in common: the state of the world they speak of, evidence, money, what was left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from graph import times
from graph.store import View
from loaders.currencies import minor_digits

FOUND_KINDS = frozenset({"control", "connected"})
"""Kinds of groups that runs find: they go by the names of their heads, and their reasons name parties by id."""
COUNT_CAP = 10_001
"""Neighbours are counted exactly up to one less than this."""


class Model(BaseModel):
    """The base of everything answered: unknown fields are refused, so that a misspelt one cannot pass in silence."""

    model_config = ConfigDict(extra="forbid")


class Because(Model):
    """Why something was concluded: the rule, its article, the links used, and the arithmetic in words."""

    rule: str
    article: str | None = None
    links: list[str] = Field(default_factory=list, description="ids of the links used")
    text: str


class Answer(Model):
    """The state of the world that an answer speaks of."""

    as_of: date = Field(description="the day it speaks of")
    known_on: date | None = Field(default=None, description="asked for as known at the end of this day, if so")
    seq: int = Field(description="number of the publication it was read from; one number is one state of the world")
    known_at: str = Field(description="when that was published, ISO 8601 in UTC")
    run_id: str | None = Field(
        default=None, description="the analysis run that derived links and groups come from, if any"
    )
    run_note: str | None = Field(
        default=None,
        description="said where that run speaks of another day (derived facts exist for days of runs), a load that "
        "it read was rolled back, or data were loaded since it read",
    )
    omitted: list[str] = Field(default_factory=list, description="what was left out, and why")
    because: list[Because] = Field(default_factory=list, description="the reasons of what was concluded")


class Money(Model):
    """An amount as an exact decimal in major units. Where an amount is unknown there is null in place of this."""

    amount: str = Field(examples=["1250000.00"])
    currency: str | None = Field(default=None, examples=["CNY"])


class PartyRef(Model):
    """A party in a few words."""

    party_id: str
    name: str | None = None
    name_en: str | None = None
    kind: str | None = Field(default=None, description="person or company; null where only links name the party")

    @property
    def called(self) -> str:
        """What to call it in a sentence."""
        return self.name or self.name_en or self.party_id


class Evidence(Model):
    """Where a link comes from: its source record, its status and since when it holds."""

    id: str
    type: str
    status: str
    source: str | None = None
    row_key: str | None = Field(default=None, description="table and key of the source row")
    from_key: str | None = None
    to_key: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    data_day: date | None = None
    flags: list[str] = Field(default_factory=list, description="what the checks found doubtful")
    decided: str | None = Field(default=None, description="id of the person's decision that set the status, if any")
    seq_in: int = Field(description="the number that made it known; a decision names it as `link_version`")
    evidence: str | None = Field(default=None, description="of what persons registered: what it stands on")
    registered_by: str | None = Field(default=None, description="who registered it")
    approved_by: str | None = Field(default=None, description="the second person, who approved it")


TODAYS_ATTRIBUTES = "attributes of parties and other nodes are today's; links and memberships are those of the day"


def stamp(view: View, omitted: Sequence[str] = ()) -> dict[str, Any]:
    """The fields of `Answer` that a view fills in. omitted: what the question itself left out."""
    return {
        "omitted": [TODAYS_ATTRIBUTES, *omitted] if view.is_past else list(omitted),
        "as_of": view.as_of,
        "known_on": view.known_on,
        "seq": view.seq,
        "known_at": times.iso_moment(view.known_at),
        "run_id": view.run_id,
        "run_note": run_note(view),
    }


def run_note(view: View) -> str | None:
    """What is to be known of the view's run: that it speaks of another day, is stale, or older than the last load."""
    told = [no_run_for_day(view)]
    if view.run_is_stale:
        told.append(f"{view.run_id} is stale: a load that it read was rolled back; `guanxi run` makes a new one")
    elif view.run_is_behind:
        told.append(f"{view.run_id} knows nothing of what was loaded since; `guanxi run` makes a new one")
    return "; ".join(filter(None, told)) or None


def no_run_for_day(view: View) -> str | None:
    """That no run's links are there for the view's day, and which run is nearest; None where they are, or no run is."""
    if view.other_run is None:
        return None
    run_id, run_day = view.other_run
    if run_day == view.as_of:
        return f"{run_id} of {run_day} kept its tables alone; `guanxi export control --run {run_id}` prints them"
    return f"no run for {view.as_of}; the nearest is {run_id} of {run_day}"


def day(number: int | None) -> date | None:
    """A day of the graph as a date; null for unstated ones."""
    return None if number is None else times.from_day(number)


def moment(ms: int | None) -> str | None:
    """A moment of the graph as ISO 8601 in UTC."""
    return None if ms is None else times.iso_moment(ms)


def money(minor: int | None, currency: str | None) -> Money | None:
    """Minor units as a decimal string; null where the amount is unknown. Two digits where no currency is stated."""
    if minor is None:
        return None
    digits = minor_digits(currency) if currency else 2
    return Money(amount=f"{Decimal(minor).scaleb(-digits):.{digits}f}", currency=currency)


def party_ref(row: Mapping[str, Any]) -> PartyRef:
    """A party from its few columns."""
    return PartyRef(
        party_id=row["party_id"], name=row.get("name"), name_en=row.get("name_en"), kind=row.get("kind") or None
    )


def group_name(group: Mapping[str, Any], head: PartyRef | None) -> str | None:
    """A group's own name; one that a run found goes by the name of its head, where the asker sees it."""
    if group.get("kind") not in FOUND_KINDS:
        return group.get("name")
    return head.called if head else None


def evidence(link: Mapping[str, Any], type: str) -> Evidence:
    """The evidence of a link from its properties."""
    return Evidence(
        id=link["id"],
        type=type,
        status=link["status"],
        source=link.get("source"),
        row_key=link.get("row_key"),
        from_key=link.get("from_key"),
        to_key=link.get("to_key"),
        valid_from=day(link.get("valid_from")),
        valid_to=day(link.get("valid_to")),
        data_day=day(link.get("data_day")),
        flags=link.get("flags") or [],
        decided=link.get("decided"),
        seq_in=link["seq_in"],
        evidence=link.get("evidence"),
        registered_by=link.get("registered_by"),
        approved_by=link.get("approved_by"),
    )


def many(count: int, noun: str) -> str:
    """How many of something, the noun in its number: `1 party`, `2,000 more customers`."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{noun}s"
    return f"{count:,} {plural}"


def counted(total: int) -> str:
    """A count in words: exact up to 10,000."""
    return f"{total:,}" if total < COUNT_CAP else "more than 10,000"
