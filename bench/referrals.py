"""How long the totals of referrals take: flags, trees, chains and the three credits of 500,000 referrals.

On synthetic columns: who refers was there before, few bring many, a third buys; some couples, some rows that close
loops and some that refer a party again. And on one chain of all, the longest there can be. Needs no demo bank.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator

import numpy as np

from algorithms.referrals import (
    FLAGS,
    Purchases,
    Referrals,
    credits,
    referral_chains,
    referral_trees,
    same_household,
)
from bench.bank import Bank
from bench.figures import Figure, Limit
from bench.guarantees import Clock, Measured

REFERRALS, PARTIES = 500_000, 600_000
ASKED = Limit(10.0)
DAYS = 1_800


def synthetic(referrals: int, parties: int, seed: int = 7) -> tuple[Referrals, Purchases]:
    """Parties are referred in the order of their numbers; one row in fifty goes the other way, one in a thousand to the
    first of all, which may close a loop."""
    random = np.random.default_rng(seed)
    referred = 1 + random.permutation(parties - 1)[:referrals]
    early = (parties // 12 * random.random(referrals) ** 3).astype(np.int64)
    anyone = (referred * random.random(referrals)).astype(np.int64)
    referrer = np.where((random.random(referrals) < 0.5) & (early < referred), early, anyone)
    day = DAYS * referred // parties + random.integers(0, 30, referrals)
    turned = random.random(referrals) < 0.02
    referrer, referred = np.where(turned, referred, referrer), np.where(turned, referrer, referred)
    back = random.random(referrals) < 0.001
    referrer[back], referred[back], day[back] = referrer[np.roll(back, 1)], 0, DAYS + 40
    bought = random.random(referrals) < 0.35
    value = random.integers(10**4, 10**9, referrals)[bought]
    return Referrals(referrer, referred, day), Purchases(referred[bought], day[bought] + 60, value)


def line(referrals: int) -> tuple[Referrals, Purchases]:
    """Each party refers the next, and all buy."""
    one = np.arange(referrals, dtype=np.int64)
    return Referrals(one, one + 1, one), Purchases(one + 1, one + 1, np.full(referrals, 10**9))


def _totals(referrals: Referrals, purchases: Purchases, parties: int, coupled: int) -> Measured:
    """coupled: every so many parties two of them are a couple."""
    couple = np.arange(0, parties - coupled, coupled, dtype=np.int64)
    party, household = np.concatenate((couple, couple + coupled // 2)), np.tile(np.arange(couple.size), 2)
    clock = Clock()
    trees = referral_trees(referrals, same_household(referrals, party, household), parties)
    below, found, chains = trees.below, credits(trees, purchases), referral_chains(trees)
    flagged = ", ".join(f"{int((trees.flag == flag).sum()):,} {FLAGS[flag]}" for flag in (1, 3, 4))
    told = f"flagged {flagged}; deepest tree {int(below.depth.max()):,}; {len(chains):,} chains"
    told += f" ({chains.left_out:,} left out)" if chains.left_out else ""
    return clock.measured(f"{told}; {int((found.halving > 0).sum()):,} referrers credited")


def of_bank() -> Measured:
    return _totals(*synthetic(REFERRALS, PARTIES), PARTIES, coupled=2)


def of_line() -> Measured:
    return _totals(*line(REFERRALS), REFERRALS + 1, coupled=4)


CASES: tuple[tuple[str, Callable[[], Measured]], ...] = (
    (f"referral totals, {REFERRALS:,} referrals", of_bank),
    (f"referral totals, one chain of {REFERRALS:,}", of_line),
)


def measure(bank: Bank) -> Iterator[Figure]:
    """Seconds of each, in a process of its own, so that its peak of memory is its own too. Needs no bank."""
    del bank
    for what, run in CASES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found = pool.apply(run)
        told = f"{found.told}; {found.cpu_s:.2f} s of processor, {found.peak_mb:,} MB in all"
        yield Figure(what, found.seconds, "s", ASKED, told)
