"""Digests of tables that a run read or found, so that what is the same is known to be."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from algorithms.columns import distinct, joined

_AT_ONCE = 500_000
"""Texts that a digest takes at once."""


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


def hash_texts(hashed: hashlib.blake2b, texts: pl.Series) -> None:
    """Take texts into a digest, their lengths first, without a Python object a text. No text may be null."""
    for start in range(0, len(texts), _AT_ONCE):
        part = texts.slice(start, _AT_ONCE)
        hashed.update(part.str.len_bytes().to_numpy().tobytes())
        hashed.update(part.str.join("").item().encode())
