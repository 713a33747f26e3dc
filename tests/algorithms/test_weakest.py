"""The weakest links against all sets tried one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.connections import Dependence, plain_parties
from algorithms.local_groups import LocalProblem
from algorithms.weakest import weakest_links
from tests.algorithms.lent_groups import Lent
from tests.algorithms.test_control import column, stakes_of

MOST = 600_000_000


def all_minimal(links: range, stands: Callable[[frozenset[int]], bool], most_links: int) -> list[tuple[int, ...]]:
    """Every set by size, those that hold a smaller one left out."""
    out: list[tuple[int, ...]] = []
    for size in range(most_links + 1):
        for each in combinations(links, size):
            if not any(set(one) <= set(each) for one in out) and not stands(frozenset(each)):
                out.append(each)
    return out


@st.composite
def monotone(draw: st.DrawFn) -> tuple[int, list[frozenset[int]]]:
    """A number of links, and sets of which each alone keeps it standing."""
    n = draw(st.integers(2, 6))
    keeps = st.frozensets(st.integers(0, n - 1), min_size=1, max_size=4)
    return n, draw(st.lists(keeps, min_size=1, max_size=5))


@settings(max_examples=200)
@given(monotone(), st.integers(1, 4))
def test_all_minimal_sets_are_found(case: tuple[int, list[frozenset[int]]], most_links: int) -> None:
    n, keeps = case

    def stands(without: frozenset[int]) -> bool:
        return any(not each & without for each in keeps)

    found = weakest_links(range(n), stands, most_links)
    assert list(found.sets) == all_minimal(range(n), stands, most_links)
    assert not found.stopped


@st.composite
def problems(draw: st.DrawFn) -> Lent:
    n = draw(st.integers(2, 5))
    party = st.integers(0, n - 1)
    share = st.sampled_from([300_000_000, 500_000_000, MOST])
    stakes = draw(st.lists(st.tuples(party, party, share), max_size=5))
    links = draw(st.lists(st.tuples(party, party), max_size=4))
    one, two = (column([link[k] for link in links]) for k in range(2))
    lent = tuple(draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)))
    return Lent(LocalProblem(stakes_of(stakes), Dependence(one, two, one >= 0), plain_parties(n)), lent)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 20))
def test_a_breach_is_cleared_by_the_sets_found_and_by_no_smaller(case: Lent, limit: int) -> None:
    stands = case.breach_stands(limit)
    assert list(weakest_links(case.problem.links, stands).sets) == all_minimal(case.problem.links, stands, 2)


def chain(n: int) -> Lent:
    place = np.arange(n - 1)
    links = Dependence(place + 1, place, np.ones(n - 1, dtype=np.bool_))
    return Lent(LocalProblem(stakes_of([]), links, plain_parties(n)), (1,) * n)


def test_the_cap_is_kept_and_said() -> None:
    case = chain(20)
    whole = weakest_links(case.problem.links, case.group_stands([0, 19]))
    assert (whole.sets, whole.stopped) == (tuple((link,) for link in range(19)), "")
    part = weakest_links(case.problem.links, case.group_stands([0, 19]), most_evaluations=10)
    assert part.evaluations == 10
    assert part.stopped == "the search stopped after 10 evaluations: there may be further sets"
    assert set(part.sets) <= set(whole.sets)


def test_few_evaluations_where_few_links_matter() -> None:
    found = weakest_links(range(1000), lambda without: not without & {3, 700}, most_links=2)
    assert found.sets == ((3,), (700,))
    assert found.evaluations < 60


def test_no_set_holds_a_smaller_one() -> None:
    keeps = [{0, 1}, {1, 2}]
    found = weakest_links(range(3), lambda without: any(not each & without for each in keeps))
    assert found.sets == ((1,), (0, 2))


def test_what_does_not_stand_needs_nothing() -> None:
    assert weakest_links(range(3), lambda _: False).sets == ((),)
    assert weakest_links([], lambda _: True).sets == ()
    with pytest.raises(ValueError, match="most_links and most_evaluations"):
        weakest_links([], lambda _: True, most_links=0)
