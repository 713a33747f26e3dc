"""Records that are probably one party: scored pairs, each explained field by field (Fellegi and Sunter 1969, `splink`).

Nothing is told what is right: how often fields agree is learnt from the records themselves, seeded, so that the same
records and settings give the same pairs. Probabilities are whole parts per billion before anything is decided on them.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from algorithms.match_clusters import UNKNOWN, Clusters, clusters
from algorithms.threshold import PPB
from api.services.match_learning import learnt_from, prior_of
from api.services.match_model import OTHER, UNSEEN, compared_of, lines_of, linker_of, scored_pairs
from api.services.match_records import ID, Records
from api.services.match_rules import Comparison, Line, MatchRules

FEWEST = 20
"""Records from which anything is learnt; below, the settings' own chances stand."""


@dataclass(frozen=True)
class FieldMatch:
    """How one field of two records agrees. weight: the logarithm, base 2, of how much likelier that is for one party
    than for two; 0 where it is not known of both."""

    field: str
    left: str | None
    right: str | None
    level: str
    weight: float


@dataclass(frozen=True)
class Pair:
    """Two records. probability: that they are one party, parts per billion. weight: the sum of all that speaks for it,
    base 2; `prior` is what it starts from."""

    left: str
    right: str
    probability: int
    weight: float
    prior: float
    fields: tuple[FieldMatch, ...]


@dataclass(frozen=True)
class Matching:
    """pairs: `left`, `right` (record ids, left the smaller), `probability` (parts per billion), `weight`, and for each
    field compared `level_FIELD`, `weight_FIELD`; the likeliest first. prior: the weight before any field is seen."""

    records: Records
    rules: MatchRules
    pairs: pl.DataFrame
    prior: float

    def at_least(self, probability: int) -> pl.DataFrame:
        """The pairs that are as likely, or likelier."""
        return self.pairs.filter(pl.col("probability") >= probability)

    def explained(self, pairs: pl.DataFrame) -> list[Pair]:
        """Some of the pairs in words."""
        ids = pl.concat([pairs["left"], pairs["right"]]).unique()
        told = {row[ID]: row for row in self.records.told.filter(pl.col(ID).is_in(ids.implode())).iter_rows(named=True)}
        compared = compared_of(self.rules, self.records.fields)
        return [
            Pair(
                row["left"],
                row["right"],
                row["probability"],
                round(row["weight"], 2),
                round(self.prior, 2),
                tuple(_field(c, row, told[row["left"]], told[row["right"]]) for c in compared),
            )
            for row in pairs.iter_rows(named=True)
        ]


def ppb(fraction: Any) -> int:
    """A fraction of the settings in parts per billion."""
    return int(fraction * PPB)


def match(records: Records, rules: MatchRules) -> Matching:
    """Score the pairs of records that agree on a line of `blocking`, at `ask_at` or above."""
    columns = set(records.rows.columns)
    compared = compared_of(rules, records.fields)
    blocking = lines_of(rules.blocking, columns)
    nothing = records.rows.height < 2 or not compared or not blocking
    found, prior = (None, 0.0) if nothing else _scored(records.rows, rules, compared, blocking)
    return Matching(records, rules, _pair_table(found, compared), prior)


def joined(matching: Matching, numbers: pl.DataFrame | None = None) -> tuple[Clusters, pl.DataFrame]:
    """The clusters of pairs at `join_at` or above, and those pairs with `refused`.

    numbers: `record_id` and columns of which two different values tell two parties surely apart. Ordinals are those of
    `matching.records.rows`.
    """
    ids = matching.records.rows.select(ID)
    sure = matching.at_least(ppb(matching.rules.join_at))
    place = ids.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    left = sure.join(place, left_on="left", right_on=ID, how="left", maintain_order="left")["at"]
    right = sure.join(place, left_on="right", right_on=ID, how="left", maintain_order="left")["at"]
    apart = np.zeros((ids.height, 0), np.int64)
    if numbers is not None:
        told = ids.join(numbers, on=ID, how="left", maintain_order="left").drop(ID)
        codes = told.select(pl.all().rank("dense").cast(pl.Int64).fill_null(UNKNOWN))
        apart = codes.to_numpy().astype(np.int64).reshape(ids.height, told.width)
    made = clusters(left.to_numpy(), right.to_numpy(), apart)
    return made, sure.with_columns(refused=pl.Series(made.refused))


def _scored(
    rows: pl.DataFrame, rules: MatchRules, compared: list[Comparison], blocking: list[Line]
) -> tuple[pl.DataFrame, float]:
    """The pairs as splink gives them, and the prior weight."""
    import duckdb

    surely = lines_of(rules.expected.surely, set(rows.columns))
    prior = prior_of(rows, surely, float(rules.expected.found))
    # one thread: sums of floats come out alike each time
    options: dict[str, Any] = {"threads": 1, "autoinstall_known_extensions": "false"}
    with _quiet(), duckdb.connect(":memory:", config=options) as connection:
        if rows.height >= FEWEST:
            compared = learnt_from(connection, rows, rules, compared, blocking, prior)
        linker = linker_of(connection, rows, rules, compared, blocking, prior)
        found = scored_pairs(linker, float(rules.ask_at))
    return found, float(np.log2(prior / (1 - prior)))


def _pair_table(found: pl.DataFrame | None, compared: list[Comparison]) -> pl.DataFrame:
    schema: dict[str, Any] = {"left": pl.String, "right": pl.String, "probability": pl.Int64, "weight": pl.Float64}
    for one in compared:
        schema |= {f"level_{one.field}": pl.Int64, f"weight_{one.field}": pl.Float64}
    if found is None:
        return pl.DataFrame(schema=schema)
    ends = pl.min_horizontal(f"{ID}_l", f"{ID}_r"), pl.max_horizontal(f"{ID}_l", f"{ID}_r")
    weights = [_weight(found, one.field).alias(f"weight_{one.field}") for one in compared]
    parts = [
        ends[0].alias("left"),
        ends[1].alias("right"),
        (pl.col("match_probability") * PPB).round().cast(pl.Int64).alias("probability"),
        pl.col("match_weight").alias("weight"),
        *(pl.col(f"gamma_{one.field}").cast(pl.Int64).alias(f"level_{one.field}") for one in compared),
        *weights,
    ]
    table = found.select(parts)
    return table.select(*schema).sort("probability", "left", "right", descending=[True, False, False])


def _weight(found: pl.DataFrame, name: str) -> pl.Expr:
    parts = [pl.col(c) for c in (f"mw_{name}", f"mw_tf_adj_{name}") if c in found.columns]
    return pl.sum_horizontal(parts)


def _field(comparison: Comparison, row: dict[str, Any], left: dict[str, Any], right: dict[str, Any]) -> FieldMatch:
    name, levels = comparison.field, comparison.levels
    at = row[f"level_{name}"]  # -1 not known, 0 other, then the levels from the last to the first
    words = UNSEEN if at < 0 else OTHER if at == 0 else levels[len(levels) - at].words
    weight = 0.0 if at < 0 else round(row[f"weight_{name}"], 2)
    return FieldMatch(name, _told(left[name]), _told(right[name]), words, weight)


def _told(value: Any) -> str | None:
    if isinstance(value, list):
        return "; ".join(str(part) for part in value) or None
    return None if value is None or value == "" else str(value)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what splink tells of its learning: what counts of it is told with each pair."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
