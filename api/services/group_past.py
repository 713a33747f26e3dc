"""Groups and their figures as an earlier run found them: its tables, in the shape in which nodes hold those of now."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from api.services.declared_groups import DECLARED
from api.services.group_figures import STATES, UNKNOWN, UNTESTED, group_figures
from api.services.run_archive import Archive
from graph.store import Row


def past_groups(archive: Path, run_id: str, group_id: str | None = None) -> list[Row]:
    """The groups of a run as properties of nodes, or one of them. Raises NotFound where its tables are not here."""
    tables = Archive(archive, run_id)
    chosen = pl.lit(True) if group_id is None else pl.col("group_id") == group_id
    found = pl.concat(
        pl.scan_parquet(tables.table(table)).filter(chosen).select("group_id", "party_id", "role", kind=pl.lit(kind))
        for table, kind in (("groups", "control"), ("connected", "connected"))
    )
    head = pl.col("party_id").filter(pl.col("role") == "head").min()
    groups = found.group_by("group_id", "kind").agg(head_id=head, size=pl.len()).sort("group_id").collect()
    rows = pl.scan_parquet(tables.table("exposures")).filter(chosen).rename({"limit": "limit_ppb"})
    tests = rows.filter(
        pl.col("group_id").is_in(groups["group_id"].to_list()) | (pl.col("status") == DECLARED)
    ).collect()
    ids = sorted({*groups["group_id"].to_list(), *tests["group_id"].to_list()})
    place = {id: at for at, id in enumerate(ids)}
    subject = pl.Series("subject", [place[id] for id in tests["group_id"].to_list()], dtype=pl.Int64)
    currency = tests["currency"][0] if tests.height else ""
    figures = group_figures(tests.with_columns(subject), ids, currency)
    about = {row["group_id"]: row for row in groups.iter_rows(named=True)}
    declared = {"kind": DECLARED, "head_id": None, "size": None}
    return [{"group_id": id, **about.get(id, declared), **figures.get(id, UNTESTED)} for id in ids]


def narrowed(groups: list[Row], kind: str, state: str, rules: str, least: int) -> list[Row]:
    """As `groups/nearest` narrows and sorts the current ones: each group with the state and nearness of its tests."""
    found = []
    for group in groups:
        mine = [at for at, name in enumerate(group["test_rules"] or ()) if rules in ("", name)]
        states = [group["test_states"][at] for at in mine]
        worst = max(states, key=STATES.index, default="" if not rules else None)
        near = max((group["test_nearness"][at] for at in mine), default=UNKNOWN)
        enough = least <= 0 or any(group["test_amounts"][at] >= least for at in mine)
        if worst is not None and enough and kind in ("", group["kind"]) and state in ("", worst):
            found.append({"group": group, "state": worst, "near": near})
    return sorted(found, key=lambda row: (-row["near"], row["group"]["group_id"]))
