"""Factors against a full singular value decomposition, on random small worlds."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from algorithms.item_factors import factor_scores, factors
from algorithms.item_similarity import Holdings

CUSTOMERS, PRODUCTS = 8, 5
HELD = st.sets(st.tuples(st.integers(0, CUSTOMERS - 1), st.integers(0, PRODUCTS - 1)))


def holdings(held: set[tuple[int, int]], n_products: int = PRODUCTS) -> Holdings:
    customer, product = (np.asarray([pair[at] for pair in sorted(held)], dtype=np.int64) for at in (0, 1))
    return Holdings(customer, product, CUSTOMERS, n_products)


@given(HELD, st.integers(1, PRODUCTS - 1), st.integers(0, 3))
def test_scores_are_those_of_the_strongest_directions(held: set[tuple[int, int]], most: int, seed: int) -> None:
    given_ = holdings(held)
    full = given_.matrix.toarray().astype(np.float64)
    _, strength, rows = np.linalg.svd(full)
    assume(strength[most - 1] - strength[most] > 1e-3)  # of directions of equal strength any may be kept
    wanted = full @ rows[:most].T @ rows[:most]
    found = np.concatenate([score for _, score in factor_scores(given_, factors(given_, most, seed))])
    assert np.allclose(found, wanted, atol=1e-6)


def test_where_nothing_is_held_or_one_product_sold_there_are_none() -> None:
    for given_ in (holdings(set()), holdings({(0, 0)}, 1)):
        directions = factors(given_)
        assert directions.shape == (given_.n_products, 0)
        (scored,) = [score for _, score in factor_scores(given_, directions)]
        assert not scored.any()
