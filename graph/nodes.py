"""Nodes that come back: known again at once, their attributes changed later, so that what is replaced is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from graph.store import Row, Store


def came_back(rows: Sequence[Row], back: Sequence[str]) -> list[Row]:
    """Of the rows given to `write/create_nodes` those whose nodes it found (`back`)."""
    found = set(back)
    return [row for row in rows if row["key"] in found]


def as_changes(store: Store, label: str, rows: Sequence[Row], look_up: int = 5_000) -> Iterator[Row]:
    """Rows for `write/set_attributes` that give nodes which came back what their rows for `create_nodes` say."""
    for start in range(0, len(rows), look_up):
        part = rows[start : start + look_up]
        keys = [{"key": row["key"]} for row in part]
        found = store.transact(lambda tx, keys=keys: tx.run(f"plan/properties[{label}]", rows=keys))  # type: ignore[misc]
        now = {row["key"]: row for row in found}
        for row in part:
            yield _change(row, now[row["key"]], label)


def _change(row: Row, now: Row, label: str) -> Row:
    before = now["properties"]
    values = {name: value for name, value in row["properties"].items() if value != before.get(name)}
    labels = row.get("labels")
    old_labels = sorted(set(now["labels"]) - {label})
    same = labels is None or sorted(labels) == old_labels
    return {
        "key": row["key"],
        "values": values,
        "old": json.dumps({name: before.get(name) for name in values}, ensure_ascii=False, sort_keys=True),
        "labels": None if same else labels,
        "old_labels": None if same else old_labels,
    }
