from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ahead import one_ahead


@given(st.lists(st.none() | st.integers()))
def test_the_items_come_in_their_order(items: list[int | None]) -> None:
    assert list(one_ahead(items)) == items


def test_the_next_item_is_made_while_the_one_before_is_used() -> None:
    made = [threading.Event() for _ in range(3)]

    def making() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    items = one_ahead(making())
    assert next(items) == 0
    assert made[1].wait(5)
    assert not made[2].is_set()
    assert list(items) == [1, 2]


def test_a_fault_comes_after_the_items_before_it() -> None:
    def making() -> Iterator[int]:
        yield 1
        raise ValueError("the second")

    items = one_ahead(making())
    assert next(items) == 1
    with pytest.raises(ValueError, match="the second"):
        next(items)


def test_who_stops_early_ends_the_source_in_the_thread_that_read_it() -> None:
    threads = []

    def making() -> Iterator[int]:
        threads.append(threading.get_ident())
        try:
            yield from range(9)
        finally:
            threads.append(threading.get_ident())

    items = one_ahead(making())
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]  # a generator
    assert len(threads) == 2
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()
