"""What the store holds already, read as columns and in bounded shares, for a load to compare with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from graph import times
from graph.store import Store
from loaders.identity import SCHEMA

SHARE = 400_000
"""Rows of one scan: what a server with a small heap can gather at once."""

LOOK_UP = 5_000

RECORDS = {
    "record_id": pl.String,
    "source": pl.String,
    "table": pl.String,
    "seq_out": pl.Int64,
    "digest": pl.Int64,
    "kind": pl.String,
    "priority": pl.Int64,
    "uscc": pl.String,
    "certificate": pl.String,
    "lei": pl.String,
    "same_as": pl.String,
    "given_party": pl.String,
    "current_party": pl.String,
    "current_seq": pl.Int64,
}
LINKS = {
    "id": pl.String,
    "seq_in": pl.Int64,
    "digest": pl.Int64,
    "row_key": pl.String,
    "source": pl.String,
    "from_key": pl.String,
}
NODES = {"key": pl.String, "seq_out": pl.Int64, "digest": pl.Int64, "source": pl.String}


class Stored:
    """Columns of the store. Reads go past views: they are for deciding what to write, never for answers."""

    complete = True
    """Whether what the load does not name can be found missing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def size(self, link_types: Sequence[str]) -> int:
        """How many source records, and links of some types in all their versions, there are."""
        counts = [self._count(f"plan/count_links[{kind}]", "links") for kind in sorted(set(link_types))]
        return self._count("plan/count_nodes[SourceRecord]") + sum(counts)

    def records(self, touched: pl.Series) -> pl.DataFrame:  # noqa: ARG002
        """Source records: `RECORDS`; `open` says whether it is known now. Nulls where it has no value.

        touched: keys of records that are asked for besides those of the load.
        """
        frame = self._columns("plan/records", RECORDS, self._count("plan/count_nodes[SourceRecord]"))
        texts = [c for c in SCHEMA if RECORDS.get(c) == pl.String and c != "record_id"]
        frame = frame.with_columns(
            *(pl.when(pl.col(c) != "").then(c).alias(c) for c in texts),
            current_seq=pl.when(pl.col("current_seq") >= 0).then("current_seq"),
        )
        return with_open(frame).sort("record_id")

    def nodes(self, label: str) -> pl.DataFrame:
        """Nodes of a label: key, seq_out, digest, source, open."""
        frame = self._columns(f"plan/nodes[{label}]", NODES, self._count(f"plan/count_nodes[{label}]"))
        return with_open(frame)

    def links(self, link_type: str, sources: list[str]) -> pl.DataFrame:
        """The open links of a type that came from some sources."""
        total = self._count(f"plan/count_links[{link_type}]", "links")
        return self._columns(f"plan/open_links[{link_type}]", LINKS, total, sources=sorted(sources))

    def links_by_id(self, link_type: str, ids: pl.Series) -> pl.DataFrame:
        """The open links with these ids, whichever source they came from."""
        return pl.DataFrame(list(self.rows(f"plan/links_by_id[{link_type}]", ids.to_list())), schema=LINKS)

    def links_of_others(self, link_type: str, ids: pl.Series) -> pl.DataFrame:
        """Those of `links_by_id` that `links` does not give, for they came from other sources."""
        return self.links_by_id(link_type, ids)

    def same(self) -> pl.DataFrame:
        """The pairs of records that are joined beyond their identifiers: `id`, `from_key`, `to_key`."""
        names = ("id", "from_key", "to_key")
        rows = self._store.transact(lambda tx: tx.run("plan/same"))
        return pl.DataFrame({name: rows[0][name] for name in names}, schema=dict.fromkeys(names, pl.String))

    def decisions(self, link_type: str) -> list[dict[str, Any]]:
        """What persons decided about links of a type: `decision_id`, what it binds to, and the links that carry it."""
        return self._store.transact(lambda tx: tx.run("plan/decisions", link_type=link_type))

    def rows(self, name: str, keys: Sequence[str], **params: Any) -> Iterator[dict[str, Any]]:
        """Rows of a statement that looks keys up, so many at a time."""
        for start in range(0, len(keys), LOOK_UP):
            rows = [{"key": key} for key in keys[start : start + LOOK_UP]]
            yield from self._store.transact(lambda tx, rows=rows: tx.run(name, rows=rows, **params))  # type: ignore[misc]

    def properties(self, label: str, keys: Sequence[str]) -> dict[str, tuple[dict[str, Any], list[str]]]:
        """By key the properties and labels of nodes."""
        found = self.rows(f"plan/properties[{label}]", keys)
        return {row["key"]: (row["properties"], row["labels"]) for row in found}

    def _count(self, name: str, column: str = "nodes") -> int:
        return int(next(iter(self._store.pages(name)))[0][column])

    def _columns(self, name: str, schema: dict[str, type[pl.DataType]], total: int, **params: Any) -> pl.DataFrame:
        shares = max(1, -(-total // SHARE))
        parts = [pl.DataFrame(schema=schema)]
        for share in range(shares) if total else ():
            for page in self._store.pages(name, size=4, share=share, shares=shares, **params):
                parts += [pl.DataFrame({c: row[c] for c in schema}, schema=schema) for row in page]
        return pl.concat(parts)


def with_open(frame: pl.DataFrame) -> pl.DataFrame:
    """With `open`: whether a record or node is known now."""
    return frame.with_columns(open=pl.col("seq_out") == times.OPEN_SEQ)
