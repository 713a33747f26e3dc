"""What a load has to write: what it brings, compared with what the store holds.

Nothing is written here, and nothing depends on the order of rows. The order of decisions: links (by id and digest),
records (new, changed, gone), who is who, parties, other nodes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from graph import model, times
from graph.errors import Conflict
from loaders import parties
from loaders.canonical import LinkTarget
from loaders.identity import DECIDING, SCHEMA, Identity, decide
from loaders.report import Change, LoadOptions
from loaders.staging import COVER, Cover, Staged, with_digest
from loaders.stored import Stored

CLOSING_LIMIT = 0.05
KEYLESS = ":#"
NAMES = ("digest", "data_day")
"""Columns that go along with a change but are none themselves."""


@dataclass
class LinkPlan:
    """Links of a load against the store. `create` and `replace` are by target; `close` holds ids by type."""

    create: dict[LinkTarget, pl.DataFrame] = field(default_factory=dict)
    replace: dict[LinkTarget, pl.DataFrame] = field(default_factory=dict)
    close: dict[str, pl.DataFrame] = field(default_factory=dict)


@dataclass
class NodePlan:
    """Nodes of one label: `create` (new or known again, with all columns), `change` (rows for `set_attributes`),
    `close` (keys)."""

    create: pl.DataFrame = field(default_factory=pl.DataFrame)
    change: list[dict[str, Any]] = field(default_factory=list)
    close: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """All of it. `identifies` are new links from record to party; `moved` records with old and new party;
    `scope_of_new` the tokens of new parties; `rescope` existing parties whose tokens may change."""

    links: LinkPlan
    records: NodePlan
    parties: NodePlan
    nodes: dict[str, NodePlan]
    identifies: pl.DataFrame
    moved: pl.DataFrame
    joined: pl.DataFrame
    assigned: pl.DataFrame
    rescope: list[str]
    changes: dict[str, Change]

    def size(self) -> int:
        """Rows to write, about."""
        links = [*self.links.create.values(), *self.links.replace.values(), *self.links.close.values(), self.identifies]
        nodes = [self.records, self.parties, *self.nodes.values()]
        return sum(f.height for f in links) + sum(n.create.height + len(n.change) + len(n.close) for n in nodes)

    def loaded_nodes(self) -> Iterator[tuple[str, NodePlan, str]]:
        """(label, plan, key property) of all nodes that come from rows: records and others, not parties."""
        yield "SourceRecord", self.records, "record_id"
        for label, nodes in self.nodes.items():
            yield label, nodes, model.node_type(label).key


class Planner:
    """Makes the plan of one load."""

    def __init__(self, staged: Staged, stored: Stored, options: LoadOptions, data_day: int) -> None:
        self._staged, self._stored, self._options, self._day = staged, stored, options, data_day
        self.changes: dict[str, Change] = {}
        self._touched_ends: list[pl.Series] = []

    def plan(self) -> Plan:
        """Compare and decide. Raises Conflict where `full` would close too much of a table."""
        links = self._links()
        known = self._stored.records()
        records, current = self._records(known, links)
        identity = decide(current)
        assigned = identity.assigned
        described, other = self._parties(known, records, assigned, identity)
        nodes = {label: self._nodes(label, links) for label in self._labels()}
        fresh = assigned.filter(pl.col("current_party").is_null())
        moved = assigned.filter(pl.col("current_party").is_not_null() & (pl.col("current_party") != pl.col("party_id")))
        return Plan(
            links=links,
            records=records,
            parties=described,
            nodes=nodes,
            identifies=fresh.select("record_id", "party_id", "by"),
            moved=moved.select("record_id", "current_party", "party_id"),
            joined=identity.joined,
            assigned=assigned.select("record_id", "party_id"),
            rescope=other,
            changes=self.changes,
        )

    def _change(self, name: str) -> Change:
        return self.changes.setdefault(name, Change())

    # links

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
        whole = _pairs(self._staged.whole)
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

    def _refuse_if_many(self, what: str, known: pl.DataFrame, missing: pl.DataFrame) -> None:
        if self._options.allow_closing or missing.is_empty():
            return
        counts = (
            known.group_by("source", "table")
            .len("all")
            .join(missing.group_by("source", "table").len(), on=["source", "table"])
        )
        for source, table, every, gone in counts.sort("source", "table").iter_rows():
            if gone > CLOSING_LIMIT * every:
                raise Conflict(
                    f"{gone:,} of the {every:,} {what} from {source} {table} are not in this load, more than "
                    f"{CLOSING_LIMIT:.0%}: the file may be cut short. Nothing was changed. If they are truly gone, "
                    "load again with --allow-closing."
                )

    # records

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
        plan = NodePlan(pl.concat([create, stubs], how="diagonal"), changed, close)
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
        if self._options.mode == "delta":
            return []
        pairs = {(r, t) for r, t in loaded.select("source", "table").unique().iter_rows()} & self._staged.whole
        of_table = known.filter("open").join(_pairs(pairs), on=["source", "table"], how="semi")
        missing = of_table.join(loaded.select("record_id"), on="record_id", how="anti")
        only_named = known.filter(
            pl.col("open") & pl.col("kind").is_null() & (pl.col("digest") == 0)
            & pl.col("source").is_in(sorted(self._staged.sources))
        ).join(loaded.select("record_id"), on="record_id", how="anti")  # fmt: skip
        if self._options.mode != "full":
            self._change("SourceRecord").missing += missing.filter(pl.col("digest") != 0).height
            return []
        self._refuse_if_many("records", of_table, missing.filter(pl.col("digest") != 0))
        gone = pl.concat([missing, only_named]).unique("record_id").join(named, on="record_id", how="anti")
        still = self._still_named("plan/links_naming_records", gone["record_id"].to_list(), links)
        return gone.filter(~pl.col("record_id").is_in(still))["record_id"].sort().to_list()

    def _still_named(self, statement: str, keys: list[str], links: LinkPlan) -> list[str]:
        """Of these keys, those that a link names which this load does not close."""
        if not keys:
            return []
        rows = pl.DataFrame(list(self._stored.rows(statement, keys)), schema={"key": pl.String, "id": pl.String})
        closed = [frame for frame in links.close.values() if frame.height]
        if closed:
            rows = rows.join(pl.concat(closed), on="id", how="anti")
        return rows["key"].unique().to_list()

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

    def _changed(self, label: str, differs: pl.DataFrame, cover: Cover) -> list[dict[str, Any]]:
        """Rows for `set_attributes` of nodes whose values truly differ in what the load speaks of."""
        if differs.is_empty():
            return []
        key = model.node_type(label).key
        rows = []
        stored = self._stored.properties(label, differs[key].to_list())
        spoken = {bits: sorted(cover.of(bits) - {key}) for bits in differs[COVER].unique().to_list()}
        for row in differs.iter_rows(named=True):
            now, _ = stored[row[key]]
            values = {c: row[c] for c in spoken[row[COVER]] if _plain(row[c]) != _plain(now.get(c))}
            if set(values) - set(NAMES):
                rows.append(changed_row(row[key], values | {"digest": row["digest"]}, now))
        return rows

    # parties

    def _parties(
        self, known: pl.DataFrame, records: NodePlan, assigned: pl.DataFrame, identity: Identity
    ) -> tuple[NodePlan, list[str]]:
        created = records.create["record_id"]
        changed = [row["key"] for row in records.change]
        moved = pl.col("current_party").is_not_null() & (pl.col("current_party") != pl.col("party_id"))
        touched = pl.col("record_id").is_in(created.implode()) | pl.col("record_id").is_in(changed) | moved
        hit = assigned.filter(touched)
        closed = known.filter(pl.col("record_id").is_in(records.close))["current_party"]
        before = known["current_party"].drop_nulls().unique()
        affected = pl.concat([hit["party_id"], hit["current_party"].drop_nulls(), closed.drop_nulls()]).unique()
        of_them = assigned.filter(pl.col("party_id").is_in(affected.implode()))
        described = parties.describe(self._record_values(of_them, records))
        described = described.with_columns(labels=parties.labels(pl.col("kind"), pl.col("roles")))
        is_old = described["party_id"].is_in(before.implode())
        fresh = described.filter(~is_old)
        change = self._parties_changed(described.filter(is_old))
        gone = sorted(set(before.to_list()) - set(assigned["party_id"].unique().to_list()))
        counts = self._change("Party")
        counts.created, counts.changed, counts.closed = fresh.height, len(change), len(gone)
        rescope = self._rescope(assigned, hit.filter(moved), before)
        into = dict(identity.joined.select("party_id", "into").iter_rows())
        change += [changed_row(p, {"joined_into": into[p]}, {}) for p in gone if p in into]
        return NodePlan(fresh, change, gone), rescope

    def _record_values(self, wanted: pl.DataFrame, records: NodePlan) -> pl.DataFrame:
        """All values of records with their party: those of this load, those of the store with this load's changes."""
        fresh = records.create.join(wanted.select("record_id", "party_id"), on="record_id")
        old = wanted.join(records.create.select("record_id"), on="record_id", how="anti")
        if old.is_empty():
            return fresh
        changes = {row["key"]: row["values"] for row in records.change}
        stored = self._stored.properties("SourceRecord", old["record_id"].to_list())
        names = [*parties.SCHEMA, "record_id", "priority"]
        rows = [
            {name: (stored[record][0] | changes.get(record, {})).get(name) for name in names} | {"party_id": party}
            for record, party in old.select("record_id", "party_id").iter_rows()
        ]
        schema = {**parties.SCHEMA, "record_id": pl.String(), "priority": pl.Int64()}
        return pl.concat([fresh, pl.DataFrame(rows, schema=schema)], how="diagonal_relaxed")

    def _parties_changed(self, described: pl.DataFrame) -> list[dict[str, Any]]:
        stored = self._stored.properties("Party", described["party_id"].to_list())
        rows = []
        for row in described.iter_rows(named=True):
            now, now_labels = stored[row["party_id"]]
            kind = row["kind"] or now.get("kind")
            wanted = {**{c: row[c] for c in (*parties.ATTRIBUTES, "pinyin")}, "kind": kind}
            values = {c: v for c, v in wanted.items() if _plain(v) != _plain(now.get(c))}
            further = sorted(set(now_labels) - {"Party"})
            labels = sorted({*row["labels"], *([KIND_LABEL[kind]] if kind else [])})
            if values or labels != further:
                rows.append(changed_row(row["party_id"], values, now, labels, further))
        return rows

    def _rescope(self, assigned: pl.DataFrame, moved: pl.DataFrame, before: pl.Series) -> list[str]:
        """Parties known before whose branch or manager this load may have changed."""
        ends = pl.concat([*self._touched_ends, pl.Series("from_key", [], dtype=pl.String)]).unique()
        hit = assigned.filter(pl.col("record_id").is_in(ends.implode()))["party_id"]
        kept = hit.filter(hit.is_in(before.implode()))
        return pl.concat([kept, moved["party_id"], moved["current_party"]]).unique().sort().to_list()

    # other nodes

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
        plan.close = self._nodes_gone(label, loaded, named, known, links)
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
        self, label: str, loaded: pl.DataFrame, named: pl.Series, known: pl.DataFrame, links: LinkPlan
    ) -> list[str]:
        """Open nodes that their tables no longer have and that no link names any more."""
        node = model.node_type(label)
        if self._options.mode == "delta" or node.prop("source") is None or loaded.is_empty():
            return []
        table = pl.col("key").str.splitn(":", 3).struct[1]
        keyed = known.filter("open").with_columns(table=table)
        of_load = loaded.select(pl.col(node.key).alias("key"), source="source").with_columns(table=table)
        pairs = {(s, t) for s, t in of_load.select("source", "table").unique().iter_rows()} & self._staged.whole
        of_table = keyed.join(_pairs(pairs), on=["source", "table"], how="semi")
        missing = of_table.join(of_load.select("key"), on="key", how="anti")
        if self._options.mode != "full":
            self._change(label).missing += missing.height
            return []
        self._refuse_if_many(label, of_table, missing)
        gone = missing.filter(~pl.col("key").is_in(named.implode()))["key"].sort()
        still = self._still_named(f"plan/links_at_nodes[{label}]", gone.to_list(), links)
        return gone.filter(~gone.is_in(still)).to_list()


