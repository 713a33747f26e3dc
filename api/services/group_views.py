"""Which run a view tells the figures of, and what is kept of that run."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.services.answers import no_run_for_day
from api.services.group_past import past_group
from api.services.groups import CAP, GroupAnswer, group
from graph.errors import NotFound
from graph.store import Store, View


def figures_view(view: View) -> tuple[View, bool]:
    """The view with the run whose figures it tells, and whether that is the current run: then they stand on the nodes,
    else in the tables of the run. Raises NotFound for a past day without a run."""
    if not view.is_past:
        return view, True
    if view.other_run and view.other_run[1] == view.as_of:
        return replace(view, run_id=view.other_run[0], other_run=None), False
    if told := no_run_for_day(view):
        raise NotFound(f"There is {told}.", field="as_of")
    if view.run_id is None:
        raise NotFound(f"There is no run for {view.as_of}, for none had been made by then.", field="as_of")
    return view, view.run_id == view.store.read("publishing/latest", {})[0]["run_id"]


def run_day_view(view: View) -> str:
    """The run whose tables speak of the view's day. Raises NotFound where there is none."""
    if view.other_run and (view.is_past or view.run_id is None):
        if view.other_run[1] == view.as_of:
            return view.other_run[0]
        raise NotFound(f"There is {no_run_for_day(view)}.", field="as_of")
    if view.run_id is None:
        raise NotFound("No analysis run has been made yet; `guanxi run` makes one.", field="run_id")
    return view.run_id


def run_record(view: View) -> dict[str, Any]:
    """The record of the view's run. The view has one."""
    assert view.run_id is not None
    return _record(view.store, view.run_id)


@lru_cache(maxsize=64)
def _record(store: Store, run_id: str) -> dict[str, Any]:
    """Kept, for a run's record never changes but for staleness."""
    found: dict[str, Any] = store.read("catalogue/run", {}, run_id=run_id)[0]["run"]
    return found


def limits_told(view: View) -> dict[str, dict[str, dict[str, Any]]]:
    """The limits that the view's run tested: title, article, counterparties by rule set and test."""
    found: dict[str, dict[str, dict[str, Any]]] = (
        json.loads(run_record(view).get("limits") or "{}") if view.run_id else {}
    )
    return found


def kept_alone(view: View) -> str | None:
    """The run of the view's past day that kept its tables and wrote no links, if that is the run that speaks of it."""
    return view.other_run[0] if view.is_past and view.other_run and view.other_run[1] == view.as_of else None


def one_group(view: View, group_id: str, archive: Path | None = None, cap: int = CAP) -> GroupAnswer:
    """A group as the view sees it. Raises NotFound; on a past day without a run that is told beside.

    archive: where the tables of runs lie; groups that a run over the past found are told from there.
    """
    untold: NotFound | None = None
    if archive and kept_alone(view):
        try:
            if found := past_group(figures_view(view)[0], archive, group_id, cap):
                return found
        except NotFound as error:
            untold = error
    try:
        return group(view, group_id, cap)
    except NotFound as error:
        if untold:
            raise untold from None
        note = no_run_for_day(view) if view.is_past and not kept_alone(view) else None
        raise NotFound(f"{error} There is {note}." if note else str(error), field="group_id", value=group_id) from None
