"""Comparing a load with the store: what the planning of links, records and nodes has in common."""

from __future__ import annotations

from typing import Any

import polars as pl

from graph import model
from graph.errors import Conflict
from loaders.plan import CLOSING_LIMIT, NAMES, LinkPlan, changed_row, pairs_frame, plain
from loaders.report import Change, LoadOptions
from loaders.staging import COVER, Cover, Staged
from loaders.stored import Stored
from loaders.targets import POLARS


class Comparison:
    """One load against one store. `changes` counts what happens to each label and type."""

    def __init__(self, staged: Staged, stored: Stored, options: LoadOptions, data_day: int) -> None:
        self._staged, self._stored, self._options, self._day = staged, stored, options, data_day
        self.changes: dict[str, Change] = {}

    def _change(self, name: str) -> Change:
        return self.changes.setdefault(name, Change())

    def _truly_missing(self, name: str, missing: pl.DataFrame, key: str) -> pl.DataFrame:
        """Without what rejected rows describe, or may describe: it is still there. `missing` has source and table."""
        unread = self._staged.unread
        if name in unread.keys:
            missing = missing.filter(~pl.col(key).is_in(sorted(unread.keys[name])))
        unclear = pairs_frame((source, table) for of, source, table in unread.unclear if of == name)
        if unclear.is_empty() or self._options.allow_closing:
            return missing
        kept = missing.join(unclear, on=["source", "table"], how="semi")
        self._change(name).kept += kept.height
        return missing.join(unclear, on=["source", "table"], how="anti")

    def _known_again(self, label: str, create: pl.DataFrame, closed: pl.Series) -> pl.DataFrame:
        """Nodes to make; those that were closed come back with what this load says of them and nothing else."""
        node = model.node_type(label)
        if not create.height or not create[node.key].is_in(closed.implode()).any():
            return create
        return create.with_columns(
            pl.lit(None, POLARS[p.kind]).alias(p.name) for p in node.properties if p.name not in create.columns
        )

    def _refuse_if_many(self, what: str, known: pl.DataFrame, missing: pl.DataFrame) -> None:
        if self._options.allow_closing or missing.is_empty():
            return
        counts = (
            known.group_by("source", "table")
            .len("all")
            .join(missing.group_by("source", "table").len(), on=["source", "table"])
        )
        for source, table, every, gone in counts.sort("source", "table").iter_rows():
            if gone > CLOSING_LIMIT * every:
                raise Conflict(
                    f"{gone:,} of the {every:,} {what} from {source} {table} are not in this load, more than "
                    f"{CLOSING_LIMIT:.0%}: the file may be cut short. Nothing was changed. If they are truly gone, "
                    "load again with --allow-closing."
                )

    def _still_named(self, statement: str, keys: list[str], links: LinkPlan) -> list[str]:
        """Of these keys, those that a link names which this load does not close."""
        if not keys:
            return []
        found = [(row["key"], row["id"]) for row in self._stored.rows(statement, keys)]
        rows = pl.DataFrame(found, schema={"key": pl.String, "id": pl.String}, orient="row")
        closed = [frame for frame in links.close.values() if frame.height]
        if closed:
            rows = rows.join(pl.concat(closed), on="id", how="anti")
        return rows["key"].unique().to_list()

    def _changed(self, label: str, differs: pl.DataFrame, cover: Cover) -> list[dict[str, Any]]:
        """Rows for `set_attributes` of nodes whose values truly differ in what the load speaks of."""
        if differs.is_empty():
            return []
        key = model.node_type(label).key
        rows = []
        stored = self._stored.properties(label, differs[key].to_list())
        spoken = {bits: sorted(cover.of(bits) - {key}) for bits in differs[COVER].unique().to_list()}
        for row in differs.iter_rows(named=True):
            now, _ = stored[row[key]]
            values = {c: row[c] for c in spoken[row[COVER]] if plain(row[c]) != plain(now.get(c))}
            if set(values) - set(NAMES):
                rows.append(changed_row(row[key], values | {"digest": row["digest"]}, now))
        return rows
