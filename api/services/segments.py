"""Segments (客户群) asked: saved filters with their counts and members, and what a filter would find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from api.services.answers import Answer, Because, Model, PartyRef, many, moment, stamp
from api.services.kept_facts import KeptFacts, Members, members_now
from api.services.kept_run import KeptRun, those_seen
from api.services.known import parties_seen
from api.services.segment_check import checked_filter
from api.services.segment_filter import FilterGiven, filter_words, read_filter
from graph.errors import BadInput, NotFound
from graph.store import View

DEFAULT, MOST = 50, 500
Row = Mapping[str, Any]


class SegmentTold(Model):
    """A saved filter, and how many parties it finds."""

    segment_id: str
    name: str
    filter: dict[str, Any] = Field(description="as it is kept: branches, managers and products by their ids")
    text: str = Field(description="the filter in words")
    version: int = Field(description="how often it was saved")
    changed_by: str | None = Field(description="who saved it last")
    changed_at: str | None = Field(description="when, ISO 8601 in UTC")
    members: int | None = Field(description="parties you may see that it finds; null until a run has counted it")
    undecided: int | None = Field(
        description="parties of which something that decides is not known; they are no members"
    )
    counted_by: str | None = Field(
        description="the run that counted; null where it was counted for this answer, or not at all"
    )


class SegmentsAnswer(Answer):
    """The saved filters, by name."""

    segments: list[SegmentTold]
    empty: str | None = Field(default=None, description="why there is nothing")


class SegmentVersion(Model):
    """A filter that a segment had before."""

    version: int | None
    name: str | None
    text: str | None
    changed_by: str | None
    changed_at: str | None


class SegmentAnswer(Answer):
    """One saved filter with its members."""

    segment: SegmentTold
    members: list[PartyRef] = Field(description="a page of them, by id")
    earlier: list[SegmentVersion] = Field(description="what it was before, the earliest first")


class PreviewAnswer(Answer):
    """What a filter finds that is not saved, by what the run knew."""

    filter: dict[str, Any]
    text: str
    total: int = Field(description="parties you may see that it finds")
    undecided: int = Field(description="parties of which something that decides is not known; they are no members")
    members: list[PartyRef] = Field(description="the first of them, by id")


def segments(view: View, archive: Path) -> SegmentsAnswer:
    """All saved filters, with what the run of the view's day counted."""
    rows = [row["segment"] for row in view.read("segments/all")]
    kept = _Kept(view, archive)
    found = [kept.members(row) for row in rows]
    told = [_told(row, members) for row, members in zip(rows, found, strict=True)]
    waiting = sum(one.members is None for one in told)
    omitted = (
        [f"{many(waiting, 'segment')} still to be counted by the next run; asked for by itself each is counted"]
        if waiting
        else []
    )
    return SegmentsAnswer(
        **stamp(view, omitted), segments=told, empty=None if told else "no filter is saved: POST /v1/segments saves one"
    )


def segment(view: View, archive: Path, asked: str, limit: int = DEFAULT, offset: int = 0) -> SegmentAnswer:
    """One saved filter, by id or name, with a page of its members: as the run of the day found them, or, of a filter
    saved since, by what that run knew. Raises NotFound for an unknown one, BadInput for a page that cannot be."""
    check_page(limit, offset)
    row = find_segment(view, asked)
    found, omitted = _found(view, archive, row)
    members = found.party_ids if found else []
    page = members[offset : offset + limit]
    more = len(members) - offset - len(page)
    omitted += [f"{many(more, 'more member')}: ask with offset={offset + len(page)}"] if more > 0 else []
    told = {**stamp(view, omitted), "run_id": found.run_id} if found else stamp(view, omitted)
    return SegmentAnswer(
        **told,
        because=[_because(json.loads(row["filter"]))],
        segment=_told(row, found),
        members=list(parties_seen(view, page).values()),
        earlier=[_version(json.loads(one["values"])) for one in _versions(view, row["segment_id"])],
    )


