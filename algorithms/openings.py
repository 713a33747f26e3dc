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
from scipy import sparse

from algorithms.around import NOBODY, Around, Cells, Members, around, cells_of
from algorithms.columns import BoolArray, IntArray, nothing, offsets, order_by, rows_of, starts_of
from algorithms.item_similarity import Holdings, by_popularity, common_holders, scores, similarities
from algorithms.threshold import PPB

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
class Openings:
    """ranked: see there. counts: shape (n_customers, len(WHY_NOT)): products offered (all, not only those told), held,
    and those that something spoke for by why they are not offered. household, group: what the rows of `ranked` name."""

    ranked: Ranked
    counts: IntArray
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

    Raises ValueError for columns of unlike length. Cost: customers times products.
    """
    _check(world)
    holdings = world.holdings
    similar = similarities(holdings)
    widened = with_new_products(similar, world, weights)
    near, group = around(world.household, holdings), around(world.group, holdings)
    counts = np.zeros((holdings.n_customers, len(WHY_NOT)), dtype=np.int64)
    parts = list(_slices(world, weights, widened, near, group, most, counts))
    columns = [np.concatenate([nothing(), *(part[k] for part in parts)]) for k in range(len(_COLUMNS))]
    told = dict(zip(_COLUMNS, columns, strict=True))
    told["maturing"] = told["maturing"].astype(np.bool_)
    like, both = _likest(holdings, similar, told["customer"], told["product"])
    return Openings(Ranked(**told, like=like, both=both), counts, near, group)


_COLUMNS = (
    "customer", "product", "place", "score", "why_not", "similar", "household", "group", "maturing", "segment"
)  # fmt: skip


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


def _slices(
    world: World,
    weights: Weights,
    similar: sparse.csr_array,
    near: Around,
    group: Around,
    most: int,
    counts: IntArray,
) -> Iterator[tuple[IntArray, ...]]:
    holdings = world.holdings
    n_held = np.bincount(holdings.customer, minlength=holdings.n_customers)
    shares = _segment_shares(world)
    matrix = holdings.matrix
    popularity = by_popularity(holdings.holders)
    n = np.int64(max(holdings.n_products, 1))
    near_of, group_of = (Cells(one.customer, one.product, holdings) for one in (near, group))
    due = Cells(world.maturing.customer, world.maturing.product, holdings)
    blocked = {code: Cells(pairs.customer, pairs.product, holdings) for code, pairs in world.blocked.items()}
    for rows, sums in scores(holdings, similar):
        likeness = sums // np.maximum(n_held[rows], 1)[:, None]
        share = np.where(n_held[rows] == 0, 1, 0)[:, None] * shares[world.clients.segment[rows]]
        score = weights.similar * likeness + weights.segment * share
        for weight, cells, part in (
            (weights.household, near_of, near.part),
            (weights.group, group_of, group.part),
        ):
            at, customer, product = cells.within(rows)
            score[customer, product] += weight * part[at]
        held = matrix[rows].toarray() > 0
        _, customer, product = due.within(rows)
        renewed = np.zeros_like(held)
        renewed[customer, product] = True
        meant = world.clients.meant[world.clients.segment[rows]]
        score = np.where(held | ~meant, 0, score) + weights.maturing * np.int64(PPB) * renewed
        why_not = _why_not(world, rows, held & ~renewed, blocked)
        spoken = score > 0
        counted = np.where(spoken | (why_not == HELD), why_not, -1)
        for code in range(len(WHY_NOT)):
            counts[rows, code] = (counted == code).sum(axis=1)
        key = np.where(spoken & (why_not != HELD), score * n + (n - 1 - popularity), -1)
        order = np.argsort(-key, axis=1, kind="stable")
        ranked = np.take_along_axis(key, order, 1) >= 0
        offered = ranked & (np.take_along_axis(why_not, order, 1) == OFFERED)
        place = np.cumsum(offered, axis=1)
        told = (offered & (place <= most)) | (ranked & ~offered & (np.arange(order.shape[1]) < most))
        customer, column = np.nonzero(told)
        product = order[customer, column].astype(np.int64)
        whom = customer + rows.start
        yield (
            whom,
            product,
            np.where(offered, place, 0)[customer, column],
            score[customer, product] // 1000,
            why_not[customer, product],
            likeness[customer, product] * ~held[customer, product],
            near_of.at(whom, product),
            group_of.at(whom, product),
            renewed[customer, product].astype(np.int64),
            share[customer, product],
        )


def _segment_shares(world: World) -> IntArray:
    """The part of the customers of each segment who hold each product, parts per billion: (n_segments, n_products)."""
    segment, holdings = world.clients.segment, world.holdings
    n_segments = world.clients.fits.shape[0]
    counts = np.zeros((n_segments, holdings.n_products), dtype=np.int64)
    np.add.at(counts, (segment[holdings.customer], holdings.product), 1)
    size = np.bincount(segment, minlength=n_segments)
    return counts * np.int64(PPB) // np.maximum(size, 1)[:, None]


def _why_not(world: World, rows: slice, held: BoolArray, blocked: dict[int, Cells]) -> IntArray:
    """The code of each product for each customer of a slice: the first that holds."""
    clients = world.clients
    rating = np.where(clients.rating[rows] == UNRATED, world.unrated_risk, clients.rating[rows])
    code = np.zeros(held.shape, dtype=np.int64)
    code[world.resting[rows]] = APPROACHED
    for one in (APPROACHED, REFUSED):
        _mark(code, rows, blocked, one)
    code[(world.catalogue.risk[None, :] > rating[:, None]) | ~clients.fits[clients.segment[rows]]] = UNSUITABLE
    code[clients.opted_out[rows]] = OPTED_OUT
    _mark(code, rows, blocked, SOLD)
    code[held] = HELD
    return code


def _mark(code: IntArray, rows: slice, blocked: dict[int, Cells], one: int) -> None:
    if one in blocked:
        _, customer, product = blocked[one].within(rows)
        code[customer, product] = one


def _likest(
    holdings: Holdings, similar: sparse.csr_array, customer: IntArray, product: IntArray
) -> tuple[IntArray, IntArray]:
    """For each pair the product that the customer holds which is most similar, the lower ordinal of equals, and how
    many customers hold both."""
    order = np.lexsort((holdings.product, holdings.customer))
    first = offsets(holdings.customer[order], holdings.n_customers)
    pair, row = rows_of(first, customer)
    held = holdings.product[order][row]
    value = cells_of(similar, held, product[pair])
    like = np.full(customer.size, NOBODY, dtype=np.int64)
    both = np.zeros(customer.size, dtype=np.int64)
    if pair.size:
        starts = starts_of(pair)
        n = np.int64(holdings.n_products)
        best = np.maximum.reduceat(value * n + (n - 1 - held), starts)
        some = best >= n
        alike, asked = n - 1 - best[some] % n, pair[starts[some]]
        like[asked] = alike
        both[asked] = cells_of(common_holders(holdings), alike, product[asked])
    return like, both
