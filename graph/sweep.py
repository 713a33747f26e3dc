"""Undo what an unpublished number did: nobody has seen it, so it is reset without a trace in history."""

from __future__ import annotations

import json
from collections.abc import Iterable

from graph import model
from graph.store import BATCH, Row, Store, Tx
from graph.unfinished import Unfinished


def sweep(store: Store, dead: Unfinished) -> None:
    """Reset all that a dead load or run touched. May be killed and repeated, and done by two at once.

    The state `sweeping` comes first: from then on the dead one, should it wake up, can no longer write.
    """
    _finish(store, dead.number, ["pending", "sweeping"], "sweeping")
    touched = set(dead.touched)
    for link in model.LINKS:
        if link.type in touched:
            _in_batches(store, f"publishing/links_opened[{link.type}]", f"publishing/delete_links[{link.type}]", dead)
            _in_batches(store, f"publishing/links_closed[{link.type}]", f"publishing/reopen_links[{link.type}]", dead)
    _restore_attributes(store, dead.number)
    for node in model.versioned_nodes():
        if node.label in touched:
            _sweep_nodes(store, node.label, dead)
    _finish(store, dead.number, ["sweeping"], "swept")


def _finish(store: Store, number: int, from_states: list[str], state: str) -> None:
    store.transact(
        lambda tx: tx.run("publishing/finish", number=number, from_states=from_states, state=state, properties={})
    )


def _in_batches(store: Store, find: str, act: str, dead: Unfinished) -> None:
    for page in store.pages(find, size=BATCH, number=dead.number):
        _act(store, act, page, dead.number)


def _act(store: Store, name: str, rows: Iterable[Row], number: int) -> None:
    elements = [{"element": row["element"]} for row in rows]
    if elements:
        store.transact(lambda tx: tx.rows(name, elements, number=number))


def _sweep_nodes(store: Store, label: str, dead: Unfinished) -> None:
    for page in store.pages(f"publishing/nodes_touched[{label}]", size=BATCH, number=dead.number):
        made = [row for row in page if row["made"]]
        back = [row for row in page if row["came_back"] and not row["made"]]
        closed = [row for row in page if row["closed"] and not row["made"]]
        _act(store, f"publishing/reopen_nodes[{label}]", closed, dead.number)
        _act(store, f"publishing/forget_return[{label}]", back, dead.number)
        _act(store, f"publishing/delete_nodes[{label}]", made, dead.number)


def _restore_attributes(store: Store, number: int) -> None:
    def work(tx: Tx) -> None:
        put_back(tx, tx.run("publishing/versions_of", number=number))
        tx.run("publishing/delete_versions", number=number)

    store.transact(work)


def put_back(tx: Tx, versions: Iterable[Row]) -> None:
    """Give nodes the attribute values (and, for parties, labels) that their versions kept."""
    by_label: dict[str, list[Row]] = {}
    for version in versions:
        row = {"key": version["key"], "values": json.loads(version["values"]), "labels": version["labels"]}
        by_label.setdefault(version["label"], []).append(row)
    for label, rows in by_label.items():
        for start in range(0, len(rows), BATCH):
            tx.rows(f"publishing/restore_attributes[{label}]", rows[start : start + BATCH])
