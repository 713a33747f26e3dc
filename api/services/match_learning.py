"""What the records themselves show: how many pairs are one party, and how often their fields agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import FloatArray
from algorithms.fellegi_sunter import learn
from api.services.match_model import lines_of, linker_of, scored_pairs
from api.services.match_records import ID
from api.services.match_rules import Comparison, Line, MatchRules, key_columns

MOST_SAMPLED = 1_000_000
"""Pairs from which it is learnt how often fields of two parties agree."""
MOST_RECORDS = 50_000
"""Records, drawn by seed, from which it is learnt how often fields of one party agree: common names make many pairs."""


def learnt_from(
    connection: Any,
    rows: pl.DataFrame,
    rules: MatchRules,
    compared: list[Comparison],
    blocking: list[Line],
    prior: float,
) -> list[Comparison]:
    """The comparisons with the chances that the records themselves show.

    splink samples pairs by chance. Of pairs of one party it would learn that what no likely pair shows cannot be, and
    one differing telephone would then speak against any match; so that is learnt here.
    """
    if rows.height > MOST_RECORDS:
        rows = rows.sample(MOST_RECORDS, seed=rules.seed).sort(ID)
    lines = [line for line in lines_of(rules.learning.lines, set(rows.columns)) if _agreeing(rows, line)]
    linker = linker_of(connection, rows, rules, compared, lines or blocking, prior)
    linker.training.estimate_u_using_random_sampling(max_pairs=MOST_SAMPLED, seed=rules.seed, min_count_per_level=None)
    compared = _with_two(compared, linker.misc.save_model_to_json()["comparisons"])
    if not lines:
        return compared
    names = [f"gamma_{c.field}" for c in compared]
    pairs = scored_pairs(linker, None).select(pl.col(f"{ID}_l").alias(ID), f"{ID}_r", *names)
    sums: dict[str, FloatArray] = {}
    for line in lines:
        told = {rules.field_of(name) for key in line for name in key_columns(key)}
        asked = [c for c in compared if c.field not in told]
        among = pairs.join(_agreeing_pairs(rows, line), on=[ID, f"{ID}_r"], how="semi")
        found, matches = _learnt_of(among, asked, rules.learning.stated)
        for field, chances in found.items():
            sums[field] = sums.get(field, np.zeros(len(chances))) + chances * (matches + 1)
    return [_with(c, "one", sums[c.field] / sums[c.field].sum()) if c.field in sums else c for c in compared]


def _learnt_of(pairs: pl.DataFrame, asked: list[Comparison], stated: int) -> tuple[dict[str, FloatArray], float]:
    """By field the chances for one party as some pairs show them, and how many of the pairs are such."""
    names = [f"gamma_{c.field}" for c in asked]
    seen = pairs.group_by(names).len().sort(names)
    learnt = learn(
        seen.select(names).to_numpy().astype(np.int64).reshape(seen.height, len(names)),
        seen["len"].to_numpy().astype(np.int64),
        [_by_level(c, "one") for c in asked],
        [_by_level(c, "two") for c in asked],
        stated,
    )
    return {c.field: chances for c, chances in zip(asked, learnt.one, strict=True)}, learnt.matches


def _by_level(comparison: Comparison, name: str) -> FloatArray:
    """The chances of `other`, then of the levels from the last to the first, as splink numbers them."""
    return np.array([float(getattr(level, name)) for level in (comparison.other, *reversed(comparison.levels))])


def _with(comparison: Comparison, name: str, chances: FloatArray) -> Comparison:
    """The comparison with other chances, ordered as `_by_level` gives them."""
    other, *levels = (Decimal(repr(float(chance))) for chance in chances)
    told = zip(comparison.levels, reversed(levels), strict=True)
    return comparison.model_copy(
        update={
            "other": comparison.other.model_copy(update={name: other}),
            "levels": tuple(level.model_copy(update={name: chance}) for level, chance in told),
        }
    )


def _with_two(compared: list[Comparison], model: list[dict[str, Any]]) -> list[Comparison]:
    """The comparisons with the chances for two parties that splink sampled; what it has not seen stays as stated."""
    found = []
    for comparison, told in zip(compared, model, strict=True):
        seen = [level.get("u_probability") for level in told["comparison_levels"] if not level.get("is_null_level")]
        stated = list(_by_level(comparison, "two")[::-1])
        chances = [s if isinstance(u, str) or u is None else float(u) for u, s in zip(seen, stated, strict=True)]
        found.append(_with(comparison, "two", np.array(chances[::-1])))
    return found


def prior_of(rows: pl.DataFrame, surely: list[Line], found: float) -> float:
    """How likely two records taken by chance are one party: those that surely are, over what part of all they are."""
    pairs = rows.height * (rows.height - 1) // 2
    parts = [_agreeing_pairs(rows, line) for line in surely]
    known = pl.concat(parts).unique().height if parts else 0
    return min(max(known, 1) / found / pairs, 0.5)


def _agreeing_pairs(rows: pl.DataFrame, line: Line) -> pl.DataFrame:
    keyed = rows.select(ID, *_key_exprs(line)).drop_nulls()
    names = [name for name in keyed.columns if name != ID]
    several = keyed.filter(pl.len().over(names) > 1)
    pairs = several.join(several, on=names, suffix="_r").filter(pl.col(ID) < pl.col(f"{ID}_r"))
    return pairs.select(ID, f"{ID}_r")


def _agreeing(rows: pl.DataFrame, line: Line) -> bool:
    keyed = rows.select(_key_exprs(line)).drop_nulls()
    return bool(keyed.is_duplicated().any())


def _key_exprs(line: Line) -> list[pl.Expr]:
    """The values of a line's keys; of its parts of fields, only first letters stand in such lines."""
    return [
        pl.col(key) if isinstance(key, str) else pl.col(key.field).str.head(key.first or 0).alias(f"{key.field}_first")
        for key in line
    ]
