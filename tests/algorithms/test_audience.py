"""Audiences: what must hold of any, and that each is left out for its first reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.audience import (
    BRANCH,
    GROUP,
    HOUSEHOLD,
    IN_CAMPAIGN,
    NONE,
    OPTED_OUT,
    REASONS,
    REFUSED,
    SELECTED,
    SIZE,
    Candidates,
    select,
)
from algorithms.threshold import PPB

One = tuple[int, int, int, tuple[int, ...]]
people = st.lists(
    st.tuples(
        st.sampled_from([SELECTED, SELECTED, SELECTED, OPTED_OUT, IN_CAMPAIGN, REFUSED]),
        st.integers(NONE, 4),
        st.integers(NONE, 2),
        st.lists(st.integers(0, 4), max_size=2, unique=True).map(tuple),
    ),
    max_size=14,
)


def candidates(rows: list[One]) -> Candidates:
    columns: Any = [np.asarray([row[k] for row in rows], dtype=np.int64) for k in range(3)]
    return Candidates(columns[0], columns[1], columns[2], tuple(row[3] for row in rows))


def first_reason(rows: list[One], chosen: list[int], at: int, capacity: int | None, size: int | None) -> int:
    """Of a candidate, given those selected before it: the first reason that keeps it out, taken literally."""
    blocked, home, branch, groups = rows[at]
    before = [rows[one] for one in chosen if one < at]
    if blocked:
        return blocked
    if home != NONE and any(one[1] == home for one in before):
        return HOUSEHOLD
    if any(set(one[3]) & set(groups) for one in before):
        return GROUP
    if capacity is not None and branch != NONE and sum(one[2] == branch for one in before) >= capacity:
        return BRANCH
    return SIZE if size is not None and len(before) >= size else SELECTED


@given(
    people,
    st.none() | st.integers(0, 3),
    st.none() | st.integers(0, 6),
    st.integers(0, PPB),
    st.integers(0, 5),
)
def test_what_holds_of_every_audience(
    rows: list[One], capacity: int | None, size: int | None, part: int, seed: int
) -> None:
    found = select(candidates(rows), capacity, size, part, seed)
    chosen = np.flatnonzero(found.reason == SELECTED).tolist()
    assert found.reason.tolist() == [first_reason(rows, chosen, at, capacity, size) for at in range(len(rows))]
    homes = [rows[at][1] for at in chosen if rows[at][1] != NONE]
    assert len(homes) == len(set(homes))
    groups = [group for at in chosen for group in rows[at][3]]
    assert len(groups) == len(set(groups))
    branches = Counter(rows[at][2] for at in chosen if rows[at][2] != NONE)
    assert capacity is None or all(count <= capacity for count in branches.values())
    assert size is None or len(chosen) <= size
    alone = np.flatnonzero(found.held_back).tolist()
    assert set(alone) <= set(chosen)
    assert len(alone) == len(chosen) * part // PPB
    again = select(candidates(rows), capacity, size, part, seed)
    assert again.held_back.tolist() == found.held_back.tolist()


def test_another_seed_draws_others() -> None:
    many = candidates([(SELECTED, NONE, NONE, ())] * 200)
    drawn = {tuple(np.flatnonzero(select(many, None, None, PPB // 10, seed).held_back).tolist()) for seed in range(5)}
    assert len(drawn) == 5
    assert all(len(one) == 20 for one in drawn)
    early = sum(at < 100 for one in drawn for at in one)
    assert 25 <= early <= 75  # by lot, whatever the place


@pytest.mark.parametrize(("capacity", "size", "part"), [(-1, None, 0), (None, -1, 0), (None, None, PPB + 1)])
def test_numbers_that_cannot_be(capacity: int | None, size: int | None, part: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        select(candidates([]), capacity, size, part, 0)


def test_reasons_stand_in_the_order_told() -> None:
    assert REASONS.index("opted_out") < REASONS.index("household") < REASONS.index("branch_capacity")
