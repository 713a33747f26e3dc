"""Rows that go and rows that come in what a run read, and the two sides of such a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import IntArray, distinct, joined, nothing
from api.services.run_world import World

NEW_PARTY = 1 << 40
"""Parties that only the changed side knows are numbered from here on; contracts go on after the last of the world."""


@dataclass(frozen=True)
class Change:
    """What differs from the world of a run.

    removed: table -> rows. added: table -> rows to come, with the columns of the table, parties and contracts as the
    world numbers them. The tables are those of `RiskInput`, and `stakes`, `bases` and `couples` of `RunInput`.
    restated: contracts that stay with other terms, by row: the columns of `facilities`. new_parties: ids of parties
    that the world does not know, numbered from `NEW_PARTY` on. told: what a reader should know of it. doubted: what
    of it a load takes as well, though it is seldom meant.
    """

    removed: Mapping[str, IntArray] = field(default_factory=dict)
    added: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    restated: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    new_parties: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()

    @property
    def tables(self) -> set[str]:
        """The tables that differ."""
        gone = {name for name, rows in self.removed.items() if rows.size}
        come = {name for name, frame in self.added.items() if frame.height}
        return gone | come | ({"facilities"} if self.restated else set())


@dataclass(frozen=True)
class Side:
    """The rows of a world before a change (an empty one) or after it; rows that come are counted on after the last."""

    world: World
    change: Change

    def party_id(self, ordinal: int) -> str:
        """The id of a party, old or new."""
        return self.change.new_parties[ordinal - NEW_PARTY] if ordinal >= NEW_PARTY else self.world.party_id(ordinal)

    def facility_id(self, row: int) -> str:
        """The id of a contract, old or new."""
        old = self.world.table("facilities")
        if row < old.height:
            return str(old["facility_id"][row])
        return str(self.change.added["facilities"]["facility_id"][row - old.height])

    def rows(self, table: str, column: str, ids: IntArray) -> IntArray:
        """The rows whose column names any of the parties or contracts, ascending."""
        kept = self.world.rows(table, column, ids)
        gone = self.change.removed.get(table)
        if gone is not None and gone.size:
            kept = kept[~np.isin(kept, gone)]
        added = self.change.added.get(table)
        if added is None or not added.height:
            return np.sort(kept)
        more = np.flatnonzero(np.isin(added[column].to_numpy(), ids))
        return np.sort(joined(kept, more + self.world.table(table).height))

    def column(self, table: str, name: str, rows: IntArray) -> IntArray:
        """Whole numbers of a column in these rows."""
        size = self.world.table(table).height
        old = rows < size
        out = np.empty(rows.size, dtype=np.int64)
        out[old] = self.world.column(table, name)[rows[old]]
        if not old.all():
            out[~old] = self.change.added[table][name].to_numpy()[rows[~old] - size]
        return out

    def facilities(self, rows: IntArray) -> IntArray:
        """Those of the contracts that there are on this side."""
        added = self.change.added.get("facilities")
        size = self.world.table("facilities").height + (0 if added is None else added.height)
        return rows[(rows < size) & ~np.isin(rows, self.change.removed.get("facilities", nothing()))]

    def take(self, table: str, rows: IntArray) -> pl.DataFrame:
        """These rows, in the order given."""
        frame = self.world.table(table)
        old = rows < frame.height
        taken = frame[rows[old]]
        if not old.all():
            more = self.change.added[table].select(frame.columns)[rows[~old] - frame.height]
            taken = pl.concat([taken, more])[np.argsort(np.argsort(~old, kind="stable"), kind="stable")]
        if table == "facilities" and self.change.restated:
            terms = [self.change.restated.get(row) for row in rows.tolist()]
            kept = [one or row for one, row in zip(terms, taken.iter_rows(named=True), strict=True)]
            return pl.DataFrame(kept, schema=frame.schema)
        return taken

    def secured_by(self, collateral: list[str]) -> IntArray:
        """The contracts that any of these securities secure."""
        found = self.world.securities_of(collateral)
        gone = self.change.removed.get("securities", nothing())
        facility = self.world.column("securities", "facility")[found[~np.isin(found, gone)]]
        added = self.change.added.get("securities")
        if added is None:
            return distinct(facility)
        more = added.filter(pl.col("collateral").is_in(collateral))["facility"].to_numpy().astype(np.int64)
        return distinct(joined(facility, more))
