"""Writing everything current and loaded that a view sees as files of the exchange layout.

Columns come from the store in bounded shares and lie on disk until a file's turn; each file is then ordered and written
range by range, so that no more than a range is in memory. The folder appears whole, by a rename, or not at all.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import polars as pl
import pyarrow.parquet as pq

from graph.embedded.progress import Progress, Silent
from graph.errors import BadInput
from graph.model import Kind
from graph.store import Row, View
from loaders.exchange_layout import FILES, File
from loaders.exchange_parts import Part, kinds, parts, sort_columns
from loaders.exchange_values import as_columns, as_text
from loaders.targets import POLARS
from loaders.values import condition

Format = Literal["csv", "parquet"]
SHARE = 400_000
"""Links or nodes that the server gathers at once."""
_SOURCE_KEY = r"^[^:]+:[^:]+:."  # what a load keeps as an id
RANGE = 250_000
"""Rows of a file that are ordered and written at once."""


@dataclass
class ExchangeExport:
    """What was written. rows: by file, those that have any. warnings: what a load will not give back as it is."""

    folder: Path
    rows: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def export_exchange(
    view: View, folder: Path, form: str = "csv", progress: Progress | None = None, *, rows_at_once: int = RANGE
) -> ExchangeExport:
    """Write the files that have rows into a new folder.

    Raises BadInput for an unknown format, a `folder` that is a file or holds anything, and a view that does not see
    everything; the folder is then as before, as it is after any other failure.
    """
    watch = progress or Silent()
    _check(view, folder, form)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(made, ignore_errors=True)
    done = ExchangeExport(folder)
    try:
        made.mkdir()
        watch.step("Writing exchange files")
        for file in FILES:
            with tempfile.TemporaryDirectory(prefix="guanxi-export-") as spool:
                read = _Spooled(view, file, Path(spool))
                if count := read.write(made, form, rows_at_once):  # type: ignore[arg-type]
                    done.rows[file.name] = count
                watch.advance(sum(done.rows.values()), 0)
                done.warnings += read.warnings()
        if folder.exists():
            folder.rmdir()  # it is empty; not every system renames onto a folder
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return done


def _check(view: View, folder: Path, form: str) -> None:
    if form not in get_args(Format):
        raise BadInput(f"There is no format {form!r}; give {' or '.join(get_args(Format))}.", field="format")
    if not view.scope.everything:
        raise BadInput("An exchange export holds everything; ask as somebody who may see everything.", field="user")
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file: give a new folder for the export.", field="out", value=str(folder))
    if folder.exists() and any(folder.iterdir()):
        told = f"{folder} is not empty: give a new or empty folder, so that no older file is taken for part of it."
        raise BadInput(told, field="out", value=str(folder))


class _Spooled:
    """The rows of one file on disk, those of its nodes apart from those of its links."""

    def __init__(self, view: View, file: File, folder: Path) -> None:
        self._file, self._folder, self._kinds = file, folder, kinds(file)
        self._paths: dict[bool, list[Path]] = {False: [], True: []}
        self._odd: dict[str, int] = {}
        self._lost = self._decided = 0
        for part in parts(file):
            for frame, decided in _frames(view, part):
                self._decided += decided
                self._note_odd_ids(part, frame)
                self._note_lost(part, frame)
                paths = self._paths[part.link]
                paths.append(folder / f"{part.link}-{len(paths)}.arrow")
                self._whole(frame).write_ipc(paths[-1], compression="lz4")

    def write(self, folder: Path, form: Format, at_once: int) -> int:
        """Write the file, unless it has no rows; how many it has."""
        rows, writer = 0, _Writer(folder / f"{self._file.name}.{form}", form)
        with writer:
            for frame in self._ranges(at_once):
                writer.write(frame, self._kinds)
                rows += frame.height
        return rows

    def warnings(self) -> list[str]:
        """Rows that a load will not read as what they are, decisions left out, ids that a load will not keep."""
        lost = [f"{self._lost:,} links in {self._file.name} will not be read as what they are."] if self._lost else []
        if self._decided:
            lost.append(
                f"{self._decided:,} links in {self._file.name} that persons decided on stand there with the status "
                "that their source gives; decisions are not exported."
            )
        return lost + [
            f"{count:,} ids in {self._file.name}, such as {example!r}, are no source keys (source:table:key); "
            "a load gives them new ones."
            for example, count in self._odd.items()
        ]

    def _whole(self, frame: pl.DataFrame) -> pl.DataFrame:
        """With all columns of the file, so that frames of several parts are alike."""
        absent = {name: kind for name, kind in self._kinds.items() if name not in frame.columns}
        return frame.with_columns(pl.lit(None, POLARS[kind]).alias(name) for name, kind in absent.items()).select(
            *self._kinds
        )

    def _note_lost(self, part: Part, frame: pl.DataFrame) -> None:
        """Links whose values are not those by which a load tells the links of one file apart: transfers without a
        month, a post of an executive called as that of the legal representative."""
        if part.where:
            self._lost += frame.height - frame.filter(condition(part.where, frame.schema)).height

    def _note_odd_ids(self, part: Part, frame: pl.DataFrame) -> None:
        ids = [column for name, column, _ in part.taken if name in ("from_key", "to_key", "record_id")]
        key = self._file.id_column if self._file.node else None
        for column in dict.fromkeys([*ids, *([key] if key in frame.columns else [])]):
            odd = frame[column].filter(~frame[column].str.contains(_SOURCE_KEY))
            if len(odd):
                first = next(iter(self._odd), odd[0])
                self._odd[first] = self._odd.get(first, 0) + len(odd)

    def _ranges(self, at_once: int) -> Iterator[pl.DataFrame]:
        """The rows in order, a range of them at a time."""
        by = sort_columns(self._file)
        scans = {link: pl.concat([pl.scan_ipc(p) for p in paths]) for link, paths in self._paths.items() if paths}
        if not scans:
            return
        first = pl.col(by[0]).fill_null("")
        bounds = _bounds(pl.concat([s.select(first) for s in scans.values()]).collect().to_series(), at_once)
        for low, high in zip([None, *bounds], [*bounds, None], strict=True):
            within = pl.lit(value=True)
            within = within & (first >= low) if low is not None else within
            within = within & (first < high) if high is not None else within
            found = {link: scan.filter(within).collect() for link, scan in scans.items()}
            yield self._together(found).sort(by, nulls_last=False, maintain_order=True)

    def _together(self, found: dict[bool, pl.DataFrame]) -> pl.DataFrame:
        """Nodes with the first of their links in one row, where both have one data date; further links below."""
        if len(found) == 1:
            return next(iter(found.values()))
        nodes, links = found[False], found[True]
        assert self._file.node
        key = self._file.id_column
        of_links = [c for p in parts(self._file) if p.link for _, c, _ in p.taken if c not in (key, "data_date")]
        links = links.sort(sort_columns(self._file)).with_row_index("at")
        first = links.unique(key, keep="first", maintain_order=True).select(key, "data_date", "at", *of_links)
        joined = nodes.drop(of_links).join(first, on=[key, "data_date"], how="left", nulls_equal=True)
        rest = links.filter(~pl.col("at").is_in(joined["at"].drop_nulls().implode()))
        return pl.concat([joined.select(nodes.columns), rest.select(nodes.columns)])


def _bounds(values: pl.Series, at_once: int) -> list[str]:
    """Where to part rows into ranges of about so many."""
    if len(values) <= at_once:
        return []
    ordered = values.sort()
    return ordered.gather_every(at_once, offset=at_once).unique(maintain_order=True).to_list()


def _frames(view: View, part: Part) -> Iterator[tuple[pl.DataFrame, int]]:
    """The rows of a part under the file's column names, as the graph keeps the values, and how many of them are links
    whose status a person decided."""
    total = next(iter(view.store.pages(part.counted)))[0]
    shares = -(-int(next(iter(total.values()))) // SHARE)
    for share in range(shares):
        given = {**view.params, "columns": part.names, "share": share, "shares": shares}
        for page in view.store.pages(part.statement, size=4, **given):
            yield from ((_frame(part, row), row.get("decided", 0)) for row in page)


def _frame(part: Part, row: Row) -> pl.DataFrame:
    columns = zip(part.taken, row["columns"], strict=True)
    frame = pl.DataFrame([pl.Series(name, values, POLARS[kind]) for (_, name, kind), values in columns])
    if "party_kind" in frame.columns:
        frame = frame.with_columns(kind=pl.coalesce("kind", "party_kind")).drop("party_kind")
    if part.statement == "export/nodes[Group]":
        frame = frame.with_columns(pl.col("kind").fill_null("declared"))
    return frame.with_columns(pl.lit(value).alias(name) for name, value in part.fixed.items())


class _Writer:
    """A file that begins to exist with its first rows."""

    def __init__(self, path: Path, form: Format) -> None:
        self._path, self._form = path, form
        self._stream: BinaryIO | None = None
        self._parquet: pq.ParquetWriter | None = None

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        for out in (self._stream, self._parquet):
            if out:
                out.close()

    def write(self, frame: pl.DataFrame, of: dict[str, Kind]) -> None:
        """Append rows."""
        if frame.is_empty():
            return
        if self._form == "csv":
            first = self._stream is None
            self._stream = self._stream or self._path.open("wb")
            as_text(frame, of).write_csv(self._stream, include_header=first)
            return
        table = as_columns(frame, of).to_arrow(compat_level=pl.CompatLevel.oldest())
        self._parquet = self._parquet or pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._parquet.write_table(table)
