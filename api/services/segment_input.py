"""What a run reads of segments: the saved filters, and the facts that they ask for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from algorithms.segments import Filter, facts_of
from api.services.digests import digest_of_table
from api.services.run_input import RunInput
from api.services.segment_facts import ROWS, facts_as_read
from api.services.segment_filter import read_filter
from graph.store import View

FACTS = "segment_facts"
FILTERS = "segment_filters"
TABLES: Mapping[str, tuple[str, ...]] = {FACTS: ("party",)}
"""The tables with their columns of party ordinals, beside the filters."""
COLUMNS: Mapping[str, dict[str, type[pl.DataType]]] = {FACTS: ROWS}
FILTER_COLUMNS = {"segment_id": pl.String, "version": pl.Int64, "filter": pl.String}


@dataclass(frozen=True)
class SegmentInput:
    """rows: as `ROWS`. filters: as `FILTER_COLUMNS`, by id."""

    rows: pl.DataFrame
    filters: pl.DataFrame

    @property
    def read(self) -> list[tuple[str, int, Filter]]:
        """Each filter with its id and version."""
        return [(id, version, read_filter(json.loads(text))) for id, version, text in self.filters.iter_rows()]

    @property
    def wanted(self) -> frozenset[str]:
        """The facts that the filters ask for."""
        return frozenset().union(*(facts_of(filter) for _, _, filter in self.read))

    def digests(self, party_ids: Sequence[str]) -> dict[str, str]:
        """Of the facts, and of the filters."""
        filters = hashlib.blake2b(self.filters.write_csv().encode(), digest_size=16).hexdigest()
        return {
            FACTS: digest_of_table(self.rows, TABLES[FACTS], pl.Series(party_ids, dtype=pl.String)),
            FILTERS: filters,
        }


def no_segments() -> SegmentInput:
    """Nothing saved: nothing read."""
    return SegmentInput(pl.DataFrame(schema=ROWS), pl.DataFrame(schema=FILTER_COLUMNS))


def read_segment_input(view: View, given: RunInput) -> SegmentInput:
    """Read the saved filters and what they ask for. Only a view of everything may be read."""
    rows = [
        (row["segment"]["segment_id"], row["segment"]["version"], row["segment"]["filter"])
        for row in view.read("segments/all")
    ]
    filters = pl.DataFrame(rows, schema=FILTER_COLUMNS, orient="row").sort("segment_id")
    found = SegmentInput(no_segments().rows, filters)
    return SegmentInput(facts_as_read(view, given, found.wanted), filters) if rows else found
