"""Reading ahead: the next item is made while the one before is used, since neither keeps two processors busy alone."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def one_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items in their order, each made while the one before is being used; at most two exist at once.

    All of `items` runs in one thread of its own, its end included: connections of SQLite may not change threads.
    What it raises is raised here, after the items before.
    """
    source = iter(items)
    with ThreadPoolExecutor(1, "ahead") as pool:
        try:
            coming = pool.submit(_next, source)
            while found := coming.result():
                coming = pool.submit(_next, source)
                yield found[0]
                del found
        finally:
            pool.submit(_end, source).result()


def _next(source: Iterator[Item]) -> tuple[Item, ...]:
    """The next item alone, or nothing."""
    for item in source:
        return (item,)
    return ()


def _end(source: Iterator[Item]) -> None:
    if isinstance(source, Generator):
        source.close()
