"""Who is likely to refer, of a run: features of customers on three days, a model held out in time, and the ranking.

The days stand back from the last referral that counts by whole years: the model is learned on the first, held against
what came after the second beside "referred before", learned anew there, and asked about the third. What no day is told
of (households, kin, posts) is as on the run's day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, starts_of
from algorithms.likely_referrers import FEWEST, ONE, Held, Model, Seen, held_out, learn, ranked
from algorithms.threshold import PPB, UNKNOWN
from api.services.household_input import HomeInput
from api.services.id_columns import Names
from api.services.opening_input import OpeningInput
from api.services.risk_input import RiskInput
from api.services.run_input import RunInput
from graph import times

HORIZON = 365
"""Days within which somebody refers; the model is learned and held out over as many."""
MOST = 10_000
"""Parties told."""
REASONS = 3
YEAR = 365
FEATURES = {
    "referred": 20,
    "lately": 10,
    "brought": 1,
    "referrer_refers": 20,
    "products": 20,
    "years": 40,
    "household": 10,
    "household_refers": 5,
    "kin": 10,
    "posts": 10,
    "company": 1,
}
"""What is known of a party on a day, with the most that counts: referrals made, those of the last year, whether it was
itself referred, referrals by who referred it, products taken, years as a customer, others in its household, referrals
by these, kin, posts in companies, whether it is a company."""

LIKELY = {
    "place": pl.Int64,
    "party_id": pl.String,
    "score": pl.Int64,
    **dict.fromkeys(FEATURES, pl.Int64),
    **{f"reason_{n}": pl.String for n in range(1, REASONS + 1)},
}
"""One row a customer, the likeliest first. score: parts per billion. reason_1 …: what speaks most for it."""
QUALITY = {
    "ranking": pl.String,
    "k": pl.Int64,
    "hits": pl.Int64,
    "rows": pl.Int64,
    "referrers": pl.Int64,
    "area": pl.Int64,
    "learned_on": pl.Date,
    "held_on": pl.Date,
    "until": pl.Date,
}
"""One row a ranking (`model`, `referred_before`) and k: of the first k so many referred. rows, referrers: customers
seen on `held_on`, and those who referred until `until`. area: under the curve, parts per billion."""
WEIGHTS = {"feature": pl.String, "weight": pl.Int64, "mean": pl.Int64}
"""One row a feature, `intercept` first: parts per billion a unit."""

READ = ("referrals", "key_managers", "home_kin", "offer_clients", "refer_holdings", "refer_clients")
"""The frozen tables that they follow from, beside households and which referrals count."""
TABLES = {"likely_referrers": LIKELY, "likely_referrers_quality": QUALITY, "likely_referrers_weights": WEIGHTS}


@dataclass(frozen=True)
class _Known:
    """What is known of all parties, with its days. referrer, referred, day: the referrals that count. first: the first
    day as a customer, UNKNOWN where nobody says. took: rows of (party, day) of products."""

    n: int
    referrer: IntArray
    referred: IntArray
    day: IntArray
    household: IntArray
    customer: BoolArray
    first: IntArray
    took: tuple[IntArray, IntArray]
    kin: IntArray
    posts: IntArray
    company: BoolArray

    def on(self, day: int) -> tuple[IntArray, Seen]:
        """The parties to be seen at the beginning of a day, ascending, and what is known of them."""
        made = self.day < day
        referred = self._counted(self.referrer[made])
        lately = self._counted(self.referrer[made & (self.day >= day - YEAR)])
        last = np.full(self.n, UNKNOWN, dtype=np.int64)
        np.maximum.at(last, self.referrer[made], self.day[made])
        by = np.full(self.n, -1, dtype=np.int64)
        by[self.referred[made]] = self.referrer[made]
        is_told = (self.took[1] < day) & (self.took[1] != UNKNOWN)
        housed = self.household >= 0
        homes = int(self.household.max(initial=-1)) + 1
        living = np.bincount(self.household[housed], minlength=homes)
        bringing = np.bincount(self.household[housed], weights=referred[housed], minlength=homes).astype(np.int64)
        known = self.first != UNKNOWN
        columns = {
            "referred": referred,
            "lately": lately,
            "brought": (by >= 0).astype(np.int64),
            "referrer_refers": np.where(by >= 0, referred[by], 0),
            "products": self._counted(self.took[0][is_told]),
            "years": np.where(known & (self.first < day), (day - self.first) // YEAR, 0),
            "household": np.where(housed, living[self.household] - 1 if homes else 0, 0),
            "household_refers": np.where(housed, (bringing[self.household] if homes else 0) - referred, 0),
            "kin": self.kin,
            "posts": self.posts,
            "company": self.company.astype(np.int64),
        }
        there = (self.customer & (~known | (self.first < day))) | (referred > 0)
        party = np.flatnonzero(there)
        feature = np.column_stack([np.minimum(columns[name][party], most) for name, most in FEATURES.items()])
        return party, Seen(feature.astype(np.int64), referred[party], last[party])

    def refers(self, party: IntArray, day: int) -> BoolArray:
        """Who of the parties refers within the horizon from the beginning of a day."""
        during = (self.day >= day) & (self.day < day + HORIZON)
        return self._counted(self.referrer[during])[party] > 0

    def _counted(self, party: IntArray) -> IntArray:
        return np.bincount(party, minlength=self.n).astype(np.int64)


def find_likely_referrers(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    offers: OpeningInput,
    household: IntArray,
    referrals: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """The tables, see `TABLES`; all empty where too few refer to learn from.

    household: shape (n_parties,), -1: none. referrals: the run's, row by row those of the input.
    """
    known = _known(given, risk, homes, offers, household, referrals)
    found = _learned(given, known, offers) if known.day.size else None
    frames = found or [pl.DataFrame(schema=schema) for schema in TABLES.values()]
    return dict(zip(TABLES, frames, strict=True))


def _learned(given: RunInput, known: _Known, offers: OpeningInput) -> list[pl.DataFrame] | None:
    until = int(known.day.max()) + 1
    days = (until - 2 * HORIZON, until - HORIZON)
    (first, then), (second, later) = (known.on(day) for day in days)
    answers = known.refers(first, days[0]), known.refers(second, days[1])
    if any(min(int(one.sum()), int((~one).sum())) < FEWEST for one in answers):
        return None
    held = held_out(learn(then.feature, answers[0]), later, answers[1])
    model = learn(later.feature, answers[1])
    party, now = known.on(until)
    kept = ~np.isin(party, offers.opted_out)
    party, seen = party[kept], Seen(now.feature[kept], now.before[kept], now.last[kept])
    return [_ranking(given, model, party, seen), _quality(held, (*days, until)), _weights(model)]


def _known(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    offers: OpeningInput,
    household: IntArray,
    referrals: pl.DataFrame,
) -> _Known:
    n = len(given.party_ids)
    counts = referrals["flag"].is_null().to_numpy()
    referrer, referred, day = (risk.column("referrals", name)[counts] for name in ("referrer", "referred", "day"))
    order = np.argsort(day, kind="stable")
    customer = np.zeros(n, dtype=np.bool_)
    clients = offers.tables["offer_clients"].filter(pl.col("customer") == 1)
    customer[clients["party"].to_numpy()] = True
    took = offers.column("refer_holdings", "party"), offers.column("refer_holdings", "since")
    first = _first_day(n, took, (offers.column("refer_clients", "party"), offers.column("refer_clients", "since")))
    kin = np.concatenate([homes.column("home_kin", name) for name in ("person", "relative")])
    return _Known(
        n=n,
        referrer=referrer[order],
        referred=referred[order],
        day=day[order],
        household=household,
        customer=customer,
        first=first,
        took=took,
        kin=np.bincount(kin, minlength=n).astype(np.int64),
        posts=np.bincount(risk.column("key_managers", "person"), minlength=n).astype(np.int64),
        company=~given.persons,
    )


def _first_day(n: int, took: tuple[IntArray, IntArray], since: tuple[IntArray, IntArray]) -> IntArray:
    """The first day as a customer: as a source says it, else that of the first product."""
    found = np.full(n, UNKNOWN, dtype=np.int64)
    for party, day in (took, since):
        told = day != UNKNOWN
        party, day = party[told], day[told]
        order = np.lexsort((day, party))
        party, day = party[order], day[order]
        at = starts_of(party) if party.size else order
        found[party[at]] = day[at]
    return found


def _ranking(given: RunInput, model: Model, party: IntArray, seen: Seen) -> pl.DataFrame:
    order = ranked(model.raw(seen.feature), seen.before, seen.last)[:MOST]
    feature = seen.feature[order]
    moved = model.contributions(feature)
    best = np.argsort(-moved, axis=1, kind="stable")[:, :REASONS]
    speaks = np.take_along_axis(moved, best, axis=1) > 0
    names = Names(FEATURES)
    columns = {
        "place": np.arange(1, order.size + 1),
        "party_id": Names(given.party_ids).of(party[order]),
        "score": model.score(feature) * (PPB // ONE),
        **dict(zip(FEATURES, feature.T, strict=True)),
        **{f"reason_{n + 1}": names.of(np.where(speaks[:, n], best[:, n], -1)) for n in range(REASONS)},
    }
    return pl.DataFrame(columns, schema=LIKELY)


def _quality(held: Held, days: tuple[int, int, int]) -> pl.DataFrame:
    dates = [times.EPOCH + timedelta(days=day) for day in days]
    rows = [
        (name, k, hits, held.rows, held.referrers, one.area * (PPB // ONE), *dates)
        for name, one in (("model", held.model), ("referred_before", held.before))
        for k, hits in zip(held.at, one.hits, strict=True)
    ]
    return pl.DataFrame(rows, schema=QUALITY, orient="row")


def _weights(model: Model) -> pl.DataFrame:
    of = zip(FEATURES, model.weight.tolist(), model.mean.tolist(), strict=True)
    rows = [("intercept", model.intercept, 0), *of]
    return pl.DataFrame(rows, schema=WEIGHTS, orient="row").with_columns(pl.col("weight", "mean") * (PPB // ONE))
