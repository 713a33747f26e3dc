"""The frozen input of segments: written beside the tables of a run, and read back by a replay."""

from __future__ import annotations

from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_frozen import keep, thaw_table
from api.services.run_input import RunInput
from api.services.segment_input import FACTS, FILTERS, SegmentInput


def freeze_segments(
    tables: Archive, given: RunInput, segments: SegmentInput, before: Before | None = None
) -> dict[str, str]:
    """Keep what segments are found from. The digests of it by table. before: as for `freeze`."""
    keep(tables, {f"given_{FACTS}": segments.rows, FILTERS: segments.filters}, before)
    return segments.digests(given.party_ids)


def thaw_segments(tables: Archive) -> SegmentInput:
    """What segments are found from, as it was."""
    return SegmentInput(thaw_table(tables, f"given_{FACTS}"), thaw_table(tables, FILTERS))
