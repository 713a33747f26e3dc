"""What a run reads of segments: the saved filters, and of parties what no other question asks for."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.rollup import above
from algorithms.segments import Filter, facts_of
from api.services.digests import digests_of_tables
from api.services.run_input import RunInput
from api.services.run_reading import Part, Reading
from api.services.segment_fields import FIELDS, Kind
from api.services.segment_filter import read_filter
from api.services.snapshots import Columns

UNKNOWN = -9007199254740991
"""Stands for an unknown number in `snapshot/attributes`."""
FILTERS = "segment_filters"
FACTS = "facts"
"""The tables as a part of what is read."""
TABLES: Mapping[str, tuple[str, ...]] = {"fact_parties": ("party",), "fact_tags": ("party",), "fact_branches": ()}
"""The tables with their columns of party ordinals, beside the filters."""
_ATTRIBUTES = {field.attribute: field.kind for field in FIELDS.values() if field.attribute}
COLUMNS: Mapping[str, dict[str, type[pl.DataType]]] = {
    "fact_parties": {
        "party": pl.Int64,
        **dict.fromkeys(FIELDS["role"].allowed, pl.Int64),
        **{name: pl.String if kind is Kind.TEXT else pl.Int64 for name, kind in _ATTRIBUTES.items()},
    },
    "fact_tags": {"party": pl.Int64, "tag": pl.String},
    "fact_branches": {"branch": pl.String, "above": pl.String},
}
"""Their columns. fact_parties: of each party 1 for a role that it has, and its attributes: empty texts and null numbers
are not told. fact_branches: each with itself and all that it stands under, in either hierarchy."""
FILTER_COLUMNS = {"segment_id": pl.String, "version": pl.Int64, "filter": pl.String}
READ = {"fact_parties": "attributes", "fact_tags": "tagged", "fact_branches": "branch_parts"}


@dataclass(frozen=True)
class SegmentInput:
    """Tables by name, see `COLUMNS`. filters: as `FILTER_COLUMNS`, by id."""

    tables: Mapping[str, pl.DataFrame]
    filters: pl.DataFrame

    @property
    def read(self) -> list[tuple[str, int, Filter]]:
        """Each filter with its id and version."""
        return [(id, version, read_filter(json.loads(text))) for id, version, text in self.filters.iter_rows()]

    @property
    def wanted(self) -> frozenset[str]:
        """The facts that the filters ask for."""
        return frozenset().union(*(facts_of(filter) for _, _, filter in self.read))

    def digests(self, party_ids: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
        """Of each table, and of the filters. known: those of tables that need not be worked out."""
        told = digests_of_tables(self.tables, TABLES, party_ids, known)
        return told | {FILTERS: hashlib.blake2b(self.filters.write_csv().encode(), digest_size=16).hexdigest()}


def no_segments() -> SegmentInput:
    """Nothing saved, and nothing read."""
    tables = {name: pl.DataFrame(schema=schema) for name, schema in COLUMNS.items()}
    return SegmentInput(tables, pl.DataFrame(schema=FILTER_COLUMNS))


def read_segment_input(reading: Reading, given: RunInput) -> SegmentInput:
    """Read the saved filters, and what filters may ask for. Only a view of everything may be read."""

    def make(rows: dict[str, Columns]) -> Part:
        rows["tagged"]["tag"] = rows["tagged"].pop("value")
        rows["branch_parts"] = _over(rows["branch_parts"])
        return Part({name: _table(name, rows[statement], given) for name, statement in READ.items()})

    filters = [
        (row["segment"]["segment_id"], row["segment"]["version"], row["segment"]["filter"])
        for row in reading.view.read("segments/all")
    ]
    return SegmentInput(
        reading.part(FACTS, READ.values(), None, make).tables,
        pl.DataFrame(filters, schema=FILTER_COLUMNS, orient="row").sort("segment_id"),
    )


def _over(parts: Columns) -> Columns:
    """Each branch with itself and all that it stands under. parts: what it stands directly under, empty for nothing."""
    direct: dict[str, set[str]] = defaultdict(set)
    for branch, one in zip(parts["branch"].tolist(), parts["above"].tolist(), strict=True):
        direct[branch] |= {one} - {""}
    pairs = [(branch, one) for branch, all_over in above(direct).items() for one in all_over]
    return {name: np.asarray([pair[at] for pair in pairs], dtype=object) for at, name in enumerate(("branch", "above"))}


def _table(name: str, rows: Columns, given: RunInput) -> pl.DataFrame:
    """Rows whose parties the view knows, in an order of their own values."""
    columns = []
    for one, kind in COLUMNS[name].items():
        values = given.ordinal_of(rows[one]) if one in TABLES[name] else rows[one]
        columns.append(pl.Series(one, values.tolist() if kind == pl.String else values, dtype=kind))
    found = pl.DataFrame(columns).with_columns(pl.col(pl.Int64).replace(UNKNOWN, None))
    known = found.filter(pl.col("party") >= 0) if TABLES[name] else found
    return known.sort("party") if name == "fact_parties" else known.sort(known.columns)  # a party has one row there
