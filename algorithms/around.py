"""What others in the household or group of a customer hold, and cells of customers by products looked up."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy import sparse

from algorithms.columns import IntArray, find, rows_of, starts_of
from algorithms.item_similarity import Holdings
from algorithms.threshold import PPB

NOBODY = -1
"""Stands for no row, and for no product."""


@dataclass(frozen=True)
class Members:
    """Who is in which household or group: equally long columns of ordinals, each pair once."""

    customer: IntArray
    unit: IntArray
    n_units: int


@dataclass(frozen=True)
class Around:
    """What others of the same household or group hold, the unit where the largest part of them does for each pair:
    sorted by customer and product. others: of the unit; holders: of these."""

    customer: IntArray
    product: IntArray
    unit: IntArray
    holders: IntArray
    others: IntArray

    @property
    def part(self) -> IntArray:
        """Holders of the others, parts per billion."""
        return self.holders * np.int64(PPB) // np.maximum(self.others, 1)


def around(members: Members, holdings: Holdings) -> Around:
    """What others in a household or group hold. Cost: for each member the products held in its unit."""
    ones = np.ones(members.customer.size, dtype=np.int64)
    inside = sparse.csr_array((ones, (members.unit, members.customer)), shape=(members.n_units, holdings.n_customers))
    held = sparse.csr_array(inside @ holdings.matrix)
    row, entry = rows_of(held.indptr.astype(np.int64), members.unit)
    customer, product = members.customer[row], held.indices[entry].astype(np.int64)
    own = _held(holdings, customer, product)
    size = np.bincount(members.unit, minlength=members.n_units)
    unit = members.unit[row]
    found = Around(customer, product, unit, held.data[entry] - own, size[unit] - 1)
    return _best(found, holdings.n_products)


def _best(found: Around, n_products: int) -> Around:
    some = found.holders > 0
    key = found.customer * np.int64(n_products) + found.product
    order = np.lexsort((found.unit, -found.part, key))
    order = order[some[order]]
    first = order[starts_of(key[order])]
    return Around(*(getattr(found, one.name)[first] for one in fields(Around)))


def _held(holdings: Holdings, customer: IntArray, product: IntArray) -> IntArray:
    """1 where the customer holds the product."""
    width = np.int64(max(holdings.n_products, 1))
    known = np.sort(holdings.customer * width + holdings.product)
    return find(known, customer * width + product)[1].astype(np.int64)


class Cells:
    """Rows that speak of a customer and a product, found by slice of customers or by pair."""

    def __init__(self, customer: IntArray, product: IntArray, holdings: Holdings) -> None:
        self._width = np.int64(max(holdings.n_products, 1))
        key = customer * self._width + product
        self._order = np.argsort(key, kind="stable")
        self._key = key[self._order]

    def within(self, rows: slice) -> tuple[IntArray, IntArray, IntArray]:
        """The rows of a slice of customers: their numbers, customers from the slice's start, products."""
        first, last = np.searchsorted(self._key, np.asarray([rows.start, rows.stop]) * self._width).tolist()
        key = self._key[first:last]
        return self._order[first:last], key // self._width - rows.start, key % self._width

    def at(self, customer: IntArray, product: IntArray) -> IntArray:
        """The row of each pair, NOBODY where there is none."""
        place, there = find(self._key, customer * self._width + product)
        return np.where(there, self._order[place] if self._order.size else NOBODY, NOBODY)
