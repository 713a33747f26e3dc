"""What was loaded and run: the last loads, rollbacks, writes and analysis runs."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import Field

from api.services.answers import Model, day, moment
from graph import publishing
from graph.errors import BadInput
from graph.store import Row, Store

MOST = 500


class LoadItem(Model):
    """One load, rollback or small write."""

    load_id: str
    number: int
    kind: str | None = Field(description="load, rollback or write")
    state: str = Field(description="pending, published, swept or rolled_back")
    mapping: str | None
    mode: str | None
    user: str | None
    started_at: str | None
    published_at: str | None
    published_seq: int | None
    undoes: str | None
    counts: Any = Field(description="rows read, loaded, unchanged and rejected, by table")


class RunItem(Model):
    """One analysis run."""

    run_id: str
    number: int
    state: str
    stale: bool = Field(description="a load it read was rolled back later")
    user: str | None
    as_of: date | None
    input_seq: int | None = Field(description="the publication it read")
    started_at: str | None
    published_at: str | None
    published_seq: int | None
    parameters: Any
    counts: Any
    durations_ms: Any
    warnings: list[str] = Field(description="what a reader of its results should know")
    input_digest: str | None
    result_digest: str | None


class LoadsAnswer(Model):
    """Loads, the newest first."""

    loads: list[LoadItem]


class RunsAnswer(Model):
    """Runs, the newest first."""

    runs: list[RunItem]


def _limit(limit: int) -> int:
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give a number from 1 to {MOST}.", field="limit", value=limit)
    return limit


def _json(text: str | None) -> Any:
    return json.loads(text) if text else None


def loads(store: Store, limit: int = 50) -> LoadsAnswer:
    """The last loads, rollbacks and writes."""
    return LoadsAnswer(loads=[_load(row) for row in publishing.loads(store, _limit(limit))])


def runs(store: Store, limit: int = 50) -> RunsAnswer:
    """The last analysis runs."""
    return RunsAnswer(runs=[_run(row) for row in publishing.runs(store, _limit(limit))])


def _load(row: Row) -> LoadItem:
    return LoadItem(
        load_id=row["load_id"],
        number=row["seq"],
        kind=row.get("kind"),
        state=row["state"],
        mapping=row.get("mapping"),
        mode=row.get("mode"),
        user=row.get("user"),
        started_at=moment(row.get("started_at")),
        published_at=moment(row.get("published_at")),
        published_seq=row.get("published_seq"),
        undoes=row.get("undoes"),
        counts=_json(row.get("counts")),
    )


def _run(row: Row) -> RunItem:
    return RunItem(
        run_id=row["run_id"],
        number=row["seq"],
        state=row["state"],
        stale=bool(row.get("stale")),
        user=row.get("user"),
        as_of=day(row.get("as_of")),
        input_seq=row.get("input_seq"),
        started_at=moment(row.get("started_at")),
        published_at=moment(row.get("published_at")),
        published_seq=row.get("published_seq"),
        parameters=_json(row.get("parameters")),
        counts=_json(row.get("counts")),
        durations_ms=_json(row.get("durations")),
        warnings=row.get("warnings") or [],
        input_digest=row.get("input_digest"),
        result_digest=row.get("result_digest"),
    )
