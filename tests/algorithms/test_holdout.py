"""Similarity and hold-out against their definitions taken literally, on random small worlds."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.columns import IntArray
from algorithms.holdout import NO_DAY, Quality, first_told, hide, quality
from algorithms.item_similarity import Holdings, by_popularity, scores, similarities
from algorithms.threshold import PPB

CUSTOMERS, PRODUCTS = 7, 5
HELD = st.dictionaries(
    st.tuples(st.integers(0, CUSTOMERS - 1), st.integers(0, PRODUCTS - 1)), st.sampled_from([NO_DAY, 0, 1, 2, -9])
)
Pairs = dict[tuple[int, int], int]


def column(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def holdings(held: Pairs) -> tuple[Holdings, IntArray]:
    pairs = list(held)
    given = Holdings(column([c for c, _ in pairs]), column([p for _, p in pairs]), CUSTOMERS, PRODUCTS)
    return given, column(list(held.values()))


def literal(held: set[tuple[int, int]], one: int, other: int, shrinkage: int) -> int:
    holders = [{c for c, p in held if p == product} for product in (one, other)]
    both = len(holders[0] & holders[1])
    if one == other or not both:
        return 0
    return int(both * PPB / (sqrt(len(holders[0]) * len(holders[1])) + shrinkage))


@given(HELD, st.integers(0, 30))
def test_similarity_and_scores(held: Pairs, shrinkage: int) -> None:
    given_, _ = holdings(held)
    similar = similarities(given_, shrinkage)
    told = similar.toarray()
    for one in range(PRODUCTS):
        for other in range(PRODUCTS):
            assert told[one, other] == literal(set(held), one, other, shrinkage)
    for rows, score in scores(given_, similar):
        for customer, row in zip(range(rows.start, rows.stop), score, strict=True):
            own = [p for c, p in held if c == customer]
            assert row.tolist() == [sum(int(told[p, one]) for p in own) for one in range(PRODUCTS)]


@given(HELD, st.integers(0, 5))
def test_the_last_told_is_hidden_else_one_by_lot(held: Pairs, seed: int) -> None:
    given_, day = holdings(held)
    hidden = hide(given_, day, seed)
    several = [c for c in range(CUSTOMERS) if sum(one == c for one, _ in held) > 1]
    assert given_.customer[hidden.row].tolist() == several
    for row, by_time in zip(hidden.row.tolist(), hidden.by_time.tolist(), strict=True):
        days = [day for (c, _), day in held.items() if c == given_.customer[row]]
        assert by_time == (NO_DAY not in days)
        assert not by_time or day[row] == max(days)


@given(HELD, st.integers(0, 5), st.randoms(use_true_random=False))
def test_no_order_of_the_rows_makes_a_difference(held: Pairs, seed: int, random: st.DataObject) -> None:
    shuffled = list(held.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    told = []
    for one in (held, dict(shuffled)):
        given_, day = holdings(one)
        rows = hide(given_, day, seed).row
        told.append(list(zip(given_.customer[rows].tolist(), given_.product[rows].tolist(), strict=True)))
    assert told[0] == told[1]


@given(HELD, st.integers(0, 5))
def test_quality_is_what_looking_by_hand_finds(held: Pairs, seed: int) -> None:
    given_, day = holdings(held)
    rows = hide(given_, day, seed).row.tolist()
    if not rows:
        with pytest.raises(ValueError, match="two products"):
            quality(given_, day, seed)
        return
    targets = {int(given_.customer[row]): int(given_.product[row]) for row in rows}
    known = {pair for pair in held if targets.get(pair[0]) != pair[1]}
    popular = {p: (-sum(one == p for _, one in known), p) for p in range(PRODUCTS)}
    found, by_popular = [0] * 3, [0] * 3
    for customer, target in targets.items():
        own = [p for c, p in known if c == customer]
        offered = [p for p in range(PRODUCTS) if p not in own]
        score = {p: -sum(literal(known, one, p, 20) for one in own) for p in offered}
        first = sorted(offered, key=lambda p: (score[p], popular[p]))
        plain = sorted(offered, key=lambda p: popular[p])
        for at, k in enumerate((1, 2, 4)):
            found[at] += target in first[:k]
            by_popular[at] += target in plain[:k]
    told = quality(given_, day, seed, (1, 2, 4))
    assert isinstance(told, Quality)
    assert (told.found, told.popular) == (tuple(found), tuple(by_popular))


def test_a_pair_told_again_keeps_its_first_day() -> None:
    rows = first_told(column([1, 0, 1, 1]), column([2, 0, 2, 2]), column([NO_DAY, 5, 9, 7]))
    assert rows.tolist() == [1, 3]
    assert first_told(column([]), column([]), column([])).tolist() == []


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="product is outside"):
        Holdings(column([0]), column([9]), 1, 5)
    with pytest.raises(ValueError, match="twice"):
        Holdings(column([0, 0]), column([3, 3]), 1, 5)


def test_most_holders_come_first_ties_by_number() -> None:
    assert by_popularity(column([1, 4, 1, 9])).tolist() == [2, 1, 3, 0]
