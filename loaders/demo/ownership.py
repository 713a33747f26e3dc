"""Owners of the random companies: most have one to five, about half have a majority holder."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.columns import NONE, IntArray, between, power_law, weighted
from loaders.demo.pool import Pool
from loaders.demo.rows import Relative, filled
from loaders.demo.sizes import DATA_DAY, stream

WHOLE = 1_000_000
"""100% in the unit of `Relative.share` (10^4 is one percent)."""

_BLOCK_SIZES = (0.90, 0.04, 0.02, 0.01, 0.0075, 0.005, 0.005, 0.004, 0.0035, 0.0025, 0.0025)
_BLOCK_LENGTHS = np.array([1, 2, 3, 4, 5, 7, 9, 12, 18, 28, 45], dtype=np.int64)


def make_owners(pool: Pool, capital: IntArray, seed: int) -> pl.DataFrame:
    """Stakes in the free companies as `Relative` rows with code 5200."""
    rng = stream(seed, "ownership")
    companies = pool.free_companies
    n = len(companies)
    count = _owner_counts(rng, n)
    owned = np.repeat(np.arange(n, dtype=np.int64), count)
    starts = np.cumsum(count) - count
    place = np.arange(len(owned), dtype=np.int64) - starts[owned]
    owner = _owners(rng, pool, pool.business_people(seed), owned)
    parent = _parents(rng, n)
    led = (place == 0) & (parent[owned] != NONE)
    owner[led] = companies[parent[owned[led]]]
    share = _shares(rng, owned, place, starts, count, parent)
    stakes = pl.DataFrame({"of": companies[owned], "who": owner, "share": share})
    # One person drawn twice for a company counts once: its rows stay distinct parties of the register.
    stakes = stakes.filter(pl.col("of") != pl.col("who")).unique(["of", "who"], keep="first", maintain_order=True)
    return _dated(rng, stakes, capital)


def _owner_counts(rng: np.random.Generator, n: int) -> IntArray:
    count = weighted(rng, (0.22, 0.26, 0.19, 0.13, 0.09, 0.11), n) + 1
    many = count == 6
    count[many] = 6 + power_law(rng, 40, int(many.sum()), 4.0)
    return count


def _owners(rng: np.random.Generator, pool: Pool, people: IntArray, owned: IntArray) -> IntArray:
    """Persons six times of seven, by a power law; companies else, which then hold little and are few."""
    investors = pool.free_companies[: max(1, len(pool.free_companies) // 6)]
    person = people[power_law(rng, len(people), len(owned), 1.25)]
    company = investors[power_law(rng, len(investors), len(owned), 1.6)]
    return np.where(rng.random(len(owned)) < 0.85, person, company)


def _parents(rng: np.random.Generator, n: int) -> IntArray:
    """For each company the ordinal of the parent that holds its majority, NONE without one: trees inside blocks."""
    drawn = weighted(rng, _BLOCK_SIZES, n)
    lengths = _BLOCK_LENGTHS[drawn]
    blocks = int(np.searchsorted(np.cumsum(lengths), n)) + 1
    lengths = lengths[:blocks]
    starts = np.cumsum(lengths) - lengths
    block = np.repeat(np.arange(blocks, dtype=np.int64), lengths)[:n]
    place = np.arange(n, dtype=np.int64) - starts[block]
    above = (place * rng.random(n) ** 2.0).astype(np.int64)
    return np.where((place > 0) & (rng.random(n) < 0.88), starts[block] + above, NONE)


def _shares(
    rng: np.random.Generator, owned: IntArray, place: IntArray, starts: IntArray, count: IntArray, parent: IntArray
) -> IntArray:
    """Shares that never add above 100%: the first owner's by kind of company, the rest dealt out by weight."""
    n = len(count)
    majority = (parent != NONE) | (rng.random(n) < 0.06)
    first = np.where(majority, between(rng, 51, 95, n) * 10_000, between(rng, 10, 49, n) * 10_000)
    first = np.where((count == 1) | (majority & (rng.random(n) < 0.12)), WHOLE, first)
    disclosed = np.where(rng.random(n) < 0.08, between(rng, 70, 95, n), 100)
    rest = np.maximum(0, (WHOLE - first)) * disclosed // 100
    weight = rng.random(len(owned)) ** 2 + 0.02
    weight[place == 0] = 0.0
    total = np.add.reduceat(weight, starts)
    # Whole hundredths of a percent, rounded down.
    dealt = (rest[owned] * weight / np.maximum(total[owned], 1e-9)).astype(np.int64) // 100 * 100
    cap = np.where(majority[owned], WHOLE, 490_000)
    return np.where(place == 0, first[owned], np.minimum(np.maximum(dealt, 100), cap))


def _dated(rng: np.random.Generator, stakes: pl.DataFrame, capital: IntArray) -> pl.DataFrame:
    n = stakes.height
    share = stakes["share"].to_numpy()
    full = np.bincount(stakes["of"].to_numpy(), weights=share)[stakes["of"].to_numpy()] > WHOLE
    begin = DATA_DAY - between(rng, 200, 5_000, n)
    ended = rng.random(n) < 0.015
    unknown = rng.random(n) < 0.012
    votes = np.where(rng.random(n) < 0.006, share * 9 // 10, NONE)
    paid = capital[stakes["of"].to_numpy()] // 100 * share // 10_000
    return filled(
        Relative,
        of=stakes["of"],
        who=stakes["who"],
        code="5200",
        share=np.where(unknown, NONE, np.where(full, share * 9 // 10, share)),
        votes=np.where(unknown, NONE, votes),
        capital=np.where(unknown, NONE, paid),
        begin=begin,
        end=np.where(ended, begin + between(rng, 30, 190, n), NONE),
    )
