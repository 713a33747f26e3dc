"""What a mapping turns source tables into: checked rows in the graph's own terms, one batch a mapping entry.

A batch is a polars frame whose columns are the model's property names. Batches come in the order party records,
other nodes, links, so that whoever writes them knows the ends before the links.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class RecordTarget:
    """Rows that describe parties. Columns: `record_id` (source key), `source`, `table`, `key`, `kind` (person, company
    or null), `priority` (int), `roles` (list of text), `data_day`, and any of `model.PARTY_ATTRIBUTES`.
    An exchange file may add `party_id`: kept where it has our own form (an export being read back).
    """


@dataclass(frozen=True)
class NodeTarget:
    """Rows of a node other than a party. Columns: the node type's key (a source key), and any of its properties."""

    label: str


@dataclass(frozen=True)
class LinkTarget:
    """Rows of a link. Columns: `id`, `from_key`, `to_key` (source keys of the ends), `row_key`, `valid_from`,
    `valid_to` (days, sentinels filled in), `status`, `flags`, `source`, `data_day`, and the type's own properties.
    """

    type: str
    from_label: str
    to_label: str


Target = RecordTarget | NodeTarget | LinkTarget


@dataclass(frozen=True)
class TableCount:
    """Rows of one source table: read = accepted + rejected; flagged ones are accepted."""

    table: str
    read: int
    accepted: int
    rejected: int
    flagged: int


@dataclass(frozen=True)
class Reject:
    """One rejected row, as written to the rejects file."""

    source: str
    table: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """The rows of one mapping entry. `whole` says the frame is all the source has (so `--full` may close the rest)."""

    target: Target
    frame: pl.DataFrame
    source: str
    table: str
    whole: bool = True
    warnings: tuple[str, ...] = field(default=())
