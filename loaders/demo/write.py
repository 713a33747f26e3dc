"""Writes tables as each system does: CSV in its encoding and delimiter, some compressed, or Parquet."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import polars as pl

from loaders.demo.layout import System, Table

_CHUNK = 200_000


def write_table(
    folder: Path, system: System, table: Table, frame: pl.DataFrame, *, parquet: bool, tail: bytes = b""
) -> Path:
    """Writes one table; the same frame always gives the same bytes. tail: further lines of a CSV file, as they are.

    Raises ValueError for columns out of line.
    """
    if frame.columns != table.column_names:
        raise ValueError(f"{table.name}: {frame.columns} is not what the layout says: {table.column_names}")
    place = folder / system.source
    place.mkdir(parents=True, exist_ok=True)
    if parquet:
        path = place / f"{table.name}.parquet"
        frame.write_parquet(path, compression="zstd", compression_level=1, row_group_size=_CHUNK)
        return path
    path = place / (f"{table.name}.csv.gz" if table.gzipped else f"{table.name}.csv")
    data = _csv(system, frame) + tail
    path.write_bytes(gzip.compress(data, compresslevel=5, mtime=0) if table.gzipped else data)
    return path


def _csv(system: System, frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_csv(buffer, separator=system.delimiter)
    text = buffer.getvalue()
    if system.encoding == "utf-8":
        return text
    return text.decode("utf-8").encode(system.encoding)
