"""How many rows of each source table were loaded, were known already, or were not taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from loaders.canonical import TableCount
from loaders.plan import Plan
from loaders.report import TableReport
from loaders.staging import ROW, Staged, Trace


def table_reports(
    staged: Staged,
    plan: Plan,
    counts: Sequence[TableCount],
    rejected_rows: Callable[[str], pl.Series | None],
    *,
    all_new: bool = False,
) -> list[TableReport]:
    """One report a table. A row is loaded when anything made of it is new or changed, else unchanged; rows of a table
    that only helps others are neither.

    Rows folded into others (sums by month) count as loaded where nothing of the table was known, else as unchanged.
    """
    changed = {} if all_new else _changed_keys(plan)
    marks = {count.table: np.zeros(_ordinals(staged, count), np.int8) for count in counts}
    for trace in staged.traces:
        if trace.table in marks and trace.height:
            _mark(marks[trace.table], trace, changed.get(trace.name), all_new)
    reports = []
    for count in counts:
        mark = marks[count.table]
        gone = rejected_rows(count.table)
        if gone is not None:
            mark[gone.to_numpy()] = 0
        loaded = int((mark == NEW).sum())
        if loaded and not (mark == KNOWN).any():
            loaded = count.accepted
        makes = any(trace.height for trace in staged.traces if trace.table == count.table)
        report = TableReport(
            count.table,
            count.read,
            loaded,
            unchanged=count.accepted - loaded if makes else 0,
            rejected=count.rejected,
            flagged=count.flagged,
            skipped=count.skipped,
            consulted=0 if makes else count.accepted,
            listed=count.listed,
            flags=count.flags,
        )
        report.check()
        reports.append(report)
    return reports


KNOWN, NEW = 1, 2


def _ordinals(staged: Staged, count: TableCount) -> int:
    return max([count.read, *(t.height for t in staged.traces if t.table == count.table)])


def _mark(
    mark: np.ndarray[tuple[int], np.dtype[np.int8]], trace: Trace, changed: pl.DataFrame | None, all_new: bool
) -> None:
    if all_new:
        mark[pl.scan_ipc(trace.file).select(ROW).collect()[ROW].to_numpy()] = NEW
        return
    frame = pl.scan_ipc(trace.file).select(pl.col(trace.key).alias("key"), ROW).collect()
    rows = frame[ROW].to_numpy()
    mark[rows] = np.maximum(mark[rows], KNOWN)
    if changed is not None:
        mark[frame.join(changed, on="key", how="semi")[ROW].to_numpy()] = NEW


def _changed_keys(plan: Plan) -> dict[str, pl.DataFrame]:
    """By label or link type the keys of what is new or changed."""
    found: dict[str, list[pl.Series]] = {}
    for by_target in (plan.links.create, plan.links.replace):
        for target, frame in by_target.items():
            found.setdefault(target.type, []).append(frame["id"])
    for label, nodes, key in plan.loaded_nodes():
        if not nodes.create.is_empty():
            found.setdefault(label, []).append(nodes.create[key])
        if nodes.change:
            found.setdefault(label, []).append(pl.Series([row["key"] for row in nodes.change], dtype=pl.String))
    return {name: pl.concat([s.alias("key") for s in parts]).to_frame() for name, parts in found.items()}
