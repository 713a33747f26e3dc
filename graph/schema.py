"""Constraints, indexes and the schema version of a store; applied as often as one likes."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version

from graph import times
from graph.errors import Conflict
from graph.store import Store

SCHEMA_VERSION = 3
"""Raised by one when the model changes in a way that stored data must follow."""

INDEX_WAIT_S = 600
_AT_ONCE = 2


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


def apply_schema(store: Store, wait_s: int = INDEX_WAIT_S) -> None:
    """Make what is missing of constraints and indexes, wait until they serve, record version and digest.

    Raises Conflict where a newer Guanxi wrote the store; nothing is changed then.
    """
    digest = _digest(store)
    if check_version(store) == SCHEMA_VERSION and store.read("schema/read_meta", {})[0]["schema_digest"] == digest:
        return
    names = [s.name for s in store.statements if s.mode == "schema"]
    constraints = [n for n in names if n.startswith("schema/unique_")]
    indexes = [n for n in names if n.startswith(("schema/indexes", "schema/party_search"))]
    with ThreadPoolExecutor(_AT_ONCE, "schema") as pool:  # a constraint reads all that it holds for: two at a time
        for done in [pool.submit(store.schema, constraints[part::_AT_ONCE]) for part in range(_AT_ONCE)]:
            done.result()
    store.schema(indexes)
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


def _digest(store: Store) -> str:
    """What tells that a store lacks a constraint or index which the model has by now."""
    texts = sorted(s.text for s in store.statements if s.mode == "schema")
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
