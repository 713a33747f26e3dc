"""Openings of a run (DOMAIN.md 9): what to offer whom, in one ranking, and what is not offered and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from algorithms.around import NOBODY, Members
from algorithms.columns import BoolArray, IntArray, distinct, joined
from algorithms.groups import Groups
from algorithms.item_similarity import Holdings
from algorithms.openings import (
    APPROACHED,
    REFUSED,
    SOLD,
    UNRATED,
    WHY_NOT,
    Catalogue,
    Clients,
    Openings,
    Pairs,
    World,
    openings,
)
from algorithms.threshold import PPB
from api.services.household_input import HomeInput
from api.services.id_columns import Names
from api.services.opening_input import OpeningInput
from api.services.opening_tables import COUNTS, OPENINGS, SUPPRESSED, opening_ids
from api.services.risk_input import RiskInput
from api.services.run_input import RunInput
from api.services.run_linkage import find_linkage
from graph import times


@dataclass(frozen=True)
class OpeningsFound:
    """The tables `openings`, `openings_suppressed` and `openings_counts`."""

    tables: dict[str, pl.DataFrame]


def find_openings(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    offers: OpeningInput,
    household: IntArray,
    groups: tuple[Groups, list[str]],
    as_of: date,
) -> OpeningsFound:
    """All openings of the input. household: shape (n_parties,), -1: none. groups: the control groups, and their ids."""
    base = _Base(given, homes, offers, household, times.to_day(as_of))
    world = base.world(groups[0])
    found = openings(world, offers.rules.thousandths, offers.rules.most)
    linkage = find_linkage(given, risk, offers, groups[0], base.is_customer, base.resting_party, times.to_day(as_of))
    told = _Told(base, world, found, groups[1])
    tables = {
        "openings": _sorted(pl.concat([told.openings(), linkage.openings.select(list(OPENINGS))]), "place"),
        "openings_suppressed": _sorted(pl.concat([told.suppressed(), linkage.suppressed.select(list(SUPPRESSED))])),
        "openings_counts": told.counts(),
    }
    return OpeningsFound(tables)


def _sorted(frame: pl.DataFrame, *then: str) -> pl.DataFrame:
    return frame.sort("party_id", *then, "opening_id", nulls_last=True)


class _Base:
    """Ordinals of customers and products, and what keeps products from being offered.

    customers: ascending ordinals of parties. products: ascending ids.
    """

    def __init__(self, given: RunInput, homes: HomeInput, offers: OpeningInput, household: IntArray, day: int) -> None:
        self.given, self.offers, self._day = given, offers, day
        held, clients = homes.tables["home_products"], offers.tables["offer_clients"]
        sold = offers.tables["offer_products"]
        self.products: list[str] = sorted({*sold["product"].to_list(), *held["product"].to_list()})
        self._product = pl.DataFrame({"product": self.products}, schema={"product": pl.String}).with_row_index("at")
        is_customer = clients.filter(pl.col("customer") == 1)["party"].to_numpy().astype(np.int64)
        self.customers = distinct(joined(is_customer, homes.column("home_products", "party")))
        self.is_customer = np.zeros(len(given.party_ids), dtype=np.bool_)
        self.is_customer[self.customers] = True
        self.place = np.full(len(given.party_ids), -1, dtype=np.int64)
        self.place[self.customers] = np.arange(self.customers.size)
        self._household = household
        self.holdings = Holdings(
            self.place[homes.column("home_products", "party")],
            self.product_of(held["product"]),
            self.customers.size,
            len(self.products),
        )
        self.resting_party = self._resting()

    def product_of(self, ids: pl.Series) -> IntArray:
        """The ordinals of products; -1 for those that are not known."""
        asked = pl.DataFrame({"product": ids}, schema={"product": pl.String})
        found = asked.join(self._product, on="product", how="left", maintain_order="left")["at"]
        return found.cast(pl.Int64).fill_null(-1).to_numpy().astype(np.int64)

    def _resting(self) -> BoolArray:
        """Parties whose household, or who alone, was approached within the quiet period."""
        since = self._day - self.offers.rules.days.quiet
        rows = self.offers.tables["offer_approaches"].filter(pl.col("day").is_between(since, self._day))
        found = np.zeros(len(self.given.party_ids), dtype=np.bool_)
        party = rows["party"].to_numpy().astype(np.int64)
        found[party] = True
        homes = distinct(self._household[party])
        return found | np.isin(self._household, homes[homes >= 0])

    def world(self, groups: Groups) -> World:
        """What the ranking follows from."""
        rules, due = self.offers.rules, self.offers.tables["offer_maturing"]
        sold = pl.DataFrame({"product": self.products}, schema={"product": pl.String}).join(
            self.offers.tables["offer_products"], on="product", how="left", maintain_order="left"
        )
        families, family = np.unique(sold["family"].fill_null("").to_numpy().astype(str), return_inverse=True)
        alone = np.arange(families.size, families.size + family.size)
        housed = self.place[: self._household.size]
        member = np.flatnonzero((housed >= 0) & (self._household >= 0))
        return World(
            holdings=self.holdings,
            catalogue=Catalogue(
                _levels(sold["risk"].fill_null("")), np.where(families[family] == "", alone, family).astype(np.int64)
            ),
            clients=self._clients(sold["segment"].fill_null("")),
            household=_members(self.place[member], self._household[member]),
            group=_members(self.place[groups.party], np.repeat(np.arange(len(groups)), np.diff(groups.first))),
            maturing=self._pairs(due),
            blocked=self._blocked(),
            resting=self.resting_party[self.customers],
            new_below=rules.new_below,
            unrated_risk=rules.unrated_risk,
        )

    def _clients(self, for_whom: pl.Series) -> Clients:
        n = self.customers.size
        rows = self.offers.tables["offer_clients"]
        at = self.place[rows["party"].to_numpy().astype(np.int64)]
        known = pl.DataFrame({"at": at}).hstack(rows.select("segment", "rating", "opted_out")).filter(pl.col("at") >= 0)
        everyone = pl.DataFrame({"at": np.arange(n)}).join(known, on="at", how="left", maintain_order="left")
        kind = np.where(self.given.persons[self.customers], PERSON, COMPANY)
        self.segments: list[tuple[str, str]] = sorted(
            set(zip(kind.tolist(), everyone["segment"].fill_null("").to_list(), strict=True))
        )
        number = {one: at for at, one in enumerate(self.segments)}
        told = zip(kind.tolist(), everyone["segment"].fill_null("").to_list(), strict=True)
        wanted = for_whom.to_list()
        shape = (len(self.segments), len(wanted))
        meant = [[one not in (PERSON, COMPANY) or one == kind for one in wanted] for kind, _ in self.segments]
        fits = [[not one or one in (kind, segment) for one in wanted] for kind, segment in self.segments]
        return Clients(
            segment=np.asarray([number[one] for one in told], dtype=np.int64),
            rating=_levels(everyone["rating"].fill_null("")),
            opted_out=(everyone["opted_out"].fill_null(0) == 1).to_numpy(),
            meant=np.asarray(meant, dtype=np.bool_).reshape(shape),
            fits=np.asarray(fits, dtype=np.bool_).reshape(shape),
        )

    def _pairs(self, rows: pl.DataFrame) -> Pairs:
        customer = self.place[rows["party"].to_numpy().astype(np.int64)]
        product = self.product_of(rows["product"])
        kept = (customer >= 0) & (product >= 0)
        return Pairs(customer[kept], product[kept])

    def _blocked(self) -> dict[int, Pairs]:
        """Pairs that persons or customers have decided about: sold, refused, and offered to somebody else at home."""
        days = self.offers.rules.days
        done = self.offers.tables["offer_outcomes"].filter(pl.col("day") <= self._day)
        last = done.group_by("party", "product", maintain_order=True).agg(pl.col("day", "outcome").last())
        answers = self.offers.tables["offer_approaches"].filter(
            (pl.col("response") == "refused") & pl.col("day").is_between(self._day - days.refused, self._day)
        )

        def within(outcome: str, lasting: int) -> pl.DataFrame:
            return last.filter((pl.col("outcome") == outcome) & (pl.col("day") >= self._day - lasting))

        refused = [one.select("party", "product") for one in (answers, within("refused", days.refused))]
        return {
            SOLD: self._pairs(within("sold", days.sold)),
            REFUSED: self._pairs(pl.concat(refused).unique(maintain_order=True)),
            APPROACHED: self._pairs(self._others_at_home(within("offered", days.quiet))),
        }

    def _others_at_home(self, rows: pl.DataFrame) -> pl.DataFrame:
        lived = pl.DataFrame({"party": np.arange(self._household.size), "home": self._household})
        lived = lived.filter(pl.col("home") >= 0)
        homes = rows.join(lived, on="party").select("home", "product", one="party")
        return homes.join(lived, on="home").filter(pl.col("party") != pl.col("one")).select("party", "product")


PERSON, COMPANY = "person", "company"
_LAST_NUMBER = re.compile(r"(\d+)\D*$")


def _levels(texts: pl.Series) -> IntArray:
    """Risk levels as their texts say: 3, R3 and C3 are the third; UNRATED where there is no number."""
    found = {text: _LAST_NUMBER.search(text) for text in texts.unique().to_list()}
    level = {text: int(one[1][:9]) if one else UNRATED for text, one in found.items()}
    return np.asarray([level[text] for text in texts.to_list()], dtype=np.int64)


def _members(customer: IntArray, unit: IntArray) -> Members:
    """Memberships of customers; others in a unit who are none count for nothing."""
    kept = customer >= 0
    n_units = int(unit.max(initial=-1)) + 1
    return Members(customer[kept], unit[kept].astype(np.int64), n_units)


class _Told:
    """What the ranking found, as tables."""

    def __init__(self, base: _Base, world: World, found: Openings, group_ids: list[str]) -> None:
        self._base, self._world, self._found, self._group_ids = base, world, found, group_ids
        ids = pl.Series(base.given.party_ids, dtype=pl.String)
        self._party = Names(ids.gather(base.customers).to_list())
        self._product = Names(base.products)

    def _common(self, chosen: IntArray) -> pl.DataFrame:
        ranked = self._found.ranked
        party = self._party.of(ranked.customer[chosen])
        product = self._product.of(ranked.product[chosen])
        columns = {
            "opening_id": opening_ids(party, product),
            "party_id": party,
            "product_id": product,
            "score": ranked.score[chosen],
        }
        return pl.DataFrame(columns, schema={name: OPENINGS[name] for name in columns})

    def openings(self) -> pl.DataFrame:
        """The rows of `OPENINGS` with products."""
        r, found, base = self._found.ranked, self._found, self._base
        chosen = np.flatnonzero(r.place > 0)
        holders = base.holdings.holders
        near, group = r.household[chosen], r.group[chosen]
        like, customer = r.like[chosen], r.customer[chosen]
        segments = Names(segment or kind for kind, segment in base.segments)
        share = r.segment[chosen]
        unit = _at(found.group.unit, group, NOBODY)
        columns: dict[str, Any] = {
            "place": r.place[chosen],
            "source": self._sources(chosen),
            "similar": r.similar[chosen],
            "like_id": self._product.of(like),
            "like_both": r.both[chosen],
            "like_holders": _at(holders, like, 0),
            "is_new": holders[r.product[chosen]] < self._world.new_below,
            "household_holders": _at(found.household.holders, near, 0),
            "household_others": _at(found.household.others, near, 0),
            "group_id": Names(self._group_ids).of(unit),
            "group_holders": _at(found.group.holders, group, 0),
            "group_others": _at(found.group.others, group, 0),
            "segment": segments.of(np.where(share > 0, self._world.clients.segment[customer], NOBODY)),
            "segment_part": share,
            "matures_on": self._due(chosen),
            "linked_id": pl.repeat(None, chosen.size, dtype=pl.String, eager=True),
            "linked_as": pl.repeat(None, chosen.size, dtype=pl.String, eager=True),
        }
        return self._common(chosen).hstack([pl.Series(n, v, dtype=OPENINGS[n]) for n, v in columns.items()])[
            list(OPENINGS)
        ]

    def _sources(self, chosen: IntArray) -> pl.Series:
        """What counts most; the first of equals."""
        r, found, weights = self._found.ranked, self._found, self._base.offers.rules.thousandths
        counts = {
            "maturing": weights.maturing * r.maturing[chosen] * np.int64(PPB),
            "similar": weights.similar * r.similar[chosen],
            "household": weights.household * _at(found.household.part, r.household[chosen], 0),
            "group": weights.group * _at(found.group.part, r.group[chosen], 0),
            "segment": weights.segment * r.segment[chosen],
        }
        return Names(counts).of(np.argmax(np.stack(list(counts.values())), axis=0))

    def _due(self, chosen: IntArray) -> pl.Series:
        """The first day on which the product is due, where that speaks for it."""
        r, rows = self._found.ranked, self._base.offers.tables["offer_maturing"]
        due = rows.group_by("party", "product").agg(pl.col("due").min())
        asked = pl.DataFrame(
            {"party": self._base.customers[r.customer[chosen]], "product": self._product.of(r.product[chosen])}
        )
        day = asked.join(due, on=["party", "product"], how="left", maintain_order="left")["due"]
        renewed = pl.Series(r.maturing[chosen])
        return pl.select(pl.when(renewed).then(day.cast(pl.Int32).cast(pl.Date))).to_series()

    def suppressed(self) -> pl.DataFrame:
        """The rows of `SUPPRESSED` with products."""
        chosen = np.flatnonzero(self._found.ranked.place == 0)
        reason = Names(WHY_NOT).of(self._found.ranked.why_not[chosen])
        return self._common(chosen).with_columns(reason=reason).select(list(SUPPRESSED))

    def counts(self) -> pl.DataFrame:
        """The rows of `COUNTS`."""
        names = list(COUNTS)[1:]
        columns = {name: self._found.counts[:, at] for at, name in enumerate(names)}
        party = self._party.of(np.arange(self._base.customers.size))
        return pl.DataFrame({"party_id": party, **columns}, schema=COUNTS)


def _at(values: IntArray, places: IntArray, otherwise: int) -> IntArray:
    """Values at places, `otherwise` where there is no place."""
    if not values.size:
        return np.full(places.size, otherwise, dtype=np.int64)
    return np.where(places >= 0, values[places], otherwise)
