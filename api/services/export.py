"""Tables for other programs: pairs of control of the current run, members of groups."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pyarrow.parquet as pq

from algorithms.threshold import PPB
from api.services.answers import no_run_for_day
from api.services.run_archive import Archive
from graph.embedded.progress import Progress, Silent
from graph.errors import NotFound
from graph.store import View

CONTROL = ("controller_id", "controlled_id", "votes", "basis", "round")
GROUPS = ("group_id", "party_id", "role", "kind", "status")
TABLES = ("control", "groups")
EXCHANGE = "exchange"
"""Not a table but a folder of files: `loaders.exchange_export`."""
_AT_ONCE = 50_000

Rows = list[list[str]]


def votes_text(ppb: int) -> str:
    """Votes as a fraction, exact, without needless zeros: 510000000 is 0.51."""
    whole, rest = divmod(ppb, PPB)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


class SourceKeys:
    """The source keys that parties are best known by, looked up in batches and remembered."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[str, str] = {}

    def swap(self, rows: Rows, columns: Sequence[int]) -> None:
        """Put source keys in the place of party ids; parties that only links name keep their id."""
        parts = {part for row in rows for c in columns for part in row[c].split("+")}
        wanted = sorted(parts - self._known.keys())
        for found in self._view.read("export/source_keys", ids=wanted) if wanted else ():
            self._known[found["party_id"]] = found["source_key"]
        for row in rows:
            for c in columns:
                row[c] = "+".join(self._known.get(part, part) for part in row[c].split("+"))


def _control(view: View, archive: Path, run_id: str | None) -> Iterator[Rows]:
    run_id = run_id or _current_run(view)
    with pq.ParquetFile(Archive(archive, run_id).table("control")) as table:
        for batch in table.iter_batches(batch_size=_AT_ONCE):
            columns = [column.to_pylist() for column in batch.columns]
            yield [[a, b, votes_text(v), basis, str(n)] for a, b, v, basis, n in zip(*columns, strict=True)]


def _current_run(view: View) -> str:
    """The run that speaks of the view's day. Raises NotFound where there is none."""
    if view.other_run and view.other_run[1] == view.as_of:
        return view.other_run[0]
    if told := no_run_for_day(view):
        raise NotFound(
            f"There is {told}. Name that with --run, or make one by `guanxi run --as-of {view.as_of}`.", field="--as-of"
        )
    if view.run_id is None:
        raise NotFound("No analysis run has been made yet; `guanxi run` makes one.", field="run_id")
    return view.run_id


def _groups(view: View) -> Iterator[Rows]:
    """Groups of every kind as the view sees them."""
    for page in view.store.pages("export/groups", size=_AT_ONCE, **view.params):
        yield [[row[name] or "" for name in GROUPS] for row in page]


def _groups_of(archive: Path, run_id: str) -> Iterator[Rows]:
    """The control groups that one run found."""
    with pq.ParquetFile(Archive(archive, run_id).table("groups")) as table:
        for batch in table.iter_batches(batch_size=_AT_ONCE):
            columns = (batch.column(name).to_pylist() for name in ("group_id", "party_id", "role"))
            yield [[*row, "control", "confirmed"] for row in zip(*columns, strict=True)]


def export(
    view: View,
    table: str,
    out: TextIO,
    *,
    archive: Path,
    run_id: str | None = None,
    source_keys: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write a table as CSV; how many rows. Raises NotFound where there is no run for the view's day.

    run_id: an earlier run, whose tables lie in the archive; groups are then those of control alone.
    """
    watch = progress or Silent()
    watch.step(f"Writing {table}")
    columns: Sequence[int]
    if table == "control":
        header, columns = CONTROL, (0, 1)
        pages = _control(view, archive, run_id)
    else:
        header, columns = GROUPS, (1,)
        pages = _groups_of(archive, run_id) if run_id else _groups(view)
    writer = csv.writer(out, lineterminator="\n")
    keys = SourceKeys(view) if source_keys else None
    written = 0
    for rows in pages:
        if keys:
            keys.swap(rows, columns)
        if not written:
            writer.writerow(header)
        writer.writerows(rows)
        written += len(rows)
        watch.advance(written, 0)
    if not written:
        writer.writerow(header)
    return written
