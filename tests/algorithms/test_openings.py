"""Openings against their definition taken literally, on random small worlds."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.around import NOBODY, Around, Members
from algorithms.columns import IntArray
from algorithms.item_similarity import Holdings
from algorithms.openings import (
    APPROACHED,
    HELD,
    OPTED_OUT,
    REFUSED,
    SOLD,
    UNSUITABLE,
    WHY_NOT,
    Catalogue,
    Clients,
    Pairs,
    Ranked,
    Weights,
    World,
)
from algorithms.openings import openings as openings_in_parts
from algorithms.threshold import PPB
from tests.algorithms import naive_openings as naive

N, P, MOST = 6, 5, 3
CUSTOMER, PRODUCT = st.integers(0, N - 1), st.integers(0, P - 1)
PAIR = st.tuples(CUSTOMER, PRODUCT)
UNITS = st.lists(st.sets(CUSTOMER, max_size=4), max_size=3)
WEIGHTS = Weights(similar=1000, household=300, group=200, maturing=900, segment=500, new_product=500)


def column(*values: int) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def pairs(some: set[tuple[int, int]]) -> Pairs:
    return Pairs(column(*(c for c, _ in sorted(some))), column(*(p for _, p in sorted(some))))


def members(units: list[set[int]]) -> Members:
    rows = [(c, number) for number, unit in enumerate(units) for c in sorted(unit)]
    return Members(column(*(c for c, _ in rows)), column(*(u for _, u in rows)), len(units))


def world(held: naive.Held, **more: object) -> World:
    of = pairs(held)
    plain = World(
        holdings=Holdings(of.customer, of.product, N, P),
        catalogue=Catalogue(np.zeros(P, dtype=np.int64), np.arange(P)),
        clients=Clients(
            np.zeros(N, dtype=np.int64),
            np.full(N, 5),
            np.zeros(N, dtype=np.bool_),
            np.ones((1, P), dtype=np.bool_),
            np.ones((1, P), dtype=np.bool_),
        ),
        household=members([]),
        group=members([]),
        maturing=pairs(set()),
        blocked={},
        resting=np.zeros(N, dtype=np.bool_),
        new_below=0,
        unrated_risk=2,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Openings:
    """What was found for all customers."""

    ranked: Ranked
    counts: IntArray
    household: Around
    group: Around


def openings(world: World, weights: Weights, most: int) -> Openings:
    """All parts at once."""
    found = openings_in_parts(world, weights, most)
    parts = list(found.parts)
    assert [c for part in parts for c in range(part.rows.start, part.rows.stop)] == list(range(N))
    columns = {one.name: np.concatenate([getattr(part.ranked, one.name) for part in parts]) for one in fields(Ranked)}
    counts = np.concatenate([part.counts for part in parts])
    return Openings(Ranked(**columns), counts, found.household, found.group)


Rows = dict[tuple[int, int], tuple[int, int, str]]


def told(found: Openings) -> Rows:
    """By customer and product: place, score, why it is not offered."""
    columns = (getattr(found.ranked, name).tolist() for name in ("customer", "product", "place", "score", "why_not"))
    return {(c, p): (place, score, WHY_NOT[code]) for c, p, place, score, code in zip(*columns, strict=True)}


@settings(max_examples=150, deadline=None)
@given(
    st.sets(PAIR, max_size=16), UNITS, UNITS, st.sets(PAIR, max_size=3), st.sets(PAIR, max_size=3),
    st.sets(PAIR, max_size=3), st.sets(CUSTOMER, max_size=2), st.sets(CUSTOMER, max_size=2),
    st.lists(st.integers(-1, 5), min_size=N, max_size=N), st.lists(st.integers(-1, 5), min_size=P, max_size=P),
)  # fmt: skip
def test_the_ranking_is_what_its_definition_says(
    held: naive.Held, households: list[set[int]], groups: list[set[int]], refused: set[tuple[int, int]],
    sold: set[tuple[int, int]], due: set[tuple[int, int]], resting: set[int], shy: set[int], rating: list[int],
    risk: list[int],
) -> None:  # fmt: skip
    due &= held
    one = world(
        held,
        household=members(households),
        group=members(groups),
        maturing=pairs(due),
        blocked={REFUSED: pairs(refused), SOLD: pairs(sold)},
        resting=np.isin(np.arange(N), list(resting)),
        catalogue=Catalogue(column(*risk), np.arange(P)),
    )
    clients = replace(one.clients, rating=column(*rating), opted_out=np.isin(np.arange(N), list(shy)))
    found = openings(replace(one, clients=clients), WEIGHTS, MOST)
    popular = {p: (-sum(q == p for _, q in held), p) for p in range(P)}
    wanted: Rows = {}
    for c in range(N):
        own = [p for d, p in held if d == c]
        scored: list[tuple[int, int, str]] = []
        counts = dict.fromkeys(WHY_NOT, 0)
        for p in range(P):
            renewed = (c, p) in due
            score = 0
            if p not in own:
                like = sum(naive.similarity(held, q, p) for q in own) // max(len(own), 1)
                share = 0 if own else sum(q == p for _, q in held) * PPB // N
                score = 1000 * like + 500 * share + 300 * naive.around(held, households, c, p)[0]
                score += 200 * naive.around(held, groups, c, p)[0]
            score += 900 * PPB * renewed
            why = next(
                (
                    name
                    for name, holds in (
                        ("held", p in own and not renewed),
                        ("sold", (c, p) in sold),
                        ("opted_out", c in shy),
                        ("unsuitable", risk[p] > (2 if rating[c] == -1 else rating[c])),
                        ("refused", (c, p) in refused),
                        ("approached", c in resting),
                    )
                    if holds
                ),
                "",
            )
            counts[why] += score > 0 or why == "held"
            if score > 0 and why != "held":
                scored.append((score, p, why))
        assert found.counts[c].tolist() == list(counts.values())
        scored.sort(key=lambda row: (-row[0], popular[row[1]]))
        place = 0
        for at, (score, p, why) in enumerate(scored):
            place += not why
            if (not why and place <= MOST) or (why and at < MOST):
                wanted[c, p] = (0 if why else place, score // 1000, why)
    assert told(found) == wanted
    for c, p, row in zip(*(getattr(found.ranked, k).tolist() for k in ("customer", "product", "group")), strict=True):
        part, unit = naive.around(held, groups, c, p)
        assert (row == NOBODY) == (part == 0)
        assert row == NOBODY or (found.group.part[row], found.group.unit[row]) == (part, unit)
    for c, p, like, both in zip(
        *(getattr(found.ranked, k).tolist() for k in ("customer", "product", "like", "both")), strict=True
    ):
        own = [q for d, q in held if d == c]
        best = max((naive.similarity(held, q, p) for q in own), default=0)
        assert (like == NOBODY) == (best == 0)
        if best:
            assert like == min(q for q in own if naive.similarity(held, q, p) == best)
            assert both == len({d for d, q in held if q == p} & {d for d, q in held if q == like})


def test_a_new_customer_is_offered_what_its_segment_holds() -> None:
    one = world({(0, 0), (1, 0), (2, 1)})
    anything = np.ones((2, P), dtype=np.bool_)
    segments = replace(one.clients, segment=column(0, 0, 1, 1, 1, 0), meant=anything, fits=anything)
    rows = told(openings(replace(one, clients=segments), WEIGHTS, MOST))
    assert rows[5, 0] == (1, 500 * (2 * PPB // 3) // 1000, "")
    assert rows[3, 1][0] == 1
    assert (3, 0) not in rows


def test_a_new_product_borrows_from_its_family() -> None:
    """Cards 0 and 1 are held together by many; 4 is a new card that nobody holds yet."""
    held = {(c, p) for c in range(4) for p in (0, 1)} | {(4, 0), (5, 2)}
    families = Catalogue(np.zeros(P, dtype=np.int64), column(7, 3, 2, 5, 3))
    rows = told(openings(world(held, catalogue=families, new_below=1), WEIGHTS, MOST))
    assert rows[4, 1][0] == 1
    assert rows[4, 4] == (2, naive.similarity(held, 0, 1) * 500 // 1000, "")
    assert (4, 4) not in told(openings(world(held, catalogue=families, new_below=0), WEIGHTS, MOST))


def test_products_for_others_and_from_blocked_pairs_are_not_offered() -> None:
    held = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)}
    some = np.asarray([[True, False, True, True, True]])
    assert told(openings(world(held, clients=replace(world(held).clients, fits=some)), WEIGHTS, MOST))[2, 1][2] == (
        "unsuitable"
    )
    elsewhere = openings(world(held, clients=replace(world(held).clients, meant=some)), WEIGHTS, MOST)
    assert (2, 1) not in told(elsewhere)
    assert elsewhere.counts[2].tolist() == [0, 1, 0, 0, 0, 0, 0]
    for code in (SOLD, REFUSED, APPROACHED):
        one = world(held, blocked={code: pairs({(2, 1)})})
        assert told(openings(one, WEIGHTS, MOST))[2, 1] == (0, naive.similarity(held, 0, 1), WHY_NOT[code])
    assert (WHY_NOT[HELD], WHY_NOT[OPTED_OUT], WHY_NOT[UNSUITABLE]) == ("held", "opted_out", "unsuitable")


def test_columns_of_unlike_length_are_refused_and_nobody_is_no_fault() -> None:
    with pytest.raises(ValueError, match="resting has 1 places, not 6"):
        openings(world(set(), resting=np.zeros(1, dtype=np.bool_)), WEIGHTS, MOST)
    assert told(openings(world(set()), WEIGHTS, MOST)) == {}
