"""A person's write that happens once: what was done before is answered as the first time, not done again.

A service that writes takes the key as `once` and is marked `@answered_again`: it looks at the key before all else.
`write_once` looks once more, within the transaction of the write, and keeps the key with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from typing import ParamSpec

from graph import times
from graph.errors import Conflict
from graph.publishing import small_write
from graph.store import Store, Tx, View

P = ParamSpec("P")


@dataclass(frozen=True)
class Once:
    """A caller's idempotency key and the digest of all that the request asks for.

    told: called where the same was done before under the key, so that the caller can say so.
    """

    key: str
    digest: str
    told: Callable[[], None] = field(default=lambda: None, compare=False)


class DoneBefore(Exception):
    """Raised within a write where the same was done before. result: what it returned then."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


def write_once(store: Store, user: str, work: Callable[[Tx], str], what: str, once: Once | None = None) -> str:
    """A small write, published at once. Returns what `work` returned, now or when the same was done before.

    work, what: as for `small_write`; work may raise DoneBefore. once: the key is kept with the write, in one
    transaction; by itself where the same was done before without it. Raises Conflict where the key stands for another
    request.
    """

    def keyed(tx: Tx) -> str:
        if once is None:
            return work(tx)
        if (done := _result(tx, once)) is not None:
            raise DoneBefore(done)
        result = work(tx)
        _keep(tx, once, user, result, tx.number)
        return result

    try:
        return small_write(store, user, keyed, what)[1]
    except DoneBefore as done:
        result = done.result
    if once and not store.transact(lambda tx: _keep_done(tx, once, user, result)):
        once.told()
    return result


def _keep_done(tx: Tx, once: Once, user: str, result: str) -> bool:
    """Keep a key under which nothing was left to do: sent again, it does nothing either, whatever happened since.

    Returns whether it is new; otherwise the write was done under it.
    """
    tx.run("publishing/next_number")  # its lock makes others under the same key wait
    if _result(tx, once) is not None:
        return False
    _keep(tx, once, user, result, 0)
    return True


def _keep(tx: Tx, once: Once, user: str, result: str, number: int) -> None:
    kept = {"digest": once.digest, "result": result, "user": user, "at": times.now_ms(), "seq": number}
    tx.run("once/keep", key=once.key, properties=kept)


def answered_again(write: Callable[P, str]) -> Callable[P, str]:
    """Mark a service that writes: what was done under its key is answered before anything is checked anew, for what it
    asks may no longer hold (the campaign is closed, the manager has left).

    write: takes a store or view first, and `once`. Raises Conflict where the key stands for another request.
    """
    parameters = signature(write)

    @wraps(write)
    def answered(*args: P.args, **named: P.kwargs) -> str:
        given = parameters.bind(*args, **named).arguments
        once: Once | None = given.get("once")
        if once:
            first: Store | View = next(iter(given.values()))
            store = first.store if isinstance(first, View) else first
            if (done := _done(store, once)) is not None:
                once.told()
                return done
        return write(*args, **named)

    return answered


def _done(store: Store, once: Once) -> str | None:
    """What was returned under a key; None where nothing was. Raises Conflict where it stands for another request."""
    return store.transact(lambda tx: _result(tx, once))


def _result(tx: Tx, once: Once) -> str | None:
    for row in tx.run("once/find", key=once.key):
        if row["digest"] != once.digest:
            raise Conflict(f"The idempotency key {once.key!r} stands for another request; give each request its own.")
        return str(row["result"])
    return None
