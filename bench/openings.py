"""How long openings take, and in how much memory: on synthetic columns, and as a run of the demo bank finds them.

The columns are of 200,000 customers by 100 products, in one ranking of all sources: customers of eight tastes hold four
products each, live in households of two, and are in groups of five; some have refused, were approached, opted out, or
hold what matures. The run's openings are those of all customers of the bank, found again from its frozen input and kept
as a run keeps them, with what is not offered, linkage and counts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from algorithms.around import Members
from algorithms.columns import IntArray
from algorithms.groups import control_groups
from algorithms.item_similarity import Holdings
from algorithms.openings import REFUSED, Catalogue, Clients, Pairs, Weights, World, openings
from api.services.linkage_pairs import KEY_PERSONS
from api.services.opening_tables import TABLES
from api.services.run_archive import Archive
from api.services.run_compute import compute_control
from api.services.run_frozen import thaw_input
from api.services.run_frozen_homes import thaw_homes
from api.services.run_frozen_openings import thaw_openings
from api.services.run_input import RunInput
from api.services.run_openings import find_openings
from api.services.run_parameters import RunParameters
from bench.apart import Measured, apart, measured
from bench.bank import Bank
from bench.figures import Figure, Limit

CUSTOMERS, PRODUCTS, MOST = 200_000, 100, 5
ASKED, MEMORY = Limit(60.0), Limit(3_000)
"""For 200,000 customers by 100 products; the bank's are more."""
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


def of_columns() -> Measured:
    """The ranking alone."""
    world = synthetic(CUSTOMERS, PRODUCTS)

    def found() -> str:
        offered = sum(int((part.ranked.place > 0).sum()) for part in openings(world, WEIGHTS, MOST).parts)
        return f"{world.holdings.customer.size:,} holdings; {offered:,} openings"

    return measured(found)


def of_run(archive: Path, run_id: str, as_of: date) -> Measured:
    """All that a run does about openings. Its input is read before the clock starts; its memory counts."""
    kept = Archive(archive, run_id)
    given = thaw_input(kept)
    homes, offers = thaw_homes(kept)[0], thaw_openings(kept)
    household, key_persons = _households(kept, given), pl.read_parquet(kept.table(KEY_PERSONS))
    groups = control_groups(compute_control(given, RunParameters()))
    ids = [f"G-{k}" for k in range(len(groups))]

    def found() -> str:
        with tempfile.TemporaryDirectory() as folder:
            again = Archive(Path(folder), run_id)
            again.begin()
            parts = find_openings(given, homes, offers, key_persons, household, (groups, ids), as_of)
            tables = again.write_parts(TABLES, parts)
            rows = {name: int(table.select(pl.len()).collect().item()) for name, table in tables.items()}
        return f"{rows['openings_counts']:,} customers, {rows['openings']:,} openings kept"

    return measured(found)


def _households(kept: Archive, given: RunInput) -> IntArray:
    """The household of each party as the run found it, -1: none."""
    ids = pl.DataFrame({"party_id": given.party_ids}).with_row_index("party")
    rows = pl.read_parquet(kept.table("households"), columns=["household_id", "party_id"]).join(ids, on="party_id")
    found = np.full(len(given.party_ids), -1, dtype=np.int64)
    found[rows["party"].to_numpy()] = rows["household_id"].rank("dense").to_numpy() - 1
    return found


def measure(bank: Bank) -> Iterator[Figure]:
    """Seconds and peak of memory of both, each in a process of its own."""
    run = bank.loaded().run
    of_all = (bank.home / "archive", run["run_id"], date.fromisoformat(run["as_of"]))
    for what, found in (
        (f"openings, {CUSTOMERS:,} customers, {PRODUCTS} products", apart(of_columns)),
        ("openings of all customers of the bank, as a run keeps them", apart(of_run, *of_all)),
    ):
        yield Figure(what, found.wall_s, "s", ASKED, found.told)
        yield Figure(f"{what}: peak of memory", found.peak_mb, "MB", MEMORY, found.found)
