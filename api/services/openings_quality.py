"""How good openings are on a file of holdings: hit rate, recall and lift against popularity, by hold-out."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from algorithms.holdout import quality
from api.services.answers import Model
from api.services.holdings_file import read_holdings
from api.services.referrals import fraction
from graph.errors import BadInput

SEED = 1
MOST_SEED = 2**63 - 1


class HitRate(Model):
    """How often the hidden product was among the first k offered."""

    k: int
    found: int = Field(description="hidden products found by similarity")
    popular: int = Field(description="found by popularity")
    factors: int = Field(description="found by the ten strongest factors of who holds what (PureSVD)")
    hit_rate: str = Field(description="found of those hidden, an exact fraction")
    popular_rate: str = Field(description="the same of popularity")
    factors_rate: str = Field(description="the same of factors")
    lift: str | None = Field(
        description="found over popular with three digits, rounded down; below 1 is worse than popularity; null where "
        "popularity finds none"
    )


class OpeningsQuality(Model):
    """The table of `guanxi openings evaluate`."""

    rows: int = Field(description="lines of the file")
    customers: int
    products: int
    holdings: int = Field(description="distinct pairs of customer and product")
    hidden: int = Field(description="customers with two products or more, of each of whom one is hidden")
    last_in_time: int = Field(description="of these hidden: the last in time")
    by_lot: int = Field(description="of these hidden: one by lot, for not all its days are told")
    seed: int = Field(description="of the lots")
    split: str = Field(description="how the products were parted, in words")
    rates: list[HitRate]
    recall: str = Field(description="what recall is here, in words")
    found: str = Field(description="what came of it at 3, in words")


def evaluate(path: Path, seed: int = SEED) -> OpeningsQuality:
    """Hide one product a customer and look for it. Raises BadInput for a file that cannot be read, and for one in which
    nobody has two products."""
    if not 0 <= seed <= MOST_SEED:
        raise BadInput(f"--seed is {seed}; give a whole number from 0 to {MOST_SEED:,}.", field="--seed", value=seed)
    file = read_holdings(path)
    holdings = file.holdings
    if holdings.customer.size == holdings.n_customers:
        raise BadInput(
            f"In {path} no customer holds two products: there is nothing to hide and look for.",
            field="--holdings",
            value=str(path),
        )
    told = quality(holdings, file.day, seed)
    rates = [
        HitRate(
            k=k,
            found=found,
            popular=popular,
            factors=by_factors,
            hit_rate=rate(found, told.hidden),
            popular_rate=rate(popular, told.hidden),
            factors_rate=rate(by_factors, told.hidden),
            lift=_lift(found, popular),
        )
        for k, found, popular, by_factors in zip(told.at, told.found, told.popular, told.by_factors, strict=True)
    ]
    return OpeningsQuality(
        rows=file.rows,
        customers=holdings.n_customers,
        products=holdings.n_products,
        holdings=int(holdings.customer.size),
        hidden=told.hidden,
        last_in_time=told.by_time,
        by_lot=told.hidden - told.by_time,
        seed=seed,
        split=_split(told.hidden, told.by_time, seed),
        rates=rates,
        recall=RECALL,
        found=_found(next(one for one in rates if one.k == 3)),
    )


RECALL = "one product is hidden a customer: recall at k, the part of the hidden products found, is the hit rate at k"


def rate(part: int, whole: int) -> str:
    """A part of a whole that is not nothing."""
    told = fraction(part, whole)
    assert told is not None
    return told


def _lift(found: int, popular: int) -> str | None:
    return f"{found // popular}.{found % popular * 1000 // popular:03d}" if popular else None


def _split(hidden: int, by_time: int, seed: int) -> str:
    lot = f"one by lot (seed {seed})"
    if by_time == hidden:
        return f"the last product in time of each customer is hidden, of several of a day {lot}"
    if by_time == 0:
        return f"no days are told: {lot} is hidden of each customer"
    return (
        f"the last product in time is hidden of {by_time:,} customers, {lot} of {hidden - by_time:,} without all days"
    )


def _found(at_3: HitRate) -> str:
    if at_3.lift is None:
        return "popularity finds nothing among its first 3, so that there is no lift to tell"
    if at_3.found < at_3.popular:
        return f"worse than popularity here: {at_3.lift} times its hit rate at 3"
    if at_3.found == at_3.popular:
        return "no better than popularity here: as many found at 3"
    return f"{at_3.lift} times the hit rate of popularity at 3"
