"""Undoing a published load: a new number that puts back what the load changed. What was published stays as it was.

Closed by it: the links and nodes that the load opened. Written again: copies of the links that it closed, attributes
that it replaced. Small writes since then: a person's status goes over to the copy; an attribute that a person corrected
stays corrected; a write on a link or node that only the load made known is closed with it; a link that a person closed
stays closed. Runs since then are marked stale.
A rollback that dies is swept like a load; the load is then still published.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graph import model
from graph.errors import BadInput, Conflict, NotFound
from graph.publishing import Work, begin
from graph.scopes import scopes_now
from graph.store import Row, Store, Tx

BATCH = 5_000
_LABELS = ":labels"
"""Stands for the role labels among names of attributes."""


def rollback(store: Store, load_id: str, user: str) -> int:
    """Undo the last load that is still published. Returns the number of the publication.

    Raises NotFound for an unknown id, BadInput for what is no load, Conflict naming what stands in the way.
    """
    _undoable(store, load_id)
    with begin(
        store, "rollback", user=user, properties={"undoes": load_id, "mapping": f"rollback of {load_id}"}
    ) as work:
        load = _undoable(store, load_id)  # again: nobody else loads or rolls back from here on
        number = int(load["number"])
        for link in model.LINKS:
            if link.type in load["touched"]:
                _undo_links(work, link, number)
        for node in model.versioned_nodes():
            if node.label in load["touched"]:
                _undo_nodes(work, node.label, number)
        _undo_attributes(work, number)
        return work.publish(also=lambda tx: _mark(tx, load_id, load))


def _undoable(store: Store, load_id: str) -> Row:
    found = _ask(store, "rollback/load", load_id=load_id)
    if not found:
        raise NotFound(
            f"There is no load {load_id!r}; each load prints its id, and GET /v1/loads lists them.",
            field="load",
            value=load_id,
        )
    load = found[0]
    if load["kind"] != "load":
        raise BadInput(f"{load_id} is a {load['kind']}; only loads can be rolled back.", field="load", value=load_id)
    if load["state"] != "published":
        state = {"rolled_back": "was rolled back already", "pending": "is still going on"}
        raise Conflict(f"{load_id} {state.get(load['state'], 'was never published')}; there is nothing to undo.")
    later = _ask(store, "rollback/later_loads", number=load["number"])
    if later:
        raise Conflict(
            f"{load_id} is not the last load: {later[0]['id']} was published after it. Roll that one back first."
        )
    return load


def _ask(store: Store, name: str, **params: Any) -> list[Row]:
    return store.transact(lambda tx: tx.run(name, **params))


def _batches(store: Store, name: str, number: int) -> Iterator[list[Row]]:
    """All rows are read before the first is changed, so that none is met twice."""
    rows = [row for page in store.pages(name, number=number) for row in page]
    yield from (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _undo_links(work: Work, link: model.LinkType, number: int) -> None:
    derived = link.origin is model.Origin.DERIVED
    for rows in _batches(work.store, f"rollback/links_touched[{link.type}]", number):
        work.transact(
            lambda tx, rows=rows: tx.rows(  # type: ignore[misc]
                f"rollback/undo_links[{link.type}]", rows, number=number, derived=derived
            ),
            [link.type],
        )


def _undo_nodes(work: Work, label: str, number: int) -> None:
    for rows in _batches(work.store, f"rollback/nodes_touched[{label}]", number):
        back = [{"key": row["key"]} for row in rows if row["before"] and not row["now"]]
        gone = [{"key": row["key"]} for row in rows if row["now"] and not row["before"]]
        _close_links_at(work, label, gone)
        work.transact(lambda tx, gone=gone: tx.rows(f"publishing/close_nodes[{label}]", gone), [label])  # type: ignore[misc]
        work.transact(lambda tx, back=back: tx.rows(f"rollback/nodes_again[{label}]", back), [label])  # type: ignore[misc]


def _close_links_at(work: Work, label: str, nodes: list[Row]) -> None:
    """What persons and runs have linked to a node since it was made known is closed with it."""
    if not nodes:
        return
    found = _ask(work.store, f"plan/links_at_nodes[{label}]", rows=nodes)
    by_type: dict[str, list[Row]] = {}
    for row in found:
        by_type.setdefault(row["id"].rsplit("-", 1)[0], []).append({"id": row["id"]})
    for kind, rows in by_type.items():
        work.transact(lambda tx, rows=rows, kind=kind: tx.rows(f"write/withdraw_links[{kind}]", rows), [kind])  # type: ignore[misc]


def _undo_attributes(work: Work, number: int) -> None:
    since: dict[tuple[str, str], set[str]] = {}
    for later in _ask(work.store, "rollback/versions_after", number=number):
        names = since.setdefault((later["label"], later["key"]), set())
        names.update(json.loads(later["values"]), {_LABELS} if later["labels"] is not None else ())
    by_label: dict[str, list[Row]] = {}
    for version in _ask(work.store, "publishing/versions_of", number=number):
        by_label.setdefault(version["label"], []).append(version)
    for label, versions in by_label.items():
        for start in range(0, len(versions), BATCH):
            part = versions[start : start + BATCH]
            work.transact(
                lambda tx, label=label, part=part: _restore(tx, label, part, since, work.store.zone),  # type: ignore[misc]
                [label],
            )


def _restore(
    tx: Tx, label: str, versions: list[Row], since: Mapping[tuple[str, str], Collection[str]], zone: str
) -> None:
    """Old values come back; the values they replace are kept as new Versions. Tokens follow from the links as they are
    again, with what persons handed over since.

    since: what persons have said otherwise since, by label and key: that stays as they said.
    """
    keys = [{"key": version["key"]} for version in versions]
    now = {row["key"]: row for row in tx.run(f"plan/properties[{label}]", rows=keys)}
    told = {version["key"]: json.loads(version["values"]) for version in versions}
    scoped = [key for key, values in told.items() if "scope" in values] if label == "Party" else []
    scopes = scopes_now(tx, scoped, zone)
    rows = []
    for version in versions:
        current = now[version["key"]]
        kept = since.get((label, version["key"]), ())
        values = {name: value for name, value in told[version["key"]].items() if name not in kept}
        if version["key"] in scopes:
            values["scope"] = scopes[version["key"]]
        old = {name: current["properties"].get(name) for name in values}
        labels = None if _LABELS in kept else version["labels"]
        rows.append(
            {
                "key": version["key"],
                "values": values,
                "old": json.dumps(old, ensure_ascii=False, sort_keys=True),
                "labels": labels,
                "old_labels": None if labels is None else sorted(set(current["labels"]) - {label}),
            }
        )
    tx.rows(f"write/set_attributes[{label}]", rows)


def _mark(tx: Tx, load_id: str, load: Row) -> None:
    if not tx.run("rollback/unmark", number=load["number"]):
        raise Conflict(f"{load_id} is not published any more; nothing was undone.")
    tx.run("publishing/stale_runs", since=load["published_seq"])
