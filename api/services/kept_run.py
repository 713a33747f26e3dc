"""The tables that the run of a view's day keeps in the archive, a few rows at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from api.services.answers import no_run_for_day
from api.services.joined import joined_since
from api.services.known import parties_seen
from api.services.rule_sets import RuleFile
from api.services.run_archive import Archive
from api.services.run_frozen import thaw_rules
from api.services.run_parameters import RunParameters, parameters_kept
from graph.errors import NotFound
from graph.store import SCAN_TIMEOUT_S, Row, Store, View


def run_kept(store: Store, run_id: str) -> Row:
    """The record of a finished run. Raises NotFound where there is none."""
    rows = store.read("catalogue/run", {}, run_id=run_id)
    if not rows or rows[0]["run"].get("state") != "published":
        raise NotFound(
            f"There is no finished run {run_id[:80]!r}; `guanxi run` tells the id of each run it makes.",
            field="RUN",
            value=run_id[:80],
        )
    run: Row = rows[0]["run"]
    return run


def current_run(view: View) -> str:
    """The run that a view's derived facts come from: today the latest, of whatever day it is (`run_note` tells it);
    for another day one of that very day. Raises NotFound where there is none."""
    if view.run_id and not view.is_past:
        return view.run_id
    if view.other_run and view.other_run[1] == view.as_of:
        return view.other_run[0]
    if told := no_run_for_day(view):
        raise NotFound(
            f"There is {told}. Name that with --run, or make one by `guanxi run --as-of {view.as_of}`.", field="--as-of"
        )
    if view.run_id is None:
        raise NotFound("No analysis run has been made yet; `guanxi run` makes one.", field="run_id")
    return view.run_id


_AT_ONCE = 10_000


class KeptRun:
    """Raises NotFound where no run speaks of the view's day, and where its tables are not in this archive."""

    def __init__(self, view: View, archive: Path) -> None:
        self._view = view
        self.run_id = current_run(view)
        self._tables = Archive(archive, self.run_id)

    @property
    def day(self) -> date:
        """The day that the run speaks of: that of the view, or an earlier one where today's run is still to come."""
        other = self._view.other_run
        return other[1] if other and other[0] == self.run_id else self._view.as_of

    @property
    def input_seq(self) -> int:
        """The publication that the run read: what was written later it does not know."""
        return int(self._kept["input_seq"])

    def table(self, name: str, columns: Sequence[str] = ()) -> pl.LazyFrame:
        """A table, of which only the rows and columns asked for are read. Raises NotFound where it lacks any of these
        columns, as that of an older run may."""
        return self._tables.scan(name, columns)

    def path(self, name: str) -> Path:
        """Where a table lies. Raises NotFound where it is not there."""
        return self._tables.table(name)

    @cached_property
    def joined(self) -> dict[str, str]:
        """Parties that the run knew and that were joined away since, each with the one that it leads to."""
        return joined_since(self._view, self._kept["seq"])

    @property
    def rules(self) -> tuple[RuleFile, ...]:
        """The rule sets as they stood in the run."""
        return _rules(self._tables.table("rules"))

    @property
    def parameters(self) -> RunParameters:
        """What the run was asked to do."""
        return parameters_kept(json.loads(self._kept["parameters"]))

    @cached_property
    def _kept(self) -> Row:
        found: Row = self._view.store.read("catalogue/run", {}, run_id=self.run_id)[0]["run"]
        return found


@lru_cache(maxsize=16)
def _rules(table: Path) -> tuple[RuleFile, ...]:
    """Kept, for a run's rules never change."""
    return thaw_rules(Archive(table.parent.parent, table.parent.name))


def those_seen(view: View, ids: Sequence[str]) -> list[str]:
    """Of any number of parties those that the asker may see, in their order."""
    seen: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        seen.update(parties_seen(view, ids[start : start + _AT_ONCE]))
    return [one for one in ids if one in seen]


def ids_seen(view: View) -> list[str] | None:
    """The ids of all parties that the asker may see, to choose rows of a run by; None for everybody."""
    if view.scope.everything:
        return None
    found: list[str] = view.read("party/seen", timeout_s=SCAN_TIMEOUT_S)[0]["ids"]
    return found
