"""The product that a customer holds which is most like another, and how many customers hold both."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from algorithms.around import NOBODY
from algorithms.columns import IntArray, find, joined, offsets, rows_of, starts_of
from algorithms.item_similarity import Holdings, common_holders

_DENSE = 1 << 22
"""Places of a matrix that is looked up as a whole table: 32 MB."""


class Likest:
    """Asked for some pairs of a customer and a product after the others. similar: shape (n_products, n_products)."""

    def __init__(self, holdings: Holdings, similar: sparse.csr_array) -> None:
        order = np.lexsort((holdings.product, holdings.customer))
        self._first = offsets(holdings.customer[order], holdings.n_customers)
        self._held = holdings.product[order]
        self._n = np.int64(holdings.n_products)
        self._similar, self._common = Entries(similar), Entries(common_holders(holdings))

    def of(self, customer: IntArray, product: IntArray) -> tuple[IntArray, IntArray]:
        """For each pair the product that the customer holds which is most similar, the lower ordinal of equals, NOBODY
        where none is, and how many customers hold both."""
        n = self._n
        like = np.full(customer.size, NOBODY, dtype=np.int64)
        both = np.zeros(customer.size, dtype=np.int64)
        pair, row = rows_of(self._first, customer)
        if pair.size:
            held = self._held[row]
            value = self._similar.at(held, product[pair])
            starts = starts_of(pair)
            best = np.maximum.reduceat(value * n + (n - 1 - held), starts)
            some = best >= n
            alike, asked = n - 1 - best[some] % n, pair[starts[some]]
            like[asked] = alike
            both[asked] = self._common.at(alike, product[asked])
        return like, both


class Entries:
    """Entries of a sparse matrix of whole numbers, looked up."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self._dense = matrix.toarray() if matrix.shape[0] * matrix.shape[1] <= _DENSE else None
        if self._dense is None:
            entries = matrix.tocoo()
            self._width = np.int64(max(matrix.shape[1], 1))
            one, other = (np.asarray(side, dtype=np.int64) for side in entries.coords)
            key = one * self._width + other
            order = np.argsort(key, kind="stable")
            self._key = key[order]
            self._value = joined(entries.data[order].astype(np.int64), np.zeros(1, dtype=np.int64))

    def at(self, row: IntArray, column: IntArray) -> IntArray:
        """The entry of each pair, 0 where there is none."""
        if self._dense is not None:
            return self._dense[row, column].astype(np.int64)
        place, there = find(self._key, row * self._width + column)
        return np.where(there, self._value[place], 0)
