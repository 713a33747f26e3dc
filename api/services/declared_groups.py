"""The groups that sources declare, as members to be tested against limits beside those that runs find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.exposure import Members
from api.services.risk_input import RiskInput

DECLARED = "declared"
"""What their exposures are called beside firm and potential ones."""


@dataclass(frozen=True)
class DeclaredGroups:
    """ids: ascending; group k of `members` has the k-th."""

    ids: tuple[str, ...]
    members: Members


def declared_groups(risk: RiskInput) -> DeclaredGroups:
    """The declared groups with a member in the view."""
    rows = risk.tables["declared"].select("group_id", "party").unique().sort("group_id", "party")
    sizes = rows.group_by("group_id", maintain_order=True).len()
    first = np.concatenate(([0], np.cumsum(sizes["len"].to_numpy()))).astype(np.int64)
    return DeclaredGroups(tuple(sizes["group_id"].to_list()), Members(first, rows["party"].to_numpy().astype(np.int64)))
