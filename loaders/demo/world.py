"""The whole demo bank in memory, before its tables are written; and the keys that its systems give to things."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from loaders.demo.catalogue import Campaign
from loaders.demo.columns import IntArray
from loaders.demo.digits import scattered
from loaders.demo.geography import Geography
from loaders.demo.persons import Households
from loaders.demo.sizes import Counts
from loaders.demo.staff import Staff


@dataclass(frozen=True)
class World:
    """Frames of the row types in `rows`, all with party ordinals (companies first, then persons)."""

    counts: Counts
    geography: Geography
    staff: Staff
    homes: Households
    companies: pl.DataFrame
    persons: pl.DataFrame
    relatives: pl.DataFrame
    groups: pl.DataFrame
    group_members: pl.DataFrame
    facilities: pl.DataFrame
    drawdowns: pl.DataFrame
    guarantees: pl.DataFrame
    collaterals: pl.DataFrame
    statements: pl.DataFrame
    capital: pl.DataFrame
    rates: pl.DataFrame
    accounts: pl.DataFrame
    account_numbers: pl.Series
    transfers: pl.DataFrame
    freezes: pl.DataFrame
    holdings: pl.DataFrame
    referrals: pl.DataFrame
    outsiders: list[tuple[str, str, str]]
    """Kind (1 person, 2 company), name, English name."""
    campaigns: list[Campaign]
    targets: pl.DataFrame
    contacts: pl.DataFrame
    assignments: pl.DataFrame
    profiles: pl.DataFrame
    figures: pl.DataFrame

    @property
    def n_companies(self) -> int:
        return self.companies.height

    def credit_numbers(self, parties: IntArray | pl.Series) -> pl.Series:
        """Customer numbers of the credit system."""
        return _numbered(parties, "02", 10**8, 45_678_917, 20_240_331, 8)

    def core_numbers(self, parties: IntArray | pl.Series) -> pl.Series:
        """Customer numbers of the core system: 1… for persons, 2… for companies."""
        index = np.asarray(parties, dtype=np.int64)
        number = scattered(index, 10**9, 456_789_123, 314_159_265)
        head = np.where(index >= self.n_companies, 1, 2) * 10**9
        return pl.Series(head + number).cast(pl.String)

    def core_kinds(self, parties: IntArray | pl.Series) -> pl.Series:
        """1 for persons, 2 for companies."""
        index = np.asarray(parties, dtype=np.int64)
        return pl.Series(np.where(index >= self.n_companies, 1, 2)).cast(pl.String)


def _numbered(ordinals: IntArray | pl.Series, head: str, modulus: int, step: int, shift: int, width: int) -> pl.Series:
    index = np.asarray(ordinals, dtype=np.int64)
    number = pl.Series(scattered(index, modulus, step, shift)).cast(pl.String).str.zfill(width)
    return pl.select(pl.concat_str(pl.lit(head), number)).to_series()


def serial(ordinals: IntArray | pl.Series, head: str, width: int = 9) -> pl.Series:
    """Counted numbers like `BC000000123`; null for ordinals below zero."""
    index = pl.Series(np.asarray(ordinals, dtype=np.int64))
    text = pl.concat_str(pl.lit(head), (index + 1).cast(pl.String).str.zfill(width))
    return pl.select(pl.when(index >= 0).then(text)).to_series()
