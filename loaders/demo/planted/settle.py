"""Turns the notebook's ordinals into the bank's: persons move behind the companies, answers get source keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import polars as pl
from pydantic import BaseModel

from loaders.demo.planted.control import plant_control
from loaders.demo.planted.dependence import plant_dependence
from loaders.demo.planted.duplicates import plant_duplicates
from loaders.demo.planted.exposures import plant_exposures
from loaders.demo.planted.findable import plant_searches
from loaders.demo.planted.guarantees import plant_guarantees
from loaders.demo.planted.homes import plant_homes
from loaders.demo.planted.patterns import plant_patterns
from loaders.demo.planted.payments import plant_payments
from loaders.demo.planted.planting import PERSONS, Planting
from loaders.demo.planted.relations import plant_relations
from loaders.demo.rows import frame
from loaders.demo.sizes import Counts
from loaders.demo.world import World

_PARTY_COLUMNS = (
    "of",
    "who",
    "party",
    "joint",
    "parent",
    "member",
    "guarantor",
    "borrower",
    "owner",
    "issuer",
    "referrer",
    "referred",
)
Model = TypeVar("Model", bound=BaseModel)


def plant(counts: Counts, seed: int) -> Planting:
    """Everything planted, in a fixed order."""
    p = Planting(counts, seed)
    plant_control(p)
    plant_dependence(p)
    plant_payments(p)
    plant_guarantees(p)
    plant_homes(p)
    plant_duplicates(p)
    plant_relations(p)
    plant_searches(p)
    plant_exposures(p)
    plant_patterns(p)
    for n, person in enumerate(p.persons):
        if person.get("core") == 1:
            p.account_of(PERSONS + n)
    for n, company in enumerate(p.companies):
        if company.get("core") == 1:
            p.account_of(n)
    return p


def settled(row_type: type, rows: Iterable[tuple[object, ...]], n_companies: int) -> pl.DataFrame:
    """A frame of planted rows with the bank's ordinals."""
    made = frame(row_type, rows)
    moved = [
        pl.when(pl.col(name) >= PERSONS).then(pl.col(name) - PERSONS + n_companies).otherwise(pl.col(name)).alias(name)
        for name in _PARTY_COLUMNS
        if name in made.columns
    ]
    return made.with_columns(moved) if moved else made


def overridden(frame_: pl.DataFrame, planted: list[dict[str, Any]]) -> pl.DataFrame:
    """The frame with its first rows' columns replaced by what was planted."""
    head = frame_.head(len(planted)).to_dicts()
    for row, attributes in zip(head, planted, strict=True):
        row.update(attributes)
    return pl.concat([pl.DataFrame(head, schema=frame_.schema), frame_.slice(len(planted))])


class Keys:
    """Says how answers name parties: the source keys of each planted party, its numbers and names."""

    def __init__(self, world: World, planting: Planting) -> None:
        self._world, self._planting = world, planting
        n_companies = len(planting.companies)
        self._rows = [
            *world.companies.head(n_companies).to_dicts(),
            *world.persons.head(len(planting.persons)).to_dicts(),
        ]
        self._n_companies = n_companies

    def ordinal(self, party: int) -> int:
        """The bank's ordinal of a planted party."""
        return party - PERSONS + self._world.n_companies if party >= PERSONS else party

    def row(self, party: int) -> dict[str, Any]:
        return self._rows[party - PERSONS + self._n_companies if party >= PERSONS else party]

    def all(self, party: int) -> list[str]:
        """Its source keys, the credit system's first."""
        row, ordinals = self.row(party), pl.Series([self.ordinal(party)])
        keys = []
        if row["credit"] == 1:
            keys.append(f"credit:CUSTOMER_INFO:{self._world.credit_numbers(ordinals)[0]}")
        if row["core"] == 1:
            table = "CIF10PF" if party >= PERSONS else "CIF20PF"
            keys.append(f"core:{table}:{self._world.core_numbers(ordinals)[0]}")
        return keys

    def text(self, token: str) -> str:
        """What an answer's `@…` stands for; other texts stay."""
        if not token.startswith("@"):
            return token
        word = token[1:].rstrip("0123456789")
        party = int(token[1 + len(word) :])
        if word == "account":
            ordinal = self._planting.account_of(party)
            return str(self._world.account_numbers[ordinal])
        if word == "core":
            return self.all(party)[-1]
        if word:
            return str(self.row(party)[word])
        return self.all(party)[0]

    def settle(self, answer: Model) -> Model:
        """An answer with every `@…` replaced."""
        return type(answer).model_validate(self._walk(answer.model_dump()))

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._walk(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self._walk(item) for key, item in value.items()}
        return value
