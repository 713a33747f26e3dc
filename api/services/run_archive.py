"""The archive of a run: what it read and found as Parquet tables, in a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from algorithms.control import Control
from algorithms.groups import ROLES, Groups
from algorithms.pairs import ControlPairs
from algorithms.stable_ids import Change
from api.services.run_compute import Computed
from api.services.run_input import RunInput
from api.services.run_results import controller_names
from graph.errors import NotFound

PAIRS = pa.schema(
    [
        ("controller_id", pa.string()),
        ("controlled_id", pa.string()),
        ("votes", pa.int64()),
        ("basis", pa.string()),
        ("round", pa.int64()),
    ]
)
"""votes: parts per billion. A couple that controls as one is told as both ids joined by `+`."""


_ROWS_AT_ONCE = 100_000
"""Rows that are read or passed over together, at most."""


class Archive:
    """The folder of one run. Tables appear under their final names only when whole."""

    def __init__(self, root: Path, run_id: str) -> None:
        self.run_id = run_id
        self.folder = root / run_id

    def begin(self) -> None:
        """Make the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def forget(self) -> None:
        """Remove the folder of a run that failed."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def table(self, name: str) -> Path:
        """A table of the run. Raises NotFound where this machine's archive has none."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            if self.folder.is_dir():
                raise self.older(f"the table {name}")
            raise NotFound(
                f"The tables of {self.run_id} are not in the archive at {self.folder.parent}; they are kept where the "
                "run was made. Run `guanxi run` here, or set GUANXI_HOME to the home it ran in.",
                field="run_id",
                value=self.run_id,
            )
        return path

    def scan(self, name: str, columns: Sequence[str]) -> pl.LazyFrame:
        """A table of the run, of which these columns are needed. Raises NotFound for what of it is not there."""
        path = self.table(name)
        kept = pq.read_schema(path).names
        if lacking := [column for column in columns if column not in kept]:
            raise self.older(f"{', '.join(lacking)} in the table {name}")
        return pl.scan_parquet(path)

    def older(self, lacking: str) -> NotFound:
        """What is told of a run whose archive holds less than this version of Guanxi reads."""
        return NotFound(
            f"The archive of {self.run_id} lacks {lacking}, which a run made by an older Guanxi did not keep, so this "
            "cannot be answered from it. `guanxi run` makes a new run that can answer it.",
            field="run_id",
            value=self.run_id,
        )

    def write(self, name: str, frame: pl.DataFrame) -> None:
        """Keep a table."""
        part = self.folder / f"{name}.parquet.part"
        frame.write_parquet(part)
        part.replace(self.folder / f"{name}.parquet")

    def write_parts(
        self, schemas: Mapping[str, Mapping[str, Any]], parts: Iterable[Mapping[str, pl.DataFrame]]
    ) -> dict[str, pl.LazyFrame]:
        """Keep tables that come part by part, all of them in each, and are never whole in memory; as they lie there.

        schemas: of the tables, by name.
        """
        with ExitStack() as files:
            open_tables = {
                name: files.enter_context(
                    pq.ParquetWriter(
                        self.folder / f"{name}.parquet.part",
                        pl.DataFrame(schema=schema).to_arrow().schema,
                        compression="zstd",
                    )
                )
                for name, schema in schemas.items()
            }
            for part in parts:
                for name, table in open_tables.items():
                    table.write_table(part[name].to_arrow(), row_group_size=_ROWS_AT_ONCE)
        for name in schemas:
            (self.folder / f"{name}.parquet.part").replace(self.folder / f"{name}.parquet")
        return {name: pl.scan_parquet(self.folder / f"{name}.parquet") for name in schemas}

    def take(self, name: str, earlier: Archive) -> None:
        """Keep a table that is as an earlier run kept it: the same file, where the file system can hold it twice."""
        kept, own = earlier.table(name), self.folder / f"{name}.parquet"
        try:
            os.link(kept, own)
        except OSError:
            shutil.copyfile(kept, own)

    def write_found(
        self, given: RunInput, found: Computed, most: int, taken: Collection[str] = (), earlier: Archive | None = None
    ) -> int:
        """Keep pairs of control, at most `most`, groups, and what changed; how many pairs were written.

        What came in parts is kept already.

        taken: the tables that are as the earlier run kept them.
        """
        names = controller_names(given, found.control)
        written = self._write_pairs(found.control, names, most)
        self.write("groups", group_table(given, found.groups, found.group_ids, found.control))
        self.write("members", found.members.sort("group_id", "party_id"))
        self.write("changes", _change_table(found.changes))
        self.write("household_changes", _change_table(found.homes.changes))
        for name, frame in found.tables.items():
            if earlier and name in taken:
                self.take(name, earlier)
            else:
                self.write(name, frame)
        return written

    def _write_pairs(self, control: Control, names: np.ndarray[Any, Any], most: int) -> int:
        written = 0
        with pq.ParquetWriter(self.folder / "control.parquet.part", PAIRS) as out:
            for part in _parts(control, most):
                out.write_table(_pair_table(part, names, most - written))
                written += min(len(part), most - written)
        (self.folder / "control.parquet.part").replace(self.folder / "control.parquet")
        return written


def group_table(given: RunInput, groups: Groups, group_ids: Sequence[str], control: Control) -> pl.DataFrame:
    """Who is in which control group, and as what; a couple that is head as one is told as both ids joined by `+`."""
    names = controller_names(given, control)
    columns = {
        "group_id": np.repeat(np.asarray(group_ids, dtype=object), np.diff(groups.first)).tolist(),
        "party_id": names[groups.party].tolist(),
        "role": [ROLES[role] for role in groups.role.tolist()],
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _change_table(changes: Sequence[Change]) -> pl.DataFrame:
    names = ("group_id", "kind", "party_id", "other_group_id")
    return pl.DataFrame({n: [getattr(c, n) for c in changes] for n in names}, schema=dict.fromkeys(names, pl.String))


def _parts(control: Control, most: int) -> Iterator[ControlPairs]:
    left = most
    for part in control.iter_pairs():
        if left <= 0:
            return
        left -= len(part)
        yield part


def _pair_table(part: ControlPairs, names: np.ndarray[Any, Any], most: int) -> pa.Table:
    basis = np.asarray(part.basis_names, dtype=object)
    columns = [
        pa.array(names[part.controller[:most]], pa.string()),
        pa.array(names[part.controlled[:most]], pa.string()),
        pa.array(part.votes[:most], pa.int64()),
        pa.array(basis[part.basis[:most]], pa.string()),
        pa.array(part.round[:most], pa.int64()),
    ]
    return pa.Table.from_arrays(columns, schema=PAIRS)
