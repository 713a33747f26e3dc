"""Referrals of one party as its run found them: who brought it, whom it brought, what that earned, what is flagged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from algorithms.threshold import PPB
from api.services.answers import Answer, Because, Model, Money, PartyRef, many, money, stamp
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.party import missing
from api.services.reasons import HIDDEN
from api.services.run_referrals import BOUGHT_BEFORE, CONTROLS, HOUSEHOLD
from api.services.words import bought_before
from graph.errors import BadInput
from graph.store import View

DEFAULT_DEPTH, MOST_DEPTH = 3, 10
MOST_LINKS = 200
"""Referrals told of a tree, and of a list."""
MOST_ABOVE = 20
"""Referrals told of the chain that leads to a party."""
METHODS = ("nearest", "even", "halving")
Row = Mapping[str, Any]


class Referral(Model):
    """One referral. What it says of a purchase is what its source tells."""

    link: str = Field(description="id of the link")
    referrer: PartyRef | None = Field(description="null for a party outside your scope")
    referred: PartyRef | None = Field(description="null for a party outside your scope")
    referred_at: date | None = Field(description="null where no day is told")
    campaign_id: str | None
    product_id: str | None
    outcome: str | None = Field(description="pending, converted, declined")
    bought_on: date | None
    bought_for: Money | None = Field(
        description="in the reporting currency; null where nothing was bought or it is unknown"
    )
    flag: str | None = Field(
        description="self_referral, undated, not_first, loop: it earns nothing; bought_before: it counts, and what was "
        "bought before its day does not; null for one that counts with all that it tells"
    )
    text: str | None = Field(description="why it is flagged, in words")
    step: int = Field(description="referrals from the party asked for; 1 for its own")


class ReferralTotals(Model):
    """What a referrer's referrals came to. Flagged ones earn nothing and are counted apart."""

    referred: int = Field(description="parties it referred itself that count")
    converted: int = Field(description="of these: opened or bought, not before the referral")
    conversion: str | None = Field(description="converted of referred, an exact fraction; null where nobody was")
    bought: int = Field(description="of these: bought, not before the referral")
    size: int = Field(description="all parties below it in its tree")
    depth: int = Field(description="most referrals one after the other below it")
    flagged: int
    nearest: Money = Field(description="credit where all goes to the buyer's referrer")
    even: Money = Field(description="credit where all of a chain get the same")
    halving: Money = Field(description="credit by 1, 1/2, 1/4 … from the buyer back")
    unknown: int = Field(description="purchases credited with nothing, for their value is not known")


class PartyReferrals(Answer):
    """The referrals around one party."""

    party: PartyRef
    chain: list[Referral] = Field(description="the referrals that lead to it from the head of its tree, in that order")
    flagged: list[Referral] = Field(description="flagged referrals of it and by it")
    tree: list[Referral] = Field(description="referrals below it that count, its own first, the earliest first")
    totals: ReferralTotals | None = Field(description="null where it referred nobody")
    empty: str | None = Field(description="said where nothing is told of it")


def party_referrals(view: View, archive: Path, party_id: str, depth: int = DEFAULT_DEPTH) -> PartyReferrals:
    """The chain to a party and the tree below it. Raises NotFound for an unknown party and without a run or its tables,
    JoinedAway, BadInput for a depth that is not told."""
    if not 1 <= depth <= MOST_DEPTH:
        raise BadInput(f"depth is {depth}; give 1 to {MOST_DEPTH}.", field="depth", value=depth)
    themselves = parties_seen(view, [party_id])
    if party_id not in themselves:
        raise missing(view, party_id)
    kept = KeptRun(view, archive)
    read = _Read(kept.table("referrals"))
    chain, tree = read.chain(party_id), read.tree(party_id, depth)
    flagged = read.flagged(party_id)
    totals = kept.table("referral_totals").filter(party_id=party_id).collect().rows(named=True)
    rows = [row for _, row in (*chain, *tree, *flagged)]
    explained = explain(kept, view, rows)
    told = [[explained.told(row, step) for step, row in part] for part in (chain, flagged, tree)]
    return PartyReferrals(
        **{**stamp(view, [*read.omitted, *explained.omitted(rows)]), "run_id": kept.run_id},
        because=[*RULES, *because_of(one for part in told for one in part if one.flag)],
        party=themselves[party_id],
        chain=told[0],
        flagged=told[1],
        tree=told[2],
        totals=totals_told(totals[0]) if totals else None,
        empty=None if rows else f"{kept.run_id} read no referral of it or by it",
    )


