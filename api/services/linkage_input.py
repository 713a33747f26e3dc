"""What a run reads of corporate–retail linkage (公私联动): who holds which post, who keeps whom, and in which industry.

Kept as tables whose parties are ordinals, in an order of their own; what is not told is an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from api.services.run_input import RunInput
from api.services.snapshots import Columns

TABLES: Mapping[str, tuple[str, ...]] = {
    "linkage_posts": ("person", "company"),
    "linkage_parties": ("party",),
    "linkage_branches": (),
    "linkage_managers": (),
}
"""The tables, each with its columns of party ordinals."""
COLUMNS: Mapping[str, dict[str, type[pl.DataType]]] = {
    "linkage_posts": {
        "person": pl.Int64, "company": pl.Int64, "post": pl.String, "status": pl.String, "link": pl.String
    },
    "linkage_parties": {"party": pl.Int64, "industry": pl.String, "branch": pl.String, "manager": pl.String},
    "linkage_branches": {"branch": pl.String, "name": pl.String},
    "linkage_managers": {"manager": pl.String, "name": pl.String, "staff": pl.String},
}  # fmt: skip
"""Their columns. Of several branches the first by id is told, of several managers the main one or the first by id."""
READ = ("key_managers", "branches", "managed", "branch_names", "manager_names")


def linkage_tables(rows: Mapping[str, Columns], given: RunInput, facts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables. rows: the columns of `READ`. facts: what is told of parties themselves."""
    frames = {name: _frame(rows[name]) for name in READ}
    posts, branches, managed = (_known(frames[name], given) for name in ("key_managers", "branches", "managed"))
    industry = facts.filter(pl.col("industry") != "").select("party", "industry")
    branch = branches.group_by("party").agg(branch=pl.col("value").min())
    main = managed.sort("main", "value", descending=[True, False])
    manager = main.group_by("party", maintain_order=True).agg(manager=pl.col("value").first())
    told = industry.join(branch, on="party", how="full", coalesce=True)
    found = {
        "linkage_posts": posts,
        "linkage_parties": told.join(manager, on="party", how="full", coalesce=True),
        "linkage_branches": frames["branch_names"],
        "linkage_managers": frames["manager_names"],
    }
    return {name: _table(name, frame) for name, frame in found.items()}


def _frame(columns: Columns) -> pl.DataFrame:
    return pl.DataFrame(
        [
            pl.Series(name, values.tolist(), dtype=pl.String) if values.dtype == object else pl.Series(name, values)
            for name, values in columns.items()
        ]
    )


def _known(frame: pl.DataFrame, given: RunInput) -> pl.DataFrame:
    """Rows whose parties the view knows, by their ordinals."""
    ends = [end for end in ("party", "person", "company") if end in frame.columns]
    found = frame.with_columns(pl.Series(end, given.ordinal_of(frame[end].to_numpy())) for end in ends)
    return found.filter(pl.all_horizontal(pl.col(end) >= 0 for end in ends))


def _table(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of a table, in an order of their own values."""
    told = frame.select(pl.col(one).cast(kind) for one, kind in COLUMNS[name].items())
    return told.with_columns(pl.col(pl.String).fill_null("")).sort(told.columns)
