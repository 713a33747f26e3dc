"""The figures that a run keeps, of all customers or of those whom the asker may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from api.services.answers import stamp
from api.services.kept_run import KeptRun, ids_seen
from api.services.measures import FLOWS, Measure
from api.services.months import Period
from api.services.run_figures import AMOUNTS, EVERYONE, READ, TABLES, find_figures, standing
from api.services.run_frozen import COLUMNS
from graph.store import View


class KeptFigures(KeptRun):
    """The figures of the run of a view's day. An asker who may see everything reads what the run added up; for another
    that is done anew, from what the run read of the parties in the asker's scope. Raises what KeptRun raises."""

    def __init__(self, view: View, archive: Path) -> None:
        super().__init__(view, archive)
        self._asked = view
        seen = ids_seen(view)
        self._found: Mapping[str, pl.LazyFrame] = (
            {name: self.table(name, list(schema)) for name, schema in TABLES.items()}
            if seen is None
            else self._of(seen)
        )

    def stamp(self, omitted: Sequence[str] = ()) -> dict[str, Any]:
        """The fields of `Answer`."""
        return {**stamp(self._asked, omitted), "run_id": self.run_id}

    def rows(self, name: str, by: str) -> pl.DataFrame:
        """The rows of one of `TABLES` by one kind of unit."""
        return self._found[name].filter(pl.col("by") == by).collect()

    def amounts(self, by: str, asked: Period, measures: Collection[Measure]) -> pl.DataFrame:
        """The amounts of a period: balances of its last month alone, but for everyone."""
        rows = self._found[AMOUNTS].filter(
            (pl.col("by") == by)
            & pl.col("measure").is_in(list(measures))
            & pl.col("month").is_between(asked.first, asked.last)
            & (pl.col("measure").is_in(list(FLOWS)) | (pl.col("month") == asked.last) | (pl.col("by") == EVERYONE))
        )
        return rows.collect()

    def last_month(self) -> int | None:
        """The last month of which anything is told."""
        rows = self._found[AMOUNTS].filter(pl.col("by") == EVERYONE)
        found: int | None = rows.select(pl.col("month").max()).collect().item()
        return found

    def _of(self, seen: Sequence[str]) -> Mapping[str, pl.LazyFrame]:
        parties = self.table("parties", COLUMNS["parties"]).with_row_index("party").collect()
        own = parties.filter(pl.col("party_id").is_in(seen)).select("party_id", pl.col("party").cast(pl.Int64))
        chosen = own["party"].implode()
        frozen = {
            name: self.table(f"given_{name}", COLUMNS[f"given_{name}"]).filter(pl.col("party").is_in(chosen)).collect()
            for name in READ
        }
        members = self.table("segment_members", ["segment_id", "party_id"])
        saved = members.join(own.lazy(), on="party_id").select("party", "segment_id").collect()
        told = standing(frozen, saved, parties["person"].to_numpy())
        return {name: frame.lazy() for name, frame in find_figures(told, self.day).items()}
