"""Openings by their definition, one customer and product at a time."""

from __future__ import annotations

from math import sqrt

from algorithms.threshold import PPB

Held = set[tuple[int, int]]


def similarity(held: Held, one: int, other: int, shrinkage: int = 20) -> int:
    holders = [{c for c, p in held if p == product} for product in (one, other)]
    both = len(holders[0] & holders[1])
    if one == other or not both:
        return 0
    return int(both * PPB / (sqrt(len(holders[0]) * len(holders[1])) + shrinkage))


def around(held: Held, units: list[set[int]], customer: int, product: int) -> tuple[int, int]:
    """The largest part of the others in a unit of the customer who hold the product, and the number of the unit."""
    best = (0, -1)
    for number, unit in enumerate(units):
        if customer in unit and len(unit) > 1:
            holders = sum((c, product) in held for c in unit - {customer})
            part = holders * PPB // (len(unit) - 1)
            if holders and part > best[0]:
                best = (part, number)
    return best
