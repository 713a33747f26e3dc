"""The worked examples of referral chains, DOMAIN.md 8, each under its number."""

from __future__ import annotations

import numpy as np

from algorithms.columns import IntArray
from algorithms.referrals import (
    FLAGS,
    Purchases,
    Referrals,
    ReferralTrees,
    credits,
    referral_trees,
    same_household,
)

R1, R2, R3, R4 = range(4)
JAN, FEB, MAR, APR = 10, 40, 70, 100
EXAMPLE_8_1 = [(R1, R2, JAN), (R2, R3, FEB)]


def column(*values: int) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def trees(rows: list[tuple[int, int, int]], couples: tuple[tuple[int, int], ...] = ()) -> ReferralTrees:
    given = Referrals(*(column(*(row[k] for row in rows)) for k in range(3)))
    party = column(*(one for couple in couples for one in couple))
    return referral_trees(given, same_household(given, party, np.repeat(np.arange(len(couples)), 2)), 4)


def flags(found: ReferralTrees) -> list[str]:
    return [FLAGS[flag] for flag in found.flag.tolist()]


def credited(found: ReferralTrees, day: int) -> dict[str, dict[int, int]]:
    """R3 buys for 900: what each referrer gets by method."""
    each = credits(found, Purchases(column(R3), column(day), column(900)))
    return {
        method: {party: got for party, got in enumerate(getattr(each, method).tolist()) if got}
        for method in ("nearest", "even", "halving")
    }


BY_8_1 = {"nearest": {R2: 900}, "even": {R1: 450, R2: 450}, "halving": {R2: 600, R1: 300}}


def test_8_1_credit_goes_up_the_chain() -> None:
    found = trees(EXAMPLE_8_1)
    assert flags(found) == ["", ""]
    assert credited(found, APR) == BY_8_1
    assert (found.below.size[R1], found.below.depth[R1]) == (2, 2)


def test_8_2_the_link_that_closes_a_loop_is_flagged_and_the_rest_stands() -> None:
    found = trees([*EXAMPLE_8_1, (R3, R1, MAR)])
    assert flags(found) == ["", "", "loop"]
    assert credited(found, APR) == BY_8_1


def test_8_3_a_spouse_is_a_self_referral() -> None:
    assert flags(trees([(R1, R4, JAN)], couples=((R1, R4),))) == ["self_referral"]
    assert flags(trees([(R1, R4, JAN)])) == [""]


def test_8_4_a_referrer_brought_later_gets_nothing() -> None:
    found = trees([(R2, R3, JAN), (R1, R2, FEB)])
    assert flags(found) == ["", ""]
    assert credited(found, MAR) == {method: {R2: 900} for method in ("nearest", "even", "halving")}


def test_8_a_referral_after_the_purchase_earns_nothing() -> None:
    assert credited(trees(EXAMPLE_8_1), FEB - 1) == {"nearest": {}, "even": {}, "halving": {}}


def test_8_the_remainder_of_rounding_goes_to_the_nearest() -> None:
    each = credits(trees(EXAMPLE_8_1), Purchases(column(R3), column(APR), column(101)))
    assert (each.even[R2], each.even[R1]) == (51, 50)
    assert (each.halving[R2], each.halving[R1]) == (68, 33)
