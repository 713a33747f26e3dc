"""Who passes a filter over facts of parties, where a fact may not be known: three-valued logic (Kleene, 1938).

What is not known neither passes a condition nor fails it: a party of unknown age is not among those over 60, nor among
those who are not. All of several is false as soon as one is false, and unknown while one is; any of several the other
way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from algorithms.columns import BoolArray, IntArray

Op = Literal["among", "at_least", "at_most", "more_than", "less_than", "known"]
Value = int | str


@dataclass(frozen=True)
class Fact:
    """Rows of (party ordinal, value): values whole numbers or texts.

    several: a party may have any number of values, and one without has none; else it has at most one, and one without
    is not known.
    """

    party: IntArray
    value: npt.NDArray[Any]
    several: bool = False


@dataclass(frozen=True)
class Condition:
    """A value of a fact is among some, or stands to the one value as `op` says; `known`: there is a value at all."""

    fact: str
    op: Op
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class All:
    """Every part holds. Without parts it always does."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds. Without parts it never does."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Filter


Filter = Condition | All | AnyOf | Not


class Verdict(NamedTuple):
    """Of each party, shape (n_parties,): it passes; it fails. Neither: what is not known decides."""

    passes: BoolArray
    fails: BoolArray


def facts_of(filter: Filter) -> frozenset[str]:
    """The facts that a filter asks for."""
    if isinstance(filter, Condition):
        return frozenset({filter.fact})
    parts = (filter.part,) if isinstance(filter, Not) else filter.parts
    return frozenset().union(*(facts_of(part) for part in parts))


def verdict(filter: Filter, facts: Mapping[str, Fact], n_parties: int) -> Verdict:
    """Who passes and who fails. Raises KeyError for a fact that is not given.

    Cost: one pass over the rows of each condition.
    """
    if isinstance(filter, Condition):
        return _tried(filter, facts[filter.fact], n_parties)
    if isinstance(filter, Not):
        inner = verdict(filter.part, facts, n_parties)
        return Verdict(inner.fails, inner.passes)
    every = isinstance(filter, All)
    passes = np.full(n_parties, every, dtype=np.bool_)
    fails = ~passes
    for part in filter.parts:
        one = verdict(part, facts, n_parties)
        passes = passes & one.passes if every else passes | one.passes
        fails = fails | one.fails if every else fails & one.fails
    return Verdict(passes, fails)


def _tried(condition: Condition, fact: Fact, n_parties: int) -> Verdict:
    known = np.zeros(n_parties, dtype=np.bool_)
    known[fact.party] = True
    if condition.op == "known":
        return Verdict(known, ~known)
    passes = np.zeros(n_parties, dtype=np.bool_)
    passes[fact.party[_hits(condition, fact.value)]] = True
    return Verdict(passes, ~passes if fact.several else known & ~passes)


def _hits(condition: Condition, value: npt.NDArray[Any]) -> BoolArray:
    if condition.op == "among":
        return (
            np.isin(value, np.asarray(condition.values, dtype=value.dtype))
            if value.size
            else np.zeros(0, dtype=np.bool_)
        )
    bound = condition.values[0]
    compared = {
        "at_least": np.greater_equal,
        "at_most": np.less_equal,
        "more_than": np.greater,
        "less_than": np.less,
    }[condition.op](value, bound)
    return np.asarray(compared, dtype=np.bool_)
