"""Officers of the random companies: legal representatives, directors, managers, heads of finance; and kin."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.columns import NONE, IntArray, between, power_law
from loaders.demo.persons import Households, distant_kin, kin_of
from loaders.demo.pool import Pool
from loaders.demo.rows import Relative, filled
from loaders.demo.sizes import DATA_DAY, stream

_POSTS = (("0101", 0.45), ("0102", 0.60), ("0103", 0.75), ("0103", 0.40), ("0104", 0.50), ("0105", 0.45))


def make_officers(pool: Pool, owners: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Legal representatives (the largest owner, if a person, in most companies) and executives as `Relative` rows."""
    rng = stream(seed, "officers")
    companies = pool.free_companies
    business = pool.business_people(seed)[::-1]
    boss = _largest_person(pool, owners)
    drawn = business[power_law(rng, len(business), len(companies), 1.3)]
    legal = np.where((boss[companies] != NONE) & (rng.random(len(companies)) < 0.75), boss[companies], drawn)
    parts = [_rows(rng, companies, legal, "0100", 0.97)]
    for code, frequency in _POSTS:
        other = business[power_law(rng, len(business), len(companies), 1.3)]
        who = np.where((code in ("0101", "0102")) & (rng.random(len(companies)) < 0.6), legal, other)
        parts.append(_rows(rng, companies, who, code, frequency))
    return pl.concat(parts).unique(["of", "who", "code"], keep="first", maintain_order=True)


def make_kin(pool: Pool, homes: Households, seed: int) -> pl.DataFrame:
    """Declared kin as `Relative` rows; planted persons are left out."""
    parts = []
    for made in (kin_of(homes, seed), distant_kin(homes, seed)):
        free = (made["of"] >= pool.planted_persons) & (made["who"] >= pool.planted_persons)
        code = pl.Series(made["code"][free]).cast(pl.String).str.zfill(4)
        of, who = made["of"][free] + pool.companies, made["who"][free] + pool.companies
        parts.append(filled(Relative, of=of, who=who, code=code))
    return pl.concat(parts).unique(["of", "who"], keep="first", maintain_order=True)


def _largest_person(pool: Pool, owners: pl.DataFrame) -> IntArray:
    """For each company its largest owner who is a person, NONE without one."""
    persons = owners.filter(pl.col("who") >= pool.companies)
    largest = persons.sort("of", "share", "who", descending=[False, True, False]).unique(
        "of", keep="first", maintain_order=True
    )
    boss = np.full(pool.companies, NONE, dtype=np.int64)
    boss[largest["of"].to_numpy()] = largest["who"].to_numpy()
    return boss


def _rows(rng: np.random.Generator, companies: IntArray, who: IntArray, code: str, frequency: float) -> pl.DataFrame:
    kept = rng.random(len(companies)) < frequency
    n = int(kept.sum())
    begin = DATA_DAY - between(rng, 100, 3_600, n)
    end = np.where(rng.random(n) < 0.04, begin + between(rng, 20, 95, n), NONE)
    return filled(Relative, of=companies[kept], who=who[kept], code=code, begin=begin, end=end)
