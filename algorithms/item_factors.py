"""What customers hold, in few factors: the matrix of customers and products brought down to its main directions.

The truncated singular value decomposition X ~ U S V' of the 0/1 matrix of holdings scores each product for each
customer by X V V' (Cremonesi, Koren, Turrin 2010, PureSVD). V are eigenvectors of X'X, found by ARPACK from a start
drawn by a fixed seed. Its floats may differ in their last digits from machine to machine: what is measured against it
says so, and nothing that is kept follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import eigsh

from algorithms.item_similarity import Holdings, common_holders, slices_of

FACTORS = 10
"""Directions kept."""
DIGITS = 9
"""What lies behind is noise, which would break ties by chance."""
FloatArray = npt.NDArray[np.float64]


def factors(holdings: Holdings, most: int = FACTORS, seed: int = 1) -> FloatArray:
    """The products in at most `most` directions, the strongest last, shape (n_products, n_factors); no direction where
    there are fewer than two products or no holdings."""
    common = common_holders(holdings).astype(np.float64)
    kept = min(most, holdings.n_products - 1)
    if kept < 1 or not common.nnz:
        return np.zeros((holdings.n_products, 0))
    start = np.random.default_rng(seed).standard_normal(holdings.n_products)
    _, vectors = eigsh(common, k=kept, v0=start)
    return np.asarray(vectors, dtype=np.float64)


def factor_scores(holdings: Holdings, directions: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
    """How much each product goes with what a customer holds: by slices of customers, shape (n_customers in the slice,
    n_products). What is held has a score too; leave it out."""
    matrix = holdings.matrix.astype(np.float64)
    for rows in slices_of(holdings):
        yield rows, np.round((matrix[rows] @ directions) @ directions.T, DIGITS)
