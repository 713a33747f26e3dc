"""Tables for other programs: pairs of control of the current run, members of groups."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pyarrow.parquet as pq

from algorithms.threshold import PPB
from api.services.run_archive import Archive
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
    run_id = run_id or view.run_id
    if run_id is None:
        raise NotFound("No analysis run has been made yet; `guanxi run` makes one.", field="run_id")
    with pq.ParquetFile(Archive(archive, run_id).table("control")) as table:
        for batch in table.iter_batches(batch_size=_AT_ONCE):
            columns = [column.to_pylist() for column in batch.columns]
            yield [[a, b, votes_text(v), basis, str(n)] for a, b, v, basis, n in zip(*columns, strict=True)]


def _groups(view: View) -> Iterator[Rows]:
    rows: Rows = []
    params = {**view.params}
    for page in view.store.pages("export/groups", size=_AT_ONCE, **params):
        rows = [[row[name] or "" for name in GROUPS] for row in page]
        yield rows


def export(
    view: View, table: str, out: TextIO, *, archive: Path, run_id: str | None = None, source_keys: bool = False
) -> int:
    """Write a table as CSV; how many rows. Raises BadInput for an unknown table, NotFound without a run."""
    header, pages, columns = (
        (CONTROL, _control(view, archive, run_id), (0, 1)) if table == "control" else (GROUPS, _groups(view), (1,))
    )
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
    if not written:
        writer.writerow(header)
    return written
