"""Rules for beneficial owners, and what they are applied to (DOMAIN.md 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from algorithms.columns import BoolArray, IntArray, nothing
from algorithms.threshold import PPB, Threshold
from algorithms.votes import check_ordinals

Measure = Literal["integrated", "control", "control_weighted", "interest_in_controller"]
MEASURES: tuple[Measure, ...] = get_args(Measure)

Kind = Literal["share", "votes", "profit"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """When a person is a beneficial owner of a company: when any of the measures says so.

    `integrated`: the integrated ownership meets the threshold. `control`: the person controls the company.
    `control_weighted` (our measure for Art. 54 (a) of Regulation (EU) 2024/1624): what the person has of the company
    meets the threshold where holders it controls count whole. `interest_in_controller` (Art. 54 (b)): the person's
    integrated ownership of another company that controls this one meets it. Votes and profit rights are measured like
    shares, each for itself. Where no person passes, senior managers stand in.
    """

    id: str
    threshold: Threshold = field(default_factory=lambda: Threshold(PPB // 4, "at_least"))
    measures: tuple[Measure, ...] = ("integrated", "control")

    def __post_init__(self) -> None:
        wrong = set(self.measures) - set(MEASURES)
        if wrong or not self.measures:
            raise ValueError(f"measures of the rule {self.id!r} are among {MEASURES}, not {sorted(wrong)}")


@dataclass(frozen=True, slots=True)
class Interests:
    """Who holds what in whom, who is a person, who manages what.

    owner, owned: shape (n_stakes,), party ordinals. share, votes, profit: shape (n_stakes,), parts per billion or
    UNKNOWN; votes and profit rights may be left out. person: shape (n_parties,), the natural persons. managed, manager:
    shape (n_managers,), companies and their legal representatives or executives, in the order of preference.
    """

    owner: IntArray
    owned: IntArray
    share: IntArray
    person: BoolArray
    votes: IntArray | None = None
    profit: IntArray | None = None
    managed: IntArray = field(default_factory=nothing)
    manager: IntArray = field(default_factory=nothing)

    def __post_init__(self) -> None:
        check_ordinals("interests.managed", self.managed, self.n_parties)
        check_ordinals("interests.manager", self.manager, self.n_parties)
        if self.managed.shape != self.manager.shape:
            raise ValueError(f"interests.managed has {self.managed.size} rows, interests.manager {self.manager.size}")

    @property
    def n_parties(self) -> int:
        """How many parties there are."""
        return int(self.person.size)

    def kinds(self) -> dict[Kind, IntArray]:
        """The columns that say something of their own, by kind; votes or profits equal to the shares do not."""
        found: dict[Kind, IntArray] = {"share": self.share}
        for kind in KINDS[1:]:
            column: IntArray | None = getattr(self, kind)
            if column is not None and not np.array_equal(column, self.share):
                found[kind] = column
        return found
