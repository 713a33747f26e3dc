"""Makes a demo bank: the same size and seed give the same bytes on every day and machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from graph.errors import BadInput
from loaders.demo.assemble import CROWD_ADDRESS, assemble
from loaders.demo.columns import NONE, day_text, scaled_text
from loaders.demo.dirty import broken_lines, with_dirty_rows
from loaders.demo.layout import SYSTEM_OF, SYSTEMS, TABLES
from loaders.demo.manifest import CapitalOfDay, Crowd, Manifest, RateOfDay
from loaders.demo.planted.planting import PERSONS, Planting
from loaders.demo.planted.settle import Keys, plant
from loaders.demo.sizes import COUNTS, DATA_DAY, Size
from loaders.demo.tables import core, credit, crm, lending, personnel
from loaders.demo.world import World
from loaders.demo.write import write_table

Progress = Callable[[str, int, int], None]
"""Told what is being made, how many steps are done, and of how many."""

_BUILDERS: dict[str, Callable[[World], pl.DataFrame]] = {
    name: getattr(module, name.lower())
    for module in (credit, lending, core, personnel, crm)
    for name in TABLES
    if hasattr(module, name.lower())
}
_ISO = "%Y-%m-%d"
_FIELDS = {
    "ControlGroup": "control_groups",
    "NoControl": "no_control",
    "Dependence": "dependences",
    "DeclaredDependence": "declared_dependences",
    "ConnectedGroup": "connected_groups",
    "ExposureCase": "exposures",
    "LimitCase": "limit_cases",
    "DeclaredGroup": "declared_groups",
    "Circle": "circles",
    "Household": "households",
    "NotOneHousehold": "not_one_household",
    "Family": "families",
    "Duplicate": "duplicates",
    "KeyPerson": "key_persons",
    "ReferralChain": "referral_chains",
    "FlaggedReferral": "flagged_referrals",
    "Crowd": "crowds",
    "PaymentPattern": "payment_patterns",
    "OpeningCase": "openings",
    "BankParty": "bank_parties",
    "Search": "searches",
}


def generate(
    size: Size, seed: int, out: Path, progress: Progress | None = None, *, parquet: bool | None = None
) -> Manifest:
    """Makes the bank in the folder `out` (a folder for each system, `manifest.json`, `truth/`).

    small and medium are CSV, large is Parquet, unless `parquet` says.
    Raises BadInput for an unknown size or an `out` that is a file.
    """
    if size not in COUNTS:
        raise BadInput(f"There is no demo bank {size!r}: choose {', '.join(COUNTS)}.", field="size", value=size)
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file: give a folder for the demo bank.", field="out", value=str(out))
    tell = progress or (lambda _what, _done, _of: None)
    steps = len(TABLES) + 2
    tell("parties and links", 0, steps)
    planting = plant(COUNTS[size], seed)
    world = assemble(COUNTS[size], seed, planting)
    out.mkdir(parents=True, exist_ok=True)
    parquet = size == "large" if parquet is None else parquet
    rows: dict[str, int] = {}
    rejects = []
    for done, (name, frame) in enumerate(_tables(world), 1):
        tell(name, done, steps)
        soiled, found = with_dirty_rows(name, frame, 0 if parquet else 1)
        tail, broken = (b"", []) if parquet else broken_lines(name, frame, soiled.height + 2)
        rejects += found + broken
        rows[f"{SYSTEM_OF[name].source}:{name}"] = soiled.height + len(broken)
        write_table(out, SYSTEM_OF[name], TABLES[name], soiled, parquet=parquet, tail=tail)
    tell("manifest", steps - 1, steps)
    _write_households(world, planting, out, parquet=parquet)
    manifest = _manifest(size, seed, world, planting, rows, rejects)
    manifest.write(out)
    tell("done", steps, steps)
    return manifest


def _tables(world: World) -> Iterator[tuple[str, pl.DataFrame]]:
    for system in SYSTEMS:
        for table in system.tables:
            yield table.name, _BUILDERS[table.name](world)


def _manifest(
    size: str, seed: int, world: World, planting: Planting, rows: dict[str, int], rejects: list[Any]
) -> Manifest:
    keys = Keys(world, planting)
    answers: dict[str, list[Any]] = {field: [] for field in _FIELDS.values()}
    for answer in planting.answers:
        answers[_FIELDS[type(answer).__name__]].append(keys.settle(answer))
    answers["crowds"].append(_crowd(world))
    parties = [*range(len(planting.companies)), *range(PERSONS, PERSONS + len(planting.persons))]
    known = (keys.all(party) for party in parties)
    return Manifest(
        size=size,
        seed=seed,
        data_day=str(day_text(pl.Series([DATA_DAY]), _ISO)[0]),
        rows=rows,
        parties=world.companies.height + world.persons.height,
        keys={names[0]: names for names in known if len(names) > 1},
        bank=keys.all(planting.bank)[0],
        capital=_capital(world),
        rates=_rates(world),
        rejects=rejects,
        **answers,
    )


def _capital(world: World) -> list[CapitalOfDay]:
    amounts = ("net_capital", "net_tier_1", "tier_1")
    rows = world.capital.with_columns(day_text(world.capital["day"], _ISO).alias("day"))
    return [
        CapitalOfDay(
            day=row["day"],
            currency="CNY",
            **{f"{name}_minor": None if row[name] == NONE else row[name] for name in amounts},
        )
        for row in rows.iter_rows(named=True)
    ]


def _rates(world: World) -> list[RateOfDay]:
    rows = world.rates.select(
        "currency", day=day_text(world.rates["day"], _ISO), rate=scaled_text(world.rates["price"], 6)
    )
    return [RateOfDay(**row) for row in rows.iter_rows(named=True)]


def _crowd(world: World) -> Crowd:
    """The crowded address: the last companies are all registered there."""
    last = world.n_companies
    examples = world.credit_numbers(pl.Series([last - 1, last - 2, last - 3]))
    return Crowd(
        kind="address",
        text=CROWD_ADDRESS,
        parties=world.counts.crowd,
        examples=[f"credit:CUSTOMER_INFO:{number}" for number in examples],
    )


def _write_households(world: World, planting: Planting, out: Path, *, parquet: bool) -> None:
    """`truth/households`: who lives together in the random part; the planted ones stand in the manifest."""
    homes = world.homes
    planted = len(planting.persons)
    truth = pl.DataFrame(
        {
            "household": homes.number,
            "source_key": pl.select(
                pl.concat_str(
                    pl.lit("core:CIF10PF:"),
                    world.core_numbers(pl.Series(range(world.persons.height)) + world.n_companies),
                )
            ).to_series(),
            "evidence": pl.Series(["spouse", "joint account", "phone", "none"]).gather(homes.evidence),
            "kept": (homes.served == 1) & (homes.size > 1),
        }
    ).slice(planted)
    kept = truth.filter("kept").drop("kept")
    place = out / "truth"
    place.mkdir(exist_ok=True)
    if parquet:
        kept.write_parquet(place / "households.parquet")
    else:
        kept.write_csv(place / "households.csv")
