"""Constraints, indexes and the schema version of a store; applied as often as one likes."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version

from graph import times
from graph.errors import Conflict
from graph.store import Store

SCHEMA_VERSION = 3
"""Raised by one when the model changes in a way that stored data must follow."""

INDEX_WAIT_S = 600
_AT_ONCE = 2
_NAME = re.compile(r"CONSTRAINT (\w+)")


def guanxi_version() -> str:
    """The installed version of Guanxi."""
    try:
        return version("guanxi")
    except PackageNotFoundError:
        return "0"


def check_version(store: Store) -> int | None:
    """The schema version of the store, or None for an empty one. Raises Conflict where a newer Guanxi wrote it."""
    rows = store.read("schema/read_meta", {})
    if not rows:
        return None
    found = int(rows[0]["schema_version"])
    if found > SCHEMA_VERSION:
        raise Conflict(
            f"This store was written by Guanxi {rows[0]['guanxi']} with schema version {found}; this is Guanxi "
            f"{guanxi_version()}, which knows versions up to {SCHEMA_VERSION}. Install the newer Guanxi to open it."
        )
    return found


def apply_schema(store: Store, wait_s: int = INDEX_WAIT_S, *, filled: bool = False) -> None:
    """Make what is missing of constraints and indexes, wait until they serve, record version and digest.

    filled: the store holds much already, so that each constraint takes time: they are made two at a time.
    Raises Conflict where a newer Guanxi wrote the store; nothing is changed then.
    """
    digest = _digest(store)
    if check_version(store) == SCHEMA_VERSION and store.read("schema/read_meta", {})[0]["schema_digest"] == digest:
        return
    _make_constraints(store, filled)
    store.schema([s.name for s in store.statements if s.name.startswith(("schema/indexes", "schema/party_search"))])
    store.schema(["schema/await_indexes"], seconds=wait_s)
    store.transact(
        lambda tx: tx.run(
            "schema/write_meta",
            schema_version=SCHEMA_VERSION,
            schema_digest=digest,
            guanxi=guanxi_version(),
            at=times.now_ms(),
        )
    )


def _make_constraints(store: Store, filled: bool) -> None:
    """One transaction for all is the fastest where there is nothing to read. Two such would lock each other out, and
    the server then leaves indexes without their constraints: so side by side each has a transaction of its own."""
    constraints = {_NAME.search(s.text)[1]: s.name for s in store.statements if s.name.startswith("schema/unique_")}  # type: ignore[index]  # all have a name
    for row in store.read("schema/orphaned_indexes", {}, names=list(constraints)):
        store.schema(["schema/drop_index"], name=row["name"])
    if not filled:
        store.schema(list(constraints.values()))
        return
    with ThreadPoolExecutor(_AT_ONCE, "schema") as pool:
        for done in [pool.submit(store.schema, [name]) for name in constraints.values()]:
            done.result()


def _digest(store: Store) -> str:
    """What tells that a store lacks a constraint or index which the model has by now."""
    texts = sorted(s.text for s in store.statements if s.mode == "schema")
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
