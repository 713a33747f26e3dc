"""Which products the same customers hold: item-item similarity over a sparse matrix of customers and products.

Cosine of the columns of the 0/1 matrix X, with a shrinkage that holds back products with few holders (Sarwar, Karypis,
Konstan, Riedl 2001): s(i, j) = c(i, j) / (sqrt(n(i) n(j)) + SHRINKAGE), where c = X'X counts common holders exactly and
n its diagonal. In parts per billion, rounded down: IEEE division and roots are the same on every machine, so that all
that follows is whole numbers and the same everywhere. That is why `scipy.sparse` does it in these lines and no library
of recommendations does: those sum floats in threads, in an order that differs from run to run. It is measured against
`algorithms.item_factors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from algorithms.columns import IntArray
from algorithms.threshold import PPB

SHRINKAGE = 20
"""Common holders that a pair of products must outweigh before it counts as similar in full."""
CELLS = 1_000_000
"""Scores worked out at once."""


@dataclass(frozen=True)
class Holdings:
    """Who holds what. customer, product: shape (n_holdings,), ordinals, each pair once.

    Raises ValueError for ordinals out of range and pairs told twice.
    """

    customer: IntArray
    product: IntArray
    n_customers: int
    n_products: int

    def __post_init__(self) -> None:
        for name, values, n in (
            ("customer", self.customer, self.n_customers),
            ("product", self.product, self.n_products),
        ):
            if values.size and not 0 <= int(values.min()) <= int(values.max()) < n:
                raise ValueError(f"a {name} is outside 0..{n - 1}")
        pairs = self.customer * np.int64(max(self.n_products, 1)) + self.product
        if np.unique(pairs).size != pairs.size:
            raise ValueError("a pair of customer and product is told twice")

    @property
    def matrix(self) -> sparse.csr_array:
        """Customers by products, 1 where held."""
        ones = np.ones(self.customer.size, dtype=np.int64)
        return sparse.csr_array((ones, (self.customer, self.product)), shape=(self.n_customers, self.n_products))

    @property
    def holders(self) -> IntArray:
        """How many customers hold each product, shape (n_products,)."""
        return np.bincount(self.product, minlength=self.n_products).astype(np.int64)


def common_holders(holdings: Holdings) -> sparse.csr_array:
    """How many customers hold both of two products, shape (n_products, n_products); holders on the diagonal."""
    matrix = holdings.matrix
    return sparse.csr_array(matrix.T @ matrix)


def similarities(holdings: Holdings, shrinkage: int = SHRINKAGE) -> sparse.csr_array:
    """How similar two products are, parts per billion, shape (n_products, n_products); nothing on the diagonal.

    Cost: the sum of the squares of the products each customer holds.
    """
    common = common_holders(holdings).tocoo()
    one, other = (np.asarray(side, dtype=np.int64) for side in common.coords)
    apart = one != other
    one, other, count = one[apart], other[apart], common.data[apart]
    holders = holdings.holders.astype(np.float64)
    similar = np.floor(count * float(PPB) / (np.sqrt(holders[one] * holders[other]) + shrinkage)).astype(np.int64)
    shape = (holdings.n_products, holdings.n_products)
    return sparse.csr_array((similar, (one, other)), shape=shape)


def slices_of(holdings: Holdings) -> Iterator[slice]:
    """Customers in turn, as many at once as have `CELLS` scores together."""
    at_once = max(1, CELLS // max(holdings.n_products, 1))
    for start in range(0, holdings.n_customers, at_once):
        yield slice(start, min(start + at_once, holdings.n_customers))


def scores(holdings: Holdings, similar: sparse.csr_array) -> Iterator[tuple[slice, IntArray]]:
    """The sum of the similarities of each product to what a customer holds, parts per billion: by slices of customers,
    shape (n_customers in the slice, n_products). What is held has a score too; leave it out."""
    matrix = holdings.matrix
    for rows in slices_of(holdings):
        yield rows, np.asarray((matrix[rows] @ similar).toarray(), dtype=np.int64)


def by_popularity(holders: IntArray) -> IntArray:
    """The place of each product when those with most holders come first, ties by ordinal: shape (n_products,)."""
    place = np.empty(holders.size, dtype=np.int64)
    place[np.argsort(-holders, kind="stable")] = np.arange(holders.size)
    return place
