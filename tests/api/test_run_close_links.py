"""Close links as a table of a run."""

from __future__ import annotations

from algorithms.threshold import PPB
from api.services.run_close_links import find_close_links
from tests.api.worlds import rows_of, world


def test_participation_is_summed_over_what_is_controlled_and_control_is_told() -> None:
    one = world("A B p q", [("p", "A", 51), ("A", "B", 12), ("p", "B", 8), ("q", "B", 19)])
    table = find_close_links(one.given, one.control).table
    assert rows_of(table, "holder_id", "held_id", "capital", "votes", "linked_by") == [
        ("p", "A", 51 * PPB // 100, 51 * PPB // 100, "capital votes control"),
        ("p", "B", PPB // 5, PPB // 5, "capital votes"),
    ]


def test_capital_and_votes_link_each_for_itself() -> None:
    one = world("A p q", [("p", "A", 19), ("q", "A", 25)], votes=[21, 10])
    table = find_close_links(one.given, one.control).table
    assert rows_of(table, "holder_id", "linked_by") == [("p", "votes"), ("q", "capital")]


def test_more_pairs_than_are_kept_are_said() -> None:
    one = world("A B p", [("p", "A", 60), ("A", "B", 60)])
    few = find_close_links(one.given, one.control, most=1)
    assert few.table.height == 0
    assert "more than 1 close links" in few.warnings[0]
