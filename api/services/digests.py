"""Digests of tables that a run read or found, so that what is the same is known to be."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from algorithms.columns import distinct, joined

_AT_ONCE = 500_000
"""Texts, or rows, that a digest takes at once."""
_SORTED_AT_ONCE = 1_500_000
"""Rows that are sorted at once: for each so many, the table is read again."""


def digest_of_table(frame: pl.DataFrame, parties: tuple[str, ...], party_ids: pl.Series) -> str:
    """Of one table over ids, texts, integers and lists of these: parties are numbered by their place among those named.

    parties: the columns of ordinals, into party_ids; below 0: somebody unknown. Integers alone may be null.
    """
    hashed = hashlib.blake2b(digest_size=16)
    used = distinct(joined(*(frame[name].to_numpy().astype(np.int64) for name in parties)))
    used = used[used >= 0]
    hash_texts(hashed, party_ids.gather(used))
    hashed.update(f"\n{frame.height} {' '.join(frame.columns)}\n".encode())
    for name in frame.columns:
        column = frame[name]
        if column.dtype == pl.List(pl.Int64):
            hashed.update(column.list.len().to_numpy().tobytes())
            column = column.filter(column.list.len() > 0).explode()
        if column.dtype == pl.String:
            hash_texts(hashed, column)
            continue
        if column.null_count():
            hashed.update(column.is_null().to_numpy().tobytes())
        values = column.fill_null(0).to_numpy().astype(np.int64)
        if name in parties:
            values = np.where(values >= 0, np.searchsorted(used, values), values).astype(np.int64)
        hashed.update(np.ascontiguousarray(values).tobytes())
    return hashed.hexdigest()


def digests_of_tables(
    frames: Mapping[str, pl.DataFrame],
    tables: Mapping[str, tuple[str, ...]],
    party_ids: Sequence[str],
    known: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Of each table, see `digest_of_table`. tables: by name, with their columns of ordinals. known: digests that need
    not be worked out."""
    found, ids = dict(known or {}), pl.Series(party_ids, dtype=pl.String)
    return found | {n: digest_of_table(frames[n], parties, ids) for n, parties in tables.items() if n not in found}


def digest_of_found(rows: pl.LazyFrame, without: Collection[str]) -> str:
    """Of a table that a run found, in parts, since it may lie in the archive. without: columns that are left out; the
    order of a table that has one of them may hang on it, so that its rows are sorted by the others."""
    hashed = hashlib.blake2b(digest_size=16)
    known = rows.collect_schema().names()
    columns = [column for column in known if column not in without]
    whole = len(columns) == len(known)
    parts = rows.collect_batches(maintain_order=True, chunk_size=_AT_ONCE) if whole else _sorted(rows.select(columns))
    for part in parts:
        for some in part.with_columns(pl.col(pl.List(pl.String)).list.join("\x1f")).iter_slices(_AT_ONCE):
            hashed.update(some.write_csv(include_header=False).encode())
    return hashed.hexdigest()


def _sorted(rows: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Rows by all their columns, some at once: those whose first column lies within bounds."""
    columns = rows.collect_schema().names()
    first = pl.col(columns[0])
    told = rows.select(first).collect().to_series().sort()
    bounds = told.gather_every(_SORTED_AT_ONCE).drop_nulls().unique(maintain_order=True).to_list()[1:]
    for low, high in pairwise([None, *bounds, None]):
        below = pl.lit(True) if high is None else first < high
        inside = below | first.is_null() if low is None else below & (first >= low)
        yield rows.filter(inside).sort(columns).collect()


def hash_texts(hashed: hashlib.blake2b, texts: pl.Series) -> None:
    """Take texts into a digest, their lengths first, without a Python object a text. No text may be null."""
    for start in range(0, len(texts), _AT_ONCE):
        part = texts.slice(start, _AT_ONCE)
        hashed.update(part.str.len_bytes().to_numpy().tobytes())
        hashed.update(part.str.join("").item().encode())
