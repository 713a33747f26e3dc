"""Openings of a run (DOMAIN.md 9): what to offer whom, in one ranking, and what is not offered and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from algorithms.around import Members
from algorithms.columns import BoolArray, IntArray, distinct
from algorithms.groups import Groups
from algorithms.item_similarity import Holdings
from algorithms.openings import (
    APPROACHED,
    REFUSED,
    SOLD,
    UNRATED,
    Catalogue,
    Clients,
    Pairs,
    World,
    openings,
)
from api.services.household_input import HomeInput
from api.services.opening_input import OpeningInput
from api.services.opening_rows import Called, Due, OpeningRows
from api.services.run_input import RunInput
from api.services.run_key_persons import customers_of
from api.services.run_linkage import find_linkage
from graph import times


def find_openings(
    given: RunInput,
    homes: HomeInput,
    offers: OpeningInput,
    key_persons: pl.DataFrame,
    household: IntArray,
    groups: tuple[Groups, list[str]],
    as_of: date,
) -> Iterator[dict[str, pl.DataFrame]]:
    """All openings of the input: parts of `TABLES` (`opening_tables`), one after the other, by parties.

    key_persons: as the run found them (`find_key_persons`).
    household: shape (n_parties,), -1: none. groups: the control groups, and their ids.
    """
    day = times.to_day(as_of)
    base = _Base(given, homes, offers, household, day)
    world = base.world(groups[0])
    found = openings(world, offers.rules.thousandths, offers.rules.most)
    linkage = find_linkage(given, offers, key_persons, base.resting_party, day)
    called = Called(
        given.ids.gather(base.customers),
        base.products,
        groups[1],
        [segment or kind for kind, segment in base.segments],
    )
    rows = OpeningRows(called, world, found, base.due(), offers.rules.thousandths)
    others = {"openings": linkage.openings, "openings_suppressed": linkage.suppressed}
    return rows.parts(others)


class _Base:
    """Ordinals of customers and products, and what keeps products from being offered.

    customers: ascending ordinals of parties. products: ascending ids.
    """

    def __init__(self, given: RunInput, homes: HomeInput, offers: OpeningInput, household: IntArray, day: int) -> None:
        self.given, self.offers, self._day = given, offers, day
        held = homes.tables["home_products"]
        sold = offers.tables["offer_products"]
        self.products: list[str] = sorted({*sold["product"].to_list(), *held["product"].to_list()})
        self._product = pl.DataFrame({"product": self.products}, schema={"product": pl.String}).with_row_index("at")
        self.customers = np.flatnonzero(customers_of(given, homes, offers))
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
        customer, product, kept = self._places(rows)
        return Pairs(customer[kept], product[kept])

    def _places(self, rows: pl.DataFrame) -> tuple[IntArray, IntArray, BoolArray]:
        """Customer and product of each row, and whether both are known."""
        customer = self.place[rows["party"].to_numpy().astype(np.int64)]
        product = self.product_of(rows["product"])
        return customer, product, (customer >= 0) & (product >= 0)

    def due(self) -> Due:
        """When what is held and matures is due."""
        rows = self.offers.tables["offer_maturing"]
        customer, product, kept = self._places(rows)
        key = customer * np.int64(len(self.products)) + product
        return Due.of(key[kept], rows["due"].to_numpy().astype(np.int64)[kept])

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
            SOLD: self._pairs(self._not_due_again(within("sold", days.sold))),
            REFUSED: self._pairs(pl.concat(refused).unique(maintain_order=True)),
            APPROACHED: self._pairs(self._others_at_home(within("offered", days.quiet))),
        }

    def _not_due_again(self, sold: pl.DataFrame) -> pl.DataFrame:
        """Sales without those of what has come to its term since, and waits to be renewed."""
        notice = self.offers.rules.days.maturing
        due = self.offers.tables["offer_maturing"].group_by("party", "product").agg(pl.col("due").max())
        told = sold.join(due, on=["party", "product"], how="left", maintain_order="left")
        return told.filter(pl.col("due").is_null() | (pl.col("day") >= pl.col("due") - notice)).select(sold.columns)

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