def _found(view: View, archive: Path, row: Row) -> tuple[Members | None, list[str]]:
    """Its members, None without a run, and what is to be said of them."""
    try:
        found = members_of(view, archive, row)
    except NotFound as error:
        return None, [f"members: {error}"]
    since = f"the filter was saved since {found.run_id}: its members are told by what that run knew"
    return found, [*found.said, *([] if found.counted else [since])]


def preview(view: View, archive: Path, given: FilterGiven, limit: int = DEFAULT) -> PreviewAnswer:
    """What a filter finds by what the run of the day knew; nothing is saved. Raises what `checked_filter` and `KeptRun`
    raise, BadInput for a limit."""
    check_page(limit, 0)
    kept = checked_filter(view, given)
    found = KeptFacts(view, archive).members(read_filter(kept))
    page = found.party_ids[:limit]
    more = len(found.party_ids) - len(page)
    omitted = found.said + ([f"members capped at {limit} of {len(found.party_ids):,}"] if more else [])
    return PreviewAnswer(
        **{**stamp(view, omitted), "run_id": found.run_id},
        because=[_because(kept)],
        filter=kept,
        text=filter_words(kept),
        total=len(found.party_ids),
        undecided=found.undecided,
        members=list(parties_seen(view, page).values()),
    )


def find_segment(view: View, asked: str) -> Row:
    """One saved filter by id or name. Raises NotFound."""
    rows = view.read("segments/find", segment=asked)
    if not rows:
        raise NotFound(
            f"No segment has the id or name {asked[:80]!r}; `guanxi segment list` tells those that are saved.",
            field="segment_id",
            value=asked[:80],
        )
    found: Row = rows[0]["segment"]
    return found


def members_of(view: View, archive: Path, row: Row) -> Members:
    """The members of a saved filter as the run of the day found them, or by what that run knew where it knew another
    filter or none. Raises what `KeptRun` raises."""
    counted = _Kept(view, archive).members(row)
    return counted or KeptFacts(view, archive).members(read_filter(json.loads(row["filter"])))


def check_page(limit: int, offset: int) -> None:
    """Raises BadInput for a page that cannot be."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)


class _Kept:
    """What the run of a view's day keeps of segments; nothing where there is no such run, or not here."""

    def __init__(self, view: View, archive: Path) -> None:
        self._view = view
        self._run: KeptRun | None = None
        self._undecided: dict[tuple[str, int], int] = {}
        try:
            run = KeptRun(view, archive)
            counts = run.table("segment_counts").collect()
        except NotFound:
            return
        self._run = run
        self._undecided = {(id, version): undecided for id, version, _, undecided in counts.iter_rows()}

    def members(self, row: Row) -> Members | None:
        """None where the run did not know this filter."""
        known = self._undecided.get((row["segment_id"], row["version"]))
        if known is None or self._run is None:
            return None
        rows = self._run.table("segment_members").filter(pl.col("segment_id") == row["segment_id"])
        ids = rows.collect()["party_id"].to_list()
        if not self._view.scope.everything:
            into = self._run.joined
            seen = set(those_seen(self._view, [into.get(one, one) for one in ids]))
            ids = [one for one in ids if into.get(one, one) in seen]
        return members_now(self._run, ids, known, counted=True)


def _because(kept: Row) -> Because:
    return Because(rule="segments.filter", text=f"members are the parties of whom it is known: {filter_words(kept)}")


def _versions(view: View, segment_id: str) -> Iterable[Row]:
    return view.read("segments/versions", segment_id=segment_id)


def _version(values: Row) -> SegmentVersion:
    return SegmentVersion(
        version=values.get("version"),
        name=values.get("name"),
        text=filter_words(json.loads(values["filter"])) if values.get("filter") else None,
        changed_by=values.get("changed_by"),
        changed_at=moment(values.get("changed_at")),
    )


def _told(row: Row, found: Members | None) -> SegmentTold:
    kept = json.loads(row["filter"])
    return SegmentTold(
        segment_id=row["segment_id"],
        name=row["name"],
        filter=kept,
        text=filter_words(kept),
        version=row["version"],
        changed_by=row.get("changed_by"),
        changed_at=moment(row.get("changed_at")),
        members=len(found.party_ids) if found else None,
        undecided=found.undecided if found else None,
        counted_by=found.run_id if found and found.counted else None,
    )
