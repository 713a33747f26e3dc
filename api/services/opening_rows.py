"""The rows of the tables of openings, made of what the ranking found, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from algorithms.around import NOBODY
from algorithms.columns import IntArray, find, joined, starts_of
from algorithms.openings import WHY_NOT, Openings, Part, Ranked, Weights, World
from algorithms.threshold import PPB
from api.services.id_columns import Names
from api.services.opening_tables import COUNTS, OPENINGS, SUPPRESSED, opening_ids


@dataclass(frozen=True)
class Called:
    """What ordinals stand for. customers: ids, ascending. products, groups: ids. segments: names."""

    customers: pl.Series
    products: Sequence[str]
    groups: Sequence[str]
    segments: Sequence[str]


@dataclass(frozen=True)
class Due:
    """Pairs of customers and products by `key`, ascending, customer * n_products + product, and the first day on which
    each is due."""

    key: IntArray
    day: IntArray

    @classmethod
    def of(cls, key: IntArray, day: IntArray) -> Due:
        """From rows in any order."""
        order = np.lexsort((day, key))
        first = order[starts_of(key[order])]
        return cls(key[first], day[first])


class OpeningRows:
    """due: of what is held and matures."""

    def __init__(self, called: Called, world: World, found: Openings, due: Due, weights: Weights) -> None:
        self._world, self._found, self._due, self._weights = world, found, due, weights
        self._customers = called.customers
        self._party, self._product = Names(called.customers), Names(called.products)
        self._group, self._segment = Names(called.groups), Names(called.segments)
        self._holders = world.holdings.holders

    def parts(self, others: Mapping[str, pl.DataFrame]) -> Iterator[dict[str, pl.DataFrame]]:
        """Rows of `TABLES` by name, by customers and in order. others: rows of parties that are no customers, in the
        same order, which are put where they belong."""
        for part in self._found.parts:
            found = {
                "openings": self._openings(part.ranked),
                "openings_suppressed": self._suppressed(part.ranked),
                "openings_counts": self._counts(part),
            }
            yield {name: self._with(frame, others.get(name), part.rows) for name, frame in found.items()}

    def _with(self, frame: pl.DataFrame, others: pl.DataFrame | None, rows: slice) -> pl.DataFrame:
        """Rows of customers and of the parties between them."""
        if others is None:
            return frame
        ids, customers = others["party_id"], self._customers
        start = ids.search_sorted(customers[rows.start]) if rows.start else 0
        end = ids.search_sorted(customers[rows.stop]) if rows.stop < customers.len() else ids.len()
        return frame.merge_sorted(others[start:end], key="party_id")

    def _common(self, ranked: Ranked, chosen: IntArray) -> pl.DataFrame:
        found = pl.DataFrame(
            {
                "party_id": self._party.of(ranked.customer[chosen]),
                "product_id": self._product.of(ranked.product[chosen]),
                "score": ranked.score[chosen],
            }
        )
        return found.with_columns(opening_id=opening_ids(found))

    def _openings(self, ranked: Ranked) -> pl.DataFrame:
        """The rows of `OPENINGS` with products."""
        r, found, holders = ranked, self._found, self._holders
        chosen = np.flatnonzero(r.place > 0)
        near, group = r.household[chosen], r.group[chosen]
        like, share = r.like[chosen], r.segment[chosen]
        of_segment = np.where(share > 0, self._world.clients.segment[r.customer[chosen]], NOBODY)
        columns: dict[str, Any] = {
            "place": r.place[chosen],
            "source": self._sources(r, chosen),
            "similar": r.similar[chosen],
            "like_id": self._product.of(like),
            "like_both": r.both[chosen],
            "like_holders": _at(holders, like, 0),
            "is_new": holders[r.product[chosen]] < self._world.new_below,
            "household_holders": _at(found.household.holders, near, 0),
            "household_others": _at(found.household.others, near, 0),
            "group_id": self._group.of(_at(found.group.unit, group, NOBODY)),
            "group_holders": _at(found.group.holders, group, 0),
            "group_others": _at(found.group.others, group, 0),
            "segment": self._segment.of(of_segment),
            "segment_part": share,
            "matures_on": self._matures(r, chosen),
            "linked_id": pl.repeat(None, chosen.size, dtype=pl.String, eager=True),
            "linked_as": pl.repeat(None, chosen.size, dtype=pl.String, eager=True),
        }
        told = [pl.Series(name, values, dtype=OPENINGS[name]) for name, values in columns.items()]
        return self._common(r, chosen).hstack(told).select(list(OPENINGS))

    def _sources(self, r: Ranked, chosen: IntArray) -> pl.Series:
        """What counts most; the first of equals."""
        found, weights = self._found, self._weights
        counts = {
            "maturing": weights.maturing * r.maturing[chosen] * np.int64(PPB),
            "similar": weights.similar * r.similar[chosen],
            "household": weights.household * _at(found.household.part, r.household[chosen], 0),
            "group": weights.group * _at(found.group.part, r.group[chosen], 0),
            "segment": weights.segment * r.segment[chosen],
        }
        return Names(counts).of(np.argmax(np.stack(list(counts.values())), axis=0))

    def _matures(self, r: Ranked, chosen: IntArray) -> pl.Series:
        """The first day on which the product is due, where that speaks for it."""
        key = r.customer[chosen] * np.int64(self._world.holdings.n_products) + r.product[chosen]
        place, known = find(self._due.key, key)
        days = joined(self._due.day, np.zeros(1, dtype=np.int64))[place]
        due = pl.DataFrame({"day": days, "due": known & r.maturing[chosen]})
        return due.select(pl.when("due").then(pl.col("day").cast(pl.Int32).cast(pl.Date))).to_series()

    def _suppressed(self, ranked: Ranked) -> pl.DataFrame:
        """The rows of `SUPPRESSED` with products."""
        chosen = np.flatnonzero(ranked.place == 0)
        reason = Names(WHY_NOT).of(ranked.why_not[chosen])
        told = self._common(ranked, chosen).with_columns(reason=reason).select(list(SUPPRESSED))
        return told.sort("party_id", "opening_id")

    def _counts(self, part: Part) -> pl.DataFrame:
        """The rows of `COUNTS`."""
        columns = {name: part.counts[:, at] for at, name in enumerate(list(COUNTS)[1:])}
        return pl.DataFrame({"party_id": self._customers[part.rows], **columns}, schema=COUNTS)


def _at(values: IntArray, places: IntArray, otherwise: int) -> IntArray:
    """Values at places, `otherwise` where there is no place."""
    if not values.size:
        return np.full(places.size, otherwise, dtype=np.int64)
    return np.where(places >= 0, values[places], otherwise)
