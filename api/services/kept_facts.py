"""Who passes a filter, by the facts that the run of a view's day froze and found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray
from algorithms.segments import Filter, facts_of, verdict
from api.services.declared_groups import DECLARED
from api.services.kept_run import KeptRun, ids_seen
from api.services.run_frozen import COLUMNS
from api.services.run_grades import GRADES
from api.services.run_results import CONNECTED, CONTROL
from api.services.segment_facts import GRADED, GROUPS, HOMES, FactSource, facts
from graph.store import View


@dataclass(frozen=True)
class Members:
    """party_ids: ascending, those that the asker may see. undecided: parties, as many as the asker may see, of which
    something that decides is not known. run_id: whose facts these are. joined: how many of those found were joined into
    others since, and are told as these, each once. counted: the run itself found the members."""

    party_ids: Sequence[str]
    undecided: int
    run_id: str
    joined: int = 0
    counted: bool = False

    @property
    def said(self) -> list[str]:
        """What is to be said of those who were joined since."""
        return (
            [f"{self.joined:,} parties that {self.run_id} found were joined into others since, and are told as these"]
            if self.joined
            else []
        )


def members_now(run: KeptRun, found: Sequence[str], undecided: int, *, counted: bool = False) -> Members:
    """Parties that a run found as they are by the view: who was joined into another since is that one."""
    into = run.joined
    now = sorted({into.get(one, one) for one in found})
    return Members(now, undecided, run.run_id, joined=sum(one in into for one in found), counted=counted)


class KeptFacts(KeptRun):
    """The facts of the run of a view's day. Raises what KeptRun raises."""

    def __init__(self, view: View, archive: Path) -> None:
        super().__init__(view, archive)
        self._asked = view
        self._parties = self.table("parties", COLUMNS["parties"]).collect()

    def members(self, filter: Filter) -> Members:
        """Who passes a filter, of those whom the asker may see."""
        source = FactSource(
            table=lambda name: self.table(f"given_{name}", COLUMNS[f"given_{name}"]),
            groups=self._groups,
            homes=lambda: self._numbered("households", list(HOMES)),
            grades=lambda: self._numbered(GRADES, list(GRADED)),
            persons=self._parties["person"].to_numpy(),
            as_of=self.day,
        )
        found = verdict(filter, facts(source, facts_of(filter)), source.n_parties)
        ids, seen = self._parties["party_id"], self._seen()
        inside: IntArray = np.flatnonzero(found.passes & seen)
        undecided = int(np.count_nonzero(~found.passes & ~found.fails & seen))
        return members_now(self, ids.gather(inside).to_list(), undecided)

    def _seen(self) -> BoolArray:
        ids = ids_seen(self._asked)
        if ids is None:
            return np.ones(self._parties.height, dtype=np.bool_)
        seen: BoolArray = self._parties["party_id"].replace(self.joined).is_in(ids).to_numpy()
        return seen

    def _groups(self) -> pl.DataFrame:
        by_control = self.table("groups", ["group_id"]).select("group_id").unique().collect()["group_id"].implode()
        kind = pl.when(pl.col("group_id").is_in(by_control)).then(pl.lit(CONTROL)).otherwise(pl.lit(CONNECTED))
        found = self._numbered("members", ["party", "group_id"]).with_columns(kind=kind)
        declared = self.table("given_declared", COLUMNS["given_declared"]).select("party", "group_id").collect()
        return pl.concat([found.select(list(GROUPS)), declared.select("party", "group_id", kind=pl.lit(DECLARED))])

    def _numbered(self, name: str, columns: Sequence[str]) -> pl.DataFrame:
        """Columns of a table of party ids, with ordinals in their place."""
        at = self._parties.lazy().select("party_id").with_row_index("party")
        rows = self.table(name).join(at, on="party_id").with_columns(pl.col("party").cast(pl.Int64))
        return rows.select(columns).collect()
