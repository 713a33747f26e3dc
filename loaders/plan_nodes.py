"""Which nodes other than parties and records a load makes, changes and closes."""

from __future__ import annotations

import polars as pl

from graph import model
from loaders.compare import Comparison
from loaders.plan import LinkPlan, NodePlan, pairs_frame
from loaders.staging import COVER


class NodePlanning(Comparison):
    """Nodes by key and digest."""

    def _labels(self) -> list[str]:
        own = {"SourceRecord", "Party"}
        return [n.label for n in model.versioned_nodes() if n.label not in own and n.origin is model.Origin.LOADED]

    def _nodes(self, label: str, links: LinkPlan) -> NodePlan:
        key = model.node_type(label).key
        loaded = self._staged.nodes(label)
        named = self._staged.named_nodes(label)
        stubs = self._staged.stubs(label)
        if loaded.is_empty() and named.is_empty() and stubs.is_empty() and self._options.mode != "full":
            return NodePlan()
        known = self._stored.nodes(label)
        state = known.select("open", pl.col("key").alias(key), old="digest")
        open_keys = known.filter("open")["key"]
        plan = NodePlan()
        if not loaded.is_empty():
            against = loaded.join(state, on=key, how="left", maintain_order="left")
            is_open = pl.col("open").fill_null(value=False)
            plan.create = against.filter(~is_open).drop("open", "old", COVER)
            differs = against.filter(is_open & (pl.col("old") != pl.col("digest"))).drop("open", "old")
            plan.change = self._changed(label, differs, self._staged.covers[label])
        change = self._change(label)
        change.unchanged = loaded.height - plan.create.height - len(plan.change)
        plan.create = pl.concat([plan.create, self._stub_nodes(label, loaded, stubs, named, open_keys)], how="diagonal")
        plan.create = self._known_again(label, plan.create, known.filter(~pl.col("open"))["key"])
        brought = pl.concat([loaded[key], stubs[key]]).rename("key")
        named = pl.concat([named.rename("key"), brought])
        if model.node_type(label).prop("source"):
            plan.close = self._nodes_gone(label, brought, named, known, links)
        else:
            plan.close = self._no_longer_named(label, named, links)
        change.created, change.changed, change.closed = plan.create.height, len(plan.change), len(plan.close)
        return plan

    def _stub_nodes(
        self, label: str, loaded: pl.DataFrame, stubs: pl.DataFrame, named: pl.Series, open_keys: pl.Series
    ) -> pl.DataFrame:
        """Nodes that are only named: by stub rows, or by links alone."""
        node = model.node_type(label)
        have = pl.concat([loaded[node.key], open_keys.rename(node.key)])
        made = stubs.drop(COVER, strict=False).filter(~pl.col(node.key).is_in(have.implode()))
        rest = pl.DataFrame({node.key: named.rename(node.key)})
        rest = rest.filter(~pl.col(node.key).is_in(pl.concat([have, made[node.key]]).implode())).sort(node.key)
        parts = pl.col(node.key).str.splitn(":", 3).struct
        further = {"source": parts[0], "code": parts[2]}
        rest = rest.with_columns(value.alias(name) for name, value in further.items() if node.prop(name))
        return pl.concat([made, rest], how="diagonal").with_columns(digest=pl.lit(0, pl.Int64))

    def _nodes_gone(
        self, label: str, brought: pl.Series, named: pl.Series, known: pl.DataFrame, links: LinkPlan
    ) -> list[str]:
        """Open nodes that their tables no longer have and that no link names any more."""
        if self._options.mode == "delta" or not self._stored.complete:
            return []
        keyed = known.filter("open").with_columns(table=pl.col("key").str.splitn(":", 3).struct[1])
        whole = pairs_frame(self._staged.whole.get(label, ()))
        of_table = keyed.join(whole, on=["source", "table"], how="semi")
        missing = of_table.join(brought.to_frame(), on="key", how="anti")
        missing = self._truly_missing(label, missing, "key")
        described = pl.col("digest") != 0  # others may have been known by links alone
        if self._options.mode != "full":
            self._change(label).missing += missing.filter(described).height
            return []
        gone = self._unnamed(label, missing["key"], named, links)
        self._refuse_if_many(label, of_table, missing.filter(described | pl.col("key").is_in(gone)))
        return gone

    def _no_longer_named(self, label: str, named: pl.Series, links: LinkPlan) -> list[str]:
        """Nodes of no source, which sources share: they go with the last link that names them."""
        left: list[str] = []
        for link in model.LINKS:
            closed = links.close.get(link.type)
            if label in link.targets and closed is not None and closed.height:
                left += [
                    row["key"] for row in self._stored.rows(f"plan/link_targets[{link.type}]", closed["id"].to_list())
                ]
        return self._unnamed(label, pl.Series("key", left, dtype=pl.String), named, links)

    def _unnamed(self, label: str, keys: pl.Series, named: pl.Series, links: LinkPlan) -> list[str]:
        """Of these keys those that neither the load names nor, once it is published, any link."""
        gone = keys.filter(~keys.is_in(named.implode())).unique().sort()
        still = self._still_named(f"plan/links_at_nodes[{label}]", gone.to_list(), links)
        return gone.filter(~gone.is_in(still)).to_list()
