"""Actual controllers (实际控制人): the natural persons at the upper end of the lines of control over a company."""

from __future__ import annotations

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, joined, offsets, order_by, rows_of
from algorithms.votes import check_ordinals


def actual_controllers(controlled: IntArray, controller: IntArray, natural: BoolArray) -> tuple[IntArray, IntArray]:
    """(company, person): every natural person from whom a line of immediate control leads down to the company.

    controlled, controller: shape (n_links,), party ordinals of immediate control, in any order. natural: shape
    (n_parties,), who is a natural person. Pairs are distinct and sorted; cycles of control are legal. Raises ValueError
    for ordinals out of range. Cost: the pairs of a company and whoever stands above it.
    """
    n = natural.size
    check_ordinals("controlled", controlled, n)
    check_ordinals("controller", controller, n)
    order = order_by(controlled)
    above, first = controller[order], offsets(controlled[order], n)
    width = np.int64(max(n, 1))
    found = fresh = distinct(controlled * width + controller)
    while fresh.size:
        at, row = rows_of(first, fresh % width)
        reached = distinct((fresh // width)[at] * width + above[row])
        fresh = reached[~np.isin(reached, found)]
        found = distinct(joined(found, fresh))
    company, person = np.divmod(found, width)
    kept = natural[person]
    return company[kept], person[kept]
