"""Families against their definition taken literally, on random small worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.columns import IntArray
from algorithms.control import control
from algorithms.families import Family, families
from algorithms.households import UNKNOWN_BIRTH, Pairs
from algorithms.threshold import PPB
from algorithms.votes import ControlRule, Stakes
from tests.algorithms import naive_households as naive
from tests.algorithms.naive_control import Naive

PERSONS, COMPANIES = 7, 4
N = PERSONS + COMPANIES
RULE = ControlRule(own_shares="ignore")
KIN = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=8)
STAKES = st.lists(st.tuples(st.integers(0, N - 1), st.integers(PERSONS, N - 1), st.sampled_from([1, 5, 6])), max_size=9)
HOMES = st.lists(st.integers(-1, 2), min_size=PERSONS, max_size=PERSONS)


def column(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def pairs(some: list[tuple[int, int]]) -> Pairs:
    return Pairs(column([a for a, _ in some]), column([b for _, b in some]))


def found(
    homes: list[int], kin: list[tuple[int, int]], rows: list[tuple[int, int, int]], sure: bool = True
) -> tuple[Family, ...]:
    stakes = Stakes(*(column([row[k] * (PPB // 10 if k == 2 else 1) for row in rows]) for k in range(3)))
    household = column([*homes, *[-1] * COMPANIES])
    persons = np.arange(N) < PERSONS
    born = column([UNKNOWN_BIRTH, 9, 8, 7, 6, 5, 4, *[UNKNOWN_BIRTH] * COMPANIES])
    return families(household, np.full(N, sure), persons, pairs(kin), control(stakes, N, RULE), born)


@settings(max_examples=200, deadline=None)
@given(HOMES, KIN, STAKES)
def test_families(homes: list[int], kin: list[tuple[int, int]], rows: list[tuple[int, int, int]]) -> None:
    held = [(a, b, tenths * PPB // 10) for a, b, tenths in rows]

    def controlled(persons: frozenset[int]) -> set[int]:
        together = ControlRule(own_shares="ignore", family_as_one=True)
        return Naive(N, held, together, families=[sorted(persons)]).control[N] - persons

    units = [frozenset(p for p in range(PERSONS) if homes[p] == home) for home in sorted({*homes} - {-1})]
    units += [frozenset((p,)) for p in range(PERSONS) if homes[p] < 0]
    people = [(a, b) for a, b in kin if a < PERSONS and b < PERSONS]
    told = [(set(one.persons.tolist()), set(one.companies.tolist())) for one in found(homes, kin, rows)]
    assert told == naive.families(units, people, controlled)


def test_who_is_sure_and_who_is_the_head() -> None:
    """0 and 1 live together by flagged ties, 2 alone is the kin of 1; 0 and 2 hold companies."""
    (family,) = found([0, 0, -1, -1, -1, -1, -1], [(1, 2)], [(0, 7, 6), (2, 8, 6), (2, 9, 5), (0, 9, 1)], sure=False)
    assert family.persons.tolist() == [0, 1, 2]
    assert family.persons_confirmed.tolist() == [False, True, True]
    assert family.companies.tolist() == [7, 8, 9]
    assert family.companies_confirmed.tolist() == [False, True, False]
    assert family.head == 2  # controls a company alone like 0, whose birthday is not known


def test_households_without_a_company_do_not_chain() -> None:
    """2 is kin of 0 and of 1, who own; 3 is kin of 2 alone."""
    one, other = found([-1] * PERSONS, [(0, 2), (1, 2), (2, 3)], [(0, 7, 6), (1, 8, 6)])
    assert (one.persons.tolist(), one.companies.tolist()) == ([0, 2], [7])
    assert (other.persons.tolist(), other.companies.tolist()) == ([1, 2], [8])


def test_ordinals_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        found([-1] * PERSONS, [(0, N)], [])
