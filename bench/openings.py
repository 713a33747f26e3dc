"""How long openings take: 200,000 customers by 100 products, in one ranking of all sources.

On synthetic columns: customers of eight tastes hold four products each, live in households of two, and are in groups of
five; some have refused, were approached, opted out, or hold what matures. Needs no demo bank.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator

import numpy as np

from algorithms.around import Members
from algorithms.item_similarity import Holdings
from algorithms.openings import REFUSED, Catalogue, Clients, Pairs, Weights, World, openings
from bench.bank import Bank
from bench.figures import Figure, Limit
from bench.guarantees import Clock, Measured

CUSTOMERS, PRODUCTS, MOST = 200_000, 100, 5
ASKED, MEMORY = Limit(60.0), Limit(3_000)
WEIGHTS = Weights(similar=1000, household=300, group=200, maturing=1000, segment=500, new_product=500)


def synthetic(customers: int, products: int, seed: int = 7) -> World:
    """A bank of customers whose tastes decide what they hold; one in twenty holds nothing yet."""
    random = np.random.default_rng(seed)
    taste = random.integers(0, 8, customers)
    holder = np.repeat(np.arange(customers), 4)
    own = (taste[holder] * 12 + random.integers(0, 12, holder.size)) % products
    product = np.where(random.random(holder.size) < 0.8, own, random.integers(0, products, holder.size))
    pair = np.unique(holder * products + product)
    pair = pair[(pair // products) % 20 > 0]
    everyone = np.arange(customers, dtype=np.int64)
    some = random.choice(pair, pair.size // 50, replace=False)
    refused = np.unique(random.integers(0, customers * products, customers // 10))
    return World(
        holdings=Holdings(pair // products, pair % products, customers, products),
        catalogue=Catalogue(random.integers(1, 6, products), random.integers(0, 9, products)),
        clients=Clients(
            segment=random.integers(0, 6, customers),
            rating=random.integers(-1, 6, customers),
            opted_out=random.random(customers) < 0.06,
            meant=np.ones((6, products), dtype=np.bool_),
            fits=np.ones((6, products), dtype=np.bool_),
        ),
        household=Members(everyone, everyone // 2, customers // 2 + 1),
        group=Members(everyone, random.permutation(customers) // 5, customers // 5 + 1),
        maturing=Pairs(some // products, some % products),
        blocked={REFUSED: Pairs(refused // products, refused % products)},
        resting=random.random(customers) < 0.05,
        new_below=20,
        unrated_risk=2,
    )


def of_bank() -> Measured:
    world = synthetic(CUSTOMERS, PRODUCTS)
    clock = Clock()
    found = openings(world, WEIGHTS, MOST)
    offered = int((found.ranked.place > 0).sum())
    return clock.measured(f"{world.holdings.customer.size:,} holdings; {offered:,} openings")


def measure(bank: Bank) -> Iterator[Figure]:
    """Seconds and peak of memory, in a process of its own. Needs no bank."""
    del bank
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(of_bank)
    what = f"openings, {CUSTOMERS:,} customers, {PRODUCTS} products"
    told = f"{found.told}; {found.cpu_s:.2f} s of processor"
    yield Figure(what, found.seconds, "s", ASKED, told)
    yield Figure(f"{what}: peak of memory", found.peak_mb, "MB", MEMORY, found.told)
