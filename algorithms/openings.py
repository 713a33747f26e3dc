"""Openings (DOMAIN.md 9): what to offer whom, from several sources in one ranking, and what is not offered and why.

The score of a product for a customer is the weighted sum of what speaks for it, each from 0 to 1 in parts per billion:
what similar customers hold (mean similarity to what the customer holds), the part of the others in its household, and
of those in the group of it where most do, who hold it, whether it is held and matures, and for a customer who holds
nothing the part of the customers of its segment who hold it. All of it is whole numbers; ties go to the product with
more holders, then to the lower ordinal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from algorithms.around import NOBODY, Around, Cells, Members, around
from algorithms.columns import BoolArray, IntArray, nothing, offsets, order_by, rows_of
from algorithms.item_similarity import Holdings, by_popularity, scores, similarities
from algorithms.likest import Likest
from algorithms.threshold import PPB

Codes = npt.NDArray[np.int8]
OFFERED, HELD, SOLD, OPTED_OUT, UNSUITABLE, REFUSED, APPROACHED = range(7)
WHY_NOT = ("", "held", "sold", "opted_out", "unsuitable", "refused", "approached")
"""Why a product is not offered, by code: the first of several that hold."""
UNRATED = -1
"""Stands for a risk level or rating that is not known."""


@dataclass(frozen=True)
class Weights:
    """What each source counts, in thousandths, 0 to 10,000. new_product: the part of the similarity of its family that
    a new product is given."""

    similar: int
    household: int
    group: int
    maturing: int
    segment: int
    new_product: int


@dataclass(frozen=True)
class Catalogue:
    """Products. risk: level, UNRATED where none is told. family: number of its family. Both of shape (n_products,)."""

    risk: IntArray
    family: IntArray


@dataclass(frozen=True)
class Clients:
    """Customers. segment: number of its segment. rating: the highest risk level that suits it, UNRATED where not known.
    opted_out: all of shape (n_customers,). meant, fits: shape (n_segments, n_products), which products are for whom:
    for what is meant for another kind of customer nothing speaks; what is meant and does not fit is unsuitable."""

    segment: IntArray
    rating: IntArray
    opted_out: BoolArray
    meant: BoolArray
    fits: BoolArray


@dataclass(frozen=True)
class Pairs:
    """Customers with products, equally long columns."""

    customer: IntArray
    product: IntArray


@dataclass(frozen=True)
class World:
    """All that openings follow from. maturing: held and due soon. blocked: pairs by code (`SOLD`, `REFUSED`,
    `APPROACHED`). resting: customers who are approached with nothing, shape (n_customers,). new_below: holders below
    which a product is new. unrated_risk: the highest risk level for customers without a rating."""

    holdings: Holdings
    catalogue: Catalogue
    clients: Clients
    household: Members
    group: Members
    maturing: Pairs
    blocked: dict[int, Pairs]
    resting: BoolArray
    new_below: int
    unrated_risk: int


@dataclass(frozen=True)
class Ranked:
    """Openings and what stood among them but is not offered, by customer and place.

    place: from 1 among what is offered; 0 for what is not. score: parts per billion. why_not: a code. similar: mean
    similarity; like, both: the product held that speaks most for it, NOBODY where none does, and how many hold both.
    household, group: rows of `Around`, NOBODY where nobody holds it. segment: the part of the segment that holds it,
    counted for those who hold nothing.
    """

    customer: IntArray
    product: IntArray
    place: IntArray
    score: IntArray
    why_not: IntArray
    similar: IntArray
    household: IntArray
    group: IntArray
    maturing: BoolArray
    segment: IntArray
    like: IntArray
    both: IntArray


@dataclass(frozen=True)
class Part:
    """What was found for a slice of customers. counts: shape (n_rows, len(WHY_NOT)): products offered (all, not only
    those told), held, and those that something spoke for by why they are not offered."""

    rows: slice
    ranked: Ranked
    counts: IntArray


@dataclass(frozen=True)
class Openings:
    """parts: by slices of customers in turn, found as they are read, once. household, group: what their rows name."""

    parts: Iterator[Part]
    household: Around
    group: Around


def with_new_products(similar: sparse.csr_array, world: World, weights: Weights) -> sparse.csr_array:
    """Similarities, in which a product with few holders has at least a part of the mean of its family's others."""
    holders, family = world.holdings.holders, world.catalogue.family
    new = np.flatnonzero(holders < world.new_below)
    settled = np.flatnonzero(holders >= world.new_below)
    by_family = settled[order_by(family[settled])]
    first = offsets(family[by_family], int(family.max(initial=-1)) + 1)
    at, row = rows_of(first, family[new])
    ones = np.ones(row.size, dtype=np.int64)
    lent = sparse.csr_array((ones, (by_family[row], new[at])), shape=similar.shape)
    sums = sparse.csr_array(similar @ lent).tocoo()
    size = np.bincount(new[at], minlength=holders.size)
    one, other = (np.asarray(side, dtype=np.int64) for side in sums.coords)
    mean = sums.data // np.maximum(size[other], 1) * weights.new_product // 1000
    return sparse.csr_array(similar.maximum(sparse.csr_array((mean, (one, other)), shape=similar.shape)))


