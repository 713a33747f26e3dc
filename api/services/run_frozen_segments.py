"""The frozen input of segments: written beside the tables of a run, and read back by a replay."""

from __future__ import annotations

from collections.abc import Mapping

from api.services.run_archive import Archive
from api.services.run_before import Before
from api.services.run_frozen import keep, kept_digests, thaw_table
from api.services.run_input import RunInput
from api.services.segment_input import FILTERS, TABLES, SegmentInput


def freeze_segments(
    tables: Archive,
    given: RunInput,
    segments: SegmentInput,
    parts: Mapping[str, str],
    before: Before | None = None,
) -> dict[str, str]:
    """Keep what segments are found from. The digests of it by table.

    parts: the digests of the other input, `parties` among them. before: as for `freeze`.
    """
    same = keep(tables, segments.tables, before)
    keep(tables, {FILTERS: segments.filters}, before, "")
    return segments.digests(given.party_ids, kept_digests(before, same, TABLES, parts["parties"]))


def thaw_segments(tables: Archive) -> SegmentInput:
    """What segments are found from, as it was."""
    found = {name: thaw_table(tables, f"given_{name}") for name in TABLES}
    return SegmentInput(found, thaw_table(tables, FILTERS))
