"""Integrated ownership against matrices of fractions, on small worlds of every kind, and with small room to work in."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from algorithms import ownership_layers, ownership_spread
from algorithms.ownership import Ownership, integrated_ownership, owners_of, ownership_of
from algorithms.ownership_exact import TooManyAbove, TooTangled, exact_ownership, meets
from algorithms.ownership_network import Shareholdings, network, shareholdings
from algorithms.ownership_rows import TooManyPairs
from algorithms.ownership_spread import Wanted, spread
from algorithms.threshold import PPB, UNKNOWN, Threshold
from tests.algorithms.naive_ownership import NaiveOwnership
from tests.algorithms.ownership_worlds import Stake, columns, worlds

World = tuple[int, list[Stake]]
CLOSE = 1e-7
"""Knots that are all but closed lose digits; the bound tells how many."""

in_small_room = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found(result: Ownership) -> dict[tuple[int, int], float]:
    pairs = zip(result.owner.tolist(), result.owned.tolist(), strict=True)
    return dict(zip(pairs, result.value.tolist(), strict=True))


def checked(world: World, result: Ownership) -> None:
    """Every figure lies within its error, no pair of more than `at_least` is missing, the rest sums to 1."""
    n, stakes = world
    naive = NaiveOwnership(n, stakes)
    assert set(result.closed.tolist()) == naive.closed
    assert set(result.above_one.tolist()) == naive.above_one
    exact, told = naive.integrated(), found(result)
    for i in range(n):
        for j in range(n):
            error = float(result.error[j]) + 1e-9
            true, figure = float(exact[i][j]), told.get((i, j))
            if figure is None:
                assert true < result.at_least / PPB + error
            else:
                assert figure - 1e-9 <= true <= figure + error or abs(true - figure) < error
                assert figure >= result.at_least / PPB
    for j in set(range(n)) - naive.stopped:
        if naive.rows[j] and naive.total[j]:
            final = sum(float(exact[i][j]) for i in range(n) if not naive.rows[i])
            listed = sum(v for (i, k), v in told.items() if k == j and not naive.rows[i])
            assert abs(listed + result.others[j] - final) <= result.others_error[j] + CLOSE
            whole = listed + result.others[j] + result.undisclosed[j] + result.stuck[j]
            assert abs(whole - 1) <= result.others_error[j] + CLOSE


@settings(max_examples=120)
@given(worlds(), st.sampled_from([0, 10_000_000, 250_000_000]))
def test_all_pairs_are_those_of_the_definition(world: World, at_least: int) -> None:
    result = integrated_ownership(*columns(world[1]), world[0], at_least)
    checked(world, result)
    assert list(found(result)) == sorted(found(result), key=lambda pair: (pair[1], pair[0]))


@pytest.fixture(params=[(1, 1_000), (2, 1_000), (2, 2), (200, 1)])
def small_room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cycles of three or more are cut and gone through again and again; so is what lies deep; passes are short."""
    monkeypatch.setattr(ownership_layers, "KNOT_LIMIT", request.param[0])
    monkeypatch.setattr(ownership_layers, "MAX_LEVELS", request.param[1])
    monkeypatch.setattr(ownership_spread, "PRODUCTS_AT_ONCE", 3)
    return iter([None])


@in_small_room
@given(world=worlds(), at_least=st.sampled_from([0, 10_000_000, 250_000_000]), width=st.sampled_from([1, 3, 200]))
def test_in_small_room_the_error_bound_still_holds(small_room: None, world: World, at_least: int, width: int) -> None:
    checked(world, integrated_ownership(*columns(world[1]), world[0], at_least, width))


@given(worlds())
def test_exact_figures_are_those_of_the_definition(world: World) -> None:
    n, stakes = world
    naive, holdings = NaiveOwnership(n, stakes), shareholdings(*columns(stakes), n)
    if any(PPB < total <= PPB + naive.rows[k] for k, total in enumerate(naive.total)):
        return  # the naive version scales these down
    exact = naive.integrated()
    for i in range(n):
        for j in range(n):
            assert exact_ownership(holdings, i, j) == exact[i][j]


