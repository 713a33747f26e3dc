"""How big each demo bank is, and the day its data speak of."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

Size = Literal["small", "medium", "large"]

EPOCH = dt.date(1970, 1, 1)


def day(text: str) -> int:
    """Days since 1970 of an ISO date."""
    return (dt.date.fromisoformat(text) - EPOCH).days


DATA_DAY = day("2024-12-31")
"""The data day of every table: fixed, so that the same seed gives the same bytes on every day."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of rows to make. `holder_share` and the like follow from these."""

    companies: int
    persons: int
    cities: int
    sub_branches: int
    managers: int
    facilities: int
    drawdowns: int
    accounts: int
    holdings: int
    referrals: int
    transfers: int
    campaigns: int
    targets: int
    contacts: int
    statements: int
    figures: int
    crowd: int
    """Parties at the one crowded address."""
    patterns: int
    """How often each planted pattern stands in the bank, beside the cases that are told."""


COUNTS: dict[Size, Counts] = {
    "small": Counts(
        companies=700,
        persons=1_300,
        cities=4,
        sub_branches=12,
        managers=30,
        facilities=260,
        drawdowns=520,
        accounts=2_600,
        holdings=4_000,
        referrals=450,
        transfers=2_500,
        campaigns=6,
        targets=700,
        contacts=600,
        statements=160,
        figures=300,
        crowd=60,
        patterns=0,
    ),
    "medium": Counts(
        companies=15_000,
        persons=35_000,
        cities=12,
        sub_branches=72,
        managers=240,
        facilities=5_000,
        drawdowns=10_000,
        accounts=70_000,
        holdings=140_000,
        referrals=25_000,
        transfers=100_000,
        campaigns=16,
        targets=15_000,
        contacts=15_000,
        statements=4_000,
        figures=6_000,
        crowd=500,
        patterns=40,
    ),
    "large": Counts(
        companies=300_000,
        persons=700_000,
        cities=30,
        sub_branches=300,
        managers=900,
        facilities=100_000,
        drawdowns=200_000,
        accounts=1_500_000,
        holdings=3_000_000,
        referrals=500_000,
        transfers=2_000_000,
        campaigns=40,
        targets=200_000,
        contacts=150_000,
        statements=40_000,
        figures=60_000,
        crowd=5_000,
        patterns=400,
    ),
}


def stream(seed: int, name: str) -> np.random.Generator:
    """An independent stream of random numbers for one purpose, so that a change in one leaves the others alone."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))
