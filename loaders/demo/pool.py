"""Which parties the random part of the demo bank may use: everybody but those planted for a known answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loaders.demo.columns import IntArray
from loaders.demo.sizes import stream

_BUSINESS_SHARE = 0.42


@dataclass(frozen=True)
class Pool:
    """Ordinals of parties: companies first, then persons; the planted ones lead each range and are left out here."""

    companies: int
    persons: int
    planted_companies: int
    planted_persons: int
    adult: IntArray
    """shape (persons,): 1 for persons of age."""
    core: IntArray
    """shape (companies + persons,): 1 for customers of the core system."""
    branch: IntArray
    """shape (companies + persons,): the sub-branch that serves the party."""

    @property
    def free_companies(self) -> IntArray:
        return np.arange(self.planted_companies, self.companies, dtype=np.int64)

    @property
    def free_adults(self) -> IntArray:
        """Ordinals of persons of age who are not planted."""
        return (
            self.companies + self.planted_persons + np.flatnonzero(self.adult[self.planted_persons :]).astype(np.int64)
        )

    def business_people(self, seed: int) -> IntArray:
        """The part of the free adults who own, run and guarantee companies, in a random order that stays the same."""
        adults = stream(seed, "business people").permutation(self.free_adults)
        return adults[: max(1, int(len(adults) * _BUSINESS_SHARE))]

    @property
    def free_customers(self) -> IntArray:
        """Ordinals of parties in the core system that are not planted."""
        free = self.core == 1
        free[: self.planted_companies] = False
        free[self.companies : self.companies + self.planted_persons] = False
        return np.flatnonzero(free).astype(np.int64)
