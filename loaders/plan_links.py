"""Which links a load opens, changes and closes."""

from __future__ import annotations

import polars as pl

from graph import model
from loaders.canonical import LinkTarget
from loaders.compare import Comparison
from loaders.decided import as_decided
from loaders.equals import last_of_equals, next_of_equals
from loaders.plan import KEYLESS, SCOPING, LinkPlan, as_ordinals, pairs_frame
from loaders.report import Change, LoadOptions
from loaders.staging import Staged, table_of
from loaders.stored import Stored
from loaders.untold import as_known, known_frame


class LinkPlanning(Comparison):
    """Links by id and digest."""

    def __init__(self, staged: Staged, stored: Stored, options: LoadOptions, data_day: int) -> None:
        super().__init__(staged, stored, options, data_day)
        self._touched_ends: list[pl.Series] = []
        """Source keys of parties whose branch or manager may change."""

    def _touched(self) -> pl.Series:
        return pl.concat([pl.Series("from_key", [], dtype=pl.String), *self._touched_ends]).unique()

    def _links(self) -> LinkPlan:
        plan = LinkPlan()
        for link in model.LINKS:
            if link.origin is not model.Origin.DERIVED and link.type != "IDENTIFIES":
                self._links_of(link.type, plan)
        return plan

    def _links_of(self, link_type: str, plan: LinkPlan) -> None:
        targets = self._staged.targets(link_type)
        if not targets and self._options.mode != "full":
            return
        known = self._stored.links(link_type, sorted(self._staged.sources))
        if not targets and known.is_empty():
            return
        if link_type in self._staged.told_sources:
            known = pl.concat([known, self._of_other_sources(link_type, known)])
        change = self._change(link_type)
        loaded, surplus = [], []
        for target in targets:
            frame = self._staged.links(target).collect().unique("id", keep="first", maintain_order=True)
            loaded.append(frame.select("id", "source", "row_key"))
            surplus.append(self._surplus(target, frame, known))
            against = frame.join(known.select("id", old="digest"), on="id", how="left", maintain_order="left")
            fresh = pl.col("old").is_null()
            plan.create[target] = as_decided(self._stored, link_type, against.filter(fresh).drop("old"), plan.carried)
            plan.replace[target] = self._as_known(target, against.filter(~fresh & (pl.col("old") != pl.col("digest"))))
            change.created += plan.create[target].height
            change.changed += plan.replace[target].height
            change.unchanged += frame.height - plan.create[target].height - plan.replace[target].height
        change.resummed = self._resummed(link_type, plan)
        close = self._gone(link_type, known, loaded, surplus, change)
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

    def _of_other_sources(self, link_type: str, known: pl.DataFrame) -> pl.DataFrame:
        """Links that the load's rows name, and that another source told before: a row is one link, whoever tells it.
        While it says the same, it stays the first one's."""
        parts = [pl.Series("id", [], dtype=pl.String)]
        for target in self._staged.targets(link_type):
            ids = self._staged.links(target).select("id").unique().collect()
            parts.append(ids.join(known.select("id"), on="id", how="anti")["id"])
        return self._stored.links_of_others(link_type, pl.concat(parts))

    def _as_known(self, target: LinkTarget, changed: pl.DataFrame) -> pl.DataFrame:
        """Links to replace, with what their files have no column for as it is known; without those that are so equal.

        changed: with the digests of the store as `old`."""
        parts = []
        for ids, names in self._staged.untold_links(target) if changed.height else ():
            part = changed.join(ids, on="id", how="semi", maintain_order="left")
            changed = changed.join(ids, on="id", how="anti", maintain_order="left")
            rows = self._stored.rows(f"plan/link_values[{target.type}]", part["id"].to_list())
            filled = as_known(target.type, part, names, known_frame(target.type, rows))
            parts.append(filled.filter(pl.col("old") != pl.col("digest")))
        return pl.concat([changed, *parts], how="diagonal_relaxed").drop("old")

    def _surplus(self, target: LinkTarget, frame: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
        """`id`: of rows without keys that a load numbers anew, the stored ones beyond its last number."""
        none = known.select("id").clear()
        if self._options.mode == "delta" or not known["row_key"].str.contains(KEYLESS).any():
            return none
        last = last_of_equals(target, frame)
        found = [none]
        while last.height:
            last = next_of_equals(target, last).join(known.select("id"), on="id", how="semi", maintain_order="left")
            found.append(last.select("id"))
        return pl.concat(found)

    def _resummed(self, link_type: str, plan: LinkPlan) -> int:
        """How many of the changed links are sums, which this load's rows alone make up now."""
        sums = [
            pl.scan_ipc(t.file).select("id").collect() for t in self._staged.traces if t.summed and t.name == link_type
        ]
        changed = [frame.select("id") for target, frame in plan.replace.items() if target.type == link_type]
        if not sums or not changed:
            return 0
        return pl.concat(changed).join(pl.concat(sums), on="id", how="semi").height

    def _gone(
        self,
        link_type: str,
        known: pl.DataFrame,
        loaded: list[pl.DataFrame],
        surplus: list[pl.DataFrame],
        change: Change,
    ) -> pl.DataFrame:
        """Links to close: what a row loaded again no longer says, and with `full` what the tables no longer have."""
        nothing = pl.DataFrame(schema=dict.fromkeys(("id", "source", "row_key"), pl.String))
        now = pl.concat([nothing, *loaded])
        gone = known.join(now.select("id"), on="id", how="anti")
        keyed = gone.filter(~pl.col("row_key").str.contains(KEYLESS))
        restated = keyed.join(now.select("source", "row_key").unique(), on=["source", "row_key"], how="semi")
        earlier = now.select("source", as_ordinals(pl.col("row_key"))).drop_nulls()
        restated = pl.concat([restated, gone.join(earlier, on=["source", "row_key"], how="semi")])
        beyond = gone.join(pl.concat([now.select("id").clear(), *surplus]), on="id", how="semi")
        restated = pl.concat([restated, beyond]).unique("id", maintain_order=True)
        if not self._stored.complete:
            return restated
        whole = pairs_frame(self._staged.whole.get(link_type, ()))
        missing = (
            gone.join(restated.select("id"), on="id", how="anti")
            .with_columns(table=table_of("row_key"))
            .join(whole, on=["source", "table"], how="semi")
        )
        missing = self._truly_missing(link_type, missing, "row_key")
        if self._options.mode != "full":
            change.missing += missing.height
            return restated
        self._refuse_if_many(link_type, known.with_columns(table=table_of("row_key")), missing)
        return pl.concat([restated, missing.select(restated.columns)])
