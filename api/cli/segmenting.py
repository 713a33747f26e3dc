"""`segment`: saved filters (客户群)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, Key, User, app, once_of, opened, out, print_json
from api.cli.sheet import print_notes
from api.services.answers import PartyRef, many
from api.services.segment import change_segment, close_segment, make_segment
from api.services.segment_changes import segment_changes
from api.services.segment_filter import filter_of_file
from api.services.segments import DEFAULT, SegmentAnswer, SegmentTold, preview, segment, segments

segment_app = typer.Typer(help="Saved filters (客户群) over customers.", no_args_is_help=True)
app.add_typer(segment_app, name="segment")

Filter = Annotated[
    Path, typer.Option("--filter", metavar="FILE", help="The filter, YAML or JSON: see docs/segments.md.")
]
Segment = Annotated[str, typer.Argument(metavar="SEGMENT", help="Its id or name.")]


@segment_app.command("list")
def list_command(as_json: Json = False, keep_db: KeepDb = False) -> None:
    """All saved filters, with what the last run counted."""
    with opened(keep_db) as (guanxi, _):
        answer = segments(guanxi.view(), guanxi.settings.archive)
        if _printed(answer, as_json):
            return
        for one in answer.segments:
            _print_told(one)
        print_notes(answer.empty, *answer.omitted)


@segment_app.command("show")
def show_command(
    asked: Segment,
    limit: int = DEFAULT,
    offset: int = 0,
    as_of: AsOf = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """One segment with its members."""
    day = read_day(as_of, "--as-of")
    with opened(keep_db) as (guanxi, _):
        _print(segment(guanxi.view(day), guanxi.settings.archive, asked, limit, offset), as_json)


@segment_app.command("changes")
def changes_command(
    asked: Segment,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="The last run by default.")] = None,
    before: Annotated[str | None, typer.Option(metavar="RUN", help="The run before it by default.")] = None,
    limit: int = DEFAULT,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Who joined a segment and who left it between two runs."""
    with opened(keep_db) as (guanxi, _):
        answer = segment_changes(guanxi.view(), guanxi.settings.archive, asked, run, before, limit)
        if _printed(answer, as_json):
            return
        out.print(f"{answer.name}  {answer.segment_id}", style="bold")
        against = f" against {answer.before.run_id}" if answer.before else ""
        out.print(f"  {answer.run.run_id}{against}: {answer.joined_total:,} joined, {answer.left_total:,} left")
        for sign, parties in (("+", answer.joined), ("-", answer.left)):
            for one in parties:
                out.print(f"  {sign} {one.party_id}  {one.called}")
        print_notes(answer.note, *answer.omitted)


@segment_app.command("preview")
def preview_command(filter: Filter, limit: int = DEFAULT, as_json: Json = False, keep_db: KeepDb = False) -> None:
    """What a filter finds now; nothing is saved."""
    given = filter_of_file(filter)
    with opened(keep_db) as (guanxi, _):
        answer = preview(guanxi.view(), guanxi.settings.archive, given, limit)
        if _printed(answer, as_json):
            return
        out.print(answer.text)
        out.print(_counted(answer.total, answer.undecided))
        _print_members(answer.members)


@segment_app.command("make")
def make_command(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    filter: Filter,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Save a filter under a name."""
    given = filter_of_file(filter)
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        kept = make_segment(guanxi.view(), name, given, who, once_of(key, who, "segment make", name, given))
        _print(segment(guanxi.view(), guanxi.settings.archive, kept), as_json)


@segment_app.command("change")
def change_command(
    asked: Segment,
    filter: Annotated[Path | None, typer.Option("--filter", metavar="FILE", help="The new filter.")] = None,
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Give a segment another filter or name; what it was stays told."""
    given = filter_of_file(filter) if filter else None
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        once = once_of(key, who, "segment change", asked, name, given)
        kept = change_segment(guanxi.view(), asked, name, given, None, who, once)
        _print(segment(guanxi.view(), guanxi.settings.archive, kept), as_json)


@segment_app.command("close")
def close_command(asked: Segment, user: User = None, key: Key = None, keep_db: KeepDb = False) -> None:
    """Close a segment: it is listed no more, and runs leave it out."""
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        out.print(f"{close_segment(guanxi.view(), asked, who, once_of(key, who, 'segment close', asked))} is closed.")


def _printed(answer: BaseModel, as_json: bool) -> bool:
    if as_json:
        print_json(answer)
    return as_json


def _print(answer: SegmentAnswer, as_json: bool) -> None:
    if _printed(answer, as_json):
        return
    _print_told(answer.segment)
    _print_members(answer.members)
    print_notes(*answer.omitted)


def _print_told(one: SegmentTold) -> None:
    out.print(f"{one.name}  {one.segment_id}", style="bold")
    out.print(f"  {one.text}")
    counted = _counted(one.members, one.undecided) if one.members is not None else "not counted yet"
    by = f"counted by {one.counted_by}" if one.counted_by else "by what the run knew" if one.members is not None else ""
    out.print("  " + ", ".join(part for part in (counted, by, f"version {one.version} by {one.changed_by}") if part))


def _counted(members: int, undecided: int | None) -> str:
    left_out = f"; left out, for something that decides is not known: {many(undecided, 'party')}" if undecided else ""
    return many(members, "member") + left_out


def _print_members(members: list[PartyRef]) -> None:
    for one in members:
        out.print(f"  {one.party_id}  {one.called}")
