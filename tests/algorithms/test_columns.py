"""Operations on columns, against the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import event, given
from hypothesis import strategies as st

from algorithms.columns import LookUp, by_row, order_by, rows

KEYS = st.one_of(st.integers(0, 60), st.integers(0, 2**62))
"""Close together, where a table answers, and so far apart that none may be made."""


@given(keys=st.sets(KEYS), wanted=st.lists(st.one_of(KEYS, st.integers(-(2**62), -1))))
def test_a_look_up_finds_the_values_of_keys_and_of_nothing_else(keys: set[int], wanted: list[int]) -> None:
    ascending = sorted(keys)
    values = {key: 7 * place for place, key in enumerate(ascending)}
    known = LookUp(np.asarray(ascending, dtype=np.int64), np.asarray([*values.values()], dtype=np.int64))
    asked = [*wanted, *ascending]
    assert known.of(np.asarray(asked, dtype=np.int64)).tolist() == [values.get(one, -1) for one in asked]


NUMBERS = st.sampled_from([3, 60, 6_000, 60_000, 2**62]).flatmap(
    lambda most: st.lists(st.integers(0, most), max_size=40)
)
"""Small beside their number, where they are counted once there are many, and too large for that."""


@given(values=NUMBERS, copies=st.sampled_from([1, 60]))
def test_the_order_of_values_is_the_stable_one_however_many_and_large_they_are(values: list[int], copies: int) -> None:
    many = np.asarray(values * copies, dtype=np.int64)
    event(f"counted: {many.size > 1_000 and max(values) < 2 * many.size}")
    assert order_by(many).tolist() == sorted(range(many.size), key=many.tolist().__getitem__)


PLACES = st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(-(2**60), 2**60))


@given(places=st.lists(PLACES, max_size=7))
def test_values_of_one_place_of_a_table_are_summed_exactly(places: list[tuple[int, int, int]]) -> None:
    row, column, value = np.asarray(places, dtype=np.int64).reshape(-1, 3).T
    first, columns, sums = by_row(row, column, value, (5, 4))
    told = dict.fromkeys(sorted((r, c) for r, c, _ in places), 0)
    for r, c, v in places:
        told[r, c] += v
    assert [*zip(rows(first).tolist(), columns.tolist(), strict=True)] == [*told]
    assert sums.tolist() == [*told.values()]
    assert first.size == 6