SCOPING = {"BELONGS_TO": "branch", "MANAGED_BY": "manager"}
"""Links that say who may see a party, and the word of their tokens."""

STUB_PRIORITY = 1_000_000
KIND_LABEL = {"person": "Person", "company": "Company"}


def _pairs(pairs: Iterable[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(sorted(pairs), schema={"source": pl.String, "table": pl.String}, orient="row")


def _full_records(records: pl.DataFrame) -> pl.DataFrame:
    """The records with every column that planning relies on."""
    needed: dict[str, Any] = dict.fromkeys(("record_id", "source", "table", "key", "kind"), pl.String)
    needed |= {"priority": pl.Int64, "roles": pl.List(pl.String), COVER: pl.Int64}
    return records.with_columns(pl.lit(None, k).alias(c) for c, k in needed.items() if c not in records.columns)


def _plain(value: Any) -> Any:
    """A value as the store would give it back: an empty list is none."""
    return None if isinstance(value, list) and not value else value


def changed_row(
    key: str,
    values: dict[str, Any],
    now: dict[str, Any],
    labels: list[str] | None = None,
    old_labels: list[str] | None = None,
) -> dict[str, Any]:
    """A row for `write/set_attributes`; the replaced values go into its Version as JSON."""
    old = {name: now.get(name) for name in values}
    plain = {name: _plain(value) for name, value in values.items()}
    same = labels == old_labels
    return {
        "key": key,
        "values": plain,
        "old": json.dumps(old, ensure_ascii=False, sort_keys=True),
        "labels": None if same else labels,
        "old_labels": None if same else old_labels,
    }


def scope_of_new(plan: Plan, today: int) -> pl.DataFrame:
    """`party_id`, `scope`: tokens of parties from the links this load opens; right for parties it makes."""
    parts = []
    for target, frame in plan.links.create.items():
        if target.type in SCOPING and target.from_label == "Party":
            valid = frame.filter((pl.col("valid_to") > today) & (pl.col("status") != "rebutted"))
            token = pl.lit(f"{SCOPING[target.type]}:") + pl.col("to_key")
            parts.append(valid.select(record_id="from_key", token=token))
    if not parts:
        return pl.DataFrame(schema={"party_id": pl.String, "scope": pl.List(pl.String)})
    tokens = pl.concat(parts).join(plan.assigned, on="record_id")
    return tokens.group_by("party_id").agg(scope=pl.col("token").unique().sort())


def data_day_of(options: LoadOptions) -> int:
    """The day of data that a load speaks of where rows do not say."""
    return times.to_day(options.data_date or times.today())
