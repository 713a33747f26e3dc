"""Members of segments as a run finds them: each saved filter over what was read and found."""

from __future__ import annotations

import numpy as np
import polars as pl

from algorithms.segments import verdict
from api.services.run_input import RunInput
from api.services.segment_facts import GROUPS, HOMES, facts, facts_lived
from api.services.segment_input import SegmentInput

MEMBERS = {"segment_id": pl.String, "version": pl.Int64, "party_id": pl.String}
"""One row a member, by segment and party."""
COUNTS = {"segment_id": pl.String, "version": pl.Int64, "members": pl.Int64, "undecided": pl.Int64}
"""One row a segment. version: of its filter. undecided: parties of which something that decides is not known."""


def find_segments(
    given: RunInput, segments: SegmentInput, groups: pl.DataFrame, homes: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The tables `segment_members` and `segment_counts`.

    groups: party_id, group_id and kind of all memberships of groups; homes: party_id and household_id.
    """
    wanted, n = segments.wanted, len(given.party_ids)
    at = pl.DataFrame({"party_id": given.party_ids}, schema={"party_id": pl.String}).with_row_index("party")
    at = at.with_columns(pl.col("party").cast(pl.Int64))
    lived = facts_lived(
        groups.join(at, on="party_id").select(list(GROUPS)),
        homes.join(at, on="party_id").select(list(HOMES)),
        given.persons,
        wanted,
    )
    known = facts(pl.concat([segments.rows, lived]), wanted)
    members, counts = [pl.DataFrame(schema=MEMBERS)], []
    ids = pl.Series("party_id", given.party_ids, dtype=pl.String)
    for segment_id, version, filter in segments.read:
        found = verdict(filter, known, n)
        inside = np.flatnonzero(found.passes)
        own = pl.DataFrame([ids.gather(inside)]).with_columns(segment_id=pl.lit(segment_id), version=pl.lit(version))
        members.append(own.select(list(MEMBERS)).cast(MEMBERS))  # type: ignore[arg-type]
        counts.append((segment_id, version, inside.size, int(np.count_nonzero(~found.passes & ~found.fails))))
    return {
        "segment_members": pl.concat(members).sort("segment_id", "party_id"),
        "segment_counts": pl.DataFrame(counts, schema=COUNTS, orient="row"),
    }