@given(worlds(), st.data())
def test_control_weighted_figures_are_those_of_the_definition(world: World, data: st.DataObject) -> None:
    n, stakes = world
    naive, holdings = NaiveOwnership(n, stakes), shareholdings(*columns(stakes), n)
    pairs = sorted(data.draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=8)))
    pairs = [(company, party) for company, party in pairs if company != party]
    company, party = (np.asarray([pair[k] for pair in pairs], dtype=np.int64) for k in range(2))
    wanted = Wanted(np.ones(n, dtype=np.bool_), 0.0, whole_company=company, whole_party=party)
    result = spread(network(holdings), wanted)
    told = dict(zip(zip(result.owner.tolist(), result.company.tolist(), strict=True), result.value, strict=True))
    rounded_up = any(PPB < total <= PPB + naive.rows[k] for k, total in enumerate(naive.total))
    for i in range(n):
        whole = {c for c, p in pairs if p == i}
        for j in set(range(n)) - {i}:
            true = naive.weighted(i, j, whole)
            assert abs(told.get((i, j), 0.0) - float(true)) <= result.error[j] + 1e-8
            if not rounded_up:
                assert exact_ownership(holdings, i, j, whole) == true


@given(worlds())
def test_one_company_is_as_in_the_whole(world: World) -> None:
    n, stakes = world
    holdings = shareholdings(*columns(stakes), n)
    every = ownership_of(holdings, 0)
    whole = found(every)
    for party in range(n):
        owners = owners_of(holdings, party)
        assert found(owners) == pytest.approx({pair: v for pair, v in whole.items() if pair[1] == party}, abs=CLOSE)
        assert owners.undisclosed[party] == pytest.approx(every.undisclosed[party], abs=CLOSE)


