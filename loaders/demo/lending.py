"""Lending to the random parties: facilities, drawdowns, guarantees, collateral, financial statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from loaders.demo.columns import NONE, IntArray, between, power_law, weighted
from loaders.demo.pool import Pool
from loaders.demo.rows import Collateral, Drawdown, Facility, Guarantee, Statement, filled
from loaders.demo.sizes import DATA_DAY, Counts, stream


class CreditProduct(NamedTuple):
    """What the bank lends: OFFSHEET, ITEMTYPE, CANCELFLAG as in BUSINESS_TYPE, and a conversion factor in percent."""

    number: str
    name: str
    english: str
    off_sheet: str
    item: str
    cancellable: str
    factor: int


PRODUCTS: tuple[CreditProduct, ...] = (
    CreditProduct("1010010", "短期流动资金贷款", "Short-term working capital loan", "2", "10", "1", 0),
    CreditProduct("1010020", "中期流动资金贷款", "Medium-term working capital loan", "2", "10", "1", 0),
    CreditProduct("1020010", "固定资产贷款", "Fixed asset loan", "2", "10", "2", 40),
    CreditProduct("1030010", "综合授信额度", "General credit line", "2", "10", "2", 40),
    CreditProduct("1040010", "房地产开发贷款", "Property development loan", "2", "10", "2", 40),
    CreditProduct("2010010", "银行承兑汇票", "Bank acceptance", "1", "20", "1", 100),
    CreditProduct("2020010", "信用证", "Letter of credit", "1", "40", "1", 20),
    CreditProduct("2030010", "保函", "Letter of guarantee", "1", "30", "1", 50),
    CreditProduct("3010010", "个人住房贷款", "Home loan", "2", "10", "1", 0),
    CreditProduct("3020010", "个人经营贷款", "Personal business loan", "2", "10", "1", 10),
    CreditProduct("3030010", "个人消费贷款", "Consumer loan", "2", "10", "1", 10),
    CreditProduct("1030020", "承诺循环贷款", "Committed revolving loan", "2", "10", "2", 50),
)
COMMITTED = PRODUCTS[-1].number

_CORPORATE = [p.number for p in PRODUCTS[:8]]
_PRIVATE = [p.number for p in PRODUCTS[8:11]]
_COLLATERAL = ("1010", "1020", "1030", "1040", "2010", "2020", "2030", "2040")
_COLLATERAL_NAMES = (
    "住宅房产",
    "商业用房",
    "国有土地使用权",
    "机器设备",
    "定期存单",
    "记账式国债",
    "公司股权",
    "应收账款",
)
WAN = 1_000_000
"""Ten thousand yuan in fen."""


@dataclass(frozen=True)
class Lending:
    facilities: pl.DataFrame
    drawdowns: pl.DataFrame
    guarantees: pl.DataFrame
    collaterals: pl.DataFrame


def make_lending(
    pool: Pool, counts: Counts, owners: pl.DataFrame, seed: int, n_facilities: int, n_collaterals: int
) -> Lending:
    """Random lending. `n_facilities`, `n_collaterals`: how many are planted, so that ordinals go on from there."""
    rng = stream(seed, "lending")
    n = counts.facilities - n_facilities
    borrowers = rng.permutation(pool.free_companies)[: max(1, int(n * 0.62))]
    persons = rng.permutation(pool.business_people(seed))[: max(1, int(n * 0.30))]
    corporate = rng.random(n) < 0.7
    party = np.where(
        corporate,
        borrowers[power_law(rng, len(borrowers), n, 1.15)],
        persons[power_law(rng, len(persons), n, 1.1)],
    )
    limit = _limits(rng, corporate)
    used = np.where(rng.random(n) < 0.2, 1.0, rng.random(n))
    balance = (limit * used).astype(np.int64) // 100 * 100
    start = DATA_DAY - between(rng, 30, 1_400, n)
    ended = rng.random(n) < 0.06
    vouch = weighted(rng, (0.2, 0.5, 0.2, 0.1), n)
    kind = np.where(corporate, np.array(_CORPORATE)[between(rng, 0, 7, n)], np.array(_PRIVATE)[between(rng, 0, 2, n)])
    facilities = filled(
        Facility,
        party=party,
        limit=limit,
        balance=np.where(ended, 0, balance),
        kind=pl.Series(kind.tolist()),
        start=start,
        maturity=np.where(ended, DATA_DAY - between(rng, 1, 25, n), DATA_DAY + between(rng, 30, 3_000, n)),
        revolving=pl.Series(np.where(rng.random(n) < 0.4, "1", "2").tolist()),
        vouch=pl.Series(np.array(["005", "010", "020", "040"])[vouch].tolist()),
        risk=pl.Series(np.array(["01", "02", "03", "04", "05"])[weighted(rng, (90, 6, 2, 1, 1), n)].tolist()),
        state=pl.Series(np.where(ended, "2", "1").tolist()),
    )
    ordinal = n_facilities + np.arange(n, dtype=np.int64)
    guarantees = _guarantees(rng, pool, pool.business_people(seed), facilities, ordinal, owners)
    pledges, collaterals = _pledges(rng, facilities, ordinal, vouch, n_collaterals)
    return Lending(
        facilities,
        _drawdowns(rng, facilities, ordinal, counts.drawdowns - n_facilities),
        pl.concat([guarantees, pledges]),
        collaterals,
    )


def _limits(rng: np.random.Generator, corporate: np.ndarray) -> IntArray:
    """Companies from half a million to some hundred million yuan, persons from fifty thousand to ten million."""
    n = len(corporate)
    spread = np.exp(rng.normal(0.0, 1.1, n))
    size = np.where(corporate, np.clip(800 * spread, 50, 30_000), np.clip(60 * spread, 5, 1_000))
    limits: IntArray = (size.astype(np.int64) * WAN).astype(np.int64)
    return limits


def _drawdowns(rng: np.random.Generator, facilities: pl.DataFrame, ordinal: IntArray, wanted: int) -> pl.DataFrame:
    """About two parts a facility; their balances add to the facility's."""
    n = facilities.height
    parts = np.maximum(1, np.bincount(between(rng, 0, n - 1, max(0, wanted - n)), minlength=n) + 1)
    at = np.repeat(np.arange(n, dtype=np.int64), parts)
    starts = np.cumsum(parts) - parts
    place = np.arange(len(at), dtype=np.int64) - starts[at]
    balance = facilities["balance"].to_numpy()
    even = balance // parts
    own = np.where(place == 0, (balance - even * (parts - 1))[at], even[at])
    repaid = (own * rng.random(len(at)) * 0.5).astype(np.int64)
    begin = facilities["start"].to_numpy()[at] + between(rng, 1, 20, len(at))
    risk = facilities["risk"].gather(at)
    late = np.isin(risk.to_numpy(), ["03", "04", "05"])
    return filled(
        Drawdown,
        facility=ordinal[at],
        party=facilities["party"].gather(at),
        amount=own + repaid,
        balance=own,
        start=begin,
        maturity=facilities["maturity"].gather(at),
        overdue=np.where(late, own // 2, 0),
        rate=between(rng, 30, 72, len(at)) * 1_000,
        risk=risk,
    ).filter(pl.col("amount") > 0)


def _guarantees(
    rng: np.random.Generator,
    pool: Pool,
    people: IntArray,
    facilities: pl.DataFrame,
    ordinal: IntArray,
    owners: pl.DataFrame,
) -> pl.DataFrame:
    """Two to four guarantors for most: owners first, companies seldom, so that circles are rare."""
    n = facilities.height
    count = np.where(rng.random(n) < 0.72, between(rng, 2, 5, n), 0)
    at = np.repeat(np.arange(n, dtype=np.int64), count)
    borrower = facilities["party"].to_numpy()[at]
    company = pool.free_companies[between(rng, 0, len(pool.free_companies) - 1, len(at))]
    person = people[between(rng, 0, len(people) - 1, len(at))]
    guarantor = np.where(rng.random(len(at)) < 0.25, company, person)
    known = rng.random(len(at)) > 0.03
    limit = facilities["limit"].to_numpy()[at]
    begin = facilities["start"].to_numpy()[at]
    gone = rng.random(len(at)) < 0.15
    rows = filled(
        Guarantee,
        guarantor=guarantor,
        borrower=borrower,
        amount=np.where(known, limit * between(rng, 5, 10, len(at)) // 10, NONE),
        facility=ordinal[at],
        begin=begin,
        end=facilities["maturity"].to_numpy()[at],
        released=np.where(gone, np.minimum(begin + between(rng, 10, 400, len(at)), DATA_DAY), NONE),
        reason=pl.Series(np.where(gone, "2", "").tolist()),
    ).filter(pl.col("guarantor") != pl.col("borrower"))
    rows = rows.unique(["guarantor", "facility"], keep="first", maintain_order=True)
    return _by_owners(rng, rows, owners)


def _by_owners(rng: np.random.Generator, rows: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """For part of the rows the borrower's own first owner stands in for the stranger drawn."""
    first = owners.unique("of", keep="first", maintain_order=True).select(borrower="of", owner="who")
    joined = rows.join(first, on="borrower", how="left", maintain_order="left")
    chosen = pl.Series(rng.random(rows.height) < 0.35) & joined["owner"].is_not_null()
    swapped = joined.with_columns(guarantor=pl.when(chosen).then("owner").otherwise("guarantor")).select(rows.columns)
    return swapped.unique(["guarantor", "facility"], keep="first", maintain_order=True)


_RELEASED_OF = 20  # one mortgage or pledge of so many was released


def _pledges(
    rng: np.random.Generator, facilities: pl.DataFrame, ordinal: IntArray, vouch: IntArray, n_collaterals: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One piece of collateral for each secured facility, owned by its borrower."""
    at = np.flatnonzero(vouch >= 2).astype(np.int64)
    kind = np.where(vouch[at] == 2, between(rng, 0, 3, len(at)), between(rng, 4, 7, len(at)))
    limit, owner = facilities["limit"].to_numpy()[at], facilities["party"].to_numpy()[at]
    value = limit * between(rng, 8, 20, len(at)) // 10
    collaterals = filled(
        Collateral,
        kind=pl.Series(np.array(_COLLATERAL)[kind].tolist(), dtype=pl.String),
        name=pl.Series(np.array(_COLLATERAL_NAMES)[kind].tolist(), dtype=pl.String),
        owner=owner,
        value=value,
        accepted=value * 7 // 10,
        valued=facilities["start"].to_numpy()[at] - between(rng, 5, 60, len(at)),
    )
    gone = np.arange(len(at)) % _RELEASED_OF == 0
    pledges = filled(
        Guarantee,
        guarantor=owner,
        borrower=owner,
        amount=np.minimum(limit, value),
        facility=ordinal[at],
        kind=pl.Series(np.where(vouch[at] == 2, "050", "060").tolist(), dtype=pl.String),
        collateral=n_collaterals + np.arange(len(at), dtype=np.int64),
        begin=facilities["start"].to_numpy()[at],
        end=facilities["maturity"].to_numpy()[at],
        released=np.where(gone, np.minimum(facilities["start"].to_numpy()[at] + 90, DATA_DAY), NONE),
        reason=pl.Series(np.where(gone, "2", "").tolist(), dtype=pl.String),
    )
    return pledges, collaterals


def make_statements(pool: Pool, counts: Counts, facilities: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Two years' statements of corporate borrowers, as many companies as half the wanted number."""
    rng = stream(seed, "statements")
    borrowers = facilities.filter(pl.col("party").is_between(pool.planted_companies, pool.companies - 1))["party"]
    chosen = borrowers.unique().sort().to_numpy()[: counts.statements // 2]
    party, year = np.repeat(chosen, 2), np.tile(np.array([2023, 2024], dtype=np.int64), len(chosen))
    n = len(party)
    assets = (np.exp(rng.normal(9.0, 1.0, n)) * WAN).astype(np.int64)
    revenue = (assets * (0.4 + rng.random(n))).astype(np.int64)
    cost = (revenue * (0.7 + 0.25 * rng.random(n))).astype(np.int64)
    debts = (assets * (0.3 + 0.6 * rng.random(n))).astype(np.int64)
    return filled(
        Statement,
        party=party,
        year=year,
        assets=assets,
        debts=debts,
        revenue=revenue,
        cost=cost,
        profit=(revenue - cost) * 6 // 10 - assets // 60,
        cash=(revenue - cost) * 5 // 10,
    )
