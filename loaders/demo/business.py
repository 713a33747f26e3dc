"""Business with the random customers: products held, referrals, campaigns, contacts, managers, yearly figures."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.catalogue import BUNDLES, N_PRIVATE, PRODUCTS, Campaign
from loaders.demo.columns import NONE, IntArray, between, power_law, weighted
from loaders.demo.pool import Pool
from loaders.demo.rows import Assignment, Contact, Holding, Referral, Target, filled
from loaders.demo.sizes import DATA_DAY, Counts, stream

_TASTES = len(BUNDLES["1"])
SUBJECTS = {
    "VISIT": "上门拜访",
    "CALL": "电话回访",
    "REQ": "账户变更申请",
    "COMP": "服务投诉",
    "SIGN": "签署授信合同",
}


def tastes(pool: Pool, seed: int) -> IntArray:
    """The hidden way of life, or line of business, of each party: what it holds follows from it, and can be learnt."""
    return between(stream(seed, "tastes"), 0, _TASTES - 1, pool.companies + pool.persons)


def make_holdings(pool: Pool, counts: Counts, taste: IntArray, seed: int, planted: int) -> pl.DataFrame:
    """Products held: most of the taste's bundle, some by popularity; one row a customer and product."""
    rng = stream(seed, "holdings")
    customers = pool.free_customers
    wanted = max(0, counts.holdings - planted)
    n = int(wanted * 1.6)
    party = customers[between(rng, 0, len(customers) - 1, n)]
    company = party < pool.companies
    product = np.empty(n, dtype=np.int64)
    for kind, mask in ((0, ~company), (1, company)):
        product[mask] = _chosen(rng, kind, taste[party[mask]])
    since = DATA_DAY - between(rng, 20, 2_500, n)
    term = np.array([p.term == "1" for p in PRODUCTS])[product]
    ended = rng.random(n) < 0.12
    rows = filled(
        Holding,
        party=party,
        product=product,
        since=since,
        until=np.where(ended, np.minimum(since + between(rng, 20, 900, n), DATA_DAY), NONE),
        matures=np.where(term & ~ended, DATA_DAY + between(rng, 3, 1_500, n), NONE),
        balance=np.exp(rng.normal(14.0, 1.6, n)).astype(np.int64),
    )
    kept = rows.unique(["party", "product"], keep="first", maintain_order=True)[:wanted]
    return kept.sort("party", "product")


def _chosen(rng: np.random.Generator, kind: int, taste: IntArray) -> IntArray:
    """Products for one kind of customer: of the taste's bundle four times of five, else the popular ones."""
    bundles = np.array(BUNDLES["1" if kind == 0 else "2"])
    size, first = (N_PRIVATE, 0) if kind == 0 else (len(PRODUCTS) - N_PRIVATE, N_PRIVATE)
    own = bundles[taste, power_law(rng, bundles.shape[1], len(taste), 1.3)]
    popular = first + power_law(rng, size, len(taste), 2.0)
    return np.where(rng.random(len(taste)) < 0.8, own, popular)


