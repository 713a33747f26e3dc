"""Writing beside the run that still computes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from api.services.run_write import Writing

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
