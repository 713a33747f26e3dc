"""Accounts of the random customers, their payments summed by month, freezes."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo import digits
from loaders.demo.columns import NONE, IntArray, between, power_law, weighted
from loaders.demo.persons import JOINT_ACCOUNT, Households
from loaders.demo.pool import Pool
from loaders.demo.rows import Account, Freeze, Transfer, filled
from loaders.demo.sizes import DATA_DAY, Counts, stream

CARD = "3"
MONTHS = tuple(year * 100 + month for year in (2023, 2024) for month in range(1, 13))


def make_accounts(pool: Pool, counts: Counts, homes: Households, seed: int, planted: int) -> pl.DataFrame:
    """One account for every customer, further ones by chance until the number is reached."""
    rng = stream(seed, "accounts")
    customers = pool.free_customers
    extra = max(0, counts.accounts - planted - len(customers))
    party = np.sort(np.concatenate([customers, customers[between(rng, 0, len(customers) - 1, extra)]]))
    first = np.concatenate([[True], party[1:] != party[:-1]])
    n = len(party)
    company = party < pool.companies
    kind = np.where(
        company,
        np.where(first, "4", np.array(["5", "5", "6", "2"])[between(rng, 0, 3, n)]),
        np.where(first, CARD, np.array(["1", "2", "2", CARD])[between(rng, 0, 3, n)]),
    )
    balance = np.where(company, np.exp(rng.normal(16.5, 2.0, n)), np.exp(rng.normal(13.5, 1.8, n))).astype(np.int64)
    opened = DATA_DAY - between(rng, 30, 5_000, n)
    term = kind == "2"
    closed = ~first & (rng.random(n) < 0.04)
    return filled(
        Account,
        party=party,
        kind=pl.Series(kind.tolist()),
        balance=np.where(closed, 0, balance),
        average=(balance * (0.5 + rng.random(n))).astype(np.int64),
        joint=_joint_holders(pool, homes, party, first),
        opened=opened,
        matures=np.where(term, DATA_DAY + between(rng, 5, 1_000, n), NONE),
        closed=np.where(closed, DATA_DAY - between(rng, 0, 28, n), NONE),
    )


def _joint_holders(pool: Pool, homes: Households, party: IntArray, first: np.ndarray) -> IntArray:
    """The partner, on the first account of couples whose joint account is what tells of them."""
    person = np.maximum(party - pool.companies, 0)
    couple = (homes.evidence == JOINT_ACCOUNT) & (homes.position == 0) & (homes.size > 1)
    joint = first & (party >= pool.companies) & couple[person]
    return np.where(joint, party + 1, NONE)


def account_numbers(kinds: pl.Series) -> pl.Series:
    """The number of each account: cards with a Luhn digit, sixteen digits for the others."""
    index = np.arange(len(kinds), dtype=np.int64)
    plain = pl.Series(33_01_00_00 * 10**8 + digits.scattered(index, 10**9, 12_345_677, 987_654_321)).cast(pl.String)
    card = digits.text_column(digits.card_numbers(index))
    return pl.select(pl.when(kinds == CARD).then(card).otherwise(plain)).to_series()


def make_transfers(pool: Pool, counts: Counts, accounts: pl.DataFrame, seed: int, planted: int) -> pl.DataFrame:
    """Monthly sums between accounts: companies pay companies and staff, persons pay shops and each other."""
    rng = stream(seed, "transfers")
    wanted = max(0, counts.transfers - planted)
    holder = accounts["party"].to_numpy()
    open_ = accounts["closed"].to_numpy() == NONE
    company = rng.permutation(np.flatnonzero(open_ & (holder < pool.companies)))
    person = rng.permutation(np.flatnonzero(open_ & (holder >= pool.companies)))
    pairs = max(1, int(wanted * 0.42))
    from_company = rng.random(pairs) < 0.75
    to_company = rng.random(pairs) < 0.6
    payer = _ends(rng, company, person, from_company)
    payee = _ends(rng, company, person, to_company)
    outside = rng.random(pairs) < 0.12
    other = power_law(rng, max(2, pairs // 8), pairs, 1.5)
    in_pays = outside & (rng.random(pairs) < 0.5)
    months = np.maximum(1, np.minimum(len(MONTHS), rng.geometric(0.38, pairs)))
    begin = between(rng, 0, len(MONTHS) - 1, pairs)
    at = np.repeat(np.arange(pairs, dtype=np.int64), months)
    starts = np.cumsum(months) - months
    month = (begin[at] + np.arange(len(at)) - starts[at]) % len(MONTHS)
    size = np.exp(rng.normal(12.5, 1.5, pairs))[at] * (0.7 + 0.6 * rng.random(len(at)))
    return filled(
        Transfer,
        payer=np.where(in_pays, NONE, payer)[at],
        payee=np.where(outside & ~in_pays, NONE, payee)[at],
        month=np.array(MONTHS)[month],
        amount=np.maximum(size, 100).astype(np.int64),
        times=weighted(rng, (0.7, 0.2, 0.1), len(at)) + 1,
        outside=np.where(outside, other, NONE)[at],
    ).filter(pl.col("payer") != pl.col("payee")).unique(
        ["payer", "payee", "month", "outside"], keep="first", maintain_order=True
    )[:wanted]  # fmt: skip


def _ends(rng: np.random.Generator, company: IntArray, person: IntArray, is_company: np.ndarray) -> IntArray:
    n = len(is_company)
    return np.where(
        is_company, company[power_law(rng, len(company), n, 1.7)], person[power_law(rng, len(person), n, 1.1)]
    )


def make_freezes(accounts: pl.DataFrame, first: int, seed: int) -> pl.DataFrame:
    """One freeze for about every four hundredth account from ordinal `first` on."""
    rng = stream(seed, "freezes")
    n = max(2, (accounts.height - first) // 400)
    chosen = np.sort(rng.choice(np.arange(first, accounts.height, dtype=np.int64), n, replace=False))
    kind = between(rng, 1, 4, n)
    names = ("人民法院", "公安局", "税务局", "本行风险管理部")
    begin = DATA_DAY - between(rng, 1, 700, n)
    return filled(
        Freeze,
        account=chosen,
        kind=pl.Series(kind).cast(pl.String),
        amount=accounts["balance"].gather(chosen) // 2,
        begin=begin,
        lifted=np.where(rng.random(n) < 0.5, begin + between(rng, 10, 180, n), NONE),
        authority=pl.Series([names[k - 1] for k in kind]),
    ).with_columns(lifted=pl.when(pl.col("lifted") > DATA_DAY).then(NONE).otherwise("lifted"))
