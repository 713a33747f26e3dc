"""Where the bank works: cities, branches in both hierarchies, teams, and addresses down to the room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from loaders.demo.columns import IntArray, pick
from loaders.demo.sizes import Counts
from loaders.demo.words.places import DISTRICTS, ESTATES, STREETS, TOWERS, District

_REGIONS = (("华东", "East China"), ("华南", "South China"), ("华北", "North China"), ("西部", "West China"))


@dataclass(frozen=True, slots=True)
class Branch:
    """An organisation: its number, names, kind, and what stands above it in both hierarchies (`""`: nothing)."""

    number: str
    name: str
    english: str
    kind: str
    city: str
    rollup: str
    coverage: str


@dataclass(frozen=True)
class Geography:
    """The bank's places. `sub_branches` and `districts` are what parties are dealt out to, by ordinal."""

    districts: list[District]
    branches: list[Branch]
    sub_branches: list[Branch]
    home_of: IntArray
    """shape (n_districts,): the first sub-branch of the district's city."""
    per_city: int


def lay_out(counts: Counts) -> Geography:
    """The branches of a bank of this size: head office, one branch a city, its sub-branches, four regions."""
    cities = list(dict.fromkeys(d.city for d in DISTRICTS))[: counts.cities]
    districts = [d for d in DISTRICTS if d.city in cities]
    english = {d.city: d.city_en for d in districts}
    head = Branch("0001", "总行", "Head Office", "HO", cities[0], "", "")
    regions = [
        Branch(f"9{n:03d}", f"{name}企业金融中心", f"{en} Corporate Centre", "BR", cities[0], "", "0001")
        for n, (name, en) in enumerate(_REGIONS, 1)
    ]
    branches, sub_branches = [head, *regions], []
    per_city = counts.sub_branches // counts.cities
    for c, city in enumerate(cities):
        number = f"{1000 + c * 20}"
        branches.append(Branch(number, f"{city}分行", f"{english[city]} Branch", "BR", city, "0001", "0001"))
        for s in range(per_city):
            street = STREETS[(c * 7 + s) % len(STREETS)].removesuffix("路")
            region = regions[(c + s // 2) % len(regions)].number
            name = f"{city}{street}支行"
            sub = Branch(
                str(1001 + c * 20 + s), name, f"{english[city]} Sub-branch {s + 1}", "SB", city, number, region
            )
            sub_branches.append(sub)
    home = np.array([cities.index(d.city) * per_city for d in districts], dtype=np.int64)
    return Geography(districts, branches + sub_branches, sub_branches, home, per_city)


def home_addresses(geography: Geography, district: IntArray, household: IntArray, short: IntArray) -> pl.Series:
    """One address a row, the same for the same household and for no other: city, district, estate, room.

    short: 1 where the room is written `3-2-501` and not `3号楼2单元501室`.
    """
    estate, rest = household % len(ESTATES), household // len(ESTATES)
    flat, rest = rest % 4, rest // 4
    floor, rest = rest % 28, rest // 28
    unit, rest = rest % 4, rest // 4
    block, street = rest % 30, rest // 30
    parts = pl.DataFrame(
        {
            "city": pick([d.city for d in geography.districts], district),
            "district": pick([d.name for d in geography.districts], district),
            "street": pick(STREETS, (street + estate) % len(STREETS)),
            "number": (street + estate * 3) % 400 + 1,
            "estate": pick(ESTATES, estate),
            "block": block + 1,
            "unit": unit + 1,
            "room": (floor + 1) * 100 + flat + 1,
            "short": short,
        }
    )
    head = pl.concat_str("city", pl.lit("市"), "district", "street", "number", pl.lit("号"), "estate")
    long = pl.concat_str(head, "block", pl.lit("号楼"), "unit", pl.lit("单元"), "room", pl.lit("室"))
    brief = pl.concat_str(head, "block", pl.lit("-"), "unit", pl.lit("-"), "room")
    return parts.select(pl.when(pl.col("short") == 1).then(brief).otherwise(long)).to_series()


def office_addresses(geography: Geography, district: IntArray, office: IntArray) -> pl.Series:
    """One office address a row; the same office ordinal gives the same room."""
    parts = pl.DataFrame(
        {
            "city": pick([d.city for d in geography.districts], district),
            "district": pick([d.name for d in geography.districts], district),
            "street": pick(STREETS, office % len(STREETS)),
            "number": (office // len(STREETS)) % 600 + 1,
            "tower": pick(TOWERS, (office // 7) % len(TOWERS)),
            "room": (office // 11 % 40 + 1) * 100 + office % 30 + 1,
        }
    )
    return parts.select(
        pl.concat_str("city", pl.lit("市"), "district", "street", "number", pl.lit("号"), "tower", "room", pl.lit("室"))
    ).to_series()
