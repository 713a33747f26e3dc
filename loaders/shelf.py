"""What the rows of a source have made, on disk until all entries have judged them: each is loaded whole or rejected."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from graph import model
from loaders.canonical import NodeTarget, Target
from loaders.csv_source import LINE
from loaders.mapping import Entry
from loaders.rejects import ROW, RejectLog
from loaders.rows import Load


@dataclass
class Parked:
    """The frame of an entry on disk. of_one_row: each of its rows was made of one row of the table, and of no other."""

    entry: Entry
    target: Target
    of_one_row: bool = True
    stub: bool = False
    path: Path = field(default_factory=Path)
    columns: tuple[str, ...] = ()

    @property
    def of_nodes(self) -> bool:
        """Whether its rows are nodes other than records."""
        return isinstance(self.target, NodeTarget)

    @property
    def key(self) -> str:
        """The column of a record's or node's key."""
        return model.node_type(self.target.label).key if isinstance(self.target, NodeTarget) else "record_id"


class Shelf:
    """A folder of parked frames. What rows rejected meanwhile had made is left out when a frame is taken."""

    def __init__(self, folder: Path, rejects: RejectLog) -> None:
        self._folder, self._rejects, self._files = folder, rejects, 0

    def put(self, parked: Parked, frame: pl.DataFrame) -> Parked:
        """Writes a frame to disk."""
        parked.path = self._folder / f"{self._files}.arrow"
        parked.columns = tuple(frame.columns)
        self._files += 1
        frame.write_ipc(parked.path, compression="lz4")
        return parked

    def look(self, parked: Parked) -> pl.DataFrame:
        """The frame as it is by now."""
        frame = pl.read_ipc(parked.path)
        gone = self._rejects.rejected_rows(parked.entry.table) if parked.of_one_row else None
        return frame if gone is None else frame.filter(~pl.col(ROW).is_in(gone.implode()))

    def take(self, parked: Parked) -> pl.DataFrame:
        """The frame as it is by now, for the last time."""
        frame = self.look(parked)
        parked.path.unlink()
        return frame

    def made_by(self, parked: Parked, rows: pl.Series) -> pl.Series:
        """Keys of the records or nodes that some rows (ordinals) had made."""
        found = pl.scan_ipc(parked.path).filter(pl.col(ROW).is_in(rows.implode())).select(parked.key).collect()
        return found.to_series().rename("key")

    def ending_at(self, parked: Parked, end: str, keys: pl.Series) -> pl.DataFrame:
        """`__row` and `value` (the end) of links whose end is one of the keys."""
        ends = pl.scan_ipc(parked.path).select(ROW, value=end)
        return ends.filter(pl.col("value").is_in(keys.implode())).collect()


def take_back(load: Load, shelf: Shelf, nodes: list[Parked], links: list[Parked]) -> None:
    """Forgets records and nodes whose row was rejected later, and rejects the rows of links that end there.

    links: those parked; links read afterwards find the keys unknown. It goes round until nothing more is rejected.
    """
    forgotten: set[str] = set()
    while True:
        found = [_gone(load, shelf, one) for one in nodes if one.of_one_row]
        keys = pl.concat(found).unique() if found else pl.Series("key", [], dtype=pl.String)
        fresh = keys.filter(~keys.is_in(list(forgotten)))
        if fresh.is_empty():
            return
        forgotten.update(fresh.to_list())
        for owner, series in load.known.items():
            load.known[owner] = [known.filter(~known.is_in(fresh.implode())) for known in series]
        for link in links:
            if link.entry.checks["reference"] == "reject" and not load.partial:
                _reject_ends(load, shelf, link, fresh)


def _gone(load: Load, shelf: Shelf, parked: Parked) -> pl.Series:
    rows = load.rejects.rejected_rows(parked.entry.table)
    return pl.Series("key", [], dtype=pl.String) if rows is None else shelf.made_by(parked, rows)


def _reject_ends(load: Load, shelf: Shelf, link: Parked, keys: pl.Series) -> None:
    table = link.entry.table
    for end, names in (("from_key", ("from", "of")), ("to_key", ("to",))):
        found = shelf.ending_at(link, end, keys)
        rejected = load.rejects.rejected_rows(table)
        if rejected is not None:
            found = found.filter(~pl.col(ROW).is_in(rejected.implode()))
        if found.is_empty():
            continue
        value = next((link.entry.values[name] for name in names if name in link.entry.values), None)
        column = (value.column or ", ".join(value.columns)) if value else end
        lines = load.tables.frame(table, set()).select(ROW, LINE).join(found, on=ROW)
        lines = lines.with_columns(value=pl.col("value").str.splitn(":", 3).struct[2])  # as the source writes it
        source = load.mapping.tables[table].source
        load.rejects.reject(source, table, column, "refers to a row that was rejected", lines)
