"""Referrals as DOMAIN.md 8 defines them, taken literally and slowly."""

from __future__ import annotations

from fractions import Fraction

from algorithms.threshold import UNKNOWN

Row = tuple[int, int, int]
"""(referrer, referred, day)."""
Bought = tuple[int, int, int]
"""(buyer, day, value)."""


def flags(rows: list[Row], own: set[tuple[int, int]]) -> list[str]:
    """The flag of each row: referrals are looked at by day, then by row."""
    found = [""] * len(rows)
    brought: dict[int, int] = {}
    for at in sorted(range(len(rows)), key=lambda at: (rows[at][2], at)):
        referrer, referred, day = rows[at]
        above, here = [referrer], referrer
        while here in brought:
            here = rows[brought[here]][0]
            above.append(here)
        if referrer == referred or (referrer, referred) in own:
            found[at] = "self_referral"
        elif day == UNKNOWN:
            found[at] = "undated"
        elif referred in brought:
            found[at] = "not_first"
        elif referred in above:
            found[at] = "loop"
        else:
            brought[referred] = at
    return found


def chain_of(rows: list[Row], told: list[str], buyer: int, day: int) -> list[int]:
    """Who is credited for a purchase, the nearest first."""
    valid = {row[1]: row for row, flag in zip(rows, told, strict=True) if not flag}
    chain: list[int] = []
    while buyer in valid and valid[buyer][2] <= day:
        buyer, _, day = valid[buyer]
        chain.append(buyer)
    return chain


def credit(chain: list[int], value: int, method: str) -> dict[int, int]:
    """What each of a chain gets, by weights scaled to the whole, the remainder to the nearest."""
    if not chain:
        return {}
    weights = {
        "nearest": [Fraction(not k) for k in range(len(chain))],
        "even": [Fraction(1) for _ in chain],
        "halving": [Fraction(1, 2**k) for k in range(len(chain))],
    }[method]
    shares = [int(value * weight / sum(weights)) for weight in weights]
    shares[0] += value - sum(shares)
    return dict(zip(chain, shares, strict=True))


def credits(rows: list[Row], told: list[str], bought: list[Bought], method: str, n: int) -> list[int]:
    """What each party is credited with for all purchases."""
    total = [0] * n
    for buyer, day, value in bought:
        if value != UNKNOWN:
            for party, share in credit(chain_of(rows, told, buyer, day), value, method).items():
                total[party] += share
    return total
