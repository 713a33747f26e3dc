"""What a mapping turns source tables into: checked rows in the graph's own terms, one batch a mapping entry.

A batch is a polars frame whose columns are the model's property names. Batches come in the order party records,
other nodes, links, so that whoever writes them knows the ends before the links.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import polars as pl


@dataclass(frozen=True)
class RecordTarget:
    """Rows that describe parties. Columns: `record_id` (source key), `source`, `table`, `key`, `kind` (person, company
    or null), `priority` (int), `roles` (list of text), `data_day`, `flags`, and any of `model.PARTY_ATTRIBUTES`.
    `same_as`, where present, is the source key of another record that describes the same party (null: none known).
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
    `row_key` is `table:key`, or `table:#ordinal` among rows of equal ends and basis where rows have no key;
    `id` is `ids.link_id(type, from_key, to_key, row_key, basis)`.
    An end of label Party may be a source key that no record has: whoever writes makes a party known by links alone.
    Ends of other labels that the load itself does not hold are in the store already, or come as `stub` rows before.
    """

    type: str
    from_label: str
    to_label: str


Target = RecordTarget | NodeTarget | LinkTarget


@dataclass(frozen=True)
class TableCount:
    """Rows of one source table: read = accepted + rejected + skipped; flagged ones are accepted.

    skipped: rows that every entry's filter leaves aside (an ended contract, a code that the mapping does not take).
    listed: of the flagged rows those of which a value is told, with its reason; the others only lack one.
    """

    table: str
    read: int
    accepted: int
    rejected: int
    flagged: int
    skipped: int = 0
    listed: int = 0
    flags: dict[str, int] = field(default_factory=dict)
    """Flag -> accepted rows that carry it; a row may carry several."""


@dataclass(frozen=True)
class Reject:
    """One value for which a row was rejected or flagged, as written to the rejects file. line: 1 is the file's first
    line; Parquet and SQL count rows from 1."""

    source: str
    table: str
    line: int
    column: str
    value: str
    reason: str
    action: Literal["rejected", "flagged"] = "rejected"


@dataclass(frozen=True)
class Batch:
    """The rows of one mapping entry. `whole` says the frame is all the source has (so `--full` may close the rest).

    A column that the frame lacks says nothing about the property; a null in one it has says the source gives no value.
    `stub`: rows that only name nodes which links end at; made where missing, otherwise left as they are.
    `rows`: for each row of the frame the ordinal of the table's row it was made from (default: 0, 1, 2 …).
    `owner`: the source and table in whose name the keys of the frame are written, where they are not the batch's own.
    `summed`: rows that add up or list what several rows of the table say.
    `untold`: columns of the frame, or properties it lacks, that the source does not speak of: what is known stays, and
    what the frame has in such a column counts for what is new.
    """

    target: Target
    frame: pl.DataFrame
    source: str
    table: str
    whole: bool = True
    warnings: tuple[str, ...] = field(default=())
    entry: str = ""
    stub: bool = False
    rows: pl.Series | None = None
    owner: tuple[str, str] | None = None
    summed: bool = False
    untold: frozenset[str] = frozenset()


@dataclass
class Unread:
    """What rejected rows may describe: it is still there, though the load does not bring it.

    keys: by label or link type the keys of records and nodes, the row keys of links.
    unclear: (label or link type, source, table) where rows were rejected whose keys cannot be told.
    """

    keys: dict[str, set[str]] = field(default_factory=dict)
    unclear: set[tuple[str, str, str]] = field(default_factory=set)


def name_of(target: Target) -> str:
    """The label or link type."""
    if isinstance(target, LinkTarget):
        return target.type
    return target.label if isinstance(target, NodeTarget) else "SourceRecord"
