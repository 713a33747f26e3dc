"""Who joined a segment and who left it, from one run to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
from pydantic import Field

from api.services.answers import Answer, Because, Model, PartyRef, day, many, stamp
from api.services.joined import joined_since
from api.services.kept_run import current_run
from api.services.known import parties_seen
from api.services.run_archive import Archive
from api.services.segments import DEFAULT, check_page, find_segment
from graph.errors import BadInput, NotFound
from graph.store import View


class SegmentRun(Model):
    """A segment as a run counted it."""

    run_id: str
    as_of: date | None = Field(description="the day that the run speaks of")
    version: int = Field(description="of the filter that it counted by")
    members: int = Field(description="all of them, those outside your scope among them")


class SegmentChanges(Answer):
    """Who joined and who left between two runs."""

    segment_id: str
    name: str
    run: SegmentRun
    before: SegmentRun | None = Field(description="null where no earlier run has counted it: then nobody is told")
    joined: list[PartyRef] = Field(description="members of the run that were none before, by id")
    left: list[PartyRef] = Field(description="members before that are none in the run, by id")
    joined_total: int = Field(description="those who joined and whom you may see")
    left_total: int
    note: str | None = Field(description="what should be known of the comparison: that the filter is another")


def segment_changes(
    view: View,
    archive: Path,
    asked: str,
    run_id: str | None = None,
    before: str | None = None,
    limit: int = DEFAULT,
) -> SegmentChanges:
    """run_id: the run of the view's day by default. before: the run before that by default.

    Raises NotFound for an unknown segment or run, where no run is made yet, and where a run did not count the segment;
    BadInput for a limit that cannot be, and for a run that is not before the other.
    """
    check_page(limit, 0)
    row = find_segment(view, asked)
    numbers = _runs(view)
    now = run_id or current_run(view)
    then = before or _before(numbers, now)
    for field, named in (("run", now), ("before", then)):
        if named is not None and named not in numbers:
            raise NotFound(f"{named[:50]!r} is no run whose results readers got; `/v1/runs` lists them.",
                           field=field, value=named[:50])  # fmt: skip
    if then is not None and numbers[then][0] >= numbers[now][0]:
        raise BadInput(f"{then} is not before {now}: give an earlier run.", field="before", value=then)
    found = _members(archive, now, row["segment_id"], numbers[now][1])
    if found is None:
        raise NotFound(f"{now} did not count {row['name']}, which was saved since; the next run does.", field="run")
    earlier = _members(archive, then, row["segment_id"], numbers[then][1]) if then else None
    if earlier is None and before:
        raise NotFound(f"{before} did not count {row['name']}: it was saved later.", field="before", value=before)
    into = joined_since(view, numbers[then or now][0])
    joined, left = _differing(earlier, found, into)
    seen = parties_seen(view, [*joined, *left])
    shown = [[seen[id] for id in ids if id in seen] for ids in (joined, left)]
    omitted = [
        f"{name} capped at {limit} of {len(some):,}"
        for name, some in zip(("joined", "left"), shown, strict=True)
        if len(some) > limit
    ]
    if hidden := len(joined) + len(left) - len(seen):
        omitted.append(f"{many(hidden, 'party')} outside your scope, or gone since")
    return SegmentChanges(
        **stamp(view, omitted),
        because=[_because(found[0], earlier[0] if earlier else None)],
        segment_id=row["segment_id"],
        name=row["name"],
        run=found[0],
        before=earlier[0] if earlier else None,
        joined=shown[0][:limit],
        left=shown[1][:limit],
        joined_total=len(shown[0]),
        left_total=len(shown[1]),
        note=_note(found[0], earlier[0] if earlier else None),
    )


_Counted = tuple[SegmentRun, set[str]]


def _runs(view: View) -> dict[str, tuple[int, date | None]]:
    """By id the number and the day of every run that became the current one."""
    rows = view.store.read("catalogue/current_runs", {}, by=view.seq)
    return {row["run_id"]: (row["number"], day(row["as_of"])) for row in rows}


def _before(runs: Iterable[str], run_id: str) -> str | None:
    return next((one for one, other in pairwise(runs) if other == run_id), None)


def _members(archive: Path, run_id: str, segment_id: str, as_of: date | None) -> _Counted | None:
    """The segment as a run counted it; None where it did not."""
    tables = Archive(archive, run_id)
    ours = pl.col("segment_id") == segment_id
    counts = tables.scan("segment_counts", ("segment_id", "version", "members")).filter(ours).collect()
    if counts.is_empty():
        return None
    members = tables.scan("segment_members", ("segment_id", "party_id")).filter(ours).collect()["party_id"]
    told = SegmentRun(run_id=run_id, as_of=as_of, version=counts["version"][0], members=members.len())
    return told, set(members.to_list())


def _differing(earlier: _Counted | None, found: _Counted, into: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Who joined and who left. into: who was joined into another party since, and is that one."""
    if earlier is None:
        return [], []
    before, now = ({into.get(one, one) for one in some} for some in (earlier[1], found[1]))
    return sorted(now - before), sorted(before - now)


def _note(run: SegmentRun, before: SegmentRun | None) -> str | None:
    if before is None:
        return f"{run.run_id} is the first run that counted it"
    if before.version == run.version:
        return None
    return f"the filter was changed in between: version {before.version} then, version {run.version} now"


def _because(run: SegmentRun, before: SegmentRun | None) -> Because:
    counted = f"{many(run.members, 'member')} by {run.run_id}"
    against = f", {before.members:,} by {before.run_id}" if before else ""
    return Because(rule="segments.changes", text=f"{counted}{against}")
