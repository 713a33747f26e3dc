"""Guarantees against their definitions taken literally, on random small worlds."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.circle_search import find_circles
from algorithms.columns import IntArray
from algorithms.contagion import contagion
from algorithms.guarantee_chains import ChainRule, GuaranteeChains, guarantee_chains
from algorithms.guarantee_circles import CircleLimits, guarantee_circles
from algorithms.guarantees import Guarantees, guarantee_pairs
from algorithms.money import least_meeting, money_sums
from algorithms.real_cover import real_cover
from algorithms.threshold import PPB, UNKNOWN, Sense, Threshold
from tests.algorithms import naive_guarantees as naive

N = 7
AMOUNT = st.sampled_from([0, 1, 5, 10, 30, 30, 50, UNKNOWN])
ROWS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), AMOUNT), max_size=24)
EQUITY = st.lists(st.sampled_from([0, 5, 10, 40, 60, 10**6, UNKNOWN]), min_size=N, max_size=N)


def column(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def guarantees(rows: list[naive.Row]) -> Guarantees:
    return Guarantees(*(column([row[k] for row in rows]) for k in range(3)))


@settings(max_examples=200, deadline=None)
@given(ROWS, st.one_of(st.none(), st.integers(3, 6)))
def test_circles_and_mutual_pairs(rows: list[naive.Row], longest: int | None) -> None:
    result = guarantee_circles(guarantees(rows), N, CircleLimits(most_circles=10**6, longest=longest))
    found = [tuple(result.members(k).tolist()) for k in range(len(result))]
    assert len(found) == len(set(found))
    assert set(found) == naive.circles(rows, longest)
    by_component = list(zip(result.component.tolist(), found, strict=True))
    assert by_component == sorted(by_component)
    pairs = result.pairs
    for k, circle in enumerate(found):
        links = result.links(k)
        assert pairs.guarantor[links].tolist() == list(circle)
        assert pairs.debtor[links].tolist() == [*circle[1:], circle[0]]
    there, back = result.mutual_pair, result.mutual_back
    both = list(zip(pairs.guarantor[there].tolist(), pairs.debtor[there].tolist(), strict=True))
    assert set(both) == naive.mutual(rows)
    assert list(zip(pairs.debtor[back].tolist(), pairs.guarantor[back].tolist(), strict=True)) == both
    components = [sorted(part) for part in nx.strongly_connected_components(naive.graph_of(rows))]
    assert [c.party.tolist() for c in result.components] == sorted(part for part in components if len(part) > 2)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(4, 9).flatmap(
        lambda n: st.lists(st.lists(st.booleans(), min_size=n, max_size=n), min_size=n, max_size=n)
    ),
    st.one_of(st.none(), st.integers(3, 8)),
)
def test_circles_of_dense_graphs(matrix: list[list[bool]], longest: int | None) -> None:
    rows = [(one, other, 1) for one, line in enumerate(matrix) for other, linked in enumerate(line) if linked]
    ahead = [[other for other, linked in enumerate(line) if linked and other != one] for one, line in enumerate(matrix)]
    expected = sorted(naive.circles(rows, longest))
    if len(expected) <= 5_000:
        found = find_circles(ahead, 5_000, 10**9, longest)
        assert (list(found.circles), found.stopped) == (expected, "")
        for cap in (1, 10, len(expected)):
            part = find_circles(ahead, cap, 10**9, longest)
            assert list(part.circles) == expected[:cap]
            assert part.stopped == ("circles" if cap < len(expected) else "")


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_sums_of_pairs(rows: list[naive.Row]) -> None:
    pairs = guarantee_pairs(guarantees(rows), N)
    keys = list(zip(pairs.guarantor.tolist(), pairs.debtor.tolist(), strict=True))
    assert keys == sorted(naive.graph_of(rows).edges)
    for place, (guarantor, debtor) in enumerate(keys):
        each = naive.amounts(rows, guarantor, debtor)
        assert pairs.known[place] == sum(amount for amount in each if amount != UNKNOWN)
        assert pairs.unknown[place] == each.count(UNKNOWN)
        assert [rows[row][2] for row in pairs.rows(place).tolist()] == each
    assert pairs.zero == sum(row[2] == 0 for row in rows)
    assert pairs.to_itself == sum(row[0] == row[1] and row[2] != 0 for row in rows)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), AMOUNT, st.integers(0, 9)), max_size=14),
    EQUITY,
    st.integers(0, 7),
    st.integers(2, 5),
)
def test_chains(rows: list[tuple[int, int, int, int]], loans: list[int], window: int, longest: int) -> None:
    plain, days = [row[:3] for row in rows], [row[3] - 4 for row in rows]
    rule = ChainRule(window, longest)
    result = guarantee_chains(guarantees(plain), column(days), column(loans), rule)
    expected = naive.chains(plain, days, rule)
    keys = list(zip(result.guarantor.tolist(), result.first_day.tolist(), strict=True))
    assert keys == sorted(expected)
    for chain, key in enumerate(keys):
        members = result.members(chain).tolist()
        assert members == sorted(expected[key])
        assert result.loans[chain] == sum(loans[member] for member in members if loans[member] != UNKNOWN)
        assert result.loans_unknown[chain] == sum(loans[member] == UNKNOWN for member in members)
        for place, member in enumerate(members, start=int(result.first[chain])):
            route = result.route(place)
            assert len(route) == result.links[place] == expected[key][member]
            assert [plain[row][0] for row in route] == [key[0], *(plain[row][1] for row in route[:-1])]
            assert plain[route[-1]][1] == member
            on = [days[row] for row in route]
            assert (on[0], on, on[-1] - on[0] <= window) == (key[1], sorted(on), True)
            assert on[-1] == result.day[place]
    for party in range(N):
        one = guarantee_chains(guarantees(plain), column(days), column(loans), rule, column([party]))
        mine = [chain for chain, key in enumerate(keys) if key[0] == party]
        assert [one.members(k).tolist() for k in range(len(one))] == [result.members(k).tolist() for k in mine]


def test_a_longer_way_that_arrives_earlier_goes_further() -> None:
    """Party 2 is reached over 1 on day 5, over 3 and 4 on day 1 already; its own guarantee is of day 3."""
    rows = [(0, 1, 1), (1, 2, 1), (0, 3, 1), (3, 4, 1), (4, 2, 1), (2, 5, 1)]
    days = [0, 5, 0, 0, 1, 3]
    result = guarantee_chains(guarantees(rows), column(days), column([1] * 6), guarantors=column([0]))
    assert result.members(0).tolist() == [1, 2, 3, 4, 5]
    assert [result.route(place) for place in range(5)] == [[0], [0, 1], [2], [2, 3], [2, 3, 4, 5]]


def test_a_chain_of_many_parties_is_capped_and_says_so() -> None:
    def solve(rows: list[naive.Row], most: int) -> list[tuple[int, list[int], int]]:
        n = 8
        found = guarantee_chains(
            guarantees(rows), column([0] * len(rows)), column([1] * n), ChainRule(most_parties=most)
        )
        members = [found.members(k).tolist() for k in range(len(found))]
        return list(zip(found.guarantor.tolist(), members, found.capped.tolist(), strict=True))

    star = [(0, other, 1) for other in range(1, 5)]
    assert solve([*star, (1, 5, 1)], 3) == [(0, [1, 2, 3, 4], 1)]
    assert solve([*star, (1, 5, 1)], 4) == [(0, [1, 2, 3, 4, 5], 0)]
    assert solve([*star, (1, 5, 1), (5, 6, 1)], 4) == [(0, [1, 2, 3, 4, 5], 1), (1, [5, 6], 0)]
    assert solve(star, 3) == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), AMOUNT, st.integers(0, 3)), max_size=30),
    st.integers(1, 12),
    st.sampled_from([2, 1_000]),
)
def test_a_guarantor_past_its_looks_is_told_as_far_as_it_was_followed(
    rows: list[tuple[int, int, int, int]], most: int, at_once: int
) -> None:
    """A chain that is not capped is whole; a capped one is exact up to some number of guarantees."""
    plain, days, loans = guarantees([row[:3] for row in rows]), column([row[3] for row in rows]), column([1] * N)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("algorithms.guarantee_chains.LOOKS_AT_ONCE", at_once)
        found = guarantee_chains(plain, days, loans, ChainRule(most_looks=most))
        whole = guarantee_chains(plain, days, loans)
    expected, followed = _reached(whole), _reached(found)
    assert expected.keys() <= followed.keys()
    for key, (members, capped) in followed.items():
        everything = expected[key][0] if key in expected else members
        deepest = max(members.values())
        assert members == {party: n for party, n in everything.items() if n <= deepest}
        assert capped or members == everything


def _reached(found: GuaranteeChains) -> dict[tuple[int, int], tuple[dict[int, int], bool]]:
    """By (guarantor, first day): the fewest guarantees to each member, and whether more were left."""
    keys = list(zip(found.guarantor.tolist(), found.first_day.tolist(), strict=True))
    places = [slice(int(found.first[k]), int(found.first[k + 1])) for k in range(len(found))]
    return {
        key: (dict(zip(found.member[at].tolist(), found.links[at].tolist(), strict=True)), bool(found.capped[k]))
        for k, (key, at) in enumerate(zip(keys, places, strict=True))
    }


def test_the_looks_of_a_guarantor_count_over_all_its_chains() -> None:
    """0 gives to 1 and 2 on two days; 1 and 2 give two and one more: three looks for both chains together."""
    rows = [(0, 1, 1), (0, 2, 1), (1, 3, 1), (1, 4, 1), (2, 5, 1)]
    days = column([0, 1, 2, 2, 2])

    def solve(most: int) -> list[tuple[list[int], int]]:
        found = guarantee_chains(guarantees(rows), days, column([1] * 6), ChainRule(most_looks=most), column([0]))
        return [(found.members(k).tolist(), int(found.capped[k])) for k in range(len(found))]

    assert solve(3) == [([1, 3, 4], 0), ([2, 5], 0)]
    assert solve(2) == [([1], 1), ([2], 1)]


@settings(max_examples=200, deadline=None)
@given(ROWS, EQUITY, st.lists(st.integers(0, N - 1), max_size=3))
def test_contagion(rows: list[naive.Row], equity: list[int], failing: list[int]) -> None:
    result = contagion(guarantees(rows), column(equity), column(failing))
    expected = naive.rounds(rows, equity, failing)
    assert list(zip(result.call_round.tolist(), result.call_row.tolist(), strict=True)) == expected.calls
    assert list(zip(result.fell_in.tolist(), result.fallen.tolist(), strict=True)) == sorted(
        (number, party) for party, number in expected.fell.items()
    )
    assert result.party.tolist() == sorted(expected.called)
    unsure = []
    for place, party in enumerate(result.party.tolist()):
        each = expected.called[party]
        known = sum(amount for amount in each if amount != UNKNOWN)
        assert (result.called[place], result.called_unknown[place]) == (known, each.count(UNKNOWN))
        paid = UNKNOWN if equity[party] == UNKNOWN else min(known, equity[party])
        assert result.paid[place] == (0 if party in failing else paid)
        if party not in expected.fell and (UNKNOWN in each or equity[party] == UNKNOWN):
            unsure.append(party)
    assert result.not_assessed.tolist() == unsure
    assert result.n_rounds == max((number for number, _ in expected.calls), default=0)


@settings(max_examples=200, deadline=None)
@given(ROWS, EQUITY, st.lists(st.lists(st.integers(0, N - 1), unique=True, max_size=5), max_size=4))
def test_real_cover(rows: list[naive.Row], equity: list[int], sets: list[list[int]]) -> None:
    pairs = guarantee_pairs(guarantees(rows), N)
    first = np.cumsum([0, *(len(members) for members in sets)])
    result = real_cover(pairs, column(equity), first, column([party for members in sets for party in members]))
    for k, members in enumerate(sets):
        least, most = (naive.cover(rows, equity, members, guess) for guess in (0, 10**9))
        assert result.total[k] == least
        assert (result.not_assessed[k] == 0) == (least == most)
        inside = [amount for one in members for other in members for amount in naive.amounts(rows, one, other)]
        assert result.nominal[k] == sum(amount for amount in inside if amount != UNKNOWN)
        assert result.nominal_unknown[k] == inside.count(UNKNOWN)
        assert result.party[first[k] : first[k + 1]].tolist() == sorted(members)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, PPB), st.sampled_from(["more_than", "at_least"]), st.integers(0, 2**62))
def test_the_least_amount_that_meets_a_threshold(ppb: int, sense: Sense, whole: int) -> None:
    threshold = Threshold(ppb, sense)
    least = int(least_meeting(threshold, column([whole]))[0])
    assert threshold.met_by(least, whole) or (whole == 0 and sense == "at_least")
    assert least == 0 or not threshold.met_by(least - 1, whole)


def test_a_sum_that_fits_is_exact_and_one_that_does_not_is_refused() -> None:
    most = 2**63 - 1
    assert money_sums("amounts", column([0, 0]), column([most - 5, 5]), 1).known.tolist() == [most]
    with pytest.raises(ValueError, match=str(most + 1)):
        money_sums("amounts", column([0, 0]), column([most, 1]), 1)
    with pytest.raises(ValueError, match="of one pair sums to"):
        guarantee_pairs(guarantees([(0, 1, most), (0, 1, most)]), 2)
    with pytest.raises(ValueError, match="one guarantor sums to"):
        contagion(guarantees([(0, 1, most), (0, 2, most)]), column([0, 0, 0]), column([1]))


def test_a_ring_of_thousands_and_a_row_of_mutual_pairs_finish() -> None:
    n = 5_000
    ring = find_circles([[(node + 1) % n] for node in range(n)], 10, 100_000)
    assert (ring.circles, ring.stopped) == ((tuple(range(n)),), "")
    row = find_circles([[w for w in (node - 1, node + 1) if 0 <= w < n] for node in range(n)], 10, 100_000)
    assert (row.circles, row.stopped) == ((), "")


def test_a_component_past_a_cap_is_given_whole() -> None:
    complete = [(one, other, 1) for one in range(8) for other in range(8) if one != other]
    result = guarantee_circles(guarantees(complete), 8, CircleLimits(most_circles=100))
    assert len(result) == 0
    assert [(c.party.tolist(), c.told) for c in result.components] == [(list(range(8)), "more than 100 circles")]
    assert result.mutual_pair.size == 28
    result = guarantee_circles(guarantees(complete), 8, CircleLimits(most_steps=50))
    assert "stopped at its cap of steps" in result.components[0].told
    assert not len(result)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"guarantees\.debtor holds a party ordinal outside 0\.\.1"):
        guarantee_circles(guarantees([(0, 2, 1)]), 2)
    with pytest.raises(ValueError, match="the amount -2"):
        guarantee_pairs(guarantees([(0, 1, -2)]), 2)
    with pytest.raises(ValueError, match="equity holds the amount -7"):
        contagion(guarantees([]), column([-7]), column([]))
    with pytest.raises(ValueError, match="failing holds"):
        contagion(guarantees([]), column([0]), column([1]))
    with pytest.raises(ValueError, match="a party twice"):
        real_cover(guarantee_pairs(guarantees([]), 2), column([0, 0]), column([0, 2]), column([1, 1]))
    with pytest.raises(ValueError, match="day has the shape"):
        guarantee_chains(guarantees([(0, 1, 1)]), column([]), column([0, 0]))
    with pytest.raises(ValueError, match="longest is at least 3, not 2"):
        CircleLimits(longest=2)
    with pytest.raises(ValueError, match="window is at least 0, not -1"):
        ChainRule(window=-1)


def test_nothing_at_all() -> None:
    none = guarantees([])
    assert len(guarantee_circles(none, 0)) == 0
    assert len(guarantee_chains(none, column([]), column([]))) == 0
    assert contagion(none, column([1]), column([0])).n_rounds == 0
    assert real_cover(guarantee_pairs(none, 0), column([]), column([0]), column([])).total.tolist() == []
