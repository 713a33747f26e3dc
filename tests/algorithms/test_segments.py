"""Filters over facts of parties: against their definition taken literally, party by party."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.segments import All, AnyOf, Condition, Fact, Filter, Not, Value, facts_of, verdict

N = 6
AGE, TAG = "age", "tag"
Rows = Sequence[tuple[int, Value]]


def said(filter: Filter, values: Mapping[str, Sequence[Value]]) -> bool | None:
    """What a filter says of one party, by the tables of three-valued logic; None: unknown."""
    if isinstance(filter, Not):
        inner = said(filter.part, values)
        return None if inner is None else not inner
    if isinstance(filter, All | AnyOf):
        parts = [said(part, values) for part in filter.parts]
        decisive = isinstance(filter, AnyOf)
        return decisive if decisive in parts else None if None in parts else not decisive
    own = values[filter.fact]
    if filter.op == "known":
        return bool(own)
    if filter.fact == AGE and not own:
        return None
    return any(holds(filter, value) for value in own)


def holds(condition: Condition, value: Value) -> bool:
    if condition.op == "among":
        return value in condition.values
    bound, mine = int(condition.values[0]), int(value)
    return {
        "at_least": mine >= bound, "at_most": mine <= bound, "more_than": mine > bound, "less_than": mine < bound
    }[condition.op]  # fmt: skip


ages = st.dictionaries(st.integers(0, N - 1), st.integers(0, 4))
tags = st.sets(st.tuples(st.integers(0, N - 1), st.sampled_from("abc")))
conditions = st.one_of(
    st.builds(lambda op, v: Condition(AGE, op, (v,)), st.sampled_from(["at_least", "at_most", "more_than", "less_than"]), st.integers(0, 4)),
    st.builds(lambda v: Condition(AGE, "among", tuple(v)), st.lists(st.integers(0, 4), max_size=3)),
    st.builds(lambda v: Condition(TAG, "among", tuple(v)), st.lists(st.sampled_from("abcd"), max_size=3)),
    st.builds(lambda fact: Condition(fact, "known"), st.sampled_from([AGE, TAG])),
)  # fmt: skip
filters = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@given(filters, ages, tags)
def test_every_party_is_judged_as_the_definition_says(
    filter: Filter, age: dict[int, int], tagged: set[tuple[int, str]]
) -> None:
    facts = {
        AGE: Fact(np.asarray(list(age), dtype=np.int64), np.asarray(list(age.values()), dtype=np.int64)),
        TAG: Fact(
            np.asarray([party for party, _ in tagged], dtype=np.int64),
            np.asarray([text for _, text in tagged], dtype=object),
            several=True,
        ),
    }
    found = verdict(filter, facts, N)
    for party in range(N):
        own: dict[str, Sequence[Value]] = {
            AGE: [age[party]] if party in age else [],
            TAG: [text for one, text in sorted(tagged) if one == party],
        }
        expected = said(filter, own)
        assert (bool(found.passes[party]), bool(found.fails[party])) == (expected is True, expected is False)


def test_a_fact_that_is_not_given_is_no_guess() -> None:
    filter = All((Condition("size", "known"), Not(AnyOf((Condition(AGE, "at_least", (3,)),)))))
    assert facts_of(filter) == {"size", AGE}
    with pytest.raises(KeyError):
        verdict(filter, {}, 1)