class _Read:
    """Rows of a run's referrals around a party, with their steps from it. omitted: what the caps left out."""

    def __init__(self, table: pl.LazyFrame) -> None:
        self._table = table
        self._valid = table.filter(pl.col("flag").is_null())
        self.omitted: list[str] = []

    def chain(self, party: str) -> list[tuple[int, Row]]:
        """From the head of the tree to the party."""
        found: list[tuple[int, Row]] = []
        while above := self._valid.filter(referred_id=party).collect().rows(named=True):
            if len(found) == MOST_ABOVE:
                self.omitted.append(f"chain capped at {MOST_ABOVE} referrals; it goes on")
                break
            found.append((len(found) + 1, above[0]))
            party = above[0]["referrer_id"]
        return found[::-1]

    def tree(self, party: str, depth: int) -> list[tuple[int, Row]]:
        """Level by level, the earliest first, ties by link."""
        found: list[tuple[int, Row]] = []
        level = [party]
        for step in range(1, depth + 1):
            rows = self._valid.filter(pl.col("referrer_id").is_in(level)).sort("referred_at", "link_id").collect()
            if rows.height > MOST_LINKS - len(found):
                shown = MOST_LINKS - len(found)
                self.omitted.append(f"tree capped at {MOST_LINKS} referrals: {shown} of {rows.height:,} at step {step}")
                return [*found, *((step, row) for row in rows.head(shown).iter_rows(named=True))]
            found += [(step, row) for row in rows.iter_rows(named=True)]
            level = rows["referred_id"].to_list()
            if not level:
                return found
        if deeper := self._valid.filter(pl.col("referrer_id").is_in(level)).select(pl.len()).collect().item():
            self.omitted.append(
                f"tree capped at {many(depth, 'step')}: {many(deeper, 'referral')} at the next; ask with more depth"
            )
        return found

    def flagged(self, party: str) -> list[tuple[int, Row]]:
        """Flagged referrals with the party at either end."""
        either = (pl.col("referrer_id") == party) | (pl.col("referred_id") == party)
        rows = self._table.filter(either & pl.col("flag").is_not_null()).sort("referred_at", "link_id").collect()
        if rows.height > MOST_LINKS:
            self.omitted.append(f"flagged referrals capped at {MOST_LINKS} of {rows.height:,}")
        return [(1, row) for row in rows.head(MOST_LINKS).iter_rows(named=True)]


class Explained:
    """Names of the parties of some referrals, and what stands behind each flag."""

    def __init__(self, seen: Mapping[str, PartyRef], first: Mapping[str, Row], ways: Mapping[str, list[str]]) -> None:
        self._seen, self._first, self._ways = seen, first, ways

    def told(self, row: Row, step: int = 1) -> Referral:
        """A row as told."""
        return Referral(
            link=row["link_id"],
            referrer=self._seen.get(row["referrer_id"]),
            referred=self._seen.get(row["referred_id"]),
            **{name: row[name] for name in ("referred_at", "campaign_id", "product_id", "outcome", "bought_on")},
            bought_for=money(row["value_minor"], row["currency"]),
            flag=row["flag"] or (BOUGHT_BEFORE if _is_early(row) else None),
            text=self._text(row),
            step=step,
        )

    def omitted(self, rows: Iterable[Row]) -> list[str]:
        """How many parties the asker does not see."""
        ids = {row[end] for row in rows for end in ("referrer_id", "referred_id")}
        hidden = len(ids - self._seen.keys())
        return [f"{many(hidden, 'party')} outside your scope"] if hidden else []

    def _called(self, party: str) -> str:
        return self._seen[party].called if party in self._seen else HIDDEN

    def _text(self, row: Row) -> str | None:
        if not row["flag"]:
            return bought_before(row["bought_on"]) if _is_early(row) else None
        one, other = self._called(row["referrer_id"]), self._called(row["referred_id"])
        return f"{self._why(row, one, other)}: this referral earns nothing"

    def _why(self, row: Row, one: str, other: str) -> str:
        if row["flag"] == "self_referral":
            if row["detail"] == HOUSEHOLD:
                return f"{one} and {other} are of one household"
            return f"{one} controls {other}" if row["detail"] == CONTROLS else f"{one} refers itself"
        if row["flag"] == "not_first":
            first = self._first[row["detail"]]
            return f"{self._called(first['referrer_id'])} had referred {other} on {first['referred_at']} already"
        if row["flag"] == "loop":
            ids = self._ways[row["link_id"]]
            left_out = [] if ids[0] == row["referred_id"] else ["…"]
            way = " → ".join([*left_out, *(self._called(party) for party in ids)])
            return f"{one} was itself brought by {other} ({way}), and the referral closes the loop"
        return "no day is told, so that nothing can be said of its order"