@given(worlds(), st.sampled_from(["more_than", "at_least"]), st.sampled_from([PPB // 4, PPB // 5, PPB // 2, PPB]))
def test_thresholds_are_tested_exactly(world: World, sense: str, ppb: int) -> None:
    n, stakes = world
    holdings, threshold = shareholdings(*columns(stakes), n), Threshold(ppb, sense)  # type: ignore[arg-type]
    result = ownership_of(holdings, 0)
    passes, undecided = meets(holdings, result.owner, result.owned, result.value, result.error[result.owned], threshold)
    assert not undecided.any()
    for i, j, passed in zip(result.owner.tolist(), result.owned.tolist(), passes.tolist(), strict=True):
        exact = exact_ownership(holdings, i, j)
        assert passed == (exact >= Fraction(ppb, PPB) if sense == "at_least" else exact > Fraction(ppb, PPB))


def test_nothing_at_all() -> None:
    assert len(integrated_ownership(*columns([]), 0)) == 0
    assert len(integrated_ownership(*columns([]), 3)) == 0
    assert integrated_ownership(*columns([(0, 1, UNKNOWN)]), 2).warnings == (
        "stakes without a known share, for which nothing was counted: 1",
    )


def test_rows_of_one_pair_add_up() -> None:
    result = integrated_ownership(*columns([(0, 1, PPB // 4), (0, 1, PPB // 4), (1, 1, PPB // 4)]), 2)
    assert found(result) == pytest.approx({(0, 1): 2 / 3, (1, 1): 0.25})


def test_what_is_below_one_percent_is_summed_as_others() -> None:
    stakes = [(owner, 0, PPB // 200) for owner in range(1, 101)] + [(101, 0, PPB // 5)]
    result = integrated_ownership(*columns(stakes), 102)
    assert found(result) == pytest.approx({(101, 0): 0.2})
    assert result.others[0] == pytest.approx(0.5)
    assert result.others_error[0] < 1e-9
    assert result.undisclosed[0] == pytest.approx(0.3)


def test_a_company_of_many_owners_says_how_much_its_figures_may_be_too_low() -> None:
    small = [(owner, 0, PPB // 2_000) for owner in range(2, 1_002)]
    result = integrated_ownership(*columns([*small, (1_002, 0, PPB // 2), (0, 1, PPB)]), 1_003, width=50)
    assert found(result) == pytest.approx({(1_002, 0): 0.5, (0, 1): 1.0, (1_002, 1): 0.5})
    assert result.error[0] < 1e-9 < result.error[1] < 2e-3
    assert "figures too low by up to 0.001" in result.warnings[0]


def test_deep_chains_and_large_rings() -> None:
    n = 3_000
    chain = [(k, k + 1, 6 * PPB // 10) for k in range(n - 1)]
    for stakes in (chain, [*chain, (n - 1, 0, 6 * PPB // 10)]):
        result = integrated_ownership(*columns(stakes), n)
        assert result.worst_error < 1e-6
        assert result.of(n - 3, n - 1) == pytest.approx(0.36)
        assert len(result) == sum(min(j, 9) for j in range(n)) + (45 if len(stakes) == n else 0)


def test_a_ring_all_but_closed_is_solved() -> None:
    stakes = [(0, 1, PPB), (1, 2, PPB), (2, 0, PPB - 10), (3, 0, 10)]
    result = integrated_ownership(*columns(stakes), 4)
    assert result.of(3, 2) == pytest.approx(1, abs=1e-6)
    assert exact_ownership(result.holdings, 3, 2) == 1


def test_too_many_pairs_are_refused_with_advice() -> None:
    n = 3_000
    wanted = Wanted(np.ones(n, dtype=np.bool_), most=100_000)
    holdings = shareholdings(*columns([(k, k + 1, PPB) for k in range(n - 1)]), n)
    with pytest.raises(TooManyPairs, match="more than 100,000 pairs"):
        spread(network(holdings), wanted)


def crossed(n: int, *more: Stake) -> Shareholdings:
    """Everybody of the first n holds a twentieth in everybody else of them."""
    stakes = [(i, j, PPB // 20) for i in range(n) for j in range(n) if i != j]
    return shareholdings(*columns([*stakes, *more]), n + 3)


def test_exact_figures_that_take_too_many_steps_are_given_up() -> None:
    holdings = crossed(12)
    with pytest.raises(TooTangled, match="more than 200 steps"):
        exact_ownership(holdings, 0, 1, most=200)
    with pytest.raises(TooManyAbove, match="more than 50 holdings"):
        exact_ownership(holdings, 0, 1, most=50)
    assert 0 < exact_ownership(holdings, 0, 1) < 1


def test_pairs_that_take_too_many_steps_are_told_as_undecided() -> None:
    person, plain = 13, 12
    holdings = crossed(12, (person, 0, PPB // 4), (person, plain, PPB // 4), (0, 14, PPB), (plain, 14, 0))
    owner, owned = np.full(3, person), np.asarray([0, 14, plain])
    value = np.asarray([0.25, 0.25, 0.25])
    for most, decided in ((50, [False, False, True]), (20_000, [True, True, True])):
        passes, undecided = meets(
            holdings, owner, owned, value, np.full(3, 0.1), Threshold(PPB // 4, "at_least"), most=most
        )
        assert undecided.tolist() == [not each for each in decided]
        assert passes[undecided].sum() == 0
        assert passes[~undecided].all()


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="outside 0"):
        integrated_ownership(*columns([(0, 1, PPB + 1)]), 2)
    with pytest.raises(ValueError, match="at_least"):
        integrated_ownership(*columns([]), 2, PPB + 1)
    with pytest.raises(ValueError, match="party 2 is outside"):
        owners_of(shareholdings(*columns([]), 2), 2)
