"""What a run reads of corporate–retail linkage (公私联动): who holds which post, who keeps whom, and in which industry.

Kept as tables whose parties are ordinals, in an order of their own; what is not told is an empty text.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from api.services.run_input import RunInput
from api.services.snapshots import Columns, read_ahead
from graph.store import View

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
_READ = ("key_managers", "branches", "managed", "branch_names", "manager_names")


def read_linkage_input(view: View, given: RunInput) -> dict[str, pl.DataFrame]:
    """Read it. Only a view of everything may be read."""
    rows = read_ahead(view, _READ)
    industry = _frame(view.snapshot("snapshot/texts", attribute="industry")).rename({"value": "industry"})
    branch = _frame(rows["branches"]).group_by("party").agg(branch=pl.col("value").min())
    main = _frame(rows["managed"]).sort("main", "value", descending=[True, False])
    manager = main.group_by("party", maintain_order=True).agg(manager=pl.col("value").first())
    told = industry.join(branch, on="party", how="full", coalesce=True)
    found = {
        "linkage_posts": _frame(rows["key_managers"]),
        "linkage_parties": told.join(manager, on="party", how="full", coalesce=True),
        "linkage_branches": _frame(rows["branch_names"]),
        "linkage_managers": _frame(rows["manager_names"]),
    }
    return {name: _table(name, frame, given) for name, frame in found.items()}


def _frame(columns: Columns) -> pl.DataFrame:
    return pl.DataFrame(
        [
            pl.Series(name, values.tolist(), dtype=pl.String) if values.dtype == object else pl.Series(name, values)
            for name, values in columns.items()
        ]
    )


def _table(name: str, frame: pl.DataFrame, given: RunInput) -> pl.DataFrame:
    """The columns of a table, of rows whose parties the view knows, in an order of their own values."""
    ordinals = {end: pl.Series(given.ordinal_of(frame[end].to_numpy())) for end in TABLES[name]}
    found = frame.with_columns(**ordinals).filter(pl.all_horizontal(pl.lit(True), *(pl.col(e) >= 0 for e in ordinals)))
    told = found.select(pl.col(one).cast(kind) for one, kind in COLUMNS[name].items())
    return told.with_columns(pl.col(pl.String).fill_null("")).sort(told.columns)