def _is_early(row: Row) -> bool:
    """Whether it tells of a purchase that was made before it."""
    return bool(row["bought_on"] and row["referred_at"] and row["bought_on"] < row["referred_at"])


def explain(kept: KeptRun, view: View, rows: Iterable[Row]) -> Explained:
    """Read what the flags of some rows stand on, and the names."""
    rows = list(rows)
    table = kept.table("referrals")
    wanted = [row["detail"] for row in rows if row["flag"] == "not_first"]
    earlier = table.filter(pl.col("link_id").is_in(wanted)).collect().rows(named=True) if wanted else []
    ways = {row["link_id"]: _way(table, row) for row in rows if row["flag"] == "loop"}
    ids = {row[end] for row in (*rows, *earlier) for end in ("referrer_id", "referred_id")}
    seen = parties_seen(view, ids.union(*ways.values()))
    return Explained(seen, {row["link_id"]: row for row in earlier}, ways)


def _way(table: pl.LazyFrame, row: Row) -> list[str]:
    """From the referred party of a row that closes a loop down to its referrer; the end of it where it is long."""
    valid = table.filter(pl.col("flag").is_null())
    way = [row["referrer_id"]]
    while way[-1] != row["referred_id"] and len(way) < MOST_ABOVE:
        way.append(valid.filter(referred_id=way[-1]).select("referrer_id").collect().item())
    return way[::-1]


def totals_told(row: Row) -> ReferralTotals:
    """A row of the run's totals as told."""
    counts = {name: row[name] for name in ("referred", "converted", "bought", "size", "depth", "flagged", "unknown")}
    return ReferralTotals(
        **counts,
        conversion=fraction(row["converted"], row["referred"]),
        nearest=known_money(row["nearest_minor"], row["currency"]),
        even=known_money(row["even_minor"], row["currency"]),
        halving=known_money(row["halving_minor"], row["currency"]),
    )


def fraction(part: int, whole: int) -> str | None:
    """A part of a whole, at most the whole, with nine digits, rounded down; null of nothing."""
    return f"{part // whole}.{part % whole * PPB // whole:09d}" if whole else None


def known_money(minor: int, currency: str) -> Money:
    """An amount that is known."""
    told = money(minor, currency)
    assert told is not None
    return told


RULES = (
    Because(
        rule="referrals.first_valid",
        text="a party's referrer is that of its first valid referral in time; a referral within a household, by who "
        "controls the referred company, that closes a loop, or without a day earns nothing",
    ),
    Because(
        rule="referrals.credit",
        text="what was bought on the day of a referral that counts, or later, is credited up the chain as far as each "
        "referral is not later than the next one; without a day it is taken as of the referral that tells it; of a "
        "campaign, or since a day, as far as the referrals are of that; the remainder of rounding goes to the nearest",
    ),
)


def because_of(flagged: Iterable[Referral]) -> list[Because]:
    """One reason for each flagged referral."""
    return [Because(rule=f"referrals.{one.flag}", links=[one.link], text=one.text or "") for one in flagged]
