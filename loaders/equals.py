"""Rows without keys of their own, which are numbered among those of equal ends and basis."""

from __future__ import annotations

import polars as pl

from graph import model
from loaders.canonical import LinkTarget
from loaders.link_ids import link_ids
from loaders.plan import KEYLESS
from loaders.staging import table_of


def last_of_equals(target: LinkTarget, frame: pl.DataFrame) -> pl.DataFrame:
    """The last of each set of equals in a frame of links: `from_key`, `to_key`, the basis, `table`, `number`."""
    basis = model.link_type(target.type).basis
    equal = [name for name in ("from_key", "to_key", basis) if name in frame.columns]
    numbered = frame.filter(pl.col("row_key").str.contains(KEYLESS)).with_columns(table=table_of("row_key"))
    return numbered.group_by(*equal, "table", maintain_order=True).agg(pl.len().alias("number"))


def next_of_equals(target: LinkTarget, last: pl.DataFrame) -> pl.DataFrame:
    """The same with the next number, and the `id` of the link that goes by it."""
    basis = model.link_type(target.type).basis
    number = pl.col("number") + 1
    further = last.with_columns(number, row_key=pl.concat_str(pl.col("table"), pl.lit(":#"), number))
    return further.with_columns(link_ids(target.type, further, basis if basis in last.columns else None))
