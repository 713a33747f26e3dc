"""The plan of a load. Links come first, by id; then records; then who is who; then parties and other nodes."""

from __future__ import annotations

from typing import Any

import polars as pl

from loaders import parties
from loaders.checks import MUST_BE
from loaders.identity import Identity, decide
from loaders.plan import KIND_LABEL, LinkPlan, NodePlan, Plan, changed_row, plain
from loaders.plan_links import LinkPlanning
from loaders.plan_nodes import NodePlanning
from loaders.plan_records import RecordPlanning


class Planner(LinkPlanning, RecordPlanning, NodePlanning):
    """Makes the plan of one load."""

    def plan(self) -> Plan:
        """Compare and decide. Raises Conflict where `full` would close too much of a table."""
        links = self._links()
        known = self._stored.records(self._touched())
        self._flag_kinds(links, known)
        records, current = self._records(known, links)
        identity = decide(current, self._same(links))
        del current  # some hundred megabytes for a million parties, and the most is yet to come
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

    def _same(self, links: LinkPlan) -> pl.DataFrame:
        """Pairs of records that are joined beyond their identifiers once this load is published."""
        here = [
            frame.select("id", "from_key", "to_key", "status")
            for frames in (links.create, links.replace)
            for target, frame in frames.items()
            if target.type == "POSSIBLY_SAME"
        ]
        stored = self._stored.same()
        closed = links.close.get("POSSIBLY_SAME", pl.DataFrame(schema={"id": pl.String}))
        anew = pl.concat([closed["id"], *(frame["id"] for frame in here)])
        stay = stored.filter(~pl.col("id").is_in(anew.implode())).drop("id")
        return pl.concat([stay, *(f.filter(pl.col("status") == "confirmed").select(stay.columns) for f in here)])

    def _flag_kinds(self, links: LinkPlan, known: pl.DataFrame) -> None:
        """Flags links to parties of the wrong kind that only the store knows; those of the load's own were judged."""
        told = known.filter(pl.col("open") & pl.col("kind").is_not_null())
        told = told.filter(~pl.col("record_id").is_in(self._staged.records["record_id"].implode()))
        for (link_type, end), must_be in MUST_BE.items() if told.height else ():
            others = told.filter(pl.col("kind") != must_be)["record_id"]
            for frames in (links.create, links.replace):
                for target in [t for t in frames if t.type == link_type]:
                    wrong = frames[target][f"{end}_key"].is_in(others.implode())
                    if wrong.any():
                        frames[target] = _flagged(frames[target], wrong, f"kind:{end}")
                        self._staged.warnings.append(
                            f"{wrong.sum():,} {link_type} name a party that is no {must_be} by what was loaded before, "
                            f"{frames[target].filter(wrong)[f'{end}_key'][0]} for one; they are flagged kind:{end}."
                        )

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
        described = parties.describe(self._record_values(of_them, records), of_them)
        described = parties.with_labels(described)
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
        """All values of records: those of this load, and of the wanted ones those of the store with its changes."""
        old = wanted.join(records.create.select("record_id"), on="record_id", how="anti")
        if old.is_empty():
            return records.create
        changes = {row["key"]: row["values"] for row in records.change}
        stored = self._stored.properties("SourceRecord", old["record_id"].to_list())
        schema = {**parties.SCHEMA, "record_id": pl.String(), "priority": pl.Int64()}
        del schema["party_id"]
        values = [stored[record][0] | changes.get(record, {}) for record in old["record_id"]]
        rows = [{name: value.get(name) for name in schema} for value in values]
        return pl.concat([records.create, pl.DataFrame(rows, schema=schema)], how="diagonal_relaxed")

    def _parties_changed(self, described: pl.DataFrame) -> list[dict[str, Any]]:
        stored = self._stored.properties("Party", described["party_id"].to_list())
        rows = []
        for row in described.iter_rows(named=True):
            now, now_labels = stored[row["party_id"]]
            kind = row["kind"] or now.get("kind")
            wanted = {**{c: row[c] for c in (*parties.ATTRIBUTES, "pinyin")}, "kind": kind}
            values = {c: v for c, v in wanted.items() if plain(v) != plain(now.get(c))}
            further = sorted(set(now_labels) - {"Party"})
            labels = sorted({*row["labels"], *([KIND_LABEL[kind]] if kind else [])})
            if values or labels != further:
                rows.append(changed_row(row["party_id"], values, now, labels, further))
        return rows

    def _rescope(self, assigned: pl.DataFrame, moved: pl.DataFrame, before: pl.Series) -> list[str]:
        """Parties known before whose branch or manager this load may have changed."""
        hit = assigned.filter(pl.col("record_id").is_in(self._touched().implode()))["party_id"]
        kept = hit.filter(hit.is_in(before.implode()))
        return pl.concat([kept, moved["party_id"], moved["current_party"]]).unique().sort().to_list()


def _flagged(links: pl.DataFrame, which: pl.Series, flag: str) -> pl.DataFrame:
    added = pl.concat_list(pl.col("flags"), pl.lit(flag)).list.unique(maintain_order=True)
    return links.with_columns(flags=pl.when(which).then(added).otherwise("flags"))
