"""Companies whose holdings sum above 1 by a what-if: told, never refused, as loads and runs do (DOMAIN.md 1)."""

from __future__ import annotations

import numpy as np

from algorithms.threshold import PPB
from api.services.run_change import Change, Side
from api.services.run_world import World


def above_one(world: World, change: Change) -> dict[str, int]:
    """What the holdings of each company sum to after a change, parts per billion, by party id: of those that it lifts,
    and that sum above 1 then (one part per billion a stake is allowed)."""
    added = change.added.get("stakes")
    if added is None:
        return {}
    before, after = Side(world, Change()), Side(world, change)
    found = {}
    for company in sorted(set(added["owned"].to_list())):
        (was, _), (total, stakes) = _total(before, company), _total(after, company)
        if total > max(was, PPB + stakes):
            found[after.party_id(company)] = total
    return found


def _total(side: Side, company: int) -> tuple[int, int]:
    """What is held of a company, in votes or of its capital, whichever is more, and by how many stakes; of what is not
    known nothing counts."""
    rows = side.rows("stakes", "owned", np.asarray([company]))
    sums = [int(np.maximum(side.column("stakes", name, rows), 0).sum()) for name in ("low", "share")]
    return max(sums), rows.size
