"""Who is likely to refer next, as the run of the day ranks customers, with reasons and how good the ranking is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
from pydantic import Field

from algorithms.likely_referrers import FEWEST
from algorithms.threshold import PPB
from api.services.answers import Answer, Because, Model, PartyRef, many, stamp
from api.services.export import votes_text
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.referrals import fraction
from api.services.run_likely_referrers import FEATURES, HORIZON, LIKELY, QUALITY, REASONS, WEIGHTS
from graph.errors import BadInput
from graph.store import Row, View

DEFAULT, MOST = 50, 500
WORDS = {
    "referred": ("made 1 referral before", "made {n} referrals before"),
    "lately": ("made 1 referral in the last year", "made {n} referrals in the last year"),
    "brought": ("was itself referred", "was itself referred"),
    "referrer_refers": ("was referred by who made 1 referral", "was referred by who made {n} referrals"),
    "products": ("took 1 product", "took {n} products"),
    "years": ("is a customer for 1 year", "is a customer for {n} years"),
    "household": ("lives with 1 other", "lives with {n} others"),
    "household_refers": ("1 referral by others in its household", "{n} referrals by others in its household"),
    "kin": ("has 1 link of kin", "has {n} links of kin"),
    "posts": ("holds 1 post in a company", "holds {n} posts in companies"),
    "company": ("is a company", "is a company"),
}
"""What speaks for somebody, in words; 0 has words of its own, below."""
NONE = {
    "referred": "made no referral before",
    "lately": "made no referral in the last year",
    "brought": "was not itself referred",
    "referrer_refers": "was not referred by anybody",
    "products": "took no product",
    "years": "is a customer for less than a year",
    "household": "lives with nobody",
    "household_refers": "no referral by others in its household",
    "kin": "has no link of kin",
    "posts": "holds no post in a company",
    "company": "is a person",
}
"""That there is none of it speaks for somebody where the weight is negative."""


class LikelyReferrer(Model):
    """A customer who may refer somebody."""

    place: int
    party: PartyRef | None = Field(description="null for a party outside your scope")
    score: str = Field(description="the chance to refer within the horizon, a fraction", examples=["0.214000000"])
    reasons: list[str] = Field(description="what speaks most for it, in words, the strongest first")
    known: dict[str, int] = Field(description="what is known of it, as the model reads it")


class Ranking(Model):
    """How many of the first k referred within the horizon, by the model and by who referred before."""

    k: int
    found: int = Field(description="of the first k by the model")
    precision: str = Field(description="found of k, an exact fraction")
    before: int = Field(description="of the first k by referrals made before")
    before_precision: str
    lift: str | None = Field(description="found over before, three digits, rounded down; null where before is none")
    over_all: str | None = Field(description="precision over that of all customers seen, three digits, rounded down")


class LikelyQuality(Model):
    """The model held out in time: learned on one day, held against what came in the year after a later one."""

    learned_on: date
    held_on: date
    until: date
    customers: int = Field(description="customers seen on `held_on`")
    referrers: int = Field(description="of these: who referred before `until`")
    area: str = Field(description="area under the curve of the model; 0.5 is chance")
    before_area: str = Field(description="the same of referrals made before")
    rankings: list[Ranking]
    found: str = Field(description="what came of it, in words")


class LikelyReferrers(Answer):
    """Customers who may refer somebody, the likeliest first."""

    day: date | None = Field(description="the day after the last referral that counts: they may refer from then on")
    horizon_days: int
    referrers: list[LikelyReferrer]
    total: int
    weights: dict[str, str] = Field(description="of each thing known, a unit; `intercept` of nothing")
    quality: LikelyQuality | None = Field(description="null where too few refer to learn from")
    empty: str | None


def likely_referrers(view: View, archive: Path, limit: int = DEFAULT, offset: int = 0) -> LikelyReferrers:
    """The ranking of the view's run. Raises NotFound without a run or its tables, BadInput for numbers that cannot be
    asked for."""
    for field, value, least, most in (("limit", limit, 1, MOST), ("offset", offset, 0, 10**9)):
        if not least <= value <= most:
            raise BadInput(f"{field} is {value}; give a number from {least} to {most:,}.", field=field, value=value)
    kept = KeptRun(view, archive)
    table = kept.table("likely_referrers", list(LIKELY))
    total = int(table.select(pl.len()).collect().item())
    rows = table.slice(offset, limit).collect().rows(named=True)
    seen = parties_seen(view, (row["party_id"] for row in rows))
    hidden = sum(row["party_id"] not in seen for row in rows)
    left = total - offset - len(rows)
    omitted = [f"{many(left, 'more customer')}: ask with offset={offset + len(rows)}"] if left > 0 and rows else []
    omitted += [f"{many(hidden, 'party')} outside your scope"] if hidden else []
    quality = _quality(kept)
    return LikelyReferrers(
        **{**stamp(view, omitted), "run_id": kept.run_id},
        because=[RULE] if quality else [],
        day=quality.until if quality else None,
        horizon_days=HORIZON,
        referrers=[_told(row, seen.get(row["party_id"])) for row in rows],
        total=total,
        weights=dict(_weights(kept)),
        quality=quality,
        empty=None if quality else f"{kept.run_id} knows too few referrals by day to learn from: {LEAST}",
    )


LEAST = f"{FEWEST} customers who refer in each of the last two years are needed, and as many who do not"
RULE = Because(
    rule="referrals.likely",
    text="a logistic regression on what was known of each customer by the day told, learned on the year before it; who "
    "asked not to be approached is left out; households, kin and posts are those of the run's day",
)


def _told(row: Row, party: PartyRef | None) -> LikelyReferrer:
    given = (row[f"reason_{n}"] for n in range(1, REASONS + 1))
    return LikelyReferrer(
        place=row["place"],
        party=party,
        score=_decimal(row["score"]),
        reasons=[reason(name, row[name]) for name in given if name],
        known={name: row[name] for name in FEATURES},
    )


def reason(name: str, n: int) -> str:
    """What is known of somebody, in words. n: at most what counts."""
    if n == 0:
        return NONE[name]
    more = " or more" if n == FEATURES[name] and FEATURES[name] > 1 else ""
    one, several = WORDS[name]
    return one if n == 1 else several.format(n=f"{n}{more}")


def _decimal(ppb: int) -> str:
    return f"{ppb // PPB}.{ppb % PPB:09d}"


def _weights(kept: KeptRun) -> list[tuple[str, str]]:
    rows = kept.table("likely_referrers_weights", list(WEIGHTS)).collect().rows(named=True)
    return [(row["feature"], f"{'-' if row['weight'] < 0 else ''}{votes_text(abs(row['weight']))}") for row in rows]


def _quality(kept: KeptRun) -> LikelyQuality | None:
    rows = kept.table("likely_referrers_quality", list(QUALITY)).collect().rows(named=True)
    if not rows:
        return None
    model = {row["k"]: row for row in rows if row["ranking"] == "model"}
    before = {row["k"]: row for row in rows if row["ranking"] != "model"}
    rankings = [_ranking(row, before[k]) for k, row in model.items() if k <= row["rows"]]
    first, other = rows[0], next(iter(before.values()))
    return LikelyQuality(
        **{name: first[name] for name in ("learned_on", "held_on", "until", "referrers")},
        customers=first["rows"],
        area=_decimal(first["area"]),
        before_area=_decimal(other["area"]),
        rankings=rankings,
        found=_found(first["area"], other["area"], rankings),
    )


def _ranking(row: Row, before: Row) -> Ranking:
    k, found, known = row["k"], row["hits"], before["hits"]
    return Ranking(
        k=k,
        found=found,
        precision=fraction(found, k) or "",
        before=known,
        before_precision=fraction(known, k) or "",
        lift=_times(found, known),
        over_all=_times(found * row["rows"], k * row["referrers"]),
    )


def _times(part: int, whole: int) -> str | None:
    return f"{part // whole}.{part % whole * 1000 // whole:03d}" if whole else None


def _found(area: int, before: int, rankings: list[Ranking]) -> str:
    better = sum(one.found > one.before for one in rankings)
    worse = sum(one.found < one.before for one in rankings)
    if area <= before and not better:
        return "no better than asking who referred before: ask those"
    cuts = many(len(rankings), "cut")
    return (
        f"against asking who referred before: better at {better} of {cuts}, worse at {worse}; over all "
        f"customers {'better' if area > before else 'no better'}"
    )
