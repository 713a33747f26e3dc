"""What parties and groups owe under a rule set before any limit is asked: loans, before and after protection, exempt
parts, unknown amounts. Rows only for those who owe something."""

from __future__ import annotations

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, sums
from algorithms.exposure import Exposure, Members

_AMOUNTS = {
    "loans_minor": pl.Int64,
    "before_minor": pl.Int64,
    "after_minor": pl.Int64,
    "exempt_minor": pl.Int64,
    "unknown": pl.Int64,
}
PARTY_TOTALS = {"party": pl.Int64, "rules": pl.String, "bank": pl.Boolean, **_AMOUNTS}
"""party: ordinal. bank: limits for non-banks do not count it in a group."""
GROUP_TOTALS = {"subject": pl.Int64, "rules": pl.String, "status": pl.String, **_AMOUNTS, "joint_minor": pl.Int64}
"""subject: a group's place. All members count, and what several owe jointly counts once: joint_minor is by how much the
sum over the members' own `before_minor` is larger."""


def party_totals(rules: str, found: Exposure, bank: BoolArray) -> pl.DataFrame:
    """The parties that owe something; each debtor of a joint contract is told all of it."""
    at = _owing(found)
    columns = {"party": at, "rules": [rules] * at.size, "bank": bank[at], **_amounts(found, at)}
    return pl.DataFrame(columns, schema=PARTY_TOTALS)


def group_totals(
    rules: str, status: str, found: Exposure, single: Exposure, members: Members, places: IntArray
) -> pl.DataFrame:
    """The groups that owe something. single: the exposure of each party. places: of each group in its list, -1 where it
    is in none."""
    group = np.repeat(np.arange(len(members), dtype=np.int64), np.diff(members.first))
    joint = sums(group, single.before[members.party], len(members)) - found.before
    at = _owing(found)
    at = at[places[at] >= 0]
    same = {"rules": [rules] * at.size, "status": [status] * at.size}
    columns = {"subject": places[at], **same, **_amounts(found, at), "joint_minor": joint[at]}
    return pl.DataFrame(columns, schema=GROUP_TOTALS)


def _owing(found: Exposure) -> IntArray:
    return np.flatnonzero((found.before > 0) | (found.after > 0) | (found.exempt > 0) | (found.unknown > 0))


def _amounts(found: Exposure, at: IntArray) -> dict[str, IntArray]:
    columns = (found.loans, found.before, found.after, found.exempt, found.unknown)
    return {name: column[at] for name, column in zip(_AMOUNTS, columns, strict=True)}
