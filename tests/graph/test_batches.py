from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pytest

from graph.publishing import Work
from graph.store import Store


class Server:
    """A store and the transaction it gives; `faulty`: a row that no batch with it survives."""

    def __init__(self, faulty: int | None = None) -> None:
        self.faulty = faulty
        self.batches: list[list[int]] = []
        self.both = threading.Barrier(2, timeout=5)

    def transact(self, work: Callable[[Server], int], _: Mapping[str, Any]) -> int:
        return work(self)

    def rows(self, _: str, rows: Sequence[Mapping[str, int]]) -> int:
        numbers = [row["n"] for row in rows]
        if self.faulty in numbers:
            raise ValueError(f"row {self.faulty}")
        self.batches.append(numbers)
        return len(rows)

    def run(self, *_: Any, **__: Any) -> bool:
        return True


class Paired(Server):
    """Each batch waits until another one is under way."""

    def rows(self, name: str, rows: Sequence[Mapping[str, int]]) -> int:
        self.both.wait()
        return super().rows(name, rows)


class Slow(Server):
    """Each batch takes a hundredth of a second."""

    def rows(self, name: str, rows: Sequence[Mapping[str, int]]) -> int:
        done = super().rows(name, rows)
        time.sleep(0.01)
        return done


def numbered(count: int) -> list[dict[str, int]]:
    return [{"n": n} for n in range(count)]


def work(server: Server) -> Work:
    return Work(cast("Store", server), "run-1", 1, "run")


@pytest.mark.parametrize(("count", "batches"), [(0, 0), (1, 1), (4, 1), (5, 2), (13, 4)])
def test_every_row_is_sent_once_in_batches_told_in_their_order(count: int, batches: int) -> None:
    server, told = Server(), list[int]()
    assert work(server).write_many("any", numbered(count), touches="OWNS", batch=4, advance=told.append) == count
    assert sorted(n for batch in server.batches for n in batch) == list(range(count))
    assert told == [len(numbered(count)[start : start + 4]) for start in range(0, count, 4)]
    assert len(server.batches) == batches


def test_two_batches_are_under_way_at_once() -> None:
    assert work(Paired()).write_many("any", numbered(8), touches="OWNS", batch=4) == 8


def test_after_a_fault_no_further_batch_is_begun() -> None:
    server = Slow(faulty=1)
    with pytest.raises(ValueError, match="row 1"):
        work(server).write_many("any", numbered(400), touches="OWNS", batch=2)
    assert len(server.batches) < 190


def test_who_is_told_can_stop_it() -> None:
    server = Slow()

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(server).write_many("any", numbered(400), touches="OWNS", batch=2, advance=stop)
    assert len(server.batches) < 190
