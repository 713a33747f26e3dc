"""Holdings of one company that sum above 1: reported, never rejected (DOMAIN 1)."""

from __future__ import annotations

import polars as pl

from graph import times

PPB = 1_000_000_000


def in_force() -> pl.Expr:
    """Holdings in force on their data day; where none is known, those without an end."""
    day = pl.col("data_day")
    on_the_day = (pl.col("valid_from") <= day) & (day < pl.col("valid_to"))
    return on_the_day.fill_null(pl.col("valid_to") == times.UNTIL_FURTHER)


def current_shares(frame: pl.DataFrame) -> pl.DataFrame:
    """Shares in force, in parts per billion, by source and company."""
    current = frame.filter(in_force())
    return current.select("source", "to_key", ppb=(pl.col("share") * PPB).round(0).cast(pl.Int64)).drop_nulls()


def companies_above_one(shares: list[pl.DataFrame]) -> pl.Series:
    """Source keys of companies whose holdings in one source sum above 1; one part per billion a stake is allowed."""
    if not shares:
        return pl.Series("to_key", [], dtype=pl.String)
    sums = pl.concat(shares).group_by("source", "to_key").agg(pl.col("ppb").sum(), stakes=pl.len())
    return sums.filter(pl.col("ppb") > PPB + pl.col("stakes"))["to_key"].unique()


def above_one(frame: pl.DataFrame, companies: pl.Series) -> pl.Series:
    """Which holdings of a frame are among those that sum above 1."""
    return frame.select(in_force() & pl.col("to_key").is_in(companies.implode())).to_series()


def flagged_above_one(frame: pl.DataFrame, which: pl.Series) -> pl.DataFrame:
    """The frame with `above_one` among the flags of those holdings."""
    added = pl.concat_list("flags", pl.lit("above_one")).list.unique(maintain_order=True)
    return frame.with_columns(flags=pl.when(which).then(added).otherwise(pl.col("flags")))
