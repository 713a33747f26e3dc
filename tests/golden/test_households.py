"""Households and families of DOMAIN.md 7, as they stand there."""

from __future__ import annotations

import numpy as np

from algorithms.columns import IntArray
from algorithms.households import (
    HEAD,
    JOINT_ACCOUNT,
    MINOR_CHILD,
    SPOUSE,
    UNKNOWN_BIRTH,
    Households,
    Pairs,
    home_ties,
    households,
    shared_pairs,
    ties_of,
)

OF_AGE = 13_000
"""The day from which on the born are minors."""
ADULT, CHILD = 3_000, 17_000


def pairs(*some: tuple[int, int]) -> Pairs:
    return Pairs(*(np.asarray([pair[side] for pair in some], dtype=np.int64) for side in (0, 1)))


def column(*values: int) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def found(born: IntArray, *, homes: Pairs | None = None, phones: Pairs | None = None, surname: IntArray | None = None,
          spouses: Pairs | None = None, children: Pairs | None = None, accounts: Pairs | None = None) -> Households:  # fmt: skip
    none = pairs()
    at_home = homes or none
    nameless = np.full(born.size, -1)
    near = home_ties(at_home, phones or none, nameless if surname is None else surname)
    declared = {SPOUSE: spouses or none, MINOR_CHILD: children or none, JOINT_ACCOUNT: accounts or none}
    return households(ties_of(born.size, declared, near), none, at_home, born, OF_AGE)


def told(some: Households) -> list[tuple[list[int], list[bool]]]:
    spans = zip(some.first[:-1].tolist(), some.first[1:].tolist(), strict=True)
    return [(some.party[a:b].tolist(), some.confirmed[a:b].tolist()) for a, b in spans]


def test_7_spouse_and_minor_child_are_confirmed() -> None:
    family = found(column(ADULT, ADULT - 1, CHILD), spouses=pairs((0, 1)), children=pairs((0, 2)))
    assert told(family) == [([0, 1, 2], [True, True, True])]
    assert family.party[family.role == HEAD].tolist() == [1]  # the elder of the couple


def test_7_joint_account_is_confirmed_wherever_they_live() -> None:
    assert told(found(column(ADULT, ADULT), accounts=pairs((0, 1)))) == [([0, 1], [True, True])]


def test_7_address_needs_a_surname_or_a_telephone_and_is_flagged() -> None:
    adults, home = column(ADULT, ADULT), pairs((0, 1))
    assert told(found(adults, homes=home)) == []
    assert told(found(adults, surname=column(1, 1))) == []
    assert told(found(adults, phones=home)) == []
    assert told(found(adults, homes=home, surname=column(1, 1))) == [([0, 1], [False, False])]
    assert told(found(adults, homes=home, surname=column(1, 2))) == []
    assert told(found(adults, homes=home, phones=home)) == [([0, 1], [False, False])]


def test_7_a_surname_that_is_not_known_proves_nothing() -> None:
    assert told(found(column(ADULT, ADULT), homes=pairs((0, 1)), surname=column(-1, -1))) == []


def test_7_eight_may_share_an_identifier_and_nine_make_a_hub() -> None:
    for holders, expected, hubs in ((8, 28, 0), (9, 0, 1)):
        sharing, crowded = shared_pairs(np.arange(holders), np.zeros(holders, dtype=np.int64), 8)
        assert (sharing.one.size, crowded) == (expected, hubs)


def test_7_in_laws_are_not_merged() -> None:
    """0 and 1 are a couple; 2, the father of 1, lives elsewhere: parent of a grown child, which is no tie."""
    assert told(found(column(ADULT, ADULT, 0), spouses=pairs((0, 1)))) == [([0, 1], [True, True])]


def test_7_a_grown_child_with_a_spouse_starts_a_household_at_the_parents_home() -> None:
    """0 and 1 the parents, 2 their son, 3 his wife, all of one home; 4 the son's widowed aunt of the same surname."""
    home = pairs(*((a, b) for a in range(5) for b in range(a + 1, 5)))
    born = column(0, 1, ADULT, ADULT, 2)
    some = found(born, homes=home, surname=column(1, 2, 1, 3, 1), spouses=pairs((0, 1), (2, 3)))
    assert told(some) == [([0, 1, 4], [True, True, False]), ([2, 3], [True, True])]


def test_7_a_child_of_two_homes_lives_where_its_address_is() -> None:
    """0 and 1 a couple, 2 and 3 another; 4 is a minor child of 0 and of 2, and lives with 2."""
    born = column(ADULT, ADULT, ADULT, ADULT, CHILD)
    some = found(born, homes=pairs((2, 4)), spouses=pairs((0, 1), (2, 3)), children=pairs((0, 4), (2, 4)))
    assert [members for members, _ in told(some)] == [[0, 1], [2, 3, 4]]
    assert some.refused == 1


def test_7_the_head_is_no_minor_and_birthdays_may_be_unknown() -> None:
    some = found(column(CHILD, UNKNOWN_BIRTH), children=pairs((0, 1)))
    assert some.party[some.role == HEAD].tolist() == [1]
