"""Link and party ids for whole columns: the same texts as `ids.link_id` and `ids.party_id` make one by one.

The hash is polars_hash's, which works on columns in parallel; Base32 and joining are done on columns too.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import polars_hash as plh
import pyarrow as pa

from graph.ids import DIGEST_BYTES, SEPARATOR

_LETTERS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", np.uint8)
_PAIRS = np.stack([np.repeat(_LETTERS, 32), np.tile(_LETTERS, 32)], axis=1).view(np.uint16).ravel()
"""Ten bits as two letters, in one integer of two bytes: shape (1024,)."""
_CHUNK = 500_000


def link_ids(link_type: str, frame: pl.DataFrame, basis: str | None) -> pl.Series:
    """The ids of a frame's links, from `from_key`, `to_key`, `row_key` and the basis column (null counts as empty)."""
    parts = [pl.lit(link_type), pl.col("from_key"), pl.col("to_key"), pl.col("row_key")]
    parts.append(pl.col(basis).fill_null("") if basis else pl.lit(""))
    return (f"{link_type}-" + _hashed(frame, pl.concat_str(parts, separator=SEPARATOR))).alias("id")


def party_ids(record_ids: pl.Series) -> pl.Series:
    """The ids of parties made from their first records."""
    return ("P-" + _hashed(record_ids.to_frame("text"), pl.col("text"))).alias("party_id")


def _hashed(frame: pl.DataFrame, text: pl.Expr) -> pl.Series:
    """`ids.digest` of a text a row."""
    hexes = plh.concat_str([text]).chash.sha2_256().str.head(2 * DIGEST_BYTES)
    pieces = [_base32(part.select(hexes.str.decode("hex")).to_series()) for part in frame.iter_slices(_CHUNK)]
    return pl.concat(pieces) if pieces else pl.Series(dtype=pl.String)


def _base32(raw: pl.Series) -> pl.Series:
    """Ten bytes a row as sixteen letters (RFC 4648), without a Python object a row."""
    count = len(raw)
    packed = np.frombuffer(b"", np.uint8) if not count else np.frombuffer(raw.to_arrow().buffers()[2], np.uint8)
    padded = np.zeros((count * 2, 8), np.uint8)
    padded[:, 3:] = packed[: DIGEST_BYTES * count].reshape(count * 2, 5)
    bits = padded.view(">u8").ravel().astype(np.int64)  # forty bits an integer
    letters = np.empty((count * 2, 4), np.uint16)
    for quarter in range(4):
        letters[:, quarter] = _PAIRS[(bits >> (30 - 10 * quarter)) & 1023]
    offsets = np.arange(0, 16 * count + 1, 16, dtype=np.int64)
    array = pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(letters.tobytes()))
    return pl.Series("id", array, dtype=pl.String)
