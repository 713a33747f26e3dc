"""How good openings are, by hold-out: one product of each customer is hidden, and looked for among what is offered.

Hidden is the product that a customer took last, of several taken that day one by lot, and one by lot of a customer
whose days are not all told. Everything else is what the ranking learns from. The measure to beat is popularity: the
products with most holders, the same for everybody, less what each holds already. Factors are measured beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.columns import BoolArray, IntArray, offsets, starts_of
from algorithms.item_factors import factor_scores, factors
from algorithms.item_similarity import Holdings, by_popularity, scores, similarities

NO_DAY = np.iinfo(np.int64).min
"""Stands for a day that is not told."""


@dataclass(frozen=True)
class Hidden:
    """row: the hidden holding of each customer who has two or more, by customer. by_time: whether it was the last in
    time, of the same shape."""

    row: IntArray
    by_time: BoolArray


@dataclass(frozen=True)
class Quality:
    """hidden: products hidden, one a customer. by_time: of these the last in time. found: how many of them were among
    the first k offered, by k of `at`; popular: the same of popularity; by_factors: the same of factors."""

    at: tuple[int, ...]
    hidden: int
    by_time: int
    found: tuple[int, ...]
    popular: tuple[int, ...]
    by_factors: tuple[int, ...]


def hide(holdings: Holdings, day: IntArray, seed: int) -> Hidden:
    """Which holding of each customer is hidden. day: shape (n_holdings,), NO_DAY where not told.

    Lots follow the order of customers and products, whatever the order of the rows. They are the raw numbers of PCG64,
    which are the same in every release of numpy.
    """
    place = np.lexsort((holdings.product, holdings.customer))
    lot = np.empty(place.size, dtype=np.uint64)
    lot[place] = np.random.PCG64(seed).random_raw(place.size)
    first = offsets(holdings.customer[place], holdings.n_customers)
    told = np.ones(holdings.n_customers, dtype=np.bool_)
    told[holdings.customer[day == NO_DAY]] = False
    when = np.where(told[holdings.customer], day, NO_DAY)
    order = np.lexsort((lot, when, holdings.customer))
    several = np.flatnonzero(np.diff(first) > 1)
    return Hidden(order[first[several + 1] - 1], told[several])


def quality(holdings: Holdings, day: IntArray, seed: int, at: tuple[int, ...] = (1, 3, 5, 10)) -> Quality:
    """Hide one product of each customer who has two or more, learn from the rest, and look where it is offered.

    Products are offered by the sum of their similarities, ties (also those of no similarity at all) by popularity.
    Raises ValueError where no customer has two products.
    """
    hidden = hide(holdings, day, seed)
    if not hidden.row.size:
        raise ValueError("no customer has two products")
    kept = np.ones(holdings.customer.size, dtype=np.bool_)
    kept[hidden.row] = False
    known = Holdings(holdings.customer[kept], holdings.product[kept], holdings.n_customers, holdings.n_products)
    target = np.full(holdings.n_customers, -1, dtype=np.int64)
    target[holdings.customer[hidden.row]] = holdings.product[hidden.row]
    popularity = by_popularity(known.holders)
    found, popular = _places(known, scores(known, similarities(known)), target, popularity)
    of_factors, _ = _places(known, factor_scores(known, factors(known, seed=seed)), target, popularity)
    return Quality(
        at=at,
        hidden=int(hidden.row.size),
        by_time=int(hidden.by_time.sum()),
        found=tuple(int((found < k).sum()) for k in at),
        popular=tuple(int((popular < k).sum()) for k in at),
        by_factors=tuple(int((of_factors < k).sum()) for k in at),
    )


def _places(
    known: Holdings, scored: Iterable[tuple[slice, NDArray[Any]]], target: IntArray, popularity: IntArray
) -> tuple[IntArray, IntArray]:
    """Where the target of each customer who has one is offered, from 0: by score, and by popularity."""
    by_score, by_holders = [], []
    held = known.matrix
    for rows, score in scored:
        asked = np.flatnonzero(target[rows] >= 0)
        wanted = target[rows][asked]
        offered = held[rows].toarray()[asked] == 0
        own = score[asked, wanted][:, None]
        more_popular = popularity[None, :] < popularity[wanted][:, None]
        before = (score[asked] > own) | ((score[asked] == own) & more_popular)
        by_score.append((before & offered).sum(axis=1))
        by_holders.append((more_popular & offered).sum(axis=1))
    return np.concatenate(by_score), np.concatenate(by_holders)


def first_told(customer: IntArray, product: IntArray, day: IntArray) -> IntArray:
    """The rows that stand for the distinct pairs of customer and product: of each its first day told, then the first
    row."""
    unknown = day == NO_DAY
    order = np.lexsort((np.arange(day.size), day, unknown, product, customer))
    pair = np.stack((customer[order], product[order]), axis=1)
    changed = np.ones(order.size, dtype=np.int64)
    changed[1:] = (pair[1:] != pair[:-1]).any(axis=1)
    rows: IntArray = order[starts_of(np.cumsum(changed))]
    return rows
