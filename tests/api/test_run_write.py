"""Writing beside the run that still computes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from api.services.run_input import RunInput
from api.services.run_members import Membership, member_frame
from api.services.run_results import EARLIER_LINKS, EARLIER_MEMBERS, LINKS, control_link_id
from api.services.run_write import Places, Sender, Writing, write_control, write_members
from graph import ids
from tests.api.worlds import numbers

BATCHES = 1_000


class Work:
    """Sends batches, one a millisecond, and counts them."""

    def __init__(self) -> None:
        self.sent, self.begun = 0, threading.Event()

    def write_many(self, *_: Any, advance: Callable[[int], None], **__: Any) -> int:
        while self.sent < BATCHES:
            self.sent += 1
            self.begun.set()
            threading.Event().wait(0.001)
            advance(1)
        return self.sent


def sends(sender: Any, *_: object) -> dict[str, int]:
    return {"opened": sender.many("write/any", [], "OWNS")}


def fails(*_: object) -> dict[str, int]:
    raise RuntimeError("the store is gone")


def writing(work: Any) -> Writing:
    return Writing(work)


def test_left_early_it_stops_before_its_next_batch() -> None:
    work = Work()
    with pytest.raises(KeyboardInterrupt), writing(work) as beside:
        beside.start(sends)
        work.begun.wait(10)
        raise KeyboardInterrupt
    sent = work.sent
    assert 0 < sent < BATCHES
    threading.Event().wait(0.05)
    assert work.sent == sent


def test_what_was_written_is_counted_when_all_of_it_is() -> None:
    with writing(Work()) as beside:
        beside.start(sends)
        assert beside.done() == {"opened": BATCHES}


def test_what_writing_raises_is_raised_to_the_run() -> None:
    with writing(Work()) as beside:
        beside.start(fails)
        with pytest.raises(RuntimeError, match="the store is gone"):
            beside.done()


def test_a_run_over_the_past_writes_nothing() -> None:
    with writing(Work()) as beside:
        assert beside.done() == {}


class Sent:
    """Takes what is sent."""

    def __init__(self) -> None:
        self.work = SimpleNamespace(id="run-2")
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def many(self, name: str, rows: Sequence[dict[str, Any]], touches: str) -> int:
        assert touches in name
        kind = name.split("[")[0].removeprefix("write/")
        self.rows[kind] = [*rows[: len(rows) // 2], *rows[len(rows) // 2 :]]
        return len(rows)

    def opened(self, *told: str) -> list[tuple[Any, ...]]:
        links = [row["properties"] for row in self.rows["create_links"]]
        return [tuple(link[name] for name in ("from_key", "to_key", *told)) for link in links]

    @property
    def closed(self) -> set[tuple[str, int]]:
        return {(row["id"], row["seq_in"]) for row in self.rows["close_links"]}


def places(order: str) -> Places:
    """Parties are single letters, which the store keeps in this order."""
    known = sorted(order)
    at = numbers(*(known.index(one) for one in order))
    stakes, bases = cast(Any, None), cast(Any, None)
    return Places(RunInput(known, numbers(*range(len(known))), at, stakes, bases, (), rows=0, merged=0, unseen=0))


def test_only_memberships_that_differ_are_written_in_the_order_of_the_store() -> None:
    """A stays. B changes its reasons, C its role, D its status. E left, and F and G are new; X was joined into G, with
    the link that had been found for it."""

    def link(party: str) -> str:
        return ids.link_id("MEMBER_OF", party, "G-1", "")

    now = [Membership("G-1", party, "member", ("why", "too")) for party in "ABDFG"]
    now[2:2] = [Membership("G-1", "C", "head", ("why", "too"))]
    rows = [(link(p), at, p, "G-1", "member", "confirmed", "why\ntoo\n") for at, p in enumerate("ABCDEX")]
    earlier = pl.DataFrame(rows, schema=EARLIER_MEMBERS, orient="row").with_columns(
        reasons=pl.when(pl.col("from_key") == "B").then(pl.lit("why\n")).otherwise("reasons"),
        status=pl.when(pl.col("from_key") == "D").then(pl.lit("flagged")).otherwise("status"),
    )
    sent = Sent()
    done = write_members(cast(Sender, sent), date(2025, 1, 1), "Group", member_frame(now), earlier, places("GFEDCBA"))
    assert done == (5, 5)
    why = ["why", "too"]
    assert sent.opened("id", "role", "status", "reasons") == [
        (party, "G-1", link(party), "head" if party == "C" else "member", "confirmed", why) for party in "GFDCB"
    ]
    assert sent.closed == {(link(party), "ABCDEX".index(party)) for party in "BCDEX"}


def test_only_links_of_control_that_differ_are_written() -> None:
    """B is controlled as before, C with other votes, D by another basis, E no more."""
    now = [("B", "direct", 6), ("C", "direct", 7), ("D", "x", 6)]
    then = [("B", "direct", 6), ("C", "direct", 6), ("D", "direct", 6), ("E", "direct", 6)]
    links = pl.DataFrame([(0, 0, one, "A", basis, v) for one, basis, v in now], schema=LINKS, orient="row")
    rows = [(control_link_id(one, "A", basis), 3, one, "A", basis, votes) for one, basis, votes in then]
    earlier = pl.DataFrame(rows, schema=EARLIER_LINKS, orient="row")
    sent = Sent()
    done = write_control(cast(Sender, sent), date(2025, 1, 1), links, earlier, places("AEDCB"))
    assert done == {"control_opened": 2, "control_closed": 3}
    assert sent.opened("id", "basis", "votes") == [
        (one, "A", control_link_id(one, "A", basis), basis, votes / 1_000_000_000)
        for one, basis, votes in (("D", "x", 6), ("C", "direct", 7))
    ]
    assert sent.closed == {(control_link_id(one, "A", "direct"), 3) for one in "CDE"}


def test_a_link_that_is_open_twice_is_closed_once_and_stays_or_is_opened_once() -> None:
    """B is controlled as the last of the two tells, C with other votes than either."""
    now = [("B", "direct", 6), ("C", "direct", 7)]
    then = [("B", 3, 5), ("B", 4, 6), ("C", 3, 5), ("C", 4, 6)]
    links = pl.DataFrame([(0, 0, one, "A", basis, v) for one, basis, v in now], schema=LINKS, orient="row")
    rows = [(control_link_id(one, "A", "direct"), at, one, "A", "direct", votes) for one, at, votes in then]
    earlier = pl.DataFrame(rows, schema=EARLIER_LINKS, orient="row")
    sent = Sent()
    done = write_control(cast(Sender, sent), date(2025, 1, 1), links, earlier, places("ABC"))
    assert done == {"control_opened": 1, "control_closed": 3}
    assert sent.opened("votes") == [("C", "A", 7 / 1_000_000_000)]
    assert sent.closed == {(control_link_id(one, "A", "direct"), at) for one, at in (("B", 3), ("C", 3), ("C", 4))}


def test_nothing_is_written_of_a_party_that_was_not_read() -> None:
    rows = pl.DataFrame({"party_id": ["A", "Z"]})
    with pytest.raises(ValueError, match="1 rows name a party under party_id"):
        places("ABC").ordered(rows, "party_id")
    assert places("BA").in_order(["A", "Z", "B"]) == ["B", "A"]