def openings(world: World, weights: Weights, most: int) -> Openings:
    """The first `most` openings of each customer, and what would have stood among the first `most` but is not offered.

    Raises ValueError for columns of unlike length. Cost: customers times products, in memory those of one slice.
    """
    _check(world)
    near, group = around(world.household, world.holdings), around(world.group, world.holdings)
    return Openings(_parts(world, weights, most, near, group), near, group)


def _check(world: World) -> None:
    n, n_products = world.holdings.n_customers, world.holdings.n_products
    clients = world.clients
    for name, size, wanted in (
        ("clients.segment", clients.segment.size, n),
        ("clients.rating", clients.rating.size, n),
        ("clients.opted_out", clients.opted_out.size, n),
        ("resting", world.resting.size, n),
        ("catalogue.risk", world.catalogue.risk.size, n_products),
        ("catalogue.family", world.catalogue.family.size, n_products),
        ("clients.meant", clients.meant.shape[1], n_products),
        ("clients.fits", clients.fits.shape[1], n_products),
    ):
        if size != wanted:
            raise ValueError(f"{name} has {size} places, not {wanted}")


def _parts(world: World, weights: Weights, most: int, near: Around, group: Around) -> Iterator[Part]:
    holdings = world.holdings
    similar = similarities(holdings)
    likest = Likest(holdings, similar)
    ranking = _Ranking(world, weights, near, group)
    for rows, sums in scores(holdings, with_new_products(similar, world, weights)):
        found = ranking.of(rows, sums)
        customer, product, place = _first(found, ranking.order, most)
        whom = customer + rows.start
        like, both = likest.of(whom, product)
        ranked = Ranked(
            customer=whom,
            product=product,
            place=place,
            score=found.score[customer, product] // 1000,
            why_not=found.why_not[customer, product].astype(np.int64),
            similar=np.where(found.held[customer, product], 0, found.likeness[customer, product]),
            household=ranking.household.at(whom, product),
            group=ranking.group.at(whom, product),
            maturing=ranking.maturing.at(whom, product) != NOBODY,
            segment=ranking.share_of(whom, product),
            like=like,
            both=both,
        )
        yield Part(rows, ranked, _counts(found))


@dataclass(frozen=True)
class _Scored:
    """Customers of a slice by products. score: in thousandths of parts per billion, 0 for what nothing speaks for."""

    score: IntArray
    likeness: IntArray
    held: BoolArray
    why_not: Codes


