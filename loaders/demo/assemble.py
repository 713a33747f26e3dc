"""Puts the demo bank together: what is planted, then the random rest around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from loaders.demo import accounts, business, lending, officers, ownership, treasury
from loaders.demo.catalogue import campaigns
from loaders.demo.columns import NONE, IntArray
from loaders.demo.companies import make_companies
from loaders.demo.geography import Geography, lay_out
from loaders.demo.persons import Households, make_households, make_persons
from loaders.demo.planted.planting import PERSONS, Planting
from loaders.demo.planted.settle import overridden, settled
from loaders.demo.pool import Pool
from loaders.demo.rows import (
    Account,
    Collateral,
    DeclaredGroup,
    Drawdown,
    Facility,
    GroupMember,
    Guarantee,
    Holding,
    Referral,
    Relative,
    Statement,
    Target,
    Transfer,
)
from loaders.demo.sizes import Counts
from loaders.demo.staff import make_staff
from loaders.demo.world import World

CROWD_ADDRESS = "深圳市南山区前海路1号商务秘书大厦201室（集群注册）"
_EXTRA = ("core_name", "core_cert", "core_cert_kind", "core_address")


def assemble(counts: Counts, seed: int, planting: Planting) -> World:
    """The whole bank in memory."""
    geography = lay_out(counts)
    homes = _homes(counts, seed, planting)
    companies = _companies(counts, geography, seed, planting)
    persons = _persons(counts, geography, homes, seed, planting)
    pool = _pool(counts, planting, homes, companies, persons)
    relatives = _relatives(pool, homes, companies, seed, planting)
    owners = relatives.filter((pl.col("code") == "5200") & (pl.col("of") >= pool.planted_companies))
    lent = lending.make_lending(pool, counts, owners, seed, len(planting.facilities), len(planting.collaterals))
    first_drawn = settled(Drawdown, planting.drawdowns, counts.companies)
    facilities = _joined(Facility, planting.facilities, lent.facilities, counts)
    guarantees = _joined(Guarantee, planting.guarantees, lent.guarantees, counts)
    persons = _known_to_credit(pool, persons, relatives, facilities, guarantees)
    made = accounts.make_accounts(pool, counts, homes, seed, len(planting.accounts))
    all_accounts = _joined(Account, planting.accounts, made, counts)
    transfers = accounts.make_transfers(
        pool, counts, _shifted(all_accounts, len(planting.accounts)), seed, len(planting.transfers)
    )
    insiders = {
        persons["cert"][p - PERSONS]: (persons["name"][p - PERSONS], persons["name_en"][p - PERSONS])
        for p in planting.insiders
    }
    staff = make_staff(counts, geography, seed, insiders)
    assignments = business.make_assignments(pool, staff.managers_of, seed)
    profiles = _profiles(pool, assignments, seed, planting)
    held = business.make_holdings(pool, counts, business.tastes(pool, seed), seed, len(planting.holdings))
    made_campaigns = campaigns(counts.campaigns)
    return World(
        counts=counts,
        geography=geography,
        staff=staff,
        homes=homes,
        companies=companies,
        persons=persons,
        relatives=relatives,
        groups=settled(DeclaredGroup, planting.groups, counts.companies),
        group_members=settled(GroupMember, planting.group_members, counts.companies),
        facilities=facilities,
        drawdowns=pl.concat([first_drawn, lent.drawdowns]),
        guarantees=guarantees,
        collaterals=_joined(Collateral, planting.collaterals, lent.collaterals, counts),
        statements=_joined(
            Statement, planting.statements, lending.make_statements(pool, counts, facilities, seed), counts
        ),
        capital=treasury.make_capital(),
        rates=treasury.make_rates(seed),
        accounts=all_accounts,
        account_numbers=accounts.account_numbers(all_accounts["kind"]),
        transfers=_joined(Transfer, planting.transfers, transfers, counts),
        freezes=accounts.make_freezes(all_accounts, len(planting.accounts), seed),
        holdings=_joined(Holding, planting.holdings, held, counts),
        referrals=_joined(
            Referral, planting.referrals, business.make_referrals(pool, counts, seed, len(planting.referrals)), counts
        ),
        outsiders=planting.outsiders,
        campaigns=made_campaigns,
        targets=_joined(Target, planting.targets, business.make_targets(pool, counts, made_campaigns, seed), counts),
        contacts=business.make_contacts(assignments.filter(pl.col("end") == NONE), counts, seed),
        assignments=assignments,
        profiles=profiles,
        figures=business.make_figures(profiles, counts, seed),
    )


def _homes(counts: Counts, seed: int, planting: Planting) -> Households:
    """Households, with the sex and birth of planted persons in place: their certificates follow from them."""
    homes = make_households(counts, seed, alone=len(planting.persons))
    for n, person in enumerate(planting.persons):
        homes.sex[n], homes.birth[n] = person["sex"], person["birth"]
        homes.served[n] = person.get("core", 0)
    return homes


def _companies(counts: Counts, geography: Geography, seed: int, planting: Planting) -> pl.DataFrame:
    made = make_companies(counts, geography, seed, domestic=len(planting.companies))
    n = made.height
    index = np.arange(n)
    restyled = pl.Series(index % 37 == 5)
    planted = len(planting.companies)
    crowd = pl.Series(index >= n - counts.crowd)
    made = made.with_columns(
        credit=pl.lit(1, pl.Int64),
        core=pl.when(pl.int_range(pl.len()) < planted).then(0).when(crowd).then(1).otherwise("core").cast(pl.Int64),
        address=pl.when(crowd).then(pl.lit(CROWD_ADDRESS)).otherwise("address"),
        core_name=pl.when(restyled).then(pl.col("name").str.replace("有限责任公司", "有限公司", literal=True)),
        customer_kind=pl.lit(None, pl.String),
        **{name: pl.lit(None, pl.String) for name in _EXTRA[1:]},
    )
    defaults = {"nature": "1590", "former": None, "core_name": None}
    rows = [defaults | company for company in planting.companies]
    return overridden(made, rows).with_columns(status=_status("core"))


def _persons(counts: Counts, geography: Geography, homes: Households, seed: int, planting: Planting) -> pl.DataFrame:
    made = make_persons(counts, geography, homes, seed).with_columns(
        credit=pl.lit(0, pl.Int64), **{name: pl.lit(None, pl.String) for name in _EXTRA}
    )
    planted = [{"credit": 1 - p.get("core", 0), "core": 0, "mail": None, **p} for p in planting.persons]
    return overridden(made, planted).with_columns(status=_status("core"))


def _status(core: str) -> pl.Expr:
    prospect = pl.int_range(pl.len()) % 23 == 7
    return pl.when(pl.col(core) == 1).then(pl.lit("01")).when(prospect).then(pl.lit("02")).otherwise(pl.lit("03"))


def _pool(
    counts: Counts, planting: Planting, homes: Households, companies: pl.DataFrame, persons: pl.DataFrame
) -> Pool:
    return Pool(
        counts.companies,
        counts.persons,
        len(planting.companies),
        len(planting.persons),
        homes.adult,
        np.concatenate([companies["core"].to_numpy(), persons["core"].to_numpy()]),
        np.concatenate([companies["branch"].to_numpy(), persons["branch"].to_numpy()]),
    )


def _relatives(pool: Pool, homes: Households, companies: pl.DataFrame, seed: int, planting: Planting) -> pl.DataFrame:
    owners = ownership.make_owners(pool, companies["capital"].to_numpy(), seed)
    return pl.concat(
        [
            settled(Relative, planting.relatives, pool.companies),
            owners,
            officers.make_officers(pool, owners, seed),
            officers.make_kin(pool, homes, seed),
        ]
    )


def _joined(row_type: Any, planted: list[Any], made: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    return pl.concat([settled(row_type, planted, counts.companies), made])


def _shifted(frame: pl.DataFrame, planted: int) -> pl.DataFrame:
    """The frame with planted accounts marked closed, so that nothing random is paid over them."""
    row = pl.int_range(pl.len())
    return frame.with_columns(closed=pl.when(row < planted).then(0).otherwise("closed"))


def _known_to_credit(
    pool: Pool, persons: pl.DataFrame, relatives: pl.DataFrame, facilities: pl.DataFrame, guarantees: pl.DataFrame
) -> pl.DataFrame:
    """Persons whom a table of the credit system names, or whom the core system does not know, are known to credit."""
    named = np.zeros(pool.companies + pool.persons, dtype=bool)
    ends: list[IntArray] = [
        relatives["of"].to_numpy(),
        relatives["who"].to_numpy(),
        facilities["party"].to_numpy(),
        guarantees["guarantor"].to_numpy(),
        guarantees["borrower"].to_numpy(),
    ]
    for column in ends:
        named[column] = True
    known = pl.Series(named[pool.companies :].astype(np.int64))
    return persons.with_columns(credit=pl.max_horizontal(known, pl.col("credit"), 1 - pl.col("core")).cast(pl.Int64))


def _profiles(pool: Pool, assignments: pl.DataFrame, seed: int, planting: Planting) -> pl.DataFrame:
    """Profiles, with what was planted in place."""
    made = business.make_profiles(pool, assignments["party"].to_numpy(), seed)
    wanted = {party - PERSONS + pool.companies: attributes for party, attributes in planting.profiles.items()}
    defaults = {"segment": "AFFL", "grade": "B", "risk": 3, "opt_out": "2", "revenue": 100_000}
    rows = [{"party": party, **defaults, **attributes} for party, attributes in wanted.items()]
    others = made.filter(~pl.col("party").is_in(list(wanted)))
    return pl.concat([others, pl.DataFrame(rows, schema=made.schema)]).sort("party")
