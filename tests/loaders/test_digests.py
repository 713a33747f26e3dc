"""Digests see every change of a value and nothing else, and stay what they are from release to release."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.digests import digests

SCHEMA: dict[str, Any] = {
    "share": pl.Float64,
    "amount": pl.Int64,
    "name": pl.String,
    "listed": pl.Boolean,
    "days": pl.List(pl.Int64),
}


def digest(**row: Any) -> int:
    frame = pl.DataFrame([{c: row.get(c) for c in SCHEMA}], schema=SCHEMA)
    return int(digests(frame, SCHEMA)[0])


def test_digests_do_not_change_between_releases() -> None:
    row = {"share": 0.5, "amount": 12, "name": "甲", "listed": True, "days": [1, 2]}
    assert digest(**row) == 1135236368125578702


def test_unknown_empty_and_absent_are_one() -> None:
    frame = pl.DataFrame({"name": ["a"], "flags": [[]]}, schema={"name": pl.String, "flags": pl.List(pl.String)})
    assert digests(frame, ["name", "flags"]).to_list() == digests(frame, ["name"]).to_list()
    assert digest(name="a", days=[]) == digest(name="a", days=None)
    assert digest(amount=0) != digest(amount=None)


def test_values_do_not_run_into_each_other() -> None:
    frame = pl.DataFrame({"a": ["x", "xy"], "b": ["yz", "z"]})
    assert digests(frame, ["a", "b"]).n_unique() == 2


def test_columns_may_come_in_any_order() -> None:
    frame = pl.DataFrame({"a": [1.5], "b": ["z"]})
    assert digests(frame, ["a", "b"]).to_list() == digests(frame.select("b", "a"), ["b", "a"]).to_list()


def test_no_rows_no_digests() -> None:
    assert digests(pl.DataFrame(schema=SCHEMA), SCHEMA).to_list() == []


value = st.fixed_dictionaries(
    {
        "share": st.one_of(st.none(), st.floats(0, 1)),
        "amount": st.one_of(st.none(), st.integers(-(2**62), 2**62)),
        "name": st.one_of(st.none(), st.text("ab甲=|", max_size=3)),
        "days": st.one_of(st.none(), st.lists(st.integers(0, 3), min_size=1, max_size=3)),
    }
)


@settings(max_examples=100, deadline=None)
@given(value, value)
def test_equal_digests_mean_equal_values(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (digest(**one) == digest(**other)) == (one == other)