def make_referrals(pool: Pool, counts: Counts, seed: int, planted: int) -> pl.DataFrame:
    """Who brought whom: forests (a referrer is always earlier than the referred), few bring many."""
    rng = stream(seed, "referrals")
    order = rng.permutation(pool.free_customers)
    n = min(max(0, counts.referrals - planted), int(len(order) * 0.9))
    referred = len(order) - 1 - rng.permutation(len(order) - 1)[:n]
    referred.sort()
    # Half of the referrers come from among the few who bring many, half from anywhere before the referred.
    early = power_law(rng, max(2, len(order) // 12), n, 2.2)
    anyone = (referred * rng.random(n)).astype(np.int64)
    referrer = np.where(rng.random(n) < 0.5, early, anyone)
    referrer = np.where(referrer >= referred, anyone, referrer)
    day = DATA_DAY - 1_800 + (1_700 * (referred / len(order))).astype(np.int64) + between(rng, 0, 30, n)
    bought = rng.random(n) < 0.35
    outcome = np.where(bought, "BOUGHT", np.array(["OPENED", "LOST", "PENDING"])[weighted(rng, (6, 3, 1), n)])
    return filled(
        Referral,
        referrer=order[referrer],
        referred=order[referred],
        day=day,
        campaign=np.where(rng.random(n) < 0.3, between(rng, 0, counts.campaigns - 1, n), NONE),
        product=np.where(bought, between(rng, 0, N_PRIVATE - 1, n), NONE),
        outcome=pl.Series(outcome.tolist(), dtype=pl.String),
        value=np.where(bought, np.exp(rng.normal(14.5, 1.3, n)), NONE).astype(np.int64),
        bought=np.where(bought, np.minimum(day + between(rng, 3, 120, n), DATA_DAY), NONE),
    )


def make_targets(pool: Pool, counts: Counts, made: list[Campaign], seed: int) -> pl.DataFrame:
    """Customers approached in campaigns, of the kind that the campaign's product is for."""
    rng = stream(seed, "targets")
    customers = pool.free_customers
    persons, companies = customers[customers >= pool.companies], customers[customers < pool.companies]
    n = counts.targets
    campaign = between(rng, 0, len(made) - 1, n)
    private = np.array([c.product < N_PRIVATE for c in made])[campaign]
    party = np.where(
        private, persons[between(rng, 0, len(persons) - 1, n)], companies[between(rng, 0, len(companies) - 1, n)]
    )
    day = np.array([c.starts for c in made], dtype=np.int64)[campaign] + between(rng, 0, 60, n)
    response = weighted(rng, (70, 12, 8, 10), n)
    return filled(
        Target,
        campaign=campaign,
        party=party,
        day=day,
        channel=pl.Series([c.channel for c in made]).gather(campaign),
        response=pl.Series(np.array(["NONE", "INTR", "BUY", "REF"])[response].tolist()),
        answered=np.where(response > 0, day + between(rng, 0, 20, n), NONE),
    ).unique(["campaign", "party"], keep="first", maintain_order=True)


def make_assignments(pool: Pool, managers_of: list[list[int]], seed: int) -> pl.DataFrame:
    """Every corporate customer and three persons of ten have a manager of their branch; some had another before."""
    rng = stream(seed, "assignments")
    customers = np.flatnonzero(pool.core == 1).astype(np.int64)
    party = customers[(customers < pool.companies) | (rng.random(len(customers)) < 0.3)]
    n = len(party)
    size = np.array([len(m) for m in managers_of], dtype=np.int64)
    table = np.array([[m[k % len(m)] for k in range(size.max())] for m in managers_of], dtype=np.int64)
    branch = pool.branch[party]
    now = table[branch, between(rng, 0, 10**6, n) % size[branch]]
    before = table[branch, between(rng, 0, 10**6, n) % size[branch]]
    begin = DATA_DAY - between(rng, 30, 1_500, n)
    moved = (rng.random(n) < 0.1) & (before != now)
    current = filled(Assignment, party=party, manager=now, begin=begin)
    past = filled(
        Assignment,
        party=party[moved],
        manager=before[moved],
        begin=begin[moved] - between(rng, 100, 900, int(moved.sum())),
        end=begin[moved] - 1,
    )
    return pl.concat([current, past])


def make_contacts(assignments: pl.DataFrame, counts: Counts, seed: int) -> pl.DataFrame:
    """Visits, calls, requests and signings of customers with a manager."""
    rng = stream(seed, "contacts")
    n = counts.contacts
    at = between(rng, 0, assignments.height - 1, n)
    kind = np.array(["VISIT", "CALL", "REQ", "COMP", "SIGN"])[weighted(rng, (3, 4, 2, 0.4, 0.6), n)]
    day = DATA_DAY - between(rng, 0, 720, n)
    request = np.isin(kind, ["REQ", "COMP"])
    kinds = pl.Series(kind.tolist())
    return filled(
        Contact,
        party=assignments["party"].gather(at),
        kind=kinds,
        day=day,
        minute=between(rng, 9 * 60, 17 * 60 + 30, n),
        manager=assignments["manager"].gather(at),
        subject=kinds.replace_strict(SUBJECTS),
        due=np.where(request, day + between(rng, 2, 20, n), NONE),
        state=pl.Series(np.where(request & (rng.random(n) < 0.2), "OPEN", "DONE").tolist()),
    )


def make_profiles(pool: Pool, managed: IntArray, seed: int) -> pl.DataFrame:
    """Grading and wishes: every managed customer and four of ten of the others; one row a party."""
    rng = stream(seed, "profiles")
    customers = np.flatnonzero(pool.core == 1).astype(np.int64)
    is_managed = np.isin(customers, managed)
    party = customers[is_managed | (rng.random(len(customers)) < 0.4)]
    n = len(party)
    company = party < pool.companies
    segment = np.where(
        company,
        np.array(["MICR", "CORP", "STRA"])[weighted(rng, (60, 35, 5), n)],
        np.array(["MASS", "AFFL", "PRIV"])[weighted(rng, (75, 21, 4), n)],
    )
    return pl.DataFrame(
        {
            "party": party,
            "segment": segment.tolist(),
            "grade": np.array(list("ABCDE"))[weighted(rng, (8, 20, 36, 26, 10), n)].tolist(),
            "risk": weighted(rng, (15, 30, 30, 18, 7), n) + 1,
            "opt_out": np.where(rng.random(n) < 0.06, "1", "2").tolist(),
            "revenue": np.exp(rng.normal(11.5, 1.6, n)).astype(np.int64),
        }
    )


def make_figures(profiles: pl.DataFrame, counts: Counts, seed: int) -> pl.DataFrame:
    """The year 2024 of some graded customers: `party` and four arrays of twelve sums in fen, one column a month."""
    rng = stream(seed, "figures")
    n = min(counts.figures, profiles.height)
    party = np.sort(rng.choice(profiles["party"].to_numpy(), n, replace=False))
    columns: dict[str, object] = {"party": party}
    for measure, level in (("deposits", 15.0), ("loans", 15.5), ("revenue", 9.5), ("contribution", 9.0)):
        base = np.exp(rng.normal(level, 1.3, n))
        for month in range(1, 13):
            columns[f"{measure}{month:02d}"] = (base * (0.8 + 0.4 * rng.random(n))).astype(np.int64)
    return pl.DataFrame(columns)
