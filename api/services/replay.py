"""A run made again from its frozen input, and compared with what it found then."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from api.services.answers import Model
from api.services.kept_run import run_kept
from api.services.run_archive import Archive
from api.services.run_compute import (
    compute_control,
    compute_found,
    with_business,
    with_figures,
    with_grades,
    with_key_persons,
    with_openings,
    with_segments,
)
from api.services.run_figures import TABLES as FIGURES
from api.services.run_frozen import Frozen, given_digests, input_digest, thaw_earlier, thaw_input, thaw_risk, thaw_rules
from api.services.run_frozen_clients import thaw_clients
from api.services.run_frozen_homes import thaw_homes
from api.services.run_frozen_openings import thaw_openings
from api.services.run_frozen_segments import thaw_segments
from api.services.run_grades import GRADES
from api.services.run_homes import find_homes
from api.services.run_parameters import parameters_kept
from api.services.run_results import CONNECTED, CONTROL
from graph import times
from graph.embedded.progress import Progress, Silent
from graph.errors import NotFound
from graph.schema import guanxi_version
from graph.store import Store

FOUND = (
    "control",
    "groups",
    "members",
    "changes",
    "basis",
    "exposures",
    "group_totals",
    "party_totals",
    "connected",
    "dependence",
    "circles",
    "circle_components",
    "mutual_pairs",
    "guarantee_cover",
    "guarantee_chains",
    "owners",
    "close_links",
    "payment_patterns",
    "bank_related_parties",
    "referrals",
    "referral_chains",
    "referral_totals",
    "households",
    "household_totals",
    "household_changes",
    "families",
    "family_totals",
    "group_business",
    "openings",
    "openings_suppressed",
    "openings_counts",
    "segment_members",
    "segment_counts",
    "likely_referrers",
    "likely_referrers_quality",
    "likely_referrers_weights",
    "key_persons",
    *FIGURES,
    GRADES,
)
"""The tables that a run finds."""
_AT_ONCE = 100_000


class Difference(Model):
    """The first place where the run and its replay differ."""

    table: str = Field(description="control, groups, changes, or the digest of the input or result")
    row: int | None = Field(description="counted from 1; null for a digest")
    kept: str | None = Field(description="what the run kept, null where it has no such row")
    replayed: str | None = Field(description="what the replay found, null where it has no such row")


class ReplayReport(Model):
    """Whether a run made again from its frozen input finds the same."""

    run_id: str
    as_of: date
    equal: bool
    rows: dict[str, int] = Field(description="rows compared by table")
    difference: Difference | None
    made_by: str = Field(description="version of Guanxi that made the run")
    replayed_by: str = Field(description="version of Guanxi that replayed it")


def replay(store: Store, archive: Path, run_id: str | None = None, progress: Progress | None = None) -> ReplayReport:
    """Compute a run (the current one, if none is named) again from its archive; nothing is written.

    Digests and tables are compared, row by row. Raises NotFound for an unknown run, where there is none yet, and
    where its tables do not lie in this archive, or were kept by a Guanxi that kept less.
    """
    watch = progress or Silent()
    run_id = run_id or store.view().run_id
    if run_id is None:
        raise NotFound("No analysis run has been made yet; `guanxi run` makes one.", field="RUN")
    kept = run_kept(store, run_id)
    told = json.loads(kept["parameters"])
    parameters = parameters_kept(told)
    tables = Archive(archive, run_id)
    watch.step("Reading the frozen input")
    given, risk, sets = thaw_input(tables), thaw_risk(tables), thaw_rules(tables)
    homes, earlier_homes = thaw_homes(tables)
    offers, segments, clients = thaw_openings(tables), thaw_segments(tables), thaw_clients(tables)
    as_of = times.EPOCH + timedelta(days=kept["as_of"])
    rows: dict[str, int] = {}
    parts = given_digests(given, risk) | homes.digests(given.party_ids) | offers.digests(given.party_ids)
    parts |= segments.digests(given.party_ids) | clients.digests(given.party_ids)
    difference = _digests("input digest", kept["input_digest"], input_digest(parts, sets))
    if difference is None:
        watch.step("Computing the run again")
        control = compute_control(given, parameters)
        found = compute_found(
            given,
            risk,
            control,
            thaw_earlier(tables, CONTROL),
            thaw_earlier(tables, CONNECTED),
            find_homes(given, risk, homes, control, earlier_homes, as_of),
            [one.rules for one in sets],
            as_of,
        )
        read = Frozen(tables)
        with tempfile.TemporaryDirectory(dir=archive, prefix=".replay-") as folder:
            again = Archive(Path(folder), run_id)
            again.begin()
            found = with_key_persons(found, given, risk, homes, offers, again.write_parts)
            found = with_openings(found, given, homes, offers, as_of, again.write_parts)
            found = with_business(found, given, risk, homes, offers)
            found = with_grades(found, given, read, clients.grading, as_of)
            found = with_figures(with_segments(found, given, read, segments, as_of), given, read, as_of)
            watch.step("Comparing")
            again.write_found(given, found, parameters.max_pairs)
            difference = _tables(tables, again, rows)
            difference = difference or _digests("result digest", kept["result_digest"], found.digest())
    return ReplayReport(
        run_id=run_id,
        as_of=as_of,
        equal=difference is None,
        rows=rows,
        difference=difference,
        made_by=told.get("guanxi", "unknown"),
        replayed_by=guanxi_version(),
    )


def _digests(name: str, kept: str, again: str) -> Difference | None:
    return None if kept == again else Difference(table=name, row=None, kept=kept, replayed=again)


def _tables(kept: Archive, again: Archive, rows: dict[str, int]) -> Difference | None:
    """The first difference between the tables of two archives; counts the equal rows by table."""
    for name in FOUND:
        rows[name] = 0
        kept.scan(name, pq.read_schema(again.table(name)).names)
        for one, other in _side_by_side(kept.table(name), again.table(name)):
            if not one.equals(other):
                return _first(name, rows[name], one.to_pylist(), other.to_pylist())
            rows[name] += one.num_rows
    return None


def _side_by_side(one: Path, other: Path) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Two tables in parts of as many rows each; the shorter one ends in empty parts."""
    with pq.ParquetFile(one) as first, pq.ParquetFile(other) as second:
        at = 0
        left, right = _parts(first), _parts(second)
        while at < max(first.metadata.num_rows, second.metadata.num_rows):
            yield next(left), next(right)
            at += _AT_ONCE


def _parts(table: pq.ParquetFile) -> Iterator[pa.Table]:
    """Parts of _AT_ONCE rows (row groups need not end with them), then empty ones without end."""
    schema = table.schema_arrow
    waiting = schema.empty_table()
    for batch in table.iter_batches(batch_size=_AT_ONCE):
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch], schema)])
        while waiting.num_rows >= _AT_ONCE:
            yield waiting.slice(0, _AT_ONCE)
            waiting = waiting.slice(_AT_ONCE)
    while True:
        yield waiting
        waiting = schema.empty_table()


def _first(table: str, before: int, kept: list[dict[str, Any]], again: list[dict[str, Any]]) -> Difference:
    at = next((k for k, (one, other) in enumerate(zip(kept, again, strict=False)) if one != other), None)
    if at is None:
        at = min(len(kept), len(again))
    one, other = (_told(rows[at]) if at < len(rows) else None for rows in (kept, again))
    return Difference(table=table, row=before + at + 1, kept=one, replayed=other)


def _told(row: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items())
