"""Members of segments as a run finds them: each saved filter over what was read and found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from algorithms.segments import verdict
from api.services.segment_facts import FactSource, facts
from api.services.segment_input import SegmentInput

MEMBERS = {"segment_id": pl.String, "version": pl.Int64, "party_id": pl.String}
"""One row a member, by segment and party."""
COUNTS = {"segment_id": pl.String, "version": pl.Int64, "members": pl.Int64, "undecided": pl.Int64}
"""One row a segment. version: of its filter. undecided: parties of which something that decides is not known."""


def find_segments(source: FactSource, segments: SegmentInput, party_ids: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The tables `segment_members` and `segment_counts`."""
    known = facts(source, segments.wanted)
    members, counts = [pl.DataFrame(schema=MEMBERS)], []
    ids = pl.Series("party_id", party_ids, dtype=pl.String)
    for segment_id, version, filter in segments.read:
        found = verdict(filter, known, source.n_parties)
        inside = np.flatnonzero(found.passes)
        own = pl.DataFrame([ids.gather(inside)]).with_columns(segment_id=pl.lit(segment_id), version=pl.lit(version))
        members.append(own.select(list(MEMBERS)).cast(MEMBERS))  # type: ignore[arg-type]
        counts.append((segment_id, version, inside.size, int(np.count_nonzero(~found.passes & ~found.fails))))
    return {
        "segment_members": pl.concat(members).sort("segment_id", "party_id"),
        "segment_counts": pl.DataFrame(counts, schema=COUNTS, orient="row"),
    }
