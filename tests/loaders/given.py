"""Hand-made batches, as a mapping would yield them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from graph import ids, model, times
from loaders.canonical import Batch, LinkTarget, NodeTarget, RecordTarget
from loaders.targets import POLARS

DAY = 20_000
_OWN: dict[str, pl.DataType] = {
    "roles": pl.List(pl.String),
    "flags": pl.List(pl.String),
    "priority": pl.Int64(),
    "valid_from": pl.Int64(),
    "valid_to": pl.Int64(),
    "data_day": pl.Int64(),
}


def frame(rows: Iterable[Mapping[str, Any]], properties: Iterable[model.Property] = ()) -> pl.DataFrame:
    listed = list(rows)
    kinds = {p.name: POLARS[p.kind] for p in properties}
    columns = list(dict.fromkeys(c for row in listed for c in row))
    schema = {c: _OWN.get(c) or kinds.get(c, pl.String()) for c in columns}
    return pl.DataFrame([{c: row.get(c) for c in columns} for row in listed], schema=schema)


def key(text: str, source: str = "credit", table: str = "CUSTOMER") -> str:
    return ids.source_key(source, table, text)


def records(
    *rows: Mapping[str, Any], source: str = "credit", table: str = "CUSTOMER", whole: bool = True, priority: int = 10
) -> Batch:
    """Each row: `key` and any of kind, roles, same_as, party_id and the party attributes."""
    base: dict[str, Any] = {
        "source": source,
        "table": table,
        "kind": None,
        "priority": priority,
        "roles": [],
        "flags": [],
    }
    made = [{"record_id": key(row["key"], source, table), **base, "data_day": DAY, **row} for row in rows]
    return Batch(RecordTarget(), frame(made, model.PARTY_ATTRIBUTES), source, table, whole)


def nodes(label: str, *rows: Mapping[str, Any], source: str = "credit", table: str = "", whole: bool = True) -> Batch:
    """Each row: `key` and any of the label's properties."""
    node = model.node_type(label)
    name = table or label.upper()
    made = []
    for row in rows:
        rest = {k: v for k, v in row.items() if k != "key"}
        sourced = {"source": source, "data_day": DAY} if node.prop("source") else {}
        made.append({node.key: key(row["key"], source, name), **sourced, **rest})
    return Batch(NodeTarget(label), frame(made, node.properties), source, name, whole)


def links(
    link_type: str,
    *rows: Mapping[str, Any],
    ends: tuple[str, str] = ("Party", "Party"),
    source: str = "credit",
    table: str = "RELATIVE",
    whole: bool = True,
) -> Batch:
    """Each row: `start`, `end` (source keys), and any of row (its key; else it has none), status and properties."""
    link = model.link_type(link_type)
    made, seen = [], dict[tuple[str, ...], int]()
    for row in rows:
        basis = str(row.get(link.basis) or "") if link.basis else ""
        same = (row["start"], row["end"], basis)
        seen[same] = seen.get(same, 0) + 1
        row_key = f"{table}:{row['row']}" if "row" in row else f"{table}:#{seen[same]}"
        rest = {k: v for k, v in row.items() if k not in ("start", "end", "row")}
        made.append(
            {
                "id": ids.link_id(link_type, row["start"], row["end"], row_key, basis),
                "from_key": row["start"],
                "to_key": row["end"],
                "row_key": row_key,
                "valid_from": times.SINCE_EVER,
                "valid_to": times.UNTIL_FURTHER,
                "status": "confirmed",
                "flags": [],
                "source": source,
                "data_day": DAY,
                **rest,
            }
        )
    return Batch(LinkTarget(link_type, *ends), frame(made, link.properties), source, table, whole)
