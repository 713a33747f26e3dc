"""Ids of whole columns equal `ids.link_id` row by row."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import ids
from loaders.link_ids import link_ids

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.none() | TEXT), max_size=8))
def test_a_column_of_ids_is_the_ids_of_its_rows(rows: list[tuple[str, str, str, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("from_key", "to_key", "row_key", "post"), pl.String), orient="row")
    expected = [ids.link_id("EXECUTIVE_OF", a, b, key, post or "") for a, b, key, post in rows]
    assert link_ids("EXECUTIVE_OF", frame, "post").to_list() == expected


def test_without_a_basis_it_counts_as_empty() -> None:
    frame = pl.DataFrame({"from_key": ["a:b:1"], "to_key": ["a:b:2"], "row_key": ["t:#1"]})
    assert link_ids("PLEDGES", frame, None).to_list() == [ids.link_id("PLEDGES", "a:b:1", "a:b:2", "t:#1")]


@pytest.mark.parametrize("count", [0, 1, 31, 1025])
def test_every_letter_of_base32_is_reached(count: int) -> None:
    keys = [f"k{i}" for i in range(count)]
    frame = pl.DataFrame(
        {"from_key": keys, "to_key": keys, "row_key": keys},
        schema_overrides={"from_key": pl.String, "to_key": pl.String, "row_key": pl.String},
    )
    assert link_ids("OWNS", frame, None).to_list() == [ids.link_id("OWNS", k, k, k) for k in keys]
