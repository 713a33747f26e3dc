"""A group's exposure against limits as its node keeps it: lists with a place for each test, the worst state, and how
near it is to a limit. So any copy of the service tells it without the tables of the run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

Figures = Mapping[str, Any]
"""Properties of a Group node."""

STATES = ("within", "undecided", "warning", "breach")
"""States of a test, the worst last."""
UNKNOWN = -1
_KEPT = {
    "test_rules": pl.col("rules"),
    "tests": pl.col("test"),
    "test_status": pl.col("status"),
    "test_amounts": pl.col("amount_minor"),
    "test_unknown": pl.col("unknown"),
    "test_bases": pl.col("base_minor").fill_null(UNKNOWN),
    "test_limits": pl.col("limit_ppb"),
    "test_allowed": pl.col("allowed_minor").fill_null(UNKNOWN),
    "test_nearness": pl.col("nearness").fill_null(UNKNOWN),
    "test_states": pl.col("state"),
}
UNTESTED: Figures = {**dict.fromkeys(_KEPT), "state": None, "currency": None, "nearness": UNKNOWN}
"""Of a group that no rule set tests, or that owes nothing."""


def group_figures(exposures: pl.DataFrame, ids: Sequence[str], currency: str) -> dict[str, Figures]:
    """The figures of the groups with a test, by id. exposures: rows of `EXPOSURES`, subjects are places in `ids`."""
    of_groups = exposures.filter(pl.col("subject") >= 0).sort("subject", "rules", "test", "status")
    rank = pl.col("state").replace_strict({state: at for at, state in enumerate(STATES)}, return_dtype=pl.Int64)
    by_group = of_groups.group_by("subject", maintain_order=True).agg(
        **_KEPT, nearness=pl.col("nearness").fill_null(UNKNOWN).max(), state=rank.max()
    )
    return {
        ids[row.pop("subject")]: {**row, "state": STATES[row["state"]], "currency": currency}
        for row in by_group.iter_rows(named=True)
    }


def digest_of(values: Figures) -> int:
    """64 bits over what a run found of a group; never 0, which stands for nothing found yet."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True) or 1
