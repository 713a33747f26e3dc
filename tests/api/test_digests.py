"""Digests of tables that a run found: in parts as whole, whatever the order that stable ids give."""

from __future__ import annotations

import hashlib
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services import digests
from api.services.digests import digest_of_found

SCHEMA: dict[str, Any] = {"group_id": pl.String, "party_id": pl.String, "score": pl.Int64, "names": pl.List(pl.String)}
TEXT = st.none() | st.sampled_from(["a", "b", "B", "c,", '"'])
ROWS = st.lists(st.tuples(TEXT, TEXT, st.none() | st.integers(-2, 2), st.lists(st.sampled_from("xy"), max_size=2)))


def defined(frame: pl.DataFrame) -> str:
    told = frame.with_columns(pl.col("names").list.join("\x1f"))
    return hashlib.blake2b(told.write_csv(include_header=False).encode(), digest_size=16).hexdigest()


@pytest.mark.parametrize("at_once", [1, 2, 500_000])
def test_a_table_in_parts_has_the_digest_of_the_whole(at_once: int) -> None:
    @given(ROWS)
    def of_any_rows(rows: list[tuple[Any, ...]]) -> None:
        frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
        assert digest_of_found(frame.lazy(), ()) == defined(frame)
        others = frame.drop("group_id")
        assert digest_of_found(frame.lazy(), ("group_id",)) == defined(others.sort(others.columns))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "_AT_ONCE", at_once)
        patch.setattr(digests, "_SORTED_AT_ONCE", at_once)
        of_any_rows()


def test_stable_ids_and_the_order_they_give_make_no_difference() -> None:
    rows = [("G-1", "b", 1, ["x"]), ("G-2", "a", 2, [])]
    one, other = (pl.DataFrame(some, schema=SCHEMA, orient="row") for some in (rows, rows[::-1]))
    renamed = other.with_columns(group_id=pl.lit("G-9"))
    assert digest_of_found(one.lazy(), ("group_id",)) == digest_of_found(renamed.lazy(), ("group_id",))
    assert digest_of_found(one.lazy(), ()) != digest_of_found(other.lazy(), ())
    changed = one.with_columns(score=pl.col("score") + 1)
    assert digest_of_found(changed.lazy(), ("group_id",)) != digest_of_found(one.lazy(), ("group_id",))
