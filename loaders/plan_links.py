"""Which links a load opens, changes and closes."""

from __future__ import annotations

import polars as pl

from graph import model
from loaders.compare import Comparison
from loaders.plan import KEYLESS, SCOPING, LinkPlan, pairs_frame
from loaders.report import Change, LoadOptions
from loaders.staging import Staged
from loaders.stored import Stored


class LinkPlanning(Comparison):
    """Links by id and digest."""

    def __init__(self, staged: Staged, stored: Stored, options: LoadOptions, data_day: int) -> None:
        super().__init__(staged, stored, options, data_day)
        self._touched_ends: list[pl.Series] = []
        """Source keys of parties whose branch or manager may change."""

    def _links(self) -> LinkPlan:
        plan = LinkPlan()
        for link in model.LINKS:
            if link.origin is model.Origin.LOADED and link.type != "IDENTIFIES":
                self._links_of(link.type, plan)
        return plan

    def _links_of(self, link_type: str, plan: LinkPlan) -> None:
        targets = self._staged.targets(link_type)
        if not targets and self._options.mode != "full":
            return
        known = self._stored.links(link_type, list(self._staged.sources))
        if not targets and known.is_empty():
            return
        change = self._change(link_type)
        loaded = []
        for target in targets:
            frame = self._staged.links(target).collect().unique("id", keep="first", maintain_order=True)
            loaded.append(frame.select("id", "source", "row_key"))
            against = frame.join(known.select("id", old="digest"), on="id", how="left", maintain_order="left")
            fresh = pl.col("old").is_null()
            plan.create[target] = against.filter(fresh).drop("old")
            plan.replace[target] = against.filter(~fresh & (pl.col("old") != pl.col("digest"))).drop("old")
            change.created += plan.create[target].height
            change.changed += plan.replace[target].height
            change.unchanged += frame.height - plan.create[target].height - plan.replace[target].height
        close = self._gone(link_type, known, loaded, change)
        change.closed += close.height
        plan.close[link_type] = close.select("id")
        if link_type in SCOPING:
            self._touched_ends.append(close["from_key"])
            self._touched_ends += [
                part["from_key"]
                for t in targets
                if t.from_label == "Party"
                for part in (plan.create[t], plan.replace[t])
            ]

    def _gone(self, link_type: str, known: pl.DataFrame, loaded: list[pl.DataFrame], change: Change) -> pl.DataFrame:
        """Links to close: what a row loaded again no longer says, and with `full` what the tables no longer have."""
        nothing = pl.DataFrame(schema=dict.fromkeys(("id", "source", "row_key"), pl.String))
        now = pl.concat([nothing, *loaded])
        gone = known.join(now.select("id"), on="id", how="anti")
        keyed = ~pl.col("row_key").str.contains(KEYLESS, literal=True)
        restated = gone.filter(keyed).join(
            now.select("source", "row_key").unique(), on=["source", "row_key"], how="semi"
        )
        table = pl.col("row_key").str.splitn(":", 2).struct[0]
        whole = pairs_frame(self._staged.whole)
        missing = (
            gone.join(restated.select("id"), on="id", how="anti")
            .with_columns(table=table)
            .join(whole, on=["source", "table"], how="semi")
        )
        if self._options.mode != "full":
            change.missing += missing.height
            return restated
        self._refuse_if_many(link_type, known.with_columns(table=table), missing)
        return pl.concat([restated, missing.select(restated.columns)])
