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
from loaders.canonical import LinkTarget
from loaders.report import Change, LoadOptions

CLOSING_LIMIT = 0.05
KEYLESS = r"^[^:]*:#\d+$"
"""The form of row keys that are ordinals among equals, for rows without a key of their own."""
_LIKE_ORDINALS = r"^([^:]*:)#(#+\d+)$"
NAMES = ("digest", "data_day")
"""Columns that go along with a change but are none themselves."""


@dataclass
class LinkPlan:
    """Links of a load against the store. `create` and `replace` are by target; `close` holds ids by type. `carried`:
    links of new rows that carry a decision, as rows for `plan/carry_decisions`."""

    create: dict[LinkTarget, pl.DataFrame] = field(default_factory=dict)
    replace: dict[LinkTarget, pl.DataFrame] = field(default_factory=dict)
    close: dict[str, pl.DataFrame] = field(default_factory=dict)
    carried: list[dict[str, str]] = field(default_factory=list)


@dataclass
class NodePlan:
    """Nodes of one label: `create` (new or known again, with all columns), `change` (rows for `set_attributes`),
    `close` (keys)."""

    create: pl.DataFrame = field(default_factory=pl.DataFrame)
    change: list[dict[str, Any]] = field(default_factory=list)
    close: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """All of it. `identifies` are new links from record to party; `moved` records with old and new party; `rescope`
    existing parties whose tokens may change."""

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


SCOPING = {"BELONGS_TO": "branch", "MANAGED_BY": "manager"}
"""Links that say who may see a party, and the word of their tokens."""

STUB_PRIORITY = 1_000_000
KIND_LABEL = {"person": "Person", "company": "Company"}


def as_ordinals(row_key: pl.Expr) -> pl.Expr:
    """A row key that a source states and that is like an ordinal, as it was kept before the two were told apart; null
    for others."""
    return pl.when(row_key.str.contains(_LIKE_ORDINALS)).then(row_key.str.replace(_LIKE_ORDINALS, "$1$2"))


def pairs_frame(pairs: Iterable[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(sorted(pairs), schema={"source": pl.String, "table": pl.String}, orient="row")


def plain(value: Any) -> Any:
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
    kept = {name: plain(value) for name, value in values.items()}
    same = labels == old_labels
    return {
        "key": key,
        "values": kept,
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


def data_day_of(options: LoadOptions, zone: str) -> int:
    """The day of data that a load speaks of where rows do not say; else today in the bank's time zone."""
    return times.to_day(options.data_date or times.today(zone))