class _Ranking:
    """What speaks for products and against them, for one slice of customers after the other.

    order: shape (n_products,), the place of each product among equals.
    """

    def __init__(self, world: World, weights: Weights, near: Around, group: Around) -> None:
        holdings = world.holdings
        self._world, self._weights = world, weights
        self.household, self.group = (Cells(one.customer, one.product, holdings) for one in (near, group))
        self.maturing = Cells(world.maturing.customer, world.maturing.product, holdings)
        self.order = by_popularity(holdings.holders)
        self._units = (
            (weights.household, self.household, near.part),
            (weights.group, self.group, group.part),
        )
        self._blocked = {code: Cells(one.customer, one.product, holdings) for code, one in world.blocked.items()}
        self._held = Cells(holdings.customer, holdings.product, holdings)
        self._n_held = np.bincount(holdings.customer, minlength=holdings.n_customers)
        self._shares = _segment_shares(world)

    def of(self, rows: slice, sums: IntArray) -> _Scored:
        """sums: of the similarities of each product to what a customer holds; they are overwritten."""
        n_held, segment = self._n_held[rows], self._world.clients.segment[rows]
        likeness = np.floor_divide(sums, np.maximum(n_held, 1)[:, None], out=sums)
        score = self._weights.similar * likeness
        bare = np.flatnonzero(n_held == 0)
        score[bare] += self._weights.segment * self._shares[segment[bare]]
        for weight, cells, part in self._units:
            at, customer, product = cells.within(rows)
            score[customer, product] += weight * part[at]
        held = np.zeros(score.shape, dtype=np.bool_)
        _, customer, product = self._held.within(rows)
        held[customer, product] = True
        score *= ~held & self._world.clients.meant[segment]
        _, due, renewed = self.maturing.within(rows)
        score[due, renewed] += self._weights.maturing * np.int64(PPB)
        barred = held.copy()
        barred[due, renewed] = False
        return _Scored(score, likeness, held, self._why_not(rows, barred))

    def share_of(self, customer: IntArray, product: IntArray) -> IntArray:
        """The part of the segment of each customer who holds nothing that holds a product; 0 for the others."""
        share = self._shares[self._world.clients.segment[customer], product]
        return np.where(self._n_held[customer] == 0, share, 0)

    def _why_not(self, rows: slice, held: BoolArray) -> Codes:
        """The code of each product for each customer of a slice: the first that holds."""
        world, clients = self._world, self._world.clients
        rating = np.where(clients.rating[rows] == UNRATED, world.unrated_risk, clients.rating[rows])
        code = np.zeros(held.shape, dtype=np.int8)
        code[world.resting[rows]] = APPROACHED
        for one in (APPROACHED, REFUSED):
            self._mark(code, rows, one)
        code[(world.catalogue.risk[None, :] > rating[:, None]) | ~clients.fits[clients.segment[rows]]] = UNSUITABLE
        code[clients.opted_out[rows]] = OPTED_OUT
        self._mark(code, rows, SOLD)
        code[held] = HELD
        return code

    def _mark(self, code: Codes, rows: slice, one: int) -> None:
        if one in self._blocked:
            _, customer, product = self._blocked[one].within(rows)
            code[customer, product] = one


def _first(found: _Scored, order: IntArray, most: int) -> tuple[IntArray, IntArray, IntArray]:
    """What is told of a slice, by customer and place: customer (from the slice's start), product, place among what is
    offered, 0 for what is not. order: the place of each product among those of equal score."""
    n = np.int64(max(order.size, 1))
    key = np.where(found.score > 0, found.score * n + (n - 1 - order), -1)
    is_open = found.why_not == OFFERED
    among_open = _least_told(np.where(is_open, key, -1), most)
    told = key >= np.where(is_open, among_open[:, None], _least_told(key, most)[:, None])
    customer, product = np.nonzero(told)
    by_place = np.lexsort((-key[customer, product], customer))
    customer, product = customer[by_place], product[by_place]
    offered = is_open[customer, product]
    before = np.cumsum(offered) - offered
    starts = offsets(customer, key.shape[0])[customer]
    return customer, product, np.where(offered, np.cumsum(offered) - before[starts], 0) if customer.size else nothing()


def _least_told(key: IntArray, most: int) -> IntArray:
    """The lowest key of each row that is among its `most` highest, and not below 0."""
    at = key.shape[1] - most
    if at <= 0:
        return np.zeros(key.shape[0], dtype=np.int64)
    return np.maximum(np.partition(key, at, axis=1)[:, at], 0)


def _counts(found: _Scored) -> IntArray:
    counted = np.where((found.score > 0) | (found.why_not == HELD), found.why_not, -1)
    return np.stack([(counted == code).sum(axis=1) for code in range(len(WHY_NOT))], axis=1).astype(np.int64)


def _segment_shares(world: World) -> IntArray:
    """The part of the customers of each segment who hold each product, parts per billion: (n_segments, n_products)."""
    segment, holdings = world.clients.segment, world.holdings
    n_segments = world.clients.fits.shape[0]
    counts = np.zeros((n_segments, holdings.n_products), dtype=np.int64)
    np.add.at(counts, (segment[holdings.customer], holdings.product), 1)
    size = np.bincount(segment, minlength=n_segments)
    return counts * np.int64(PPB) // np.maximum(size, 1)[:, None]
