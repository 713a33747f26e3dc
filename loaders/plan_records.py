"""Which source records a load makes, changes and closes, and what decides who is who once it is published."""

from __future__ import annotations

from typing import Any

import polars as pl

from loaders.compare import Comparison
from loaders.identity import DECIDING, SCHEMA
from loaders.plan import STUB_PRIORITY, LinkPlan, NodePlan, pairs_frame
from loaders.staging import COVER, with_digest


class RecordPlanning(Comparison):
    """Source records by key and digest."""

    def _records(self, known: pl.DataFrame, links: LinkPlan) -> tuple[NodePlan, pl.DataFrame]:
        """The records to write, and for identity all records that are open once this load is published."""
        loaded = with_digest(_full_records(self._staged.records), "record_id")
        named = self._staged.named_parties()
        stubs = self._record_stubs(loaded, known, named)
        state = known.select("record_id", "open", old="digest")
        against = loaded.join(state, on="record_id", how="left", maintain_order="left")
        is_open = pl.col("open").fill_null(value=False)
        create = against.filter(~is_open).drop("open", "old", COVER)
        differs = against.filter(is_open & (pl.col("old") != pl.col("digest")))
        changed = self._changed("SourceRecord", differs.drop("open", "old"), self._staged.record_cover)
        close = self._records_gone(loaded, known, named, links)
        change = self._change("SourceRecord")
        change.created, change.changed, change.closed = create.height + stubs.height, len(changed), len(close)
        change.unchanged = loaded.height - create.height - len(changed)
        made = pl.concat([create, stubs], how="diagonal")
        plan = NodePlan(
            self._known_again("SourceRecord", made, known.filter(~pl.col("open"))["record_id"]), changed, close
        )
        return plan, self._current(loaded, known, stubs, close)

    def _record_stubs(self, loaded: pl.DataFrame, known: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
        """Records of parties that only links (or a `same_as`) name, and that nobody has described yet."""
        stated = loaded.select("record_id", implied=pl.lit(None, pl.String)).clear()
        if "same_as" in loaded.columns:
            stated = (
                loaded.select(record_id="same_as", implied=pl.lit(None, pl.String)).drop_nulls("record_id").unique()
            )
            stated = stated.join(named, on="record_id", how="anti")
        every = pl.concat([named, stated])
        described = pl.concat([loaded["record_id"], known.filter("open")["record_id"]])
        missing = every.filter(~pl.col("record_id").is_in(described.implode())).sort("record_id")
        parts = pl.col("record_id").str.splitn(":", 3).struct
        return missing.select(
            "record_id",
            "implied",
            source=parts[0],
            table=parts[1].fill_null(""),
            key=pl.coalesce(parts[2], "record_id"),
            priority=pl.lit(STUB_PRIORITY, pl.Int64),
            data_day=pl.lit(self._day, pl.Int64),
            digest=pl.lit(0, pl.Int64),
        )

    def _records_gone(
        self, loaded: pl.DataFrame, known: pl.DataFrame, named: pl.DataFrame, links: LinkPlan
    ) -> list[str]:
        """Open records that their tables no longer have and that no link names any more."""
        if self._options.mode == "delta" or not self._stored.complete:
            return []
        whole = pairs_frame(self._staged.whole.get("SourceRecord", ()))
        of_table = known.filter("open").join(whole, on=["source", "table"], how="semi")
        missing = of_table.join(loaded.select("record_id"), on="record_id", how="anti")
        missing = self._truly_missing("SourceRecord", missing, "record_id")
        only_named = known.filter(
            pl.col("open") & pl.col("kind").is_null() & (pl.col("digest") == 0)
            & pl.col("source").is_in(sorted(self._staged.sources))
        ).join(loaded.select("record_id"), on="record_id", how="anti")  # fmt: skip
        if self._options.mode != "full":
            self._change("SourceRecord").missing += missing.filter(pl.col("digest") != 0).height
            return []
        self._refuse_if_many("records", of_table, missing.filter(pl.col("digest") != 0))
        gone = pl.concat([missing, only_named]).unique("record_id").join(named, on="record_id", how="anti")
        stay = known.filter("open").join(gone, on="record_id", how="anti")
        same = [frame["same_as"] for frame in (stay, loaded) if "same_as" in frame.columns]
        gone = gone.filter(~pl.col("record_id").is_in(pl.concat(same).implode()))
        still = self._still_named("plan/links_naming_records", gone["record_id"].to_list(), links)
        return gone.filter(~pl.col("record_id").is_in(still))["record_id"].sort().to_list()

    def _current(
        self, loaded: pl.DataFrame, known: pl.DataFrame, stubs: pl.DataFrame, close: list[str]
    ) -> pl.DataFrame:
        """Every record open after this load with what decides identity: as loaded where the load speaks of it."""
        before = known.filter("open").select(*SCHEMA)
        untouched = before.join(loaded.select("record_id"), on="record_id", how="anti")
        untouched = untouched.filter(~pl.col("record_id").is_in(close))
        joined = loaded.join(before, on="record_id", how="left", suffix="_before", maintain_order="left")
        cover = self._staged.record_cover
        decided = [
            pl.when(pl.col(COVER) & cover.mask(name) != 0).then(name).otherwise(f"{name}_before").alias(name)
            if name in loaded.columns
            else pl.col(name)
            for name in DECIDING
        ]
        now = joined.select("record_id", *decided, "current_party", "current_seq").select(*SCHEMA)
        made = stubs.select("record_id", "priority")
        return pl.concat([untouched, now, made], how="diagonal_relaxed")


def _full_records(records: pl.DataFrame) -> pl.DataFrame:
    """The records with every column that planning relies on."""
    needed: dict[str, Any] = dict.fromkeys(("record_id", "source", "table", "key", "kind"), pl.String)
    needed |= {"priority": pl.Int64, "roles": pl.List(pl.String), COVER: pl.Int64}
    return records.with_columns(pl.lit(None, k).alias(c) for c, k in needed.items() if c not in records.columns)
