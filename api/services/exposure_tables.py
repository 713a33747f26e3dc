"""What a run found of exposures as tables for the archive: tests against limits, totals of groups and of parties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from algorithms.limits import ratio_ppb
from api.services.run_exposure import RiskFound

Names = np.ndarray[tuple[int], np.dtype[np.object_]]

TESTS = (
    *("group_id", "rules", "test", "status", "amount_minor", "currency", "base_minor", "ratio", "limit", "state"),
    *("allowed_minor", "nearness", "unknown"),
)
"""The columns of the table `exposures`: who reads it asks for all of them, as older runs kept fewer."""


def exposure_tables(found: RiskFound, ids: Names, subjects: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The tables by name: `exposures`, `group_totals`, `party_totals`. Amounts are minor units.

    ids: of parties, then an empty one. subjects: the id of each group of the book.
    """
    declared = found.declared
    totals = [_group_totals(found.totals.groups, subjects), _group_totals(declared.totals, declared.ids)]
    return {
        "exposures": _exposures(found, ids, subjects),
        "group_totals": pl.concat(totals).sort("group_id", "rules", "status"),
        "party_totals": _party_totals(found.totals.parties, ids),
    }


def _exposures(found: RiskFound, ids: Names, subjects: Sequence[str]) -> pl.DataFrame:
    rows = found.exposures
    subject, party = rows["subject"].to_numpy(), rows["party"].to_numpy()
    told = np.where(subject >= 0, _named(subjects)[subject], ids[party])
    declared = found.declared.exposures
    of_declared = _named(found.declared.ids)[declared["subject"].to_numpy()]
    rows = pl.concat([rows, declared])
    ratio = [ratio_ppb(*row) for row in rows.select("amount_minor", "unknown", "base_minor").iter_rows()]
    whole = rows.with_columns(
        pl.Series("group_id", [*told.tolist(), *of_declared.tolist()], dtype=pl.String),
        pl.lit(found.basis.currency).alias("currency"),
        pl.Series("ratio", ratio, dtype=pl.Int64),
        pl.col("limit_ppb").alias("limit"),
    )
    return whole.select(TESTS).sort("group_id", "rules", "test", "status")


def _named(ids: Sequence[str]) -> Names:
    """Ids by place; the last one, empty, is that of -1."""
    return np.asarray([*ids, ""], dtype=object)


def _group_totals(rows: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    told = _named(ids)[rows["subject"].to_numpy()].tolist()
    return rows.select(pl.Series("group_id", told, dtype=pl.String), pl.exclude("subject"))


def _party_totals(rows: pl.DataFrame, ids: Names) -> pl.DataFrame:
    told = ids[rows["party"].to_numpy()].tolist()
    return rows.select(pl.Series("party_id", told, dtype=pl.String), pl.exclude("party")).sort("party_id", "rules")
