"""Saving a segment: made, changed (each time a new version), closed. What it was before stays told."""

from __future__ import annotations

import json
import secrets
from typing import Any

from api.services.acting import acting_user, check_letters
from api.services.segment_check import checked_filter
from api.services.segment_filter import FilterGiven
from api.services.segments import find_segment
from graph import ids, times
from graph.errors import BadInput, Conflict
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Row, Tx, View

SOURCE = "manual"
LONGEST_NAME = 100


@answered_again
def make_segment(view: View, name: str, given: FilterGiven, user: str | None, once: Once | None = None) -> str:
    """Save a filter under a name. Returns its id.

    Raises BadInput for a name that cannot be or is taken, and what `checked_filter` raises.
    """
    who = acting_user(user)
    called = _name(name)
    kept = _text(checked_filter(view, given))
    segment_id = ids.source_key(SOURCE, "segment", secrets.token_hex(6))
    today = times.to_day(times.today(view.store.zone))

    def work(tx: Tx) -> str:
        _refuse_taken(tx, called, segment_id)
        properties = {"source": SOURCE, "data_day": today, "name": called, "filter": kept, "version": 1, **_by(who)}
        tx.run("write/make_nodes[Segment]", rows=[{"key": segment_id, "properties": properties}])
        return segment_id

    return write_once(view.store, who, work, f"segment {called}", once)


@answered_again
def change_segment(
    view: View,
    asked: str,
    name: str | None,
    given: FilterGiven | None,
    version: int | None,
    user: str | None,
    once: Once | None = None,
) -> str:
    """Give a segment another name or filter. Returns its id. version: the one that was seen, if that is to be checked.

    Raises NotFound for an unknown segment, BadInput as `make_segment` and where nothing is asked, Conflict where
    somebody has changed it since.
    """
    who = acting_user(user)
    segment_id = str(find_segment(view, asked)["segment_id"])
    wanted: dict[str, Any] = {}
    if name is not None:
        wanted["name"] = _name(name)
    if given is not None:
        wanted["filter"] = _text(checked_filter(view, given))
    if not wanted:
        raise BadInput("Nothing is to be changed: give a name, a filter, or both.", field="filter")

    def work(tx: Tx) -> str:
        now = _locked(tx, segment_id, version)
        values = {key: value for key, value in wanted.items() if now.get(key) != value}
        if not values:
            raise DoneBefore(segment_id)
        if "name" in values:
            _refuse_taken(tx, values["name"], segment_id)
        values |= {"version": now["version"] + 1, **_by(who)}
        told = {key: now.get(key) for key in ("name", "filter", "version", "changed_by", "changed_at")}
        old = json.dumps(told, ensure_ascii=False, sort_keys=True)
        row = {"key": segment_id, "values": values, "old": old, "labels": None, "old_labels": None}
        tx.rows("write/set_attributes[Segment]", [row])
        return segment_id

    return write_once(view.store, who, work, f"change of segment {segment_id}", once)


@answered_again
def close_segment(view: View, asked: str, user: str | None, once: Once | None = None) -> str:
    """Close a segment: it is listed no more, and runs leave it out. Returns its id. Raises NotFound for an unknown."""
    who = acting_user(user)
    segment_id = str(find_segment(view, asked)["segment_id"])

    def work(tx: Tx) -> str:
        _locked(tx, segment_id, None)
        tx.rows("publishing/close_nodes[Segment]", [{"key": segment_id}])
        return segment_id

    return write_once(view.store, who, work, f"close segment {segment_id}", once)


def _locked(tx: Tx, segment_id: str, version: int | None) -> Row:
    rows = tx.run("segments/now", segment_id=segment_id)
    if not rows:
        raise Conflict(f"The segment {segment_id} was closed meanwhile.")
    now: Row = rows[0]["segment"]
    if version is not None and now["version"] != version:
        raise Conflict(
            f"The segment {now['name']} has version {now['version']} by now, saved by {now['changed_by']}; you have "
            f"seen {version}. Read it again."
        )
    return now


def _refuse_taken(tx: Tx, name: str, segment_id: str) -> None:
    taken = [row["segment_id"] for row in tx.run("segments/named", called=name) if row["segment_id"] != segment_id]
    if taken:
        raise BadInput(
            f"A segment is called {name!r} already: {taken[0]}. Give another name.", field="name", value=name
        )


def _by(who: str) -> dict[str, Any]:
    return {"changed_by": who, "changed_at": times.now_ms()}


def _name(text: str) -> str:
    name = " ".join(text.split())
    check_letters(name, "name")
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(f"The name has {len(name)} letters; give 1 to {LONGEST_NAME}.", field="name", value=name[:50])
    return name


def _text(kept: dict[str, Any]) -> str:
    return json.dumps(kept, ensure_ascii=False)
