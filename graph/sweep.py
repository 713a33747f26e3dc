"""Undo what an unpublished number did: nobody has seen it, so it is reset without a trace in history."""

from __future__ import annotations

import json
from collections.abc import Sequence

from graph import model
from graph.scopes import scopes_now
from graph.store import BATCH, Row, Store, Tx
from graph.unfinished import Unfinished


def sweep(store: Store, dead: Unfinished) -> None:
    """Reset all that a dead load or run touched. May be killed and repeated, and done by two at once.

    The state `sweeping` comes first: from then on the dead one, should it wake up, can no longer write. Nothing is done
    where it has published meanwhile, or another has swept it; each further step makes sure of that again.
    """
    touched = store.transact(lambda tx: _mark(tx, dead.number, "sweeping"))
    if touched is None:
        return
    for link in model.LINKS:
        if link.type in touched:
            _in_batches(store, f"publishing/links_opened[{link.type}]", f"publishing/delete_links[{link.type}]", dead)
            _in_batches(store, f"publishing/links_closed[{link.type}]", f"publishing/reopen_links[{link.type}]", dead)
    for version in store.pages("publishing/scopes_replaced", size=1, number=dead.number):
        _act(store, "publishing/restore_scopes", version, dead.number)
    _restore_attributes(store, dead.number)
    for node in model.versioned_nodes():
        if node.label in touched:
            _sweep_nodes(store, node.label, dead)
    store.transact(lambda tx: _mark(tx, dead.number, "swept"))


def _mark(tx: Tx, number: int, state: str) -> set[str] | None:
    """Set the state of what is being swept; what it touched, or None where there is nothing to sweep any more."""
    rows = tx.run("publishing/finish", number=number, from_states=["pending", "sweeping"], state=state, properties={})
    return set(rows[0]["touched"]) if rows else None


def _in_batches(store: Store, find: str, act: str, dead: Unfinished) -> None:
    for page in store.pages(find, size=BATCH, number=dead.number):
        _act(store, act, page, dead.number)


def _act(store: Store, name: str, rows: Sequence[Row], number: int) -> None:
    if rows:
        store.transact(lambda tx: _act_in(tx, name, rows, number))


def _act_in(tx: Tx, name: str, rows: Sequence[Row], number: int) -> None:
    if _mark(tx, number, "sweeping") is not None:
        tx.rows(name, [{"element": row["element"]} for row in rows], number=number)


def _sweep_nodes(store: Store, label: str, dead: Unfinished) -> None:
    for page in store.pages(f"publishing/nodes_touched[{label}]", size=BATCH, number=dead.number):
        made = [row for row in page if row["made"]]
        back = [row for row in page if row["came_back"] and not row["made"]]
        closed = [row for row in page if row["closed"] and not row["made"]]
        _act(store, f"publishing/reopen_nodes[{label}]", closed, dead.number)
        _act(store, f"publishing/forget_return[{label}]", back, dead.number)
        _act(store, f"publishing/delete_nodes[{label}]", made, dead.number)


def _restore_attributes(store: Store, number: int) -> None:
    for page in store.pages("publishing/versions_of", size=BATCH, number=number):
        store.transact(lambda tx, page=page: _put_back(tx, page, number, store.zone))  # type: ignore[misc]


def _put_back(tx: Tx, versions: Sequence[Row], number: int, zone: str) -> None:
    """Give nodes the attribute values (and, for parties, labels) that their versions kept, and drop these.

    Tokens follow from the links, which are put back before: a handover since then stays.
    """
    if _mark(tx, number, "sweeping") is None:
        return
    by_label: dict[str, list[Row]] = {}
    for version in versions:
        row = {"key": version["key"], "values": json.loads(version["values"]), "labels": version["labels"]}
        by_label.setdefault(version["label"], []).append(row)
    scoped = [row for row in by_label.get("Party", []) if "scope" in row["values"]]
    scopes = scopes_now(tx, (row["key"] for row in scoped), zone)
    for row in scoped:
        row["values"]["scope"] = scopes.get(row["key"], row["values"]["scope"])
    for label, rows in by_label.items():
        tx.rows(f"publishing/restore_attributes[{label}]", rows)
    _act_in(tx, "publishing/delete_versions", versions, number)
