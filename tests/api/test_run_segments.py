"""Members of segments as tables of a run: what was read and what the run found, in one filter."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from api.services.run_segments import find_segments
from api.services.segment_facts import ROWS
from api.services.segment_input import FILTER_COLUMNS, SegmentInput, no_segments
from tests.api.worlds import rows_of, world

BANK = world("a b c d B C", [("a", "B", 60)])
"""Persons a to d."""
GROUPS = pl.DataFrame(
    [("a", "G-1", "control"), ("B", "G-1", "control"), ("C", "hand:G", "declared")],
    schema=dict.fromkeys(("party_id", "group_id", "kind"), pl.String),
    orient="row",
)
HOMES = pl.DataFrame(
    [("H-1", "a", "head"), ("H-1", "b", "member")],
    schema=dict.fromkeys(("household_id", "party_id", "role"), pl.String),
    orient="row",
)


def given(rows: list[tuple[Any, ...]], **filters: dict[str, Any]) -> SegmentInput:
    """rows: (fact, party by name, text, number)."""
    told = [(fact, BANK.at(party), text, number) for fact, party, text, number in rows]
    saved = [(id, 3, json.dumps(filter)) for id, filter in sorted(filters.items())]
    return SegmentInput(
        pl.DataFrame(told, schema=ROWS, orient="row"), pl.DataFrame(saved, schema=FILTER_COLUMNS, orient="row")
    )


def test_what_was_read_and_what_was_found_decide_together() -> None:
    segments = given(
        [("age", "a", "", 30), ("age", "b", "", 20), ("tag", "a", "golf", None), ("tag", "a", "tea", None)],
        elders={"all": [{"field": "age", "at_least": 30}, {"field": "household_size", "is": 2}]},
        owners={"field": "group_kind", "is": "control"},
        sober={"not": {"field": "tag", "in": ["golf", "wine"]}},
        single={"all": [{"field": "household_size", "is": 1}, {"not": {"field": "age", "at_least": 18}}]},
    )
    assert segments.wanted == {"age", "household_size", "group_kind", "tag"}
    found = find_segments(BANK.given, segments, GROUPS, HOMES)
    members = rows_of(found["segment_members"], "segment_id", "party_id")
    assert [party for segment, party in members if segment == "elders"] == ["a"]
    assert [party for segment, party in members if segment == "owners"] == ["B", "a"]
    assert [party for segment, party in members if segment == "sober"] == ["B", "C", "b", "c", "d"]
    counts = {segment: (n, unknown) for segment, _, n, unknown in found["segment_counts"].iter_rows()}
    assert counts == {
        "elders": (1, 2),  # of companies neither age nor household is known; of b to d one says no
        "owners": (2, 0),
        "sober": (5, 0),
        "single": (0, 4),  # of c and d no age is known; of companies neither
    }


def test_without_a_filter_there_is_nothing() -> None:
    found = find_segments(BANK.given, no_segments(), GROUPS, HOMES)
    assert {name: table.height for name, table in found.items()} == {"segment_members": 0, "segment_counts": 0}


def test_a_digest_tells_filters_and_facts_apart() -> None:
    one = given([("age", "a", "", 30)], x={"field": "age", "is": 30})
    facts = given([("age", "a", "", 31)], x={"field": "age", "is": 30})
    filters = given([("age", "a", "", 30)], x={"field": "age", "is": 31})
    party_ids = BANK.given.party_ids
    assert one.digests(party_ids) == given([("age", "a", "", 30)], x={"field": "age", "is": 30}).digests(party_ids)
    changed = [
        {name for name, digest in other.digests(party_ids).items() if digest != one.digests(party_ids)[name]}
        for other in (facts, filters)
    ]
    assert changed == [{"segment_facts"}, {"segment_filters"}]
