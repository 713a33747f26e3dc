"""The part of a store that a small load can touch, looked up by key: the rest need not be read to plan it."""

from __future__ import annotations

from typing import Any

import polars as pl

from graph import model
from graph.store import Store
from loaders.equals import last_of_equals, next_of_equals
from loaders.identity import DECIDING
from loaders.link_ids import party_ids
from loaders.plan import KEYLESS, as_ordinals
from loaders.report import LoadOptions
from loaders.staging import Staged
from loaders.stored import LINKS, NODES, RECORDS, Stored, with_open

LARGE = 100_000
"""Records and links that a store holds at least for looking up to pay."""
SMALL = 0.1
"""Of what is stored: a load of more reads it whole."""


def serves(stored: Stored, staged: Staged, options: LoadOptions) -> bool:
    """Whether a load is small beside what it would have to read, and need not find what its tables no longer have."""
    total = stored.size([target.type for target in staged.targets()])
    rows = sum(trace.height for trace in staged.traces)
    return options.mode != "full" and total >= LARGE and rows < SMALL * total


class LookedUp(Stored):
    """As `Stored`, but only what the load names, what names the same rows, and what may be one party with them."""

    complete = False

    def __init__(self, store: Store, staged: Staged) -> None:
        super().__init__(store)
        self._staged = staged

    def records(self, touched: pl.Series) -> pl.DataFrame:
        """See `Stored`: the records named, and with them all of every party that they are, were or may become."""
        asked: set[str] = set()
        found: dict[str, dict[str, Any]] = {}
        keys = self._first_keys(touched)
        alike = self._alike()
        while keys:
            asked |= keys
            rows = [row for row in self.rows("plan/records_by_key", sorted(keys)) if row["record_id"] not in found]
            found |= {row["record_id"]: row for row in rows}
            keys = {row[name] for row in rows for name in _JOINING if row[name] is not None}
            keys = (keys | {key for row in rows for key in alike.get(row["record_id"], ())}) - asked
        return with_open(pl.DataFrame(list(found.values()), schema=RECORDS)).sort("record_id")

    def _alike(self) -> dict[str, list[str]]:
        """By record those that a link joins with it."""
        found: dict[str, list[str]] = {}
        for one, other in self.same().select("from_key", "to_key").iter_rows():
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
        return found

    def _first_keys(self, touched: pl.Series) -> set[str]:
        loaded = self._staged.records
        joining = [loaded[name] for name in ("record_id", *_CODES) if name in loaded.columns]
        keys = set(pl.concat([self._staged.named_parties()["record_id"], touched, *joining]).drop_nulls())
        records = pl.Series(sorted(keys), dtype=pl.String)
        return keys | set(party_ids(records))  # a party is named after a record that may have left it

    def nodes(self, label: str) -> pl.DataFrame:
        """See `Stored`: those the load brings or names."""
        key = model.node_type(label).key
        named = [self._staged.nodes(label)[key], self._staged.stubs(label)[key], self._staged.named_nodes(label)]
        keys = pl.concat([s.rename("key") for s in named]).unique().sort()
        rows = list(self.rows(f"plan/nodes_by_key[{label}]", keys.to_list()))
        return with_open(pl.DataFrame(rows, schema=NODES))

    def links(self, link_type: str, sources: list[str]) -> pl.DataFrame:
        """See `Stored`: those with the ids or the row keys of the load's links, and equals beyond its last numbers."""
        parts = [pl.DataFrame(schema=LINKS)]
        for target in self._staged.targets(link_type):
            frame = self._staged.links(target).collect()
            parts.append(self.links_by_id(link_type, frame["id"]))
            stated = frame.filter(~pl.col("row_key").str.contains(KEYLESS))["row_key"]
            earlier = stated.to_frame().select(as_ordinals(pl.col("row_key"))).to_series().drop_nulls()
            keys = pl.concat([stated, earlier]).unique().sort()
            parts.append(self._by_row(link_type, keys, sources))
            last = last_of_equals(target, frame)
            while last.height:
                last = next_of_equals(target, last)
                parts.append(self.links_by_id(link_type, last["id"]))
                last = last.join(parts[-1], on="id", how="semi", maintain_order="left")
        return pl.concat(parts).unique("id", keep="first", maintain_order=True)

    def links_of_others(self, link_type: str, ids: pl.Series) -> pl.DataFrame:  # noqa: ARG002
        """See `Stored`: none, `links` looked all ids up."""
        return pl.DataFrame(schema=LINKS)

    def _by_row(self, link_type: str, keys: pl.Series, sources: list[str]) -> pl.DataFrame:
        if keys.is_empty():
            return pl.DataFrame(schema=LINKS)
        pages = self._store.pages(f"plan/links_by_row[{link_type}]", row_keys=keys.to_list(), sources=sources)
        return pl.DataFrame([row for page in pages for row in page], schema=LINKS)


_CODES = tuple(name for name in DECIDING if name not in ("kind", "priority"))
_JOINING = ("record_id", *_CODES, "current_party")
